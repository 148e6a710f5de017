//! What the console looks like, at three sizes, and what it asks for: the model
//! alone, with plain messages, no database.

use chrono::{DateTime, FixedOffset, MappedLocalTime, TimeDelta, Utc};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use medstint::domain::list::{List, Rows};
use medstint::domain::person::{School, SessionResume};
use medstint::domain::query::Query;
use medstint::domain::time_record::{
    Clean, CleanRecord, Decide, Decision, Detail, Flag, Location, Outcome, Punch, Seen, Severity, Status, TimeRecord,
    Verdict,
};
use medstint::domain::window::{Key, Keyed, Page, Part, Place, Slot, Total};
use medstint::domain::{Actor, Change, Failure, Link, Operation, Resource, Role};
use medstint::tui::App;
use medstint::tui::effect::{Effect, PaneRequest, Ticket};
use medstint::tui::message::{Answer, Message, PaneAnswer};
use medstint::tui::pane::Said;
use medstint::tui::recorder::Recorder;
use medstint::tui::view::view;
use medstint::tui::widget::theme::{Palette, Theme};
use medstint::tui::zone::{HostClocks, Zone};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};
use strum::VariantArray;

use super::support::console::settings;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

pub fn now() -> DateTime<Utc> {
    at("2026-11-23T15:14:00Z")
}

pub fn utc_minus_6() -> Zone {
    Zone::Fixed(FixedOffset::west_opt(6 * 3600).expect("an offset"))
}

fn location(verdict: Verdict, distance_m: f64) -> Location {
    Location {
        verdict,
        distance_m: Some(distance_m),
        accuracy_m: Some(10.0),
        nearest: Some("North entrance".into()),
        radius_m: Some(100),
    }
}

pub fn record(n: i64) -> TimeRecord {
    let clock_in = at("2026-11-19T13:00:03.412Z") + TimeDelta::hours(n * 5);
    let open = n == 8;
    let clock_out = (!open).then(|| clock_in + TimeDelta::minutes(485));
    TimeRecord {
        id: format!("record-{n}").as_str().into(),
        version: 1,
        status: Status::Pending,
        student_id: format!("student-{n}").as_str().into(),
        student: format!(
            "{}, Given",
            ["Abbott", "Nakamura", "Fernández", "O'Brien", "Zhang"][usize::try_from(n).unwrap_or(0) % 5]
        ),
        site: ["North General", "St Clair", "Lakeside Clinic"][usize::try_from(n).unwrap_or(0) % 3].into(),
        zone: chrono_tz::America::Chicago,
        clock_in,
        clock_out,
        elapsed_ms: clock_out.map(|out| (out - clock_in).num_milliseconds()),
        is_asked: false,
        is_corrected: n == 5,
        hours_are_locked: false,
        flags: match n {
            0 => flags(
                r#"[{"code": "GEO_OUTSIDE", "evidence": {"punch": "out", "distance_m": 312, "radius_m": 100, "accuracy_m": 20, "location": "North entrance"}}, {"code": "EDITED"}]"#,
            ),
            1 => flags(r#"[{"code": "DAY_CAP", "evidence": {"hours": 12.63, "most": 10, "rule": "day"}}]"#),
            2 => flags(r#"[{"code": "OFF_HOURS", "evidence": {"time": "23:12"}}]"#),
            8 => flags(r#"[{"code": "OPEN_TOO_LONG", "evidence": {"hours": 51, "most": 16}}]"#),
            _ => Vec::new(),
        },
    }
}

fn flags(json: &str) -> Vec<Flag> {
    serde_json::from_str(json).expect("flags")
}

pub fn row(n: i64) -> Slot<TimeRecord> {
    Slot::Record(Keyed { key: Key::new(vec![n.to_string()]), record: record(n) })
}

fn detail(record: TimeRecord) -> Detail {
    Detail {
        program: Some("Radiography 2027".into()),
        rotation_id: "rotation".into(),
        rotation: "CT imaging".into(),
        required_hours: 160,
        completed_hours: 118,
        pending_ms: 16 * 3_600_000,
        preceptor: Some("Ortega, Carmen".into()),
        notes: Some("Forgot my badge at the end of the shift".into()),
        someone_elses: None,
        meal_break_min: None,
        activities: vec!["Patient care".into(), "Charting".into()],
        activities_unreadable: false,
        clock_in_location: location(Verdict::Inside, 18.0),
        clock_out_location: Some(location(Verdict::Outside, 312.0)).filter(|_| record.clock_out.is_some()),
        clock_in_from: Punch {
            source: "KIOSK".into(),
            address: Some("192.0.2.4".into()),
            device: Some("kiosk 3".into()),
        },
        clock_out_from: None,
        week: serde_json::from_str(
            r#"{"days": [{"day": "2026-11-16", "elapsed_ms": 28800000, "is_open": false}, {"day": "2026-11-17", "elapsed_ms": 0, "is_open": false},
                {"day": "2026-11-18", "elapsed_ms": 45468000, "is_open": false}, {"day": "2026-11-19", "elapsed_ms": 29100000, "is_open": false},
                {"day": "2026-11-20", "elapsed_ms": 0, "is_open": true}, {"day": "2026-11-21", "elapsed_ms": 0, "is_open": false}, {"day": "2026-11-22", "elapsed_ms": 0, "is_open": false}],
                "day_cap_h": 10, "week_cap_h": 40, "is_averaged": false}"#,
        )
        .expect("a week"),
        spots: serde_json::from_str(
            r#"[{"name": "North entrance", "is_punch": false, "latitude": 41.0, "longitude": -90.0, "radius_m": 100},
                {"name": "in", "is_punch": true, "latitude": 41.0001, "longitude": -90.0, "radius_m": 10},
                {"name": "out", "is_punch": true, "latitude": 41.0028, "longitude": -90.0, "radius_m": 20}]"#,
        )
        .expect("places"),
        events: serde_json::from_str(r#"[{"what": "clocked_out", "who": "Given Abbott", "when": "2026-11-19T21:05:03Z", "columns": null}]"#).expect("events"),
        questions: Vec::new(),
        corrections: Vec::new(),
        decisions: vec![Decision {
            verdict: "UNDONE".into(),
            kind: "BY_HAND".into(),
            reason_code: None,
            reason: None,
            who: Some("Samuel Adler".into()),
            when: now() - TimeDelta::hours(2),
        }],
        left_out: Vec::new(),
        record,
    }
}

pub fn actor(role: Role) -> Actor {
    Actor {
        id: "coordinator".into(),
        name: "Carmen Ortega".into(),
        email: "coordinator@riverside.example".into(),
        role,
        school: Some(School {
            id: "riverside".into(),
            name: "Riverside Health Sciences".into(),
            zone: chrono_tz::America::Chicago,
        }),
        unread: 3,
    }
}

/// The answer to what the pane of time records asked for.
fn answer(answer: PaneAnswer) -> Message {
    Message::Answer(answer.to(List::TimeRecords))
}

/// A console that answers by itself, as a database would.
pub struct Driven {
    pub app: App,
    pub effects: Vec<Effect>,
    pub recorder: Recorder,
}

impl Driven {
    pub fn new(size: (u16, u16), theme: Theme) -> Self {
        let mut settings = settings();
        settings.theme = theme;
        let (app, effects) = App::start(settings, size, now(), utc_minus_6());
        assert_eq!(effects, [Effect::Resume]);
        Self { app, effects: Vec::new(), recorder: Recorder::default() }
    }

    pub fn send(&mut self, message: Message) -> &mut Self {
        self.recorder.note(&self.app, &message, now(), utc_minus_6());
        self.effects = self.app.update(message, now(), utc_minus_6());
        self
    }

    pub fn key(&mut self, key: char) -> &mut Self {
        self.send(Message::Key(KeyEvent::new(KeyCode::Char(key), KeyModifiers::NONE)))
    }

    pub fn press(&mut self, code: KeyCode) -> &mut Self {
        self.send(Message::Key(KeyEvent::new(code, KeyModifiers::NONE)))
    }

    /// Signed in, with a queue of so many records and the first one's detail.
    pub fn with_queue(size: (u16, u16), theme: Theme, count: i64) -> Self {
        Self::new(size, theme).filled(count)
    }

    /// The same of a console that was just opened.
    fn filled(mut self, count: i64) -> Self {
        let driven = &mut self;
        driven.send(Message::Answer(Answer::Resumed(Ok(SessionResume::Welcome(actor(Role::SchoolAdmin))))));
        let ticket = driven.effects.iter().find_map(|effect| match effect {
            Effect::Ask {
                from: List::TimeRecords,
                request: PaneRequest::Page { ticket, query, place: Place::Start, .. },
            } if *query == Query::default() => Some(*ticket),
            _ => None,
        });
        let counts =
            Effect::Ask { from: List::TimeRecords, request: PaneRequest::Total { ticket: 0, query: Query::default() } };
        assert!(driven.effects.contains(&counts), "{:?}", driven.effects);
        let order: Vec<i64> = (8..count).chain(0..count.min(8)).collect();
        let rows = order.iter().copied().map(row).collect();
        let rows = Ok(Rows::TimeRecords(Page { rows, ..Page::default() }));
        let ticket = ticket.expect("the queue is read");
        driven.send(answer(PaneAnswer::Page { ticket, rows }));
        let part = |severity: Option<Severity>| {
            let records = order.iter().map(|n| record(*n)).filter(|r| severity.is_none_or(|s| r.severity() == s));
            records.fold(Part::default(), |part, record| Part {
                rows: part.rows + 1,
                elapsed_ms: part.elapsed_ms + record.elapsed_ms.unwrap_or(0),
            })
        };
        let Part { rows, elapsed_ms } = part(None);
        let sections = Severity::VARIANTS.iter().map(|severity| part(Some(*severity))).collect();
        let total = Total { rows, elapsed_ms, sections, ..Total::default() };
        driven.send(answer(PaneAnswer::Total { ticket: 0, total: Ok(total) }));
        if count > 0 {
            // The open one asks for more than a key; the next is the first that does not.
            driven.press(KeyCode::Down);
            driven.effects.clear();
            let first = record(8);
            driven.send(answer(PaneAnswer::Detail { id: first.id.clone(), detail: Ok(Box::new(detail(first))) }));
            driven.send(answer(PaneAnswer::Detail { id: record(0).id, detail: Ok(Box::new(detail(record(0)))) }));
        }
        driven.send(Message::Link(Link::Live));
        // The pane by itself, where the screen has room for all four.
        if driven.app.is_dashboard() {
            driven.key('z');
        }
        self
    }

    pub fn drawn(&self) -> Terminal<TestBackend> {
        let (width, height) = self.app.size;
        let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a terminal");
        terminal.draw(|frame| view(&self.app, frame)).expect("a drawing");
        terminal
    }

    pub fn text(&self) -> String {
        let terminal = self.drawn();
        let buffer = terminal.backend().buffer();
        let lines = buffer.content().chunks(usize::from(buffer.area.width));
        lines
            .map(|line| line.iter().map(Cell::symbol).collect::<String>().trim_end().to_owned())
            .collect::<Vec<_>>()
            .join("\n")
    }
}

pub const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 50)];

#[test]
fn times_are_those_of_the_clocks_that_come_with_a_message() {
    fn kathmandu() -> FixedOffset {
        FixedOffset::east_opt(5 * 3_600 + 45 * 60).expect("an offset")
    }
    let clocks = HostClocks { at_instant: |_| kathmandu(), at_local: |_| MappedLocalTime::Single(kathmandu()) };
    let mut driven = Driven::with_queue((80, 24), Theme::default(), 9);
    driven.app.update(Message::Minute, now(), Zone::Host(clocks));
    assert!(driven.text().contains("20:59"), "{}", driven.text());
}

/// A queue of one record, which ended in the hour that the clocks repeated.
fn night_of_the_clock_change(size: (u16, u16), theme: Theme) -> Driven {
    let mut driven = Driven::new(size, theme);
    driven.send(Message::Answer(Answer::Resumed(Ok(SessionResume::Welcome(actor(Role::SchoolAdmin))))));
    let ticket = driven.effects.iter().find_map(|effect| match effect {
        Effect::Ask { from: List::TimeRecords, request: PaneRequest::Page { ticket, .. } } => Some(*ticket),
        _ => None,
    });
    let record =
        TimeRecord { clock_in: at("2026-11-01T04:00:00Z"), clock_out: Some(at("2026-11-01T07:30:00Z")), ..record(3) };
    let rows = vec![Slot::Record(Keyed { key: Key::new(vec!["3".into()]), record })];
    let rows = Ok(Rows::TimeRecords(Page { rows, ..Page::default() }));
    driven.send(answer(PaneAnswer::Page { ticket: ticket.expect("the queue is read"), rows }));
    driven
}

#[test]
fn a_repeated_hour_is_shown_whole_in_80_columns() {
    let driven = night_of_the_clock_change((80, 24), Theme::default());
    assert!(driven.text().contains(" 23:00–01:30²⁺ "), "{}", driven.text());
}

#[test]
fn a_repeated_hour_is_shown_whole_in_ascii() {
    let driven = night_of_the_clock_change((80, 24), Theme { ascii: true, ..Theme::default() });
    assert!(driven.text().contains(" 23:00-01:30\"+ "), "{}", driven.text());
}

#[test]
fn a_wide_list_names_the_zone_of_a_repeated_hour() {
    let driven = night_of_the_clock_change((120, 40), Theme::default());
    assert!(driven.text().contains(" 23:00–01:30 CST⁺ "), "{}", driven.text());
}

#[test]
fn the_detail_explains_the_sign_of_a_repeated_hour() {
    let driven = night_of_the_clock_change((80, 24), Theme::default());
    assert!(driven.text().contains("The clocks went back: first CDT (¹), then CST (²)."), "{}", driven.text());
}

#[test]
fn the_queue_at_three_sizes() {
    for (width, height) in SIZES {
        let driven = Driven::with_queue((width, height), Theme::default(), 9);
        insta::assert_snapshot!(format!("queue_{width}x{height}"), driven.text());
    }
}

#[test]
fn the_rejection_the_question_and_the_help_at_three_sizes() {
    for (width, height) in SIZES {
        let mut driven = Driven::with_queue((width, height), Theme::default(), 9);
        driven.key('r');
        insta::assert_snapshot!(format!("reject_{width}x{height}"), driven.text());
        driven.press(KeyCode::Esc).key(' ').key(' ').key('a');
        insta::assert_snapshot!(format!("approve_marked_{width}x{height}"), driven.text());
        driven.press(KeyCode::Esc).key('?');
        insta::assert_snapshot!(format!("help_{width}x{height}"), driven.text());
    }
}

#[test]
fn the_sign_in_and_an_empty_queue() {
    let mut driven = Driven::new((80, 24), Theme::default());
    driven.send(Message::Answer(Answer::Resumed(Ok(SessionResume::Nobody))));
    insta::assert_snapshot!("sign_in", driven.text());
    let driven = Driven::with_queue((80, 24), Theme::default(), 0);
    insta::assert_snapshot!("queue_empty", driven.text());
}

#[test]
fn in_ascii_nothing_else_is_drawn() {
    for (width, height) in SIZES {
        let mut driven = Driven::with_queue((width, height), Theme { ascii: true, ..Theme::default() }, 9);
        assert!(driven.text().is_ascii(), "{}", driven.text());
        driven.key('r');
        assert!(driven.text().is_ascii(), "{}", driven.text());
    }
    insta::assert_snapshot!(
        "queue_ascii",
        Driven::with_queue((80, 24), Theme { ascii: true, ..Theme::default() }, 9).text()
    );
}

#[test]
fn without_colour_selection_and_marks_still_show() {
    let mut driven = Driven::with_queue((80, 24), Theme { palette: Palette::Mono, ascii: false }, 9);
    driven.key(' ');
    let terminal = driven.drawn();
    let buffer = terminal.backend().buffer();
    assert!(buffer.content().iter().all(|cell| cell.fg == Color::Reset && cell.bg == Color::Reset));
    let line = (0..24).find(|y| buffer[(0, *y)].symbol() == "▌").expect("a cursor");
    assert!(buffer[(5, line)].modifier.contains(Modifier::REVERSED));
    assert_eq!(buffer[(1, line - 1)].symbol(), "✓");
}

#[test]
fn a_terminal_that_is_too_small_is_told_so_at_any_size() {
    for size in [(1, 1), (10, 3), (79, 24), (80, 23)] {
        let mut driven = Driven::with_queue((80, 24), Theme::default(), 9);
        driven.send(Message::Resized(size.0, size.1));
        assert!(driven.text().contains('m'), "{size:?}");
    }
}

fn decides(effect: &Effect) -> bool {
    matches!(effect, Effect::Ask { request: PaneRequest::Decide { .. }, .. })
}

#[test]
fn one_key_decides_at_most_the_record_under_the_cursor_at_its_version() {
    let mut driven = Driven::with_queue((80, 24), Theme::default(), 9);
    driven.key('a');
    let (seen, what) = (vec![Seen { id: record(0).id, version: 1 }], Decide::Approve { reason: None });
    assert_eq!(driven.effects, [Effect::Ask { from: List::TimeRecords, request: PaneRequest::Decide { seen, what } }]);
    driven.key('a');
    assert!(!driven.effects.iter().any(decides), "its decision is on the way");
}

#[test]
fn a_record_says_that_it_is_being_decided_before_the_answer_comes() {
    let mut driven = Driven::with_queue((80, 24), Theme::default(), 9);
    assert!(!driven.text().contains("deciding …"));
    driven.key('a');
    assert!(driven.text().contains("deciding …"), "{}", driven.text());
}

#[test]
fn a_record_is_greyed_while_it_is_being_decided_whatever_its_columns() {
    let mut driven = Driven::with_queue((80, 24), Theme::default(), 9);
    let is_grey = |driven: &Driven| {
        let terminal = driven.drawn();
        let buffer = terminal.backend().buffer();
        let width = usize::from(buffer.area.width);
        let row = buffer.content().chunks(width).find(|line| line[0].symbol() == "▌").expect("a row under the cursor");
        row[2].modifier.contains(Modifier::DIM)
    };
    assert!(!is_grey(&driven));
    driven.key('a');
    assert!(is_grey(&driven));
}

#[test]
fn a_key_that_is_held_down_decides_one_record() {
    let mut driven = Driven::with_queue((80, 24), Theme::default(), 9);
    let press = Message::Key(KeyEvent::new(KeyCode::Char('a'), KeyModifiers::NONE));
    let mut decided = 0;
    // The key repeats after half a second, then every 30 ms; each answer is there
    // before the next repeat.
    for at in [0, 500, 530, 560, 590, 620, 650, 680, 710, 740, 770, 800, 1_490] {
        let now = now() + TimeDelta::milliseconds(at);
        for effect in driven.app.update(press.clone(), now, utc_minus_6()) {
            let Effect::Ask { request: PaneRequest::Decide { seen, what }, .. } = effect else { continue };
            decided += 1;
            let outcomes = seen
                .iter()
                .map(|seen| Outcome {
                    id: seen.id.clone(),
                    student: String::new(),
                    clock_in: None,
                    elapsed_ms: None,
                    result: Ok(2),
                    is_final: false,
                })
                .collect();
            let answered = answer(PaneAnswer::Decided { what, seen, outcomes: Ok(outcomes) });
            driven.app.update(answered, now, utc_minus_6());
        }
    }
    assert_eq!(decided, 1);
}

#[test]
fn a_report_does_not_take_away_what_is_being_typed() {
    let mut driven = Driven::with_queue((80, 24), Theme::default(), 9);
    driven.key(' ').key('a').key('y');
    let Some(Effect::Ask { request: PaneRequest::Decide { seen, what }, .. }) = driven.effects.pop() else {
        panic!("a decision")
    };
    driven.key('r').key('6').press(KeyCode::Enter).key('b');
    let failed = |seen: &Seen| Outcome {
        id: seen.id.clone(),
        student: "Zhang".into(),
        clock_in: None,
        elapsed_ms: None,
        result: Err(Failure::NotFound("The record")),
        is_final: false,
    };
    let done = Outcome {
        id: "other".into(),
        student: "Abbott".into(),
        clock_in: None,
        elapsed_ms: Some(1),
        result: Ok(2),
        is_final: false,
    };
    let outcomes = seen.iter().map(failed).chain([done]).collect();
    driven.send(answer(PaneAnswer::Decided { what, seen, outcomes: Ok(outcomes) }));
    driven.key('a').key('u');
    assert!(driven.text().contains("In words: bau"), "{}", driven.text());
    driven.press(KeyCode::Esc);
    assert!(driven.text().contains("1 approved, 1 not"), "{}", driven.text());
    driven.key('a');
    assert!(driven.effects.is_empty() && driven.text().contains("1 approved, 1 not"), "a report is closed by Esc");
}

#[test]
fn a_view_of_another_size_than_the_models_draws_nothing_and_does_not_panic() {
    let driven = Driven::with_queue((80, 24), Theme::default(), 9);
    for (width, height) in [(1, 1), (79, 24), (80, 10), (200, 50)] {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a terminal");
        terminal.draw(|frame| view(&driven.app, frame)).expect("a drawing");
    }
}

#[test]
fn an_open_record_is_not_approved() {
    let mut driven = Driven::with_queue((80, 24), Theme::default(), 9);
    driven.press(KeyCode::Up).key('a');
    assert!(!driven.effects.iter().any(decides));
    assert!(driven.text().contains("no clock-out yet"));
}

#[test]
fn when_somebody_was_first_it_says_who_and_when_and_reads_again() {
    let mut driven = Driven::with_queue((80, 24), Theme::default(), 9);
    driven.key('a');
    let stale = medstint::domain::failure::Stale {
        who: Some("Samuel Adler".into()),
        change: medstint::domain::failure::PriorChange::Rejected,
        when: Some(now() - TimeDelta::seconds(8)),
        now: now(),
    };
    let outcome = Outcome {
        id: record(0).id,
        student: "Abbott, Given".into(),
        clock_in: None,
        elapsed_ms: None,
        result: Err(Failure::Stale(stale)),
        is_final: false,
    };
    driven.send(answer(PaneAnswer::Decided {
        what: Decide::Approve { reason: None },
        seen: vec![Seen { id: record(0).id, version: 1 }],
        outcomes: Ok(vec![outcome]),
    }));
    assert!(
        driven.text().contains("Samuel Adler rejected this record 8 s ago. Nothing was changed."),
        "{}",
        driven.text()
    );
    let reads = |effect: &Effect| matches!(effect, Effect::Ask { request: PaneRequest::Page { .. }, .. });
    assert!(driven.effects.iter().any(reads));
}

/// The page of the queue that was just asked for.
pub fn asked_page(driven: &Driven) -> Ticket {
    let ticket = driven.effects.iter().find_map(|effect| match effect {
        Effect::Ask { from: List::TimeRecords, request: PaneRequest::Page { ticket, .. } } => Some(*ticket),
        _ => None,
    });
    ticket.expect("the queue is read")
}

fn answer_page(driven: &mut Driven, ticket: Ticket, rows: Result<Vec<Slot<TimeRecord>>, Failure>) {
    let rows = rows.map(|rows| Rows::TimeRecords(Page { rows, ..Page::default() }));
    driven.send(answer(PaneAnswer::Page { ticket, rows }));
}

/// A queue of nine of which all that match are asked for, to be marked.
fn marking() -> (Driven, Ticket) {
    let mut driven = Driven::with_queue((80, 24), Theme::default(), 9);
    driven.send(Message::Key(KeyEvent::new(KeyCode::Char('a'), KeyModifiers::CONTROL)));
    let ticket = asked_page(&driven);
    assert!(matches!(ticket, Ticket::Marking(_)), "{ticket:?}");
    (driven, ticket)
}

#[test]
fn rows_that_are_read_to_be_marked_leave_the_window_alone() {
    let (mut driven, ticket) = marking();
    answer_page(&mut driven, ticket, Ok(vec![row(0)]));
    let said = queue(&driven);
    assert_eq!((said.marked, said.rows.len()), (1, 9));
}

#[test]
fn rows_of_an_earlier_query_are_not_marked() {
    let (mut driven, ticket) = marking();
    driven.key('f');
    answer_page(&mut driven, ticket, Ok(vec![row(0)]));
    assert_eq!(queue(&driven).marked, 0);
}

/// The queue as it is told.
fn queue(driven: &Driven) -> Said {
    let context = driven.app.context(List::TimeRecords).expect("somebody is signed in");
    driven.app.panes.get(List::TimeRecords).said(context)
}

fn shown_ids(driven: &Driven) -> Vec<String> {
    queue(driven).rows.into_iter().map(|row| row.id).collect()
}

#[test]
fn a_late_page_of_another_view_is_not_shown() {
    let mut driven = Driven::with_queue((80, 24), Theme::default(), 9);
    driven.send(Message::Change(Change::Resync));
    let of_queue = asked_page(&driven);
    driven.key('f');
    let of_view = asked_page(&driven);
    answer_page(&mut driven, of_view, Ok(vec![row(1)]));
    answer_page(&mut driven, of_queue, Ok(vec![row(2), row(3)]));
    assert_eq!(shown_ids(&driven), ["record-1"]);
}

#[test]
fn a_late_page_of_another_filter_is_not_shown() {
    let mut driven = Driven::with_queue((80, 24), Theme::default(), 9);
    driven.key('/').key('z');
    let first = asked_page(&driven);
    driven.key('h');
    let second = asked_page(&driven);
    answer_page(&mut driven, first, Ok(vec![row(1), row(2)]));
    answer_page(&mut driven, second, Ok(vec![row(4)]));
    assert_eq!(shown_ids(&driven), ["record-4"]);
}

#[test]
fn a_refresh_that_fails_keeps_the_rows_the_cursor_and_the_marks() {
    let mut driven = Driven::with_queue((80, 24), Theme::default(), 9);
    driven.key(' ');
    let before = (shown_ids(&driven), queue(&driven).cursor);
    driven.send(Message::Change(Change::Resync));
    let ticket = asked_page(&driven);
    answer_page(&mut driven, ticket, Err(Failure::Unavailable("it is away".into())));
    assert_eq!((shown_ids(&driven), queue(&driven).cursor), before);
    assert_eq!(queue(&driven).marked, 1);
}

#[test]
fn clean_records_of_another_view_are_not_asked_about() {
    let mut driven = Driven::with_queue((80, 24), Theme::default(), 9);
    driven.key('A');
    let Some(Effect::Ask { request: PaneRequest::FindClean(query), .. }) = driven.effects.pop() else {
        panic!("{:?}", driven.effects)
    };
    driven.key('f');
    let record = record(3);
    let clean = CleanRecord {
        seen: Seen { id: record.id, version: 1 },
        student_id: record.student_id,
        student: record.student,
        site: record.site,
        zone: record.zone,
        clock_in: record.clock_in,
        elapsed_ms: 1,
        hours_are_locked: false,
    };
    let clean = Clean { records: vec![clean], left: 0, waiting: 0, someone_elses: 0, flagged: 0 };
    driven.send(answer(PaneAnswer::Clean { query, clean: Ok(clean) }));
    assert!(driven.app.overlay().is_none() && driven.text().contains("Press A again"), "{}", driven.text());
}

#[test]
fn a_change_of_another_table_is_no_reason_to_read() {
    let mut driven = Driven::with_queue((80, 24), Theme::default(), 9);
    let change = |resource| {
        Message::Change(Change::Rows { resource, operation: Operation::Update, ids: vec!["x".into()], count: 1 })
    };
    driven.send(change(Resource::Rotations));
    assert!(driven.effects.is_empty(), "{:?}", driven.effects);
    // Nobody in the list is this person, but the detail may name them.
    driven.send(change(Resource::Users));
    assert!(
        matches!(driven.effects.as_slice(), [Effect::Ask { request: PaneRequest::Detail(_), .. }]),
        "{:?}",
        driven.effects
    );
}

#[test]
fn the_detail_follows_its_rotation() {
    let mut driven = Driven::with_queue((80, 24), Theme::default(), 9);
    let ids = vec![detail(record(0)).rotation_id.0];
    let change = Change::Rows { resource: Resource::Rotations, operation: Operation::Update, ids, count: 1 };
    driven.send(Message::Change(change));
    assert!(matches!(driven.effects.as_slice(), [Effect::Ask { request: PaneRequest::Detail(_), .. }]));
}

#[test]
fn a_change_of_a_name_during_a_reading_is_read_once_more() {
    let mut driven = Driven::with_queue((80, 24), Theme::default(), 9);
    driven.send(Message::Key(KeyEvent::new(KeyCode::Char('s'), KeyModifiers::NONE)));
    let ticket = driven.effects.iter().find_map(|effect| match effect {
        Effect::Ask { request: PaneRequest::Page { ticket, .. }, .. } => Some(*ticket),
        _ => None,
    });
    let (resource, ids) = (Resource::Users, vec!["x".to_owned()]);
    driven.send(Message::Change(Change::Rows { resource, operation: Operation::Update, ids, count: 1 }));
    let rows = Ok(Rows::TimeRecords(Page { rows: vec![row(1)], ..Page::default() }));
    driven.send(answer(PaneAnswer::Page { ticket: ticket.expect("another order is read"), rows }));
    let is_page = |effect: &Effect| matches!(effect, Effect::Ask { request: PaneRequest::Page { .. }, .. });
    assert!(driven.effects.iter().any(is_page), "{:?}", driven.effects);
}

#[test]
fn a_change_is_read_by_the_ids_of_its_rows_and_counted_later() {
    let mut driven = Driven::with_queue((80, 24), Theme::default(), 9);
    let (resource, ids) = (Resource::TimeRecords, vec!["x".to_owned()]);
    let change = Change::Rows { resource, operation: Operation::Update, ids: ids.clone(), count: 1 };
    driven.send(Message::Change(change));
    let [Effect::Ask { request: PaneRequest::Page { place, .. }, .. }] = driven.effects.as_slice() else {
        panic!("{:?}", driven.effects)
    };
    assert_eq!(*place, Place::Rows(ids));
    driven.send(Message::Recount);
    assert!(matches!(driven.effects.as_slice(), [Effect::Ask { request: PaneRequest::Total { .. }, .. }]));
}

/// Approved hours of these students changed.
fn hours_of(students: &[&str]) -> Message {
    let ids: Vec<String> = students.iter().map(|id| (*id).to_owned()).collect();
    Message::Change(Change::Rows {
        resource: Resource::WorkedHours,
        operation: Operation::Update,
        count: ids.len() as u64,
        ids,
    })
}

#[test]
fn hours_of_other_students_are_no_reason_to_read() {
    let mut driven = Driven::with_queue((80, 24), Theme::default(), 9);
    driven.send(hours_of(&["somebody-else"]));
    assert!(driven.effects.is_empty(), "{:?}", driven.effects);
}

#[test]
fn hours_of_the_records_student_are_read_with_its_detail_alone() {
    let mut driven = Driven::with_queue((80, 24), Theme::default(), 9);
    driven.send(hours_of(&[]));
    let asked: Vec<_> = driven
        .effects
        .iter()
        .map(|effect| matches!(effect, Effect::Ask { from: List::TimeRecords, request: PaneRequest::Detail(_) }))
        .collect();
    assert_eq!(asked, [true], "{:?}", driven.effects);
}

/// Sessions of these people changed.
fn sessions_of(people: &[&str]) -> Message {
    let ids: Vec<String> = people.iter().map(|id| (*id).to_owned()).collect();
    Message::Change(Change::Rows {
        resource: Resource::Sessions,
        operation: Operation::Update,
        count: ids.len() as u64,
        ids,
    })
}

#[test]
fn changed_sessions_of_others_are_no_reason_to_ask() {
    let mut driven = Driven::with_queue((80, 24), Theme::default(), 9);
    driven.send(sessions_of(&["somebody-else"]));
    assert!(driven.effects.is_empty(), "{:?}", driven.effects);
}

#[test]
fn a_console_asks_whether_its_session_is_among_many_that_changed() {
    let mut driven = Driven::with_queue((80, 24), Theme::default(), 9);
    driven.send(sessions_of(&[]));
    assert_eq!(driven.effects, [Effect::CountUnread]);
}

#[test]
fn a_console_that_is_left_alone_locks() {
    let mut driven = Driven::with_queue((80, 24), Theme::default(), 9);
    driven.effects = driven.app.update(Message::Minute, now() + TimeDelta::minutes(14), utc_minus_6());
    assert!(driven.text().contains("Abbott"));
    driven.effects = driven.app.update(Message::Minute, now() + TimeDelta::minutes(15), utc_minus_6());
    assert!(!driven.text().contains("Abbott") && driven.text().contains("Locked."));
}

#[test]
fn the_mouse_finds_tabs_rows_and_keys() {
    use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
    let click = |column, row| {
        Message::Mouse(MouseEvent {
            kind: MouseEventKind::Down(MouseButton::Left),
            column,
            row,
            modifiers: KeyModifiers::NONE,
        })
    };
    let mut driven = Driven::with_queue((80, 24), Theme::default(), 9);
    driven.send(click(20, 6));
    assert!(driven.text().lines().nth(6).is_some_and(|line| line.contains("─ Warning 2")), "a title is no row");
    driven.send(click(20, 8));
    assert!(driven.text().lines().nth(8).is_some_and(|line| line.starts_with('▌')));
    let footer = driven
        .text()
        .lines()
        .last()
        .and_then(|line| line.find("? help").or_else(|| line.find(": commands")))
        .expect("a key in the footer");
    driven.send(click(u16::try_from(footer).expect("a column"), 23));
    assert!(driven.app.overlay().is_some());
    driven.press(KeyCode::Esc).send(click(25, 1));
    assert_eq!(driven.app.panes.shown(), List::Rotations);
}

#[test]
fn no_password_is_in_the_debug_form_of_anything() {
    let mut driven = Driven::new((80, 24), Theme::default());
    driven.send(Message::Answer(Answer::Resumed(Ok(SessionResume::Nobody))));
    for c in "a@b".chars() {
        driven.key(c);
    }
    driven.press(KeyCode::Enter);
    for c in "hunter2!".chars() {
        driven.key(c);
    }
    assert!(!format!("{:?}", driven.app).contains("hunter2"));
    driven.press(KeyCode::Enter);
    assert!(matches!(driven.effects.as_slice(), [Effect::SignIn { .. }]));
    assert!(!format!("{:?}", driven.effects).contains("hunter2"));
}

#[test]
fn the_columns_are_those_that_were_asked_for() {
    let mut driven = Driven::new((80, 24), Theme::default());
    driven.app.settings.panes.columns = ["why", "student", "hours"].map(str::to_owned).into();
    let text = driven.filled(9).text();
    let header = text.lines().nth(3).unwrap_or_default().split_whitespace().collect::<Vec<_>>();
    assert_eq!(header, ["Why", "Student", "Hours"]);
    assert!(text.contains("GEO 312m>100m +1"));
}
