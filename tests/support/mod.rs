//! What tests share: a database each, a small world to put in it, a console on
//! a screen in memory, and the real binary in a pseudo-terminal.

pub mod certificates;
pub mod console;
pub mod database;
pub mod door;
pub mod pooler;
pub mod program;
pub mod proxy;
pub mod screen;
pub mod server;
pub mod terminal;
pub mod world;

use std::time::Duration;

pub use console::Console;
pub use database::Database;
pub use terminal::Terminal;
pub use world::{World, a_time_record};

/// The longest that anything is waited for; a machine under load needs it.
pub const PATIENCE: Duration = Duration::from_secs(20);
