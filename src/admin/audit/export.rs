//! `medstint audit export`: exports events for a recipient, oldest first, page by page.

use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal};
use std::ops::ControlFlow;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::ExitCode;

use clap::ValueEnum;
use color_eyre::Result;
use color_eyre::eyre::{bail, eyre};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::super::output::{Output, is_watched, prompt, report_unreadable, stopped_half_way, tell};
use super::super::signals::Signals;
use super::super::{place, signed_in};
use super::{query, record};
use crate::cli::audit::{Export as Options, ExportFormat};
use crate::cli::{Format, Global};
use crate::domain::list::List;
use crate::domain::query::Query;
use crate::domain::window::{Key, Slot, Unreadable};
use crate::store::Bound;
use crate::store::audit::events::By;
use crate::store::audit::{self, Export, events};

pub(super) async fn run(global: &Global, options: &Options) -> Result<ExitCode> {
    let config = place::config(global)?;
    let query = query(&options.filter, &options.scope, &config)?;
    let recipient = asked(options.recipient.as_deref(), "Recipient of the export: ", "--recipient")?;
    let purpose = asked(options.purpose.as_deref(), "Purpose of the export: ", "--purpose")?;
    signed_in::run_with_own_signals(global, &config, options.email.as_deref(), async |bound| {
        audit::check_scope(bound, List::Audit, &query).await?;
        let (rows, by) = events::count(bound, &query).await?;
        let mut left_out = Vec::new();
        let format = options.format.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
        let filter = query.filter.to_string();
        let list = audit::list_name(List::Audit, &query);
        let export = Export { list, filter: &filter, format: &format, rows, recipient: &recipient, purpose: &purpose };
        // From here on, every end of the export is recorded as an event.
        let mut signals = Signals::new()?;
        let id = audit::begin_export(bound, &export).await?;
        let bar = progress(rows);
        let mut written = 0;
        let whole = tokio::select! {
            whole = write(bound, &query, &by, options, (&mut written, &mut left_out), &bar) => whole,
            () = signals.recv() => Err(eyre!("The export was interrupted. Part of it may have been written.")),
        };
        bar.finish_and_clear();
        let is_whole = matches!(whole, Ok(ControlFlow::Continue(()))) && left_out.is_empty();
        let recorded = audit::end_export(bound, &id, written, is_whole).await;
        if let Err(failure) = recorded {
            let report = eyre!(failure).wrap_err("The end of the export could not be recorded in the audit trail");
            let code = stopped_half_way(&report);
            return whole.map(|_| ExitCode::from(code));
        }
        whole.map(drop)?;
        if is_watched() {
            tell(&format!("{written} events, {format}, for {recipient}. The export is event {id}."));
        }
        Ok(ExitCode::from(report_unreadable(&left_out)))
    })
    .await
}

/// What an option says, or a person at the terminal.
fn asked(given: Option<&str>, question: &str, option: &str) -> Result<String> {
    if let Some(given) = given.map(str::trim).filter(|given| !given.is_empty()) {
        return Ok(given.to_owned());
    }
    if !io::stdin().is_terminal() {
        bail!("An export needs a recipient and a purpose. Add {option}.");
    }
    prompt(question);
    let mut line = String::new();
    io::stdin().read_line(&mut line)?;
    match line.trim() {
        "" => bail!("An export needs a recipient and a purpose. Nothing was exported."),
        line => Ok(line.to_owned()),
    }
}

fn progress(rows: i64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(u64::try_from(rows).ok(), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {human_pos} of {human_len} events  {eta}") {
        bar.set_style(style.progress_chars("=> "));
    }
    bar
}

/// Writes the events; a break says that the reader has gone. `written` counts those that
/// left, whatever became of the rest.
async fn write(
    bound: &Bound,
    query: &Query,
    by: &By,
    options: &Options,
    (written, left_out): (&mut i64, &mut Vec<Unreadable>),
    bar: &ProgressBar,
) -> Result<ControlFlow<()>> {
    let format = match options.format {
        ExportFormat::Csv => Format::Csv,
        ExportFormat::Json => Format::Json,
        ExportFormat::Ndjson | ExportFormat::Ocsf => Format::Ndjson,
    };
    let file = options.output.as_deref().map(new_file).transpose()?;
    let mut output = Output::to::<record::Exported>(format, file)?;
    let mut place: Option<Key> = None;
    loop {
        let page = events::next(bound, query, place.as_ref(), by).await?;
        let Some(last) = page.last() else { return output.finish() };
        place = Some(last.key().clone());
        for slot in page {
            let event = match slot {
                Slot::Record(row) => row.record,
                Slot::Unreadable(row) => {
                    left_out.push(row);
                    continue;
                }
            };
            let told = match options.format {
                ExportFormat::Ocsf => output.value(&record::ocsf(&event)),
                _ => output.row(&record::Exported::from(&event)),
            };
            *written = output.rows_out();
            if told?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        bar.set_position(u64::try_from(*written)?);
    }
}

/// A file that only its owner reads; never one that is there already.
fn new_file(path: &Path) -> Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(|error| {
        let why = match error.kind() {
            io::ErrorKind::AlreadyExists => "the file already exists. Name another file.",
            io::ErrorKind::NotFound => "its directory does not exist. Create it or name another file.",
            io::ErrorKind::PermissionDenied => "you don't have permission to write there. Name another file.",
            _ => "it cannot be created. Name another file.",
        };
        eyre!("{}: {why}", path.display())
    })
}
