//! The kiosk's commands.

#![allow(clippy::doc_markdown, reason = "the help is plain text")]

use clap::{Args, Subcommand};

/// Run this terminal as a kiosk, where students clock in and out.
///
/// The first time it asks for the one-time code of a kiosk, from an administrator. No
/// key leads out of it: F12 asks for an administrator's PIN.
#[derive(Debug, Args)]
pub struct Kiosk {
    #[command(subcommand)]
    pub command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a one-time code for a kiosk, as an administrator; a new kiosk where the site
    /// has none of that name
    Enrol(Enrol),
}

#[derive(Debug, Args)]
pub struct Enrol {
    /// The site, by its name
    #[arg(long)]
    pub site: String,
    /// What the kiosk is called there: "Main entrance"
    #[arg(long)]
    pub name: String,
    /// The location of the site at which it stands, by its name
    #[arg(long)]
    pub location: Option<String>,
    /// Enrol this device with the code at once
    #[arg(long)]
    pub here: bool,
    /// Sign in as this administrator for this command only; asks for the password, or reads
    /// it from standard input
    #[arg(long)]
    pub email: Option<String>,
}
