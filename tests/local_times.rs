//! Local times and days: the hour that the clocks repeat, the one that they skip,
//! and days that stay what they are when a zone is corrected.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use medstint::domain::command::{Command, Target, What};
use medstint::domain::field::{FieldId, RotationField, SchoolField, SiteField};
use medstint::domain::filter::parse;
use medstint::domain::form::{Changed, Edge, Form, Value};
use medstint::domain::list::List;
use medstint::domain::local_time::{day_of, day_start, first_instant, last_day};
use medstint::domain::lookup::Reference;
use medstint::domain::query::Query;
use medstint::domain::window::Place;
use medstint::store::{command, listing};

use super::support::database::{execute, value};
use super::support::program::run_as;
use super::support::{Console, Database, World, a_time_record};

/// Zones that change at midnight, by half an hour, by a day, twice to the same name.
const ZONES: [&str; 8] = [
    "America/Chicago",
    "America/Havana",
    "America/Santiago",
    "Asia/Beirut",
    "Australia/Lord_Howe",
    "Europe/Dublin",
    "Europe/Moscow",
    "Pacific/Apia",
];

fn zone(name: &str) -> Tz {
    name.parse().expect("a zone")
}

fn seconds(all: impl Iterator<Item = DateTime<Utc>>) -> String {
    all.map(|at| at.timestamp().to_string()).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn the_database_begins_days_when_the_console_does() {
    let database = Database::migrated().await;
    let mut owner = database.owner().await;
    let first = NaiveDate::from_ymd_opt(2010, 1, 1).expect("a day");
    for name in ZONES {
        let there: String = value(
            &mut owner,
            &format!(
                "SELECT string_agg(extract(epoch FROM medstint.day_start('2010-01-01'::date + n, '{name}'))::bigint::text, ' ' ORDER BY n)
                 FROM generate_series(0, 5999) n"
            ),
        )
        .await;
        let here = seconds((0..6000).map(|n| day_start(first + TimeDelta::days(n), zone(name))));
        assert_eq!(there, here, "{name}");
    }
}

#[tokio::test]
async fn the_database_reads_local_times_as_the_console_does() {
    let database = Database::migrated().await;
    let mut owner = database.owner().await;
    for (name, from) in [
        ("America/Chicago", "2026-03-07 00:00"),
        ("America/Chicago", "2026-10-31 00:00"),
        ("America/Havana", "2025-11-01 00:00"),
        ("America/Santiago", "2025-09-06 00:00"),
        ("Australia/Lord_Howe", "2025-10-04 00:00"),
        ("Europe/Moscow", "2014-10-25 00:00"),
        ("Pacific/Apia", "2011-12-29 00:00"),
    ] {
        let there: String = value(
            &mut owner,
            &format!(
                "SELECT string_agg(extract(epoch FROM medstint.first_instant(timestamp '{from}' + interval '10 minutes' * n, '{name}'))::bigint::text, ' ' ORDER BY n)
                 FROM generate_series(0, 431) n"
            ),
        )
        .await;
        let first = NaiveDateTime::parse_from_str(from, "%Y-%m-%d %H:%M").expect("a time");
        let here = seconds((0..432).map(|n| first_instant(first + TimeDelta::minutes(10 * n), &zone(name))));
        assert_eq!(there, here, "{name} from {from}");
    }
}

#[tokio::test]
async fn the_database_says_which_day_it_is_as_the_console_does() {
    let database = Database::migrated().await;
    let mut owner = database.owner().await;
    let first: DateTime<Utc> = "2011-12-20T00:00:00Z".parse().expect("an instant");
    for name in ZONES {
        let there: String = value(
            &mut owner,
            &format!(
                "SELECT string_agg(to_char(medstint.day_of(at, '{name}'), 'YYYY-MM-DD') || ' ' || to_char(medstint.last_day(at, '{name}'), 'YYYY-MM-DD'), ' ' ORDER BY at)
                 FROM generate_series(timestamptz '2011-12-20 00:00Z', '2012-12-20 00:00Z', interval '1 hour') at"
            ),
        )
        .await;
        let hours = (0..=366 * 24).map(|n| first + TimeDelta::hours(n));
        let here: Vec<String> =
            hours.map(|at| format!("{} {}", day_of(at, zone(name)), last_day(at, zone(name)))).collect();
        assert_eq!(there, here.join(" "), "{name}");
    }
}

#[tokio::test]
async fn a_correction_of_the_out_alone_leaves_the_in_in_the_repeated_hour() {
    let world = World::new().await;
    // The second 01:30 of that night in Chicago.
    let clock_in = "2025-11-02T07:30:00Z".parse().expect("an instant");
    a_time_record().id("night").clocked_in(clock_in).worked(TimeDelta::hours(6)).insert(&world).await;
    let console = Console::of(&world, "north-admin").await;
    console.shows("▌ North, Stu").await.press("c").shows("2025-11-02 01:30 CST").await;
    console.press("tab ctrl-u").type_text("2025-11-02 08:00").press("tab").type_text("Stayed to the end");
    console.shows("01:30 CST–07:30 (6.00 h) → 11-02 01:30 CST–08:00 (6.50 h)").await;
    console.press("ctrl-s").shows("correction proposed").await;
    let kept: bool = value(
        &mut world.owner().await,
        "SELECT clock_in = old_clock_in AND clock_out = '2025-11-02T14:00Z' FROM time_record_corrections",
    )
    .await;
    assert!(kept, "the clock-in moved");
    console.quit().await;
}

/// A console that proposes another clock-in for a record of the night in which the clocks
/// went back.
async fn proposing(world: &World) -> Console {
    let clock_in = "2025-11-02T05:00:00Z".parse().expect("an instant");
    a_time_record().id("night").clocked_in(clock_in).worked(TimeDelta::hours(8)).insert(world).await;
    let console = Console::of(world, "north-admin").await;
    console.shows("▌ North, Stu").await.press("c").shows("Propose a correction for North, Stu").await.press("ctrl-u");
    console
}

#[tokio::test]
async fn a_skipped_time_is_refused() {
    let world = World::new().await;
    let console = proposing(&world).await;
    console.type_text("2025-03-09 02:30").shows("02:30 does not exist on 2025-03-09").await;
    console.quit().await;
}

#[tokio::test]
async fn the_offset_of_a_repeated_time_is_asked_for() {
    let world = World::new().await;
    let console = proposing(&world).await;
    console.type_text("2025-11-02 01:30").shows("01:30 occurs twice on 2025-11-02").await;
    console.shows("or CST (-06:00)").await;
    console.quit().await;
}

#[tokio::test]
async fn the_second_of_two_equal_times_is_proposed_by_its_letters() {
    let world = World::new().await;
    let console = proposing(&world).await;
    console
        .type_text("2025-11-02 01:30")
        .shows("occurs twice")
        .await
        .type_text(" CST")
        .hides("occurs twice")
        .await
        .press("tab tab")
        .type_text("Came later");
    console.press("ctrl-s").shows("correction proposed").await;
    let second: bool =
        value(&mut world.owner().await, "SELECT clock_in = '2025-11-02T07:30Z' FROM time_record_corrections").await;
    assert!(second, "it was the first 01:30");
    console.quit().await;
}

/// The days of a rotation by the clocks of its site.
async fn days_of(world: &World, rotation: &str) -> String {
    value(
        &mut world.owner().await,
        &format!(
            "SELECT to_char(r.start_date AT TIME ZONE s.time_zone, 'YYYY-MM-DD HH24:MI') || ' to ' || to_char(r.end_date AT TIME ZONE s.time_zone, 'YYYY-MM-DD HH24:MI')
             FROM rotations r JOIN clinical_sites s ON s.id = r.clinical_site_id WHERE r.id = '{rotation}'"
        ),
    )
    .await
}

#[tokio::test]
async fn rotations_keep_their_days_when_their_site_gets_another_zone() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    execute(
        &mut owner,
        "UPDATE rotations SET start_date = '2026-03-02 00:00 America/Chicago', end_date = '2026-11-02 00:00 America/Chicago' WHERE id = 'north-student-rotation';
         UPDATE rotations SET start_date = '2026-03-02 00:00 America/Chicago', end_date = '2026-03-28 00:00 America/Chicago' WHERE id = 'north-student-2-rotation';
         UPDATE rotations SET status = 'COMPLETED' WHERE id = 'north-student-2-rotation'",
    )
    .await;
    for name in ["America/Denver", "Asia/Tokyo", "America/Havana", "America/Chicago"] {
        execute(&mut owner, &format!("UPDATE clinical_sites SET time_zone = '{name}' WHERE id = 'north-site'")).await;
        assert_eq!(days_of(&world, "north-student-rotation").await, "2026-03-02 00:00 to 2026-11-02 00:00", "{name}");
        let ended = days_of(&world, "north-student-2-rotation").await;
        assert_eq!(ended, "2026-03-02 00:00 to 2026-03-28 00:00", "{name}");
    }
}

/// The dates of all records, as instants.
async fn dates(world: &World) -> String {
    value(
        &mut world.owner().await,
        "SELECT string_agg(id || ' ' || to_char(date AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'), ', ' ORDER BY id) FROM time_records",
    )
    .await
}

/// A record of 23:30 on 20 November in Chicago, which is 00:30 on the 21st in New York.
async fn late_record(world: &World) {
    let clock_in = "2025-11-21T05:30:00Z".parse().expect("an instant");
    a_time_record().id("late").clocked_in(clock_in).insert(world).await;
}

const TO_NEW_YORK: &str = "UPDATE clinical_sites SET time_zone = 'America/New_York' WHERE id = 'north-site'";

#[tokio::test]
async fn the_date_of_a_record_follows_the_zone_of_its_site() {
    let world = World::new().await;
    late_record(&world).await;
    assert_eq!(dates(&world).await, "late 2025-11-20 06:00");
    execute(&mut world.owner().await, TO_NEW_YORK).await;
    assert_eq!(dates(&world).await, "late 2025-11-21 05:00");
}

#[tokio::test]
async fn the_date_of_a_decided_record_follows_the_zone_of_its_site() {
    let world = World::new().await;
    let clock_in = "2025-11-21T05:30:00Z".parse().expect("an instant");
    a_time_record().id("late").clocked_in(clock_in).rejected().insert(&world).await;
    execute(&mut world.owner().await, TO_NEW_YORK).await;
    assert_eq!(dates(&world).await, "late 2025-11-21 05:00");
}

#[tokio::test]
async fn a_record_keeps_its_version_when_the_zone_of_its_site_is_corrected() {
    let world = World::new().await;
    let clock_in = "2025-11-21T05:30:00Z".parse().expect("an instant");
    let seen = a_time_record().id("late").clocked_in(clock_in).rejected().insert(&world).await;
    execute(&mut world.owner().await, TO_NEW_YORK).await;
    let version: i32 = value(&mut world.owner().await, "SELECT version FROM time_records WHERE id = 'late'").await;
    assert_eq!(version, seen.version);
}

#[tokio::test]
async fn the_date_of_a_record_follows_the_record_to_another_site() {
    let world = World::new().await;
    late_record(&world).await;
    execute(
        &mut world.owner().await,
        "INSERT INTO clinical_sites (id, school_id, name, type, capacity, time_zone) VALUES ('east', 'north', 'East', 'CLINIC', 9, 'America/New_York');
         UPDATE time_records SET clinical_site_id = 'east' WHERE id = 'late'",
    )
    .await;
    assert_eq!(dates(&world).await, "late 2025-11-21 05:00");
}

#[tokio::test]
async fn a_client_does_not_change_the_date_of_a_record() {
    let world = World::new().await;
    late_record(&world).await;
    let mut web = world.database.web().await;
    execute(&mut web, "UPDATE time_records SET date = '2025-11-20T00:00Z' WHERE id = 'late'").await;
    assert_eq!(dates(&world).await, "late 2025-11-20 06:00");
}

#[tokio::test]
async fn a_client_does_not_choose_the_date_of_a_new_record() {
    let world = World::new().await;
    let mut web = world.database.web().await;
    execute(
        &mut web,
        "INSERT INTO time_records (id, student_id, rotation_id, clock_in, date)
         VALUES ('late', 'north-student', 'north-student-rotation', '2025-11-21T05:30Z', '2025-11-21T00:00Z')",
    )
    .await;
    assert_eq!(dates(&world).await, "late 2025-11-20 06:00");
}

#[tokio::test]
async fn due_dates_keep_their_day_when_a_schools_zone_changes() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    execute(
        &mut owner,
        "UPDATE competency_assignments SET due_date = '2026-11-21 00:00 America/Chicago' WHERE id = 'north-assignment';
         UPDATE competency_deployments SET effective_date = '2026-11-01 00:00 America/Chicago', expiry_date = '2027-01-01 00:00 America/Chicago' WHERE id = 'north-deployment';
         DELETE FROM delegations;
         INSERT INTO delegations (from_user_id, to_user_id, starts_at, ends_at) VALUES ('north-supervisor', 'north-stranger', '2026-11-20 15:04:05Z', '2026-12-01 00:00 America/Chicago');
         UPDATE schools SET time_zone = 'America/Denver' WHERE id = 'north'",
    )
    .await;
    let days: String = value(
        &mut owner,
        "SELECT concat_ws(', ', (SELECT due_date FROM competency_assignments WHERE id = 'north-assignment') AT TIME ZONE 'America/Denver',
           effective_date AT TIME ZONE 'America/Denver', expiry_date AT TIME ZONE 'America/Denver',
           (SELECT ends_at FROM delegations) AT TIME ZONE 'America/Denver', (SELECT starts_at FROM delegations) AT TIME ZONE 'UTC')
         FROM competency_deployments WHERE id = 'north-deployment'",
    )
    .await;
    assert_eq!(
        days, "2026-11-21 00:00:00, 2026-11-01 00:00:00, 2027-01-01 00:00:00, 2026-12-01 00:00:00, 2026-11-20 15:04:05",
        "what began at some instant began then"
    );
}

#[tokio::test]
async fn a_rejection_names_the_day_of_the_clock_in_whatever_a_client_keeps_as_date() {
    let world = World::new().await;
    let clock_in = "2025-11-20T13:00:00Z".parse().expect("an instant");
    a_time_record().id("t").clocked_in(clock_in).insert(&world).await;
    // A date from before the database set it by itself.
    let former = "ALTER TABLE time_records DISABLE TRIGGER a_date_is_the_databases";
    execute(&mut world.owner().await, former).await;
    let mut web = world.database.web().await;
    execute(&mut web, "UPDATE time_records SET date = '2025-11-20T00:00Z' WHERE id = 't'").await;
    execute(
        &mut web,
        "UPDATE time_records SET status = 'REJECTED', approved_by = 'north-admin', decision_reason_code = 'DUPLICATE' WHERE id = 't'",
    )
    .await;
    let told: String = value(
        &mut world.owner().await,
        "SELECT message FROM notifications WHERE user_id = 'north-student' AND type = 'TIME_RECORD_REJECTED'",
    )
    .await;
    assert!(told.contains("2025-11-20"), "{told}");
}

fn edit(form: Form, id: &str, changes: Vec<Changed>) -> Command {
    Command { what: What::Edit(form), targets: vec![Target { id: id.into(), name: id.into() }], changes }
}

fn changed(field: impl Into<FieldId>, old: Value, new: Value) -> Changed {
    Changed { field: field.into(), old, new }
}

#[tokio::test]
async fn a_form_tells_what_another_zone_does_before_it_is_saved() {
    let world = World::new().await;
    a_time_record().clocked_in("2025-11-20T13:00:00Z".parse().expect("an instant")).insert(&world).await;
    let bound = world.bound("north-admin").await;
    let zones = |form, id| {
        let text = |name: &str| Value::Text(name.into());
        let field: FieldId = if form == Form::Site { SiteField::TimeZone.into() } else { SchoolField::TimeZone.into() };
        edit(form, id, vec![changed(field, text("America/Chicago"), text("America/Denver"))])
    };
    let report = command::rehearse(&bound, &zones(Form::Site, "north-site")).await.expect("a report");
    assert_eq!(
        report.warnings,
        [
            "Rotations that keep their dates, now in America/Denver: 2.",
            "Time records that keep their hours but show other times (the latest clock-in reads 06:00 instead of 07:00): 1."
        ]
    );
    let report = command::rehearse(&bound, &zones(Form::School, "north")).await.expect("a report");
    assert_eq!(report.warnings, ["Dates that stay the same, now in America/Denver: 1 due date, 1 deployment."]);
}

#[tokio::test]
async fn days_that_nobody_edited_keep_their_instants_at_another_site_of_the_same_zone() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    execute(
        &mut owner,
        "INSERT INTO clinical_sites (id, school_id, name, type, capacity, time_zone) VALUES ('annex', 'north', 'Annex', 'CLINIC', 9, 'America/Chicago'), ('west', 'north', 'West', 'CLINIC', 9, 'America/Denver');
         UPDATE rotations SET start_date = '2026-03-02T15:00Z', end_date = '2027-03-02T15:00Z' WHERE id = 'north-student-rotation'",
    )
    .await;
    let start: DateTime<Utc> = "2026-03-02T15:00:00Z".parse().expect("an instant");
    let day = day_of(start, chrono_tz::America::Chicago);
    let moved = |from: &str, to: &str, at: DateTime<Utc>| {
        let site = |id: &str| Value::Reference(Reference { id: id.into(), name: id.into() });
        let day = changed(RotationField::StartDate, Value::Kept(at, day, Edge::Start), Value::Day(day, Edge::Start));
        edit(
            Form::Rotation,
            "north-student-rotation",
            vec![changed(RotationField::ClinicalSiteId, site(from), site(to)), day],
        )
    };
    let bound = world.bound("north-admin").await;
    command::run(&bound, &moved("north-site", "annex", start)).await.expect("moved");
    let kept = "SELECT start_date FROM rotations WHERE id = 'north-student-rotation'";
    assert_eq!(value::<DateTime<Utc>>(&mut owner, kept).await, start);
    command::run(&bound, &moved("annex", "west", start)).await.expect("moved");
    assert_eq!(value::<DateTime<Utc>>(&mut owner, kept).await, day_start(day, chrono_tz::America::Denver));
}

#[tokio::test]
async fn a_filter_asks_for_the_offset_of_a_moment_that_comes_twice() {
    let world = World::new().await;
    let args = ["audit", "stats", "--filter", "since:2025-11-02T01:30", "--database-url", &world.database.app_url];
    let (code, _, err) = run_as(&world.token("north-admin").await, &args).await;
    let asked = "01:30 occurs twice on 2025-11-02 because the clocks go back. Add -05:00 or -06:00.";
    assert!(code == Some(1) && err.contains(asked), "{err}");
}

#[tokio::test]
async fn a_list_refuses_a_moment_that_the_clocks_skip() {
    let world = World::new().await;
    let bound = world.bound("north-admin").await;
    let filter = parse(List::Audit, "until:2026-03-08T02:30").expect("a filter");
    let query = Query { filter, ..Query::default() };
    let failure = listing::page(&bound, List::Audit, &query, &Place::Start, 10).await.expect_err("no such time");
    assert!(failure.to_string().starts_with("02:30 does not exist on 2026-03-08"), "{failure}");
}

#[tokio::test]
async fn a_filter_takes_an_offset_and_the_beginning_of_a_day() {
    let world = World::new().await;
    let bound = world.bound("north-admin").await;
    let filter = parse(List::Audit, "since:2025-11-02T01:30-05:00 until:2099-11-01").expect("a filter");
    let query = Query { filter, ..Query::default() };
    assert!(listing::page(&bound, List::Audit, &query, &Place::Start, 10).await.is_ok());
}
