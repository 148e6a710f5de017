//! The console line by line, for a screen reader: the real binary, with lines on its
//! standard input and in a pseudo-terminal.

use chrono::TimeDelta;
use medstint::domain::Change;
use medstint::domain::list::{List, Rows};
use medstint::domain::window::{Key, Keyed, Page, Slot};
use medstint::tui::message::{Message, PaneAnswer};
use medstint::tui::plain::Plain;
use medstint::tui::widget::theme::Theme;

use super::support::database::{execute, value};
use super::support::world::{PASSWORD, now};
use super::support::{Terminal, World, a_time_record, blocking, program};
use super::views::{Driven, asked_page, record, row};

/// Signs in and says these lines, which are separated by bars; what was told.
async fn hears(world: &World, email: &str, lines: &str) -> String {
    let input = format!("{email}\n{PASSWORD}\n{}\n", lines.replace('|', "\n"));
    let (code, out, err) = program::run(&["--plain", "--database-url", &world.database.app_url], &input).await;
    assert_eq!((code, err.as_str()), (Some(0), ""), "{out}");
    assert!(!out.contains(PASSWORD), "the password was told");
    assert!(!out.contains('\u{1b}'), "something was drawn: {out}");
    out
}

/// Whether all of these are told, in this order.
#[track_caller]
fn tells(out: &str, expected: &[&str]) {
    let mut rest = out;
    for words in expected {
        let Some(at) = rest.find(words) else { panic!("“{words}” is not told in:\n{rest}\nof\n{out}") };
        rest = &rest[at + words.len()..];
    }
}

async fn status(world: &World, id: &str) -> String {
    value(&mut world.owner().await, &format!("SELECT status::text FROM time_records WHERE id = '{id}'")).await
}

/// One with a blocking flag, one with a warning, twelve clean ones.
async fn queue(world: &World) {
    a_time_record().id("hard").worked(TimeDelta::hours(17)).insert(world).await;
    a_time_record().id("warned").worked(TimeDelta::hours(13)).insert(world).await;
    for n in 1..=12 {
        a_time_record().id(&format!("clean-{n}")).of_second_student().insert(world).await;
    }
}

#[tokio::test]
async fn the_queue_is_told_in_numbered_sentences_with_details_and_pages() {
    let world = World::new().await;
    queue(&world).await;
    let out = hears(&world, "admin@north.example", "1||||-|/student:tia hours>=8|?||q").await;
    tells(
        &out,
        &[
            "Email address, Enter quits: ",
            "Password of admin@north.example: ",
            "Time records, pending, flagged first: 14 records, 126.00 h.",
            "Blocking 1, 17.00 h; Warning 1, 13.00 h; Note ",
            "Blocking:\n1. North, Stu. North General, ",
            " next day, 17.00 hours. 17 h (limit 16 h).",
            "Warning:\n2. North, Stu.",
            "Note:\n3. North, Tia. ",
            " days (limit 7).",
            "10. North, Tia. ",
            "Number for details, a N approve, r N reject",
            // One in full.
            "North, Stu, Nursing 2027, North General.\nIn: ",
            "inside 11m of 100m ±10m, Main entrance",
            "Blocking: 17 h (limit 16 h)",
            "Rotation: Emergency 0/160 h; 17.00 h if approved; 13.00 h more pending",
            "Week: ",
            // The next ones, the end, and back.
            "11. North, Tia. ",
            "14. North, Tia. ",
            "End of the list.",
            "Blocking:\n1. North, Stu.",
            "Time records, pending, “student:tia hours>=8”, flagged first: 12 records",
            "Help.",
            "a or approve: Approve the record",
        ],
    );
}

#[tokio::test]
async fn one_decides_by_number_and_every_question_cancels_by_itself() {
    let world = World::new().await;
    queue(&world).await;
    let lines = [
        // A blocking flag requires a reason; an empty line, a letter or a no is none.
        "a 1||a 1|x|no|The ward confirms it|u",
        "r 2|9|2|n||r 2|2|Two hours too many",
        // Several are asked about; whatever is not a yes cancels.
        "a 3 4||a 3 4|n|a 3 4|v||yes",
        // What is not clear does nothing.
        "a|a 99|approve five|zebra|u 5|5|a 99|a|a 5 5",
        "A|v||n|A|y|q",
    ]
    .join("|");
    let out = hears(&world, "admin@north.example", &lines).await;
    tells(
        &out,
        &[
            "Approve despite a blocking flag: North, Stu, 17.00 h.",
            "17 h (limit 16 h)",
            "Reason; Enter cancels: \nNothing was done.\nCommand",
            "Approve despite a blocking flag",
            "Type a reason of three or more characters. Enter alone cancels.\nReason; ",
            "Type a reason of three or more characters. Enter alone cancels.\nReason; ",
            "Approved: North, Stu, 17.00 h. u undoes it.",
            "Undone: North, Stu is pending again.",
            "Reject.",
            "2. Wrong times.",
            "Type a number from 1 to 6.",
            "Wrong times.\nDetails; - for none, Enter cancels: ",
            "Type a reason",
            "Nothing was done.",
            "Rejected: North, Stu, 13.00 h.",
            "Approve marked records.\n2 records of 1 student, 16.00 hours",
            "y to approve 2, v lists them, Enter cancels: \nNothing was done.\nCommand",
            "Approve marked records.",
            "Nothing was done.\nCommand",
            "Approve marked records.",
            "North, Tia. North General, ",
            "Approved: 2 records, 16.00 h.",
            "Type approve and the number of a row.\nCommand",
            "There is no number 99 here. Nothing was done.\nCommand",
            "There is no number five here.",
            "Unknown command “zebra”. Type ? for help.",
            "undo takes no number here.",
            "North, Tia, Nursing 2027",
            "There is no number 99 here.",
            // The error came between: a bare letter is not about number 5 any more.
            "Type approve and the number of a row.",
            "Approved: North, Tia, 8.00 h.",
            "Approve clean records.\n9 records of 1 student, 72.00 hours",
            "With blocking flags or warnings, kept in the queue: 1 record.",
            "North, Tia, North General",
            "Nothing was done.",
            "Approve clean records.",
            "Approved: 9 records, 72.00 h.",
        ],
    );
    assert_eq!(
        (status(&world, "hard").await, status(&world, "warned").await, status(&world, "clean-12").await),
        ("PENDING".into(), "REJECTED".into(), "APPROVED".into())
    );
    let why: String = value(
        &mut world.owner().await,
        "SELECT string_agg(verdict || ' ' || coalesce(reason, '-'), '; ' ORDER BY decided_at) FROM time_record_decisions WHERE time_record_id IN ('hard', 'warned')",
    )
    .await;
    assert_eq!(why, "APPROVED The ward confirms it; UNDONE -; REJECTED Two hours too many");
}

#[tokio::test]
async fn a_form_is_filled_in_by_number_and_names_are_chosen_from_what_is_found() {
    let world = World::new().await;
    a_time_record().id("asked").insert(&world).await;
    let day = |days| (now() + TimeDelta::days(days)).format("%Y-%m-%d").to_string();
    let (soon, too_long) = (day(30), day(1_000));
    let lines = [
        "i 1|s|1|Where were you?|.|s|:delegations|n|1|pat|1|2 zzz|sam|9|1|5 Away|5 -|zebra",
        &format!("4 soon|4 {too_long}|s|.|4|{soon}|s|.|x 1||q|:password|1 secret-one|1|secret-two|||y|q"),
    ]
    .join("|");
    let out = hears(&world, "admin@north.example", &lines).await;
    tells(
        &out,
        &[
            "Question to North, Stu.\n1. Question, required: empty.",
            "1. Question, required: empty. Required.",
            "1. Question, required: Where were you?.",
            "North, Stu: question sent.",
            "There are no delegations here.",
            "A deputy.\n1. For, required: empty.",
            "For, part of the name",
            "1. North, Pat  clinical preceptor",
            "No matches for “zzz”.",
            "1. North, Sam  clinical supervisor",
            "There is no such number.",
            "There is no field with this number.",
            "4. Until, required: soon. ",
            "use a day within a year of the first one.",
            "North, Sam added.",
            "Delegations, in force, by end: 1 delegation.",
            "Your password.",
            "Passwords are typed hidden",
            "Discard changes?",
        ],
    );
    let question: String = value(&mut world.owner().await, "SELECT question FROM time_record_questions").await;
    assert_eq!(question, "Where were you?");
    assert!(!out.contains("secret-"), "a password was told: {out}");
}

#[tokio::test]
async fn a_wrong_filter_and_a_wrong_password_say_what_is_wrong() {
    let world = World::new().await;
    a_time_record().insert(&world).await;
    let out = hears(&world, "admin@north.example", "/hours>|hours>=20|/|q").await;
    tells(
        &out,
        &[
            "Filter, or Enter for none: ",
            "Nothing matches the filter.",
            "Time records, pending, flagged first: 1 record",
        ],
    );
    let input = format!("admin@north.example\nwrong\n{PASSWORD}\nq\n");
    let (code, out, _) = program::run(&["--plain", "--database-url", &world.database.app_url], &input).await;
    tells(&out, &["The email address or password is incorrect.", "Password of", "1 record"]);
    assert_eq!(code, Some(0));
    // A list can be told to the end of the input, too.
    let (code, out, _) =
        program::run(&["--plain", "--ascii", "--database-url", &world.database.app_url], "admin@north.example\n").await;
    assert!(out.is_ascii() && code == Some(0), "{out}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_means_what_was_told_also_when_somebody_else_was_first() {
    let world = World::new().await;
    for id in ["first", "second", "third"] {
        a_time_record().id(id).insert(&world).await;
    }
    let mut web = world.database.web().await;
    let url = world.database.app_url.clone();
    let state = tempfile::tempdir().expect("a directory");
    let path = state.path().to_owned();
    let told = tokio::task::spawn_blocking(move || {
        let mut mine = Terminal::run(&["--plain", "--database-url", &url], &path, &[], (200, 50));
        mine.waits_for("Email address");
        mine.send("admin@north.example\r");
        mine.waits_for("Password of");
        mine.send(&format!("{PASSWORD}\r"));
        mine.waits_for("3. North, Stu");
        mine.waits_for("? help:");
        mine
    });
    let mut mine = told.await.expect("a console");
    assert!(!mine.text().contains(PASSWORD), "the password is shown");
    execute(&mut web, "UPDATE time_records SET status = 'APPROVED', approved_by = 'north-admin-2' WHERE id = 'first'")
        .await;
    execute(&mut web, "UPDATE time_records SET clock_out = clock_out + interval '1 hour' WHERE id = 'third'").await;
    blocking(move || {
        // Until the console has heard of it, the decision itself is refused.
        mine.send("a 1\r");
        mine.until("somebody was first", |text| {
            text.contains("has left the list") || text.contains("approved this record")
        });
        mine.send("a 3\r");
        mine.until("it changed", |text| text.contains("Number 3 has changed") || text.contains("is pending now"));
        mine.send("a 2\r");
        mine.waits_for("Approved: North, Stu, 8.00 h.");
        // Ctrl-c ends it, and the terminal is as it was.
        mine.send("\x03");
        let (status, _) = mine.ends();
        assert!(status.success());
    })
    .await;
    assert_eq!((status(&world, "second").await, status(&world, "third").await), ("APPROVED".into(), "PENDING".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_that_cannot_draw_is_told_line_by_line() {
    let world = World::new().await;
    let url = world.database.app_url.clone();
    blocking(move || {
        let state = tempfile::tempdir().expect("a directory");
        let terminal = Terminal::run(&["--database-url", &url], state.path(), &[("TERM", "dumb")], (80, 24));
        terminal.waits_for("Email address, Enter quits");
        assert!(!terminal.bytes().contains(&0x1b), "something was drawn");
    })
    .await;
}

#[test]
fn a_line_accepts_the_synonyms_of_the_palette() {
    let mut driven = Driven::with_queue((120, 40), Theme::default(), 9);
    let mut plain = Plain::default();
    plain.tell(&driven.app);
    for message in plain.hear(&driven.app, ":People").expect("a command") {
        driven.send(message);
    }
    assert_eq!(driven.app.panes.shown(), List::Users);
}

#[test]
fn a_number_is_refused_once_its_record_has_another_version() {
    let mut driven = Driven::with_queue((120, 40), Theme::default(), 9);
    let mut plain = Plain::default();
    plain.tell(&driven.app);
    driven.send(Message::Change(Change::Resync));
    let ticket = asked_page(&driven);
    let mut changed = record(0);
    changed.version += 1;
    let changed = Slot::Record(Keyed { key: Key::new(vec!["0".into()]), record: changed });
    let rows: Vec<_> = [row(8), changed].into_iter().chain((1..8).map(row)).collect();
    let rows = Ok(Rows::TimeRecords(Page { rows, anchor: 1, ..Page::default() }));
    driven.send(Message::Answer(PaneAnswer::Page { ticket, rows }.to(List::TimeRecords)));
    let why = plain.hear(&driven.app, "2").expect_err("another version");
    assert!(why.starts_with("Number 2 has changed: "), "{why}");
}
