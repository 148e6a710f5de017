//! Parses the command line and dispatches one command; nothing else.

use std::time::Duration;

use clap::Parser;
use medstint::admin;
use medstint::cli::Cli;

/// How long the end waits for work that nobody needs any more, such as a name server that
/// does not answer.
const LEFTOVERS: Duration = Duration::from_millis(500);

fn main() -> std::process::ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return admin::explain(&error),
    };
    let done = color_eyre::config::HookBuilder::default()
        .display_env_section(false)
        .install()
        .and_then(|()| Ok(admin::protect()?))
        .and_then(|()| admin::Sockets::take())
        .and_then(|sockets| {
            let threads = admin::threads(&cli);
            Ok((tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build()?, sockets))
        })
        .and_then(|(runtime, sockets)| {
            let done = runtime.block_on(admin::run(cli, sockets));
            runtime.shutdown_timeout(LEFTOVERS);
            done
        });
    match done {
        Ok(code) => code,
        Err(report) => admin::complain(&report),
    }
}
