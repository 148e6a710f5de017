//! People and the roles they act in.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::{SchoolId, UserId};

/// A user's role, as `users.role` spells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Role {
    SuperAdmin,
    SchoolAdmin,
    ClinicalPreceptor,
    ClinicalSupervisor,
    Student,
}

/// Who is signed in: what the database says of the session's owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub role: Role,
    /// The school worked in; a super admin may not have chosen one yet.
    pub school: Option<School>,
    /// Unread notifications at the time of the answer.
    pub unread: i64,
}

/// A school as the console needs it: to name it and to tell its days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct School {
    pub id: SchoolId,
    pub name: String,
    /// In which its days begin and end: "America/Chicago".
    pub zone: Tz,
}

/// What became of the session that was kept from the last time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionResume {
    /// None was kept, or it has ended.
    Nobody,
    Welcome(Actor),
    /// It waits for its owner's password.
    Locked {
        name: String,
    },
    /// It waits for its owner to choose a password.
    ChoosePassword,
}

/// What came of a password, without the token: that stays where it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    Welcome(Actor),
    /// The password is right but was set by someone else: its owner must choose a new one.
    ChoosePassword,
    /// Wrong address or password; which of them is nobody's business.
    Refused,
    Locked {
        until: DateTime<Utc>,
    },
}
