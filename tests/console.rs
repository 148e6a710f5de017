//! The console as a person meets it, on a screen in memory and a real database.

use super::support::database::{execute, value};
use super::support::{Console, World, a_time_record, world};

async fn status(world: &World, id: &str) -> String {
    value(&mut world.owner().await, &format!("SELECT status::text FROM time_records WHERE id = '{id}'")).await
}

async fn queue(world: &World) {
    for id in ["first", "second", "third"] {
        a_time_record().id(id).insert(world).await;
    }
}

#[tokio::test]
async fn a_record_is_approved_undone_and_rejected_and_a_second_console_follows() {
    let world = World::new().await;
    queue(&world).await;
    let mine = Console::of(&world, "north-admin").await;
    let theirs = Console::of(&world, "north-admin-2").await;
    for console in [&mine, &theirs] {
        console.has_queue_of(3).await.shows("● live").await;
    }
    mine.press("a").shows("Approved: North, Stu, 8.00 h. u undoes it.").await.shows("2 records").await;
    theirs.shows("2 records · 16.00 h").await;
    assert_eq!(status(&world, "first").await, "APPROVED");

    mine.press("u").shows("Undone: North, Stu is pending again.").await;
    for console in [&mine, &theirs] {
        console.shows("3 records · 24.00 h").await;
    }

    mine.press("home r").shows("Not at the site").await.press("2 enter").type_text("Ends at three").press("enter");
    mine.shows("Rejected: North, Stu").await;
    theirs.shows("2 records").await;
    let reason: String = value(
        &mut world.owner().await,
        "SELECT decision_reason_code || ' ' || decision_reason FROM time_records WHERE status = 'REJECTED'",
    )
    .await;
    assert_eq!(reason, "WRONG_TIMES Ends at three");
    mine.quit().await;
    theirs.quit().await;
}

#[tokio::test]
async fn a_second_key_while_a_decision_is_on_its_way_decides_nothing_else() {
    let world = World::new().await;
    queue(&world).await;
    let console = Console::of(&world, "north-admin").await;
    console.has_queue_of(3).await.press("a a a a a").shows("2 records").await;
    console.shows("Approved").await;
    let pending: i64 =
        value(&mut world.owner().await, "SELECT count(*) FROM time_records WHERE status = 'PENDING'").await;
    assert_eq!(pending, 2, "five keys in a burst decide the one record that was under the cursor");
    console.quit().await;
}

#[tokio::test]
async fn a_record_that_somebody_else_took_stays_under_the_cursor_and_cannot_be_decided() {
    let world = World::new().await;
    queue(&world).await;
    let console = Console::of(&world, "north-admin").await;
    console.has_queue_of(3).await.press("down");
    console.until("the cursor on the second", |_| console.line_at_cursor().contains(&day_of(5))).await;
    execute(
        &mut world.database.web().await,
        "UPDATE time_records SET status = 'APPROVED', approved_by = 'north-admin-2' WHERE id = 'second'",
    )
    .await;
    console.shows("no longer here").await;
    assert!(console.line_at_cursor().contains("no longer here"));
    console.shows("approved by Bea North").await;
    console.press("a").shows("Bea North approved this record. Nothing was changed.").await;
    assert_eq!(status(&world, "third").await, "PENDING", "the next record must not slip under the finger");
    console.press("down").hides("no longer here").await;
    console.press("a").shows("1 record").await;
    assert_eq!(status(&world, "third").await, "APPROVED");
    console.quit().await;
}

fn day_of(days_ago: i64) -> String {
    medstint::presentation::clock::local(world::shift(days_ago), chrono_tz::America::Chicago).day
}

#[tokio::test]
async fn marked_records_are_approved_after_a_question_that_enter_cancels() {
    let world = World::new().await;
    queue(&world).await;
    a_time_record().id("open").open().clocked_in(world::shift(2)).insert(&world).await;
    let console = Console::of(&world, "north-admin").await;
    console.has_queue_of(4).await.press("ctrl-a").shows("✓ 4 marked").await;
    console.press("a").shows("4 records of 1 student, 24.00 hours").await.shows("so they can't be approved: 1.").await;
    console.press("enter").hides("Approve marked").await;
    assert_eq!(status(&world, "first").await, "PENDING");
    console.press("a").shows("[ Cancel ]").await.press("y").shows("3 approved, 1 not").await;
    console.shows("no clock-out yet").await.press("esc").shows("1 record").await;
    console.press("u").shows("[ Undo 3 ]").await.press("y").shows("4 records").await;
    console.quit().await;
}

#[tokio::test]
async fn a_paste_never_acts_and_a_key_in_a_field_never_acts() {
    let world = World::new().await;
    queue(&world).await;
    let console = Console::of(&world, "north-admin").await;
    console.has_queue_of(3).await.paste("aaaraq");
    console.press("/").shows("Filter:").await.type_text("aqr").shows("Nothing matches the filter.").await;
    console.press("esc").shows("3 records").await;
    console.press("/").paste("Tia\n").shows("Nothing matches").await.press("enter").shows("“Tia”").await;
    console.press("esc").shows("3 records").await;
    let pending: i64 =
        value(&mut world.owner().await, "SELECT count(*) FROM time_records WHERE status = 'PENDING'").await;
    assert_eq!(pending, 3);
    console.quit().await;
}

#[tokio::test]
async fn decided_records_are_shown_by_status_and_undone_after_a_question() {
    let world = World::new().await;
    a_time_record().id("done").approved().insert(&world).await;
    let console = Console::of(&world, "north-admin-2").await;
    console
        .shows("Nothing is pending.")
        .await
        .press("f f")
        .shows("approved · flagged first")
        .await
        .shows("North, Stu")
        .await;
    console.press("a").shows("These records are already approved").await;
    console.press("u").shows("Undo the decision on").await.press("y").shows("No approved records yet.").await;
    assert_eq!(status(&world, "done").await, "PENDING");
    console.quit().await;
}

#[tokio::test]
async fn what_a_role_may_not_do_is_not_offered_and_says_why() {
    let world = World::new().await;
    queue(&world).await;
    let console = Console::of(&world, "north-student").await;
    console.has_queue_of(3).await.until("a footer without approve", |text| !text.contains("a approve")).await;
    console.press("a").shows("Your role (student) can't do this").await;
    console.quit().await;
    let console = Console::of(&world, "north-stranger").await;
    console.shows("Nothing is pending.").await;
    console.quit().await;
}

#[tokio::test]
async fn a_super_admin_says_why() {
    let world = World::new().await;
    queue(&world).await;
    let console = Console::of(&world, "super").await;
    console
        .has_queue_of(3)
        .await
        .press("a")
        .shows("Why do you approve")
        .await
        .press("enter")
        .shows("A reason is required.")
        .await;
    console.type_text("Asked by the school").press("enter").shows("2 records").await;
    let reason: String =
        value(&mut world.owner().await, "SELECT decision_reason FROM time_records WHERE status = 'APPROVED'").await;
    assert_eq!(reason, "Asked by the school");
    console.quit().await;
}

#[tokio::test]
async fn each_pane_shows_its_rows_and_follows_live() {
    let world = World::new().await;
    let console = Console::of(&world, "north-admin").await;
    console.shows("Nothing is pending.").await;
    console.press("2").shows("Emergency").await.shows("0/160").await;
    console.press("3").shows("Hand hygiene").await.shows("assigned").await;
    console.press("4").shows("notification.deleted").await;
    execute(&mut world.database.web().await, "UPDATE users SET role = 'SCHOOL_ADMIN' WHERE id = 'north-stranger'")
        .await;
    console.shows("user.role_raised").await;
    console.press("1 :").type_text("audit").press("enter").shows("[4 Audit]").await;
    console.quit().await;
}

#[tokio::test]
async fn hostile_text_is_shown_and_never_executed() {
    let world = World::new().await;
    world.accept_any_text().await;
    let mut web = world.database.web().await;
    let hostile = "Eve\u{1b}[2J\u{202e}\u{7}";
    sqlx::query("UPDATE users SET family_name = $1, name = $1 WHERE school_id = 'north'")
        .bind(hostile)
        .execute(&mut web)
        .await
        .expect("a name");
    sqlx::query("UPDATE clinical_sites SET name = $1 WHERE school_id = 'north'")
        .bind(format!("S{hostile}"))
        .execute(&mut web)
        .await
        .expect("a site");
    sqlx::query("UPDATE schools SET name = $1 WHERE id = 'north'")
        .bind(hostile)
        .execute(&mut web)
        .await
        .expect("a school");
    sqlx::query("UPDATE rotations SET specialty = $1").bind(hostile).execute(&mut web).await.expect("a rotation");
    sqlx::query("UPDATE competencies SET name = $1").bind(hostile).execute(&mut web).await.expect("a competency");
    a_time_record().id("x").insert(&world).await;
    sqlx::query("UPDATE time_records SET notes = $1, clock_in_user_agent = $1")
        .bind(hostile)
        .execute(&mut web)
        .await
        .expect("a note");
    let token = world.token("north-admin").await;
    let console = Console::open(&world.database, Some(token.expose()), (200, 50));
    console.shows("Eve<1B>[2J<202E><07>, Stu").await.press("z").shows("“Eve<1B>[2J<202E><07>”").await;
    for pane in ["2", "3", "4", "1"] {
        console.press(pane);
        console.shows(&format!("[{pane} ")).await.shows("Eve<1B>").await;
        assert!(!console.text().contains(['\u{1b}', '\u{202e}', '\u{7}']), "pane {pane}");
    }
    console.quit().await;
}

#[tokio::test]
async fn a_list_that_is_being_read_counts_what_is_new_and_does_not_jump() {
    let world = World::new().await;
    let mut web = world.database.web().await;
    for n in 0..40 {
        a_time_record().clocked_in(world::shift(8 + n)).insert_with(&world, &mut web).await;
    }
    let console = Console::of(&world, "north-admin").await;
    console
        .has_queue_of(40)
        .await
        .press("s s")
        .until("the newest at the top", |_| console.line_at_cursor().contains(&day_of(8)))
        .await;
    console.press("down down down down down down down down");
    console.until("the cursor to move", |text| !text.lines().nth(4).unwrap_or_default().starts_with('▌')).await;
    let line = console.line_at_cursor();
    a_time_record().id("new").insert_with(&world, &mut web).await;
    console.shows("▲ 1 new").await;
    assert_eq!(console.line_at_cursor(), line);
    console.press("home").hides("▲ 1 new").await;
    console.quit().await;
}

#[tokio::test]
async fn the_row_is_copied_to_the_clipboard() {
    let world = World::new().await;
    queue(&world).await;
    let console = Console::of(&world, "north-admin").await;
    console.has_queue_of(3).await.press("y").shows("Copied.").await;
    let copied = console.copied.lock().expect("the clipboard").join("");
    assert!(copied.starts_with("North, Stu · North General · "), "{copied}");
    console.quit().await;
}
