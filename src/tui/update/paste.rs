//! Pasted text goes into the open field, and never triggers actions.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::super::action::Action;
use super::super::app::{App, Screen};
use super::super::effect::Effect;
use super::super::overlay::Overlay;
use super::super::widget::theme::Tone;

impl App {
    pub(super) fn paste(&mut self, text: &str) -> Vec<Effect> {
        match &mut self.screen {
            Screen::SignIn(form) => form.field().paste(text),
            Screen::Locked(unlock) => unlock.password.paste(text),
            Screen::NewPassword(form) => form.field().paste(text),
            Screen::Console => return self.paste_over_list(text),
            Screen::Resuming(_) | Screen::School(_) => {}
        }
        Vec::new()
    }

    fn paste_over_list(&mut self, text: &str) -> Vec<Effect> {
        match &mut self.opened {
            Some(open) if open.overlay.has_field() => {
                let (by, answer) = (open.by, open.overlay.paste(text));
                return self.overlay_answer(by, answer);
            }
            None if self.panes.current().typing().is_some() => {
                let reply = self.panes.current_mut().paste(text);
                return self.reply(self.panes.shown(), reply);
            }
            _ => {}
        }
        let filter = self.key_of(Action::Filter).unwrap_or_else(|| ":".into());
        self.say(format!("Pasted text was ignored. Open a field first, such as the filter ({filter})."), Tone::Warning);
        Vec::new()
    }

    /// Keys that came faster than a person types: text for the field that is open.
    pub(super) fn burst(&mut self, keys: &[KeyEvent]) -> Vec<Effect> {
        let mut effects = Vec::new();
        let mut text = String::new();
        for key in keys {
            match key.code {
                KeyCode::Char(c) if !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) => {
                    text.push(c);
                }
                KeyCode::Enter | KeyCode::Tab | KeyCode::BackTab | KeyCode::Backspace if self.is_filling_in() => {
                    effects.extend(self.paste_all(&mut text));
                    effects.extend(self.key(*key));
                }
                _ => {}
            }
        }
        effects.extend(self.paste_all(&mut text));
        effects
    }

    fn paste_all(&mut self, text: &mut String) -> Vec<Effect> {
        let text = std::mem::take(text);
        if text.is_empty() { Vec::new() } else { self.paste(&text) }
    }

    /// Whether Enter and Tab lead from field to field and nothing worse: a password
    /// manager types them, and so does a person who fills in a form over a slow link.
    fn is_filling_in(&self) -> bool {
        match &self.screen {
            Screen::SignIn(_) | Screen::Locked(_) | Screen::NewPassword(_) => true,
            Screen::Console => matches!(self.overlay(), Some(Overlay::Form(form)) if form.has_field()),
            Screen::Resuming(_) | Screen::School(_) => false,
        }
    }
}
