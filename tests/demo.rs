//! The demonstration's world is believable, and consistent with what the
//! triggers would have written.

use sqlx::Connection;
use tokio::sync::OnceCell;

use super::support::Database;
use super::support::database::value;

/// The demonstration's world, built once.
async fn world() -> Database {
    static WORLD: OnceCell<Database> = OnceCell::const_new();
    let template = WORLD
        .get_or_init(|| async {
            let database = Database::migrated().await;
            let mut owner = database.owner().await;
            medstint::demo::build(&mut owner).await.expect("a world");
            // Nobody may be connected to what databases are made like.
            owner.close().await.expect("an orderly end");
            database
        })
        .await;
    Database::like(&template.name).await
}

#[tokio::test]
async fn the_world_is_as_large_as_promised_and_adds_up() {
    let database = world().await;
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
    let database = world().await;
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
