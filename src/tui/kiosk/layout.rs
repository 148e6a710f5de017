//! The positions of things on the screen: the view draws there, and touches are looked up there.

use crossterm::event::KeyCode;
use ratatui::layout::{Position, Rect};
use strum::VariantArray;
use unicode_width::UnicodeWidthStr;

use super::super::widget::field::Field;
use super::messages::Language;
use super::{Contact, Kiosk, Stage};

/// The smallest screen that says everything.
pub const LEAST: (u16, u16) = (40, 12);
/// Narrower than that, the connection has a line of its own and words are short.
const NARROW: u16 = 70;
/// The keys of the pad: digits, Enter and Backspace.
const PAD: [[KeyCode; 3]; 4] = [
    [KeyCode::Char('1'), KeyCode::Char('2'), KeyCode::Char('3')],
    [KeyCode::Char('4'), KeyCode::Char('5'), KeyCode::Char('6')],
    [KeyCode::Char('7'), KeyCode::Char('8'), KeyCode::Char('9')],
    [KeyCode::Backspace, KeyCode::Char('0'), KeyCode::Enter],
];
/// Cells of the pad's width; a key is a third of it.
const PAD_WIDTH: u16 = 33;

/// The parts of the screen.
#[derive(Clone, Copy, Debug)]
pub struct Parts {
    pub header: Rect,
    pub body: Rect,
    /// The on-screen keys, if there is room and the kiosk is touched.
    pub pad: Option<Rect>,
    /// Languages, and how to begin again.
    pub footer: Rect,
}

/// Of a screen of a size, which may be another one than the model has heard of.
pub fn parts(kiosk: &Kiosk, (width, height): (u16, u16)) -> Parts {
    let foot = if kiosk.has_keypad && height >= 18 { 3 } else { 1 };
    let head = if width < NARROW && (kiosk.waiting > 0 || kiosk.contact != Contact::Online) { 2 } else { 1 };
    let body = Rect::new(0, head, width, height.saturating_sub(head + foot));
    let wants = matches!(
        kiosk.stage,
        Stage::Start { .. }
            | Stage::Pin { .. }
            | Stage::NewPin { .. }
            | Stage::Meal { .. }
            | Stage::StaleWhen { .. }
            | Stage::AmbiguousLeaveTime { .. }
            | Stage::StaleWhy { .. }
            | Stage::LeavePin { .. }
    );
    let pad = (kiosk.has_keypad && wants && width >= 40 + PAD_WIDTH && body.height >= 12).then(|| Rect {
        x: width - PAD_WIDTH,
        width: PAD_WIDTH,
        ..body
    });
    let body = Rect { width: width - pad.map_or(0, |pad| pad.width), ..body };
    Parts {
        header: Rect::new(0, 0, width, head.min(height)),
        body,
        pad,
        footer: Rect::new(0, height.saturating_sub(foot), width, foot.min(height)),
    }
}

/// The keys of a pad, each with its area.
pub fn keys(pad: Rect) -> impl Iterator<Item = (KeyCode, Rect)> {
    let (width, height) = (pad.width / 3, pad.height / 4);
    (0..4u16).zip(PAD).flat_map(move |(row, codes)| {
        (0..3u16).zip(codes).map(move |(column, code)| {
            (code, Rect::new(pad.x + column * width, pad.y + row * height, width.saturating_sub(1), height))
        })
    })
}

/// The languages and, where there is something to give up, Esc: each with its area and
/// what is written there.
pub fn foot(kiosk: &Kiosk, size: (u16, u16)) -> Vec<(KeyCode, Rect, String)> {
    let footer = parts(kiosk, size).footer;
    let mut x = footer.x + 1;
    let mut found = Vec::new();
    let mut put = |code, text: String| {
        let width = u16::try_from(text.width()).unwrap_or(0);
        if x + width <= footer.right() {
            found.push((code, Rect { x, width, ..footer }, text));
        }
        x += width + 2;
    };
    if !matches!(kiosk.stage, Stage::Start { .. } | Stage::Told { .. } | Stage::Busy | Stage::Enrol { .. }) {
        put(KeyCode::Esc, kiosk.messages().cancel.to_owned());
    }
    for (n, language) in (1u8..).zip(Language::VARIANTS) {
        let name =
            if size.0 < NARROW { <&str>::from(*language).to_uppercase() } else { language.messages().name.to_owned() };
        put(KeyCode::F(n), format!("F{n} {name}"));
    }
    found
}

/// So many offers are shown, each with one digit.
pub const OFFERS: usize = 9;

/// How many of so many offers the screen has room for: no other one is chosen.
pub fn shown(kiosk: &Kiosk, count: usize) -> usize {
    offers(parts(kiosk, kiosk.size).body, count).take(OFFERS).count()
}

/// Which of so many that are shown was typed.
pub fn chosen(number: &Field, shown: usize) -> Option<usize> {
    let n: usize = number.text().trim().parse().ok()?;
    n.checked_sub(1).filter(|n| *n < shown)
}

/// Where the rotations to choose from are, from the top of the body.
pub fn offers(body: Rect, count: usize) -> impl Iterator<Item = Rect> {
    let each = (body.height.saturating_sub(2) / u16::try_from(count.max(1)).unwrap_or(1)).clamp(1, 3);
    let rows = (0..count).map(move |n| body.y + 2 + u16::try_from(n).unwrap_or(0) * each);
    rows.filter(move |y| *y + each <= body.bottom())
        .map(move |y| Rect::new(body.x + 1, y, body.width.saturating_sub(2), each))
}

/// The key that a finger presses there.
pub fn pressed(kiosk: &Kiosk, at: Position) -> Option<KeyCode> {
    let parts = parts(kiosk, kiosk.size);
    if let Some((code, _)) = parts.pad.and_then(|pad| keys(pad).find(|(_, area)| area.contains(at))) {
        return Some(code);
    }
    if let Stage::Choose { offers: found, .. } = &kiosk.stage
        && let Some(n) = offers(parts.body, found.len()).position(|area| area.contains(at))
    {
        return char::from_digit(u32::try_from(n + 1).ok()?, 10).map(KeyCode::Char);
    }
    foot(kiosk, kiosk.size).into_iter().find(|(_, area, _)| area.contains(at)).map(|(code, ..)| code)
}
