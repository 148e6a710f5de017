//! Those who write while consoles are open: connections of the web application's role. Each change
//! is a transaction of its own.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use sqlx::PgConnection;
use tokio::time::{Interval, MissedTickBehavior, interval};
use uuid::Uuid;

use super::connect;

pub const WRITERS: usize = 4;

/// What a writer changes of a pending record.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// No list shows them, and no flag follows from them.
    Notes,
    /// Hours and flags follow from it. It moves by a minute, there and back.
    ClockOut,
}

impl Change {
    pub const ALL: [Self; 2] = [Self::Notes, Self::ClockOut];

    pub fn column(self) -> &'static str {
        match self {
            Self::Notes => "notes",
            Self::ClockOut => "clock_out",
        }
    }

    fn statement(self) -> &'static str {
        match self {
            Self::Notes => {
                "UPDATE time_records SET notes = gen_random_uuid()::text WHERE id = $1 AND status = 'PENDING'"
            }
            Self::ClockOut => {
                "UPDATE time_records SET clock_out = clock_out + CASE date_part('minute', clock_out)::integer % 2
                   WHEN 0 THEN interval '1 minute' ELSE interval '-1 minute' END
                 WHERE id = $1 AND status = 'PENDING'"
            }
        }
    }

    /// Changes a record and commits.
    pub async fn write(self, writer: &mut PgConnection, record: &str) {
        let done = sqlx::query(self.statement()).bind(record).execute(writer).await.expect("a change");
        assert_eq!(done.rows_affected(), 1, "{record} is no longer pending");
    }
}

/// The records that can be changed. In the order of the queue, the first is at its top.
const RECORDS: &str = "
  SELECT id FROM time_records WHERE status = 'PENDING' AND school_id = 'riverside' AND clock_out > clock_in
  ORDER BY triage, clock_in, id";

pub struct Writers {
    connections: Vec<PgConnection>,
    records: Vec<String>,
}

impl Writers {
    /// Connects them, before consoles may take the last connections.
    pub async fn connect(url: &str) -> Self {
        let mut connections = Vec::new();
        for _ in 0..WRITERS {
            connections.push(connect(url).await);
        }
        let records = sqlx::query_scalar(RECORDS).fetch_all(&mut connections[0]).await.expect("records");
        Self { connections, records }
    }

    /// Lets all of them change random records as fast as they can. Changes a second, and how many.
    pub async fn flood(&mut self, change: Change, time: Duration) -> (f64, u32) {
        let started = Instant::now();
        let (records, until) = (self.records.as_slice(), started + time);
        let writing = self.connections.iter_mut().map(|writer| write_until(until, change, writer, records));
        let changes: u32 = join_all(writing).await.into_iter().sum();
        (f64::from(changes) / started.elapsed().as_secs_f64(), changes)
    }

    /// Lets one of them change random records at a fixed rate. How long each change takes.
    pub async fn pace(&mut self, change: Change, a_second: u32, changes: usize) -> Vec<Duration> {
        let mut ticks = ticks(a_second);
        let mut times = Vec::new();
        for _ in 0..changes {
            ticks.tick().await;
            let record = any(&self.records);
            let started = Instant::now();
            change.write(&mut self.connections[0], record).await;
            times.push(started.elapsed());
        }
        times
    }

    /// One of them, and the record at the top of the queue.
    pub fn first(&mut self) -> (&mut PgConnection, &str) {
        (&mut self.connections[0], self.records[0].as_str())
    }
}

/// How many changes of random records one writer makes.
async fn write_until(until: Instant, change: Change, writer: &mut PgConnection, records: &[String]) -> u32 {
    let mut changes = 0;
    while Instant::now() < until {
        let record = any(records);
        change.write(writer, record).await;
        changes += 1;
    }
    changes
}

/// Ticks so many times a second. After a late tick, the next ones keep their distance.
pub fn ticks(a_second: u32) -> Interval {
    let mut ticks = interval(Duration::from_secs(1) / a_second);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

/// One of them, at random.
pub fn any<T>(all: &[T]) -> &T {
    let (random, ..) = Uuid::new_v4().as_fields();
    let random = usize::try_from(random).expect("a number");
    &all[random % all.len()]
}
