//! Runs a transaction, repeats it after a deadlock, and commits it or rolls it back as a
//! rehearsal.

use std::time::Duration;

use futures_util::future::BoxFuture;

use super::entered::Entered;

/// How often work is tried: twice more when others were in the way.
const ATTEMPTS: u32 = 3;
/// Between two attempts, so that the others can go on.
const PAUSE: Duration = Duration::from_millis(20);

/// Whether what was done stays.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Keep,
    Rehearse,
}

impl Mode {
    /// Commits what is to be kept; what was rehearsed is rolled back.
    pub(super) async fn end(self, tx: Entered) -> Result<(), sqlx::Error> {
        if self == Self::Keep { tx.commit().await } else { Ok(()) }
    }
}

/// The first answer that is not a transient error, or the last one.
pub(super) async fn repeated<'a, T, E>(
    is_transient: impl Fn(&E) -> bool,
    work: impl Fn() -> BoxFuture<'a, Result<T, E>>,
) -> Result<T, E> {
    for _ in 1..ATTEMPTS {
        match work().await {
            Err(error) if is_transient(&error) => tokio::time::sleep(PAUSE).await,
            answer => return answer,
        }
    }
    work().await
}
