//! The door: `cargo bench --bench kiosk`, or one part of it. It judges nothing.
//!
//! - `punch`: from the last key of a scan or a PIN to the answer on the screen, with a
//!   connection and without
//! - `sync`: a backlog of ten thousand punches
//! - `idle`: memory, and what is written to the screen and to the disk, while nobody
//!   comes; for as many minutes as `MEDSTINT_BENCH_MINUTES` says, or one
//!
//! Crashes are counted by the tests: `MEDSTINT_CRASH_TRIALS=500 cargo test killed`.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a bench prints, and stops where it cannot measure")]

mod support;

use std::path::Path;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use medstint::domain::Secret;
use medstint::domain::punch::{Kept, Reading, Said};
use medstint::kiosk::Journal;
use medstint::session::TokenFile;
use medstint::session::local::wall_clock;
use sqlx::PgConnection;
use tokio::runtime::Runtime;

use support::{Console, Demo, connect, directory, execute, print_quantiles, size};

const CREDENTIAL: &str = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";
const PIN: &str = "2718";
const PEOPLE: usize = 500;

fn punches() -> usize {
    size(10_000, 100)
}

fn scans() -> usize {
    size(200, 1)
}

fn main() {
    let chosen = std::env::args().skip(1).find(|arg| !arg.starts_with('-'));
    let is_chosen = |part: &str| chosen.as_deref().is_none_or(|chosen| chosen == part);
    let runtime = Runtime::new().expect("a runtime");
    let dir = directory();
    let demo = Demo::start(dir.path());
    let mut owner = runtime.block_on(connect(&demo.owner_url));
    runtime.block_on(people(&mut owner));
    let state = |name: &str| {
        let state = dir.path().join(name);
        std::fs::create_dir_all(&state).expect("a directory");
        TokenFile(Some(state.join("kiosk"))).save(&Secret::new(CREDENTIAL)).expect("kept");
        state
    };
    if is_chosen("punch") {
        online(&demo.app_url, &state("online"));
        offline(&demo.app_url, &state("offline"));
    }
    if is_chosen("sync") {
        sync(&runtime, &mut owner, &demo.app_url, &state("sync"));
    }
    if is_chosen("idle") {
        idle(&demo.app_url, &state("idle"));
    }
}

/// Students with badges and a PIN, each in a rotation at the door's site.
async fn people(owner: &mut PgConnection) {
    execute(
        owner,
        &format!(
            "UPDATE kiosks SET credential_hash = encode(sha256(convert_to('{CREDENTIAL}', 'UTF8')), 'hex') WHERE id = 'door-1';
             INSERT INTO users (id, email, name, given_name, family_name, role, school_id, program_id, badge)
               SELECT 'b' || n, 'b' || n || '@bench.example', 'Bo B' || n, 'Bo', 'B' || n, 'STUDENT', 'riverside', 'nursing', 'B' || lpad(n::text, 4, '0') FROM generate_series(1, {PEOPLE}) n;
             INSERT INTO rotations (student_id, clinical_site_id, specialty, start_date, end_date, required_hours, status)
               SELECT 'b' || n, 'north-general', 'Emergency', now() - interval '60 days', now() + interval '30 days', 160, 'ACTIVE' FROM generate_series(1, {PEOPLE}) n;
             INSERT INTO medstint.pins (user_id, pin_hash) SELECT 'b' || n, h FROM generate_series(1, {PEOPLE}) n, (SELECT medstint.pin_hash('{PIN}') AS h) x"
        ),
    )
    .await;
}

fn online(url: &str, state: &Path) {
    let mut kiosk = Console::run(&["kiosk"], url, state);
    kiosk.waits_for("online");
    let (mut asked, mut answered) = (Vec::new(), Vec::new());
    for n in 1..=scans() {
        kiosk.send(&format!("B{n:04}"));
        kiosk.waits_for(&format!("B{n:04}"));
        let scanned = Instant::now();
        kiosk.send("\r");
        kiosk.waits_for("First time?");
        asked.push(scanned.elapsed());
        kiosk.send(PIN);
        kiosk.waits_for("****");
        let typed = Instant::now();
        kiosk.send("\r");
        kiosk.waits_for("You are clocked in.");
        answered.push(typed.elapsed());
        kiosk.send("\r");
        kiosk.waits_for("Scan your badge");
    }
    print_quantiles("scan to the question for a PIN", &mut asked);
    print_quantiles("PIN to the answer, with a connection", &mut answered);
}

fn offline(url: &str, state: &Path) {
    // What a badge is there it hears once.
    Console::run(&["kiosk"], url, state).waits_for("online");
    let nowhere = format!("postgres://medstint_app@localhost/nowhere?host={}", state.display());
    let mut kiosk = Console::run(&["kiosk"], &nowhere, state);
    kiosk.waits_for("no connection");
    let mut answered = Vec::new();
    for n in 1..=scans() {
        kiosk.send(&format!("B{n:04}"));
        kiosk.waits_for(&format!("B{n:04}"));
        kiosk.send("\r");
        kiosk.waits_for("First time?");
        kiosk.send(PIN);
        kiosk.waits_for("****");
        let typed = Instant::now();
        kiosk.send("\r");
        kiosk.waits_for("Saved, will be sent.");
        answered.push(typed.elapsed());
        kiosk.send("\r");
        kiosk.waits_for("Scan your badge");
    }
    print_quantiles("PIN to the answer, without a connection", &mut answered);
}

fn sync(runtime: &Runtime, owner: &mut PgConnection, url: &str, state: &Path) {
    let now: DateTime<Utc> = wall_clock();
    let started = Instant::now();
    runtime.block_on(async {
        let mut journal = Journal::at(state.join("kiosk-journal.sqlite"));
        for n in 0..punches() {
            // Each comes and goes every quarter of an hour; the clock is not of this boot.
            let at = now - TimeDelta::minutes(15 * i64::try_from((punches() - n) / PEOPLE + 1).expect("a number"));
            let at = Reading { wall: at, boot: "another".into(), monotonic_ms: 0 };
            let kept = Kept {
                key: format!("a-key-of-the-bench-{n:08}"),
                kiosk: None,
                badge: format!("B{:04}", n % PEOPLE + 1),
                at,
                anchor: None,
                position: None,
                said: Said::default(),
            };
            journal.keep(&kept).await.expect("kept");
        }
    });
    let took = started.elapsed();
    println!(
        "{} punches kept in {:.1} s, {:.2} ms each",
        punches(),
        took.as_secs_f64(),
        took.as_secs_f64() * 1000.0 / f64::from(u32::try_from(punches()).expect("a number"))
    );
    let kiosk = Console::run(&["kiosk"], url, state);
    let started = Instant::now();
    let mut most = 0;
    let counted = "SELECT count(*) FROM kiosk_punches WHERE id LIKE 'a-key-of-the-bench-%'";
    loop {
        let sent: i64 = runtime.block_on(sqlx::query_scalar(counted).fetch_one(&mut *owner)).expect("a count");
        most = most.max(kiosk.resident_kib());
        if sent >= i64::try_from(punches()).expect("a number") {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    let took = started.elapsed().as_secs_f64();
    let recorded = "SELECT count(*) FROM kiosk_punches WHERE id LIKE 'a-key-of-the-bench-%' AND status = 'RECORDED'";
    let recorded: i64 = runtime.block_on(sqlx::query_scalar(recorded).fetch_one(owner)).expect("a count");
    println!(
        "{} punches sent in {took:.1} s, {:.0} a second, {recorded} recorded, at most {most} KiB resident",
        punches(),
        f64::from(u32::try_from(punches()).expect("a number")) / took
    );
}

fn idle(url: &str, state: &Path) {
    let minutes: u64 = std::env::var("MEDSTINT_BENCH_MINUTES").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    let kiosk = Console::run(&["kiosk"], url, state);
    kiosk.waits_for("online");
    std::thread::sleep(size(Duration::from_secs(2), Duration::ZERO));
    let written = || {
        let io = std::fs::read_to_string(format!("/proc/{}/io", kiosk.process_id())).unwrap_or_default();
        let bytes = io.lines().find_map(|line| line.strip_prefix("write_bytes: ")).and_then(|bytes| bytes.parse().ok());
        bytes.unwrap_or(0_u64)
    };
    let (drawn, before, resident) = (kiosk.bytes(), written(), kiosk.resident_kib());
    std::thread::sleep(size(Duration::from_mins(minutes), Duration::ZERO));
    println!(
        "{minutes} idle minutes: {} bytes drawn, {} bytes written to the disk, {resident} KiB resident before and {} after",
        kiosk.bytes() - drawn,
        written() - before,
        kiosk.resident_kib()
    );
}
