//! Deployments: a template brought to programs and people, and taken back.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use strum::{EnumString, IntoStaticStr};

use super::competency::KINDS;
use super::field::DeploymentField;
use super::form::{Edge, Field, Input, Zone};
use super::list::{Description, List, ListRow, NewestFirst, choices};
use super::lookup::Lookup;
use super::permission::Permission;

/// `competency_deployments.status`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, EnumString, IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    Pending,
    Active,
    Inactive,
    Archived,
}

/// One deployment.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Deployment {
    pub id: String,
    pub template_id: Option<String>,
    pub template: Option<String>,
    pub version: Option<String>,
    pub by: String,
    /// `TEMPLATE_IMPORT`, `CUSTOM_CREATION`, `BULK_IMPORT`
    pub kind: String,
    pub status: Status,
    pub effective: Option<DateTime<Utc>>,
    pub expiry: Option<DateTime<Utc>>,
    /// The school's, in which its days are.
    #[serde(deserialize_with = "crate::domain::zone::or_unknown")]
    pub zone: Tz,
    /// Names of what it was aimed at; an id that is no longer there stays an id.
    pub programs: Vec<String>,
    pub people: Vec<String>,
    /// Whether what it made can be taken back: it knows what that was, and that
    /// was not taken back yet.
    pub can_roll_back: bool,
    pub rolled_back: bool,
    pub assignments: i64,
    pub completed: i64,
    pub at: DateTime<Utc>,
}

choices! {
    /// The parts of the list of deployments, one of which is shown.
    View {
        InForce = "in force",
        Archived = "archived",
    }
}

impl ListRow for Deployment {
    type View = View;
    type Order = NewestFirst;
    const LIST: List = List::Deployments;
    const DESCRIPTION: Description = Description {
        nouns: ("deployment", "deployments"),
        about: "Deployments of templates",
        prompt: "Filter by template: ",
        table: Some("competency_deployments"),
        add: Some(Permission::Deploy),
        ..Description::of(Permission::SeeDeployments)
    };
}

/// The form: which template, for whom, from when to when.
#[must_use]
pub fn fields() -> Vec<Field<DeploymentField>> {
    vec![
        Field::new(DeploymentField::TemplateId, Input::Reference(Lookup::Templates)).required(),
        Field::new(DeploymentField::Programs, Input::References(Lookup::Programs)).help("all active students of them"),
        Field::new(DeploymentField::People, Input::References(Lookup::Students)).help("besides"),
        Field::new(DeploymentField::AssignmentType, Input::Choice(Cow::Borrowed(KINDS))).required(),
        Field::new(DeploymentField::EffectiveDate, Input::Day(Edge::Start, Zone::School)).help("empty: today"),
        Field::new(DeploymentField::ExpiryDate, Input::Day(Edge::End, Zone::School)).help("last day, included"),
        Field::new(DeploymentField::DueDate, Input::Day(Edge::End, Zone::School)).help("last day, as 2026-11-23"),
    ]
}
