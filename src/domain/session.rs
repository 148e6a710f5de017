//! Sessions: who is signed in, from where, until when.

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

impl Session {
    /// The state in words.
    #[must_use]
    pub fn state(&self, now: DateTime<Utc>) -> &'static str {
        if self.own {
            "this one"
        } else if self.revoked.is_some() {
            "ended"
        } else if self.expires <= now {
            "expired"
        } else {
            "open"
        }
    }
}
