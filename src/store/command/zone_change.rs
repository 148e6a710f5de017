//! The effects of changing the time zone of a site or a school, for the form to show before
//! saving.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use sqlx::PgConnection;

use crate::domain::command::Target;
use crate::domain::field::{FieldId, SchoolField, SiteField};
use crate::domain::form::{Changed, Form};
use crate::presentation::clock::{local, thousands};

/// What keeps its days and what is shown by other clocks, of a row that was just
/// written.
pub(super) async fn effects(
    tx: &mut PgConnection,
    form: Form,
    target: &Target,
    changes: &[Changed],
) -> Result<Vec<String>, sqlx::Error> {
    let zones = [FieldId::from(SiteField::TimeZone), SchoolField::TimeZone.into()];
    let Some(change) = changes.iter().find(|change| zones.contains(&change.field)) else { return Ok(Vec::new()) };
    let old = change.old.text().unwrap_or_default();
    match form {
        Form::Site => of_site(tx, &target.id, old).await,
        Form::School => of_school(tx, &target.id).await,
        _ => Ok(Vec::new()),
    }
}

async fn of_site(tx: &mut PgConnection, id: &str, old: &str) -> Result<Vec<String>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT s.time_zone, (SELECT count(*) FROM rotations r WHERE r.clinical_site_id = s.id) AS "rotations!",
             (SELECT count(*) FROM time_records t WHERE t.clinical_site_id = s.id) AS "records!",
             (SELECT max(t.clock_in) FROM time_records t WHERE t.clinical_site_id = s.id) AS latest
           FROM clinical_sites s WHERE s.id = $1"#,
        id
    )
    .fetch_optional(tx)
    .await?;
    let Some(row) = row else { return Ok(Vec::new()) };
    let mut told = Vec::new();
    if row.rotations > 0 {
        let count = thousands(row.rotations.unsigned_abs());
        told.push(format!("Rotations that keep their dates, now in {}: {count}.", row.time_zone));
    }
    if row.records > 0 {
        let example = row.latest.and_then(|at| example(at, old, &row.time_zone)).unwrap_or_default();
        let count = thousands(row.records.unsigned_abs());
        told.push(format!("Time records that keep their hours but show other times{example}: {count}."));
    }
    Ok(told)
}

async fn of_school(tx: &mut PgConnection, id: &str) -> Result<Vec<String>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT s.time_zone,
             (SELECT count(*) FROM competency_assignments a WHERE a.school_id = s.id AND a.due_date IS NOT NULL) AS "assignments!",
             (SELECT count(*) FROM competency_deployments d WHERE d.school_id = s.id) AS "deployments!",
             (SELECT count(*) FROM delegations d WHERE d.school_id = s.id AND d.revoked_at IS NULL AND d.ends_at > now()) AS "delegations!"
           FROM schools s WHERE s.id = $1"#,
        id
    )
    .fetch_optional(tx)
    .await?;
    let Some(row) = row else { return Ok(Vec::new()) };
    let told: Vec<String> =
        [(row.assignments, "due date"), (row.deployments, "deployment"), (row.delegations, "delegation")]
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, noun)| counted(count, noun))
            .collect();
    if told.is_empty() {
        return Ok(Vec::new());
    }
    Ok(vec![format!("Dates that stay the same, now in {}: {}.", row.time_zone, told.join(", "))])
}

/// ` (the latest clock-in reads 06:00 instead of 07:00)`
fn example(at: DateTime<Utc>, old: &str, new: &str) -> Option<String> {
    let clock = |zone: &str| zone.parse::<Tz>().ok().map(|zone| local(at, zone).exact);
    let (before, after) = (clock(old)?, clock(new)?);
    (before != after).then(|| format!(" (the latest clock-in reads {after} instead of {before})"))
}

fn counted(count: i64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", thousands(count.unsigned_abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_is_told_only_where_the_clocks_differ() {
        let at = "2026-11-20T13:00:00Z".parse().expect("an instant");
        let told = example(at, "America/Chicago", "America/Denver");
        assert_eq!(told.as_deref(), Some(" (the latest clock-in reads 06:00 instead of 07:00)"));
        assert_eq!(example(at, "America/Chicago", "US/Central"), None);
        assert_eq!(example(at, "Nowhere/Else", "America/Denver"), None);
    }
}
