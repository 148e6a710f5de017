//! A backend that writes nothing when nothing changed.
//!
//! ratatui writes colour resets and cursor moves for every drawing, also for an empty one; over a
//! slow link an idle console would still send bytes. Here an empty difference sends none. So the
//! loop can draw after every batch of messages, and there are no dirty flags to forget. A real
//! difference is wrapped in a synchronized update (DEC 2026), so that a terminal shows it as a
//! whole. The terminal is never asked where its cursor is: over SSH the answer may not come.
//!
//! # Rows of uncertain width
//!
//! Terminals disagree about the width of vowel signs, joined emoji and some letters
//! (`text::has_certain_width`). A difference covers only the cells that we think have changed, so
//! remnants would stay on the screen. A row that contains or contained such text is erased and
//! painted cell by cell, each at its own position and without wrapping.

use std::collections::BTreeSet;
use std::io::{self, Write};

use crossterm::cursor::MoveTo;
use crossterm::queue;
use crossterm::terminal::{BeginSynchronizedUpdate, Clear, DisableLineWrap, EnableLineWrap, EndSynchronizedUpdate};
use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::{Cell, CellWidth};
use ratatui::layout::{Position, Size};

use crate::domain::text::has_certain_width;

/// A crossterm backend that is silent when there is nothing to say.
#[derive(Debug)]
pub struct QuietBackend<W: Write> {
    inner: CrosstermBackend<W>,
    /// What the terminal shows.
    cursor: Option<Position>,
    cursor_shown: Option<bool>,
    drawn: bool,
    /// What was drawn in each row since the terminal was cleared.
    rows: Vec<Vec<Cell>>,
}

impl<W: Write> QuietBackend<W> {
    #[must_use]
    pub fn new(writer: W) -> Self {
        Self { inner: CrosstermBackend::new(writer), cursor: None, cursor_shown: None, drawn: false, rows: Vec::new() }
    }

    /// Whether a row holds text that terminals do not all draw equally wide.
    fn is_doubtful(&self, y: u16) -> bool {
        let row = self.rows.get(usize::from(y));
        row.is_some_and(|row| row.iter().any(|cell| !has_certain_width(cell.symbol())))
    }

    /// Remembers a cell, and that a wide one hides those after it.
    fn remember(&mut self, x: u16, y: u16, cell: &Cell) {
        let (x, y, width) = (usize::from(x), usize::from(y), usize::from(cell.cell_width().max(1)));
        if self.rows.len() <= y {
            self.rows.resize(y + 1, Vec::new());
        }
        let row = &mut self.rows[y];
        if row.len() < x + width {
            row.resize(x + width, Cell::EMPTY);
        }
        row[x] = cell.clone();
        row[x + 1..x + width].fill(Cell::EMPTY);
    }

    /// Paints a row from its beginning. Cells of uncertain width are erased first, and the
    /// cursor is set again after each of them.
    fn paint(&mut self, y: u16) -> io::Result<()> {
        let Some(row) = self.rows.get(usize::from(y)) else { return Ok(()) };
        queue!(self.inner, MoveTo(0, y), Clear(crossterm::terminal::ClearType::UntilNewLine))?;
        let mut certain: Vec<(u16, u16, &Cell)> = Vec::with_capacity(row.len());
        let mut x = 0;
        while let Some(cell) = row.get(usize::from(x)) {
            let width = cell.cell_width().max(1);
            if has_certain_width(cell.symbol()) {
                certain.push((x, y, cell));
            } else {
                self.inner.draw(certain.drain(..))?;
                let mut empty = cell.clone();
                empty.set_symbol(" ");
                self.inner.draw((x..x + width).map(|x| (x, y, &empty)))?;
                self.inner.draw([(x, y, cell)].into_iter())?;
            }
            x += width;
        }
        self.inner.draw(certain.into_iter())
    }
}

impl<W: Write> Backend for QuietBackend<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let content: Vec<(u16, u16, &Cell)> = content.collect();
        if content.is_empty() {
            return Ok(());
        }
        queue!(self.inner, BeginSynchronizedUpdate)?;
        self.drawn = true;
        // Drawing moves the terminal's cursor.
        self.cursor = None;
        let rows: BTreeSet<u16> = content.iter().map(|(_, y, _)| *y).collect();
        let mut doubtful: BTreeSet<u16> = rows.iter().copied().filter(|y| self.is_doubtful(*y)).collect();
        for (x, y, cell) in &content {
            self.remember(*x, *y, cell);
        }
        doubtful.extend(rows.iter().filter(|y| self.is_doubtful(**y)));
        let mut certain = content.into_iter().filter(|(_, y, _)| !doubtful.contains(y)).peekable();
        if certain.peek().is_some() {
            self.inner.draw(certain)?;
        }
        if doubtful.is_empty() {
            return Ok(());
        }
        // What is wider than expected at the end of a row does not go on in the next.
        queue!(self.inner, DisableLineWrap)?;
        for y in &doubtful {
            self.paint(*y)?;
        }
        queue!(self.inner, EnableLineWrap)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if self.cursor_shown == Some(false) {
            return Ok(());
        }
        self.cursor_shown = Some(false);
        self.drawn = true;
        queue!(self.inner, crossterm::cursor::Hide)
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if self.cursor_shown == Some(true) {
            return Ok(());
        }
        self.cursor_shown = Some(true);
        self.drawn = true;
        queue!(self.inner, crossterm::cursor::Show)
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.cursor.unwrap_or_default())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let position = position.into();
        if self.cursor == Some(position) {
            return Ok(());
        }
        self.cursor = Some(position);
        self.drawn = true;
        queue!(self.inner, crossterm::cursor::MoveTo(position.x, position.y))
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        // After a clear nothing is known of the terminal: it may have been
        // someone else's in the meantime.
        (self.cursor, self.cursor_shown) = (None, None);
        self.rows.clear();
        self.drawn = true;
        self.inner.clear_region(clear_type)
    }

    fn size(&self) -> io::Result<Size> {
        self.inner.size()
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.inner.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        if !std::mem::take(&mut self.drawn) {
            return Ok(());
        }
        queue!(self.inner, EndSynchronizedUpdate)?;
        Backend::flush(&mut self.inner)
    }
}
