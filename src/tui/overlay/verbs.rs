//! The labels of command buttons: the verb of the action.

use crate::domain::command::{Command, Step, What};
use crate::domain::form::Form;

/// The verb for a command, with the number of records where there are several.
#[must_use]
pub fn verb(command: &Command) -> String {
    let verb = of(command.what);
    match command.targets.len() {
        0 | 1 => verb.to_owned(),
        several => format!("{verb} ({several})"),
    }
}

/// What the other button says. “Cancel” beside “Cancel rotation” would be a riddle.
#[must_use]
pub fn refusal(what: What) -> &'static str {
    if what == What::Step(Step::CancelRotation) { "Keep rotation" } else { "Cancel" }
}

/// The verb for a kind of change.
#[must_use]
pub fn of(what: What) -> &'static str {
    match what {
        What::Create(form) => created(form),
        What::Edit(Form::Pin) => "Set PIN",
        What::Edit(Form::Password) => "Change password",
        What::Edit(_) => "Save",
        What::Switch { on: true, .. } => "Make active",
        What::Switch { on: false, .. } => "Make inactive",
        What::Step(step) => stepped(step),
    }
}

fn created(form: Form) -> &'static str {
    match form {
        Form::User => "Invite",
        Form::Assign => "Assign",
        Form::Deployment => "Deploy",
        Form::Question | Form::Answer => "Send",
        Form::Correction => "Propose",
        Form::Resolve => "Resolve",
        Form::Discard => "Set aside",
        Form::Assessment => "Save",
        Form::School
        | Form::Program
        | Form::Site
        | Form::Location
        | Form::Kiosk
        | Form::Profile
        | Form::Password
        | Form::Pin
        | Form::Rotation
        | Form::Template
        | Form::Criterion
        | Form::Policy
        | Form::Assignment
        | Form::NotificationTemplate
        | Form::Delegation
        | Form::AlertRule
        | Form::SshKey => "Add",
    }
}

fn stepped(step: Step) -> &'static str {
    match step {
        Step::ActivateRotation => "Start rotation",
        Step::CompleteRotation => "Complete rotation",
        Step::CancelRotation => "Cancel rotation",
        Step::ArchiveDeployment => "Archive",
        Step::RollBackDeployment => "Roll back",
        Step::SubmitAssessment => "Submit",
        Step::ReviewAssessment => "Mark as reviewed",
        Step::ReturnAssessment => "Return to assessor",
        Step::ApproveAssessment | Step::ApproveCorrection => "Approve",
        Step::RejectCorrection => "Reject",
        Step::WithdrawCorrection => "Withdraw",
        Step::RemoveKey => "Remove key",
        Step::RevokeSession => "End session",
        Step::ResetPassword => "Reset password",
        Step::MarkRead => "Mark as read",
        Step::RemoveCriterion => "Remove",
        Step::EndDelegation => "End delegation",
        Step::AcknowledgeAlert => "Acknowledge",
        Step::RemindOfRotation | Step::RemindOfClockOut => "Send reminder",
        Step::EnrolKiosk | Step::MakePinCode => "Make code",
        Step::RevokeKiosk => "Revoke kiosk",
    }
}
