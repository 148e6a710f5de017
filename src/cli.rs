//! The command line: types only. Their documentation is the help that a person
//! reads, so it is written without markup.

#![allow(clippy::doc_markdown, rustdoc::bare_urls, rustdoc::invalid_html_tags, reason = "the help is plain text")]

pub mod audit;
pub mod demo;
pub mod exit;
pub mod kiosk;
pub mod serve;

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};

pub use demo::{Activity, As};

const GLOBAL_OPTIONS: &str = "Global options";

/// A console for clinical education.
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
    /// Connect only to this database: postgres://USER@HOST:5432/DATABASE. Otherwise the first
    /// that is set of MEDSTINT_DATABASE_URL, DATABASE_URL, database.url of a configuration
    /// file and the PG* variables applies.
    #[arg(
        long,
        global = true,
        help_heading = GLOBAL_OPTIONS,
        value_name = "URL",
        value_parser = NonEmptyStringValueParser::new()
    )]
    pub database_url: Option<String>,
    /// Read this configuration file instead of the usual ones.
    #[arg(long, global = true, help_heading = GLOBAL_OPTIONS, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Keep the session, the log and a kiosk's credential and journal here instead of in
    /// MEDSTINT_STATE_DIR or the XDG state directory.
    #[arg(long, global = true, help_heading = GLOBAL_OPTIONS, value_name = "DIR")]
    pub state_dir: Option<PathBuf>,
    /// Draw with ASCII characters only.
    #[arg(long, global = true, help_heading = GLOBAL_OPTIONS)]
    pub ascii: bool,
    /// Open the console read-only (for a wall screen): every action that changes data is
    /// removed, and PostgreSQL keeps its transactions read-only.
    #[arg(long, global = true, help_heading = GLOBAL_OPTIONS)]
    pub read_only: bool,
    /// Print line by line and read typed lines, for a screen reader.
    #[arg(long, global = true, help_heading = GLOBAL_OPTIONS)]
    pub plain: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Open the console on a demonstration: two schools on a private PostgreSQL
    Demo(Demo),
    /// Show, apply or roll back migrations, as the schema's owner
    #[command(subcommand)]
    Migrate(Migrate),
    /// Add, list and deactivate people, set passwords and manage SSH keys, as the schema's owner
    #[command(subcommand)]
    User(User),
    /// Add, list and remove the SSH certificate authorities of a school, as the schema's owner
    #[command(subcommand)]
    Authority(Authority),
    /// Print a list, as the signed-in person sees it
    #[command(subcommand)]
    List(List),
    /// Approve or reject time records; exit code 4 if only some records could be decided
    #[command(subcommand)]
    Decide(Decide),
    /// Follow, export, verify and purge the audit trail
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Run this terminal as a kiosk, where students clock in and out
    Kiosk(kiosk::Kiosk),
    /// Serve the console over SSH, without accounts on this host
    Serve(serve::Serve),
    /// Check the connection, the schema and the clock, and say what to fix
    Doctor,
    /// Show the current configuration and where each value came from
    Config {
        /// Print the JSON schema of configuration files instead, for editors
        #[arg(long)]
        schema: bool,
    },
    /// Print completions for a shell
    Completions { shell: clap_complete::Shell },
    /// Print the manual page
    Man,
}

#[derive(Clone, Debug, Args)]
pub struct Demo {
    /// Who to sign in as
    #[arg(long = "as", value_enum, default_value_t, value_name = "WHO")]
    pub sign_in_as: As,
    /// Whether students clock in and out while you watch
    #[arg(long, value_enum, default_value_t)]
    pub activity: Activity,
    #[command(flatten)]
    pub instead: Instead,
    /// Delete the demonstration's data and create it again
    #[arg(long)]
    pub reset: bool,
    /// Keep the private PostgreSQL here, and sessions, log and journal in DIR/state
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
}

/// What a demonstration opens instead of the console.
#[derive(Clone, Copy, Debug, Args)]
#[group(multiple = false)]
pub struct Instead {
    /// Open a kiosk instead of the console
    #[arg(long)]
    pub kiosk: bool,
    /// Serve the console over SSH on port 2222 of this machine instead of opening one
    #[arg(long)]
    pub serve: bool,
    /// Open no console: print one line of JSON and run until SIGTERM
    #[arg(long)]
    pub headless: bool,
}

#[derive(Clone, Debug, Subcommand)]
pub enum Migrate {
    /// List the migrations and show which are applied
    Status,
    /// Apply the missing migrations
    Up(Target),
    /// Roll back the migrations newer than --to
    Down(DownTarget),
}

#[derive(Clone, Debug, Args)]
pub struct Target {
    /// Stop after this migration; default: apply all
    #[arg(long, value_name = "N")]
    pub to: Option<i64>,
    /// Only show what would be done
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Clone, Debug, Args)]
pub struct DownTarget {
    /// The newest migration to keep; 0 rolls all back and deletes their data
    #[arg(long, value_name = "N")]
    pub to: i64,
    /// Only show what would be done and which data would be deleted
    #[arg(long)]
    pub dry_run: bool,
    /// Continue even if data will be deleted
    #[arg(long)]
    pub drop_data: bool,
    /// The name of the database that will lose data; asked for if omitted
    #[arg(long, value_name = "NAME")]
    pub confirm: Option<String>,
}

#[derive(Clone, Debug, Subcommand)]
pub enum User {
    /// Add a person; asks for the password or reads it from standard input
    Add {
        /// Email address that the person signs in with
        email: String,
        /// "Given Family"
        #[arg(long)]
        name: String,
        /// Role of the person
        #[arg(long, value_enum)]
        role: RoleName,
        /// The id of the school; omit it for a super admin
        #[arg(long)]
        school: Option<String>,
    },
    /// Set a password and end the person's sessions
    SetPassword {
        /// Email address that the person signs in with
        email: String,
    },
    /// Deactivate a person and end their sessions
    Deactivate {
        /// Email address that the person signs in with
        email: String,
    },
    /// List people; add --students to include students
    List {
        /// Only people of this school, by its id
        #[arg(long)]
        school: Option<String>,
        /// Include students
        #[arg(long)]
        students: bool,
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Add, list and remove the SSH keys that sign a person in
    #[command(subcommand)]
    Key(UserKey),
}

#[derive(Clone, Debug, Subcommand)]
pub enum UserKey {
    /// Add a key, the line of a .pub file
    Add {
        email: String,
        /// Read the key from this file; - is standard input
        #[arg(default_value = "-")]
        file: PathBuf,
    },
    /// List the keys of a person
    List {
        email: String,
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Remove a key and end its sessions
    Remove {
        email: String,
        /// As the list shows it: SHA256:…
        fingerprint: String,
    },
}

#[derive(Clone, Debug, Subcommand)]
pub enum Authority {
    /// Add an authority, the line of a .pub file; its certificates sign in everyone of the school
    Add {
        /// The id of the school
        school: String,
        /// Read the key from this file; - is standard input
        #[arg(default_value = "-")]
        file: PathBuf,
    },
    /// List the authorities of a school
    List {
        /// The id of the school
        school: String,
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Remove an authority and end the sessions of its certificates
    Remove {
        /// The id of the school
        school: String,
        /// As the list shows it: SHA256:…
        fingerprint: String,
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
    /// Time records, flagged first
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
        /// Print at most N rows; default: all
        #[arg(long, value_name = "N")]
        limit: Option<usize>,
        /// Sign in as this person instead of using the saved session; the password is
        /// asked for or read from standard input
        #[arg(long)]
        email: Option<String>,
    },
}

#[derive(Clone, Debug, Subcommand)]
pub enum Decide {
    /// Approve records; one with a blocking flag must be approved alone, with --reason
    Approve(Deciding),
    /// Approve records without blocking flags and warnings; list the others
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

impl Decide {
    /// What every decision takes.
    #[must_use]
    pub fn options(&self) -> &Deciding {
        match self {
            Self::Approve(options) | Self::ApproveClean(options) | Self::Reject { options, .. } => options,
        }
    }
}

#[derive(Clone, Debug, Args)]
pub struct Deciding {
    /// Pending records that match: 'clean site:"North"'
    #[arg(long, value_name = "FILTER", conflicts_with = "ids", allow_hyphen_values = true)]
    pub filter: Option<String>,
    /// A file, or - for standard input, with ids or lines of `list --format ndjson`; duplicates
    /// count once
    #[arg(long, value_name = "FILE")]
    pub ids: Option<String>,
    /// The reason; stored with each decision
    #[arg(long)]
    pub reason: Option<String>,
    /// Only show what would be decided
    #[arg(long)]
    pub dry_run: bool,
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Sign in as this person instead of using the saved session; the password is
    /// asked for or read from standard input
    #[arg(long)]
    pub email: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum StatusName {
    #[default]
    Pending,
    /// Clocked in, not yet out
    Open,
    Approved,
    Rejected,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum SortName {
    #[default]
    Flagged,
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
    /// For spreadsheets and programs; times in UTC (RFC 3339)
    Csv,
    /// One JSON array
    Json,
    /// One JSON object per line
    Ndjson,
}
