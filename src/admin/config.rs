//! `medstint config`: the values in force and where each came from.

use std::process::ExitCode;

use color_eyre::Result;

use super::{place, print};
use crate::cli::Global;

pub(super) fn run(global: &Global) -> Result<ExitCode> {
    let config = place::config(global)?;
    // Whatever a console would refuse at its start is refused here as well.
    config.palette()?;
    config.ascii()?;
    config.lock_after()?;
    config.connections()?;
    config.log_level()?;
    config.keymap()?;
    let mut text = String::new();
    for (key, value, source) in config.entries() {
        text.push_str(&format!("{key:<28} = {value:<40} # {source}\n"));
    }
    let state = place::state_dir(global)?;
    text.push_str(&format!("\nSession and log are in {}.\n", state.display()));
    print(text.as_bytes())
}
