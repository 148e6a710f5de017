//! The colours of the terminal that a picture shows.

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
    foreground: 0xd8_de_e9,
    background: 0x16_1b_22,
    border: 0x30_36_3d,
    ansi: [
        0x8b_94_9e, 0xff_7b_72, 0x3f_b9_50, 0xd2_99_22, 0x58_a6_ff, 0xbc_8c_ff, 0x39_c5_cf, 0xb1_ba_c4, 0x8b_94_9e,
        0xff_a1_98, 0x56_d3_64, 0xe3_b3_41, 0x79_c0_ff, 0xd2_a8_ff, 0x56_d4_dd, 0xff_ff_ff,
    ],
};

pub const LIGHT: Colours = Colours {
    foreground: 0x24_29_2e,
    background: 0xff_ff_ff,
    border: 0xd0_d7_de,
    ansi: [
        0x24_29_2e, 0xcf_22_2e, 0x11_63_29, 0x7d_4e_00, 0x09_69_da, 0x82_50_df, 0x1b_7c_83, 0x6e_77_81, 0x57_60_6a,
        0xa4_0e_26, 0x1a_7f_37, 0x63_3c_01, 0x05_50_ae, 0x66_39_ba, 0x13_6c_73, 0x6e_77_81,
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
