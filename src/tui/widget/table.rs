//! Draws a window as a table: columns of fixed or flexible width, the cursor, the marks, and a
//! message if there are no rows.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::theme::{Theme, Tone};
use super::window::{Listed, Window};
use super::wrap::{beginning, cells};
use crate::domain::text::visible;
use crate::domain::window::{Keyed, Slot};

/// A list that is as wide as that has room for the letters of a repeated hour.
pub const ROOM_FOR_ZONES: u16 = 100;

/// How wide a column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    Exactly(u16),
    /// Shares what is left, between a least and a most.
    Flexible {
        least: u16,
        most: u16,
    },
    /// What the rows on the screen need, between a least and a most.
    Fitted {
        least: u16,
        most: u16,
    },
}

/// On which side a column's text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
}

/// One column: its title, its width, and what a row shows in it.
pub struct Column<'a, R> {
    title: Cow<'static, str>,
    width: Width,
    align: Align,
    text: Text<'a, R>,
}

/// What a row says in a column, and how.
type Text<'a, R> = Box<dyn Fn(&R) -> (String, Tone) + 'a>;

impl<'a, R> Column<'a, R> {
    /// A column of words.
    pub fn left(title: impl Into<Cow<'static, str>>, width: Width, text: impl Fn(&R) -> (String, Tone) + 'a) -> Self {
        Self { title: title.into(), width, align: Align::Left, text: Box::new(text) }
    }

    /// A column of numbers.
    pub fn right(title: impl Into<Cow<'static, str>>, width: Width, text: impl Fn(&R) -> (String, Tone) + 'a) -> Self {
        Self { title: title.into(), width, align: Align::Right, text: Box::new(text) }
    }

    /// The same, toned down for some rows.
    #[must_use]
    pub fn quiet_where(self, is_quiet: impl Fn(&R) -> bool + 'a) -> Self
    where
        R: 'a,
    {
        let Self { title, width, align, text } = self;
        let toned = move |row: &R| {
            let (words, tone) = text(row);
            (words, if is_quiet(row) { Tone::Quiet } else { tone })
        };
        Self { title, width, align, text: Box::new(toned) }
    }

    /// What a row says in the column, in words: a number with what it counts. Nothing
    /// where there is nothing to say.
    #[must_use]
    pub fn words_of(&self, row: &R) -> Option<String> {
        let text = self.text_of(row);
        if matches!(text.trim(), "" | "—") {
            return None;
        }
        Some(if self.align == Align::Right { format!("{} {text}", self.title) } else { text })
    }

    /// What a row says in the column.
    #[must_use]
    pub fn text_of(&self, row: &R) -> String {
        (self.text)(row).0
    }
}

/// An ordinary cell.
#[must_use]
pub fn plain(text: impl Into<String>) -> (String, Tone) {
    (text.into(), Tone::Plain)
}

/// An ordinary cell, or a dash where there is nothing.
#[must_use]
pub fn or_dash(text: Option<&str>) -> (String, Tone) {
    (text.unwrap_or("—").to_owned(), Tone::Plain)
}

/// What a list says when it has no rows, and whether keys go to it.
pub struct Empty<'a> {
    pub focused: bool,
    pub loading: &'a str,
    pub none: &'a str,
}

/// Parts of a list, in its order, each under a title.
pub struct Sections<R> {
    /// To which part a row belongs; `None` where the list has none.
    pub of: fn(&R) -> Option<usize>,
    pub titles: Vec<(String, Tone)>,
}

/// A line of the list on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// The title of a part.
    Title(usize),
    /// A row, by its index in the window.
    Row(usize),
}

/// The lines of the list from the window's top on, or from before it where the
/// list ends sooner than the screen: the part that the first row belongs to is
/// always told.
#[must_use]
pub fn lines<R: Listed>(window: &Window<R>, of: fn(&R) -> Option<usize>, height: usize) -> Vec<Line> {
    let mut lines = lines_from(window, window.top, of, height + 1);
    for start in (0..window.top).rev() {
        let more = lines_from(window, start, of, height + 1);
        if more.len() > height {
            break;
        }
        lines = more;
    }
    lines.truncate(height);
    lines
}

fn lines_from<R: Listed>(window: &Window<R>, start: usize, of: fn(&R) -> Option<usize>, height: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut told = None;
    for (index, row) in window.rows.iter().enumerate().skip(start) {
        let part = of(row);
        if let Some(part) = part.filter(|_| part != told) {
            lines.push(Line::Title(part));
        }
        // What cannot be read stands in the part where it is.
        told = part.or(told);
        lines.push(Line::Row(index));
        if lines.len() >= height {
            break;
        }
    }
    lines.truncate(height);
    lines
}

/// Draws the header line and as many rows as fit below it.
pub fn draw<R>(
    window: &Window<Slot<R>>,
    columns: &[Column<Keyed<R>>],
    sections: &Sections<Slot<R>>,
    empty: &Empty,
    theme: Theme,
    area: Rect,
    buffer: &mut Buffer,
) where
    Slot<R>: Listed,
{
    if area.height == 0 {
        return;
    }
    let body = Rect { y: area.y + 1, height: area.height - 1, ..area };
    let lines = lines(window, sections.of, usize::from(body.height));
    let widths: Vec<Width> = columns.iter().map(|column| width(column, window, &lines)).collect();
    let places = places(&widths, area);
    for (column, place) in columns.iter().zip(&places) {
        put(buffer, *place, column.align, &column.title, theme.style(Tone::Quiet));
    }
    if window.rows.is_empty() {
        let (words, tone) = match &window.failure {
            Some(failure) => (failure.to_string(), Tone::Bad),
            None if window.loaded => (empty.none.to_owned(), Tone::Quiet),
            None => (empty.loading.to_owned(), Tone::Quiet),
        };
        if body.height > 1 {
            let line = Rect { x: body.x + 2, y: body.y + 1, width: body.width.saturating_sub(3), height: 1 };
            put(buffer, line, Align::Left, &words, theme.style(tone));
        }
        return;
    }
    for (y, line) in (body.y..body.bottom()).zip(lines) {
        let place = Rect { y, height: 1, ..body };
        match line {
            Line::Title(part) => draw_title(sections.titles.get(part), theme, place, buffer),
            Line::Row(index) => {
                draw_row(window, (index, &window.rows[index]), columns, &places, theme, place, buffer);
                if empty.focused && index == window.cursor {
                    buffer.set_style(place, theme.selected());
                }
            }
        }
    }
}

fn draw_title(title: Option<&(String, Tone)>, theme: Theme, place: Rect, buffer: &mut Buffer) {
    let Some((words, tone)) = title else { return };
    put(buffer, place, Align::Left, &"─".repeat(usize::from(place.width)), theme.style(Tone::Quiet));
    let words = format!(" {words} ");
    let room = Rect { x: place.x + 2, width: place.width.saturating_sub(2), ..place };
    put(buffer, room, Align::Left, &words, theme.style(*tone));
}

fn draw_row<R>(
    window: &Window<Slot<R>>,
    (index, slot): (usize, &Slot<R>),
    columns: &[Column<Keyed<R>>],
    places: &[Rect],
    theme: Theme,
    line: Rect,
    buffer: &mut Buffer,
) where
    Slot<R>: Listed,
{
    let at_cursor = index == window.cursor;
    let gone = window.is_gone(slot);
    match slot {
        Slot::Record(row) => {
            for (column, place) in columns.iter().zip(places) {
                let (text, tone) = (column.text)(row);
                let tone = if gone { Tone::Quiet } else { tone };
                put(buffer, Rect { y: line.y, ..*place }, column.align, &visible(&text), theme.style(tone));
            }
        }
        Slot::Unreadable(row) => {
            let place = Rect { x: line.x + 2, width: line.width.saturating_sub(2), ..line };
            put(buffer, place, Align::Left, &visible(&row.sentence), theme.style(Tone::Bad));
        }
    }
    let sign = match (at_cursor, window.is_marked(slot.id())) {
        (true, true) => "▌✓",
        (true, false) => "▌ ",
        (false, true) => " ✓",
        (false, false) => "  ",
    };
    buffer.set_stringn(line.x, line.y, sign, 2, theme.style(Tone::Mark));
}

/// How wide a column is with these lines on the screen.
fn width<R>(column: &Column<Keyed<R>>, window: &Window<Slot<R>>, lines: &[Line]) -> Width
where
    Slot<R>: Listed,
{
    let Width::Fitted { least, most } = column.width else { return column.width };
    let rows = lines.iter().filter_map(|line| match line {
        Line::Row(index) => window.rows.get(*index),
        Line::Title(_) => None,
    });
    let texts = rows.filter_map(|slot| match slot {
        Slot::Record(row) => Some(cells(&visible(&column.text_of(row)))),
        Slot::Unreadable(_) => None,
    });
    let widest = texts.max().unwrap_or(0);
    Width::Exactly(u16::try_from(widest).unwrap_or(most).clamp(least, most))
}

/// Where each column is: two cells at the left are for cursor and mark, one
/// separates columns.
fn places(widths: &[Width], area: Rect) -> Vec<Rect> {
    let gaps = u16::try_from(widths.len()).unwrap_or(u16::MAX);
    let least: u16 = widths.iter().map(|width| least(*width)).sum();
    let mut spare = area.width.saturating_sub(2 + gaps + least);
    let mut flexible = widths.iter().filter(|width| matches!(width, Width::Flexible { .. })).count();
    let mut x = area.x + 2;
    widths
        .iter()
        .map(|width| {
            let width = match *width {
                Width::Exactly(width) | Width::Fitted { least: width, .. } => width,
                Width::Flexible { least, most } => {
                    let part = spare.div_ceil(u16::try_from(flexible).unwrap_or(1).max(1)).min(most - least);
                    flexible -= 1;
                    spare -= part;
                    least + part
                }
            };
            let width = width.min(area.right().saturating_sub(x));
            let place = Rect { x, y: area.y, width, height: 1 };
            x += width + 1;
            place
        })
        .collect()
}

fn least(width: Width) -> u16 {
    match width {
        Width::Exactly(width) => width,
        Width::Flexible { least, .. } | Width::Fitted { least, .. } => least,
    }
}

/// Writes one line of text into a place, with `…` where it does not fit.
pub fn put(buffer: &mut Buffer, place: Rect, align: Align, text: &str, style: Style) {
    let room = usize::from(place.width);
    if room == 0 || place.height == 0 || !buffer.area.contains(place.as_position()) {
        return;
    }
    let width = cells(text);
    if width > room {
        let cut = beginning(text, room - 1);
        let (x, _) = buffer.set_stringn(place.x, place.y, cut, room - 1, style);
        buffer.set_stringn(x, place.y, "…", 1, style);
        return;
    }
    let indent = if align == Align::Right { room - width } else { 0 };
    let x = place.x + u16::try_from(indent).unwrap_or(0);
    buffer.set_stringn(x, place.y, text, room, style);
}

/// A text, or as much of it as fits with `…` behind it.
#[must_use]
pub fn fitted(text: &str, room: usize) -> Cow<'_, str> {
    if cells(text) <= room {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("{}…", beginning(text, room.saturating_sub(1))))
}
