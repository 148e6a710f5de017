//! What benches share: a cluster to throw away, sessions on it, a demonstration, a
//! console in a pseudo-terminal, and how figures are printed.

#![allow(dead_code, reason = "no bench uses all of it")]

pub mod numbers;
pub mod postgres;
pub mod process;
pub mod writers;

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use medstint::cluster::{Cluster, Durability, SearchPath, Settings};
use medstint::domain::Secret;
use medstint::store::{Address, Bound, Store, migrations, pool};
use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use sqlx::{AssertSqlSafe, PgConnection};

/// The program that cargo builds beside the bench.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_medstint");

const TOKEN: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// Whether this is a trial: one sample of everything in a small world, so that CI notices a
/// bench that has stopped working. Only `cargo bench` passes `--bench`.
pub fn is_trial() -> bool {
    !std::env::args().any(|arg| arg == "--bench")
}

/// The size of something in a bench, and in a trial.
pub fn size<T>(of_bench: T, of_trial: T) -> T {
    if is_trial() { of_trial } else { of_bench }
}

/// A directory that the server's own user may enter.
pub fn directory() -> tempfile::TempDir {
    let dir = tempfile::Builder::new().prefix("medstint-bench-").tempdir_in("/var/tmp").expect("a directory");
    std::fs::set_permissions(dir.path(), std::os::unix::fs::PermissionsExt::from_mode(0o711)).expect("permissions");
    dir
}

/// A cluster that goes away with this.
pub struct Scratch {
    pub cluster: Cluster,
    pub log: PathBuf,
    _dir: tempfile::TempDir,
}

impl Scratch {
    pub async fn start(durability: Durability) -> Self {
        let dir = directory();
        let path = SearchPath(std::env::var_os("PATH"));
        let settings = Settings { dir: dir.path().join("cluster"), durability, path };
        let log = settings.dir.join("server.log");
        Self { cluster: Cluster::start(&settings).await.expect("a cluster"), log, _dir: dir }
    }

    /// A database with the whole schema; its owner.
    pub async fn database(&self, name: &str) -> PgConnection {
        self.cluster.make_database(name).await.expect("a database");
        let mut owner = connect(&self.cluster.owner_url(name)).await;
        migrations::up(&mut owner, None).await.expect("migrations");
        owner
    }

    /// What a console's statements go through.
    pub fn store(&self, database: &str) -> Store {
        Store::new(pool(&Address::parse(Some(&self.cluster.url("medstint_app", database))).expect("an address"), 1))
    }
}

/// A user's session, in a school.
pub async fn bound(owner: &mut PgConnection, store: &Store, user: &str, school: &str) -> Bound {
    execute(owner, &format!("DELETE FROM sessions WHERE token = encode(sha256('{TOKEN}'), 'hex')")).await;
    execute(
        owner,
        &format!(
            "INSERT INTO sessions (user_id, token, expires_at, active_school_id) VALUES ('{user}', encode(sha256('{TOKEN}'), 'hex'), now() + interval '1 hour', '{school}')"
        ),
    )
    .await;
    let token = Secret::new(TOKEN);
    let actor = store.whoami(&token).await.expect("a session");
    store.bind(&token, &actor).expect("a token")
}

pub async fn connect(url: &str) -> PgConnection {
    Address::parse(Some(url)).expect("an address").connect().await.expect("a connection")
}

pub async fn execute(connection: &mut PgConnection, sql: &str) {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
        .execute(connection)
        .await
        .unwrap_or_else(|error| panic!("{error}\n{sql}"));
}

pub fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

pub fn ratio(a: Duration, b: Duration) -> f64 {
    a.as_secs_f64() / b.as_secs_f64()
}

pub fn print_quantiles(what: &str, times: &mut [Duration]) {
    times.sort_unstable();
    let at = |q: usize| times[(times.len() - 1) * q / 100].as_secs_f64() * 1000.0;
    println!("{what}: p50 {:.1} ms, p99 {:.1} ms, of {}", at(50), at(99), times.len());
}

/// Of a process that runs.
pub fn resident_kib(process: u32) -> Option<u64> {
    let output = Command::new("ps").args(["-o", "rss=", "-p", &process.to_string()]).output().expect("ps runs");
    String::from_utf8_lossy(&output.stdout).trim().parse().ok()
}

/// A demonstration without activity, of this bench's own.
pub struct Demo {
    child: Child,
    pub owner_url: String,
    pub app_url: String,
    pub email: String,
    pub password: String,
}

impl Demo {
    pub fn start(dir: &Path) -> Self {
        Self::of(Path::new(PROGRAM), dir)
    }

    /// The demonstration of another build.
    pub fn of(program: &Path, dir: &Path) -> Self {
        let mut child = Command::new(program)
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

    /// The URL of another role.
    pub fn url_of(&self, role: &str) -> String {
        self.app_url.replace("//medstint_app@", &format!("//{role}@"))
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let id = i32::try_from(self.child.id()).expect("a process id");
        let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(id), nix::sys::signal::Signal::SIGTERM);
        let _ = self.child.wait();
    }
}

/// What a console has written.
struct Screen {
    parser: vt100::Parser,
    /// Whether the parser still follows.
    is_drawn: bool,
    bytes: usize,
}

/// A console in a pseudo-terminal of 80×24.
pub struct Console {
    screen: Arc<Mutex<Screen>>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn portable_pty::Child + Send + Sync>,
    _master: Box<dyn portable_pty::MasterPty + Send>,
}

impl Console {
    pub fn open(url: &str, state: &Path) -> Self {
        Self::run(&[], url, state)
    }

    /// Another command of the program's.
    pub fn run(args: &[&str], url: &str, state: &Path) -> Self {
        Self::of(Path::new(PROGRAM), args, url, state)
    }

    /// A command of another build.
    pub fn of(program: &Path, args: &[&str], url: &str, state: &Path) -> Self {
        let pair = native_pty_system()
            .openpty(PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 })
            .expect("a pseudo-terminal");
        let mut command = CommandBuilder::new(program);
        command.args(args);
        command.args(["--database-url", url, "--state-dir"]);
        command.arg(state);
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        let child = pair.slave.spawn_command(command).expect("a console");
        let cells = |count| std::num::NonZeroU16::new(count).expect("cells");
        let parser = vt100::Parser::new(cells(24), cells(80), 0);
        let screen = Arc::new(Mutex::new(Screen { parser, is_drawn: true, bytes: 0 }));
        let mut reader = pair.master.try_clone_reader().expect("a reader");
        let shown = Arc::clone(&screen);
        std::thread::spawn(move || {
            let mut buffer = vec![0; 65_536];
            while let Ok(read @ 1..) = reader.read(&mut buffer) {
                let mut screen = shown.lock().expect("the screen");
                screen.bytes += read;
                if screen.is_drawn {
                    screen.parser.process(&buffer[..read]);
                }
            }
        });
        let writer = pair.master.take_writer().expect("a writer");
        Self { screen, writer, child, _master: pair.master }
    }

    pub fn send(&mut self, text: &str) {
        self.writer.write_all(text.as_bytes()).expect("a console that listens");
    }

    /// Types as a person does: what comes all at once is a paste.
    pub fn types(&mut self, text: &str) {
        for key in text.chars() {
            self.send(&key.to_string());
            std::thread::sleep(Duration::from_millis(60));
        }
    }

    pub fn bytes(&self) -> usize {
        self.screen.lock().expect("the screen").bytes
    }

    /// From now on its output is read and counted, but not drawn, so that many consoles leave the
    /// processors to the programs that are measured.
    pub fn stops_drawing(&self) {
        self.screen.lock().expect("the screen").is_drawn = false;
    }

    pub fn waits_for(&self, what: &str) {
        self.waits_until(what, |text| text.contains(what));
    }

    pub fn waits_until(&self, what: &str, is_shown: impl Fn(&str) -> bool) {
        let patience = Duration::from_secs(30);
        assert!(self.shows_within(patience, is_shown), "waited in vain for {what}\n{}", self.text());
    }

    /// Whether the screen comes to show something within a time.
    pub fn shows_within(&self, patience: Duration, is_shown: impl Fn(&str) -> bool) -> bool {
        let deadline = Instant::now() + patience;
        while !is_shown(&self.text()) {
            if Instant::now() >= deadline {
                return false;
            }
            std::thread::sleep(Duration::from_micros(200));
        }
        true
    }

    pub fn process_id(&self) -> u32 {
        self.child.process_id().expect("a process")
    }

    pub fn resident_kib(&self) -> u64 {
        resident_kib(self.process_id()).expect("a process that runs")
    }

    /// What is on the screen.
    pub fn text(&self) -> String {
        self.screen.lock().expect("the screen").parser.screen().contents()
    }

    /// Asks it to end, without waiting for its end.
    pub fn hang_up(&self) {
        let id = i32::try_from(self.process_id()).expect("a process id");
        let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(id), nix::sys::signal::Signal::SIGHUP);
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
