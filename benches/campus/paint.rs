//! From the commit of a change to where it is seen.

use std::time::{Duration, Instant};

use sqlx::PgConnection;
use sqlx::postgres::PgListener;
use tokio::sync::mpsc::unbounded_channel;

use crate::support::Console;
use crate::support::writers::ticks;

/// A console that hears more paces itself by what reading costs.
const PAINTS_A_SECOND: u32 = 1;

/// What a listener reads that shows a queue.
const PAGE: &str = "
  SELECT t.*, u.name FROM time_records t JOIN users u ON u.id = t.student_id
  WHERE t.status = 'PENDING' AND t.school_id = 'riverside' ORDER BY t.clock_in, t.id LIMIT 60";

/// From each commit to a bare listener that has heard of it and read one page.
pub async fn heard(
    owner: &mut PgConnection,
    url: &str,
    (writer, record): (&mut PgConnection, &str),
    changes: usize,
) -> Vec<Duration> {
    let channel: String =
        sqlx::query_scalar("SELECT medstint.channel('riverside')").fetch_one(owner).await.expect("a channel");
    let mut listener = PgListener::connect(url).await.expect("a listener");
    listener.listen(&channel).await.expect("a channel");
    let (sender, mut heard) = unbounded_channel();
    let listening = tokio::spawn(async move {
        while listener.recv().await.is_ok() {
            let _ = sender.send(());
        }
    });
    let mut times = Vec::new();
    let mut ticks = ticks(PAINTS_A_SECOND);
    for _ in 0..changes {
        ticks.tick().await;
        // A change announces more than its record.
        while heard.try_recv().is_ok() {}
        move_clock_out(writer, record).await;
        let committed = Instant::now();
        heard.recv().await.expect("a notification");
        sqlx::query(PAGE).fetch_all(&mut *writer).await.expect("a page");
        times.push(committed.elapsed());
    }
    listening.abort();
    times
}

/// From each commit to its paint. The record is at the console's cursor, so its detail is shown.
pub async fn painted(console: &Console, (writer, record): (&mut PgConnection, &str), changes: usize) -> Vec<Duration> {
    let mut times = Vec::new();
    let mut ticks = ticks(PAINTS_A_SECOND);
    for _ in 0..changes {
        ticks.tick().await;
        let mark = move_clock_out(writer, record).await;
        let committed = Instant::now();
        console.waits_for(&mark);
        times.push(committed.elapsed());
    }
    times
}

/// Makes a change that no other one looks like, and tells what the detail shows of it.
async fn move_clock_out(writer: &mut PgConnection, record: &str) -> String {
    sqlx::query_scalar(
        "UPDATE time_records t SET clock_out = t.clock_out + interval '1 second'
         FROM clinical_sites s WHERE t.id = $1 AND s.id = t.clinical_site_id
         RETURNING to_char(t.clock_out AT TIME ZONE s.time_zone, 'HH24:MI:SS.MS')",
    )
    .bind(record)
    .fetch_one(writer)
    .await
    .expect("a change")
}
