//! Every event that there is, provoked once, and compared with a golden file.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use medstint::domain::Secret;
use medstint::domain::punch::{JournalState, Kept, Reading, Said, Trouble};
use medstint::domain::time_record::{Decide, RejectionReason, Seen};
use medstint::store::audit::{self, Export};
use medstint::store::kiosk::Health;
use medstint::store::sessions::{self, Origin};
use medstint::store::time_records::decide;
use medstint::store::{Bound, migrations};
use sqlx::PgConnection;

use super::seals::begin_seven_years_ago;
use super::support::database::{execute, try_execute, value};
use super::support::door::{PIN, enrolled, punch};
use super::support::world::PASSWORD;
use super::support::{World, a_time_record, world};
use super::tenancy::full_world;

/// What changes in a row of each audited table.
const CHANGED: [(&str, &str); 25] = [
    ("accounts", "account_id = 'other'"),
    ("alert_rules", "name = 'Other'"),
    ("alerts", "counted = 7"),
    ("assessments", "feedback = 'Other'"),
    ("certificate_authorities", "comment = 'Other'"),
    ("clinical_site_locations", "name = 'Other'"),
    ("clinical_sites", "name = 'Other'"),
    ("competencies", "name = 'Other'"),
    ("competency_assignments", "progress_percentage = 12"),
    ("competency_deployments", "effective_date = now()"),
    ("competency_templates", "name = 'Other'"),
    ("delegations", "reason = 'Other'"),
    ("kiosks", "name = 'Other'"),
    ("notification_templates", "title = 'Other'"),
    ("notifications", "title = 'Other'"),
    ("programs", "name = 'Other'"),
    ("rotations", "specialty = 'Other'"),
    ("rubric_criteria", "criterion_name = 'Other'"),
    ("school_policies", "duty_profile = 'RADIOGRAPHY'"),
    ("schools", "name = 'Other'"),
    ("time_record_corrections", "reason = 'Other'"),
    ("time_record_questions", "question = 'Other'"),
    ("time_records", "notes = 'Other'"),
    ("user_keys", "comment = 'Other'"),
    ("users", "name = 'Other'"),
];

#[tokio::test]
async fn every_event_of_the_table_is_provoked_and_says_what_it_should() {
    let mut found = BTreeMap::new();
    tables(&mut found).await;
    sign_ins(&mut found).await;
    people_and_hours(&mut found).await;
    Box::pin(the_trail_itself(&mut found)).await;
    a_door(&mut found).await;
    the_schema(&mut found).await;

    let world = World::new().await;
    let all: Vec<String> = sqlx::query_scalar("SELECT name FROM medstint.audit_event_types ORDER BY name")
        .fetch_all(&mut world.owner().await)
        .await
        .expect("the events");
    let missing: Vec<&String> = all.iter().filter(|name| !found.contains_key(*name)).collect();
    assert!(missing.is_empty(), "never provoked: {missing:?}");
    let golden: Vec<String> = found.into_iter().map(|(name, event)| format!("{name:<34}{event}")).collect();
    insta::assert_snapshot!("events", golden.join("\n"));
}

/// The last event of each name: of what, who, how, and which columns changed how.
async fn collect(world: &World, found: &mut BTreeMap<String, String>) {
    let events: Vec<(String, String)> = sqlx::query_as(
        "SELECT DISTINCT ON (action) action, concat_ws(' ', rpad(severity::text, 8), coalesce(school_id, '-'), resource_type, 'by', coalesce(user_id, '-'), endpoint, method, status_code,
           CASE WHEN transaction_id IS NULL THEN 'WITHOUT A TRANSACTION' END, CASE WHEN sequence IS NULL THEN 'WITHOUT A NUMBER' END,
           (SELECT string_agg(key || CASE WHEN value ? 'secret' THEN '=secret' WHEN value ? 'old' AND value ? 'new' THEN '±' WHEN value ? 'old' THEN '-' ELSE '+' END, ' ' ORDER BY key) FROM jsonb_each(changes::jsonb)))
         FROM audit_logs ORDER BY action, school_id, sequence DESC",
    )
    .fetch_all(&mut world.owner().await)
    .await
    .expect("the trail");
    for (name, event) in events {
        found.entry(name).or_insert(event);
    }
}

/// Nothing but the audit triggers is in the way of any change of any table.
async fn tables(found: &mut BTreeMap<String, String>) {
    let world = full_world().await;
    let mut owner = world.owner().await;
    let audited: Vec<String> = sqlx::query_scalar(
        "SELECT c.relname::text FROM pg_class c JOIN pg_trigger t ON t.tgrelid = c.oid AND t.tgname = 'c_audit_update' ORDER BY 1",
    )
    .fetch_all(&mut owner)
    .await
    .expect("the catalogue");
    assert_eq!(audited, CHANGED.map(|(table, _)| table), "say what is changed in a row of a new table");
    execute(
        &mut owner,
        "DO $$
         DECLARE x record;
         BEGIN
           FOR x IN SELECT conrelid::regclass AS audited, conname FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace LOOP
             EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', x.audited, x.conname);
           END LOOP;
           FOR x IN SELECT tgrelid::regclass AS audited, tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
             WHERE NOT tgisinternal AND c.relnamespace = 'public'::regnamespace AND tgname NOT LIKE 'c\\_audit\\_%' AND c.relname NOT LIKE 'audit%' LOOP
             EXECUTE format('ALTER TABLE %s DISABLE TRIGGER %I', x.audited, x.tgname);
           END LOOP;
         END $$",
    )
    .await;
    for (table, change) in CHANGED {
        let school = if table == "schools" { "id" } else { "school_id" };
        execute(&mut owner, &format!("UPDATE {table} SET {change} WHERE {school} = 'north'")).await;
        execute(&mut owner, &format!("DELETE FROM {table} WHERE {school} = 'north'")).await;
    }
    collect(&world, found).await;
}

const ORIGIN: Origin = Origin { address: None, device: String::new(), client: "console" };

async fn sign_ins(found: &mut BTreeMap<String, String>) {
    let world = World::new().await;
    let store = world.database.store();
    let (right, wrong) = (Secret::new(PASSWORD), Secret::new("wrong"));
    for _ in 0..6 {
        store.sign_in("preceptor@north.example", &wrong, &ORIGIN).await.expect("an answer");
    }
    store.sign_in("admin@north.example", &right, &ORIGIN).await.expect("an answer");
    let bound = world.bound("north-admin").await;
    sessions::lock(&bound).await.expect("locked");
    for password in [&wrong, &right] {
        store.unlock(&bound.token(), password).await.expect("an answer");
        medstint::store::audit::watch(&bound).await.expect("watched");
    }
    sessions::change_password(&bound, &right, &Secret::new("an entirely new one")).await.expect("changed");
    sessions::sign_out(&bound).await.expect("signed out");
    world.token("north-student").await;
    let mut admin = world.app_as("north-admin-2").await;
    let session = "SELECT id FROM sessions WHERE user_id = 'north-student' LIMIT 1";
    let session: String = value(&mut world.owner().await, session).await;
    execute(&mut admin, &format!("SELECT medstint.revoke_session('{session}')")).await;
    for person in ["north-student", "north-preceptor"] {
        execute(&mut admin, &format!("SELECT medstint.reset_password('{person}')")).await;
    }
    let key = "decode('0000000b7373682d6564323535313900000020', 'hex') || sha256('a key')";
    execute(&mut admin, &format!("SELECT medstint.add_key('north-admin-2', {key}, 'laptop')")).await;
    execute(&mut admin, "SELECT medstint.remove_key((SELECT id FROM user_keys WHERE user_id = 'north-admin-2'))").await;
    execute(&mut admin, &format!("SELECT medstint.set_authorities('{{}}', ARRAY[{key}], '{{}}')")).await;
    execute(&mut admin, &format!("SELECT medstint.set_authorities(ARRAY[{key}], '{{}}', '{{}}')")).await;
    sessions::choose_school(&world.bound("super").await, "north").await.expect("chosen");
    collect(&world, found).await;
}

async fn people_and_hours(found: &mut BTreeMap<String, String>) {
    let world = World::new().await;
    let mut web = world.database.web().await;
    for change in [
        "role = 'CLINICAL_SUPERVISOR' WHERE id = 'north-preceptor'",
        "role = 'CLINICAL_PRECEPTOR' WHERE id = 'north-preceptor'",
        "is_active = false WHERE id = 'north-student-2'",
        "is_active = true WHERE id = 'north-student-2'",
    ] {
        execute(&mut web, &format!("UPDATE users SET {change}")).await;
    }
    execute(
        &mut web,
        "INSERT INTO users (email, name, role, school_id) VALUES ('n@north.example', 'N', 'SCHOOL_ADMIN', 'north');
         UPDATE schools SET time_zone = 'America/Phoenix' WHERE id = 'north'",
    )
    .await;
    let bound = world.bound("north-admin").await;
    let decided = async |seen: &Seen, what: Decide| -> Seen {
        let outcomes = decide(&bound, std::slice::from_ref(seen), &what).await.expect("outcomes");
        let version = *outcomes[0].result.as_ref().unwrap_or_else(|failure| panic!("{what:?}: {failure}"));
        Seen { id: seen.id.clone(), version }
    };
    let seen = a_time_record().insert(&world).await;
    let seen = decided(&seen, Decide::Approve { reason: None }).await;
    let seen = decided(&seen, Decide::Undo { reason: None }).await;
    decided(&seen, Decide::Reject { code: RejectionReason::WrongTimes, text: None }).await;
    a_time_record().id("open").clocked_in(world::now() - TimeDelta::hours(3)).open().insert(&world).await;
    execute(&mut web, "UPDATE time_records SET clock_out = now() WHERE id = 'open'").await;
    collect(&world, found).await;
}

fn export<'a>() -> Export<'a> {
    Export {
        list: "audit",
        filter: "since:1d",
        format: "csv",
        rows: 3,
        recipient: "The board",
        purpose: "Accreditation",
    }
}

async fn the_trail_itself(found: &mut BTreeMap<String, String>) {
    let world = World::new().await;
    let bound: Bound = world.bound("north-admin").await;
    audit::report_reading(&bound, "time-records", "clean", 700).await.expect("on record");
    for is_whole in [true, false] {
        let id = audit::begin_export(&bound, &export()).await.expect("begun");
        audit::end_export(&bound, &id, 3, is_whole).await.expect("ended");
    }
    let refused = audit::begin_export(&world.bound("north-preceptor").await, &export()).await;
    assert!(refused.is_err());
    let mut admin = world.app_as("north-admin").await;
    for findings in [0, 1] {
        execute(&mut admin, &format!("SELECT medstint.report_verification({findings}, 12, 'head')")).await;
    }
    let mut owner = world.owner().await;
    is_held(&world, &mut owner, &mut admin).await;
    fails_to_evaluate_and_to_seal(&mut owner, &mut admin).await;
    collect(&world, found).await;

    let world = World::new().await;
    begin_seven_years_ago(&world).await;
    let purge = "SELECT seals FROM medstint.purge_audit('north', now() - interval '6 years 1 day')";
    assert_eq!(value::<i64>(&mut world.owner().await, purge).await, 1);
    collect(&world, found).await;
}

async fn is_held(world: &World, owner: &mut PgConnection, admin: &mut PgConnection) {
    let old = "INSERT INTO audit_logs (school_id, action, resource_type, resource_id, created_at) VALUES ('north', 'program.updated', 'programs', 'p', now() - interval '3 minutes')";
    execute(owner, old).await;
    let mut holder = world.app_as("north-student").await;
    execute(&mut holder, "BEGIN; SELECT medstint.watch_audit(current_setting('medstint.session'))").await;
    execute(owner, old).await;
    execute(admin, "SELECT medstint.watch_audit(current_setting('medstint.session'))").await;
    execute(owner, "UPDATE medstint.sealing_delays SET noticed_at = noticed_at - interval '3 minutes'").await;
    execute(admin, "SELECT medstint.watch_audit(current_setting('medstint.session'))").await;
    execute(&mut holder, "ROLLBACK").await;
}

async fn fails_to_evaluate_and_to_seal(owner: &mut PgConnection, admin: &mut PgConnection) {
    execute(owner, "ALTER TABLE alerts ADD CONSTRAINT none_of_it CHECK (rule_id <> 'platform-exports') NOT VALID")
        .await;
    let export = "SELECT medstint.begin_export('x', '', 'csv', 1, 'R', 'P')";
    for _ in 0..3 {
        execute(admin, export).await;
    }
    execute(owner, "ALTER TABLE audit_seals ADD CONSTRAINT no_more CHECK (number < 0) NOT VALID").await;
    try_execute(admin, export).await.expect("an export goes on all the same");
}

async fn a_door(found: &mut BTreeMap<String, String>) {
    let world = World::new().await;
    let store = world.database.store();
    let mut admin = world.app_as("north-admin").await;
    store.enrol(&Secret::new("nothing")).await.expect("an answer");
    let door = store.at_door(enrolled(&world).await);
    let health = Health {
        version: "0",
        clock: world::now(),
        journal: JournalState { waiting: 1, stranded: 0, trouble: Some(Trouble::Unwritable) },
    };
    door.hello(health).await.expect("a welcome");
    for _ in 0..5 {
        punch(&door, "S1", "0000").await.expect("an answer");
    }
    for badge in ["S2", "A1"] {
        let attempt = door.begin_pin(badge, &Secret::new(PIN)).await.expect("counted");
        door.leave(&attempt).await.expect("an answer");
    }
    execute(&mut world.owner().await, "SELECT medstint.report_attempts()").await;
    for sql in ["SELECT medstint.make_pin_code('north-student')", "SELECT medstint.set_pin('north-student', '314159')"]
    {
        execute(&mut admin, sql).await;
    }
    let at = Reading { wall: world::now(), boot: "b".into(), monotonic_ms: 7_200_000 };
    let kept = |key: &str, badge: &str| Kept {
        key: format!("a-key-of-a-punch-{key}"),
        kiosk: None,
        badge: badge.into(),
        at: Reading { monotonic_ms: 0, ..at.clone() },
        anchor: None,
        position: None,
        said: Said::default(),
    };
    door.sync(&at, &[kept("1", "nobody"), kept("2", "nobody")]).await.expect("outcomes");
    for sql in [
        "SELECT medstint.resolve_punch('a-key-of-a-punch-1', 'IN', 'north-student-rotation', now() - interval '2 hours', 'A lost badge')",
        "SELECT medstint.discard_punch('a-key-of-a-punch-2', 'A test card')",
        "SELECT medstint.revoke_kiosk('north-kiosk')",
    ] {
        execute(&mut admin, sql).await;
    }
    collect(&world, found).await;
}

async fn the_schema(found: &mut BTreeMap<String, String>) {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let newest: i64 = value(&mut owner, "SELECT max(version) FROM medstint._sqlx_migrations").await;
    migrations::down(&mut owner, newest - 1).await.expect("taken back");
    migrations::up(&mut owner, None).await.expect("applied");
    collect(&world, found).await;
}
