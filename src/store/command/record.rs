//! Questions about time records, their answers, and corrections.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use sqlx::PgConnection;

use super::{Stop, done};
use crate::domain::Failure;
use crate::domain::command::{Command, Report, Target};
use crate::domain::correction::Times;
use crate::domain::field::{CorrectionField, QuestionField, RecordField};
use crate::domain::form::{Changes, Value};
use crate::domain::time_record::{Flag, Severity};
use crate::presentation::correction::change;
use crate::store::attempt::Mode;
use crate::store::error;

/// One question to the students of one record or several.
pub(super) async fn ask(tx: &mut PgConnection, command: &Command) -> Result<Report, Stop> {
    let words = command.fields().text(QuestionField::Question).unwrap_or_default();
    let mut report = Report::default();
    super::hold_targets(tx, "time_records", &command.targets).await?;
    for target in &command.targets {
        sqlx::query!("SELECT medstint.ask($1, $2)", target.id, words).fetch_one(&mut *tx).await?;
        report.done.push(format!("{}: question sent.", target.name));
    }
    Ok(report)
}

/// The student's answer.
pub(super) async fn answer(tx: &mut PgConnection, command: &Command) -> Result<Report, Stop> {
    let words = command.fields().text(QuestionField::Answer).unwrap_or_default();
    let target = only(command)?;
    sqlx::query!("SELECT medstint.answer($1, $2)", target.id, words).fetch_one(tx).await?;
    Ok(done("Answer sent to the person who asked."))
}

/// Proposes other times for a record. A rehearsal reports the new hours and flags.
pub(super) async fn propose(tx: &mut PgConnection, command: &Command, mode: Mode) -> Result<Report, Stop> {
    let target = only(command)?;
    let zone = sqlx::query_scalar!(
        "SELECT s.time_zone FROM time_records t JOIN clinical_sites s ON s.id = t.clinical_site_id WHERE t.id = $1",
        target.id
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(zone) = zone else { return Err(Failure::NotFound("The record").into()) };
    let zone = parse_zone(&zone)?;
    let fields = command.fields();
    let clock_in = moment(fields, CorrectionField::ClockIn, zone)?;
    let clock_out = moment(fields, CorrectionField::ClockOut, zone)?;
    let version = fields.text(CorrectionField::Version).and_then(|text| text.parse().ok()).unwrap_or(0);
    let correction = sqlx::query_scalar!(
        r#"SELECT medstint.propose_correction($1, $2, $3, $4, $5) AS "id!""#,
        target.id,
        version,
        clock_in,
        clock_out,
        fields.text(CorrectionField::Reason),
    )
    .fetch_one(&mut *tx)
    .await?;
    let mut report =
        done(format!("{}: correction proposed. Someone else must approve it (:corrections).", target.name));
    if mode == Mode::Rehearse {
        report.effects = vec![proposal(tx, &correction).await?.change()];
        let flags = sqlx::query_scalar!("SELECT medstint.flags_if_corrected($1)", correction).fetch_one(tx).await?;
        report.warnings = flagged(&parse_flags(flags.as_deref().unwrap_or("[]"))?);
    }
    Ok(report)
}

/// Gives the record the proposed times; reports the change and the new flags.
pub(super) async fn approve_correction(
    tx: &mut PgConnection,
    target: &Target,
    report: &mut Report,
) -> Result<(), Stop> {
    decide_correction(tx, &target.id, true).await?;
    let proposal = proposal(tx, &target.id).await?;
    let flags = flagged(&parse_flags(&proposal.flags)?);
    report.warnings.extend(flags.into_iter().map(|flag| format!("{}: {flag}", proposal.student)));
    report.done.push(format!("{}: {}.", proposal.student, proposal.change()));
    Ok(())
}

pub(super) async fn decide_correction(tx: &mut PgConnection, id: &str, approve: bool) -> Result<bool, sqlx::Error> {
    sqlx::query!("SELECT medstint.decide_correction($1, $2)", id, approve).fetch_one(tx).await?;
    Ok(true)
}

/// A proposal with its record as it stands.
struct Proposal {
    student: String,
    zone: Tz,
    old: Times,
    new: Times,
    /// Of the record, as JSON.
    flags: String,
}

impl Proposal {
    fn change(&self) -> String {
        change(self.old, self.new, self.zone)
    }
}

async fn proposal(tx: &mut PgConnection, id: &str) -> Result<Proposal, Stop> {
    let row = sqlx::query!(
        r#"SELECT u.sort_name AS student, s.time_zone, c.old_clock_in, c.old_clock_out, c.clock_in, c.clock_out, t.flags::text AS "flags!"
           FROM time_record_corrections c JOIN time_records t ON t.id = c.time_record_id
           JOIN users u ON u.id = t.student_id JOIN clinical_sites s ON s.id = t.clinical_site_id
           WHERE c.id = $1"#,
        id
    )
    .fetch_optional(tx)
    .await?;
    let Some(row) = row else { return Err(Failure::NotFound("The proposal").into()) };
    Ok(Proposal {
        student: row.student,
        zone: error::parsed("time zone", &row.time_zone)?,
        old: Times { clock_in: row.old_clock_in, clock_out: row.old_clock_out },
        new: Times { clock_in: row.clock_in, clock_out: row.clock_out },
        flags: row.flags,
    })
}

/// The flags of a record that was just written and may be rolled back.
pub(super) async fn flags_of(tx: &mut PgConnection, id: &str) -> Result<Vec<String>, Stop> {
    let flags = sqlx::query_scalar!(r#"SELECT flags::text AS "flags!" FROM time_records WHERE id = $1"#, id)
        .fetch_optional(tx)
        .await?;
    Ok(flagged(&parse_flags(flags.as_deref().unwrap_or("[]"))?))
}

fn parse_flags(flags: &str) -> Result<Vec<Flag>, Stop> {
    serde_json::from_str(flags).map_err(|error| Stop::Database(sqlx::Error::Decode(error.into())))
}

/// The flags that a person should know before the change, in words.
fn flagged(flags: &[Flag]) -> Vec<String> {
    let told = |flag: &Flag| match flag.severity() {
        Severity::Hard => Some(format!("the record gets a blocking flag: {}.", flag.sentence())),
        Severity::Warn => Some(format!("the record gets a warning: {}.", flag.sentence())),
        Severity::Note | Severity::Clean => None,
    };
    flags.iter().filter_map(told).collect()
}

pub(super) fn only(command: &Command) -> Result<&Target, Failure> {
    command.targets.first().ok_or(Failure::NotFound("It"))
}

/// Parses the zone in which a day or a time was typed; in an unknown zone it has no meaning.
pub(super) fn parse_zone(zone: &str) -> Result<Tz, Failure> {
    zone.parse().map_err(|_| {
        Failure::Denied(format!(
            "Unknown time zone {zone}. Correct it first (:sites or :schools). Nothing was changed."
        ))
    })
}

/// The instant in a field. A typed time was read in the zone that the form showed, so the
/// site must still have that zone. An unedited time stays the same instant.
pub(super) fn moment<F: RecordField>(
    changes: Changes<'_, F>,
    field: F,
    zone: Tz,
) -> Result<Option<DateTime<Utc>>, Failure> {
    let Some(change) = changes.find(field.clone()) else { return Ok(None) };
    match change.new {
        Value::Moment(at, shown) if shown == zone || change.new == change.old => Ok(Some(at)),
        Value::Moment(..) => Err(Failure::Invalid {
            field: field.into(),
            why: "the site's time zone has changed. Close the form and reopen it.".into(),
        }),
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::America::{Chicago, Denver};

    use super::*;
    use crate::domain::command::What;
    use crate::domain::field::FieldId;
    use crate::domain::form::{Changed, Form};

    #[test]
    fn a_time_typed_in_another_zone_is_refused() {
        let at: DateTime<Utc> = "2026-11-20T13:00:00Z".parse().expect("an instant");
        let command = |old: Value| Command {
            what: What::Create(Form::Correction),
            targets: Vec::new(),
            changes: vec![Changed { field: CorrectionField::ClockIn.into(), old, new: Value::Moment(at, Chicago) }],
        };
        let read = |old, zone| moment(command(old).fields(), CorrectionField::ClockIn, zone);
        assert_eq!(read(Value::Nothing, Chicago), Ok(Some(at)));
        assert_eq!(read(Value::Moment(at, Chicago), Denver), Ok(Some(at)), "nobody edited it");
        assert!(matches!(
            read(Value::Nothing, Denver),
            Err(Failure::Invalid { field: FieldId::Correction(CorrectionField::ClockIn), .. })
        ));
        assert_eq!(moment(command(Value::Nothing).fields(), CorrectionField::ClockOut, Chicago), Ok(None));
    }
}
