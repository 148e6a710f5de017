//! People hear of what concerns them: once, in their school's words, and loudly
//! where it is urgent.

use super::support::database::{execute, value};
use super::support::{Console, World, a_time_record};

async fn told(world: &World, user: &str) -> Vec<String> {
    sqlx::query_scalar("SELECT type || ': ' || title || ' – ' || message FROM notifications WHERE user_id = $1 AND type NOT IN ('X', 'COMPETENCIES_ASSIGNED') ORDER BY created_at, id")
        .bind(user)
        .fetch_all(&mut world.owner().await)
        .await
        .expect("notifications")
}

#[tokio::test]
async fn a_student_hears_of_decisions_and_of_a_days_approvals_once() {
    let world = World::new().await;
    let mut web = world.database.web().await;
    for id in ["a", "b", "c"] {
        a_time_record().id(id).insert_with(&world, &mut web).await;
    }
    let by = "approved_by = 'north-admin'";
    execute(&mut web, &format!("UPDATE time_records SET status = 'APPROVED', {by} WHERE id = 'a'")).await;
    execute(&mut web, &format!("UPDATE time_records SET status = 'APPROVED', {by} WHERE id = 'b'")).await;
    execute(&mut web, &format!("UPDATE time_records SET status = 'REJECTED', {by}, decision_reason_code = 'OTHER', decision_reason = 'Wrong day' WHERE id = 'c'")).await;
    let heard = told(&world, "north-student").await;
    assert_eq!(heard.len(), 2, "{heard:?}");
    assert!(heard[0].starts_with("HOURS_APPROVED: Hours were approved – By Ada North on "), "{heard:?}");
    assert!(heard[1].ends_with("was rejected by Ada North: other: Wrong day"), "{heard:?}");
    let about: String =
        value(&mut web, "SELECT action_url FROM notifications WHERE type = 'TIME_RECORD_REJECTED'").await;
    assert_eq!(about, "time_records/c");
    // A school's own words come before the platform's, and an inactive template is silence.
    execute(&mut web, "INSERT INTO notification_templates (school_id, type, title, message) VALUES ('north', 'DECISION_UNDONE', 'Back', 'Day {date}');
        INSERT INTO notification_templates (school_id, type, title, message, is_active) VALUES ('north', 'TIME_RECORD_REJECTED', 'No', 'No', false)").await;
    execute(&mut web, "SELECT set_config('medstint.actor', 'north-admin', false); UPDATE time_records SET status = 'PENDING', approved_by = NULL WHERE id = 'c'").await;
    execute(
        &mut web,
        &format!(
            "UPDATE time_records SET status = 'REJECTED', {by}, decision_reason_code = 'DUPLICATE' WHERE id = 'c'"
        ),
    )
    .await;
    let heard = told(&world, "north-student").await;
    assert_eq!(heard.len(), 3, "{heard:?}");
    assert!(heard[2].starts_with("DECISION_UNDONE: Back – Day 20"), "{heard:?}");
}

#[tokio::test]
async fn what_is_overdue_is_told_once_however_often_consoles_open() {
    let world = World::new().await;
    execute(&mut world.owner().await, "UPDATE competency_assignments SET due_date = now() - interval '1 day'").await;
    for _ in 0..2 {
        let console = Console::of(&world, "north-admin").await;
        console.shows("Nothing is pending.").await.shows("2 unread").await;
        console.quit().await;
    }
    let students = told(&world, "north-student").await;
    assert_eq!(students.len(), 1, "{students:?}");
    assert!(
        students[0].starts_with("COMPETENCY_OVERDUE: A competency is overdue – Hand hygiene was due on "),
        "{students:?}"
    );
    assert_eq!(
        told(&world, "north-admin").await,
        ["COMPETENCIES_OVERDUE: Competencies are overdue – Assignments: 1. Students: 1."]
    );
    assert!(told(&world, "south-student").await.is_empty(), "another school's consoles tell its own");
}

#[tokio::test]
async fn the_header_counts_an_urgent_one_rings_once_and_reading_it_takes_it_off() {
    let world = World::new().await;
    let console = Console::of(&world, "north-admin").await;
    console.shows("● live").await.shows("1 unread").await;
    execute(&mut world.database.web().await, "INSERT INTO notifications (user_id, type, title, message, priority, action_url)
        VALUES ('north-admin', 'Y', 'The kiosk is silent', 'Since 07:00', 'URGENT', 'rotations/north-student-rotation')").await;
    console.shows("2 unread").await.shows("URGENT: The kiosk is silent. Since 07:00").await;
    execute(
        &mut world.database.web().await,
        "INSERT INTO notifications (user_id, type, title, message) VALUES ('north-admin', 'Y', 'Less so', 'M')",
    )
    .await;
    console.shows("3 unread").await;
    assert_eq!(*console.rang.lock().expect("the bell"), ["The kiosk is silent: Since 07:00"]);
    console
        .press("6")
        .shows("Less so")
        .await
        .press("down")
        .until("the urgent one", |_| console.line_at_cursor().contains("URGENT"))
        .await;
    console
        .press("o")
        .shows("what it is about")
        .await
        .press("enter")
        .shows("[2 Rotations]")
        .await
        .shows("1 rotation")
        .await;
    console
        .press("q")
        .shows("unread · newest first")
        .await
        .press("r")
        .shows("2 unread")
        .await
        .hides("The kiosk is silent")
        .await;
    console
        .press("ctrl-a")
        .shows("2 marked")
        .await
        .press("r")
        .shows("No unread notifications.")
        .await
        .hides("2 unread")
        .await;
    console.quit().await;
}

#[tokio::test]
async fn notifications_are_visible_to_their_recipient_only() {
    let world = World::new().await;
    let mut app = world.app_as("north-admin").await;
    let seen: i64 = value(&mut app, "SELECT count(*) FROM notifications WHERE user_id <> 'north-admin'").await;
    assert_eq!(seen, 0);
    let marked =
        sqlx::query("UPDATE notifications SET is_read = true WHERE user_id <> 'north-admin'").execute(&mut app).await;
    assert_eq!(marked.expect("no error").rows_affected(), 0);
}

#[tokio::test]
async fn a_school_says_it_in_its_own_words_or_not_at_all() {
    let world = World::new().await;
    let kinds: i64 = value(
        &mut world.owner().await,
        "SELECT count(DISTINCT type) FROM notification_templates WHERE school_id = 'north' OR school_id IS NULL",
    )
    .await;
    let all = format!("{kinds} message templates");
    let console = Console::of(&world, "north-admin").await;
    console.shows("Nothing is pending.").await.press(":").type_text("notification-templates").press("enter");
    console.shows(&all).await.press("/").type_text("overdue yet").press("enter");
    console.shows("Nothing matches").await.press("/ ctrl-u").type_text("competency_overdue").press("enter");
    console.shows("▌ A competency is overdue").await;
    console.press("x").shows("This is the platform's template").await.press("e").shows("the school's own text").await;
    console.press("ctrl-u").type_text("Too late {site}").shows("it contains a name in").await;
    console.press("ctrl-u").type_text("Too late").shows("Ready to save.").await.press("ctrl-s");
    console
        .shows("Too late added.")
        .await
        .shows("no longer in this list")
        .await
        .press("down")
        .shows("▌ Too late")
        .await;
    execute(&mut world.owner().await, "UPDATE competency_assignments SET due_date = now() - interval '1 day' WHERE user_id = 'north-student'; SELECT medstint.remind()").await;
    let mut app = world.app_as("north-admin").await;
    execute(&mut app, "SELECT medstint.remind()").await;
    let heard = told(&world, "north-student").await;
    assert!(heard.len() == 1 && heard[0].starts_with("COMPETENCY_OVERDUE: Too late – "), "{heard:?}");
    console.shows("▌ Too late").await.press("x").shows("[ Make inactive ]").await.press("y").shows("silent").await;
    execute(&mut world.owner().await, "UPDATE competency_assignments SET due_date = now() - interval '2 days'").await;
    execute(&mut app, "SELECT medstint.remind()").await;
    assert_eq!(told(&world, "north-student").await, heard);
    let summaries = told(&world, "north-admin").await;
    execute(&mut app, "SELECT medstint.remind()").await;
    assert_eq!(told(&world, "north-admin").await, summaries, "silence is no news");
    console.quit().await;
}
