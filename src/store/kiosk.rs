//! The requests of a kiosk to the database, with its own credential and without a session. Every
//! call is its own transaction. The server may log the parameters of a slow call, so PINs, codes
//! and badges are sent ahead in a fast statement, and credentials and attempts are masked.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::PgConnection;

use super::mask::MaskedToken;
use super::sessions::AttemptStatus;
use super::transaction::{stash_secret, stash_secret_with};
use super::{Store, error};
use crate::domain::punch::{
    Answer, Asked, BadgeLengths, Begun, Door, JournalState, Kept, Leave, Outcome, Position, Reading, Said, Trouble,
};
use crate::domain::stored::Stored;
use crate::domain::{Failure, Secret, zone};
use crate::presentation::sentences::UNKNOWN_ANSWER;

/// A kiosk's way to the database.
#[derive(Clone, Debug)]
pub struct AtDoor {
    store: Store,
    credential: Secret,
}

/// What a kiosk tells of itself.
#[derive(Clone, Copy, Debug)]
pub struct Health<'a> {
    pub version: &'a str,
    pub clock: DateTime<Utc>,
    pub journal: JournalState,
}

impl Store {
    /// Makes this device a kiosk: a credential for a one-time code, or nothing where
    /// the code is not good.
    ///
    /// # Errors
    /// [`Failure::Unavailable`]; [`Failure::OutcomeUnknown`] where the code may be used up.
    pub async fn enrol(&self, code: &Secret) -> Result<Option<Secret>, Failure> {
        let credential = self
            .in_transaction("enrol_kiosk", async |tx| {
                stash_secret(&mut *tx, code).await?;
                sqlx::query_scalar!("SELECT medstint.enrol_kiosk(current_setting('medstint.typed'))")
                    .fetch_one(tx)
                    .await
            })
            .await?;
        Ok(credential.map(Secret::new))
    }

    /// The way of the kiosk that holds this credential.
    #[must_use]
    pub fn at_door(&self, credential: Secret) -> AtDoor {
        AtDoor { store: self.clone(), credential }
    }
}

impl AtDoor {
    /// A sign of life: where the kiosk stands, and what the server's clock says.
    ///
    /// # Errors
    /// [`Failure::SignedOut`] when it is no kiosk any more; [`Failure::Unavailable`].
    pub async fn hello(&self, health: Health<'_>) -> Result<(Door, DateTime<Utc>), Failure> {
        let JournalState { waiting, stranded, trouble } = health.journal;
        let count = |count: u32| i32::try_from(count).unwrap_or(i32::MAX);
        let row = self
            .store
            .in_masked_transaction("kiosk_hello", [&self.credential], async |tx, [credential]| {
                sqlx::query!(
                    r#"SELECT id AS "id!", kiosk AS "kiosk!", school AS "school!", site AS "site!", location, time_zone AS "zone!", server_clock AS "clock!",
                         digit_lengths AS "digits!", other_lengths AS "others!"
                       FROM medstint.kiosk_hello(medstint.unmasked($1), $2, $3, $4, $5, $6)"#,
                    credential.text(),
                    health.version,
                    health.clock,
                    count(waiting),
                    count(stranded),
                    trouble as Option<Trouble>,
                )
                .fetch_one(tx)
                .await
            })
            .await?;
        let zone = zone::parse_or_unknown(&row.zone);
        let lengths = |all: Vec<i32>| -> Vec<usize> {
            all.into_iter().filter_map(|length| usize::try_from(length).ok()).collect()
        };
        let door = Door {
            id: row.id,
            kiosk: row.kiosk,
            school: row.school,
            site: row.site,
            location: row.location,
            zone,
            lengths: BadgeLengths { digits: lengths(row.digits), others: lengths(row.others) },
        };
        Ok((door, row.clock))
    }

    /// Which of these kiosks are of the same school as this one.
    ///
    /// # Errors
    /// [`Failure::SignedOut`], [`Failure::Unavailable`].
    pub async fn of_school(&self, kiosks: &[String]) -> Result<Vec<String>, Failure> {
        self.store
            .in_masked_transaction("kiosks_of_school", [&self.credential], async |tx, [credential]| {
                sqlx::query_scalar!(
                    r#"SELECT medstint.kiosks_of_school(medstint.unmasked($1), $2) AS "kiosks!""#,
                    credential.text(),
                    kiosks
                )
                .fetch_one(tx)
                .await
            })
            .await
    }

    /// Stores an attempt at a PIN; the next transaction gets the verdict.
    ///
    /// # Errors
    /// [`Failure::SignedOut`], [`Failure::Unavailable`].
    pub async fn begin_pin(&self, badge: &str, pin: &Secret) -> Result<Secret, Failure> {
        let attempt = self
            .store
            .in_masked_transaction("begin_pin", [&self.credential], async |tx, [credential]| {
                stash_secret_with(&mut *tx, pin, &[Some(badge)]).await?;
                sqlx::query_scalar!(
                    r#"SELECT medstint.begin_pin(medstint.unmasked($1), (current_setting('medstint.given')::text[])[1],
                         current_setting('medstint.typed')) AS "attempt!""#,
                    credential.text(),
                )
                .fetch_one(tx)
                .await
            })
            .await?;
        Ok(Secret::new(attempt))
    }

    /// A punch after its PIN was counted, with what the student said so far.
    ///
    /// # Errors
    /// [`Failure::Invalid`] when that PIN is none; [`Failure::SignedOut`],
    /// [`Failure::Unavailable`].
    pub async fn punch(&self, attempt: &Secret, asked: &Asked, begun: &Begun) -> Result<Answer, Failure> {
        let said = words(&asked.said, begun.position);
        let answer: Value = self
            .store
            .in_masked_transaction("kiosk_punch", [&self.credential, attempt], async |tx, [credential, attempt]| {
                if let Some(pin) = &asked.new_pin {
                    return punch_with_new_pin(tx, [credential, attempt], asked, begun, pin, said).await;
                }
                sqlx::query_scalar!(
                    r#"SELECT medstint.kiosk_punch(medstint.unmasked($1), medstint.unmasked($2), $3, $4, $5, $6) AS "answer!""#,
                    credential.text(),
                    attempt.text(),
                    begun.key,
                    asked.badge,
                    begun.at.wall,
                    said,
                )
                .fetch_one(tx)
                .await
            })
            .await?;
        serde_json::from_value(answer).map_err(|error| {
            tracing::error!(%error, "an answer to a punch is not understood");
            Failure::Fault(UNKNOWN_ANSWER.into())
        })
    }

    /// Whether the person who typed that PIN may close the kiosk.
    ///
    /// # Errors
    /// [`Failure::SignedOut`], [`Failure::Unavailable`].
    pub async fn leave(&self, attempt: &Secret) -> Result<Leave, Failure> {
        let row = self
            .store
            .in_masked_transaction("leave_kiosk", [&self.credential, attempt], async |tx, [credential, attempt]| {
                sqlx::query!(
                    r#"SELECT status AS "status!", locked_until FROM medstint.leave_kiosk(medstint.unmasked($1), medstint.unmasked($2))"#,
                    credential.text(),
                    attempt.text()
                )
                .fetch_one(tx)
                .await
            })
            .await?;
        Ok(match (Stored::from(row.status), row.locked_until) {
            (Stored::Known(AttemptStatus::Ok), _) => Leave::Granted,
            (Stored::Known(AttemptStatus::Locked), Some(until)) => Leave::Locked { until },
            _ => Leave::Refused,
        })
    }

    /// Sends what was kept, in its order; what became of each, by its key.
    ///
    /// # Errors
    /// [`Failure::SignedOut`], [`Failure::Unavailable`]: then none of it counts as sent.
    pub async fn sync(&self, now: &Reading, kept: &[Kept]) -> Result<Vec<(String, Outcome)>, Failure> {
        let punches: Vec<Value> = kept
            .iter()
            .map(|kept| {
                json!({ "key": kept.key, "kiosk": kept.kiosk, "badge": kept.badge, "wall_ms": kept.at.wall.timestamp_millis(), "boot": kept.at.boot,
                        "monotonic_ms": kept.at.monotonic_ms, "anchor": kept.anchor, "said": words(&kept.said, kept.position) })
            })
            .collect();
        let rows = self
            .store
            .in_masked_transaction("sync_punches", [&self.credential], async |tx, [credential]| {
                sqlx::query!(
                    r#"SELECT key AS "key!", outcome AS "outcome!"
                       FROM medstint.sync_punches(medstint.unmasked($1), $2, $3, $4)"#,
                    credential.text(),
                    now.boot,
                    now.monotonic_ms,
                    Value::Array(punches),
                )
                .fetch_all(tx)
                .await
            })
            .await?;
        rows.into_iter().map(|row| Ok((row.key, error::parsed("outcome of a punch", &row.outcome)?))).collect()
    }
}

/// A punch with which a student chooses a PIN; the tokens are the credential and the attempt.
async fn punch_with_new_pin(
    tx: &mut PgConnection,
    [credential, attempt]: [MaskedToken; 2],
    asked: &Asked,
    begun: &Begun,
    pin: &Secret,
    said: Value,
) -> Result<Value, sqlx::Error> {
    stash_secret(&mut *tx, pin).await?;
    sqlx::query_scalar!(
        r#"SELECT medstint.kiosk_punch(medstint.unmasked($1), medstint.unmasked($2), $3, $4, $5,
             $6::jsonb || jsonb_build_object('pin', current_setting('medstint.typed'))) AS "answer!""#,
        credential.text(),
        attempt.text(),
        begun.key,
        asked.badge,
        begun.at.wall,
        said,
    )
    .fetch_one(tx)
    .await
}

fn words(said: &Said, position: Option<Position>) -> Value {
    let mut words = json!(said);
    if let (Some(position), Value::Object(words)) = (position, &mut words)
        && let Value::Object(position) = json!(position)
    {
        words.extend(position);
    }
    words
}
