//! Handles answers to the kiosk's questions: a PIN, a choice, a meal, a time, a reason.

use chrono::{DateTime, NaiveTime, Utc};
use chrono_tz::Tz;

use super::super::widget::field::Field;
use super::messages::Language;
use super::{Contact, Effect, Kiosk, Note, Stage, Told, layout};
use crate::domain::Secret;
use crate::domain::local_time::{LocalTime, resolve};
use crate::domain::punch::Asked;

/// The longest meal that is believed, in minutes.
const LONGEST_MEAL: u16 = 240;
/// So many digits behind each other may be a PIN.
const DIGITS_OF_PIN: usize = 4;

impl Kiosk {
    /// Takes an answer to what is asked for.
    pub(super) fn answer(&mut self, text: &str, is_whole: bool) -> Vec<Effect> {
        let shown = match &self.stage {
            Stage::Choose { offers, .. } => layout::shown(self, offers.len()),
            _ => 0,
        };
        match &mut self.stage {
            Stage::Enrol { .. } => {
                self.stage = Stage::Busy;
                return vec![Effect::Enrol(Secret::new(text))];
            }
            Stage::Start { .. } => self.scanned(text, is_whole),
            Stage::Pin { badge, may_hold_pin, .. } => {
                // Nobody can check it without a connection; it is kept nowhere.
                let is_away = matches!(self.contact, Contact::Offline { .. });
                let mut asked = Box::new(Asked::new(badge.clone(), (!is_away).then(|| Secret::new(text))));
                asked.may_hold_pin = *may_hold_pin;
                return self.ask(asked);
            }
            Stage::NewPin { .. } => return self.new_pin(text),
            Stage::Choose { asked, offers, number } => {
                let chosen = layout::chosen(number, shown).map(|n| offers[n].id.clone());
                number.clear();
                if let Some(rotation) = chosen {
                    asked.said.rotation = Some(rotation);
                    let asked = asked.clone();
                    return self.ask(asked);
                }
                self.has_missed = true;
            }
            Stage::Meal { asked, minutes } => {
                if let Some(minutes) = text.parse().ok().filter(|minutes| *minutes <= LONGEST_MEAL) {
                    asked.said.meal_min = Some(minutes);
                    let asked = asked.clone();
                    return self.ask(asked);
                }
                minutes.clear();
                self.has_missed = true;
            }
            Stage::StaleWhen { .. } => self.left_when(text),
            Stage::AmbiguousLeaveTime { asked, since, which, number } => {
                let at = layout::chosen(number, which.len()).map(|n| which[n]);
                number.clear();
                if let Some(at) = at {
                    let (asked, since) = (asked.clone(), *since);
                    self.left_at(asked, since, at);
                } else {
                    self.has_missed = true;
                }
            }
            Stage::StaleWhy { asked, .. } => {
                asked.said.reason = Some(reason_of(text));
                let asked = asked.clone();
                return self.ask(asked);
            }
            Stage::LeaveWho { .. } => {
                self.stage = Stage::LeavePin { badge: text.to_owned(), pin: Field::masked() };
            }
            Stage::LeavePin { badge, .. } => {
                let (badge, pin) = (badge.clone(), Secret::new(text));
                if self.contact != Contact::Online {
                    self.tell(Told::LeaveOffline);
                    return Vec::new();
                }
                self.stage = Stage::Busy;
                return vec![Effect::Leave { badge, pin }];
            }
            Stage::Busy | Stage::Told { .. } => {}
        }
        Vec::new()
    }

    fn ask(&mut self, asked: Box<Asked>) -> Vec<Effect> {
        self.stage = Stage::Busy;
        vec![Effect::Punch(asked)]
    }

    fn new_pin(&mut self, text: &str) -> Vec<Effect> {
        let Stage::NewPin { asked, first, pin, note } = &mut self.stage else { return Vec::new() };
        let typed = Secret::new(text);
        pin.clear();
        match first.take() {
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

    fn left_when(&mut self, text: &str) {
        let zone = self.zone();
        let Stage::StaleWhen { asked, since, time, is_wrong } = &mut self.stage else { return };
        let (asked, since) = (asked.clone(), *since);
        match left_at(text, since, self.now, zone).as_slice() {
            [at] => self.left_at(asked, since, *at),
            [first, second] => {
                let which = [*first, *second];
                self.stage = Stage::AmbiguousLeaveTime { asked, since, which, number: Field::default() };
            }
            _ => {
                time.clear();
                *is_wrong = true;
            }
        }
    }

    /// It is known when they left, to the instant; why is asked next.
    fn left_at(&mut self, mut asked: Box<Asked>, since: DateTime<Utc>, at: DateTime<Utc>) {
        asked.said.left_at = Some(at);
        self.stage = Stage::StaleWhy { asked, since, reason: Field::default() };
    }
}

/// Whether a text is a number of at most so many digits.
pub(super) fn is_number(text: &str, digits: usize) -> bool {
    (1..=digits).contains(&text.len()) && text.chars().all(|c| c.is_ascii_digit())
}

/// Whether a text is meant as a time of day: `1530`, `15:30`, `7`.
pub(super) fn is_time(text: &str) -> bool {
    match text.split_once([':', '.', 'h']) {
        Some((hour, minute)) => is_number(hour, 2) && (minute.is_empty() || is_number(minute, 2)),
        None => is_number(text, 4),
    }
}

/// Whether a text may be a reason: one that is offered, or words. What has the form of a
/// badge and a digit in it is none, and neither is what may hold a PIN.
pub(super) fn is_reason(text: &str, fits: bool) -> bool {
    let digits = text.split(|c: char| !c.is_ascii_digit());
    let most = digits.map(str::len).max().unwrap_or(0);
    let is_badge = fits && most > 0 && !text.contains(char::is_whitespace);
    offered(text).is_some() || (text.contains(char::is_alphabetic) && most < DIGITS_OF_PIN && !is_badge)
}

/// The reason that is offered under a number, in the words of the coordinator.
fn offered(text: &str) -> Option<&'static str> {
    let n = text.parse::<usize>().ok()?.checked_sub(1)?;
    Language::En.messages().reasons.get(n).copied()
}

/// The message for the coordinator.
fn reason_of(text: &str) -> String {
    offered(text).unwrap_or(text).to_owned()
}

/// The first time after a moment at which the site's clocks show what was typed, where
/// it is not in the future: `1530`, `15:30`, `7`. Both times, where they show it twice.
fn left_at(text: &str, since: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> Vec<DateTime<Utc>> {
    let Some(time) = time_of_day(text) else { return Vec::new() };
    let day = since.with_timezone(&zone).date_naive();
    let mut shown = [Some(day), day.succ_opt()].into_iter().flatten().map(|day| {
        let there = match resolve(day.and_time(time), &zone) {
            LocalTime::Skipped(_) => Vec::new(),
            LocalTime::Once(at) => vec![at],
            LocalTime::Twice(first, second) => vec![first, second],
        };
        there.into_iter().filter(|at| *at > since).collect::<Vec<_>>()
    });
    let mut first = shown.find(|all| !all.is_empty()).unwrap_or_default();
    first.retain(|at| *at <= now);
    first
}

fn time_of_day(text: &str) -> Option<NaiveTime> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let (hour, minute) = match digits.len() {
        1 | 2 => (digits.parse().ok()?, 0),
        3 | 4 => {
            let (hour, minute) = digits.split_at(digits.len() - 2);
            (hour.parse().ok()?, minute.parse().ok()?)
        }
        _ => return None,
    };
    NaiveTime::from_hms_opt(hour, minute, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_that_somebody_left_is_the_next_one_that_the_clocks_showed() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("an instant");
        let zone = chrono_tz::America::Chicago;
        let (since, now) = (at("2026-11-23T13:00:00Z"), at("2026-11-24T14:00:00Z"));
        assert_eq!(left_at("1530", since, now, zone), [at("2026-11-23T21:30:00Z")]);
        assert_eq!(left_at("15:30", since, now, zone), [at("2026-11-23T21:30:00Z")]);
        assert_eq!(left_at("3", since, now, zone), [at("2026-11-24T09:00:00Z")], "in the night after");
        assert_eq!(left_at("0700", since, now, zone), [at("2026-11-24T13:00:00Z")], "a day later, to the minute");
        assert!(left_at("0700", since, at("2026-11-24T12:00:00Z"), zone).is_empty(), "that is later than now");
        for nothing in ["", "25", "1270", "12345", ":"] {
            assert!(left_at(nothing, since, now, zone).is_empty(), "{nothing}");
        }
    }

    #[test]
    fn a_time_that_the_clocks_showed_twice_is_both() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("an instant");
        let zone = chrono_tz::America::Chicago;
        // The clocks went back at 2026-11-01T07:00Z.
        let (since, now) = (at("2026-10-31T22:00:00Z"), at("2026-11-01T14:00:00Z"));
        let (first, second) = (at("2026-11-01T06:30:00Z"), at("2026-11-01T07:30:00Z"));
        assert_eq!(left_at("0130", since, now, zone), [first, second]);
        assert_eq!(left_at("0130", since, at("2026-11-01T07:00:00Z"), zone), [first], "the second is yet to come");
        assert_eq!(left_at("0130", at("2026-11-01T06:45:00Z"), now, zone), [second], "the first was before they came");
        assert_eq!(left_at("0030", since, now, zone), [at("2026-11-01T05:30:00Z")]);
    }

    #[test]
    fn a_reason_by_its_number_is_told_to_the_coordinator_in_words() {
        assert_eq!(reason_of("1"), "Forgot");
        assert_eq!(reason_of("Power cut"), "Power cut");
    }

    #[test]
    fn a_badge_or_a_pin_is_no_reason() {
        for reason in ["1", "3", "Forgot", "Power cut", "Room 101", "2 calls"] {
            assert!(is_reason(reason, false), "{reason}");
        }
        for other in ["4", "2718", "0045", "NU000142718", "---", ""] {
            assert!(!is_reason(other, false), "{other}");
        }
        assert!(is_reason("Traffic", true), "a word may be as long as a badge");
        assert!(!is_reason("NU00014", true) && !is_reason("S1", true));
    }

    #[test]
    fn a_time_is_told_from_a_badge() {
        for time in ["7", "15", "730", "1530", "15:30", "7.30", "15h", "15h30"] {
            assert!(is_time(time), "{time}");
        }
        for other in ["", "S1", "15301", "15:300", "1:2:3", "h30", "NU15"] {
            assert!(!is_time(other), "{other}");
        }
    }
}
