//! Between a program and the database, so that the connection can be cut at any step
//! of what is said over it.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use tempfile::TempDir;

/// A way to the cluster's socket.
pub struct Proxy {
    dir: TempDir,
    gate: Arc<Gate>,
    url: String,
}

struct Gate {
    is_open: AtomicBool,
    /// What is still let through, in pieces as they come; without limit below zero.
    left: AtomicI64,
    streams: Mutex<Vec<UnixStream>>,
    to: PathBuf,
}

impl Proxy {
    /// To the database of a URL.
    pub fn to(url: &str) -> Self {
        let (before, host) = url.split_once("host=").expect("a URL of a socket");
        let dir = tempfile::Builder::new().prefix("p").tempdir_in("/tmp").expect("a directory");
        let url = format!("{before}host={}", dir.path().display());
        let gate = Arc::new(Gate {
            is_open: AtomicBool::new(true),
            left: AtomicI64::new(-1),
            streams: Mutex::default(),
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

    /// Whether it was cut.
    pub fn is_cut(&self) -> bool {
        !self.gate.is_open.load(Ordering::SeqCst)
    }

    pub fn close(&self) {
        self.gate.cut();
    }

    pub fn open(&self) {
        self.gate.left.store(-1, Ordering::SeqCst);
        self.gate.is_open.store(true, Ordering::SeqCst);
    }
}

impl Gate {
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
        self.streams.lock().expect("the streams").extend([twin(&client), twin(&server)]);
        for (mut from, mut to) in [(twin(&client), twin(&server)), (server, client)] {
            let gate = Arc::clone(self);
            std::thread::spawn(move || {
                let mut buffer = [0; 16_384];
                while let Ok(read) = from.read(&mut buffer) {
                    if read == 0 || !gate.lets_through() || to.write_all(&buffer[..read]).is_err() {
                        break;
                    }
                }
                let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
            });
        }
    }
}
