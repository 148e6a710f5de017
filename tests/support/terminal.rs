//! The real binary in a real pseudo-terminal, read back by a terminal parser.

use std::io::{Read, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

use super::PATIENCE;

/// A terminal in which medstint runs.
pub struct Terminal {
    screen: Arc<Mutex<Screen>>,
    is_stalled: Arc<AtomicBool>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
}

fn cells(count: u16) -> std::num::NonZeroU16 {
    std::num::NonZeroU16::new(count).expect("a terminal with cells")
}

struct Screen {
    parser: vt100::Parser,
    bytes: Vec<u8>,
}

impl Terminal {
    /// Runs the binary with arguments, in an environment of its own.
    pub fn run(args: &[&str], state: &Path, environment: &[(&str, &str)], (width, height): (u16, u16)) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_medstint"));
        command.args(args);
        Self::start(command, state, environment, (width, height))
    }

    /// Runs a line of the shell, in which `$MEDSTINT` is the binary.
    pub fn shell(line: &str, state: &Path, size: (u16, u16)) -> Self {
        let mut command = CommandBuilder::new("/bin/sh");
        command.args(["-c", line]);
        Self::start(command, state, &[("MEDSTINT", env!("CARGO_BIN_EXE_medstint"))], size)
    }

    fn start(
        mut command: CommandBuilder,
        state: &Path,
        environment: &[(&str, &str)],
        (width, height): (u16, u16),
    ) -> Self {
        let pair = native_pty_system()
            .openpty(PtySize { rows: height, cols: width, pixel_width: 0, pixel_height: 0 })
            .expect("a pseudo-terminal");
        command.env_clear();
        for (name, value) in [("TERM", "xterm-256color"), ("LANG", "C.UTF-8"), ("HOME", "/nonexistent"), ("TZ", "UTC")]
        {
            command.env(name, value);
        }
        command.cwd(state);
        command.env("PATH", std::env::var("PATH").expect("a PATH"));
        command.env("MEDSTINT_STATE_DIR", state);
        for (name, value) in environment {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).expect("medstint runs");
        drop(pair.slave);
        let screen = Arc::new(Mutex::new(Screen {
            parser: vt100::Parser::new(cells(height), cells(width), 0),
            bytes: Vec::new(),
        }));
        let mut reader = pair.master.try_clone_reader().expect("a reader");
        let shown = Arc::clone(&screen);
        let is_stalled = Arc::new(AtomicBool::new(false));
        let waits = Arc::clone(&is_stalled);
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(read) = reader.read(&mut buffer) {
                if read == 0 {
                    return;
                }
                while waits.load(Ordering::SeqCst) {
                    std::thread::sleep(Duration::from_millis(5));
                }
                let mut screen = shown.lock().expect("the screen");
                screen.parser.process(&buffer[..read]);
                screen.bytes.extend_from_slice(&buffer[..read]);
            }
        });
        let writer = pair.master.take_writer().expect("a writer");
        Self { screen, is_stalled, writer, child, master: pair.master }
    }

    /// Types bytes as a keyboard would send them.
    pub fn send(&mut self, bytes: &str) {
        self.writer.write_all(bytes.as_bytes()).expect("a terminal that listens");
        self.writer.flush().expect("a terminal that listens");
    }

    pub fn text(&self) -> String {
        self.screen.lock().expect("the screen").parser.screen().contents()
    }

    /// Every byte that was written since the start.
    pub fn bytes(&self) -> Vec<u8> {
        self.screen.lock().expect("the screen").bytes.clone()
    }

    /// Reads nothing any more, as a connection that has stalled.
    pub fn stall(&self) {
        self.is_stalled.store(true, Ordering::SeqCst);
    }

    pub fn read_on(&self) {
        self.is_stalled.store(false, Ordering::SeqCst);
    }

    /// Waits until something was written, escape sequences too.
    pub fn until_written(&self, what: &str) {
        self.until(&format!("{what:?}"), |_| String::from_utf8_lossy(&self.bytes()).contains(what));
    }

    pub fn is_on_alternate_screen(&self) -> bool {
        self.screen.lock().expect("the screen").parser.screen().alternate_screen()
    }

    pub fn resize(&self, width: u16, height: u16) {
        self.screen.lock().expect("the screen").parser.screen_mut().set_size(cells(height), cells(width));
        self.master.resize(PtySize { rows: height, cols: width, pixel_width: 0, pixel_height: 0 }).expect("a resize");
    }

    pub fn process_id(&self) -> i32 {
        i32::try_from(self.child.process_id().expect("a process")).expect("a process id")
    }

    /// Reads or changes the modes of the terminal, as another process on it may.
    pub fn stty(&self, arguments: &str) -> String {
        let name = self.master.tty_name().expect("a terminal with a name");
        let line = format!("stty {arguments} < '{}'", name.display());
        let output = std::process::Command::new("/bin/sh").args(["-c", &line]).output().expect("stty runs");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    pub fn waits_for(&self, what: &str) -> String {
        self.until(&format!("“{what}”"), |text| text.contains(what))
    }

    pub fn until(&self, what: &str, condition: impl Fn(&str) -> bool) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let text = self.text();
            if condition(&text) {
                return text;
            }
            assert!(Instant::now() < deadline, "waited in vain for {what}; the screen shows:\n{text}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits until nothing has been written for a while; how much there is then.
    pub fn is_quiet_for(&self, how_long: Duration) -> usize {
        let deadline = Instant::now() + PATIENCE;
        let mut known = self.bytes().len();
        let mut since = Instant::now();
        while since.elapsed() < how_long {
            assert!(Instant::now() < deadline, "the screen does not come to rest");
            std::thread::sleep(Duration::from_millis(10));
            let now = self.bytes().len();
            if now != known {
                (known, since) = (now, Instant::now());
            }
        }
        known
    }

    /// Ends the process at once, as nothing can hinder.
    pub fn kill(&mut self) {
        nix::sys::signal::kill(nix::unistd::Pid::from_raw(self.process_id()), nix::sys::signal::Signal::SIGKILL)
            .expect("a signal");
        self.child.wait().expect("an end");
        self.is_quiet_for(Duration::from_millis(20));
    }

    /// Waits for the end of the process.
    pub fn ends(mut self) -> (ExitStatus, Self) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("a process") {
                // What it wrote last may still be on its way.
                self.is_quiet_for(Duration::from_millis(100));
                return (status, self);
            }
            assert!(Instant::now() < deadline, "it does not end; the screen shows:\n{}", self.text());
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
