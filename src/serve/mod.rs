//! The console over SSH, without accounts on the host: `medstint serve`.
//!
//! One process serves every session, with one pool of connections and one LISTEN for all. A session
//! is the same program as a console on a terminal: `session::console` run by `runtime::run`. Only
//! its screen is a client's.
//!
//! - `listener` accepts connections and `limits` limits them. `connection` is one: the identity of
//!   its client, and the requests that it may make. `certificate` parses the certificate that a
//!   client may offer instead of a key. `stream` counts the connection's bytes and can cut it, and
//!   `presence` knows whether a person is signed in on it.
//! - `session` runs on a channel: a console on a `screen` or in `lines`, or a `command`.
//! - `client_input` and `input` turn a client's bytes into keys, `pipe` sends frames to it, and
//!   `client_terminal` knows what its terminal can display. `words` splits a command.
//! - `host_key` is the server's key, `metrics` has the counters for a monitoring system.
//!
//! # What a client costs
//!
//! The queue of a client's input is limited, and a client that overflows it loses its connection.
//! Output is one frame: the next is drawn after the operating system has accepted the last. Typed
//! lines are read on after their echo was sent. So a stalled client costs no more than an idle one,
//! and delays no one else. Other output has a limit, and a client beyond it loses its connection.
//!
//! russh has no limits of its own, so this module limits connections, sessions and times.

mod certificate;
mod client_input;
mod client_terminal;
mod command;
mod connection;
pub mod host_key;
mod input;
mod limits;
mod lines;
mod listener;
mod metrics;
mod pipe;
mod presence;
mod screen;
mod session;
mod stream;
mod words;

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use russh::keys::{Algorithm, EcdsaCurve, HashAlg};
use russh::{MethodKind, MethodSet, Preferred, SshId, cipher, compression, kex, mac};
use tokio::net::TcpListener;
use tokio::sync::watch;

pub use command::{Commands, RemoteCommand};
pub use host_key::HostKey;
pub use limits::Limits;

use crate::runtime::PendingWork;
use crate::session::Seats;
use crate::store::changes::Hub;
use crate::store::{Address, Store};
use crate::tui;
use limits::Gate;
use metrics::Metrics;

/// The most attempts to authenticate on a connection: the first, which asks what there is, as many
/// keys as are taken, and one for the sign-in screen.
const MOST_ATTEMPTS: usize = connection::MOST_KEYS + 2;
/// A client's input that russh takes before it is asked to wait.
const INPUT_WINDOW: u32 = 128 * 1024;
/// Callbacks of a channel that wait; its reading half is not used.
const CHANNEL_BUFFER: usize = 16;
/// How often a quiet client is asked for a sign of life, and how often it may stay silent.
const KEEPALIVE_EVERY: Duration = Duration::from_secs(30);
const KEEPALIVES: usize = 3;
/// A write that takes longer ends the connection.
const STALLED_WITHIN: Duration = Duration::from_mins(2);

/// What a server is made of.
pub struct Parts {
    pub limits: Limits,
    pub host_key: HostKey,
    /// Settings of each console, as far as a client does not change them.
    pub console: tui::Settings,
    /// Whether to draw with ASCII only; by the client's terminal where nothing is said.
    pub ascii: Option<bool>,
    /// Whether to speak line by line, likewise.
    pub plain: Option<bool>,
    pub mouse: bool,
    /// The name of this process among the database's clients.
    pub process: String,
    pub store: Store,
    pub queries: Address,
    pub listen: Address,
    pub hub: Hub,
    /// The store whose role may open a session for a key or certificate. Without it neither counts.
    pub voucher: Option<Store>,
    pub commands: Arc<dyn Commands>,
}

/// A server of consoles.
pub struct Server {
    gate: Gate,
    seats: Seats,
    metrics: Arc<Metrics>,
    console: tui::Settings,
    ascii: Option<bool>,
    plain: Option<bool>,
    mouse: bool,
    process: String,
    store: Store,
    queries: Address,
    listen: Address,
    hub: Hub,
    voucher: Option<Store>,
    commands: Arc<dyn Commands>,
    config: Arc<russh::server::Config>,
    /// The sessions that are open.
    open: PendingWork,
    is_closing: watch::Sender<bool>,
}

impl Server {
    #[must_use]
    pub fn new(parts: Parts) -> Arc<Self> {
        // Colours are the theme's business, for each client its own.
        crossterm::style::force_color_output(true);
        let config = Arc::new(config(&parts.host_key, parts.voucher.is_some()));
        Arc::new(Self {
            gate: Gate::new(parts.limits),
            seats: Seats::new(parts.limits.per_person, parts.limits.sign_ins),
            metrics: Arc::default(),
            console: parts.console,
            ascii: parts.ascii,
            plain: parts.plain,
            mouse: parts.mouse,
            process: parts.process,
            store: parts.store,
            queries: parts.queries,
            listen: parts.listen,
            hub: parts.hub,
            voucher: parts.voucher,
            commands: parts.commands,
            config,
            open: PendingWork::default(),
            is_closing: watch::Sender::new(false),
        })
    }

    /// Serves on these sockets until the server is closed and every session has ended.
    pub async fn serve(self: &Arc<Self>, listeners: Vec<TcpListener>) {
        listener::serve(Arc::clone(self), Arc::clone(&self.config), listeners).await;
    }

    /// Answers a monitoring system until it is dropped.
    pub async fn answer_metrics(&self, listener: TcpListener) {
        metrics::answer(listener, Arc::clone(&self.metrics), self.store.clone()).await;
    }

    /// Tells every session to end, and accepts no more.
    pub fn close(&self) {
        self.is_closing.send_replace(true);
    }

    /// Waits until the server is closed.
    async fn closing(&self) {
        // The sender is ours: it does not go away.
        let _ = self.is_closing.subscribe().wait_for(|is_closing| *is_closing).await;
    }
}

/// The configuration of russh: current algorithms only, no compression, no passwords.
fn config(host_key: &HostKey, takes_keys: bool) -> russh::server::Config {
    let mut methods = MethodSet::empty();
    if takes_keys {
        methods.push(MethodKind::PublicKey);
    }
    methods.push(MethodKind::KeyboardInteractive);
    russh::server::Config {
        server_id: SshId::Standard(Cow::Borrowed("SSH-2.0-medstint")),
        methods,
        // Nothing here is guessed: a key is verified before it is looked up.
        auth_rejection_time: Duration::ZERO,
        auth_rejection_time_initial: Some(Duration::ZERO),
        keys: vec![host_key.private_key()],
        window_size: INPUT_WINDOW,
        channel_buffer_size: CHANNEL_BUFFER,
        preferred: preferred(),
        max_auth_attempts: MOST_ATTEMPTS,
        inactivity_timeout: Some(STALLED_WITHIN),
        keepalive_interval: Some(KEEPALIVE_EVERY),
        keepalive_max: KEEPALIVES,
        nodelay: true,
        ..russh::server::Config::default()
    }
}

fn preferred() -> Preferred {
    Preferred {
        kex: Cow::Owned(vec![
            kex::MLKEM768X25519_SHA256,
            kex::CURVE25519,
            kex::CURVE25519_PRE_RFC_8731,
            kex::EXTENSION_SUPPORT_AS_SERVER,
            kex::EXTENSION_OPENSSH_STRICT_KEX_AS_SERVER,
        ]),
        // Without SHA-1.
        key: Cow::Owned(vec![
            Algorithm::Ed25519,
            Algorithm::Ecdsa { curve: EcdsaCurve::NistP256 },
            Algorithm::Ecdsa { curve: EcdsaCurve::NistP384 },
            Algorithm::Ecdsa { curve: EcdsaCurve::NistP521 },
            Algorithm::Rsa { hash: Some(HashAlg::Sha512) },
            Algorithm::Rsa { hash: Some(HashAlg::Sha256) },
        ]),
        host_key_certificates: Cow::Borrowed(&[]),
        cipher: Cow::Owned(vec![
            cipher::CHACHA20_POLY1305,
            cipher::AES_256_GCM,
            cipher::AES_256_CTR,
            cipher::AES_128_CTR,
        ]),
        mac: Cow::Owned(vec![mac::HMAC_SHA512_ETM, mac::HMAC_SHA256_ETM, mac::HMAC_SHA512, mac::HMAC_SHA256]),
        compression: Cow::Owned(vec![compression::NONE]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_algorithm_relies_on_sha_1() {
        assert!(!preferred().key.contains(&Algorithm::Rsa { hash: None }));
        assert!(!preferred().mac.iter().any(|name| name.as_ref().contains("sha1")));
    }

    #[test]
    fn strict_key_exchange_is_offered() {
        assert!(preferred().kex.contains(&kex::EXTENSION_OPENSSH_STRICT_KEX_AS_SERVER));
    }

    #[test]
    fn passwords_are_not_taken_by_ssh() {
        let dir = tempfile::tempdir().expect("a directory");
        let key = HostKey::of_state_dir(dir.path()).expect("a key");
        assert!(!config(&key, true).methods.contains(&MethodKind::Password));
        assert!(!config(&key, false).methods.contains(&MethodKind::PublicKey));
    }
}
