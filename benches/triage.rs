//! What triage costs: `cargo bench --bench triage`. Side by side, in one run: the
//! queue's page with a million records of which ten thousand wait and with ten
//! thousand in all; approving ten thousand with everything on and the bare UPDATE of
//! the same rows; looking again at ten thousand after one location moved. It judges
//! nothing.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a bench prints, and stops where it cannot measure")]

mod support;

use std::time::{Duration, Instant};

use medstint::cluster::Durability;
use medstint::domain::list::List;
use medstint::domain::query::Query;
use medstint::domain::time_record::Decide;
use medstint::domain::window::Place;
use medstint::store::time_records::{clean, decide};
use medstint::store::{Bound, listing};
use sqlx::PgConnection;

use support::{Scratch, bound, execute, median, ratio, size};

const PAGE: usize = 100;

/// A thousand students, ten pending records each, all at one site.
const WORLD: &str = "
  INSERT INTO schools (id, name, accreditation, time_zone) VALUES ('s', 'School', 'ACC', 'America/Chicago');
  INSERT INTO programs (id, school_id, name, description, duration, class_year) VALUES ('p', 's', 'Program', 'D', 24, 2027);
  INSERT INTO users (id, email, name, given_name, family_name, role, school_id, program_id)
    SELECT 'u' || n, 'u' || n || '@x.example', 'N ' || n, 'N', 'Family' || n, 'STUDENT', 's', 'p' FROM generate_series(1, {students}) n;
  INSERT INTO users (id, email, name, role, school_id) VALUES ('admin', 'admin@x.example', 'Admin', 'SCHOOL_ADMIN', 's');
  INSERT INTO clinical_sites (id, school_id, name, type, capacity, time_zone) VALUES ('site', 's', 'Site', 'HOSPITAL', 9999, 'America/Chicago');
  INSERT INTO clinical_site_locations (id, clinical_site_id, name, latitude, longitude) SELECT 'l' || n, 'site', 'L' || n, 41 + n * 0.002, -90 FROM generate_series(1, 3) n;
  INSERT INTO rotations (id, student_id, clinical_site_id, specialty, start_date, end_date, required_hours, status)
    SELECT 'r' || n, 'u' || n, 'site', 'X', now() - interval '900 days', now() + interval '90 days', 30000, 'ACTIVE' FROM generate_series(1, {students}) n;
  INSERT INTO time_records (id, student_id, rotation_id, clock_in, clock_out, clock_in_latitude, clock_in_longitude, clock_in_accuracy_m, clock_out_latitude,
      clock_out_longitude, clock_out_accuracy_m, clock_in_source, clock_out_source, clock_in_ip_address, clock_in_user_agent, clock_out_ip_address, clock_out_user_agent, created_at)
    SELECT 't' || n || '-' || d, 'u' || n, 'r' || n, x.at, x.at + interval '8 hours', 41.002, -90, 10, 41.002, -90, 10, 'MOBILE', 'MOBILE',
      '10.0.' || n % 50 || '.' || n % 200, 'ua' || n, '10.0.' || n % 50 || '.' || n % 200, 'ua' || n, x.at
    FROM generate_series(1, {students}) n, generate_series(1, 10) d,
      LATERAL (SELECT date_trunc('day', now()) - interval '1 day' * d + interval '13 hours' + interval '1 second' * (n % 3000) AS at) x;";

/// What was decided before, without the triggers.
const HISTORY: &str = "
  ALTER TABLE time_records DISABLE TRIGGER USER;
  INSERT INTO time_records (id, school_id, student_id, rotation_id, clinical_site_id, date, clock_in, clock_out, status, approved_by, approved_at, decision_kind)
    SELECT 'old' || n, 's', 'u' || 1 + n % {students}, 'r' || 1 + n % {students}, 'site', x.at, x.at, x.at + interval '8 hours', 'APPROVED', 'admin', now(), 'BULK'
    FROM generate_series(1, {decided}) n, LATERAL (SELECT now() - interval '40 days' - interval '15 hours' * (n / {students}) AS at) x;
  ALTER TABLE time_records ENABLE TRIGGER USER;";

/// Each has ten pending records.
fn students() -> usize {
    size(1_000, 10)
}

fn main() {
    tokio::runtime::Runtime::new().expect("a runtime").block_on(run());
}

async fn run() {
    let scratch = Scratch::start(Durability::None).await;
    let small = world(&scratch, "small", "").await;
    let large = world(&scratch, "large", HISTORY).await;

    // In turns, so that a noisy moment meets both.
    let waiting = 10 * students();
    let (mut of_small, mut of_large) = (Vec::new(), Vec::new());
    for _ in 0..size(30, 1) {
        of_small.push(page(&small.1).await);
        of_large.push(page(&large.1).await);
    }
    let (a, b) = (median(of_small), median(of_large));
    println!("queue page of {PAGE}: 10,000 records {a:.1?}, a million {b:.1?}, ratio {:.2}", ratio(b, a));
    let (a, b) = (total(&small.1).await, total(&large.1).await);
    println!("queue count by group: 10,000 records {a:.1?}, a million {b:.1?}, ratio {:.2}", ratio(b, a));

    let (mut owner, bound) = large;
    let moved = timed(&mut owner, "UPDATE clinical_site_locations SET latitude = latitude + 0.5").await;
    let back = timed(&mut owner, "UPDATE clinical_site_locations SET latitude = latitude - 0.5").await;
    println!("flags of {waiting} records after their site's locations moved: {moved:.1?}, and back: {back:.1?}");

    execute(&mut owner, "BEGIN; ALTER TABLE time_records DISABLE TRIGGER USER").await;
    let bare = timed(
        &mut owner,
        "UPDATE time_records SET status = 'APPROVED', approved_by = 'admin', approved_at = now(), decision_kind = 'BULK', version = version + 1 WHERE status = 'PENDING' AND school_id = 's'",
    )
    .await;
    execute(&mut owner, "ROLLBACK").await;
    execute(&mut owner, "VACUUM ANALYZE time_records").await;
    let found = clean(&bound, &Query::default()).await.expect("what is clean");
    let seen: Vec<_> = found.records.into_iter().map(|record| record.seen).collect();
    assert_eq!(seen.len(), waiting);
    let started = Instant::now();
    let outcomes = decide(&bound, &seen, &Decide::ApproveClean).await.expect("decided");
    let whole = started.elapsed();
    assert!(outcomes.iter().all(|outcome| outcome.result.is_ok()));
    println!(
        "approving {waiting}: bare UPDATE {bare:.1?}, with everything on {whole:.1?}, ratio {:.1}",
        ratio(whole, bare)
    );
}

async fn world(scratch: &Scratch, name: &str, history: &str) -> (PgConnection, Bound) {
    let mut owner = scratch.database(name).await;
    for sql in [WORLD, history] {
        let sql =
            sql.replace("{students}", &students().to_string()).replace("{decided}", &size(990_000, 1_000).to_string());
        execute(&mut owner, &sql).await;
    }
    execute(&mut owner, "VACUUM ANALYZE").await;
    let bound = bound(&mut owner, &scratch.store(name), "admin", "s").await;
    page(&bound).await;
    total(&bound).await;
    (owner, bound)
}

async fn page(bound: &Bound) -> Duration {
    let started = Instant::now();
    listing::page(bound, List::TimeRecords, &Query::default(), &Place::Start, PAGE).await.expect("a page");
    started.elapsed()
}

async fn total(bound: &Bound) -> Duration {
    let started = Instant::now();
    listing::total(bound, List::TimeRecords, &Query::default()).await.expect("a total");
    started.elapsed()
}

async fn timed(owner: &mut PgConnection, sql: &str) -> Duration {
    let started = Instant::now();
    execute(owner, sql).await;
    started.elapsed()
}
