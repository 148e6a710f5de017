//! What could not be read is read again by itself, and until then the console does not
//! call itself live. The model alone, with plain messages.

use std::time::Duration;

use chrono::TimeDelta;
use crossterm::event::{KeyCode, KeyEvent};
use medstint::domain::list::List;
use medstint::domain::time_record::{Clean, CleanRecord, Decide, Outcome, RejectionReason, Seen};
use medstint::domain::{Change, Failure, Link, TimeRecordId, UserId};
use medstint::tui::effect::{Effect, PaneRequest, Ticket};
use medstint::tui::message::{Answer, Message, PaneAnswer};
use medstint::tui::overlay::Overlay;
use medstint::tui::plain::Plain;
use medstint::tui::widget::theme::Theme;

use super::views::{Driven, now, utc_minus_6};

const RECORDS: List = List::TimeRecords;

fn console() -> Driven {
    Driven::with_queue((80, 24), Theme::default(), 9)
}

fn away() -> Failure {
    Failure::Unavailable("it is away".into())
}

/// Where the header says how current everything is.
fn header(driven: &Driven) -> String {
    driven.text().lines().next().unwrap_or_default().to_owned()
}

fn retry_after(driven: &Driven) -> Option<Duration> {
    driven.effects.iter().find_map(|effect| match effect {
        Effect::RetryAfter(wait) => Some(*wait),
        _ => None,
    })
}

/// Something changed; the ticket under which the list is read again.
fn read_again(driven: &mut Driven) -> Ticket {
    driven.send(Message::Change(Change::Resync));
    page(driven).expect("the list is read")
}

fn page(driven: &Driven) -> Option<Ticket> {
    driven.effects.iter().find_map(|effect| match effect {
        Effect::Ask { from: RECORDS, request: PaneRequest::Page { ticket, .. } } => Some(*ticket),
        _ => None,
    })
}

/// The answer to what the pane of time records asked for.
fn answer(answer: PaneAnswer) -> Message {
    Message::Answer(answer.to(RECORDS))
}

fn fail(driven: &mut Driven, ticket: Ticket) {
    driven.send(answer(PaneAnswer::Page { ticket, rows: Err(away()) }));
}

/// The record under the cursor.
fn current(driven: &Driven) -> TimeRecordId {
    TimeRecordId::from(driven.app.panes.get(RECORDS).current_id().expect("a record"))
}

/// The decision that was just asked for.
fn decision(driven: &Driven) -> (Vec<Seen>, Decide) {
    match driven.effects.first() {
        Some(Effect::Ask { from: RECORDS, request: PaneRequest::Decide { seen, what } }) => {
            (seen.clone(), what.clone())
        }
        _ => panic!("{:?}", driven.effects),
    }
}

#[test]
fn a_list_that_could_not_be_read_is_not_called_live() {
    let mut driven = console();
    assert!(header(&driven).contains("● live"), "{}", header(&driven));
    let ticket = read_again(&mut driven);
    fail(&mut driven, ticket);
    driven.send(Message::Link(Link::Live));
    assert!(header(&driven).contains("▲ not current, retrying"), "{}", header(&driven));
}

#[test]
fn the_header_says_how_long_changes_wait() {
    let mut driven = console();
    driven.send(Message::Lag(Some(4)));
    assert!(header(&driven).contains("▲ live, 4 s late"), "{}", header(&driven));
}

#[test]
fn a_console_whose_changes_no_longer_wait_is_live() {
    let mut driven = console();
    driven.send(Message::Lag(Some(4))).send(Message::Lag(None));
    assert!(header(&driven).contains("● live"), "{}", header(&driven));
}

#[test]
fn changes_that_wait_are_told_line_by_line() {
    let mut driven = console();
    driven.send(Message::Lag(Some(4)));
    let lines = Plain::default().tell(&driven.app).lines;
    let expected = "Many changes are arriving; those of the last 4 s are not shown yet.";
    assert!(lines.iter().any(|line| line == expected), "{lines:?}");
}

#[test]
fn a_failed_list_is_retried() {
    let mut driven = console();
    let ticket = read_again(&mut driven);
    fail(&mut driven, ticket);
    assert!(retry_after(&driven).is_some(), "{:?}", driven.effects);
    driven.send(Message::Retry);
    assert!(page(&driven).is_some(), "{:?}", driven.effects);
}

#[test]
fn each_repetition_waits_longer_than_the_one_before() {
    let mut driven = console();
    let mut ticket = read_again(&mut driven);
    let mut waits = Vec::new();
    for _ in 0..12 {
        fail(&mut driven, ticket);
        // It is planned when the answer fails, or when the repetition leaves.
        waits.extend(retry_after(&driven));
        driven.send(Message::Retry);
        waits.extend(retry_after(&driven));
        ticket = page(&driven).expect("it is read again");
    }
    assert!(waits.is_sorted() && waits[0] < waits[3], "{waits:?}");
    assert_eq!(waits.last(), Some(&Duration::from_secs(30)));
}

#[test]
fn only_one_retry_waits_at_a_time() {
    let mut driven = console();
    let ticket = read_again(&mut driven);
    fail(&mut driven, ticket);
    driven.send(Message::Answer(Answer::Unread(Err(away()))));
    assert_eq!(retry_after(&driven), None);
}

#[test]
fn a_failed_count_is_retried() {
    let mut driven = console();
    driven.send(answer(PaneAnswer::Total { ticket: 0, total: Err(away()) }));
    driven.send(Message::Link(Link::Live));
    assert!(!header(&driven).contains("live"), "{}", header(&driven));
    driven.send(Message::Retry);
    let counts = |effect: &Effect| matches!(effect, Effect::Ask { from: RECORDS, request: PaneRequest::Total { .. } });
    assert!(driven.effects.iter().any(counts));
}

#[test]
fn a_failed_detail_is_retried() {
    let mut driven = console();
    let id = current(&driven);
    driven.send(answer(PaneAnswer::Detail { id: id.clone(), detail: Err(away()) }));
    driven.send(Message::Retry);
    let asked = Effect::Ask { from: RECORDS, request: PaneRequest::Detail(id) };
    assert!(driven.effects.contains(&asked), "{:?}", driven.effects);
}

#[test]
fn the_unread_notifications_are_counted_again() {
    let mut driven = console();
    driven.send(Message::Answer(Answer::Unread(Err(away()))));
    driven.send(Message::Retry);
    assert!(driven.effects.contains(&Effect::CountUnread), "{:?}", driven.effects);
}

#[test]
fn the_events_a_minute_are_read_again() {
    let mut driven = console();
    driven.key('4');
    driven.send(Message::Answer(PaneAnswer::Pulse(Err(away())).to(List::Audit)));
    driven.send(Message::Retry);
    let reads =
        |effect: &Effect| matches!(effect, Effect::Ask { from: List::Audit, request: PaneRequest::ReadPulse { .. } });
    assert!(driven.effects.iter().any(reads), "{:?}", driven.effects);
}

#[test]
fn an_answer_that_the_database_refuses_is_not_asked_for_again() {
    let mut driven = console();
    let id = current(&driven);
    driven.send(answer(PaneAnswer::Detail { id, detail: Err(Failure::NotFound("The record")) }));
    assert_eq!(retry_after(&driven), None);
}

#[test]
fn a_decision_without_an_answer_ends_live_at_once() {
    let mut driven = console();
    driven.key('a');
    let (seen, what) = decision(&driven);
    driven.send(answer(PaneAnswer::Decided { what, seen, outcomes: Err(away()) }));
    assert!(header(&driven).contains("▲ checking"), "{}", header(&driven));
    driven.send(Message::Link(Link::Live));
    assert!(header(&driven).contains("● live"), "{}", header(&driven));
}

#[test]
fn a_decision_that_was_not_made_says_so_first() {
    let mut driven = console();
    driven.key('a');
    let (seen, what) = decision(&driven);
    driven.send(answer(PaneAnswer::Decided { what, seen, outcomes: Err(away()) }));
    let told = driven.app.notice.as_ref().expect("a message").text.clone();
    assert_eq!(told, "Not approved. The database cannot be reached: it is away");
}

#[test]
fn a_decision_that_the_database_was_too_busy_for_is_asked_again_with_its_reason() {
    let mut driven = console();
    driven.key('a');
    let (seen, _) = decision(&driven);
    let what = Decide::Reject { code: RejectionReason::Other, text: Some("Twice".into()) };
    let busy = Failure::Busy("The database was too busy. Try again.".into());
    driven.send(answer(PaneAnswer::Decided { what, seen, outcomes: Err(busy) }));
    let Some(Overlay::Reject(question)) = driven.app.overlay() else { panic!("{:?}", driven.app.overlay()) };
    assert_eq!(question.lines, ["Not rejected. The database was too busy. Try again."]);
}

#[test]
fn a_question_of_the_queue_over_another_list_decides_in_the_queue() {
    let mut driven = console();
    driven.key('a');
    let (seen, _) = decision(&driven);
    driven.key('2');
    let what = Decide::Reject { code: RejectionReason::Other, text: Some("Twice".into()) };
    let busy = Failure::Busy("The database was too busy. Try again.".into());
    driven.send(answer(PaneAnswer::Decided { what: what.clone(), seen: seen.clone(), outcomes: Err(busy) }));
    driven.press(KeyCode::Enter);
    assert_eq!(decision(&driven), (seen, what));
}

#[test]
fn an_undo_that_did_not_reach_the_database_can_be_repeated() {
    let u = Message::Key(KeyEvent::from(KeyCode::Char('u')));
    let mut driven = console();
    driven.key('a');
    let (seen, what) = decision(&driven);
    let outcome = |result| Outcome {
        id: seen[0].id.clone(),
        student: "North, Stu".into(),
        clock_in: None,
        elapsed_ms: Some(28_800_000),
        result,
        is_final: false,
    };
    let approved = Ok(vec![outcome(Ok(seen[0].version + 1))]);
    driven.send(answer(PaneAnswer::Decided { what, seen: seen.clone(), outcomes: approved }));
    driven.effects = driven.app.update(u.clone(), now() + TimeDelta::seconds(2), utc_minus_6());
    let (undone, what) = decision(&driven);
    assert!(driven.text().contains("Undoing: North, Stu…"), "{}", driven.text());
    let not_arrived = Ok(vec![outcome(Err(Failure::Busy("The undo did not reach the database.".into())))]);
    driven.send(answer(PaneAnswer::Decided { what: what.clone(), seen: undone.clone(), outcomes: not_arrived }));
    driven.effects = driven.app.update(u, now() + TimeDelta::seconds(4), utc_minus_6());
    assert_eq!(decision(&driven), (undone, what));
}

#[test]
fn a_message_about_one_list_leaves_with_it() {
    let mut driven = console();
    driven.key('u');
    assert!(driven.text().contains("There is nothing to undo here"), "{}", driven.text());
    driven.key('2');
    assert!(!driven.text().contains("There is nothing to undo here"), "{}", driven.text());
}

#[test]
fn a_search_for_clean_records_is_acknowledged_until_it_is_answered() {
    let mut driven = console();
    driven.key('A');
    assert!(driven.text().contains("Loading clean records …"), "{}", driven.text());
    let Some(Effect::Ask { from: RECORDS, request: PaneRequest::FindClean(query) }) = driven.effects.first().cloned()
    else {
        panic!("{:?}", driven.effects)
    };
    let record = CleanRecord {
        seen: Seen { id: TimeRecordId("record-0".into()), version: 1 },
        student_id: UserId("north-student".into()),
        student: "North, Stu".into(),
        site: "North General".into(),
        zone: chrono_tz::America::Chicago,
        clock_in: now(),
        elapsed_ms: 28_800_000,
        hours_are_locked: false,
    };
    let clean = Ok(Clean { records: vec![record], ..Clean::default() });
    driven.send(answer(PaneAnswer::Clean { query, clean }));
    assert!(!driven.text().contains("Loading clean records …"), "{}", driven.text());
}

#[test]
fn a_decision_that_may_have_been_made_is_asked_about_until_it_is_known() {
    let mut driven = console();
    driven.key('a');
    let (seen, what) = decision(&driven);
    let outcomes = Err(Failure::OutcomeUnknown);
    driven.send(answer(PaneAnswer::Decided { what: what.clone(), seen: seen.clone(), outcomes }));
    for _ in 0..2 {
        driven.send(Message::Retry);
        let request = PaneRequest::Confirm { seen: seen.clone(), what: what.clone() };
        let asked = Effect::Ask { from: RECORDS, request };
        assert!(driven.effects.contains(&asked), "{:?}", driven.effects);
        driven.send(answer(PaneAnswer::Confirmed { what: what.clone(), seen: seen.clone(), outcomes: Err(away()) }));
    }
}

#[test]
fn a_message_that_is_too_long_for_its_line_is_shown_in_full_by_a_key() {
    let mut driven = console();
    driven.app.say("Rejected. ".repeat(12) + "The end.", medstint::tui::widget::theme::Tone::Bad);
    assert!(driven.text().contains("M shows the rest") && !driven.text().contains("The end."), "{}", driven.text());
    driven.key('M');
    assert!(driven.text().contains("The end."), "{}", driven.text());
}

#[test]
fn line_by_line_what_is_not_current_is_told() {
    let mut driven = console();
    driven.send(answer(PaneAnswer::Total { ticket: 0, total: Err(away()) }));
    let told = Plain::default().tell(&driven.app).lines.join("\n");
    assert!(told.contains("may be out of date"), "{told}");
}
