//! Sessions on one school's queue while it changes.

use std::time::{Duration, Instant};

use crate::bench::{Bench, Usage, pace, paints_text};
use crate::client::{Client, press_keys, settle};
use crate::server::Server;
use crate::support::numbers::{number, quantile};
use crate::support::writers::{Change, WRITERS};

/// The time within which 99 % of keys should be painted, in milliseconds.
const PAINTED_WITHIN: f64 = 50.0;

/// Compares all sessions with one and with none.
pub async fn busy_sessions(bench: &mut Bench) {
    let count = bench.plan.busy;
    let server = bench.serve("busy");
    let mut clients = Vec::new();
    bench.writers.flood(Change::ClockOut, bench.plan.warm_up).await;
    bench.seal().await;
    let alone = flood(bench).await;
    let without = paced(bench, &server, &clients).await;
    bench.open(&server, &mut clients, 1).await;
    let one = paced(bench, &server, &clients).await;
    bench.open(&server, &mut clients, count).await;
    let all = paced(bench, &server, &clients).await;
    println!(
        "PostgreSQL, processor time of a change: {without:.2} ms without sessions, {one:.2} ms with 1, {all:.2} ms with \
         {count}: {:.2} times that with 1",
        all / one
    );
    let mut p99 = keys(bench, &server, &clients).await;
    settle(&clients, bench.plan.quiet).await;
    let beside = flood(bench).await;
    println!(
        "{WRITERS} writers at full speed: {alone:.1} changes/s without sessions, {beside:.1} with {count}: {:.2} times",
        beside / alone
    );
    while p99 > PAINTED_WITHIN && clients.len() > 1 {
        clients.truncate(clients.len() / 2);
        server.waits_for_sessions(clients.len()).await;
        p99 = keys(bench, &server, &clients).await;
    }
    if p99 > PAINTED_WITHIN {
        println!("key to paint, p99: over {PAINTED_WITHIN} ms also with 1 session");
    } else {
        println!("key to paint, p99: at most {PAINTED_WITHIN} ms with {} sessions", clients.len());
    }
}

/// Changes a second of all writers.
async fn flood(bench: &mut Bench) -> f64 {
    let (rate, _) = bench.writers.flood(Change::ClockOut, bench.plan.flood).await;
    bench.seal().await;
    rate
}

/// What one of 20 changes a second takes while sessions show it; milliseconds of `PostgreSQL`.
async fn paced(bench: &mut Bench, server: &Server, clients: &[Client]) -> f64 {
    settle(clients, bench.plan.quiet).await;
    let (before, bytes, started) = (bench.usage(server), received(clients), Instant::now());
    let changes = pace(&mut bench.writers, bench.plan.paced).await;
    let (usage, took) = (bench.usage(server).since(before), started.elapsed());
    let (changes, bytes) = (number(changes), number(received(clients) - bytes));
    let (of_server, of_postgres) = (usage.server / changes, usage.postgres / changes);
    print_usage(clients.len(), "", took, usage);
    println!(
        "{}, processor time of a change: server {of_server:.2} ms, PostgreSQL {of_postgres:.2} ms; {:.0} bytes to each \
         client",
        sessions(clients.len()),
        bytes / changes / number(clients.len().max(1))
    );
    bench.seal().await;
    of_postgres
}

/// From keys to paints while there are 20 changes a second; milliseconds that 99 % do not exceed.
async fn keys(bench: &mut Bench, server: &Server, clients: &[Client]) -> f64 {
    settle(clients, bench.plan.quiet).await;
    let (before, started) = (bench.usage(server), Instant::now());
    let time = bench.plan.paced;
    let (_, paints) = tokio::join!(pace(&mut bench.writers, time), press_keys(clients, time));
    print_usage(clients.len(), " and keys", started.elapsed(), bench.usage(server).since(before));
    println!("{}, key to paint: {}", sessions(clients.len()), paints_text(&paints));
    bench.seal().await;
    quantile(&paints, 99)
}

fn print_usage(count: usize, besides: &str, took: Duration, usage: Usage) {
    let took = took.as_secs_f64();
    println!("{}, processor time in {took:.1} s with changes{besides}: {}", sessions(count), usage.text());
}

fn received(clients: &[Client]) -> usize {
    clients.iter().map(Client::bytes).sum()
}

fn sessions(count: usize) -> String {
    if count == 1 { "1 session".into() } else { format!("{count} sessions") }
}
