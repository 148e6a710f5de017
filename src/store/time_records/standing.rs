//! Records as they stand when they are decided on, locked, and what can become of
//! them. The database would refuse too, but for all records of a decision at once.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use strum::VariantArray;

use super::super::{Bound, error};
use super::second_person;
use crate::domain::Failure;
use crate::domain::failure::Stale;
use crate::domain::time_record::{Decide, Flag, Seen, Severity, Status};

/// The record as it stands now.
#[expect(clippy::struct_excessive_bools, reason = "independent facts about one record")]
pub(super) struct Standing {
    version: i32,
    pub(super) status: Status,
    open: bool,
    pub(super) student: String,
    pub(super) elapsed_ms: Option<i64>,
    decided_by: Option<String>,
    updated_at: DateTime<Utc>,
    /// When it was locked.
    now: DateTime<Utc>,
    own: bool,
    edited_by_me: bool,
    severity: Severity,
    flags: Vec<Flag>,
    waits: bool,
    /// Whether its rotation is completed: what is approved in it stays so.
    pub(super) hours_are_locked: bool,
    /// Other times are proposed for it.
    is_corrected: bool,
    /// Why someone else decides on it, where that is so.
    second_person: Option<second_person::Rule>,
}

/// Locks the records in the order of their ids, and reads them.
pub(super) async fn lock(
    bound: &Bound,
    tx: &mut sqlx::PgConnection,
    ids: &[String],
) -> Result<HashMap<String, Standing>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT t.id, t.version, t.status::text AS "status!", t.clock_out IS NULL AS "open!", t.elapsed_ms, t.updated_at,
             t.student_id = $3 AS "own!", $3 = ANY (t.editors) AS "edited_by_me!", t.triage, t.flags::text AS "flags!", medstint.waits(t.id) AS "waits!",
             EXISTS (SELECT FROM rotations r WHERE r.id = t.rotation_id AND r.status = 'COMPLETED') AS "hours_are_locked!",
             EXISTS (SELECT FROM time_record_corrections c WHERE c.time_record_id = t.id AND c.status = 'PROPOSED') AS "is_corrected!", now() AS "now!", u.sort_name AS "student?",
             (SELECT a.name FROM time_record_decisions d JOIN users a ON a.id = d.decided_by
              WHERE d.time_record_id = t.id ORDER BY d.version_before DESC LIMIT 1) AS decided_by
           FROM time_records t LEFT JOIN users u ON u.id = t.student_id
           WHERE t.id = ANY ($1) AND t.school_id = $2
           ORDER BY t.id FOR NO KEY UPDATE OF t"#,
        ids,
        bound.school(),
        bound.user().as_str(),
    )
    .fetch_all(&mut *tx)
    .await?;
    let refused = second_person::refusals(tx, ids).await?;
    rows.into_iter()
        .map(|row| {
            // What this medstint does not know of is looked at most carefully.
            let severity = usize::try_from(row.triage).ok().and_then(|rank| Severity::VARIANTS.get(rank).copied());
            let standing = Standing {
                version: row.version,
                status: row.status.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
                open: row.open,
                student: row.student.unwrap_or_default(),
                elapsed_ms: row.elapsed_ms,
                decided_by: row.decided_by,
                updated_at: row.updated_at,
                now: row.now,
                own: row.own,
                edited_by_me: row.edited_by_me,
                severity: severity.unwrap_or(Severity::Hard),
                flags: serde_json::from_str(&row.flags).map_err(|error| sqlx::Error::Decode(error.into()))?,
                waits: row.waits,
                hours_are_locked: row.hours_are_locked,
                is_corrected: row.is_corrected,
                second_person: refused.get(&row.id).copied(),
            };
            Ok((row.id, standing))
        })
        .collect()
}

impl Standing {
    /// Whether it can be decided on as it was shown, together with so many others.
    pub(super) fn verdict(&self, seen: &Seen, what: &Decide, at_once: usize) -> Result<(), Failure> {
        if self.status == Status::Pending {
            self.careful(what, at_once)?;
        }
        self.allowed(seen, what)
    }

    /// The rule by which it is not this person's to decide on, as the database calls it.
    pub(super) fn right_refused(&self) -> Option<&'static str> {
        if self.own {
            return Some("time_records_nobody_decides_for_themselves");
        }
        if self.edited_by_me {
            return Some("time_records_nobody_decides_on_their_edit");
        }
        self.second_person.map(|(rule, _)| rule)
    }

    /// What is odd is approved with more care than what is clean.
    fn careful(&self, what: &Decide, at_once: usize) -> Result<(), Failure> {
        match (what, self.severity) {
            (Decide::ApproveClean, Severity::Hard | Severity::Warn) if !self.open => {
                Err(Failure::Denied(format!("It is no longer clean: {}.", self.worst())))
            }
            (Decide::ApproveClean, _) if self.waits => {
                Err(Failure::Denied("It waits for an answer, or for other times.".into()))
            }
            (Decide::Approve { .. } | Decide::Reject { .. }, _) if self.is_corrected => {
                Err(Failure::Denied(error::CORRECTION_IS_OPEN.into()))
            }
            // Of an open one, that it is open is told instead.
            (Decide::Approve { .. }, Severity::Hard) if at_once > 1 && !self.open => {
                Err(Failure::Denied(format!("Hard flags are looked at one by one: {}.", self.worst())))
            }
            (Decide::Approve { .. } | Decide::ApproveClean | Decide::Reject { .. }, _) if self.edited_by_me => {
                Err(Failure::Denied("You changed the times of this record; somebody else decides on it.".into()))
            }
            (Decide::Approve { .. } | Decide::ApproveClean | Decide::Reject { .. }, _) => {
                self.second_person.map_or(Ok(()), |(_, sentence)| Err(Failure::Denied(sentence.into())))
            }
            (Decide::Undo { .. }, _) => Ok(()),
        }
    }

    /// Whether it is still what was shown, and the step a legal one.
    fn allowed(&self, seen: &Seen, what: &Decide) -> Result<(), Failure> {
        let expected = (self.status == Status::Pending) != matches!(what, Decide::Undo { .. });
        if self.version != seen.version || !expected {
            return Err(Failure::Stale(Stale {
                who: self.decided_by.clone(),
                what: match self.status {
                    Status::Approved => "it is approved",
                    Status::Rejected => "it is rejected",
                    Status::Pending => "it is pending, as changed since",
                },
                when: Some(self.updated_at),
                now: self.now,
            }));
        }
        if self.own {
            return Err(Failure::Denied("Nobody decides on their own time.".into()));
        }
        if self.hours_are_locked && self.status == Status::Approved {
            return Err(Failure::Denied(error::LOCKED_HOURS.into()));
        }
        if self.open && matches!(what, Decide::Approve { .. } | Decide::ApproveClean) {
            return Err(Failure::Denied(
                "The record is still open: without a clock-out there are no hours to approve.".into(),
            ));
        }
        Ok(())
    }

    /// Its flags of the worst severity, in words.
    fn worst(&self) -> String {
        let told = self.flags.iter().filter(|flag| flag.severity() == self.severity);
        told.map(Flag::sentence).collect::<Vec<_>>().join("; ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::TimeRecordId;

    #[test]
    fn a_record_that_moved_on_is_stale_and_says_who_was_first() {
        let at: DateTime<Utc> = "2026-11-23T09:00:00Z".parse().expect("an instant");
        let standing = Standing {
            version: 3,
            status: Status::Approved,
            open: false,
            student: "Family, Given".into(),
            elapsed_ms: Some(1),
            decided_by: Some("Ada Example".into()),
            updated_at: at,
            now: at + chrono::TimeDelta::seconds(8),
            own: false,
            edited_by_me: false,
            severity: Severity::Clean,
            flags: Vec::new(),
            waits: false,
            hours_are_locked: false,
            is_corrected: false,
            second_person: None,
        };
        let seen = Seen { id: TimeRecordId::from("t"), version: 2 };
        let failure = standing.verdict(&seen, &Decide::Approve { reason: None }, 1).expect_err("stale");
        assert_eq!(failure.to_string(), "Ada Example was first: it is approved 8 s ago. Nothing was changed.");
    }
}
