//! Errors of the driver, turned into failures. Sentences of rules are in `presentation::rules`.

use super::columns;
use super::transaction::is_outcome_unknown;
use crate::domain::Failure;
use crate::domain::years::USE_A_YEAR;
use crate::presentation::{rules, sentences};

/// The failure that a person reads. The database's own message may name a hidden row or
/// contain a value, so it only goes to the log at debug level.
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
            Failure::Fault(sentences::UNKNOWN_ANSWER.into())
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
        "42501" => Failure::Denied("You don't have permission to do this.".into()),
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

/// An error without a rule, by its class: each needs a different remedy.
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
        return Failure::Denied(sentences::unknown_rule(code));
    };
    if let Some(failure) = rules::refusal(name) {
        return failure;
    }
    if let Some(failure) = of_column(name) {
        return failure;
    }
    let denied = |sentence: &str| Failure::Denied(sentence.to_owned());
    match name {
        name if name.ends_with("_transition") => {
            denied("That step isn't possible in its current state. Reload and check its status.")
        }
        name if name.ends_with("_append_only") => denied("History can't be changed or deleted."),
        name if name.ends_with("_one_school") => {
            denied("Everything in it must belong to the same school. Choose again.")
        }
        name if name.ends_with("_school_is_fixed") => denied("This can't move to another school. Add a new one there."),
        "is_json_array" | "is_json_object" => {
            Failure::Setting { what: "List", why: "a character or number in it cannot be stored.".into() }
        }
        name if name.ends_with("_fkey") => {
            denied("Something it refers to was removed, or something else still refers to it. Reload and try again.")
        }
        name => Failure::Denied(sentences::unknown_rule(name)),
    }
}

/// The refusal of the rule with this name.
pub(super) fn refused_by(rule: &str) -> Failure {
    refusal(Some(rule), "MS403")
}

/// What a rule about the values of one column says, by the end of its name. The rest of the name
/// is the table and the column, and so the field.
fn of_column(rule: &str) -> Option<Failure> {
    let (column, label, why) = if let Some(column) = rule.strip_suffix("_not_blank") {
        (column, "Text", "fill it in.")
    } else if let Some(column) = rule.strip_suffix("_is_plain") {
        (column, "Text", "it contains a hidden character. Type it again.")
    } else if let Some(column) = rule.strip_suffix("_in_range") {
        (column, "Date", USE_A_YEAR)
    } else {
        (rule.strip_suffix("_finite")?, "Number", "use a finite number.")
    };
    let why = why.to_owned();
    Some(match columns::field_of(column) {
        Some(field) => Failure::Invalid { field, why },
        None => Failure::Setting { what: label, why },
    })
}

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
