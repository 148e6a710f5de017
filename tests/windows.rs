//! Lists are windows: whatever the order, walking forwards or backwards page by
//! page meets every row once, and the plan is an index.

use chrono::TimeDelta;
use medstint::domain::assessment::Assessment;
use medstint::domain::audit_event::AuditEvent;
use medstint::domain::calendar::{BySite, ByStudent};
use medstint::domain::competency::{Assignment, Competency};
use medstint::domain::correction::Correction;
use medstint::domain::criterion::Criterion;
use medstint::domain::delegation::Delegation;
use medstint::domain::deployment::Deployment;
use medstint::domain::filter::{self, Filter};
use medstint::domain::list::{By, Choice, List, Of, Rows};
use medstint::domain::location::Location;
use medstint::domain::missing::Missing;
use medstint::domain::notification::Notification;
use medstint::domain::notification_template::NotificationTemplate;
use medstint::domain::policy::Policy;
use medstint::domain::program::Program;
use medstint::domain::query::Query;
use medstint::domain::rotation::Rotation;
use medstint::domain::school::School;
use medstint::domain::session::Session;
use medstint::domain::site::Site;
use medstint::domain::template::Template;
use medstint::domain::time_record::{Order, TimeRecord};
use medstint::domain::user::User;
use medstint::domain::window::{Around, Key, Keyed, Page, Place, Slot};
use medstint::store::{Bound, listing};
use strum::VariantArray;

use super::support::database::{execute, value};
use super::support::{World, a_time_record, world};

async fn page(bound: &Bound, query: &Query, place: &Place<Key>, size: usize) -> Page<Keyed<TimeRecord>> {
    let rows = listing::page(bound, List::TimeRecords, query, place, size).await.expect("a page");
    let page: Page<Slot<TimeRecord>> = rows.try_into().expect("time records");
    page.map(|row| row.keyed().expect("a readable row").clone())
}

async fn forwards(bound: &Bound, query: &Query, size: usize) -> Vec<Keyed<TimeRecord>> {
    let (mut all, mut place) = (Vec::new(), Place::Start);
    loop {
        let page = page(bound, query, &place, size).await;
        assert!(page.rows.len() <= size);
        all.extend(page.rows);
        match all.last() {
            Some(last) if page.after => place = Place::After(last.key.clone()),
            _ => return all,
        }
    }
}

fn ids(rows: &[Keyed<TimeRecord>]) -> Vec<&str> {
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
        record.insert_with(&world, &mut web).await;
    }
    world
}

#[tokio::test]
async fn a_total_is_what_the_list_holds_and_its_hours() {
    let world = tied_world().await;
    let bound = world.bound("north-admin").await;
    let mut seen = 0;
    for view in 0..List::TimeRecords.views().len() {
        let query = Query { view, ..Query::default() };
        let whole = forwards(&bound, &query, 1000).await;
        let total = listing::total(&bound, List::TimeRecords, &query).await.expect("a total");
        assert_eq!(usize::try_from(total.rows), Ok(whole.len()));
        assert_eq!(total.elapsed_ms, whole.iter().filter_map(|row| row.elapsed_ms).sum::<i64>());
        seen += whole.len();
    }
    assert_eq!(seen, 45);
}

#[tokio::test]
async fn orders_are_what_they_say() {
    let world = tied_world().await;
    let bound = world.bound("north-admin").await;
    let rows = async |name: &str| {
        let order = List::TimeRecords.orders().iter().position(|order| *order == name).expect("an order");
        forwards(&bound, &Query { order, ..Query::default() }, 10).await
    };
    assert!(rows("oldest first").await.is_sorted_by_key(|r| r.clock_in));
    assert!(rows("newest first").await.iter().rev().is_sorted_by_key(|r| r.clock_in));
    assert!(rows("by student").await.is_sorted_by_key(|r| (r.student.clone(), r.clock_in)));
    assert!(rows("by site").await.is_sorted_by_key(|r| (r.site.clone(), r.clock_in)));
    let longest = rows("longest first").await;
    assert!(longest[0].elapsed_ms.is_none(), "an open record is the longest");
    assert!(longest.iter().filter_map(|r| r.elapsed_ms).rev().is_sorted());
}

#[tokio::test]
async fn a_refresh_reads_from_its_first_row_on_and_counts_what_came_before() {
    let world = tied_world().await;
    let bound = world.bound("north-admin").await;
    let query = Query { order: Order::NewestFirst.index(), ..Query::default() };
    let first = page(&bound, &query, &Place::Start, 5).await;
    for n in 1..=3 {
        let at = world::shift(1) + TimeDelta::minutes(n);
        a_time_record().clocked_in(at).worked(TimeDelta::seconds(30)).insert(&world).await;
    }
    let refreshed = page(&bound, &query, &Place::From(first.rows[0].key.clone()), 5).await;
    assert_eq!(ids(&refreshed.rows), ids(&first.rows));
    assert_eq!(refreshed.before, 3);
}

#[tokio::test]
async fn a_refresh_knows_where_a_record_stood_that_has_left() {
    let world = tied_world().await;
    let bound = world.bound("north-admin").await;
    let query = Query { order: Order::OldestFirst.index(), ..Query::default() };
    let all = forwards(&bound, &query, 10).await;
    // After all others of its instant.
    let mut key = all[5].key.clone();
    *key.columns.last_mut().expect("an id") = "zzzz".into();
    let at = all.iter().filter(|row| row.clock_in <= all[5].clock_in).count();
    let place = Place::Around(Around { key, above: 3, since: Some(all[9].key.clone()) });
    let page = page(&bound, &query, &place, 8).await;
    assert_eq!(ids(&page.rows), ids(&all[at - 3..at + 5]));
    assert_eq!((page.anchor, page.before, page.new_above), (3, at - 3, 9));
}

#[tokio::test]
async fn words_of_the_filter_are_found_in_students_and_sites_and_mean_themselves() {
    let world = World::new().await;
    let bound = world.bound("north-admin").await;
    a_time_record().insert(&world).await;
    a_time_record().of_second_student().insert(&world).await;
    let found = async |text: &str| {
        let query = Query { filter: filter::parse(List::TimeRecords, text).expect("a filter"), ..Query::default() };
        page(&bound, &query, &Place::Start, 10).await.rows.len()
    };
    assert_eq!(found("tia").await, 1);
    assert_eq!(found("north gen").await, 2);
    assert_eq!(found("tia general").await, 1);
    for nothing in ["%", "_", "\\", "';--", "south"] {
        assert_eq!(found(nothing).await, 0, "{nothing}");
    }
}

/// Some rows, with ties, in every list.
async fn full_world() -> World {
    let world = tied_world().await;
    execute(&mut world.owner().await, r#"
        UPDATE school_policies SET thresholds = '{"double_booking": "allow"}';
        INSERT INTO rotations (student_id, clinical_site_id, specialty, start_date, end_date, required_hours)
          SELECT 'north-student', 'north-site', 'S' || n, now(), now() + interval '1 day' * (n % 4 + 1), 1 FROM generate_series(1, 23) n;
        INSERT INTO competencies (id, school_id, name, description, category, level)
          SELECT 'c' || n, 'north', 'C' || n % 7, 'D', 'K', 'EXPERT' FROM generate_series(1, 20) n;
        INSERT INTO competency_assignments (user_id, competency_id, due_date)
          SELECT 'north-student', 'c' || n, CASE WHEN n % 3 > 0 THEN now() + interval '1 day' * (n % 4) END FROM generate_series(1, 20) n;
        INSERT INTO assessments (student_id, assessor_id, competency_id, type, created_at)
          SELECT 'north-student', 'north-preceptor', 'c' || n, 'PRECEPTOR', now() - interval '1 day' * (n % 3) FROM generate_series(1, 14) n;
        INSERT INTO competency_templates (school_id, name, description, category, level, created_by, version)
          SELECT 'north', 'T' || n % 3, 'D', 'K', 'EXPERT', 'north-admin', '1.' || n FROM generate_series(1, 9) n;
        INSERT INTO competency_deployments (template_id, deployed_by, deployment_type) SELECT 'north-template', 'north-admin', 'TEMPLATE_IMPORT' FROM generate_series(1, 9);
        INSERT INTO rubric_criteria (competency_id, criterion_name, description, max_score, order_index) SELECT 'c1', 'K' || n, 'D', 4, n % 3 FROM generate_series(1, 9) n;
        INSERT INTO programs (school_id, name, description, duration, class_year, is_active) SELECT 'north', 'P' || n % 4, 'D', 12, 2020 + n, n % 5 > 0 FROM generate_series(1, 14) n;
        INSERT INTO clinical_sites (school_id, name, type, capacity) SELECT 'north', 'Site ' || n, 'CLINIC', 1 FROM generate_series(1, 9) n;
        INSERT INTO clinical_site_locations (clinical_site_id, name, latitude, longitude) SELECT s.id, 'L' || n, 41, -90 FROM clinical_sites s, generate_series(1, 3) n WHERE s.school_id = 'north';
        INSERT INTO users (email, name, role, school_id) SELECT 'x' || n || '@north.example', 'X' || n % 5, 'CLINICAL_PRECEPTOR', 'north' FROM generate_series(1, 9) n;
        INSERT INTO time_record_corrections (school_id, time_record_id, old_clock_in, old_clock_out, clock_in, clock_out, reason, proposed_by, proposed_at, status, decided_at)
          SELECT 'north', t.id, t.clock_in, t.clock_out, t.clock_in - interval '1 minute', coalesce(t.clock_out, t.clock_in + interval '1 hour'), 'R', 'north-admin', now() - interval '1 day' * (row_number() OVER () % 3),
            CASE WHEN row_number() OVER () % 2 = 0 THEN 'PROPOSED' ELSE 'REJECTED' END, CASE WHEN row_number() OVER () % 2 > 0 THEN now() END FROM time_records t WHERE t.school_id = 'north';
        INSERT INTO rotations (student_id, clinical_site_id, specialty, start_date, end_date, required_hours, status)
          SELECT 'north-student', 'north-site', 'M' || n, now() - interval '30 days', now() + interval '1 day' * (n % 3 + 1), 1, 'ACTIVE' FROM generate_series(1, 11) n;
        INSERT INTO delegations (from_user_id, to_user_id, starts_at, ends_at) SELECT 'north-preceptor', 'north-stranger', now() - interval '9 days', now() + interval '1 day' * (n % 4 - 2) + interval '1 hour' FROM generate_series(1, 9) n;
        INSERT INTO alerts (school_id, rule_id, subject, severity, counted, first_at, last_at, acknowledged_by, acknowledged_at)
          SELECT 'north', 'platform-exports', 's' || n, 'HIGH', n, now() - interval '1 hour', now() - interval '1 minute' * (n % 4),
            CASE WHEN n % 3 = 0 THEN 'north-admin' END, CASE WHEN n % 3 = 0 THEN now() END FROM generate_series(1, 12) n;
        INSERT INTO kiosks (id, school_id, clinical_site_id, name, revoked_at) SELECT 'k' || n, 'north', 'north-site', 'K' || n, CASE WHEN n % 3 = 0 THEN now() END FROM generate_series(1, 14) n;
        INSERT INTO kiosk_punches (id, school_id, kiosk_id, clinical_site_id, badge, student_id, punched_at, device_clock, is_offline, clock_is_unverified, status, problem, settled_by, settled_at, reason, received_at)
          SELECT 'a-punch-of-a-kiosk-' || n, 'north', 'k1', 'north-site', 'b' || n, CASE WHEN n % 2 = 0 THEN 'north-student' END, now(), now(), true, false, CASE WHEN n % 3 = 0 THEN 'DISCARDED' ELSE 'QUARANTINED' END, 'unknown_badge',
            CASE WHEN n % 3 = 0 THEN 'north-admin' END, CASE WHEN n % 3 = 0 THEN now() END, CASE WHEN n % 3 = 0 THEN 'R' END, now() - interval '1 minute' * (n % 4) FROM generate_series(1, 14) n;
        INSERT INTO user_keys (user_id, key, added_at, removed_at)
          SELECT 'north-student', encode(decode('0000000b7373682d6564323535313900000020', 'hex') || sha256(convert_to(n::text, 'UTF8')), 'base64'), now() - interval '1 day' * (n % 3), CASE WHEN n % 2 = 0 THEN now() END FROM generate_series(1, 14) n;
        INSERT INTO notifications (user_id, type, title, message, created_at) SELECT 'north-admin', 'X', 'T', 'M', now() - interval '1 day' * (n % 3) FROM generate_series(1, 9) n;"#).await;
    for _ in 0..6 {
        world.token("north-student").await;
    }
    world
}

/// A page with the ids of its rows, whatever list it is of.
fn ids_of(rows: Rows) -> Page<(String, Key)> {
    macro_rules! of {
        ($page:expr, $id:expr) => {
            Page {
                rows: $page
                    .rows
                    .iter()
                    .map(|row| ($id(row.record().expect("a readable row")), row.key().clone()))
                    .collect(),
                before: $page.before,
                after: $page.after,
                anchor: $page.anchor,
                new_above: $page.new_above,
            }
        };
    }
    match rows {
        Rows::TimeRecords(page) => of!(page, |row: &TimeRecord| row.id.to_string()),
        Rows::Rotations(page) => of!(page, |row: &Rotation| row.id.to_string()),
        Rows::Competencies(page) => of!(page, |row: &Assignment| row.id.to_string()),
        Rows::Audit(page) => of!(page, |row: &AuditEvent| row.id.to_string()),
        Rows::AlertRules(page) => of!(page, |row: &medstint::domain::alert::AlertRule| row.id.clone()),
        Rows::Alerts(page) => of!(page, |row: &medstint::domain::alert::Alert| row.id.clone()),
        Rows::Assessments(page) => of!(page, |row: &Assessment| row.id.clone()),
        Rows::Templates(page) => of!(page, |row: &Template| row.id.clone()),
        Rows::Deployments(page) => of!(page, |row: &Deployment| row.id.clone()),
        Rows::Catalogue(page) => of!(page, |row: &Competency| row.id.clone()),
        Rows::Criteria(page) => of!(page, |row: &Criterion| row.id.clone()),
        Rows::Programs(page) => of!(page, |row: &Program| row.id.clone()),
        Rows::Sites(page) => of!(page, |row: &Site| row.id.clone()),
        Rows::Locations(page) => of!(page, |row: &Location| row.id.clone()),
        Rows::Kiosks(page) => of!(page, |row: &medstint::domain::kiosk::Kiosk| row.id.clone()),
        Rows::Quarantine(page) => of!(page, |row: &medstint::domain::quarantine::Quarantined| row.id.clone()),
        Rows::Users(page) => of!(page, |row: &User| row.id.clone()),
        Rows::NotificationTemplates(page) => of!(page, |row: &NotificationTemplate| row.id.clone()),
        Rows::Missing(page) => of!(page, |row: &Missing| row.id.clone()),
        Rows::Corrections(page) => of!(page, |row: &Correction| row.id.clone()),
        Rows::Delegations(page) => of!(page, |row: &Delegation| row.id.clone()),
        Rows::Accounts(page) => of!(page, |row: &medstint::domain::account::Account| row.id.clone()),
        Rows::Keys(page) => of!(page, |row: &medstint::domain::ssh_key::SshKey| row.id.clone()),
        Rows::Sessions(page) => of!(page, |row: &Session| row.id.clone()),
        Rows::Notifications(page) => of!(page, |row: &Notification| row.id.clone()),
        Rows::Policies(page) => of!(page, |row: &Policy| row.id.clone()),
        Rows::CalendarBySite(page) => of!(page, |row: &BySite| row.0.id.clone()),
        Rows::CalendarByStudent(page) => of!(page, |row: &ByStudent| row.0.id.clone()),
        Rows::Schools(page) => of!(page, |row: &School| row.id.clone()),
    }
}

#[tokio::test]
async fn every_list_is_walked_whole_in_every_view_and_order_both_ways() {
    let world = full_world().await;
    let bound = world.bound("north-admin").await;
    for list in List::VARIANTS.iter().copied() {
        let mut met = 0;
        for (view, order) in
            (0..list.views().len()).flat_map(|view| (0..list.orders().len()).map(move |order| (view, order)))
        {
            let query = Query { view, order, ..Query::default() };
            let at = format!("{list:?}, {}, {}", list.views()[view], list.orders()[order]);
            let total = usize::try_from(listing::total(&bound, list, &query).await.expect(&at).rows).expect("a count");
            let (mut forwards, mut place) = (Vec::new(), Place::Start);
            loop {
                let page = ids_of(listing::page(&bound, list, &query, &place, 4).await.expect(&at));
                forwards.extend(page.rows);
                match forwards.last() {
                    Some((_, key)) if page.after => place = Place::After(key.clone()),
                    _ => break,
                }
            }
            let (mut backwards, mut place) = (Vec::new(), Place::End);
            loop {
                let page = ids_of(listing::page(&bound, list, &query, &place, 4).await.expect(&at));
                backwards.splice(..0, page.rows);
                match backwards.first() {
                    Some((_, key)) if page.before > 0 => place = Place::Before(key.clone()),
                    _ => break,
                }
            }
            assert_eq!(forwards, backwards, "{at}");
            let distinct: std::collections::HashSet<_> = forwards.iter().map(|(id, _)| id).collect();
            assert_eq!((forwards.len(), distinct.len()), (total, total), "{at}");
            if let Some((_, key)) = forwards.get(2) {
                let page = ids_of(listing::page(&bound, list, &query, &Place::From(key.clone()), 4).await.expect(&at));
                assert_eq!((page.rows.first(), page.before), (forwards.get(2), 2), "{at}");
                let since = forwards.first().map(|(_, key)| key.clone());
                let place = Place::Around(Around { key: key.clone(), above: 1, since });
                let page = ids_of(listing::page(&bound, list, &query, &place, 4).await.expect(&at));
                let to = forwards.len().min(5);
                assert_eq!(page.rows, forwards[1..to], "{at}");
                assert_eq!((page.anchor, page.before, page.new_above), (1, 1, 0), "{at}");
                assert_eq!(page.after, forwards.len() > to, "{at}");
                // A record that stood elsewhere is found where it stands now.
                let mut former = forwards.last().map(|(_, key)| key.clone()).unwrap_or_default();
                former.columns.truncate(key.columns.len() - 1);
                former.columns.extend(key.columns.last().cloned());
                let place = Place::Around(Around { key: former, above: 1, since: None });
                let page = ids_of(listing::page(&bound, list, &query, &place, 4).await.expect(&at));
                assert_eq!((page.rows.get(page.anchor), page.anchor), (forwards.get(2), 1), "{at}");
            }
            met += total;
        }
        assert!(met > 0, "the world of this test must have rows in {list:?}");
    }
}

#[tokio::test]
async fn every_list_is_narrowed_by_every_column_it_knows_and_by_words() {
    let world = full_world().await;
    let bound = world.bound("north-admin").await;
    let mut known = Vec::new();
    for list in List::VARIANTS.iter().copied() {
        for by in By::VARIANTS {
            let of = Of::new(*by, "nobody", "");
            let query = Query { of: Some(of), ..Query::default() };
            let rows = listing::page(&bound, list, &query, &Place::Start, 4)
                .await
                .unwrap_or_else(|f| panic!("{list:?} {by:?}: {f}"));
            if ids_of(rows).rows.is_empty() {
                known.push(format!("{} by {}", <&str>::from(list), <&str>::from(by)));
            }
        }
        let query = Query { filter: Filter::of_words("no such % words_"), ..Query::default() };
        let rows =
            listing::page(&bound, list, &query, &Place::Start, 4).await.unwrap_or_else(|f| panic!("{list:?}: {f}"));
        assert!(ids_of(rows).rows.is_empty(), "{list:?} does not look for words");
    }
    // A column that is not known leaves the list whole.
    insta::assert_snapshot!("narrowed_by", known.join("\n"));

    let mut owner = world.owner().await;
    for (by, column) in [(By::Student, "student_id"), (By::Rotation, "rotation_id"), (By::Site, "clinical_site_id")] {
        let first = format!("SELECT min({column}) FROM time_records WHERE school_id = 'north' AND status = 'PENDING'");
        let id: String = value(&mut owner, &first).await;
        let all = format!("SELECT count(*) FROM time_records WHERE {column} = '{id}' AND status = 'PENDING'");
        let expected: i64 = value(&mut owner, &all).await;
        let query = Query { of: Some(Of::new(by, id, "")), ..Query::default() };
        let total = listing::total(&bound, List::TimeRecords, &query).await.expect("a total");
        assert_eq!(total.rows, expected, "by {column}");
    }
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
