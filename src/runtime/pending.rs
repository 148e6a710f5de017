//! Counts the tasks in progress, and reports when none is left.

use std::sync::Arc;

use tokio::sync::watch;

/// The number of tasks in progress whose answers a person waits for.
#[derive(Clone, Debug)]
pub struct PendingWork(Arc<watch::Sender<usize>>);

/// One task in progress, until it is dropped. A task drops it after it has sent its answer, so
/// that every answer is in its channel when nothing is in progress any more.
#[derive(Debug)]
pub struct WorkGuard(PendingWork);

impl Default for PendingWork {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(0)))
    }
}

impl PendingWork {
    /// Counts one more task.
    #[must_use]
    pub fn begin(&self) -> WorkGuard {
        self.0.send_modify(|tasks| *tasks += 1);
        WorkGuard(self.clone())
    }

    /// Waits until nothing is in progress. It may be dropped while it waits.
    pub async fn idle(&self) {
        let mut tasks = self.0.subscribe();
        // The sender is ours: it does not go away.
        let _ = tasks.wait_for(|tasks| *tasks == 0).await;
    }
}

impl Drop for WorkGuard {
    fn drop(&mut self) {
        self.0.0.send_modify(|tasks| *tasks -= 1);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn it_is_idle_once_the_last_task_has_ended() {
        let work = PendingWork::default();
        assert_eq!(work.idle().now_or_never(), Some(()));
        let (one, other) = (work.begin(), work.begin());
        drop(one);
        assert_eq!(work.idle().now_or_never(), None);
        let waiting = tokio::spawn(async move { work.idle().await });
        tokio::task::yield_now().await;
        drop(other);
        waiting.await.expect("it is told");
    }
}
