//! How far this machine's clock is from the server's.

use chrono::{DateTime, TimeDelta, Utc};

use super::clock::rough_age;

/// A smaller difference misleads nobody: ages and lock-outs are told in seconds and minutes.
const LIMIT: TimeDelta = TimeDelta::seconds(5);

/// A difference that is larger than 5 s: this machine's clock less the server's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockSkew(TimeDelta);

impl ClockSkew {
    /// Compares the server's time of an answer with this machine's times of the question
    /// and of the answer. Only what the way cannot explain is a difference.
    #[must_use]
    pub fn between(asked: DateTime<Utc>, server: DateTime<Utc>, answered: DateTime<Utc>) -> Option<Self> {
        let skew = if server > answered { answered - server } else { (asked - server).max(TimeDelta::zero()) };
        (skew.abs() > LIMIT).then_some(Self(skew))
    }

    /// `8 s behind`, `3 min ahead`
    #[must_use]
    pub fn short(self) -> String {
        let side = if self.0 < TimeDelta::zero() { "behind" } else { "ahead" };
        format!("{} {side}", rough_age(self.0.abs()))
    }

    /// What it is and what to do.
    #[must_use]
    pub fn sentence(self) -> String {
        let side = if self.0 < TimeDelta::zero() { "behind" } else { "ahead of" };
        format!("This machine's clock is {} {side} the server's. Synchronise both with NTP.", rough_age(self.0.abs()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(at: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(at)
    }

    #[test]
    fn a_difference_over_5_s_is_told_with_its_direction() {
        let skew = |server| ClockSkew::between(seconds(100), seconds(server), seconds(101)).map(ClockSkew::short);
        assert_eq!(skew(94).as_deref(), Some("6 s ahead"));
        assert_eq!(skew(107).as_deref(), Some("6 s behind"));
        assert_eq!((skew(95), skew(106)), (None, None));
    }

    #[test]
    fn a_slow_answer_is_no_difference() {
        assert_eq!(ClockSkew::between(seconds(100), seconds(100), seconds(120)), None);
        assert_eq!(ClockSkew::between(seconds(100), seconds(120), seconds(120)), None);
    }
}
