//! How every list is served at a million rows: `cargo bench --bench plans`. It
//! fills a private cluster, walks every list in every view and order through the
//! store itself, and prints what the server's `auto_explain` saw: milliseconds,
//! rows read by whole-table scans, indexes. It judges nothing.
//!
//! `MEDSTINT_BENCH_ROWS` sets another number of rows.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a bench prints, and stops where it cannot measure")]

mod support;

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Instant;

use medstint::cluster::Durability;
use medstint::domain::list::List;
use medstint::domain::query::Query;
use medstint::domain::window::Place;
use medstint::store::listing;
use sqlx::PgConnection;
use strum::VariantArray;

use support::{Scratch, bound, connect, execute, size};

/// What the console asks for at once on a large screen.
const PAGE: usize = 100;

/// Ten schools with a tenth of everything each; `school0` is the one looked at.
/// `{n}` is the number of rows of each large table.
const WORLD: &[&str] = &[
    "INSERT INTO schools (id, name, accreditation) SELECT 'school' || n, 'School ' || n, 'ACC' FROM generate_series(0, 9) n",
    "INSERT INTO schools (name, accreditation) SELECT 'Platform ' || n, 'ACC' FROM generate_series(1, {n}) n",
    "INSERT INTO programs (id, school_id, name, description, duration, class_year, is_active) SELECT 'p' || n, 'school' || n % 10, 'Program ' || n, 'D', 24, 2027, n % 50 > 0 FROM generate_series(1, {n}) n",
    "INSERT INTO users (id, email, name, given_name, family_name, role, school_id, program_id, is_active) SELECT 'u' || n, 'u' || n || '@x.example', 'N' || n, 'N' || n, 'Family' || n % 5000,
       (CASE WHEN n % 20 = 0 THEN 'CLINICAL_PRECEPTOR' ELSE 'STUDENT' END)::user_role, 'school' || n % 10, CASE WHEN n % 20 > 0 THEN 'p' || 10 + n % 200 END, n % 50 > 0 FROM generate_series(1, {n}) n",
    "INSERT INTO users (id, email, name, role, school_id) VALUES ('admin', 'admin@x.example', 'Admin', 'SCHOOL_ADMIN', 'school0'), ('super', 'super@x.example', 'Super', 'SUPER_ADMIN', NULL)",
    "INSERT INTO clinical_sites (id, school_id, name, type, capacity, is_active) SELECT 's' || n, 'school' || n % 10, 'Site ' || n, 'CLINIC', 10, n % 50 > 0 FROM generate_series(1, {n}) n",
    "INSERT INTO clinical_site_locations (clinical_site_id, school_id, name, latitude, longitude, is_active) SELECT 's' || n, 'school' || n % 10, 'L' || n, 41, -90, n % 50 > 0 FROM generate_series(1, {n}) n",
    "INSERT INTO rotations (id, school_id, student_id, clinical_site_id, preceptor_id, specialty, start_date, end_date, required_hours, status)
       SELECT 'r' || n, 'school' || n % 10, 'u' || n, 's' || 10 + n % {sites}, CASE WHEN n <> 20 THEN 'u20' END, 'X', now() + interval '1 hour' * (n % {sites} - 15000), now() + interval '1 hour' * (n % {sites} - 14000), 160,
       (CASE WHEN n % {sites} > 15000 THEN 'SCHEDULED' WHEN n % {sites} > 14000 THEN 'ACTIVE' WHEN n % 50 = 0 THEN 'CANCELLED' ELSE 'COMPLETED' END)::rotation_status FROM generate_series(1, {n}) n",
    "INSERT INTO time_records (id, school_id, student_id, rotation_id, clinical_site_id, date, clock_in, clock_out, status, approved_by, approved_at, decision_kind)
       SELECT 't' || n, 'school' || n % 10, 'u' || n, 'r' || n, 's' || 10 + n % {sites}, now(), now() - interval '1 minute' * n, now() - interval '1 minute' * n + interval '8 hours',
       (CASE WHEN n % 100 = 0 THEN 'PENDING' ELSE 'APPROVED' END)::time_record_status, CASE WHEN n % 100 > 0 THEN 'admin' END, CASE WHEN n % 100 > 0 THEN now() END, CASE WHEN n % 100 > 0 THEN 'BULK' END::decision_kind
       FROM generate_series(1, {n}) n",
    "INSERT INTO competency_templates (id, school_id, name, description, category, level, created_by, is_active) SELECT 'k' || n, 'school' || n % 10, 'T' || n, 'D', 'K', 'EXPERT', 'admin', n % 50 > 0 FROM generate_series(1, {n}) n",
    "INSERT INTO competency_deployments (id, school_id, template_id, deployed_by, deployment_type, status, created_at) SELECT 'd' || n, 'school' || n % 10, 'k' || n, 'admin', 'TEMPLATE_IMPORT',
       (CASE WHEN n % 3 = 0 THEN 'ARCHIVED' ELSE 'ACTIVE' END)::deployment_status, now() - interval '1 minute' * n FROM generate_series(1, {n}) n",
    "INSERT INTO competencies (id, school_id, template_id, name, description, category, level) SELECT 'c' || n, 'school' || n % 10, 'k' || n, 'C' || n, 'D', 'K', 'EXPERT' FROM generate_series(1, {n}) n",
    "INSERT INTO rubric_criteria (school_id, competency_id, criterion_name, description, max_score, order_index) SELECT 'school' || n % 10, 'c' || n, 'K' || n, 'D', 4, n % 7 FROM generate_series(1, {n}) n",
    "INSERT INTO competency_assignments (id, school_id, user_id, competency_id, deployment_id, status, completion_date, due_date) SELECT 'a' || n, 'school' || n % 10, 'u' || n, 'c' || 10 + n % 500, 'd' || n,
       (CASE WHEN n % 3 > 0 THEN 'COMPLETED' ELSE 'ASSIGNED' END)::assignment_status, CASE WHEN n % 3 > 0 THEN now() END, now() + interval '1 minute' * (n - 500000) FROM generate_series(1, {n}) n",
    "INSERT INTO assessments (school_id, student_id, assessor_id, competency_id, type, status, approved_by, created_at) SELECT 'school' || n % 10, 'u' || n, 'u20', 'c' || 10 + n % 500, 'PRECEPTOR',
       (CASE WHEN n % 50 = 0 THEN 'DRAFT' WHEN n % 50 = 1 THEN 'SUBMITTED' WHEN n % 50 = 2 THEN 'REVIEWED' ELSE 'APPROVED' END)::assessment_status, CASE WHEN n % 50 > 2 THEN 'admin' END, now() - interval '1 minute' * n
       FROM generate_series(1, {n}) n WHERE n <> 20",
    "INSERT INTO notifications (school_id, user_id, type, title, message, is_read, created_at) SELECT 'school0', CASE WHEN n % 10 = 0 THEN 'admin' ELSE 'u' || n END, 'X', 'T', 'M', n % 100 > 0, now() - interval '1 minute' * n FROM generate_series(1, {n}) n",
    "INSERT INTO audit_logs (school_id, user_id, action, resource_type, resource_id, created_at) SELECT 'school' || n % 10, 'admin', 'x.y', 'users', 'u' || n, now() - interval '1 second' * n FROM generate_series(1, {n}) n",
    "INSERT INTO sessions (user_id, school_id, token, sign_in_era, sign_in_change, expires_at, created_at) SELECT 'u' || n, 'school' || n % 10, encode(sha256(n::text::bytea), 'hex'), 0, 0, now() + interval '1 day' * (n % 100 - 98), now() - interval '100 days' - interval '1 second' * n FROM generate_series(1, {n}) n",
];

fn main() {
    let rows = std::env::var("MEDSTINT_BENCH_ROWS").unwrap_or_else(|_| size("1000000", "600").into());
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(run(&rows));
}

async fn run(rows: &str) {
    let scratch = Scratch::start(Durability::None).await;
    let mut owner = scratch.database("plans").await;
    fill(&mut owner, rows).await;
    let mut admin = connect(&scratch.cluster.url("postgres", "plans")).await;
    for setting in [
        "session_preload_libraries = 'auto_explain'",
        "auto_explain.log_min_duration = 0",
        "auto_explain.log_analyze = on",
        // Pages and totals are read within a function.
        "auto_explain.log_nested_statements = on",
    ] {
        execute(&mut admin, &format!("ALTER ROLE medstint_app SET {setting}")).await;
    }

    let store = scratch.store("plans");
    println!(
        "{:<22} {:<14} {:<15} {:>8} {:>8}  indexes of the outermost tables; whole-table scans",
        "list", "view", "order", "page ms", "count ms"
    );
    for list in List::VARIANTS.iter().copied() {
        let user = if list == List::Schools { "super" } else { "admin" };
        let bound = bound(&mut owner, &store, user, "school0").await;
        for view in 0..list.views().len() {
            for order in 0..list.orders().len() {
                let query = Query { view, order, ..Query::default() };
                measure(
                    &scratch.log,
                    list,
                    list.views()[view],
                    list.orders()[order],
                    async || {
                        listing::page(&bound, list, &query, &Place::Start, PAGE).await.map(drop).expect("a page");
                    },
                    async || {
                        listing::total(&bound, list, &query).await.map(drop).expect("a total");
                    },
                )
                .await;
            }
        }
    }
    drop(store);
}

async fn measure(log: &Path, list: List, view: &str, order: &str, page: impl AsyncFn(), count: impl AsyncFn()) {
    // Once to warm the caches and the catalogue.
    page().await;
    let before = std::fs::metadata(log).expect("a log").len();
    let started = Instant::now();
    page().await;
    let page_ms = started.elapsed().as_secs_f64() * 1000.0;
    tokio::time::sleep(std::time::Duration::from_millis(30)).await;
    let text = std::fs::read_to_string(log).expect("a log");
    let plan = &text[usize::try_from(before).expect("a length")..];
    let started = Instant::now();
    count().await;
    let count_ms = started.elapsed().as_secs_f64() * 1000.0;
    let (indexes, scans) = read(plan);
    println!("{:<22} {view:<14} {order:<15} {page_ms:>8.1} {count_ms:>8.1}  {indexes}{scans}", <&str>::from(list));
}

/// Indexes that were used, and tables that were read whole, of the longest
/// statement in the log's piece.
fn read(log: &str) -> (String, String) {
    let plan = log.split("LOG:").max_by_key(|piece| piece.len()).unwrap_or_default();
    let (mut indexes, mut scans) = (BTreeSet::new(), Vec::new());
    for line in plan.lines() {
        if let Some((_, rest)) = line.split_once(" using ") {
            indexes.insert(rest.split_whitespace().next().unwrap_or_default().to_owned());
        } else if let Some((_, rest)) = line.split_once("Bitmap Index Scan on ") {
            indexes.insert(rest.split_whitespace().next().unwrap_or_default().to_owned());
        } else if let Some((_, rest)) = line.split_once("Seq Scan on ") {
            let rows = rest.split("rows=").nth(2).and_then(|rest| rest.split_whitespace().next()).unwrap_or("?");
            scans.push(format!("{} ({rows} rows)", rest.split_whitespace().next().unwrap_or_default()));
        }
    }
    let scans = if scans.is_empty() { String::new() } else { format!(" | WHOLE: {}", scans.join(", ")) };
    (indexes.into_iter().collect::<Vec<_>>().join(" "), scans)
}

async fn fill(owner: &mut PgConnection, rows: &str) {
    // Ten of the sites are the schools' own numbers.
    let sites = rows.parse::<u64>().expect("a number").saturating_sub(10).min(20_000).to_string();
    let started = Instant::now();
    for statement in WORLD {
        let table = statement.split_whitespace().nth(2).unwrap_or_default();
        execute(owner, &format!("ALTER TABLE {table} DISABLE TRIGGER USER")).await;
        execute(owner, &statement.replace("{n}", rows).replace("{sites}", &sites)).await;
        execute(owner, &format!("ALTER TABLE {table} ENABLE TRIGGER USER")).await;
    }
    execute(owner, "VACUUM ANALYZE").await;
    println!("filled with {rows} rows a table in {:.0} s", started.elapsed().as_secs_f64());
}
