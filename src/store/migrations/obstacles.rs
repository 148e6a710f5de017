//! Obstacles to migrations, found before the first statement runs. It compares the names that the
//! missing steps create (`names`) with the catalog, and reports names that are taken.

use std::collections::BTreeSet;

use sqlx::PgConnection;
use sqlx::migrate::Migration;

use super::names::{Kind, Object, created};

/// Every name in the two schemas that migrations create in: what it stands for, and
/// whether it belongs to an extension.
const FOUND: &str = "
    SELECT CASE c.relkind WHEN 'i' THEN 'index' WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' ELSE 'table' END, n.nspname::text, c.relname::text,
      EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN ('public', 'medstint')
    UNION ALL
    SELECT 'type', n.nspname::text, t.typname::text,
      EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE n.nspname IN ('public', 'medstint') AND t.typcategory <> 'A'
    UNION ALL
    SELECT 'function', n.nspname::text, p.proname::text,
      EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname IN ('public', 'medstint')
    UNION ALL
    SELECT 'trigger', n.nspname::text, t.tgname || ' on ' || c.relname, false
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('public', 'medstint') AND NOT t.tgisinternal";

/// What the owner needs for the first migration: roles that are there or that it may make,
/// and two places to create in.
const MISSING: &str = "
    SELECT current_user::text,
      CASE WHEN r.rolsuper OR r.rolcreaterole THEN '{}'
        ELSE ARRAY(SELECT x FROM unnest(ARRAY['medstint_app', 'medstint_serve', 'medstint_web']) x WHERE NOT EXISTS (SELECT FROM pg_roles o WHERE o.rolname = x)) END,
      has_database_privilege(current_database(), 'CREATE'),
      coalesce(has_schema_privilege(to_regnamespace('public')::oid, 'CREATE'), false)
    FROM pg_roles r WHERE r.rolname = current_user";

/// A name that stands in the database.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    kind: String,
    schema: String,
    name: String,
    is_extensions: bool,
}

impl Found {
    /// Whether it keeps a name of ours from being created.
    fn is_in_the_way_of(&self, ours: &Object) -> bool {
        let is_relation = matches!(self.kind.as_str(), "table" | "view" | "sequence" | "index");
        let is_of_its_kind = match ours.kind {
            // A table has a type of its name.
            Kind::Table => is_relation || self.kind == "type",
            Kind::Index => is_relation,
            Kind::Type => self.kind == "type",
            Kind::Function => self.kind == "function",
            Kind::Trigger => self.kind == "trigger",
        };
        is_of_its_kind && self.schema == ours.schema && self.name == ours.name
    }
}

/// The names that pending migrations create and that stand in the database without being
/// of an applied one.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn taken(
    connection: &mut PgConnection,
    applied: &[&Migration],
    pending: &[&Migration],
) -> Result<Vec<String>, sqlx::Error> {
    let rows: Vec<(String, String, String, bool)> =
        sqlx::query_as(FOUND).persistent(false).fetch_all(connection).await?;
    let found: BTreeSet<Found> = rows
        .into_iter()
        .map(|(kind, schema, name, is_extensions)| Found { kind, schema, name, is_extensions })
        .collect();
    let ours: BTreeSet<Object> = applied.iter().flat_map(|migration| created(migration.version)).collect();
    let wanted: BTreeSet<Object> = pending.iter().flat_map(|migration| created(migration.version)).collect();
    let is_taken = |name: &&Object| found.iter().any(|found| found.is_in_the_way_of(name));
    let mut taken: BTreeSet<String> = wanted.difference(&ours).filter(is_taken).map(ToString::to_string).collect();
    if applied.is_empty() {
        taken.extend(others_in_our_schema(&found));
    }
    Ok(taken.into_iter().collect())
}

/// Before the first migration nothing but an extension stands in the schema of ours.
fn others_in_our_schema(found: &BTreeSet<Found>) -> impl Iterator<Item = String> {
    let is_others = |found: &&Found| {
        found.schema == "medstint"
            && !found.is_extensions
            && !found.name.starts_with("_sqlx_migrations")
            // The row type of a table goes by the table.
            && found.kind != "type"
    };
    found.iter().filter(is_others).map(|found| format!("{} {}.{}", found.kind, found.schema, found.name))
}

/// What the owner lacks for the first migration, in a sentence that says what to do.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn missing_right(connection: &mut PgConnection) -> Result<Option<String>, sqlx::Error> {
    let (owner, roles, may_create_schemas, may_create_tables): (String, Vec<String>, bool, bool) =
        sqlx::query_as(MISSING).persistent(false).fetch_one(connection).await?;
    let named = match roles.as_slice() {
        [] => None,
        [one] => Some(format!("The role {one} is")),
        more => Some(format!("The roles {} are", more.join(" and "))),
    };
    Ok(if let Some(named) = named {
        Some(format!(
            "{named} missing, and {owner} can't create roles. Ask an administrator to run CREATE ROLE … LOGIN for each, then migrate again."
        ))
    } else if !may_create_schemas {
        Some(format!("{owner} can't create a schema here. Make it the owner of this database, then migrate again."))
    } else if !may_create_tables {
        Some(format!(
            "{owner} can't create tables in the schema public. Ask an administrator to grant it CREATE there, then migrate again."
        ))
    } else {
        None
    })
}
