//! Sign-in, sign-out, and the person to whom a token belongs.
//!
//! COMMIT is sent along with the statement that stores a guess, and so is the BEGIN of the
//! transaction that compares it. That statement has no parameters: its values are passed together
//! with the secret. The id of the attempt passes from the first transaction to the second in a
//! setting of the connection, because `pg_stat_activity` shows texts. These are the only fixed
//! statements that are not checked against `.sqlx`.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::mask::Mask;
use super::pool::Length;
use super::transaction::{Purpose, Transaction, begin, commit_with, stash_secret, stash_secret_with};
use super::{Access, Bound, Entered, Store, checked, reading, writing};
use crate::domain::person::School;
use crate::domain::stored::Stored;
use crate::domain::{Actor, Failure, Role, Secret, zone};

/// Stores a guess and commits, compares what was committed, and commits again: two transactions in
/// one message.
const SIGN_IN: &str = concat!(
    commit_with!(
        "SELECT set_config('medstint.attempt',
           medstint.begin_sign_in(given[1], current_setting('medstint.typed'), given[2], given[3], given[4]), false)
         FROM (SELECT current_setting('medstint.given')::text[] AS given) handed_over; "
    ),
    "; ",
    begin!("", "15s", "5s", "30s"),
    "; ",
    commit_with!(
        "SELECT status, token, locked_until, user_id, name, email, role, school_id, school_name, zone, unread
         FROM medstint.open_session(current_setting('medstint.attempt'));
         SELECT set_config('medstint.attempt', '', false); "
    )
);

/// What the database says of an attempt at a password or a PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumString)]
#[strum(serialize_all = "snake_case")]
pub(super) enum AttemptStatus {
    Ok,
    Locked,
    Refused,
}

/// What [`SIGN_IN`] answers.
#[derive(FromRow)]
pub(super) struct OpenedSession {
    pub(super) status: Stored<AttemptStatus>,
    pub(super) token: Option<String>,
    pub(super) locked_until: Option<DateTime<Utc>>,
    pub(super) user_id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) email: Option<String>,
    pub(super) role: Option<Stored<Role>>,
    pub(super) school_id: Option<String>,
    pub(super) school_name: Option<String>,
    pub(super) zone: Option<String>,
    pub(super) unread: Option<i64>,
}

impl OpenedSession {
    /// The session's token; none where nobody has signed in.
    pub(super) fn take_token(&mut self) -> Option<Secret> {
        let is_ok = self.status == Stored::Known(AttemptStatus::Ok);
        self.token.take().filter(|_| is_ok).map(Secret::new)
    }

    /// Why nobody has signed in.
    pub(super) fn refusal(&self) -> SignIn {
        match (&self.status, self.locked_until) {
            (Stored::Known(AttemptStatus::Locked), Some(until)) => SignIn::Locked { until },
            _ => SignIn::Refused,
        }
    }

    /// Who has signed in, where the database said so.
    pub(super) fn actor(self) -> Result<Option<Actor>, Failure> {
        let (Some(id), Some(name), Some(email), Some(role)) = (self.user_id, self.name, self.email, self.role) else {
            return Ok(None);
        };
        let school = school(self.school_id, self.school_name, self.zone.as_deref());
        let unread = self.unread.unwrap_or(0);
        Ok(Some(Actor { id: id.into(), name, email, role: known(&role)?, school, unread }))
    }
}

/// Stores an attempt at a session, likewise.
const BEGIN_UNLOCK: &str = commit_with!(
    "SELECT medstint.begin_unlock(medstint.unmasked(given[1]), current_setting('medstint.typed'))
     FROM (SELECT current_setting('medstint.given')::text[] AS given) handed_over; "
);

/// The origin of a sign-in, for the audit trail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The client's address, when it is known (over SSH, for instance).
    pub address: Option<String>,
    /// Terminal and version.
    pub device: String,
    /// `console`, `cli`, `kiosk`, or `monitor` for a console that only reads
    pub client: &'static str,
}

/// What came of a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignIn {
    Welcome {
        token: Secret,
        actor: Actor,
    },
    /// Someone else set the password: the session can only choose a new one.
    ChoosePassword {
        token: Secret,
    },
    /// Wrong address or password; which of them is nobody's business.
    Refused,
    Locked {
        until: DateTime<Utc>,
    },
}

impl Store {
    /// Tries a password. The answer takes the same time for an address that is
    /// not known.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] when the database does not answer.
    pub async fn sign_in(&self, email: &str, password: &Secret, origin: &Origin) -> Result<SignIn, Failure> {
        // The first transaction stores the guess, the second compares what was committed.
        let mut answer = self
            .timed("sign_in", async {
                let mut tx = Transaction::begin(&self.pool, Purpose::Write).await?;
                let given = [Some(email), origin.address.as_deref(), Some(origin.device.as_str()), Some(origin.client)];
                stash_secret_with(tx.connection(), password, &given).await?;
                let rows = tx.commit_and_answer(SIGN_IN).await?;
                // The first row is the attempt's.
                OpenedSession::from_row(rows.get(1).ok_or(sqlx::Error::RowNotFound)?)
            })
            .await
            .map_err(of_attempt)?;
        let Some(token) = answer.take_token() else { return Ok(answer.refusal()) };
        let actor = match answer.actor()? {
            Some(actor) => Ok(actor),
            // A monitor's session, or one that waits for another password.
            None => self.whoami(&token).await,
        };
        match actor {
            Ok(actor) => Ok(SignIn::Welcome { token, actor }),
            Err(Failure::TemporaryPassword) => Ok(SignIn::ChoosePassword { token }),
            Err(failure) => Err(failure),
        }
    }

    /// Says that a monitor still runs, so that its session goes on.
    ///
    /// # Errors
    /// [`Failure::SignedOut`] when it has ended.
    pub async fn keep_monitor(&self, token: &Secret) -> Result<(), Failure> {
        let kept = self
            .in_masked_transaction("keep_monitor", [token], async |tx, [token]| {
                sqlx::query_scalar!("SELECT medstint.keep_monitor(medstint.unmasked($1))", token.text())
                    .fetch_one(tx)
                    .await
            })
            .await?;
        kept.map(drop).ok_or(Failure::SignedOut)
    }

    /// Chooses the school that a super admin's monitor shows.
    ///
    /// # Errors
    /// [`Failure::NotFound`] when there is no such school, or it is not theirs to choose.
    pub async fn choose_school_of_monitor(&self, token: &Secret, school: &str) -> Result<(), Failure> {
        let chosen = self
            .in_masked_transaction("choose_school_of_monitor", [token], async |tx, [token]| {
                sqlx::query_scalar!(
                    "SELECT medstint.choose_school_of_monitor(medstint.unmasked($1), $2)",
                    token.text(),
                    school
                )
                .fetch_one(tx)
                .await
            })
            .await?;
        if chosen == Some(true) { Ok(()) } else { Err(Failure::NotFound("The school")) }
    }

    /// Ends a monitor's session.
    ///
    /// # Errors
    /// [`Failure::Unavailable`]; the session then runs on until it expires.
    pub async fn end_monitor(&self, token: &Secret) -> Result<(), Failure> {
        self.in_masked_transaction("end_monitor", [token], async |tx, [token]| {
            sqlx::query_scalar!("SELECT medstint.end_monitor(medstint.unmasked($1))", token.text())
                .fetch_one(tx)
                .await
                .map(drop)
        })
        .await
    }

    /// Chooses the owner's own password instead of a temporary one, in the session that
    /// the temporary one opened.
    ///
    /// # Errors
    /// [`Failure::Invalid`] when it cannot be, [`Failure::SignedOut`] when the session has
    /// ended or its password is not temporary.
    pub async fn choose_password(&self, token: &Secret, password: &Secret) -> Result<(), Failure> {
        self.in_masked_transaction("choose_password", [token], async |tx, [token]| {
            stash_secret(&mut *tx, password).await?;
            sqlx::query!(
                "SELECT medstint.choose_password(medstint.unmasked($1), current_setting('medstint.typed'))",
                token.text()
            )
            .fetch_one(tx)
            .await
            .map(drop)
        })
        .await
    }

    /// Who is asked for the password of a locked session; `None` when it is not locked.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] when the database does not answer.
    pub async fn locked_session(&self, token: &Secret) -> Result<Option<String>, Failure> {
        self.in_masked_transaction("locked_session", [token], async |tx, [token]| {
            sqlx::query_scalar!("SELECT name FROM medstint.locked_session(medstint.unmasked($1))", token.text())
                .fetch_one(tx)
                .await
        })
        .await
        .map_err(of_attempt)
    }

    /// Unlocks a session with its owner's password.
    ///
    /// # Errors
    /// [`Failure::SignedOut`] when the session has ended, or after the fifth wrong
    /// password, which ends it.
    pub async fn unlock(&self, token: &Secret, password: &Secret) -> Result<Unlock, Failure> {
        let attempt = self.begin_unlock(token, password).await?;
        let status = self
            .in_masked_transaction("finish_unlock", [token, &attempt], async |tx, [token, attempt]| {
                sqlx::query_scalar!(
                    "SELECT medstint.finish_unlock(medstint.unmasked($1), medstint.unmasked($2))",
                    token.text(),
                    attempt.text()
                )
                .fetch_one(tx)
                .await
            })
            .await
            .map_err(of_attempt)?;
        opened(status)
    }

    /// Stores an attempt at a session, in a transaction of its own.
    async fn begin_unlock(&self, token: &Secret, password: &Secret) -> Result<Secret, Failure> {
        let attempt = self
            .timed("begin_unlock", async {
                let mask = Mask::random();
                let mut tx = Transaction::begin_masked(&self.pool, Purpose::Write, Length::Short, &mask).await?;
                stash_secret_with(tx.connection(), password, &[Some(mask.hide(token).text())]).await?;
                tx.commit_with(BEGIN_UNLOCK).await
            })
            .await
            .map_err(of_attempt)?;
        Ok(Secret::new(attempt.unwrap_or_default()))
    }

    /// Whose token this is.
    ///
    /// # Errors
    /// [`Failure::SignedOut`] when the token is not or no longer good, [`Failure::Locked`]
    /// and [`Failure::TemporaryPassword`] when its session waits for a password.
    pub async fn whoami(&self, token: &Secret) -> Result<Actor, Failure> {
        let token = checked(token)?;
        let found = self
            .timed("whoami", async {
                let mut tx = Entered::begin(&self.pool, Access::Read, &token).await?;
                sqlx::query!(
                    r#"SELECT user_id AS "user_id!", name AS "name!", email AS "email!", role::text AS "role!",
                         school_id, school_name, unread AS "unread!",
                         (SELECT s.time_zone FROM schools s WHERE s.id = w.school_id) AS zone FROM medstint.whoami() w"#
                )
                .fetch_one(tx.connection())
                .await
            })
            .await?;
        let school = school(found.school_id, found.school_name, found.zone.as_deref());
        let role = known(&Stored::from(found.role))?;
        Ok(Actor { id: found.user_id.into(), name: found.name, email: found.email, role, school, unread: found.unread })
    }
}

/// The school that a person works in.
fn school(id: Option<String>, name: Option<String>, zone: Option<&str>) -> Option<School> {
    Some(School { id: id?.into(), name: name?, zone: zone.map_or(chrono_tz::UTC, zone::parse_or_unknown) })
}

/// The role, where this medstint knows it.
fn known(role: &Stored<Role>) -> Result<Role, Failure> {
    let unknown = || Failure::Denied("This version of medstint doesn't know your role. Upgrade medstint.".into());
    role.known().ok_or_else(unknown)
}

/// Ends the session, here and for everyone else who holds its token.
///
/// # Errors
/// [`Failure::Unavailable`]; the session then runs on until it expires.
pub async fn sign_out(bound: &Bound) -> Result<(), Failure> {
    writing(bound, "sign_out", async |tx| sqlx::query!("SELECT medstint.sign_out()").execute(tx).await.map(drop)).await
}

/// Extends the session of a person who is working.
///
/// # Errors
/// [`Failure::SignedOut`] when it has ended.
pub async fn touch(bound: &Bound) -> Result<(), Failure> {
    writing(bound, "touch_session", async |tx| {
        sqlx::query!("SELECT medstint.touch_session()").fetch_one(tx).await.map(drop)
    })
    .await
}

/// What came of an unlock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unlock {
    Open,
    Refused,
}

/// Locks the session for everyone who holds its token, until its owner's password
/// is typed.
///
/// # Errors
/// [`Failure::Locked`] when it is locked already, [`Failure::SignedOut`] when it has
/// ended, [`Failure::Unavailable`].
pub async fn lock(bound: &Bound) -> Result<(), Failure> {
    writing(bound, "lock_session", async |tx| {
        sqlx::query_scalar!("SELECT medstint.lock_session()").fetch_one(tx).await.map(drop)
    })
    .await
}

/// Changes one's own password, the present one given; every other session ends.
///
/// # Errors
/// [`Failure::Invalid`] when the new one cannot be, [`Failure::SignedOut`] after
/// the fifth wrong one.
pub async fn change_password(bound: &Bound, old: &Secret, new: &Secret) -> Result<Unlock, Failure> {
    let attempt = bound.store.begin_unlock(&bound.token, old).await?;
    let status = writing(bound, "finish_change_password", async |tx| {
        stash_secret_with(&mut *tx, new, &[Some(attempt.expose())]).await?;
        sqlx::query_scalar!(
            "SELECT medstint.change_password((current_setting('medstint.given')::text[])[1],
               current_setting('medstint.typed'))"
        )
        .fetch_one(tx)
        .await
    })
    .await?;
    opened(status)
}

/// An attempt whose answer was lost is made again: what it may have stored is nothing that
/// the person looks for.
pub(super) fn of_attempt(failure: Failure) -> Failure {
    match failure {
        Failure::OutcomeUnknown => Failure::Unavailable("the connection was lost".into()),
        other => other,
    }
}

fn opened(status: Option<String>) -> Result<Unlock, Failure> {
    match status.map(Stored::<AttemptStatus>::from) {
        Some(Stored::Known(AttemptStatus::Ok)) => Ok(Unlock::Open),
        Some(Stored::Known(AttemptStatus::Refused)) => Ok(Unlock::Refused),
        _ => Err(Failure::SignedOut),
    }
}

/// Chooses the school that a super admin works in.
///
/// # Errors
/// [`Failure::Denied`] for everyone else.
pub async fn choose_school(bound: &Bound, school: &str) -> Result<(), Failure> {
    let chosen = writing(bound, "choose_school", async |tx| {
        sqlx::query_scalar!("SELECT medstint.choose_school($1)", school).fetch_one(tx).await
    })
    .await?;
    if chosen == Some(true) { Ok(()) } else { Err(Failure::Denied("Only a super admin can choose a school.".into())) }
}

/// Proves that the session is good and the database answers.
///
/// # Errors
/// [`Failure::SignedOut`] or [`Failure::Unavailable`].
pub async fn check(bound: &Bound) -> Result<(), Failure> {
    reading(bound, "check_session", async |_| Ok(())).await
}
