//! Users, for the operator's `medstint user`: these functions take a connection
//! of the owner's and belong to no session, because the first administrator of
//! a new database has to come from somewhere.

use super::OwnerConnection;
use super::transaction::stash_secret;
use crate::domain::stored::Stored;
use crate::domain::{Failure, Role, Secret, UserId};

/// A person to add.
#[derive(Clone, Debug)]
pub struct NewUser {
    pub email: String,
    /// "Given Family"
    pub name: String,
    pub role: Role,
    /// Everyone except a super admin belongs to one.
    pub school: Option<String>,
}

/// Adds a person, with a password, in one transaction.
///
/// # Errors
/// [`Failure::Invalid`] says which field and why.
pub async fn add(owner: &mut OwnerConnection, user: &NewUser, password: &Secret) -> Result<UserId, Failure> {
    let (given, family) = split_name(&user.name);
    let id = owner.write(async |tx| {
        let id = sqlx::query_scalar!(
            "INSERT INTO users (email, name, given_name, family_name, role, school_id)
             VALUES ($1, $2, $3, $4, $5::text::user_role, $6) RETURNING id",
            user.email,
            user.name,
            given,
            family,
            user.role as Role,
            user.school,
        )
        .fetch_one(&mut *tx)
        .await?;
        stash_secret(&mut *tx, password).await?;
        sqlx::query!("SELECT medstint.set_password($1, current_setting('medstint.typed'))", id).execute(tx).await?;
        Ok(id)
    });
    id.await.map(UserId)
}

/// "Given Family" into its parts; a single name has none.
fn split_name(name: &str) -> (Option<&str>, Option<&str>) {
    match name.trim().rsplit_once(char::is_whitespace) {
        Some((given, family)) => (Some(given.trim()), Some(family)),
        None => (None, None),
    }
}

/// Sets a password and ends the sessions of the old one.
///
/// # Errors
/// [`Failure::NotFound`] when nobody has that address.
pub async fn set_password(owner: &mut OwnerConnection, email: &str, password: &Secret) -> Result<(), Failure> {
    let found = owner.write(async |tx| {
        stash_secret(&mut *tx, password).await?;
        sqlx::query_scalar!(
            r#"SELECT medstint.set_password(id, current_setting('medstint.typed')) IS NOT NULL AS "done!"
               FROM users WHERE email = medstint.case_folded(medstint.tidied($1))"#,
            email
        )
        .fetch_optional(tx)
        .await
    });
    found.await?.map(drop).ok_or(Failure::NotFound("A person with that address"))
}

/// Deactivates a person, which ends all their sessions at once.
///
/// # Errors
/// [`Failure::NotFound`] when nobody has that address.
pub async fn deactivate(owner: &mut OwnerConnection, email: &str) -> Result<(), Failure> {
    let done = owner.write(async |tx| {
        sqlx::query!(
            "UPDATE users SET is_active = false, updated_at = now() WHERE email = medstint.case_folded(medstint.tidied($1))",
            email
        )
        .execute(tx)
        .await
    });
    match done.await?.rows_affected() {
        0 => Err(Failure::NotFound("A person with that address")),
        _ => Ok(()),
    }
}

/// A person as `medstint user list` shows them.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Listed {
    pub id: String,
    pub email: String,
    pub name: String,
    pub role: Stored<Role>,
    pub school_id: Option<String>,
    pub school: Option<String>,
    pub active: bool,
}

/// All people, or those of one school, by name; students only on request.
///
/// # Errors
/// [`Failure::Denied`] to any role but the schema's owner; [`Failure::Unavailable`].
pub async fn list(owner: &mut OwnerConnection, school: Option<&str>, students: bool) -> Result<Vec<Listed>, Failure> {
    let people = owner.read_everything(async |tx| {
        sqlx::query_as!(
            Listed,
            r#"SELECT u.id, u.email, u.name, u.role::text AS "role!", u.school_id, s.name AS "school?", u.is_active AS active
           FROM users u LEFT JOIN schools s ON s.id = u.school_id
           WHERE ($1::text IS NULL OR u.school_id = $1) AND ($2 OR u.role <> 'STUDENT')
           ORDER BY s.name NULLS FIRST, u.sort_name, u.id"#,
            school,
            students
        )
        .fetch_all(tx)
        .await
    });
    people.await
}
