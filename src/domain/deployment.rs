//! Deployments of templates to programs and people, and how they are rolled back.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use strum::{EnumString, IntoStaticStr};

use super::list::{Description, List, ListRow, NewestFirst, choices};
use super::permission::Permission;
use super::stored::Stored;

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

/// `deployment_type`
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum DeploymentKind {
    TemplateImport,
    CustomCreation,
    BulkImport,
}

/// One deployment.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Deployment {
    pub id: String,
    pub template_id: Option<String>,
    pub template: Option<String>,
    pub version: Option<String>,
    pub by: String,
    pub kind: Stored<DeploymentKind>,
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
        table: Some("competency_deployments"),
        add: Some(Permission::Deploy),
        ..Description::of(Permission::SeeDeployments)
    };
}
