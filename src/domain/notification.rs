//! Notifications: what the system tells a person.

use super::list::{Description, List, ListRow, Marking, NewestFirst, choices};
use super::permission::Permission;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use strum::{EnumString, IntoStaticStr, VariantArray};

/// `notifications.priority`
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Priority {
    Low,
    Medium,
    High,
    Urgent,
}

/// One notification of the person who looks.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Notification {
    pub id: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub message: String,
    pub is_read: bool,
    pub priority: Priority,
    pub category: Option<String>,
    /// `time_records/t-12`: a table and an id.
    pub action_url: Option<String>,
    pub at: DateTime<Utc>,
}

choices! {
    /// The parts of the list of notifications, one of which is shown.
    View {
        Unread = "unread",
        All = "all",
    }
}

impl ListRow for Notification {
    type View = View;
    type Order = NewestFirst;
    const LIST: List = List::Notifications;
    const DESCRIPTION: Description =
        Description { keys: &["6"], marking: Marking::Everybody, ..Description::of(Permission::SeeNotifications) };
}

/// What is unread, and the newest of what is urgent among it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unread {
    pub count: i64,
    /// Id, title and message.
    pub urgent: Option<(String, String, String)>,
}
