//! Kiosks in words: their state, the state of the journal, the offset of the clock.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::kiosk::{Kiosk, SKEW, State};
use crate::domain::punch::Trouble;
use crate::domain::stored::Stored;
use crate::presentation::clock::rough_age;

impl Kiosk {
    /// Its state at a moment.
    #[must_use]
    pub fn state_label(&self, now: DateTime<Utc>) -> String {
        match self.state(now) {
            State::New => "not enrolled".into(),
            State::Awaited => "code issued".into(),
            State::Live => "live".into(),
            State::Silent => self.last_seen.map_or("silent".into(), |seen| format!("silent {}", rough_age(now - seen))),
            State::Troubled => format!("journal {}", self.trouble_label()),
            State::Revoked => "revoked".into(),
        }
    }

    /// The state of its journal.
    #[must_use]
    pub fn trouble_label(&self) -> &'static str {
        match self.trouble.as_ref().map(Stored::known) {
            None => "ok",
            Some(Some(Trouble::Full)) => "full",
            Some(Some(Trouble::Corrupt)) => "damaged",
            Some(Some(Trouble::Unwritable) | None) => "can't be written",
        }
    }

    /// How far its clock is off: `+0.2 s`, and whether that is worth a look.
    #[must_use]
    pub fn skew(&self) -> Option<(String, bool)> {
        let skew = TimeDelta::milliseconds(self.skew_ms?);
        let tenths = skew.num_milliseconds().abs() / 100;
        let sign = if skew < TimeDelta::zero() && tenths > 0 { '-' } else { '+' };
        let text = if tenths < 1_000 {
            format!("{sign}{}.{} s", tenths / 10, tenths % 10)
        } else {
            format!("{sign}{}", rough_age(skew.abs()))
        };
        Some((text, skew.abs() > SKEW))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kiosk() -> Kiosk {
        let json = r#"{"id": "k", "name": "Door", "site_id": "s", "site": "North General", "quarantined": 0}"#;
        serde_json::from_str(json).expect("a kiosk")
    }

    #[test]
    fn a_trouble_that_only_a_newer_database_has_is_one() {
        let kiosk = |trouble: &str| Kiosk { trouble: Some(trouble.into()), ..kiosk() };
        assert_eq!((kiosk("FULL").trouble_label(), kiosk("ON_FIRE").trouble_label()), ("full", "can't be written"));
    }

    #[test]
    fn a_silent_kiosk_says_for_how_long() {
        let now: DateTime<Utc> = "2026-11-23T09:00:00Z".parse().expect("an instant");
        let seen = Some(now - TimeDelta::minutes(3) - TimeDelta::milliseconds(1));
        let kiosk = Kiosk { enrolled_at: seen, last_seen: seen, ..kiosk() };
        assert_eq!(kiosk.state_label(now), "silent 3 min");
    }

    #[test]
    fn a_clock_that_is_off_by_more_than_30_s_is_worth_a_look() {
        let skew = |ms| Kiosk { skew_ms: Some(ms), ..kiosk() }.skew();
        assert_eq!(skew(-3_600_000), Some(("-60 min".into(), true)));
        assert_eq!(skew(240), Some(("+0.2 s".into(), false)));
    }
}
