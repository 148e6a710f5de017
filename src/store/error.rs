//! Errors of the driver and names of constraints, turned into sentences.

use super::transaction::is_outcome_unknown;
use crate::domain::Failure;
use crate::domain::years::USE_A_YEAR;

/// What a person is told. The database's own words may name a hidden row or
/// carry a value; they go to the log at debug level and no further.
pub(super) fn failure(error: &sqlx::Error) -> Failure {
    if let Some(problem) = super::certificate::problem(error) {
        return Failure::Unavailable(problem);
    }
    match error {
        sqlx::Error::Database(db) => database(db.as_ref()),
        lost if is_outcome_unknown(lost) => Failure::OutcomeUnknown,
        sqlx::Error::PoolTimedOut => Failure::Unavailable("no connection was free or could be made in time".into()),
        sqlx::Error::Io(io) => Failure::Unavailable(format!("{}. Check host, port and network", io_words(io))),
        sqlx::Error::Configuration(_) => Failure::Unavailable("the connection settings cannot be used".into()),
        sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
            Failure::Unavailable("the connection was closed".into())
        }
        sqlx::Error::RowNotFound => Failure::NotFound("It"),
        sqlx::Error::Encode(error) => {
            tracing::error!(%error, "a value that cannot be sent");
            Failure::Fault(OUT_OF_RANGE.into())
        }
        other => {
            tracing::error!(error = %other, "unexpected database error");
            Failure::Fault("The database's answer was not understood. Upgrade medstint; the log has more.".into())
        }
    }
}

const OUT_OF_RANGE: &str = "A number, a date or a time is out of range. Use a smaller number or a year from 1950 to 2199; nothing was changed.";

const READ_ONLY: &str = "The database accepts no changes: it is a standby, or default_transaction_read_only is on. Nothing was changed; ask its administrator.";

/// Whether the statement is worth repeating as it was: a deadlock that the
/// server resolved against us, or a serialization failure.
pub(super) fn is_transient(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Database(db) if matches!(db.code().as_deref(), Some("40P01" | "40001")))
}

/// The rule that refused a person a right, where that is what happened.
pub(super) fn right_refused(error: &sqlx::Error) -> Option<String> {
    let sqlx::Error::Database(db) = error else { return None };
    match db.code().as_deref() {
        Some("MS403") => Some(db.constraint().unwrap_or("a rule").to_owned()),
        Some("42501") => Some("no privilege".to_owned()),
        _ => None,
    }
}

/// Whether a rule refused a change.
pub(super) fn is_refusal(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(db) = error else { return false };
    matches!(db.code().as_deref(), Some("MS403" | "MS409" | "MS422" | "42501" | "23502" | "23503" | "23505" | "23514"))
}

fn io_words(io: &std::io::Error) -> &'static str {
    use std::io::ErrorKind as K;
    match io.kind() {
        K::ConnectionRefused => "nobody listens there",
        K::NotFound => "there is no such socket or host",
        K::PermissionDenied => "the socket may not be used by this user",
        K::ConnectionReset | K::ConnectionAborted | K::BrokenPipe | K::UnexpectedEof => "the connection was lost",
        K::TimedOut => "it did not answer in time",
        K::HostUnreachable | K::NetworkUnreachable => "no network leads there",
        _ => "the connection failed",
    }
}

fn database(db: &dyn sqlx::error::DatabaseError) -> Failure {
    let code = db.code().unwrap_or_default();
    match code.as_ref() {
        "MS401" => Failure::SignedOut,
        "MS423" => Failure::Locked,
        "MS428" => Failure::TemporaryPassword,
        "MS429" => Failure::Denied("Too many attempts from here. Wait a minute, then try again.".into()),
        "MS403" | "MS409" | "MS422" | "23514" | "23503" | "23505" | "23502" => refusal(db.constraint(), &code),
        "25006" => Failure::Denied(READ_ONLY.into()),
        "25P03" | "25P04" | "57P05" => Failure::Busy(format!(
            "The server's time limits ended this ({code}). Ask its administrator to raise them (`medstint doctor` names them); nothing was changed."
        )),
        "42501" => Failure::Denied("You may not do this; the database refused it.".into()),
        "28P01" | "28000" => Failure::Unavailable(
            "it refused the user name or password. Check the URL, PGPASSWORD or the password file".into(),
        ),
        "3D000" => Failure::Unavailable("there is no database of that name".into()),
        "3F000" | "42P01" | "42883" => Failure::NoSchema,
        // PostgreSQL itself says these of no statement that is ours.
        "08P01" => Failure::Unavailable(
            "the connection pooler refused it (08P01). Its log says why; pool by transaction or session".into(),
        ),
        "26000" | "42P05" => Failure::Unavailable(
            "the connection pooler mixed up prepared statements. Restart medstint, then run `medstint doctor`".into(),
        ),
        "53300" => Failure::Unavailable("it has no connection left. Try again shortly".into()),
        "55P03" | "57014" | "40001" | "40P01" => {
            Failure::Busy("The database was too busy with this record or list. Nothing was changed; try again.".into())
        }
        "57P01" | "57P02" | "57P03" => Failure::Unavailable("it is starting or stopping".into()),
        code => {
            tracing::error!(code, constraint = db.constraint(), "unexpected error from PostgreSQL");
            unexpected(code)
        }
    }
}

/// What no rule says: by its class, since each asks for something else to be done.
fn unexpected(code: &str) -> Failure {
    let fault = |sentence: &str| Failure::Fault(sentence.to_owned());
    match code {
        "22003" | "22007" | "22008" | "22015" => fault(OUT_OF_RANGE),
        "22021" | "22P05" => fault(
            "The text contains a character that cannot be stored. Remove special characters; nothing was changed.",
        ),
        "22P02" | "22023" | "22P03" => {
            fault("A value has the wrong format for its field. Correct it; nothing was changed.")
        }
        "22001" => fault("The text is too long for its field. Shorten it; nothing was changed."),
        code => match code.get(..2) {
            Some("08" | "57" | "58") => Failure::Unavailable(format!("PostgreSQL reported {code}. Try again")),
            Some("53") => Failure::Busy(format!(
                "The database is out of resources (PostgreSQL reported {code}). Free some and try again; nothing was changed."
            )),
            Some("54") => {
                fault("The request is too large for the database. Ask for less at once; nothing was changed.")
            }
            _ => Failure::Fault(format!(
                "The database could not do that (PostgreSQL reported {code}); nothing was changed. The log has more."
            )),
        },
    }
}

/// A rule refused; its constraint's name says which one.
fn refusal(constraint: Option<&str>, code: &str) -> Failure {
    let Some(name) = constraint else {
        return Failure::Denied(format!("A rule of the database refused it ({code}); nothing was changed."));
    };
    if let Some((_, sentence)) = denial(name) {
        return Failure::Denied(sentence.to_owned());
    }
    if let Some((_, what, why)) = INVALID.iter().find(|(constraint, ..)| *constraint == name) {
        return Failure::Invalid { what, why: (*why).to_owned() };
    }
    let denied = |sentence: &str| Failure::Denied(sentence.to_owned());
    match name {
        name if name.ends_with("_transition") => denied("It is in a state from which that step is not possible."),
        name if name.ends_with("_append_only") => denied("History is append-only."),
        name if name.ends_with("_one_school") => denied("It would tie two schools together."),
        name if name.ends_with("_school_is_fixed") => denied("This can't move to another school. Add a new one there."),
        name if name.ends_with("_not_blank") => {
            Failure::Invalid { what: "Name", why: "it has to be filled in.".into() }
        }
        name if name.ends_with("_is_plain") => {
            Failure::Invalid { what: plain_text(name), why: "it contains a hidden character. Type it again.".into() }
        }
        name if name.ends_with("_in_range") => Failure::Invalid { what: "Date", why: USE_A_YEAR.into() },
        name if name.ends_with("_finite") => Failure::Invalid { what: "Number", why: "use a finite number.".into() },
        "is_json_array" | "is_json_object" => {
            Failure::Invalid { what: "List", why: "a character or number in it cannot be stored.".into() }
        }
        name if name.ends_with("_fkey") => denied("What it refers to is no longer there, or is still referred to."),
        name => Failure::Denied(format!("A rule refused it ({name}); nothing was changed.")),
    }
}

/// A rule about who may do what, as the database calls it, and its sentence.
pub(super) fn denial(name: &str) -> Option<(&'static str, &'static str)> {
    DENIED.iter().find(|(constraint, _)| *constraint == name).copied()
}

/// The label of a field whose text has to be visible.
fn plain_text(constraint: &str) -> &'static str {
    const LABELS: [(&str, &str); 7] = [
        ("_email_is_plain", "Email"),
        ("_badge_is_plain", "Badge"),
        ("_student_id_is_plain", "Student number"),
        ("_specialty_is_plain", "Specialty"),
        ("_category_is_plain", "Category"),
        ("_version_is_plain", "Version"),
        ("_code_is_plain", "Code"),
    ];
    LABELS.iter().find(|(ending, _)| constraint.ends_with(ending)).map_or("Name", |(_, label)| label)
}

/// Why an approval in a completed rotation is not undone.
pub(super) const LOCKED_HOURS: &str = "The rotation is completed: its hours are locked.";
/// A record for which other times are proposed is not decided.
pub(super) const CORRECTION_IS_OPEN: &str =
    "A correction is open for this record. Decide on it first (:corrections), or have it withdrawn.";

/// The rule that keeps events of the platform to super admins, and its sentence.
pub(super) const PLATFORM_EVENTS: (&str, &str) = (
    "audit_logs_platform_events",
    "Only super admins see events of the platform. Leave out --platform to read your school's events; the attempt is on record.",
);

/// Rules about who may do what, and in which state.
const DENIED: &[(&str, &str)] = &[
    ("time_records_open_not_approved", "The record is still open: without a clock-out there are no hours to approve."),
    (
        "time_records_backwards_not_approved",
        "The clock-out is not after the clock-in; reject the record or have it corrected.",
    ),
    ("exports_of_audit_by_administrators", "Audit events are exported by administrators; the attempt is on record."),
    PLATFORM_EVENTS,
    (
        "alerts_acknowledged_by_school_admins",
        "An administrator of the school acknowledges it: not whoever makes its rule.",
    ),
    ("alerts_acknowledged_once", "Somebody has acknowledged it already."),
    ("alerts_not_by_whom_they_are_about", "It is about you, or about what you did: somebody else acknowledges it."),
    ("audit_verified_by_administrators", "The trail is verified by administrators."),
    ("time_records_nobody_decides_for_themselves", "Nobody decides on their own time."),
    ("time_records_role_may_not_decide", "Your role may not decide on time records."),
    ("time_records_not_assigned", "You are neither preceptor nor supervisor of this rotation."),
    ("time_records_decides_in_own_name", "A decision is made in one's own name only."),
    ("time_records_undo_own_only", "You can undo your own decisions only; ask a school admin."),
    ("time_records_undo_too_late", "The time limit for undoing this decision has passed; ask a school admin."),
    ("time_records_undo_first", "It is decided already; undo that decision first."),
    ("time_records_decided_is_frozen", "It is decided; undo the decision before changing the record."),
    ("time_records_decision_changes_nothing_else", "A decision changes nothing but the decision."),
    ("time_records_kind_is_not_chosen", "A decision at the console is made by hand or in bulk."),
    ("time_records_nobody_decides_on_their_edit", "You changed the times of this record; somebody else decides on it."),
    ("time_records_hard_flag_is_the_supervisors", "It has a hard flag; a supervisor or a school admin decides."),
    ("time_records_hard_flags_one_by_one", "Records with a hard flag are approved one by one."),
    ("time_records_flags_are_due", "A neighbouring record has come; look at its flags again."),
    ("time_records_hours_are_locked", LOCKED_HOURS),
    ("time_records_correction_is_open", CORRECTION_IS_OPEN),
    ("time_records_student_has_left", "The student has moved to another school; their hours here no longer change."),
    ("time_records_rotation_of_student", "A rotation and its records must have the same student. Reload."),
    ("time_record_questions_whoever_decides", "Whoever may decide on the record asks."),
    ("time_record_questions_while_pending", "The record is decided; undo the decision first."),
    ("time_record_questions_the_student_answers", "The record's student answers."),
    ("time_record_questions_something_is_asked", "Nothing is asked about this record."),
    ("time_record_corrections_who_may", "It is not your record to correct."),
    ("time_record_corrections_while_pending", "The record is decided; undo the decision before its times change."),
    ("time_record_corrections_as_seen", "The record has changed since; look at it again."),
    (
        "time_record_corrections_one_at_a_time",
        "Other times are proposed already; they are decided on first (:corrections).",
    ),
    ("time_record_corrections_administrators_decide", "A school admin decides on corrections."),
    ("time_record_corrections_by_somebody_else", "You proposed it; somebody else decides."),
    ("time_record_corrections_is_decided", "Somebody was first: it is decided already."),
    ("time_record_corrections_record_moved_on", "The record has changed since; the proposal no longer fits it."),
    ("time_record_corrections_own_withdrawn", "It is not yours, or no longer proposed."),
    ("reminders_whoever_decides", "Whoever decides on the student's records reminds them."),
    ("reminders_without_clock_out", "The record has a clock-out."),
    ("delegations_is_over", "The delegation has ended; make a new one."),
    ("schools_activity_is_the_platforms", "Only a super admin makes a school inactive or active."),
    (
        "users_not_ones_own_role",
        "Nobody changes their own role or makes themselves inactive; ask another administrator.",
    ),
    ("users_own_name_only", "Of yourself you can change the name only; ask a school admin for the rest."),
    (
        "users_pending_before_leaving",
        "Time records of the student are pending here; decide on them before the student changes the school.",
    ),
    ("users_administrators_only", "Only administrators change other people."),
    ("users_up_to_own_role", "You can give and change roles up to your own."),
    (
        "users_password_is_reset_by_administrators",
        "It is not yours to reset; your own password is changed with :password.",
    ),
    ("rotations_ended_is_frozen", "The rotation is completed or cancelled; it no longer changes."),
    ("competency_templates_published_is_frozen", "The template is published; edit it (e) to make a new version."),
    (
        "rubric_criteria_published_is_frozen",
        "The template is published; a new version (e on the template) has a rubric of its own.",
    ),
    ("rubric_criteria_assessed_is_frozen", "Somebody was assessed with this rubric; it no longer changes."),
    ("competency_deployments_administrators_only", "Only administrators deploy and take back."),
    (
        "competency_deployments_nothing_to_take_back",
        "It does not know what it made: made by another program, it cannot be taken back here.",
    ),
    ("competency_deployments_taken_back_already", "It was taken back already."),
    ("assessments_only_a_draft_changes", "Only a draft changes; give it back first (b)."),
    ("assessments_draft_is_the_assessors", "It is somebody else's draft."),
    (
        "assessments_assessor_does_not_approve",
        "Nobody reviews or approves an assessment that they made or that is about them.",
    ),
    ("assessments_role_may_not_review", "You may not review this assessment: its supervisor or a school admin does."),
    ("assessments_rotation_is_the_students", "The rotation is another student's."),
    ("assessments_rotation_of_student", "A rotation and its assessments must have the same student. Choose again."),
    ("clinical_site_locations_site_is_fixed", "A location stays at its site. Add a new one to the other site."),
    ("kiosks_administrators_enrol", "Administrators enrol and revoke kiosks."),
    ("kiosks_not_one", "This device is no kiosk any more. Tell the coordinator."),
    ("pins_given_by_administrators", "Administrators give PINs, up to their own role."),
    ("users_badges_given_by_administrators", "Administrators give badges."),
    ("kiosk_punches_administrators_settle", "Administrators settle what is in quarantine."),
    ("kiosk_punches_is_settled", "Somebody was first: it is settled already."),
    ("kiosk_punches_nothing_open", "Nothing of the student is open then in that rotation."),
    (
        "second_person_is_another",
        "This needs two people, but one of you can sign in as the other: by a change in the last day, or by a linked identity. Ask someone else.",
    ),
    (
        "possible_punchers_do_not_decide",
        "A punch of this record could be yours: you enrolled the kiosk, set the PIN or changed the badge, or can sign in as someone who did. Ask someone else to decide.",
    ),
    ("unlock_own_session", "That attempt was not this session's; type your password again."),
    ("assessments_reviewer_unknown", "Nobody is known to review it."),
];

/// Rules about what a field holds: the field's label, and why not.
const INVALID: &[(&str, &str, &str)] = &[
    ("exports_name_recipient_and_purpose", "Export", "say to whom it goes and what for."),
    ("audit_logs_kept_for_six_years", "--older-than", "events are kept for six years; name an earlier day."),
    ("time_records_super_admin_gives_reason", "Reason", "a super admin says why."),
    ("time_records_rejection_has_reason", "Reason", "a rejection needs one."),
    ("time_records_hard_flag_needs_reason", "Reason", "a record with a hard flag is approved with a reason."),
    ("time_record_corrections_out_after_in", "Out", "it is not after the clock-in."),
    ("time_record_corrections_change_something", "In", "both times are as they were."),
    ("time_record_corrections_keep_the_clock_out", "Out", "it has to be filled in."),
    ("time_record_corrections_at_most_99_hours", "Out", "a record has 99.99 h at most, and this would be more."),
    ("time_records_at_most_99_hours", "Time", "a record has 99.99 h at most, and this would be more."),
    ("time_record_corrections_not_in_the_future", "Out", "it lies in the future."),
    ("alert_rules_one_of_a_code", "Code", "the school has a rule of that code already; edit it."),
    ("alert_rules_of_something", "Events", "name at least one."),
    ("alert_rules_hours_both", "Until", "fill in both times, or neither."),
    ("alert_rules_threshold_positive", "So many", "one is the least."),
    ("alert_rules_window_sensible", "Within", "a second is the least, seven days are the most."),
    ("delegations_to_somebody_else", "To", "it is the same person."),
    ("delegations_end_after_start", "Until", "it lies before the first day."),
    ("delegations_at_most_a_year", "Until", "a year is the most."),
    ("delegations_starts_at_in_range", "From", USE_A_YEAR),
    ("delegations_ends_at_in_range", "Until", USE_A_YEAR),
    ("delegations_from_whoever_decides", "From", "it is not an active preceptor or supervisor."),
    ("delegations_to_whoever_decides", "To", "it is not an active preceptor or supervisor."),
    ("kiosks_unique_in_site", "Name", "the site has a kiosk of this name."),
    ("kiosks_location_of_its_site", "Location", "it is another site's."),
    ("users_badge_unique", "Badge", "somebody else of the school has it."),
    ("users_badge_not_blank", "Badge", "use at most 200 characters."),
    ("pins_four_to_eight_digits", "PIN", "use four to eight digits."),
    ("pins_not_easily_guessed", "PIN", "that one is tried first; use another."),
    ("pins_not_as_long_as_numbers", "PIN", "student numbers have that length. Use more or fewer digits."),
    ("kiosk_punches_time_and_site", "Time", "it is not in the future, and an in is at the site of its rotation."),
    ("kiosk_punches_reason_given", "Why", "it has to be filled in."),
    ("kiosk_punches_rotation_of_student", "Rotation", "it is another student's."),
    ("time_records_other_reason_has_words", "Reason", "“Other” needs words."),
    ("users_email_unique", "Email", "somebody has it already."),
    ("users_email_is_address", "Email", "it is not an address. Use name@example.org, without spaces."),
    (
        "users_school_unless_super_admin",
        "School",
        "everybody but a super admin belongs to one, and a super admin to none.",
    ),
    ("users_student_number_unique", "Student number", "another student of the school has it."),
    ("users_student_only", "Student number", "only a student has a number and a standing."),
    ("accounts_password_is_another", "New password", "choose one that differs from the temporary password."),
    ("accounts_password_length", "New one", "use 12 characters or more, at most 72 bytes."),
    ("users_school_id_fkey", "School", "there is no such school."),
    ("programs_unique_in_school", "Name", "the school has a program of this name and class year."),
    ("clinical_sites_unique_in_school", "Name", "the school has a site of this name."),
    ("clinical_sites_time_zone_is_iana", "Time zone", "it is not an IANA zone such as America/Chicago."),
    ("schools_time_zone_is_iana", "Time zone", "it is not an IANA zone such as America/Chicago."),
    ("clinical_site_locations_unique_in_site", "Name", "the site has a location of this name."),
    ("rotations_end_after_start", "To", "it lies before the first day."),
    ("rotations_start_date_in_range", "From", USE_A_YEAR),
    ("rotations_end_date_in_range", "To", USE_A_YEAR),
    ("rotations_nobody_supervises_themselves", "Preceptor", "nobody precepts or supervises themselves."),
    ("rotations_student_has_records", "Student", "this rotation has time records of the present student."),
    ("rotations_student_is_an_active_student", "Student", "it is not an active student."),
    ("rotations_preceptor_is_a_preceptor", "Preceptor", "it is not an active preceptor or supervisor."),
    ("rotations_supervisor_is_a_supervisor", "Supervisor", "it is not an active supervisor."),
    ("rotations_site_is_active", "Site", "the site is inactive."),
    (
        "rotations_not_booked_twice",
        "From",
        "the student is booked already in these days. The school's policy refuses that (:policies).",
    ),
    (
        "rotations_within_capacity",
        "Site",
        "no place is free in these days. The school's policy refuses more (:policies).",
    ),
    ("competency_templates_version_unique", "Name", "there is a template of this name and version."),
    ("competency_assignments_students_only", "Students", "competencies are assigned to students only."),
    ("competency_assignments_due_date_in_range", "Due", USE_A_YEAR),
    ("competency_deployments_effective_date_in_range", "From", USE_A_YEAR),
    ("competency_deployments_expiry_date_in_range", "To", USE_A_YEAR),
    ("alert_rules_from_time_in_range", "From", "24:00 is 00:00 of the next day; use a time before it."),
    ("alert_rules_until_time_in_range", "Until", "24:00 is 00:00 of the next day; use a time before it."),
    ("competency_deployments_expiry_after_effect", "To", "it lies before the first day."),
    ("competency_deployments_template_is_active", "Template", "it is inactive, or no longer there."),
    ("competency_deployments_one_school", "Programs", "one of them is of another school."),
    ("notification_templates_alerts_are_the_platforms", "Title", "alerts are told in the platform's words."),
    ("notification_templates_one_per_type", "Title", "somebody gave it the school's words meanwhile; edit those."),
    ("notification_templates_names_are_known", "Message", "it has a name in {braces} that nothing fills in."),
    ("assessments_scores_within_criteria", "Score", "each score lies between 0 and the best of its criterion."),
    ("assessments_every_criterion_has_a_score", "Score", "every criterion needs one before it is submitted."),
];

/// A value of one of the database's enumerations, or of a column that a CHECK
/// keeps to known values.
pub(super) fn parsed<T: std::str::FromStr>(what: &'static str, value: &str) -> Result<T, Failure> {
    value.parse().map_err(|_| {
        tracing::error!(what, value, "a value from the database is not known to this medstint");
        Failure::Fault(format!("The database holds a {what} that this medstint does not know. Upgrade medstint."))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constraint_has_one_sentence() {
        let mut names: Vec<&str> =
            DENIED.iter().map(|(name, _)| *name).chain(INVALID.iter().map(|(name, ..)| *name)).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn a_database_that_refuses_a_value_is_not_said_to_be_out_of_reach() {
        for code in ["22003", "22007", "22008", "22021", "22023", "22P02", "22P05", "42601", "42703", "54000", "XX000"]
        {
            let failure = unexpected(code);
            assert!(matches!(failure, Failure::Fault(_)) && !failure.is_passing(), "{code}: {failure}");
        }
    }

    #[test]
    fn a_database_without_room_may_have_some_later() {
        for code in ["53100", "53200", "08006", "57P05", "58030"] {
            assert!(unexpected(code).is_passing(), "{code}");
        }
    }
}
