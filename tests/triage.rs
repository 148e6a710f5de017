//! Triage: what is clean goes together, what is odd one by one, nobody signs for
//! their own edit, and somebody who is away has a deputy.

use chrono::TimeDelta;
use medstint::domain::Failure;
use medstint::domain::field::FieldId;
use medstint::domain::time_record::{Decide, RejectionReason, Seen};
use medstint::presentation::clock::thousands;
use medstint::store::Bound;
use medstint::store::time_records::decide;

use super::support::database::{execute, try_execute, value};
use super::support::{Console, World, a_time_record};

async fn one(bound: &Bound, seen: &Seen, what: Decide) -> Result<i32, Failure> {
    decide(bound, std::slice::from_ref(seen), &what).await?.remove(0).result
}

fn approve(reason: &str) -> Decide {
    Decide::Approve { reason: Some(reason.to_owned()).filter(|reason| !reason.is_empty()) }
}

async fn status(world: &World, id: &str) -> String {
    value(&mut world.owner().await, &format!("SELECT status::text FROM time_records WHERE id = '{id}'")).await
}

/// Two clean records, one with a warning, one with a blocking flag.
async fn queue(world: &World) {
    for id in ["clean", "clean-2"] {
        a_time_record().id(id).insert(world).await;
    }
    a_time_record().id("warned").worked(TimeDelta::hours(13)).insert(world).await;
    a_time_record().id("hard").worked(TimeDelta::hours(17)).insert(world).await;
}

#[tokio::test]
async fn everything_clean_is_approved_after_a_question_that_enter_cancels() {
    let world = World::new().await;
    queue(&world).await;
    let console = Console::of(&world, "north-admin").await;
    console.has_queue_of(4).await.shows("─ Blocking 1 · 17.00 h ─").await.shows("─ Clean 2 · 16.00 h ─").await;
    console.press("A").shows("2 records of 1 student, 16.00 hours").await.shows("The longest is 8.00 h").await;
    console
        .shows("With blocking flags or warnings, kept in the queue: 2 records")
        .await
        .press("enter")
        .hides("[ Cancel ]")
        .await;
    assert_eq!(status(&world, "clean").await, "PENDING");
    console.press("A").shows("v shows them").await.press("v").shows("8.00 h  North, Stu, North General").await;
    console.press("esc").shows("[ Approve 2 ]").await.press("y").shows("Approved: 2 records, 16.00 h.").await;
    console.shows("2 records · 30.00 h").await.hides("─ clean").await;
    assert_eq!(
        (status(&world, "clean-2").await, status(&world, "warned").await),
        ("APPROVED".into(), "PENDING".into())
    );
    console.press("A").shows("No clean records here; 2 records with flags.").await;
    console.press("u").shows("[ Undo 2 ]").await.press("y").shows("4 records").await;
    // What waits for an answer is not approved in passing.
    execute(&mut world.app_as("north-preceptor").await, "SELECT medstint.ask('clean', 'Where were you?')").await;
    console.shows("ASKED").await.press("A").shows("1 record of 1 student, 8.00 hours").await;
    console
        .shows("With an open question or correction, kept in the queue: 1 record.")
        .await
        .press("y")
        .shows("3 records")
        .await;
    assert_eq!(status(&world, "clean").await, "PENDING");
    console.press("u").shows("Undone").await;
    console.quit().await;
}

#[tokio::test]
async fn what_was_flagged_or_decided_since_is_named_and_the_rest_is_done() {
    let world = World::new().await;
    queue(&world).await;
    a_time_record().id("taken").of_second_student().insert(&world).await;
    let console = Console::of(&world, "north-admin").await;
    console.has_queue_of(5).await.press("A").shows("[ Approve 3 ]").await;
    let mut web = world.database.web().await;
    execute(&mut web, "UPDATE time_records SET status = 'APPROVED', approved_by = 'north-admin-2' WHERE id = 'taken'")
        .await;
    let moved = "UPDATE time_records SET clock_in_latitude = 42, clock_out_latitude = 42 WHERE id = 'clean-2'";
    execute(&mut web, moved).await;
    console.press("y").shows("1 approved, 2 not").await.shows("Bea North approved").await;
    console.shows("isn't clean").await.press("esc").shows("3 records").await;
    assert_eq!((status(&world, "clean").await, status(&world, "clean-2").await), ("APPROVED".into(), "PENDING".into()));
    console.quit().await;
}

#[tokio::test]
async fn a_hard_flag_is_approved_alone_with_a_reason_and_not_by_a_preceptor() {
    let world = World::new().await;
    queue(&world).await;
    let console = Console::of(&world, "north-admin").await;
    console.has_queue_of(4).await.shows("▌ North, Stu").await.press("a").shows("despite a blocking flag").await;
    console.shows("17 h (limit 16 h)").await.press("enter").shows("A reason is required.").await;
    console.type_text("The ward confirms it").press("enter").shows("Approved: North, Stu, 17.00 h.").await;
    let kept: String = value(
        &mut world.owner().await,
        "SELECT reason || ': ' || (flags::jsonb -> 0 ->> 'code') FROM time_record_decisions WHERE time_record_id = 'hard'",
    )
    .await;
    assert_eq!(kept, "The ward confirms it: TOO_LONG", "the decision keeps what it was made in view of");
    console.press("u").shows("Undone").await.press("home ctrl-a").shows("4 marked").await.press("a");
    console.shows("to be approved one at a time: 1").await.press("y").shows("3 approved, 1 not").await;
    console.shows("Approve records with a blocking flag").await.press("esc");
    console.quit().await;

    let console = Console::of(&world, "north-preceptor").await;
    console.shows("▌ North, Stu").await.press("a").shows("so a supervisor or school admin").await;
    console.quit().await;
}

#[tokio::test]
async fn the_database_refuses_hard_flags_whoever_writes() {
    let world = World::new().await;
    queue(&world).await;
    a_time_record().id("hard-2").of_second_student().worked(TimeDelta::hours(18)).insert(&world).await;
    let mut web = world.database.web().await;
    for (by, reason, ids, rule) in [
        ("north-preceptor", "'Seen'", "'hard'", "hard_flag_is_the_supervisors"),
        ("north-supervisor", "NULL", "'hard'", "hard_flag_needs_reason"),
        ("north-admin", "'  '", "'hard'", "hard_flag_needs_reason"),
        ("north-admin", "'Seen'", "'hard', 'hard-2'", "hard_flags_one_by_one"),
        ("north-admin", "'Seen'", "'hard', 'clean'", "hard_flags_one_by_one"),
    ] {
        let sql = format!(
            "UPDATE time_records SET status = 'APPROVED', approved_by = '{by}', decision_reason = {reason} WHERE id IN ({ids})"
        );
        let error = try_execute(&mut web, &sql).await.expect_err(rule);
        assert!(format!("{error:?}").contains(rule), "{error:?}");
    }
    let supervisor = world.bound("north-supervisor").await;
    let seen = Seen { id: "hard".into(), version: 1 };
    assert!(matches!(
        one(&supervisor, &seen, approve("")).await,
        Err(Failure::Invalid { field: FieldId::Decision(_), .. })
    ));
    one(&supervisor, &seen, approve("The ward confirms it")).await.expect("approved");
}

#[tokio::test]
async fn nobody_decides_on_times_that_they_changed() {
    let world = World::new().await;
    let seen = a_time_record().id("edited").insert(&world).await;
    let mut web = world.database.web().await;
    let edit = "BEGIN; SET LOCAL medstint.actor = 'north-admin'; UPDATE time_records SET clock_out = clock_out + interval '1 hour' WHERE id = 'edited'; COMMIT";
    execute(&mut web, edit).await;
    let seen = Seen { version: 2, ..seen };
    let (editor, other) = (world.bound("north-admin").await, world.bound("north-admin-2").await);
    let refused = one(&editor, &seen, approve("")).await.expect_err("their own edit");
    assert!(refused.to_string().contains("Ask someone else to decide"), "{refused}");
    let by_hand = "UPDATE time_records SET status = 'APPROVED', approved_by = 'north-admin' WHERE id = 'edited'";
    let error = try_execute(&mut web, by_hand).await.expect_err("their own edit");
    assert!(format!("{error:?}").contains("nobody_decides_on_their_edit"), "{error:?}");
    one(&other, &seen, approve("")).await.expect("approved");
}

#[tokio::test]
async fn hours_of_a_completed_rotation_are_locked() {
    let world = World::new().await;
    let seen = a_time_record().id("locked").insert(&world).await;
    let admin = world.bound("north-admin").await;
    let version = one(&admin, &seen, approve("")).await.expect("approved");
    execute(&mut world.owner().await, "UPDATE rotations SET status = 'COMPLETED' WHERE id = 'north-student-rotation'")
        .await;
    let undo = Decide::Undo { reason: None };
    let refused = one(&admin, &Seen { version, ..seen }, undo).await.expect_err("locked");
    assert_eq!(refused.to_string(), "The rotation is completed, so its hours are locked.");
}

#[tokio::test]
async fn an_approval_that_cannot_be_undone_is_said_to_be_final() {
    let world = World::new().await;
    a_time_record().id("late").insert(&world).await;
    execute(&mut world.owner().await, "UPDATE rotations SET status = 'COMPLETED' WHERE id = 'north-student-rotation'")
        .await;
    let console = Console::of(&world, "north-admin").await;
    console.shows("▌ North, Stu").await.press("a").shows("the approval will be final").await;
    console.press("enter").hides("[ Cancel ]").await;
    assert_eq!(status(&world, "late").await, "PENDING");
    console.press("a").shows("[ Approve 1 ]").await.press("y");
    console.shows("Approved: North, Stu, 8.00 h. Its rotation is completed").await;
    console
        .press("u")
        .shows("The last approval is final")
        .await
        .press("u")
        .shows("There is nothing to undo here")
        .await;
    console.quit().await;
}

#[tokio::test]
async fn a_rejection_in_a_completed_rotation_is_undone() {
    let world = World::new().await;
    a_time_record().id("late").insert(&world).await;
    execute(&mut world.owner().await, "UPDATE rotations SET status = 'COMPLETED' WHERE id = 'north-student-rotation'")
        .await;
    let console = Console::of(&world, "north-admin").await;
    console.shows("▌ North, Stu").await.press("r 2 enter enter").shows("u undoes it").await;
    console.press("u").shows("Undone").await;
    assert_eq!(status(&world, "late").await, "PENDING");
    console.quit().await;
}

#[tokio::test]
async fn an_undo_that_is_refused_for_one_record_is_done_for_the_others() {
    let world = World::new().await;
    let first = a_time_record().id("locked").approved().insert(&world).await;
    let second = a_time_record().id("open").of_second_student().approved().insert(&world).await;
    execute(&mut world.owner().await, "UPDATE rotations SET status = 'COMPLETED' WHERE id = 'north-student-rotation'")
        .await;
    let admin = world.bound("north-admin").await;
    decide(&admin, &[first, second], &Decide::Undo { reason: None }).await.expect("outcomes");
    assert_eq!((status(&world, "locked").await, status(&world, "open").await), ("APPROVED".into(), "PENDING".into()));
}

#[tokio::test]
async fn a_deputy_decides_in_somebodys_place_until_the_delegation_ends() {
    let world = World::new().await;
    let first = a_time_record().insert(&world).await;
    let second = a_time_record().insert(&world).await;
    let deputy = world.bound("north-stranger").await;
    assert!(matches!(one(&deputy, &first, approve("")).await, Err(Failure::NotFound(_))));

    let console = Console::of(&world, "north-preceptor").await;
    console.has_queue_of(2).await.press(":").type_text("delegations").press("enter").shows("There are no").await;
    console.press("n").shows("A deputy").await.type_text("stan").shows("North, Stan").await.press("enter");
    console.press("tab tab").type_text("2031-01-01").shows("use a day within a year").await;
    let next_week = super::support::world::shift(-7).date_naive().to_string();
    console.press("ctrl-u").type_text(&next_week).shows("Ready to save.").await.press("ctrl-s");
    console.shows("1 delegation").await.shows("North, Stan").await;

    one(&deputy, &first, approve("")).await.expect("approved");
    let kind: String =
        value(&mut world.owner().await, "SELECT kind || ' by ' || decided_by FROM time_record_decisions").await;
    assert_eq!(kind, "DELEGATE by north-stranger");
    // Not for a supervisor's student of somebody else, and no longer than that.
    console.press("x").shows("[ End delegation ]").await.press("y").shows("There are no").await;
    assert!(matches!(one(&deputy, &second, approve("")).await, Err(Failure::NotFound(_))));
    console.quit().await;
    let mut app = world.app_as("north-stranger").await;
    let week: Option<String> = value(&mut app, &format!("SELECT medstint.week_of('{}')::text", second.id)).await;
    assert_eq!(week, None, "nor does anybody else see the student's week");
    let for_others = "INSERT INTO delegations (from_user_id, to_user_id, ends_at) VALUES ('north-preceptor', 'north-stranger', now() + interval '1 day')";
    try_execute(&mut app, for_others).await.expect_err("nobody gives themselves somebody else's place");
    let mut admin = world.app_as("north-admin").await;
    let to_student = "INSERT INTO delegations (from_user_id, to_user_id, ends_at) VALUES ('north-preceptor', 'north-student', now() + interval '1 day')";
    let error = try_execute(&mut admin, to_student).await.expect_err("a student decides nothing");
    assert!(format!("{error:?}").contains("delegations_to_whoever_decides"), "{error:?}");
}

#[tokio::test]
async fn a_question_goes_to_the_student_and_the_record_waits_for_the_answer() {
    let world = World::new().await;
    a_time_record().id("asked").insert(&world).await;
    let theirs = Console::of(&world, "north-student").await;
    let mine = Console::of(&world, "north-preceptor").await;
    mine.shows("▌ North, Stu").await.press("i").shows("Question to North, Stu").await;
    mine.type_text("Who was on duty with you?").shows("Ready to save.").await.press("ctrl-s");
    mine.shows("North, Stu: question sent.").await.shows("ASKED").await.shows("Answer   none yet").await;
    theirs.shows("3 unread").await.shows("none yet").await.press("w").shows("“Who was on duty with you?”").await;
    theirs.type_text("Pat, all day").shows("Ready to save.").await.press("ctrl-s");
    theirs.shows("Answer sent to the person who asked.").await;
    mine.hides("ASKED").await.shows("“Pat, all day”").await.shows("2 unread").await;
    assert_eq!(status(&world, "asked").await, "PENDING");
    theirs
        .shows("Answer   “Pat, all day”")
        .await
        .press("w")
        .shows("There is no open question about this record.")
        .await;
    mine.press("a").shows("Approved: North, Stu").await;
    mine.quit().await;
    theirs.quit().await;
    let mut app = world.app_as("north-admin").await;
    let error = try_execute(&mut app, "SELECT medstint.ask('asked', 'Still?')").await.expect_err("decided");
    assert!(format!("{error:?}").contains("while_pending"), "{error:?}");
}

#[tokio::test]
async fn other_times_are_proposed_approved_by_somebody_else_and_the_original_is_kept() {
    let world = World::new().await;
    a_time_record().id("wrong").insert(&world).await;
    let mine = Console::of(&world, "north-admin").await;
    let theirs = Console::of(&world, "north-admin-2").await;
    mine.shows("▌ North, Stu").await.press("c").shows("Propose a correction for North, Stu").await.shows("09:00").await;
    mine.press("tab").type_text("x").shows("Type a date and time like 2026-11-23 15:05.").await.press("ctrl-u");
    let out = (super::support::world::shift(6) + TimeDelta::hours(9)).with_timezone(&chrono_tz::America::Chicago);
    mine.type_text(&out.format("%Y-%m-%d %H:%M").to_string()).press("tab").type_text("Stayed for a code blue");
    mine.shows("Ready to save.").await.press("ctrl-s").shows("correction proposed").await;
    mine.shows("CORRECTION").await.shows("Out 17:00 → 18:00, “Stayed for a code").await;
    mine.press(":").type_text("corrections").press("enter").shows("1 correction").await.shows("+1.00").await;
    mine.press("a").shows("You proposed it, so someone else must approve it.").await;

    theirs.press(":").type_text("corrections").press("enter").shows("+1.00").await.press("a");
    theirs.shows("[ Approve ]").await.press("y").shows("There are no corrections here.").await;
    theirs.press("1").shows("09:00–18:00").await.shows("9.00 h").await.shows("EDITED").await;
    theirs
        .shows("corrected after the fact")
        .await
        .press("J J J")
        .shows("approved by Bea North")
        .await
        .press("J J J J J J")
        .shows("History")
        .await;
    mine.press("1").shows("09:00–18:00").await.press("a").shows("You changed the times of this record").await;
    theirs.press("a").shows("Approved: North, Stu, 9.00 h.").await;
    mine.quit().await;
    theirs.quit().await;
    let kept: String = value(
        &mut world.owner().await,
        "SELECT status || ' ' || extract(epoch FROM old_clock_out - old_clock_in) / 3600 || ' → ' || extract(epoch FROM clock_out - clock_in) / 3600 FROM time_record_corrections",
    )
    .await;
    assert!(kept.starts_with("APPROVED 8.0") && kept.contains("→ 9.0"), "{kept}");
}

#[tokio::test]
async fn a_record_is_decided_on_after_its_correction() {
    let world = World::new().await;
    let seen = a_time_record().id("t").insert(&world).await;
    let mut student = world.app_as("north-student").await;
    execute(
        &mut student,
        "SELECT medstint.propose_correction('t', 1, clock_in, clock_in + interval '7 hours', 'Because') FROM time_records WHERE id = 't'",
    )
    .await;
    let preceptor = world.bound("north-preceptor").await;
    for what in [approve(""), Decide::Reject { code: RejectionReason::Duplicate, text: None }] {
        let refusal = one(&preceptor, &seen, what).await.expect_err("a correction is open").to_string();
        assert!(refusal.contains("A correction is open for this record."), "{refusal}");
    }
    execute(&mut student, "SELECT medstint.withdraw_correction(id) FROM time_record_corrections").await;
    assert_eq!(one(&preceptor, &seen, approve("")).await, Ok(2));
}

#[tokio::test]
async fn corrections_hold_to_their_rules_whoever_writes() {
    let world = World::new().await;
    a_time_record().id("mine").insert(&world).await;
    a_time_record()
        .id("open")
        .open()
        .clocked_in(super::support::world::now() - TimeDelta::hours(20))
        .of_second_student()
        .insert(&world)
        .await;
    let propose = |record: &str, seen: i32, hours: &str| {
        format!(
            "SELECT medstint.propose_correction('{record}', {seen}, clock_in, clock_in + interval '{hours} hours', 'Because') FROM time_records WHERE id = '{record}'"
        )
    };
    for (who, sql, rule) in [
        (
            "north-stranger",
            propose("mine", 1, "7").replace("FROM time_records WHERE id = 'mine'", "FROM (SELECT now() AS clock_in) x"),
            "who_may",
        ),
        ("north-student", propose("mine", 7, "7"), "as_seen"),
        ("north-student", propose("mine", 1, "8"), "change_something"),
        ("north-student", propose("mine", 1, "-1"), "out_after_in"),
        ("north-student", propose("mine", 1, "999"), "not_in_the_future"),
        ("north-student", propose("mine", 1, "7").replace("Because", " "), "reason_not_blank"),
        (
            "north-student",
            propose("mine", 1, "7").replace("clock_in + interval '7 hours'", "NULL"),
            "keep_the_clock_out",
        ),
    ] {
        let error = try_execute(&mut world.app_as(who).await, &sql).await.expect_err(rule);
        assert!(format!("{error:?}").contains(rule), "{rule}: {error:?}");
    }
    let mut student = world.app_as("north-student").await;
    execute(&mut student, &propose("mine", 1, "7")).await;
    let error = try_execute(&mut student, &propose("mine", 1, "6")).await.expect_err("one at a time");
    assert!(format!("{error:?}").contains("one_at_a_time"), "{error:?}");
    let decide = "SELECT medstint.decide_correction(id, true) FROM time_record_corrections WHERE status = 'PROPOSED'";
    for (who, rule) in [("north-student", "administrators_decide"), ("north-preceptor", "administrators_decide")] {
        let error = try_execute(&mut world.app_as(who).await, decide).await.expect_err(rule);
        assert!(format!("{error:?}").contains(rule), "{error:?}");
    }
    // The record moved on meanwhile.
    execute(
        &mut world.database.web().await,
        "UPDATE time_records SET clock_out = clock_out + interval '1 minute' WHERE id = 'mine'",
    )
    .await;
    let mut admin = world.app_as("north-admin").await;
    let error = try_execute(&mut admin, decide).await.expect_err("moved on");
    assert!(format!("{error:?}").contains("record_moved_on"), "{error:?}");
    execute(
        &mut student,
        "SELECT medstint.withdraw_correction(id) FROM time_record_corrections WHERE status = 'PROPOSED'",
    )
    .await;

    // A missing clock-out is declared, with a reason, and approved by somebody else.
    execute(&mut world.app_as("north-preceptor").await, &propose("open", 1, "8")).await;
    execute(&mut admin, decide).await;
    let flags: String = value(
        &mut world.owner().await,
        "SELECT flags || ' ' || total_hours || ' ' || array_to_string(editors, ',') || ' ' || clock_out_source FROM time_records WHERE id = 'open'",
    )
    .await;
    assert!(
        flags.contains("EDITED") && flags.ends_with("8.00 north-preceptor MANUAL")
            || flags.ends_with("8.00 north-preceptor MOBILE"),
        "{flags}"
    );
}

#[tokio::test]
async fn who_records_nothing_is_seen_and_reminded_once_a_day() {
    let world = World::new().await;
    a_time_record().clocked_in(super::support::world::shift(3)).insert(&world).await;
    let forgotten = super::support::world::now() - TimeDelta::hours(20);
    a_time_record().id("open").open().clocked_in(forgotten).insert(&world).await;
    let console = Console::of(&world, "north-preceptor").await;
    console
        .shows("OPEN 20h")
        .await
        .press(":")
        .type_text("missing")
        .press("enter")
        .shows("North, Tia")
        .await
        .shows("never")
        .await;
    console
        .shows("1 student")
        .await
        .press("m")
        .shows("[ Send reminder ]")
        .await
        .press("y")
        .hides("[ Cancel ]")
        .await
        .shows("Emergency: reminded.")
        .await;
    console.press("m").shows("This student was already reminded today").await.press("esc");
    console
        .press("1")
        .shows("OPEN 20h")
        .await
        .press("m")
        .shows("[ Send reminder ]")
        .await
        .press("y")
        .shows("reminded.")
        .await;
    console.quit().await;
    let told: String = value(
        &mut world.owner().await,
        "SELECT string_agg(user_id || ' ' || type, ', ' ORDER BY type) FROM notifications WHERE type LIKE '%MISSING'",
    )
    .await;
    assert_eq!(told, "north-student CLOCK_OUT_MISSING, north-student-2 RECORD_MISSING");
    let mut stranger = world.app_as("north-stranger").await;
    try_execute(&mut stranger, "SELECT medstint.remind_of_rotation('north-student-rotation')")
        .await
        .expect_err("not theirs");
}

/// So many short records of North's two students, an hour apart.
async fn many(world: &World, count: u32) -> Vec<Seen> {
    let mut owner = world.owner().await;
    execute(
        &mut owner,
        &format!(
            "UPDATE school_policies SET thresholds = '{{\"min_rest_h\": 0}}' WHERE school_id = 'north';
             INSERT INTO time_records (id, student_id, rotation_id, clock_in_source, clock_out_source, clock_in, clock_out, created_at)
             SELECT 'many-' || n, s, s || '-rotation', 'KIOSK', 'KIOSK', x.at, x.at + interval '20 minutes', x.at
             FROM generate_series(1, {count}) n, LATERAL (SELECT CASE n % 2 WHEN 0 THEN 'north-student' ELSE 'north-student-2' END AS s,
               date_trunc('hour', now()) - interval '2 days' - interval '15 minutes' * n AS at) x"
        ),
    )
    .await;
    (1..=count).map(|n| Seen { id: format!("many-{n}").as_str().into(), version: 1 }).collect()
}

/// That each record was decided once, and that hours are the sum of what is approved.
async fn hours_are_right(world: &World) {
    let mut owner = world.owner().await;
    let twice: i64 = value(
        &mut owner,
        "SELECT count(*) FROM (SELECT time_record_id FROM time_record_decisions GROUP BY 1 HAVING count(*) > 1) x",
    )
    .await;
    assert_eq!(twice, 0, "a record was decided twice");
    let drift: i64 = value(
        &mut owner,
        "SELECT count(*) FROM rotations r JOIN users u ON u.id = r.student_id,
           LATERAL (SELECT floor(coalesce(sum(elapsed_ms), 0) / 3600000)::integer AS hours FROM time_records t WHERE t.rotation_id = r.id AND t.status = 'APPROVED') x
         WHERE r.completed_hours <> x.hours OR u.total_clinical_hours <> x.hours",
    )
    .await;
    assert_eq!(drift, 0, "hours drifted");
}

#[tokio::test]
async fn eight_people_decide_the_same_records_at_once_and_each_is_decided_once() {
    let world = World::new().await;
    let seen = many(&world, 320).await;
    let mut people = Vec::new();
    for who in ["north-admin", "north-admin-2", "north-preceptor", "north-supervisor"] {
        people.push(world.bound(who).await);
        people.push(world.bound(who).await);
    }
    let work = people.iter().enumerate().map(|(n, who)| {
        // Each begins elsewhere, some from the end.
        let mut own = seen.clone();
        own.rotate_left(n * 40);
        if n % 2 == 1 {
            own.reverse();
        }
        async move {
            let mut done = 0;
            for part in own.chunks(40) {
                let outcomes = decide(who, part, &approve("")).await.expect("no deadlock surfaces");
                done += outcomes.iter().filter(|outcome| outcome.result.is_ok()).count();
            }
            done
        }
    });
    let done: usize = futures_util::future::join_all(work).await.into_iter().sum();
    assert_eq!(done, 320, "every record by exactly one of them");
    hours_are_right(&world).await;
}

#[tokio::test]
async fn approvals_rejections_and_punches_at_once_never_deadlock() {
    let world = World::new().await;
    let seen = many(&world, 200).await;
    let (first, second) = (world.bound("north-admin").await, world.bound("north-supervisor").await);
    let reject = Decide::Reject { code: medstint::domain::time_record::RejectionReason::Duplicate, text: None };
    let approving = async {
        for part in seen.chunks(10) {
            decide(&first, part, &approve("")).await.expect("no deadlock surfaces");
        }
    };
    let rejecting = async {
        for part in seen.chunks(10).rev() {
            decide(&second, part, &reject).await.expect("no deadlock surfaces");
        }
    };
    let punching = async {
        let mut web = world.database.web().await;
        for n in 0..40 {
            let sql = format!(
                "INSERT INTO time_records (id, student_id, rotation_id, clock_in_source, clock_in) VALUES ('punch-{n}', 'north-student', 'north-student-rotation', 'KIOSK', now());
                 UPDATE time_records SET clock_out = now() + interval '1 second', clock_out_source = 'KIOSK' WHERE id = 'punch-{n}'"
            );
            execute(&mut web, &sql).await;
        }
    };
    tokio::join!(approving, rejecting, punching);
    hours_are_right(&world).await;
}

#[tokio::test]
async fn a_cohorts_clean_records_are_approved_with_one_question() {
    // Five records each. `make trials` takes 2,000 students.
    let students: u64 = std::env::var("MEDSTINT_TRIAL_STUDENTS").map_or(200, |count| count.parse().expect("a number"));
    let records = thousands(students * 5);
    let hours = thousands(students * 40);
    let world = World::new().await;
    execute(
        &mut world.owner().await,
        &format!("INSERT INTO users (id, email, name, given_name, family_name, role, school_id, program_id)
           SELECT 's' || n, 's' || n || '@north.example', 'S ' || n, 'S', 'F' || n, 'STUDENT', 'north', 'north-program' FROM generate_series(1, {students}) n;
         INSERT INTO clinical_sites (id, school_id, name, type, capacity) SELECT 'site-' || n, 'north', 'Site ' || n, 'HOSPITAL', 100 FROM generate_series(0, 19) n;
         INSERT INTO rotations (id, student_id, clinical_site_id, specialty, start_date, end_date, required_hours, status)
           SELECT 'r' || n, 's' || n, 'site-' || n % 20, 'X', now() - interval '60 days', now() + interval '30 days', 160, 'ACTIVE' FROM generate_series(1, {students}) n;
         INSERT INTO time_records (id, student_id, rotation_id, clock_in_source, clock_out_source, clock_in, clock_out, created_at)
           SELECT 't' || n || '-' || d, 's' || n, 'r' || n, 'KIOSK', 'KIOSK', x.at, x.at + interval '8 hours', x.at
           FROM generate_series(1, {students}) n, generate_series(2, 6) d, LATERAL (SELECT date_trunc('day', now()) - interval '1 day' * d + interval '15 hours' AS at) x;
         ANALYZE"),
    )
    .await;
    let console = Console::of(&world, "north-admin").await;
    console.shows(&format!("{records} records")).await.press("A");
    console.shows(&format!("{records} records of {} students, {hours}.00 hours", thousands(students))).await.press("y");
    console.shows(&format!("Approved: {records} records, {hours}.00 h.")).await.shows("Nothing is pending.").await;
    console.quit().await;
    hours_are_right(&world).await;
}
