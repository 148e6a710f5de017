//! What the console offers and what the database allows are one rule: asked of
//! the database, role by role and table by table, kept as a golden file, and
//! compared with what the console would offer.

use std::collections::BTreeMap;
use std::fmt::Write;

use chrono::TimeDelta;
use medstint::domain::Role;
use medstint::domain::list::List;
use medstint::domain::permission::Permission;
use medstint::tui::action::Action;
use strum::VariantArray;

use super::support::database::{execute, try_execute, value};
use super::support::{World, a_time_record};

/// Who stands for a role in the world of the tests.
const PEOPLE: [(Role, &str); 5] = [
    (Role::Student, "north-student"),
    (Role::ClinicalPreceptor, "north-preceptor"),
    (Role::ClinicalSupervisor, "north-supervisor"),
    (Role::SchoolAdmin, "north-admin"),
    (Role::SuperAdmin, "super"),
];

/// For each table what is tried of each verb; `{me}` is whoever tries, `{kind}`
/// the type of assessment that the role makes. Nothing is a verb that needs no
/// sample: it is tried on any row.
const TRIED: &[(&str, &str, &str)] = &[
    ("accounts", "", "provider_id = provider_id"),
    (
        "alert_rules",
        "(school_id, code, name, actions, group_by, threshold, within) VALUES ('north', 'y', 'Y', '{y}', 'person', 1, '1 hour')",
        "threshold = 2 WHERE school_id = 'north'",
    ),
    ("alerts", "", "acknowledged_by = '{me}', acknowledged_at = now()"),
    (
        "assessments",
        "(student_id, assessor_id, competency_id, type) VALUES ('north-student', '{me}', 'north-competency', '{kind}')",
        "feedback = 'X' WHERE assessor_id = '{me}' AND status = 'DRAFT'",
    ),
    ("audit_logs", "", "action = action"),
    ("audit_seals", "", "number = number"),
    ("certificate_authorities", "", "comment = comment"),
    (
        "clinical_site_locations",
        "(clinical_site_id, name, latitude, longitude) VALUES ('north-site', 'X', 1, 1)",
        "radius_m = 50",
    ),
    ("clinical_sites", "(name, type, capacity) VALUES ('X', 'OTHER', 1)", "capacity = 20"),
    ("competencies", "", "name = name"),
    ("competency_assignments", "(user_id, competency_id) VALUES ('north-student-2', 'north-free')", "due_date = now()"),
    ("competency_deployments", "", "status = 'ARCHIVED'"),
    (
        "competency_templates",
        "(name, description, category, level) VALUES ('X', 'X', 'X', 'EXPERT')",
        "is_active = false",
    ),
    (
        "delegations",
        "(from_user_id, to_user_id, ends_at) VALUES (CASE '{me}' WHEN 'north-supervisor' THEN '{me}' ELSE 'north-preceptor' END, 'north-stranger', now() + interval '1 day')",
        "revoked_at = now()",
    ),
    ("kiosk_punches", "", "status = status"),
    ("kiosk_states", "", "waiting = waiting"),
    ("kiosks", "(clinical_site_id, name) VALUES ('north-site', 'X')", "name = 'X'"),
    (
        "notification_templates",
        "(school_id, type, title, message) VALUES ('north', 'Z', 'Z', 'Z')",
        "title = 'X' WHERE school_id IS NOT NULL",
    ),
    ("notifications", "", "is_read = true"),
    ("programs", "(name, description, duration, class_year) VALUES ('X', 'X', 1, 2030)", "name = 'X'"),
    (
        "rotations",
        "(student_id, clinical_site_id, specialty, start_date, end_date, required_hours) VALUES ('north-student', 'north-site', 'X', '2030-01-01', '2030-02-01', 1)",
        "required_hours = 170",
    ),
    (
        "rubric_criteria",
        "(template_id, criterion_name, description, max_score) VALUES ('north-draft', 'X', 'X', 1)",
        "description = 'X' WHERE template_id = 'north-draft'",
    ),
    (
        "school_policies",
        "(school_id) VALUES ('north') ON CONFLICT (school_id) DO UPDATE SET duty_profile = 'CUSTOM'",
        "duty_profile = 'RADIOGRAPHY'",
    ),
    ("schools", "(name, accreditation) VALUES ('X', 'X')", "phone = '1'"),
    ("sessions", "", "revoked_at = now()"),
    ("time_record_corrections", "", "reason = reason"),
    ("time_record_decisions", "", "verdict = verdict"),
    ("time_record_questions", "", "question = question"),
    (
        "time_records",
        "(student_id, rotation_id, clock_in) VALUES ('north-student', 'north-student-rotation', now())",
        "status = 'APPROVED', approved_by = '{me}', decision_reason = 'X' WHERE id = 'waits'",
    ),
    ("user_keys", "", "comment = comment"),
    (
        "users",
        "(email, given_name, family_name, role) VALUES ('x@north.example', 'X', 'Y', 'STUDENT')",
        "given_name = 'X' WHERE id <> '{me}' AND role = 'STUDENT'",
    ),
];

/// Functions that stand for verbs of their own.
const CALLED: &[(&str, &str)] = &[
    ("alerts.acknowledge", "medstint.acknowledge_alert('alert')"),
    // An alert that the person can't see is no error.
    ("alerts.acknowledge_platform", "1 / medstint.acknowledge_alert('platform-alert')::integer"),
    (
        "certificate_authorities.set",
        "1 / medstint.set_authorities(ARRAY(SELECT decode(key, 'base64') FROM certificate_authorities), '{}', '{}')::integer",
    ),
    (
        "competency_deployments.deploy",
        "medstint.deploy('north-draft', ARRAY['north-program'], '{}', 'REQUIRED', now(), NULL, NULL)",
    ),
    ("competency_deployments.roll_back", "medstint.roll_back('north-deployment-2')"),
    ("time_record_corrections.decide", "medstint.decide_correction('correction', false)"),
    (
        "time_record_corrections.propose",
        "medstint.propose_correction('waits', 1, now() - interval '9 days', now() - interval '9 days' + interval '1 hour', 'X')",
    ),
    ("time_record_questions.answer", "medstint.answer('waits', 'X')"),
    ("time_record_questions.ask", "medstint.ask('waits', 'X')"),
    ("kiosk_punches.settle", "medstint.discard_punch('quarantined-punch', 'X')"),
    ("kiosks.enrol", "medstint.make_enrolment_code('north-kiosk')"),
    ("kiosks.revoke", "medstint.revoke_kiosk('north-kiosk')"),
    ("pins.make_code", "medstint.make_pin_code('north-student')"),
    ("pins.set", "medstint.set_pin('north-student', '271828')"),
    ("rotations.remind", "medstint.remind_of_rotation('north-student-rotation')"),
    ("time_records.remind", "medstint.remind_of_clock_out('open')"),
    ("sessions.revoke", "medstint.revoke_session((SELECT id FROM sessions WHERE user_id = '{me}' LIMIT 1))"),
    (
        "user_keys.add",
        "medstint.add_key('{me}', decode('0000000b7373682d6564323535313900000020', 'hex') || sha256('another'), 'X')",
    ),
    // A key that isn't the person's to remove is no error.
    ("user_keys.remove", "1 / medstint.remove_key((SELECT id FROM user_keys WHERE user_id = '{me}'))::integer"),
    ("users.reset_password", "medstint.reset_password('north-student-2')"),
];

async fn world() -> World {
    let world = World::new().await;
    a_time_record().id("waits").insert(&world).await;
    a_time_record().approved().of_second_student().insert(&world).await;
    a_time_record()
        .id("open")
        .open()
        .clocked_in(super::support::world::now() - TimeDelta::hours(30))
        .insert(&world)
        .await;
    a_time_record().id("hard").worked(TimeDelta::hours(17)).insert(&world).await;
    for (_, user) in PEOPLE {
        world.token(user).await;
    }
    world.token("north-student-2").await;
    let mut owner = world.owner().await;
    execute(
        &mut owner,
        r#"INSERT INTO competency_templates (id, school_id, name, description, category, level, created_by) VALUES ('north-draft', 'north', 'D', 'D', 'D', 'EXPERT', 'north-admin');
           INSERT INTO rubric_criteria (id, template_id, criterion_name, description, max_score) VALUES ('north-criterion', 'north-draft', 'K', 'D', 4);
           INSERT INTO competency_deployments (id, template_id, deployed_by, deployment_type, rollback_data)
             VALUES ('north-deployment-2', 'north-template', 'north-admin', 'TEMPLATE_IMPORT', '{"competencies": [], "criteria": [], "assignments": []}');
           INSERT INTO assessments (student_id, assessor_id, competency_id, type) SELECT 'north-student', a, 'north-competency', k::assessment_type
             FROM (VALUES ('north-student', 'SELF'), ('north-supervisor', 'SUPERVISOR'), ('north-preceptor', 'PRECEPTOR')) x (a, k);
           INSERT INTO assessments (student_id, assessor_id, competency_id, type) VALUES ('north-student-2', 'north-student-2', 'north-competency', 'SELF');
           INSERT INTO competency_assignments (user_id, competency_id, assigned_by) VALUES ('north-student-2', 'north-competency', 'north-admin');
           INSERT INTO competencies (id, school_id, name, description, category, level) VALUES ('north-free', 'north', 'F', 'F', 'F', 'EXPERT');
           INSERT INTO notification_templates (school_id, type, title, message) VALUES ('north', 'Y', 'Y', 'Y');
           INSERT INTO time_record_questions (school_id, time_record_id, asked_by, question) VALUES ('north', 'waits', 'north-preceptor', 'Why?');
           INSERT INTO time_record_corrections (id, school_id, time_record_id, old_clock_in, old_clock_out, clock_in, clock_out, reason, proposed_by)
             SELECT 'correction', school_id, id, clock_in, clock_out, clock_in, clock_in + interval '8 hours', 'R', 'north-preceptor' FROM time_records WHERE id = 'open';
           INSERT INTO delegations (from_user_id, to_user_id, ends_at) VALUES ('north-preceptor', 'north-stranger', now() + interval '1 day'), ('north-supervisor', 'north-stranger', now() + interval '1 day');
           INSERT INTO alert_rules (id, school_id, code, name, actions, group_by, threshold, within) VALUES ('rule', 'north', 'x', 'X', '{x}', 'school', 1, '1 minute');
           INSERT INTO alerts (id, school_id, rule_id, subject, severity, counted, first_at, last_at) VALUES ('alert', 'north', 'platform-role-raised', 'x', 'LOW', 1, now(), now());
           INSERT INTO alerts (id, rule_id, subject, severity, counted, first_at, last_at) VALUES ('platform-alert', 'platform-sign-ins-of-account', 'x', 'LOW', 1, now(), now());
           INSERT INTO kiosk_states (kiosk_id, school_id, last_seen_at, version, clock_skew_ms, waiting) VALUES ('north-kiosk', 'north', now(), '0', 0, 0);
           INSERT INTO kiosk_punches (id, school_id, kiosk_id, clinical_site_id, badge, punched_at, device_clock, is_offline, clock_is_unverified, status, problem)
             VALUES ('quarantined-punch', 'north', 'north-kiosk', 'north-site', 'X', now(), now(), true, false, 'QUARANTINED', 'unknown_badge');
           SELECT medstint.set_pin_of('north-student-2', '271828');
           INSERT INTO user_keys (user_id, key) SELECT id, encode(decode('0000000b7373682d6564323535313900000020', 'hex') || sha256(convert_to(id, 'UTF8')), 'base64') FROM users WHERE school_id = 'north' OR role = 'SUPER_ADMIN';
           SELECT medstint.add_authority('north', decode('0000000b7373682d6564323535313900000020', 'hex') || sha256('a key'), '');
           INSERT INTO audit_logs (user_id, school_id, action, resource_type, resource_id) SELECT id, school_id, 'x.tried', 'users', id FROM users WHERE school_id = 'north';
           "#,
    )
    .await;
    world
}

/// How much of everything a person sees.
fn part(seen: i64, all: i64) -> &'static str {
    match seen {
        _ if seen == all => "all",
        0 => "—",
        _ => "some",
    }
}

/// What the database says: by `table.verb` and role, `all`, `some`, `yes` or `—`.
async fn asked(world: &World) -> BTreeMap<String, BTreeMap<String, &'static str>> {
    let mut said: BTreeMap<String, BTreeMap<String, &'static str>> = BTreeMap::new();
    let mut owner = world.owner().await;
    for (role, user) in PEOPLE {
        let name: &str = role.into();
        let kind = match role {
            Role::Student => "SELF",
            Role::ClinicalSupervisor => "SUPERVISOR",
            _ => "PRECEPTOR",
        };
        let filled = |sql: &str| sql.replace("{me}", user).replace("{kind}", kind);
        let mut app = world.app_as(user).await;
        let mut note = |what: String, answer| {
            said.entry(what).or_default().insert(name.to_owned(), answer);
        };
        for (table, insert, update) in TRIED {
            let school = if *table == "schools" { "id" } else { "school_id" };
            let all: i64 = value(&mut owner, &format!("SELECT count(*) FROM {table} WHERE {school} = 'north'")).await;
            let seen: i64 = value(&mut app, &format!("SELECT count(*) FROM {table} WHERE {school} = 'north'")).await;
            note(format!("{table}.select"), part(seen, all));
            let insert = if insert.is_empty() { "DEFAULT VALUES" } else { insert };
            for (verb, sql) in [
                ("insert", format!("INSERT INTO {table} {insert}")),
                ("update", format!("UPDATE {table} SET {update}")),
                ("delete", format!("DELETE FROM {table}")),
            ] {
                execute(&mut app, "BEGIN").await;
                let done = sqlx::query(sqlx::AssertSqlSafe(filled(&sql))).execute(&mut app).await;
                execute(&mut app, "ROLLBACK").await;
                let could = done.is_ok_and(|done| done.rows_affected() > 0);
                note(format!("{table}.{verb}"), if could { "yes" } else { "—" });
            }
        }
        let platform = "SELECT count(*) FROM audit_logs WHERE school_id IS NULL";
        let (all, seen) = (value(&mut owner, platform).await, value(&mut app, platform).await);
        note("audit_logs.select_platform".into(), part(seen, all));
        for (what, call) in CALLED {
            execute(&mut app, "BEGIN").await;
            let done = try_execute(&mut app, &format!("SELECT {}", filled(call))).await;
            execute(&mut app, "ROLLBACK").await;
            note((*what).to_owned(), if done.is_ok() { "yes" } else { "—" });
        }
        execute(&mut app, "BEGIN").await;
        let waived = sqlx::query(
            "UPDATE time_records SET status = 'APPROVED', approved_by = $1, decision_reason = 'Seen' WHERE id = 'hard'",
        )
        .bind(user)
        .execute(&mut app)
        .await;
        execute(&mut app, "ROLLBACK").await;
        let could = waived.is_ok_and(|done| done.rows_affected() == 1);
        note("time_records.waive".into(), if could { "yes" } else { "—" });
        // A review is a step of somebody else's assessment.
        execute(&mut owner, "UPDATE assessments SET rubric_scores = '{\"Technique\": 3}', status = 'SUBMITTED' WHERE id = 'north-assessment' AND status = 'DRAFT'").await;
        execute(&mut app, "BEGIN").await;
        let reviewed = sqlx::query("UPDATE assessments SET status = 'REVIEWED' WHERE id = 'north-assessment'")
            .execute(&mut app)
            .await;
        execute(&mut app, "ROLLBACK").await;
        note(
            "assessments.review".into(),
            if reviewed.is_ok_and(|done| done.rows_affected() > 0) { "yes" } else { "—" },
        );
    }
    said
}

/// What of the database a permission of the console stands for, and whether the
/// console may offer less than the database shows: names of people and places
/// stand beside everybody's own records.
fn stands_for(permission: Permission) -> (&'static str, bool) {
    use Permission as P;
    match permission {
        P::SeeTimeRecords => ("time_records.select", false),
        P::DecideTimeRecords | P::UndoDecision => ("time_records.update", false),
        // That a super admin decides one by one is a rule of the screen.
        P::DecideTimeRecordsInBulk => ("time_records.update", true),
        P::WaiveHardFlag => ("time_records.waive", false),
        P::SeeRotations => ("rotations.select", false),
        P::EditRotations => ("rotations.update", false),
        P::SeeCompetencies => ("competency_assignments.select", false),
        P::AssignCompetencies => ("competency_assignments.insert", false),
        P::SeeTemplates => ("competency_templates.select", false),
        P::EditTemplates => ("competency_templates.update", false),
        P::SeeDeployments => ("competency_deployments.select", false),
        P::Deploy => ("competency_deployments.deploy", false),
        P::SeeAssessments => ("assessments.select", false),
        P::Assess => ("assessments.insert", false),
        P::ReviewAssessments => ("assessments.review", false),
        P::SeeAuditEvents => ("audit_logs.select", false),
        P::SeePlatformEvents => ("audit_logs.select_platform", false),
        P::SeePrograms => ("programs.select", true),
        P::EditPrograms => ("programs.update", false),
        P::SeeSites => ("clinical_sites.select", true),
        P::EditSites => ("clinical_sites.update", false),
        P::SeeKiosks => ("kiosk_states.select", false),
        P::EditKiosks => ("kiosks.enrol", false),
        P::SeeQuarantine => ("kiosk_punches.select", false),
        P::SettlePunches => ("kiosk_punches.settle", false),
        P::SeePeople => ("users.select", true),
        P::EditPeople => ("users.update", false),
        P::SeeAccounts => ("accounts.select", false),
        P::SeeKeys => ("user_keys.select", false),
        P::EditKeys => ("user_keys.add", false),
        P::SeeSessions => ("sessions.select", false),
        P::SeeNotifications => ("notifications.select", true),
        P::SeeNotificationTemplates => ("notification_templates.select", true),
        P::EditNotificationTemplates => ("notification_templates.update", false),
        P::SeeMissingRecords => ("rotations.select", true),
        P::Remind => ("time_records.remind", false),
        P::AskBack => ("time_record_questions.ask", false),
        P::AnswerQuestions => ("time_record_questions.answer", false),
        P::SeeCorrections => ("time_record_corrections.select", false),
        P::ProposeCorrections => ("time_record_corrections.propose", false),
        P::DecideCorrections => ("time_record_corrections.decide", false),
        P::SeeAlerts => ("alerts.select", false),
        P::AcknowledgeAlerts => ("alerts.acknowledge", false),
        P::AcknowledgePlatformAlerts => ("alerts.acknowledge_platform", false),
        P::SeeAlertRules => ("alert_rules.select", false),
        P::EditAlertRules => ("alert_rules.insert", false),
        P::SeeDelegations => ("delegations.select", false),
        P::EditDelegations => ("delegations.insert", false),
        P::SeePolicy => ("school_policies.select", true),
        P::EditPolicy => ("school_policies.update", false),
        P::SeeSchools => ("schools.select", true),
        P::EditSchools => ("schools.update", false),
        P::AddSchools => ("schools.insert", false),
    }
}

#[tokio::test]
async fn the_matrix_is_as_it_was_agreed_and_the_console_offers_what_the_database_allows() {
    let world = world().await;
    let mut owner = world.owner().await;
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT c.relname::text FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY 1",
    )
    .fetch_all(&mut owner)
    .await
    .expect("the catalogue");
    let tried: Vec<&str> = TRIED.iter().map(|(table, ..)| *table).collect();
    assert_eq!(tables, tried, "a table that nobody tries has no place in the matrix");

    let said = asked(&world).await;
    let mut golden = format!("{:<34}", "");
    for (role, _) in PEOPLE {
        let _ = write!(golden, "{:<22}", <&str>::from(role));
    }
    for (what, answers) in &said {
        let _ = write!(golden, "\n{what:<34}");
        for (role, _) in PEOPLE {
            let _ = write!(golden, "{:<22}", answers[<&str>::from(role)]);
        }
    }
    let golden: Vec<&str> = golden.lines().map(str::trim_end).collect();
    insta::assert_snapshot!("permission_matrix", golden.join("\n"));

    for permission in Permission::VARIANTS {
        let (what, may_offer_less) = stands_for(*permission);
        for (role, _) in PEOPLE {
            let allowed = said[what][<&str>::from(role)] != "—";
            let offered = role.may(*permission);
            // A super admin belongs to no school, and neither do their notifications.
            let own = role == Role::SuperAdmin && *permission == Permission::SeeNotifications;
            let agree = own || offered == allowed || (may_offer_less && !offered);
            assert!(agree, "{role:?} {permission:?}: the console says {offered}, the database ({what}) says {allowed}");
        }
    }
}

/// What changes nothing, or only what is the person's own.
const HARMLESS: &[Action] = &[
    Action::Mark,
    Action::MarkAll,
    Action::Links,
    Action::Filter,
    Action::Help,
    Action::Palette,
    Action::View,
    Action::Sort,
    Action::Earlier,
    Action::Later,
    Action::Refresh,
    Action::Message,
    Action::Copy,
    Action::Down,
    Action::Up,
    Action::PageDown,
    Action::PageUp,
    Action::First,
    Action::Last,
    Action::Detail,
    Action::Pivot,
    Action::Pause,
    Action::EarlierEvent,
    Action::LaterEvent,
    Action::GoTo,
    Action::TimeZone,
    Action::DetailDown,
    Action::DetailUp,
    Action::Zoom,
    Action::Dashboard,
    Action::NextPane,
    Action::PreviousPane,
    Action::Profile,
    Action::Password,
    Action::School,
    Action::Lock,
    Action::SignOut,
    Action::Suspend,
    Action::Back,
    Action::Quit,
];

#[test]
fn every_action_that_changes_something_asks_for_a_permission_over_every_list() {
    for action in Action::VARIANTS.iter().filter(|action| !HARMLESS.contains(action)) {
        for list in List::VARIANTS.iter().filter(|list| action.is_over(**list)) {
            assert!(action.permission(*list).is_some(), "{} over {list:?} is offered to everybody", action.name());
        }
    }
}

#[tokio::test]
async fn the_undo_limits_of_the_console_are_those_of_the_database() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let decided = super::support::world::now();
    for role in Role::VARIANTS {
        let name: &str = (*role).into();
        let minutes: Option<i32> = value(
            &mut owner,
            &format!("SELECT extract(epoch FROM within)::integer / 60 FROM medstint.undo_limit('{name}')"),
        )
        .await;
        let may: bool = value(&mut owner, &format!("SELECT may FROM medstint.undo_limit('{name}')")).await;
        assert_eq!(role.may(Permission::UndoDecision), may, "{name}");
        let ours =
            role.undo_until(decided).map(|until| i32::try_from((until - decided).num_minutes()).expect("minutes"));
        assert_eq!(ours, minutes, "{name}");
    }
}
