//! How far this machine's clock is from the server's.

use chrono::{DateTime, TimeDelta, Utc};

/// A smaller difference misleads nobody: ages and lock-outs are shown in seconds and minutes.
const LIMIT: TimeDelta = TimeDelta::seconds(5);

/// A difference that is larger than 5 s: this machine's clock less the server's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockSkew(pub(crate) TimeDelta);

impl ClockSkew {
    /// Compares the server's time of an answer with this machine's times of the question
    /// and of the answer. Only what the way cannot explain is a difference.
    #[must_use]
    pub fn between(asked: DateTime<Utc>, server: DateTime<Utc>, answered: DateTime<Utc>) -> Option<Self> {
        let skew = if server > answered { answered - server } else { (asked - server).max(TimeDelta::zero()) };
        (skew.abs() > LIMIT).then_some(Self(skew))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(at: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(at)
    }

    #[test]
    fn a_slow_answer_is_no_difference() {
        assert_eq!(ClockSkew::between(seconds(100), seconds(100), seconds(120)), None);
        assert_eq!(ClockSkew::between(seconds(100), seconds(120), seconds(120)), None);
    }
}
