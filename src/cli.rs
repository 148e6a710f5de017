//! The command line: types only. Their documentation is the help that a person
//! reads, so it is written without markup.

#![allow(clippy::doc_markdown, rustdoc::bare_urls, reason = "the help is plain text")]

pub mod audit;
pub mod exit;
pub mod kiosk;

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::demo::{Activity, As};

/// The console that clinical education runs on.
///
/// Without a command it opens the console: the queue of pending time records,
/// rotations, competencies and the audit trail of a school, live on PostgreSQL.
#[derive(Debug, Parser)]
#[command(name = "medstint", version, propagate_version = true, after_long_help = exit::help())]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What every command takes.
#[derive(Clone, Debug, Default, Args)]
pub struct Global {
    /// Use only this database: postgres://USER@HOST:5432/DATABASE. Without it
    /// the configuration, DATABASE_URL or the PG* variables apply.
    #[arg(long, global = true, value_name = "URL", value_parser = NonEmptyStringValueParser::new())]
    pub database_url: Option<String>,
    /// Read this configuration file instead of the usual ones.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Keep session and log here instead of in the XDG state directory.
    #[arg(long, global = true, value_name = "DIR", env = "MEDSTINT_STATE_DIR")]
    pub state_dir: Option<PathBuf>,
    /// Draw with ASCII only.
    #[arg(long, global = true)]
    pub ascii: bool,
    /// Open a console that changes nothing, for a screen on a wall: no action that would
    /// exists, and PostgreSQL holds its transactions read-only.
    #[arg(long, global = true)]
    pub read_only: bool,
    /// Say everything line by line and ask for lines, for a screen reader.
    #[arg(long, global = true)]
    pub plain: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Open the console on a demonstration: two schools on a private PostgreSQL
    Demo(Demo),
    /// Show, apply or take back the schema's migrations, as the schema's owner
    #[command(subcommand)]
    Migrate(Migrate),
    /// Add people, set passwords, deactivate, list; as the schema's owner
    #[command(subcommand)]
    User(User),
    /// Print a list, as the signed-in person sees it
    #[command(subcommand)]
    List(List),
    /// Approve or reject time records; exit code 4 when only some could be decided
    #[command(subcommand)]
    Decide(Decide),
    /// Follow, export, verify and purge the audit trail
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Run this terminal as a kiosk, where students clock in and out
    Kiosk(kiosk::Kiosk),
    /// Say what is wrong with the connection, the schema or the clock, and what to do
    Doctor,
    /// Show the configuration in force, and where each value came from
    Config,
    /// Print completions for a shell
    Completions { shell: clap_complete::Shell },
    /// Print the manual page
    Man,
}

#[derive(Clone, Debug, Args)]
pub struct Demo {
    /// Whom to sign in as
    #[arg(long = "as", value_enum, default_value_t, value_name = "WHO")]
    pub sign_in_as: As,
    /// Whether students clock in and out while you watch
    #[arg(long, value_enum, default_value_t)]
    pub activity: Activity,
    /// Open the kiosk at a door instead of the console
    #[arg(long, conflicts_with = "headless")]
    pub kiosk: bool,
    /// Throw the demonstration's data away and build it anew
    #[arg(long)]
    pub reset: bool,
    /// No console: print one line of JSON and stay until SIGTERM
    #[arg(long)]
    pub headless: bool,
    /// Keep the private PostgreSQL here, with sessions, log and journal in DIR/state
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
}

#[derive(Clone, Debug, Subcommand)]
pub enum Migrate {
    /// List the migrations and which of them are applied
    Status,
    /// Apply what is missing
    Up(Target),
    /// Take back what is newer than --to
    Down(DownTarget),
}

#[derive(Clone, Debug, Args)]
pub struct Target {
    /// Up to and including this one; without it, all
    #[arg(long, value_name = "N")]
    pub to: Option<i64>,
    /// Only say what would be done
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Clone, Debug, Args)]
pub struct DownTarget {
    /// The newest migration that stays; 0 takes all back, and their data with them
    #[arg(long, value_name = "N")]
    pub to: i64,
    /// Only say what would be done, and which data would be deleted
    #[arg(long)]
    pub dry_run: bool,
    /// Go on even if data is deleted
    #[arg(long)]
    pub drop_data: bool,
    /// The name of the database that loses data; asked for if omitted
    #[arg(long, value_name = "NAME")]
    pub confirm: Option<String>,
}

#[derive(Clone, Debug, Subcommand)]
pub enum User {
    /// Add somebody; asks for the password, or reads it from standard input
    Add {
        email: String,
        /// "Given Family"
        #[arg(long)]
        name: String,
        #[arg(long, value_enum)]
        role: RoleName,
        /// The id of the school; none for a super admin
        #[arg(long)]
        school: Option<String>,
    },
    /// Set a password and sign out whoever used the old one
    SetPassword { email: String },
    /// Make somebody inactive; their sessions end at once
    Deactivate { email: String },
    /// List people; students only with --students
    List {
        /// Of this school only, by its id
        #[arg(long)]
        school: Option<String>,
        #[arg(long)]
        students: bool,
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
}

/// A role as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RoleName {
    SuperAdmin,
    SchoolAdmin,
    ClinicalPreceptor,
    ClinicalSupervisor,
    Student,
}

#[derive(Clone, Debug, Subcommand)]
pub enum List {
    /// Time records, what is odd first
    TimeRecords {
        #[arg(long, value_enum, default_value_t)]
        status: StatusName,
        /// Words and fields as in the console: 'flagged site:"North" age>3d -flag:EDITED'
        #[arg(long, default_value = "", value_name = "FILTER", allow_hyphen_values = true)]
        filter: String,
        #[arg(long, value_enum, default_value_t)]
        sort: SortName,
        #[arg(long, value_enum, default_value_t)]
        format: Format,
        /// At most so many; without it, all
        #[arg(long, value_name = "N")]
        limit: Option<usize>,
        /// Sign in as this person instead of using the kept session; the password is
        /// asked for, or read from standard input
        #[arg(long)]
        email: Option<String>,
    },
}

#[derive(Clone, Debug, Subcommand)]
pub enum Decide {
    /// Approve; a record with a hard flag alone, and with --reason
    Approve(Deciding),
    /// Approve what has neither a hard flag nor a warning; the rest is named
    ApproveClean(Deciding),
    /// Reject
    Reject {
        /// not-at-site, wrong-times, duplicate, not-scheduled, missing-clock-out, other
        #[arg(long)]
        code: String,
        #[command(flatten)]
        options: Deciding,
    },
}

#[derive(Clone, Debug, Args)]
pub struct Deciding {
    /// Pending records that match: 'clean site:"North"'
    #[arg(long, value_name = "FILTER", conflicts_with = "ids", allow_hyphen_values = true)]
    pub filter: Option<String>,
    /// Records named in a file, or by - on standard input: ids, or lines of `list --format ndjson`;
    /// a record that is named twice counts once
    #[arg(long, value_name = "FILE")]
    pub ids: Option<String>,
    /// Why, in words; kept with each decision
    #[arg(long)]
    pub reason: Option<String>,
    /// Only say what would be decided
    #[arg(long)]
    pub dry_run: bool,
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Sign in as this person instead of using the kept session; the password is
    /// asked for, or read from standard input
    #[arg(long)]
    pub email: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum StatusName {
    #[default]
    Pending,
    /// At work.
    Open,
    Approved,
    Rejected,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum SortName {
    #[default]
    Odd,
    Oldest,
    Newest,
    Student,
    Site,
    Longest,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    #[default]
    Table,
    /// For programs, as json and ndjson: instants in UTC (RFC 3339), plain numbers
    Csv,
    Json,
    Ndjson,
}
