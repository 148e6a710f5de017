//! The demonstration's world is believable, and consistent with what the
//! triggers would have written.

use sqlx::Connection;
use tokio::sync::OnceCell;

use super::support::Database;
use super::support::database::{execute, value};

/// A copy of the demonstration's world, which is built once for the run.
async fn demo_world() -> Database {
    static BUILT: OnceCell<String> = OnceCell::const_new();
    let template = BUILT
        .get_or_init(|| async {
            let database = Database::migrated().await;
            let mut owner = database.owner().await;
            medstint::demo::build(&mut owner).await.expect("a world");
            // Databases are copied only while nobody is connected to them.
            owner.close().await.expect("an orderly end");
            database.name
        })
        .await;
    Database::like(template).await
}

/// A connection of the console's role with a session of the coordinator's.
async fn coordinator(database: &Database) -> sqlx::PgConnection {
    let token = "ab".repeat(32);
    execute(
        &mut database.owner().await,
        &format!(
            "INSERT INTO sessions (user_id, token, expires_at)
             VALUES ('coordinator', encode(sha256('{token}'), 'hex'), now() + interval '1 hour')"
        ),
    )
    .await;
    let mut app = database.app().await;
    execute(&mut app, &format!("SELECT set_config('medstint.session', '{token}', false)")).await;
    app
}

#[tokio::test]
async fn the_world_is_as_large_as_promised_and_adds_up() {
    let database = demo_world().await;
    let mut owner = database.owner().await;
    let mut between = async |what: &str, sql: &str, least: i64, most: i64| {
        let found: i64 = value(&mut owner, sql).await;
        assert!((least..=most).contains(&found), "{what}: {found}");
    };
    between("schools", "SELECT count(*) FROM schools", 2, 2).await;
    between("students", "SELECT count(*) FROM users WHERE role = 'STUDENT'", 240, 240).await;
    between("staff", "SELECT count(*) FROM users WHERE role IN ('CLINICAL_PRECEPTOR', 'CLINICAL_SUPERVISOR')", 25, 25)
        .await;
    between("programs", "SELECT count(*) FROM programs", 6, 6).await;
    between("sites", "SELECT count(*) FROM clinical_sites", 14, 14).await;
    between("time zones", "SELECT count(DISTINCT time_zone) FROM clinical_sites", 4, 9).await;
    between("rotations", "SELECT count(*) FROM rotations", 590, 610).await;
    between("time records", "SELECT count(*) FROM time_records", 8_000, 10_500).await;
    between("pending", "SELECT count(*) FROM time_records WHERE status = 'PENDING'", 200, 500).await;
    between(
        "nights of a clock change",
        "SELECT count(*) FROM time_records WHERE elapsed_ms IN (25500000, 32700000)",
        1,
        500,
    )
    .await;

    for (what, drift) in [
        (
            "hours of rotations",
            "SELECT count(*) FROM rotations r WHERE completed_hours <> (SELECT floor(coalesce(sum(elapsed_ms), 0) / 3600000) FROM time_records t WHERE t.rotation_id = r.id AND status = 'APPROVED')",
        ),
        (
            "decisions",
            "SELECT count(*) FROM time_records t WHERE (status <> 'PENDING') <> EXISTS (SELECT FROM time_record_decisions d WHERE d.time_record_id = t.id)",
        ),
        (
            "rotations of their own school",
            "SELECT count(*) FROM rotations r JOIN users u ON u.id = r.student_id JOIN clinical_sites s ON s.id = r.clinical_site_id WHERE r.school_id <> u.school_id OR r.school_id <> s.school_id",
        ),
        (
            "events that nobody will ever seal",
            "SELECT count(*) FROM audit_logs WHERE sequence NOT IN (SELECT unnest(sequences) FROM audit_seals UNION ALL SELECT sequence FROM medstint.audit_unsealed)",
        ),
        ("decisions in the future", "SELECT count(*) FROM time_record_decisions WHERE decided_at > now()"),
    ] {
        between(what, drift, 0, 0).await;
    }
}

#[tokio::test]
async fn every_oddity_of_the_rules_is_in_the_queue() {
    let database = demo_world().await;
    let mut owner = database.owner().await;
    let pending = "FROM time_records t WHERE status = 'PENDING' AND school_id = 'riverside'";
    for (oddity, condition) in [
        ("OPEN_TOO_LONG", "clock_out IS NULL AND clock_in < now() - interval '16 hours'"),
        ("TOO_LONG", "elapsed_ms > 16 * 3600000"),
        ("OUT_BEFORE_IN", "clock_out < clock_in"),
        ("FUTURE", "clock_in > now() + interval '1 minute'"),
        ("HOURS_MISMATCH", "abs(total_hours - elapsed_ms / 3600000.0) > 0.01"),
        (
            "OVERLAP",
            "EXISTS (SELECT FROM time_records o WHERE o.student_id = t.student_id AND o.id <> t.id AND o.status <> 'REJECTED' AND o.clock_in < t.clock_out AND t.clock_in < o.clock_out)",
        ),
        ("GEO_NONE", "clock_in_latitude IS NULL"),
        ("GEO_POOR", "clock_in_accuracy_m > 100"),
        (
            "GEO_OUTSIDE",
            "(SELECT verdict FROM medstint.location_verdict(clinical_site_id, clock_out_latitude, clock_out_longitude, clock_out_accuracy_m)) = 'OUTSIDE'",
        ),
        (
            "GEO_UNCERTAIN",
            "(SELECT verdict FROM medstint.location_verdict(clinical_site_id, clock_in_latitude, clock_in_longitude, clock_in_accuracy_m)) = 'UNCERTAIN'",
        ),
        ("TOO_SHORT", "elapsed_ms BETWEEN 0 AND 15 * 60000"),
        ("LATE_ENTRY", "created_at > clock_out + interval '3 days'"),
        ("AGED", "clock_out < now() - interval '7 days'"),
        (
            "OFF_HOURS",
            "extract(hour FROM clock_in AT TIME ZONE (SELECT time_zone FROM clinical_sites s WHERE s.id = clinical_site_id)) NOT BETWEEN 6 AND 22",
        ),
        ("DAY_CAP", "elapsed_ms > 10 * 3600000"),
        ("OUTSIDE_ROTATION", "EXISTS (SELECT FROM rotations r WHERE r.id = rotation_id AND r.status <> 'ACTIVE')"),
        (
            "OVER_REQUIRED",
            "EXISTS (SELECT FROM rotations r WHERE r.id = rotation_id AND r.completed_hours >= r.required_hours)",
        ),
        (
            "SAME_DEVICE",
            "EXISTS (SELECT FROM time_records o WHERE o.student_id <> t.student_id AND o.clock_in_ip_address = t.clock_in_ip_address AND abs(extract(epoch FROM o.clock_in - t.clock_in)) < 60)",
        ),
        (
            "SHORT_REST",
            "EXISTS (SELECT FROM time_records o WHERE o.student_id = t.student_id AND t.clock_in - o.clock_out BETWEEN interval '0' AND interval '8 hours')",
        ),
        ("EDITED", "version > 1"),
        ("OFFLINE", "clock_in_source = 'KIOSK' AND created_at > clock_out + interval '1 hour'"),
    ] {
        let found: i64 = value(&mut owner, &format!("SELECT count(*) {pending} AND {condition}")).await;
        assert!(found > 0, "no {oddity} in the demonstration");
    }
}

#[tokio::test]
async fn every_deployment_can_be_rolled_back() {
    let database = demo_world().await;
    let mut coordinator = coordinator(&database).await;
    let obstacles: i64 = value(
        &mut coordinator,
        "SELECT count(*) FROM competency_deployments d, medstint.roll_back(d.id) x WHERE x.obstacle IS NOT NULL",
    )
    .await;
    let left: i64 = value(
        &mut coordinator,
        "SELECT count(*) FROM competency_deployments WHERE status <> 'ARCHIVED' OR NOT rollback_data::jsonb ? 'rolled_back_at'",
    )
    .await;
    assert_eq!((obstacles, left), (0, 0));
    let rolled_back: i64 = value(&mut coordinator, "SELECT count(*) FROM competency_deployments").await;
    assert_eq!(rolled_back, 8);
}

#[tokio::test]
async fn building_the_world_raises_no_alert() {
    let mut owner = demo_world().await.owner().await;
    let alerts: i64 = value(&mut owner, "SELECT count(*) FROM alerts").await;
    let notified: i64 = value(&mut owner, "SELECT count(*) FROM notifications WHERE type = 'AUDIT_ALERT'").await;
    assert_eq!((alerts, notified), (0, 0));
}

#[tokio::test]
async fn quarantined_punches_fit_the_rotation_that_their_form_begins_with() {
    let database = demo_world().await;
    let mut coordinator = coordinator(&database).await;
    let resolved: i64 = value(
        &mut coordinator,
        "SELECT count(medstint.resolve_punch(p.id, 'IN',
           (SELECT r.id FROM rotations r WHERE r.student_id = p.student_id AND r.status <> 'CANCELLED'
            ORDER BY r.start_date DESC, r.id LIMIT 1), p.punched_at, 'Seen at the door'))
         FROM kiosk_punches p WHERE p.status = 'QUARANTINED' AND p.student_id IS NOT NULL",
    )
    .await;
    assert_eq!(resolved, 1);
}

#[tokio::test]
async fn unread_notifications_lead_to_records_that_exist() {
    let mut owner = demo_world().await.owner().await;
    let unread: Vec<(String, String)> = sqlx::query_as(
        "SELECT split_part(action_url, '/', 1), split_part(action_url, '/', 2) FROM notifications
         WHERE user_id = 'coordinator' AND NOT is_read",
    )
    .fetch_all(&mut owner)
    .await
    .expect("notifications");
    assert_eq!(unread.len(), 3);
    for (table, id) in unread {
        let found: i64 = value(&mut owner, &format!("SELECT count(*) FROM {table} WHERE id = '{id}'")).await;
        assert_eq!(found, 1, "{table}/{id}");
    }
}

#[tokio::test]
async fn every_choice_that_a_form_offers_is_in_use() {
    let mut owner = demo_world().await.owner().await;
    for (choice, unusable) in [
        (
            "sites",
            "SELECT count(*) FROM clinical_sites s WHERE NOT is_active OR NOT EXISTS (SELECT FROM medstint.time_zones z WHERE z.name = s.time_zone) OR NOT EXISTS (SELECT FROM clinical_site_locations l WHERE l.clinical_site_id = s.id AND l.is_active)",
        ),
        (
            "programs",
            "SELECT count(*) FROM programs p WHERE NOT is_active OR NOT EXISTS (SELECT FROM users u WHERE u.program_id = p.id AND u.is_active)",
        ),
        (
            "templates",
            "SELECT count(*) FROM competency_templates t WHERE NOT is_active OR NOT EXISTS (SELECT FROM rubric_criteria k WHERE k.template_id = t.id)",
        ),
        (
            "competencies",
            "SELECT count(*) FROM competencies c WHERE NOT is_deployed OR NOT EXISTS (SELECT FROM rubric_criteria k WHERE k.competency_id = c.id)",
        ),
        (
            "people",
            "SELECT count(*) FROM users u WHERE NOT is_active OR role IN ('CLINICAL_PRECEPTOR', 'CLINICAL_SUPERVISOR') AND NOT EXISTS (SELECT FROM rotations r WHERE u.id IN (r.preceptor_id, r.supervisor_id))",
        ),
        (
            "people of the same name and program",
            "SELECT count(*) FROM (SELECT FROM users GROUP BY school_id, sort_name, program_id, role HAVING count(*) > 1) x",
        ),
    ] {
        let found: i64 = value(&mut owner, unusable).await;
        assert_eq!(found, 0, "{choice}");
    }
}

#[tokio::test]
async fn everyone_who_can_be_signed_in_as_has_pending_records() {
    let mut owner = demo_world().await.owner().await;
    for (who, theirs) in [
        ("student", "student_id = 'student'"),
        ("preceptor", "rotation_id IN (SELECT id FROM rotations WHERE preceptor_id = 'preceptor')"),
        ("supervisor", "rotation_id IN (SELECT id FROM rotations WHERE supervisor_id = 'supervisor')"),
        ("coordinator", "school_id = 'riverside'"),
        ("coordinator of the other school", "school_id = 'harbor'"),
    ] {
        let sql = format!("SELECT count(*) FROM time_records WHERE status = 'PENDING' AND {theirs}");
        let pending: i64 = value(&mut owner, &sql).await;
        assert!(pending > 0, "{who}");
    }
}
