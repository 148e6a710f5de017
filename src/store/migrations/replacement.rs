//! Replaces the definitions of a database with those of this program, as a whole.
//!
//! - *Little waiting.* Replacing functions and grants locks no table. Triggers and policies do, so
//!   only those whose statement changed are created again, after the functions and everything else
//!   that takes time. One LOCK TABLE with a limit of 0.5 s comes first. It names tables in the
//!   order of writers, the audit trail last; in another order it would wait for a writer that
//!   waits for it. An attempt that can't get its locks rolls back, and is repeated for up to a
//!   minute.
//! - *No leftovers.* `medstint.definitions` records every object that `sql/` made. What is recorded
//!   and not there any more is dropped, never with CASCADE. All grants on our own tables and
//!   functions, also those to PUBLIC, are revoked and given again.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use sqlx::{AssertSqlSafe, PgConnection};

use super::catalogue::{self, Catalogue};
use super::definitions::{
    Definition, FUNCTIONS, GRANTS, Recorded, State, are_recorded, definitions, hash, is_of_owner, recorded, table_of,
};

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
            let roles = "PUBLIC, medstint_app, medstint_serve, medstint_web";
            execute(connection, &format!("REVOKE ALL ON {kind} {names} FROM {roles}")).await?;
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
    fn tables_are_locked_in_the_order_of_writers() {
        let mut tables = ["audit_logs", "alert_rules", "users", "time_records"];
        tables.sort_by_key(|table| lock_rank(table));
        assert_eq!(tables, ["time_records", "users", "alert_rules", "audit_logs"]);
    }
}
