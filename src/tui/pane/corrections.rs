//! Corrections: proposed ones, which someone else must approve, and decided ones.

use super::super::action::Action;
use super::super::widget::sheet::Sheet;
use super::super::widget::table::{Column, ROOM_FOR_ZONES, Width, plain};
use super::super::widget::theme::Tone;
use super::list::{Kind, confirmed};
use super::{Context, Reply};
use crate::domain::Resource;
use crate::domain::command::Step;
use crate::domain::correction::{Correction, State};
use crate::domain::list::{Link, List, Of};
use crate::domain::query::Query;
use crate::domain::window::Keyed;
use crate::presentation::clock::{rough_age, short_age};

impl Kind for Correction {
    const RESOURCES: &'static [Resource] = &[Resource::TimeRecordCorrections];
    const ROWS: Option<Resource> = Some(Resource::TimeRecordCorrections);

    fn id(&self) -> &str {
        &self.id
    }
    fn name(&self) -> String {
        format!("{}, {}", self.student, self.before())
    }

    fn columns<'a>(context: Context<'a>, _: &Query, width: u16) -> Vec<Column<'a, Keyed<Self>>> {
        let now = context.now;
        let is_narrow = width < ROOM_FOR_ZONES;
        let times = Width::Fitted { least: 18, most: if is_narrow { 19 } else { 27 } };
        let before = move |c: &Keyed<Self>| plain(if is_narrow { c.short_before() } else { c.before() });
        let after = move |c: &Keyed<Self>| plain(if is_narrow { c.short_after() } else { c.after() });
        vec![
            Column::left("Student", Width::Flexible { least: 13, most: 30 }, |c: &Keyed<Self>| plain(&c.student)),
            Column::left("Was", times, before),
            Column::left("Proposed", times, after),
            Column::right("Hours", Width::Exactly(6), |c: &Keyed<Self>| plain(c.difference())),
            Column::left("Reason", Width::Flexible { least: 8, most: 60 }, |c: &Keyed<Self>| plain(&c.reason)),
            Column::right("Age", Width::Exactly(3), move |c: &Keyed<Self>| plain(short_age(now - c.at))),
        ]
    }

    fn detail(&self, context: Context, _: &Query) -> Sheet {
        let decided = self.decided_by.as_ref().zip(self.decided_at);
        let state = match decided {
            Some((who, when)) => format!("{} by {who}, {} ago", self.status.label(), rough_age(context.now - when)),
            None => "open; someone else approves (a) or rejects (r) it".to_owned(),
        };
        let tone = if self.status == State::Proposed { Tone::Warning } else { Tone::Plain };
        Sheet::new()
            .line("Was", self.before())
            .line("Proposed", format!("{}, {} h: {}", self.after(), self.difference(), self.hours()))
            .maybe("Clocks", self.signs())
            .line("Reason", format!("“{}”", self.reason))
            .line("By", format!("{}, {} ago", self.by, rough_age(context.now - self.at)))
            .toned("State", state, tone)
            .line("Site", &self.site)
    }

    fn zone(&self) -> Option<chrono_tz::Tz> {
        Some(self.zone)
    }

    fn links(&self, _: Context) -> Vec<Link> {
        vec![
            Link::to("the record", List::TimeRecords, &self.record_id, &self.student),
            Link::to("the student", List::Users, &self.student_id, &self.student),
            Link::to("who proposed it", List::Users, &self.by_id, &self.by),
        ]
    }

    fn act(action: Action, rows: &[&Self], _: Option<&Of>, context: Context) -> Reply {
        let own = rows.iter().any(|row| row.by_id == context.actor.id.as_str());
        match action {
            Action::ApproveCorrection if own => {
                Reply::say("You proposed it, so someone else must approve it. x withdraws it.", Tone::Warning)
            }
            Action::ApproveCorrection => confirmed("Approve the correction", Step::ApproveCorrection, rows),
            Action::RejectCorrection => confirmed("Reject the correction", Step::RejectCorrection, rows),
            Action::WithdrawCorrection => confirmed("Withdraw the correction", Step::WithdrawCorrection, rows),
            _ => Reply::none(),
        }
    }
}
