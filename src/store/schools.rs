//! Schools: which ones a person may work in.

use super::{Bound, reading};
use crate::domain::{Failure, SchoolId};

/// The schools that the signed-in person sees, by name: all of them for a super
/// admin, one's own for everyone else.
///
/// # Errors
/// [`Failure::Unavailable`], [`Failure::SignedOut`].
pub async fn list(bound: &Bound) -> Result<Vec<(SchoolId, String)>, Failure> {
    let rows = reading(bound, "schools", async |tx| {
        sqlx::query!("SELECT id, name FROM schools WHERE is_active ORDER BY name, id LIMIT 500").fetch_all(tx).await
    })
    .await?;
    Ok(rows.into_iter().map(|row| (row.id.into(), row.name)).collect())
}
