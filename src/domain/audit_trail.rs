//! What makes the audit trail verifiable: hashes of events, the seals over them, and the head that
//! an operator stores elsewhere. The database computes the same hashes when it seals (migration
//! `audit_seals`); this module recomputes them from the columns alone.

use std::fmt::{self, Write};
use std::str::FromStr;

use chrono::{DateTime, SecondsFormat, Utc};
use sha2::{Digest, Sha256};

/// Events are kept so long (45 CFR 164.316); nothing younger is ever purged.
pub const RETENTION_YEARS: u32 = 6;

/// A SHA-256.
pub type Hash = [u8; 32];

/// The columns of an event, as they stand.
#[derive(Clone, Debug)]
pub struct Columns {
    pub sequence: i64,
    pub transaction_id: Option<i64>,
    /// Milliseconds since 1970.
    pub created_ms: i64,
    pub severity: String,
    pub id: String,
    pub school_id: Option<String>,
    pub user_id: Option<String>,
    pub action: String,
    pub resource_type: String,
    pub resource_id: String,
    pub changes: Option<String>,
    pub ip_address: Option<String>,
    pub user_agent: Option<String>,
    pub endpoint: Option<String>,
    pub method: Option<String>,
    pub status_code: Option<i32>,
}

impl Columns {
    /// The hash over all columns: each text with its length before it, so that
    /// nothing can move from one into the next.
    #[must_use]
    pub fn leaf(&self) -> Hash {
        let mut text = Text(String::with_capacity(600));
        text.number(self.sequence);
        text.optional_number(self.transaction_id);
        text.number(self.created_ms);
        text.word(&self.severity);
        text.measured(Some(&self.id));
        text.measured(self.school_id.as_deref());
        text.measured(self.user_id.as_deref());
        text.measured(Some(&self.action));
        text.measured(Some(&self.resource_type));
        text.measured(Some(&self.resource_id));
        text.measured(self.changes.as_deref());
        text.measured(self.ip_address.as_deref());
        text.measured(self.user_agent.as_deref());
        text.measured(self.endpoint.as_deref());
        text.measured(self.method.as_deref());
        text.optional_number(self.status_code.map(i64::from));
        text.hash()
    }
}

/// Values one after the other, as they are hashed.
struct Text(String);

impl Text {
    fn word(&mut self, word: &str) {
        if !self.0.is_empty() {
            self.0.push(',');
        }
        self.0.push_str(word);
    }
    fn number(&mut self, number: i64) {
        self.word("");
        let _ = write!(self.0, "{number}");
    }
    fn optional_number(&mut self, number: Option<i64>) {
        match number {
            Some(number) => self.number(number),
            None => self.word("-"),
        }
    }
    fn measured(&mut self, text: Option<&str>) {
        let Some(text) = text else { return self.word("-") };
        self.word("");
        let _ = write!(self.0, "{}:{text}", text.len());
    }
    fn hash(self) -> Hash {
        Sha256::digest(self.0).into()
    }
}

/// A seal over a run of a school's events.
#[derive(Clone, Debug)]
pub struct Seal {
    /// `None`: the events that belong to no school.
    pub school_id: Option<String>,
    pub number: i64,
    pub first_position: i64,
    pub events: i32,
    /// Neither is there any more after a purge.
    pub sequences: Option<Vec<i64>>,
    pub leaves: Option<Vec<u8>>,
    pub least_sequence: i64,
    pub most_sequence: i64,
    pub digest: Vec<u8>,
    pub previous: Vec<u8>,
    pub hash: Vec<u8>,
    /// Milliseconds since 1970.
    pub sealed_ms: i64,
}

impl Seal {
    /// What its hash has to be.
    #[must_use]
    pub fn computed(&self) -> Hash {
        let mut text = Text(String::with_capacity(300));
        text.measured(self.school_id.as_deref());
        for number in [
            self.number,
            self.first_position,
            i64::from(self.events),
            self.least_sequence,
            self.most_sequence,
            self.sealed_ms,
        ] {
            text.number(number);
        }
        text.word(&hex(&self.digest));
        text.word(&hex(&self.previous));
        text.hash()
    }

    /// What is wrong with the seal itself, as the one after `before`.
    #[must_use]
    pub fn fault(&self, before: Option<&Head>) -> Option<&'static str> {
        let number = before.map_or(1, |head| head.number.saturating_add(1));
        let position = before.map_or(1, |head| head.position.saturating_add(1));
        let previous = before.map_or([0; 32], |head| head.hash);
        let count = usize::try_from(self.events).unwrap_or(0);
        if self.number != number {
            return Some("it does not follow the seal before it: one is missing, or they were reordered");
        }
        if self.previous != previous {
            return Some("it was made after another seal than the one before it");
        }
        if self.hash != self.computed() || self.first_position != position {
            return Some("it is not what was sealed");
        }
        match (&self.sequences, &self.leaves) {
            (None, None) => None,
            (Some(sequences), Some(leaves)) if sequences.len() == count && leaves.len() == 32 * count => {
                (self.digest != Sha256::digest(leaves).as_slice()).then_some("the hashes of its events were altered")
            }
            _ => Some("its list of events was altered"),
        }
    }

    /// Whether its events may be gone at a moment: they are older than the seal is,
    /// and when it was made is in its hash.
    #[must_use]
    pub fn may_be_purged(&self, now: DateTime<Utc>) -> bool {
        now.checked_sub_months(chrono::Months::new(12 * RETENTION_YEARS))
            .is_some_and(|before| self.sealed_ms < before.timestamp_millis())
    }

    /// The head that it is.
    #[must_use]
    pub fn head(&self) -> Head {
        Head {
            school: self.school_id.clone(),
            number: self.number,
            position: self.first_position.saturating_add(i64::from(self.events)).saturating_sub(1),
            hash: self.hash.as_slice().try_into().unwrap_or([0; 32]),
            sealed_at: DateTime::from_timestamp_millis(self.sealed_ms).unwrap_or_default(),
        }
    }
}

/// The newest seal of a school, as it is written down and kept elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// `None`: the events that belong to no school.
    pub school: Option<String>,
    /// Of the seal.
    pub number: i64,
    /// How many events it and all seals before it hold.
    pub position: i64,
    pub hash: Hash,
    pub sealed_at: DateTime<Utc>,
}

/// Begins the line of a head.
const HEAD: &str = "medstint-audit-head";

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let school = self.school.as_deref().unwrap_or("-");
        let at = self.sealed_at.to_rfc3339_opts(SecondsFormat::Millis, true);
        write!(f, "{HEAD} {} {} {} {at} {school}", self.number, self.position, hex(&self.hash))
    }
}

impl FromStr for Head {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "it is not a head. `medstint audit head` prints one: {HEAD} NUMBER POSITION HASH TIME SCHOOL, on one line"
            )
        };
        let mut words = text.trim().splitn(6, ' ');
        let mut next = || words.next().ok_or_else(wrong);
        if next()? != HEAD {
            return Err(wrong());
        }
        let number = next()?.parse().map_err(|_| wrong())?;
        let position = next()?.parse().map_err(|_| wrong())?;
        let hash = unhex(next()?).ok_or_else(wrong)?;
        let sealed_at = next()?.parse().map_err(|_| wrong())?;
        let school = next()?;
        Ok(Self { school: (school != "-").then(|| school.to_owned()), number, position, hash, sealed_at })
    }
}

/// Something that is not as it was sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    Altered {
        sequence: i64,
        seal: i64,
    },
    Removed {
        sequence: i64,
        seal: i64,
    },
    /// It stands in no seal and does not wait for one, or is there a second time.
    Inserted {
        sequence: i64,
    },
    /// The seal itself.
    Seal {
        number: i64,
        why: &'static str,
    },
    /// Its events are gone without an event that tells of a purge.
    PurgeUntold {
        number: i64,
    },
    /// Its events are gone and were younger than the retention.
    PurgedEarly {
        number: i64,
    },
    /// The seal of the head that was kept is not there, or is another one.
    OtherHead {
        number: i64,
    },
}

/// Lower-case hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn unhex(text: &str) -> Option<Hash> {
    let mut hash = [0; 32];
    if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, digits) in hash.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_back_as_it_was_written() {
        for school in [None, Some("north".to_owned()), Some("with a space".to_owned())] {
            let head = Head {
                school,
                number: 3,
                position: 812,
                hash: [0xab; 32],
                sealed_at: DateTime::from_timestamp_millis(1_763_889_300_123).expect("an instant"),
            };
            assert_eq!(head.to_string().parse(), Ok(head));
        }
        for wrong in
            ["", "medstint-audit-head 1", "head 1 2 3 4 5", "medstint-audit-head 1 2 zz 2026-01-01T00:00:00Z -"]
        {
            assert!(wrong.parse::<Head>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn nothing_can_move_from_one_column_into_the_next() {
        let event = |action: &str, resource_type: &str| Columns {
            sequence: 1,
            transaction_id: None,
            created_ms: 0,
            severity: "LOW".into(),
            id: "e".into(),
            school_id: None,
            user_id: None,
            action: action.into(),
            resource_type: resource_type.into(),
            resource_id: "r".into(),
            changes: None,
            ip_address: None,
            user_agent: None,
            endpoint: None,
            method: None,
            status_code: None,
        };
        assert_ne!(event("ab", "c").leaf(), event("a", "bc").leaf());
        assert_ne!(event("a,1:b", "c").leaf(), event("a", "b,1:c").leaf());
    }
}
