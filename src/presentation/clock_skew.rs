//! A difference of clocks in words, and what to do about it.

use chrono::TimeDelta;

use crate::domain::ClockSkew;
use crate::presentation::clock::rough_age;

impl ClockSkew {
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
        format!("This machine's clock is {} {side} the server's. Synchronize both with NTP.", rough_age(self.0.abs()))
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

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
}
