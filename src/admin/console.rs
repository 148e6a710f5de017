//! Opens the console on this terminal.

use std::process::ExitCode;
use std::sync::Arc;

use color_eyre::Result;

use super::client::Client;
use super::output::{of_output, tell};
use super::place;
use crate::cli::Global;
use crate::config::Config;
use crate::domain::Secret;
use crate::runtime::{self, screen::Screen};
use crate::session::local::{LocalTerminal, inputs, now, wall_clock};
use crate::session::plain;
use crate::session::{MONITOR, Outside, TokenFile, console};
use crate::store::Address;
use crate::store::changes::SPREAD;
use crate::telemetry;
use crate::tui::pane::PaneSettings;
use crate::tui::widget::theme::Theme;
use crate::tui::{Settings, view};

pub(super) async fn run(global: &Global) -> Result<ExitCode> {
    let config = place::config(global)?;
    open(global, &config, None).await
}

/// Opens the console; the demonstration names the person to sign in.
pub(super) async fn open(global: &Global, config: &Config, sign_in_as: Option<(String, Secret)>) -> Result<ExitCode> {
    let state_dir = place::state_dir(global)?;
    let _log = telemetry::start(&state_dir, config.log.level.name())?;
    let client = Client::new(if config.console.read_only.is_always() { MONITOR } else { "console" });
    tracing::info!(client = client.name(), "started");
    // The database is reached once there is a screen that can say what is wrong with it.
    let (store, address) = place::unchecked_store(config, &client)?;
    let listen = place::listen_address(config, &address)?;
    let settings = settings(config, &address, &listen);
    let outside = Outside {
        store,
        queries: address.clone(),
        listen,
        hub: None,
        spread: SPREAD,
        clock: wall_clock,
        origin: client.origin(),
        // A session that may write is not taken up by a console that only reads.
        token_file: TokenFile(Some(state_dir.join(if settings.read_only { MONITOR } else { "session" }))),
        sign_in_as,
        key: None,
        seat: None,
        recorder: Arc::default(),
    };
    // Before the terminal is taken, so that a panic gives it back first.
    let recorder = Arc::clone(&outside.recorder);
    telemetry::on_panic(state_dir, wall_clock, move || recorder.text());
    if place::plain(config) {
        return Ok(closed(&plain::run(settings, outside).await.map_err(of_output)?.sentences));
    }
    let (local, terminal) = LocalTerminal::take(config.console.mouse)?;
    let mut screen = Screen::new(terminal, local, view::view);
    let program = console(settings, outside, screen.size()?, now());
    let ended = runtime::run(program, inputs()?, &mut screen, now).await?;
    // The terminal is restored before anything else is printed.
    drop(screen);
    Ok(closed(&ended.sentences))
}

/// Says what did not work while the console closed.
fn closed(told: &[String]) -> ExitCode {
    for sentence in told {
        tell(&format!("medstint: {sentence}"));
    }
    if told.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What is weak about the paths to the database. The screen covers what was said before.
fn path_warnings(config: &Config, address: &Address, listen: &Address) -> Vec<String> {
    let of_listen = (config.database.listen_url() != config.database.url())
        .then(|| listen.warning_of("The connection for live changes"))
        .flatten();
    address.warning().into_iter().chain(of_listen).collect()
}

/// The settings of a console.
pub(super) fn settings(config: &Config, address: &Address, listen: &Address) -> Settings {
    let console = &config.console;
    Settings {
        theme: Theme { palette: console.theme, ascii: place::ascii(config) },
        keymap: config.keymap.clone(),
        lock_after: console.lock_after(),
        database: address.described(),
        path_warnings: path_warnings(config, address, listen),
        email: console.email.clone(),
        panes: PaneSettings { filters: config.filters.clone(), columns: console.columns.names().to_vec() },
        bell: console.bell,
        read_only: console.read_only.is_always(),
        ends_with_session: false,
        offered_key: None,
    }
}
