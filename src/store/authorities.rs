//! Certificate authorities of schools, for the operator's `medstint authority`. Administrators set
//! those of their school in its policy (`command::authority`).

use chrono::{DateTime, Utc};

use super::OwnerConnection;
use crate::domain::Failure;
use crate::domain::public_key::PublicKey;

const NO_SCHOOL: Failure = Failure::NotFound("A school with that id");

/// An authority as `medstint authority list` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedAuthority {
    pub fingerprint: String,
    pub algorithm: String,
    pub comment: Option<String>,
    pub added_at: DateTime<Utc>,
    /// The names of those who could have added it; empty for the operator.
    pub added_by: String,
}

/// Adds an authority for a school, as the operator.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such school, [`Failure::Denied`] where it has the authority
/// or five others.
pub async fn add(owner: &mut OwnerConnection, school: &str, key: &PublicKey) -> Result<(), Failure> {
    let added = owner.write(async |tx| {
        sqlx::query_scalar!(
            r#"SELECT medstint.add_authority(s.id, $2, $3) IS NOT NULL AS "done!" FROM schools s WHERE s.id = $1"#,
            school,
            key.blob(),
            key.comment()
        )
        .fetch_optional(tx)
        .await
    });
    added.await?.map(drop).ok_or(NO_SCHOOL)
}

/// The authorities of a school, in the order of their places.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such school; [`Failure::Denied`] to any role but the
/// schema's owner.
pub async fn list(owner: &mut OwnerConnection, school: &str) -> Result<Vec<ListedAuthority>, Failure> {
    let found = owner.read_everything(async |tx| {
        let known = sqlx::query_scalar!("SELECT id FROM schools WHERE id = $1", school).fetch_optional(&mut *tx).await?;
        if known.is_none() {
            return Ok(None);
        }
        sqlx::query_as!(
            ListedAuthority,
            r#"SELECT c.fingerprint, c.algorithm AS "algorithm!", c.comment, c.added_at,
                 coalesce((SELECT string_agg(u.name, ', ' ORDER BY u.name) FROM users u WHERE u.id = ANY (c.added_by)), '') AS "added_by!"
               FROM certificate_authorities c WHERE c.school_id = $1 AND c.removed_at IS NULL ORDER BY c.place"#,
            school
        )
        .fetch_all(tx)
        .await
        .map(Some)
    });
    found.await?.ok_or(NO_SCHOOL)
}

/// Removes an authority of a school: the sessions of its certificates end at once.
///
/// # Errors
/// [`Failure::NotFound`] when the school has no such authority.
pub async fn remove(owner: &mut OwnerConnection, school: &str, fingerprint: &str) -> Result<(), Failure> {
    let removed = owner.write(async |tx| {
        sqlx::query_scalar!(
            r#"SELECT medstint.end_authority(c.id) IS NOT NULL AS "done!" FROM certificate_authorities c
               WHERE c.school_id = $1 AND c.fingerprint = $2 AND c.removed_at IS NULL"#,
            school,
            fingerprint
        )
        .fetch_optional(tx)
        .await
    });
    removed.await?.map(drop).ok_or(Failure::NotFound("An authority of that school with this fingerprint"))
}
