//! The locked records of a decision in their current state, and the decisions that they permit.
//! The database would refuse too, but for all records of a decision at once.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use strum::VariantArray;

use super::super::error;
use super::second_person;
use crate::domain::failure::Stale;
use crate::domain::time_record::{Decide, Flag, Seen, Severity, Status};
use crate::domain::{Failure, TimeRecordId, zone};
use crate::presentation::sentences::BLOCKING_ONE_AT_A_TIME;

/// The record as it stands now.
#[derive(Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts about one record")]
pub(super) struct Standing {
    id: TimeRecordId,
    version: i32,
    pub(super) status: Status,
    is_open: bool,
    student: Option<String>,
    clock_in: DateTime<Utc>,
    zone: Option<String>,
    pub(super) elapsed_ms: Option<i64>,
    decided_by: Option<String>,
    updated_at: DateTime<Utc>,
    locked_at: DateTime<Utc>,
    is_own: bool,
    is_edited_by_me: bool,
    /// The severity's rank.
    triage: i16,
    flags: Vec<Flag>,
    is_waiting: bool,
    /// Whether its rotation is completed: what is approved in it stays so.
    pub(super) hours_are_locked: bool,
    /// Other times are proposed for it.
    is_corrected: bool,
    /// The rule by which someone else decides on it, where that is so.
    second_person: Option<String>,
}

/// Records by their ids, as `medstint.hold_records` tells them.
pub(super) fn parse(json: &str) -> Result<HashMap<TimeRecordId, Standing>, sqlx::Error> {
    let standing: Vec<Standing> = serde_json::from_str(json).map_err(|error| sqlx::Error::Decode(error.into()))?;
    Ok(standing.into_iter().map(|standing| (standing.id.clone(), standing)).collect())
}

impl Standing {
    pub(super) fn student(&self) -> String {
        self.student.clone().unwrap_or_default()
    }

    pub(super) fn clock_in(&self) -> (DateTime<Utc>, Tz) {
        (self.clock_in, zone::parse_or_unknown(self.zone.as_deref().unwrap_or_default()))
    }

    fn severity(&self) -> Severity {
        // An unknown severity counts as the most severe.
        let known = usize::try_from(self.triage).ok().and_then(|rank| Severity::VARIANTS.get(rank).copied());
        known.unwrap_or(Severity::Hard)
    }

    fn second_person(&self) -> Option<second_person::Rule> {
        self.second_person.as_deref().map(second_person::rule)
    }

    /// Whether it can be decided on as it was shown, together with so many others.
    pub(super) fn verdict(&self, seen: &Seen, what: &Decide, at_once: usize) -> Result<(), Failure> {
        if self.status == Status::Pending {
            self.careful(what, at_once)?;
        }
        self.allowed(seen, what)
    }

    /// The database's name of the rule by which this person can't decide on the record.
    pub(super) fn right_refused(&self) -> Option<&'static str> {
        if self.is_own {
            return Some("time_records_nobody_decides_for_themselves");
        }
        if self.is_edited_by_me {
            return Some("time_records_nobody_decides_on_their_edit");
        }
        self.second_person().map(|(rule, _)| rule)
    }

    /// Flagged records need more care than clean ones.
    fn careful(&self, what: &Decide, at_once: usize) -> Result<(), Failure> {
        match (what, self.severity()) {
            (Decide::ApproveClean, Severity::Hard | Severity::Warn) if !self.is_open => {
                Err(Failure::Denied(format!("This record isn't clean: {}.", self.worst())))
            }
            (Decide::ApproveClean, _) if self.is_waiting => {
                Err(Failure::Denied("This record has an open question or correction.".into()))
            }
            (Decide::Approve { .. } | Decide::Reject { .. }, _) if self.is_corrected => {
                Err(error::refused_by("time_records_correction_is_open"))
            }
            // An open record is refused below because it is open.
            (Decide::Approve { .. }, Severity::Hard) if at_once > 1 && !self.is_open => {
                Err(Failure::Denied(format!("{BLOCKING_ONE_AT_A_TIME} This one: {}.", self.worst())))
            }
            (Decide::Undo { .. }, _) => Ok(()),
            _ if self.is_edited_by_me => Err(error::refused_by("time_records_nobody_decides_on_their_edit")),
            _ => self.second_person().map_or(Ok(()), |(_, sentence)| Err(Failure::Denied(sentence.into()))),
        }
    }

    /// Whether the record is unchanged since it was shown, and the step is allowed.
    fn allowed(&self, seen: &Seen, what: &Decide) -> Result<(), Failure> {
        let expected = (self.status == Status::Pending) != what.undoes();
        if self.version != seen.version || !expected {
            return Err(Failure::Stale(Stale {
                who: self.decided_by.clone(),
                change: self.status.into(),
                when: Some(self.updated_at),
                now: self.locked_at,
            }));
        }
        if self.is_own {
            return Err(error::refused_by("time_records_nobody_decides_for_themselves"));
        }
        if self.hours_are_locked && self.status == Status::Approved {
            return Err(error::refused_by("time_records_hours_are_locked"));
        }
        if self.is_open && what.approves() {
            return Err(error::refused_by("time_records_open_not_approved"));
        }
        Ok(())
    }

    /// Its flags of the worst severity, in words.
    fn worst(&self) -> String {
        let told = self.flags.iter().filter(|flag| flag.severity() == self.severity());
        told.map(Flag::sentence).collect::<Vec<_>>().join("; ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decided_record_names_who_decided_it_and_when() {
        let at: DateTime<Utc> = "2026-11-23T09:00:00Z".parse().expect("an instant");
        let standing = Standing {
            id: "t".into(),
            version: 3,
            status: Status::Approved,
            is_open: false,
            student: Some("Family, Given".into()),
            clock_in: DateTime::UNIX_EPOCH,
            zone: None,
            elapsed_ms: Some(1),
            decided_by: Some("Ada Example".into()),
            updated_at: at,
            locked_at: at + chrono::TimeDelta::seconds(8),
            is_own: false,
            is_edited_by_me: false,
            triage: 3,
            flags: Vec::new(),
            is_waiting: false,
            hours_are_locked: false,
            is_corrected: false,
            second_person: None,
        };
        let seen = Seen { id: TimeRecordId::from("t"), version: 2 };
        let failure = standing.verdict(&seen, &Decide::Approve { reason: None }, 1).expect_err("stale");
        assert_eq!(failure.to_string(), "Ada Example approved this record 8 s ago. Nothing was changed.");
    }
}
