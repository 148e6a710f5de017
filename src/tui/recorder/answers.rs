//! The personal values in messages, other than in the records that they carry.

use super::super::message::{Answer, Message, PaneAnswer};
use super::personal::{Personal, Texts, personal};
use super::placeholder::Placeholders;
use crate::domain::audit_event::Pulse;
use crate::domain::command::{Command, Refused, Report, Target};
use crate::domain::failure::Stale;
use crate::domain::field::{FieldId, Record};
use crate::domain::filter::{Filter, Term, Test};
use crate::domain::form::{Changed, Value};
use crate::domain::list::Of;
use crate::domain::lookup::{Offer, Reference};
use crate::domain::notification::Unread;
use crate::domain::person::{Actor, Admission, School, SessionResume};
use crate::domain::query::Query;
use crate::domain::time_record::Decide;
use crate::domain::window::Total;
use crate::domain::{Change, Failure};

/// Types without a personal value.
macro_rules! nothing_personal {
    ($($type:ty),+ $(,)?) => {
        $(impl Personal for $type {
            fn hide(&mut self, _: &mut Placeholders) {}
        })+
    };
}

nothing_personal!((), i32, Pulse, Total);

personal!(Actor: hide(id, name, email, school));
personal!(School: hide(id, name));
personal!(Stale: hide(who));
personal!(Target: id(id) hide(name));
personal!(Refused: hide(target, about, failure));
personal!(Report: hide(done, refused, warnings, effects, secret));
personal!(Command: hide(targets, changes));
personal!(Offer: hide(reference, note));
personal!(Of: id(id) hide(name));
personal!(Query: hide(filter, of));
personal!(Filter: hide(terms));
personal!(Term: hide(test));

impl Personal for Message {
    fn hide(&mut self, by: &mut Placeholders) {
        match self {
            Self::Asked { rows, .. } => rows.each(&mut |id| by.identity(id)),
            Self::Change(Change::Rows { ids, .. }) => ids.each(&mut |id| by.identity(id)),
            Self::Answer(answer) | Self::LateAnswer(answer) => answer.hide(by),
            // What is typed is hidden in `keys`, which knows what for.
            Self::Key(_)
            | Self::Paste(_)
            | Self::KeyBurst(_)
            | Self::Mouse(_)
            | Self::Resized(..)
            | Self::Minute
            | Self::Retry
            | Self::Recount
            | Self::Change(Change::Resync)
            | Self::Link(_)
            | Self::Clock(_)
            | Self::Lag(_) => {}
        }
    }
}

impl Personal for Answer {
    fn hide(&mut self, by: &mut Placeholders) {
        match self {
            Self::Resumed(answer) => answer.hide(by),
            Self::Locked(answer) => answer.hide(by),
            Self::SignedIn(answer) | Self::Unlocked(answer) => answer.hide(by),
            Self::SignedOut(trouble) => trouble.hide(by),
            Self::Schools(answer) => answer.hide(by),
            Self::Unread(answer) => answer.hide(by),
            Self::To { answer, .. } => answer.hide(by),
        }
    }
}

impl Personal for PaneAnswer {
    fn hide(&mut self, by: &mut Placeholders) {
        match self {
            Self::Page { rows, .. } => rows.hide(by),
            Self::Total { total, .. } => total.hide(by),
            Self::Detail { id, detail } => {
                id.hide(by);
                detail.hide(by);
            }
            Self::Clean { query, clean } => {
                query.hide(by);
                clean.hide(by);
            }
            Self::Decided { what, seen, outcomes } | Self::Confirmed { what, seen, outcomes } => {
                what.hide(by);
                seen.hide(by);
                outcomes.hide(by);
            }
            Self::Pulse(pulse) => pulse.hide(by),
            Self::Offers { text, offers, .. } => {
                text.hide(by);
                offers.hide(by);
            }
            Self::Rehearsed { command, report } | Self::Ran { command, report } => {
                command.hide(by);
                report.hide(by);
            }
        }
    }
}

impl Personal for SessionResume {
    fn hide(&mut self, by: &mut Placeholders) {
        match self {
            Self::Welcome(actor) => actor.hide(by),
            Self::Locked { name } => name.hide(by),
            Self::Nobody | Self::ChoosePassword => {}
        }
    }
}

impl Personal for Admission {
    fn hide(&mut self, by: &mut Placeholders) {
        match self {
            Self::Welcome(actor) => actor.hide(by),
            Self::ChoosePassword | Self::Refused | Self::Locked { .. } => {}
        }
    }
}

impl Personal for Unread {
    fn hide(&mut self, by: &mut Placeholders) {
        if let Some((id, title, message)) = &mut self.urgent {
            by.identity(id);
            title.hide(by);
            message.hide(by);
        }
    }
}

/// Sentences may name people.
impl Personal for Failure {
    fn hide(&mut self, by: &mut Placeholders) {
        match self {
            Self::Denied(why)
            | Self::Unavailable(why)
            | Self::Busy(why)
            | Self::Fault(why)
            | Self::Invalid { why, .. }
            | Self::Setting { why, .. } => why.hide(by),
            Self::Stale(stale) => stale.hide(by),
            Self::NotFound(_)
            | Self::SignedOut
            | Self::Locked
            | Self::TemporaryPassword
            | Self::NoSchema
            | Self::OutcomeUnknown => {}
        }
    }
}

impl Personal for Decide {
    fn hide(&mut self, by: &mut Placeholders) {
        match self {
            Self::Approve { reason } | Self::Undo { reason } => reason.hide(by),
            Self::Reject { text, .. } => text.hide(by),
            Self::ApproveClean => {}
        }
    }
}

impl Personal for Test {
    fn hide(&mut self, by: &mut Placeholders) {
        match self {
            Self::Contains(text) | Self::Network(text) => text.hide(by),
            Self::Is
            | Self::One(_)
            | Self::Age(..)
            | Self::Hours(..)
            | Self::Day(..)
            | Self::Level(..)
            | Self::Number(..)
            | Self::Moment(_) => {}
        }
    }
}

impl Personal for Reference {
    fn hide(&mut self, by: &mut Placeholders) {
        // An event of the audit trail is called by its id, which is nobody's.
        if self.id != self.name {
            by.identity(&mut self.id);
            self.name.hide(by);
        }
    }
}

impl Personal for Changed {
    fn hide(&mut self, by: &mut Placeholders) {
        let takes_words = takes_words(&self.field);
        for value in [&mut self.old, &mut self.new] {
            if takes_words || !matches!(value, Value::Text(_)) {
                value.hide(by);
            }
        }
    }
}

impl Personal for Value {
    fn hide(&mut self, by: &mut Placeholders) {
        match self {
            Self::Text(text) => text.hide(by),
            Self::Texts(texts) => texts.hide(by),
            Self::Reference(reference) => reference.hide(by),
            Self::References(references) => references.hide(by),
            Self::Secret(secret) => secret.hide(by),
            Self::Nothing | Self::Flag(_) | Self::Day(..) | Self::Moment(..) | Self::Kept(..) => {}
        }
    }
}

/// Whether a person writes words into the field. The others hold a number, a time of day or one
/// of a few values, which a form compares.
fn takes_words(field: &FieldId) -> bool {
    let is_plain = matches!(
        field.name(),
        "academic_status"
            | "assignment_type"
            | "capacity"
            | "class_year"
            | "counts"
            | "duration"
            | "duty_profile"
            | "from_time"
            | "group_by"
            | "latitude"
            | "level"
            | "longitude"
            | "max_score"
            | "order_index"
            | "priority"
            | "radius_m"
            | "required_hours"
            | "role"
            | "score"
            | "severity"
            | "threshold"
            | "type"
            | "until_time"
            | "version"
            | "way"
            | "weight"
            | "within"
    );
    !is_plain && field.record() != Record::Policy
}
