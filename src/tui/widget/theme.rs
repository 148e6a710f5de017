//! Themes. Color only repeats what the text already says.

use ratatui::style::{Color, Modifier, Style};
use strum::{EnumString, IntoStaticStr, VariantNames};

use crate::domain::audit_event::Severity;

/// The looks that can be chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "lowercase")]
pub enum Palette {
    /// The terminal's own 16 colours: light and dark backgrounds both work.
    #[default]
    Terminal,
    /// No colour at all: bold, underline and reverse only.
    Mono,
    /// 24-bit colours for a dark background.
    Dark,
    /// 24-bit colours for a light background.
    Light,
}

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Plain,
    Quiet,
    Heading,
    Key,
    Good,
    Warning,
    Bad,
    Mark,
}

impl From<Severity> for Tone {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Low => Self::Quiet,
            Severity::Medium => Self::Warning,
            Severity::High | Severity::Critical => Self::Bad,
        }
    }
}

/// A look, and whether the terminal has only ASCII.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Theme {
    pub palette: Palette,
    pub ascii: bool,
}

impl Theme {
    /// The style of a tone.
    #[must_use]
    pub fn style(self, tone: Tone) -> Style {
        let plain = Style::default();
        let modified = match tone {
            Tone::Heading | Tone::Mark | Tone::Bad => plain.add_modifier(Modifier::BOLD),
            Tone::Key => plain.add_modifier(Modifier::UNDERLINED),
            Tone::Plain | Tone::Quiet | Tone::Good | Tone::Warning => plain,
        };
        match self.palette {
            Palette::Mono if tone == Tone::Quiet => plain.add_modifier(Modifier::DIM),
            Palette::Mono => modified,
            Palette::Terminal => match tone {
                Tone::Plain => plain,
                Tone::Quiet => plain.add_modifier(Modifier::DIM),
                Tone::Heading => modified,
                Tone::Key => plain.fg(Color::Cyan),
                Tone::Good => plain.fg(Color::Green),
                Tone::Warning => plain.fg(Color::Yellow),
                Tone::Bad => modified.fg(Color::Red),
                Tone::Mark => modified.fg(Color::Magenta),
            },
            Palette::Dark => truecolor(
                tone,
                modified,
                [0xd8_de_e9, 0x7b_88_a1, 0x88_c0_d0, 0xa3_be_8c, 0xeb_cb_8b, 0xe0_6c_75, 0xc6_78_dd],
            ),
            Palette::Light => truecolor(
                tone,
                modified,
                [0x24_29_2e, 0x6a_73_7d, 0x00_5c_c5, 0x22_86_3a, 0x8a_63_00, 0xb3_1d_28, 0x6f_42_c1],
            ),
        }
    }

    /// The row under the cursor: reversed, which every terminal can show.
    #[must_use]
    pub fn selected(self) -> Style {
        Style::default().add_modifier(Modifier::REVERSED)
    }
}

fn truecolor(tone: Tone, base: Style, [plain, quiet, key, good, warning, bad, mark]: [u32; 7]) -> Style {
    base.fg(Color::from_u32(match tone {
        Tone::Plain | Tone::Heading => plain,
        Tone::Quiet => quiet,
        Tone::Key => key,
        Tone::Good => good,
        Tone::Warning => warning,
        Tone::Bad => bad,
        Tone::Mark => mark,
    }))
}
