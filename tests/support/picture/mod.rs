//! A screen as a picture: SVG text that looks alike with every font. Each run of letters states
//! its width, and blocks, lines and dots are shapes, so columns line up.

mod colour;
mod shape;

use std::collections::BTreeMap;
use std::fmt::Write;

use ratatui::buffer::{Buffer, Cell, CellWidth};
use ratatui::style::Modifier;

pub use colour::{Colours, DARK, LIGHT, contrast};
use shape::CELL;

/// The room around the cells, in hundredths of a pixel.
const MARGIN: u32 = 1_200;
/// From the top of a cell to the line that letters stand on.
const BASELINE: u32 = 1_350;
const FONT: &str = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace";

/// A screen as SVG. The title says what is seen.
pub fn svg(buffer: &Buffer, colours: &Colours, title: &str) -> String {
    let mut drawing = Drawing { colours, bands: String::new(), shapes: BTreeMap::new(), texts: String::new() };
    for y in 0..buffer.area.height {
        drawing.draw_row(buffer, y);
    }
    let width = px(u32::from(buffer.area.width) * CELL.0 + 2 * MARGIN);
    let height = px(u32::from(buffer.area.height) * CELL.1 + 2 * MARGIN);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\">\n<title>{}</title>\n\
         <rect x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"8\" fill=\"#{:06x}\" stroke=\"#{:06x}\"/>\n\
         <g font-family=\"{FONT}\" font-size=\"14\" xml:space=\"preserve\">\n{}",
        escape(title),
        width - 1.0,
        height - 1.0,
        colours.background,
        colours.border,
        drawing.bands,
    );
    for ((colour, is_dim), path) in &drawing.shapes {
        let _ = writeln!(svg, "<path{} d=\"{path}\"/>", fill(*colour, *is_dim));
    }
    svg.push_str(&drawing.texts);
    svg.push_str("</g>\n</svg>\n");
    svg
}

/// How a symbol is painted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ink {
    colour: u32,
    modifiers: Modifier,
}

impl Ink {
    fn has(self, modifier: Modifier) -> bool {
        self.modifiers.contains(modifier)
    }

    /// The attributes of letters, each with a blank before it.
    fn attributes(self) -> String {
        let mut attributes = fill(self.colour, self.has(Modifier::DIM));
        for (modifier, attribute) in [
            (Modifier::BOLD, " font-weight=\"bold\""),
            (Modifier::ITALIC, " font-style=\"italic\""),
            (Modifier::UNDERLINED, " text-decoration=\"underline\""),
        ] {
            if self.has(modifier) {
                attributes.push_str(attribute);
            }
        }
        attributes
    }
}

fn fill(colour: u32, is_dim: bool) -> String {
    let opacity = if is_dim { " opacity=\"0.65\"" } else { "" };
    format!(" fill=\"#{colour:06x}\"{opacity}")
}

/// Letters beside each other that are painted alike.
#[derive(Debug)]
struct Run {
    /// Where it begins, and how many columns it takes.
    x: u16,
    columns: u16,
    text: String,
    ink: Ink,
}

impl Run {
    /// Whether a symbol continues it. What a font may lack stands alone, and so does what
    /// comes after a gap: neither may move the letters beside it.
    fn goes_on_with(&self, symbol: &str, columns: u16, ink: Ink) -> bool {
        let is_common = |text: &str| text.chars().all(|c| c < '\u{2070}');
        let is_gap = symbol == " " && self.text.ends_with(' ') && !ink.has(Modifier::UNDERLINED);
        self.ink == ink && columns == 1 && is_common(symbol) && is_common(&self.text) && !is_gap
    }

    /// The same without blanks at its ends, which nobody sees unless they are underlined.
    fn trimmed(mut self) -> Option<Self> {
        if self.ink.has(Modifier::UNDERLINED) {
            return Some(self);
        }
        let blanks = |text: &str, trimmed: &str| u16::try_from(text.len() - trimmed.len()).unwrap_or(0);
        let behind = blanks(&self.text, self.text.trim_end_matches(' '));
        let before = blanks(&self.text, self.text.trim_start_matches(' '));
        let text = self.text.trim_matches(' ').to_owned();
        if text.is_empty() {
            return None;
        }
        self.x += before;
        self.columns -= before + behind;
        Some(Self { text, ..self })
    }
}

/// The parts of a picture, from back to front.
struct Drawing<'a> {
    colours: &'a Colours,
    /// Backgrounds that differ from the terminal's own.
    bands: String,
    /// The outlines of all shapes by their colour and whether they are dim: one path leaves no
    /// seams between cells.
    shapes: BTreeMap<(u32, bool), String>,
    texts: String,
}

impl Drawing<'_> {
    fn draw_row(&mut self, buffer: &Buffer, y: u16) {
        let width = buffer.area.width;
        let mut runs: Vec<Run> = Vec::new();
        let mut bands: Vec<(u16, u16, u32)> = Vec::new();
        let mut x = 0;
        while x < width {
            let cell = &buffer[(buffer.area.x + x, buffer.area.y + y)];
            // The cells that a wide symbol covers hold nothing.
            let columns = cell.cell_width().clamp(1, width - x);
            let (ink, background) = self.paint(cell);
            match bands.last_mut() {
                Some((start, length, colour)) if *colour == background && *start + *length == x => *length += columns,
                _ => bands.push((x, columns, background)),
            }
            let symbol = cell.symbol();
            if let Some(areas) = shape::areas(symbol) {
                self.draw_shape(&areas, x, y, ink);
            } else {
                match runs.last_mut() {
                    Some(run) if run.x + run.columns == x && run.goes_on_with(symbol, columns, ink) => {
                        run.text.push_str(symbol);
                        run.columns += columns;
                    }
                    _ => runs.push(Run { x, columns, text: symbol.to_owned(), ink }),
                }
            }
            x += columns;
        }
        for (x, columns, colour) in bands {
            self.draw_band(x, y, columns, colour);
        }
        for run in runs.into_iter().filter_map(Run::trimmed) {
            self.draw_text(&run, y);
        }
    }

    /// The ink and the background of a cell.
    fn paint(&self, cell: &Cell) -> (Ink, u32) {
        let front = self.colours.of(cell.fg, self.colours.foreground);
        let back = self.colours.of(cell.bg, self.colours.background);
        let is_reversed = cell.modifier.contains(Modifier::REVERSED);
        let (colour, background) = if is_reversed { (back, front) } else { (front, back) };
        (Ink { colour, modifiers: cell.modifier }, background)
    }

    fn draw_band(&mut self, x: u16, y: u16, columns: u16, colour: u32) {
        if colour == self.colours.background {
            return;
        }
        let (left, top) = corner(x, y);
        let _ = writeln!(
            self.bands,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"#{colour:06x}\"/>",
            px(left),
            px(top),
            px(u32::from(columns) * CELL.0),
            px(CELL.1),
        );
    }

    fn draw_shape(&mut self, areas: &[shape::Area], x: u16, y: u16, ink: Ink) {
        let path = self.shapes.entry((ink.colour, ink.has(Modifier::DIM))).or_default();
        let (left, top) = corner(x, y);
        for area in areas {
            let [x, y, right, bottom] = area;
            let (width, height) = (px(right - x), px(bottom - y));
            let _ = write!(path, "M{} {}h{width}v{height}h-{width}z", px(left + x), px(top + y));
        }
    }

    fn draw_text(&mut self, run: &Run, y: u16) {
        let (left, top) = corner(run.x, y);
        let _ = writeln!(
            self.texts,
            "<text x=\"{}\" y=\"{}\" textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\"{}>{}</text>",
            px(left),
            px(top + BASELINE),
            px(u32::from(run.columns) * CELL.0),
            run.ink.attributes(),
            escape(&run.text),
        );
    }
}

/// The upper left corner of a cell, in hundredths of a pixel.
fn corner(x: u16, y: u16) -> (u32, u32) {
    (MARGIN + u32::from(x) * CELL.0, MARGIN + u32::from(y) * CELL.1)
}

/// Hundredths of a pixel in pixels.
fn px(hundredths: u32) -> f64 {
    f64::from(hundredths) / 100.0
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
