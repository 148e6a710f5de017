//! A client with one console. It draws nothing, so that it leaves the processors to what is measured.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use russh::client::{self, Handle, Msg, Session};
use russh::keys::{PrivateKey, PrivateKeyWithHashAlg, PublicKeyOrCertificate};
use russh::{ChannelId, ChannelWriteHalf};

use crate::support::writers::{any, ticks};

/// How long a session may take to its first rows.
const PATIENCE: Duration = Duration::from_mins(1);
const KEYS_A_SECOND: u32 = 20;
/// A key that is not painted so long after it was pressed counts with this time.
const LOST_AFTER: Duration = Duration::from_secs(2);
/// What marks the row at the cursor: it is painted where the cursor moves.
const CURSOR: &[u8] = "▌".as_bytes();
/// As much as OpenSSH takes before it is asked to wait.
const WINDOW: u32 = 2 * 1024 * 1024;
/// What a client that stops reading has taken of it: a few frames.
const SMALL_WINDOW: u32 = 32 * 1024;

/// What a client does with what it receives.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// It counts it and takes more.
    On,
    /// It takes nothing after the first rows, and its channel's window stays closed.
    UntilRows,
}

/// What a client has received.
#[derive(Default)]
struct Received {
    bytes: usize,
    last: Option<Instant>,
    /// When the first rows came.
    rows: Option<Instant>,
    /// What came last before the rows, for a message.
    before_rows: Vec<u8>,
    /// When a key was pressed that is not painted yet.
    pressed: Option<Instant>,
    /// Whether the cursor was moved down last.
    is_down: bool,
    /// From each key to its paint.
    paints: Vec<Duration>,
}

impl Received {
    fn take(&mut self, bytes: &[u8], names: &[String]) {
        let now = Instant::now();
        self.bytes += bytes.len();
        self.last = Some(now);
        if self.rows.is_none() {
            if names.iter().any(|name| contains(bytes, name.as_bytes())) {
                self.rows = Some(now);
            } else {
                self.before_rows = bytes.to_vec();
            }
        }
        if self.pressed.is_some() && contains(bytes, CURSOR) {
            self.paints.extend(self.pressed.take().map(|pressed| now - pressed));
        }
    }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// Takes what the server sends.
struct Reader {
    received: Arc<Mutex<Received>>,
    names: Arc<[String]>,
    reading: Reading,
}

impl client::Handler for Reader {
    type Error = russh::Error;

    async fn check_server_key(&mut self, _: &PublicKeyOrCertificate) -> Result<bool, Self::Error> {
        Ok(true)
    }

    async fn data(&mut self, _: ChannelId, bytes: &[u8], _: &mut Session) -> Result<(), Self::Error> {
        let has_rows = {
            let mut received = lock(&self.received);
            received.take(bytes, &self.names);
            received.rows.is_some()
        };
        if has_rows && self.reading == Reading::UntilRows {
            // russh reads on, and extends the window, only after this.
            std::future::pending::<()>().await;
        }
        Ok(())
    }
}

fn lock(received: &Mutex<Received>) -> MutexGuard<'_, Received> {
    received.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A connection with a console. It closes when this is dropped.
pub struct Client {
    handle: Handle<Reader>,
    input: ChannelWriteHalf<Msg>,
    received: Arc<Mutex<Received>>,
    /// From the beginning of the connection to the first rows.
    pub first_rows: Duration,
}

impl Client {
    /// Connects, signs in with a key, and waits for the first rows: for one of the names in them.
    pub async fn open(address: SocketAddr, key: Arc<PrivateKey>, names: Arc<[String]>, reading: Reading) -> Self {
        let received = Arc::<Mutex<Received>>::default();
        let reader = Reader { received: Arc::clone(&received), names, reading };
        let window_size = if reading == Reading::On { WINDOW } else { SMALL_WINDOW };
        let config = client::Config { window_size, nodelay: true, ..client::Config::default() };
        let began = Instant::now();
        let mut handle = client::connect(Arc::new(config), address, reader).await.expect("a connection");
        let key = PrivateKeyWithHashAlg::new(key, None);
        let answer = handle.authenticate_publickey("bench", key).await.expect("an answer");
        assert!(answer.success(), "the server refuses a key");
        let channel = handle.channel_open_session().await.expect("a channel");
        channel.set_env(false, "LANG", "C.UTF-8").await.expect("sent");
        channel.request_pty(false, "xterm-256color", 80, 24, 0, 0, &[]).await.expect("sent");
        channel.request_shell(false).await.expect("sent");
        // Bytes come to the reader. A half that no one reads would stop the connection.
        let (_, input) = channel.split();
        let mut client = Self { handle, input, received, first_rows: Duration::ZERO };
        client.first_rows = client.rows().await - began;
        client
    }

    /// Waits for the first rows.
    async fn rows(&self) -> Instant {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(rows) = self.received().rows {
                return rows;
            }
            let may_come = Instant::now() < deadline && !self.handle.is_closed();
            assert!(may_come, "no rows came, but: {}", String::from_utf8_lossy(&self.received().before_rows));
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    fn received(&self) -> MutexGuard<'_, Received> {
        lock(&self.received)
    }

    pub fn bytes(&self) -> usize {
        self.received().bytes
    }

    /// Moves the cursor, down and up in turns. A key that waits for its paint is not followed by
    /// another one.
    async fn press(&self) {
        let key = {
            let mut received = self.received();
            if let Some(waits) = received.pressed.map(|pressed| pressed.elapsed()) {
                if waits < LOST_AFTER {
                    return;
                }
                received.paints.push(LOST_AFTER);
            }
            received.pressed = Some(Instant::now());
            received.is_down = !received.is_down;
            if received.is_down { "j" } else { "k" }
        };
        self.input.data_bytes(key.as_bytes()).await.expect("a session that takes keys");
    }

    fn waits_for_paint(&self) -> bool {
        self.received().pressed.is_some()
    }

    /// How long paints took since they were asked for last.
    fn take_paints(&self) -> Vec<Duration> {
        let mut received = self.received();
        let lost = received.pressed.take().map(|_| LOST_AFTER);
        received.paints.extend(lost);
        std::mem::take(&mut received.paints)
    }
}

/// Presses 20 keys a second in random sessions, for a time. From each key to its paint.
pub async fn press_keys(clients: &[Client], time: Duration) -> Vec<Duration> {
    let until = Instant::now() + time;
    let mut ticks = ticks(KEYS_A_SECOND);
    while Instant::now() < until {
        ticks.tick().await;
        any(clients).press().await;
    }
    let deadline = Instant::now() + LOST_AFTER;
    while clients.iter().any(Client::waits_for_paint) && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    clients.iter().flat_map(Client::take_paints).collect()
}

/// How many of the keys were not painted in time.
pub fn lost(paints: &[Duration]) -> usize {
    paints.iter().filter(|paint| **paint >= LOST_AFTER).count()
}

/// Waits until no client has received anything for a while.
pub async fn settle(clients: &[Client], quiet: Duration) {
    let deadline = Instant::now() + PATIENCE;
    let is_quiet = || clients.iter().filter_map(|client| client.received().last).all(|last| last.elapsed() >= quiet);
    while !is_quiet() && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
