//! Delegations: a deputy decides for a preceptor or supervisor until a given day.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Deserialize;

use super::Role;
use super::field::DelegationField;
use super::form::{Edge, Field, Input, Zone};
use super::list::{ByEnd, Description, List, ListRow, choices};
use super::local_time::last_day;
use super::lookup::Lookup;
use super::permission::Permission;

/// One delegation.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Delegation {
    pub id: String,
    pub from_id: String,
    /// "Family, Given"
    pub from: String,
    pub to_id: String,
    pub to: String,
    pub starts: DateTime<Utc>,
    /// The first instant at which it no longer holds.
    pub ends: DateTime<Utc>,
    pub reason: Option<String>,
    pub revoked: Option<DateTime<Utc>>,
    /// The school's zone, in which its days are.
    #[serde(deserialize_with = "crate::domain::zone::or_unknown")]
    pub zone: Tz,
}

choices! {
    /// The parts of the list of delegations, one of which is shown.
    View {
        InForce = "in force",
        Over = "over",
    }
}

impl ListRow for Delegation {
    type View = View;
    type Order = ByEnd;
    const LIST: List = List::Delegations;
    const DESCRIPTION: Description = Description {
        table: Some("delegations"),
        add: Some(Permission::EditDelegations),
        ..Description::of(Permission::SeeDelegations)
    };
}

impl Delegation {
    /// Its last day.
    #[must_use]
    pub fn until(&self) -> String {
        last_day(self.ends, self.zone).to_string()
    }
}

/// The form. An administrator chooses whom the deputy replaces; others appoint their own deputy.
#[must_use]
pub fn fields(role: Role) -> Vec<Field<DelegationField>> {
    let from = matches!(role, Role::SchoolAdmin | Role::SuperAdmin)
        .then(|| Field::new(DelegationField::FromUserId, Input::Reference(Lookup::Preceptors)).required());
    let rest = [
        Field::new(DelegationField::ToUserId, Input::Reference(Lookup::Preceptors))
            .required()
            .help("decides in the meantime"),
        Field::new(DelegationField::StartsAt, Input::Day(Edge::Start, Zone::School)).help("empty: now"),
        Field::new(DelegationField::EndsAt, Input::Day(Edge::End, Zone::School)).required().help("such as 2026-11-23"),
        Field::text(DelegationField::Reason),
    ];
    from.into_iter().chain(rest).collect()
}
