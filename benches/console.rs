//! Figures of the console as a whole process, in a pseudo-terminal, on a
//! demonstration of its own: `cargo bench`. It prints what it measured and
//! judges nothing.
//!
//! - start to the first painted rows, with a kept session
//! - commit of a change to its paint, for 200 changes
//! - bytes written in an idle minute, and for one changed row, at 80×24
//! - resident memory after all that

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a bench prints, and stops where it cannot measure")]

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use sqlx::{Connection, PgConnection};

const CHANGES: usize = 200;
const STARTS: usize = 15;

fn main() {
    let dir = tempfile::Builder::new().prefix("medstint-bench-").tempdir_in("/var/tmp").expect("a directory");
    std::fs::set_permissions(dir.path(), std::os::unix::fs::PermissionsExt::from_mode(0o711)).expect("permissions");
    let demo = Demo::start(dir.path());
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut database = runtime.block_on(PgConnection::connect(&demo.owner_url)).expect("a connection");
    let state = dir.path().join("console");

    let mut console = Console::open(&demo.app_url, &state);
    console.waits_for("Password");
    console.send(&format!("{}\r{}\r", demo.email, demo.password));
    console.waits_for("oldest first");
    console.waits_for("live");
    drop(console);

    let mut starts: Vec<Duration> = (0..STARTS)
        .map(|_| {
            let started = Instant::now();
            let console = Console::open(&demo.app_url, &state);
            console.waits_for("▌");
            started.elapsed()
        })
        .collect();
    print_quantiles("start to first painted rows", &mut starts);

    let console = Console::open(&demo.app_url, &state);
    console.waits_for("▌");
    console.waits_for("live");
    std::thread::sleep(Duration::from_secs(2));
    let before = console.bytes();
    std::thread::sleep(Duration::from_mins(1));
    println!("bytes written in an idle minute (the clock ticks once): {}", console.bytes() - before);

    // The record at the cursor: its note is in the detail, so that each paint can
    // be told from the last.
    let id: String = runtime
        .block_on(
            sqlx::query_scalar("SELECT id FROM time_records WHERE status = 'PENDING' AND school_id = 'riverside' ORDER BY clock_in, id LIMIT 1")
                .fetch_one(&mut database),
        )
        .expect("a record");
    let (mut latencies, mut written) = (Vec::new(), Vec::new());
    for n in 0..CHANGES {
        std::thread::sleep(Duration::from_millis(70));
        let mark = format!("change {n:04}");
        let bytes = console.bytes();
        runtime
            .block_on(
                sqlx::query("UPDATE time_records SET notes = $1 WHERE id = $2")
                    .bind(&mark)
                    .bind(&id)
                    .execute(&mut database),
            )
            .expect("a change");
        let committed = Instant::now();
        console.waits_for(&mark);
        latencies.push(committed.elapsed());
        std::thread::sleep(Duration::from_millis(30));
        written.push(console.bytes() - bytes);
    }
    print_quantiles("commit to paint, detail of the row", &mut latencies);
    written.sort_unstable();
    println!("bytes written for one change of the row and its detail: median {}", written[written.len() / 2]);
    println!("resident memory of the console: {} KiB", console.resident_kib());
}

fn print_quantiles(what: &str, times: &mut [Duration]) {
    times.sort_unstable();
    let at = |q: usize| times[(times.len() - 1) * q / 100].as_secs_f64() * 1000.0;
    println!("{what}: p50 {:.1} ms, p99 {:.1} ms, of {}", at(50), at(99), times.len());
}

/// A demonstration without activity, of this bench's own.
struct Demo {
    child: Child,
    owner_url: String,
    app_url: String,
    email: String,
    password: String,
}

impl Demo {
    fn start(dir: &std::path::Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_medstint"))
            .args(["demo", "--headless", "--activity", "off", "--dir"])
            .arg(dir.join("demo"))
            .arg("--state-dir")
            .arg(dir.join("state"))
            .stdout(Stdio::piped())
            .spawn()
            .expect("a demonstration");
        let started = Instant::now();
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        println!("demonstration ready after {:.1} s", started.elapsed().as_secs_f64());
        let ready: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        let text = |value: &serde_json::Value| value.as_str().expect("text").to_owned();
        Self {
            child,
            owner_url: text(&ready["owner_url"]),
            app_url: text(&ready["app_url"]),
            email: text(&ready["people"][0]["email"]),
            password: text(&ready["people"][0]["password"]),
        }
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let id = i32::try_from(self.child.id()).expect("a process id");
        let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(id), nix::sys::signal::Signal::SIGTERM);
        let _ = self.child.wait();
    }
}

/// A console in a pseudo-terminal of 80×24.
struct Console {
    screen: Arc<Mutex<(vt100::Parser, usize)>>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn portable_pty::Child + Send + Sync>,
    _master: Box<dyn portable_pty::MasterPty + Send>,
}

impl Console {
    fn open(url: &str, state: &std::path::Path) -> Self {
        let pair = native_pty_system()
            .openpty(PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 })
            .expect("a pseudo-terminal");
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_medstint"));
        command.args(["--database-url", url, "--state-dir"]);
        command.arg(state);
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        let child = pair.slave.spawn_command(command).expect("a console");
        let cells = |count| std::num::NonZeroU16::new(count).expect("cells");
        let screen = Arc::new(Mutex::new((vt100::Parser::new(cells(24), cells(80), 0), 0)));
        let mut reader = pair.master.try_clone_reader().expect("a reader");
        let shown = Arc::clone(&screen);
        std::thread::spawn(move || {
            let mut buffer = vec![0; 65_536];
            while let Ok(read @ 1..) = reader.read(&mut buffer) {
                let mut screen = shown.lock().expect("the screen");
                screen.0.process(&buffer[..read]);
                screen.1 += read;
            }
        });
        let writer = pair.master.take_writer().expect("a writer");
        Self { screen, writer, child, _master: pair.master }
    }

    fn send(&mut self, text: &str) {
        self.writer.write_all(text.as_bytes()).expect("a console that listens");
    }

    fn bytes(&self) -> usize {
        self.screen.lock().expect("the screen").1
    }

    fn waits_for(&self, what: &str) {
        let deadline = Instant::now() + Duration::from_secs(30);
        while !self.screen.lock().expect("the screen").0.screen().contents().contains(what) {
            assert!(Instant::now() < deadline, "waited in vain for {what}");
            std::thread::sleep(Duration::from_micros(200));
        }
    }

    fn resident_kib(&self) -> String {
        let id = self.child.process_id().expect("a process").to_string();
        let output = Command::new("ps").args(["-o", "rss=", "-p", &id]).output().expect("ps runs");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
