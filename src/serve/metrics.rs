//! The counters of a server, in Prometheus's text format.
//!
//! No counter has a label that names a person, a key, an address or a school.

use std::fmt::Write as _;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::store::Store;

/// The upper bounds of the latencies that are counted apart, in milliseconds.
const BOUNDS_MS: [u64; 9] = [1, 2, 5, 10, 20, 50, 100, 200, 1_000];
/// How long a reader may take for its request and its answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
/// So many readers get their answers at once; more wait in the system's queue.
const MOST_READERS: usize = 16;
/// The longest request that is read.
const LONGEST_REQUEST: usize = 4_096;
/// How long the health check waits for the database.
const HEALTHY_WITHIN: Duration = Duration::from_secs(2);

/// What is counted. The order is that of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counted {
    Connections,
    RefusedConnections,
    UnknownKeys,
    RefusedCertificates,
    Sessions,
    RefusedSessions,
    Commands,
    Inputs,
    Changes,
    Failures,
    BytesSent,
}

const COUNTED: [(Counted, &str, &str); 11] = [
    (Counted::Connections, "connections_total", "Connections that were accepted."),
    (Counted::RefusedConnections, "connections_refused_total", "Connections refused by a limit."),
    (Counted::UnknownKeys, "unknown_keys_total", "Verified keys that belong to no one."),
    (Counted::RefusedCertificates, "refused_certificates_total", "Verified certificates that sign no one in."),
    (Counted::Sessions, "sessions_total", "Sessions that began."),
    (Counted::RefusedSessions, "sessions_refused_total", "Sessions refused by a limit."),
    (Counted::Commands, "commands_total", "Commands that were run."),
    (Counted::Inputs, "inputs_total", "Keys, clicks and pastes."),
    (Counted::Changes, "refreshes_total", "Changes that consoles took in."),
    (Counted::Failures, "failures_total", "Answers that were failures."),
    (Counted::BytesSent, "sent_bytes_total", "Bytes sent to clients whose connections have ended."),
];

/// The counters.
#[derive(Debug, Default)]
pub struct Metrics {
    counters: [AtomicU64; COUNTED.len()],
    open_connections: AtomicU64,
    open_sessions: AtomicU64,
    frames: AtomicU64,
    latencies: [AtomicU64; BOUNDS_MS.len()],
    latency_count: AtomicU64,
    latency_micros: AtomicU64,
}

/// Something that is open until this is dropped.
#[derive(Debug)]
pub(super) struct Open {
    metrics: Arc<Metrics>,
    gauge: fn(&Metrics) -> &AtomicU64,
}

impl Drop for Open {
    fn drop(&mut self) {
        (self.gauge)(&self.metrics).fetch_sub(1, Ordering::Relaxed);
    }
}

impl Metrics {
    pub(super) fn count(&self, what: Counted) {
        self.add(what, 1);
    }

    pub(super) fn add(&self, what: Counted, number: u64) {
        self.counters[what as usize].fetch_add(number, Ordering::Relaxed);
    }

    pub(super) fn open_connection(self: &Arc<Self>) -> Open {
        self.open(|metrics| &metrics.open_connections)
    }

    pub(super) fn open_session(self: &Arc<Self>) -> Open {
        self.open(|metrics| &metrics.open_sessions)
    }

    fn open(self: &Arc<Self>, gauge: fn(&Metrics) -> &AtomicU64) -> Open {
        gauge(self).fetch_add(1, Ordering::Relaxed);
        Open { metrics: Arc::clone(self), gauge }
    }

    /// A frame was drawn, and how long after the input that it answers.
    pub(super) fn frame_drawn(&self, after_input: Option<Duration>) {
        self.frames.fetch_add(1, Ordering::Relaxed);
        let Some(took) = after_input else { return };
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.latency_count.fetch_add(1, Ordering::Relaxed);
        self.latency_micros.fetch_add(micros, Ordering::Relaxed);
        for (bound, count) in BOUNDS_MS.iter().zip(&self.latencies) {
            if micros <= bound * 1_000 {
                count.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// All counters, and the state of the pool, as Prometheus reads them.
    fn text(&self, store: &Store) -> String {
        let mut text = String::new();
        let mut say = |name: &str, kind: &str, help: &str, value: u64| {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "# HELP medstint_{name} {help}\n# TYPE medstint_{name} {kind}");
            let _ = writeln!(text, "medstint_{name} {value}");
        };
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        for (what, name, help) in COUNTED {
            say(name, "counter", help, of(&self.counters[what as usize]));
        }
        say("connections", "gauge", "Connections that are open.", of(&self.open_connections));
        say("sessions", "gauge", "Sessions that are open.", of(&self.open_sessions));
        say("frames_total", "counter", "Frames that were drawn.", of(&self.frames));
        let pool = store.pool();
        let idle = u64::try_from(pool.num_idle()).unwrap_or(u64::MAX);
        say("pool_connections", "gauge", "Database connections that are open.", u64::from(pool.size()));
        say("pool_idle_connections", "gauge", "Database connections that are not in use.", idle);
        self.write_latencies(&mut text);
        text
    }

    fn write_latencies(&self, text: &mut String) {
        const NAME: &str = "medstint_paint_seconds";
        let _ = writeln!(text, "# HELP {NAME} Time from an input to the frame that shows it.");
        let _ = writeln!(text, "# TYPE {NAME} histogram");
        for (bound, count) in BOUNDS_MS.iter().zip(&self.latencies) {
            let (bound, count) = (Duration::from_millis(*bound).as_secs_f64(), count.load(Ordering::Relaxed));
            let _ = writeln!(text, "{NAME}_bucket{{le=\"{bound}\"}} {count}");
        }
        let count = self.latency_count.load(Ordering::Relaxed);
        let sum = Duration::from_micros(self.latency_micros.load(Ordering::Relaxed)).as_secs_f64();
        let _ = writeln!(text, "{NAME}_bucket{{le=\"+Inf\"}} {count}\n{NAME}_sum {sum}\n{NAME}_count {count}");
    }
}

/// Answers `GET /metrics` and `GET /healthz` until it is dropped.
pub(super) async fn answer(listener: TcpListener, metrics: Arc<Metrics>, store: Store) {
    let mut answering = JoinSet::new();
    loop {
        if answering.len() >= MOST_READERS {
            answering.join_next().await;
        }
        match listener.accept().await {
            // A reader that stalls delays no other one.
            Ok((stream, _)) => {
                let (metrics, store) = (Arc::clone(&metrics), store.clone());
                answering.spawn(async move {
                    let _ = timeout(ANSWER_WITHIN, answer_one(stream, &metrics, &store)).await;
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection for metrics could not be accepted");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

async fn answer_one(mut stream: TcpStream, metrics: &Metrics, store: &Store) -> io::Result<()> {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") && request.len() < LONGEST_REQUEST {
        let mut bytes = [0; 512];
        let read = stream.read(&mut bytes).await?;
        if read == 0 {
            break;
        }
        request.extend_from_slice(&bytes[..read]);
    }
    let line = request.split(|byte| *byte == b'\r').next().unwrap_or_default();
    let (status, body) = if line.starts_with(b"GET /metrics ") {
        ("200 OK", metrics.text(store))
    } else if !line.starts_with(b"GET /healthz ") {
        ("404 Not Found", "Not found. Use /metrics or /healthz.\n".to_owned())
    } else if is_healthy(store).await {
        ("200 OK", "ok\n".to_owned())
    } else {
        ("503 Service Unavailable", "The database does not respond.\n".to_owned())
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    stream.shutdown().await
}

/// Whether the database answers.
async fn is_healthy(store: &Store) -> bool {
    timeout(HEALTHY_WITHIN, store.answers()).await.unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::*;
    use crate::store::{Address, pool};

    /// A store that connects to nothing before it is used.
    fn store() -> Store {
        Store::new(pool(&Address::parse(Some("postgres://nobody@localhost:1/nothing")).expect("a URL"), 1))
    }

    #[tokio::test]
    async fn counters_are_listed_by_name() {
        let metrics = Arc::new(Metrics::default());
        metrics.count(Counted::UnknownKeys);
        let open = metrics.open_session();
        let text = metrics.text(&store());
        assert!(text.contains("\nmedstint_unknown_keys_total 1\n"), "{text}");
        assert!(text.contains("\nmedstint_sessions 1\n"), "{text}");
        drop(open);
        assert!(metrics.text(&store()).contains("\nmedstint_sessions 0\n"));
    }

    #[tokio::test]
    async fn latencies_are_cumulative() {
        let metrics = Metrics::default();
        metrics.frame_drawn(Some(Duration::from_millis(15)));
        metrics.frame_drawn(None);
        let text = metrics.text(&store());
        assert!(text.contains("_bucket{le=\"0.01\"} 0\n") && text.contains("_bucket{le=\"0.02\"} 1\n"), "{text}");
        assert!(text.contains("medstint_paint_seconds_count 1\n"), "{text}");
    }

    #[test]
    fn each_counter_has_its_place() {
        for (place, (counted, ..)) in COUNTED.iter().enumerate() {
            assert_eq!(*counted as usize, place);
        }
    }

    async fn get(address: SocketAddr, path: &str) -> String {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        stream.write_all(format!("GET {path} HTTP/1.1\r\n\r\n").as_bytes()).await.expect("sent");
        let mut text = String::new();
        stream.read_to_string(&mut text).await.expect("an answer");
        text
    }

    #[tokio::test]
    async fn answers_over_http() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let answering = tokio::spawn(answer(listener, Arc::default(), store()));
        for (path, status) in [("/metrics", "200"), ("/healthz", "503"), ("/", "404")] {
            let text = get(address, path).await;
            assert!(text.starts_with(&format!("HTTP/1.1 {status} ")), "{path}: {text}");
        }
        answering.abort();
    }

    #[tokio::test]
    async fn a_reader_that_stalls_delays_no_other() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let answering = tokio::spawn(answer(listener, Arc::default(), store()));
        let mut stalled = Vec::new();
        for _ in 1..MOST_READERS {
            stalled.push(TcpStream::connect(address).await.expect("a connection"));
        }
        for _ in 0..2 * MOST_READERS {
            let answer = timeout(ANSWER_WITHIN / 2, get(address, "/metrics")).await.expect("an answer");
            assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        }
        drop(stalled);
        answering.abort();
    }
}
