//! The dialog for rejecting: a reason and its description. No reason is preselected.

use crossterm::event::{KeyCode, KeyEvent};
use strum::VariantArray;

use super::super::effect::PaneRequest;
use super::super::widget::field::Field;
use super::Answer;
use crate::domain::time_record::{Decide, RejectionReason, Seen};

/// The question, as far as it has been answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Reject {
    /// How many, how long, whose.
    pub lines: Vec<String>,
    pub seen: Vec<Seen>,
    pub reason: Option<RejectionReason>,
    /// Whether the words are being typed.
    pub on_text: bool,
    pub text: Field,
    pub words_required: bool,
    pub trouble: Option<&'static str>,
    /// Lines that are scrolled out of sight, where not all of them fit.
    pub scroll: usize,
}

impl Reject {
    #[must_use]
    pub fn new(lines: Vec<String>, seen: Vec<Seen>, words_required: bool) -> Self {
        let text = Field::default();
        Self { lines, seen, reason: None, on_text: false, text, words_required, trouble: None, scroll: 0 }
    }

    /// What is asked, and of how many.
    #[must_use]
    pub fn title(&self) -> String {
        match self.seen.len() {
            1 => "Reject".to_owned(),
            many => format!("Reject {many} records"),
        }
    }

    pub(super) fn paste(&mut self, text: &str) {
        if self.on_text {
            self.text.paste(text);
        }
    }

    pub(super) fn key(&mut self, key: KeyEvent) -> Answer {
        match key.code {
            KeyCode::Esc => return Answer::Close,
            KeyCode::Tab | KeyCode::BackTab => self.on_text = !self.on_text && self.reason.is_some(),
            KeyCode::Enter if self.on_text => return self.submit(),
            KeyCode::PageUp | KeyCode::PageDown => super::scroll(&mut self.scroll, key),
            _ if self.on_text => {
                self.text.type_key(key);
            }
            KeyCode::Enter if self.reason.is_some() => self.on_text = true,
            KeyCode::Enter => self.trouble = Some("Choose a reason: 1 to 6, or the arrow keys."),
            KeyCode::Down => self.choose_next(1),
            KeyCode::Up => self.choose_next(RejectionReason::VARIANTS.len() - 1),
            KeyCode::Char(c @ '1'..='6') => {
                self.reason = RejectionReason::VARIANTS.get(c as usize - '1' as usize).copied();
                self.trouble = None;
            }
            _ => {}
        }
        Answer::Stay
    }

    fn choose_next(&mut self, by: usize) {
        let all = RejectionReason::VARIANTS;
        let next = match self.reason.and_then(|reason| all.iter().position(|r| *r == reason)) {
            Some(here) => (here + by) % all.len(),
            None => 0,
        };
        self.reason = Some(all[next]);
        self.trouble = None;
    }

    fn submit(&mut self) -> Answer {
        let Some(code) = self.reason else {
            self.on_text = false;
            return Answer::Stay;
        };
        let words = self.text.text().trim();
        if words.is_empty() && (code == RejectionReason::Other || self.words_required) {
            self.trouble = Some("Describe the reason. The student will read it.");
            return Answer::Stay;
        }
        let text = (!words.is_empty()).then(|| words.to_owned());
        Answer::Do(PaneRequest::Decide { seen: self.seen.clone(), what: Decide::Reject { code, text } })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossterm::event::KeyModifiers;

    fn press(code: KeyCode) -> KeyEvent {
        KeyEvent::new(code, KeyModifiers::NONE)
    }

    fn reject() -> Reject {
        Reject::new(vec![], vec![Seen { id: "t".into(), version: 1 }], false)
    }

    #[test]
    fn nothing_is_rejected_without_a_chosen_reason() {
        let mut question = reject();
        for _ in 0..5 {
            assert!(matches!(question.key(press(KeyCode::Enter)), Answer::Stay));
        }
        assert!(question.trouble.is_some());
    }

    #[test]
    fn other_needs_words() {
        let mut question = reject();
        question.key(press(KeyCode::Char('6')));
        question.key(press(KeyCode::Enter));
        assert!(matches!(question.key(press(KeyCode::Enter)), Answer::Stay));
        for c in "why".chars() {
            question.key(press(KeyCode::Char(c)));
        }
        let Answer::Do(PaneRequest::Decide { what, .. }) = question.key(press(KeyCode::Enter)) else {
            panic!("it should be rejected now")
        };
        assert_eq!(what, Decide::Reject { code: RejectionReason::Other, text: Some("why".into()) });
    }
}
