//! `medstint config`: the current values, where each came from, and the schema.

use std::fmt::Write;
use std::process::ExitCode;

use color_eyre::Result;

use super::{place, print};
use crate::cli::Global;
use crate::config::schema;
use crate::domain::text::visible;

pub(super) fn run(global: &Global) -> Result<ExitCode> {
    let config = place::config(global)?;
    let mut text = String::new();
    for (key, value, source) in config.entries() {
        let line = format!("{key:<28} = {value:<40} # {source}");
        writeln!(text, "{}", visible(&line))?;
    }
    let state = place::state_dir(global)?;
    writeln!(text, "\nSession and log are in {}.", state.display())?;
    print(text.as_bytes())
}

/// Prints the JSON schema of configuration files, for editors.
pub(super) fn print_schema() -> Result<ExitCode> {
    print(schema::generate()?.as_bytes())
}
