//! `medstint serve`: the console over SSH.

use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use color_eyre::Result;
use color_eyre::eyre::{WrapErr, eyre};
use listenfd::ListenFd;
use tokio::net::TcpListener;

use super::client::Client;
use super::console::settings;
use super::place;
use super::print_line;
use super::remote::Remote;
use super::signals::Signals;
use crate::cli::Global;
use crate::cli::serve::Serve as Options;
use crate::config::{Config, Serve, Switch};
use crate::serve::{HostKey, Limits, Parts, Server};
use crate::session::MONITOR;
use crate::session::local::wall_clock;
use crate::store::changes::Hub;
use crate::store::{self, Store};
use crate::telemetry;
use crate::tui::Settings;

/// Connections that open sessions for keys: each does so in a few milliseconds.
const VOUCHERS: u32 = 2;

/// Sockets that systemd has passed on. They are taken before threads start, since that changes the
/// environment.
#[derive(Default)]
pub struct Sockets(Vec<std::net::TcpListener>);

impl Sockets {
    /// Takes the TCP sockets that this process was given.
    ///
    /// # Errors
    /// One is not a TCP socket that listens.
    pub fn take() -> Result<Self> {
        let mut passed = ListenFd::from_env();
        let mut sockets = Vec::new();
        for place in 0..passed.len() {
            let socket = passed
                .take_tcp_listener(place)
                .wrap_err("A socket that systemd passed on is not a TCP socket. Check ListenStream in its unit.")?;
            sockets.extend(socket);
        }
        Ok(Self(sockets))
    }
}

pub(super) async fn run(global: &Global, options: &Options, sockets: Sockets) -> Result<ExitCode> {
    let config = place::config(global)?;
    open(global, &config, options, sockets).await
}

/// Serves until a signal, then tells every session and waits for them.
pub(super) async fn open(global: &Global, config: &Config, options: &Options, sockets: Sockets) -> Result<ExitCode> {
    let state_dir = place::state_dir(global)?;
    let _log = telemetry::start(&state_dir, config.log.level.name())?;
    let mut signals = Signals::new()?;
    let host_key = host_key(&config.serve, options, &state_dir)?;
    let fingerprint = host_key.fingerprint();
    let listeners = listeners(options.listen.or(config.serve.listen.get()), sockets).await?;
    let addresses = addresses(&listeners)?;
    let metrics = match options.metrics.or(config.serve.metrics.get()) {
        Some(address) => Some(bound(address).await?),
        None => None,
    };
    let server = Server::new(parts(config, host_key)?);
    if let Some(listener) = metrics {
        let server = Arc::clone(&server);
        tokio::spawn(async move { server.answer_metrics(listener).await });
    }
    print_line(&format!("Listening on {addresses}. Host key: {fingerprint}."))?;
    let serving = server.serve(listeners);
    tokio::pin!(serving);
    tokio::select! {
        () = &mut serving => {}
        () = signals.recv() => {
            tracing::info!("told to end");
            server.close();
            serving.await;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn host_key(config: &Serve, options: &Options, state_dir: &Path) -> Result<HostKey> {
    let named =
        options.host_key.as_deref().or(Some(Path::new(&config.host_key)).filter(|_| !config.host_key.is_empty()));
    Ok(match named {
        Some(path) => HostKey::read(path)?,
        None => HostKey::of_state_dir(state_dir)?,
    })
}

/// The sockets to accept on: those that were passed on, or one of this address.
async fn listeners(address: Option<SocketAddr>, Sockets(passed): Sockets) -> Result<Vec<TcpListener>> {
    if passed.is_empty() {
        let address = address
            .ok_or_else(|| eyre!("No address to listen on is set. Add one, for example: --listen 127.0.0.1:2222"))?;
        return Ok(vec![bound(address).await?]);
    }
    let listener = |socket: std::net::TcpListener| {
        socket.set_nonblocking(true)?;
        TcpListener::from_std(socket)
    };
    passed
        .into_iter()
        .map(listener)
        .collect::<std::io::Result<_>>()
        .wrap_err("A socket that systemd passed on can't be used. Check the socket unit.")
}

async fn bound(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.wrap_err_with(|| format!("Listening on {address} failed. Choose another address."))
}

/// Where clients connect, in a sentence.
fn addresses(listeners: &[TcpListener]) -> Result<String> {
    let addresses: Vec<String> =
        listeners.iter().map(|listener| Ok(listener.local_addr()?.to_string())).collect::<Result<_>>()?;
    Ok(addresses.join(", "))
}

fn parts(config: &Config, host_key: HostKey) -> Result<Parts> {
    let client = Client::new(if config.console.read_only.is_always() { MONITOR } else { "console" });
    tracing::info!(client = client.name(), "serving");
    let serve = &config.serve;
    let queries = place::address(config.database.url(), client.name())?;
    let listen = place::listen_address(config, &queries)?;
    let store = Store::serving(store::pool(&queries, serve.connections.get()));
    let voucher = match serve.url.get() {
        Some(url) => Some(Store::new(store::pool(&place::address(Some(url), client.name())?, VOUCHERS))),
        None => None,
    };
    let hub = Hub::new(listen.clone(), store.queries(), wall_clock);
    let said = |switch: Switch| match switch {
        Switch::Auto => None,
        Switch::Always => Some(true),
        Switch::Never => Some(false),
    };
    Ok(Parts {
        limits: limits(serve),
        host_key,
        // Strangers see the sign-in screen: the log has what it says elsewhere of the database.
        console: Settings {
            database: "over SSH".to_owned(),
            path_warnings: Vec::new(),
            ..settings(config, &queries, &listen)
        },
        ascii: said(config.console.ascii),
        plain: said(config.console.plain),
        mouse: config.console.mouse,
        process: client.name().to_owned(),
        store,
        queries,
        listen,
        hub,
        voucher,
        commands: Arc::new(Remote::new(config.clone())),
    })
}

fn limits(config: &Serve) -> Limits {
    let count = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    Limits {
        sessions: count(config.sessions.get()),
        per_person: count(config.sessions_per_person.get()),
        per_address: count(config.connections_per_minute.get()),
        startups: count(config.startups.get()),
        // The others read.
        sign_ins: count(config.connections.get() / 2),
        sign_in_within: Duration::from_secs(config.sign_in_seconds.get().into()),
        idle: Duration::from_mins(config.idle_minutes.get().into()),
        longest: Duration::from_hours(config.longest_hours.get().into()),
    }
}
