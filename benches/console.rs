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

use support::{Console, Demo, directory, print_quantiles, size};

fn main() {
    let (changes, starts) = (size(200, 1), size(15, 1));
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

    let mut times: Vec<Duration> = (0..starts)
        .map(|_| {
            let started = Instant::now();
            let console = Console::open(&demo.app_url, &state);
            console.waits_for("▌");
            started.elapsed()
        })
        .collect();
    print_quantiles("start to first painted rows", &mut times);

    let mut console = Console::open(&demo.app_url, &state);
    console.waits_for("▌");
    console.waits_for("live");
    // A change of this one moves no other record.
    console.types("/clean\r");
    console.waits_for("“clean”");
    std::thread::sleep(size(Duration::from_secs(2), Duration::ZERO));
    let before = console.bytes();
    std::thread::sleep(size(Duration::from_mins(1), Duration::ZERO));
    println!("bytes written in an idle minute (the clock ticks once): {}", console.bytes() - before);

    // The record at the cursor: its clock-out is in the detail to the millisecond, so that each
    // paint can be told from the last.
    let id: String = runtime
        .block_on(
            sqlx::query_scalar("SELECT id FROM time_records WHERE status = 'PENDING' AND school_id = 'riverside' AND triage >= 2 AND clock_out IS NOT NULL ORDER BY triage, clock_in, id LIMIT 1")
                .fetch_one(&mut database),
        )
        .expect("a record");
    let (mut latencies, mut written) = (Vec::new(), Vec::new());
    for _ in 0..changes {
        std::thread::sleep(Duration::from_millis(70));
        let bytes = console.bytes();
        let mark: String = runtime
            .block_on(
                sqlx::query_scalar(
                    "UPDATE time_records t SET clock_out = t.clock_out + interval '1 second'
                     FROM clinical_sites s WHERE t.id = $1 AND s.id = t.clinical_site_id
                     RETURNING to_char(t.clock_out AT TIME ZONE s.time_zone, 'HH24:MI:SS.MS')",
                )
                .bind(&id)
                .fetch_one(&mut database),
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
