//! The timing of an entry: distinguishes a badge reader from a person if the text does not.

use chrono::{DateTime, TimeDelta, Utc};

/// A person takes longer than that for each character.
const FAST_MS: i64 = 40;
/// A reader takes less than that for most characters.
const SLOW_MS: i64 = 200;
/// So much a gap may differ from the others by chance.
const JITTER_MS: i64 = 20;
/// No gap that is shorter stands out.
const SMALL_MS: i64 = 60;
/// So many gaps say enough.
const MOST: usize = 256;

/// What is being typed: when the last character came, and how long each took.
#[derive(Clone, Debug, Default)]
pub(super) struct Typing {
    last: Option<DateTime<Utc>>,
    gaps_ms: Vec<i64>,
    /// Readers take nothing back.
    is_corrected: bool,
}

impl Typing {
    /// Takes in a character.
    pub fn add(&mut self, now: DateTime<Utc>) {
        if let Some(last) = self.last.replace(now)
            && self.gaps_ms.len() < MOST
        {
            self.gaps_ms.push((now - last).num_milliseconds());
        }
    }

    /// Notes that a character was deleted.
    pub fn correct(&mut self) {
        self.is_corrected = true;
    }

    /// The clock was set by so much.
    pub fn shift(&mut self, by: TimeDelta) {
        self.last = self.last.map(|last| last + by);
    }

    /// When the last character came.
    pub fn last(&self) -> Option<DateTime<Utc>> {
        self.last
    }

    /// Whether no person types like that.
    pub fn is_fast(&self) -> bool {
        !self.is_corrected && !self.gaps_ms.is_empty() && self.gaps_ms.iter().all(|gap| *gap < FAST_MS)
    }

    /// Whether no reader types like that.
    pub fn is_slow(&self) -> bool {
        self.is_corrected || self.median() > SLOW_MS
    }

    /// Whether it came in one go, as a reader types at any speed: no gap stands out.
    pub fn is_whole(&self) -> bool {
        let most = (self.median() * 2 + JITTER_MS).max(SMALL_MS);
        !self.is_slow() && !self.gaps_ms.is_empty() && self.gaps_ms.iter().all(|gap| *gap <= most)
    }

    fn median(&self) -> i64 {
        let mut sorted = self.gaps_ms.clone();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(gaps_ms: &[i64]) -> Typing {
        let mut now = DateTime::UNIX_EPOCH;
        let mut typing = Typing::default();
        typing.add(now);
        for gap in gaps_ms {
            now += TimeDelta::milliseconds(*gap);
            typing.add(now);
        }
        typing
    }

    #[test]
    fn a_reader_types_in_one_go_at_any_speed() {
        for gap in [1, 10, 50, 120] {
            let typing = typed(&[gap; 7]);
            assert!(typing.is_whole() && !typing.is_slow(), "{gap} ms");
            assert_eq!(typing.is_fast(), gap < 40, "{gap} ms");
        }
    }

    #[test]
    fn a_persons_additions_stand_out() {
        for gap in [1, 10, 50, 120] {
            let mut gaps = vec![gap; 6];
            gaps.extend([600, 150, 150, 150]);
            assert!(!typed(&gaps).is_whole(), "behind a reader of {gap} ms");
        }
    }

    #[test]
    fn slow_or_corrected_typing_is_a_persons() {
        assert!(typed(&[250, 300, 280]).is_slow());
        let mut corrected = typed(&[10, 10, 10]);
        corrected.correct();
        assert!(corrected.is_slow() && !corrected.is_fast() && !corrected.is_whole());
    }
}
