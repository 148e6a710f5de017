//! The functions, triggers, policies and grants of a database, from its catalog.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{Connection, PgConnection};

/// By name, as in DROP, with a hash of the definition.
pub(super) type Catalogue = BTreeMap<String, String>;

/// Names and expressions are written relative to these.
const SETTINGS: &str = "SET LOCAL search_path = public, pg_temp; SET LOCAL quote_all_identifiers = off";

/// The privileges of our roles and of PUBLIC in a list of access privileges.
macro_rules! granted {
    ($privileges:literal) => {
        concat!(
            "(SELECT string_agg(split_part(item, '/', 1), ',' ORDER BY item COLLATE \"C\") FROM unnest((",
            $privileges,
            ")::text[]) item WHERE item ~ '^(medstint_(app|serve|web))?=')"
        )
    };
}

/// A policy protects nothing where its table does not enforce policies, so that is part of it.
const STANDING: &str = concat!(
    "SELECT format('FUNCTION %s', p.oid::regprocedure), md5(concat_ws('|', pg_get_functiondef(p.oid), ",
    granted!("coalesce(p.proacl, acldefault('f', p.proowner))"),
    "))
    FROM pg_proc p WHERE p.pronamespace = 'medstint'::regnamespace AND p.prokind = 'f'
    UNION ALL SELECT format('TRIGGER %s ON %s', t.tgname, t.tgrelid::regclass),
      md5(concat_ws('|', pg_get_triggerdef(t.oid), t.tgenabled))
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE NOT t.tgisinternal AND c.relnamespace IN ('public'::regnamespace, 'medstint'::regnamespace)
    UNION ALL SELECT format('POLICY %s ON %s', p.polname, p.polrelid::regclass),
      md5(concat_ws('|', c.relrowsecurity, c.relforcerowsecurity, p.polcmd, p.polpermissive,
        (SELECT string_agg(pg_get_userbyid(role), ',' ORDER BY pg_get_userbyid(role)) FROM unnest(p.polroles) role),
        pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)))
    FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
    UNION ALL SELECT format('GRANT ON %s', c.oid::regclass), md5(concat_ws('|', ",
    granted!("coalesce(c.relacl, acldefault('r', c.relowner))"),
    ",
      (SELECT string_agg(concat_ws(' ', a.attname, ",
    granted!("a.attacl"),
    "), ',' ORDER BY a.attname)
       FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attacl <> '{}' AND NOT a.attisdropped)))
    FROM pg_class c
    WHERE c.relkind = 'r' AND c.relnamespace IN ('public'::regnamespace, 'medstint'::regnamespace)
      AND (c.relnamespace = 'medstint'::regnamespace
        OR EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = c.relname || '_owner'))"
);

/// The functions that this transaction has made or replaced so far.
const FUNCTIONS_MADE: &str = "
    SELECT p.oid::regprocedure::text FROM pg_proc p
    WHERE p.pronamespace = 'medstint'::regnamespace AND p.xmin = pg_current_xact_id()::xid";

pub(super) async fn read(connection: &mut PgConnection) -> Result<Catalogue, sqlx::Error> {
    let mut tx = connection.begin().await?;
    sqlx::raw_sql(SETTINGS).execute(&mut *tx).await?;
    let rows: Vec<(String, String)> = sqlx::query_as(STANDING).persistent(false).fetch_all(&mut *tx).await?;
    // Within a transaction, a rollback would leave its savepoint open.
    tx.commit().await?;
    Ok(rows.into_iter().collect())
}

pub(super) async fn functions_made(connection: &mut PgConnection) -> Result<BTreeSet<String>, sqlx::Error> {
    let made: Vec<String> = sqlx::query_scalar(FUNCTIONS_MADE).persistent(false).fetch_all(connection).await?;
    Ok(made.into_iter().collect())
}

/// The server's major version. Another one may word the same definition differently.
pub(super) async fn server(connection: &mut PgConnection) -> Result<i32, sqlx::Error> {
    sqlx::query_scalar("SELECT current_setting('server_version_num')::integer / 10000")
        .persistent(false)
        .fetch_one(connection)
        .await
}
