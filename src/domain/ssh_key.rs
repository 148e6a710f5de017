//! SSH keys with which people sign in to a console over SSH.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::field::SshKeyField;
use super::form::{Field, Input};
use super::list::{Description, List, ListRow, NewestFirst, choices};
use super::permission::Permission;

/// A public key with which a person signs in. Removing it keeps the row.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct SshKey {
    pub id: String,
    pub user_id: String,
    /// "Family, Given"
    pub who: String,
    pub email: String,
    /// As OpenSSH names it: `ssh-ed25519`
    pub algorithm: String,
    /// As `ssh-keygen -l` prints it: `SHA256:…`
    pub fingerprint: String,
    pub comment: Option<String>,
    pub added: DateTime<Utc>,
    /// Nobody where it was the operator.
    pub added_by: Option<String>,
    /// To the hour.
    pub last_used: Option<DateTime<Utc>>,
    pub removed: Option<DateTime<Utc>>,
}

choices! {
    /// The parts of the list of keys, one of which is shown.
    View {
        InUse = "in use",
        Removed = "removed",
    }
}

impl ListRow for SshKey {
    type View = View;
    type Order = NewestFirst;
    const LIST: List = List::Keys;
    const DESCRIPTION: Description = Description {
        table: Some("user_keys"),
        add: Some(Permission::EditKeys),
        ..Description::of(Permission::SeeKeys)
    };
}

/// The form: the line of a file. Whose key it is, is no field: one's own, or that of the person
/// whose keys are shown.
#[must_use]
pub fn fields() -> Vec<Field<SshKeyField>> {
    // A key of RSA's longest numbers, and a comment.
    let line = Field::new(SshKeyField::Key, Input::Text(4_000)).required();
    vec![line.help("the line of a .pub file")]
}
