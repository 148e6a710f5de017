//! So many events of a kind within a window raise an alert, once, and somebody who
//! does not make the rules acknowledges it.

use medstint::domain::command::{Command, Step, Target, What};
use medstint::domain::{Failure, Secret};
use medstint::store::command;
use medstint::store::sessions::{Origin, SignIn};

use super::support::database::{execute, try_execute, value};
use super::support::world::PASSWORD;
use super::support::{Console, World};

/// Events of these times, seconds apart from a moment at noon, sealed together.
async fn events(world: &World, action: &str, seconds: &[f64], rest: &str) {
    let mut owner = world.owner().await;
    for at in seconds {
        execute(
            &mut owner,
            &format!(
                "INSERT INTO audit_logs (user_id, school_id, action, resource_type, resource_id, ip_address, changes, created_at)
                 SELECT x.user_id, 'north', '{action}', 'users', 'r', x.ip, x.changes, timestamptz '2026-11-20 12:00-06' + interval '1 second' * {at}
                 FROM (SELECT {rest}) x"
            ),
        )
        .await;
    }
    execute(&mut owner, "SELECT medstint.seal_events('north')").await;
}

const GUESS: &str = "NULL::text AS user_id, '10.2.0.77' AS ip, '{\"email\": {\"new\": \"a@b.example\"}}' AS changes";
const EXPORT: &str = "'north-admin' AS user_id, NULL AS ip, '{\"rows\": {\"new\": 250}}' AS changes";
const DECISION: &str = "'north-preceptor' AS user_id, NULL AS ip, NULL AS changes";

/// The alerts, as `code subject counted`.
async fn alerts(world: &World) -> String {
    let all: Option<String> = value(
        &mut world.owner().await,
        "SELECT string_agg(r.code || ' ' || a.subject || ' ' || a.counted || CASE WHEN a.acknowledged_at IS NULL THEN '' ELSE ' seen' END, ', ' ORDER BY r.code, a.opened_at)
         FROM alerts a JOIN alert_rules r ON r.id = a.rule_id",
    )
    .await;
    all.unwrap_or_default()
}

#[tokio::test]
async fn five_failed_sign_ins_within_ten_minutes_are_an_alert_and_both_ends_count() {
    let world = World::new().await;
    events(&world, "auth.sign_in_failed", &[0.0, 1.0, 2.0, 3.0, 600.001], GUESS).await;
    assert_eq!(alerts(&world).await, "", "the first is a millisecond too far from the fifth");
    events(&world, "auth.sign_in_failed", &[601.0], GUESS).await;
    assert_eq!(
        alerts(&world).await,
        "sign-ins-from-address 10.2.0.77 5, sign-ins-of-account a@b.example 5",
        "the second is ten minutes before, exactly"
    );
    events(&world, "auth.sign_in_failed", &[602.0], GUESS).await;
    assert_eq!(
        alerts(&world).await,
        "sign-ins-from-address 10.2.0.77 5, sign-ins-of-account a@b.example 5",
        "more of the same is the same alert"
    );
    let told: i64 = value(
        &mut world.owner().await,
        "SELECT count(*) FROM notifications WHERE type = 'AUDIT_ALERT' AND user_id IN ('north-admin', 'north-admin-2')",
    )
    .await;
    assert_eq!(told, 4, "two administrators, two alerts, once each");
}

#[tokio::test]
async fn an_address_that_is_somebodys_id_names_nobody() {
    let world = World::new().await;
    let guess = GUESS.replace("10.2.0.77", "south-admin");
    events(&world, "auth.sign_in_failed", &[0.0, 1.0, 2.0, 3.0, 4.0], &guess).await;
    let told: String = value(
        &mut world.owner().await,
        "SELECT string_agg(DISTINCT message, ' ') FROM notifications WHERE type = 'AUDIT_ALERT'",
    )
    .await;
    assert!(told.contains("south-admin") && !told.contains("Ada South"), "{told}");
}

#[tokio::test]
async fn an_event_that_was_committed_late_makes_enough_for_those_that_were_sealed_before() {
    let world = World::new().await;
    events(&world, "auth.sign_in_failed", &[10.0, 20.0, 30.0, 40.0], GUESS).await;
    events(&world, "auth.sign_in_failed", &[5.0], GUESS).await;
    assert_eq!(alerts(&world).await, "sign-ins-from-address 10.2.0.77 5, sign-ins-of-account a@b.example 5");
}

#[tokio::test]
async fn rows_exports_nights_roles_and_policies_raise_theirs() {
    let world = World::new().await;
    events(&world, "export.started", &[0.0], EXPORT).await;
    assert_eq!(alerts(&world).await, "");
    events(&world, "export.started", &[60.0], EXPORT).await;
    assert_eq!(alerts(&world).await, "rows-exported north-admin 500");
    events(&world, "export.started", &[120.0], EXPORT).await;
    assert_eq!(alerts(&world).await, "exports north-admin 3, rows-exported north-admin 750");

    // 21:59:59.999 is evening, 22:00 is night, 05:59:59.999 too, 06:00 is morning.
    let (evening, night) = (9.0 * 3600.0 + 3599.999, 10.0 * 3600.0);
    let (late, morning) = (17.0 * 3600.0 + 3599.999, 18.0 * 3600.0);
    let of = |alerts: &str| alerts.matches("decisions-at-night").count();
    events(&world, "time_record.approved", &[evening, morning], DECISION).await;
    assert_eq!(of(&alerts(&world).await), 0);
    events(&world, "time_record.approved", &[night], DECISION).await;
    assert_eq!(of(&alerts(&world).await), 1);
    execute(&mut world.owner().await, "UPDATE alerts SET acknowledged_by = 'north-admin', acknowledged_at = now()")
        .await;
    events(&world, "time_record.approved", &[late], DECISION).await;
    assert_eq!(of(&alerts(&world).await), 2, "what was acknowledged is over; this is another one");

    let mut web = world.database.web().await;
    execute(&mut web, "UPDATE users SET role = 'SCHOOL_ADMIN' WHERE id = 'north-preceptor'; UPDATE school_policies SET duty_profile = 'RADIOGRAPHY' WHERE school_id = 'north'").await;
    execute(&mut world.owner().await, "SELECT medstint.seal_events('north')").await;
    let all = alerts(&world).await;
    assert!(all.contains("role-raised north-preceptor 1") && all.contains("policy-changed north "), "{all}");
    let south: i64 = value(&mut world.owner().await, "SELECT count(*) FROM alerts WHERE school_id <> 'north'").await;
    assert_eq!(south, 0);
}

#[tokio::test]
async fn rows_count_within_their_window_with_both_its_ends() {
    let world = World::new().await;
    events(&world, "export.started", &[0.0, 600.001], EXPORT).await;
    assert_eq!(alerts(&world).await, "", "a millisecond too far apart");
    events(&world, "export.started", &[1_200.001], EXPORT).await;
    assert_eq!(alerts(&world).await, "rows-exported north-admin 500", "ten minutes, exactly");
}

#[tokio::test]
async fn hours_within_one_day_begin_with_their_first_instant_and_end_before_their_last() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    execute(&mut owner, "INSERT INTO alert_rules (id, school_id, code, name, actions, group_by, counts, threshold, within, from_time, until_time, severity)
        VALUES ('lunch', 'north', 'lunch', 'At lunch', '{time_record.approved}', 'person', 'events', 1, '1 minute', '12:00', '13:00', 'LOW')").await;
    let at_lunch =
        async || value::<i64>(&mut world.owner().await, "SELECT count(*) FROM alerts WHERE rule_id = 'lunch'").await;
    events(&world, "time_record.approved", &[-0.001, 3_600.0], DECISION).await;
    assert_eq!(at_lunch().await, 0, "11:59:59.999 and 13:00 are not at lunch");
    events(&world, "time_record.approved", &[0.0], DECISION).await;
    assert_eq!(at_lunch().await, 1, "12:00 is");
    execute(&mut owner, "UPDATE alerts SET acknowledged_by = 'north-admin', acknowledged_at = now()").await;
    events(&world, "time_record.approved", &[3_599.999], DECISION).await;
    assert_eq!(at_lunch().await, 2, "12:59:59.999 too");
}

#[tokio::test]
async fn a_schools_own_rule_takes_the_place_of_the_platforms_and_is_the_super_admins() {
    let world = World::new().await;
    let own = "INSERT INTO alert_rules (school_id, code, name, actions, group_by, threshold, within) VALUES ('north', 'sign-ins-from-address', 'Stricter', '{auth.sign_in_failed}', 'address', 2, '1 minute')";
    assert!(try_execute(&mut world.app_as("north-admin").await, own).await.is_err(), "an admin made a rule");
    execute(&mut world.app_as("super").await, own).await;
    events(&world, "auth.sign_in_failed", &[0.0, 60.0], GUESS).await;
    let of_guesses =
        async || alerts(&world).await.split(", ").filter(|one| one.starts_with("sign")).collect::<Vec<_>>().join(", ");
    assert_eq!(of_guesses().await, "sign-ins-from-address 10.2.0.77 2");
    let mut app = world.app_as("super").await;
    execute(&mut app, "UPDATE alert_rules SET is_active = false WHERE school_id = 'north'").await;
    let changed = try_execute(&mut app, "UPDATE alert_rules SET is_active = false WHERE school_id IS NULL").await;
    let active: i64 =
        value(&mut world.owner().await, "SELECT count(*) FROM alert_rules WHERE school_id IS NULL AND is_active").await;
    assert_eq!((changed.is_ok(), active), (true, 15), "the platform's rules stay as they are");
    events(&world, "auth.sign_in_failed", &[1000.0, 1001.0, 1002.0, 1003.0, 1004.0], GUESS).await;
    assert_eq!(of_guesses().await, "sign-ins-from-address 10.2.0.77 2, sign-ins-of-account a@b.example 5");
    let severity: String = value(
        &mut world.owner().await,
        "SELECT string_agg(action || ' ' || severity, ', ' ORDER BY sequence) FROM audit_logs WHERE action LIKE 'alert\\_rule.%' AND user_id = 'super'",
    )
    .await;
    assert_eq!(severity, "alert_rule.created HIGH, alert_rule.updated HIGH");
}

#[tokio::test]
async fn an_alert_is_acknowledged_once_by_an_admin_whom_it_is_not_about() {
    let world = World::new().await;
    events(&world, "export.started", &[0.0, 1.0, 2.0], EXPORT).await;
    let id: String = value(
        &mut world.owner().await,
        "SELECT a.id FROM alerts a JOIN alert_rules r ON r.id = a.rule_id WHERE r.code = 'exports'",
    )
    .await;
    let acknowledge = Command {
        what: What::Step(Step::AcknowledgeAlert),
        targets: vec![Target { id, name: "it".into() }],
        changes: Vec::new(),
    };
    let by = async |user: &str| {
        let report = command::run(&world.bound(user).await, &acknowledge).await.expect("a report");
        report.refused.first().map(|refused| match &refused.failure {
            Failure::Denied(why) => why.clone(),
            other => other.to_string(),
        })
    };
    assert!(by("north-preceptor").await.is_some());
    assert!(by("south-admin").await.is_some());
    assert!(by("north-admin").await.is_some_and(|why| why.contains("about you")));
    assert_eq!(by("north-admin-2").await, None);
    assert!(by("north-admin-2").await.is_some_and(|why| why.contains("already")));
}

#[tokio::test]
async fn nobody_acknowledges_what_they_did_nor_what_they_make_the_rule_of() {
    let world = World::new().await;
    let mut app = world.app_as("north-admin").await;
    execute(&mut app, "UPDATE users SET role = 'CLINICAL_SUPERVISOR' WHERE id = 'north-preceptor'").await;
    let mut owner = world.owner().await;
    execute(&mut owner, "SELECT medstint.seal_events('north')").await;
    assert_eq!(alerts(&world).await, "role-raised north-preceptor 1");
    let id: String = value(&mut owner, "SELECT id FROM alerts").await;
    let by = async |user: &str| {
        let mut app = world.app_as(user).await;
        try_execute(&mut app, &format!("SELECT medstint.acknowledge_alert('{id}')"))
            .await
            .map_err(|error| error.to_string())
    };
    assert!(by("north-admin").await.is_err_and(|why| why.contains("their own actions")), "it was their doing");
    // A super admin puts rules of their own in the place of any other.
    assert!(by("super").await.is_err_and(|why| why.contains("can't edit its rule")));
    by("north-admin-2").await.expect("acknowledged");
}

#[tokio::test]
async fn who_becomes_an_administrator_or_changes_rules_and_clocks_raises_an_alert() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let mut web = world.database.web().await;
    for change in [
        "INSERT INTO users (id, email, name, role, school_id) VALUES ('new', 'new@north.example', 'New', 'SCHOOL_ADMIN', 'north')",
        "UPDATE schools SET time_zone = 'America/Phoenix' WHERE id = 'north'",
        "INSERT INTO alert_rules (id, school_id, code, name, actions, group_by, threshold, within) VALUES ('own', 'north', 'exports', 'X', '{export.started}', 'person', 9, '1 minute')",
    ] {
        execute(if change.contains("alert_rules") { &mut owner } else { &mut web }, change).await;
    }
    execute(&mut owner, "SELECT medstint.seal_events('north')").await;
    assert_eq!(
        alerts(&world).await,
        "alert-rule-changed own 1, policy-changed north 2, role-raised new 1",
        "with the policy that every world begins with"
    );
    // A super admin who becomes a school's admin has fewer rights, not more.
    execute(
        &mut web,
        "INSERT INTO users (id, email, name, role) VALUES ('above', 'above@x.example', 'Above', 'SUPER_ADMIN')",
    )
    .await;
    execute(&mut web, "UPDATE users SET role = 'SCHOOL_ADMIN', school_id = 'north' WHERE id = 'above'").await;
    let told: String = value(
        &mut owner,
        "SELECT string_agg(action, ' ' ORDER BY sequence) FROM audit_logs WHERE resource_id = 'above'",
    )
    .await;
    assert_eq!(told, "user.administrator_created user.role_changed");
    // Nobody silences what alerts tell.
    let silent = "INSERT INTO notification_templates (school_id, type, title, message, is_active) VALUES ('north', 'AUDIT_ALERT', 'T', 'M', false)";
    let refused = try_execute(&mut world.app_as("north-admin").await, silent).await.expect_err("refused").to_string();
    assert!(refused.contains("notification_templates"), "{refused}");
}

#[tokio::test]
async fn guesses_at_the_sign_in_and_at_a_locked_console_count_together() {
    let world = World::new().await;
    let store = world.database.store();
    let token = world.token("north-admin").await;
    let wrong = Secret::new("wrong");
    let origin = Origin { address: None, device: "test".into(), client: "console" };
    for _ in 0..3 {
        store.sign_in("admin@north.example", &wrong, &origin).await.expect("an answer");
    }
    for _ in 0..2 {
        let _ = store.unlock(&token, &wrong).await;
    }
    watch(&world).await;
    assert_eq!(alerts(&world).await, "sign-ins-of-account admin@north.example 5");
}

#[tokio::test]
async fn what_comes_late_before_an_acknowledged_alert_is_another_one() {
    let world = World::new().await;
    events(&world, "user.role_raised", &[10.0], "'north-admin' AS user_id, NULL AS ip, NULL AS changes").await;
    execute(&mut world.owner().await, "UPDATE alerts SET acknowledged_by = 'north-admin-2', acknowledged_at = now()")
        .await;
    events(&world, "user.role_raised", &[5.0], "'north-admin' AS user_id, NULL AS ip, NULL AS changes").await;
    assert_eq!(alerts(&world).await, "role-raised r 1 seen, role-raised r 1");
}

/// What every open console does once a minute.
async fn watch(world: &World) {
    medstint::store::audit::watch(&world.bound("north-admin-2").await).await.expect("watched");
}

async fn sign_in(world: &World) {
    let origin = Origin { address: None, device: "test".into(), client: "console" };
    let welcome = world.database.store().sign_in("admin@north.example", &Secret::new(PASSWORD), &origin).await;
    assert!(matches!(welcome, Ok(SignIn::Welcome { .. })), "{welcome:?}");
}

#[tokio::test]
async fn what_nobody_can_count_stops_neither_sealing_nor_a_sign_in() {
    let world = World::new().await;
    let most =
        |rows: &str| format!("'north-admin' AS user_id, NULL AS ip, '{{\"rows\": {{\"new\": {rows}}}}}' AS changes");
    events(&world, "export.started", &[0.0, 1.0], &most("9223372036854775807")).await;
    assert_eq!(alerts(&world).await, "rows-exported north-admin 1000000000000");
    events(&world, "export.started", &[1000.0], &most("-9223372036854775807")).await;
    events(&world, "export.started", &[1001.0], &most("500")).await;
    events(&world, "export.started", &[1002.0], &most("\"many\"")).await;
    let open: i64 = value(
        &mut world.owner().await,
        "SELECT count(*) FROM medstint.audit_unsealed JOIN audit_logs USING (sequence) WHERE action = 'export.started'",
    )
    .await;
    assert_eq!(open, 0);
    // A rule that cannot be evaluated at all is an event, and the others go on.
    execute(
        &mut world.owner().await,
        "ALTER TABLE alerts ADD CONSTRAINT none_of_it CHECK (rule_id <> 'bad') NOT VALID;
         INSERT INTO alert_rules (id, school_id, code, name, actions, group_by, threshold, within) VALUES ('bad', 'north', 'bad', 'Bad', '{user.role_raised}', 'record', 1, '1 minute')",
    )
    .await;
    events(&world, "user.role_raised", &[0.0], "'north-admin' AS user_id, NULL AS ip, NULL AS changes").await;
    assert!(alerts(&world).await.contains("role-raised r 1"));
    let told: String = value(
        &mut world.owner().await,
        "SELECT concat_ws(' ', severity, endpoint, resource_id) FROM audit_logs WHERE action = 'audit.rule_failed'",
    )
    .await;
    assert_eq!(told, "HIGH system bad");
    sign_in(&world).await;
    // Sealing that fails does not stop it either.
    execute(&mut world.owner().await, "ALTER TABLE audit_seals ADD CONSTRAINT no_more CHECK (number < 0) NOT VALID")
        .await;
    sign_in(&world).await;
    let told: i64 =
        value(&mut world.owner().await, "SELECT count(*) FROM audit_logs WHERE action = 'audit.sealing_failed'").await;
    assert_eq!(told, 1);
}

#[tokio::test]
async fn guesses_at_the_sign_in_are_seen_in_the_pane_at_once() {
    let world = World::new().await;
    let console = Console::of(&world, "north-admin").await;
    console.shows("Nothing is pending").await.press("4").shows("CRIT").await;
    let origin = Origin { address: Some("10.9.9.9".into()), device: "test".into(), client: "console" };
    for _ in 0..5 {
        let wrong = Secret::new("wrong");
        world.database.store().sign_in("preceptor@north.example", &wrong, &origin).await.expect("an answer");
    }
    console.shows("2 open alerts").await;
    console.press(":").type_text("alerts").press("enter").shows("Failed sign-ins from one address").await;
    console
        .shows("Failed sign-ins of one account")
        .await
        .press("a")
        .shows("[ Acknowledge ]")
        .await
        .press("y")
        .shows("1 alert")
        .await;
    console.press("f").shows("Ada North").await;
    console.press(":").type_text("notifications").press("enter").shows("5 events within 00:10:00").await;
    console.shows("Failed sign-ins from one address").await;
    console.quit().await;
}

#[tokio::test]
async fn a_super_admin_makes_a_schools_own_rules_on_the_screen_and_an_admin_reads_them() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let console = Console::of(&world, "north-admin").await;
    console.shows("Nothing is pending").await.press(":").type_text("alert-rules").press("enter");
    console.shows("Decisions at night").await.shows("1 event in 10 min, 22:00–06:00").await.hides("e edit").await;
    console.press("e").shows("Your role (school admin) can't do this").await;
    console.quit().await;

    let console = Console::of(&world, "super").await;
    console.shows("North School").await.press("enter").shows("live").await;
    console
        .press(":")
        .type_text("alert-rules")
        .press("enter")
        .shows("Decisions at night")
        .await
        .press("down down down down down");
    console.press("e").shows("the school's own rule").await.press("tab").type_text("3");
    console.shows("Ready to save.").await.press("ctrl-s").shows("Decisions at night added.").await;
    console.shows("13 events in 10 min").await.shows("own").await;
    let own: String = value(&mut owner, "SELECT concat_ws(' ', code, threshold, within, from_time, cardinality(actions), group_by) FROM alert_rules WHERE school_id = 'north'").await;
    assert_eq!(own, "decisions-at-night 13 00:10:00 22:00:00 3 person");
    console.quit().await;
}
