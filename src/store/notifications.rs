//! Notifications of the signed-in person: the unread ones, and those that become due. Their list
//! is in `listing`.

use super::{Bound, reading, writing};
use crate::domain::notification::Unread;
use crate::domain::{Failure, UserId};

/// How many are unread, and the newest urgent one of them.
///
/// # Errors
/// [`Failure::Unavailable`], [`Failure::SignedOut`].
pub async fn unread(bound: &Bound) -> Result<Unread, Failure> {
    let row = reading(bound, "unread_notifications", async |tx| {
        sqlx::query!(
            r#"SELECT (SELECT count(*) FROM notifications WHERE user_id = $1 AND NOT is_read) AS "count!",
                 u.id AS "id?", u.title AS "title?", u.message AS "message?"
               FROM (SELECT) AS one
               LEFT JOIN LATERAL (SELECT id, title, message FROM notifications
                 WHERE user_id = $1 AND NOT is_read AND priority = 'URGENT' ORDER BY created_at DESC, id LIMIT 1) u ON true"#,
            bound.user() as &UserId
        )
        .fetch_one(tx)
        .await
    })
    .await?;
    let urgent = match (row.id, row.title, row.message) {
        (Some(id), Some(title), Some(message)) => Some((id, title, message)),
        _ => None,
    };
    Ok(Unread { count: row.count, urgent })
}

/// Tells people of the school what became due by the clock alone. Who was told is
/// not told again.
///
/// # Errors
/// [`Failure::Unavailable`], [`Failure::SignedOut`].
pub async fn remind(bound: &Bound) -> Result<(), Failure> {
    writing(bound, "remind", async |tx| sqlx::query!("SELECT medstint.remind()").fetch_one(tx).await.map(drop)).await
}
