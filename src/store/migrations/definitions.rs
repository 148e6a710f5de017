//! The current definitions of functions, triggers, policies and grants: the files of `sql/`, and
//! whether they match those of a database. They are applied as a whole after the numbered steps
//! (`replacement`), whenever their hash differs from the one that the database has recorded.
//!
//! - *Nothing altered by hand stays.* The hash of each definition in the catalogue is recorded as
//!   well. That finds a policy that was altered, a trigger or row-level security that was disabled,
//!   a wider grant. `migrate status` and `doctor` name what differs, `migrate up` puts it back, and
//!   the audit event says what that was.
//! - *Another server.* After an upgrade of the server everything is applied once more, because
//!   another version words definitions differently.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};
use sqlx::{FromRow, PgConnection, Row};

use super::catalogue::{self, Catalogue};
use crate::domain::Failure;
use crate::store::error;

/// A file of `sql/`: its path there and its text.
type File = (&'static str, &'static str);

macro_rules! files {
    ($kind:literal: $($name:literal),+ $(,)?) => {
        &[$((
            concat!($kind, "/", $name, ".sql"),
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/sql/", $kind, "/", $name, ".sql")),
        )),+]
    };
}

pub(super) const FUNCTIONS: &[File] = files!("functions":
    "alerts", "audit_events", "audit_seals", "authorities", "changes", "competencies", "days", "decisions",
    "deployments",
    "flag_rules", "flagging", "flags", "keys", "kiosks", "lists", "locks", "missing_records", "notifications", "passwords", "people",
    "pins", "punches", "quarantine", "questions_and_corrections", "rotations", "schema", "second_person",
    "sessions", "sign_in", "tenancy", "text", "time_records", "who_acts",
);

pub(super) const GRANTS: &[File] = files!("grants":
    "audit", "competencies", "functions", "kiosks", "notifications", "people", "rotations", "sites", "time_records",
);

const TRIGGERS: &[File] = files!("triggers":
    "audit", "competencies", "kiosks", "notifications", "people", "rotations", "sites", "time_records",
);

const POLICIES: &[File] = files!("policies":
    "audit", "competencies", "kiosks", "notifications", "people", "rotations", "sites", "time_records",
);

/// Whether the definitions of this program are the ones that stand in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    Current,
    /// These were altered or dropped by hand.
    Altered(Vec<String>),
    /// They were applied on this major version of `PostgreSQL`, which worded them differently.
    OnServer(i32),
    /// Those of this release of medstint are in place.
    Of(String),
    Missing,
}

/// What the database has recorded of a definition.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub(super) struct Recorded {
    pub(super) name: String,
    /// Of the statement that creates it; none for functions and grants, which are always applied.
    pub(super) statement: Option<Vec<u8>>,
    /// Of what stood in the catalogue after it was applied.
    pub(super) standing: Option<String>,
}

/// A trigger or a policy with the statement that creates it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Definition {
    /// `TRIGGER z_touch ON users`
    pub(super) name: String,
    pub(super) statement: &'static str,
}

impl Definition {
    pub(super) fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.statement).to_vec()
    }
}

/// The triggers and policies of `sql/`, in the order of their files.
pub(super) fn definitions() -> Vec<Definition> {
    TRIGGERS.iter().chain(POLICIES).flat_map(|(_, text)| statements(text)).filter_map(definition).collect()
}

/// The statements of a file without bodies of functions, each without its semicolon.
fn statements(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.split(";\n").map(|statement| {
        let mut rest = statement.trim();
        while rest.starts_with("--") {
            rest = rest.split_once('\n').map_or("", |(_, rest)| rest.trim_start());
        }
        rest
    })
}

fn definition(statement: &'static str) -> Option<Definition> {
    let words: Vec<&str> = statement.split_whitespace().collect();
    let (kind, name) = match words.as_slice() {
        ["CREATE", "CONSTRAINT", "TRIGGER", name, ..] | ["CREATE", "TRIGGER", name, ..] => ("TRIGGER", name),
        ["CREATE", "POLICY", name, ..] => ("POLICY", name),
        _ => return None,
    };
    let table = words.iter().skip_while(|word| **word != "ON").nth(1)?;
    Some(Definition { name: format!("{kind} {name} ON {table}"), statement })
}

/// A hash of all files.
pub(super) fn hash() -> Vec<u8> {
    let mut hash = Sha256::new();
    for (name, text) in FUNCTIONS.iter().chain(GRANTS).chain(TRIGGERS).chain(POLICIES) {
        hash.update(name);
        hash.update([0]);
        hash.update(text);
        hash.update([0]);
    }
    hash.finalize().to_vec()
}

/// Whether a release is newer than another: `0.10.0` than `0.9.1`.
pub(super) fn is_newer(release: &str, than: &str) -> bool {
    let parts = |release: &str| release.split('.').map(|part| part.parse::<u64>().unwrap_or(0)).collect::<Vec<_>>();
    parts(release) > parts(than)
}

pub(super) async fn state(connection: &mut PgConnection) -> Result<State, sqlx::Error> {
    let Some(release) = recorded_release(connection).await? else { return Ok(State::Missing) };
    if release.hash != hash() {
        return Ok(State::Of(release.release));
    }
    if release.server != catalogue::server(connection).await? {
        return Ok(State::OnServer(release.server));
    }
    let altered = altered(&recorded(connection).await?, &catalogue::read(connection).await?);
    Ok(if altered.is_empty() { State::Current } else { State::Altered(altered) })
}

/// The release whose definitions were applied last.
#[derive(FromRow)]
struct RecordedRelease {
    hash: Vec<u8>,
    release: String,
    server: i32,
}

async fn recorded_release(connection: &mut PgConnection) -> Result<Option<RecordedRelease>, sqlx::Error> {
    let exists = sqlx::raw_sql("SELECT to_regclass('medstint.definitions_release') IS NOT NULL");
    if !exists.fetch_one(&mut *connection).await?.try_get::<bool, _>(0)? {
        return Ok(None);
    }
    sqlx::query_as("SELECT hash, release, server FROM medstint.definitions_release")
        .persistent(false)
        .fetch_optional(connection)
        .await
}

/// Whether any release has applied its definitions.
pub(super) async fn are_recorded(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    Ok(recorded_release(connection).await?.is_some())
}

pub(super) async fn recorded(connection: &mut PgConnection) -> Result<Vec<Recorded>, sqlx::Error> {
    sqlx::query_as("SELECT name, statement, standing FROM medstint.definitions ORDER BY name")
        .persistent(false)
        .fetch_all(connection)
        .await
}

/// What `medstint doctor` finds in the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Examined {
    /// What was altered or dropped by hand, and policies on our tables that are not ours.
    Compared { altered: Vec<String>, foreign: Vec<String> },
    /// They were applied on this major version of `PostgreSQL`, which worded them differently.
    OnServer(i32),
}

/// Compares what was applied with what stands; any role of ours may.
///
/// # Errors
/// [`Failure::Unavailable`].
pub async fn examine(connection: &mut PgConnection) -> Result<Examined, Failure> {
    let examining = async {
        let applied: Vec<(String, Option<String>, i32)> =
            sqlx::query_as("SELECT name, standing, server FROM medstint.applied_definitions() ORDER BY name")
                .persistent(false)
                .fetch_all(&mut *connection)
                .await?;
        let Some((.., server)) = applied.first() else {
            // The function itself was altered: it lists what was applied.
            let altered = vec!["FUNCTION medstint.applied_definitions()".to_owned()];
            return Ok(Examined::Compared { altered, foreign: Vec::new() });
        };
        if *server != catalogue::server(connection).await? {
            return Ok(Examined::OnServer(*server));
        }
        let recorded: Vec<Recorded> =
            applied.into_iter().map(|(name, standing, _)| Recorded { name, statement: None, standing }).collect();
        let standing = catalogue::read(connection).await?;
        Ok(Examined::Compared { altered: altered(&recorded, &standing), foreign: foreign(&recorded, &standing) })
    };
    examining.await.map_err(|error: sqlx::Error| error::failure(&error))
}

/// Policies on our tables that are not ours: a permissive one lets more through.
fn foreign(recorded: &[Recorded], standing: &Catalogue) -> Vec<String> {
    let ours: BTreeSet<&str> =
        recorded.iter().map(|one| one.name.as_str()).filter(|name| name.starts_with("POLICY ")).collect();
    let tables: BTreeSet<&str> = ours.iter().map(|name| table_of(name)).collect();
    let is_foreign = |name: &&String| {
        name.starts_with("POLICY ")
            && tables.contains(table_of(name))
            && !ours.contains(name.as_str())
            && !is_of_owner(name)
    };
    standing.keys().filter(is_foreign).cloned().collect()
}

/// Whether it is the policy of a table's owner, which is made with the table.
pub(super) fn is_of_owner(name: &str) -> bool {
    let table = table_of(name);
    let unqualified = table.rsplit('.').next().unwrap_or(table);
    name == format!("POLICY {unqualified}_owner ON {table}")
}

/// The names of what does not stand as it was applied.
fn altered(recorded: &[Recorded], standing: &Catalogue) -> Vec<String> {
    recorded.iter().filter(|one| standing.get(&one.name) != one.standing.as_ref()).map(|one| one.name.clone()).collect()
}

/// The table of a trigger or a policy that is named as in DROP.
pub(super) fn table_of(name: &str) -> &str {
    name.rsplit(' ').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_applied() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("sql");
        let mut found = Vec::new();
        for kind in ["functions", "grants", "triggers", "policies"] {
            for entry in std::fs::read_dir(root.join(kind)).expect("a directory") {
                found.push(format!("{kind}/{}", entry.expect("an entry").file_name().display()));
            }
        }
        found.sort();
        let mut applied: Vec<&str> =
            FUNCTIONS.iter().chain(GRANTS).chain(TRIGGERS).chain(POLICIES).map(|(name, _)| *name).collect();
        applied.sort_unstable();
        assert_eq!(found, applied);
    }

    #[test]
    fn every_statement_creates_a_trigger_or_a_policy() {
        for (file, text) in TRIGGERS.iter().chain(POLICIES) {
            for statement in statements(text).filter(|statement| !statement.is_empty()) {
                assert!(definition(statement).is_some(), "{file}: {statement}");
            }
        }
    }

    #[test]
    fn a_definition_is_named_as_in_drop() {
        let names: Vec<String> = statements(
            "-- People.\n\nCREATE CONSTRAINT TRIGGER e_keep_days AFTER UPDATE OF time_zone ON users\n  FOR EACH ROW EXECUTE FUNCTION f();\nCREATE POLICY users_read ON users FOR SELECT USING (true);\n",
        )
        .filter_map(definition)
        .map(|definition| definition.name)
        .collect();
        assert_eq!(names, ["TRIGGER e_keep_days ON users", "POLICY users_read ON users"]);
    }

    #[test]
    fn releases_are_compared_by_their_numbers() {
        assert!(is_newer("0.10.0", "0.9.1"));
        assert!(!is_newer("0.9.1", "0.9.1"));
    }

    #[test]
    fn no_line_is_wider_than_120_columns() {
        for (file, text) in FUNCTIONS.iter().chain(GRANTS).chain(TRIGGERS).chain(POLICIES) {
            for (number, line) in (1..).zip(text.lines()) {
                assert!(line.chars().count() <= 120, "{file}:{number}");
            }
        }
    }

    /// The string literals whose meaning `standard_conforming_strings` changes: plain ones with a
    /// backslash.
    fn ambiguous_literals(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        let mut rest = text;
        while let Some(start) = rest.find(['\'', '-']) {
            let (before, tail) = rest.split_at(start);
            if tail.starts_with("--") {
                rest = tail.split_once('\n').map_or("", |(_, next)| next);
                continue;
            }
            rest = &tail[1..];
            if tail.starts_with('-') {
                continue;
            }
            let is_escaped = before.ends_with('E');
            let end = if is_escaped { end_of_escaped(rest) } else { rest.find('\'').expect("the end of a literal") };
            let literal = &rest[..end];
            if !is_escaped && literal.contains('\\') {
                found.push(literal);
            }
            rest = &rest[end + 1..];
        }
        found
    }

    /// Where the text of an `E'…'` literal ends.
    fn end_of_escaped(text: &str) -> usize {
        let mut characters = text.char_indices().peekable();
        while let Some((at, character)) = characters.next() {
            let is_doubled = character == '\'' && characters.peek().is_some_and(|(_, next)| *next == '\'');
            if character == '\\' || is_doubled {
                characters.next();
            } else if character == '\'' {
                return at;
            }
        }
        panic!("a literal without an end: {text}")
    }

    #[test]
    fn literals_with_backslashes_are_found_unless_they_are_escaped() {
        let text = "-- don't \\\nSELECT 'a''\\d' || E'\\'\\n''\\t' || U&'\\2019' || 'b - c' - 1";
        assert_eq!(ambiguous_literals(text), ["\\d", "\\2019"]);
    }

    /// The body of a function is parsed in the session of its caller, who may have switched
    /// `standard_conforming_strings` off.
    #[test]
    fn no_function_depends_on_the_callers_standard_conforming_strings() {
        for (file, text) in FUNCTIONS {
            assert_eq!(ambiguous_literals(text), [""; 0], "{file}");
        }
        let steps = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
        for step in std::fs::read_dir(steps).expect("a directory") {
            let path = step.expect("an entry").path();
            let text = std::fs::read_to_string(&path).expect("a step");
            for body in text.split("$$").skip(1).step_by(2) {
                assert_eq!(ambiguous_literals(body), [""; 0], "{}", path.display());
            }
        }
    }
}
