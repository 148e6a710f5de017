//! Lists are windows: whatever the order, walking forwards or backwards page by
//! page meets every row once, and the plan is an index.

use chrono::TimeDelta;
use medstint::domain::time_record::{Query, Sort, Status, TimeRecord};
use medstint::domain::window::Place;
use medstint::store::{Bound, audit_logs, competency_assignments, rotations, time_records};
use strum::VariantArray;

use super::support::database::execute;
use super::support::{World, a_time_record, world};

async fn forwards(bound: &Bound, query: &Query, size: usize) -> Vec<TimeRecord> {
    let (mut all, mut place) = (Vec::new(), Place::Start);
    loop {
        let page = time_records::page(bound, query, &place, size).await.expect("a page");
        assert!(page.rows.len() <= size);
        all.extend(page.rows);
        match all.last() {
            Some(last) if page.after => place = Place::After(last.key(query.sort)),
            _ => return all,
        }
    }
}

async fn backwards(bound: &Bound, query: &Query, size: usize) -> Vec<TimeRecord> {
    let (mut all, mut place) = (Vec::new(), Place::End);
    loop {
        let page = time_records::page(bound, query, &place, size).await.expect("a page");
        all.splice(..0, page.rows);
        match all.first() {
            Some(first) if page.before > 0 => place = Place::Before(first.key(query.sort)),
            _ => return all,
        }
    }
}

fn ids(rows: &[TimeRecord]) -> Vec<&str> {
    rows.iter().map(|row| row.id.as_str()).collect()
}

/// Records with many ties: same instant, same length, same student.
async fn tied_world() -> World {
    let world = World::new().await;
    let mut web = world.database.web().await;
    let start = world::now() - TimeDelta::days(20);
    for i in 0..45 {
        let mut record =
            a_time_record().clocked_in(start + TimeDelta::hours(i / 3)).worked(TimeDelta::hours(4 + i % 3));
        if i % 2 == 0 {
            record = record.of_second_student();
        }
        if i % 11 == 0 {
            record = record.open();
        } else if i % 5 == 0 {
            record = record.approved();
        } else if i % 7 == 0 {
            record = record.rejected();
        }
        record.insert_with(&mut web).await;
    }
    world
}

#[tokio::test]
async fn each_order_and_status_is_walked_whole_in_both_directions() {
    let world = tied_world().await;
    let bound = world.bound("north-admin").await;
    let mut seen = 0;
    for status in Status::VARIANTS {
        for sort in Sort::VARIANTS {
            let query = Query { status: *status, sort: *sort, text: String::new() };
            let whole = time_records::page(&bound, &query, &Place::Start, 1000).await.expect("a page").rows;
            assert_eq!(ids(&forwards(&bound, &query, 7).await), ids(&whole), "{query:?} forwards");
            assert_eq!(ids(&backwards(&bound, &query, 7).await), ids(&whole), "{query:?} backwards");
            let total = time_records::total(&bound, &query).await.expect("a total");
            assert_eq!(usize::try_from(total.rows), Ok(whole.len()));
            assert_eq!(total.elapsed_ms, whole.iter().filter_map(|row| row.elapsed_ms).sum::<i64>());
            seen += usize::from(*sort == Sort::Oldest) * whole.len();
        }
    }
    assert_eq!(seen, 45);
}

#[tokio::test]
async fn orders_are_what_they_say() {
    let world = tied_world().await;
    let bound = world.bound("north-admin").await;
    let rows = async |sort| forwards(&bound, &Query { sort, ..Query::default() }, 10).await;
    assert!(rows(Sort::Oldest).await.is_sorted_by_key(|r| r.clock_in));
    assert!(rows(Sort::Newest).await.iter().rev().is_sorted_by_key(|r| r.clock_in));
    assert!(rows(Sort::Student).await.is_sorted_by_key(|r| (r.student.clone(), r.clock_in)));
    let longest = rows(Sort::Longest).await;
    assert!(longest[0].elapsed_ms.is_none(), "an open record is the longest");
    assert!(longest.iter().filter_map(|r| r.elapsed_ms).rev().is_sorted());
}

#[tokio::test]
async fn a_refresh_reads_from_its_first_row_on_and_counts_what_came_before() {
    let world = tied_world().await;
    let bound = world.bound("north-admin").await;
    let query = Query { sort: Sort::Newest, ..Query::default() };
    let page = time_records::page(&bound, &query, &Place::Start, 5).await.expect("a page");
    let anchor = page.rows[0].key(query.sort);
    for n in 1..=3 {
        a_time_record().clocked_in(world::now() - TimeDelta::hours(n)).open().insert(&world).await;
    }
    let refreshed = time_records::page(&bound, &query, &Place::From(anchor), 5).await.expect("a page");
    assert_eq!(ids(&refreshed.rows), ids(&page.rows));
    assert_eq!(refreshed.before, 3);
}

#[tokio::test]
async fn words_of_the_filter_are_found_in_students_and_sites_and_mean_themselves() {
    let world = World::new().await;
    let bound = world.bound("north-admin").await;
    a_time_record().insert(&world).await;
    a_time_record().of_second_student().insert(&world).await;
    let found = async |text: &str| {
        let query = Query { text: text.into(), ..Query::default() };
        time_records::page(&bound, &query, &Place::Start, 10).await.expect("a page").rows.len()
    };
    assert_eq!(found("tia").await, 1);
    assert_eq!(found("north gen").await, 2);
    assert_eq!(found("tia general").await, 1);
    for nothing in ["%", "_", "\\", "';--", "south"] {
        assert_eq!(found(nothing).await, 0, "{nothing}");
    }
}

#[tokio::test]
async fn the_other_lists_are_walked_whole_too() {
    let world = World::new().await;
    let bound = world.bound("north-admin").await;
    let mut owner = world.owner().await;
    execute(&mut owner, "INSERT INTO rotations (student_id, clinical_site_id, specialty, start_date, end_date, required_hours)
        SELECT 'north-student', 'north-site', 'S' || n, now(), now() + interval '1 day' * (n % 4 + 1), 1 FROM generate_series(1, 23) n;
        INSERT INTO competencies (id, school_id, name, description, category, level) SELECT 'c' || n, 'north', 'C' || n, 'D', 'K', 'EXPERT' FROM generate_series(1, 20) n;
        INSERT INTO competency_assignments (user_id, competency_id, due_date) SELECT 'north-student', 'c' || n, CASE WHEN n % 3 > 0 THEN now() + interval '1 day' * (n % 4) END FROM generate_series(1, 20) n").await;
    macro_rules! walked {
        ($module:ident, $key:expr) => {{
            let (mut ids, mut place) = (Vec::new(), Place::Start);
            loop {
                let page = $module::page(&bound, &place, 4).await.expect("a page");
                let last = page.rows.last().map($key);
                ids.extend(page.rows.iter().map(|row| row.id.as_str().to_owned()));
                match last {
                    Some(key) if page.after => place = Place::After(key),
                    _ => break,
                }
            }
            let total = usize::try_from($module::total(&bound).await.expect("a total").rows).expect("a count");
            let mut distinct = ids.clone();
            distinct.sort();
            distinct.dedup();
            assert_eq!((ids.len(), distinct.len()), (total, total), stringify!($module));
        }};
    }
    walked!(rotations, |row| (row.end, row.id.clone()));
    walked!(competency_assignments, medstint::domain::competency::Assignment::key);
    walked!(audit_logs, medstint::domain::audit_event::AuditEvent::key);
}

#[tokio::test]
async fn a_page_of_the_queue_is_served_by_an_index_under_row_level_security() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    execute(
        &mut owner,
        "ALTER TABLE time_records DISABLE TRIGGER USER;
         INSERT INTO time_records (id, school_id, student_id, rotation_id, clinical_site_id, date, clock_in, clock_out, status, approved_by, approved_at, decision_kind)
         SELECT 'x' || n, s, s || '-student', s || '-student-rotation', s || '-site', now(), now() - interval '1 minute' * n, now() - interval '1 minute' * n + interval '8 hours',
                CASE WHEN n % 50 = 0 THEN 'PENDING' ELSE 'APPROVED' END::time_record_status, CASE WHEN n % 50 > 0 THEN s || '-admin' END, CASE WHEN n % 50 > 0 THEN now() END, CASE WHEN n % 50 > 0 THEN 'BULK' END::decision_kind
         FROM generate_series(1, 20000) n, LATERAL (SELECT CASE n % 2 WHEN 0 THEN 'north' ELSE 'south' END AS s) x;
         ALTER TABLE time_records ENABLE TRIGGER USER; ANALYZE",
    )
    .await;
    let token = world.token("north-admin").await;
    let mut app = world.database.app().await;
    execute(&mut app, &format!("SELECT set_config('medstint.session', '{}', false)", token.expose())).await;
    for (status, order, index) in [
        ("PENDING", "t.clock_in, t.id", "time_records_pending_by_time"),
        ("APPROVED", "t.clock_in DESC, t.id DESC", "time_records_approved_by_time"),
        ("APPROVED", "coalesce(t.elapsed_ms, 9007199254740991) DESC, t.id DESC", "time_records_approved_by_length"),
    ] {
        let statement = format!(
            "EXPLAIN SELECT t.id FROM time_records t JOIN users u ON u.id = t.student_id AND u.school_id = t.school_id
             WHERE t.school_id = 'north' AND u.school_id = 'north' AND t.status = '{status}' ORDER BY {order} LIMIT 61"
        );
        let lines: Vec<String> =
            sqlx::query_scalar(sqlx::AssertSqlSafe(statement)).fetch_all(&mut app).await.expect("a plan");
        let plan = lines.join("\n");
        assert!(plan.contains(index), "{status} by {order} does not use {index}:\n{plan}");
    }
}
