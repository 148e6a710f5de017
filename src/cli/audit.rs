//! The arguments of `medstint audit`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::domain::years;

#[derive(Clone, Debug, Subcommand)]
pub enum Audit {
    /// Print the last events; with --follow, keep printing new ones
    Tail(Tail),
    /// Export events for a recipient and a purpose; the export is itself recorded as an event
    Export(Export),
    /// Print the newest seal; stored off this host, it proves that earlier events are unaltered
    Head(Whose),
    /// Compare every event with its seal; exit code 3 if events were altered, removed, inserted or reordered
    Verify(Verify),
    /// Count events by action
    Stats(Stats),
    /// Delete events past the six-year retention period, as the schema's owner
    Purge(Purge),
}

/// Whose trail.
#[derive(Clone, Debug, Args)]
pub struct Whose {
    /// Sign in as this person instead of using the saved session; the password is
    /// asked for or read from standard input
    #[arg(long, conflicts_with = "all")]
    pub email: Option<String>,
    /// All trails: every school's and the platform's, as the schema's owner
    #[arg(long)]
    pub all: bool,
}

#[derive(Clone, Debug, Args)]
pub struct Verify {
    /// Verify everything, and that this saved head is still part of it: a line, or a file of
    /// lines
    #[arg(long, value_name = "HEAD", conflicts_with = "since")]
    pub against: Option<String>,
    /// Verify only events after this saved head
    #[arg(long, value_name = "HEAD")]
    pub since: Option<String>,
    #[command(flatten)]
    pub whose: Whose,
}

#[derive(Clone, Debug, Args)]
pub struct Tail {
    /// Keep printing new events as they happen
    #[arg(long, short)]
    pub follow: bool,
    /// Print the last N events
    #[arg(long, short = 'n', default_value_t = 20, value_name = "N")]
    pub lines: usize,
    /// Fields and words as in the console: 'severity>=HIGH ip:10.0.0.0/8'
    #[arg(long, default_value = "", value_name = "FILTER", allow_hyphen_values = true)]
    pub filter: String,
    #[arg(long, value_enum, default_value_t)]
    pub format: TailFormat,
    #[command(flatten)]
    pub scope: Scope,
    /// Send events to the system log instead of printing them
    #[arg(long, value_enum, value_name = "LOG")]
    pub forward: Option<Forward>,
    /// Sign in as this person instead of using the saved session; the password is
    /// asked for or read from standard input
    #[arg(long)]
    pub email: Option<String>,
}

/// Which trail is read.
#[derive(Clone, Debug, Args)]
pub struct Scope {
    /// Platform events, which belong to no school; for super admins
    #[arg(long)]
    pub platform: bool,
}

/// How tail prints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum TailFormat {
    /// One line per event, for people
    #[default]
    Line,
    /// One JSON object per line
    Ndjson,
    /// Open Cybersecurity Schema Framework 1.3, one JSON object per line
    Ocsf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Forward {
    /// RFC 5424 on /dev/log
    Syslog,
    /// Print lines with a priority prefix (<N>), for a systemd service whose output goes to
    /// the journal
    Journald,
}

#[derive(Clone, Debug, Args)]
pub struct Export {
    #[arg(long, value_enum)]
    pub format: ExportFormat,
    /// Fields and words as in the console: 'since:30d severity>=MEDIUM'
    #[arg(long, default_value = "", value_name = "FILTER", allow_hyphen_values = true)]
    pub filter: String,
    #[command(flatten)]
    pub scope: Scope,
    /// The recipient; asked for if omitted
    #[arg(long)]
    pub recipient: Option<String>,
    /// The purpose; asked for if omitted
    #[arg(long)]
    pub purpose: Option<String>,
    /// Write to this file instead of to standard output; an existing file is not overwritten
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Sign in as this person instead of using the saved session; the password is
    /// asked for or read from standard input
    #[arg(long)]
    pub email: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// For spreadsheets and programs; times in UTC (RFC 3339)
    Csv,
    /// One JSON array
    Json,
    /// One JSON object per line
    Ndjson,
    /// Open Cybersecurity Schema Framework 1.3, one JSON object per line
    Ocsf,
}

#[derive(Clone, Debug, Args)]
pub struct Stats {
    /// Fields and words as in the console: 'since:7d -endpoint:kiosk'
    #[arg(long, default_value = "since:7d", value_name = "FILTER", allow_hyphen_values = true)]
    pub filter: String,
    #[command(flatten)]
    pub scope: Scope,
    #[arg(long, value_enum, default_value_t)]
    pub format: super::Format,
    /// Sign in as this person instead of using the saved session; the password is
    /// asked for or read from standard input
    #[arg(long)]
    pub email: Option<String>,
}

#[derive(Clone, Debug, Args)]
pub struct Purge {
    /// Delete events before this day (UTC), which must be at least six years ago, such as
    /// 2019-12-31
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub older_than: chrono::NaiveDate,
    /// Only this school, by its id; default: all schools and the platform
    #[arg(long)]
    pub school: Option<String>,
    /// Only show what would be deleted
    #[arg(long)]
    pub dry_run: bool,
    /// The name of the database that will lose events; asked for if omitted
    #[arg(long, value_name = "NAME")]
    pub confirm: Option<String>,
}

/// A day of a year that the database keeps.
fn day(text: &str) -> Result<chrono::NaiveDate, String> {
    match text.parse::<chrono::NaiveDate>() {
        Ok(day) if years::in_range(&day) => Ok(day),
        Ok(_) => Err(years::USE_A_YEAR.to_owned()),
        Err(_) => Err("use the form 2019-12-31.".to_owned()),
    }
}
