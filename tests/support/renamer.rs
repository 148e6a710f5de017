//! A pooler's way with prepared statements, as `PgBouncer` has it from version 1.21 on: each
//! gets a name of the pooler's own, and the options that a connection starts with are dropped.

use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tempfile::TempDir;

use super::server::message;

/// What the driver's names begin with, and those that the server gets; equally long.
const DRIVERS: &[u8; 7] = b"sqlx_s_";
const POOLERS: &[u8; 7] = b"pool_s_";

/// A way to the cluster's socket.
pub struct Renamer {
    _dir: TempDir,
    url: String,
    is_keeping: Arc<AtomicBool>,
}

impl Renamer {
    /// To the database of a URL.
    pub fn to(url: &str) -> Self {
        let (before, host) = url.split_once("host=").expect("a URL of a socket");
        let dir = tempfile::Builder::new().prefix("n").tempdir_in("/tmp").expect("a directory");
        let url = format!("{before}host={}", dir.path().display());
        let listener = UnixListener::bind(dir.path().join(".s.PGSQL.5432")).expect("a socket");
        let to = Path::new(host).join(".s.PGSQL.5432");
        let is_keeping = Arc::new(AtomicBool::new(true));
        let keeps = Arc::clone(&is_keeping);
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let (to, keeps) = (to.clone(), Arc::clone(&keeps));
                std::thread::spawn(move || serve(client, &to, &keeps));
            }
        });
        Self { _dir: dir, url, is_keeping }
    }

    /// From now on it keeps no prepared statements, as after a reload with
    /// `max_prepared_statements = 0`.
    pub fn stop_keeping(&self) {
        self.is_keeping.store(false, Ordering::SeqCst);
    }

    pub fn url(&self) -> &str {
        &self.url
    }
}

fn serve(mut client: UnixStream, to: &Path, is_keeping: &AtomicBool) -> io::Result<()> {
    let mut server = UnixStream::connect(to)?;
    let (mut answers, mut back) = (server.try_clone()?, client.try_clone()?);
    std::thread::spawn(move || {
        let _ = io::copy(&mut answers, &mut back);
        back.shutdown(Shutdown::Both)
    });
    let _ = pass_on(&mut client, &mut server, is_keeping);
    server.shutdown(Shutdown::Both)
}

/// Passes messages on until the client leaves.
fn pass_on(client: &mut UnixStream, server: &mut UnixStream, is_keeping: &AtomicBool) -> io::Result<()> {
    let start = without_options(&message(client)?);
    send(server, &[], &start)?;
    loop {
        let mut kind = [0];
        client.read_exact(&mut kind)?;
        let text = message(client)?;
        let text = if is_keeping.load(Ordering::SeqCst) { renamed(kind[0], text) } else { text };
        send(server, &kind, &text)?;
    }
}

fn send(server: &mut UnixStream, kind: &[u8], text: &[u8]) -> io::Result<()> {
    let length = u32::try_from(text.len() + 4).expect("a message's length");
    server.write_all(&[kind, &length.to_be_bytes(), text].concat())
}

/// The first message of a connection: its version, then names and values.
fn without_options(start: &[u8]) -> Vec<u8> {
    let (version, parameters) = start.split_at(4);
    let fields: Vec<&[u8]> = parameters.split(|byte| *byte == 0).collect();
    let kept = fields.chunks(2).filter(|pair| pair[0] != b"options" && !pair[0].is_empty());
    let kept: Vec<u8> = kept.flatten().flat_map(|field| [*field, &[0]].concat()).collect();
    [version, kept.as_slice(), &[0]].concat()
}

/// Parse, Bind, Describe and Close name a statement.
fn renamed(kind: u8, mut text: Vec<u8>) -> Vec<u8> {
    let start = match kind {
        b'P' => Some(0),
        b'B' => text.iter().position(|byte| *byte == 0).map(|end| end + 1),
        b'D' | b'C' if text.first() == Some(&b'S') => Some(1),
        _ => None,
    };
    let Some(start) = start else { return text };
    if let Some(name) = text.get_mut(start..start + DRIVERS.len())
        && *name == DRIVERS[..]
    {
        name.copy_from_slice(POOLERS);
    }
    text
}
