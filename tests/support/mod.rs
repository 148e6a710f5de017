//! What tests share: a database each, a small world to put in it, a console on
//! a screen in memory, and the real binary in a pseudo-terminal.

pub mod certificates;
pub mod console;
pub mod database;
pub mod door;
pub mod picture;
pub mod pooler;
pub mod program;
pub mod proxy;
pub mod renamer;
pub mod screen;
pub mod server;
pub mod ssh;
pub mod terminal;
pub mod world;

use std::io::Write;
use std::time::Duration;

pub use console::Console;
pub use database::Database;
pub use terminal::Terminal;
pub use world::{World, a_time_record};

/// The longest that anything is waited for; a machine under load needs it.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Says that a test is skipped for want of an outside program. CI installs all of them, and
/// says so with `MEDSTINT_ALL_PROGRAMS`.
pub fn skipped(program: &str) {
    assert!(std::env::var_os("MEDSTINT_ALL_PROGRAMS").is_none(), "{program} is not installed");
    let _ = writeln!(std::io::stderr(), "skipped: {program} is not installed");
}

/// Does what blocks its thread, such as waiting for a terminal, beside the runtime.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.expect("the work did not panic")
}
