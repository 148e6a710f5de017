//! Protects this process and its files from other users of the machine.

use std::io;

use nix::sys::resource::{Resource, setrlimit};
use nix::sys::stat::{Mode, umask};

/// Keeps files to their owner and memory off the disk: tokens and passwords stand in both.
/// The log and the journal make files of their own as they go on, so that no mode of ours
/// reaches them but this one.
///
/// # Errors
/// When the system refuses it.
pub fn protect() -> io::Result<()> {
    umask(Mode::S_IRWXG | Mode::S_IRWXO);
    setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
    // Where cores go to a program, the limit does not hold.
    #[cfg(target_os = "linux")]
    nix::sys::prctl::set_dumpable(false)?;
    Ok(())
}
