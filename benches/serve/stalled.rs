//! A client that has stopped reading, beside one that reads.

use std::time::Duration;

use crate::bench::{Bench, pace, paints_text};
use crate::client::{Client, Reading, press_keys, settle};

/// What a client that does not read takes of the server, and of another session.
pub async fn stalled_client(bench: &mut Bench) {
    let server = bench.serve("stalled");
    let mut clients = Vec::new();
    bench.open(&server, &mut clients, 1).await;
    settle(&clients, bench.plan.quiet).await;
    // The server comes to its usual size.
    let alone = keys(bench, &clients, bench.plan.warm_up).await;
    println!("key to paint of one session alone: {}", paints_text(&alone));
    let _stalled = bench.open_one(&server, 1, Reading::UntilRows).await;
    settle(&clients, bench.plan.quiet).await;
    let before = server.resident_kib();
    let time = bench.plan.stalled_for;
    let beside = keys(bench, &clients, time).await;
    let after = server.resident_kib();
    println!(
        "resident memory of the server with a stalled client: {before} KiB, after {:.1} s with changes {after} KiB",
        time.as_secs_f64()
    );
    println!("key to paint beside a stalled client: {}", paints_text(&beside));
    println!("sessions that are still open, the stalled one among them: {}", server.sessions().await);
}

/// From keys to paints while there are 20 changes a second.
async fn keys(bench: &mut Bench, clients: &[Client], time: Duration) -> Vec<Duration> {
    let (_, paints) = tokio::join!(pace(&mut bench.writers, time), press_keys(clients, time));
    bench.seal().await;
    paints
}
