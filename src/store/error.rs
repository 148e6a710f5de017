//! Errors of the driver and names of constraints, turned into sentences.

use crate::domain::Failure;

/// What a person is told. The database's own words may name a hidden row or
/// carry a value; they go to the log at debug level and no further.
pub(super) fn failure(error: &sqlx::Error) -> Failure {
    match error {
        sqlx::Error::Database(db) => database(db.as_ref()),
        sqlx::Error::PoolTimedOut => Failure::Unavailable("no connection was free or could be made within 5 s".into()),
        sqlx::Error::Io(io) => Failure::Unavailable(format!("{}. Check host, port and network", io_words(io))),
        sqlx::Error::Tls(_) => Failure::Unavailable(
            "the server and we could not agree on TLS. Check sslmode and sslrootcert; sslmode=disable only on a trusted path".into(),
        ),
        sqlx::Error::Configuration(_) => Failure::Unavailable("the connection settings cannot be used".into()),
        sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => Failure::Unavailable("the connection was closed".into()),
        sqlx::Error::RowNotFound => Failure::NotFound("It"),
        other => {
            tracing::error!(error = %other, "unexpected database error");
            Failure::Unavailable("its answer was not understood; the log has more".into())
        }
    }
}

/// Whether the statement is worth repeating as it was: a deadlock that the
/// server resolved against us, or a serialization failure.
pub(super) fn is_transient(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Database(db) if matches!(db.code().as_deref(), Some("40P01" | "40001")))
}

fn io_words(io: &std::io::Error) -> &'static str {
    use std::io::ErrorKind as K;
    match io.kind() {
        K::ConnectionRefused => "nobody listens there",
        K::NotFound => "there is no such socket or host",
        K::PermissionDenied => "the socket may not be used by this user",
        K::ConnectionReset | K::ConnectionAborted | K::BrokenPipe | K::UnexpectedEof => "the connection was lost",
        K::TimedOut => "it did not answer in time",
        _ => "the connection failed",
    }
}

fn database(db: &dyn sqlx::error::DatabaseError) -> Failure {
    let code = db.code().unwrap_or_default();
    match code.as_ref() {
        "MS401" => Failure::SignedOut,
        "MS403" | "MS409" | "MS422" | "23514" | "23503" | "23505" | "23502" => refusal(db.constraint(), &code),
        "42501" => Failure::Denied("You may not do this; the database refused it.".into()),
        "28P01" | "28000" => Failure::Unavailable(
            "it refused the user name or password. Check the URL, PGPASSWORD or the password file".into(),
        ),
        "3D000" => Failure::Unavailable("there is no database of that name".into()),
        "3F000" | "42P01" | "42883" => {
            Failure::Unavailable("it does not have the medstint schema. Run `medstint migrate up` as its owner".into())
        }
        "53300" => Failure::Unavailable("it has no connection left. Try again shortly".into()),
        "55P03" | "57014" => {
            Failure::Unavailable("it was too busy with this record or list. Nothing was changed; try again".into())
        }
        "57P01" | "57P02" | "57P03" => Failure::Unavailable("it is starting or stopping".into()),
        _ => {
            tracing::error!(code = %code, constraint = db.constraint(), "unexpected error from PostgreSQL");
            Failure::Unavailable(format!("PostgreSQL reported {code}; nothing was changed"))
        }
    }
}

/// A rule refused; its constraint's name says which one.
fn refusal(constraint: Option<&str>, code: &str) -> Failure {
    let Some(name) = constraint else {
        return Failure::Denied(format!("A rule of the database refused it ({code}); nothing was changed."));
    };
    let denied = |sentence: &str| Failure::Denied(sentence.to_owned());
    let invalid = |what: &'static str, why: &str| Failure::Invalid { what, why: why.to_owned() };
    match name {
        "time_records_open_not_approved" => {
            denied("The record is still open: without a clock-out there are no hours to approve.")
        }
        "time_records_backwards_not_approved" => {
            denied("The clock-out is not after the clock-in; reject the record or have it corrected.")
        }
        "time_records_nobody_decides_for_themselves" => denied("Nobody decides on their own time."),
        "time_records_role_may_not_decide" => denied("Your role may not decide on time records."),
        "time_records_not_assigned" => denied("You are neither preceptor nor supervisor of this rotation."),
        "time_records_decides_in_own_name" => denied("A decision is made in one's own name only."),
        "time_records_super_admin_gives_reason" => invalid("Reason", "a super admin says why."),
        "time_records_undo_own_only" => denied("You can undo your own decisions only; ask a school admin."),
        "time_records_undo_too_late" => {
            denied("The time limit for undoing this decision has passed; ask a school admin.")
        }
        "time_records_undo_first" => denied("It is decided already; undo that decision first."),
        "time_records_decided_is_frozen" => denied("It is decided; undo the decision before changing the record."),
        "time_records_decision_changes_nothing_else" => denied("A decision changes nothing but the decision."),
        "time_records_kind_is_not_chosen" => denied("A decision at the console is made by hand or in bulk."),
        "time_records_rejection_has_reason" => invalid("Reason", "a rejection needs one."),
        "time_records_other_reason_has_words" => invalid("Reason", "“Other” needs words."),
        "users_email_unique" => invalid("Email", "somebody has it already."),
        "users_email_is_address" => invalid("Email", "it is not an address, or not in lower case."),
        "users_school_unless_super_admin" => {
            invalid("School", "everybody but a super admin belongs to one, and a super admin to none.")
        }
        "users_student_number_unique" => invalid("Student number", "another student of the school has it."),
        "accounts_password_length" => invalid("Password", "use 12 characters or more, at most 72 bytes."),
        "users_school_id_fkey" => invalid("School", "there is no such school."),
        name if name.ends_with("_transition") => denied("It is in a state from which that step is not possible."),
        name if name.ends_with("_append_only") => denied("History is append-only."),
        name if name.ends_with("_one_school") => denied("It would tie two schools together."),
        name => Failure::Denied(format!("A rule refused it ({name}); nothing was changed.")),
    }
}

/// A value of one of the database's enumerations, or of a column that a CHECK
/// keeps to known values.
pub(super) fn parsed<T: std::str::FromStr>(what: &'static str, value: &str) -> Result<T, Failure> {
    value.parse().map_err(|_| {
        tracing::error!(what, value, "a value from the database is not known to this medstint");
        Failure::Unavailable(format!("it holds a {what} that this medstint does not know. Upgrade medstint"))
    })
}
