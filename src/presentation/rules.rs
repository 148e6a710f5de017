//! A sentence for each rule of the database, by the name of its constraint. It says what is wrong
//! and what to do.

use crate::domain::Failure;
use crate::domain::field::{
    AlertRuleField as AlertRule, AssessmentField as Assessment, AssignmentField as Assignment,
    CorrectionField as Correction, DecisionField as Decision, DelegationField as Delegation,
    DeploymentField as Deployment, FieldId, KioskField as Kiosk, LocationField as Location,
    NotificationTemplateField as NotificationTemplate, PasswordField as Password, PinField as Pin,
    ProgramField as Program, PunchField as Punch, RotationField as Rotation, SchoolField as School, SiteField as Site,
    SshKeyField as SshKey, TemplateField as Template, UserField as User,
};
use crate::domain::years::USE_A_YEAR;
use crate::presentation::sentences::{
    BLOCKING_ONE_AT_A_TIME, NO_CLOCK_OUT, NO_OPEN_QUESTION, NOT_ROLLED_BACK, UNDO_TOO_LATE,
};

/// The refusal of the rule with this name.
pub fn refusal(rule: &str) -> Option<Failure> {
    if let Some((_, sentence)) = denial(rule) {
        return Some(Failure::Denied(sentence.into()));
    }
    if let Some((_, field, why)) = INVALID.iter().find(|(name, ..)| *name == rule) {
        return Some(Failure::Invalid { field: field.clone(), why: (*why).into() });
    }
    let (_, what, why) = SETTINGS.iter().find(|(name, ..)| *name == rule)?;
    Some(Failure::Setting { what, why: (*why).into() })
}

/// The rules about what a field holds, each with its field.
#[cfg(test)]
pub fn of_fields() -> impl Iterator<Item = (&'static str, &'static FieldId)> {
    INVALID.iter().map(|(rule, field, _)| (*rule, field))
}

/// A rule about who may do what, and its sentence.
pub fn denial(rule: &str) -> Option<(&'static str, &'static str)> {
    DENIED.iter().find(|(name, _)| *name == rule).copied()
}

// Reasons that several rules share. They follow the field's label, so they begin in lower case.
const AT_MOST_99_HOURS: &str = "this would be more than 99.99 h, the limit of one record.";
const IANA_ZONE: &str = "use an IANA zone such as America/Chicago.";
const BEFORE_24_00: &str = "use a time before 24:00; midnight is 00:00.";
const BEFORE_FIRST_DAY: &str = "it is before the first day.";
const CHOOSE_PRECEPTOR: &str = "choose an active preceptor or supervisor.";
const DECIDED: &str = "This record has been decided. Undo the decision first.";

/// Rules about options of a command, with the names of the options.
const SETTINGS: &[(&str, &str, &str)] = &[
    ("exports_name_recipient_and_purpose", "Export", "enter a recipient and a purpose."),
    ("audit_logs_kept_for_six_years", "--older-than", "events are kept for six years. Use an earlier day."),
    ("time_records_at_most_99_hours", "Time", AT_MOST_99_HOURS),
];

/// The rule that keeps events of the platform to super admins, and its sentence.
pub const PLATFORM_EVENTS: (&str, &str) = (
    "audit_logs_platform_events",
    "Only super admins can see platform events. Leave out --platform to read your school's events; this attempt was recorded.",
);

/// Rules about who may do what, and in which state.
const DENIED: &[(&str, &str)] = &[
    ("time_records_open_not_approved", NO_CLOCK_OUT),
    (
        "time_records_backwards_not_approved",
        "The clock-out isn't after the clock-in. Reject the record or correct its times.",
    ),
    ("exports_of_audit_by_administrators", "Only administrators can export audit events; this attempt was recorded."),
    PLATFORM_EVENTS,
    (
        "alerts_acknowledged_by_school_admins",
        "Only a school admin can acknowledge the school's alerts, and only a super admin the platform's.",
    ),
    ("alerts_acknowledged_once", "Someone else has already acknowledged this alert."),
    (
        "alerts_not_by_whom_they_are_about",
        "This alert is about you or something you did. Ask someone else to acknowledge it.",
    ),
    ("audit_verified_by_administrators", "Only administrators can verify the audit trail."),
    ("time_records_nobody_decides_for_themselves", "You can't decide on your own time records."),
    ("time_records_role_may_not_decide", "Your role can't decide on time records."),
    ("time_records_not_assigned", "You aren't the preceptor or supervisor of this rotation."),
    ("time_records_decides_in_own_name", "You can only make decisions in your own name."),
    ("time_records_undo_own_only", "You can only undo your own decisions. Ask a school admin."),
    ("time_records_undo_too_late", UNDO_TOO_LATE),
    ("time_records_undo_first", DECIDED),
    ("time_records_decided_is_frozen", DECIDED),
    ("time_records_decision_changes_nothing_else", "A decision can't change anything else about the record."),
    ("time_records_kind_is_not_chosen", "The kind of a decision can't be set. Leave it out."),
    (
        "time_records_nobody_decides_on_their_edit",
        "You changed the times of this record. Ask someone else to decide on it.",
    ),
    (
        "time_records_hard_flag_is_the_supervisors",
        "This record has a blocking flag. A supervisor or school admin must decide on it.",
    ),
    ("time_records_hard_flags_one_by_one", BLOCKING_ONE_AT_A_TIME),
    ("time_records_flags_are_due", "A neighboring record has changed. Check the flags again before you decide."),
    ("time_records_hours_are_locked", "The rotation is completed, so its hours are locked."),
    (
        "time_records_correction_is_open",
        "A correction is open for this record. Approve, reject or withdraw it first (:corrections).",
    ),
    ("time_records_student_has_left", "The student has moved to another school, so their hours here can't change."),
    ("time_records_rotation_of_student", "A rotation and its records must have the same student. Reload."),
    ("time_record_questions_whoever_decides", "Only someone who can decide on this record can ask about it."),
    ("time_record_questions_while_pending", DECIDED),
    ("time_record_questions_the_student_answers", "Only the student of this record can answer."),
    ("time_record_questions_something_is_asked", NO_OPEN_QUESTION),
    ("time_record_corrections_who_may", "You can't correct this record."),
    ("time_record_corrections_while_pending", DECIDED),
    ("time_record_corrections_as_seen", "The record has changed in the meantime. Check it again."),
    (
        "time_record_corrections_one_at_a_time",
        "A correction is already open for this record. Decide on it first (:corrections).",
    ),
    ("time_record_corrections_administrators_decide", "Only a school admin can decide on corrections."),
    ("time_record_corrections_by_somebody_else", "You proposed this correction. Ask someone else to decide on it."),
    ("time_record_corrections_is_decided", "Someone else has already decided on this correction."),
    (
        "time_record_corrections_record_moved_on",
        "The record has changed since this correction was proposed. Reject it and propose a new one.",
    ),
    ("time_record_corrections_own_withdrawn", "You can only withdraw your own open corrections."),
    ("reminders_whoever_decides", "Only someone who can decide on the student's records can remind them."),
    ("reminders_without_clock_out", "This record already has a clock-out."),
    ("delegations_is_over", "This delegation has ended. Add a new one."),
    ("schools_activity_is_the_platforms", "Only a super admin can activate or deactivate a school."),
    ("users_not_ones_own_role", "You can't change your own role or deactivate yourself. Ask another administrator."),
    ("users_own_name_only", "You can only change your own name. Ask a school admin for the rest."),
    (
        "users_pending_before_leaving",
        "The student has pending time records here. Decide on them before you move the student to another school.",
    ),
    ("users_administrators_only", "Only administrators can edit other people."),
    ("users_up_to_own_role", "You can't give or edit a role higher than your own."),
    ("users_password_is_reset_by_administrators", "You can't reset this password. Change your own with :password."),
    ("user_keys_by_owner_or_administrator", "You can only add your own keys. Ask a school admin for other people."),
    ("user_keys_owner_is_fixed", "A key can't change or move to someone else. Add a new one and remove this one."),
    ("user_keys_removal_is_fixed", "A removed key can't be restored. Add it again."),
    ("certificate_authorities_by_administrators", "Only administrators can set the school's certificate authorities."),
    ("certificate_authorities_up_to_five", "A school has at most five certificate authorities. Remove one first."),
    (
        "certificate_authorities_one_a_place",
        "Someone else is adding a certificate authority at this moment. Try again.",
    ),
    ("certificate_authorities_once", "The school already has this certificate authority."),
    (
        "certificate_authorities_is_strong",
        "A certificate authority needs an Ed25519 or ECDSA key, or an RSA key of 3072 to 8192 bits.",
    ),
    (
        "certificate_authorities_comment_is_short",
        "A certificate authority's comment has at most 300 characters. Shorten it.",
    ),
    (
        "certificate_authorities_owner_is_fixed",
        "A certificate authority can't change or move to another school. Add a new one and remove this one.",
    ),
    ("certificate_authorities_removal_is_fixed", "A removed certificate authority can't be restored. Add it again."),
    ("rotations_ended_is_frozen", "The rotation is completed or canceled and can't change."),
    ("competency_templates_published_is_frozen", "The template is published. Press e to make a new version."),
    (
        "rubric_criteria_published_is_frozen",
        "The template is published. Make a new version (e on the template) to change its rubric.",
    ),
    ("rubric_criteria_assessed_is_frozen", "A student has been assessed with this rubric, so it can't change."),
    (
        "competency_deployments_administrators_only",
        "Only administrators can deploy templates and roll deployments back.",
    ),
    ("competency_deployments_nothing_to_take_back", NOT_ROLLED_BACK),
    ("competency_deployments_taken_back_already", "This deployment has already been rolled back."),
    ("assessments_only_a_draft_changes", "Only drafts can be edited. Return it to the assessor first (b)."),
    ("assessments_draft_is_the_assessors", "This is someone else's draft."),
    (
        "assessments_assessor_does_not_approve",
        "You can't review or approve an assessment that you made or that is about you.",
    ),
    ("assessments_role_may_not_review", "You can't review this assessment. Ask its supervisor or a school admin."),
    ("assessments_rotation_is_the_students", "The rotation belongs to another student. Choose one of this student's."),
    ("assessments_rotation_of_student", "A rotation and its assessments must have the same student. Choose again."),
    ("clinical_site_locations_site_is_fixed", "A location can't move to another site. Add a new one there."),
    ("kiosks_administrators_enrol", "Only administrators can enroll and revoke kiosks."),
    ("kiosks_not_one", "This kiosk has been revoked. Tell the coordinator."),
    ("pins_given_by_administrators", "Only administrators can set PINs, for people up to their own role."),
    ("users_badges_given_by_administrators", "Only administrators can assign badges."),
    ("kiosk_punches_administrators_settle", "Only administrators can resolve punches in quarantine or set them aside."),
    ("kiosk_punches_is_settled", "Someone else has already resolved this punch or set it aside."),
    ("kiosk_punches_nothing_open", "The student has no open record in that rotation at that time."),
    (
        "second_person_is_another",
        "This needs two people, and one of you can sign in as the other (a change within the last day, or a linked identity). Ask someone else.",
    ),
    (
        "possible_punchers_do_not_decide",
        "You could have made a punch of this record: you enrolled the kiosk, set the PIN or changed the badge, or can sign in as someone who did. Ask someone else to decide.",
    ),
    ("unlock_own_session", "That attempt belongs to another session. Type your password again."),
    ("assessments_reviewer_unknown", "This assessment has no reviewer. Assign a supervisor to the rotation."),
];

/// Rules about the value of a field.
static INVALID: &[(&str, FieldId, &str)] = &[
    ("time_records_super_admin_gives_reason", FieldId::Decision(Decision::Reason), "a super admin must give a reason."),
    ("time_records_rejection_has_reason", FieldId::Decision(Decision::Reason), "a rejection needs a reason."),
    (
        "time_records_hard_flag_needs_reason",
        FieldId::Decision(Decision::Reason),
        "a record with a blocking flag needs a reason.",
    ),
    (
        "time_record_corrections_out_after_in",
        FieldId::Correction(Correction::ClockOut),
        "it must be after the clock-in.",
    ),
    (
        "time_record_corrections_change_something",
        FieldId::Correction(Correction::ClockIn),
        "change at least one of the times.",
    ),
    ("time_record_corrections_keep_the_clock_out", FieldId::Correction(Correction::ClockOut), "fill it in."),
    ("time_record_corrections_at_most_99_hours", FieldId::Correction(Correction::ClockOut), AT_MOST_99_HOURS),
    ("time_record_corrections_not_in_the_future", FieldId::Correction(Correction::ClockOut), "it is in the future."),
    (
        "alert_rules_one_of_a_code",
        FieldId::AlertRule(AlertRule::Code),
        "the school already has a rule with this code. Edit that one.",
    ),
    ("alert_rules_of_something", FieldId::AlertRule(AlertRule::Actions), "name at least one action."),
    ("alert_rules_hours_both", FieldId::AlertRule(AlertRule::UntilTime), "fill in both times, or neither."),
    ("alert_rules_threshold_positive", FieldId::AlertRule(AlertRule::Threshold), "use 1 or more."),
    ("alert_rules_window_sensible", FieldId::AlertRule(AlertRule::Within), "use a time from one second to seven days."),
    ("delegations_to_somebody_else", FieldId::Delegation(Delegation::ToUserId), "choose someone else."),
    ("delegations_end_after_start", FieldId::Delegation(Delegation::EndsAt), BEFORE_FIRST_DAY),
    (
        "delegations_at_most_a_year",
        FieldId::Delegation(Delegation::EndsAt),
        "use a day within a year of the first one.",
    ),
    ("delegations_starts_at_in_range", FieldId::Delegation(Delegation::StartsAt), USE_A_YEAR),
    ("delegations_ends_at_in_range", FieldId::Delegation(Delegation::EndsAt), USE_A_YEAR),
    ("delegations_from_whoever_decides", FieldId::Delegation(Delegation::FromUserId), CHOOSE_PRECEPTOR),
    ("delegations_to_whoever_decides", FieldId::Delegation(Delegation::ToUserId), CHOOSE_PRECEPTOR),
    (
        "user_keys_of_one_person",
        FieldId::SshKey(SshKey::Key),
        "this key already signs someone in. Use another one, or remove it there first (:keys).",
    ),
    (
        "user_keys_is_strong",
        FieldId::SshKey(SshKey::Key),
        "use an Ed25519 or ECDSA key, or an RSA key of 3072 to 8192 bits.",
    ),
    ("user_keys_key_is_base64", FieldId::SshKey(SshKey::Key), "paste the whole line of a .pub file."),
    ("user_keys_comment_is_short", FieldId::SshKey(SshKey::Key), "use a comment of at most 300 characters."),
    (
        "user_keys_comment_is_plain",
        FieldId::SshKey(SshKey::Key),
        "its comment contains a hidden character. Type the comment again.",
    ),
    ("kiosks_unique_in_site", FieldId::Kiosk(Kiosk::Name), "the site already has a kiosk with this name."),
    ("kiosks_location_of_its_site", FieldId::Kiosk(Kiosk::LocationId), "choose a location of this site."),
    ("users_badge_unique", FieldId::User(User::Badge), "someone else in the school has this badge."),
    ("users_badge_not_blank", FieldId::User(User::Badge), "enter 1 to 200 characters, or leave it empty for none."),
    ("pins_four_to_eight_digits", FieldId::Pin(Pin::New), "use four to eight digits."),
    ("pins_not_easily_guessed", FieldId::Pin(Pin::New), "it is too easy to guess. Use another one."),
    (
        "pins_not_as_long_as_numbers",
        FieldId::Pin(Pin::New),
        "student numbers have this length. Use more or fewer digits.",
    ),
    (
        "kiosk_punches_time_and_site",
        FieldId::Punch(Punch::At),
        "use a time in the past; a clock-in must be at the rotation's site.",
    ),
    ("kiosk_punches_reason_given", FieldId::Punch(Punch::Reason), "fill it in."),
    ("kiosk_punches_rotation_of_student", FieldId::Punch(Punch::Rotation), "choose a rotation of this student."),
    (
        "time_records_other_reason_has_words",
        FieldId::Decision(Decision::Reason),
        "describe the reason when you choose “Other”.",
    ),
    ("users_email_unique", FieldId::User(User::Email), "someone else already has this address."),
    (
        "users_email_is_address",
        FieldId::User(User::Email),
        "this isn't an address. Use name@example.org, without spaces and with one @.",
    ),
    (
        "users_school_unless_super_admin",
        FieldId::User(User::SchoolId),
        "a super admin has no school; everyone else needs one.",
    ),
    ("users_student_number_unique", FieldId::User(User::StudentId), "another student in the school has this number."),
    ("users_student_only", FieldId::User(User::StudentId), "only students have a number and an enrollment status."),
    (
        "accounts_password_is_another",
        FieldId::Password(Password::New),
        "choose one that differs from the temporary password.",
    ),
    ("accounts_password_length", FieldId::Password(Password::New), "use at least 12 characters and at most 72 bytes."),
    ("users_school_id_fkey", FieldId::User(User::SchoolId), "there is no such school."),
    (
        "programs_unique_in_school",
        FieldId::Program(Program::Name),
        "the school already has a program with this name and class year.",
    ),
    ("clinical_sites_unique_in_school", FieldId::Site(Site::Name), "the school already has a site with this name."),
    ("clinical_sites_time_zone_is_iana", FieldId::Site(Site::TimeZone), IANA_ZONE),
    ("schools_time_zone_is_iana", FieldId::School(School::TimeZone), IANA_ZONE),
    (
        "clinical_site_locations_unique_in_site",
        FieldId::Location(Location::Name),
        "the site already has a location with this name.",
    ),
    ("rotations_end_after_start", FieldId::Rotation(Rotation::EndDate), BEFORE_FIRST_DAY),
    ("rotations_start_date_in_range", FieldId::Rotation(Rotation::StartDate), USE_A_YEAR),
    ("rotations_end_date_in_range", FieldId::Rotation(Rotation::EndDate), USE_A_YEAR),
    (
        "rotations_nobody_supervises_themselves",
        FieldId::Rotation(Rotation::PreceptorId),
        "choose someone other than the student.",
    ),
    (
        "rotations_student_has_records",
        FieldId::Rotation(Rotation::StudentId),
        "this rotation has time records and must keep its student.",
    ),
    ("rotations_student_is_an_active_student", FieldId::Rotation(Rotation::StudentId), "choose an active student."),
    ("rotations_preceptor_is_a_preceptor", FieldId::Rotation(Rotation::PreceptorId), CHOOSE_PRECEPTOR),
    ("rotations_supervisor_is_a_supervisor", FieldId::Rotation(Rotation::SupervisorId), "choose an active supervisor."),
    (
        "rotations_site_is_active",
        FieldId::Rotation(Rotation::ClinicalSiteId),
        "this site is inactive. Choose another one.",
    ),
    (
        "rotations_not_booked_twice",
        FieldId::Rotation(Rotation::StartDate),
        "the student is already booked on these days, and the school's policy doesn't allow that (:policies).",
    ),
    (
        "rotations_within_capacity",
        FieldId::Rotation(Rotation::ClinicalSiteId),
        "the site is full on these days, and the school's policy doesn't allow more (:policies).",
    ),
    (
        "competency_templates_version_unique",
        FieldId::Template(Template::Name),
        "a template with this name and version already exists.",
    ),
    (
        "competency_assignments_students_only",
        FieldId::Assignment(Assignment::Students),
        "competencies can only be assigned to students.",
    ),
    ("competency_assignments_due_date_in_range", FieldId::Assignment(Assignment::DueDate), USE_A_YEAR),
    ("competency_deployments_effective_date_in_range", FieldId::Deployment(Deployment::EffectiveDate), USE_A_YEAR),
    ("competency_deployments_expiry_date_in_range", FieldId::Deployment(Deployment::ExpiryDate), USE_A_YEAR),
    ("alert_rules_from_time_in_range", FieldId::AlertRule(AlertRule::FromTime), BEFORE_24_00),
    ("alert_rules_until_time_in_range", FieldId::AlertRule(AlertRule::UntilTime), BEFORE_24_00),
    ("competency_deployments_expiry_after_effect", FieldId::Deployment(Deployment::ExpiryDate), BEFORE_FIRST_DAY),
    (
        "competency_deployments_template_is_active",
        FieldId::Deployment(Deployment::TemplateId),
        "it is inactive or was removed. Choose another one.",
    ),
    (
        "competency_deployments_one_school",
        FieldId::Deployment(Deployment::Programs),
        "one of them belongs to another school.",
    ),
    (
        "notification_templates_alerts_are_the_platforms",
        FieldId::NotificationTemplate(NotificationTemplate::Title),
        "the text of alerts can't be changed.",
    ),
    (
        "notification_templates_one_per_type",
        FieldId::NotificationTemplate(NotificationTemplate::Title),
        "the school already has its own message for this. Edit that one.",
    ),
    (
        "notification_templates_names_are_known",
        FieldId::NotificationTemplate(NotificationTemplate::Message),
        "it contains a name in {braces} that doesn't exist. Correct or remove it.",
    ),
    (
        "assessments_scores_within_criteria",
        FieldId::Assessment(Assessment::RubricScores),
        "each score must be between 0 and the maximum of its criterion.",
    ),
    (
        "assessments_every_criterion_has_a_score",
        FieldId::Assessment(Assessment::RubricScores),
        "score every criterion before you submit.",
    ),
];

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::*;
    use crate::domain::Role;

    #[test]
    fn the_refusal_of_a_late_undo_names_the_limits_of_the_roles() {
        let decided = DateTime::<Utc>::UNIX_EPOCH;
        let minutes = |role: Role| role.undo_until(decided).map(|until| (until - decided).num_minutes());
        assert_eq!(minutes(Role::ClinicalPreceptor), Some(15));
        assert_eq!(minutes(Role::ClinicalSupervisor), Some(24 * 60));
        assert!(UNDO_TOO_LATE.contains("Preceptors can undo a decision for 15 minutes, supervisors for 24 hours."));
    }

    #[test]
    fn a_rule_has_one_sentence() {
        let denied = DENIED.iter().map(|(name, _)| *name);
        let invalid = INVALID.iter().map(|(name, ..)| *name);
        let mut names: Vec<&str> = denied.chain(invalid).chain(SETTINGS.iter().map(|(name, ..)| *name)).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
