//! The number of events per minute, by severity, as bars.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use strum::VariantArray;

use super::super::super::effect::PaneRequest;
use super::super::super::widget::table::{Align, put};
use super::super::super::widget::theme::{Theme, Tone};
use crate::domain::Failure;
use crate::domain::audit_event::{self as domain, Severity};
use crate::presentation::clock::thousands;

/// So many minutes are kept, and at most shown.
const MINUTES: i64 = 30;
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

#[derive(Debug, Default)]
pub(super) struct Pulse {
    /// By minutes since 1970, in the order of the severities.
    minutes: BTreeMap<i64, [i64; 4]>,
    open_alerts: i64,
    /// Whose events these are: the platform's, or else the school's.
    is_of_platform: bool,
    /// Whose events a reading that is in progress counts.
    under_way: Option<bool>,
    /// Something happened in the meantime.
    is_stale: bool,
    /// The last reading had no answer: the bars are older than they look.
    has_failed: bool,
}

impl Pulse {
    /// Shows the events of the platform, or of the school; those of the other are dropped.
    pub(super) fn show(&mut self, is_of_platform: bool) -> Option<PaneRequest> {
        if is_of_platform == self.is_of_platform {
            return None;
        }
        self.is_of_platform = is_of_platform;
        self.minutes.clear();
        self.want()
    }

    /// Asks for what is not known for certain: from the last minute on, which goes on.
    /// One read is in progress at a time, and takes at least a second.
    pub(super) fn want(&mut self) -> Option<PaneRequest> {
        if self.under_way.is_some() {
            self.is_stale = true;
            return None;
        }
        self.under_way = Some(self.is_of_platform);
        let last = self.minutes.last_key_value().map(|(minute, _)| *minute);
        let since = last.and_then(|minute| DateTime::from_timestamp(minute * 60, 0));
        Some(PaneRequest::ReadPulse { since, is_of_platform: self.is_of_platform })
    }

    /// Takes in what was read; asks once more where something happened in the meantime.
    pub(super) fn received(&mut self, read: Result<domain::Pulse, Failure>) -> Option<PaneRequest> {
        let counted = self.under_way.take();
        let is_stale = std::mem::take(&mut self.is_stale);
        if counted.is_some_and(|is_of_platform| is_of_platform != self.is_of_platform) {
            // It was asked before the other events were shown.
            return self.want();
        }
        self.has_failed = read.as_ref().is_err_and(Failure::should_retry_read);
        // Without an answer the bars stay as they are until they are wanted again: asking
        // at once would ask in vain.
        let read = read.ok()?;
        self.open_alerts = read.open_alerts;
        for one in read.minutes {
            self.minutes.insert(one.at.timestamp() / 60, one.counts);
        }
        let last = self.minutes.last_key_value().map_or(0, |(minute, _)| *minute);
        self.minutes.retain(|minute, _| *minute > last - MINUTES);
        if is_stale { self.want() } else { None }
    }

    pub(super) fn has_failed(&self) -> bool {
        self.has_failed
    }

    /// Asks again for what had no answer, unless that is in progress.
    pub(super) fn retry(&mut self) -> Option<PaneRequest> {
        if self.has_failed && self.under_way.is_none() { self.want() } else { None }
    }

    pub(super) fn draw(&self, now: DateTime<Utc>, theme: Theme, area: Rect, buffer: &mut Buffer) {
        let this = now.timestamp() / 60;
        let label = 11;
        let bars = (i64::from(area.width) / 4 - label - 2).clamp(4, MINUTES);
        let mut x = area.x + 2;
        for (i, severity) in Severity::VARIANTS.iter().enumerate() {
            let counts: Vec<i64> = (this - bars + 1..=this).map(|minute| self.count(minute, i)).collect();
            let text = format!(
                "{:<4} {} {}  ",
                severity.label(),
                drawn(&counts),
                thousands(counts.last().copied().unwrap_or(0).unsigned_abs())
            );
            let width = u16::try_from(label + bars + 1).unwrap_or(0).min(area.right().saturating_sub(x));
            put(buffer, Rect { x, width, ..area }, Align::Left, &text, theme.style((*severity).into()));
            x = x.saturating_add(width);
        }
        let rest = Rect { x, width: area.right().saturating_sub(x + 1), ..area };
        if rest.width > 10 {
            put(buffer, rest, Align::Right, "a minute", theme.style(Tone::Quiet));
        }
    }

    /// `2 open alerts`; none where there are none.
    pub(super) fn alerts(&self) -> Option<String> {
        let open = self.open_alerts;
        (open > 0).then(|| format!("{} open alert{}", thousands(open.unsigned_abs()), if open == 1 { "" } else { "s" }))
    }

    /// In words, for a screen reader.
    pub(super) fn sentence(&self, now: DateTime<Utc>) -> String {
        let minute = (now - TimeDelta::minutes(1)).timestamp() / 60;
        let of = |(i, severity): (usize, &Severity)| match self.count(minute, i) {
            0 => None,
            count => Some(format!("{} {}", thousands(count.unsigned_abs()), <&str>::from(severity).to_lowercase())),
        };
        let mut told: Vec<String> = Severity::VARIANTS.iter().enumerate().filter_map(of).collect();
        if told.is_empty() {
            told.push("no events".into());
        }
        told.extend(self.alerts());
        format!("in the last minute {}", told.join(", "))
    }

    fn count(&self, minute: i64, severity: usize) -> i64 {
        self.minutes.get(&minute).map_or(0, |counts| counts[severity])
    }
}

/// Bars next to each other: nothing is a blank, the most is a whole one.
fn drawn(counts: &[i64]) -> String {
    let most = counts.iter().copied().max().unwrap_or(0).max(1);
    let bar = |count: &i64| match *count {
        0 => ' ',
        count => BARS[usize::try_from((count * 8 - 1) / most).unwrap_or(0).min(7)],
    };
    counts.iter().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_is_a_whole_bar_the_least_a_low_one_and_nothing_is_blank() {
        assert_eq!(drawn(&[0, 1, 4, 8]), " ▁▄█");
        assert_eq!(drawn(&[0, 0]), "  ");
        assert_eq!(drawn(&[1_000_000, 1]), "█▁");
    }

    #[test]
    fn reads_one_at_a_time_and_rereads_the_current_minute() {
        let mut pulse = Pulse::default();
        let asked = |since| Some(PaneRequest::ReadPulse { since, is_of_platform: false });
        assert_eq!(pulse.want(), asked(None));
        assert_eq!(pulse.want(), None, "it is under way");
        let at = |minute: i64| DateTime::from_timestamp(minute * 60, 0).expect("an instant");
        let minute = |n: i64, low| domain::Minute { at: at(n), counts: [low, 0, 1, 0] };
        let read = |minutes| Ok(domain::Pulse { minutes, open_alerts: 2 });
        let again = pulse.received(read(vec![minute(60, 2), minute(99, 3), minute(100, 5)]));
        assert_eq!(again, asked(Some(at(100))), "something happened meanwhile");
        assert_eq!(pulse.received(read(vec![minute(100, 9)])), None);
        assert_eq!((pulse.count(100, 0), pulse.count(99, 0), pulse.count(60, 0)), (9, 3, 0));
        assert_eq!(pulse.sentence(at(101)), "in the last minute 9 low, 1 high, 2 open alerts");
    }

    #[test]
    fn an_answer_about_the_school_is_not_shown_as_the_platforms() {
        let mut pulse = Pulse::default();
        pulse.want();
        assert_eq!(pulse.show(true), None, "the school's is under way");
        let minute =
            domain::Minute { at: DateTime::from_timestamp(6_000, 0).expect("an instant"), counts: [7, 0, 0, 0] };
        let again = pulse.received(Ok(domain::Pulse { minutes: vec![minute], open_alerts: 0 }));
        assert_eq!(again, Some(PaneRequest::ReadPulse { since: None, is_of_platform: true }));
        assert_eq!(pulse.count(100, 0), 0);
    }
}
