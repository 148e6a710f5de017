//! The exit codes, and the one table of them: `--help`, the manual page and README.

pub const DONE: u8 = 0;
pub const FAILED: u8 = 1;
/// `clap` gives this one.
pub const USAGE: u8 = 2;
pub const ALTERED: u8 = 3;
pub const PARTLY: u8 = 4;
pub const OUTPUT_FAILED: u8 = 5;
/// The connection was lost during a COMMIT.
pub const UNKNOWN: u8 = 6;
/// As a shell says it of SIGTERM.
pub const ENDED: u8 = 143;

/// Each code with its meaning.
pub const MEANINGS: [(u8, &str); 8] = [
    (DONE, "Success, also when the reader closes the pipe early."),
    (FAILED, "Nothing was done, or doctor found a fault. A message says why."),
    (USAGE, "Invalid command line. Nothing was done."),
    (ALTERED, "audit verify found events that were altered, removed, inserted or reordered."),
    (PARTLY, "Partial success: some records, steps or schools succeeded, others failed."),
    (OUTPUT_FAILED, "Done, but the output could not be written, for example to a full disk."),
    (UNKNOWN, "Unknown: the change may have been made. Check before you repeat it."),
    (ENDED, "The kiosk was ended by a signal or by the end of its input, or a signal ended a blocked command."),
];

/// The table as the help shows it.
#[must_use]
pub fn help() -> String {
    let lines = MEANINGS.map(|(code, meaning)| format!("  {code:<4} {meaning}"));
    format!("Exit codes:\n{}", lines.join("\n"))
}
