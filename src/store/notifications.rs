//! Notifications of the signed-in person.

use super::{Bound, reading};
use crate::domain::Failure;

/// How many are unread.
///
/// # Errors
/// [`Failure::Unavailable`], [`Failure::SignedOut`].
pub async fn unread(bound: &Bound) -> Result<i64, Failure> {
    reading(bound, "unread_notifications", async |tx| {
        sqlx::query_scalar!(
            r#"SELECT count(*) AS "count!" FROM notifications WHERE user_id = $1 AND NOT is_read"#,
            bound.user().as_str()
        )
        .fetch_one(tx)
        .await
    })
    .await
}
