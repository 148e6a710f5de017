//! Events of the platform belong to no school: super admins read them, and nobody of a
//! school does.

use medstint::domain::Failure;
use medstint::domain::audit_event::AuditEvent;
use medstint::domain::list::{List, Rows};
use medstint::domain::query::Query;
use medstint::domain::window::{Key, Place, Slot};
use medstint::store::{Bound, audit, listing};

use super::support::database::{execute, value};
use super::support::world::PASSWORD;
use super::support::{Console, World, program};

/// An event of the platform about this account.
async fn event(world: &World, account: &str) {
    let insert = format!(
        "INSERT INTO audit_logs (action, resource_type, resource_id) VALUES ('auth.sign_in_failed', 'users', '{account}')"
    );
    execute(&mut world.owner().await, &insert).await;
}

fn platform() -> Query {
    Query { view: List::Audit.platform_view().expect("a view of the platform"), ..Query::default() }
}

async fn page(bound: &Bound, query: &Query, place: &Place<Key>, size: usize) -> (Vec<(Key, AuditEvent)>, bool) {
    let rows = listing::page(bound, List::Audit, query, place, size).await;
    let Ok(Rows::Audit(page)) = rows else { panic!("{rows:?}") };
    let row = |row: &Slot<AuditEvent>| (row.key().clone(), row.record().expect("a readable event").clone());
    (page.rows.iter().map(row).collect(), page.after)
}

/// The first events of a query, as `action resource`.
async fn listed(bound: &Bound, query: &Query) -> Vec<String> {
    let (rows, _) = page(bound, query, &Place::Start, 100).await;
    rows.into_iter().map(|(_, event)| format!("{} {}", event.action, event.resource())).collect()
}

#[tokio::test]
async fn a_super_admin_lists_a_guess_at_their_password() {
    let world = World::new().await;
    let mut app = world.database.app().await;
    execute(&mut app, "SELECT medstint.begin_sign_in('super@example.org', 'wrong')").await;
    let bound = world.bound("super").await;
    audit::watch(&bound).await.expect("watched");
    let events = listed(&bound, &platform()).await;
    assert!(events.contains(&"auth.sign_in_failed users/super".to_owned()), "{events:?}");
}

#[tokio::test]
async fn people_of_a_school_cannot_list_platform_events() {
    let world = World::new().await;
    event(&world, "super").await;
    for user in ["north-admin", "north-supervisor", "north-preceptor", "north-student"] {
        let events = listed(&world.bound(user).await, &platform()).await;
        assert!(events.is_empty(), "{user}: {events:?}");
    }
}

#[tokio::test]
async fn an_own_event_of_the_platform_is_hidden_from_a_school_admin() {
    let world = World::new().await;
    // As a former super admin has.
    let insert = "INSERT INTO audit_logs (user_id, action, resource_type, resource_id) VALUES ('north-admin', 'auth.signed_in', 'users', 'north-admin')";
    execute(&mut world.owner().await, insert).await;
    let mut app = world.app_as("north-admin").await;
    let seen: i64 = value(&mut app, "SELECT count(*) FROM audit_logs WHERE school_id IS NULL").await;
    assert_eq!(seen, 0);
}

#[tokio::test]
async fn a_locked_session_sees_no_event_of_the_platform() {
    let world = World::new().await;
    event(&world, "super").await;
    let mut app = world.app_as("super").await;
    let seen = "SELECT count(*) FROM audit_logs WHERE school_id IS NULL";
    assert!(value::<i64>(&mut app, seen).await > 0);
    execute(&mut world.owner().await, "UPDATE sessions SET locked_at = now()").await;
    assert_eq!(value::<i64>(&mut app, seen).await, 0);
}

#[tokio::test]
async fn the_trail_of_a_school_holds_no_event_of_the_platform() {
    let world = World::new().await;
    event(&world, "super").await;
    let (rows, _) = page(&world.bound("super").await, &Query::default(), &Place::Start, 100).await;
    assert!(!rows.is_empty() && rows.iter().all(|(_, event)| !event.is_of_platform), "{rows:?}");
}

#[tokio::test]
async fn pages_of_the_platform_meet_every_event_once() {
    let world = World::new().await;
    for n in 0..12 {
        event(&world, &format!("account-{n}")).await;
    }
    let bound = world.bound("super").await;
    let (mut met, mut place) = (Vec::new(), Place::Start);
    loop {
        let (rows, after) = page(&bound, &platform(), &place, 5).await;
        let last = rows.last().map(|(key, _)| key.clone());
        met.extend(rows.into_iter().map(|(_, event)| event.sequence));
        match last {
            Some(key) if after => place = Place::After(key),
            _ => break,
        }
    }
    let all: Vec<i64> = sqlx::query_scalar(
        "SELECT sequence FROM audit_logs WHERE school_id IS NULL ORDER BY created_at DESC, sequence DESC",
    )
    .fetch_all(&mut world.owner().await)
    .await
    .expect("events");
    assert_eq!(met, all);
    let total = listing::total(&bound, List::Audit, &platform()).await.expect("a total");
    assert_eq!(usize::try_from(total.rows), Ok(all.len()));
}

#[tokio::test]
async fn an_event_of_the_platform_knows_its_seal() {
    let world = World::new().await;
    event(&world, "super").await;
    execute(&mut world.owner().await, "SELECT medstint.seal_events('')").await;
    let (rows, _) = page(&world.bound("super").await, &platform(), &Place::Start, 1).await;
    assert!(rows[0].1.seal.is_some(), "{rows:?}");
}

#[tokio::test]
async fn a_super_admin_reads_the_name_of_another_one() {
    let world = World::new().await;
    execute(
        &mut world.owner().await,
        "INSERT INTO users (id, email, name, role) VALUES ('other', 'other@example.org', 'Max Per', 'SUPER_ADMIN');
         INSERT INTO audit_logs (user_id, action, resource_type, resource_id) VALUES ('other', 'auth.signed_in', 'users', 'other')",
    )
    .await;
    let (rows, _) = page(&world.bound("super").await, &platform(), &Place::Start, 1).await;
    assert_eq!(rows[0].1.who.as_deref(), Some("Max Per"));
}

#[tokio::test]
async fn a_super_admin_does_not_change_another_one() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let insert = "INSERT INTO users (id, email, name, given_name, role) VALUES ('other', 'other@example.org', 'Max Per', 'Max', 'SUPER_ADMIN')";
    execute(&mut owner, insert).await;
    let mut app = world.app_as("super").await;
    let changed = sqlx::query("UPDATE users SET given_name = 'X' WHERE id = 'other'").execute(&mut app).await;
    assert_eq!(changed.expect("nothing to change").rows_affected(), 0);
}

#[tokio::test]
async fn the_list_of_the_platform_is_served_by_an_index() {
    let world = World::new().await;
    execute(
        &mut world.owner().await,
        "ALTER TABLE audit_logs DISABLE TRIGGER USER;
         INSERT INTO audit_logs (school_id, action, resource_type, resource_id, severity, created_at)
         SELECT CASE WHEN n % 2 = 0 THEN 'north' END, 'x.y', 'users', 'u' || n, CASE WHEN n % 500 = 1 THEN 'HIGH' ELSE 'LOW' END::audit_severity,
           now() - interval '1 second' * n FROM generate_series(1, 20000) n;
         ALTER TABLE audit_logs ENABLE TRIGGER USER; ANALYZE audit_logs",
    )
    .await;
    let mut app = world.app_as("super").await;
    // As for every page of a list.
    execute(&mut app, "SET enable_sort = off").await;
    for (condition, index) in [
        ("school_id IS NULL", "audit_logs_of_platform "),
        ("school_id IS NULL AND severity IN ('HIGH', 'CRITICAL')", "audit_logs_of_platform_severe "),
        ("school_id = 'north'", "audit_logs_by_time "),
    ] {
        let statement = format!(
            "EXPLAIN SELECT id FROM audit_logs WHERE {condition} ORDER BY created_at DESC, sequence DESC LIMIT 61"
        );
        let plan: Vec<String> =
            sqlx::query_scalar(sqlx::AssertSqlSafe(statement)).fetch_all(&mut app).await.expect("a plan");
        let plan = plan.join("\n");
        assert!(plan.contains(index) && !plan.contains("Sort"), "{condition} does not use {index}:\n{plan}");
    }
}

#[tokio::test]
async fn an_event_of_the_platform_arrives_on_the_screen_by_itself() {
    let world = World::new().await;
    let console = Console::of(&world, "super").await;
    console.shows("● live").await.press("4").shows("school · newest first").await.shows("f platform").await;
    console.press("f").shows("platform · newest first").await;
    event(&world, "fresh").await;
    console.shows("users/fresh").await;
    console.press("f").shows("school · newest first").await.hides("users/fresh").await;
    console.quit().await;
}

#[tokio::test]
async fn a_school_admin_is_not_offered_the_platform() {
    let world = World::new().await;
    let console = Console::of(&world, "north-admin").await;
    console.shows("Nothing is pending").await.press("4").shows("school · newest first").await.hides("f platform").await;
    console.press("f").shows("Your role (school admin) can't do this: platform-events.").await;
    assert!(console.text().contains("school · newest first"), "{}", console.text());
    console.quit().await;
}

/// An alert of the platform, and an event that it counted.
async fn alert(world: &World) {
    event(world, "super").await;
    execute(
        &mut world.owner().await,
        "INSERT INTO alerts (id, rule_id, subject, severity, counted, first_at, last_at)
         VALUES ('guessed', 'platform-sign-ins-of-account', 'super@example.org', 'HIGH', 5, now(), now())",
    )
    .await;
}

#[tokio::test]
async fn an_alert_of_the_platform_leads_to_its_events() {
    let world = World::new().await;
    alert(&world).await;
    let console = Console::of(&world, "super").await;
    console.shows("● live").await.press(":").type_text("alerts").press("enter").shows("super@example.org").await;
    console.press("o").shows("the events about the account").await.press("1");
    console.shows("platform · of super@example.org").await.shows("auth.sign_in_failed").await;
    console.quit().await;
}

#[tokio::test]
async fn a_super_admin_acknowledges_an_alert_of_the_platform_on_the_screen() {
    let world = World::new().await;
    alert(&world).await;
    // Nobody acknowledges what is about themselves.
    execute(&mut world.owner().await, "UPDATE alerts SET subject = 'other@example.org'").await;
    let console = Console::of(&world, "super").await;
    console.shows("● live").await.press(":").type_text("alerts").press("enter").shows("other@example.org").await;
    console.press("a").shows("[ Acknowledge ]").await.press("y");
    world.until("SELECT acknowledged_by IS NOT DISTINCT FROM 'super' FROM alerts WHERE id = 'guessed'").await;
    console.quit().await;
}

#[tokio::test]
async fn a_super_admin_leaves_alerts_of_the_school_to_its_administrators() {
    let world = World::new().await;
    execute(
        &mut world.owner().await,
        "INSERT INTO alerts (school_id, rule_id, subject, severity, counted, first_at, last_at)
         VALUES ('north', 'platform-exports', 'north-admin', 'HIGH', 5, now(), now())",
    )
    .await;
    let console = Console::of(&world, "super").await;
    console.shows("● live").await.press(":").type_text("alerts").press("enter").shows("Several exports").await;
    console.press("a").shows("Only a school admin can acknowledge the school's alerts.").await;
    console.quit().await;
}

#[tokio::test]
async fn the_platform_is_told_line_by_line() {
    let world = World::new().await;
    event(&world, "super").await;
    let input = format!("super@example.org\n{PASSWORD}\n1\naudit\nf\nq\n");
    let (code, out, err) = program::run(&["--plain", "--database-url", &world.database.app_url], &input).await;
    assert_eq!((code, err.as_str()), (Some(0), ""), "{out}");
    let at = out.find("Audit, platform, newest first").unwrap_or_else(|| panic!("{out}"));
    assert!(out[at..].contains("auth.sign_in_failed"), "{out}");
}

/// Runs `medstint audit …` as a person.
async fn audit_as(world: &World, email: &str, args: &[&str]) -> (Option<i32>, String, String) {
    let who = ["--platform", "--email", email, "--database-url", world.database.app_url.as_str()];
    program::run(&[&["audit"], args, &who[..]].concat(), &format!("{PASSWORD}\n")).await
}

#[tokio::test]
async fn a_tail_follows_the_platform() {
    let world = World::new().await;
    event(&world, "before").await;
    let args = ["audit", "tail", "--follow", "--platform", "--format", "ndjson", "--filter", "action:sign_in_failed"];
    let who = ["--email", "super@example.org", "--database-url", world.database.app_url.as_str()];
    let running = program::Running::start(&[&args[..], &who[..]].concat(), &format!("{PASSWORD}\n"));
    running.says("\"before\"").await;
    event(&world, "meanwhile").await;
    running.says("\"meanwhile\"").await;
    assert_eq!(running.ends().await, Some(0));
    let told: String = value(
        &mut world.owner().await,
        "SELECT concat_ws(' ', resource_type, coalesce(school_id, 'platform')) FROM audit_logs WHERE action = 'personal_data.read_in_bulk'",
    )
    .await;
    assert_eq!(told, "platform-events platform", "following is on record, where it belongs");
}

#[tokio::test]
async fn a_school_admin_is_refused_the_platform_on_the_command_line() {
    let world = World::new().await;
    event(&world, "super").await;
    let (code, out, err) = audit_as(&world, "admin@north.example", &["tail"]).await;
    assert_eq!((code, out.as_str()), (Some(1), ""), "{err}");
    assert!(err.contains("Only super admins can see platform events."), "{err}");
    let told: String = value(
        &mut world.owner().await,
        "SELECT concat_ws(' ', user_id, school_id, changes::jsonb #>> '{refusal,new}') FROM audit_logs WHERE action = 'access.denied'",
    )
    .await;
    assert_eq!(told, "north-admin north audit_logs_platform_events");
}

#[tokio::test]
async fn an_export_of_the_platform_is_an_event_of_the_platform() {
    let world = World::new().await;
    event(&world, "super").await;
    let export = ["export", "--format", "csv", "--filter", "action:sign_in", "--recipient", "R", "--purpose", "P"];
    let (code, out, err) = audit_as(&world, "super@example.org", &export).await;
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("auth.sign_in_failed"), "{out}");
    let told: String = value(
        &mut world.owner().await,
        "SELECT string_agg(action || ' ' || coalesce(school_id, 'platform'), ', ' ORDER BY sequence) FROM audit_logs WHERE action LIKE 'export.%'",
    )
    .await;
    assert_eq!(told, "export.started platform, export.finished platform");
}

#[tokio::test]
async fn the_database_refuses_a_school_admin_an_export_of_the_platform() {
    let world = World::new().await;
    let export =
        audit::Export { list: "platform-events", filter: "", format: "csv", rows: 1, recipient: "R", purpose: "P" };
    let refused = audit::begin_export(&world.bound("north-admin").await, &export).await;
    assert!(matches!(&refused, Err(Failure::Denied(why)) if why.contains("super admins")), "{refused:?}");
}

#[tokio::test]
async fn only_super_admins_hear_of_the_platform() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let channel: String =
        value(&mut owner, "SELECT medstint.platform_channel_on((now() AT TIME ZONE 'UTC')::date)").await;
    for (user, hears) in [("north-preceptor", false), ("north-admin", false), ("super", true)] {
        let mut app = world.database.app().await;
        let token = world.token(user).await;
        execute(&mut app, &format!("SELECT medstint.listen('{}')", token.expose())).await;
        let heard: bool = value(&mut app, &format!("SELECT '{channel}' IN (SELECT pg_listening_channels())")).await;
        assert_eq!(heard, hears, "{user}");
    }
}
