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
        sqlx::Error::PoolTimedOut => Failure::Unavailable("no connection became free in time".into()),
        sqlx::Error::Io(io) => Failure::Unavailable(format!("{}. Check host, port and network", io_words(io))),
        sqlx::Error::Configuration(_) => Failure::Unavailable("the connection settings cannot be used".into()),
        sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
            Failure::Unavailable("the connection was closed".into())
        }
        sqlx::Error::Protocol(why) if why.contains(SSL_REQUEST) => Failure::Unavailable(ssl_request(why).into()),
        sqlx::Error::RowNotFound => Failure::NotFound("It"),
        sqlx::Error::Encode(error) => {
            tracing::error!(%error, "a value that cannot be sent");
            Failure::Fault(OUT_OF_RANGE.into())
        }
        other => {
            tracing::error!(error = %other, "unexpected database error");
            Failure::Fault("The database sent an answer that this medstint doesn't know. Upgrade medstint; see the log for details.".into())
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

/// Whether a pooler stopped keeping prepared statements while connections relied on it: the
/// name of a statement is missing, taken, or that of another client's statement.
pub(super) fn is_mixed_up(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(db) = error else { return false };
    match db.code().as_deref() {
        Some("26000" | "42P05") => true,
        Some("08P01") => db.message().contains("bind message supplies"),
        _ => false,
    }
}

/// What a pooler means by 08P01, which it reports for every refusal. `PostgreSQL` itself
/// reports it of no statement that is ours.
fn pooler(message: &str) -> &'static str {
    let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
    if says(&["no more connections"]) {
        "the connection pooler is full (max_client_conn). Try again shortly"
    } else if says(&["query_wait_timeout", "query_timeout"]) {
        "the connection pooler had no free server connection in time. Try again, or raise its pool size"
    } else if says(&["no such database", "is disabled", "database does not allow"]) {
        "the connection pooler has no such database, or it is disabled there. Check its settings"
    } else if says(&["no such user", "unknown user"]) {
        "the connection pooler doesn't know the user. Check the URL and the pooler's users"
    } else if says(&["server login", "cannot connect to server", "server conn", "pgbouncer cannot connect"]) {
        "the connection pooler can't reach its server. Check the server and the pooler's log"
    } else if says(&["bind message supplies"]) {
        MIXED_UP
    } else {
        "the connection pooler refused it (08P01). See its log; its pool mode must be transaction or session"
    }
}

const MIXED_UP: &str = "the connection pooler stopped keeping prepared statements. medstint adapts to that; try again";

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

/// What the driver calls its first message where TLS is wanted.
const SSL_REQUEST: &str = "SSLRequest";

/// Why the server's answer to the request for TLS is neither yes nor no. The driver reads a
/// connection that was closed as a zero.
fn ssl_request(why: &str) -> &'static str {
    if why.contains("0x00") {
        "the server closed the connection when asked for TLS. It may be starting or full; check host and port"
    } else {
        "the server's answer is not PostgreSQL's. Check host and port"
    }
}

fn io_words(io: &std::io::Error) -> &'static str {
    use std::io::ErrorKind as K;
    match io.kind() {
        K::ConnectionRefused => "nothing is listening there",
        K::NotFound => "there is no such socket or host",
        K::PermissionDenied => "the socket may not be used by this user",
        K::ConnectionReset | K::ConnectionAborted | K::BrokenPipe | K::UnexpectedEof => "the connection was lost",
        K::TimedOut => "it did not answer in time",
        K::HostUnreachable | K::NetworkUnreachable => "there is no route to it",
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
        "08P01" => Failure::Unavailable(pooler(db.message()).into()),
        "26000" | "42P05" => Failure::Unavailable(MIXED_UP.into()),
        "53300" => Failure::Unavailable("it has no free connections. Try again shortly".into()),
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
            Some("54") => fault("The request is too large for the database. Select fewer rows; nothing was changed."),
            _ => Failure::Fault(format!(
                "The database could not do that (PostgreSQL reported {code}); nothing was changed. See the log for details."
            )),
        },
    }
}

/// A rule refused; its constraint's name says which one.
fn refusal(constraint: Option<&str>, code: &str) -> Failure {
    let Some(name) = constraint else {
        return Failure::Denied(format!("A database rule doesn't allow this ({code}); nothing was changed."));
    };
    if let Some((_, sentence)) = denial(name) {
        return Failure::Denied(sentence.to_owned());
    }
    if let Some((_, what, why)) = INVALID.iter().find(|(constraint, ..)| *constraint == name) {
        return Failure::Invalid { what, why: (*why).to_owned() };
    }
    let denied = |sentence: &str| Failure::Denied(sentence.to_owned());
    match name {
        name if name.ends_with("_transition") => {
            denied("That step isn't possible in its current state. Reload and check its status.")
        }
        name if name.ends_with("_append_only") => denied("History is append-only."),
        name if name.ends_with("_one_school") => {
            denied("Everything in it must belong to the same school. Choose again.")
        }
        name if name.ends_with("_school_is_fixed") => denied("This can't move to another school. Add a new one there."),
        name if name.ends_with("_not_blank") => Failure::Invalid { what: "Name", why: "fill it in.".into() },
        name if name.ends_with("_is_plain") => {
            Failure::Invalid { what: plain_text(name), why: "it contains a hidden character. Type it again.".into() }
        }
        name if name.ends_with("_in_range") => Failure::Invalid { what: "Date", why: USE_A_YEAR.into() },
        name if name.ends_with("_finite") => Failure::Invalid { what: "Number", why: "use a finite number.".into() },
        "is_json_array" | "is_json_object" => {
            Failure::Invalid { what: "List", why: "a character or number in it cannot be stored.".into() }
        }
        name if name.ends_with("_fkey") => {
            denied("Something it refers to was removed, or something else still refers to it. Reload and try again.")
        }
        name => Failure::Denied(format!("A rule doesn't allow this ({name}); nothing was changed.")),
    }
}

/// What a person is told where the rule of this name refuses a change.
pub(super) fn refused_by(rule: &str) -> Failure {
    refusal(Some(rule), "MS403")
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

/// The rule that keeps events of the platform to super admins, and its sentence.
pub(super) const PLATFORM_EVENTS: (&str, &str) = (
    "audit_logs_platform_events",
    "Only super admins can see platform events. Leave out --platform to read your school's events; this attempt was recorded.",
);

/// Rules about who may do what, and in which state.
const DENIED: &[(&str, &str)] = &[
    ("time_records_open_not_approved", "The record has no clock-out yet, so there are no hours to approve."),
    (
        "time_records_backwards_not_approved",
        "The clock-out isn't after the clock-in. Reject the record or correct its times.",
    ),
    ("exports_of_audit_by_administrators", "Only administrators can export audit events; this attempt was recorded."),
    PLATFORM_EVENTS,
    (
        "alerts_acknowledged_by_school_admins",
        "Only an administrator of the school can acknowledge this alert, and nobody who can edit its rule.",
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
    ("time_records_undo_too_late", "The time limit for undoing this decision has passed. Ask a school admin."),
    ("time_records_undo_first", "This record has already been decided. Undo that decision first."),
    ("time_records_decided_is_frozen", "This record has been decided. Undo the decision before you change it."),
    ("time_records_decision_changes_nothing_else", "A decision can't change anything else about the record."),
    ("time_records_kind_is_not_chosen", "Decisions in the console are recorded as made by hand or in bulk."),
    (
        "time_records_nobody_decides_on_their_edit",
        "You changed the times of this record. Ask someone else to decide on it.",
    ),
    (
        "time_records_hard_flag_is_the_supervisors",
        "This record has a hard flag. A supervisor or school admin must decide on it.",
    ),
    ("time_records_hard_flags_one_by_one", "Approve records with a hard flag one at a time."),
    ("time_records_flags_are_due", "A neighbouring record has changed. Check the flags again before you decide."),
    ("time_records_hours_are_locked", "The rotation is completed, so its hours are locked."),
    (
        "time_records_correction_is_open",
        "A correction is open for this record. Approve, reject or withdraw it first (:corrections).",
    ),
    ("time_records_student_has_left", "The student has moved to another school, so their hours here can't change."),
    ("time_records_rotation_of_student", "A rotation and its records must have the same student. Reload."),
    ("time_record_questions_whoever_decides", "Only someone who can decide on this record can ask about it."),
    ("time_record_questions_while_pending", "This record has been decided. Undo the decision first."),
    ("time_record_questions_the_student_answers", "Only the student of this record can answer."),
    ("time_record_questions_something_is_asked", "There is no open question about this record."),
    ("time_record_corrections_who_may", "You can't correct this record."),
    (
        "time_record_corrections_while_pending",
        "This record has been decided. Undo the decision before you change its times.",
    ),
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
        "The student has pending time records here. Decide on them before you change the school.",
    ),
    ("users_administrators_only", "Only administrators can edit other people."),
    ("users_up_to_own_role", "You can't give or edit a role higher than your own."),
    ("users_password_is_reset_by_administrators", "You can't reset this password. Change your own with :password."),
    ("rotations_ended_is_frozen", "The rotation is completed or cancelled and can't change."),
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
    (
        "competency_deployments_nothing_to_take_back",
        "This deployment can't be rolled back: it wasn't created in this console.",
    ),
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
    ("kiosks_administrators_enrol", "Only administrators can enrol and revoke kiosks."),
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

/// Rules about what a field holds: the field's label, and why not.
const INVALID: &[(&str, &str, &str)] = &[
    ("exports_name_recipient_and_purpose", "Export", "enter a recipient and a purpose."),
    ("audit_logs_kept_for_six_years", "--older-than", "events are kept for six years. Use an earlier day."),
    ("time_records_super_admin_gives_reason", "Reason", "a super admin has to give a reason."),
    ("time_records_rejection_has_reason", "Reason", "a rejection needs a reason."),
    ("time_records_hard_flag_needs_reason", "Reason", "a record with a hard flag needs a reason."),
    ("time_record_corrections_out_after_in", "Out", "it must be after the clock-in."),
    ("time_record_corrections_change_something", "In", "change at least one of the times."),
    ("time_record_corrections_keep_the_clock_out", "Out", "fill it in."),
    ("time_record_corrections_at_most_99_hours", "Out", "this would be more than 99.99 h, the limit of one record."),
    ("time_records_at_most_99_hours", "Time", "this would be more than 99.99 h, the limit of one record."),
    ("time_record_corrections_not_in_the_future", "Out", "it is in the future."),
    ("alert_rules_one_of_a_code", "Code", "the school already has a rule with this code. Edit that one."),
    ("alert_rules_of_something", "Events", "name at least one action."),
    ("alert_rules_hours_both", "Until", "fill in both times, or neither."),
    ("alert_rules_threshold_positive", "Threshold", "use 1 or more."),
    ("alert_rules_window_sensible", "Within", "use a time from one second to seven days."),
    ("delegations_to_somebody_else", "To", "choose someone else."),
    ("delegations_end_after_start", "Until", "it is before the first day."),
    ("delegations_at_most_a_year", "Until", "use a day within a year of the first one."),
    ("delegations_starts_at_in_range", "From", USE_A_YEAR),
    ("delegations_ends_at_in_range", "Until", USE_A_YEAR),
    ("delegations_from_whoever_decides", "From", "choose an active preceptor or supervisor."),
    ("delegations_to_whoever_decides", "To", "choose an active preceptor or supervisor."),
    ("kiosks_unique_in_site", "Name", "the site already has a kiosk with this name."),
    ("kiosks_location_of_its_site", "Location", "choose a location of this site."),
    ("users_badge_unique", "Badge", "someone else in the school has this badge."),
    ("users_badge_not_blank", "Badge", "use at most 200 characters."),
    ("pins_four_to_eight_digits", "PIN", "use four to eight digits."),
    ("pins_not_easily_guessed", "PIN", "it is too easy to guess. Use another one."),
    ("pins_not_as_long_as_numbers", "PIN", "student numbers have this length. Use more or fewer digits."),
    ("kiosk_punches_time_and_site", "Time", "use a time in the past; a clock-in must be at the rotation's site."),
    ("kiosk_punches_reason_given", "Why", "fill it in."),
    ("kiosk_punches_rotation_of_student", "Rotation", "choose a rotation of this student."),
    ("time_records_other_reason_has_words", "Reason", "describe the reason when you choose “Other”."),
    ("users_email_unique", "Email", "someone else already has this address."),
    ("users_email_is_address", "Email", "this isn't an address. Use name@example.org, without spaces and with one @."),
    ("users_school_unless_super_admin", "School", "a super admin has no school; everyone else needs one."),
    ("users_student_number_unique", "Student number", "another student in the school has this number."),
    ("users_student_only", "Student number", "only students have a number and an enrolment status."),
    ("accounts_password_is_another", "New password", "choose one that differs from the temporary password."),
    ("accounts_password_length", "New password", "use at least 12 characters and at most 72 bytes."),
    ("users_school_id_fkey", "School", "there is no such school."),
    ("programs_unique_in_school", "Name", "the school already has a program with this name and class year."),
    ("clinical_sites_unique_in_school", "Name", "the school already has a site with this name."),
    ("clinical_sites_time_zone_is_iana", "Time zone", "use an IANA zone such as America/Chicago."),
    ("schools_time_zone_is_iana", "Time zone", "use an IANA zone such as America/Chicago."),
    ("clinical_site_locations_unique_in_site", "Name", "the site already has a location with this name."),
    ("rotations_end_after_start", "To", "it is before the first day."),
    ("rotations_start_date_in_range", "From", USE_A_YEAR),
    ("rotations_end_date_in_range", "To", USE_A_YEAR),
    ("rotations_nobody_supervises_themselves", "Preceptor", "choose someone other than the student."),
    ("rotations_student_has_records", "Student", "this rotation has time records and must keep its student."),
    ("rotations_student_is_an_active_student", "Student", "choose an active student."),
    ("rotations_preceptor_is_a_preceptor", "Preceptor", "choose an active preceptor or supervisor."),
    ("rotations_supervisor_is_a_supervisor", "Supervisor", "choose an active supervisor."),
    ("rotations_site_is_active", "Site", "this site is inactive. Choose another one."),
    (
        "rotations_not_booked_twice",
        "From",
        "the student is already booked on these days, and the school's policy doesn't allow that (:policies).",
    ),
    (
        "rotations_within_capacity",
        "Site",
        "the site is full on these days, and the school's policy doesn't allow more (:policies).",
    ),
    ("competency_templates_version_unique", "Name", "a template with this name and version already exists."),
    ("competency_assignments_students_only", "Students", "competencies can only be assigned to students."),
    ("competency_assignments_due_date_in_range", "Due", USE_A_YEAR),
    ("competency_deployments_effective_date_in_range", "From", USE_A_YEAR),
    ("competency_deployments_expiry_date_in_range", "To", USE_A_YEAR),
    ("alert_rules_from_time_in_range", "From", "use a time before 24:00; midnight is 00:00."),
    ("alert_rules_until_time_in_range", "Until", "use a time before 24:00; midnight is 00:00."),
    ("competency_deployments_expiry_after_effect", "To", "it is before the first day."),
    ("competency_deployments_template_is_active", "Template", "it is inactive or was removed. Choose another one."),
    ("competency_deployments_one_school", "Programs", "one of them belongs to another school."),
    ("notification_templates_alerts_are_the_platforms", "Title", "the text of alerts can't be changed."),
    ("notification_templates_one_per_type", "Title", "the school already has its own message for this. Edit that one."),
    (
        "notification_templates_names_are_known",
        "Message",
        "it contains a name in {braces} that doesn't exist. Correct or remove it.",
    ),
    ("assessments_scores_within_criteria", "Score", "each score must be between 0 and the maximum of its criterion."),
    ("assessments_every_criterion_has_a_score", "Score", "score every criterion before you submit."),
];

/// A value of one of the database's enumerations, or of a column that a CHECK
/// keeps to known values.
pub(super) fn parsed<T: std::str::FromStr>(what: &'static str, value: &str) -> Result<T, Failure> {
    value.parse().map_err(|_| {
        tracing::error!(what, value, "a value from the database is not known to this medstint");
        Failure::Fault(format!(
            "The database contains a {what} that this version of medstint doesn't know. Upgrade medstint."
        ))
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
    fn refused_values_are_not_reported_as_an_unreachable_database() {
        for code in ["22003", "22007", "22008", "22021", "22023", "22P02", "22P05", "42601", "42703", "54000", "XX000"]
        {
            let failure = unexpected(code);
            assert!(matches!(failure, Failure::Fault(_)) && !failure.is_transient(), "{code}: {failure}");
        }
    }

    #[test]
    fn exhausted_resources_are_transient() {
        for code in ["53100", "53200", "08006", "57P05", "58030"] {
            assert!(unexpected(code).is_transient(), "{code}");
        }
    }
}
