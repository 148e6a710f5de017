//! Accounts: the ways in which people sign in.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::list::{All, Description, List, ListRow, NewestFirst};
use super::permission::Permission;

/// A way in which a person signs in. Its password and tokens never leave the database.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Account {
    pub id: String,
    pub user_id: String,
    pub who: String,
    pub email: String,
    /// `credential` for a password, or the name of an identity provider: `google`
    pub provider: String,
    /// What the provider calls the person.
    pub identity: Option<String>,
    pub linked: DateTime<Utc>,
    pub changed: DateTime<Utc>,
}

impl ListRow for Account {
    type View = All;
    type Order = NewestFirst;
    const LIST: List = List::Accounts;
    const DESCRIPTION: Description =
        Description { table: Some("accounts"), ..Description::of(Permission::SeeAccounts) };
}
