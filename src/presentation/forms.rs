//! Forms whose fields offer a choice: the values of an enumeration, with the words that a person
//! reads of each.

use std::borrow::Cow;

use rust_decimal::Decimal;
use strum::VariantArray;

use crate::domain::alert::{AlertRule, Counted, GroupBy};
use crate::domain::audit_event::Severity;
use crate::domain::competency::{Assignment, AssignmentKind, Level};
use crate::domain::deployment::Deployment;
use crate::domain::field::{
    AlertRuleField, AssignmentField, DeploymentField, NotificationTemplateField, PolicyField, ProgramField, PunchField,
    SiteField, TemplateField, UserField,
};
use crate::domain::form::{Edge, Field, Input, Zone};
use crate::domain::lookup::Lookup;
use crate::domain::notification::Priority;
use crate::domain::notification_template::NotificationTemplate;
use crate::domain::policy::{Booking, DutyProfile, Policy, THRESHOLDS};
use crate::domain::program::Program;
use crate::domain::quarantine::{Quarantined, Way};
use crate::domain::site::{Site, SiteKind};
use crate::domain::template::{Template, TemplateKind};
use crate::domain::user::{self, AcademicStatus, User};
use crate::domain::{Role, zone};

/// Roles that can be assigned in the console. Super admins are added on the command line only.
const GIVEN: &[Role] = &[Role::Student, Role::ClinicalPreceptor, Role::ClinicalSupervisor, Role::SchoolAdmin];

const ONE_A_LINE: &str = "one per line";
const ALL_STUDENTS: &str = "all their active students";
const LAST_DAY: &str = "last day, YYYY-MM-DD";

/// A choice among values, in their order.
fn choice<E: Copy + Into<&'static str>>(values: &[E], words: fn(E) -> &'static str) -> Input {
    Input::Choice(Cow::Owned(values.iter().map(|value| ((*value).into(), words(*value))).collect()))
}

impl Site {
    /// The form.
    #[must_use]
    pub fn fields() -> Vec<Field<SiteField>> {
        vec![
            Field::text(SiteField::Name).required(),
            Field::new(SiteField::Type, choice(SiteKind::VARIANTS, SiteKind::label)).required(),
            Field::text(SiteField::Address),
            Field::new(SiteField::Capacity, Input::Number(0, 10_000)).required().help("students at once"),
            Field::text(SiteField::TimeZone).required().help("such as America/Chicago"),
            Field::new(SiteField::Specialties, Input::Texts).help(ONE_A_LINE),
            Field::new(SiteField::Requirements, Input::Texts).help(ONE_A_LINE),
            Field::text(SiteField::ContactPersonName),
            Field::text(SiteField::ContactPersonEmail),
            Field::text(SiteField::ContactPersonPhone),
        ]
    }
}

impl Program {
    /// The form.
    #[must_use]
    pub fn fields() -> Vec<Field<ProgramField>> {
        vec![
            Field::text(ProgramField::Name).required(),
            Field::new(ProgramField::Description, Input::Text(1_000)).required(),
            Field::new(ProgramField::Duration, Input::Number(1, 120)).required().help("months"),
            Field::new(ProgramField::ClassYear, Input::Number(1950, 2150)).required().help("year"),
            Field::new(ProgramField::Requirements, Input::Texts).help(ONE_A_LINE),
            Field::new(ProgramField::DutyProfile, choice(DutyProfile::VARIANTS, DutyProfile::label))
                .help("empty: the school's"),
        ]
    }
}

impl Policy {
    /// The form: an empty threshold is the default.
    #[must_use]
    pub fn fields() -> Vec<Field<PolicyField>> {
        let booking = || choice(Booking::VARIANTS, Booking::label);
        let mut fields = vec![
            Field::new(PolicyField::DutyProfile, choice(DutyProfile::VARIANTS, DutyProfile::label)).required(),
            Field::new(PolicyField::DoubleBooking, booking()).help("empty: refuse"),
            Field::new(PolicyField::OverCapacity, booking()).help("empty: allow and flag"),
        ];
        fields.extend(THRESHOLDS.iter().map(|threshold| {
            let input = Input::Decimal(Decimal::from(threshold.least), Decimal::from(threshold.most));
            Field::new(threshold.field.clone(), input).help(if threshold.is_profiles() {
                format!("{}; empty: the profile's", threshold.unit)
            } else {
                let default = threshold.default.map_or("never".to_owned(), |default| default.to_string());
                format!("{}; empty: {default}", threshold.unit)
            })
        }));
        let authorities = Field::new(PolicyField::CertificateAuthorities, Input::Texts);
        fields.push(authorities.help("public keys that sign SSH certificates, one per line"));
        fields
    }
}

impl User {
    /// The form in which an administrator invites or edits a person.
    #[must_use]
    pub fn fields() -> Vec<Field<UserField>> {
        let mut fields = user::names();
        fields.extend([
            Field::text(UserField::Email).required().help("used to sign in"),
            Field::new(UserField::Role, choice(GIVEN, Role::label)).required(),
            Field::new(UserField::ProgramId, Input::Reference(Lookup::Programs)).help("students only"),
            Field::new(UserField::StudentId, Input::Text(60)),
            Field::new(UserField::Badge, Input::Text(200))
                .help("as the reader types it; empty if it is the student number"),
            Field::new(UserField::AcademicStatus, choice(AcademicStatus::VARIANTS, AcademicStatus::label))
                .help("students only"),
        ]);
        fields
    }
}

impl Template {
    /// The form.
    #[must_use]
    pub fn fields() -> Vec<Field<TemplateField>> {
        vec![
            Field::text(TemplateField::Name).required(),
            Field::new(TemplateField::Description, Input::Text(1_000)).required(),
            Field::text(TemplateField::Category).required(),
            Field::new(TemplateField::Level, choice(Level::VARIANTS, Level::label)).required(),
            Field::new(TemplateField::Type, choice(TemplateKind::VARIANTS, TemplateKind::label)).required(),
            Field::new(TemplateField::Objectives, Input::Texts).help(ONE_A_LINE),
        ]
    }
}

impl Deployment {
    /// The form: which template, for whom, from when to when.
    #[must_use]
    pub fn fields() -> Vec<Field<DeploymentField>> {
        vec![
            Field::new(DeploymentField::TemplateId, Input::Reference(Lookup::Templates)).required(),
            Field::new(DeploymentField::Programs, Input::References(Lookup::Programs)).help(ALL_STUDENTS),
            Field::new(DeploymentField::People, Input::References(Lookup::Students)).help("in addition"),
            Field::new(DeploymentField::AssignmentType, choice(AssignmentKind::VARIANTS, AssignmentKind::label))
                .required(),
            Field::new(DeploymentField::EffectiveDate, Input::Day(Edge::Start, Zone::School)).help("empty: today"),
            Field::new(DeploymentField::ExpiryDate, Input::Day(Edge::End, Zone::School)).help("last day, included"),
            Field::new(DeploymentField::DueDate, Input::Day(Edge::End, Zone::School)).help(LAST_DAY),
        ]
    }
}

impl Assignment {
    /// Due date and type of assignments, one or many.
    #[must_use]
    pub fn fields() -> Vec<Field<AssignmentField>> {
        vec![
            Field::new(AssignmentField::DueDate, Input::Day(Edge::End, Zone::School)).help(LAST_DAY),
            Field::new(AssignmentField::AssignmentType, choice(AssignmentKind::VARIANTS, AssignmentKind::label)),
        ]
    }

    /// Competencies for people, one or many.
    #[must_use]
    pub fn new_fields() -> Vec<Field<AssignmentField>> {
        vec![
            Field::new(AssignmentField::Competencies, Input::References(Lookup::Competencies)).required(),
            Field::new(AssignmentField::Students, Input::References(Lookup::Students)),
            Field::new(AssignmentField::Programs, Input::References(Lookup::Programs)).help(ALL_STUDENTS),
            Field::new(AssignmentField::AssignmentType, choice(AssignmentKind::VARIANTS, AssignmentKind::label))
                .required(),
            Field::new(AssignmentField::DueDate, Input::Day(Edge::End, Zone::School)).help(LAST_DAY),
        ]
    }
}

impl NotificationTemplate {
    /// The form, with what can be filled in.
    #[must_use]
    pub fn fields(&self) -> Vec<Field<NotificationTemplateField>> {
        vec![
            Field::text(NotificationTemplateField::Title).required(),
            Field::new(NotificationTemplateField::Message, Input::Text(1_000)).required().help(self.names()),
            Field::new(NotificationTemplateField::Priority, choice(Priority::VARIANTS, Priority::choice_label))
                .required(),
        ]
    }
}

impl AlertRule {
    /// What of a rule can be changed. What it counts cannot: that is another rule.
    #[must_use]
    pub fn fields() -> Vec<Field<AlertRuleField>> {
        vec![
            Field::new(AlertRuleField::Name, Input::Text(100)).required(),
            Field::new(AlertRuleField::Threshold, Input::Number(1, 1_000_000_000))
                .required()
                .help("an alert is raised at this count"),
            Field::new(AlertRuleField::Within, Input::Number(1, 7 * 24 * 3_600))
                .required()
                .help("in seconds, at most 604800 (a week)"),
            Field::new(AlertRuleField::FromTime, Input::TimeOfDay).help("school time, such as 22:00; both or neither"),
            Field::new(AlertRuleField::UntilTime, Input::TimeOfDay).help("this time not included"),
            Field::new(AlertRuleField::Severity, choice(Severity::VARIANTS, Severity::choice_label)).required(),
        ]
    }

    /// The form of a new one.
    #[must_use]
    pub fn new_fields() -> Vec<Field<AlertRuleField>> {
        let mut fields = vec![
            Field::new(AlertRuleField::Code, Input::Text(40))
                .required()
                .help("the code of a standard rule replaces that rule"),
            Field::new(AlertRuleField::Actions, Input::References(Lookup::Events)).required(),
            Field::new(AlertRuleField::Counts, choice(Counted::VARIANTS, Counted::label)).required(),
            Field::new(AlertRuleField::GroupBy, choice(GroupBy::VARIANTS, GroupBy::label)).required(),
        ];
        let rest = Self::fields();
        fields.splice(1..1, rest.into_iter().take(1));
        fields.extend(Self::fields().into_iter().skip(1));
        fields
    }
}

impl Quarantined {
    /// The form that makes it a part of a record.
    #[must_use]
    pub fn resolving_fields(&self) -> Vec<Field<PunchField>> {
        vec![
            Field::new(PunchField::Way, choice(Way::VARIANTS, Way::label)).required(),
            Field::new(PunchField::Rotation, Input::Reference(Lookup::Rotations)).required().help("search by student"),
            Field::new(PunchField::At, Input::Moment(self.zone))
                .required()
                .help(format!("at the site ({})", zone::name(self.zone))),
            Field::text(PunchField::Reason).required().help("stored with the record"),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_offers_what_the_database_holds() {
        let kinds = [
            ("HOSPITAL", "hospital"),
            ("CLINIC", "clinic"),
            ("NURSING_HOME", "nursing home"),
            ("OUTPATIENT", "outpatient"),
            ("OTHER", "other"),
        ];
        assert_eq!(choice(SiteKind::VARIANTS, SiteKind::label), Input::Choice(kinds.to_vec().into()));
        let bookings = [("allow", "allow and flag"), ("refuse", "refuse")];
        assert_eq!(choice(Booking::VARIANTS, Booking::label), Input::Choice(bookings.to_vec().into()));
    }

    #[test]
    fn nobody_is_made_a_super_admin() {
        assert!(!GIVEN.contains(&Role::SuperAdmin) && GIVEN.len() == Role::VARIANTS.len() - 1);
    }
}
