//! What a key does: what is typed, in each stage, and what Enter makes of it.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use strum::VariantArray;

use super::super::widget::field::Field;
use super::words::Language;
use super::{Contact, Effect, Kiosk, Note, Stage, Told, layout};
use crate::domain::Secret;
use crate::domain::local_time::{LocalTime, resolve};
use crate::domain::punch::Asked;

/// Longer is no badge; `kiosk_punches` keeps that many characters.
pub(super) const LONGEST_BADGE: usize = 200;
/// The shortest PIN.
const SHORTEST_PIN: usize = 4;
/// The longest PIN.
const PIN: usize = 8;
/// The longest meal that is believed, in minutes.
const LONGEST_MEAL: u16 = 240;
/// Between two characters of a badge reader there is less than that.
const BURST: TimeDelta = TimeDelta::milliseconds(300);
/// A reader takes less than that for a character, on the average; a person more.
const READER: TimeDelta = TimeDelta::milliseconds(35);
/// So many characters in a burst are a badge where something else was asked for.
const LEAST_BADGE: u32 = 3;

impl Kiosk {
    pub(super) fn key(&mut self, key: KeyEvent) -> Vec<Effect> {
        let is_held = key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
        if matches!(key.code, KeyCode::F(12)) || (is_held && key.code == KeyCode::Char('q')) {
            return self.ask_to_leave();
        }
        // Before it was ever a kiosk, nobody is kept here.
        if is_held && key.code == KeyCode::Char('c') && !self.settings.is_enrolled {
            return vec![Effect::Quit];
        }
        let is_typed = matches!(key.code, KeyCode::Char(_) | KeyCode::Enter | KeyCode::Backspace | KeyCode::Esc);
        if self.speaks(key.code) || is_held || !is_typed {
            return Vec::new();
        }
        if matches!(self.stage, Stage::Busy) {
            self.deaf_until = self.now + BURST;
            return Vec::new();
        }
        if self.now < self.deaf_until {
            self.deaf_until = if key.code == KeyCode::Enter { self.now } else { self.now + BURST };
            return Vec::new();
        }
        self.let_time_pass();
        self.touched = self.now;
        if key.code == KeyCode::Esc {
            self.go_back();
            return Vec::new();
        }
        if matches!(self.stage, Stage::Told { .. }) {
            self.go_back();
            // A reader does not wait: its first character begins the next badge.
            if !matches!(key.code, KeyCode::Char(_)) {
                return Vec::new();
            }
        }
        if key.code != KeyCode::Enter {
            if self.typed().is_empty() {
                self.began = (self.now, 0);
            }
            self.began.1 += 1;
            return self.type_key(key);
        }
        if self.is_scan() {
            let badge = self.typed().trim().to_owned();
            return self.scanned(&badge);
        }
        self.enter()
    }

    /// What was typed so far of whatever is asked for.
    fn typed(&self) -> &str {
        match &self.stage {
            Stage::Enrol { code: field, .. }
            | Stage::Start { badge: field }
            | Stage::Pin { pin: field, .. }
            | Stage::NewPin { pin: field, .. }
            | Stage::Choose { number: field, .. }
            | Stage::Meal { minutes: field, .. }
            | Stage::StaleWhen { time: field, .. }
            | Stage::StaleWhy { reason: field, .. }
            | Stage::LeaveWho { badge: field }
            | Stage::LeavePin { pin: field, .. } => field.text(),
            Stage::Busy | Stage::Told { .. } => "",
        }
    }

    /// Whether a reader typed what was no question of somebody who has gone: then it is
    /// the next one's badge, and answers nothing for the one before.
    fn is_scan(&self) -> bool {
        let (since, characters) = self.began;
        let is_asked = match &self.stage {
            Stage::Choose { .. } | Stage::Meal { .. } | Stage::StaleWhen { .. } | Stage::StaleWhy { .. } => true,
            // The shortest PIN may be typed quickly; nobody types a longer one as a reader does.
            Stage::Pin { pin, .. } => !is_pin(pin.text()) || pin.text().len() > SHORTEST_PIN,
            _ => false,
        };
        is_asked
            && !self.settings.reads_lines
            && characters >= LEAST_BADGE
            && self.now - since < READER * i32::try_from(characters).unwrap_or(i32::MAX)
    }

    /// A key that chooses a language, whatever the stage.
    fn speaks(&mut self, code: KeyCode) -> bool {
        let language = match code {
            KeyCode::F(n) => Language::VARIANTS.get(usize::from(n).wrapping_sub(1)).copied(),
            KeyCode::Tab => Some(self.language.next()),
            _ => None,
        };
        if let Some(language) = language {
            self.language = language;
            self.touched = self.now;
        }
        language.is_some()
    }

    fn ask_to_leave(&mut self) -> Vec<Effect> {
        if matches!(self.stage, Stage::Start { .. } | Stage::Told { .. } | Stage::Pin { .. }) {
            self.touched = self.now;
            self.stage = Stage::LeaveWho { badge: Field::default() };
        }
        Vec::new()
    }

    fn type_key(&mut self, key: KeyEvent) -> Vec<Effect> {
        let typed = if let KeyCode::Char(c) = key.code { Some(c) } else { None };
        match &mut self.stage {
            // What does not fit where a PIN is asked for is none, and may be the next badge.
            Stage::Choose { number: field, .. }
            | Stage::Meal { minutes: field, .. }
            | Stage::StaleWhen { time: field, .. }
            | Stage::NewPin { pin: field, .. }
            | Stage::Pin { pin: field, .. }
            | Stage::LeavePin { pin: field, .. }
            | Stage::Start { badge: field }
            | Stage::LeaveWho { badge: field }
            | Stage::Enrol { code: field, .. }
            | Stage::StaleWhy { reason: field, .. }
                if typed.is_none() || field.text().chars().count() <= LONGEST_BADGE =>
            {
                field.type_key(key);
            }
            _ => {}
        }
        Vec::new()
    }

    fn enter(&mut self) -> Vec<Effect> {
        match &mut self.stage {
            Stage::Enrol { code, .. } if !code.text().trim().is_empty() => {
                let code = Secret::new(code.text().trim());
                self.stage = Stage::Busy;
                return vec![Effect::Enrol(code)];
            }
            Stage::Start { badge } => {
                let badge = badge.text().trim().to_owned();
                return self.scanned(&badge);
            }
            Stage::Pin { badge, pin } => {
                let (badge, typed) = (badge.clone(), pin.text().to_owned());
                if typed.trim() == badge || !is_pin(&typed) {
                    pin.clear();
                } else {
                    // Nobody can check it without a connection; it is kept nowhere.
                    let is_away = matches!(self.contact, Contact::Offline { .. });
                    return self.ask(Box::new(Asked::new(badge, (!is_away).then(|| Secret::new(typed)))));
                }
            }
            Stage::NewPin { .. } => return self.new_pin(),
            Stage::Choose { asked, offers, number } => {
                let chosen = layout::chosen(number, offers.len()).map(|n| offers[n].id.clone());
                number.clear();
                if let Some(rotation) = chosen {
                    asked.said.rotation = Some(rotation);
                    let asked = asked.clone();
                    return self.ask(asked);
                }
            }
            Stage::Meal { asked, minutes } => {
                match minutes.text().parse().ok().filter(|minutes| *minutes <= LONGEST_MEAL) {
                    Some(minutes) => {
                        asked.said.meal_min = Some(minutes);
                        let asked = asked.clone();
                        return self.ask(asked);
                    }
                    None => minutes.clear(),
                }
            }
            Stage::StaleWhen { .. } => self.left_when(),
            Stage::StaleWhy { asked, reason, .. } if !reason.text().trim().is_empty() => {
                asked.said.reason = Some(reason_of(reason.text().trim()));
                let asked = asked.clone();
                return self.ask(asked);
            }
            Stage::LeaveWho { badge } if !badge.text().trim().is_empty() => {
                let badge = badge.text().trim().to_owned();
                self.stage = Stage::LeavePin { badge, pin: Field::masked() };
            }
            Stage::LeavePin { badge, pin } if !pin.text().is_empty() => {
                let (badge, pin) = (badge.clone(), Secret::new(pin.text()));
                if self.contact != Contact::Online {
                    self.tell(Told::LeaveOffline);
                    return Vec::new();
                }
                self.stage = Stage::Busy;
                return vec![Effect::Leave { badge, pin }];
            }
            _ => {}
        }
        Vec::new()
    }

    fn scanned(&mut self, badge: &str) -> Vec<Effect> {
        if badge.is_empty() {
            return Vec::new();
        }
        if badge.chars().count() > LONGEST_BADGE || badge.chars().any(char::is_control) {
            self.tell(Told::NoBadge);
            return Vec::new();
        }
        self.stage = Stage::Pin { badge: badge.to_owned(), pin: Field::masked() };
        Vec::new()
    }

    fn ask(&mut self, asked: Box<Asked>) -> Vec<Effect> {
        self.stage = Stage::Busy;
        vec![Effect::Punch(asked)]
    }

    fn new_pin(&mut self) -> Vec<Effect> {
        let Stage::NewPin { asked, first, pin, note } = &mut self.stage else { return Vec::new() };
        let typed = Secret::new(pin.text());
        pin.clear();
        match first.take() {
            None if !(SHORTEST_PIN..=PIN).contains(&typed.expose().len()) => *note = Some(Note::PinWrong),
            None => (*first, *note) = (Some(typed), None),
            Some(before) if before == typed => {
                asked.new_pin = Some(typed);
                let asked = asked.clone();
                return self.ask(asked);
            }
            Some(_) => *note = Some(Note::PinDiffers),
        }
        Vec::new()
    }

    fn left_when(&mut self) {
        let zone = self.zone();
        let Stage::StaleWhen { asked, since, time, is_wrong } = &mut self.stage else { return };
        if let Some(at) = left_at(time.text(), *since, self.now, zone) {
            asked.said.left_at = Some(at);
            let (asked, since) = (asked.clone(), *since);
            self.stage = Stage::StaleWhy { asked, since, reason: Field::default() };
        } else {
            time.clear();
            *is_wrong = true;
        }
    }
}

/// Whether somebody may have meant it as a PIN, or as the code that is typed instead.
fn is_pin(text: &str) -> bool {
    (1..=PIN).contains(&text.len()) && text.chars().all(|c| c.is_ascii_digit())
}

/// What the number of a reason that is offered stands for, in the words of the
/// coordinator; anything else is what the student wrote.
fn reason_of(text: &str) -> String {
    let offered = text.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
    let offered = offered.and_then(|n| Language::En.words().reasons.get(n));
    offered.map_or_else(|| text.to_owned(), |reason| (*reason).to_owned())
}

/// The first time after a moment at which the site's clocks show what was typed, where
/// it is not in the future: `1530`, `15:30`, `7`.
fn left_at(text: &str, since: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let (hour, minute) = match digits.len() {
        1 | 2 => (digits.parse().ok()?, 0),
        3 | 4 => {
            let (hour, minute) = digits.split_at(digits.len() - 2);
            (hour.parse().ok()?, minute.parse().ok()?)
        }
        _ => return None,
    };
    let time = NaiveTime::from_hms_opt(hour, minute, 0)?;
    let day = since.with_timezone(&zone).date_naive();
    [day, day.succ_opt()?]
        .into_iter()
        .flat_map(|day| match resolve(day.and_time(time), &zone) {
            LocalTime::Once(at) => [Some(at), None],
            LocalTime::Twice(first, second) => [Some(first), Some(second)],
            LocalTime::Skipped(_) => [None, None],
        })
        .flatten()
        .find(|at| *at > since)
        .filter(|at| *at <= now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_that_somebody_left_is_the_next_one_that_the_clocks_showed() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("an instant");
        let zone = chrono_tz::America::Chicago;
        let (since, now) = (at("2026-11-23T13:00:00Z"), at("2026-11-24T14:00:00Z"));
        assert_eq!(left_at("1530", since, now, zone), Some(at("2026-11-23T21:30:00Z")));
        assert_eq!(left_at("15:30", since, now, zone), Some(at("2026-11-23T21:30:00Z")));
        assert_eq!(left_at("3", since, now, zone), Some(at("2026-11-24T09:00:00Z")), "in the night after");
        assert_eq!(left_at("0700", since, now, zone), Some(at("2026-11-24T13:00:00Z")), "a day later, to the minute");
        assert_eq!(left_at("0700", since, at("2026-11-24T12:00:00Z"), zone), None, "that is later than now");
        // In the hour that the clocks repeat it is the first time, unless that is over.
        let (before, between) = (at("2026-11-01T03:00:00Z"), at("2026-11-01T06:45:00Z"));
        assert_eq!(left_at("0130", before, now, zone), Some(at("2026-11-01T06:30:00Z")));
        assert_eq!(left_at("0130", between, now, zone), Some(at("2026-11-01T07:30:00Z")));
        for nothing in ["", "25", "1270", "12345", ":"] {
            assert_eq!(left_at(nothing, since, now, zone), None, "{nothing}");
        }
    }

    #[test]
    fn a_reason_by_its_number_is_told_to_the_coordinator_in_words() {
        assert_eq!(reason_of("1"), "Forgot");
        assert_eq!(reason_of("Power cut"), "Power cut");
        assert_eq!(reason_of("9"), "9");
    }
}
