//! The manual page: one for all commands, since a page that it cites may not be installed.

use std::io::{self, Write};

use clap::{Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::cli::{Cli, exit};

/// The page in roff.
pub(super) fn page() -> io::Result<Vec<u8>> {
    let command = Cli::command();
    let man = Man::new(command.clone());
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    Roff::new().control("SH", ["COMMANDS"]).to_writer(&mut page)?;
    commands(&command, "medstint", &mut page)?;
    exit_codes().to_writer(&mut page)?;
    man.render_version_section(&mut page)?;
    Ok(page)
}

/// Each command below another one, with its own options and those below it.
fn commands(above: &Command, path: &str, page: &mut Vec<u8>) -> io::Result<()> {
    for command in above.get_subcommands().filter(|command| !command.is_hide_set()) {
        let path = format!("{path} {}", command.get_name());
        let own = command.clone().bin_name(path.clone()).disable_help_flag(true).disable_help_subcommand(true);
        let man = Man::new(own);
        Roff::new().control("SS", [path.as_str()]).to_writer(page)?;
        page.write_all(&body(|part| man.render_description_section(part))?)?;
        Roff::new().control("PP", []).to_writer(page)?;
        page.write_all(&body(|part| man.render_synopsis_section(part))?)?;
        page.write_all(&body(|part| man.render_options_section(part))?)?;
        commands(command, &path, page)?;
    }
    Ok(())
}

/// A section without its heading.
fn body(render: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<Vec<u8>> {
    let mut section = Vec::new();
    render(&mut section)?;
    let mut rest = Vec::new();
    for line in section.split_inclusive(|byte| *byte == b'\n').filter(|line| !line.starts_with(b".SH ")) {
        rest.extend_from_slice(line);
    }
    Ok(rest)
}

fn exit_codes() -> Roff {
    let mut section = Roff::new();
    section.control("SH", ["EXIT STATUS"]);
    for (code, meaning) in exit::MEANINGS {
        section.control("TP", []).text([bold(code.to_string())]).text([roman(meaning)]);
    }
    section
}
