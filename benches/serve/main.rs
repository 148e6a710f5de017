//! What the console over SSH takes, with clients of SSH on this machine: `cargo bench --bench
//! serve`. It prints figures and judges nothing.
//!
//! - connecting with a key to the first rows of the queue, 30 times, after one that is not counted
//! - 1,000 idle sessions (or `MEDSTINT_SERVE_SESSIONS`): how long opening them takes, memory of the
//!   server, processor time, connections to `PostgreSQL`
//! - 200 sessions (or `MEDSTINT_SERVE_BUSY`) on one school's queue with 20 changes a second: processor
//!   time of the clients, of the server and of `PostgreSQL`, compared with 1 session and with none;
//!   from a key to its paint, with 20 keys a second in random sessions
//! - changes a second of 4 writers, without sessions and with all of them
//! - the most sessions at which 99 % of keys are painted within 50 ms, halving where it takes longer
//! - memory of the server and another session's paints beside a client that has stopped reading, for
//!   a minute
//!
//! Each part has a server of its own, with limits that are out of the way. All parts share this
//! machine's processors; the clients' time includes that of the writers. Processor times are read
//! from /proc, so only on Linux.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a bench prints, and stops where it cannot measure")]

mod bench;
mod busy;
mod client;
mod idle;
mod people;
mod server;
mod stalled;
#[path = "../support/mod.rs"]
mod support;

use std::time::Duration;

use nix::sys::resource::{Resource, getrlimit, setrlimit};

use bench::Bench;
use support::{directory, is_trial};

/// What is measured, and for how long.
#[derive(Clone, Copy)]
pub struct Plan {
    /// People with a key, among whom the sessions are divided. Adding an administrator notifies all
    /// administrators of the school, so there are few.
    people: usize,
    connects: usize,
    idle: usize,
    idle_for: Duration,
    busy: usize,
    /// How long one writer writes at a fixed rate.
    paced: Duration,
    /// How long all writers write as fast as they can.
    flood: Duration,
    /// How long a server is used before its memory is compared.
    warm_up: Duration,
    stalled_for: Duration,
    /// How long no client may receive anything before a measurement begins.
    quiet: Duration,
}

fn main() {
    raise_open_files();
    let plan = if is_trial() { trial_plan() } else { bench_plan() };
    let dir = directory();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let mut bench = Bench::start(plan, dir.path()).await;
        idle::connecting(&bench).await;
        idle::idle_sessions(&mut bench).await;
        busy::busy_sessions(&mut bench).await;
        stalled::stalled_client(&mut bench).await;
    });
}

fn bench_plan() -> Plan {
    Plan {
        people: 20,
        connects: 30,
        idle: count("MEDSTINT_SERVE_SESSIONS", 1_000),
        idle_for: Duration::from_secs(30),
        busy: count("MEDSTINT_SERVE_BUSY", 200),
        paced: Duration::from_secs(30),
        flood: Duration::from_secs(5),
        warm_up: Duration::from_secs(10),
        stalled_for: Duration::from_mins(1),
        quiet: Duration::from_secs(2),
    }
}

fn trial_plan() -> Plan {
    Plan {
        people: 2,
        connects: 1,
        idle: 2,
        idle_for: Duration::from_millis(100),
        busy: 2,
        paced: Duration::from_millis(200),
        flood: Duration::from_millis(100),
        warm_up: Duration::from_millis(100),
        stalled_for: Duration::from_millis(200),
        quiet: Duration::from_millis(100),
    }
}

/// A number that a variable sets.
fn count(variable: &str, default: usize) -> usize {
    std::env::var(variable).map_or(default, |text| text.parse().expect("a number of sessions"))
}

/// Allows as many open files as this user may have, for the clients and for the servers that this
/// starts. Where that is refused, the bench stops at the first session that finds none.
fn raise_open_files() {
    if let Ok((_, most)) = getrlimit(Resource::RLIMIT_NOFILE) {
        let _ = setrlimit(Resource::RLIMIT_NOFILE, most, most);
    }
}
