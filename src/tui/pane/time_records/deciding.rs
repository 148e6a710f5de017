//! Decisions and their safety rules: one key decides at most the record under the cursor, at the
//! version that was shown. More than one record needs a confirmation whose default is to cancel.
//! Decisions can be undone.
//!
//! A record that someone else decided stays on the screen, greyed, until the cursor moves, so that
//! no other record slips under a finger. While a decision is under way, its record can't be decided
//! again.

use std::collections::HashSet;

use super::super::super::effect::PaneRequest;
use super::super::super::overlay::{Confirm, Overlay, Reason, Reject, Report, Why};
use super::super::super::widget::field::Field;
use super::super::super::widget::theme::Tone;
use super::super::{Context, NoticeChange, Reply};
use super::{Done, Pane};
use crate::domain::Failure;
use crate::domain::failure::Stale;
use crate::domain::permission::Permission;
use crate::domain::text::capitalized;
use crate::domain::time_record::{Decide, Outcome, Seen, Severity, Status, TimeRecord};
use crate::domain::window::Slot;
use crate::presentation::clock::{decimal_hours, rough_age, thousands};
use crate::presentation::sentences::{
    BLOCKING_ONE_AT_A_TIME, DECISION_UNDER_WAY, LIST_LOADING, NO_CLOCK_OUT, REASON_STORED, UNDO_TOO_LATE,
    in_completed_rotations, no_row, not_done, records_of_students,
};

impl Pane {
    /// The marked records, or else the one under the cursor.
    fn targets(&self) -> Result<Vec<&TimeRecord>, Box<Reply>> {
        if !self.list.window.marks.is_empty() {
            let mut marked: Vec<&TimeRecord> = self.list.window.marks.iter().filter_map(Slot::record).collect();
            marked.sort_by(|a, b| (a.clock_in, &a.id).cmp(&(b.clock_in, &b.id)));
            return Ok(marked);
        }
        if !self.list.window.is_settled() || !self.list.window.loaded {
            return Err(Box::new(Reply::say(LIST_LOADING, Tone::Quiet)));
        }
        let Some(slot) = self.list.window.current() else {
            return Err(Box::new(Reply::say(no_row("record"), Tone::Quiet)));
        };
        let current = match slot {
            Slot::Record(row) => &row.record,
            Slot::Unreadable(row) => return Err(Box::new(Reply::say(row.sentence.as_str(), Tone::Warning))),
        };
        if self.list.window.is_gone(slot) {
            return Err(Box::new(Reply::say(self.decided_by_someone_else(current), Tone::Warning)));
        }
        if let Some(Ok(detail)) = self.current_detail()
            && detail.record.version != current.version
        {
            return Err(Box::new(Reply::say(
                "The record has just changed. Check it, then press again.",
                Tone::Warning,
            )));
        }
        if self.is_deciding(current) {
            return Err(Box::new(Reply::say(DECISION_UNDER_WAY, Tone::Quiet)));
        }
        Ok(vec![current])
    }

    /// Who decided the record under the cursor, as far as that is known.
    fn decided_by_someone_else(&self, record: &TimeRecord) -> String {
        if let Some(Ok(detail)) = self.current_detail()
            && detail.record.status != record.status
            && let Some(decision) = detail.decisions.first()
            && decision.who.is_some()
        {
            let (who, change) = (decision.who.clone(), detail.record.status.into());
            return Stale { who, change, when: None, now: decision.when }.to_string();
        }
        "Someone else changed this record, so it left the list. Nothing was changed.".into()
    }

    pub(super) fn approve(&self, context: Context) -> Reply {
        let targets = match self.pending_targets() {
            Ok(targets) => targets,
            Err(reply) => return *reply,
        };
        let seen = seen(&targets);
        if self.list.window.marks.is_empty() && targets[0].clock_out.is_none() {
            return Reply::say(NO_CLOCK_OUT, Tone::Warning);
        }
        if self.list.window.marks.is_empty() && targets[0].has_hard_flag() {
            return acknowledge(targets[0], context);
        }
        if context.actor.role.decides_with_reason() {
            return Reply::ask(Overlay::Reason(Reason {
                title: format!("Why do you approve {}?", whose(&targets)),
                lines: std::iter::once(REASON_STORED.to_owned()).chain(locked(&targets)).collect(),
                text: Field::default(),
                seen,
                what: Why::Approve,
                trouble: None,
                scroll: 0,
            }));
        }
        let request = PaneRequest::Decide { seen, what: Decide::Approve { reason: None } };
        if self.list.window.marks.is_empty() && !targets[0].hours_are_locked {
            return [request].into();
        }
        if targets.iter().all(|target| target.clock_out.is_some() && target.has_hard_flag()) {
            return Reply::say(format!("{BLOCKING_ONE_AT_A_TIME} Remove the marks first."), Tone::Warning);
        }
        // A decision that can't be undone needs a confirmation even for one record.
        let title = if self.list.window.marks.is_empty() { "Approve the record" } else { "Approve marked records" };
        Reply::ask(Overlay::Confirm(Confirm {
            title: title.into(),
            lines: summary(&targets, context).into_iter().chain(locked(&targets)).collect(),
            verb: format!("Approve {}", targets.len()),
            on_verb: false,
            shows: targets.iter().map(|record| record.sentence()).collect(),
            request,
            scroll: 0,
        }))
    }

    pub(super) fn reject(&self, context: Context) -> Reply {
        let targets = match self.pending_targets() {
            Ok(targets) => targets,
            Err(reply) => return *reply,
        };
        let words_required = context.actor.role.decides_with_reason();
        Reply::ask(Overlay::Reject(Reject::new(summary(&targets, context), seen(&targets), words_required)))
    }

    pub(super) fn pending_targets(&self) -> Result<Vec<&TimeRecord>, Box<Reply>> {
        if self.status() != Status::Pending {
            return Err(Box::new(Reply::say(
                format!(
                    "These records are already {}. u undoes a decision, f shows pending records.",
                    self.status().label()
                ),
                Tone::Quiet,
            )));
        }
        self.targets()
    }

    /// In the queue, the last decision of this session; in a list of decided
    /// records, the one under the cursor or the marked ones, after a question.
    pub(super) fn undo(&mut self, context: Context) -> Reply {
        if self.status() == Status::Pending {
            return self.undo_last(context);
        }
        let targets = match self.targets() {
            Ok(targets) => targets,
            Err(reply) => return *reply,
        };
        ask_undo(&whose(&targets), summary(&targets, context), seen(&targets), context)
    }

    fn undo_last(&mut self, context: Context) -> Reply {
        if !self.deciding.is_empty() {
            return Reply::say(DECISION_UNDER_WAY, Tone::Quiet);
        }
        if std::mem::take(&mut self.is_last_final) {
            let text = "The last approval is final: its rotation is completed. u again undoes the decision before it.";
            return Reply::say(text, Tone::Warning);
        }
        let Some(last) = self.done.last() else {
            return Reply::say("There is nothing to undo here. f shows decided records.", Tone::Quiet);
        };
        if let Some(until) = last.until
            && until < context.now
        {
            self.done.pop();
            return Reply::say(UNDO_TOO_LATE, Tone::Warning);
        }
        if last.seen.len() == 1 && !context.actor.role.decides_with_reason() {
            return Reply {
                requests: vec![PaneRequest::Decide { seen: last.seen.clone(), what: Decide::Undo { reason: None } }],
                ..Reply::say(format!("Undoing: {}…", last.whose), Tone::Quiet)
            };
        }
        let lines = vec![format!("{}, {} hours, {}.", last.whose, decimal_hours(last.elapsed_ms), last.what)];
        ask_undo(&last.whose, lines, last.seen.clone(), context)
    }

    /// A decision was sent. Until it is answered, its records can't be decided again.
    pub(super) fn sent(&mut self, seen: &[Seen]) {
        self.deciding.extend_from_slice(seen);
        // The next key is about other records.
        for seen in seen {
            self.list.window.unmark(seen.id.as_str());
        }
    }

    /// The outcome of a decision.
    pub(super) fn decided(
        &mut self,
        what: &Decide,
        seen: &[Seen],
        outcomes: Result<Vec<Outcome>, Failure>,
        context: Context,
    ) -> Reply {
        if outcomes == Err(Failure::OutcomeUnknown) {
            return self.may_be_decided(what, seen);
        }
        let asked: HashSet<&Seen> = seen.iter().collect();
        self.deciding.retain(|deciding| !asked.contains(deciding));
        let outcomes = match outcomes {
            Ok(outcomes) => outcomes,
            Err(failure) => {
                // The outcome comes first, because the line may be too short for the rest.
                let text = not_done(what, &failure);
                let overlay = asked_again(what, seen, &text, context);
                return Reply { overlay, requests: self.list.read(), ..Reply::say(text, Tone::Bad) };
            }
        };
        let (done, failed): (Vec<&Outcome>, Vec<&Outcome>) =
            outcomes.iter().partition(|outcome| outcome.result.is_ok());
        self.list.window.leaves(done.iter().map(|outcome| outcome.id.0.clone()));
        let was_undo = what.undoes();
        let may_succeed_later = |outcome: &&Outcome| outcome.result.as_ref().is_err_and(Failure::is_transient);
        if was_undo && !failed.iter().any(may_succeed_later) {
            // Undone, or impossible to undo: the next `u` is about the decision before it.
            self.done.retain(|done| !done.seen.iter().all(|seen| asked.contains(seen)));
        }
        let mut reply = Reply::from(self.list.read());
        if !done.is_empty() {
            let text = if was_undo { said_undone(&done) } else { self.remember(what, &done, context) };
            reply.notice = NoticeChange::Say(text, Tone::Good);
        }
        match failed.as_slice() {
            [] => {}
            [only] if done.is_empty() => reply.notice = NoticeChange::Say(why_not(only), Tone::Warning),
            _ => reply.overlay = Some(report(what, &done, &failed)),
        }
        reply
    }

    /// Keeps a decision for undo and says it.
    fn remember(&mut self, what: &Decide, done: &[&Outcome], context: Context) -> String {
        let said = format!("{}: {}, {} h.", capitalized(what.done()), names(done), decimal_hours(hours(done)));
        let undoable: Vec<&Outcome> = done.iter().copied().filter(|outcome| !outcome.is_final).collect();
        self.is_last_final = undoable.is_empty();
        let undoes = match (undoable.len(), done.len()) {
            (0, 1) => return format!("{said} Its rotation is completed: this is final."),
            (0, _) => return format!("{said} Their rotations are completed: this is final."),
            (some, all) if some == all => "u undoes it".to_owned(),
            (some, all) => format!(
                "final (rotation completed): {}; u undoes the other {}",
                thousands((all - some) as u64),
                thousands(some as u64)
            ),
        };
        let until = context.actor.role.undo_until(context.now);
        let limit = until.map_or_else(String::new, |until| {
            let (then, today) = (until.with_timezone(&context.zone), context.now.with_timezone(&context.zone));
            let day = if then.date_naive() == today.date_naive() { "%H:%M" } else { "%m-%d %H:%M" };
            format!(" (until {})", then.format(day))
        });
        let seen = undoable
            .iter()
            .filter_map(|outcome| Some(Seen { id: outcome.id.clone(), version: *outcome.result.as_ref().ok()? }))
            .collect();
        let (elapsed_ms, whose) = (hours(&undoable), names(&undoable));
        self.done.push(Done { seen, what: what.done(), elapsed_ms, until, whose });
        // Keeps the last 100 decisions undoable.
        if self.done.len() > 100 {
            self.done.remove(0);
        }
        format!("{said} {undoes}{limit}.")
    }
}

/// The hours of outcomes, in milliseconds.
fn hours(outcomes: &[&Outcome]) -> i64 {
    outcomes.iter().filter_map(|outcome| outcome.elapsed_ms).sum()
}

/// The student of a single record, or the number of records.
fn names(outcomes: &[&Outcome]) -> String {
    match outcomes {
        [only] => only.student.clone(),
        many => format!("{} records", thousands(many.len() as u64)),
    }
}

/// Says that the approval of some of these records is final.
fn locked(targets: &[&TimeRecord]) -> Option<String> {
    let count = targets.iter().filter(|record| record.hours_are_locked).count();
    match (count, targets.len()) {
        (0, _) => None,
        (1, 1) => Some("Its rotation is completed: the approval will be final.".into()),
        (all, of) if all == of => Some("Their rotations are completed: approval will be final.".into()),
        (some, _) => Some(in_completed_rotations(some)),
    }
}

/// Asks for the reason to approve a record with a blocking flag.
fn acknowledge(record: &TimeRecord, context: Context) -> Reply {
    if !context.actor.role.may(Permission::WaiveHardFlag) {
        let text = "It has a blocking flag, so a supervisor or school admin must decide. You can reject it or ask (i).";
        return Reply::say(text, Tone::Warning);
    }
    let flags = record.flags.iter().filter(|flag| flag.severity() == Severity::Hard);
    let mut lines: Vec<String> = flags.map(|flag| format!("{}: {}", flag.short(), flag.sentence())).collect();
    lines.push("Approving acknowledges this. The reason is stored with the decision.".into());
    lines.extend(locked(&[record]));
    Reply::ask(Overlay::Reason(Reason {
        title: format!("Approve despite a blocking flag: {}, {} h", record.student, record.hours()),
        lines,
        text: Field::default(),
        seen: seen(&[record]),
        what: Why::Approve,
        trouble: None,
        scroll: 0,
    }))
}

/// Asks whether to undo decisions; `whose` names the records.
fn ask_undo(whose: &str, lines: Vec<String>, seen: Vec<Seen>, context: Context) -> Reply {
    let title = format!("Undo the decision on {whose}?");
    if context.actor.role.decides_with_reason() {
        return Reply::ask(Overlay::Reason(Reason {
            title,
            lines: vec![REASON_STORED.into()],
            text: Field::default(),
            seen,
            what: Why::Undo,
            trouble: None,
            scroll: 0,
        }));
    }
    let verb = format!("Undo {}", seen.len());
    let request = PaneRequest::Decide { seen, what: Decide::Undo { reason: None } };
    Reply::ask(Overlay::Confirm(Confirm { title, lines, verb, on_verb: false, shows: Vec::new(), request, scroll: 0 }))
}

fn seen(targets: &[&TimeRecord]) -> Vec<Seen> {
    targets.iter().map(|record| Seen { id: record.id.clone(), version: record.version }).collect()
}

fn whose(targets: &[&TimeRecord]) -> String {
    match targets {
        [only] => format!("the record of {}", only.student),
        many => format!("{} records", many.len()),
    }
}

/// How many records, how many hours, whose, from when to when.
fn summary(targets: &[&TimeRecord], context: Context) -> Vec<String> {
    let elapsed_ms = targets.iter().filter_map(|record| record.elapsed_ms).sum();
    if let [only] = targets {
        return vec![
            format!("{}, {}", only.student, only.site),
            format!("{}  {}  {} h", only.day(), only.exact_in_out(), only.hours()),
        ];
    }
    let students: HashSet<&str> = targets.iter().map(|record| record.student_id.as_str()).collect();
    let open = targets.iter().filter(|record| record.clock_out.is_none()).count();
    let mut lines = vec![records_of_students(targets.len(), students.len(), elapsed_ms)];
    if let (Some(first), Some(last)) =
        (targets.iter().min_by_key(|record| record.clock_in), targets.iter().max_by_key(|record| record.clock_in))
    {
        let longest = targets.iter().filter_map(|record| record.elapsed_ms).max().unwrap_or(0);
        lines.push(format!("{} to {}; the longest is {} h", first.day(), last.day(), decimal_hours(longest)));
        lines.push(format!("The oldest is {} old.", rough_age(first.age(context.now))));
    }
    let hard = targets.iter().filter(|record| record.clock_out.is_some() && record.has_hard_flag()).count();
    let warned = targets.iter().filter(|record| record.severity() == Severity::Warn).count();
    if hard > 0 {
        lines.push(format!("With a blocking flag, to be approved one at a time: {hard}."));
    }
    if warned > 0 {
        lines.push(format!("With a warning: {warned}."));
    }
    if open > 0 {
        lines.push(format!("Without a clock-out, so they can't be approved: {open}."));
    }
    lines
}

/// The question of a decision that was not made, with the words that were typed. Answered
/// again, it decides nothing twice: it is about the records as they were shown.
fn asked_again(what: &Decide, seen: &[Seen], why: &str, context: Context) -> Option<Overlay> {
    let lines = vec![format!("{}.", why.trim_end_matches('.'))];
    let seen = seen.to_vec();
    let reason = |words: &str, what, seen, lines| {
        let title = "Try again with the same reason?".to_owned();
        Overlay::Reason(Reason { title, lines, text: Field::with(words), seen, what, trouble: None, scroll: 0 })
    };
    match what {
        Decide::Approve { reason: Some(words) } => Some(reason(words, Why::Approve, seen, lines)),
        Decide::Undo { reason: Some(words) } => Some(reason(words, Why::Undo, seen, lines)),
        Decide::Reject { code, text: Some(words) } => {
            let question = Reject::new(lines, seen, context.actor.role.decides_with_reason());
            let text = Field::with(words);
            Some(Overlay::Reject(Reject { reason: Some(*code), on_text: true, text, ..question }))
        }
        _ => None,
    }
}

fn said_undone(done: &[&Outcome]) -> String {
    match done {
        [only] => format!("Undone: {} is pending again.", only.student),
        many => format!("Undone: {} records are pending again.", many.len()),
    }
}

fn why_not(outcome: &Outcome) -> String {
    outcome.result.as_ref().err().map(ToString::to_string).unwrap_or_default()
}

fn report(what: &Decide, done: &[&Outcome], failed: &[&Outcome]) -> Overlay {
    let lines = failed.iter().map(|outcome| format!("{}: {}", outcome.name(), why_not(outcome))).collect();
    Overlay::Report(Report { title: format!("{} {}, {} not", done.len(), what.done(), failed.len()), lines, scroll: 0 })
}
