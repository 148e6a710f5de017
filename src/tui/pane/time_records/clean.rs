//! "Approve clean": everything of the list that nothing is odd about, after one
//! question that says exactly what it is about.

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

impl Pane {
    /// Everything clean that the list shows: found first, then asked for.
    pub(super) fn find_clean(&self) -> Reply {
        if self.list.query.view_of::<TimeRecord>() != View::Pending {
            return Reply::say("Only what is pending can be approved; f leads back to it.", Tone::Quiet);
        }
        if !self.deciding.is_empty() {
            return Reply::say("A decision is on the way; wait for it.", Tone::Quiet);
        }
        Reply {
            requests: vec![PaneRequest::FindClean(self.list.query.clone())],
            ..Reply::say("Looking for clean records…", Tone::Quiet)
        }
    }

    /// What is clean is known: whether it is to be approved.
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
                (0, 0) => "There is nothing to approve here.".to_owned(),
                (0, flagged) => format!("Nothing here is clean; {} flagged need a look.", records(flagged)),
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
        // It said that they are being looked for.
        Reply { notice: NoticeChange::Clear, ..Reply::ask(question) }
    }
}

fn records(count: i64) -> String {
    let noun = if count == 1 { "record" } else { "records" };
    format!("{} {noun}", thousands(count.unsigned_abs()))
}

/// How many clean records stay for another person.
fn for_someone_else(count: i64) -> String {
    let verbs = if count == 1 { ("needs", "stays") } else { ("need", "stay") };
    format!("{} {} someone else's decision and {} in the queue.", records(count), verbs.0, verbs.1)
}

/// How many records, how many hours, whose, the oldest and the longest, what stays.
fn clean_summary(clean: &Clean, context: Context) -> Vec<String> {
    let all = &clean.records;
    let students: HashSet<&str> = all.iter().map(|record| record.student_id.as_str()).collect();
    let hours = decimal_hours(all.iter().map(|record| record.elapsed_ms).sum());
    let day = |record: &CleanRecord| local(record.clock_in, record.zone).day;
    let count = records(i64::try_from(all.len()).unwrap_or(i64::MAX));
    let noun = if students.len() == 1 { "student" } else { "students" };
    let mut lines = vec![format!("{count} of {} {noun}, {hours} hours", thousands(students.len() as u64))];
    if let (Some(first), Some(last), Some(longest)) =
        (all.first(), all.last(), all.iter().max_by_key(|record| record.elapsed_ms))
    {
        lines.push(format!(
            "{} to {}; the oldest waits {}.",
            day(first),
            day(last),
            rough_age(context.now - first.clock_in)
        ));
        lines.push(format!("The longest is {} h, of {}.", decimal_hours(longest.elapsed_ms), longest.student));
    }
    let locked = all.iter().filter(|record| record.hours_are_locked).count();
    if locked > 0 {
        lines.push(format!("In completed rotations (approval is final): {}.", thousands(locked as u64)));
    }
    if clean.left > 0 {
        lines.push(format!("{} more are clean; press A again afterwards.", records(clean.left)));
    }
    if clean.waiting > 0 {
        let verb = if clean.waiting == 1 { "waits" } else { "wait" };
        lines.push(format!("{} {verb} for an answer or a correction and stay.", records(clean.waiting)));
    }
    if clean.someone_elses > 0 {
        lines.push(for_someone_else(clean.someone_elses));
    }
    lines.push(match clean.flagged {
        0 => "Nothing flagged is in the list.".to_owned(),
        flagged => format!("{} with blocking flags or warnings stay in the queue.", records(flagged)),
    });
    lines
}

fn clean_line(record: &CleanRecord) -> String {
    let at = local(record.clock_in, record.zone);
    format!("{} {}  {:>5} h  {}, {}", at.day, at.time, decimal_hours(record.elapsed_ms), record.student, record.site)
}
