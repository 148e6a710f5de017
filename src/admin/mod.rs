//! Commands: each assembles its parts and runs them. Only this module uses the environment, the
//! home directory and standard output.

mod audit;
mod authority;
mod client;
mod config;
mod connection;
mod console;
mod decide;
mod demo;
mod doctor;
mod kiosk;
mod list;
mod manual;
mod migrate;
mod output;
mod owner;
mod place;
mod process;
mod remote;
mod serve;
mod signals;
mod signed_in;
mod user;
mod user_key;

use std::process::ExitCode;

use clap::CommandFactory;
use color_eyre::Result;
use output::{OutputFailed, print, print_line};

pub use output::complain;
pub use process::protect;
pub use serve::Sockets;

use crate::cli::{Cli, Command, exit};

/// How many threads a command works with: one person's work never needs more than two.
#[must_use]
pub fn threads(cli: &Cli) -> usize {
    let serves = match &cli.command {
        Some(Command::Serve(_)) => true,
        Some(Command::Demo(options)) => options.instead.serve,
        _ => false,
    };
    let all = std::thread::available_parallelism().map_or(2, usize::from);
    if serves { all.max(2) } else { 2 }
}

/// Runs one command; its exit code says how it went.
///
/// # Errors
/// What is wrong, in a sentence that says what to do.
pub async fn run(cli: Cli, sockets: Sockets) -> Result<ExitCode> {
    let global = cli.global;
    match cli.command {
        None => console::run(&global).await,
        Some(Command::Demo(options)) => demo::run(&global, &options).await,
        Some(Command::Migrate(what)) => migrate::run(&global, &what).await,
        Some(Command::User(what)) => user::run(&global, what).await,
        Some(Command::Authority(what)) => authority::run(&global, what).await,
        Some(Command::List(what)) => list::run(&global, what).await,
        Some(Command::Decide(what)) => decide::run(&global, what).await,
        Some(Command::Audit(what)) => audit::run(&global, what).await,
        Some(Command::Kiosk(what)) => kiosk::run(&global, &what).await,
        Some(Command::Serve(options)) => serve::run(&global, &options, sockets).await,
        Some(Command::Doctor) => doctor::run(&global).await,
        Some(Command::Config { schema: true }) => config::print_schema(),
        Some(Command::Config { schema: false }) => config::run(&global),
        Some(Command::Completions { shell }) => {
            let mut page = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "medstint", &mut page);
            print(&page)
        }
        Some(Command::Man) => print(&manual::page()?),
    }
}

/// Prints what the command line asked for instead of a command: help, the version, or
/// what is wrong with it.
#[must_use]
pub fn explain(parsed: &clap::Error) -> ExitCode {
    let code = u8::try_from(parsed.exit_code()).unwrap_or(exit::USAGE);
    output::conclude(
        code,
        parsed.print().or_else(output::unless_closed).map_err(|error| OutputFailed::from(error).into()),
    )
}
