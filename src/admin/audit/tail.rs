//! `medstint audit tail`: the last events, and new ones as they happen.

use std::collections::HashSet;
use std::process::ExitCode;
use std::time::Duration;

use color_eyre::Result;
use color_eyre::eyre::{WrapErr, eyre};
use syslog::{Facility, Formatter5424, LoggerBackend};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};

use super::super::output::{Lines, Streams, json};
use super::super::signals::{Interrupt, Signals};
use super::super::{place, signed_in};
use super::{query, record};
use crate::cli::audit::{Forward, Tail as Options, TailFormat};
use crate::cli::{Global, exit};
use crate::config::Config;
use crate::domain::audit_event::AuditEvent;
use crate::domain::list::List;
use crate::domain::query::Query;
use crate::domain::window::Slot;
use crate::domain::{Change, Failure, Resource};
use crate::store::Bound;
use crate::store::audit;
use crate::store::audit::events::{self, Snapshot};
use crate::store::changes::{Heard, Hub, listen};
use crate::store::sessions::touch;

/// Between two readings, and after one that took long so many times as long.
const APART: Duration = Duration::from_millis(50);
const REST: u32 = 4;
/// What could not be read is tried again so much later.
const AGAIN: Duration = Duration::from_secs(1);
/// The tail keeps its session alive this often.
const KEEP_EVERY: Duration = Duration::from_mins(5);

pub(super) async fn run(global: &Global, options: &Options) -> Result<ExitCode> {
    let config = place::config(global)?;
    let query = query(&options.filter, &options.scope, &config)?;
    let mut printer = Printer::new(options, Streams::Process)?;
    signed_in::run_with_own_signals(global, &config, options.email.as_deref(), async |bound| {
        tail(bound, &query, options, Reader::Process(&config), &mut printer).await.map(ExitCode::from)
    })
    .await
}

/// The same for a client of a process that listens once for all; the exit code.
pub(in super::super) async fn run_in(
    (bound, hub): (&Bound, Hub),
    config: &Config,
    streams: &Streams,
    options: &Options,
    interrupt: Interrupt,
) -> Result<u8> {
    let query = query(&options.filter, &options.scope, config)?;
    let mut printer = Printer::new(options, streams.clone())?;
    tail(bound, &query, options, Reader::Client { hub, interrupt }, &mut printer).await
}

/// The form in which events are printed.
enum Reader<'a> {
    Process(&'a Config),
    Client { hub: Hub, interrupt: Interrupt },
}

async fn tail(
    bound: &Bound,
    query: &Query,
    options: &Options,
    reader: Reader<'_>,
    printer: &mut Printer,
) -> Result<u8> {
    audit::check_scope(bound, List::Audit, query).await?;
    if options.follow || options.lines >= audit::BULK {
        let list = audit::list_name(List::Audit, query);
        audit::report_reading(bound, list, &query.filter.to_string(), options.lines).await?;
    }
    // Events that are committed from here on are printed, also while the last ones are read.
    let seen = events::snapshot(bound).await?;
    let last = events::last(bound, query, options.lines).await?;
    let gone = printer.print(&last)?;
    if !options.follow || gone {
        return Ok(exit::DONE);
    }
    let told = last.iter().map(events::sequence).collect();
    let (say, heard) = mpsc::channel(256);
    let (listening, mut interrupt) = match reader {
        Reader::Process(config) => {
            let ear = bound.ear(place::listen_address(config, bound.address())?, place::now);
            (tokio::spawn(listen(ear, say)), Interrupt::Signals(Signals::new()?))
        }
        Reader::Client { hub, interrupt } => {
            let token = bound.token();
            (
                tokio::spawn(async move {
                    hub.listen(token, say).await;
                }),
                interrupt,
            )
        }
    };
    let done = tokio::select! {
        done = follow(bound, query, heard, seen, told, printer) => done,
        () = interrupt.recv() => Ok(()),
    };
    listening.abort();
    done.map(|()| exit::DONE)
}

/// Tells what comes, until nobody listens; goes on when the database comes back.
async fn follow(
    bound: &Bound,
    query: &Query,
    mut heard: mpsc::Receiver<Heard>,
    mut seen: Snapshot,
    mut told: HashSet<i64>,
    printer: &mut Printer,
) -> Result<()> {
    let mut keeps = tokio::time::interval(KEEP_EVERY);
    // Whether something was heard that could not be read yet.
    let mut is_owed = false;
    loop {
        let news = tokio::select! {
            news = heard.recv() => news,
            () = sleep(AGAIN), if is_owed => Some(Heard::Change(Change::Resync)),
            _ = keeps.tick() => {
                // Where it cannot be reached, the listener waits for it to come back.
                match touch(bound).await {
                    Ok(()) => continue,
                    Err(failure) if failure.is_transient() => continue,
                    Err(failure) => return Err(failure.into()),
                }
            }
        };
        let Some(news) = news else { return Ok(()) };
        let mut touched = touches(&news);
        while let Ok(more) = heard.try_recv() {
            touched |= touches(&more);
        }
        if !touched {
            continue;
        }
        let started = Instant::now();
        match tell(bound, query, &mut seen, &mut told, printer).await {
            Ok(false) => is_owed = false,
            Ok(true) => return Ok(()),
            Err(failure) if failure.downcast_ref::<Failure>().is_some_and(Failure::is_transient) => is_owed = true,
            Err(failure) => return Err(failure),
        }
        sleep(APART.max(started.elapsed() * REST)).await;
    }
}

/// Tells what was committed since the last time, page by page; whether the reader has
/// gone away.
async fn tell(
    bound: &Bound,
    query: &Query,
    seen: &mut Snapshot,
    told: &mut HashSet<i64>,
    printer: &mut Printer,
) -> Result<bool> {
    let now = events::snapshot(bound).await?;
    let mut after = i64::MIN;
    loop {
        let mut page = events::between(bound, query, (seen, &now), after).await?;
        let Some(last) = page.last() else { break };
        after = events::sequence(last);
        page.retain(|event| !told.contains(&events::sequence(event)));
        if printer.print(&page)? {
            return Ok(true);
        }
        // Told already, should a later page fail.
        told.extend(page.iter().map(events::sequence));
    }
    *seen = now;
    told.clear();
    Ok(false)
}

/// Whether there may be news: events, or the end of the session, which the next reading finds.
fn touches(heard: &Heard) -> bool {
    let concerns =
        |change: &Change| [Resource::AuditLogs, Resource::Sessions].iter().any(|shown| change.touches(*shown));
    matches!(heard, Heard::Change(change) if concerns(change))
}

/// Where events go.
struct Printer {
    destination: Destination,
    streams: Streams,
}

enum Destination {
    Output(TailFormat),
    Journal,
    Syslog(Box<syslog::Logger<LoggerBackend, Formatter5424>>),
}

impl Printer {
    fn new(options: &Options, streams: Streams) -> Result<Self> {
        let destination = match options.forward {
            None => Destination::Output(options.format),
            Some(Forward::Journald) => Destination::Journal,
            Some(Forward::Syslog) => {
                let formatter = Formatter5424 {
                    facility: Facility::LOG_AUTHPRIV,
                    hostname: None,
                    process: "medstint".into(),
                    pid: std::process::id(),
                };
                let logger = syslog::unix(formatter).map_err(|error| eyre!(error.to_string()));
                let logger = logger
                    .wrap_err("The system log can't be reached at /dev/log. Start a syslog daemon or journald.")?;
                Destination::Syslog(Box::new(logger))
            }
        };
        Ok(Self { destination, streams })
    }

    /// Whether the reader has gone away.
    fn print(&mut self, events: &[Slot<AuditEvent>]) -> Result<bool> {
        let mut text = String::new();
        for slot in events {
            let event = match slot {
                Slot::Record(row) => &row.record,
                Slot::Unreadable(row) => {
                    self.streams.tell(&row.sentence);
                    continue;
                }
            };
            let line = match &mut self.destination {
                Destination::Output(TailFormat::Line) => record::line(event),
                Destination::Output(TailFormat::Ndjson) => json(&record::Exported::from(event))?,
                Destination::Output(TailFormat::Ocsf) => json(&record::ocsf(event))?,
                Destination::Journal => format!("<{}>{}", record::priority(event.severity), record::line(event)),
                Destination::Syslog(logger) => {
                    log(logger, event)
                        .map_err(|error| eyre!(error.to_string()))
                        .wrap_err("The system log refused an event")?;
                    continue;
                }
            };
            text.push_str(&line);
            text.push('\n');
        }
        let mut lines = Lines::to(&self.streams);
        lines.write(text.as_bytes());
        Ok(lines.end()?.is_break())
    }
}

fn log(logger: &mut syslog::Logger<LoggerBackend, Formatter5424>, event: &AuditEvent) -> Result<(), syslog::Error> {
    let message = (0, std::collections::BTreeMap::default(), record::line(event));
    match record::priority(event.severity) {
        2 => logger.crit(message),
        3 => logger.err(message),
        4 => logger.warning(message),
        _ => logger.info(message),
    }
}
