//! The detail of a record: labelled lines, headings, tables, a map. A resource supplies the
//! content; this module wraps, aligns, scrolls and draws it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use super::map::{self, Place};
use super::table::{Align, put};
use super::theme::{Theme, Tone};
use super::wrap::{beginning, wrap};
use crate::domain::structure::Structure;
use crate::domain::text::visible;
use crate::presentation::sentences::UNREADABLE;
use crate::presentation::text::spoken;

/// Lines of a map, when there is room for one.
const MAP_HEIGHT: u16 = 11;

/// What a detail says, top to bottom.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq)]
enum Part {
    Line {
        label: String,
        text: String,
        tone: Tone,
    },
    Heading(String),
    /// Cells that are not wrapped, and the same in words where they stand nowhere else.
    Bar {
        label: String,
        cells: String,
        words: Option<String>,
    },
    Table {
        titles: Vec<String>,
        rows: Vec<Vec<String>>,
    },
    Map(Vec<Place>),
}

/// A line as it stands on the screen: pieces at columns.
type Drawn = Vec<(u16, String, Tone)>;

impl Sheet {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A labelled line.
    #[must_use]
    pub fn line(self, label: &str, text: impl Into<String>) -> Self {
        self.toned(label, text, Tone::Plain)
    }

    /// A labelled line that is not an ordinary one.
    #[must_use]
    pub fn toned(mut self, label: &str, text: impl Into<String>, tone: Tone) -> Self {
        self.parts.push(Part::Line { label: label.to_owned(), text: text.into(), tone });
        self
    }

    /// A labelled line where there is something to say.
    #[must_use]
    pub fn maybe(self, label: &str, text: Option<impl Into<String>>) -> Self {
        match text {
            Some(text) => self.line(label, text),
            None => self,
        }
    }

    /// A line of its own above what follows.
    #[must_use]
    pub fn heading(mut self, text: impl Into<String>) -> Self {
        self.parts.push(Part::Heading(text.into()));
        self
    }

    /// A labelled row of cells, and what they say where no other line says it.
    #[must_use]
    pub fn bar(mut self, label: &str, cells: impl Into<String>, words: Option<String>) -> Self {
        self.parts.push(Part::Bar { label: label.to_owned(), cells: cells.into(), words });
        self
    }

    /// A table with titles.
    #[must_use]
    pub fn table(mut self, titles: &[&str], rows: Vec<Vec<String>>) -> Self {
        let titles = titles.iter().map(|title| (*title).to_owned()).collect();
        self.parts.push(Part::Table { titles, rows });
        self
    }

    /// JSON, as what it is.
    #[must_use]
    pub fn structure(mut self, label: &str, structure: Structure) -> Self {
        match structure {
            Structure::Nothing => self,
            Structure::List(items) => self.line(label, items.join(" · ")),
            Structure::Pairs(pairs) => {
                self = self.heading(label);
                for (name, value) in pairs {
                    self = self.line(&format!("  {name}"), value);
                }
                self
            }
            Structure::Table { titles, rows } => {
                self = self.heading(label);
                self.parts.push(Part::Table { titles, rows });
                self
            }
            Structure::Unreadable => self.toned(label, UNREADABLE, Tone::Warning),
        }
    }

    /// Places on a map.
    #[must_use]
    pub fn map(mut self, places: Vec<Place>) -> Self {
        if !places.is_empty() {
            self.parts.push(Part::Map(places));
        }
        self
    }

    /// Adds the parts of another sheet.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.parts.extend(other.parts);
        self
    }

    /// Draws what fits, so many lines further down. A map stands at the right
    /// where there is room beside the words, else above nothing: it is left out.
    pub fn draw(&self, theme: Theme, area: Rect, scroll: usize, buffer: &mut Buffer) {
        let places = self.parts.iter().find_map(|part| match part {
            Part::Map(places) => Some(places),
            _ => None,
        });
        let mut words = area;
        if let Some(places) = places {
            if area.width >= 84 && area.height >= 7 {
                let width = 34;
                words.width = area.width - width - 1;
                let place = Rect { x: words.right() + 1, width, height: area.height.min(MAP_HEIGHT + 4), ..area };
                map::draw(places, theme, place, buffer);
            } else if area.height >= 2 * MAP_HEIGHT {
                words.height = area.height - MAP_HEIGHT;
                map::draw(places, theme, Rect { y: words.bottom(), height: MAP_HEIGHT, ..area }, buffer);
            }
        }
        let lines = self.lines(words.width);
        let room = usize::from(words.height);
        let first = scroll.min(lines.len().saturating_sub(room));
        for (y, line) in (words.y..words.bottom()).zip(lines.iter().skip(first)) {
            for (x, text, tone) in line {
                let place = Rect { x: words.x + x, y, width: words.width.saturating_sub(*x), height: 1 };
                put(buffer, place, Align::Left, text, theme.style(*tone));
            }
        }
        let below = lines.len().saturating_sub(first + room);
        if below > 0 && room > 0 {
            let more = format!(" ▼ {below} more line{}, J ", if below == 1 { "" } else { "s" });
            let place = Rect { y: words.bottom() - 1, height: 1, ..words };
            put(buffer, place, Align::Right, &more, theme.style(Tone::Quiet));
        }
    }

    /// What it says, a sentence a line; what is only drawn is left out, since words
    /// stand beside it.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        for part in &self.parts {
            match part {
                Part::Line { label, text, .. } if label.trim().is_empty() => words.push(spoken(text)),
                Part::Line { label, text, .. } => words.push(format!("{}: {}", spoken(label.trim()), spoken(text))),
                Part::Heading(text) => words.push(format!("{}:", spoken(text))),
                Part::Table { titles, rows } => words.extend(rows.iter().map(|row| {
                    let cells = titles.iter().zip(row).filter(|(_, cell)| !cell.trim().is_empty());
                    spoken(&cells.map(|(title, cell)| format!("{title} {cell}")).collect::<Vec<_>>().join(", "))
                })),
                Part::Bar { label, words: said, .. } => {
                    words.extend(said.iter().map(|said| format!("{}: {}", spoken(label), spoken(said))));
                }
                Part::Map(_) => {}
            }
        }
        words
    }

    fn lines(&self, width: u16) -> Vec<Drawn> {
        let widest = self
            .parts
            .iter()
            .filter_map(|part| match part {
                Part::Line { label, .. } | Part::Bar { label, .. } => Some(label.width()),
                _ => None,
            })
            .max()
            .unwrap_or(0);
        let indent = u16::try_from(widest.clamp(8, 16) + 1).unwrap_or(9);
        let mut lines = Vec::new();
        for part in &self.parts {
            match part {
                Part::Line { label, text, tone } => labelled(label, text, *tone, indent, width, &mut lines),
                Part::Bar { label, cells, .. } => lines.push(vec![
                    (0, clipped(&visible(label), usize::from(indent) - 1), Tone::Quiet),
                    (indent, visible(cells).into_owned(), Tone::Plain),
                ]),
                Part::Heading(text) => lines.push(vec![(0, visible(text).into_owned(), Tone::Heading)]),
                Part::Table { titles, rows } => table(titles, rows, width, &mut lines),
                Part::Map(_) => {}
            }
        }
        lines
    }
}

fn labelled(label: &str, text: &str, tone: Tone, indent: u16, width: u16, lines: &mut Vec<Drawn>) {
    let room = usize::from(width.saturating_sub(indent)).max(1);
    for (i, part) in wrap(&visible(text), room).into_iter().enumerate() {
        let mut line = vec![(indent, part, tone)];
        if i == 0 {
            line.insert(0, (0, clipped(&visible(label), usize::from(indent) - 1), Tone::Quiet));
        }
        lines.push(line);
    }
}

fn clipped(text: &str, room: usize) -> String {
    beginning(text, room).to_owned()
}

/// Columns as wide as their contents need, the last one wrapped.
fn table(titles: &[String], rows: &[Vec<String>], width: u16, lines: &mut Vec<Drawn>) {
    let count = titles.len();
    if count == 0 {
        return;
    }
    let most = usize::from(width) / count.max(2);
    let widths: Vec<usize> = (0..count)
        .map(|i| {
            let cells = rows.iter().filter_map(|row| row.get(i)).map(|cell| cell.width());
            cells.chain([titles[i].width()]).max().unwrap_or(0).min(most.max(8))
        })
        .collect();
    let starts: Vec<usize> = (0..count).map(|i| widths[..i].iter().map(|width| width + 2).sum()).collect();
    let at = |i: usize| u16::try_from(starts[i]).unwrap_or(u16::MAX);
    lines.push(titles.iter().enumerate().map(|(i, title)| (at(i), visible(title).into_owned(), Tone::Quiet)).collect());
    for row in rows {
        let cells: Vec<Vec<String>> = (0..count)
            .map(|i| {
                let text = row.get(i).map_or("", String::as_str);
                let room = if i + 1 == count { usize::from(width).saturating_sub(starts[i]) } else { widths[i] };
                let mut pieces = wrap(&visible(text), room.max(1));
                if i + 1 < count {
                    // A word that is wider than its column does not run into the next.
                    for piece in &mut pieces {
                        if piece.width() > room {
                            *piece = format!("{}…", clipped(piece, room.saturating_sub(1)));
                        }
                    }
                }
                pieces
            })
            .collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or(1);
        for y in 0..height {
            let piece = |(i, cell): (usize, &Vec<String>)| Some((at(i), cell.get(y)?.clone(), Tone::Plain));
            lines.push(cells.iter().enumerate().filter_map(piece).collect());
        }
    }
}

/// The rule above a detail with its heading; the place below it.
pub fn frame(heading: &str, theme: Theme, area: Rect, buffer: &mut Buffer) -> Rect {
    let rule = "─".repeat(usize::from(area.width));
    put(buffer, Rect { height: 1, ..area }, Align::Left, &rule, theme.style(Tone::Quiet));
    let title = Rect { x: area.x + 1, width: area.width.saturating_sub(2), height: 1, ..area };
    put(buffer, title, Align::Left, &format!(" {} ", visible(heading)), theme.style(Tone::Heading));
    Rect { x: area.x + 2, y: area.y + 1, width: area.width.saturating_sub(3), height: area.height.saturating_sub(1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_wrapped_beside_its_label_and_a_table_keeps_its_columns() {
        let sheet = Sheet::new()
            .line("Site", "North General with a rather long name")
            .table(&["a", "b"], vec![vec!["1".into(), "two words".into()]]);
        let area = Rect::new(0, 0, 24, 6);
        let mut buffer = Buffer::empty(area);
        sheet.draw(Theme::default(), area, 0, &mut buffer);
        let lines: Vec<String> = (0..6)
            .map(|y| (0..24).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned())
            .collect();
        assert_eq!(
            lines,
            ["Site     North General", "         with a rather", "         long name", "a  b", "1  two words", ""]
        );
    }
}
