//! `medstint doctor`: looks at everything that can be wrong, and says what to do.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use color_eyre::Result;

use super::{place, print_line};
use crate::cli::Global;
use crate::domain::Failure;
use crate::domain::list::List;
use crate::domain::query::Query;
use crate::domain::window::Place;
use crate::session::TokenFile;
use crate::store::{self, Address, Preparation, SLOW, Store};

/// More than this between our clock and the server's misleads: ages, lock-outs.
const SKEW: Duration = Duration::from_secs(2);

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
    let mut findings = Findings::default();
    let config = place::config(global)?;
    good("config", "readable; `medstint config` shows it")?;
    let address = Address::parse(config.database_url())?;

    // Said before anything is sent.
    match address.warning() {
        Some(warning) => warn("TLS", &warning)?,
        None => good("TLS", "local, or the certificate is verified")?,
    }

    let started = Instant::now();
    let mut connection = match address.connect().await {
        Ok(connection) => connection,
        Err(failure) => {
            findings.bad("connection", &format!("{failure} ({})", address.described()))?;
            return Ok(findings.code());
        }
    };
    good("connection", &format!("{} in {} ms", address.described(), started.elapsed().as_millis()))?;
    prepared(&address)?;

    let found = store::compatibility(&mut connection).await?;
    good("server", &format!("PostgreSQL {}.{}", found.server / 10_000, found.server % 10_000))?;
    match found.verdict() {
        Ok(()) => good("schema", &format!("migration {}, as {}", found.schema.unwrap_or(0), found.role))?,
        Err(failure) => findings.bad("schema", &failure.to_string())?,
    }
    if findings.bad {
        return Ok(findings.code());
    }

    let health = store::health::examine(&mut connection).await?;
    let skew = (place::now() - health.server_time).abs().to_std().unwrap_or_default();
    if skew > SKEW {
        findings.bad(
            "clock",
            &format!("this machine and the server are {:.1} s apart; synchronize both with NTP", skew.as_secs_f64()),
        )?;
    } else {
        good("clock", &format!("{} ms apart", skew.as_millis()))?;
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
    match store::changes::probe(&place::listen_address(&config, &address)?, &address).await {
        Ok(took) => good("LISTEN", &format!("a notification sent by a query arrived in {} ms", took.as_millis()))?,
        Err(failure) => findings.bad("LISTEN", &failure.to_string())?,
    }
    session(global, &config, &address, &mut findings).await?;
    Ok(findings.code())
}

/// How long prepared statements last on the way to the server, and why.
fn prepared(address: &Address) -> Result<()> {
    match address.preparation() {
        Some(Preparation::Direct) => good("prepared", "the server keeps prepared statements; no pooler is in between"),
        Some(Preparation::ByPooler) => good("prepared", "the pooler keeps prepared statements"),
        Some(Preparation::ByTransaction) | None => warn(
            "prepared",
            "a pooler is in between that keeps no prepared statements: each transaction prepares its own, which takes one more round trip for each statement. With PgBouncer 1.21 or newer set max_prepared_statements = 200",
        ),
    }
}

/// With a kept session, the statements of the queue are run and timed.
async fn session(
    global: &Global,
    config: &crate::config::Config,
    address: &Address,
    findings: &mut Findings,
) -> Result<()> {
    let state_dir = place::state_dir(global)?;
    let Some(token) = TokenFile(Some(state_dir.join("session"))).load() else {
        return warn("session", "nobody is signed in here; the queue's statements were not timed");
    };
    let store = Store::new(store::pool(address, config.connections()?));
    let actor = match store.whoami(&token).await {
        Ok(actor) => actor,
        Err(Failure::SignedOut) => return warn("session", "the kept session has ended"),
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
