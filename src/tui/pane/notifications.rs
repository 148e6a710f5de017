//! The notifications of the signed-in person.

use super::super::action::Action;
use super::super::effect::PaneRequest;
use super::super::widget::sheet::Sheet;
use super::super::widget::table::{Column, Width, plain};
use super::super::widget::theme::Tone;
use super::list::{Kind, targets};
use super::{Context, Reply};
use crate::domain::command::{Command, Step, What};
use crate::domain::list::{Link, List, Of};
use crate::domain::notification::{Notification, Priority, View};
use crate::domain::query::Query;
use crate::domain::window::Keyed;
use crate::domain::{Resource, Role};
use crate::presentation::clock::short_age;

impl Kind for Notification {
    const RESOURCES: &'static [Resource] = &[Resource::Notifications];
    const ROWS: Option<Resource> = Some(Resource::Notifications);

    fn id(&self) -> &str {
        &self.id
    }
    fn name(&self) -> String {
        self.title.clone()
    }
    fn is_of_platform(&self, context: Context) -> bool {
        // One's own belong to no school where one belongs to none.
        context.actor.role == Role::SuperAdmin
    }

    fn columns<'a>(context: Context<'a>, _: &Query, _: u16) -> Vec<Column<'a, Keyed<Self>>> {
        let now = context.now;
        vec![
            Column::left("Priority", Width::Exactly(8), |n: &Keyed<Self>| {
                (n.priority.label().into(), tone(n.priority))
            }),
            Column::left("What", Width::Flexible { least: 24, most: 50 }, |n: &Keyed<Self>| {
                (n.title.clone(), if n.is_read { Tone::Quiet } else { Tone::Heading })
            }),
            Column::left("", Width::Flexible { least: 20, most: 100 }, |n: &Keyed<Self>| plain(&n.message)),
            Column::right("Age", Width::Exactly(4), move |n: &Keyed<Self>| plain(short_age(now - n.at))),
        ]
    }

    fn detail(&self, context: Context, _: &Query) -> Sheet {
        Sheet::new()
            .toned("Message", &self.message, Tone::Plain)
            .toned("Priority", self.priority.label(), tone(self.priority))
            .maybe("About", self.category.as_deref())
            .line("Received", self.at.with_timezone(&context.zone).format("%Y-%m-%d %H:%M").to_string())
            .line("Read", if self.is_read { "yes" } else { "no; r marks it" })
    }

    fn links(&self, _: Context) -> Vec<Link> {
        let about = self.action_url.as_deref().and_then(|url| url.split_once('/'));
        let link =
            about.and_then(|(table, id)| Some(Link::to("what it is about", List::holding(table)?, id, &self.title)));
        link.into_iter().collect()
    }

    fn act(action: Action, rows: &[&Self], _: Option<&Of>, _: Context) -> Reply {
        match action {
            // Nothing is lost by it: no question is asked.
            Action::MarkRead => {
                let (what, targets) = (What::Step(Step::MarkRead), targets(rows));
                [PaneRequest::Run(Command { what, targets, changes: Vec::new() })].into()
            }
            _ => Reply::none(),
        }
    }

    fn empty(query: &Query) -> Option<&'static str> {
        (query.view_of::<Self>() == Some(View::Unread))
            .then_some("No unread notifications. f shows those you have read.")
    }
}

fn tone(priority: Priority) -> Tone {
    match priority {
        Priority::Low => Tone::Quiet,
        Priority::Medium => Tone::Plain,
        Priority::High => Tone::Warning,
        Priority::Urgent => Tone::Bad,
    }
}
