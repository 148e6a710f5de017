//! Missing records: students who have an active rotation and recorded nothing for
//! some days.

use super::list::{ByEnd, Description, List, ListRow, Marking, choices};
use super::permission::Permission;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Deserialize;

/// One rotation in which nothing is recorded.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Missing {
    /// The rotation's.
    pub id: String,
    pub student_id: String,
    /// "Family, Given"
    pub student: String,
    pub rotation: String,
    pub site: String,
    #[serde(deserialize_with = "crate::domain::zone::or_unknown")]
    pub zone: Tz,
    pub starts: DateTime<Utc>,
    /// The latest clock-in of the rotation, if there is any.
    pub latest: Option<DateTime<Utc>>,
    pub required_hours: i32,
    pub completed_hours: i32,
    pub preceptor: Option<String>,
}

choices! {
    /// The parts of the list of students without records, one of which is shown.
    View {
        NothingRecorded = "nothing recorded",
    }
}

impl ListRow for Missing {
    type View = View;
    type Order = ByEnd;
    const LIST: List = List::Missing;
    const DESCRIPTION: Description =
        Description { marking: Marking::Everybody, ..Description::of(Permission::SeeMissingRecords) };
}

impl Missing {
    /// Since when nothing came: the latest clock-in, or the rotation's beginning.
    #[must_use]
    pub fn since(&self) -> DateTime<Utc> {
        self.latest.unwrap_or(self.starts)
    }
}
