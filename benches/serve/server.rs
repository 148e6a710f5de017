//! `medstint serve` in a process of its own.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Demo, PROGRAM, process, resident_kib};

/// How long sessions may take to end.
const PATIENCE: Duration = Duration::from_mins(1);

/// Limits that no part of the bench reaches.
const LIMITS: [(&str, &str); 4] = [
    ("MEDSTINT_SERVE_SESSIONS", "10000"),
    ("MEDSTINT_SERVE_SESSIONS_PER_PERSON", "10000"),
    ("MEDSTINT_SERVE_CONNECTIONS_PER_MINUTE", "1000000"),
    ("MEDSTINT_SERVE_STARTUPS", "10000"),
];

pub struct Server {
    child: Child,
    pub address: SocketAddr,
    metrics: SocketAddr,
}

impl Server {
    /// Serves a demonstration, with the server's files in a directory.
    pub fn start(demo: &Demo, state: &Path) -> Self {
        std::fs::create_dir_all(state).expect("a directory");
        // The port is free again when the server takes it.
        let metrics = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port");
        let mut child = Command::new(PROGRAM)
            .args(["serve", "--listen", "127.0.0.1:0", "--metrics", &metrics.to_string()])
            .args(["--database-url", &demo.app_url])
            .env_clear()
            .env("PATH", std::env::var_os("PATH").expect("a PATH"))
            .env("HOME", state)
            .env("MEDSTINT_STATE_DIR", state)
            .env("MEDSTINT_SERVE_URL", demo.url_of("medstint_serve"))
            .envs(LIMITS)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("medstint runs");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        let (address, _) =
            line.strip_prefix("Listening on ").and_then(|rest| rest.split_once(". ")).expect("where it listens");
        let address = address.parse().expect("an address");
        Self { child, address, metrics }
    }

    pub fn resident_kib(&self) -> u64 {
        resident_kib(self.child.id()).expect("a server that runs")
    }

    /// Milliseconds that it has had of the processors.
    pub fn processor(&self) -> f64 {
        process::processor(self.child.id()).expect("a process in /proc")
    }

    /// How many sessions are open.
    pub async fn sessions(&self) -> usize {
        let mut stream = TcpStream::connect(self.metrics).await.expect("a connection");
        stream.write_all(b"GET /metrics HTTP/1.1\r\n\r\n").await.expect("sent");
        let mut text = String::new();
        stream.read_to_string(&mut text).await.expect("an answer");
        let count = text.lines().find_map(|line| line.strip_prefix("medstint_sessions ")).expect("a count of sessions");
        count.parse().expect("a number")
    }

    /// Waits until so many sessions are open.
    pub async fn waits_for_sessions(&self, count: usize) {
        let deadline = Instant::now() + PATIENCE;
        while self.sessions().await != count {
            assert!(Instant::now() < deadline, "the server does not come to have {count} sessions");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Server {
    /// Ends it at once: it would wait for its sessions.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
