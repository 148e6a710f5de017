//! What the audit trail costs and bears: `cargo bench --bench audit`, or one part of
//! it: `cargo bench --bench audit -- write`. It judges nothing.
//!
//! - `write`: a change with the trail off, with the trail, with the trail and its
//!   seals, and with a hash chain instead of seals; one row and five hundred, one
//!   writer and eight of one school; on a cluster that syncs every commit
//! - `out`: sealing, verifying and exporting a million events, with the memory of
//!   each process
//! - `pages`: a page of ten million events against one of ten thousand
//! - `pane`: from key to paint while two thousand events a second arrive, and the
//!   console's memory over a million events
//!
//! `MEDSTINT_BENCH_ROWS` sets another number than ten million, and a tenth of it
//! instead of a million.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a bench prints, and stops where it cannot measure")]

mod support;

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use medstint::cluster::Durability;
use medstint::domain::filter;
use medstint::domain::list::{By, List, Of};
use medstint::domain::query::Query;
use medstint::domain::window::Place;
use medstint::store::listing;
use sqlx::PgConnection;
use tokio::runtime::Runtime;
use tokio::time::sleep;

use support::{
    Console, Demo, Scratch, bound, connect, directory, execute, median, print_quantiles, ratio, resident_kib, size,
};

fn main() {
    let rows: u64 = std::env::var("MEDSTINT_BENCH_ROWS")
        .ok()
        .and_then(|rows| rows.parse().ok())
        .unwrap_or(size(10_000_000, 20_000));
    // Cargo hands `--bench` on.
    let chosen = std::env::args().skip(1).find(|arg| !arg.starts_with('-'));
    let is_chosen = |part: &str| chosen.as_deref().is_none_or(|chosen| chosen == part);
    let runtime = Runtime::new().expect("a runtime");
    if is_chosen("write") {
        runtime.block_on(write());
    }
    if is_chosen("out") {
        out(&runtime, rows / 10);
    }
    if is_chosen("pages") {
        runtime.block_on(pages(rows));
    }
    if is_chosen("pane") {
        pane(&runtime, rows / 10);
    }
}

/// How a change is recorded.
struct Way {
    name: &'static str,
    /// What makes it so, as the owner.
    set_up: &'static str,
    seals: bool,
}

const WAYS: [Way; 4] = [
    Way {
        name: "nothing",
        set_up: "ALTER TABLE programs DISABLE TRIGGER c_audit_update; ALTER TABLE audit_logs DISABLE TRIGGER c_await_seal",
        seals: false,
    },
    Way {
        name: "the trail",
        set_up: "ALTER TABLE programs ENABLE TRIGGER c_audit_update; ALTER TABLE audit_logs DISABLE TRIGGER c_await_seal",
        seals: false,
    },
    Way {
        name: "trail and seals",
        set_up: "ALTER TABLE programs ENABLE TRIGGER c_audit_update; ALTER TABLE audit_logs ENABLE TRIGGER c_await_seal",
        seals: true,
    },
    Way {
        name: "trail and chain",
        set_up:
            "ALTER TABLE programs ENABLE TRIGGER c_audit_update; ALTER TABLE audit_logs DISABLE TRIGGER c_await_seal;
                 ALTER TABLE audit_logs ENABLE TRIGGER c_chain",
        seals: false,
    },
];

const WRITERS: usize = 8;
const OF_EACH: usize = 500;

/// Programs for every writer, so that nobody waits for somebody else's row; and the
/// chain that seals are compared with, one link a statement: the last link is
/// locked until commit, as it has to be where links follow each other.
const WRITTEN: &str = "
  INSERT INTO schools (id, name, accreditation) VALUES ('s', 'School', 'ACC');
  INSERT INTO programs (id, school_id, name, description, duration, class_year)
    SELECT 'p' || n, 's', 'Program ' || n, 'D', 24, 2027 FROM generate_series(0, 3999) n;
  CREATE TABLE medstint.chain (school text PRIMARY KEY, hash bytea NOT NULL);
  INSERT INTO medstint.chain VALUES ('s', '');
  CREATE TABLE medstint.chain_links (school text NOT NULL, sequences bigint[] NOT NULL, leaves bytea NOT NULL, hash bytea NOT NULL);
  CREATE FUNCTION medstint.link() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
  DECLARE before bytea; fresh record;
  BEGIN
    SELECT array_agg(n.sequence ORDER BY n.sequence) AS sequences, string_agg(medstint.audit_leaf(ROW(n.*)::public.audit_logs), '' ORDER BY n.sequence) AS leaves INTO fresh
    FROM new_rows n;
    SELECT hash INTO before FROM medstint.chain WHERE school = 's' FOR UPDATE;
    UPDATE medstint.chain SET hash = sha256(before || fresh.leaves) WHERE school = 's';
    INSERT INTO medstint.chain_links VALUES ('s', fresh.sequences, fresh.leaves, sha256(before || fresh.leaves));
    RETURN NULL;
  END $$;
  CREATE TRIGGER c_chain AFTER INSERT ON audit_logs REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.link();";

async fn write() {
    let scratch = Scratch::start(Durability::Full).await;
    let mut owner = scratch.database("written").await;
    execute(&mut owner, WRITTEN).await;
    execute(&mut owner, "VACUUM ANALYZE").await;
    let rounds = size(7, 1);
    let mut writers = Vec::new();
    for _ in 0..WRITERS {
        writers.push(connect(&scratch.cluster.url("medstint_web", "written")).await);
    }
    let mut sealer = connect(&scratch.cluster.owner_url("written")).await;
    println!("cost of a change, medians of {rounds} rounds in turns, every commit synced:");
    println!("{:<34} {}", "", WAYS.map(|way| format!("{:>18}", way.name)).join(""));
    for (what, rows) in [("one row", 1), ("500 rows in one statement", OF_EACH)] {
        for count in [1, WRITERS] {
            let mut found: [Vec<Duration>; WAYS.len()] = Default::default();
            for _ in 0..rounds {
                for (way, found) in WAYS.iter().zip(&mut found) {
                    execute(&mut owner, "ALTER TABLE audit_logs DISABLE TRIGGER c_chain").await;
                    execute(&mut owner, way.set_up).await;
                    let stop = Arc::new(AtomicBool::new(false));
                    let sealing = way.seals.then(|| tokio::spawn(seal(sealer, Arc::clone(&stop))));
                    let changes;
                    (writers, changes) = trial(writers, count, rows).await;
                    stop.store(true, Ordering::Relaxed);
                    sealer = match sealing {
                        Some(sealing) => sealing.await.expect("a sealer"),
                        None => connect(&scratch.cluster.owner_url("written")).await,
                    };
                    found.push(round() / u32::try_from(changes).expect("changes"));
                }
            }
            let cells = found.map(|times| {
                let each = median(times).as_secs_f64() * 1e6;
                format!("{:>9.0} µs {:>5.0}/s", each, 1e6 / each)
            });
            println!(
                "{:<34} {}",
                format!("{what}, {count} writer{}", if count == 1 { "" } else { "s" }),
                cells.join("")
            );
        }
    }
}

/// How long the writers of a round write.
fn round() -> Duration {
    Duration::from_millis(size(1_500, 100))
}

/// Seals once a second, sixty times as often as a console does.
async fn seal(mut connection: PgConnection, stop: Arc<AtomicBool>) -> PgConnection {
    loop {
        execute(&mut connection, "SELECT medstint.seal_events('s')").await;
        if stop.load(Ordering::Relaxed) {
            return connection;
        }
        sleep(Duration::from_secs(1)).await;
    }
}

static TURNS: AtomicU64 = AtomicU64::new(0);

/// Lets so many of the writers change rows of their own for a while; how many
/// statements there were.
async fn trial(writers: Vec<PgConnection>, count: usize, rows: usize) -> (Vec<PgConnection>, u64) {
    let changes = Arc::new(AtomicU64::new(0));
    let mut at_work = Vec::new();
    let mut idle = Vec::new();
    for (n, mut writer) in writers.into_iter().enumerate() {
        if n >= count {
            idle.push(writer);
            continue;
        }
        let changes = Arc::clone(&changes);
        at_work.push(tokio::spawn(async move {
            let ids: Vec<String> = (0..rows).map(|row| format!("p{}", n * OF_EACH + row)).collect();
            let until = Instant::now() + round();
            while Instant::now() < until {
                // A text that was written before would be no change.
                let turn = TURNS.fetch_add(1, Ordering::Relaxed);
                sqlx::query("UPDATE programs SET description = $1 WHERE id = ANY ($2)")
                    .bind(turn.to_string())
                    .bind(&ids)
                    .execute(&mut writer)
                    .await
                    .expect("a change");
                changes.fetch_add(1, Ordering::Relaxed);
            }
            writer
        }));
    }
    let mut writers = Vec::new();
    for one in at_work {
        writers.push(one.await.expect("a writer"));
    }
    writers.extend(idle);
    (writers, changes.load(Ordering::Relaxed))
}

/// Events of a demonstration's school, as fast as they can be written, so many a
/// statement.
async fn write_events(owner: &mut PgConnection, from: u64, count: u64) {
    let sql = format!(
        "INSERT INTO audit_logs (school_id, user_id, action, resource_type, resource_id, changes, ip_address, user_agent, endpoint, method, status_code, severity)
         SELECT u.school_id, u.id, 'time_record.updated', 'time_records', 'r' || n % 5000, format('{{\"notes\": {{\"old\": \"%s\", \"new\": \"%s\"}}}}', n - 1, n), '192.0.2.' || n % 200,
           'medstint/1', 'console', 'UPDATE', 200, (ARRAY['LOW', 'LOW', 'LOW', 'MEDIUM', 'HIGH'])[1 + n % 5]::audit_severity
         FROM generate_series({from}, {}) n, LATERAL (SELECT id, school_id FROM users WHERE school_id = 'riverside' AND role = 'SCHOOL_ADMIN' ORDER BY id LIMIT 1) u",
        from + count - 1
    );
    execute(owner, &sql).await;
}

fn out(runtime: &Runtime, events: u64) {
    let dir = directory();
    let demo = Demo::start(dir.path());
    let mut owner = runtime.block_on(connect(&demo.owner_url));
    let started = Instant::now();
    let at_once = events.min(10_000);
    for batch in 0..events / at_once {
        runtime.block_on(write_events(&mut owner, batch * at_once, at_once));
    }
    println!("{events} events written in statements of {at_once}: {:.1} s", started.elapsed().as_secs_f64());
    runtime.block_on(execute(&mut owner, "VACUUM ANALYZE audit_logs"));
    let state = dir.path().join("out");
    let program = |arguments: &[&str], input: Option<&str>| {
        run(
            Command::new(env!("CARGO_BIN_EXE_medstint"))
                .arg("--state-dir")
                .arg(&state)
                .args(arguments)
                .env("MEDSTINT_DATABASE_URL", &demo.app_url)
                .env("MEDSTINT_DATABASE_OWNER_URL", &demo.owner_url),
            input,
        )
    };
    let told = |what: &str, (took, peak, output): (Duration, u64, u64)| {
        let rate = a_second(events, took);
        println!(
            "{what}: {:.2} s, {rate} events/s, at most {} MiB resident, {output} bytes",
            took.as_secs_f64(),
            peak / 1024
        );
    };
    told("sealing them (head --all)", program(&["audit", "head", "--all"], None));
    let head = std::fs::read_to_string(OUTPUT).expect("heads");
    told("verify --all", program(&["audit", "verify", "--all"], None));
    let since = dir.path().join("heads");
    std::fs::write(&since, head).expect("a file");
    let since = since.to_str().expect("a path");
    told("verify --all --since the head", program(&["audit", "verify", "--all", "--since", since], None));
    let password = format!("{}\n", demo.password);
    for format in ["csv", "json", "ndjson", "ocsf"] {
        let arguments = [
            "audit",
            "export",
            "--email",
            &demo.email,
            "--format",
            format,
            "--recipient",
            "bench",
            "--purpose",
            "figures",
        ];
        told(&format!("export --format {format}"), program(&arguments, Some(&password)));
    }
}

fn a_second(count: u64, took: Duration) -> u64 {
    count * 1_000 / u64::try_from(took.as_millis()).expect("a time").max(1)
}

/// Where a program's output goes.
const OUTPUT: &str = "/var/tmp/medstint-bench-output";

/// Runs a program to its end: how long, with how much memory at most (KiB, looked at
/// every twenty milliseconds), with how many bytes of output.
fn run(command: &mut Command, input: Option<&str>) -> (Duration, u64, u64) {
    use std::io::Write;
    let output = std::fs::File::create(OUTPUT).expect("a file");
    let started = Instant::now();
    let mut child = command.stdin(Stdio::piped()).stdout(output).spawn().expect("a program");
    if let (Some(input), Some(mut to)) = (input, child.stdin.take()) {
        to.write_all(input.as_bytes()).expect("a program that reads");
    }
    let mut peak = 0;
    let status = loop {
        if let Some(status) = child.try_wait().expect("a status") {
            break status;
        }
        peak = peak.max(resident_kib(child.id()).unwrap_or(0));
        std::thread::sleep(Duration::from_millis(20));
    };
    assert!(status.success(), "{status}");
    (started.elapsed(), peak, std::fs::metadata(OUTPUT).expect("output").len())
}

/// Events of one school over a year, each address and person in every hundredth,
/// each record in twenty.
const EVENTS: &str = "
  INSERT INTO schools (id, name, accreditation) VALUES ('s', 'School', 'ACC');
  INSERT INTO users (id, email, name, role, school_id) SELECT 'u' || n, 'u' || n || '@x.example', 'Person ' || n, 'SCHOOL_ADMIN', 's' FROM generate_series(0, 99) n;
  ALTER TABLE audit_logs DISABLE TRIGGER USER;
  INSERT INTO audit_logs (school_id, user_id, action, resource_type, resource_id, ip_address, severity, created_at)
    SELECT 's', 'u' || n % 100, (ARRAY['time_record.updated', 'time_record.approved', 'user.updated', 'auth.signed_in'])[1 + n % 4], 'time_records', 'r' || n / 20, '10.0.' || n % 100 || '.1',
      (CASE n % 1000 WHEN 0 THEN 'HIGH' WHEN 1 THEN 'MEDIUM' ELSE 'LOW' END)::audit_severity, now() - interval '1 second' * (n * 31536000.0 / {n})
    FROM generate_series(1, {n}) n;
  ALTER TABLE audit_logs ENABLE TRIGGER USER;";
const FILTERS: [&str; 7] =
    ["", "severity>=HIGH", "actor:u7@x", "ip:10.0.7.1", "ip:10.0.7.0/24", "action:approved", "changed:notes"];

async fn pages(rows: u64) {
    let scratch = Scratch::start(Durability::None).await;
    let mut bounds = Vec::new();
    for (name, rows) in [("small", rows / 1_000), ("large", rows)] {
        let mut owner = scratch.database(name).await;
        let started = Instant::now();
        execute(&mut owner, &EVENTS.replace("{n}", &rows.to_string())).await;
        execute(&mut owner, "VACUUM ANALYZE").await;
        println!("{rows} events in {name}, filled in {:.0} s", started.elapsed().as_secs_f64());
        bounds.push((bound(&mut owner, &scratch.store(name), "u0", "s").await, rows));
    }
    let mut queries: Vec<(String, Query, Place<_>)> = FILTERS
        .iter()
        .map(|text| {
            let meaning = filter::understand(List::Audit, text, &filter::Saved::new()).expect("a filter");
            (format!("filter '{text}'"), Query { filter: meaning.filter, ..Query::default() }, Place::Start)
        })
        .collect();
    queries.push(("from the oldest on".into(), Query::default(), Place::End));
    let of = Of::new(By::Resource, "r7", "r7");
    queries.push(("of one record".into(), Query { of: Some(of), ..Query::default() }, Place::Start));
    for (what, query, place) in queries {
        let (mut pages, mut counts) = ([Vec::new(), Vec::new()], [Vec::new(), Vec::new()]);
        for _ in 0..size(15, 1) {
            for (n, (bound, _)) in bounds.iter().enumerate() {
                let started = Instant::now();
                listing::page(bound, List::Audit, &query, &place, 100).await.expect("a page");
                pages[n].push(started.elapsed());
                let started = Instant::now();
                listing::total(bound, List::Audit, &query).await.expect("a total");
                counts[n].push(started.elapsed());
            }
        }
        let ([a, b], [c, d]) = (pages.map(median), counts.map(median));
        println!("{what:<28} page {a:>8.1?} and {b:>8.1?}, ratio {:>5.2}; count {c:>8.1?} and {d:>8.1?}", ratio(b, a));
    }
}

fn pane(runtime: &Runtime, events: u64) {
    let dir = directory();
    let demo = Demo::start(dir.path());
    let mut console = Console::open(&demo.app_url, &dir.path().join("console"));
    console.waits_for("Password");
    console.send(&format!("{}\r{}\r", demo.email, demo.password));
    console.waits_for("live");
    console.types("4");
    console.waits_for("CRIT");
    std::thread::sleep(size(Duration::from_secs(2), Duration::ZERO));
    let mut quiet = help(&mut console);
    print_quantiles("key to paint in a quiet school", &mut quiet);

    let stop = Arc::new(AtomicBool::new(false));
    let written = Arc::new(AtomicU64::new(1));
    let writing = runtime.spawn(steadily(demo.owner_url.clone(), Arc::clone(&stop), Arc::clone(&written)));
    std::thread::sleep(size(Duration::from_secs(3), Duration::ZERO));
    let (began, before) = (Instant::now(), written.load(Ordering::Relaxed));
    print_quantiles("key to paint while events arrive, following", &mut help(&mut console));
    console.send(" ");
    console.waits_for("paused");
    print_quantiles("key to paint while events arrive, paused", &mut help(&mut console));
    let rate = a_second(written.load(Ordering::Relaxed) - before, began.elapsed());
    println!("that was at {rate} events a second");
    console.send(" ");
    stop.store(true, Ordering::Relaxed);
    runtime.block_on(writing).expect("a writer");

    let mut owner = runtime.block_on(connect(&demo.owner_url));
    println!("resident memory before {events} events: {} KiB", console.resident_kib());
    let started = Instant::now();
    for tenth in 1..=10_u64 {
        for batch in 0..events / 10 / 2_000 {
            runtime.block_on(write_events(&mut owner, tenth * 10_000_000 + batch * 2_000, 2_000));
        }
        println!("  after {}: {} KiB", events * tenth / 10, console.resident_kib());
    }
    println!(
        "{events} events through the pane in {:.0} s, {} bytes drawn in all",
        started.elapsed().as_secs_f64(),
        console.bytes()
    );
}

/// Two thousand events a second, twenty at a time, as a busy school writes them.
async fn steadily(url: String, stop: Arc<AtomicBool>, written: Arc<AtomicU64>) {
    let mut owner = connect(&url).await;
    let mut next = tokio::time::interval(Duration::from_millis(10));
    while !stop.load(Ordering::Relaxed) {
        next.tick().await;
        let from = written.fetch_add(20, Ordering::Relaxed);
        write_events(&mut owner, from, 20).await;
    }
}

/// Opens the keys' help and closes it, again and again: from each key to its paint.
fn help(console: &mut Console) -> Vec<Duration> {
    let mut times = Vec::new();
    for _ in 0..size(100, 1) {
        for (key, shows) in [("?", true), ("\x1b", false)] {
            let started = Instant::now();
            console.send(key);
            console.waits_until("the help", |text| text.contains("Keys") == shows);
            times.push(started.elapsed());
            std::thread::sleep(Duration::from_millis(37));
        }
    }
    times
}
