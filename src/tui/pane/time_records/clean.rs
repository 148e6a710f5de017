//! "Approve clean": approves all records of the list without flags, after one question.

use std::collections::HashSet;

use super::super::super::effect::PaneRequest;
use super::super::super::overlay::{Confirm, Overlay};
use super::super::super::widget::theme::Tone;
use super::super::{Context, NoticeChange, Reply};
use super::Pane;
use crate::domain::Failure;
use crate::domain::query::Query;
use crate::domain::time_record::{Clean, CleanRecord, Decide, TimeRecord, View};
use crate::presentation::clock::{decimal_hours, local, rough_age, thousands};
use crate::presentation::sentences::{DECISION_UNDER_WAY, in_completed_rotations, records_of_students};

impl Pane {
    /// Loads the clean records of the list, to ask for their approval.
    pub(super) fn find_clean(&self) -> Reply {
        if self.list.query.view_of::<TimeRecord>() != Some(View::Pending) {
            return Reply::say("Only pending records can be approved. Press f to show them.", Tone::Quiet);
        }
        if !self.deciding.is_empty() {
            return Reply::say(DECISION_UNDER_WAY, Tone::Quiet);
        }
        Reply {
            requests: vec![PaneRequest::FindClean(self.list.query.clone())],
            ..Reply::say("Loading clean records …", Tone::Quiet)
        }
    }

    /// Asks whether to approve the clean records that were loaded.
    pub(super) fn ask_clean(&self, query: &Query, clean: Result<Clean, Failure>, context: Context) -> Reply {
        if !context.is_shown || self.list.query != *query {
            return Reply::say("The list changed while the clean records were loading. Press A again.", Tone::Quiet);
        }
        let clean = match clean {
            Ok(clean) => clean,
            Err(failure) => return Reply::say(failure.to_string(), Tone::Bad),
        };
        if clean.records.is_empty() {
            let text = match (clean.someone_elses, clean.flagged) {
                (0, 0) => "There are no records to approve here.".to_owned(),
                (0, flagged) => format!("No clean records here; {} with flags.", records(flagged)),
                (count, _) => format!("You can't approve anything here. {}", for_someone_else(count)),
            };
            return Reply::say(text, Tone::Quiet);
        }
        let question = Overlay::Confirm(Confirm {
            title: "Approve clean records".into(),
            lines: clean_summary(&clean, context),
            verb: format!("Approve {}", thousands(clean.records.len() as u64)),
            on_verb: false,
            shows: clean.records.iter().map(clean_line).collect(),
            request: PaneRequest::Decide {
                seen: clean.records.into_iter().map(|record| record.seen).collect(),
                what: Decide::ApproveClean,
            },
            scroll: 0,
        });
        // The notice says that they are being loaded.
        Reply { notice: NoticeChange::Clear, ..Reply::ask(question) }
    }
}

fn records(count: i64) -> String {
    let noun = if count == 1 { "record" } else { "records" };
    format!("{} {noun}", thousands(count.unsigned_abs()))
}

/// How many clean records only another person can decide on.
fn for_someone_else(count: i64) -> String {
    let verbs = if count == 1 { ("needs", "stays") } else { ("need", "stay") };
    format!("{} {} someone else's decision and {} in the queue.", records(count), verbs.0, verbs.1)
}

/// The number of records, students and hours, the oldest and the longest record, and what stays.
fn clean_summary(clean: &Clean, context: Context) -> Vec<String> {
    let all = &clean.records;
    let students: HashSet<&str> = all.iter().map(|record| record.student_id.as_str()).collect();
    let elapsed_ms = all.iter().map(|record| record.elapsed_ms).sum();
    let day = |record: &CleanRecord| local(record.clock_in, record.zone).day;
    let mut lines = vec![records_of_students(all.len(), students.len(), elapsed_ms)];
    if let (Some(first), Some(last), Some(longest)) =
        (all.first(), all.last(), all.iter().max_by_key(|record| record.elapsed_ms))
    {
        lines.push(format!(
            "{} to {}; the oldest is {} old.",
            day(first),
            day(last),
            rough_age(context.now - first.clock_in)
        ));
        lines.push(format!("The longest is {} h, of {}.", decimal_hours(longest.elapsed_ms), longest.student));
    }
    let locked = all.iter().filter(|record| record.hours_are_locked).count();
    if locked > 0 {
        lines.push(in_completed_rotations(locked));
    }
    if clean.left > 0 {
        lines.push(format!("{} more can follow: press A again afterwards.", records(clean.left)));
    }
    if clean.waiting > 0 {
        lines.push(format!("With an open question or correction, kept in the queue: {}.", records(clean.waiting)));
    }
    if clean.someone_elses > 0 {
        lines.push(for_someone_else(clean.someone_elses));
    }
    lines.push(match clean.flagged {
        0 => "The list has no flagged records.".to_owned(),
        flagged => format!("With blocking flags or warnings, kept in the queue: {}.", records(flagged)),
    });
    lines
}

fn clean_line(record: &CleanRecord) -> String {
    let at = local(record.clock_in, record.zone);
    format!("{} {}  {:>5} h  {}, {}", at.day, at.time, decimal_hours(record.elapsed_ms), record.student, record.site)
}
