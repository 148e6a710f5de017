//! Parses the command line and dispatches one command; nothing else.

use clap::Parser;
use medstint::admin;
use medstint::cli::Cli;

fn main() -> std::process::ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return admin::explain(&error),
    };
    let done = color_eyre::config::HookBuilder::default()
        .display_env_section(false)
        .install()
        .and_then(|()| Ok(admin::protect()?))
        .and_then(|()| Ok(tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?))
        .and_then(|runtime| runtime.block_on(admin::run(cli)));
    match done {
        Ok(code) => code,
        Err(report) => admin::complain(&report),
    }
}
