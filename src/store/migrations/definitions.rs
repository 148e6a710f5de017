//! The current definitions of functions, triggers, policies and grants: the files of `sql/`. They
//! are applied as a whole after the numbered steps, whenever their hash differs from the one that
//! the database has recorded.
//!
//! - *Little waiting.* Replacing functions and grants locks no table. Triggers and policies do, so
//!   only those whose statement changed are made anew, after the functions and everything else that
//!   takes time. One LOCK TABLE with a limit of 0.5 s comes first. It names tables in the order of
//!   writers, the audit trail last; in another order it would wait for a writer that waits for it.
//!   An attempt that is locked out gives everything back and is repeated for a minute.
//! - *No leftovers.* `medstint.definitions` records every object that `sql/` made. What is recorded
//!   and not there any more is dropped, never with CASCADE. All grants on our own tables and
//!   functions, also those to PUBLIC, are revoked and given again.
//! - *Nothing altered by hand stays.* The hash of each definition in the catalogue is recorded as
//!   well. That finds a policy that was altered, a trigger or row-level security that was disabled,
//!   a wider grant. `migrate status` and `doctor` name what differs, `migrate up` puts it back, and
//!   the audit event says what that was.
//! - *Another server.* After an upgrade of the server everything is applied once more, because
//!   another version words definitions differently.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, FromRow, PgConnection, Row};

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

const FUNCTIONS: &[File] = files!("functions":
    "alerts", "audit_events", "audit_seals", "changes", "competencies", "days", "decisions", "deployments",
    "flag_rules", "flagging", "flags", "kiosks", "lists", "locks", "missing_records", "notifications", "passwords", "people",
    "pins", "punches", "quarantine", "questions_and_corrections", "rotations", "schema", "second_person",
    "sessions", "sign_in", "tenancy", "text", "time_records", "who_acts",
);

const GRANTS: &[File] = files!("grants":
    "audit", "competencies", "functions", "kiosks", "notifications", "people", "rotations", "sites", "time_records",
);

const TRIGGERS: &[File] = files!("triggers":
    "audit", "competencies", "kiosks", "notifications", "people", "rotations", "sites", "time_records",
);

const POLICIES: &[File] = files!("policies":
    "audit", "competencies", "kiosks", "notifications", "people", "rotations", "sites", "time_records",
);

/// How long tables are waited for while others of them are locked already. Punches wait as
/// long.
const LOCKS_WITHIN: &str = "500ms";

/// Functions may use tables and functions that come later.
const BEFORE_FUNCTIONS: &str = "SET LOCAL check_function_bodies = off";

/// Writers lock tables in this order; what is left stands in between, and the trail comes last.
/// Another order would wait for a writer that waits for us.
const LOCKED_FIRST: [&str; 6] = ["time_records", "rotations", "clinical_sites", "programs", "users", "schools"];
const LOCKED_LAST: [&str; 5] = ["notifications", "alerts", "audit_logs", "medstint.audit_unsealed", "audit_seals"];

/// What replacing the definitions changed, named as in DROP.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    pub created: Vec<String>,
    pub replaced: Vec<String>,
    pub dropped: Vec<String>,
}

impl Changes {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.created.is_empty() && self.replaced.is_empty() && self.dropped.is_empty()
    }
}

impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} created, {} replaced, {} dropped", self.created.len(), self.replaced.len(), self.dropped.len())
    }
}

/// Whether the definitions of this program are the ones that stand in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    Current,
    /// Somebody altered or dropped these by hand.
    Altered(Vec<String>),
    /// They were applied on this major version of `PostgreSQL`, which worded them differently.
    OnServer(i32),
    /// Those of this release of medstint are in place.
    Of(String),
    Missing,
}

/// What the database has recorded of a definition.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
struct Recorded {
    name: String,
    /// Of the statement that creates it; none for functions and grants, which are always applied.
    statement: Option<Vec<u8>>,
    /// Of what stood in the catalogue after it was applied.
    standing: Option<String>,
}

/// A trigger or a policy with the statement that creates it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Definition {
    /// `TRIGGER z_touch ON users`
    name: String,
    statement: &'static str,
}

impl Definition {
    fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.statement).to_vec()
    }
}

/// The triggers and policies of `sql/`, in the order of their files.
fn definitions() -> Vec<Definition> {
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
fn hash() -> Vec<u8> {
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

async fn recorded(connection: &mut PgConnection) -> Result<Vec<Recorded>, sqlx::Error> {
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
fn is_of_owner(name: &str) -> bool {
    let table = table_of(name);
    let unqualified = table.rsplit('.').next().unwrap_or(table);
    name == format!("POLICY {unqualified}_owner ON {table}")
}

/// The names of what does not stand as it was applied.
fn altered(recorded: &[Recorded], standing: &Catalogue) -> Vec<String> {
    recorded.iter().filter(|one| standing.get(&one.name) != one.standing.as_ref()).map(|one| one.name.clone()).collect()
}

/// Replaces all definitions by those of this program; `tables` are all that migrations create,
/// `found` is their state now.
///
/// # Errors
/// What the database refused: 55P03 or 57014 where a table was locked for too long.
pub(super) async fn apply(
    connection: &mut PgConnection,
    tables: &[String],
    found: &State,
) -> Result<Changes, sqlx::Error> {
    let put_back: &[String] = if let State::Altered(names) = found { names } else { &[] };
    let before = catalogue::read(connection).await?;
    let of_steps = catalogue::functions_made(connection).await?;
    execute(connection, BEFORE_FUNCTIONS).await?;
    for (_, text) in FUNCTIONS {
        execute(connection, text).await?;
    }
    let made = catalogue::functions_made(connection).await?;
    let made: Vec<String> = made.difference(&of_steps).cloned().collect();
    replace(connection, &definitions(), &before).await?;
    // Before the grants, which name functions without their arguments.
    drop_functions_except(connection, &made).await?;
    revoke(connection, tables, &made).await?;
    for (_, text) in GRANTS {
        execute(connection, text).await?;
    }
    let after = catalogue::read(connection).await?;
    record(connection, &made, tables, &after).await?;
    note(connection, put_back).await?;
    Ok(changes(&before, &after))
}

/// Drops everything that `sql/` defines; grants go with their functions and are revoked of tables.
pub(super) async fn drop_all(connection: &mut PgConnection, tables: &[String]) -> Result<(), sqlx::Error> {
    if !are_recorded(connection).await? {
        return Ok(());
    }
    let standing = catalogue::read(connection).await?;
    replace(connection, &[], &standing).await?;
    drop_functions_except(connection, &[]).await?;
    revoke(connection, tables, &[]).await?;
    execute(connection, "DELETE FROM medstint.definitions; DELETE FROM medstint.definitions_release").await
}

/// Creates triggers and policies that are missing, were altered by hand or whose statement
/// changed, and drops those that are not wanted any more.
async fn replace(
    connection: &mut PgConnection,
    wanted: &[Definition],
    standing: &Catalogue,
) -> Result<(), sqlx::Error> {
    let recorded: BTreeMap<String, Recorded> =
        recorded(connection).await?.into_iter().map(|one| (one.name.clone(), one)).collect();
    let is_current = |definition: &Definition| {
        recorded.get(&definition.name).is_some_and(|one| {
            one.standing.is_some()
                && standing.get(&definition.name) == one.standing.as_ref()
                && one.statement == Some(definition.hash())
        })
    };
    let to_create: Vec<&Definition> = wanted.iter().filter(|definition| !is_current(definition)).collect();
    let names: BTreeSet<&str> = wanted.iter().map(|definition| definition.name.as_str()).collect();
    let is_ours = |name: &&str| (name.starts_with("TRIGGER ") || name.starts_with("POLICY ")) && !is_of_owner(name);
    // What comes with a table is put back, and goes with the table.
    let of_owners: Vec<&str> = recorded
        .values()
        .filter(|one| !wanted.is_empty() && is_of_owner(&one.name))
        .filter(|one| one.standing.is_some() && standing.get(&one.name) != one.standing.as_ref())
        .map(|one| one.name.as_str())
        .collect();
    let mut to_drop: BTreeSet<&str> =
        recorded.keys().map(String::as_str).filter(is_ours).filter(|name| !names.contains(name)).collect();
    to_drop.extend(to_create.iter().map(|definition| definition.name.as_str()));
    to_drop.retain(|name| standing.contains_key(*name));
    let changed = to_drop.iter().copied().chain(to_create.iter().map(|definition| definition.name.as_str()));
    let changed = changed.chain(of_owners.iter().copied());
    let mut tables = Vec::from_iter(changed.map(table_of).collect::<BTreeSet<_>>());
    if tables.is_empty() {
        return Ok(());
    }
    tables.sort_by_key(|table| lock_rank(table));
    let mut message = format!(
        "SET LOCAL statement_timeout = '{LOCKS_WITHIN}'; LOCK TABLE {} IN ACCESS EXCLUSIVE MODE; SET LOCAL statement_timeout = 0",
        tables.join(", ")
    );
    let to_drop = to_drop.iter().chain(of_owners.iter().filter(|name| standing.contains_key(**name)));
    let drops = to_drop.map(|name| format!("DROP {name}"));
    let statements = drops.chain(to_create.iter().map(|definition| definition.statement.to_owned()));
    // Policies without it protect nothing.
    let enforced = to_create.iter().filter(|definition| definition.name.starts_with("POLICY ")).map(|definition| {
        let table = table_of(&definition.name);
        format!("ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
    });
    let of_owners =
        of_owners.iter().map(|name| format!("CREATE {name} TO CURRENT_USER USING (true) WITH CHECK (true)"));
    for statement in statements.chain(of_owners).chain(enforced) {
        message.push_str(";\n");
        message.push_str(&statement);
    }
    execute(connection, &message).await
}

/// The table of a trigger or a policy that is named as in DROP.
fn table_of(name: &str) -> &str {
    name.rsplit(' ').next().unwrap_or_default()
}

/// When a table is locked among others.
fn lock_rank(table: &str) -> usize {
    if let Some(first) = LOCKED_FIRST.iter().position(|name| *name == table) {
        return first;
    }
    let last = LOCKED_LAST.iter().position(|name| *name == table);
    LOCKED_FIRST.len() + last.map_or(0, |last| last + 1)
}

/// Takes back everything that was granted on our own tables and functions, so that what left
/// `sql/grants` is gone. What other programs have beside them is left alone.
async fn revoke(connection: &mut PgConnection, tables: &[String], functions: &[String]) -> Result<(), sqlx::Error> {
    let standing: Vec<String> = sqlx::query_scalar(
        "SELECT name FROM unnest($1::text[]) name WHERE to_regclass(name) IS NOT NULL ORDER BY name",
    )
    .bind(tables)
    .persistent(false)
    .fetch_all(&mut *connection)
    .await?;
    for (kind, names) in [("TABLE", standing.as_slice()), ("FUNCTION", functions)] {
        if !names.is_empty() {
            let names = names.join(", ");
            execute(connection, &format!("REVOKE ALL ON {kind} {names} FROM PUBLIC, medstint_app, medstint_web"))
                .await?;
        }
    }
    Ok(())
}

/// Drops the functions that were recorded and are not among these.
async fn drop_functions_except(connection: &mut PgConnection, made: &[String]) -> Result<(), sqlx::Error> {
    let stale: Vec<String> = sqlx::query_scalar(
        "SELECT 'FUNCTION ' || p.oid::regprocedure FROM pg_proc p
         WHERE p.pronamespace = 'medstint'::regnamespace AND p.oid::regprocedure::text <> ALL ($1)
           AND 'FUNCTION ' || p.oid::regprocedure IN (SELECT d.name FROM medstint.definitions d)",
    )
    .bind(made)
    .persistent(false)
    .fetch_all(&mut *connection)
    .await?;
    if stale.is_empty() {
        return Ok(());
    }
    let functions: Vec<&str> = stale.iter().map(|name| name.trim_start_matches("FUNCTION ")).collect();
    execute(connection, &format!("DROP FUNCTION {}", functions.join(", "))).await
}

/// Writes down what was applied and how it stands.
async fn record(
    connection: &mut PgConnection,
    made: &[String],
    tables: &[String],
    standing: &Catalogue,
) -> Result<(), sqlx::Error> {
    let triggers_and_policies = definitions();
    let statements: BTreeMap<&str, Vec<u8>> =
        triggers_and_policies.iter().map(|definition| (definition.name.as_str(), definition.hash())).collect();
    let functions = made.iter().map(|function| format!("FUNCTION {function}"));
    let is_table_of_ours =
        |table: &str| tables.iter().any(|ours| ours == table || ours.strip_prefix("public.") == Some(table));
    let with_tables = standing
        .keys()
        .filter(|name| name.starts_with("GRANT ") || is_of_owner(name))
        .filter(|name| is_table_of_ours(table_of(name)))
        .cloned();
    let names: Vec<String> =
        statements.keys().map(|name| (*name).to_owned()).chain(functions).chain(with_tables).collect();
    let hashes: Vec<Option<&[u8]>> =
        names.iter().map(|name| statements.get(name.as_str()).map(Vec::as_slice)).collect();
    let standing: Vec<Option<&str>> = names.iter().map(|name| standing.get(name).map(String::as_str)).collect();
    execute(connection, "DELETE FROM medstint.definitions; DELETE FROM medstint.definitions_release").await?;
    sqlx::query(
        "INSERT INTO medstint.definitions (name, statement, standing)
         SELECT * FROM unnest($1::text[], $2::bytea[], $3::text[])",
    )
    .bind(&names)
    .bind(&hashes)
    .bind(&standing)
    .persistent(false)
    .execute(&mut *connection)
    .await?;
    let server = catalogue::server(connection).await?;
    sqlx::query("INSERT INTO medstint.definitions_release (hash, release, server) VALUES ($1, $2, $3)")
        .bind(hash())
        .bind(env!("CARGO_PKG_VERSION"))
        .bind(server)
        .persistent(false)
        .execute(connection)
        .await
        .map(drop)
}

/// Writes the audit event, with the names of what had been altered by hand.
async fn note(connection: &mut PgConnection, put_back: &[String]) -> Result<(), sqlx::Error> {
    sqlx::query(
        "SELECT medstint.write_event('schema.definitions_replaced', NULL, 'definitions', $1,
           jsonb_build_object('release', $1, 'hash', encode($2, 'hex'), 'role', session_user, 'put_back',
             nullif(to_jsonb($3), '[]')),
           'MIGRATE', 200)",
    )
    .bind(env!("CARGO_PKG_VERSION"))
    .bind(hash())
    .bind(put_back)
    .persistent(false)
    .execute(connection)
    .await
    .map(drop)
}

fn changes(before: &Catalogue, after: &Catalogue) -> Changes {
    let missing_in = |other: &Catalogue, names: &Catalogue| {
        names.keys().filter(|name| !other.contains_key(*name)).cloned().collect()
    };
    let is_replaced = |(name, hash): &(&String, &String)| before.get(*name).is_some_and(|before| before != *hash);
    Changes {
        created: missing_in(before, after),
        replaced: after.iter().filter(is_replaced).map(|(name, _)| name.clone()).collect(),
        dropped: missing_in(after, before),
    }
}

async fn execute(connection: &mut PgConnection, sql: &str) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await.map(drop)
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
    fn tables_are_locked_in_the_order_of_writers() {
        let mut tables = ["audit_logs", "alert_rules", "users", "time_records"];
        tables.sort_by_key(|table| lock_rank(table));
        assert_eq!(tables, ["time_records", "users", "alert_rules", "audit_logs"]);
    }

    #[test]
    fn no_line_is_wider_than_120_columns() {
        for (file, text) in FUNCTIONS.iter().chain(GRANTS).chain(TRIGGERS).chain(POLICIES) {
            for (number, line) in (1..).zip(text.lines()) {
                assert!(line.chars().count() <= 120, "{file}:{number}");
            }
        }
    }
}
