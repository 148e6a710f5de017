//! Questions and lists that stand above a pane and take every key until they
//! are answered.

pub mod form;
pub mod menu;
pub mod palette;
pub mod preview;
pub mod reject;
pub mod verbs;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::action::Action;
use super::effect::PaneRequest;
use super::widget::field::Field;
use crate::domain::Secret;
use crate::domain::list::{Link, List};
use crate::domain::time_record::{Decide, Seen};

pub use form::Form;
pub use menu::Menu;
pub use palette::Palette;
pub use preview::Preview;
pub use reject::Reject;

/// An overlay on the screen, or one that waits for its turn.
#[derive(Clone, Debug)]
pub struct OpenOverlay {
    /// The list whose pane opened it, and hears what comes of it.
    pub by: List,
    pub overlay: Overlay,
}

/// What stands above the pane.
#[derive(Clone, Debug, PartialEq)]
pub enum Overlay {
    Help {
        scroll: usize,
    },
    Palette(Palette),
    Confirm(Confirm),
    Reject(Reject),
    Reason(Reason),
    /// What could not be done, by name.
    Report(Report),
    Form(Box<Form>),
    Preview(Preview),
    Menu(Menu),
    /// Something that is shown once: a first password.
    Told {
        text: String,
        secret: Secret,
    },
}

impl From<Form> for Overlay {
    fn from(form: Form) -> Self {
        Self::Form(Box::new(form))
    }
}

impl From<Menu> for Overlay {
    fn from(menu: Menu) -> Self {
        Self::Menu(menu)
    }
}

impl From<Preview> for Overlay {
    fn from(preview: Preview) -> Self {
        Self::Preview(preview)
    }
}

/// A question whose answer changes something; its default is to cancel.
#[derive(Clone, Debug, PartialEq)]
pub struct Confirm {
    pub title: String,
    /// How many, how long, whose.
    pub lines: Vec<String>,
    /// The word on the button: `Approve 12`.
    pub verb: String,
    /// Whether the cursor is on that word instead of on Cancel.
    pub on_verb: bool,
    /// The affected rows, one per line, to look at before answering.
    pub shows: Vec<String>,
    /// What the verb asks for.
    pub request: PaneRequest,
    /// Lines that are scrolled out of sight, where not all of them fit.
    pub scroll: usize,
}

/// Why, in words, where a role has to say so.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    pub title: String,
    /// What is acknowledged, or who says why.
    pub lines: Vec<String>,
    pub text: Field,
    pub seen: Vec<Seen>,
    pub what: Why,
    pub trouble: Option<&'static str>,
    /// Lines that are scrolled out of sight, where not all of them fit.
    pub scroll: usize,
}

/// What the words are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    Approve,
    Undo,
}

/// Lines to read, scrolled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub title: String,
    pub lines: Vec<String>,
    pub scroll: usize,
}

/// What a key did to an overlay.
#[derive(Debug)]
pub enum Answer {
    /// It stays.
    Stay,
    Close,
    /// It closes, and this is asked for.
    Do(PaneRequest),
    /// It stays, and these are asked for.
    Ask(Vec<PaneRequest>),
    /// Another one stands above it until that is closed.
    Show(Box<Overlay>),
    /// Another one takes its place.
    Open(Box<Overlay>, Vec<PaneRequest>),
    Act(Action),
    Jump(Link),
}

impl Overlay {
    pub fn key(&mut self, key: KeyEvent, offered: &[Action]) -> Answer {
        match self {
            Self::Help { scroll } => scrolled(scroll, key),
            Self::Report(report) => scrolled(&mut report.scroll, key),
            Self::Palette(palette) => palette.key(key, offered),
            Self::Confirm(confirm) => confirm.key(key),
            Self::Reject(reject) => reject.key(key),
            Self::Reason(reason) => reason.key(key),
            Self::Form(form) => form.key(key),
            Self::Preview(preview) => preview.key(key),
            Self::Menu(menu) => menu.key(key),
            Self::Told { .. } if key.code == KeyCode::Esc => Answer::Close,
            Self::Told { .. } => Answer::Stay,
        }
    }

    /// Whether something that it shows could not be read.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        match self {
            Self::Form(form) => form.is_stale(),
            Self::Preview(preview) => preview.is_stale(),
            _ => false,
        }
    }

    /// Asks again for what could not be read, unless that is in progress.
    pub(super) fn retry(&mut self) -> Vec<PaneRequest> {
        match self {
            Self::Form(form) => form.retry(),
            Self::Preview(preview) => preview.retry().into_iter().collect(),
            _ => Vec::new(),
        }
    }

    /// Whether text is being typed into it.
    #[must_use]
    pub fn has_field(&self) -> bool {
        match self {
            Self::Palette(_) | Self::Reason(_) => true,
            Self::Reject(reject) => reject.on_text,
            Self::Form(form) => form.has_field(),
            Self::Help { .. }
            | Self::Confirm(_)
            | Self::Report(_)
            | Self::Preview(_)
            | Self::Menu(_)
            | Self::Told { .. } => false,
        }
    }

    /// Whether a key is only text for a field, and answers nothing.
    #[must_use]
    pub fn is_typed(&self, key: KeyEvent) -> bool {
        let is_text = matches!(key.code, KeyCode::Char(_) | KeyCode::Backspace | KeyCode::Delete);
        is_text && !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) && self.has_field()
    }

    pub fn paste(&mut self, text: &str) -> Answer {
        match self {
            Self::Palette(palette) => palette.text.paste(text),
            Self::Reject(reject) => reject.paste(text),
            Self::Reason(reason) => reason.text.paste(text),
            Self::Form(form) => return form.paste(text),
            Self::Help { .. }
            | Self::Confirm(_)
            | Self::Report(_)
            | Self::Preview(_)
            | Self::Menu(_)
            | Self::Told { .. } => {}
        }
        Answer::Stay
    }
}

/// Moves through lines.
fn scroll(scroll: &mut usize, key: KeyEvent) {
    match key.code {
        KeyCode::Down | KeyCode::Char('j') => *scroll += 1,
        KeyCode::Up | KeyCode::Char('k') => *scroll = scroll.saturating_sub(1),
        KeyCode::PageDown | KeyCode::Char(' ') => *scroll += 10,
        KeyCode::PageUp => *scroll = scroll.saturating_sub(10),
        _ => {}
    }
}

fn scrolled(lines: &mut usize, key: KeyEvent) -> Answer {
    scroll(lines, key);
    match key.code {
        KeyCode::Esc | KeyCode::Enter | KeyCode::Char('q' | '?') => return Answer::Close,
        // Whatever was being typed when it opened is not an answer to it.
        _ => {}
    }
    Answer::Stay
}

impl Confirm {
    fn key(&mut self, key: KeyEvent) -> Answer {
        match key.code {
            KeyCode::Char('y') => Answer::Do(self.request.clone()),
            KeyCode::Char('v') if !self.shows.is_empty() => Answer::Show(Box::new(Overlay::Report(Report {
                title: self.title.clone(),
                lines: self.shows.clone(),
                scroll: 0,
            }))),
            KeyCode::Enter if self.on_verb => Answer::Do(self.request.clone()),
            KeyCode::Enter | KeyCode::Esc | KeyCode::Char('n' | 'q') => Answer::Close,
            KeyCode::Left | KeyCode::Right | KeyCode::Tab | KeyCode::BackTab => {
                self.on_verb = !self.on_verb;
                Answer::Stay
            }
            _ => {
                scroll(&mut self.scroll, key);
                Answer::Stay
            }
        }
    }
}

impl Reason {
    fn key(&mut self, key: KeyEvent) -> Answer {
        match key.code {
            KeyCode::Esc => Answer::Close,
            KeyCode::Enter if self.text.text().trim().is_empty() => {
                self.trouble = Some("A reason is required. It is stored with the decision.");
                Answer::Stay
            }
            KeyCode::Enter => {
                let reason = Some(self.text.text().trim().to_owned());
                let what = match self.what {
                    Why::Approve => Decide::Approve { reason },
                    Why::Undo => Decide::Undo { reason },
                };
                Answer::Do(PaneRequest::Decide { seen: self.seen.clone(), what })
            }
            KeyCode::Up | KeyCode::Down | KeyCode::PageUp | KeyCode::PageDown => {
                scroll(&mut self.scroll, key);
                Answer::Stay
            }
            _ => {
                self.text.type_key(key);
                Answer::Stay
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::query::Query;
    use crossterm::event::KeyModifiers;

    fn press(code: KeyCode) -> KeyEvent {
        KeyEvent::new(code, KeyModifiers::NONE)
    }

    #[test]
    fn a_question_is_cancelled_by_enter_unless_the_verb_was_chosen() {
        let mut confirm = Confirm {
            title: String::new(),
            lines: vec![],
            verb: "Approve 2".into(),
            on_verb: false,
            shows: vec![],
            request: PaneRequest::FindClean(Query::default()),
            scroll: 0,
        };
        assert!(matches!(confirm.key(press(KeyCode::Enter)), Answer::Close));
        assert!(matches!(confirm.key(press(KeyCode::Char('a'))), Answer::Stay));
        assert!(matches!(confirm.key(press(KeyCode::Right)), Answer::Stay));
        assert!(matches!(confirm.key(press(KeyCode::Enter)), Answer::Do(PaneRequest::FindClean(_))));
    }
}
