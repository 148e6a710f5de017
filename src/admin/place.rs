//! Where a command finds its configuration, its state and its database.

use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use color_eyre::Result;
use color_eyre::eyre::{Context, bail, eyre};

use super::client::Client;
use super::connection::{self, Found};
use super::output::tell;
use crate::cli::Global;
use crate::config::{Config, Errors, Flag};
use crate::domain::{Failure, Secret};
use crate::store::{self, Address, OwnerConnection, Store};

/// Connections of a command. It does one thing after the other; but one that is interrupted during
/// a slow statement signs out on the second.
pub(super) const OF_COMMAND: u32 = 2;
/// The environment variable that replaces the XDG state directory.
const STATE_DIR: &str = "MEDSTINT_STATE_DIR";

/// An environment variable, where it is readable text.
pub(super) fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// What this host's clock says: where it is compared with what the server says.
#[expect(clippy::disallowed_methods, reason = "a command has no loop that brings the time in a message")]
pub(super) fn now() -> chrono::DateTime<chrono::Utc> {
    chrono::Utc::now()
}

/// The configuration with this command's flags on top.
pub(super) fn config(global: &Global) -> Result<Config, Errors> {
    let mut flags: Vec<Flag> = Vec::new();
    if global.ascii {
        flags.push(("--ascii", "console.ascii", "always".into()));
    }
    if global.read_only {
        flags.push(("--read-only", "console.read_only", "always".into()));
    }
    if global.plain {
        flags.push(("--plain", "console.plain", "always".into()));
    }
    let mut config = Config::load(global.config.as_deref(), environment, &flags)?;
    if let Some(url) = &global.database_url {
        config.pin_database("--database-url", url);
    }
    Ok(config)
}

/// The state directory, made where it was missing, for its owner only.
pub(super) fn state_dir(global: &Global) -> Result<PathBuf> {
    // An empty variable counts as none, as it does to libpq.
    let environment = std::env::var_os(STATE_DIR).filter(|dir| !dir.is_empty());
    let dir = if let Some(dir) = global.state_dir.clone().or(environment.map(PathBuf::from)) {
        dir
    } else {
        let dirs = directories::ProjectDirs::from("", "", "medstint")
            .ok_or_else(|| eyre!("There is no home directory to keep state in. Name a directory with --state-dir."))?;
        dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir()).to_owned()
    };
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&dir)
        .wrap_err_with(|| format!("{} cannot be created. Name another directory with --state-dir.", dir.display()))?;
    refuse_where_others_write(&dir)?;
    Ok(dir)
}

/// A user who can write to the directory could replace the session or read this one. The
/// permissions of an existing directory are not changed.
fn refuse_where_others_write(dir: &Path) -> Result<()> {
    let metadata = std::fs::metadata(dir).wrap_err_with(|| format!("{} cannot be read.", dir.display()))?;
    let is_trusted = [0, nix::unistd::geteuid().as_raw()].contains(&metadata.uid());
    if !is_trusted || metadata.mode() & 0o022 != 0 {
        bail!(
            "Others can write to {dir}. Run `chmod go-w {dir}` if you own it, or name another directory with --state-dir.",
            dir = dir.display()
        );
    }
    Ok(())
}

/// The data directory: where the demonstration's database is.
pub(super) fn data_dir() -> Result<PathBuf> {
    // Root's home is closed to the unprivileged user as whom PostgreSQL runs.
    if nix::unistd::geteuid().is_root() && environment("XDG_DATA_HOME").is_none() {
        return Ok(PathBuf::from("/var/lib/medstint"));
    }
    let dirs = directories::ProjectDirs::from("", "", "medstint")
        .ok_or_else(|| eyre!("There is no home directory to keep data in. Name a directory with --dir."))?;
    Ok(dirs.data_dir().to_owned())
}

/// Whether to draw in ASCII only.
pub(super) fn ascii(config: &Config) -> bool {
    config.console.ascii.is_on(|| !supports_unicode::on(supports_unicode::Stream::Stdout))
}

/// Whether to speak line by line.
pub(super) fn plain(config: &Config) -> bool {
    let is_asked_for = || environment("ACCESSIBLE").is_some_and(|value| !matches!(value.as_str(), "" | "0"));
    // What a terminal without a cursor that moves is called: one in an editor, for example.
    let cannot_draw = || environment("TERM").is_some_and(|name| matches!(name.as_str(), "dumb" | "unknown"));
    config.console.plain.is_on(|| is_asked_for() || cannot_draw())
}

/// Where to connect as this client. What is weak about the path there is said before anything
/// is sent.
pub(super) fn address(url: Option<&str>, client: &str) -> Result<Address> {
    let (address, warnings) = resolve(url, client)?;
    for warning in warnings {
        tell(&format!("medstint: {warning}"));
        tracing::warn!("{warning}");
    }
    Ok(address)
}

/// Where to connect, and warnings: files that are not used, a path that is weak.
pub(super) fn resolve(url: Option<&str>, client: &str) -> Result<(Address, Vec<String>), Failure> {
    let Found { settings, notes: mut warnings } = connection::find(url)?;
    let address = Address::new(&settings)?.named(client);
    warnings.extend(address.warning());
    Ok((address, warnings))
}

/// Where LISTEN goes, which is mostly where queries go.
pub(super) fn listen_address(config: &Config, queries: &Address) -> Result<Address> {
    let database = &config.database;
    if database.listen_url() == database.url() {
        return Ok(queries.clone());
    }
    address(database.listen_url(), queries.client())
}

/// A store on the configured database, to which nothing has connected yet.
pub(super) fn unchecked_store(config: &Config, client: &Client) -> Result<(Store, Address)> {
    let address = address(config.database.url(), client.name())?;
    let store = Store::new(store::pool(&address, config.database.connections.get()));
    Ok((store, address))
}

/// A store on the configured database, after making sure that it can be used.
pub(super) async fn store(config: &Config, client: &Client) -> Result<(Store, Address)> {
    let address = address(config.database.url(), client.name())?;
    let store = Store::new(store::pool(&address, OF_COMMAND));
    address.check().await.map_err(|failure| tried(failure, &address))?;
    Ok((store, address))
}

/// A database that could not be reached, and where that was tried.
fn tried(failure: Failure, address: &Address) -> color_eyre::Report {
    match failure {
        Failure::Unavailable(_) => outermost_last(eyre!(failure).wrap_err(format!("Tried {}.", address.described()))),
        other => eyre!(other),
    }
}

/// What is wrong comes first, where it was tried second.
#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err takes")]
fn outermost_last(report: color_eyre::Report) -> color_eyre::Report {
    let mut causes: Vec<String> = report.chain().map(ToString::to_string).collect();
    causes.rotate_left(1);
    eyre!(causes.join(". "))
}

/// A connection of the schema's owner, and where it leads.
pub(super) async fn owner(config: &Config) -> Result<(OwnerConnection, Address)> {
    let client = Client::new("cli");
    let address = address(config.database.owner_url(), client.name())?;
    let connection = address
        .connect_from(client.origin())
        .await
        .wrap_err_with(|| format!("Tried {}.", address.described()))
        .map_err(outermost_last)?;
    Ok((connection, address))
}

/// A password, asked for without showing it, or the first line of a pipe.
pub(super) fn password(prompt: &str) -> Result<Secret> {
    use std::io::IsTerminal;
    if std::io::stdin().is_terminal() {
        return Ok(Secret::new(rpassword::prompt_password(prompt)?));
    }
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    let line = line.trim_end_matches(['\r', '\n']);
    if line.is_empty() {
        bail!("Standard input contains no password. Write it there as one line.");
    }
    Ok(Secret::new(line))
}
