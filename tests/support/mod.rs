//! What tests share: a database each, a small world to put in it, a console on
//! a screen in memory, and the real binary in a pseudo-terminal.

pub mod console;
pub mod database;
pub mod terminal;
pub mod world;

use std::time::{Duration, Instant};

pub use console::Console;
pub use database::Database;
pub use terminal::Terminal;
pub use world::{World, a_time_record};

/// The longest that anything is waited for; a machine under load needs it.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Waits until a condition holds, and says what it waited for when it does not.
pub async fn eventually<T>(what: &str, mut condition: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(value) = condition().await {
            return value;
        }
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
