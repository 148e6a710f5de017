//! The current definitions of functions, triggers, policies and grants: the files of `sql/`.
//! They are applied as a whole after the numbered steps, whenever their hash differs from the
//! one that the database has recorded.
//!
//! Functions and grants lock no table. Triggers and policies do, so only those whose
//! statement changed are made anew, all tables are locked by one statement with a time limit,
//! and everything that takes time comes before that.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, PgConnection, Row};

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
    "flagging", "flags", "kiosks", "lists", "locks", "missing_records", "notifications", "passwords", "people",
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

/// The functions that this transaction has made or replaced so far.
const FUNCTIONS_MADE: &str = "
    SELECT p.oid::regprocedure::text FROM pg_proc p
    WHERE p.pronamespace = 'medstint'::regnamespace AND p.xmin = pg_current_xact_id()::xid";

/// Triggers and policies that stand in the database, named as in DROP.
const STANDING: &str = "
    SELECT format('TRIGGER %s ON %s', t.tgname, t.tgrelid::regclass) FROM pg_trigger t WHERE NOT t.tgisinternal
    UNION ALL SELECT format('POLICY %s ON %s', p.polname, p.polrelid::regclass) FROM pg_policy p";

/// What `sql/` defines, as it stands: by name, with a hash of its definition.
const INVENTORY: &str = "
    SELECT format('FUNCTION %s', p.oid::regprocedure), md5(pg_get_functiondef(p.oid) || coalesce(p.proacl::text, ''))
    FROM pg_proc p WHERE p.pronamespace = 'medstint'::regnamespace AND p.prokind = 'f'
    UNION ALL SELECT format('TRIGGER %s ON %s', t.tgname, t.tgrelid::regclass), md5(pg_get_triggerdef(t.oid))
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE NOT t.tgisinternal AND c.relnamespace IN ('public'::regnamespace, 'medstint'::regnamespace)
    UNION ALL SELECT format('POLICY %s ON %s', p.polname, p.polrelid::regclass),
      md5(concat_ws('|', p.polcmd, p.polpermissive, p.polroles, pg_get_expr(p.polqual, p.polrelid),
        pg_get_expr(p.polwithcheck, p.polrelid)))
    FROM pg_policy p
    UNION ALL SELECT format('GRANT ON %s', c.oid::regclass),
      md5(concat_ws('|', c.relacl, (SELECT string_agg(a.attname || a.attacl::text, ',' ORDER BY a.attname)
        FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attacl <> '{}' AND NOT a.attisdropped)))
    FROM pg_class c
    WHERE c.relkind = 'r' AND c.relnamespace IN ('public'::regnamespace, 'medstint'::regnamespace)
      AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = c.relname || '_owner')";

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

/// Whether the definitions of this program are the ones that the database has recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    Current,
    /// Those of this release of medstint are in place.
    Of(String),
    Missing,
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

/// What the database has recorded.
pub(super) async fn state(connection: &mut PgConnection) -> Result<State, sqlx::Error> {
    let recorded = sqlx::raw_sql("SELECT to_regclass('medstint.definitions_release') IS NOT NULL");
    if !recorded.fetch_one(&mut *connection).await?.try_get::<bool, _>(0)? {
        return Ok(State::Missing);
    }
    let row: Option<(Vec<u8>, String)> = sqlx::query_as("SELECT hash, release FROM medstint.definitions_release")
        .persistent(false)
        .fetch_optional(connection)
        .await?;
    Ok(match row {
        None => State::Missing,
        Some((recorded, _)) if recorded == hash() => State::Current,
        Some((_, release)) => State::Of(release),
    })
}

/// Replaces all definitions by those of this program; `tables` are all that migrations create.
///
/// # Errors
/// What the database refused: 55P03 or 57014 where a table was locked for too long.
pub(super) async fn apply(connection: &mut PgConnection, tables: &[String]) -> Result<Changes, sqlx::Error> {
    let before = inventory(connection).await?;
    let of_steps = functions_made(connection).await?;
    execute(connection, BEFORE_FUNCTIONS).await?;
    for (_, text) in FUNCTIONS {
        execute(connection, text).await?;
    }
    let made: Vec<String> = functions_made(connection).await?.difference(&of_steps).cloned().collect();
    replace(connection, &definitions()).await?;
    // Before the grants, which name functions without their arguments.
    drop_functions_except(connection, &made).await?;
    revoke(connection, tables, &made).await?;
    for (_, text) in GRANTS {
        execute(connection, text).await?;
    }
    record(connection, &made).await?;
    Ok(changes(&before, &inventory(connection).await?))
}

/// Drops everything that `sql/` defines; grants go with their functions and are revoked of tables.
pub(super) async fn drop_all(connection: &mut PgConnection, tables: &[String]) -> Result<(), sqlx::Error> {
    if state(connection).await? == State::Missing {
        return Ok(());
    }
    replace(connection, &[]).await?;
    drop_functions_except(connection, &[]).await?;
    revoke(connection, tables, &[]).await?;
    execute(connection, "DELETE FROM medstint.definitions; DELETE FROM medstint.definitions_release").await
}

/// Creates triggers and policies that are missing or whose statement changed, and drops those
/// that are not wanted any more.
async fn replace(connection: &mut PgConnection, wanted: &[Definition]) -> Result<(), sqlx::Error> {
    let recorded: Vec<(String, Option<Vec<u8>>)> =
        sqlx::query_as("SELECT name, hash FROM medstint.definitions WHERE name !~ '^FUNCTION'")
            .persistent(false)
            .fetch_all(&mut *connection)
            .await?;
    let recorded: BTreeMap<String, Option<Vec<u8>>> = recorded.into_iter().collect();
    let standing: Vec<String> = sqlx::query_scalar(STANDING).persistent(false).fetch_all(&mut *connection).await?;
    let standing: BTreeSet<String> = standing.into_iter().collect();
    let is_current = |definition: &Definition| {
        standing.contains(&definition.name) && recorded.get(&definition.name) == Some(&Some(definition.hash()))
    };
    let to_create: Vec<&Definition> = wanted.iter().filter(|definition| !is_current(definition)).collect();
    let names: BTreeSet<&str> = wanted.iter().map(|definition| definition.name.as_str()).collect();
    let mut to_drop: BTreeSet<&str> =
        recorded.keys().map(String::as_str).filter(|name| !names.contains(name)).collect();
    to_drop.extend(to_create.iter().map(|definition| definition.name.as_str()));
    to_drop.retain(|name| standing.contains(*name));
    let changed = to_drop.iter().copied().chain(to_create.iter().map(|definition| definition.name.as_str()));
    let mut tables = Vec::from_iter(changed.map(table_of).collect::<BTreeSet<_>>());
    if tables.is_empty() {
        return Ok(());
    }
    tables.sort_by_key(|table| lock_rank(table));
    let mut message = format!(
        "SET LOCAL statement_timeout = '{LOCKS_WITHIN}'; LOCK TABLE {} IN ACCESS EXCLUSIVE MODE; SET LOCAL statement_timeout = 0",
        tables.join(", ")
    );
    for name in to_drop {
        message.push_str(";\nDROP ");
        message.push_str(name);
    }
    for definition in &to_create {
        message.push_str(";\n");
        message.push_str(definition.statement);
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

/// Writes down what was applied, and that it was.
async fn record(connection: &mut PgConnection, made: &[String]) -> Result<(), sqlx::Error> {
    let (mut names, mut hashes): (Vec<String>, Vec<Option<Vec<u8>>>) =
        definitions().into_iter().map(|definition| (definition.name.clone(), Some(definition.hash()))).unzip();
    names.extend(made.iter().map(|function| format!("FUNCTION {function}")));
    hashes.resize(names.len(), None);
    execute(connection, "DELETE FROM medstint.definitions; DELETE FROM medstint.definitions_release").await?;
    sqlx::query("INSERT INTO medstint.definitions (name, hash) SELECT * FROM unnest($1::text[], $2::bytea[])")
        .bind(&names)
        .bind(&hashes)
        .persistent(false)
        .execute(&mut *connection)
        .await?;
    sqlx::query("INSERT INTO medstint.definitions_release (hash, release) VALUES ($1, $2)")
        .bind(hash())
        .bind(env!("CARGO_PKG_VERSION"))
        .persistent(false)
        .execute(&mut *connection)
        .await?;
    sqlx::query(
        "SELECT medstint.write_event('schema.definitions_replaced', NULL, 'definitions', $1,
           jsonb_build_object('release', $1, 'hash', encode($2, 'hex'), 'role', session_user), 'MIGRATE', 200)",
    )
    .bind(env!("CARGO_PKG_VERSION"))
    .bind(hash())
    .persistent(false)
    .execute(connection)
    .await
    .map(drop)
}

async fn functions_made(connection: &mut PgConnection) -> Result<BTreeSet<String>, sqlx::Error> {
    let made: Vec<String> = sqlx::query_scalar(FUNCTIONS_MADE).persistent(false).fetch_all(connection).await?;
    Ok(made.into_iter().collect())
}

async fn inventory(connection: &mut PgConnection) -> Result<BTreeMap<String, String>, sqlx::Error> {
    let rows: Vec<(String, String)> = sqlx::query_as(INVENTORY).persistent(false).fetch_all(connection).await?;
    Ok(rows.into_iter().collect())
}

fn changes(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> Changes {
    let missing_in = |other: &BTreeMap<String, String>, names: &BTreeMap<String, String>| {
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
