//! The pictures of README are what the program draws. [`UPDATE`] writes them anew.

mod school;

use std::collections::VecDeque;
use std::path::Path;
use std::{env, fs, mem};

use crossterm::event::KeyCode;
use medstint::domain::list::List;
use medstint::domain::person::SessionResume;
use medstint::domain::{Link, Role, punch};
use medstint::tui::effect::{Effect, PaneRequest};
use medstint::tui::message::{Answer, Message, PaneAnswer};
use medstint::tui::widget::theme::{Palette, Theme, Tone};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier, Style};

use super::support::picture::{self, Colours, DARK, LIGHT, contrast};
use super::support::screen::Stood;
use super::views::{Driven, actor};

/// The command that writes the pictures.
const UPDATE: &str = "MEDSTINT_PICTURES=write cargo test --test medstint pictures";
const README: &str = include_str!("../README.md");

/// The name of a picture's files, and what is seen.
type Picture = (&'static str, &'static str);

const QUEUE: Picture = (
    "queue",
    "The queue of pending time records, grouped by severity; below it, \
     the record under the cursor with a map of the punches.",
);
const DASHBOARD: Picture =
    ("dashboard", "The dashboard: time records, rotations, competencies and audit events on one screen.");
const AUDIT: Picture = (
    "audit",
    "The audit pane: events per minute by severity, the newest events, \
     and what changed in the event under the cursor.",
);
const KIOSK: Picture = ("kiosk", "The kiosk after a clock-in: the time in large letters, the student and the hours.");

/// The looks of the console, each with the terminal that it is made for.
const LOOKS: [(&str, Palette, &Colours); 2] = [("light", Palette::Light, &LIGHT), ("dark", Palette::Dark, &DARK)];

/// Compares the pictures of a screen in both looks, or writes them.
fn compare((name, title): Picture, draw: impl Fn(Palette) -> Terminal<TestBackend>) {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pictures");
    for (look, palette, colours) in LOOKS {
        let drawn = picture::svg(draw(palette).backend().buffer(), colours, title);
        let file = directory.join(format!("{name}-{look}.svg"));
        if env::var("MEDSTINT_PICTURES").is_ok_and(|value| value == "write") {
            fs::write(&file, drawn).expect("a picture");
            continue;
        }
        let kept = fs::read_to_string(&file).unwrap_or_default();
        assert!(
            kept == drawn,
            "{} differs from what the program draws. If the change is intended, run:\n{UPDATE}",
            file.display()
        );
    }
}

/// A console of a school administrator, with everything read that its screen shows.
fn console(size: (u16, u16), palette: Palette) -> Driven {
    let mut driven = Driven::new(size, Theme { palette, ascii: false });
    driven.send(Message::Answer(Answer::Resumed(Ok(SessionResume::Welcome(actor(Role::SchoolAdmin))))));
    answer(&mut driven);
    driven.send(Message::Link(Link::Live));
    driven
}

/// Answers everything that panes ask for.
fn answer(driven: &mut Driven) {
    let mut asked = VecDeque::from(mem::take(&mut driven.effects));
    while let Some(effect) = asked.pop_front() {
        let Effect::Ask { from, request } = effect else { continue };
        let Some(answer) = answer_to(from, request) else { continue };
        driven.send(Message::Answer(answer.to(from)));
        asked.extend(mem::take(&mut driven.effects));
    }
}

fn answer_to(from: List, request: PaneRequest) -> Option<PaneAnswer> {
    Some(match request {
        PaneRequest::Page { ticket, .. } => PaneAnswer::Page { ticket, rows: Ok(school::rows(from)) },
        PaneRequest::Total { ticket, .. } => PaneAnswer::Total { ticket, total: Ok(school::total(from)) },
        PaneRequest::Detail(id) => PaneAnswer::Detail { detail: Ok(Box::new(school::detail(&id))), id },
        PaneRequest::ReadPulse { .. } => PaneAnswer::Pulse(Ok(school::pulse())),
        _ => return None,
    })
}

#[test]
fn the_picture_of_the_queue_is_current() {
    compare(QUEUE, |palette| {
        let mut driven = console((100, 30), palette);
        // Past the two blocking records.
        for _ in 0..2 {
            driven.press(KeyCode::Down);
            answer(&mut driven);
        }
        driven.drawn()
    });
}

#[test]
fn the_picture_of_the_dashboard_is_current() {
    compare(DASHBOARD, |palette| console((160, 45), palette).drawn());
}

#[test]
fn the_picture_of_the_audit_pane_is_current() {
    compare(AUDIT, |palette| {
        let mut driven = console((100, 30), palette);
        driven.key('4');
        answer(&mut driven);
        driven.drawn()
    });
}

#[test]
fn the_picture_of_the_kiosk_is_current() {
    compare(KIOSK, |palette| {
        let mut stood = Stood::before((80, 24), false);
        stood.kiosk.settings.theme.palette = palette;
        stood.answered(punch::Answer::In(school::clock_in()));
        stood.drawn()
    });
}

#[test]
fn readme_shows_each_picture_with_its_description() {
    for (name, title) in [QUEUE, DASHBOARD, AUDIT, KIOSK] {
        let source =
            format!("<source media=\"(prefers-color-scheme: dark)\" srcset=\"tests/pictures/{name}-dark.svg\">");
        let image = format!("<img src=\"tests/pictures/{name}-light.svg\" alt=\"{title}\">");
        assert!(README.contains(&format!("{source}{image}")), "README does not show {name}");
    }
}

fn svg_of(line: &str) -> String {
    picture::svg(&Buffer::with_lines([line]), &DARK, "A line")
}

#[test]
fn a_wide_character_takes_two_columns() {
    assert!(svg_of("医a").contains("<text x=\"28.8\" "), "{}", svg_of("医a"));
}

#[test]
fn text_with_markup_is_escaped() {
    assert!(svg_of("<a & b>").contains(">&lt;a &amp; b&gt;</text>"), "{}", svg_of("<a & b>"));
}

#[test]
fn a_run_of_text_states_its_width() {
    assert!(svg_of("abc").contains(" textLength=\"25.2\" lengthAdjust=\"spacingAndGlyphs\" "), "{}", svg_of("abc"));
}

#[test]
fn a_block_is_a_shape_of_its_cell() {
    assert!(svg_of("▌").contains(" d=\"M12 12h4.2v18h-4.2z\""), "{}", svg_of("▌"));
}

#[test]
fn reversed_cells_swap_their_colours() {
    let mut buffer = Buffer::with_lines(["a"]);
    buffer.set_style(buffer.area, Style::new().fg(Color::Rgb(1, 2, 3)).add_modifier(Modifier::REVERSED));
    let svg = picture::svg(&buffer, &LIGHT, "A cell");
    assert!(svg.contains("height=\"18\" fill=\"#010203\"") && svg.contains(" fill=\"#ffffff\">a<"), "{svg}");
}

#[test]
fn indexed_colours_are_those_of_the_cube() {
    assert_eq!(DARK.of(Color::Indexed(208), DARK.foreground), 0xff_87_00);
}

/// The contrast that WCAG 2.2 AA asks of text.
const READABLE: f64 = 4.5;

#[test]
fn every_tone_is_readable() {
    use Tone::{Bad, Good, Heading, Key, Mark, Plain, Quiet, Warning};
    for (look, palette, colours) in LOOKS {
        let theme = Theme { palette, ascii: false };
        for tone in [Plain, Quiet, Heading, Key, Good, Warning, Bad, Mark] {
            let front = colours.of(theme.style(tone).fg.unwrap_or_default(), colours.foreground);
            assert!(contrast(front, colours.background) >= READABLE, "{tone:?} in the {look} look");
        }
    }
}

#[test]
fn every_colour_of_the_terminal_is_readable() {
    for (look, _, colours) in LOOKS {
        for front in colours.ansi.into_iter().chain([colours.foreground]) {
            assert!(contrast(front, colours.background) >= READABLE, "#{front:06x} in the {look} look");
        }
    }
}
