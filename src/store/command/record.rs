//! What is asked about a time record, answered, and proposed for it.

use chrono::{DateTime, LocalResult, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use sqlx::PgConnection;

use super::{Stop, done};
use crate::domain::Failure;
use crate::domain::command::{Command, Report, Target};
use crate::domain::form::{Value, value_of};
use crate::store::error;

/// One question to the students of one record or several.
pub(super) async fn ask(tx: &mut PgConnection, command: &Command) -> Result<Report, Stop> {
    let words = value_of(&command.changes, "question").text().unwrap_or_default();
    let mut report = Report::default();
    super::hold_targets(tx, "time_records", &command.targets).await?;
    for target in &command.targets {
        sqlx::query!("SELECT medstint.ask($1, $2)", target.id, words).fetch_one(&mut *tx).await?;
        report.done.push(format!("{} is asked; the record waits.", target.name));
    }
    Ok(report)
}

/// The student's answer.
pub(super) async fn answer(tx: &mut PgConnection, command: &Command) -> Result<Report, Stop> {
    let words = value_of(&command.changes, "answer").text().unwrap_or_default();
    let target = only(command)?;
    sqlx::query!("SELECT medstint.answer($1, $2)", target.id, words).fetch_one(tx).await?;
    Ok(done("Answered; whoever asked is told."))
}

/// Other times, in the zone of the record's site.
pub(super) async fn propose(tx: &mut PgConnection, command: &Command) -> Result<Report, Stop> {
    let target = only(command)?;
    let zone = sqlx::query_scalar!(
        "SELECT s.time_zone FROM time_records t JOIN clinical_sites s ON s.id = t.clinical_site_id WHERE t.id = $1",
        target.id
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(zone) = zone else { return Err(Failure::NotFound("The record").into()) };
    let zone: Tz = error::parsed("time zone", &zone)?;
    let clock_in = moment(command, "clock_in", "In", zone)?;
    let clock_out = moment(command, "clock_out", "Out", zone)?;
    let version = value_of(&command.changes, "version").text().and_then(|text| text.parse().ok()).unwrap_or(0);
    sqlx::query!(
        "SELECT medstint.propose_correction($1, $2, $3, $4, $5)",
        target.id,
        version,
        clock_in,
        clock_out,
        value_of(&command.changes, "reason").text(),
    )
    .fetch_one(tx)
    .await?;
    Ok(done(format!("{}: other times are proposed; somebody else approves them (:corrections).", target.name)))
}

pub(super) fn only(command: &Command) -> Result<&Target, Failure> {
    command.targets.first().ok_or(Failure::NotFound("It"))
}

/// The instant of a time as the clocks at the site show it.
pub(super) fn moment(
    command: &Command,
    column: &str,
    label: &'static str,
    zone: Tz,
) -> Result<Option<DateTime<Utc>>, Failure> {
    let Value::Moment(there) = value_of(&command.changes, column) else { return Ok(None) };
    instant(*there, zone).map(Some).ok_or_else(|| Failure::Invalid {
        what: label,
        why: "the clocks skipped that hour; type a time that there was.".into(),
    })
}

/// The earlier of two where the clocks were turned back.
fn instant(there: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    match zone.from_local_datetime(&there) {
        LocalResult::None => None,
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Some(at.to_utc()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_that_the_clocks_skipped_is_none_and_one_that_they_had_twice_the_earlier() {
        let of = |text: &str| {
            let there = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect("a time");
            instant(there, chrono_tz::America::Chicago).map(|at| at.to_rfc3339())
        };
        assert_eq!(of("2026-03-08 02:30"), None);
        assert_eq!(of("2026-11-01 01:30").as_deref(), Some("2026-11-01T06:30:00+00:00"));
    }
}
