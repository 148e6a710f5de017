//! SSH keys and certificates: sessions that they open, and the keys of people for the operator.
//! Changes that people make to keys are commands (`command::key`).
//!
//! The process that serves the console over SSH verifies signatures. Its role `medstint_serve` can
//! ask whether a key is known, and exchange it for a session; a store for these two has a pool of
//! that role. Everything else of the session goes through a pool of `medstint_app`.

use chrono::{DateTime, Utc};

use super::sessions::{AttemptStatus, OpenedSession, Origin, SignIn, of_attempt};
use super::{Bound, OwnerConnection, Store, writing};
use crate::domain::public_key::PublicKey;
use crate::domain::stored::Stored;
use crate::domain::user_certificate::{SshCredential, UserCertificate};
use crate::domain::{Failure, Role};

impl Store {
    /// Opens a session for what a client has proved to have.
    ///
    /// # Errors
    /// As [`Store::sign_in_by_key`].
    pub async fn sign_in_by(&self, credential: &SshCredential, origin: &Origin) -> Result<SignIn, Failure> {
        match credential {
            SshCredential::Key(key) => self.sign_in_by_key(key, origin).await,
            SshCredential::Certificate(certificate) => self.sign_in_by_certificate(certificate, origin).await,
        }
    }

    /// Opens a session of the owner of a key whose signature the caller has verified. A key that
    /// belongs to nobody is refused, as is one whose owner may not sign in.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] when the database does not answer, [`Failure::Denied`] where one key
    /// opens too many sessions.
    pub async fn sign_in_by_key(&self, key: &PublicKey, origin: &Origin) -> Result<SignIn, Failure> {
        let answer = self
            .in_transaction("open_session_by_key", async |tx| {
                sqlx::query_as!(
                    OpenedSession,
                    r#"SELECT status AS "status!: Stored<AttemptStatus>", token, locked_until, user_id, name, email,
                         role AS "role: Stored<Role>", school_id, school_name, zone, unread
                       FROM medstint.open_session_by_key($1, $2, $3, $4)"#,
                    key.blob(),
                    origin.address.as_deref(),
                    origin.device,
                    origin.client,
                )
                .fetch_one(tx)
                .await
            })
            .await
            .map_err(of_attempt)?;
        opened(answer)
    }

    /// Opens a session of the person whom a certificate names, whose signatures the caller has verified.
    /// It is refused unless exactly one person of its authority's school has one of its principals as
    /// address.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] when the database does not answer, [`Failure::Denied`] where one
    /// certificate opens too many sessions.
    pub async fn sign_in_by_certificate(
        &self,
        certificate: &UserCertificate,
        origin: &Origin,
    ) -> Result<SignIn, Failure> {
        let answer = self
            .in_transaction("open_session_by_certificate", async |tx| {
                sqlx::query_as!(
                    OpenedSession,
                    r#"SELECT status AS "status!: Stored<AttemptStatus>", token, locked_until, user_id, name, email,
                         role AS "role: Stored<Role>", school_id, school_name, zone, unread
                       FROM medstint.open_session_by_certificate($1, $2, $3, $4, $5, $6, $7, $8, $9)"#,
                    certificate.authority.blob(),
                    &certificate.principals,
                    certificate.serial.to_string(),
                    certificate.key_id,
                    certificate.valid_from,
                    certificate.valid_until,
                    origin.address.as_deref(),
                    origin.device,
                    origin.client,
                )
                .fetch_one(tx)
                .await
            })
            .await
            .map_err(of_attempt)?;
        opened(answer)
    }

    /// Whether a certificate signs a person in. A refusal is recorded where the authority is a school's,
    /// also for a flaw that the caller found.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] when the database does not answer.
    pub async fn is_known_certificate(
        &self,
        certificate: &UserCertificate,
        flaw: Option<&str>,
        origin: &Origin,
    ) -> Result<bool, Failure> {
        self.in_transaction("is_known_certificate", async |tx| {
            sqlx::query_scalar!(
                r#"SELECT medstint.is_known_certificate($1, $2, $3, $4, $5, $6, $7, $8, $9) AS "known!""#,
                certificate.authority.blob(),
                &certificate.principals,
                certificate.serial.to_string(),
                certificate.key_id,
                certificate.valid_from,
                certificate.valid_until,
                flaw,
                origin.address.as_deref(),
                origin.device,
            )
            .fetch_one(tx)
            .await
        })
        .await
        .map_err(of_attempt)
    }

    /// Whether a key belongs to a person. If it does not, the server lets the client offer the
    /// next.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] when the database does not answer.
    pub async fn is_known_key(&self, key: &PublicKey) -> Result<bool, Failure> {
        self.in_transaction("is_known_key", async |tx| {
            sqlx::query_scalar!(r#"SELECT medstint.is_known_key($1) AS "known!""#, key.blob()).fetch_one(tx).await
        })
        .await
        .map_err(of_attempt)
    }
}

/// What the database opened, or why it did not.
fn opened(mut answer: OpenedSession) -> Result<SignIn, Failure> {
    let Some(token) = answer.take_token() else { return Ok(answer.refusal()) };
    Ok(match answer.actor()? {
        Some(actor) => SignIn::Welcome { token, actor },
        None => SignIn::ChoosePassword { token },
    })
}

/// Adds a key of one's own, whose signature the caller has verified.
///
/// # Errors
/// [`Failure::Invalid`] if the key already signs someone in.
pub async fn add_own(bound: &Bound, key: &PublicKey) -> Result<(), Failure> {
    writing(bound, "add_key", async |tx| {
        sqlx::query!("SELECT medstint.add_key($1, $2, $3)", bound.user().as_str(), key.blob(), key.comment())
            .fetch_one(tx)
            .await
            .map(drop)
    })
    .await
}

const NOBODY: Failure = Failure::NotFound("A person with that address");

/// A key as `medstint user key list` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedKey {
    pub fingerprint: String,
    pub algorithm: String,
    pub comment: Option<String>,
    pub added_at: DateTime<Utc>,
    pub last_used_at: Option<DateTime<Utc>>,
}

/// Adds a key for the person with an address, as the operator.
///
/// # Errors
/// [`Failure::NotFound`] when nobody has that address, [`Failure::Invalid`] when the key
/// already signs someone in.
pub async fn add(owner: &mut OwnerConnection, email: &str, key: &PublicKey) -> Result<(), Failure> {
    let added = owner.write(async |tx| {
        sqlx::query!(
            "INSERT INTO user_keys (user_id, key, comment)
             SELECT u.id, translate(encode($2, 'base64'), chr(10), ''), nullif($3, '') FROM users u
             WHERE u.email = medstint.case_folded(medstint.tidied($1))",
            email,
            key.blob(),
            key.comment()
        )
        .execute(tx)
        .await
    });
    match added.await?.rows_affected() {
        0 => Err(NOBODY),
        _ => Ok(()),
    }
}

/// The keys that sign in the person with an address, newest first.
///
/// # Errors
/// [`Failure::NotFound`] when nobody has that address; [`Failure::Denied`] to any role but the
/// schema's owner.
pub async fn list(owner: &mut OwnerConnection, email: &str) -> Result<Vec<ListedKey>, Failure> {
    let found = owner.read_everything(async |tx| {
        let person =
            sqlx::query_scalar!("SELECT id FROM users WHERE email = medstint.case_folded(medstint.tidied($1))", email)
                .fetch_optional(&mut *tx)
                .await?;
        let Some(person) = person else { return Ok(None) };
        sqlx::query_as!(
            ListedKey,
            r#"SELECT fingerprint, algorithm AS "algorithm!", comment, added_at, last_used_at FROM user_keys
               WHERE user_id = $1 AND removed_at IS NULL ORDER BY added_at DESC, id DESC"#,
            person
        )
        .fetch_all(tx)
        .await
        .map(Some)
    });
    found.await?.ok_or(NOBODY)
}

/// Removes a key of the person with an address: its sessions end at once.
///
/// # Errors
/// [`Failure::NotFound`] when the person has no such key.
pub async fn remove(owner: &mut OwnerConnection, email: &str, fingerprint: &str) -> Result<(), Failure> {
    let removed = owner.write(async |tx| {
        sqlx::query_scalar!(
            r#"SELECT medstint.end_key(k.id) IS NOT NULL AS "done!" FROM user_keys k JOIN users u ON u.id = k.user_id
               WHERE u.email = medstint.case_folded(medstint.tidied($1)) AND k.fingerprint = $2
                 AND medstint.key_holds(k.id, k.user_id)"#,
            email,
            fingerprint
        )
        .fetch_optional(tx)
        .await
    });
    removed.await?.map(drop).ok_or(Failure::NotFound("A key of that person with this fingerprint"))
}
