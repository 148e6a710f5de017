//! `medstint doctor`: checks the connection, the schema, the server and the clock, and says what
//! to fix.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use color_eyre::Result;

use super::client::Client;
use super::{place, print_line};
use crate::cli::Global;
use crate::config::Config;
use crate::domain::list::List;
use crate::domain::query::Query;
use crate::domain::window::Place;
use crate::domain::{ClockSkew, Failure};
use crate::serve::HostKey;
use crate::serve::host_key::FILE;
use crate::session::TokenFile;
use crate::store::migrations::Examined;
use crate::store::{self, Address, Preparation, SLOW, Store};

/// All questions together take no longer than this, once the server is connected.
const ANSWER_WITHIN: Duration = Duration::from_mins(1);

/// One bad finding makes the exit code.
#[derive(Default)]
struct Findings {
    bad: bool,
}

impl Findings {
    fn bad(&mut self, what: &str, found: &str) -> Result<()> {
        self.bad = true;
        say("BAD ", what, found)
    }

    fn code(&self) -> ExitCode {
        if self.bad { ExitCode::FAILURE } else { ExitCode::SUCCESS }
    }
}

fn good(what: &str, found: &str) -> Result<()> {
    say("ok  ", what, found)
}

fn warn(what: &str, found: &str) -> Result<()> {
    say("warn", what, found)
}

fn say(verdict: &str, what: &str, found: &str) -> Result<()> {
    print_line(&format!("{verdict}  {what:<12} {found}")).map(drop)
}

pub(super) async fn run(global: &Global) -> Result<ExitCode> {
    let config = match place::config(global) {
        Ok(config) => config,
        Err(errors) => {
            let mut findings = Findings::default();
            for sentence in errors.sentences() {
                findings.bad("config", &sentence)?;
            }
            return Ok(findings.code());
        }
    };
    good("config", "readable; `medstint config` shows it")?;
    host_key(global, &config)?;
    let client = Client::new("doctor");
    let (address, warnings) = match place::resolve(config.database.url(), client.name()) {
        Ok(found) => found,
        Err(failure) => {
            Findings::default().bad("settings", &failure.to_string())?;
            return Ok(ExitCode::FAILURE);
        }
    };
    // Said before anything is sent.
    let weakness = address.warning();
    for warning in &warnings {
        warn(if weakness.as_ref() == Some(warning) { "TLS" } else { "settings" }, warning)?;
    }
    if weakness.is_none() {
        good("TLS", "local, or the certificate is verified")?;
    }
    let within = address.time_limit().min(ANSWER_WITHIN) + ANSWER_WITHIN;
    ended(within, Box::pin(examine(global, &config, &address))).await
}

/// The key of a server over SSH, where this host has been one.
fn host_key(global: &Global, config: &Config) -> Result<()> {
    let path = match config.serve.host_key.as_str() {
        "" => place::state_dir(global)?.join(FILE),
        named => PathBuf::from(named),
    };
    if config.serve.host_key.is_empty() && !path.exists() {
        return Ok(());
    }
    match HostKey::read(&path) {
        Ok(key) => good("host key", &format!("{} ({})", key.fingerprint(), path.display())),
        Err(error) => warn("host key", &error.to_string()),
    }
}

/// How an examination ended. A server that stops answering is a finding, whichever question
/// it was asked.
async fn ended(within: Duration, examination: impl Future<Output = Result<ExitCode>>) -> Result<ExitCode> {
    if let Ok(code) = tokio::time::timeout(within, examination).await {
        return code;
    }
    let mut findings = Findings::default();
    findings.bad("answer", "the server stopped answering. Check its load and the network")?;
    Ok(findings.code())
}

async fn examine(global: &Global, config: &Config, address: &Address) -> Result<ExitCode> {
    let mut findings = Findings::default();
    let started = Instant::now();
    let mut connection = match address.connect().await {
        Ok(connection) => connection,
        Err(failure) => {
            findings.bad("connection", &format!("{failure} ({})", address.described()))?;
            return Ok(findings.code());
        }
    };
    good("connection", &format!("{} in {} ms", address.described(), started.elapsed().as_millis()))?;
    prepared(address)?;

    match store::migrations::check(&mut connection).await {
        Ok(()) => good("database", "UTF-8, and accepts changes")?,
        Err(failure) => findings.bad("database", &failure.to_string())?,
    }
    defaults(&mut connection, &mut findings).await?;
    let found = store::compatibility(&mut connection).await?;
    good("server", &format!("PostgreSQL {}.{}", found.server / 10_000, found.server % 10_000))?;
    match found.verdict() {
        Ok(()) => good("schema", &format!("migration {}, as {}", found.schema.unwrap_or(0), found.role))?,
        Err(failure) => findings.bad("schema", &failure.to_string())?,
    }
    if findings.bad {
        return Ok(findings.code());
    }
    definitions(&mut connection, &mut findings).await?;

    let asked = place::now();
    let health = store::health::examine(&mut connection).await?;
    match ClockSkew::between(asked, health.server_time, place::now()) {
        Some(skew) => findings.bad("clock", &skew.sentence())?,
        None => good("clock", "within 5 s of the server's")?,
    }
    connections(&mut connection, address).await?;
    if store::health::is_serving_role_unlimited(&mut connection).await? {
        warn(
            "connections",
            "medstint_serve has no connection limit. As an administrator, run: ALTER ROLE medstint_serve CONNECTION LIMIT 10;",
        )?;
    }
    match store::health::parameter_log(&mut connection).await? {
        None => good("server log", "statements are logged without their values, or not at all")?,
        Some(log) => warn(
            "server log",
            &format!(
                "the server logs statement values ({}), including personal data and tokens. As a superuser, run: {}",
                log.because.join(", "),
                log.remedy
            ),
        )?,
    }
    match store::changes::probe(&place::listen_address(config, address)?, address, place::now).await {
        Ok(took) => good("LISTEN", &format!("a notification arrived in {} ms", took.as_millis()))?,
        Err(failure) => findings.bad("LISTEN", &failure.to_string())?,
    }
    session(global, address, &mut findings).await?;
    Ok(findings.code())
}

/// Whether the server has connections for more consoles.
async fn connections(connection: &mut sqlx::PgConnection, address: &Address) -> Result<()> {
    const WHAT: &str = "connections";
    let found = store::health::connections(connection).await?;
    let said = format!("{} of {} in use, one by {}", found.used, found.available, address.client());
    if found.is_near_limit() {
        return warn(
            WHAT,
            &format!("{said}. A console holds one. Raise max_connections, or end clients that are not needed"),
        );
    }
    good(WHAT, &said)
}

/// How long prepared statements last on the way to the server, and why.
fn prepared(address: &Address) -> Result<()> {
    match address.preparation() {
        Some(Preparation::Direct) => good("prepared", "kept by the server; no pooler found"),
        Some(Preparation::ByPooler) => good("prepared", "kept by the pooler"),
        Some(Preparation::ByTransaction) | None => warn(
            "prepared",
            "the pooler does not keep prepared statements, so each statement takes one more round trip. With PgBouncer 1.21 or newer in transaction mode set max_prepared_statements = 200; session mode needs no change",
        ),
    }
}

/// Functions, triggers, policies and grants that are not the ones that were applied.
async fn definitions(connection: &mut sqlx::PgConnection, findings: &mut Findings) -> Result<()> {
    const WHAT: &str = "definitions";
    let (altered, foreign) = match store::migrations::examine(connection).await? {
        Examined::OnServer(version) => {
            return warn(WHAT, &format!("applied on PostgreSQL {version} and not compared. Run `medstint migrate up`"));
        }
        Examined::Compared { altered, foreign } => (altered, foreign),
    };
    if !altered.is_empty() {
        let names = altered.join(", ");
        findings
            .bad(WHAT, &format!("altered or dropped by hand: {names}. Run `medstint migrate up` to put them back"))?;
    }
    if !foreign.is_empty() {
        let names = foreign.join(", ");
        warn(WHAT, &format!("not created by medstint: {names}. Check that they show nobody another school's data"))?;
    }
    if altered.is_empty() && foreign.is_empty() {
        good(WHAT, "functions, triggers, policies and grants are as they were applied")?;
    }
    Ok(())
}

/// What the role, the database or the server set by themselves.
async fn defaults(connection: &mut sqlx::PgConnection, findings: &mut Findings) -> Result<()> {
    let defaults = store::health::defaults(connection).await?;
    if !defaults.harmful.is_empty() {
        let harmful = defaults.harmful.join(", ");
        return findings.bad("defaults", &format!("{harmful}. Reset it on the role, database or server"));
    }
    if defaults.replaced.is_empty() {
        return good("defaults", "none that affect medstint");
    }
    good("defaults", &format!("{}; medstint overrides them in every transaction", defaults.replaced.join(", ")))
}

/// With a kept session, the statements of the queue are run and timed.
async fn session(global: &Global, address: &Address, findings: &mut Findings) -> Result<()> {
    let state_dir = place::state_dir(global)?;
    let Some(token) = TokenFile(Some(state_dir.join("session"))).load() else {
        return warn("session", "no one is signed in here, so the queue's queries were not timed");
    };
    let store = Store::new(store::pool(address, place::OF_COMMAND));
    let actor = match store.whoami(&token).await {
        Ok(actor) => actor,
        Err(Failure::SignedOut) => return warn("session", "the saved session has ended. Sign in again"),
        Err(failure) => return findings.bad("session", &failure.to_string()),
    };
    good("session", &format!("{} ({})", actor.email, actor.role.label()))?;
    let bound = store.bind(&token, &actor)?;
    let query = Query::default();
    store::listing::page(&bound, List::TimeRecords, &query, &Place::Start, 60).await?;
    store::listing::total(&bound, List::TimeRecords, &query).await?;
    match store.slow_statements().as_slice() {
        [] => good("statements", &format!("all under {} ms", SLOW.as_millis())),
        slow => {
            let named: Vec<String> =
                slow.iter().map(|(name, took)| format!("{name} {} ms", took.as_millis())).collect();
            warn("statements", &format!("slow: {}", named.join(", ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_millis(5);

    #[tokio::test]
    async fn a_server_that_stops_answering_ends_the_examination() {
        let code = ended(SHORT, std::future::pending()).await.expect("a finding");
        assert_eq!(format!("{code:?}"), format!("{:?}", ExitCode::FAILURE));
    }

    #[tokio::test]
    async fn an_examination_in_time_has_its_own_exit_code() {
        let code = ended(SHORT, std::future::ready(Ok(ExitCode::from(7)))).await.expect("a code");
        assert_eq!(format!("{code:?}"), format!("{:?}", ExitCode::from(7)));
    }
}
