//! A change that a person asks for, as plain data, and its outcome. A command can be run, or
//! tried: run and rolled back, which is how a preview knows exactly what will happen.

use super::field::RecordField;
use super::form::{Changed, Changes, Form};
use super::{Failure, Secret};

/// One change that is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Command {
    pub what: What,
    /// The records that it is about; none where it makes one.
    pub targets: Vec<Target>,
    /// The fields of the form that it came from.
    pub changes: Vec<Changed>,
}

impl Command {
    /// Its values, as those of one record.
    #[must_use]
    pub fn fields<F: RecordField>(&self) -> Changes<'_, F> {
        Changes::of(&self.changes)
    }
}

/// A record that a command is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub id: String,
    /// As a person knows it.
    pub name: String,
}

/// The kinds of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum What {
    /// A new record of a form.
    Create(Form),
    /// Other values for the fields that were changed.
    Edit(Form),
    /// A step that needs no values.
    Step(Step),
    /// Makes something inactive, or active again: nothing with a history is deleted.
    Switch { of: Switch, on: bool },
}

impl What {
    /// The form that it came from.
    #[must_use]
    pub fn form(self) -> Option<Form> {
        match self {
            Self::Create(form) | Self::Edit(form) => Some(form),
            Self::Step(_) | Self::Switch { .. } => None,
        }
    }

    /// What it is called in the log and in the audit trail.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Create(_) => "create",
            Self::Edit(_) => "edit",
            Self::Step(step) => step.into(),
            Self::Switch { .. } => "switch",
        }
    }
}

/// Steps of one key, each over one or several records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, strum::VariantArray, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Step {
    ActivateRotation,
    CompleteRotation,
    CancelRotation,
    ArchiveDeployment,
    RollBackDeployment,
    SubmitAssessment,
    ReviewAssessment,
    ReturnAssessment,
    ApproveAssessment,
    RemoveKey,
    RevokeSession,
    ResetPassword,
    MarkRead,
    RemoveCriterion,
    EndDelegation,
    AcknowledgeAlert,
    RemindOfRotation,
    RemindOfClockOut,
    ApproveCorrection,
    RejectCorrection,
    WithdrawCorrection,
    /// A one-time code that makes a device the kiosk.
    EnrolKiosk,
    RevokeKiosk,
    /// A one-time code with which a person sets their PIN.
    MakePinCode,
}

/// What can be made inactive and active again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, strum::VariantArray)]
pub enum Switch {
    Program,
    Site,
    Location,
    User,
    School,
    Template,
    NotificationTemplate,
    AlertRule,
}

/// A record that a command left as it was.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    pub target: Target,
    /// What of it, where it is a part: a student of a deployment.
    pub about: Option<String>,
    pub failure: Failure,
}

/// What came of a command, or would.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// What was done, a line each.
    pub done: Vec<String>,
    /// What was not, and why.
    pub refused: Vec<Refused>,
    /// Notes about changes that are allowed.
    pub warnings: Vec<String>,
    /// What becomes of what, where that has to be seen before it is done.
    pub effects: Vec<String>,
    /// Something to be read once: a first password.
    pub secret: Option<Secret>,
}
