//! Draws the door's screen.

use chrono::{DateTime, Utc};
use crossterm::event::KeyCode;
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Alignment, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Widget};
use strum::VariantArray;
use unicode_width::UnicodeWidthStr;

use super::super::view::to_ascii;
use super::super::widget::field::Field;
use super::super::widget::theme::Tone;
use super::super::widget::words::wrap;
use super::big::{self, Size};
use super::layout;
use super::words::{Language, filled};
use super::{Contact, Kiosk, Note, Stage, Told};
use crate::domain::clock::decimal_hours;
use crate::domain::punch::{Asked, BadgeForms, Offer, Recorded};
use crate::domain::text::visible;

/// One thing below the other, in the middle.
enum Part<'a> {
    /// As large as there is room for, up to a size.
    Big {
        text: String,
        tone: Tone,
        most: Size,
    },
    Words {
        text: String,
        tone: Tone,
    },
    Typed(&'a Field),
    /// A badge or a number, of which nothing is shown that may be a PIN.
    Number(&'a Field),
}

fn big<'a>(text: impl Into<String>, tone: Tone, most: Size) -> Part<'a> {
    Part::Big { text: text.into(), tone, most }
}

fn words<'a>(text: impl Into<String>, tone: Tone) -> Part<'a> {
    Part::Words { text: text.into(), tone }
}

/// Draws the model.
pub fn view(kiosk: &Kiosk, frame: &mut Frame) {
    let area = frame.area();
    let theme = kiosk.settings.theme;
    if area.width < layout::LEAST.0 || area.height < layout::LEAST.1 {
        for (y, line) in (area.y..area.bottom()).zip(wrap(kiosk.words().too_small, usize::from(area.width))) {
            frame.buffer_mut().set_stringn(area.x, y, line, usize::from(area.width), Style::default());
        }
    } else {
        let size = (area.width, area.height);
        let parts = layout::parts(kiosk, size);
        header(kiosk, parts.header, frame.buffer_mut());
        footer(kiosk, size, frame.buffer_mut());
        if let Stage::Choose { asked, offers, number } = &kiosk.stage {
            let title = titled(kiosk, asked);
            choices(kiosk, &title, offers, number, parts.body, frame.buffer_mut());
        } else {
            stack(kiosk, &body(kiosk), parts.body, frame);
        }
        if let Some(pad) = parts.pad {
            keypad(kiosk, pad, frame.buffer_mut());
        }
    }
    if theme.ascii {
        to_ascii(frame.buffer_mut());
    }
}

fn header(kiosk: &Kiosk, area: Rect, buffer: &mut Buffer) {
    let w = kiosk.words();
    let style = |tone| kiosk.settings.theme.style(tone);
    let (contact, tone) = match kiosk.contact {
        Contact::Connecting => (w.connecting.to_owned(), Tone::Quiet),
        Contact::Online => (w.online.to_owned(), Tone::Good),
        Contact::Offline { since } => (filled(w.offline, &[&kiosk.clock(since)]), Tone::Warning),
        Contact::Revoked => (w.revoked.to_owned(), Tone::Bad),
    };
    let mut beside = vec![Span::styled(contact, style(tone))];
    let mut above = Vec::new();
    if kiosk.waiting > 0 {
        let waiting = filled(w.waiting, &[&kiosk.waiting.to_string()]);
        let place = if area.height > 1 { &mut above } else { &mut beside };
        place.insert(0, Span::styled(format!("{waiting}  "), style(Tone::Warning)));
    }
    let mut room = area.width.saturating_sub(2);
    for (spans, y) in [(above, area.y), (beside, area.bottom().saturating_sub(1))] {
        let line = Line::from(spans);
        if y == area.y {
            room = room.saturating_sub(u16::try_from(line.width()).unwrap_or(area.width) + 1);
        }
        let place = Rect { y, height: 1, width: area.width.saturating_sub(1), ..area };
        line.alignment(Alignment::Right).render(place, buffer);
    }
    if let Some(door) = &kiosk.door {
        let place = match &door.location {
            Some(location) if room > 30 => format!("{} · {location}", door.site),
            _ => door.site.clone(),
        };
        buffer.set_stringn(area.x + 1, area.y, visible(&place), usize::from(room), style(Tone::Heading));
    }
}

fn footer(kiosk: &Kiosk, size: (u16, u16), buffer: &mut Buffer) {
    let spoken = Language::VARIANTS.iter().position(|language| *language == kiosk.language);
    for (code, area, text) in layout::foot(kiosk, size) {
        let is_spoken = matches!(code, KeyCode::F(n) if spoken == usize::from(n).checked_sub(1));
        let style = match code {
            KeyCode::F(_) if is_spoken => kiosk.settings.theme.style(Tone::Heading),
            KeyCode::F(_) => kiosk.settings.theme.style(Tone::Quiet),
            _ => kiosk.settings.theme.style(Tone::Key),
        };
        buffer.set_stringn(area.x, area.y + area.height / 2, text, usize::from(area.width), style);
    }
}

/// What stands in the middle of each stage but that of a choice.
fn body(kiosk: &Kiosk) -> Vec<Part<'_>> {
    let mut parts = stage(kiosk);
    if kiosk.has_missed {
        parts.push(words(kiosk.words().missed, Tone::Warning));
    }
    parts
}

/// Whose question it is, so that nobody answers for somebody else.
fn asked_of<'a>(asked: &Asked) -> Vec<Part<'a>> {
    asked.name.iter().map(|name| words(visible(name), Tone::Heading)).collect()
}

fn stage(kiosk: &Kiosk) -> Vec<Part<'_>> {
    let w = kiosk.words();
    match &kiosk.stage {
        Stage::Start { badge } => {
            let mut parts = vec![big(kiosk.clock(kiosk.now), Tone::Heading, Size::Double)];
            // Letters of whole cells leave no room for a date on the smallest screen.
            if !kiosk.settings.theme.ascii || kiosk.size.1 > 14 {
                parts.push(words(format!("{}, {}", w.day(kiosk.now, kiosk.zone()), kiosk.zone()), Tone::Plain));
            }
            if let Some(trouble) = kiosk.trouble {
                parts.push(words(format!("{} {}", w.trouble(trouble), w.ask_coordinator), Tone::Bad));
            } else if let Contact::Offline { .. } = kiosk.contact {
                parts.push(words(w.saved_here, Tone::Warning));
            }
            parts.extend([words(w.scan, Tone::Plain), Part::Number(badge)]);
            parts
        }
        Stage::Enrol { code, note } => {
            let mut parts = vec![big("medstint", Tone::Heading, Size::Full), words(w.enrol, Tone::Plain)];
            parts.extend(note.map(|note| words(noted(kiosk, note), Tone::Bad)));
            parts.push(Part::Typed(code));
            parts
        }
        Stage::Pin { pin, .. } => {
            vec![big(w.pin, Tone::Heading, Size::Full), Part::Typed(pin), words(w.pin_hint, Tone::Quiet)]
        }
        Stage::Busy => vec![words(w.busy, Tone::Heading)],
        Stage::NewPin { asked, first, pin, note } => {
            let mut parts = asked_of(asked);
            parts.push(words(if first.is_some() { w.new_pin_again } else { w.new_pin }, Tone::Heading));
            parts.extend(note.map(|note| words(noted(kiosk, note), Tone::Warning)));
            parts.push(Part::Typed(pin));
            parts
        }
        Stage::Choose { .. } => Vec::new(),
        Stage::Meal { asked, minutes } => {
            let mut parts = asked_of(asked);
            parts.extend([words(w.meal, Tone::Heading), Part::Typed(minutes), words(w.meal_hint, Tone::Quiet)]);
            parts
        }
        Stage::StaleWhen { asked, since, time, is_wrong } => {
            let mut parts = asked_of(asked);
            parts.extend([words(open_since(kiosk, *since), Tone::Warning), words(w.stale_when, Tone::Heading)]);
            if *is_wrong {
                parts.push(words(w.stale_wrong, Tone::Bad));
            }
            parts.push(Part::Typed(time));
            parts
        }
        Stage::StaleWhich { asked, which, number, .. } => {
            let mut parts = asked_of(asked);
            parts.push(words(w.stale_which, Tone::Heading));
            parts.extend(both(kiosk, *which).map(|line| words(line, Tone::Plain)));
            parts.push(Part::Typed(number));
            parts
        }
        Stage::StaleWhy { asked, since, reason } => {
            let mut parts = asked_of(asked);
            parts.extend([words(open_since(kiosk, *since), Tone::Warning), words(w.stale_why, Tone::Heading)]);
            parts.extend((1..).zip(w.reasons).map(|(n, reason)| words(format!("{n}  {reason}"), Tone::Plain)));
            parts.push(Part::Typed(reason));
            parts
        }
        Stage::Told { what, .. } => told(kiosk, what),
        Stage::LeaveWho { badge } => vec![words(w.leave, Tone::Heading), Part::Number(badge)],
        Stage::LeavePin { pin, .. } => vec![words(w.pin, Tone::Heading), Part::Typed(pin)],
    }
}

fn told<'a>(kiosk: &Kiosk, what: &Told) -> Vec<Part<'a>> {
    let w = kiosk.words();
    match what {
        Told::In(done) => recorded(kiosk, w.word_in, w.clocked_in, done),
        Told::Out(done) => recorded(kiosk, w.word_out, w.clocked_out, done),
        Told::Kept { at, again } => {
            let said = if *again { w.saved_again } else { w.saved };
            let mut parts = large(kiosk, w.word_saved, &kiosk.clock(*at), Tone::Warning);
            parts.push(words(said, Tone::Heading));
            parts
        }
        other => {
            let sentences = sentences(kiosk, other).into_iter().map(|(text, tone)| words(text, tone));
            let is_punch = !matches!(other, Told::LeaveRefused | Told::LeaveOffline | Told::ScanAgain);
            // Whoever is already walking on sees that too.
            is_punch.then(|| big(w.word_no, Tone::Bad, Size::Double)).into_iter().chain(sentences).collect()
        }
    }
}

/// What is told without large letters.
pub(super) fn sentences(kiosk: &Kiosk, what: &Told) -> Vec<(String, Tone)> {
    let w = kiosk.words();
    let bad = |text: &str| (text.to_owned(), Tone::Bad);
    let plain = |text: &str| (text.to_owned(), Tone::Plain);
    match what {
        Told::In(_) | Told::Out(_) | Told::Kept { .. } => Vec::new(),
        Told::NotKept(trouble) => vec![bad(w.cannot_keep), bad(w.trouble(*trouble)), plain(w.ask_coordinator)],
        Told::Refused => vec![bad(w.refused), plain(w.refused_hint)],
        Told::Locked { until } => vec![bad(&filled(w.locked, &[&kiosk.clock(*until)]))],
        Told::NoRotation { elsewhere: None } => vec![bad(w.no_rotation), plain(w.ask_coordinator)],
        Told::NoRotation { elsewhere: Some(site) } => {
            vec![bad(&filled(w.no_rotation_elsewhere, &[&visible(site)])), plain(w.ask_coordinator)]
        }
        Told::NotAStudent => vec![bad(w.not_a_student), plain(w.ask_coordinator)],
        Told::Outside => vec![bad(w.outside), plain(w.ask_coordinator)],
        Told::NoBadge => vec![bad(w.too_long)],
        Told::ScanAgain => vec![bad(w.nothing_recorded), plain(w.scan_again)],
        Told::Uncertain => vec![bad(w.uncertain), plain(w.uncertain_hint)],
        Told::NotReady => vec![bad(w.not_ready), plain(w.ask_coordinator)],
        Told::Revoked => vec![bad(w.revoked), plain(w.ask_coordinator)],
        Told::LeaveRefused => vec![bad(w.leave_refused)],
        Told::LeaveOffline => vec![bad(w.leave_offline)],
    }
}

fn recorded<'a>(kiosk: &Kiosk, word: &str, said: &str, done: &Recorded) -> Vec<Part<'a>> {
    let w = kiosk.words();
    let mut parts = large(kiosk, word, &kiosk.clock(done.at), Tone::Good);
    parts.push(big(visible(&done.name), Tone::Heading, Size::Full));
    let hours = filled(w.today, &[&decimal_hours(done.today_ms)]);
    parts.push(big(hours, Tone::Plain, Size::Quarters));
    let required = done.required_h.to_string();
    parts.push(big(filled(w.rotation, &[&decimal_hours(done.rotation_ms), &required]), Tone::Plain, Size::Quarters));
    // The site is in the first line already.
    if kiosk.size.1 > 14 {
        parts.push(words(format!("{} · {}", visible(&done.site), visible(&done.rotation)), Tone::Plain));
    }
    let (said, tone) = if done.repeated { (w.repeated, Tone::Warning) } else { (said, Tone::Good) };
    parts.push(words(said, tone));
    parts
}

/// A word and a time: beside each other where there is room for it in large letters.
fn large<'a>(kiosk: &Kiosk, word: &str, time: &str, tone: Tone) -> Vec<Part<'a>> {
    let both = format!("{word} {time}");
    let fits = |text: &str| Size::Halves.of(text).is_some_and(|(width, _)| width <= kiosk.size.0);
    if fits(&both) || !fits(word) {
        return vec![big(both, tone, Size::Double)];
    }
    vec![big(word, tone, Size::Double), big(time, Tone::Heading, Size::Double)]
}

pub(super) fn open_since(kiosk: &Kiosk, since: DateTime<Utc>) -> String {
    let w = kiosk.words();
    filled(w.stale, &[&format!("{}, {}", w.day(since, kiosk.zone()), kiosk.clock(since))])
}

/// Two instants that the site's clocks show alike, each with its number.
pub(super) fn both(kiosk: &Kiosk, which: [DateTime<Utc>; 2]) -> [String; 2] {
    let w = kiosk.words();
    let [first, second] = which.map(|at| kiosk.clock_with_zone(at));
    [format!("1  {first}, {}", w.stale_first), format!("2  {second}, {}", w.stale_second)]
}

pub(super) fn noted(kiosk: &Kiosk, note: Note) -> &'static str {
    let w = kiosk.words();
    match note {
        Note::BadCode => w.enrol_wrong,
        Note::Unreachable => w.unreachable,
        Note::Revoked => w.revoked,
        Note::PinDiffers => w.new_pin_differs,
        Note::PinWrong => w.new_pin_wrong,
    }
}

/// Draws parts below each other: first everything gets a line, then what is large
/// grows step by step, the first ones first, as long as all of it fits.
fn stack(kiosk: &Kiosk, parts: &[Part], area: Rect, frame: &mut Frame) {
    let theme = kiosk.settings.theme;
    let width = area.width.saturating_sub(2);
    let wrapped = |text: &str| wrap(text, usize::from(width));
    let mut sizes: Vec<(Size, u16)> = parts
        .iter()
        .map(|part| match part {
            Part::Big { text, .. } | Part::Words { text, .. } => wrapped(text).len(),
            Part::Typed(_) | Part::Number(_) => 1,
        })
        .map(|lines| (Size::Plain, u16::try_from(lines).unwrap_or(1)))
        .collect();
    let mut taken: u16 = sizes.iter().map(|(_, lines)| lines).sum();
    for size in Size::all(theme.ascii, kiosk.settings.quarters) {
        for (part, at) in parts.iter().zip(&mut sizes) {
            let Part::Big { text, most, .. } = part else { continue };
            // Where there are no quarters, halves are the next best.
            let most = if *most == Size::Quarters && !kiosk.settings.quarters { Size::Halves } else { *most };
            if let Some((wide, high)) = size.of(text).filter(|(wide, _)| size <= most && *wide <= area.width)
                && taken - at.1 + high <= area.height
                && wide > 0
            {
                taken = taken - at.1 + high;
                *at = (size, high);
            }
        }
    }
    // What is left over goes between the parts.
    let gaps = u16::try_from(parts.len()).unwrap_or(1) + 1;
    let left = area.height.saturating_sub(taken);
    let gap = (left / gaps).min(2);
    let mut y = area.y + left.saturating_sub(gap * (gaps - 2)) / 2;
    for (part, (size, lines)) in parts.iter().zip(sizes) {
        if y + lines > area.bottom() {
            break;
        }
        let place = Rect { x: area.x + 1, y, width, height: lines };
        match part {
            Part::Big { text, tone, .. } if size != Size::Plain => {
                let whole = Rect { x: area.x, width: area.width, ..place };
                big::draw(text, size, theme.style(*tone), whole, frame.buffer_mut());
            }
            Part::Big { text, tone, .. } | Part::Words { text, tone } => {
                for (line, text) in (y..).zip(wrapped(text)) {
                    let one = Rect { y: line, height: 1, ..place };
                    big::draw(&text, Size::Plain, theme.style(*tone), one, frame.buffer_mut());
                }
            }
            Part::Typed(field) => typed(field, kiosk, place, frame),
            Part::Number(field) => {
                let unknown = BadgeForms::default();
                let shown = kiosk.forms().unwrap_or(&unknown).shown(field.text());
                typed(&Field::with(&shown), kiosk, place, frame);
            }
        }
        y += lines + gap;
    }
}

fn typed(field: &Field, kiosk: &Kiosk, area: Rect, frame: &mut Frame) {
    let width = area.width.min(30);
    let place = Rect { x: area.x + (area.width - width) / 2, width, ..area };
    let style = kiosk.settings.theme.style(Tone::Heading).add_modifier(Modifier::UNDERLINED);
    frame.buffer_mut().set_style(place, style);
    let at = field.draw(place, style, frame.buffer_mut());
    frame.set_cursor_position(at);
}

/// What is asked, and of whom.
fn titled(kiosk: &Kiosk, asked: &Asked) -> String {
    let choose = kiosk.words().choose;
    asked.name.as_ref().map_or(choose.to_owned(), |name| format!("{}: {choose}", visible(name)))
}

/// What was typed so far is seen by what it would choose.
fn choices(kiosk: &Kiosk, title: &str, offers: &[Offer], number: &Field, body: Rect, buffer: &mut Buffer) {
    let theme = kiosk.settings.theme;
    let line = Rect { height: 1, ..body };
    big::draw(title, Size::Plain, theme.style(Tone::Heading), line, buffer);
    if kiosk.has_missed {
        let below = Rect { y: line.y + 1, ..line };
        big::draw(kiosk.words().missed, Size::Plain, theme.style(Tone::Warning), below, buffer);
    }
    let chosen = layout::chosen(number, layout::shown(kiosk, offers.len()));
    for ((n, offer), area) in offers.iter().take(layout::OFFERS).enumerate().zip(layout::offers(body, offers.len())) {
        let is_chosen = chosen == Some(n);
        let mark = if is_chosen { "▌" } else { " " };
        let style = theme.style(if is_chosen { Tone::Heading } else { Tone::Plain });
        let text = format!("{mark} {}  {}", n + 1, visible(&offer.name));
        buffer.set_stringn(area.x, area.y, text, usize::from(area.width), style);
    }
}

fn keypad(kiosk: &Kiosk, pad: Rect, buffer: &mut Buffer) {
    let theme = kiosk.settings.theme;
    for (code, area) in layout::keys(pad) {
        let label = match code {
            KeyCode::Char(c) => c.to_string(),
            KeyCode::Backspace => "←".to_owned(),
            _ => kiosk.words().enter.to_owned(),
        };
        Block::bordered().render(area, buffer);
        let x = area.x + area.width.saturating_sub(u16::try_from(label.width()).unwrap_or(1)) / 2;
        let middle = area.y + area.height / 2;
        buffer.set_stringn(x, middle, label, usize::from(area.width), theme.style(Tone::Heading));
    }
}
