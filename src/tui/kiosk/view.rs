//! Draws the kiosk's screen. Letters are as large as possible while the whole answer fits
//! (`stack`).

use crossterm::event::KeyCode;
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Alignment, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Widget};
use strum::VariantArray;
use unicode_width::UnicodeWidthStr;

use super::super::widget::ascii::to_ascii;
use super::super::widget::field::Field;
use super::super::widget::theme::Tone;
use super::super::widget::wrap::wrap;
use super::big::{self, Size};
use super::layout;
use super::messages::{Language, filled};
use super::parts::{Part, body};
use super::{Contact, Kiosk, PathSecurity, Stage};
use crate::domain::punch::{Asked, BadgeLengths, Offer};
use crate::domain::text::visible;

/// Draws the model.
pub fn view(kiosk: &Kiosk, frame: &mut Frame) {
    let area = frame.area();
    let theme = kiosk.settings.theme;
    if area.width < layout::LEAST.0 || area.height < layout::LEAST.1 {
        for (y, line) in (area.y..area.bottom()).zip(wrap(kiosk.messages().too_small, usize::from(area.width))) {
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
    let w = kiosk.messages();
    let style = |tone| kiosk.settings.theme.style(tone);
    let tone = match kiosk.contact {
        Contact::Connecting => Tone::Quiet,
        Contact::Online if kiosk.settings.path == PathSecurity::Secure => Tone::Good,
        Contact::Online | Contact::Offline { .. } => Tone::Warning,
        Contact::Revoked => Tone::Bad,
    };
    let mut beside = vec![Span::styled(kiosk.contact_in_words(), style(tone))];
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
                let unknown = BadgeLengths::default();
                let shown = kiosk.badge_lengths().unwrap_or(&unknown).shown(field.text());
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

/// The question, and the student whom it is for.
fn titled(kiosk: &Kiosk, asked: &Asked) -> String {
    let choose = kiosk.messages().choose;
    asked.name.as_ref().map_or(choose.to_owned(), |name| format!("{}: {choose}", visible(name)))
}

/// What was typed so far is seen by what it would choose.
fn choices(kiosk: &Kiosk, title: &str, offers: &[Offer], number: &Field, body: Rect, buffer: &mut Buffer) {
    let theme = kiosk.settings.theme;
    let line = Rect { height: 1, ..body };
    big::draw(title, Size::Plain, theme.style(Tone::Heading), line, buffer);
    if let Some(missed) = kiosk.missed() {
        let below = Rect { y: line.y + 1, ..line };
        big::draw(missed, Size::Plain, theme.style(Tone::Warning), below, buffer);
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
            _ => kiosk.messages().enter.to_owned(),
        };
        Block::bordered().render(area, buffer);
        let x = area.x + area.width.saturating_sub(u16::try_from(label.width()).unwrap_or(1)) / 2;
        let middle = area.y + area.height / 2;
        buffer.set_stringn(x, middle, label, usize::from(area.width), theme.style(Tone::Heading));
    }
}
