//! Changes on their way to the console, merged: the first commit's at once, then at intervals that
//! grow with what reading them costs. Totals follow more slowly. While changes of rows wait for more
//! than 2 s, the screen says for how long.

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
/// A change that has waited for so long is late, and the screen says so.
const LATE: Duration = Duration::from_secs(2);
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

/// How long changes wait, and what the screen says of that.
struct Lag {
    late: Duration,
    /// When the oldest change that waits was heard of.
    since: Option<Instant>,
    /// The seconds that the screen shows, if any.
    told_s: Option<u64>,
    /// Whether it was told. Before that it may show what a former listener told it.
    is_told: bool,
}

impl Lag {
    fn new(late: Duration) -> Self {
        Self { late, since: None, told_s: None, is_told: false }
    }

    /// What the screen does not say yet.
    fn news(&mut self, now: Instant) -> Option<Message> {
        let age = self.since.map(|since| now.saturating_duration_since(since));
        let seconds = age.filter(|age| *age >= self.late).map(|age| age.as_secs());
        let is_news = self.told_s != seconds || !self.is_told;
        (self.told_s, self.is_told) = (seconds, true);
        is_news.then_some(Message::Lag(seconds))
    }

    /// When the screen has to say something else, if nothing is delivered before.
    fn next(&self) -> Option<Instant> {
        let age = self.told_s.map_or(self.late, |seconds| Duration::from_secs(seconds + 1));
        self.since.map(|since| since + age)
    }
}

/// Passes on what was heard until either side is gone.
pub(super) async fn coalesce(heard: mpsc::Receiver<Heard>, messages: mpsc::Sender<Message>, pace: &Pace) {
    coalesce_with(heard, messages, pace, LATE).await;
}

async fn coalesce_with(mut heard: mpsc::Receiver<Heard>, messages: mpsc::Sender<Message>, pace: &Pace, late: Duration) {
    let mut lag = Lag::new(late);
    let mut rows = Schedule::new(APART, &pace.rows);
    let mut totals = Schedule::new(TOTALS_APART, &pace.totals);
    let mut merged = Vec::new();
    let mut is_count_due = false;
    let mut together = Instant::now();
    loop {
        let now = Instant::now();
        if let Some(news) = lag.news(now)
            && messages.send(news).await.is_err()
        {
            return;
        }
        let next_rows = (!merged.is_empty()).then(|| rows.due(now).max(together));
        let next_totals = (merged.is_empty() && is_count_due).then(|| totals.due(now));
        if next_rows.is_some_and(|at| at <= now) {
            for change in std::mem::take(&mut merged) {
                if messages.send(Message::Change(change)).await.is_err() {
                    return;
                }
            }
            rows.delivered(Instant::now());
            lag.since = None;
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
        let next = [next_rows.or(next_totals), lag.next()].into_iter().flatten().min();
        tokio::select! {
            more = heard.recv() => {
                let Some(more) = more else { return };
                if merged.is_empty() {
                    together = Instant::now() + TOGETHER;
                }
                if !take(more, &mut merged, &messages).await {
                    return;
                }
                if !merged.is_empty() {
                    lag.since.get_or_insert_with(Instant::now);
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
    use std::sync::Arc;

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
        assert_eq!(received.recv().await, Some(Message::Lag(None)));
        assert_eq!(received.recv().await, Some(Message::Change(Change::Resync)));
        assert_eq!(received.recv().await, Some(Message::Recount));
        drop(say);
        task.await.expect("an orderly end");
    }

    #[tokio::test]
    async fn a_change_that_waits_for_long_is_told() {
        let (say, heard) = mpsc::channel(8);
        let (messages, mut received) = mpsc::channel(8);
        let pace = Arc::new(Pace::default());
        let paced = Arc::clone(&pace);
        let late = Duration::from_millis(20);
        let task = tokio::spawn(async move { coalesce_with(heard, messages, &paced, late).await });
        say.send(Heard::Change(Change::Resync)).await.expect("a listener");
        while received.recv().await.expect("a message") != Message::Recount {}
        pace.took(false, Duration::from_secs(1));
        say.send(Heard::Change(Change::Resync)).await.expect("a listener");
        assert_eq!(received.recv().await, Some(Message::Lag(Some(0))));
        drop(say);
        task.await.expect("an orderly end");
    }

    #[test]
    fn the_screen_says_each_second_how_long_changes_wait() {
        let now = Instant::now();
        let mut lag = Lag { since: Some(now), is_told: true, ..Lag::new(LATE) };
        assert_eq!((lag.news(now + Duration::from_secs(1)), lag.next()), (None, Some(now + LATE)));
        assert_eq!(lag.news(now + LATE), Some(Message::Lag(Some(2))));
        let next = lag.next().expect("a change that waits");
        assert_eq!(lag.news(next), Some(Message::Lag(Some(3))));
    }

    #[test]
    fn the_screen_says_when_no_change_waits() {
        let now = Instant::now();
        let mut lag = Lag { told_s: Some(3), is_told: true, ..Lag::new(LATE) };
        assert_eq!((lag.news(now), lag.next()), (Some(Message::Lag(None)), None));
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
