//! What the database answers at a door: who may punch, what a punch becomes, when.

use chrono::TimeDelta;
use medstint::domain::punch::{
    Anchor, Answer, Asked, JournalState, Kept, Leave, Outcome, Position, Reading, Said, Trouble,
};
use medstint::domain::{Failure, Secret};
use medstint::kiosk::Clock;
use medstint::store::kiosk::{AtDoor, Health};

use super::support::database::{execute, try_execute, value};
use super::support::door::{Hands, PIN, ago, begun, enrolled, go_on, punch, records, students};
use super::support::{Console, World};

async fn door(world: &World) -> AtDoor {
    world.database.store().at_door(enrolled(world).await)
}

const WELL: Health<'_> = Health {
    version: "0.1.0",
    clock: chrono::DateTime::UNIX_EPOCH,
    journal: JournalState { waiting: 0, stranded: 0, trouble: None },
};

/// As if the punches so far had been so much earlier.
async fn later(world: &World, how_much: &str) {
    execute(
        &mut world.owner().await,
        &format!(
            "ALTER TABLE time_records DISABLE TRIGGER USER;
             UPDATE time_records SET clock_in = clock_in - interval '{how_much}', clock_out = clock_out - interval '{how_much}';
             ALTER TABLE time_records ENABLE TRIGGER USER;
             UPDATE kiosk_punches SET punched_at = punched_at - interval '{how_much}'"
        ),
    )
    .await;
}

fn recorded(answer: Result<Answer, Failure>) -> (&'static str, bool) {
    match answer {
        Ok(Answer::In(done)) => ("in", done.repeated),
        Ok(Answer::Out(done)) => ("out", done.repeated),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_code_makes_one_device_the_kiosk_once_and_what_was_revoked_is_none() {
    let world = World::new().await;
    let store = world.database.store();
    let mut admin = world.app_as("north-admin").await;
    let make = "SELECT medstint.make_enrolment_code('north-kiosk')";
    for other in ["north-supervisor", "north-student", "south-admin"] {
        assert!(try_execute(&mut world.app_as(other).await, make).await.is_err(), "{other}");
    }
    let old: String = value(&mut admin, make).await;
    let code: String = value(&mut admin, make).await;
    assert_eq!(store.enrol(&Secret::new(old)).await, Ok(None), "a new code takes the place of the old one");
    assert_eq!(store.enrol(&Secret::new("AAAA-BBBB-CCCC")).await, Ok(None));
    let typed = code.to_lowercase().replace('-', " ");
    let credential = store.enrol(&Secret::new(typed)).await.expect("an answer").expect("a credential");
    assert_eq!(store.enrol(&Secret::new(code)).await, Ok(None), "once");
    let door = store.at_door(credential);
    let (at, _) = door.hello(WELL).await.expect("a welcome");
    assert_eq!((at.kiosk.as_str(), at.site.as_str(), at.zone), ("Door", "North General", chrono_tz::America::Chicago));

    let late: String = value(&mut admin, make).await;
    execute(
        &mut world.owner().await,
        "UPDATE kiosks SET enrolment_expires_at = now() - interval '1 second' WHERE id = 'north-kiosk'",
    )
    .await;
    assert_eq!(store.enrol(&Secret::new(late)).await, Ok(None), "a code is good for a day");
    execute(&mut admin, "SELECT medstint.revoke_kiosk('north-kiosk')").await;
    assert_eq!(door.hello(WELL).await, Err(Failure::SignedOut));
    assert_eq!(store.at_door(Secret::new("")).hello(WELL).await, Err(Failure::SignedOut));
}

#[tokio::test]
async fn a_kiosk_lists_nothing_and_its_credential_is_no_session() {
    let world = World::new().await;
    let credential = enrolled(&world).await;
    let mut app = world.database.app().await;
    execute(&mut app, &format!("SELECT set_config('medstint.session', '{}', false)", credential.expose())).await;
    for table in ["users", "time_records", "kiosks", "kiosk_punches", "kiosk_states"] {
        assert_eq!(value::<i64>(&mut app, &format!("SELECT count(*) FROM {table}")).await, 0, "{table}");
    }
    // Acting is a kiosk's own, for as long as its function runs: nobody takes it up.
    for sql in [
        "INSERT INTO medstint.kiosk_acts VALUES (pg_current_xact_id(), 'north-kiosk', 'north-student')",
        "SELECT medstint.begin_act('north-kiosk', 'north-student')",
        "SELECT * FROM medstint.pins",
        "SELECT * FROM medstint.badge_keys",
        "SELECT medstint.badge_forms('north')",
        "SELECT medstint.without_pin('north', 'S12718')",
        "SELECT medstint.pin_outcome(NULL, 'x')",
        "SELECT medstint.set_pin_of('north-student', '2718')",
    ] {
        let refused = try_execute(&mut app, sql).await.expect_err(sql);
        assert!(refused.to_string().contains("permission denied"), "{sql}: {refused}");
    }
}

#[tokio::test]
async fn a_first_punch_is_an_in_the_next_an_out_and_a_second_scan_repeats_the_answer() {
    let world = World::new().await;
    let door = door(&world).await;
    let Ok(Answer::In(done)) = punch(&door, "S1", PIN).await else { panic!("an in") };
    assert_eq!(
        (done.name.as_str(), done.site.as_str(), done.rotation.as_str()),
        ("Stu N.", "North General", "Emergency")
    );
    assert_eq!((done.required_h, done.today_ms, done.repeated), (160, 0, false));
    assert_eq!(recorded(punch(&door, "N-1", PIN).await), ("in", true), "by number and within a minute");
    assert_eq!(records(&world, "north-student").await, "0– KIOSK");
    later(&world, "50 seconds").await;
    assert_eq!(recorded(punch(&door, "S1", PIN).await), ("in", true), "almost a minute later");
    later(&world, "121 minutes").await;
    let Ok(Answer::Out(done)) = punch(&door, " S1 ", PIN).await else { panic!("an out") };
    assert!((7_310_000..7_400_000).contains(&done.rotation_ms), "{done:?}");
    // Of a shift that began the day before, what lies within today.
    let there = done.at.with_timezone(&chrono_tz::America::Chicago).time();
    let since_midnight = (there - chrono::NaiveTime::MIN).num_milliseconds();
    assert!((done.today_ms - done.rotation_ms.min(since_midnight)).abs() <= 1, "{done:?}");
    assert_eq!(records(&world, "north-student").await, "122–0 KIOSK KIOSK");
    let (flags, queue): (String, i64) = sqlx::query_as(
        "SELECT (SELECT coalesce(string_agg(f ->> 'code', ' '), '') FROM time_records t, jsonb_array_elements(t.flags::jsonb) f WHERE t.student_id = 'north-student' AND f ->> 'code' <> 'OFF_HOURS'), (SELECT count(*) FROM time_records WHERE status = 'PENDING' AND clock_out IS NOT NULL)",
    )
    .fetch_one(&mut world.owner().await)
    .await
    .expect("the record");
    assert_eq!((flags.as_str(), queue), ("", 1), "in the queue at once, and clean: the kiosk is at its location");
    let told: String = value(
        &mut world.owner().await,
        "SELECT string_agg(concat_ws(' ', action, user_id, endpoint, user_agent), ', ' ORDER BY sequence) FROM audit_logs WHERE resource_type = 'time_records'",
    )
    .await;
    assert_eq!(
        told,
        "time_record.created north-student kiosk kiosk Door, time_record.clocked_out north-student kiosk kiosk Door"
    );
}

#[tokio::test]
async fn a_wrong_pin_and_nobodys_badge_get_the_same_answer_and_the_fifth_locks_for_five_minutes() {
    let world = World::new().await;
    let door = door(&world).await;
    for badge in ["S1", "nobody", "preceptor@north.example"] {
        for n in 1..=4 {
            assert_eq!(punch(&door, badge, "0000").await, Ok(Answer::Refused), "{badge} {n}");
        }
        assert!(matches!(punch(&door, badge, "0000").await, Ok(Answer::Locked { .. })), "{badge}");
    }
    let Ok(Answer::Locked { until }) = punch(&door, "S1", PIN).await else { panic!("locked, also for the right PIN") };
    let left = until - super::support::world::now();
    assert!(left > TimeDelta::minutes(4) && left <= TimeDelta::minutes(5), "{left}");
    assert_eq!(recorded(punch(&door, "S2", PIN).await), ("in", false), "somebody else is not locked");
    let mut owner = world.owner().await;
    execute(&mut owner, "UPDATE medstint.pin_attempts SET last_attempt = last_attempt - interval '5 minutes'").await;
    assert_eq!(recorded(punch(&door, "S1", PIN).await), ("in", false), "five minutes later");
    execute(&mut owner, "SELECT medstint.report_attempts()").await;
    let told: i64 = value(&mut owner, "SELECT count(*) FROM audit_logs WHERE action = 'kiosk.pin_locked'").await;
    assert_eq!(told, 4);
    // Whoever never asks what came of an attempt has it counted all the same.
    for _ in 0..5 {
        door.begin_pin("S2", &Secret::new("0000")).await.expect("counted");
    }
    assert!(matches!(punch(&door, "S2", PIN).await, Ok(Answer::Locked { .. })));
}

#[tokio::test]
async fn who_is_no_student_here_does_not_punch_and_another_schools_badge_is_nobodys() {
    let world = World::new().await;
    let door = door(&world).await;
    let mut owner = world.owner().await;
    assert_eq!(punch(&door, "A1", PIN).await, Ok(Answer::NotAStudent));
    execute(&mut owner, &format!("UPDATE users SET badge = 'south' WHERE id = 'south-student'; SELECT medstint.set_pin_of('south-student', '{PIN}')")).await;
    assert_eq!(punch(&door, "south", PIN).await, Ok(Answer::Refused));
    execute(&mut owner, "UPDATE users SET academic_status = 'SUSPENDED' WHERE id = 'north-student'").await;
    assert_eq!(punch(&door, "S1", PIN).await, Ok(Answer::NotAStudent));
    execute(&mut owner, "UPDATE users SET is_active = false WHERE id = 'north-student-2'").await;
    assert_eq!(punch(&door, "S2", PIN).await, Ok(Answer::Refused));
}

#[tokio::test]
async fn a_code_from_the_coordinator_is_worth_one_pin() {
    let world = World::new().await;
    let door = door(&world).await;
    execute(&mut world.owner().await, "DELETE FROM medstint.pins").await;
    let code: String =
        value(&mut world.app_as("north-admin").await, "SELECT medstint.make_pin_code('north-student')").await;
    assert_eq!(code.len(), 8);
    let mut asked = Asked::new("S1".into(), Some(Secret::new(code.clone())));
    let begun = begun(&door, &asked).await;
    let answer = go_on(&door, &asked, &begun).await;
    assert_eq!(answer, Ok(Answer::SetPin { name: Some("Stu N.".into()) }));
    for easy in ["123", "1111", "123456", "87654321", "12a4", "123456789", ""] {
        asked.new_pin = Some(Secret::new(easy));
        let refused = go_on(&door, &asked, &begun).await;
        assert!(matches!(refused, Err(Failure::Invalid { .. })), "{easy}: {refused:?}");
    }
    asked.new_pin = Some(Secret::new("314159"));
    assert_eq!(recorded(go_on(&door, &asked, &begun).await), ("in", false), "set, and punched at once");
    assert_eq!(punch(&door, "S1", &code).await, Ok(Answer::Refused), "the code is used up");
    assert_eq!(recorded(punch(&door, "S1", "314159").await), ("in", true));
    let told: String = value(&mut world.owner().await, "SELECT string_agg(action || ' by ' || user_id, ', ' ORDER BY sequence) FROM audit_logs WHERE action LIKE 'pin.%'").await;
    assert_eq!(told, "pin.code_made by north-admin, pin.set by north-student");
    assert!(
        try_execute(&mut world.app_as("north-student").await, "SELECT medstint.make_pin_code('north-student-2')")
            .await
            .is_err()
    );
}

#[tokio::test]
async fn several_rotations_are_a_choice_and_none_is_a_refusal_that_says_where() {
    let world = World::new().await;
    let door = door(&world).await;
    let mut owner = world.owner().await;
    execute(
        &mut owner,
        "UPDATE school_policies SET thresholds = '{\"double_booking\": \"allow\"}';
         INSERT INTO rotations (id, student_id, clinical_site_id, specialty, start_date, end_date, required_hours, status)
           VALUES ('second', 'north-student', 'north-site', 'Surgery', now() - interval '1 day', now() + interval '1 day', 40, 'ACTIVE');
         INSERT INTO clinical_sites (id, school_id, name, type, capacity, time_zone) VALUES ('elsewhere', 'north', 'North Annex', 'CLINIC', 1, 'America/Chicago');
         UPDATE rotations SET clinical_site_id = 'elsewhere' WHERE student_id = 'north-student-2'",
    )
    .await;
    let mut asked = Asked::new("S1".into(), Some(Secret::new(PIN)));
    let begun = begun(&door, &asked).await;
    let Ok(Answer::Choose { offers, name }) = go_on(&door, &asked, &begun).await else { panic!("a choice") };
    assert_eq!(offers.iter().map(|offer| offer.name.as_str()).collect::<Vec<_>>(), ["Emergency", "Surgery"]);
    assert_eq!(name.as_deref(), Some("Stu N."), "a question says whose it is");
    asked.said.rotation = Some("second".into());
    let Ok(Answer::In(done)) = go_on(&door, &asked, &begun).await else { panic!("in") };
    assert_eq!((done.rotation.as_str(), done.required_h), ("Surgery", 40));
    assert_eq!(punch(&door, "S2", PIN).await, Ok(Answer::NoRotation { elsewhere: Some("North Annex".into()) }));
    execute(&mut owner, "UPDATE rotations SET status = 'CANCELLED' WHERE student_id = 'north-student-2'").await;
    assert_eq!(punch(&door, "S2", PIN).await, Ok(Answer::NoRotation { elsewhere: None }));
}

#[tokio::test]
async fn a_record_that_was_open_for_too_long_is_closed_by_what_the_student_tells_and_flagged() {
    let world = World::new().await;
    let door = door(&world).await;
    assert_eq!(recorded(punch(&door, "S1", PIN).await), ("in", false));
    later(&world, "26 hours").await;
    let mut asked = Asked::new("S1".into(), Some(Secret::new(PIN)));
    let begun = begun(&door, &asked).await;
    let Ok(Answer::Stale { since, name }) = go_on(&door, &asked, &begun).await else { panic!("a question") };
    for nonsense in [since, since - TimeDelta::minutes(1), super::support::world::now() + TimeDelta::minutes(5)] {
        asked.said = Said { left_at: Some(nonsense), reason: Some("Forgot".into()), ..Said::default() };
        assert_eq!(go_on(&door, &asked, &begun).await, Ok(Answer::Stale { since, name: name.clone() }), "{nonsense}");
    }
    asked.said = Said { left_at: Some(since + TimeDelta::hours(8)), reason: Some("Forgot".into()), ..Said::default() };
    assert_eq!(recorded(go_on(&door, &asked, &begun).await), ("in", false), "closed, and in again");
    assert_eq!(records(&world, "north-student").await, "1560–1080 KIOSK MANUAL EDITED, 0– KIOSK");
    let (notes, flags, status): (String, String, String) =
        sqlx::query_as("SELECT notes, flags::text, status::text FROM time_records WHERE clock_out IS NOT NULL")
            .fetch_one(&mut world.owner().await)
            .await
            .expect("the record");
    assert_eq!((notes.as_str(), status.as_str()), ("Told at the kiosk: Forgot", "PENDING"));
    assert!(flags.contains("EDITED"), "{flags:?}");
}

#[tokio::test]
async fn a_badge_is_no_reason() {
    let world = World::new().await;
    let door = door(&world).await;
    assert_eq!(recorded(punch(&door, "S1", PIN).await), ("in", false));
    later(&world, "26 hours").await;
    for reason in ["S2", "N-1", "S22718", "2718"] {
        let mut asked = Asked::new("S1".into(), Some(Secret::new(PIN)));
        let begun = begun(&door, &asked).await;
        let Ok(Answer::Stale { since, .. }) = go_on(&door, &asked, &begun).await else { panic!("a question") };
        asked.said =
            Said { left_at: Some(since + TimeDelta::hours(8)), reason: Some(reason.into()), ..Said::default() };
        assert_eq!(go_on(&door, &asked, &begun).await, Ok(Answer::ScanAgain), "{reason}");
    }
    assert_eq!(records(&world, "north-student").await, "1560– KIOSK", "nothing was closed");
}

#[tokio::test]
async fn a_meal_is_asked_about_where_the_policy_says_so_and_never_taken_off() {
    let world = World::new().await;
    let door = door(&world).await;
    let mut owner = world.owner().await;
    execute(&mut owner, "UPDATE school_policies SET thresholds = '{\"meal_after_h\": 6}' WHERE school_id = 'north'")
        .await;
    assert_eq!(recorded(punch(&door, "S1", PIN).await), ("in", false));
    assert_eq!(recorded(punch(&door, "S2", PIN).await), ("in", false));
    later(&world, "359 minutes").await;
    assert_eq!(recorded(punch(&door, "S2", PIN).await), ("out", false), "a minute before, nobody asks");
    later(&world, "2 minutes").await;
    students(&world, 1).await;
    let all = [kept(1, "B1", 450), kept(2, "B1", 5)];
    assert_eq!(
        synced(&door, &here(), &all).await,
        [Outcome::Recorded; 2],
        "nobody is there to answer for what was kept"
    );
    let mut asked = Asked::new("S1".into(), Some(Secret::new(PIN)));
    let begun = begun(&door, &asked).await;
    let asks = go_on(&door, &asked, &begun).await;
    assert!(matches!(asks, Ok(Answer::Meal { .. })), "{asks:?}");
    asked.said.meal_min = Some(30);
    let Ok(Answer::Out(done)) = go_on(&door, &asked, &begun).await else { panic!("out") };
    assert!(done.rotation_ms >= 361 * 60_000, "{done:?}");
    let meal: i16 =
        value(&mut owner, "SELECT meal_break_min FROM time_records WHERE student_id = 'north-student'").await;
    assert_eq!(meal, 30);
}

#[tokio::test]
async fn a_punch_is_at_the_kiosks_location_and_a_strict_one_refuses_a_kiosk_that_was_carried_off() {
    let world = World::new().await;
    let door = door(&world).await;
    let mut owner = world.owner().await;
    let mut asked = Asked::new("S1".into(), Some(Secret::new(PIN)));
    let mut begun = begun(&door, &asked).await;
    execute(&mut owner, "UPDATE clinical_site_locations SET is_strict = true WHERE id = 'north-location'").await;
    begun.position = Some(Position { latitude: 42.0, longitude: -90.0, accuracy_m: 10.0 });
    assert_eq!(go_on(&door, &asked, &begun).await, Ok(Answer::Outside));
    asked.pin = Some(Secret::new(PIN));
    let mut begun = super::support::door::begun(&door, &asked).await;
    begun.position = Some(Position { latitude: 41.0002, longitude: -90.0, accuracy_m: 10.0 });
    assert_eq!(recorded(go_on(&door, &asked, &begun).await), ("in", false));
    let at: String =
        value(&mut owner, "SELECT concat_ws(' ', clock_in_latitude, clock_in_accuracy_m) FROM time_records").await;
    assert_eq!(at, "41.00020000 10");
}

/// Another kiosk at the same site.
async fn back_door(world: &World) -> AtDoor {
    let insert = "INSERT INTO kiosks (id, clinical_site_id, name) VALUES ('second-kiosk', 'north-site', 'Back door')";
    execute(&mut world.owner().await, insert).await;
    let code: String =
        value(&mut world.app_as("north-admin").await, "SELECT medstint.make_enrolment_code('second-kiosk')").await;
    let store = world.database.store();
    store.at_door(store.enrol(&Secret::new(code)).await.expect("an answer").expect("a credential"))
}

#[tokio::test]
async fn the_key_of_a_punch_is_worth_nothing_at_another_kiosk() {
    let world = World::new().await;
    let first = door(&world).await;
    let second = back_door(&world).await;
    let asked = Asked::new("S1".into(), Some(Secret::new(PIN)));
    let there = begun(&first, &asked).await;
    assert_eq!(recorded(go_on(&first, &asked, &there).await), ("in", false));
    let wrong = Asked::new("S1".into(), Some(Secret::new("9999")));
    let mut here_too = begun(&second, &wrong).await;
    here_too.key.clone_from(&there.key);
    assert_eq!(go_on(&second, &wrong, &here_too).await, Ok(Answer::Refused), "nothing of the punch is told");
    let mut sent = kept(1, "S2", 5);
    sent.key = there.key;
    assert!(second.sync(&here(), &[sent]).await.is_err(), "another punch is not taken for one that was sent");
}

#[tokio::test]
async fn two_kiosks_at_once_make_one_punch_of_one_student() {
    let world = World::new().await;
    let first = door(&world).await;
    let second = back_door(&world).await;
    let mut owner = world.owner().await;
    students(&world, 20).await;
    let mut repeated = 0;
    for n in 1..=20 {
        let badge = format!("B{n}");
        let (a, b) = tokio::join!(punch(&first, &badge, PIN), punch(&second, &badge, PIN));
        let (a, b) = (recorded(a), recorded(b));
        assert!(a.0 == "in" && b.0 == "in" && a.1 != b.1, "{a:?} {b:?}");
        repeated += 1;
    }
    let open: i64 = value(&mut owner, "SELECT count(*) FROM time_records WHERE student_id LIKE 'b%'").await;
    assert_eq!(open, repeated);
}

#[tokio::test]
async fn a_scan_waits_for_what_another_kiosk_is_just_sending_of_the_student() {
    let world = World::new().await;
    let credential = enrolled(&world).await;
    let door = world.database.store().at_door(credential.clone());
    let mut other = world.database.app().await;
    let punch_of_s1 = serde_json::json!([{ "key": "a-key-of-a-punch-00000001", "badge": "S1", "wall_ms": 0, "boot": "b", "monotonic_ms": 99_000 }]);
    execute(
        &mut other,
        &format!("BEGIN; SELECT medstint.sync_punches('{}', 'b', 100000, '{punch_of_s1}')", credential.expose()),
    )
    .await;
    let commit = async {
        world.until("SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT l.granted AND a.datname = current_database())").await;
        execute(&mut other, "COMMIT").await;
    };
    let (answer, ()) = tokio::join!(punch(&door, "S1", PIN), commit);
    assert_eq!(recorded(answer), ("in", true));
    assert_eq!(records(&world, "north-student").await, "0– KIOSK OFFLINE");
}

/// A punch as it was kept, so many minutes ago by the monotonic clock.
fn kept(n: usize, badge: &str, minutes: i64) -> Kept {
    let at = Reading { wall: ago(minutes), boot: "b1".into(), monotonic_ms: 100_000_000 - minutes * 60_000 };
    Kept {
        key: format!("a-key-of-a-punch-{n:08}"),
        kiosk: None,
        badge: badge.into(),
        at,
        anchor: None,
        position: None,
        said: Said::default(),
    }
}

fn here() -> Reading {
    Reading { wall: ago(0), boot: "b1".into(), monotonic_ms: 100_000_000 }
}

async fn synced(door: &AtDoor, here: &Reading, kept: &[Kept]) -> Vec<Outcome> {
    let outcomes = door.sync(here, kept).await.expect("outcomes");
    assert_eq!(
        outcomes.iter().map(|(key, _)| key).collect::<Vec<_>>(),
        kept.iter().map(|kept| &kept.key).collect::<Vec<_>>()
    );
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

#[tokio::test]
async fn what_was_kept_is_recorded_in_its_order_once_however_often_it_is_sent() {
    let world = World::new().await;
    let door = door(&world).await;
    let mut soon = kept(3, "S2", 290);
    soon.at.monotonic_ms += 59_000;
    let all = [kept(1, "S1", 300), kept(2, "S2", 290), soon, kept(4, "S1", 60), kept(5, "S2", 30)];
    assert_eq!(synced(&door, &here(), &all[..3]).await, [Outcome::Recorded, Outcome::Recorded, Outcome::Repeated]);
    assert_eq!(
        synced(&door, &here(), &all).await,
        [Outcome::Recorded, Outcome::Recorded, Outcome::Repeated, Outcome::Recorded, Outcome::Recorded]
    );
    assert_eq!(records(&world, "north-student").await, "300–60 KIOSK KIOSK OFFLINE");
    assert_eq!(records(&world, "north-student-2").await, "290–30 KIOSK KIOSK OFFLINE");
    assert_eq!(flags(&world, "north-student").await, "OFFLINE");
}

#[tokio::test]
async fn a_pin_behind_a_badge_is_kept_nowhere() {
    let world = World::new().await;
    let door = door(&world).await;
    let all = [kept(1, "S12718", 5), kept(2, "N-127182818", 4), kept(3, "2718", 3), kept(4, "nobody", 2)];
    assert_eq!(synced(&door, &here(), &all).await, [Outcome::Quarantined; 4]);
    let mut owner = world.owner().await;
    let badges: String = value(&mut owner, "SELECT string_agg(badge, ' ' ORDER BY id) FROM kiosk_punches").await;
    assert_eq!(badges, "S1•••• N-1•••• •••• nobody");
}

#[tokio::test]
async fn an_attempt_at_nobodys_badge_keeps_nothing_of_what_was_typed() {
    let world = World::new().await;
    let door = door(&world).await;
    assert_eq!(punch(&door, "S12718", "0000").await, Ok(Answer::Refused));
    let subject: String = value(&mut world.owner().await, "SELECT subject FROM medstint.pin_attempts").await;
    let hash = subject.strip_prefix("badge:").expect("nobody's");
    assert!(hash.len() == 64 && hash.chars().all(|c| c.is_ascii_hexdigit()), "{subject}");
}

#[tokio::test]
async fn a_kiosk_learns_the_lengths_of_its_schools_badges() {
    let world = World::new().await;
    let door = door(&world).await;
    let mut owner = world.owner().await;
    execute(&mut owner, "UPDATE users SET badge = '00123456' WHERE id = 'north-student-2'").await;
    execute(&mut owner, "UPDATE users SET badge = '1234567' WHERE id = 'south-student'").await;
    let (at, _) = door.hello(WELL).await.expect("a welcome");
    assert_eq!((at.lengths.digits, at.lengths.others), (vec![8], vec![2, 3]));
}

#[tokio::test]
async fn a_pin_is_never_set_as_long_as_a_number() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    execute(&mut owner, "UPDATE users SET badge = '00123456' WHERE id = 'north-student-2'").await;
    let mut admin = world.app_as("north-admin").await;
    assert!(try_execute(&mut admin, "SELECT medstint.set_pin('north-student', '27182818')").await.is_err());
    execute(&mut admin, "SELECT medstint.set_pin('north-student', '2718281')").await;
    let code: String = value(&mut admin, "SELECT medstint.make_pin_code('north-student')").await;
    assert_eq!(code.len(), 7, "as long as a PIN may be there");
}

/// Of a student's records that wait, whatever the time of day.
async fn flags(world: &World, student: &str) -> String {
    let found: Option<String> = value(
        &mut world.owner().await,
        &format!(
            "SELECT string_agg(f ->> 'code', ' ' ORDER BY t.clock_in, n) FROM time_records t, jsonb_array_elements(t.flags::jsonb) WITH ORDINALITY f (f, n)
             WHERE t.student_id = '{student}' AND f ->> 'code' <> 'OFF_HOURS'"
        ),
    )
    .await;
    found.unwrap_or_default()
}

#[tokio::test]
async fn the_flags_of_a_batch_are_found_together_and_are_those_of_each_punch_alone() {
    let world = World::new().await;
    let door = door(&world).await;
    students(&world, 2).await;
    let all = [kept(1, "B1", 90), kept(2, "B2", 80), kept(3, "B2", 75), kept(4, "nobody", 70), kept(5, "B1", 30)];
    let (recorded, quarantined) = (Outcome::Recorded, Outcome::Quarantined);
    assert_eq!(synced(&door, &here(), &all).await, [recorded, recorded, recorded, quarantined, recorded]);
    assert_eq!(
        (flags(&world, "b1").await.as_str(), flags(&world, "b2").await.as_str()),
        ("OFFLINE", "OFFLINE TOO_SHORT")
    );
    let mut owner = world.owner().await;
    let otherwise = "SELECT count(*) FROM time_records t JOIN medstint.flags_of(ARRAY(SELECT id FROM time_records WHERE status = 'PENDING')) f USING (id)
                     WHERE (t.flags, t.triage, t.version) IS DISTINCT FROM (f.flags, f.triage, 2)";
    assert_eq!(
        value::<i64>(&mut owner, otherwise).await,
        0,
        "as they are found one by one, of the version of their punches"
    );
    assert_eq!(value::<i64>(&mut owner, "SELECT count(*) FROM medstint.flags_wanted").await, 0);
}

#[tokio::test]
async fn a_scan_soon_after_a_punch_that_was_kept_is_told_what_that_was() {
    let world = World::new().await;
    let door = door(&world).await;
    assert_eq!(synced(&door, &here(), &[kept(1, "S1", 0)]).await, [Outcome::Recorded]);
    let Ok(Answer::In(done)) = punch(&door, "S1", PIN).await else { panic!("an in") };
    assert_eq!((done.name.as_str(), done.rotation.as_str(), done.repeated), ("Stu N.", "Emergency", true));
    assert_eq!(records(&world, "north-student").await, "0– KIOSK OFFLINE");
}

#[tokio::test]
async fn the_server_dates_by_its_own_clock_whatever_the_devices_says() {
    let world = World::new().await;
    let door = door(&world).await;
    students(&world, 5).await;
    // The wall clock is hours ahead, and hours behind; the distance is what counts.
    let mut ahead = kept(1, "B1", 100);
    ahead.at.wall += TimeDelta::hours(7);
    let mut behind = kept(2, "B2", 90);
    behind.at.wall -= TimeDelta::hours(7);
    // Before it was started again: dated from the last time that the server's clock was known.
    let mut anchored = kept(3, "B3", 80);
    (anchored.at.boot, anchored.at.monotonic_ms) = ("b0".into(), 7_000_000);
    anchored.at.wall += TimeDelta::hours(3);
    let before = ago(110).timestamp_millis();
    anchored.anchor = Some(Anchor { server_ms: before, boot: "b0".into(), monotonic_ms: 7_000_000 - 30 * 60_000 });
    // In a boot in which the server was never heard: by its own clock, and that is said.
    let mut unknown = kept(4, "B4", 70);
    (unknown.at.boot, unknown.at.monotonic_ms) = ("b0".into(), 7_000_000);
    unknown.anchor = Some(Anchor { server_ms: before, boot: "b9".into(), monotonic_ms: 1 });
    // The server was heard a moment after the punch was begun.
    let mut soon = kept(5, "B5", 60);
    (soon.at.boot, soon.at.monotonic_ms) = ("b0".into(), 7_000_000);
    soon.at.wall += TimeDelta::hours(3);
    let after = ago(58).timestamp_millis();
    soon.anchor = Some(Anchor { server_ms: after, boot: "b0".into(), monotonic_ms: 7_000_000 + 2 * 60_000 });
    let all = [ahead, behind, anchored, unknown, soon];
    assert_eq!(synced(&door, &here(), &all).await, [Outcome::Recorded; 5]);
    let found: Vec<String> = [
        records(&world, "b1").await,
        records(&world, "b2").await,
        records(&world, "b3").await,
        records(&world, "b4").await,
        records(&world, "b5").await,
    ]
    .into();
    assert_eq!(
        found,
        [
            "100– KIOSK OFFLINE",
            "90– KIOSK OFFLINE",
            "80– KIOSK OFFLINE",
            "70– KIOSK OFFLINE UNVERIFIED",
            "60– KIOSK OFFLINE"
        ]
    );
}

#[tokio::test]
async fn what_fits_nothing_is_quarantined_and_told_and_an_administrator_settles_it() {
    let world = World::new().await;
    let door = door(&world).await;
    let mut owner = world.owner().await;
    execute(&mut owner, "INSERT INTO clinical_sites (id, school_id, name, type, capacity) VALUES ('elsewhere', 'north', 'North Annex', 'CLINIC', 1);
         UPDATE rotations SET clinical_site_id = 'elsewhere' WHERE student_id = 'north-student-2'").await;
    let late = kept(9, "S1", 400);
    let mut ahead = kept(3, "S1", 1);
    ahead.at.boot = "unknown".into();
    ahead.at.wall = ago(-120);
    let all = [kept(1, "nobody", 300), kept(2, "S2", 290), ahead, kept(4, "S1", 200), kept(5, "S1", 100), late];
    assert_eq!(
        synced(&door, &here(), &all).await,
        [
            Outcome::Quarantined,
            Outcome::Quarantined,
            Outcome::Quarantined,
            Outcome::Recorded,
            Outcome::Recorded,
            Outcome::Quarantined
        ]
    );
    let problems: String = value(
        &mut owner,
        "SELECT string_agg(problem, ' ' ORDER BY id) FROM kiosk_punches WHERE status = 'QUARANTINED'",
    )
    .await;
    assert_eq!(problems, "unknown_badge no_rotation in_the_future out_of_order");
    let told: i64 = value(&mut owner, "SELECT count(*) FROM notifications WHERE type = 'PUNCH_QUARANTINED'").await;
    assert_eq!(told, 2, "each administrator once a day and kiosk");
    for call in [
        "discard_punch('a-key-of-a-punch-00000001', 'X')",
        "resolve_punch('a-key-of-a-punch-00000002', 'IN', 'north-student-2-rotation', now() - interval '290 minutes', 'X')",
    ] {
        assert!(
            try_execute(&mut world.app_as("south-admin").await, &format!("SELECT medstint.{call}")).await.is_err(),
            "{call}"
        );
        assert!(
            try_execute(&mut world.app_as("north-supervisor").await, &format!("SELECT medstint.{call}")).await.is_err(),
            "{call}"
        );
    }

    let console = Console::of(&world, "north-admin").await;
    console.shows("1 record").await.press(":").type_text("quarantine").press("enter").shows("unknown badge").await;
    console.shows("no matching rotation").await.shows("arrived after a later punch").await;
    console
        .press("end")
        .press("x")
        .shows("Reason")
        .await
        .type_text("A test card")
        .press("ctrl-s")
        .shows("set aside")
        .await;
    console.shows("no longer in this list").await;
    console.quit().await;
    let settled: String = value(
        &mut owner,
        "SELECT concat_ws(' ', status, settled_by, reason) FROM kiosk_punches WHERE badge = 'nobody'",
    )
    .await;
    assert_eq!(settled, "DISCARDED north-admin A test card");
    let mut admin = world.app_as("north-admin").await;
    execute(&mut owner, "UPDATE rotations SET clinical_site_id = 'north-site' WHERE student_id = 'north-student-2'")
        .await;
    let of_another = "SELECT medstint.resolve_punch('a-key-of-a-punch-00000002', 'IN', 'north-rotation', now() - interval '290 minutes', 'X')";
    assert!(try_execute(&mut admin, of_another).await.is_err(), "a punch of one student in another's rotation");
    execute(&mut admin, "SELECT medstint.resolve_punch('a-key-of-a-punch-00000002', 'IN', 'north-student-2-rotation', now() - interval '290 minutes', 'The rotation goes on')").await;
    assert_eq!(records(&world, "north-student-2").await, "290– KIOSK OFFLINE");
    let again = try_execute(&mut admin, "SELECT medstint.discard_punch('a-key-of-a-punch-00000002', 'X')").await;
    assert!(again.is_err(), "settled once");
    // Whoever made the record does not approve it.
    execute(&mut owner, "UPDATE time_records SET clock_out = now() - interval '10 minutes', clock_out_source = 'KIOSK' WHERE student_id = 'north-student-2'").await;
    let own =
        "UPDATE time_records SET status = 'APPROVED', approved_by = 'north-admin' WHERE student_id = 'north-student-2'";
    assert!(try_execute(&mut admin, own).await.is_err());
}

#[tokio::test]
async fn what_was_kept_is_believed_for_sixty_days_and_since_the_device_is_a_kiosk() {
    let world = World::new().await;
    let door = door(&world).await;
    let mut owner = world.owner().await;
    let mut old = kept(1, "S1", 0);
    (old.at.boot, old.at.wall) = ("unknown".into(), ago(61 * 24 * 60));
    assert_eq!(synced(&door, &here(), &[old]).await, [Outcome::Quarantined]);
    execute(&mut owner, "UPDATE kiosks SET enrolled_at = now() - interval '1 hour' WHERE id = 'north-kiosk'").await;
    let all = [kept(2, "S1", 65), kept(3, "S1", 55), kept(4, "S2", 50)];
    execute(&mut owner, "UPDATE users SET is_active = false WHERE id = 'north-student-2'").await;
    let outcomes = synced(&door, &here(), &all).await;
    assert_eq!(outcomes, [Outcome::Quarantined, Outcome::Recorded, Outcome::Quarantined]);
    let problems: String = value(
        &mut owner,
        "SELECT string_agg(problem, ' ' ORDER BY id) FROM kiosk_punches WHERE status = 'QUARANTINED'",
    )
    .await;
    assert_eq!(problems, "too_old too_old not_a_student");
}

#[tokio::test]
async fn silence_skew_and_a_journal_in_trouble_are_seen_by_it() {
    let world = World::new().await;
    let door = door(&world).await;
    let mut owner = world.owner().await;
    let clock = Hands::in_boot("b");
    clock.set(TimeDelta::minutes(-12));
    let journal = JournalState { waiting: 3, ..WELL.journal };
    let health = Health { clock: clock.read().wall, journal, ..WELL };
    door.hello(health).await.expect("a welcome");
    let console = Console::of(&world, "north-admin").await;
    console.shows("Nothing is pending").await.press(":").type_text("kiosks").press("enter");
    console.shows("live").await.shows("-12 min").await.shows("3 punches in its journal").await;
    let journal = JournalState { trouble: Some(Trouble::Full), ..journal };
    door.hello(Health { journal, ..health }).await.expect("a welcome");
    console.shows("journal full").await.shows("URGENT: A kiosk cannot save punches").await;
    let told: i64 = value(&mut owner, "SELECT count(*) FROM audit_logs WHERE action = 'kiosk.in_trouble'").await;
    assert_eq!(told, 1);
    door.hello(health).await.expect("a welcome");
    console.hides("journal full").await;
    execute(&mut owner, "UPDATE kiosk_states SET last_seen_at = now() - interval '3 minutes 1 second'").await;
    console.press("R").shows("silent 3 min").await;
    // Renamed, revoked, enrolled anew.
    console
        .press("e")
        .shows("Name")
        .await
        .press("ctrl-u")
        .type_text("North entrance")
        .press("ctrl-s")
        .shows("Door → North entrance.")
        .await;
    console.press("x").shows("[ Revoke kiosk ]").await.press("y");
    world.until("SELECT revoked_at IS NOT NULL FROM kiosks WHERE id = 'north-kiosk'").await;
    assert_eq!(door.hello(health).await, Err(Failure::SignedOut));
    console.quit().await;
}

#[tokio::test]
async fn punches_of_another_schools_kiosk_are_seen() {
    let world = World::new().await;
    let door = door(&world).await;
    let journal = JournalState { stranded: 2, ..WELL.journal };
    door.hello(Health { journal, ..WELL }).await.expect("a welcome");
    let token = world.token("north-admin").await;
    let console = Console::open(&world.database, Some(token.expose()), (132, 40));
    console.shows("Nothing is pending").await.press(":").type_text("kiosks").press("enter");
    console.shows("Punches of another school").await;
    console.quit().await;
}

#[tokio::test]
async fn punches_of_a_schools_other_kiosk_go_to_quarantine() {
    let world = World::new().await;
    let door = door(&world).await;
    back_door(&world).await;
    let mut owner = world.owner().await;
    let ids = ["north-kiosk", "second-kiosk", "south-kiosk", "nothing"].map(str::to_owned);
    assert_eq!(door.of_school(&ids).await.expect("an answer"), ["north-kiosk", "second-kiosk"]);
    let mut sister = kept(1, "S1", 60);
    sister.kiosk = Some("second-kiosk".into());
    assert_eq!(synced(&door, &here(), std::slice::from_ref(&sister)).await, [Outcome::Quarantined]);
    assert_eq!(synced(&door, &here(), &[sister]).await, [Outcome::Quarantined], "once, however often it is sent");
    let found: String =
        value(&mut owner, "SELECT concat_ws(' ', kiosk_id, student_id, problem) FROM kiosk_punches").await;
    assert_eq!(found, "second-kiosk north-student another_kiosk");
    let resolve = "SELECT medstint.resolve_punch('a-key-of-a-punch-00000001', 'IN', 'north-student-rotation', now() - interval '60 minutes', 'The door was replaced')";
    execute(&mut world.app_as("north-admin").await, resolve).await;
    assert_eq!(records(&world, "north-student").await, "60– KIOSK OFFLINE");
}

#[tokio::test]
async fn punches_of_another_schools_kiosk_are_not_accepted() {
    let world = World::new().await;
    let door = door(&world).await;
    let mut foreign = kept(1, "S1", 60);
    foreign.kiosk = Some("south-kiosk".into());
    assert_eq!(door.sync(&here(), &[foreign]).await, Ok(Vec::new()));
    let held: i64 = value(&mut world.owner().await, "SELECT count(*) FROM kiosk_punches").await;
    assert_eq!(held, 0);
}

#[tokio::test]
async fn a_kiosk_is_left_by_an_administrators_pin_alone() {
    let world = World::new().await;
    let door = door(&world).await;
    let leave = async |badge: &str, pin: &str| {
        let attempt = door.begin_pin(badge, &Secret::new(pin)).await.expect("counted");
        door.leave(&attempt).await
    };
    assert_eq!(leave("A1", "0000").await, Ok(Leave::Refused));
    assert_eq!(leave("S1", PIN).await, Ok(Leave::Refused));
    assert_eq!(leave("preceptor@north.example", PIN).await, Ok(Leave::Refused));
    assert_eq!(leave("admin@north.example", PIN).await, Ok(Leave::Granted));
    let told: String = value(&mut world.owner().await, "SELECT string_agg(concat_ws(' ', action, user_id), ', ' ORDER BY sequence) FROM audit_logs WHERE action LIKE 'kiosk.l%'").await;
    assert_eq!(told, "kiosk.leave_refused north-student, kiosk.leave_refused north-preceptor, kiosk.left north-admin");
}

#[tokio::test]
async fn a_pin_is_worth_no_session_and_no_number_but_ones_own() {
    let world = World::new().await;
    let door = door(&world).await;
    let sessions = "SELECT count(*) FROM sessions";
    let before: i64 = value(&mut world.owner().await, sessions).await;
    let attempt = door.begin_pin("A1", &Secret::new(PIN)).await.expect("counted");
    let mut app = world.database.app().await;
    for call in ["finish_sign_in($1)", "finish_unlock(repeat('0', 64), $1)"] {
        let done = sqlx::query(sqlx::AssertSqlSafe(format!("SELECT medstint.{call}")))
            .bind(attempt.expose())
            .execute(&mut app)
            .await;
        assert!(done.is_err(), "{call}");
    }
    assert_eq!(value::<i64>(&mut world.owner().await, sessions).await, before);
    // What is right and what is wrong cannot be told apart before it was committed.
    let mut written = Vec::new();
    for pin in [PIN, "0000"] {
        // A connection of its own: counts of one go on from transaction to transaction.
        let mut app = world.database.app().await;
        execute(&mut app, "BEGIN").await;
        let credential = enrolled_again(&world).await;
        let begun: String = sqlx::query_scalar("SELECT medstint.begin_pin($1, 'S2', $2)")
            .bind(credential.expose())
            .bind(pin)
            .fetch_one(&mut app)
            .await
            .expect("counted");
        assert_eq!(begun.len(), 64);
        let inserts: Option<i64> =
            value(&mut app, "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del)::bigint FROM pg_stat_xact_user_tables")
                .await;
        written.push(inserts);
        execute(&mut app, "ROLLBACK").await;
    }
    assert_eq!(written[0], written[1]);
    // A badge is given by administrators, and is nobody else's number.
    let own = "UPDATE users SET badge = 'N-1' WHERE id = 'north-student-2'";
    assert!(try_execute(&mut world.app_as("north-student-2").await, own).await.is_err());
    assert!(try_execute(&mut world.app_as("north-admin").await, own).await.is_err());
    execute(&mut world.app_as("north-admin").await, "UPDATE users SET badge = 'N-2' WHERE id = 'north-student-2'")
        .await;
    // Whoever holds a snapshot from before does not punch in it.
    execute(&mut app, "BEGIN ISOLATION LEVEL REPEATABLE READ").await;
    let frozen = sqlx::query("SELECT medstint.kiosk_hello($1, '0', now(), 0, 0, NULL)")
        .bind(enrolled_again(&world).await.expose())
        .execute(&mut app)
        .await;
    assert!(frozen.is_err());
}

/// North's kiosk's credential, made anew.
async fn enrolled_again(world: &World) -> Secret {
    let code: String =
        value(&mut world.app_as("north-admin").await, "SELECT medstint.make_enrolment_code('north-kiosk')").await;
    world.database.store().enrol(&Secret::new(code)).await.expect("an answer").expect("a credential")
}

#[tokio::test]
async fn a_record_that_is_open_at_another_site_is_asked_about_and_not_closed() {
    let world = World::new().await;
    let door = door(&world).await;
    assert_eq!(recorded(punch(&door, "S1", PIN).await), ("in", false));
    later(&world, "3 hours").await;
    execute(
        &mut world.owner().await,
        "INSERT INTO clinical_sites (id, school_id, name, type, capacity) VALUES ('elsewhere', 'north', 'North Annex', 'CLINIC', 1);
         INSERT INTO kiosks (id, clinical_site_id, name) VALUES ('annex', 'elsewhere', 'Annex')",
    )
    .await;
    let code: String =
        value(&mut world.app_as("north-admin").await, "SELECT medstint.make_enrolment_code('annex')").await;
    let store = world.database.store();
    let annex = store.at_door(store.enrol(&Secret::new(code)).await.expect("an answer").expect("a credential"));
    assert!(matches!(punch(&annex, "S1", PIN).await, Ok(Answer::Stale { .. })));
    assert_eq!(records(&world, "north-student").await, "180– KIOSK");
}
