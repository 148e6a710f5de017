//! What `medstint doctor` asks of a server.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::transaction::read_on;
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
    read_on(connection, async |tx| {
        sqlx::query_as!(Health, r#"SELECT clock_timestamp() AS "server_time!""#).fetch_one(tx).await
    })
    .await
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
        read_on(connection, async |tx| sqlx::query_as(PARAMETER_LOG).fetch_one(tx).await).await?;
    Ok((!because.is_empty()).then(|| ParameterLog { because, remedy: remedy.unwrap_or_default() }))
}
