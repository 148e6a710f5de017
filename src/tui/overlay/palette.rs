//! Finds any command by a part of its name, its help or a synonym.

use crossterm::event::{KeyCode, KeyEvent};
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use super::super::action::Action;
use super::super::widget::field::Field;
use super::Answer;

/// What was typed, and which of the matches is chosen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Palette {
    pub text: Field,
    pub cursor: usize,
}

impl Palette {
    /// The actions that match, the best first.
    #[must_use]
    pub fn matches(&self, offered: &[Action]) -> Vec<Action> {
        let pattern = Pattern::parse(self.text.text(), CaseMatching::Ignore, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut buffer = Vec::new();
        let typed = self.text.text().trim().to_lowercase();
        let mut scored: Vec<_> = offered
            .iter()
            .filter_map(|action| {
                let text = format!("{} {} {}", action.name(), action.about().help, action.synonyms().join(" "));
                let score = pattern.score(Utf32Str::new(&text, &mut buffer), &mut matcher)?;
                // A name comes before everything else that matches, and before a synonym.
                Some(((action.naming(&typed), action.name().starts_with(&typed), score), *action))
            })
            .collect();
        scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        scored.into_iter().map(|(_, action)| action).collect()
    }

    pub(super) fn key(&mut self, key: KeyEvent, offered: &[Action]) -> Answer {
        match key.code {
            KeyCode::Esc => return Answer::Close,
            KeyCode::Enter => {
                return self.matches(offered).get(self.cursor).map_or(Answer::Close, |action| Answer::Act(*action));
            }
            KeyCode::Up => self.cursor = self.cursor.saturating_sub(1),
            KeyCode::Down => self.cursor = (self.cursor + 1).min(self.matches(offered).len().saturating_sub(1)),
            _ => {
                if self.text.type_key(key) {
                    self.cursor = 0;
                }
            }
        }
        Answer::Stay
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_synonym_finds_its_command_first() {
        let offered = [Action::TimeRecords, Action::Delegations, Action::Users, Action::Audit];
        let first = |typed: &str| Palette { text: Field::with(typed), cursor: 0 }.matches(&offered).first().copied();
        assert_eq!(first("people"), Some(Action::Users));
        assert_eq!(first("preceptors"), Some(Action::Users));
        assert_eq!(first("records"), Some(Action::TimeRecords));
        assert_eq!(first("deputies"), Some(Action::Delegations));
        assert_eq!(first("audit"), Some(Action::Audit));
    }
}
