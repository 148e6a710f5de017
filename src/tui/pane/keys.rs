//! SSH keys with which people sign in.

use chrono::{DateTime, Utc};

use super::super::action::Action;
use super::super::widget::sheet::Sheet;
use super::super::widget::table::{Column, Width, or_dash, plain};
use super::list::{Kind, added, confirmed, form_with};
use super::{Context, Reply};
use crate::domain::Resource;
use crate::domain::command::Step;
use crate::domain::field::SshKeyField;
use crate::domain::form::{Form, Value};
use crate::domain::list::{By, Link, List, Of};
use crate::domain::lookup::Reference;
use crate::domain::query::Query;
use crate::domain::ssh_key::{self, SshKey};
use crate::domain::window::Keyed;
use crate::presentation::clock::short_age;

impl Kind for SshKey {
    // Keys announce nothing; what adds and removes them is an audit event.
    const RESOURCES: &'static [Resource] = &[Resource::AuditLogs];

    fn id(&self) -> &str {
        &self.id
    }
    fn name(&self) -> String {
        format!("{} ({})", self.who, self.comment.as_deref().unwrap_or(&self.fingerprint))
    }
    fn note(&self) -> Option<String> {
        Some(self.fingerprint.clone())
    }

    fn columns<'a>(context: Context<'a>, _: &Query, _: u16) -> Vec<Column<'a, Keyed<Self>>> {
        let now = context.now;
        vec![
            Column::left("Owner", Width::Flexible { least: 16, most: 36 }, |k: &Keyed<Self>| plain(&k.who)),
            Column::left("Kind", Width::Exactly(9), |k: &Keyed<Self>| plain(k.kind())),
            Column::left("Fingerprint", Width::Flexible { least: 16, most: 50 }, |k: &Keyed<Self>| {
                plain(&k.fingerprint)
            }),
            Column::left("Comment", Width::Flexible { least: 10, most: 50 }, |k: &Keyed<Self>| {
                or_dash(k.comment.as_deref())
            }),
            Column::left("Added", Width::Exactly(10), move |k: &Keyed<Self>| {
                plain(k.added.with_timezone(&context.zone).format("%Y-%m-%d").to_string())
            }),
            Column::right("Used", Width::Exactly(4), move |k: &Keyed<Self>| {
                or_dash(k.last_used.map(|at| short_age(now - at)).as_deref())
            }),
        ]
    }

    fn detail(&self, context: Context, _: &Query) -> Sheet {
        let at = |when: DateTime<Utc>| when.with_timezone(&context.zone).format("%Y-%m-%d %H:%M").to_string();
        let by = self.added_by.as_deref().unwrap_or("the operator");
        Sheet::new()
            .line("Owner", format!("{}, {}", self.who, self.email))
            .line("Kind", &self.algorithm)
            .line("Fingerprint", &self.fingerprint)
            .maybe("Comment", self.comment.as_deref())
            .line("Added", format!("{} by {by}", at(self.added)))
            .line("Last used", self.last_used.map_or_else(|| "never".to_owned(), at))
            .maybe("Removed", self.removed.map(at))
    }

    fn links(&self, _: Context) -> Vec<Link> {
        vec![
            Link::to("the person", List::Users, &self.user_id, &self.who),
            Link::new("their sessions", List::Sessions, By::Person, &self.user_id, &self.who),
            Link::new("its audit history", List::Audit, By::Resource, &self.id, &self.name()),
        ]
    }

    fn act(action: Action, rows: &[&Self], of: Option<&Of>, context: Context) -> Reply {
        match action {
            Action::New => new(of, context),
            Action::RemoveKey => confirmed("Remove the key", Step::RemoveKey, rows),
            _ => Reply::none(),
        }
    }
}

/// The form of a key for the person whose keys are shown, or else for oneself.
fn new(of: Option<&Of>, context: Context) -> Reply {
    let is_others = |of: &&Of| matches!(of.by, By::Person | By::Student) && of.id != context.actor.id.as_str();
    let Some(person) = of.filter(is_others) else {
        return added("Add an SSH key", Form::SshKey, ssh_key::fields());
    };
    let owner = Reference { id: person.id.clone(), name: person.name.clone() };
    form_with(
        format!("Add an SSH key for {}", person.name),
        Form::SshKey,
        ssh_key::fields(),
        vec![(SshKeyField::UserId, Value::Reference(owner))],
    )
}
