//! The tables and columns of records and their fields: the only names from which statements are
//! composed.

use strum::VariantArray;

use crate::domain::field::{
    AssessmentField, AssignmentField, CriterionField, DeploymentField, FieldId, PunchField, Record, TemplateField,
    UserField,
};

/// The table of a record.
pub(super) fn table(record: Record) -> &'static str {
    match record {
        Record::School => "schools",
        Record::Program => "programs",
        Record::Site => "clinical_sites",
        Record::Location => "clinical_site_locations",
        Record::Kiosk => "kiosks",
        Record::Pin => "pins",
        Record::Punch => "kiosk_punches",
        Record::User => "users",
        Record::Password => "accounts",
        Record::Rotation => "rotations",
        Record::Template => "competency_templates",
        Record::Criterion => "rubric_criteria",
        Record::Policy => "school_policies",
        Record::Deployment => "competency_deployments",
        Record::Assignment => "competency_assignments",
        Record::Assessment => "assessments",
        Record::NotificationTemplate => "notification_templates",
        Record::Delegation => "delegations",
        Record::AlertRule => "alert_rules",
        Record::SshKey => "user_keys",
        Record::Question => "time_record_questions",
        Record::Correction => "time_record_corrections",
        Record::Decision => "time_records",
    }
}

/// The column of a field; none for what a function or a statement of its own writes.
pub(super) fn column(field: &FieldId) -> Option<&'static str> {
    match field {
        FieldId::Template(TemplateField::Objectives)
        | FieldId::Assessment(AssessmentField::Score(_))
        | FieldId::Deployment(DeploymentField::Programs | DeploymentField::People)
        | FieldId::Assignment(AssignmentField::Competencies | AssignmentField::Students | AssignmentField::Programs)
        | FieldId::Policy(_)
        | FieldId::Password(_)
        | FieldId::Pin(_)
        | FieldId::SshKey(_)
        | FieldId::Question(_)
        | FieldId::Correction(_)
        | FieldId::Punch(_)
        | FieldId::Decision(_) => None,
        field => Some(field.name()),
    }
}

/// The field that a rule is about, from the rule's name without its ending: the table and the
/// column, `clinical_sites_contact_person_name`.
pub(super) fn field_of(rule: &str) -> Option<FieldId> {
    match rule {
        "users_name" => return Some(UserField::GivenName.into()),
        "rubric_criteria_name" => return Some(CriterionField::CriterionName.into()),
        "kiosk_punches_punched_at" => return Some(PunchField::At.into()),
        _ => {}
    }
    let of = |record: Record| Some((record, rule.strip_prefix(table(record))?.strip_prefix('_')?));
    let (record, column) = Record::VARIANTS.iter().copied().filter_map(of).min_by_key(|(_, rest)| rest.len())?;
    FieldId::named(record, column)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::field::{CorrectionField, SiteField};

    #[test]
    fn a_rule_is_about_a_field_of_its_table() {
        for (rule, field) in crate::presentation::rules::of_fields() {
            assert!(rule.starts_with(table(field.record())), "{rule}: {field:?}");
        }
    }

    #[test]
    fn the_field_of_a_rule_is_in_its_name() {
        let field = |rule| field_of(rule);
        assert_eq!(field("clinical_sites_contact_person_name"), Some(SiteField::ContactPersonName.into()));
        assert_eq!(field("time_record_corrections_reason"), Some(CorrectionField::Reason.into()));
        assert_eq!(field("rubric_criteria_weight"), Some(CriterionField::Weight.into()));
        assert_eq!(field("users_name"), Some(UserField::GivenName.into()));
        assert_eq!(field("audit_logs_created_at"), None);
    }
}
