//! `medstint audit tail`: the last events, and those to come.

use std::collections::HashSet;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use color_eyre::Result;
use color_eyre::eyre::{WrapErr, bail, eyre};
use syslog::{Facility, Formatter5424, LoggerBackend};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};

use super::super::{place, signed_in};
use super::{query, record};
use crate::cli::Global;
use crate::cli::audit::{Forward, Tail as Options, TailFormat};
use crate::domain::audit_event::AuditEvent;
use crate::domain::query::Query;
use crate::domain::{Failure, Resource};
use crate::store::audit::events;
use crate::store::changes::{Ear, Heard, listen};
use crate::store::{Address, Bound};

/// Between two readings, and after one that took long so many times as long.
const APART: Duration = Duration::from_millis(50);
const REST: u32 = 4;

pub(super) async fn run(global: &Global, options: &Options) -> Result<ExitCode> {
    let config = place::config(global)?;
    let query = query(&options.filter, &config)?;
    let address = Address::parse(config.listen_url())?;
    let mut printer = Printer::new(options)?;
    signed_in::run(global, &config, options.email.as_deref(), async |bound| {
        // What is under way now is told when it ends.
        let horizon = events::horizon(bound).await?;
        let last = events::last(bound, &query, options.lines).await?;
        let mut told: HashSet<i64> = last.iter().map(|event| event.sequence).collect();
        let gone = printer.print(&last)?;
        if !options.follow || gone {
            return Ok(ExitCode::SUCCESS);
        }
        // What was there before the last lines is not told.
        told.extend(events::since(bound, &query, horizon).await?.iter().map(|event| event.sequence));
        let ear = Ear { listen: address, queries: bound.queries(), channel: bound.channel().await? };
        tokio::select! {
            done = follow(bound, &query, ear, horizon, told, &mut printer) => done,
            _ = tokio::signal::ctrl_c() => Ok(ExitCode::SUCCESS),
        }
    })
    .await
}

/// Tells what comes, until nobody listens; goes on when the database comes back.
async fn follow(
    bound: &Bound,
    query: &Query,
    ear: Ear,
    mut horizon: i64,
    mut told: HashSet<i64>,
    printer: &mut Printer,
) -> Result<ExitCode> {
    let (say, mut heard) = mpsc::channel(256);
    let listening = tokio::spawn(listen(ear, say));
    while let Some(news) = heard.recv().await {
        let mut touched = touches(&news);
        while let Ok(more) = heard.try_recv() {
            touched |= touches(&more);
        }
        if !touched {
            continue;
        }
        let started = Instant::now();
        let read = async {
            let next = events::horizon(bound).await?;
            Ok((next, events::since(bound, query, horizon).await?))
        };
        match read.await {
            Ok((next, events)) => {
                let fresh: Vec<AuditEvent> =
                    events.iter().filter(|event| !told.contains(&event.sequence)).cloned().collect();
                if printer.print(&fresh)? {
                    break;
                }
                // Of what ended before the horizon nothing comes any more.
                told = events.iter().filter(|e| e.transaction.is_some_and(|t| t >= next)).map(|e| e.sequence).collect();
                horizon = next;
            }
            // The listener says when it is worth trying again.
            Err(Failure::Unavailable(_)) => {}
            Err(failure) => {
                listening.abort();
                bail!(failure);
            }
        }
        sleep(APART.max(started.elapsed() * REST)).await;
    }
    listening.abort();
    Ok(ExitCode::SUCCESS)
}

fn touches(heard: &Heard) -> bool {
    matches!(heard, Heard::Change(change) if change.touches(Resource::AuditLogs))
}

/// Where events go.
enum Printer {
    Output(TailFormat),
    Journal,
    Syslog(Box<syslog::Logger<LoggerBackend, Formatter5424>>),
}

impl Printer {
    fn new(options: &Options) -> Result<Self> {
        Ok(match options.forward {
            None => Self::Output(options.format),
            Some(Forward::Journald) => Self::Journal,
            Some(Forward::Syslog) => {
                let formatter = Formatter5424 {
                    facility: Facility::LOG_AUTHPRIV,
                    hostname: None,
                    process: "medstint".into(),
                    pid: std::process::id(),
                };
                let logger = syslog::unix(formatter).map_err(|error| eyre!(error.to_string()));
                let logger = logger
                    .wrap_err("The system's log cannot be reached at /dev/log; is a syslog or journald running?")?;
                Self::Syslog(Box::new(logger))
            }
        })
    }

    /// Whether the reader has gone away.
    fn print(&mut self, events: &[AuditEvent]) -> Result<bool> {
        let mut text = String::new();
        for event in events {
            let line = match self {
                Self::Output(TailFormat::Line) => record::line(event),
                Self::Output(TailFormat::Ndjson) => serde_json::to_string(&record::Exported::from(event))?,
                Self::Output(TailFormat::Ocsf) => serde_json::to_string(&record::ocsf(event))?,
                Self::Journal => format!("<{}>{}", record::priority(event.severity), record::line(event)),
                Self::Syslog(logger) => {
                    log(logger, event)
                        .map_err(|error| eyre!(error.to_string()))
                        .wrap_err("The system's log refused an event")?;
                    continue;
                }
            };
            text.push_str(&line);
            text.push('\n');
        }
        let mut out = io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(true),
            done => Ok(done.map(|()| false)?),
        }
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
