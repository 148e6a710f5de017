//! Notification templates: the text of notifications, and whether they are sent.

use super::super::action::Action;
use super::super::overlay::Form as Shown;
use super::super::widget::sheet::Sheet;
use super::super::widget::table::{Column, Width, plain};
use super::super::widget::theme::Tone;
use super::list::{Kind, edited, switched};
use super::{Context, Reply};
use crate::domain::Resource;
use crate::domain::command::{Switch, What};
use crate::domain::field::NotificationTemplateField;
use crate::domain::form::{Form, Value};
use crate::domain::list::Of;
use crate::domain::notification_template::NotificationTemplate;
use crate::domain::query::Query;
use crate::domain::window::Keyed;

impl Kind for NotificationTemplate {
    const RESOURCES: &'static [Resource] = &[Resource::NotificationTemplates];
    const ROWS: Option<Resource> = Some(Resource::NotificationTemplates);

    fn id(&self) -> &str {
        &self.id
    }
    fn name(&self) -> String {
        self.title.clone()
    }
    fn is_of_platform(&self, _: Context) -> bool {
        self.is_standard
    }

    fn columns<'a>(_: Context<'a>, _: &Query, _: u16) -> Vec<Column<'a, Keyed<Self>>> {
        vec![
            Column::left("Title", Width::Flexible { least: 20, most: 40 }, |t: &Keyed<Self>| plain(&t.title)),
            Column::left("Message", Width::Flexible { least: 20, most: 90 }, |t: &Keyed<Self>| plain(&t.message)),
            Column::left("Priority", Width::Exactly(8), |t: &Keyed<Self>| plain(t.priority.label())),
            Column::left("Text by", Width::Exactly(12), |t: &Keyed<Self>| whose(t)),
        ]
    }

    fn detail(&self, _: Context, _: &Query) -> Sheet {
        let (word, tone) = whose(self);
        let sheet = Sheet::new()
            .line("Message", &self.message)
            .line("Filled in", self.names())
            .line("Priority", self.priority.label())
            .toned("Text by", word, tone)
            .line("Kind", &self.kind);
        if self.is_standard { sheet } else { sheet.line("Standard", &self.standard) }
    }

    fn act(action: Action, rows: &[&Self], _: Option<&Of>, context: Context) -> Reply {
        match (action, rows[0]) {
            // The platform's words stay: editing them makes the school's own.
            (Action::Edit, row) if row.is_standard => own(row, context),
            (Action::Edit, row) => edited("Notification", Form::NotificationTemplate, row.fields(), row, row.values()),
            (Action::Switch, row) if row.is_standard => {
                Reply::say("This is the platform's template. Edit it to make the school's own copy.", Tone::Warning)
            }
            (Action::Switch, row) => switched(Switch::NotificationTemplate, !row.is_active, rows),
            _ => Reply::none(),
        }
    }
}

fn own(row: &NotificationTemplate, context: Context) -> Reply {
    let Some(school) = &context.actor.school else { return Reply::none() };
    let mut values = row.values();
    values.push((NotificationTemplateField::Type, Value::Text(row.kind.clone())));
    values.push((NotificationTemplateField::SchoolId, Value::Text(school.id.to_string())));
    values.extend(row.category.clone().map(|category| (NotificationTemplateField::Category, Value::Text(category))));
    let title = format!("{}: the school's own text", row.title);
    Reply::ask(Shown::new(title, What::Create(Form::NotificationTemplate), row.fields(), values))
}

fn whose(row: &NotificationTemplate) -> (String, Tone) {
    match (row.is_standard, row.is_active) {
        (true, _) => ("standard".into(), Tone::Quiet),
        (false, true) => ("the school's".into(), Tone::Plain),
        (false, false) => ("silent".into(), Tone::Warning),
    }
}
