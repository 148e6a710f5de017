//! Punches at a kiosk: its requests to the database, the answers, and the punches that it saves
//! while the database can't be reached.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::Secret;

/// The digits of the shortest PIN.
pub const SHORTEST_PIN: usize = 4;
/// The digits of the longest PIN, and of the longest code that is typed instead.
pub const LONGEST_PIN: usize = 8;

/// Whether a text may be a PIN.
#[must_use]
pub fn is_pin(text: &str) -> bool {
    (SHORTEST_PIN..=LONGEST_PIN).contains(&text.len()) && is_digits(text)
}

fn is_digits(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit())
}

/// A moment as a device knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// What its wall clock says, which anybody may have set.
    pub wall: DateTime<Utc>,
    /// In which boot.
    pub boot: String,
    /// Milliseconds on a clock that nobody sets and that runs while the device sleeps.
    pub monotonic_ms: i64,
}

impl Reading {
    /// Milliseconds since another moment; none between two boots.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Option<i64> {
        (self.boot == earlier.boot && self.monotonic_ms >= earlier.monotonic_ms)
            .then(|| self.monotonic_ms - earlier.monotonic_ms)
    }
}

/// What the server's clock said at a moment of the device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// Since 1970, UTC.
    pub server_ms: i64,
    pub boot: String,
    pub monotonic_ms: i64,
}

/// The lengths of a school's badges and numbers. A text of another length is neither.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadgeLengths {
    /// Of those that are digits alone.
    pub digits: Vec<usize>,
    /// Of all others.
    pub others: Vec<usize>,
}

impl BadgeLengths {
    /// Whether a text may be a badge or a number here.
    #[must_use]
    pub fn fits(&self, text: &str) -> bool {
        let lengths = if is_digits(text) { &self.digits } else { &self.others };
        lengths.contains(&text.chars().count())
    }

    /// Whether a text may be a badge or a number with a PIN typed behind it.
    #[must_use]
    pub fn may_end_in_pin(&self, text: &str) -> bool {
        let digits = text.chars().rev().take_while(char::is_ascii_digit).count();
        (SHORTEST_PIN..=LONGEST_PIN.min(digits)).any(|pin| {
            // Digits take one byte each.
            let head = &text[..text.len() - pin];
            !head.is_empty() && self.fits(head)
        })
    }

    /// Whether so many digits are a number and no PIN: the database sets no PIN of the
    /// length of a number, unless every length is one.
    #[must_use]
    pub fn is_number(&self, text: &str) -> bool {
        is_digits(text) && self.fits(text) && (SHORTEST_PIN..=LONGEST_PIN).any(|length| !self.digits.contains(&length))
    }

    /// What may be shown of a text while it is typed: digits that may be a PIN, alone or
    /// behind a whole badge, are dots.
    #[must_use]
    pub fn shown(&self, text: &str) -> String {
        let mut shown = String::with_capacity(text.len());
        let mut is_whole = false;
        for (at, c) in text.char_indices() {
            let head = &text[..at];
            is_whole = is_whole || !head.is_empty() && self.fits(head);
            let is_hidden = c.is_ascii_digit() && (is_whole || is_digits(head));
            shown.push(if is_hidden { '*' } else { c });
        }
        shown
    }
}

/// Where a kiosk stands, as the database says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Door {
    /// The kiosk's.
    pub id: String,
    pub kiosk: String,
    pub school: String,
    pub site: String,
    pub location: Option<String>,
    pub zone: Tz,
    /// Of its school.
    pub lengths: BadgeLengths,
}

/// A punch that is kept until it can be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// Made once for the punch: it is recorded once, however often it is sent.
    pub key: String,
    /// Whose it is: what a device kept as another kiosk is not sent as this one's.
    pub kiosk: Option<String>,
    pub badge: String,
    pub at: Reading,
    pub anchor: Option<Anchor>,
    /// Where a receiver said that the kiosk was.
    pub position: Option<Position>,
    pub said: Said,
}

/// What a device's journal holds, and how it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JournalState {
    /// Punches that wait to be sent.
    pub waiting: u32,
    /// Punches that the device kept as another kiosk.
    pub stranded: u32,
    pub trouble: Option<Trouble>,
}

/// What became of a punch that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum Outcome {
    Recorded,
    /// Another one within a minute.
    Repeated,
    /// The punch is in quarantine.
    Quarantined,
}

/// A position that a receiver tells.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Position {
    /// Degrees, WGS 84.
    pub latitude: f64,
    pub longitude: f64,
    /// Metres, 95 %.
    pub accuracy_m: f64,
}

/// The student's answers so far, other than badge and PIN.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rotation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meal_min: Option<u16>,
    /// When they left, the last time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What the database says to a punch.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Answer {
    In(Recorded),
    Out(Recorded),
    /// Which of several rotations. The name is the student's, here and below.
    Choose {
        offers: Vec<Offer>,
        name: Option<String>,
    },
    /// Whether there was a meal.
    Meal {
        since: DateTime<Utc>,
        name: Option<String>,
    },
    /// A record has been open for too long: when did they leave?
    Stale {
        since: DateTime<Utc>,
        name: Option<String>,
    },
    /// The code was good: a PIN is to be set.
    SetPin {
        name: Option<String>,
    },
    /// A badge was read where a reason was asked for.
    ScanAgain,
    /// Wrong, or nobody's: which of them is nobody's business.
    Refused,
    Locked {
        until: DateTime<Utc>,
    },
    NoRotation {
        /// Where the student's rotations are.
        elsewhere: Option<String>,
    },
    Outside,
    NotAStudent,
}

/// A punch that is in the records.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Recorded {
    pub at: DateTime<Utc>,
    /// "Given F."
    pub name: String,
    pub site: String,
    pub rotation: String,
    /// Worked today, and in the rotation, in milliseconds; open records count nothing.
    pub today_ms: i64,
    pub rotation_ms: i64,
    pub required_h: i32,
    #[serde(default)]
    pub repeated: bool,
}

/// One of several rotations.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Offer {
    pub id: String,
    pub name: String,
}

/// What came of an administrator's PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leave {
    Granted,
    Refused,
    Locked { until: DateTime<Utc> },
}

/// Why a kiosk cannot keep punches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Trouble {
    Corrupt,
    Full,
    Unwritable,
}

/// A punch in progress: who, and what was typed so far.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    pub badge: String,
    /// Whether the badge may be another one with a PIN behind it: then it is not kept.
    pub may_hold_pin: bool,
    /// "Given F.", once the database has said so.
    pub name: Option<String>,
    /// None where nobody could check it.
    pub pin: Option<Secret>,
    /// The one to be set.
    pub new_pin: Option<Secret>,
    pub said: Said,
    /// Nothing before it was asked for the first time.
    pub begun: Option<Begun>,
}

/// What stays the same of a punch however often it is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Begun {
    pub key: String,
    pub at: Reading,
    pub position: Option<Position>,
    /// The PIN's, once it was counted.
    pub attempt: Option<Secret>,
}

impl Asked {
    #[must_use]
    pub fn new(badge: String, pin: Option<Secret>) -> Self {
        Self { badge, may_hold_pin: false, name: None, pin, new_pin: None, said: Said::default(), begun: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_of_the_database_is_understood() {
        let done = r#"{"status": "in", "at": "2026-11-23T15:14:00.5+00:00", "name": "Stu N.", "site": "North General", "rotation": "Emergency",
            "required_h": 160, "open_since": null, "today_ms": 0, "rotation_ms": 3600000, "repeated": true}"#;
        let Ok(Answer::In(done)) = serde_json::from_str(done) else { panic!("not understood") };
        assert!(done.repeated && done.rotation_ms == 3_600_000);
        assert_eq!(serde_json::from_str::<Answer>(r#"{"status": "not_a_student"}"#).ok(), Some(Answer::NotAStudent));
        let elsewhere = serde_json::from_str(r#"{"status": "no_rotation", "elsewhere": null}"#).ok();
        assert_eq!(elsewhere, Some(Answer::NoRotation { elsewhere: None }));
    }

    #[test]
    fn a_badge_is_told_by_its_length() {
        let lengths = BadgeLengths { digits: vec![6, 10], others: vec![7] };
        for fits in ["NU00014", "142718", "0012345678"] {
            assert!(lengths.fits(fits), "{fits}");
        }
        for other in ["", "NU0001", "2718", "NU000142718", "1427182"] {
            assert!(!lengths.fits(other), "{other}");
        }
        for pins in ["NU000142718", "NU0001427182818", "1427182718"] {
            assert!(lengths.may_end_in_pin(pins), "{pins}");
        }
        for alone in ["NU00014", "2718", "142718271", "NU00014271", "é00014x"] {
            assert!(!lengths.may_end_in_pin(alone), "{alone}");
        }
    }

    #[test]
    fn a_pin_is_never_as_long_as_a_number() {
        let lengths = BadgeLengths { digits: vec![6], others: vec![7] };
        assert!(lengths.is_number("314159") && !lengths.is_number("31415") && !lengths.is_number("NU00014"));
        let full = BadgeLengths { digits: vec![4, 5, 6, 7, 8], others: Vec::new() };
        assert!(!full.is_number("314159"), "every PIN is as long as a number there");
    }

    #[test]
    fn possible_pins_are_not_shown() {
        let lengths = BadgeLengths { digits: vec![6], others: vec![7] };
        for (typed, shown) in [
            ("NU00014", "NU00014"),
            ("NU000142718", "NU00014****"),
            ("2718", "****"),
            ("admin@north.example", "admin@north.example"),
            ("", ""),
        ] {
            assert_eq!(lengths.shown(typed), shown);
        }
    }

    #[test]
    fn time_between_two_boots_is_not_known() {
        let at = |boot: &str, ms| Reading { wall: DateTime::UNIX_EPOCH, boot: boot.into(), monotonic_ms: ms };
        assert_eq!(at("a", 5_000).since(&at("a", 2_000)), Some(3_000));
        assert_eq!(at("b", 5_000).since(&at("a", 2_000)), None);
        assert_eq!(at("a", 1_000).since(&at("a", 2_000)), None);
    }
}
