//! Local times and days: the one place that knows what the clocks of a zone show when they change.
//! In the hour that they repeat, a time names two instants; in the hour that they skip, none.
//!
//! A day belongs to a place. Times of records and days of rotations are in the zone of the site;
//! due, effective and expiry days in the zone of the school. They are stored as instants, and shown
//! and typed as days in that zone, wherever the console runs and whenever the clocks change.
//!
//! The database has the same rules in `medstint.first_instant`, `day_of`, `last_day` and
//! `day_start`; `tests/local_times.rs` compares them.

use std::fmt::Display;

use chrono::offset::LocalResult;
use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use super::text::capitalized;
use super::years::{self, USE_A_YEAR};

/// The instants at which the clocks of a zone show a local time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocalTime {
    Once(DateTime<Utc>),
    /// The clocks were turned back: the earlier and the later one.
    Twice(DateTime<Utc>, DateTime<Utc>),
    /// The clocks were set forward: the first instant after the gap.
    Skipped(DateTime<Utc>),
}

/// When the clocks of a zone show a local time.
#[must_use]
pub fn resolve<Z: TimeZone>(there: NaiveDateTime, zone: &Z) -> LocalTime {
    match zone.from_local_datetime(&there) {
        LocalResult::Single(at) => LocalTime::Once(at.to_utc()),
        LocalResult::Ambiguous(one, other) => {
            let (one, other) = (one.to_utc(), other.to_utc());
            LocalTime::Twice(one.min(other), one.max(other))
        }
        LocalResult::None => LocalTime::Skipped(end_of_gap(there, zone)),
    }
}

/// The first instant at which the clocks show a local time or a later one.
#[must_use]
pub fn first_instant<Z: TimeZone>(there: NaiveDateTime, zone: &Z) -> DateTime<Utc> {
    match resolve(there, zone) {
        LocalTime::Once(at) | LocalTime::Twice(at, _) | LocalTime::Skipped(at) => at,
    }
}

/// The day that the clocks of a zone show at an instant.
#[must_use]
pub fn day_of(at: DateTime<Utc>, zone: Tz) -> NaiveDate {
    at.with_timezone(&zone).date_naive()
}

/// The last day of what ends at an instant: an end is the first instant after it.
#[must_use]
pub fn last_day(end: DateTime<Utc>, zone: Tz) -> NaiveDate {
    day_of(end - TimeDelta::milliseconds(1), zone)
}

/// When a day begins, which is when the day before it ends.
#[must_use]
pub fn day_start(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    first_instant(day.and_time(NaiveTime::MIN), &zone)
}

/// When a day ends: the first instant after it.
#[must_use]
pub fn day_end(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    day_start(day.checked_add_days(Days::new(1)).unwrap_or(day), zone)
}

/// What tells an instant from the other one at which the clocks show the same:
/// `CDT`, or `-05:00` where the zone has no letters of its own. Nothing where no
/// other does.
#[must_use]
pub fn mark(at: DateTime<Utc>, zone: Tz) -> Option<String> {
    let (one, other) = repeated(at, zone)?;
    Some(name(at, if at == one { other } else { one }, zone))
}

/// The same in one cell, where there is no room for letters: `¹` for the earlier instant,
/// `²` for the later one. [`signs`] explains both.
#[must_use]
pub fn sign(at: DateTime<Utc>, zone: Tz) -> Option<char> {
    repeated(at, zone).map(|(one, _)| if at == one { '¹' } else { '²' })
}

/// What the signs of a repeated hour stand for.
#[must_use]
pub fn signs(at: DateTime<Utc>, zone: Tz) -> Option<String> {
    let (one, other) = repeated(at, zone)?;
    let (first, second) = (name(one, other, zone), name(other, one, zone));
    Some(format!("The clocks went back: first {first} (¹), then {second} (²)."))
}

/// Both instants at which the clocks show what they show at this one, the earlier first;
/// nothing where they show it once.
fn repeated(at: DateTime<Utc>, zone: Tz) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    match resolve(at.with_timezone(&zone).naive_local(), &zone) {
        LocalTime::Twice(one, other) => Some((one, other)),
        LocalTime::Once(_) | LocalTime::Skipped(_) => None,
    }
}

/// `2026-11-20 15:05`, with as much of the seconds as there is, and in the hour that
/// the clocks repeat with what tells which one: `2026-11-01 01:30 CDT`.
/// [`parse`] reads it back to the same instant.
#[must_use]
pub fn show(at: DateTime<Utc>, zone: Tz) -> String {
    let there = at.with_timezone(&zone).naive_local();
    let format = match (at.timestamp_subsec_nanos(), at.timestamp() % 60) {
        (0, 0) => "%Y-%m-%d %H:%M",
        (0, _) => "%Y-%m-%d %H:%M:%S",
        _ => "%Y-%m-%d %H:%M:%S%.3f",
    };
    let mark = mark(at, zone).map_or_else(String::new, |mark| format!(" {mark}"));
    format!("{}{mark}", there.format(format))
}

/// An instant as it is typed: day and time as the clocks of a zone show them, and
/// optionally the offset or the abbreviation of the zone after them.
///
/// # Errors
/// A sentence: what is wrong, and what to type.
pub fn parse(text: &str, zone: Tz) -> Result<DateTime<Utc>, String> {
    let wrong = || "Type a date and time like 2026-11-23 15:05.".to_owned();
    let Some((there, named)) = split(text) else { return Err(wrong()) };
    if !years::in_range(&there) {
        return Err(capitalized(USE_A_YEAR));
    }
    match (resolve(there, &zone), named) {
        (LocalTime::Skipped(resumes), _) => Err(skipped(there, resumes, &zone)),
        (LocalTime::Once(at), "") => Ok(at),
        (LocalTime::Once(at), named) if is_named(at, named, zone) => Ok(at),
        (LocalTime::Once(at), named) if is_offset(named) => {
            Err(format!("The offset at that time is {}. Type the time without an offset.", offset(at, &zone)))
        }
        (LocalTime::Once(_), _) => Err(wrong()),
        (LocalTime::Twice(one, other), named) => {
            if named.is_empty() {
                return Err(ask(there, one, other, zone));
            }
            let found = [one, other].into_iter().find(|at| is_named(*at, named, zone));
            found.ok_or_else(|| ask(there, one, other, zone))
        }
    }
}

/// The one instant at which the clocks of a zone show a local time.
///
/// # Errors
/// A sentence: that the clocks skip it, or that it comes twice and needs an offset.
pub fn once<Z>(there: NaiveDateTime, zone: &Z) -> Result<DateTime<Utc>, String>
where
    Z: TimeZone,
    Z::Offset: Display,
{
    match resolve(there, zone) {
        LocalTime::Once(at) => Ok(at),
        LocalTime::Skipped(resumes) => Err(skipped(there, resumes, zone)),
        LocalTime::Twice(one, other) => Err(occurs_twice(there, &offset(one, zone), &offset(other, zone))),
    }
}

/// Both choices of a time that comes twice.
fn ask(there: NaiveDateTime, one: DateTime<Utc>, other: DateTime<Utc>, zone: Tz) -> String {
    let choice = |at, besides| {
        let (name, offset) = (name(at, besides, zone), offset(at, &zone));
        if name == offset { name } else { format!("{name} ({offset})") }
    };
    occurs_twice(there, &choice(one, other), &choice(other, one))
}

fn occurs_twice(there: NaiveDateTime, one: &str, other: &str) -> String {
    let (time, day) = (there.format("%H:%M"), there.date());
    format!("{time} occurs twice on {day} because the clocks go back. Add {one} or {other}.")
}

/// Why a time is none.
fn skipped<Z: TimeZone>(there: NaiveDateTime, resumes: DateTime<Utc>, zone: &Z) -> String {
    let clock = |at: DateTime<Utc>| at.with_timezone(zone).naive_local();
    let second = TimeDelta::seconds(1);
    format!(
        "{} does not exist on {}: the clocks go forward from {} to {}. Type another time.",
        there.format("%H:%M"),
        there.date(),
        (clock(resumes - second) + second).format("%H:%M"),
        clock(resumes).format("%H:%M")
    )
}

/// Day and time, and what is typed behind them.
pub(super) fn split(text: &str) -> Option<(NaiveDateTime, &str)> {
    let (day, rest) = text.trim().split_once([' ', 'T'])?;
    let rest = rest.trim_start();
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != ':' && c != '.').unwrap_or(rest.len());
    let (time, named) = rest.split_at(end);
    let is_apart = named.is_empty() || named.starts_with([' ', '+', '-']) || named.eq_ignore_ascii_case("z");
    let day = NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()?;
    let time =
        ["%H:%M", "%H:%M:%S", "%H:%M:%S%.3f"].iter().find_map(|form| NaiveTime::parse_from_str(time, form).ok())?;
    (is_apart && day.format("%Y").to_string().len() == 4).then_some((day.and_time(time), named.trim()))
}

/// Whether an offset or an abbreviation stands for this instant.
fn is_named(at: DateTime<Utc>, named: &str, zone: Tz) -> bool {
    let there = at.with_timezone(&zone);
    there.format("%Z").to_string().eq_ignore_ascii_case(named)
        || seconds_of(named) == Some(there.offset().fix().local_minus_utc())
}

/// Whether something looks like an offset, or the letters of one.
fn is_offset(named: &str) -> bool {
    seconds_of(named).is_some() || named.len() > 1 && named.bytes().all(|b| b.is_ascii_alphabetic())
}

/// An offset in seconds: `-05:00`, `-0500`, `-5`, `Z`.
pub(super) fn seconds_of(named: &str) -> Option<i32> {
    if named.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let (sign, digits) = match named.chars().next()? {
        '+' => (1, &named[1..]),
        '-' => (-1, &named[1..]),
        _ => return None,
    };
    let digits = digits.replace(':', "");
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes) = match digits.len() {
        1 | 2 => (digits.as_str(), "0"),
        4 => digits.split_at(2),
        _ => return None,
    };
    Some(sign * (hours.parse::<i32>().ok()? * 3600 + minutes.parse::<i32>().ok()? * 60))
}

/// What an instant is called beside another one: the zone's letters, where they tell
/// the two apart.
fn name(at: DateTime<Utc>, besides: DateTime<Utc>, zone: Tz) -> String {
    let letters = |at: DateTime<Utc>| at.with_timezone(&zone).format("%Z").to_string();
    let own = letters(at);
    if own != letters(besides) && own.chars().all(|c| c.is_ascii_alphabetic()) { own } else { offset(at, &zone) }
}

/// `-05:00`
fn offset<Z>(at: DateTime<Utc>, zone: &Z) -> String
where
    Z: TimeZone,
    Z::Offset: Display,
{
    at.with_timezone(zone).format("%:z").to_string()
}

/// The first instant after the gap that a local time lies in.
fn end_of_gap<Z: TimeZone>(there: NaiveDateTime, zone: &Z) -> DateTime<Utc> {
    let as_utc = there.and_utc();
    let ahead = |at: DateTime<Utc>| {
        TimeDelta::seconds(zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc().into())
    };
    // By the offset of the day before, and by that of the day after.
    let (one, other) = (as_utc - ahead(as_utc - TimeDelta::hours(24)), as_utc - ahead(as_utc + TimeDelta::hours(24)));
    // The clocks show less at the earlier one, and more at the later one. They change at
    // a whole second in between.
    let (mut early, mut late) = (one.min(other).timestamp(), one.max(other).timestamp() + 1);
    while late - early > 1 {
        let middle = early + (late - early) / 2;
        let Some(at) = DateTime::from_timestamp(middle, 0) else { break };
        if at.naive_utc() + ahead(at) < there { early = middle } else { late = middle }
    }
    DateTime::from_timestamp(late, 0).unwrap_or(as_utc)
}

#[cfg(test)]
mod tests {
    use chrono_tz::America::{Chicago, Havana, Santiago};
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn a_repeated_time_asks_for_its_offset() {
        let asked = "01:30 occurs twice on 2026-11-01 because the clocks go back. Add CDT (-05:00) or CST (-06:00).";
        assert_eq!(parse("2026-11-01 01:30", Chicago), Err(asked.into()));
        assert_eq!(parse("2026-11-01 01:30 EST", Chicago), Err(asked.into()));
        for first in
            ["2026-11-01 01:30 CDT", "2026-11-01 01:30 cdt", "2026-11-01 01:30 -05:00", "2026-11-01T01:30-0500"]
        {
            assert_eq!(parse(first, Chicago), Ok(at("2026-11-01T06:30:00Z")), "{first}");
        }
        assert_eq!(parse("2026-11-01 01:30 CST", Chicago), Ok(at("2026-11-01T07:30:00Z")));
    }

    #[test]
    fn letters_that_are_the_same_twice_are_shown_as_offsets() {
        // Moscow went back an hour, and called both hours MSK.
        let moscow = chrono_tz::Europe::Moscow;
        assert_eq!(show(at("2014-10-25T21:30:00Z"), moscow), "2014-10-26 01:30 +04:00");
        assert_eq!(show(at("2014-10-25T22:30:00Z"), moscow), "2014-10-26 01:30 +03:00");
    }

    #[test]
    fn the_signs_of_a_repeated_hour_are_explained() {
        let (first, second) = (at("2026-11-01T06:30:00Z"), at("2026-11-01T07:30:00Z"));
        assert_eq!([first, second].map(|at| sign(at, Chicago)), [Some('¹'), Some('²')]);
        let explained = "The clocks went back: first CDT (¹), then CST (²).";
        assert_eq!(signs(second, Chicago).as_deref(), Some(explained));
    }

    #[test]
    fn an_hour_that_comes_once_has_no_sign() {
        for once in ["2026-11-01T05:59:59Z", "2026-11-01T08:00:00Z", "2026-03-08T08:00:00Z"] {
            assert_eq!(sign(at(once), Chicago), None, "{once}");
        }
    }

    #[test]
    fn a_skipped_time_says_what_the_clocks_did() {
        let why = "02:30 does not exist on 2026-03-08: the clocks go forward from 02:00 to 03:00. Type another time.";
        assert_eq!(parse("2026-03-08 02:30", Chicago), Err(why.into()));
        assert_eq!(parse("2026-03-08 02:30 CST", Chicago), Err(why.into()));
    }

    #[test]
    fn a_time_without_room_for_letters_asks_for_an_offset() {
        let there = |text: &str| text.parse::<NaiveDateTime>().expect("a local time");
        let asked = "01:30 occurs twice on 2026-11-01 because the clocks go back. Add -05:00 or -06:00.";
        assert_eq!(once(there("2026-11-01T01:30:00"), &Chicago), Err(asked.into()));
        let why = "02:30 does not exist on 2026-03-08: the clocks go forward from 02:00 to 03:00. Type another time.";
        assert_eq!(once(there("2026-03-08T02:30:00"), &Chicago), Err(why.into()));
        assert_eq!(once(there("2026-11-20T07:00:00"), &Chicago), Ok(at("2026-11-20T13:00:00Z")));
    }

    #[test]
    fn an_offset_that_is_not_the_zones_is_refused() {
        assert_eq!(parse("2026-11-20 07:00 CST", Chicago), Ok(at("2026-11-20T13:00:00Z")));
        let why = "The offset at that time is -06:00. Type the time without an offset.";
        assert_eq!(parse("2026-11-20 07:00 -05:00", Chicago), Err(why.into()));
        for nothing in ["", "07:00", "2026-11-20", "2026-11-20 25:00", "2026-02-30 07:00", "2026-11-20 07:00x", "x"] {
            assert_eq!(parse(nothing, Chicago), Err("Type a date and time like 2026-11-23 15:05.".into()), "{nothing}");
        }
    }

    #[test]
    fn a_day_begins_with_the_first_instant_that_shows_it() {
        assert_eq!(day_start(day("2026-10-31"), Chicago), at("2026-10-31T05:00:00Z"));
        assert_eq!(day_end(day("2026-11-01"), Chicago), at("2026-11-02T06:00:00Z"));
        // In Santiago the clocks skip midnight, in Havana they show it twice.
        assert_eq!(day_start(day("2026-09-06"), Santiago), at("2026-09-06T04:00:00Z"));
        assert_eq!(day_start(day("2026-11-01"), Havana), at("2026-11-01T04:00:00Z"));
        // Samoa had no 30 December 2011.
        assert_eq!(day_start(day("2011-12-30"), chrono_tz::Pacific::Apia), at("2011-12-30T10:00:00Z"));
        assert_eq!(last_day(at("2026-11-02T06:00:00Z"), Chicago), day("2026-11-01"));
    }

    proptest! {
        #[test]
        fn shown_times_parse_back(ms in 946_684_800_000_i64..2_240_611_200_000, zone in 0..chrono_tz::TZ_VARIANTS.len()) {
            let zone = chrono_tz::TZ_VARIANTS[zone];
            let instant = DateTime::from_timestamp_millis(ms).expect("an instant");
            prop_assert_eq!(parse(&show(instant, zone), zone), Ok(instant));
        }
    }
}
