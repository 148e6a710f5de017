//! `medstint audit`: the trail outside the screen.

mod export;
mod record;
mod seals;
mod tail;

use std::process::ExitCode;

use color_eyre::Result;

use super::list::pointed_at;
use super::output::Output;
use super::{place, signed_in};
use crate::cli::Global;
use crate::cli::audit::{Audit, Scope, Stats};
use crate::config::Config;
use crate::domain::filter;
use crate::domain::list::List;
use crate::domain::query::Query;
use crate::store::audit::{self, events};

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
    let meaning = filter::understand(List::Audit, text, &config.filters()?).map_err(|wrong| pointed_at(&wrong))?;
    let view = List::Audit.platform_view().filter(|_| scope.platform).unwrap_or_default();
    Ok(Query { view, filter: meaning.filter, ..Query::default() })
}

async fn stats(global: &Global, options: &Stats) -> Result<ExitCode> {
    let config = place::config(global)?;
    let query = query(&options.filter, &options.scope, &config)?;
    signed_in::run(global, &config, options.email.as_deref(), async |bound| {
        audit::check_scope(bound, List::Audit, &query).await?;
        let mut output = Output::new(options.format, &["action", "severity", "events", "people", "last"])?;
        for (action, severity, count, people, last) in events::stats(bound, &query).await? {
            let (count_text, people_text) = (count.to_string(), people.to_string());
            let last = record::instant(last);
            let value = serde_json::json!({"action": action, "severity": severity, "events": count, "people": people, "last": last});
            output.row(&[&action, &severity, &count_text, &people_text, &last], &value)?;
        }
        output.finish()
    })
    .await
}
