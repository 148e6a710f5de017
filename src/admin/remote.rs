//! The commands that a client may run over SSH: those that need neither files of this host nor a
//! person at a terminal.
//!
//! They are read by the same rules as on the command line, and then compared with a list. What is
//! not on it does not run. Options that name another database, a file or a person are refused too.

use std::sync::Arc;

use clap::Parser;
use color_eyre::Result;
use color_eyre::eyre::{bail, eyre};
use tokio::runtime::Handle;

use super::output::{ClientStreams, Lines, Streams};
use super::signals::Interrupt;
use super::{audit, decide, list};
use crate::cli::audit::{Audit, Verify};
use crate::cli::{Cli, Command, Global, List, exit};
use crate::config::Config;
use crate::serve::{Commands, RemoteCommand};
use crate::store::Bound;
use crate::store::changes::Hub;

/// Said of a command that is not on the list.
const NOT_HERE: &str = "This can't be run over SSH. Use list time-records, decide, audit tail, audit stats, audit verify or plain, without options for files, databases and other people.";

/// Runs commands with the configuration of the server.
pub(super) struct Remote {
    config: Config,
}

impl Remote {
    pub(super) fn new(config: Config) -> Self {
        Self { config }
    }

    async fn carry_out(&self, command: Command, work: Work, streams: &Streams) -> Result<u8> {
        let Work { bound, hub, mut interrupt } = work;
        let (bound, config) = (&bound, &self.config);
        match command {
            Command::List(what) => list::run_in(bound, config, streams, what).await,
            Command::Decide(what) => decide::run_in(bound, config, streams, what, &mut interrupt).await,
            Command::Audit(Audit::Tail(options)) => {
                audit::tail_in((bound, hub), config, streams, &options, interrupt).await
            }
            Command::Audit(Audit::Stats(options)) => audit::stats_in(bound, config, streams, &options).await,
            Command::Audit(Audit::Verify(options)) => audit::verify_in(bound, streams, &options).await,
            _ => bail!(NOT_HERE),
        }
    }
}

/// The environment of a command, apart from its streams.
struct Work {
    bound: Bound,
    hub: Hub,
    interrupt: Interrupt,
}

/// What a person typed, as the command line reads it.
fn parsed(words: &[String]) -> Result<Cli, clap::Error> {
    Cli::try_parse_from(std::iter::once("medstint").chain(words.iter().map(String::as_str)))
}

/// The command, if a client may run it.
fn allowed(cli: Cli) -> Option<Command> {
    let Global { database_url, config, state_dir, ascii: _, read_only, plain } = cli.global;
    let is_own = database_url.is_none() && config.is_none() && state_dir.is_none() && !read_only && !plain;
    cli.command.filter(|command| is_own && is_on_list(command))
}

/// Whether a command needs nothing but its session and its streams.
fn is_on_list(command: &Command) -> bool {
    match command {
        Command::List(List::TimeRecords { email, .. }) => email.is_none(),
        Command::Decide(what) => {
            let options = what.options();
            options.email.is_none() && options.ids.as_deref().is_none_or(|ids| ids == "-")
        }
        Command::Audit(Audit::Tail(options)) => options.email.is_none() && options.forward.is_none(),
        Command::Audit(Audit::Stats(options)) => options.email.is_none(),
        Command::Audit(Audit::Verify(options)) => names_no_file(options),
        _ => false,
    }
}

/// Whether saved heads are in the command itself.
fn names_no_file(options: &Verify) -> bool {
    let is_head = |given: Option<&str>| given.is_none_or(|given| given.starts_with("medstint-audit-head"));
    let are_heads = is_head(options.against.as_deref()) && is_head(options.since.as_deref());
    are_heads && !options.whose.all && options.whose.email.is_none()
}

/// Says what the command line says of it: help, the version, or what is wrong.
fn explain(error: &clap::Error, streams: &Streams) -> u8 {
    let code = u8::try_from(error.exit_code()).unwrap_or(exit::USAGE);
    let text = error.to_string();
    if error.use_stderr() {
        text.lines().for_each(|line| streams.tell(line));
        return code;
    }
    let mut lines = Lines::to(streams);
    lines.write(text.as_bytes());
    lines.code(code)
}

impl Commands for Remote {
    fn reads_input(&self, words: &[String]) -> bool {
        let command = parsed(words).ok().and_then(allowed);
        matches!(command, Some(Command::Decide(what)) if what.options().ids.is_some())
    }

    fn run(&self, command: RemoteCommand) -> u8 {
        let RemoteCommand { words, bound, hub, input, output, errors, is_over } = command;
        let streams = Streams::Client(Arc::new(ClientStreams { input, output, errors }));
        let cli = match parsed(&words) {
            Ok(cli) => cli,
            Err(error) => return explain(&error, &streams),
        };
        let Some(command) = allowed(cli) else { return streams.complain(&eyre!(NOT_HERE)) };
        let work = Work { bound, hub, interrupt: Interrupt::Client(is_over) };
        Handle::current()
            .block_on(self.carry_out(command, work, &streams))
            .unwrap_or_else(|report| streams.complain(&report))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_allowed(line: &str) -> bool {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        parsed(&words).ok().and_then(allowed).is_some()
    }

    #[test]
    fn a_client_may_read_and_decide() {
        for line in [
            "list time-records --filter flagged --format csv",
            "decide approve --ids -",
            "decide reject --code duplicate --filter flagged",
            "decide approve-clean --filter clean --dry-run",
            "audit tail -f",
            "audit stats --format json",
            "audit verify",
        ] {
            assert!(is_allowed(line), "{line}");
        }
    }

    #[test]
    fn a_client_may_run_nothing_else() {
        for line in [
            "",
            "migrate up",
            "user list",
            "doctor",
            "config",
            "demo",
            "kiosk",
            "serve",
            "man",
            "audit export --format csv",
            "audit purge --older-than 2010-01-01",
            "audit head",
        ] {
            assert!(!is_allowed(line), "{line}");
        }
    }

    #[test]
    fn a_client_names_no_file_database_or_person() {
        for line in [
            "list time-records --email ada@north.example",
            "list time-records --database-url postgres://elsewhere",
            "list time-records --config /etc/passwd",
            "list time-records --state-dir /tmp",
            "decide approve --ids /etc/passwd",
            "audit verify --against /etc/passwd",
            "audit verify --all",
            "audit tail --forward syslog",
        ] {
            assert!(!is_allowed(line), "{line}");
        }
    }
}
