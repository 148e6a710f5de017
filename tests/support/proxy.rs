//! Between a program and the database, so that the connection can be cut at any step
//! of what is said over it.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Condvar, Mutex};

use tempfile::TempDir;

/// A way to the cluster's socket.
pub struct Proxy {
    dir: TempDir,
    gate: Arc<Gate>,
    url: String,
}

struct Gate {
    is_open: AtomicBool,
    is_silent: Mutex<bool>,
    speaks: Condvar,
    /// What is still let through, in pieces as they come; without limit below zero.
    left: AtomicI64,
    streams: Mutex<Vec<UnixStream>>,
    /// The COMMIT whose answer is lost.
    lost: Mutex<Option<LostCommit>>,
    /// What clients sent before they waited, in printable characters.
    round_trips: Mutex<Vec<String>>,
    /// Whether something that a client sent waits while it is silent.
    is_asked: AtomicBool,
    to: PathBuf,
}

/// The COMMIT after a statement, on whichever connection it is made.
#[derive(Clone, Copy)]
struct LostCommit {
    after: &'static str,
    /// Whether nothing gets through afterwards.
    closes: bool,
}

impl Proxy {
    /// To the database of a URL.
    pub fn to(url: &str) -> Self {
        let (before, host) = url.split_once("host=").expect("a URL of a socket");
        let dir = tempfile::Builder::new().prefix("p").tempdir_in("/tmp").expect("a directory");
        let url = format!("{before}host={}", dir.path().display());
        let gate = Arc::new(Gate {
            is_open: AtomicBool::new(true),
            is_silent: Mutex::default(),
            speaks: Condvar::new(),
            left: AtomicI64::new(-1),
            streams: Mutex::default(),
            lost: Mutex::default(),
            round_trips: Mutex::default(),
            is_asked: AtomicBool::new(false),
            to: Path::new(host).join(".s.PGSQL.5432"),
        });
        let listener = UnixListener::bind(dir.path().join(".s.PGSQL.5432")).expect("a socket");
        let behind = Arc::clone(&gate);
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                behind.serve(client);
            }
        });
        Self { dir, gate, url }
    }

    pub fn url(&self) -> &str {
        assert!(self.dir.path().exists());
        &self.url
    }

    /// Lets so many pieces through, in either direction, and then nothing any more.
    pub fn cut_after(&self, pieces: i64) {
        self.gate.left.store(pieces, Ordering::SeqCst);
    }

    /// The next COMMIT after a statement with this text arrives, and its answer does not:
    /// the connection is lost instead.
    pub fn lose_commit(&self, after: &'static str) {
        *self.gate.lost.lock().expect("the gate") = Some(LostCommit { after, closes: false });
    }

    /// The same, and nothing gets through any more until it is opened.
    pub fn close_at_commit(&self, after: &'static str) {
        *self.gate.lost.lock().expect("the gate") = Some(LostCommit { after, closes: true });
    }

    /// The beginning of everything that was sent and then waited for, since the last call.
    pub fn take_round_trips(&self) -> Vec<String> {
        std::mem::take(&mut *self.gate.round_trips.lock().expect("the gate"))
    }

    /// Whether it was cut.
    pub fn is_cut(&self) -> bool {
        !self.gate.is_open.load(Ordering::SeqCst)
    }

    pub fn close(&self) {
        self.gate.cut();
    }

    /// Takes everything, also new connections, and passes nothing on.
    pub fn fall_silent(&self) {
        *self.gate.is_silent.lock().expect("the gate") = true;
    }

    /// Whether a client has sent something since it fell silent.
    pub fn is_asked(&self) -> bool {
        self.gate.is_asked.load(Ordering::SeqCst)
    }

    pub fn open(&self) {
        self.gate.left.store(-1, Ordering::SeqCst);
        self.gate.is_open.store(true, Ordering::SeqCst);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.gate.cut();
        *self.gate.is_silent.lock().expect("the gate") = false;
        self.gate.speaks.notify_all();
    }
}

impl Gate {
    fn wait_while_silent(&self) {
        let is_silent = self.is_silent.lock().expect("the gate");
        drop(self.speaks.wait_while(is_silent, |is_silent| *is_silent).expect("the gate"));
    }

    fn cut(&self) {
        self.is_open.store(false, Ordering::SeqCst);
        for stream in self.streams.lock().expect("the streams").drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    fn lets_through(&self) -> bool {
        if !self.is_open.load(Ordering::SeqCst) {
            return false;
        }
        let left = self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| (left > 0).then_some(left - 1));
        match left {
            Err(0) => {
                self.cut();
                false
            }
            _ => true,
        }
    }

    fn serve(self: &Arc<Self>, client: UnixStream) {
        if !self.is_open.load(Ordering::SeqCst) {
            return;
        }
        let Ok(server) = UnixStream::connect(&self.to) else { return };
        let twin = |stream: &UnixStream| stream.try_clone().expect("a stream");
        let talk = Arc::new(Talk::default());
        self.streams.lock().expect("the streams").extend([twin(&client), twin(&server)]);
        for (mut from, mut to, asks) in [(twin(&client), twin(&server), true), (server, client, false)] {
            let (gate, talk) = (Arc::clone(self), Arc::clone(&talk));
            std::thread::spawn(move || {
                let mut buffer = [0; 16_384];
                while let Ok(read) = from.read(&mut buffer) {
                    if asks && read > 0 && *gate.is_silent.lock().expect("the gate") {
                        gate.is_asked.store(true, Ordering::SeqCst);
                    }
                    gate.wait_while_silent();
                    if read == 0 || !gate.lets_through() {
                        break;
                    }
                    if asks {
                        talk.counts(&buffer[..read], &gate.round_trips);
                        talk.asks(&buffer[..read], &gate.lost);
                    } else if let Some(lost) = talk.loses_answer(&gate.lost) {
                        if lost.closes {
                            gate.cut();
                        }
                        break;
                    }
                    if !asks {
                        talk.waiting.store(false, Ordering::SeqCst);
                    }
                    if to.write_all(&buffer[..read]).is_err() {
                        break;
                    }
                }
                let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
            });
        }
    }
}

/// What was said over one connection, as far as it matters.
#[derive(Default)]
struct Talk {
    /// The statement was sent.
    begun: AtomicBool,
    /// COMMIT was sent after it.
    committing: AtomicBool,
    /// The client has sent something that is not answered yet.
    waiting: AtomicBool,
}

impl Talk {
    /// A round trip is what a client sends until an answer comes, in however many pieces.
    fn counts(&self, piece: &[u8], round_trips: &Mutex<Vec<String>>) {
        if self.waiting.swap(true, Ordering::SeqCst) {
            return;
        }
        let printable = |byte: &u8| if (32..127).contains(byte) { char::from(*byte) } else { '.' };
        let text = piece.iter().take(400).map(printable).collect();
        round_trips.lock().expect("the gate").push(text);
    }

    fn asks(&self, piece: &[u8], lost: &Mutex<Option<LostCommit>>) {
        let Some(lost) = *lost.lock().expect("the gate") else { return };
        let has = |text: &str| piece.windows(text.len()).any(|part| part == text.as_bytes());
        // At the end of a message or alone. Not the isolation of the next BEGIN, which is
        // READ COMMITTED.
        if self.begun.load(Ordering::SeqCst) && (has("; COMMIT") || has("COMMIT\0")) {
            self.committing.store(true, Ordering::SeqCst);
        }
        if has(lost.after) {
            self.begun.store(true, Ordering::SeqCst);
        }
    }

    /// Whether this piece is the answer that does not arrive; it is lost once.
    fn loses_answer(&self, lost: &Mutex<Option<LostCommit>>) -> Option<LostCommit> {
        if self.committing.load(Ordering::SeqCst) { lost.lock().expect("the gate").take() } else { None }
    }
}
