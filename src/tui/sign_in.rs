//! The screens before the console: signing in, unlocking, choosing a school.

use chrono::{DateTime, Utc};
use crossterm::event::{KeyCode, KeyEvent};

use super::effect::Effect;
use super::widget::field::Field;
use crate::domain::person::Admission;
use crate::domain::text::capitalized;
use crate::domain::{Failure, SchoolId, Secret};
use crate::presentation::clock::rough_age;
use crate::presentation::sentences::{PASSWORDS_DIFFER, WRONG_PASSWORD};

/// Email and password, and what went wrong the last time.
#[derive(Clone, Debug)]
pub struct SignIn {
    pub email: Field,
    pub password: Field,
    pub on_password: bool,
    pub busy: bool,
    pub trouble: Option<String>,
}

impl SignIn {
    /// An empty form, or one that knows the address already.
    #[must_use]
    pub fn new(email: &str, trouble: Option<String>) -> Self {
        Self {
            email: Field::with(email),
            password: Field::masked(),
            on_password: !email.is_empty(),
            busy: false,
            trouble,
        }
    }

    pub fn key(&mut self, key: KeyEvent) -> Vec<Effect> {
        match key.code {
            KeyCode::Tab | KeyCode::BackTab | KeyCode::Up | KeyCode::Down => self.on_password = !self.on_password,
            KeyCode::Enter if !self.on_password => self.on_password = true,
            KeyCode::Enter => return self.submit(),
            _ => {
                self.field().type_key(key);
            }
        }
        Vec::new()
    }

    pub fn field(&mut self) -> &mut Field {
        if self.on_password { &mut self.password } else { &mut self.email }
    }

    fn submit(&mut self) -> Vec<Effect> {
        if self.busy {
            return Vec::new();
        }
        if self.email.text().trim().is_empty() || self.password.text().is_empty() {
            self.trouble = Some("Type your email address and your password.".into());
            self.on_password = !self.email.text().trim().is_empty();
            return Vec::new();
        }
        self.busy = true;
        self.trouble = None;
        let password = Secret::new(self.password.text());
        self.password.clear();
        vec![Effect::SignIn { email: self.email.text().trim().to_owned(), password }]
    }

    /// What is shown after an answer that did not let in.
    pub fn refused(&mut self, answer: &Result<Admission, Failure>, now: DateTime<Utc>) {
        self.busy = false;
        self.on_password = true;
        self.trouble = Some(trouble(answer, now));
    }
}

/// The form for a new password after a sign-in with a temporary one.
pub const CHOOSE_A_PASSWORD: &str =
    "This password was set by an administrator. Choose your own, at least 12 characters.";

/// The owner's own password, typed twice, instead of a temporary one.
#[derive(Clone, Debug)]
pub struct NewPassword {
    pub new: Field,
    pub again: Field,
    pub on_again: bool,
    pub busy: bool,
    pub trouble: Option<String>,
}

impl Default for NewPassword {
    fn default() -> Self {
        Self { new: Field::masked(), again: Field::masked(), on_again: false, busy: false, trouble: None }
    }
}

impl NewPassword {
    pub fn key(&mut self, key: KeyEvent) -> Vec<Effect> {
        match key.code {
            KeyCode::Tab | KeyCode::BackTab | KeyCode::Up | KeyCode::Down => self.on_again = !self.on_again,
            KeyCode::Enter if !self.on_again => self.on_again = true,
            KeyCode::Enter => return self.submit(),
            _ => {
                self.field().type_key(key);
            }
        }
        Vec::new()
    }

    pub fn field(&mut self) -> &mut Field {
        if self.on_again { &mut self.again } else { &mut self.new }
    }

    fn submit(&mut self) -> Vec<Effect> {
        if self.busy {
            return Vec::new();
        }
        let (new, again) = (Secret::new(self.new.text()), Secret::new(self.again.text()));
        self.new.clear();
        self.again.clear();
        self.on_again = false;
        if new != again {
            self.trouble = Some(capitalized(PASSWORDS_DIFFER));
            return Vec::new();
        }
        self.busy = true;
        self.trouble = None;
        vec![Effect::ChoosePassword { password: new }]
    }

    /// What is shown after an answer that did not let in.
    pub fn refused(&mut self, failure: &Failure) {
        self.busy = false;
        self.trouble = Some(failure.to_string());
    }
}

/// The password that unlocks the console.
#[derive(Clone, Debug)]
pub struct Unlock {
    /// Whose session it is.
    pub name: String,
    pub password: Field,
    pub busy: bool,
    pub trouble: Option<String>,
    /// Whether the database knows that the session is locked.
    pub is_confirmed: bool,
}

impl Unlock {
    /// A session that is to be locked now.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), password: Field::masked(), busy: false, trouble: None, is_confirmed: false }
    }

    /// A session that the database says is locked.
    #[must_use]
    pub fn confirmed(name: &str) -> Self {
        Self { is_confirmed: true, ..Self::new(name) }
    }

    pub fn key(&mut self, key: KeyEvent) -> Vec<Effect> {
        if key.code != KeyCode::Enter {
            self.password.type_key(key);
            return Vec::new();
        }
        if self.busy || self.password.text().is_empty() {
            return Vec::new();
        }
        self.busy = true;
        let password = Secret::new(self.password.text());
        self.password.clear();
        vec![Effect::Unlock { password }]
    }

    /// What is shown after an answer that did not let in.
    pub fn refused(&mut self, answer: &Result<Admission, Failure>, now: DateTime<Utc>) {
        self.busy = false;
        self.trouble = Some(trouble(answer, now));
    }
}

fn trouble(answer: &Result<Admission, Failure>, now: DateTime<Utc>) -> String {
    match answer {
        Ok(Admission::Locked { until }) => format!(
            "Too many wrong passwords. Try again in {}, or ask an administrator.",
            rough_age((*until - now).max(chrono::TimeDelta::seconds(1)))
        ),
        Ok(_) => WRONG_PASSWORD.into(),
        Err(failure) => failure.to_string(),
    }
}

/// The school that a super admin is going to work in.
#[derive(Clone, Debug, Default)]
pub struct SchoolChoice {
    pub schools: Vec<(SchoolId, String)>,
    pub cursor: usize,
    pub trouble: Option<String>,
}

impl SchoolChoice {
    /// Whether the schools could not be read.
    #[must_use]
    pub fn is_unread(&self) -> bool {
        self.schools.is_empty() && self.trouble.is_some()
    }

    pub fn key(&mut self, key: KeyEvent) -> Vec<Effect> {
        match key.code {
            KeyCode::Up | KeyCode::Char('k') => self.cursor = self.cursor.saturating_sub(1),
            KeyCode::Down | KeyCode::Char('j') => {
                self.cursor = (self.cursor + 1).min(self.schools.len().saturating_sub(1));
            }
            KeyCode::Enter => {
                return self
                    .schools
                    .get(self.cursor)
                    .map(|(id, _)| Effect::ChooseSchool(id.clone()))
                    .into_iter()
                    .collect();
            }
            _ => {}
        }
        Vec::new()
    }
}
