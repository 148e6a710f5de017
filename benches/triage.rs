//! What triage costs: `cargo bench --bench triage`. Side by side, in one run: the
//! queue's page with a million records of which ten thousand wait and with ten
//! thousand in all; approving ten thousand with everything on and the bare UPDATE of
//! the same rows; looking again at ten thousand after one location moved. It judges
//! nothing.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a bench prints, and stops where it cannot measure")]

use std::time::{Duration, Instant};

use medstint::cluster::{Cluster, Durability, SearchPath, Settings};
use medstint::domain::Secret;
use medstint::domain::list::List;
use medstint::domain::query::Query;
use medstint::domain::time_record::Decide;
use medstint::domain::window::Place;
use medstint::store::time_records::{clean, decide};
use medstint::store::{Address, Bound, Store, listing, migrations, pool};
use sqlx::{AssertSqlSafe, PgConnection};

const TOKEN: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const WAITING: usize = 10_000;
const PAGE: usize = 100;

/// A thousand students, ten pending records each, all at one site.
const WORLD: &str = "
  INSERT INTO schools (id, name, accreditation, time_zone) VALUES ('s', 'School', 'ACC', 'America/Chicago');
  INSERT INTO programs (id, school_id, name, description, duration, class_year) VALUES ('p', 's', 'Program', 'D', 24, 2027);
  INSERT INTO users (id, email, name, given_name, family_name, role, school_id, program_id)
    SELECT 'u' || n, 'u' || n || '@x.example', 'N ' || n, 'N', 'Family' || n, 'STUDENT', 's', 'p' FROM generate_series(1, 1000) n;
  INSERT INTO users (id, email, name, role, school_id) VALUES ('admin', 'admin@x.example', 'Admin', 'SCHOOL_ADMIN', 's');
  INSERT INTO clinical_sites (id, school_id, name, type, capacity, time_zone) VALUES ('site', 's', 'Site', 'HOSPITAL', 9999, 'America/Chicago');
  INSERT INTO clinical_site_locations (id, clinical_site_id, name, latitude, longitude) SELECT 'l' || n, 'site', 'L' || n, 41 + n * 0.002, -90 FROM generate_series(1, 3) n;
  INSERT INTO rotations (id, student_id, clinical_site_id, specialty, start_date, end_date, required_hours, status)
    SELECT 'r' || n, 'u' || n, 'site', 'X', now() - interval '900 days', now() + interval '90 days', 30000, 'ACTIVE' FROM generate_series(1, 1000) n;
  INSERT INTO time_records (id, student_id, rotation_id, clock_in, clock_out, clock_in_latitude, clock_in_longitude, clock_in_accuracy_m, clock_out_latitude,
      clock_out_longitude, clock_out_accuracy_m, clock_in_source, clock_out_source, clock_in_ip_address, clock_in_user_agent, clock_out_ip_address, clock_out_user_agent, created_at)
    SELECT 't' || n || '-' || d, 'u' || n, 'r' || n, x.at, x.at + interval '8 hours', 41.002, -90, 10, 41.002, -90, 10, 'MOBILE', 'MOBILE',
      '10.0.' || n % 50 || '.' || n % 200, 'ua' || n, '10.0.' || n % 50 || '.' || n % 200, 'ua' || n, x.at
    FROM generate_series(1, 1000) n, generate_series(1, 10) d,
      LATERAL (SELECT date_trunc('day', now()) - interval '1 day' * d + interval '13 hours' + interval '1 second' * (n % 3000) AS at) x;";

/// What was decided before, without the triggers.
const HISTORY: &str = "
  ALTER TABLE time_records DISABLE TRIGGER USER;
  INSERT INTO time_records (id, school_id, student_id, rotation_id, clinical_site_id, date, clock_in, clock_out, status, approved_by, approved_at, decision_kind)
    SELECT 'old' || n, 's', 'u' || 1 + n % 1000, 'r' || 1 + n % 1000, 'site', x.at, x.at, x.at + interval '8 hours', 'APPROVED', 'admin', now(), 'BULK'
    FROM generate_series(1, 990000) n, LATERAL (SELECT now() - interval '40 days' - interval '15 hours' * (n / 1000) AS at) x;
  ALTER TABLE time_records ENABLE TRIGGER USER;";

fn main() {
    tokio::runtime::Runtime::new().expect("a runtime").block_on(run());
}

async fn run() {
    let dir = tempfile::Builder::new().prefix("medstint-triage-").tempdir_in("/var/tmp").expect("a directory");
    std::fs::set_permissions(dir.path(), std::os::unix::fs::PermissionsExt::from_mode(0o711)).expect("permissions");
    let cluster = Cluster::start(&Settings {
        dir: dir.path().join("cluster"),
        durability: Durability::None,
        path: SearchPath(std::env::var_os("PATH")),
    })
    .await
    .expect("a cluster");
    let small = world(&cluster, "small", "").await;
    let large = world(&cluster, "large", HISTORY).await;

    // In turns, so that a noisy moment meets both.
    let (mut of_small, mut of_large) = (Vec::new(), Vec::new());
    for _ in 0..30 {
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
    println!("flags of {WAITING} records after their site's locations moved: {moved:.1?}, and back: {back:.1?}");

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
    assert_eq!(seen.len(), WAITING);
    let started = Instant::now();
    let outcomes = decide(&bound, &seen, &Decide::ApproveClean).await.expect("decided");
    let whole = started.elapsed();
    assert!(outcomes.iter().all(|outcome| outcome.result.is_ok()));
    println!(
        "approving {WAITING}: bare UPDATE {bare:.1?}, with everything on {whole:.1?}, ratio {:.1}",
        ratio(whole, bare)
    );
}

async fn world(cluster: &Cluster, name: &str, history: &str) -> (PgConnection, Bound) {
    cluster.make_database(name).await.expect("a database");
    let mut owner = connect(&cluster.owner_url(name)).await;
    migrations::up(&mut owner, None).await.expect("migrations");
    execute(&mut owner, WORLD).await;
    execute(&mut owner, history).await;
    execute(&mut owner, "VACUUM ANALYZE").await;
    execute(
        &mut owner,
        &format!("INSERT INTO sessions (user_id, token, expires_at) VALUES ('admin', encode(sha256('{TOKEN}'), 'hex'), now() + interval '1 hour')"),
    )
    .await;
    let store = Store::new(pool(&Address::parse(Some(&cluster.url("medstint_app", name))).expect("an address"), 1));
    let token = Secret::new(TOKEN);
    let actor = store.whoami(&token).await.expect("a session");
    let bound = store.bind(&token, &actor).expect("a token");
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

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn ratio(a: Duration, b: Duration) -> f64 {
    a.as_secs_f64() / b.as_secs_f64()
}

async fn timed(owner: &mut PgConnection, sql: &str) -> Duration {
    let started = Instant::now();
    execute(owner, sql).await;
    started.elapsed()
}

async fn connect(url: &str) -> PgConnection {
    Address::parse(Some(url)).expect("an address").connect().await.expect("a connection")
}

async fn execute(connection: &mut PgConnection, sql: &str) {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
        .execute(connection)
        .await
        .unwrap_or_else(|error| panic!("{error}\n{sql}"));
}
