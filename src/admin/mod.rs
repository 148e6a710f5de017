//! Commands: each puts its parts together and runs them. Here, and nowhere
//! below, the environment, the home directory and standard output are used.

mod audit;
mod config;
mod connection;
mod console;
mod decide;
mod demo;
mod doctor;
mod kiosk;
mod list;
mod migrate;
mod output;
mod owner;
mod place;
mod process;
mod signals;
mod signed_in;
mod user;

use std::io::Write;
use std::process::ExitCode;

use clap::CommandFactory;
use color_eyre::Result;
use color_eyre::eyre::Report;

pub use process::protect;

use crate::cli::{Cli, Command};
use crate::domain::text::visible;

/// Runs one command; its exit code says how it went.
///
/// # Errors
/// What is wrong, in a sentence that says what to do.
pub async fn run(cli: Cli) -> Result<ExitCode> {
    let global = cli.global;
    match cli.command {
        None => console::run(&global).await,
        Some(Command::Demo(options)) => demo::run(&global, &options).await,
        Some(Command::Migrate(what)) => migrate::run(&global, &what).await,
        Some(Command::User(what)) => user::run(&global, what).await,
        Some(Command::List(what)) => list::run(&global, what).await,
        Some(Command::Decide(what)) => decide::run(&global, what).await,
        Some(Command::Audit(what)) => audit::run(&global, what).await,
        Some(Command::Kiosk(what)) => kiosk::run(&global, &what).await,
        Some(Command::Doctor) => doctor::run(&global).await,
        Some(Command::Config) => config::run(&global),
        Some(Command::Completions { shell }) => {
            let mut page = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "medstint", &mut page);
            print(&page)
        }
        Some(Command::Man) => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Cli::command()).render(&mut page)?;
            print(&page)
        }
    }
}

/// Says what went wrong, on standard error, without a backtrace: the sentence
/// is for a person, the log has the rest.
#[must_use]
pub fn complain(report: &Report) -> ExitCode {
    let mut out = std::io::stderr().lock();
    for (i, cause) in report.chain().enumerate() {
        let text = visible(&cause.to_string()).into_owned();
        let _ = if i == 0 { writeln!(out, "medstint: {text}") } else { writeln!(out, "  because: {text}") };
    }
    ExitCode::FAILURE
}

/// Writes to standard output; a reader that has gone away is no failure.
fn print(bytes: &[u8]) -> Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// A line for a person, in which nothing is executed by their terminal.
fn print_line(line: &str) -> Result<ExitCode> {
    print(format!("{}\n", visible(line)).as_bytes())
}
