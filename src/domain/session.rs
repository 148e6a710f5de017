//! Sessions: who is signed in, from where, until when.

use super::list::{Description, List, ListRow, Marking, NewestFirst, choices};
use super::permission::Permission;
use chrono::{DateTime, Utc};
use serde::Deserialize;

/// One session. Its token is nobody's to see.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Session {
    pub id: String,
    pub user_id: String,
    pub who: String,
    pub email: String,
    /// `console`, `cli`, `kiosk`, `web`
    pub client: String,
    pub address: Option<String>,
    pub device: Option<String>,
    pub began: DateTime<Utc>,
    pub last_seen: DateTime<Utc>,
    pub expires: DateTime<Utc>,
    pub revoked: Option<DateTime<Utc>>,
    /// Whether it is the one that looks at the list.
    pub own: bool,
}

choices! {
    /// The parts of the list of sessions, one of which is shown.
    View {
        Open = "open",
        Ended = "ended",
    }
}

impl ListRow for Session {
    type View = View;
    type Order = NewestFirst;
    const LIST: List = List::Sessions;
    const DESCRIPTION: Description = Description {
        table: Some("sessions"),
        marking: Marking::Everybody,
        ..Description::of(Permission::SeeSessions)
    };
}
