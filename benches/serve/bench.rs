//! What all parts use: a demonstration, people with keys, writers, servers and their clients.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use russh::keys::PrivateKey;
use sqlx::PgConnection;

use crate::client::{Client, Reading, lost};
use crate::server::Server;
use crate::support::numbers::quantile;
use crate::support::postgres::Postgres;
use crate::support::writers::{Change, Writers};
use crate::support::{Demo, connect, execute, process};
use crate::{Plan, people};

/// How many sessions are opened side by side.
pub const AT_ONCE: usize = 20;
const CHANGES_A_SECOND: u32 = 20;

pub struct Bench {
    pub plan: Plan,
    pub owner: PgConnection,
    pub writers: Writers,
    postgres: Postgres,
    keys: Vec<Arc<PrivateKey>>,
    /// What tells rows of the queue.
    names: Arc<[String]>,
    dir: PathBuf,
    demo: Demo,
}

impl Bench {
    pub async fn start(plan: Plan, dir: &Path) -> Self {
        let demo = Demo::start(dir);
        let mut owner = connect(&demo.owner_url).await;
        let keys = people::add(&mut owner, plan.people).await;
        let names = people::names_in_queue(&mut owner).await.into();
        let writers = Writers::connect(&demo.url_of("medstint_web")).await;
        let postgres = Postgres::of(&dir.join("demo"));
        execute(&mut owner, "VACUUM ANALYZE").await;
        let mut bench = Self { plan, owner, writers, postgres, keys, names, dir: dir.to_owned(), demo };
        // Otherwise the first sign-in seals the events of the people who were added.
        bench.seal().await;
        bench
    }

    /// A server without sessions.
    pub fn serve(&self, part: &str) -> Server {
        Server::start(&self.demo, &self.dir.join(part))
    }

    /// Opens a session of the nth person, in turns.
    pub async fn open_one(&self, server: &Server, n: usize, reading: Reading) -> Client {
        let key = Arc::clone(&self.keys[n % self.keys.len()]);
        let opening = Client::open(server.address, key, Arc::clone(&self.names), reading);
        tokio::spawn(opening).await.expect("a session")
    }

    /// Opens sessions until there are so many.
    pub async fn open(&self, server: &Server, clients: &mut Vec<Client>, count: usize) {
        let opening = (clients.len()..count).map(|n| self.open_one(server, n, Reading::On));
        let opened: Vec<Client> = stream::iter(opening).buffer_unordered(AT_ONCE).collect().await;
        clients.extend(opened);
    }

    /// Seals what was written, so that no session finds the events of what was measured before.
    pub async fn seal(&mut self) {
        let mut sealed: i32 = 1;
        while sealed > 0 {
            sealed = sqlx::query_scalar("SELECT medstint.seal_events('riverside')")
                .fetch_one(&mut self.owner)
                .await
                .expect("a number of events");
        }
    }

    /// What the clients, a server and `PostgreSQL` have had of the processors.
    pub fn usage(&self, server: &Server) -> Usage {
        Usage {
            clients: process::processor(std::process::id()).expect("a process in /proc"),
            server: server.processor(),
            postgres: self.postgres.processor().expect("processes in /proc"),
        }
    }
}

/// Lets one writer change 20 records a second for a time; how many it changes.
pub async fn pace(writers: &mut Writers, time: Duration) -> usize {
    let changes = time.as_millis() * u128::from(CHANGES_A_SECOND) / 1000;
    let changes = usize::try_from(changes).expect("a number of changes");
    writers.pace(Change::ClockOut, CHANGES_A_SECOND, changes).await.len()
}

/// Milliseconds of the processors.
#[derive(Clone, Copy)]
pub struct Usage {
    /// This process: the clients and the writers.
    pub clients: f64,
    pub server: f64,
    pub postgres: f64,
}

impl Usage {
    /// What came after another one.
    pub fn since(self, before: Self) -> Self {
        Self {
            clients: self.clients - before.clients,
            server: self.server - before.server,
            postgres: self.postgres - before.postgres,
        }
    }

    /// As it is printed.
    pub fn text(self) -> String {
        format!("clients {:.0} ms, server {:.0} ms, PostgreSQL {:.0} ms", self.clients, self.server, self.postgres)
    }
}

/// Times from keys to paints, as they are printed.
pub fn paints_text(paints: &[Duration]) -> String {
    let [p50, p95, p99] = [50, 95, 99].map(|percent| quantile(paints, percent));
    format!("p50 {p50:.1} ms, p95 {p95:.1} ms, p99 {p99:.1} ms, of {}, lost {}", paints.len(), lost(paints))
}
