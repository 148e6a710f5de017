//! Flags: each at its threshold, just under and just over it, in zones with and
//! without clock change; and what is looked at again when something else changes.

use sqlx::PgConnection;

use medstint::domain::time_record::{Code, Decide, Flag, Seen};
use medstint::domain::{Failure, TimeRecordId};
use medstint::store::time_records::{decide, detail, rehearse};

use super::support::World;
use super::support::database::{execute, try_execute, value};

/// Two students with a rotation through the year 2026, in Chicago (whose clocks
/// change on 8 March and 1 November) and in Phoenix (whose do not).
async fn world() -> (World, PgConnection) {
    let world = World::new().await;
    let mut owner = world.owner().await;
    execute(
        &mut owner,
        "INSERT INTO clinical_sites (id, school_id, name, type, capacity, time_zone) VALUES ('phoenix', 'north', 'Phoenix', 'CLINIC', 9, 'America/Phoenix'), ('nowhere', 'north', 'Nowhere', 'CLINIC', 9, 'America/Phoenix');
         INSERT INTO clinical_site_locations (id, clinical_site_id, name, latitude, longitude) VALUES ('door', 'phoenix', 'Door', 33, -112);
         UPDATE school_policies SET thresholds = '{\"double_booking\": \"allow\"}' WHERE school_id = 'north';
         INSERT INTO rotations (id, student_id, clinical_site_id, specialty, start_date, end_date, required_hours, status)
         SELECT x.id, x.student, x.site, 'Year', '2026-01-01T06:00Z', '2027-01-01T06:00Z', 1000, 'ACTIVE'
         FROM (VALUES ('chicago', 'north-student', 'north-site'), ('phoenix', 'north-student', 'phoenix'), ('nowhere', 'north-student', 'nowhere'), ('other', 'north-student-2', 'north-site')) x (id, student, site)",
    )
    .await;
    (world, owner)
}

/// A record of a rotation; times as `2026-05-05 07:00` at the site, or with an
/// offset; more columns as `column = value`.
fn record(id: &str, rotation: &str, times: (&str, &str), more: &str) -> String {
    let at = |time: &str| match time {
        "" => "NULL".to_owned(),
        absolute if absolute.ends_with('Z') => format!("timestamptz '{absolute}'"),
        local => format!("timestamp '{local}' AT TIME ZONE s.time_zone"),
    };
    let (clock_in, clock_out) = (at(times.0), at(times.1));
    let more: Vec<(&str, &str)> = more.split(';').filter_map(|one| one.split_once('=')).collect();
    let columns = more.iter().map(|(column, _)| format!(", {column}")).collect::<Vec<_>>().concat();
    let values = more.iter().map(|(_, value)| format!(", {value}")).collect::<Vec<_>>().concat();
    let created = if more.iter().any(|(column, _)| column.trim() == "created_at") { "" } else { ", created_at" };
    let when = if created.is_empty() { String::new() } else { format!(", coalesce({clock_out}, {clock_in})") };
    format!(
        "INSERT INTO time_records (id, student_id, rotation_id, clock_in_source, clock_in, clock_out{columns}{created})
         SELECT '{id}', r.student_id, r.id, 'KIOSK', {clock_in}, {clock_out}{values}{when}
         FROM rotations r JOIN clinical_sites s ON s.id = r.clinical_site_id WHERE r.id = '{rotation}';"
    )
}

fn chicago(id: &str, times: (&str, &str)) -> String {
    record(id, "chicago", times, "clock_out_source='KIOSK'")
}

async fn flags(owner: &mut PgConnection, id: &str) -> String {
    value(
        owner,
        &format!(
            "SELECT coalesce(string_agg(f ->> 'code', ' '), '') FROM time_records, jsonb_array_elements(flags::jsonb) f WHERE id = '{id}'"
        ),
    )
    .await
}

/// What a record is flagged with after statements, which are then forgotten; what
/// waits for their commit is done before.
async fn after(owner: &mut PgConnection, sql: &str) -> String {
    execute(owner, "BEGIN").await;
    execute(owner, sql).await;
    execute(owner, "SET CONSTRAINTS ALL IMMEDIATE").await;
    let found = flags(owner, "t").await;
    execute(owner, "ROLLBACK").await;
    found
}

fn policy(thresholds: &str) -> String {
    format!(
        "UPDATE school_policies SET thresholds = (jsonb '{thresholds}' || '{{\"double_booking\": \"allow\"}}')::text WHERE school_id = 'north';"
    )
}

#[tokio::test]
async fn times_are_flagged_at_their_thresholds() {
    let (_world, mut owner) = world().await;
    for (why, times, expected) in [
        ("an ordinary day", ("2026-05-05 07:00", "2026-05-05 15:00"), ""),
        ("16 hours", ("2026-05-05 06:00", "2026-05-05 22:00"), "DAY_CAP"),
        ("16 hours and a moment", ("2026-05-05 06:00", "2026-05-05 22:00:00.001"), "TOO_LONG DAY_CAP"),
        ("16 hours in the night that has 25", ("2026-10-31 12:00", "2026-11-01 03:00"), "DAY_CAP"),
        ("17 by the clock, 18 in truth", ("2026-10-31 10:00", "2026-11-01 03:00"), "TOO_LONG DAY_CAP"),
        ("17 by the clock, 16 in truth", ("2026-03-07 10:00", "2026-03-08 03:00"), "DAY_CAP"),
        ("12 hours", ("2026-05-05 07:00", "2026-05-05 19:00"), ""),
        ("12 hours and a second", ("2026-05-05 07:00", "2026-05-05 19:00:01"), "DAY_CAP"),
        ("out before in", ("2026-05-05 07:00", "2026-05-05 06:59"), "OUT_BEFORE_IN"),
        ("out as in", ("2026-05-05 07:00", "2026-05-05 07:00"), "OUT_BEFORE_IN"),
        ("15 minutes", ("2026-05-05 07:00", "2026-05-05 07:15"), ""),
        ("less than 15 minutes", ("2026-05-05 07:00", "2026-05-05 07:14:59"), "TOO_SHORT"),
        ("before six", ("2026-05-05 05:59:59", "2026-05-05 13:00"), "OFF_HOURS"),
        ("at six", ("2026-05-05 06:00", "2026-05-05 13:00"), ""),
        ("before eleven at night", ("2026-05-05 22:59:59", "2026-05-06 06:00"), ""),
        ("at eleven at night", ("2026-05-05 23:00", "2026-05-06 06:00"), "OFF_HOURS"),
        ("six in summer time", ("2026-07-01T11:00Z", "2026-07-01T19:00Z"), ""),
        ("five in winter time", ("2026-01-15T11:00Z", "2026-01-15T19:00Z"), "OFF_HOURS"),
        ("the first moment of the rotation", ("2026-01-01T06:00Z", "2026-01-01T14:00Z"), "OFF_HOURS"),
        ("before the rotation", ("2026-01-01T05:59:59Z", "2026-01-01T13:00Z"), "OUTSIDE_ROTATION OFF_HOURS"),
        ("after the rotation", ("2027-01-01T06:00Z", "2027-01-01T14:00Z"), "OUTSIDE_ROTATION OFF_HOURS"),
    ] {
        let found = after(&mut owner, &chicago("t", times)).await;
        let mut found: Vec<&str> = found.split(' ').collect();
        let mut expected: Vec<&str> = expected.split(' ').collect();
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "{why}");
    }
    let phoenix = record("t", "phoenix", ("2026-07-01T13:00Z", "2026-07-01T20:00Z"), "clock_out_source='KIOSK'");
    assert_eq!(after(&mut owner, &phoenix).await, "", "six in Phoenix, in summer as in winter");
}

#[tokio::test]
async fn what_is_stated_and_when_it_was_recorded() {
    let (_world, mut owner) = world().await;
    let times = ("2026-05-05 07:00", "2026-05-05 15:00");
    for (why, more, expected) in [
        ("the hours of the punches", "total_hours=8.01", ""),
        ("a hundredth more than that", "total_hours=8.02", "HOURS_MISMATCH"),
        ("recorded three days after", "created_at='2026-05-08T20:00Z'", ""),
        ("recorded later", "created_at='2026-05-08T20:00:01Z'", "LATE_ENTRY"),
        ("a minute in the future", "created_at='2026-05-05T11:59Z'", ""),
        ("more than a minute", "created_at='2026-05-05T11:58:59Z'", "FUTURE"),
        ("from a kiosk without a connection", "is_offline=true", "OFFLINE"),
        ("whose clock nobody knows", "is_offline=true;clock_is_unverified=true", "CLOCK_UNVERIFIED OFFLINE"),
    ] {
        let sql = record("t", "chicago", times, &format!("clock_out_source='KIOSK';{more}"));
        assert_eq!(after(&mut owner, &sql).await, expected, "{why}");
    }
    let edited = "UPDATE time_records SET clock_out = clock_out + interval '1 minute' WHERE id = 't';";
    assert_eq!(after(&mut owner, &(chicago("t", times) + edited)).await, "EDITED");
    let closed = "UPDATE time_records SET clock_out = clock_in + interval '8 hours' WHERE id = 't';";
    let declared = after(&mut owner, &(chicago("t", (times.0, "")) + closed)).await;
    assert_eq!(declared, "EDITED", "a clock-out that is declared long afterwards");
    let offline = closed.replace("SET", "SET is_offline = true,");
    assert_eq!(after(&mut owner, &(chicago("t", (times.0, "")) + &offline)).await, "OFFLINE", "a kiosk sent it later");
    let today = "INSERT INTO time_records (id, student_id, rotation_id, clock_in_source, clock_in) VALUES ('t', 'north-student', 'chicago', 'KIOSK', now() - interval '20 minutes');
        UPDATE time_records SET clock_out = now(), clock_out_source = 'KIOSK' WHERE id = 't';";
    assert!(!after(&mut owner, today).await.contains("EDITED"), "a clock-out is no edit");
    let by_staff = format!("SET LOCAL medstint.actor = 'north-admin'; {}", chicago("t", times));
    execute(&mut owner, &format!("BEGIN; {by_staff}")).await;
    let editors: String =
        value(&mut owner, "SELECT array_to_string(editors, ',') FROM time_records WHERE id = 't'").await;
    execute(&mut owner, "ROLLBACK").await;
    assert_eq!(editors, "north-admin", "whoever enters a record for a student does not decide on it");
}

#[tokio::test]
async fn the_geofence_with_its_accuracy() {
    let (_world, mut owner) = world().await;
    // So many metres north of the door: a degree of latitude is 111,195 m.
    let north = |metres: f64| format!("{:.8}", 33.0 + metres / 111_195.08);
    for (why, metres, accuracy, expected) in [
        ("inside with its accuracy", 79.0, "20", ""),
        ("likely inside", 99.0, "20", ""),
        ("outside, but perhaps not", 119.0, "20", "GEO_UNCERTAIN"),
        ("outside", 121.0, "20", "GEO_OUTSIDE"),
        ("a poor accuracy", 50.0, "101", "GEO_POOR"),
        ("poor, and too far for it to matter", 201.0, "5000", "GEO_OUTSIDE"),
        ("unknown accuracy", 150.0, "NULL", "GEO_UNCERTAIN"),
    ] {
        let more = format!(
            "clock_in_latitude={};clock_in_longitude=-112;clock_in_accuracy_m={accuracy};clock_out_source='KIOSK'",
            north(metres)
        );
        let sql = record("t", "phoenix", ("2026-05-05 07:00", "2026-05-05 15:00"), &more);
        assert_eq!(after(&mut owner, &sql).await, expected, "{why}");
    }
    let times = ("2026-05-05 07:00", "2026-05-05 15:00");
    let without = "clock_out_source='WEB'";
    assert_eq!(after(&mut owner, &record("t", "phoenix", times, without)).await, "GEO_NONE");
    assert_eq!(after(&mut owner, &record("t", "nowhere", times, without)).await, "", "nobody is blocked there");
}

#[tokio::test]
async fn records_of_one_student_are_looked_at_together() {
    let (_world, mut owner) = world().await;
    let day = ("2026-05-05 07:00", "2026-05-05 13:00");
    for (why, other, mine, expected) in [
        ("touching", day, ("2026-05-05 13:00", "2026-05-05 18:00"), ""),
        ("overlapping by a moment", day, ("2026-05-05 12:59:59.999", "2026-05-05 18:00"), "OVERLAP"),
        (
            "within the other",
            ("2026-05-05 07:00", "2026-05-05 18:00"),
            ("2026-05-05 08:00", "2026-05-05 09:00"),
            "OVERLAP",
        ),
        ("while the other is open", ("2026-05-05 07:00", ""), ("2026-05-05 22:59", "2026-05-06 03:00"), "OVERLAP"),
        (
            "after a forgotten clock-out",
            ("2026-05-05 07:00", ""),
            ("2026-05-05 23:30", "2026-05-06 03:00"),
            "OFF_HOURS",
        ),
        ("12 hours in a day", day, ("2026-05-05 14:00", "2026-05-05 20:00"), ""),
        ("more in a day", day, ("2026-05-05 14:00", "2026-05-05 20:00:01"), "DAY_CAP"),
        ("rest of 8 hours", ("2026-05-05 15:00", "2026-05-05 22:00"), ("2026-05-06 06:00", "2026-05-06 12:00"), ""),
        (
            "less rest",
            ("2026-05-05 15:00", "2026-05-05 22:00:01"),
            ("2026-05-06 06:00", "2026-05-06 12:00"),
            "SHORT_REST",
        ),
        (
            "8 hours by the clock, 9 in truth",
            ("2026-10-31 15:00", "2026-10-31 22:30"),
            ("2026-11-01 06:00", "2026-11-01 12:00"),
            "",
        ),
        (
            "8 hours by the clock, 7 in truth",
            ("2026-03-07 15:00", "2026-03-07 22:00"),
            ("2026-03-08 06:00", "2026-03-08 12:00"),
            "SHORT_REST",
        ),
    ] {
        let sql = chicago("other", other) + &chicago("t", mine);
        assert_eq!(after(&mut owner, &sql).await, expected, "{why}");
        // Whichever came first.
        let sql = chicago("t", mine) + &chicago("other", other);
        assert_eq!(after(&mut owner, &sql).await, expected, "{why}, the other recorded later");
        let rejected = "UPDATE time_records SET status = 'REJECTED', approved_by = 'north-admin', decision_reason_code = 'DUPLICATE' WHERE id = 'other';";
        let left = after(&mut owner, &(sql + rejected)).await;
        assert!(left.is_empty() || left == "OFF_HOURS", "{why}: a rejected record is in nobody's way, but {left}");
    }
}

#[tokio::test]
async fn a_week_adds_up_in_the_zone_of_the_site_and_by_the_profile_of_the_program() {
    let (_world, mut owner) = world().await;
    // Monday to Friday, 12 hours each: 60; the week begins on Monday.
    let week = |first: u32, hours: u32| -> String {
        (first..first + 5)
            .map(|day| {
                chicago(
                    &format!("d{day}"),
                    (&format!("2026-05-{day:02} 07:00"), &format!("2026-05-{day:02} {:02}:00", 7 + hours)),
                )
            })
            .collect()
    };
    let saturday = chicago("t", ("2026-05-09 07:00", "2026-05-09 08:00"));
    let sunday_before = chicago("t", ("2026-05-03 07:00", "2026-05-03 15:00"));
    assert_eq!(after(&mut owner, &(week(4, 11) + &saturday)).await, "", "56 hours");
    assert_eq!(after(&mut owner, &(week(4, 12) + &saturday)).await, "WEEK_CAP", "61 hours");
    assert_eq!(after(&mut owner, &(week(4, 12) + &sunday_before)).await, "", "Sunday is of the week before");

    let profile = |name: &str| format!("UPDATE programs SET duty_profile = '{name}' WHERE id = 'north-program';");
    for (name, hours, expected) in [
        ("RADIOGRAPHY", ("07:00", "17:00"), ""),
        ("RADIOGRAPHY", ("07:00", "17:00:01"), "DAY_CAP"),
        ("MEDICAL_STUDENT", ("07:00", "22:00"), ""),
        ("ACGME_RESIDENT", ("07:00", "22:00"), ""),
    ] {
        let mine = chicago("t", (&format!("2026-05-05 {}", hours.0), &format!("2026-05-05 {}", hours.1)));
        // The program's profile, also when it comes after the record.
        assert_eq!(after(&mut owner, &(profile(name) + &mine)).await, expected, "{name} {hours:?}");
        assert_eq!(after(&mut owner, &(mine + &profile(name))).await, expected, "{name} {hours:?}, later");
    }
    let long = policy(r#"{"too_long_h": 40}"#);
    let at_once = |out: &str| profile("ACGME_RESIDENT") + &long + &chicago("t", ("2026-05-05 07:00", out));
    assert_eq!(after(&mut owner, &at_once("2026-05-06 11:00")).await, "", "28 hours at once");
    assert_eq!(after(&mut owner, &at_once("2026-05-06 11:00:01")).await, "DAY_CAP");
    let rest = |starts: &str| {
        let shift = chicago("long", ("2026-05-05 07:00", "2026-05-06 07:00"));
        profile("ACGME_RESIDENT") + &long + &shift + &chicago("t", (starts, "2026-05-07 08:00"))
    };
    assert_eq!(after(&mut owner, &rest("2026-05-06 21:00")).await, "", "14 hours after 24");
    assert_eq!(after(&mut owner, &rest("2026-05-06 20:59")).await, "SHORT_REST");
    // 80 hours a week over four weeks: 24 days of 13 hours are 312, one of 8 more is 320.
    let month: String = (1..=24)
        .map(|day| {
            chicago(&format!("m{day}"), (&format!("2026-05-{day:02} 07:00"), &format!("2026-05-{day:02} 20:00")))
        })
        .collect();
    let last = |out: &str| profile("ACGME_RESIDENT") + &month + &chicago("t", ("2026-05-26 07:00", out));
    assert_eq!(after(&mut owner, &last("2026-05-26 15:00")).await, "WEEK_CAP", "25 days of 28");
    let fewer: String = (1..=23)
        .map(|day| {
            chicago(&format!("m{day}"), (&format!("2026-05-{day:02} 07:00"), &format!("2026-05-{day:02} 20:00")))
        })
        .collect();
    let last = |hours: u32| {
        let times = (format!("2026-05-26 {:02}:00", 22 - hours), "2026-05-26 22:00".to_owned());
        profile("ACGME_RESIDENT") + &fewer + &chicago("t", (&times.0, &times.1))
    };
    assert_eq!(after(&mut owner, &last(15)).await, "", "24 days, 314 hours");
}

/// A record with both times from one telephone.
fn by_telephone(id: &str, rotation: &str, times: (&str, &str)) -> String {
    let more = "clock_in_ip_address='10.0.0.1';clock_in_user_agent='phone';clock_out_source='MOBILE';clock_out_ip_address='10.0.0.1';clock_out_user_agent='phone'";
    record(id, rotation, times, more).replace("'KIOSK', timestamp", "'MOBILE', timestamp")
}

/// Two students' records of other hours, and a time of one of them that is changed to
/// that of the other.
fn corrected(id: &str, column: &str) -> String {
    let from = if id == "t" { "other" } else { "t" };
    by_telephone("t", "chicago", ("2026-05-05 07:00", "2026-05-05 15:00"))
        + &by_telephone("other", "other", ("2026-05-05 09:00", "2026-05-05 17:00"))
        + &format!(
            "UPDATE time_records t SET {column} = o.{column} FROM time_records o WHERE t.id = '{id}' AND o.id = '{from}';"
        )
}

#[tokio::test]
async fn corrected_times_of_another_student_are_no_punches_at_a_device() {
    let (_world, mut owner) = world().await;
    for column in ["clock_in", "clock_out"] {
        assert_eq!(after(&mut owner, &corrected("other", column)).await, "GEO_NONE", "{column}");
    }
}

#[tokio::test]
async fn corrected_times_of_a_record_are_no_punches_at_a_device() {
    let (_world, mut owner) = world().await;
    for column in ["clock_in", "clock_out"] {
        assert_eq!(after(&mut owner, &corrected("t", column)).await, "EDITED GEO_NONE", "{column}");
    }
}

#[tokio::test]
async fn a_clock_in_stays_a_punch_at_its_device_when_the_clock_out_is_corrected() {
    let (_world, mut owner) = world().await;
    let sql = by_telephone("t", "chicago", ("2026-05-05 07:00", "2026-05-05 15:00"))
        + &by_telephone("other", "other", ("2026-05-05 07:00", "2026-05-05 17:00"))
        + "UPDATE time_records SET clock_out = clock_out + interval '1 hour' WHERE id = 'other'";
    assert_eq!(after(&mut owner, &sql).await, "SAME_DEVICE GEO_NONE");
}

#[tokio::test]
async fn one_device_and_impossible_ways() {
    let (_world, mut owner) = world().await;
    let at = |id: &str, rotation: &str, second: &str, source: &str| {
        let more = format!(
            "clock_in_ip_address='10.0.0.1';clock_in_user_agent='phone';clock_in_latitude=41;clock_in_longitude=-90;clock_in_accuracy_m=5;clock_out_source='{source}'"
        );
        record(id, rotation, (&format!("2026-05-05 07:{second}"), "2026-05-05 15:00"), &more)
            .replace("'KIOSK', timestamp", &format!("'{source}', timestamp"))
    };
    for (second, expected) in [("01:00", "SAME_DEVICE GEO_NONE"), ("01:01", "GEO_NONE")] {
        let sql = at("t", "chicago", "00:00", "MOBILE") + &at("other", "other", second, "MOBILE");
        assert_eq!(after(&mut owner, &sql).await, expected, "{second}");
    }
    // Two who tell at one kiosk when they left have punched neither then nor there.
    let left = |id: &str, rotation: &str, starts: &str, source: &str| {
        let told = format!(
            "clock_out_source='{source}';clock_out_ip_address='10.0.0.2';clock_out_user_agent='medstint-kiosk Door'"
        );
        record(id, rotation, (starts, "2026-05-05 15:00"), &told)
    };
    for (source, expected) in [("MANUAL", "GEO_NONE"), ("MOBILE", "SAME_DEVICE GEO_NONE")] {
        let sql =
            left("t", "chicago", "2026-05-05 07:00", source) + &left("other", "other", "2026-05-05 09:00", source);
        assert_eq!(after(&mut owner, &sql).await, expected, "{source}");
    }
    let kiosk = at("t", "chicago", "00:00", "KIOSK") + &at("other", "other", "00:05", "KIOSK");
    assert_eq!(after(&mut owner, &kiosk).await, "", "a kiosk is everybody's");
    // From the door in Chicago's site to one 300 km to the north, accuracies of 10 m each.
    let leg = |minutes: u32| {
        let more = "clock_in_latitude=41;clock_in_longitude=-90;clock_in_accuracy_m=10;clock_out_latitude=41;clock_out_longitude=-90;clock_out_accuracy_m=10";
        let before = record(
            "other",
            "chicago",
            ("2026-05-05 07:00", "2026-05-05 12:00"),
            &format!("{more};clock_out_source='KIOSK'"),
        );
        let starts = format!("2026-05-05 {:02}:{:02}", 12 + minutes / 60, minutes % 60);
        let after = "clock_in_latitude=43.69796;clock_in_longitude=-90;clock_in_accuracy_m=10;clock_out_source='KIOSK'";
        before + &record("t", "chicago", (&starts, "2026-05-05 18:00"), after)
    };
    assert_eq!(after(&mut owner, &leg(120)).await, "GEO_OUTSIDE", "150 km an hour");
    let found = after(&mut owner, &leg(119)).await;
    assert!(found.contains("IMPOSSIBLE_TRAVEL"), "{found}");
}

#[tokio::test]
async fn flags_follow_when_something_else_changes_and_a_decided_record_keeps_its_own() {
    let (world, mut owner) = world().await;
    let times = ("2026-05-05 07:00", "2026-05-05 20:00");
    execute(&mut owner, &chicago("t", times)).await;
    execute(&mut owner, &chicago("done", ("2026-05-07 07:00", "2026-05-07 20:00"))).await;
    execute(&mut owner, "UPDATE time_records SET status = 'APPROVED', approved_by = 'north-admin' WHERE id = 'done'")
        .await;
    let version = "SELECT version FROM time_records WHERE id = 't'";
    let before: i32 = value(&mut owner, version).await;
    assert_eq!((flags(&mut owner, "t").await.as_str(), before), ("DAY_CAP", 1), "its own flags are of its own version");
    execute(&mut owner, &policy(r#"{"day_cap_h": 13}"#)).await;
    assert_eq!(flags(&mut owner, "t").await, "");
    assert_eq!(value::<i32>(&mut owner, version).await, 2, "who saw it flagged looks again");
    assert_eq!(flags(&mut owner, "done").await, "DAY_CAP");
    execute(&mut owner, &policy(r#"{"day_cap_h": "twelve"}"#)).await;
    assert_eq!(flags(&mut owner, "t").await, "DAY_CAP", "what is no number is not set");

    execute(&mut owner, "UPDATE rotations SET end_date = '2026-05-01T05:00Z' WHERE id = 'chicago'").await;
    assert_eq!(flags(&mut owner, "t").await, "DAY_CAP OUTSIDE_ROTATION");
    execute(
        &mut owner,
        "UPDATE rotations SET end_date = '2027-01-01T06:00Z', required_hours = 13 WHERE id = 'chicago'",
    )
    .await;
    assert_eq!(flags(&mut owner, "t").await, "DAY_CAP OVER_REQUIRED", "13 hours are approved");
    execute(&mut owner, "UPDATE rotations SET required_hours = 14 WHERE id = 'chicago'").await;
    assert_eq!(flags(&mut owner, "t").await, "DAY_CAP");
    execute(&mut owner, "UPDATE rotations SET status = 'COMPLETED' WHERE id = 'chicago'").await;
    assert_eq!(flags(&mut owner, "t").await, "DAY_CAP OUTSIDE_ROTATION");

    let positioned = "clock_in_latitude=33;clock_in_longitude=-112;clock_in_accuracy_m=10;clock_out_source='KIOSK'";
    execute(&mut owner, &record("p", "phoenix", ("2026-05-09 07:00", "2026-05-09 15:00"), positioned)).await;
    assert_eq!(flags(&mut owner, "p").await, "");
    execute(&mut owner, "UPDATE clinical_site_locations SET latitude = 33.01 WHERE id = 'door'").await;
    assert_eq!(flags(&mut owner, "p").await, "GEO_OUTSIDE");
    execute(&mut owner, "UPDATE clinical_site_locations SET radius_m = 2000 WHERE id = 'door'").await;
    assert_eq!(flags(&mut owner, "p").await, "");
    let trail: i64 =
        value(&mut owner, "SELECT count(*) FROM audit_logs WHERE resource_id = 't' AND action = 'time_record.updated'")
            .await;
    assert_eq!(trail, 0, "what follows is no event of its own");
    let mut web = world.database.web().await;
    execute(&mut web, "UPDATE time_records SET flags = '[{\"code\": \"EDITED\"}]', triage = 3 WHERE id = 't'").await;
    assert_eq!(flags(&mut owner, "t").await, "DAY_CAP OUTSIDE_ROTATION", "flags are nobody's to write");
}

#[tokio::test]
async fn the_hours_that_are_met_are_those_that_are_approved_by_now() {
    let (world, mut owner) = world().await;
    execute(&mut owner, "UPDATE rotations SET required_hours = 8 WHERE id = 'chicago'").await;
    for (id, day) in [("t", 5), ("first", 7), ("second", 9)] {
        let times = (format!("2026-05-{day:02} 07:00"), format!("2026-05-{day:02} 15:00"));
        execute(&mut owner, &chicago(id, (&times.0, &times.1))).await;
    }
    let admin = world.bound("north-admin").await;
    let approve = "UPDATE time_records SET status = 'APPROVED', approved_by = 'north-admin' WHERE id";
    for (change, expected) in [
        (format!("{approve} = 'first'"), "8 of the 8 h required are already approved"),
        (format!("{approve} = 'second'"), "16 of the 8 h required are already approved"),
        (
            "UPDATE rotations SET required_hours = 10 WHERE id = 'chicago'".to_owned(),
            "16 of the 10 h required are already approved",
        ),
    ] {
        execute(&mut owner, &change).await;
        let found = detail(&admin, &TimeRecordId::from("t")).await.expect("a record").record.flags;
        let met = found.iter().find(|flag| flag.code == Code::OverRequired).map(Flag::sentence);
        assert_eq!(met.as_deref(), Some(expected));
    }
}

#[tokio::test]
async fn more_approved_hours_are_no_other_version_of_those_that_wait() {
    let (_world, mut owner) = world().await;
    execute(&mut owner, "UPDATE rotations SET required_hours = 8 WHERE id = 'chicago'").await;
    for (id, day) in [("t", 5), ("first", 7), ("second", 9)] {
        let times = (format!("2026-05-{day:02} 07:00"), format!("2026-05-{day:02} 15:00"));
        execute(&mut owner, &chicago(id, (&times.0, &times.1))).await;
    }
    let mut versions = Vec::new();
    for id in ["first", "second"] {
        let approve = "UPDATE time_records SET status = 'APPROVED', approved_by = 'north-admin' WHERE id";
        execute(&mut owner, &format!("{approve} = '{id}'")).await;
        versions.push(value::<i32>(&mut owner, "SELECT version FROM time_records WHERE id = 't'").await);
    }
    assert_eq!(versions, [2, 2], "flagged once");
}

#[tokio::test]
async fn what_follows_from_the_clock_is_derived_when_it_is_read() {
    let (_world, mut owner) = world().await;
    let read = async |owner: &mut PgConnection, clock_in: &str, clock_out: &str| -> String {
        value(
            owner,
            &format!(
                "SELECT coalesce(string_agg(f ->> 'code', ' '), '') FROM jsonb_array_elements(medstint.flags_by_now('[]', 'PENDING', now() - interval '{clock_in}', {clock_out}, 16, 7, 0)) f"
            ),
        )
        .await
    };
    assert_eq!(read(&mut owner, "16 hours", "NULL").await, "");
    assert_eq!(read(&mut owner, "16 hours 1 second", "NULL").await, "OPEN_TOO_LONG");
    assert_eq!(read(&mut owner, "16 hours 1 second", "now()").await, "");
    assert_eq!(read(&mut owner, "7 days", "now()").await, "");
    assert_eq!(read(&mut owner, "7 days 1 second", "now()").await, "AGED");
}

#[tokio::test]
async fn the_console_and_the_database_mean_the_same_severity() {
    use medstint::domain::time_record::Code;
    use strum::VariantArray;
    let (_world, mut owner) = world().await;
    for code in Code::VARIANTS {
        let name: &str = code.into();
        let found: i16 = value(&mut owner, &format!("SELECT medstint.flag_severity('{name}')")).await;
        assert_eq!(usize::try_from(found), Ok(code.severity() as usize), "{name}");
    }
}

#[tokio::test]
async fn the_console_tells_the_limits_of_the_database() {
    use medstint::domain::field::PolicyField;
    use medstint::domain::policy::{DutyProfile, THRESHOLDS};
    use strum::VariantArray;
    let (_world, mut owner) = world().await;
    for profile in DutyProfile::VARIANTS {
        let held = <&str>::from(profile);
        // Whether anybody is asked about a meal is the school's alone to say.
        for threshold in THRESHOLDS.iter().filter(|threshold| threshold.field != PolicyField::MealAfterH) {
            let name = <&str>::from(&threshold.field);
            let sql = format!("SELECT trunc({name})::bigint FROM medstint.thresholds('nobody', '{held}')");
            let found: Option<i64> = value(&mut owner, &sql).await;
            assert_eq!(found, threshold.default_under(Some(*profile)), "{held} {name}");
        }
    }
}

#[tokio::test]
async fn a_policy_is_tried_on_what_happened_before_it_is_saved() {
    use super::support::{Console, a_time_record, world::shift};
    use chrono::TimeDelta;
    let world = World::new().await;
    for n in 0..3 {
        a_time_record().clocked_in(shift(10 + n)).worked(TimeDelta::hours(11)).approved().insert(&world).await;
    }
    a_time_record().id("waits").clocked_in(shift(5)).worked(TimeDelta::hours(13)).insert(&world).await;
    a_time_record().clocked_in(shift(3)).insert(&world).await;
    let console = Console::of(&world, "north-admin").await;
    console
        .shows("DAY 13>12")
        .await
        .press(":")
        .type_text("policies")
        .press("enter")
        .shows("custom (the policy's own limits)")
        .await;
    console.press("e").shows("Daily limit").await.press("tab tab tab tab tab tab tab tab tab tab tab").type_text("10");
    console.shows("It would flag 3 more of the last 90 days' 5 records").await.shows("(DAY_CAP 3), 3").await;
    console.press("ctrl-u").type_text("14").shows("and 1 no longer.").await;
    let mut owner = world.owner().await;
    assert_eq!(flags(&mut owner, "waits").await, "DAY_CAP", "trying changes nothing");
    console.press("ctrl-s").shows("Policy: Daily limit — → 14").await;
    assert_eq!(flags(&mut owner, "waits").await, "");
    console.quit().await;
}

#[tokio::test]
async fn a_client_hides_nothing_and_no_policy_stops_a_punch() {
    let (world, mut owner) = world().await;
    let mut web = world.database.web().await;
    let late = "clock_out_source='KIOSK';created_at='2026-05-05T20:00Z';is_offline=true;clock_is_unverified=true";
    execute(&mut web, &record("t", "chicago", ("2026-05-05 07:00", "2026-05-05 15:00"), late)).await;
    let flagged = "CLOCK_UNVERIFIED LATE_ENTRY OFFLINE";
    assert_eq!(flags(&mut owner, "t").await, flagged, "when it was recorded is the server's to say");
    let hide = "UPDATE time_records SET created_at = clock_out, is_offline = false, clock_is_unverified = false, date = '2000-01-01' WHERE id = 't'";
    execute(&mut web, hide).await;
    assert_eq!(flags(&mut owner, "t").await, flagged);
    let edit = "BEGIN; SET LOCAL medstint.actor = 'north-admin'; UPDATE time_records SET clock_out = clock_out + interval '1 minute' WHERE id = 't'; COMMIT";
    execute(&mut web, edit).await;
    let approve = "UPDATE time_records SET status = 'APPROVED', approved_by = 'north-admin', editors = '{}', decision_reason = 'X' WHERE id = 't'";
    let error = try_execute(&mut web, approve).await.expect_err("their own edit");
    assert!(format!("{error:?}").contains("nobody_decides_on_their_edit"), "{error:?}");

    for (n, thresholds) in [r#"{"open_too_long_h": 99999999}"#, r#"{"same_device_s": 1e13}"#].iter().enumerate() {
        let sql = format!("UPDATE school_policies SET thresholds = '{thresholds}' WHERE school_id = 'north'");
        execute(&mut owner, &sql).await;
        let day = format!("2026-06-{:02}", n + 1);
        execute(&mut web, &chicago(&format!("punch-{n}"), (&format!("{day} 07:00"), &format!("{day} 15:00")))).await;
    }
    execute(&mut owner, "UPDATE school_policies SET thresholds = '{\"too_long_h\": 24}' WHERE school_id = 'north'")
        .await;
    execute(&mut owner, &chicago("long", ("2026-07-06 07:00", "2026-07-07 04:00"))).await;
    assert!(!flags(&mut owner, "long").await.contains("TOO_LONG"));
    execute(&mut owner, "DELETE FROM school_policies WHERE school_id = 'north'").await;
    assert!(flags(&mut owner, "long").await.contains("TOO_LONG"), "without a policy the defaults hold");
}

#[tokio::test]
async fn punches_at_the_same_moment_see_each_other_and_never_wait_in_a_ring() {
    let (world, mut owner) = world().await;
    execute(&mut owner, "SET medstint.actor = ''").await;
    for round in 0..10 {
        // Two students behind one address, and one of them twice.
        let day = format!("2026-05-{:02}", round * 2 + 1);
        let phone = "clock_out_source='WEB';clock_out_ip_address='10.0.0.1';clock_out_user_agent='phone'";
        let open = |id: &str, rotation: &str, minute: &str| {
            record(
                &format!("{id}-{round}"),
                rotation,
                (&format!("{day} 07:{minute}"), ""),
                "clock_in_ip_address='10.0.0.1';clock_in_user_agent='phone'",
            )
        };
        execute(&mut owner, &(open("a", "chicago", "00") + &open("b", "other", "01"))).await;
        let (mut first, mut second, mut third) =
            (world.database.web().await, world.database.web().await, world.database.web().await);
        let close = |id: &str| {
            format!(
                "UPDATE time_records SET clock_out = clock_in + interval '8 hours', {} WHERE id = '{id}-{round}'",
                phone.replace(';', ", ")
            )
        };
        let (close_a, close_b) = (close("a"), close("b"));
        let again = chicago(&format!("c-{round}"), (&format!("{day} 14:00"), &format!("{day} 16:00")));
        tokio::join!(execute(&mut first, &close_a), execute(&mut second, &close_b), execute(&mut third, &again));
        for id in ["a", "c"] {
            let found = flags(&mut owner, &format!("{id}-{round}")).await;
            assert!(found.contains("OVERLAP"), "{id} in round {round}: {found}");
        }
    }
}

#[tokio::test]
async fn rehearsals_never_block_punches() {
    let (world, mut owner) = world().await;
    let mut web = world.database.web().await;
    let inside = "clock_in_latitude=33;clock_in_longitude=-112;clock_in_accuracy_m=5;clock_out_source='KIOSK'";
    let here = |id: &str, day: &str| record(id, "phoenix", (&format!("{day} 07:00"), &format!("{day} 15:00")), inside);
    execute(&mut owner, &here("here", "2026-05-05")).await;
    assert_eq!(flags(&mut owner, "here").await, "");
    let moves = "UPDATE clinical_site_locations SET latitude = 34 WHERE id = 'door'";
    let mut tries = world.database.web().await;
    let changes = [
        moves,
        "UPDATE clinical_sites SET time_zone = 'America/Denver' WHERE id = 'phoenix'",
        "UPDATE school_policies SET thresholds = '{\"double_booking\": \"allow\", \"too_short_min\": 600}' WHERE school_id = 'north'",
        "UPDATE programs SET duty_profile = 'RADIOGRAPHY' WHERE id = 'north-program'",
    ];
    for (n, change) in changes.iter().enumerate() {
        execute(&mut tries, "BEGIN").await;
        try_execute(&mut tries, change).await.unwrap_or_else(|error| panic!("{change}: {error}"));
        let punch =
            format!("SET lock_timeout = '5s'; {}", here(&format!("punch-{n}"), &format!("2026-06-{:02}", n + 1)));
        execute(&mut web, &punch).await;
        execute(&mut tries, "ROLLBACK").await;
    }
    assert_eq!(flags(&mut owner, "here").await, "");
    execute(&mut tries, moves).await;
    assert_eq!(flags(&mut owner, "here").await, "GEO_OUTSIDE");
    assert_eq!(value::<i64>(&mut owner, "SELECT count(*) FROM medstint.flags_wanted").await, 0);
}

/// A record, and another that overlaps it, which came while somebody was deciding on
/// the first and then took the decision back.
async fn passed_over(world: &World, id: &str, day: &str) {
    let mut web = world.database.web().await;
    execute(&mut web, &chicago(id, (&format!("{day} 07:00"), &format!("{day} 15:00")))).await;
    let mut other = world.database.web().await;
    execute(&mut other, &format!("BEGIN; SELECT FROM time_records WHERE id = '{id}' FOR NO KEY UPDATE")).await;
    let neighbour = chicago(&format!("{id}-again"), (&format!("{day} 14:00"), &format!("{day} 16:00")));
    execute(&mut web, &neighbour).await;
    execute(&mut other, "ROLLBACK").await;
    let mut owner = world.owner().await;
    assert_eq!(flags(&mut owner, &format!("{id}-again")).await, "OVERLAP LATE_ENTRY");
    assert_eq!(flags(&mut owner, id).await, "LATE_ENTRY", "{id} was passed over");
}

#[tokio::test]
async fn skipped_flags_are_computed_after_the_other_writer_rolls_back() {
    let (world, mut owner) = world().await;
    let mut web = world.database.web().await;
    let approve = |id: &str| {
        format!("UPDATE time_records SET status = 'APPROVED', approved_by = 'north-admin' WHERE id = '{id}'")
    };
    // Whoever decides elsewhere meets the database's rule, and can mend it.
    passed_over(&world, "first", "2026-05-05").await;
    let error = try_execute(&mut web, &approve("first")).await.expect_err("it overlaps");
    assert!(format!("{error:?}").contains("time_records_flags_are_due"), "{error:?}");
    execute(&mut web, "SELECT medstint.reflag_due(ARRAY['first'])").await;
    assert_eq!(flags(&mut owner, "first").await, "OVERLAP LATE_ENTRY");
    let error = try_execute(&mut web, &approve("first")).await.expect_err("a hard flag");
    assert!(format!("{error:?}").contains("hard_flag_needs_reason"), "{error:?}");
    // The console does so by itself, also when it only tries.
    let bound = world.bound("north-admin").await;
    passed_over(&world, "second", "2026-05-06").await;
    let version: i32 = value(&mut owner, "SELECT version FROM time_records WHERE id = 'second'").await;
    let seen = [Seen { id: "second".into(), version }];
    let what = Decide::Approve { reason: None };
    for outcomes in [rehearse(&bound, &seen, &what).await, decide(&bound, &seen, &what).await] {
        let outcome = outcomes.expect("an outcome").remove(0);
        assert!(matches!(outcome.result, Err(Failure::Stale(_))), "{outcome:?}");
        assert_eq!(flags(&mut owner, "second").await, "OVERLAP LATE_ENTRY");
    }
    // Whoever comes next in the school looks at it as well.
    passed_over(&world, "third", "2026-05-07").await;
    execute(&mut web, &chicago("next", ("2026-05-08 07:00", "2026-05-08 15:00"))).await;
    assert_eq!(flags(&mut owner, "third").await, "OVERLAP LATE_ENTRY");
    assert_eq!(value::<i64>(&mut owner, "SELECT count(*) FROM medstint.flags_due").await, 0);
}

#[tokio::test]
async fn sums_of_days_and_weeks_are_those_of_an_independent_computation() {
    use chrono::{Datelike, NaiveDate, TimeDelta};
    use proptest::strategy::{Strategy, ValueTree};
    use proptest::test_runner::TestRunner;
    let (_world, mut owner) = world().await;
    // Minutes since a midnight in Phoenix, minutes of work: around both clock changes
    // of Chicago, which are nothing here, and over the ends of weeks and of a month.
    let shifts = proptest::collection::btree_map(0..20 * 1_440i64, 30..700i64, 1..40);
    let mut runner = TestRunner::deterministic();
    let start = NaiveDate::from_ymd_opt(2026, 2, 25).and_then(|day| day.and_hms_opt(0, 0, 0)).expect("a time");
    for _ in 0..12 {
        let drawn = shifts.new_tree(&mut runner).expect("shifts").current();
        let all: Vec<_> = drawn.iter().map(|(at, long)| (start + TimeDelta::minutes(*at), *long)).collect();
        let expected: Vec<String> = all
            .iter()
            .enumerate()
            .map(|(n, (at, _))| {
                let upto = all.iter().take(n + 1);
                let day: i64 = upto.clone().filter(|(other, _)| other.date() == at.date()).map(|(_, long)| long).sum();
                let week: i64 = upto.filter(|(other, _)| other.iso_week() == at.iso_week()).map(|(_, long)| long).sum();
                let codes = [(day > 12 * 60, "DAY_CAP"), (week > 60 * 60, "WEEK_CAP")];
                let codes: Vec<&str> = codes.iter().filter(|(is, _)| *is).map(|(_, code)| *code).collect();
                format!("{n} {}", codes.join(" ")).trim_end().to_owned()
            })
            .collect();
        let sql: String = all
            .iter()
            .enumerate()
            .map(|(n, (at, long))| {
                let out = *at + TimeDelta::minutes(*long);
                let times = (at.format("%Y-%m-%d %H:%M").to_string(), out.format("%Y-%m-%d %H:%M").to_string());
                record(&format!("p{n:02}"), "phoenix", (&times.0, &times.1), "clock_out_source='KIOSK'")
            })
            .collect();
        execute(&mut owner, &format!("BEGIN; {sql}")).await;
        let found: Vec<String> = sqlx::query_scalar(
            "SELECT trim((substr(id, 2)::int)::text || ' ' || coalesce((SELECT string_agg(f ->> 'code', ' ' ORDER BY f ->> 'code')
               FROM jsonb_array_elements(flags::jsonb) f WHERE f ->> 'code' IN ('DAY_CAP', 'WEEK_CAP')), ''))
             FROM time_records WHERE id LIKE 'p__' ORDER BY id",
        )
        .fetch_all(&mut owner)
        .await
        .expect("flags");
        execute(&mut owner, "ROLLBACK").await;
        assert_eq!(found, expected, "{all:?}");
    }
}

#[tokio::test]
async fn nothing_is_written_over_and_no_punch_is_refused() {
    use super::support::database::try_execute;
    let (world, mut owner) = world().await;
    let mut first = world.database.web().await;
    let unknown = "clock_in_latitude=41;clock_in_longitude=-90;clock_in_accuracy_m='Infinity';clock_out_source='KIOSK'";
    execute(&mut first, &record("c", "chicago", ("2026-05-07 07:00", "2026-05-07 15:00"), unknown)).await;
    execute(&mut first, "UPDATE time_records SET clock_in_source = 'MANUAL' WHERE id = 'c'").await;
    assert!(flags(&mut owner, "c").await.contains("EDITED"), "whatever a punch says is evidence");
    let refused = try_execute(&mut first, "DELETE FROM time_records WHERE id = 'c'").await;
    assert!(refused.is_err(), "records are rejected, not deleted");
    execute(
        &mut first,
        "INSERT INTO time_records (id, student_id, rotation_id, clock_in_source, clock_in) VALUES ('d', 'north-student', 'chicago', 'KIOSK', now());
         UPDATE time_records SET clock_out = now() + interval '8 hours', clock_out_source = 'KIOSK' WHERE id = 'd'",
    )
    .await;
    assert!(flags(&mut owner, "d").await.contains("FUTURE"), "a clock-out before it happens");
}
