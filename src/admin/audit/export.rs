//! `medstint audit export`: events for somebody else, oldest first, page by page.

use std::fs::OpenOptions;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::ExitCode;

use color_eyre::Result;
use color_eyre::eyre::{Context, bail};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::super::output::tame;
use super::super::{place, signed_in};
use super::{query, record};
use crate::cli::Global;
use crate::cli::audit::{Export as Options, ExportFormat};
use crate::domain::audit_event::AuditEvent;
use crate::domain::query::Query;
use crate::store::Bound;
use crate::store::audit::{self, Export, events};

pub(super) async fn run(global: &Global, options: &Options) -> Result<ExitCode> {
    let config = place::config(global)?;
    let query = query(&options.filter, &config)?;
    let recipient = asked(options.recipient.as_deref(), "To whom does it go? ", "--recipient")?;
    let purpose = asked(options.purpose.as_deref(), "What for? ", "--purpose")?;
    signed_in::run(global, &config, options.email.as_deref(), async |bound| {
        let (rows, until) = events::count(bound, &query).await?;
        let format = match options.format {
            ExportFormat::Csv => "csv",
            ExportFormat::Json => "json",
            ExportFormat::Ndjson => "ndjson",
            ExportFormat::Ocsf => "ocsf",
        };
        let filter = query.filter.to_string();
        let export = Export { list: "audit", filter: &filter, format, rows, recipient: &recipient, purpose: &purpose };
        let id = audit::begin_export(bound, &export).await?;
        let bar = progress(rows);
        let mut written = 0;
        let whole = tokio::select! {
            whole = write(bound, &query, until, options, &mut written, &bar) => whole,
            _ = tokio::signal::ctrl_c() => Err(color_eyre::eyre::eyre!("The export was cut off.")),
        };
        bar.finish_and_clear();
        audit::end_export(bound, &id, written, whole.is_ok()).await?;
        whole?;
        if io::stderr().is_terminal() {
            writeln!(io::stderr(), "{written} events, {format}, for {recipient}. The export is event {id}.")?;
        }
        Ok(ExitCode::SUCCESS)
    })
    .await
}

/// What an option says, or a person at the terminal.
fn asked(given: Option<&str>, question: &str, option: &str) -> Result<String> {
    if let Some(given) = given.map(str::trim).filter(|given| !given.is_empty()) {
        return Ok(given.to_owned());
    }
    if !io::stdin().is_terminal() {
        bail!("An export says to whom it goes and what for; give {option}.");
    }
    write!(io::stderr(), "{question}")?;
    let mut line = String::new();
    io::stdin().read_line(&mut line)?;
    match line.trim() {
        "" => bail!("An export says to whom it goes and what for. Nothing was exported."),
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

async fn write(
    bound: &Bound,
    query: &Query,
    until: chrono::DateTime<chrono::Utc>,
    options: &Options,
    written: &mut i64,
    bar: &ProgressBar,
) -> Result<()> {
    let mut file = Format::new(options.format, target(options.output.as_deref())?)?;
    let mut place = None;
    loop {
        let page = events::next(bound, query, place, until).await?;
        let Some(last) = page.last() else { return file.finish() };
        place = Some(last.into());
        for event in &page {
            file.event(event)?;
        }
        *written += i64::try_from(page.len())?;
        bar.set_position(u64::try_from(*written)?);
    }
}

/// Where it goes: a new file that only its owner reads, or standard output.
fn target(output: Option<&Path>) -> Result<Box<dyn Write>> {
    let Some(path) = output else { return Ok(Box::new(BufWriter::new(io::stdout()))) };
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let file =
        file.wrap_err_with(|| format!("{} cannot be made; a file that is there already stays", path.display()))?;
    Ok(Box::new(BufWriter::new(file)))
}

/// A file of events under way.
enum Format {
    Csv(Box<csv::Writer<Box<dyn Write>>>),
    Json { to: Box<dyn Write>, opening: &'static str },
    Lines { to: Box<dyn Write>, ocsf: bool },
}

impl Format {
    fn new(format: ExportFormat, to: Box<dyn Write>) -> Result<Self> {
        Ok(match format {
            ExportFormat::Csv => {
                let mut writer = csv::Writer::from_writer(to);
                writer.write_record(record::TITLES)?;
                Self::Csv(Box::new(writer))
            }
            ExportFormat::Json => Self::Json { to, opening: "[\n" },
            ExportFormat::Ndjson => Self::Lines { to, ocsf: false },
            ExportFormat::Ocsf => Self::Lines { to, ocsf: true },
        })
    }

    fn event(&mut self, event: &AuditEvent) -> Result<()> {
        match self {
            Self::Csv(writer) => writer.write_record(record::cells(event).iter().map(|cell| tame(cell)))?,
            Self::Json { to, opening } => {
                to.write_all(std::mem::replace(opening, ",\n").as_bytes())?;
                serde_json::to_writer(to, &record::Exported::from(event))?;
            }
            Self::Lines { to, ocsf } => {
                if *ocsf {
                    serde_json::to_writer(&mut *to, &record::ocsf(event))?;
                } else {
                    serde_json::to_writer(&mut *to, &record::Exported::from(event))?;
                }
                to.write_all(b"\n")?;
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<()> {
        match self {
            Self::Csv(mut writer) => writer.flush()?,
            Self::Json { mut to, opening } => {
                to.write_all(if opening == "[\n" { b"[]\n" } else { b"\n]\n" })?;
                to.flush()?;
            }
            Self::Lines { mut to, .. } => to.flush()?,
        }
        Ok(())
    }
}
