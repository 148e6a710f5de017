//! Rotations: who may be booked where, and what the screen tells before it is
//! asked.

use medstint::domain::Failure;
use medstint::domain::command::{Command, Step, Target, What};
use medstint::store::command;

use super::support::database::{execute, try_execute, value};
use super::support::{Console, World, a_time_record};

async fn schedule(world: &World, student: &str, days: (&str, &str)) -> Result<(), sqlx::Error> {
    try_execute(
        &mut world.database.web().await,
        &format!(
            "INSERT INTO rotations (student_id, clinical_site_id, specialty, start_date, end_date, required_hours)
             VALUES ('{student}', 'north-site', 'X', '{}', '{}', 10)",
            days.0, days.1
        ),
    )
    .await
}

async fn policy(world: &World, thresholds: &str) {
    execute(
        &mut world.owner().await,
        &format!("UPDATE school_policies SET thresholds = '{thresholds}' WHERE school_id = 'north'"),
    )
    .await;
}

fn constraint(error: &sqlx::Error) -> &str {
    match error {
        sqlx::Error::Database(db) => db.constraint().unwrap_or_default(),
        _ => "",
    }
}

#[tokio::test]
async fn a_rotation_is_scheduled_on_the_screen_in_the_days_of_its_site() {
    let world = World::new().await;
    let console = Console::of(&world, "north-admin").await;
    console.shows("Nothing is pending.").await.press("2 n").shows("New rotation").await;
    console.type_text("tia").shows("North, Tia  Nursing 2027").await.press("enter tab").type_text("gen");
    console.shows("North General  capacity 10").await.press("enter tab").type_text("CT").press("tab");
    console.type_text("2031-03-31").press("tab").type_text("2031-02-30").shows("Type a date like 2026-11-23.").await;
    for _ in 0..10 {
        console.send_backspace();
    }
    console.type_text("2031-03-01").press("tab").type_text("160").shows("it is before the first day.").await;
    console.press("backtab");
    for _ in 0..10 {
        console.send_backspace();
    }
    console
        .type_text("2031-04-06")
        .press("tab tab")
        .type_text("pat")
        .hides("North, Sam")
        .await
        .shows("North, Pat")
        .await
        .press("enter");
    console.shows("Ready to save.").await.press("ctrl-s").shows("CT for North, Tia added.").await;
    let days: String = value(
        &mut world.owner().await,
        "SELECT to_char(start_date AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') || ' ' || to_char(end_date AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI')
           || ' ' || preceptor_id || ' ' || status FROM rotations WHERE specialty = 'CT'",
    )
    .await;
    assert_eq!(days, "2031-03-31 05:00 2031-04-07 05:00 north-preceptor SCHEDULED");
    console.press("f").shows("03-31–04-06").await.press("a").shows("North, Tia, CT: active.").await;
    console.press("y").hides("03-31–04-06").await;
    console.quit().await;
}

#[tokio::test]
async fn a_student_is_booked_once_at_a_time_unless_the_policy_allows_more() {
    let world = World::new().await;
    let console = Console::of(&world, "north-admin").await;
    console.shows("Nothing is pending.").await.press("2").shows("North, Stu").await.press("/").type_text("stu");
    console.press("enter").hides("North, Tia").await.press("o 3").shows("of North, Stu").await.press("n");
    console.shows("New rotation").await.shows("North, Stu").await.press("tab").type_text("gen").press("enter tab");
    console.type_text("X").press("tab").type_text("2026-11-02").press("tab").type_text("2026-11-20").press("tab");
    console.type_text("10").shows("the student is already booked: Emergency at North").await;
    console.quit().await;
    let booked = schedule(&world, "north-student", ("2026-01-01", "2100-01-01")).await.expect_err("booked");
    assert_eq!(constraint(&booked), "rotations_not_booked_twice");
    // Touching is allowed: an end is the first instant after it.
    execute(
        &mut world.owner().await,
        "UPDATE rotations SET end_date = '2030-01-01Z', start_date = '2029-01-01Z' WHERE id = 'north-student-rotation'",
    )
    .await;
    schedule(&world, "north-student", ("2030-01-01Z", "2030-02-01Z")).await.expect("touching");
    policy(&world, r#"{"double_booking": "allow"}"#).await;
    schedule(&world, "north-student", ("2029-06-01Z", "2029-07-01Z")).await.expect("allowed");
    let console = Console::of(&world, "north-admin").await;
    console.shows("Nothing is pending.").await.press("2").shows("BOOKED TWICE").await.press("down");
    console.shows("booked twice: also X at North General, 05-31 to 06-30").await;
    console.press("v v").shows("calendar by student").await;
    console.quit().await;
}

#[tokio::test]
async fn the_places_of_a_site_are_kept_where_the_policy_says_so_also_when_many_ask_at_once() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    execute(&mut owner, "UPDATE clinical_sites SET capacity = 4 WHERE id = 'north-site';
        INSERT INTO users (id, email, name, role, school_id) SELECT 's' || n, 's' || n || '@north.example', 'S' || n, 'STUDENT', 'north' FROM generate_series(1, 8) n").await;
    policy(&world, r#"{"over_capacity": "refuse"}"#).await;
    let days = ("2027-01-01Z", "2027-02-01Z");
    let asked: Vec<_> = (1..=8)
        .map(|n| {
            let url = world.database.web_url.clone();
            tokio::spawn(async move {
                let mut web = super::support::database::connect(&url).await;
                try_execute(&mut web, &format!("INSERT INTO rotations (student_id, clinical_site_id, specialty, start_date, end_date, required_hours) VALUES ('s{n}', 'north-site', 'X', '{}', '{}', 10)", days.0, days.1)).await
            })
        })
        .collect();
    let mut booked = 0;
    for one in asked {
        match one.await.expect("a task") {
            Ok(()) => booked += 1,
            Err(error) => assert_eq!(constraint(&error), "rotations_within_capacity", "{error}"),
        }
    }
    assert_eq!(booked, 4);
    // One that is there already moves within the full days, and cannot grow beyond.
    execute(&mut owner, "UPDATE rotations SET end_date = '2027-01-20Z' WHERE specialty = 'X'").await;
    policy(&world, "{}").await;
    let ninth: String = value(&mut owner, "SELECT id FROM users u WHERE id LIKE 's_' AND NOT EXISTS (SELECT FROM rotations r WHERE r.student_id = u.id) ORDER BY id LIMIT 1").await;
    schedule(&world, &ninth, days).await.expect("allowed by default, and marked");
    let told: i64 = value(
        &mut owner,
        "SELECT count(*) FROM notifications WHERE type = 'SITE_OVER_CAPACITY' AND user_id = 'north-admin'",
    )
    .await;
    assert_eq!(told, 1, "the administrators hear of it");
    let console = Console::of(&world, "north-admin").await;
    console.shows("Nothing is pending.").await.press("2 f").shows("PLACES 5/4").await;
    console.press("v").shows("calendar by site").await.press("right right").shows("over capacity 2027-01-").await;
    console.quit().await;
}

/// The most students at North's site today, who are two, where that is more than the places.
async fn busiest_over(places: i32) -> i64 {
    let world = World::new().await;
    let mut app = world.app_as("north-admin").await;
    let sql = format!("SELECT medstint.busiest_over('north-site', now(), now() + interval '1 day', {places})");
    value(&mut app, &sql).await
}

#[tokio::test]
async fn students_within_the_places_are_not_counted() {
    assert_eq!(busiest_over(2).await, 0);
}

#[tokio::test]
async fn students_beyond_the_places_are_counted() {
    assert_eq!(busiest_over(1).await, 2);
}

#[tokio::test]
async fn people_and_places_of_a_rotation_are_the_right_ones() {
    let world = World::new().await;
    let mut web = world.database.web().await;
    for (column, wrong, rule) in [
        ("student_id", "north-preceptor", "rotations_student_is_an_active_student"),
        ("preceptor_id", "north-admin", "rotations_preceptor_is_a_preceptor"),
        ("preceptor_id", "north-student-2", "rotations_preceptor_is_a_preceptor"),
        ("supervisor_id", "north-preceptor", "rotations_supervisor_is_a_supervisor"),
    ] {
        let error = try_execute(
            &mut web,
            &format!("UPDATE rotations SET {column} = '{wrong}' WHERE id = 'north-student-rotation'"),
        )
        .await
        .expect_err(wrong);
        assert_eq!(constraint(&error), rule, "{column} = {wrong}: {error}");
    }
    execute(&mut web, "UPDATE clinical_sites SET is_active = false WHERE id = 'north-site'").await;
    execute(&mut web, "UPDATE users SET is_active = false WHERE id = 'north-preceptor'").await;
    let error =
        schedule(&world, "north-student-2", ("2031-01-01Z", "2031-02-01Z")).await.expect_err("an inactive site");
    assert_eq!(constraint(&error), "rotations_site_is_active");
    // What was fine when it was booked stays editable.
    execute(&mut web, "UPDATE rotations SET required_hours = 170 WHERE id = 'north-student-rotation'").await;
    a_time_record().insert(&world).await;
    let error = try_execute(
        &mut web,
        "UPDATE rotations SET student_id = 'north-student-2' WHERE id = 'north-student-rotation'",
    )
    .await
    .expect_err("has records");
    assert_eq!(constraint(&error), "rotations_student_has_records");
    execute(&mut web, "UPDATE rotations SET status = 'COMPLETED' WHERE id = 'north-student-rotation'").await;
    let error = try_execute(&mut web, "UPDATE rotations SET required_hours = 1 WHERE id = 'north-student-rotation'")
        .await
        .expect_err("over");
    assert_eq!(constraint(&error), "rotations_ended_is_frozen");
}

#[tokio::test]
async fn several_rotations_take_a_step_together_and_what_cannot_is_named() {
    let world = World::new().await;
    let bound = world.bound("north-admin").await;
    execute(&mut world.owner().await, "UPDATE rotations SET status = 'COMPLETED' WHERE id = 'north-student-rotation'")
        .await;
    let targets = ["north-student-rotation", "north-student-2-rotation"]
        .map(|id| Target { id: id.into(), name: id.into() })
        .to_vec();
    let cancel = Command { what: What::Step(Step::CancelRotation), targets, changes: vec![] };
    let report = command::run(&bound, &cancel).await.expect("a report");
    assert_eq!(report.done, ["north-student-2-rotation: canceled."]);
    let refused = &report.refused[0];
    assert_eq!(refused.target.id, "north-student-rotation");
    assert!(matches!(refused.failure, Failure::Denied(_)), "{refused}");
    for who in ["north-supervisor", "north-preceptor", "north-student", "south-admin"] {
        let report = command::run(&world.bound(who).await, &cancel).await.expect("a report");
        assert!(report.done.is_empty(), "{who} cancelled a rotation");
    }
}

#[tokio::test]
async fn from_a_rotation_one_goes_to_its_records_its_student_its_site_and_back() {
    let world = World::new().await;
    a_time_record().insert(&world).await;
    a_time_record().of_second_student().insert(&world).await;
    let console = Console::of(&world, "north-admin").await;
    console.has_queue_of(2).await.press("2").shows("short 148 h").await.press("o").shows("its time records").await;
    console.press("enter").shows("1 record").await.shows("of North,").await;
    console.press("q").shows("[2 Rotations]").await.press("o 2").shows("[people]").await.shows("1 person").await;
    console.press("q").shows("[2 Rotations]").await.press("o 5").shows("[sites]").await.shows("Main entrance").await;
    console.press("o 2").shows("of North General").await.shows("[2 Rotations]").await;
    console
        .press("esc")
        .shows("[sites]")
        .await
        .press("esc")
        .shows("[2 Rotations]")
        .await
        .shows("active · by end")
        .await;
    console.press("1").shows("2 records").await;
    console.quit().await;
}
