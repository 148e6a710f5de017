//! What `medstint doctor` asks of a server.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::error;
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
    sqlx::query_as!(Health, r#"SELECT clock_timestamp() AS "server_time!""#)
        .fetch_one(connection)
        .await
        .map_err(|error| error::failure(&error))
}
