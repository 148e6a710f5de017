//! Values as they are typed: lengths of time, hours, moments, networks.

use std::net::IpAddr;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use super::Moment;
use crate::domain::local_time::{seconds_of, split};

/// Units of an age, the longest first.
pub(super) const UNITS: [(char, i64); 4] = [('w', 604_800), ('d', 86_400), ('h', 3_600), ('m', 60)];
/// Nobody waits longer than this.
const LONGEST_AGE: i64 = 100 * 366 * 86_400;

pub(super) fn seconds(text: &str) -> Option<i64> {
    let unit = text.chars().last()?;
    let length = if unit == 's' { 1 } else { UNITS.iter().find(|(name, _)| *name == unit)?.1 };
    let number = &text[..text.len() - 1];
    if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    number.parse::<i64>().ok()?.checked_mul(length).filter(|seconds| *seconds <= LONGEST_AGE)
}

/// Hours with at most four decimals, exactly.
pub(super) fn milliseconds(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 6 || part.len() > 4 || !digits(whole) || !digits(part) {
        return None;
    }
    let steps: i64 = format!("{part:0<4}").parse().ok()?;
    Some((whole.parse::<i64>().ok()? * 10_000 + steps) * 360)
}

/// How long ago; or a day, or a day and a time, of the school's clocks or, with an
/// offset, of the world's.
#[must_use]
pub fn moment(text: &str) -> Option<Moment> {
    if let Some(seconds) = seconds(text) {
        return Some(Moment::Ago(seconds));
    }
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(Moment::At(at.with_timezone(&Utc)));
    }
    let day = |day: &str| NaiveDate::parse_from_str(day, "%Y-%m-%d").ok().filter(|_| day.len() == 10);
    let Some((on, time)) = text.split_once('T') else { return day(text).map(Moment::Day) };
    let on = day(on)?;
    match ["%H:%M", "%H:%M:%S", "%H:%M:%S%.f"].iter().find_map(|form| NaiveTime::parse_from_str(time, form).ok()) {
        Some(time) => Some(Moment::There(NaiveDateTime::new(on, time))),
        None => with_offset(text),
    }
}

/// A time with an offset that RFC 3339 would write longer: `2026-11-01T01:30-05:00`.
fn with_offset(text: &str) -> Option<Moment> {
    let (there, offset) = split(text)?;
    let ahead = TimeDelta::seconds(seconds_of(offset)?.into());
    Some(Moment::At((there - ahead).and_utc()))
}

/// An address, or a network with nothing behind its prefix, as `PostgreSQL` wants it.
pub(super) fn network(text: &str) -> Option<String> {
    let (address, prefix) = text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
    let address: IpAddr = address.parse().ok()?;
    let Some(prefix) = prefix else { return Some(address.to_string()) };
    let prefix: u32 = prefix.parse().ok()?;
    let network = match address {
        IpAddr::V4(address) if prefix <= 32 => {
            IpAddr::V4((u32::from(address) & u32::MAX.checked_shl(32 - prefix).unwrap_or(0)).into())
        }
        IpAddr::V6(address) if prefix <= 128 => {
            IpAddr::V6((u128::from(address) & u128::MAX.checked_shl(128 - prefix).unwrap_or(0)).into())
        }
        _ => return None,
    };
    Some(format!("{network}/{prefix}"))
}
