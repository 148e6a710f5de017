//! Deciding, and its safety rules: one key decides at most the record under the
//! cursor, at the version that was shown; more than one is a question whose
//! default is to cancel; what was decided can be taken back.

use std::collections::HashSet;

use super::super::super::effect::Effect;
use super::super::super::overlay::{Confirm, Form, Overlay, Reason, Reject, Report, Why};
use super::super::super::widget::field::Field;
use super::super::super::widget::theme::Tone;
use super::super::list::{Kind, confirmed};
use super::super::{Context, Reply};
use super::{Done, Pane};
use crate::domain::Failure;
use crate::domain::clock::{decimal_hours, local, rough_age, thousands};
use crate::domain::command::{Step, What};
use crate::domain::correction::{self, words};
use crate::domain::form::{Form as Of, Value};
use crate::domain::permission::Permission;
use crate::domain::time_record::{Clean, CleanRecord, Decide, Outcome, Seen, Severity, Status, TimeRecord};

impl Pane {
    /// The marked records, or else the one under the cursor.
    fn targets(&self) -> Result<Vec<&TimeRecord>, Box<Reply>> {
        if !self.list.window.marks.is_empty() {
            let mut marked: Vec<&TimeRecord> = self.list.window.marks.values().map(|row| &row.record).collect();
            marked.sort_by(|a, b| (a.clock_in, &a.id).cmp(&(b.clock_in, &b.id)));
            return Ok(marked);
        }
        if !self.list.window.is_settled() || !self.list.window.loaded {
            return Err(Box::new(Reply::say("The list is being read; press again.", Tone::Quiet)));
        }
        let Some(current) = self.list.window.current() else {
            return Err(Box::new(Reply::say("There is no record under the cursor.", Tone::Quiet)));
        };
        if self.list.window.is_gone(current) {
            return Err(Box::new(Reply::say(self.first_was(current), Tone::Warning)));
        }
        if let Some(Ok(detail)) = self.current_detail()
            && detail.record.version != current.version
        {
            return Err(Box::new(Reply::say("The record has just changed; look again.", Tone::Warning)));
        }
        if self.is_deciding(current) {
            return Err(Box::new(Reply::say("Its decision is on the way.", Tone::Quiet)));
        }
        Ok(vec![current])
    }

    /// What is known of whoever took the record under the cursor.
    fn first_was(&self, record: &TimeRecord) -> String {
        let decision = match self.current_detail() {
            Some(Ok(detail)) if detail.record.status != record.status => detail.decisions.first(),
            _ => None,
        };
        match decision.and_then(|decision| Some((decision.who.as_ref()?, decision))) {
            Some((who, decision)) => {
                format!("{who} was first: {}. Nothing was changed; move on.", decision.verdict.to_lowercase())
            }
            None => "The record has left this list: somebody was first. Nothing was changed; move on.".into(),
        }
    }

    pub(super) fn approve(&self, context: Context) -> Reply {
        let targets = match self.pending_targets() {
            Ok(targets) => targets,
            Err(reply) => return *reply,
        };
        let seen = seen(&targets);
        if self.list.window.marks.is_empty() && targets[0].clock_out.is_none() {
            return Reply::say(
                "The record is still open: without a clock-out there are no hours to approve.",
                Tone::Warning,
            );
        }
        if self.list.window.marks.is_empty() && targets[0].has_hard_flag() {
            return acknowledge(targets[0], context);
        }
        if context.actor.role.decides_with_reason() {
            return Reply::ask(Overlay::Reason(Reason {
                title: format!("Why do you approve {}?", whose(&targets)),
                lines: vec![SUPER_ADMIN_SAYS_WHY.into()],
                text: Field::default(),
                seen,
                what: Why::Approve,
                trouble: None,
            }));
        }
        let effect = Effect::Decide { seen, what: Decide::Approve { reason: None } };
        if self.list.window.marks.is_empty() {
            return [effect].into();
        }
        Reply::ask(Overlay::Confirm(Confirm {
            title: "Approve marked records".into(),
            lines: summary(&targets, context),
            verb: format!("Approve {}", targets.len()),
            on_verb: false,
            shows: Vec::new(),
            effect,
        }))
    }

    /// A question to the student of the record, or to those of the marked ones.
    pub(super) fn ask(&self) -> Reply {
        let targets = match self.pending_targets() {
            Ok(targets) => targets,
            Err(reply) => return *reply,
        };
        let title = match targets.as_slice() {
            [only] => format!("A question to {}", only.student),
            many => format!("A question about {} records", many.len()),
        };
        let none: Vec<(&'static str, Value)> = Vec::new();
        let form = Form::new(title, What::Create(Of::Question), words("question", "Question"), none);
        Reply::ask(form.of(targets.iter().map(|record| record.target()).collect()))
    }

    /// The student's answer to what was asked.
    pub(super) fn answer(&self) -> Reply {
        let Some(record) = self.list.current() else {
            return Reply::say("There is no record under the cursor.", Tone::Quiet);
        };
        let asked = match self.current_detail() {
            Some(Ok(detail)) => detail.questions.iter().find(|question| question.answer.is_none()),
            _ => None,
        };
        if asked.is_none() && !record.is_asked {
            return Reply::say("Nothing is asked about this record.", Tone::Quiet);
        }
        let none: Vec<(&'static str, Value)> = Vec::new();
        let title = asked.map_or_else(|| "Your answer".to_owned(), |asked| format!("“{}”", asked.question));
        let form = Form::new(title, What::Create(Of::Answer), words("answer", "Answer"), none);
        Reply::ask(form.of(vec![record.target()]))
    }

    /// Other times for the record under the cursor.
    pub(super) fn correct(&self) -> Reply {
        if !self.list.window.marks.is_empty() {
            return Reply::say("One at a time: take the marks off first (Esc).", Tone::Warning);
        }
        let record = match self.pending_targets() {
            Ok(targets) => targets[0],
            Err(reply) => return *reply,
        };
        let (fields, values) = correction::form(record);
        let title = format!("Other times for {}", record.student);
        let form = Form::new(title, What::Create(Of::Correction), fields, values);
        Reply::ask(form.of(vec![record.target()]))
    }

    /// The students of records without a clock-out, after a preview.
    pub(super) fn remind(&self) -> Reply {
        let targets = match self.pending_targets() {
            Ok(targets) => targets,
            Err(reply) => return *reply,
        };
        let open: Vec<&TimeRecord> = targets.into_iter().filter(|record| record.clock_out.is_none()).collect();
        if open.is_empty() {
            return Reply::say("It has a clock-out. :missing shows who records nothing.", Tone::Quiet);
        }
        confirmed("Remind of the missing clock-out", Step::RemindOfClockOut, &open)
    }

    /// Everything clean that the list shows: found first, then asked for.
    pub(super) fn find_clean(&self) -> Reply {
        if self.list.query.view != 0 {
            return Reply::say("Only what is pending can be approved; f leads back to it.", Tone::Quiet);
        }
        if !self.deciding.is_empty() {
            return Reply::say("A decision is on the way; wait for it.", Tone::Quiet);
        }
        [Effect::FindClean(self.list.query.clone())].into()
    }

    /// What is clean is known: whether it is to be approved.
    pub fn ask_clean(&self, clean: Result<Clean, Failure>, context: Context) -> Reply {
        let clean = match clean {
            Ok(clean) => clean,
            Err(failure) => return Reply::say(failure.to_string(), Tone::Bad),
        };
        if clean.records.is_empty() {
            let text = match clean.flagged {
                0 => "Nothing is waiting here.".to_owned(),
                _ => format!("Nothing here is clean; {} flagged stay for a look.", records(clean.flagged)),
            };
            return Reply::say(text, Tone::Quiet);
        }
        Reply::ask(Overlay::Confirm(Confirm {
            title: "Approve clean records".into(),
            lines: clean_summary(&clean, context),
            verb: format!("Approve {}", thousands(clean.records.len() as u64)),
            on_verb: false,
            shows: clean.records.iter().map(clean_line).collect(),
            effect: Effect::Decide {
                seen: clean.records.into_iter().map(|record| record.seen).collect(),
                what: Decide::ApproveClean,
            },
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

    fn pending_targets(&self) -> Result<Vec<&TimeRecord>, Box<Reply>> {
        if self.status() != Status::Pending {
            return Err(Box::new(Reply::say(
                format!(
                    "These are {} already; u undoes a decision, f leads back to what is pending.",
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
        let title = format!("Undo: {} goes back to pending", whose(&targets));
        ask_undo(title, summary(&targets, context), seen(&targets), context)
    }

    fn undo_last(&mut self, context: Context) -> Reply {
        if !self.deciding.is_empty() {
            return Reply::say("A decision is on the way; wait for it.", Tone::Quiet);
        }
        let Some(last) = self.done.last() else {
            return Reply::say("Nothing was decided here that could be undone; f shows decided records.", Tone::Quiet);
        };
        if let Some(until) = last.until
            && until < context.now
        {
            let text = format!("It was {} more than the allowed time ago; ask a school admin.", last.what);
            self.done.pop();
            return Reply::say(text, Tone::Warning);
        }
        if last.seen.len() == 1 && !context.actor.role.decides_with_reason() {
            return [Effect::Decide { seen: last.seen.clone(), what: Decide::Undo { reason: None } }].into();
        }
        let lines = vec![format!("{}, {} hours, {}.", last.whose, decimal_hours(last.elapsed_ms), last.what)];
        ask_undo(format!("Undo: {} go back to pending", last.whose), lines, last.seen.clone(), context)
    }

    /// A decision leaves: until it is answered its records cannot be decided.
    pub fn sent(&mut self, seen: &[Seen]) {
        self.deciding.extend_from_slice(seen);
        // They are no longer what the next key is about.
        for seen in seen {
            self.list.window.marks.remove(seen.id.as_str());
        }
    }

    /// What came of a decision.
    pub fn decided(
        &mut self,
        what: &Decide,
        seen: &[Seen],
        outcomes: Result<Vec<Outcome>, Failure>,
        context: Context,
    ) -> Reply {
        let asked: HashSet<&Seen> = seen.iter().collect();
        self.deciding.retain(|deciding| !asked.contains(deciding));
        let outcomes = match outcomes {
            Ok(outcomes) => outcomes,
            Err(failure @ Failure::Unavailable(_)) => {
                let text = format!("{failure}. Whether it was decided, the list will show.");
                return Reply { notice: Some((text, Tone::Bad)), ..self.list.read().into() };
            }
            Err(failure) => return Reply::say(failure.to_string(), Tone::Bad),
        };
        let (done, failed): (Vec<&Outcome>, Vec<&Outcome>) =
            outcomes.iter().partition(|outcome| outcome.result.is_ok());
        self.list.window.leaves(done.iter().map(|outcome| outcome.id.0.clone()));
        let was_undo = matches!(what, Decide::Undo { .. });
        if was_undo {
            // Taken back, or impossible to take back: either way it is not next.
            self.done.retain(|done| !done.seen.iter().all(|seen| asked.contains(seen)));
        }
        let mut reply = Reply { effects: self.list.read(), ..Reply::none() };
        if !done.is_empty() {
            let text = if was_undo { said_undone(&done) } else { self.remember(what, &done, context) };
            reply.notice = Some((text, Tone::Good));
        }
        match failed.as_slice() {
            [] => {}
            [only] if done.is_empty() => reply.notice = Some((why_not(only), Tone::Warning)),
            _ => reply.overlay = Some(report(what, &done, &failed)),
        }
        reply
    }

    /// Keeps a decision for undo and says it.
    fn remember(&mut self, what: &Decide, done: &[&Outcome], context: Context) -> String {
        let elapsed_ms = done.iter().filter_map(|outcome| outcome.elapsed_ms).sum();
        let whose = match done {
            [only] => only.student.clone(),
            many => format!("{} records", thousands(many.len() as u64)),
        };
        let until = context.actor.role.undo_until(context.now);
        let said = format!("{}: {whose}, {} h. u undoes it", capitalized(what.done()), decimal_hours(elapsed_ms));
        let limit = until.map_or_else(String::new, |until| {
            let (then, today) = (until.with_timezone(&context.offset), context.now.with_timezone(&context.offset));
            let day = if then.date_naive() == today.date_naive() { "%H:%M" } else { "%m-%d %H:%M" };
            format!(" (until {})", then.format(day))
        });
        let seen = done
            .iter()
            .filter_map(|outcome| Some(Seen { id: outcome.id.clone(), version: *outcome.result.as_ref().ok()? }))
            .collect();
        self.done.push(Done { seen, what: what.done(), elapsed_ms, until, whose });
        // Enough to take back a morning's slips.
        if self.done.len() > 100 {
            self.done.remove(0);
        }
        format!("{said}{limit}.")
    }
}

const SUPER_ADMIN_SAYS_WHY: &str = "A super admin gives a reason; it is kept with the decision.";

/// A hard flag: looked at, acknowledged with a reason, by whoever may.
fn acknowledge(record: &TimeRecord, context: Context) -> Reply {
    if !context.actor.role.may(Permission::WaiveHardFlag) {
        let text = "It has a hard flag; a supervisor or a school admin decides. You can reject it, or ask (i).";
        return Reply::say(text, Tone::Warning);
    }
    let flags = record.flags.iter().filter(|flag| flag.severity() == Severity::Hard);
    let mut lines: Vec<String> = flags.map(|flag| format!("{}: {}", flag.short(), flag.sentence())).collect();
    lines.push("Approving it acknowledges this; the reason is kept with the decision.".into());
    Reply::ask(Overlay::Reason(Reason {
        title: format!("Approve in spite of a hard flag: {}, {} h", record.student, record.hours()),
        lines,
        text: Field::default(),
        seen: seen(&[record]),
        what: Why::Approve,
        trouble: None,
    }))
}

fn records(count: i64) -> String {
    let noun = if count == 1 { "record" } else { "records" };
    format!("{} {noun}", thousands(count.unsigned_abs()))
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
    if clean.left > 0 {
        lines.push(format!("{} more are clean; press A again afterwards.", records(clean.left)));
    }
    if clean.waiting > 0 {
        let verb = if clean.waiting == 1 { "waits" } else { "wait" };
        lines.push(format!("{} {verb} for an answer or for other times and stay.", records(clean.waiting)));
    }
    lines.push(match clean.flagged {
        0 => "Nothing flagged is in the list.".to_owned(),
        flagged => format!("{} with hard flags or warnings stay in the queue.", records(flagged)),
    });
    lines
}

fn clean_line(record: &CleanRecord) -> String {
    let at = local(record.clock_in, record.zone);
    format!("{} {}  {:>5} h  {}, {}", at.day, at.time, decimal_hours(record.elapsed_ms), record.student, record.site)
}

fn ask_undo(title: String, lines: Vec<String>, seen: Vec<Seen>, context: Context) -> Reply {
    if context.actor.role.decides_with_reason() {
        return Reply::ask(Overlay::Reason(Reason {
            title,
            lines: vec![SUPER_ADMIN_SAYS_WHY.into()],
            text: Field::default(),
            seen,
            what: Why::Undo,
            trouble: None,
        }));
    }
    let verb = format!("Undo {}", seen.len());
    let effect = Effect::Decide { seen, what: Decide::Undo { reason: None } };
    Reply::ask(Overlay::Confirm(Confirm { title, lines, verb, on_verb: false, shows: Vec::new(), effect }))
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
    let hours = decimal_hours(targets.iter().filter_map(|record| record.elapsed_ms).sum());
    if let [only] = targets {
        return vec![
            format!("{}, {}", only.student, only.site),
            format!("{}  {}  {} h", only.day(), only.in_out(), only.hours()),
        ];
    }
    let students: HashSet<&str> = targets.iter().map(|record| record.student_id.as_str()).collect();
    let open = targets.iter().filter(|record| record.clock_out.is_none()).count();
    let mut lines = vec![format!("{} records of {} students, {hours} hours", targets.len(), students.len())];
    if let (Some(first), Some(last)) =
        (targets.iter().min_by_key(|record| record.clock_in), targets.iter().max_by_key(|record| record.clock_in))
    {
        let longest = targets.iter().filter_map(|record| record.elapsed_ms).max().unwrap_or(0);
        lines.push(format!("{} to {}; the longest is {} h", first.day(), last.day(), decimal_hours(longest)));
        lines.push(format!("The oldest waits {}.", rough_age(first.age(context.now))));
    }
    let hard = targets.iter().filter(|record| record.clock_out.is_some() && record.has_hard_flag()).count();
    let warned = targets.iter().filter(|record| record.severity() == Severity::Warn).count();
    if hard > 0 {
        lines.push(format!("{hard} of them have hard flags: approved one by one only."));
    }
    if warned > 0 {
        lines.push(format!("{warned} of them have warnings."));
    }
    if open > 0 {
        lines.push(format!("{open} of them are open and have no hours: they cannot be approved."));
    }
    lines
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
    let lines = failed.iter().map(|outcome| format!("{}: {}", outcome.student, why_not(outcome))).collect();
    Overlay::Report(Report { title: format!("{} {}, {} not", done.len(), what.done(), failed.len()), lines, scroll: 0 })
}

fn capitalized(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
