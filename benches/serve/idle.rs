//! Sessions in which nothing happens, and how they open.

use std::time::{Duration, Instant};

use crate::bench::{AT_ONCE, Bench};
use crate::client::{Reading, settle};
use crate::support::numbers::{number, quantile};
use crate::support::postgres::connections;

/// From the beginning of a connection to the first rows, one after the other.
pub async fn connecting(bench: &Bench) {
    let server = bench.serve("connecting");
    let mut times: Vec<Duration> = Vec::new();
    for n in 0..=bench.plan.connects {
        let client = bench.open_one(&server, n, Reading::On).await;
        times.push(client.first_rows);
        drop(client);
        server.waits_for_sessions(0).await;
    }
    // The server connects to its database in the first one.
    let times = &times[1..];
    println!(
        "connecting to first rows: p50 {:.1} ms, p95 {:.1} ms, of {}",
        quantile(times, 50),
        quantile(times, 95),
        times.len()
    );
}

/// What sessions take that only exist.
pub async fn idle_sessions(bench: &mut Bench) {
    let (count, quiet) = (bench.plan.idle, bench.plan.quiet);
    let server = bench.serve("idle");
    let before = server.resident_kib();
    let started = Instant::now();
    let mut clients = Vec::new();
    bench.open(&server, &mut clients, count).await;
    println!("{count} sessions open after {:.1} s, {AT_ONCE} at once", started.elapsed().as_secs_f64());
    settle(&clients, quiet).await;
    let after = server.resident_kib();
    let each = (number(after) - number(before)) / number(count);
    println!(
        "resident memory of the server: {before} KiB without sessions, {after} KiB with {count}: {each:.0} KiB each"
    );
    let usage = bench.usage(&server);
    tokio::time::sleep(bench.plan.idle_for).await;
    let usage = bench.usage(&server).since(usage);
    println!("processor time in {:.1} idle seconds: {}", bench.plan.idle_for.as_secs_f64(), usage.text());
    println!("connections to PostgreSQL of {count} idle sessions: {}", connections(&mut bench.owner).await);
    println!("sessions that are still open: {}", server.sessions().await);
}
