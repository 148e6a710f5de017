//! Ends a process that received a signal to end but can't handle it, because its output is
//! blocked: a stalled connection, a terminal that ctrl-s has stopped. The loop can't handle a
//! signal while a write waits.
//!
//! After a signal, a thread watches the output. It drops pending drawing, so that the console exits
//! as usual and restores the terminal's modes. After 6 s of blocked output the process exits
//! without that. On every exit, pending mouse reports are awaited (0.2 s) and dropped before raw
//! mode ends (`local`).

use std::io;
use std::os::fd::AsFd;
use std::time::Duration;

use crossterm::terminal::{disable_raw_mode, is_raw_mode_enabled};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{Signal, kill};
use nix::sys::termios::{FlushArg, tcflush};
use nix::unistd::Pid;

/// Between two looks at the output.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// A write is held up for this long at most: longer than a closing console waits for its
/// decisions (5 s), which go on in the meantime.
const HELD_UP_AT_MOST: Duration = Duration::from_secs(6);
/// The exit code of a process that SIGTERM ended, as a shell tells it.
const ENDED: i32 = 143;

/// Watches the output from now on until the process has ended, in a thread of its own
/// that no write holds up.
pub fn watch() {
    std::thread::spawn(|| {
        let mut held_up = Duration::ZERO;
        loop {
            std::thread::sleep(LOOK_EVERY);
            if !is_held_up() {
                held_up = Duration::ZERO;
                continue;
            }
            held_up += LOOK_EVERY;
            if held_up >= HELD_UP_AT_MOST {
                // The escape sequences cannot be written; that typing is seen again can
                // be done without a write.
                let _ = disable_raw_mode();
                std::process::exit(ENDED);
            }
            drop_drawing();
        }
    });
}

/// Whether a write would block because the output is not being read. A terminal in which
/// a write already waits counts as full.
fn is_held_up() -> bool {
    let out = io::stdout();
    let mut fds = [PollFd::new(out.as_fd(), PollFlags::POLLOUT)];
    poll(&mut fds, PollTimeout::ZERO) == Ok(0)
}

/// Drops what of a drawing waits in the terminal, so that what gives the terminal back
/// has room. The kernel does not wake the write that waits for room (tried on Linux 6.18);
/// a signal does, and this one asks for nothing.
fn drop_drawing() {
    // Only drawing may be dropped: the output of a command is data.
    if is_raw_mode_enabled().unwrap_or(false) {
        let _ = tcflush(io::stdout(), FlushArg::TCOFLUSH);
        let _ = kill(Pid::this(), Signal::SIGWINCH);
    }
}
