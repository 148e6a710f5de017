//! Changes on their way to the console, merged: the first commit's at once, then at intervals that
//! grow with what reading them costs. Totals follow more slowly.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};
use uuid::Uuid;

use crate::domain::{Change, Resource};
use crate::store::changes::Heard;
use crate::tui::message::Message;

/// Between two deliveries of rows, and of totals, at least.
const APART: Duration = Duration::from_millis(200);
const TOTALS_APART: Duration = Duration::from_secs(1);
/// Between two deliveries at most, however long reading takes.
const AT_MOST: Duration = Duration::from_secs(10);
/// One console keeps the database busy for a twentieth of the time at most.
const SHARE: u32 = 20;
/// One commit announces several tables, one right after the other: so long is
/// waited for the rest of it, lest the first one's delivery hold the others up.
const TOGETHER: Duration = Duration::from_millis(2);

/// How long reading what was delivered last has taken.
#[derive(Debug, Default)]
pub(super) struct Pace {
    rows: AtomicU64,
    totals: AtomicU64,
}

impl Pace {
    /// Adds the time that a reading took.
    pub(super) fn took(&self, is_total: bool, time: Duration) {
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let spent = if is_total { &self.totals } else { &self.rows };
        spent.fetch_add(micros, Ordering::Relaxed);
    }
}

/// When something is delivered next.
struct Schedule<'a> {
    last: Option<Instant>,
    apart: Duration,
    spent: &'a AtomicU64,
    /// A little more or less each time, so that consoles do not act in step.
    jitter: f64,
}

impl<'a> Schedule<'a> {
    fn new(apart: Duration, spent: &'a AtomicU64) -> Self {
        Self { last: None, apart, spent, jitter: 1.0 }
    }

    /// At once after a quiet moment.
    fn due(&self, now: Instant) -> Instant {
        let Some(last) = self.last else { return now };
        let cost = Duration::from_micros(self.spent.load(Ordering::Relaxed)).min(AT_MOST);
        let apart = (cost * SHARE).clamp(self.apart, AT_MOST);
        (last + apart.mul_f64(self.jitter)).max(now)
    }

    fn delivered(&mut self, now: Instant) {
        self.last = Some(now);
        self.spent.store(0, Ordering::Relaxed);
        self.jitter = 0.9 + f64::from(Uuid::new_v4().as_bytes()[0]) / 1_280.0;
    }
}

/// Passes on what was heard until either side is gone.
pub(super) async fn coalesce(mut heard: mpsc::Receiver<Heard>, messages: mpsc::Sender<Message>, pace: &Pace) {
    let mut rows = Schedule::new(APART, &pace.rows);
    let mut totals = Schedule::new(TOTALS_APART, &pace.totals);
    let mut merged = Vec::new();
    let mut is_count_due = false;
    let mut together = Instant::now();
    loop {
        let now = Instant::now();
        let next_rows = (!merged.is_empty()).then(|| rows.due(now).max(together));
        let next_totals = (merged.is_empty() && is_count_due).then(|| totals.due(now));
        if next_rows.is_some_and(|at| at <= now) {
            for change in std::mem::take(&mut merged) {
                if messages.send(Message::Change(change)).await.is_err() {
                    return;
                }
            }
            rows.delivered(Instant::now());
            is_count_due = true;
            continue;
        }
        if next_totals.is_some_and(|at| at <= now) {
            if messages.send(Message::Recount).await.is_err() {
                return;
            }
            totals.delivered(Instant::now());
            is_count_due = false;
            continue;
        }
        let next = next_rows.or(next_totals);
        tokio::select! {
            more = heard.recv() => {
                let Some(more) = more else { return };
                if merged.is_empty() {
                    together = Instant::now() + TOGETHER;
                }
                if !take(more, &mut merged, &messages).await {
                    return;
                }
            }
            // What reading costs is known only afterwards: look again at the time.
            () = sleep_until(next.unwrap_or(now)), if next.is_some() => {}
        }
    }
}

/// News of the connection is passed on at once; changes are merged.
async fn take(heard: Heard, merged: &mut Vec<Change>, messages: &mpsc::Sender<Message>) -> bool {
    match heard {
        Heard::Link(link) => return messages.send(Message::Link(link)).await.is_ok(),
        Heard::Clock(skew) => return messages.send(Message::Clock(skew)).await.is_ok(),
        Heard::Change(change) => merge(change, merged),
    }
    true
}

/// One change per table: the ids together, or none where there are too many.
fn merge(change: Change, merged: &mut Vec<Change>) {
    if merged.contains(&Change::Resync) {
        return;
    }
    let Change::Rows { resource, ids, count, .. } = &change else {
        *merged = vec![change];
        return;
    };
    let same = |earlier: &&mut Change| matches!(earlier, Change::Rows { resource: r, .. } if r == resource);
    match merged.iter_mut().find(same) {
        Some(Change::Rows { ids: known, count: total, .. }) => {
            let all_known = !known.is_empty() && !ids.is_empty() && known.len() + ids.len() <= 100;
            if all_known {
                known.extend(ids.iter().cloned());
            } else if *resource != Resource::AuditLogs {
                known.clear();
            }
            *total += count;
        }
        _ => merged.push(change),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Operation;

    fn rows(resource: Resource, ids: &[&str]) -> Change {
        let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
        Change::Rows { resource, operation: Operation::Update, count: ids.len() as u64, ids }
    }

    #[test]
    fn changes_of_one_table_become_one_and_a_resync_swallows_all() {
        let mut merged = Vec::new();
        merge(rows(Resource::TimeRecords, &["a"]), &mut merged);
        merge(rows(Resource::Rotations, &["r"]), &mut merged);
        merge(rows(Resource::TimeRecords, &["b"]), &mut merged);
        assert_eq!(merged.len(), 2);
        assert!(matches!(&merged[0], Change::Rows { ids, count: 2, .. } if ids == &["a", "b"]));
        merge(Change::Resync, &mut merged);
        merge(rows(Resource::TimeRecords, &["c"]), &mut merged);
        assert_eq!(merged, [Change::Resync]);
    }

    #[tokio::test]
    async fn the_first_change_is_passed_on_at_once() {
        let (say, heard) = mpsc::channel(8);
        let (messages, mut received) = mpsc::channel(8);
        let task = tokio::spawn(async move { coalesce(heard, messages, &Pace::default()).await });
        say.send(Heard::Change(Change::Resync)).await.expect("a listener");
        assert_eq!(received.recv().await, Some(Message::Change(Change::Resync)));
        assert_eq!(received.recv().await, Some(Message::Recount));
        drop(say);
        task.await.expect("an orderly end");
    }

    #[test]
    fn the_next_change_waits_twenty_times_as_long_as_reading_took() {
        let (pace, now) = (Pace::default(), Instant::now());
        let mut rows = Schedule::new(APART, &pace.rows);
        assert_eq!(rows.due(now), now);
        rows.delivered(now);
        pace.took(false, Duration::from_millis(100));
        let wait = (rows.due(now) - now).as_millis();
        assert!((1_800..=2_200).contains(&wait), "{wait} ms");
    }

    #[test]
    fn totals_wait_for_a_second_and_do_not_delay_rows() {
        let (pace, now) = (Pace::default(), Instant::now());
        let (mut rows, mut totals) = (Schedule::new(APART, &pace.rows), Schedule::new(TOTALS_APART, &pace.totals));
        rows.delivered(now);
        totals.delivered(now);
        pace.took(true, Duration::from_secs(1));
        let waits = [rows.due(now), totals.due(now)].map(|due| (due - now).as_millis());
        assert!((180..=220).contains(&waits[0]) && waits[1] >= 9_000, "{waits:?} ms");
    }

    #[test]
    fn a_change_after_a_quiet_moment_does_not_wait() {
        let (pace, now) = (Pace::default(), Instant::now());
        let mut rows = Schedule::new(APART, &pace.rows);
        rows.delivered(now);
        let later = now + Duration::from_secs(1);
        assert_eq!(rows.due(later), later);
    }
}
