//! `medstint audit`: the audit trail on the command line.

mod export;
mod record;
mod seals;
mod tail;

use std::process::ExitCode;

use color_eyre::Result;
use serde::Serialize;

use super::list::pointed_at;
use super::output::{Field, Output, Row, Streams, instant};
use super::{place, signed_in};
use crate::cli::audit::{Audit, Scope, Stats};
use crate::cli::{Global, exit};
use crate::config::Config;
use crate::domain::audit_event::Severity;
use crate::domain::filter;
use crate::domain::list::List;
use crate::domain::query::Query;
use crate::domain::stored::Stored;
use crate::store::Bound;
use crate::store::audit::{self, events};

pub(super) use self::seals::verify_in;
pub(super) use self::tail::run_in as tail_in;

pub(super) async fn run(global: &Global, what: Audit) -> Result<ExitCode> {
    match what {
        Audit::Tail(options) => tail::run(global, &options).await,
        Audit::Export(options) => export::run(global, &options).await,
        Audit::Head(whose) => seals::head(global, &whose).await,
        Audit::Verify(options) => seals::verify(global, &options).await,
        Audit::Stats(options) => stats(global, &options).await,
        Audit::Purge(options) => seals::purge(global, &options).await,
    }
}

/// A filter of events of the school or of the platform.
///
/// # Errors
/// The word that means nothing, pointed at.
fn query(text: &str, scope: &Scope, config: &Config) -> Result<Query> {
    let meaning = filter::understand(List::Audit, text, &config.filters).map_err(|wrong| pointed_at(&wrong))?;
    let view = List::Audit.platform_view().filter(|_| scope.platform).unwrap_or_default();
    Ok(Query { view, filter: meaning.filter, ..Query::default() })
}

async fn stats(global: &Global, options: &Stats) -> Result<ExitCode> {
    let config = place::config(global)?;
    let query = query(&options.filter, &options.scope, &config)?;
    signed_in::run(global, &config, options.email.as_deref(), async |bound| {
        count(bound, &query, options, &Streams::Process).await.map(ExitCode::from)
    })
    .await
}

/// The same in a session that is open; the exit code.
pub(super) async fn stats_in(bound: &Bound, config: &Config, streams: &Streams, options: &Stats) -> Result<u8> {
    count(bound, &query(&options.filter, &options.scope, config)?, options, streams).await
}

async fn count(bound: &Bound, query: &Query, options: &Stats, streams: &Streams) -> Result<u8> {
    audit::check_scope(bound, List::Audit, query).await?;
    let output = Output::on::<Counted>(options.format, streams)?;
    let rows = events::stats(bound, query).await?.into_iter().map(|(action, severity, events, people, last)| Counted {
        action,
        severity,
        events,
        people,
        last: instant(last),
    });
    output.rows(rows).map(|()| exit::DONE)
}

/// The events of one action.
#[derive(Serialize)]
struct Counted {
    action: String,
    severity: Stored<Severity>,
    events: i64,
    people: i64,
    last: String,
}

impl Row for Counted {
    const HEADINGS: &'static [&'static str] = Self::COLUMNS;
    const COLUMNS: &'static [&'static str] = &["action", "severity", "events", "people", "last"];

    fn cells(&self) -> Vec<String> {
        let (events, people) = (self.events.to_string(), self.people.to_string());
        vec![self.action.clone(), self.severity.text().to_owned(), events, people, self.last.clone()]
    }

    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::Text(&self.action),
            Field::value(&self.severity.text()),
            Field::value(&self.events),
            Field::value(&self.people),
            Field::value(&self.last),
        ]
    }
}
