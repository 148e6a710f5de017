//! Figures of the console as a whole process, in a pseudo-terminal, on a
//! demonstration of its own: `cargo bench`. It prints what it measured and
//! judges nothing.
//!
//! - start to the first painted rows, with a kept session
//! - commit of a change to its paint, for 200 changes
//! - bytes written in an idle minute, and for one changed row, at 80×24
//! - resident memory after all that

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a bench prints, and stops where it cannot measure")]

mod support;

use std::time::{Duration, Instant};

use sqlx::{Connection, PgConnection};

use support::{Console, Demo, directory, print_quantiles};

const CHANGES: usize = 200;
const STARTS: usize = 15;

fn main() {
    let dir = directory();
    let demo = Demo::start(dir.path());
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut database = runtime.block_on(PgConnection::connect(&demo.owner_url)).expect("a connection");
    let state = dir.path().join("console");

    let mut console = Console::open(&demo.app_url, &state);
    console.waits_for("Password");
    console.send(&format!("{}\r{}\r", demo.email, demo.password));
    console.waits_for("flagged first");
    console.waits_for("live");
    drop(console);

    let mut starts: Vec<Duration> = (0..STARTS)
        .map(|_| {
            let started = Instant::now();
            let console = Console::open(&demo.app_url, &state);
            console.waits_for("▌");
            started.elapsed()
        })
        .collect();
    print_quantiles("start to first painted rows", &mut starts);

    let console = Console::open(&demo.app_url, &state);
    console.waits_for("▌");
    console.waits_for("live");
    std::thread::sleep(Duration::from_secs(2));
    let before = console.bytes();
    std::thread::sleep(Duration::from_mins(1));
    println!("bytes written in an idle minute (the clock ticks once): {}", console.bytes() - before);

    // The record at the cursor: its note is in the detail, so that each paint can
    // be told from the last.
    let id: String = runtime
        .block_on(
            sqlx::query_scalar("SELECT id FROM time_records WHERE status = 'PENDING' AND school_id = 'riverside' ORDER BY triage, clock_in, id LIMIT 1")
                .fetch_one(&mut database),
        )
        .expect("a record");
    let (mut latencies, mut written) = (Vec::new(), Vec::new());
    for n in 0..CHANGES {
        std::thread::sleep(Duration::from_millis(70));
        let mark = format!("change {n:04}");
        let bytes = console.bytes();
        runtime
            .block_on(
                sqlx::query("UPDATE time_records SET notes = $1 WHERE id = $2")
                    .bind(&mark)
                    .bind(&id)
                    .execute(&mut database),
            )
            .expect("a change");
        let committed = Instant::now();
        console.waits_for(&mark);
        latencies.push(committed.elapsed());
        std::thread::sleep(Duration::from_millis(30));
        written.push(console.bytes() - bytes);
    }
    print_quantiles("commit to paint, detail of the row", &mut latencies);
    written.sort_unstable();
    println!("bytes written for one change of the row and its detail: median {}", written[written.len() / 2]);
    println!("resident memory of the console: {} KiB", console.resident_kib());
}
