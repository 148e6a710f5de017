//! The kiosk's commands.

#![allow(clippy::doc_markdown, reason = "the help is plain text")]

use clap::{Args, Subcommand};

/// Run this terminal as a kiosk, where students clock in and out.
///
/// On its first start it asks for a kiosk's one-time code, which an administrator makes.
/// To close it, press F12 and enter an administrator's PIN.
#[derive(Debug, Args)]
pub struct Kiosk {
    #[command(subcommand)]
    pub command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a one-time code for a kiosk, as an administrator; adds the kiosk if the site
    /// has none with that name
    #[command(visible_alias = "enroll")]
    Enrol(Enrol),
}

#[derive(Debug, Args)]
pub struct Enrol {
    /// The site, by its name
    #[arg(long)]
    pub site: String,
    /// The name of the kiosk: "Main entrance"
    #[arg(long)]
    pub name: String,
    /// The location within the site, by its name
    #[arg(long)]
    pub location: Option<String>,
    /// Also enroll this device with the code
    #[arg(long)]
    pub here: bool,
    /// Sign in as this administrator for this command only; asks for the password or reads
    /// it from standard input
    #[arg(long)]
    pub email: Option<String>,
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::{self, Cli};

    #[test]
    fn enroll_is_a_name_of_the_command_too() {
        let typed = ["medstint", "kiosk", "enroll", "--site", "North General", "--name", "Main entrance"];
        let cli = Cli::try_parse_from(typed).expect("a command");
        assert!(matches!(cli.command, Some(cli::Command::Kiosk(Kiosk { command: Some(Command::Enrol(_)) }))));
    }
}
