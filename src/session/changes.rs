//! Changes on their way to the console: the first commit's at once, then at most twenty
//! a second, merged.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use crate::domain::{Change, Resource};
use crate::store::changes::Heard;
use crate::tui::message::Message;

/// Between two deliveries.
const APART: Duration = Duration::from_millis(50);
/// One commit announces several tables, one right after the other: so long is
/// waited for the rest of it, lest the first one's delivery hold the others up.
const TOGETHER: Duration = Duration::from_millis(2);

/// Passes on what was heard until either side is gone.
pub(super) async fn coalesce(mut heard: mpsc::Receiver<Heard>, messages: mpsc::Sender<Message>) {
    let mut next = Instant::now();
    while let Some(first) = heard.recv().await {
        let mut merged = Vec::new();
        if !take(first, &mut merged, &messages).await {
            return;
        }
        // On the leading edge `next` has passed.
        let until = next.max(Instant::now() + TOGETHER);
        while Instant::now() < until {
            tokio::select! {
                () = sleep_until(until) => break,
                more = heard.recv() => {
                    let Some(more) = more else { return };
                    if !take(more, &mut merged, &messages).await {
                        return;
                    }
                }
            }
        }
        next = Instant::now() + APART;
        for change in merged {
            if messages.send(Message::Change(change)).await.is_err() {
                return;
            }
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
        let task = tokio::spawn(coalesce(heard, messages));
        say.send(Heard::Change(Change::Resync)).await.expect("a listener");
        assert_eq!(received.recv().await, Some(Message::Change(Change::Resync)));
        drop(say);
        task.await.expect("an orderly end");
    }
}
