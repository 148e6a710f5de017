//! The `PostgreSQL` server of a demonstration, as its processes, its log and its connections show it.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sqlx::PgConnection;

use super::numbers::number;
use super::process::{PARENT, Stat, TIMES, TIMES_OF_ENDED_CHILDREN, tick};

pub struct Postgres {
    log: PathBuf,
    /// The process that starts all others.
    postmaster: Option<u32>,
    /// Milliseconds of a tick in /proc.
    tick: Option<f64>,
}

impl Postgres {
    /// The server in a demonstration's directory.
    pub fn of(demo: &Path) -> Self {
        let postmaster = std::fs::read_to_string(demo.join("data").join("postmaster.pid")).ok();
        let postmaster = postmaster.and_then(|text| text.lines().next()?.trim().parse::<u32>().ok());
        Self { log: demo.join("server.log"), postmaster, tick: tick() }
    }

    /// Milliseconds that its processes have had of the processors, ended ones included.
    pub fn processor(&self) -> Option<f64> {
        let postmaster = self.postmaster?;
        let own = Stat::of(postmaster)?;
        let mut ticks = own.sum(TIMES) + own.sum(TIMES_OF_ENDED_CHILDREN);
        for entry in std::fs::read_dir("/proc").ok()?.flatten() {
            let process = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok());
            let Some(stat) = process.and_then(Stat::of) else { continue };
            if stat.field(PARENT) == u64::from(postmaster) {
                ticks += stat.sum(TIMES);
            }
        }
        Some(number(ticks) * self.tick?)
    }

    /// How many connections it has refused because it had none left, as its log says.
    pub fn refusals(&self) -> usize {
        let log = std::fs::read(&self.log).unwrap_or_default();
        let is_refusal =
            |line: &&str| line.contains("too many clients already") || line.contains("connection slots are reserved");
        String::from_utf8_lossy(&log).lines().filter(is_refusal).count()
    }
}

/// How many connections consoles and their servers hold.
pub async fn connections(owner: &mut PgConnection) -> i64 {
    sqlx::query_scalar(
        "SELECT count(*) FROM pg_stat_activity
         WHERE datname = current_database() AND usename IN ('medstint_app', 'medstint_serve')",
    )
    .fetch_one(owner)
    .await
    .expect("a count of connections")
}

/// How many they hold once that number no longer changes.
pub async fn settled_connections(owner: &mut PgConnection, quiet: Duration) -> i64 {
    let deadline = Instant::now() + 4 * quiet;
    let mut known = connections(owner).await;
    let mut since = Instant::now();
    while since.elapsed() < quiet && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(250)).await;
        let now = connections(owner).await;
        if now != known {
            (known, since) = (now, Instant::now());
        }
    }
    known
}

/// The most that they hold within a time.
pub async fn most_connections(owner: &mut PgConnection, time: Duration) -> i64 {
    let until = Instant::now() + time;
    let mut most = 0;
    while Instant::now() < until {
        most = most.max(connections(owner).await);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    most
}
