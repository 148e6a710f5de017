//! The menu of links from a row.

use crossterm::event::{KeyCode, KeyEvent};

use super::Answer;
use crate::domain::list::Link;

/// The places, and which of them is chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct Menu {
    pub title: String,
    pub links: Vec<Link>,
    pub cursor: usize,
}

impl Menu {
    #[must_use]
    pub fn new(title: impl Into<String>, links: Vec<Link>) -> Self {
        Self { title: title.into(), links, cursor: 0 }
    }

    pub(super) fn key(&mut self, key: KeyEvent) -> Answer {
        let last = self.links.len().saturating_sub(1);
        match key.code {
            KeyCode::Esc | KeyCode::Char('q') => Answer::Close,
            KeyCode::Down | KeyCode::Char('j') => {
                self.cursor = (self.cursor + 1).min(last);
                Answer::Stay
            }
            KeyCode::Up | KeyCode::Char('k') => {
                self.cursor = self.cursor.saturating_sub(1);
                Answer::Stay
            }
            KeyCode::Enter => self.jump(self.cursor),
            KeyCode::Char(c @ '1'..='9') => self.jump(c as usize - '1' as usize),
            _ => Answer::Stay,
        }
    }

    fn jump(&self, i: usize) -> Answer {
        self.links.get(i).map_or(Answer::Stay, |link| Answer::Jump(link.clone()))
    }
}
