//! The queries of `medstint doctor`.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, Row};

use super::error;
use super::transaction::{Purpose, read_on};
use crate::domain::Failure;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    pub server_time: DateTime<Utc>,
}

/// Examines a server.
///
/// # Errors
/// [`Failure::Unavailable`].
pub async fn examine(connection: &mut PgConnection) -> Result<Health, Failure> {
    read_on(connection, Purpose::Read, async |tx| {
        sqlx::query_as!(Health, r#"SELECT clock_timestamp() AS "server_time!""#).fetch_one(tx).await
    })
    .await
}

/// How many clients are connected to a server, in all its databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionCount {
    pub used: i32,
    /// How many it accepts of roles that are not privileged.
    pub available: i32,
}

impl ConnectionCount {
    /// Whether four fifths are in use.
    #[must_use]
    pub fn is_near_limit(&self) -> bool {
        i64::from(self.used) * 5 >= i64::from(self.available) * 4
    }
}

/// Every role sees how many connections there are, and of other roles nothing more. Those of
/// clients have a role and a database. `reserved_connections` is of `PostgreSQL` 16.
const CONNECTIONS: &str = "
    SELECT (SELECT count(*)::integer FROM pg_stat_activity a WHERE a.usesysid IS NOT NULL AND a.datid IS NOT NULL),
      current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer
        - coalesce(current_setting('reserved_connections', true)::integer, 0)";

/// Counts the connections to the server.
///
/// # Errors
/// [`Failure::Unavailable`].
pub async fn connections(connection: &mut PgConnection) -> Result<ConnectionCount, Failure> {
    let (used, available): (i32, i32) =
        read_on(connection, Purpose::Read, async |tx| sqlx::query_as(CONNECTIONS).fetch_one(tx).await).await?;
    Ok(ConnectionCount { used, available })
}

/// Whether the role that exchanges keys could use all connections of the server. Where the role is
/// missing or can't log in, it could not.
///
/// # Errors
/// [`Failure::Unavailable`].
pub async fn is_serving_role_unlimited(connection: &mut PgConnection) -> Result<bool, Failure> {
    const UNLIMITED: &str = "SELECT EXISTS (SELECT FROM pg_roles r
        WHERE r.rolname = 'medstint_serve' AND r.rolcanlogin AND r.rolconnlimit = -1)";
    read_on(connection, Purpose::Read, async |tx| sqlx::query_scalar(UNLIMITED).fetch_one(tx).await).await
}

/// Settings of the role, the database or the server that differ from what medstint needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Defaults {
    /// Every transaction sets its own value for these, such as `row_security = off`.
    pub replaced: Vec<String>,
    /// These cannot be set from here, and break sessions.
    pub harmful: Vec<String>,
}

/// A transaction takes up to 20 s; the live connection sends a sign of life every 15 s.
const DEFAULTS: &str = "
    WITH found AS (
      SELECT s.name || ' = ' || current_setting(s.name) AS setting, CASE s.name
          WHEN 'default_transaction_isolation' THEN s.setting <> 'read committed'
          WHEN 'row_security' THEN s.setting = 'off'
          WHEN 'search_path' THEN NOT 'public' = ANY (current_schemas(false))
          WHEN 'statement_timeout' THEN s.setting <> '0'
          WHEN 'lock_timeout' THEN s.setting <> '0'
          WHEN 'idle_in_transaction_session_timeout' THEN s.setting <> '0'
          ELSE false END AS is_replaced, CASE s.name
          WHEN 'transaction_timeout' THEN s.setting::bigint BETWEEN 1 AND 20000
          WHEN 'idle_session_timeout' THEN s.setting::bigint BETWEEN 1 AND 30000
          ELSE false END AS is_harmful
      FROM pg_settings s
      WHERE s.name IN ('default_transaction_isolation', 'row_security', 'search_path', 'statement_timeout',
        'lock_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout', 'idle_session_timeout'))
    SELECT coalesce(array_agg(f.setting ORDER BY f.setting) FILTER (WHERE f.is_replaced), '{}'),
      coalesce(array_agg(f.setting ORDER BY f.setting) FILTER (WHERE f.is_harmful), '{}') FROM found f";

/// The settings with which the connection began, where they matter.
///
/// # Errors
/// [`Failure::Unavailable`].
pub async fn defaults(connection: &mut PgConnection) -> Result<Defaults, Failure> {
    let failed = |error: sqlx::Error| error::failure(&error);
    // Outside of a transaction of ours, which sets its own; so it is not prepared.
    let row = sqlx::raw_sql(DEFAULTS).fetch_one(connection).await.map_err(failed)?;
    Ok(Defaults { replaced: row.try_get(0).map_err(failed)?, harmful: row.try_get(1).map_err(failed)? })
}

/// What a server writes to its log of the values that statements carry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterLog {
    /// The settings that make it log them, as `log_statement = all`.
    pub because: Vec<String>,
    /// What a superuser runs so that it does not.
    pub remedy: String,
}

/// Settings that log statements with their parameters, unless these are cut to nothing.
const PARAMETER_LOG: &str = "
    SELECT array_remove(ARRAY[
        CASE WHEN cut <> '0' AND slow <> '-1' THEN 'log_min_duration_statement = ' || slow END,
        CASE WHEN cut <> '0' AND statements = 'all' THEN 'log_statement = all' END,
        CASE WHEN cut <> '0' AND sample <> '-1' THEN 'log_min_duration_sample = ' || sample END,
        CASE WHEN cut <> '0' AND transactions <> '0' THEN 'log_transaction_sample_rate = ' || transactions END,
        CASE WHEN cut_on_error <> '0' THEN 'log_parameter_max_length_on_error = ' || cut_on_error END], NULL),
      (SELECT string_agg(format('ALTER ROLE %I SET %s = 0;', role, setting), ' ' ORDER BY setting, role)
       FROM unnest(ARRAY[current_user::text, pg_get_userbyid(c.relowner)::text]) role,
         unnest(array_remove(ARRAY[CASE WHEN cut <> '0' THEN 'log_parameter_max_length' END,
           CASE WHEN cut_on_error <> '0' THEN 'log_parameter_max_length_on_error' END], NULL)) setting)
    FROM pg_class c, (SELECT current_setting('log_parameter_max_length') AS cut,
        current_setting('log_parameter_max_length_on_error') AS cut_on_error,
        current_setting('log_min_duration_statement') AS slow, current_setting('log_statement') AS statements,
        current_setting('log_min_duration_sample') AS sample,
        current_setting('log_transaction_sample_rate') AS transactions) s
    WHERE c.oid = 'public.time_records'::regclass";

/// Whether the server logs the values of statements, for the role that is connected.
///
/// # Errors
/// [`Failure::Unavailable`].
pub async fn parameter_log(connection: &mut PgConnection) -> Result<Option<ParameterLog>, Failure> {
    let (because, remedy): (Vec<String>, Option<String>) =
        read_on(connection, Purpose::Read, async |tx| sqlx::query_as(PARAMETER_LOG).fetch_one(tx).await).await?;
    Ok((!because.is_empty()).then(|| ParameterLog { because, remedy: remedy.unwrap_or_default() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_near_its_limit_from_four_fifths_on() {
        let count = |used| ConnectionCount { used, available: 97 };
        assert!(!count(77).is_near_limit());
        assert!(count(78).is_near_limit());
    }
}
