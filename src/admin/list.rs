//! `medstint list`: prints the rows of a pane, for scripts.

mod record;

use std::ops::ControlFlow;
use std::process::ExitCode;

use color_eyre::Result;
use color_eyre::eyre::{Report, bail, eyre};

use self::record::Exported;
use super::output::{Output, Streams};
use super::{place, signed_in};
use crate::cli::{Format, Global, List, SortName, StatusName};
use crate::config::Config;
use crate::domain::filter::{self, Saved, Wrong};
use crate::domain::list;
use crate::domain::query::Query;
use crate::domain::time_record::TimeRecord;
use crate::domain::window::{Page, Place, Slot, Unreadable};
use crate::store::{Bound, audit, listing};

/// Rows are read in windows of this size, whatever their number.
const PAGE: usize = 500;

pub(super) async fn run(global: &Global, what: List) -> Result<ExitCode> {
    let List::TimeRecords { status, filter, sort, format, limit, email } = what;
    let config = place::config(global)?;
    let query = query(&filter, &config.filters, status, sort)?;
    signed_in::run(global, &config, email.as_deref(), async |bound| {
        let limit = limit.unwrap_or(usize::MAX);
        time_records(bound, &query, (format, limit), &Streams::Process).await.map(ExitCode::from)
    })
    .await
}

/// The same in a session that is open; the exit code.
pub(super) async fn run_in(bound: &Bound, config: &Config, streams: &Streams, what: List) -> Result<u8> {
    let List::TimeRecords { status, filter, sort, format, limit, .. } = what;
    let query = query(&filter, &config.filters, status, sort)?;
    time_records(bound, &query, (format, limit.unwrap_or(usize::MAX)), streams).await
}

async fn time_records(bound: &Bound, query: &Query, (format, limit): (Format, usize), streams: &Streams) -> Result<u8> {
    let mut output = Output::on::<Exported>(format, streams)?;
    let left_out = each(bound, query, limit, |record| output.row(&Exported::from(record))).await?;
    output.finish().map(drop)?;
    Ok(streams.report_unreadable(&left_out))
}

/// Every record of a query in its order, up to a limit or until `tell` breaks off, one
/// window after the other; those that cannot be shown.
pub(super) async fn each(
    bound: &Bound,
    query: &Query,
    limit: usize,
    mut tell: impl FnMut(&TimeRecord) -> Result<ControlFlow<()>>,
) -> Result<Vec<Unreadable>> {
    // On record before the first row is read.
    let there = listing::total(bound, list::List::TimeRecords, query).await?.rows;
    let rows = usize::try_from(there).unwrap_or(0).min(limit);
    if rows >= audit::BULK {
        audit::report_reading(bound, list::List::TimeRecords.into(), &query.filter.to_string(), rows).await?;
    }
    let (mut place, mut left, mut left_out) = (Place::Start, limit, Vec::new());
    loop {
        let rows = listing::page(bound, list::List::TimeRecords, query, &place, PAGE.min(left)).await?;
        let Ok(page) = Page::<Slot<TimeRecord>>::try_from(rows) else { bail!("the list has rows of another kind") };
        for row in &page.rows {
            match row {
                Slot::Record(row) => {
                    if tell(&row.record)?.is_break() {
                        return Ok(left_out);
                    }
                }
                Slot::Unreadable(row) => left_out.push(row.clone()),
            }
        }
        left -= page.rows.len().min(left);
        match page.rows.last() {
            Some(last) if page.after && left > 0 => place = Place::After(last.key().clone()),
            _ => return Ok(left_out),
        }
    }
}

/// What is asked for on the command line, in the words of the console's filter; a
/// status that the filter names counts.
///
/// # Errors
/// The word that means nothing, pointed at.
pub(super) fn query(text: &str, saved: &Saved, status: StatusName, sort: SortName) -> Result<Query> {
    let meaning = filter::understand(list::List::TimeRecords, text, saved).map_err(|wrong| pointed_at(&wrong))?;
    let view = meaning.view.unwrap_or(status as usize);
    Ok(Query { view, order: sort as usize, filter: meaning.filter, ..Query::default() })
}

/// The text, and below it the word that is wrong with what to do.
pub(super) fn pointed_at(wrong: &Wrong) -> Report {
    let before = wrong.text[..wrong.place.start].chars().count();
    let length = wrong.word().chars().count().max(1);
    eyre!("{}{} {}", " ".repeat(before), "^".repeat(length), wrong.why)
        .wrap_err(wrong.text.clone())
        .wrap_err("The filter is invalid")
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use crate::cli::{SortName, StatusName};
    use crate::domain::list::List;

    #[test]
    fn the_names_on_the_command_line_are_the_views_and_orders_of_the_list() {
        fn names<V: ValueEnum>() -> Vec<String> {
            V::value_variants().iter().filter_map(|v| Some(v.to_possible_value()?.get_name().to_owned())).collect()
        }
        assert_eq!(names::<StatusName>(), List::TimeRecords.views());
        let orders = List::TimeRecords.orders();
        let sorts = names::<SortName>();
        assert_eq!(sorts.len(), orders.len());
        assert!(orders.iter().zip(&sorts).all(|(order, name)| order.split(' ').any(|word| word == name)), "{sorts:?}");
    }
}
