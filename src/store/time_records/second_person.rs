//! Records that someone else decides on: the person of the session edited them, could
//! have made their punches, or counts as someone who did.

use std::collections::HashMap;

use crate::domain::TimeRecordId;
use crate::presentation::rules;

/// The rule, as the database calls it, and its sentence.
pub(super) type Rule = (&'static str, &'static str);

/// Those of these records that someone else decides on, and by which rule.
pub(super) async fn refusals(
    tx: &mut sqlx::PgConnection,
    ids: &[TimeRecordId],
) -> Result<HashMap<TimeRecordId, Rule>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT r.record AS "record!", r.rule AS "rule!" FROM medstint.second_person_refusals($1) r"#,
        ids as &[TimeRecordId]
    )
    .fetch_all(tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.record.into(), rule(&row.rule))).collect())
}

/// The rule of this name; a newer database may have others.
pub(super) fn rule(name: &str) -> Rule {
    rules::denial(name).unwrap_or(("second_person_is_another", "Someone else decides on this record."))
}
