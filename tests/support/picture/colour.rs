//! The colours of the terminal that a picture shows.

#![expect(clippy::unreadable_literal, reason = "a colour is six digits")]

use ratatui::style::Color;

/// What a terminal's colours look like: `0xRRGGBB`.
#[derive(Debug)]
pub struct Colours {
    pub foreground: u32,
    pub background: u32,
    /// The line around the window.
    pub border: u32,
    /// The 16 ANSI colours by their numbers. As text, each is readable on the background.
    pub ansi: [u32; 16],
}

pub const DARK: Colours = Colours {
    foreground: 0xd8dee9,
    background: 0x161b22,
    border: 0x30363d,
    ansi: [
        0x8b949e, 0xff7b72, 0x3fb950, 0xd29922, 0x58a6ff, 0xbc8cff, 0x39c5cf, 0xb1bac4, 0x8b949e, 0xffa198, 0x56d364,
        0xe3b341, 0x79c0ff, 0xd2a8ff, 0x56d4dd, 0xffffff,
    ],
};

pub const LIGHT: Colours = Colours {
    foreground: 0x24292e,
    background: 0xffffff,
    border: 0xd0d7de,
    ansi: [
        0x24292e, 0xcf222e, 0x116329, 0x7d4e00, 0x0969da, 0x8250df, 0x1b7c83, 0x6e7781, 0x57606a, 0xa40e26, 0x1a7f37,
        0x633c01, 0x0550ae, 0x6639ba, 0x136c73, 0x6e7781,
    ],
};

impl Colours {
    /// A colour of a cell; `reset` is what the terminal's default stands for.
    pub fn of(&self, color: Color, reset: u32) -> u32 {
        match color {
            Color::Reset => reset,
            Color::Black => self.ansi[0],
            Color::Red => self.ansi[1],
            Color::Green => self.ansi[2],
            Color::Yellow => self.ansi[3],
            Color::Blue => self.ansi[4],
            Color::Magenta => self.ansi[5],
            Color::Cyan => self.ansi[6],
            Color::Gray => self.ansi[7],
            Color::DarkGray => self.ansi[8],
            Color::LightRed => self.ansi[9],
            Color::LightGreen => self.ansi[10],
            Color::LightYellow => self.ansi[11],
            Color::LightBlue => self.ansi[12],
            Color::LightMagenta => self.ansi[13],
            Color::LightCyan => self.ansi[14],
            Color::White => self.ansi[15],
            Color::Rgb(red, green, blue) => u32::from_be_bytes([0, red, green, blue]),
            Color::Indexed(index) => self.indexed(index),
        }
    }

    /// One of the 256 colours: 16 of the terminal's own, a cube of 6 × 6 × 6, 24 greys.
    fn indexed(&self, index: u8) -> u32 {
        const STEPS: [u8; 6] = [0x00, 0x5f, 0x87, 0xaf, 0xd7, 0xff];
        match index {
            0..=15 => self.ansi[usize::from(index)],
            16..=231 => {
                let cube = usize::from(index - 16);
                u32::from_be_bytes([0, STEPS[cube / 36], STEPS[cube / 6 % 6], STEPS[cube % 6]])
            }
            232..=255 => {
                let grey = 8 + 10 * (index - 232);
                u32::from_be_bytes([0, grey, grey, grey])
            }
        }
    }
}

/// How well one colour is read on another, as WCAG 2.2 defines it: from 1 to 21.
pub fn contrast(one: u32, other: u32) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(rgb: u32) -> f64 {
    let [_, red, green, blue] = rgb.to_be_bytes().map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}
