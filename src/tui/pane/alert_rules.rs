//! Alert rules: the events, and the number of them, that raise an alert.

use super::super::action::Action;
use super::super::overlay::Form as Shown;
use super::super::widget::sheet::Sheet;
use super::super::widget::table::{Column, Width, plain};
use super::super::widget::theme::Tone;
use super::list::{Kind, edited, form_with, switched};
use super::{Context, Reply};
use crate::domain::Resource;
use crate::domain::alert::{AlertRule, Counted, GroupBy};
use crate::domain::audit_event::Severity;
use crate::domain::command::{Switch, What};
use crate::domain::field::AlertRuleField;
use crate::domain::form::{Form, Value};
use crate::domain::list::{By, Link, List, Of};
use crate::domain::query::Query;
use crate::domain::window::Keyed;

impl Kind for AlertRule {
    const RESOURCES: &'static [Resource] = &[Resource::AlertRules, Resource::Alerts];

    fn id(&self) -> &str {
        &self.id
    }
    fn name(&self) -> String {
        self.name.clone()
    }
    fn is_of_platform(&self, _: Context) -> bool {
        self.is_standard
    }

    fn columns<'a>(_: Context<'a>, _: &Query, _: u16) -> Vec<Column<'a, Keyed<Self>>> {
        vec![
            Column::left("Sev", Width::Exactly(4), |r: &Keyed<Self>| (r.severity.label().into(), r.severity.into())),
            Column::left("Rule", Width::Flexible { least: 24, most: 44 }, |r: &Keyed<Self>| plain(&r.name)),
            Column::left("Threshold", Width::Flexible { least: 30, most: 40 }, |r: &Keyed<Self>| plain(r.measure())),
            Column::left("Group by", Width::Exactly(11), |r: &Keyed<Self>| plain(r.group_by.text())),
            Column::left("Rule by", Width::Exactly(8), |r: &Keyed<Self>| whose(r)),
        ]
    }

    fn detail(&self, _: Context, _: &Query) -> Sheet {
        let (word, tone) = whose(self);
        Sheet::new()
            .line("Alert", format!("{} of one {}", self.measure(), self.group_by.text()))
            .line("Events", self.actions.join(", "))
            .toned("Severity", self.severity.label(), self.severity.into())
            .toned("Rule by", word, tone)
            .line("Code", &self.code)
            .line("Open", self.open_alerts.to_string())
    }

    fn links(&self, _: Context) -> Vec<Link> {
        vec![Link::new("its alerts", List::Alerts, By::Rule, &self.id, &self.name)]
    }

    fn act(action: Action, rows: &[&Self], _: Option<&Of>, context: Context) -> Reply {
        let Some(school) = &context.actor.school else { return Reply::none() };
        let school = (AlertRuleField::SchoolId, Value::Text(school.id.to_string()));
        match (action, rows.first()) {
            (Action::New, _) => {
                let values = vec![
                    school,
                    (AlertRuleField::Counts, Value::choice(Counted::Events)),
                    (AlertRuleField::GroupBy, Value::choice(GroupBy::Person)),
                    (AlertRuleField::Within, Value::Text("600".into())),
                    (AlertRuleField::Severity, Value::choice(Severity::High)),
                ];
                form_with("Edit as the school's own rule", Form::AlertRule, Self::new_fields(), values)
            }
            // The platform's rules stay: editing one makes the school's own.
            (Action::Edit, Some(row)) if row.is_standard => {
                let mut values = row.values();
                values.extend(row.kept());
                values.push(school);
                let title = format!("{}: the school's own rule", row.name);
                Reply::ask(Shown::new(title, What::Create(Form::AlertRule), Self::fields(), values))
            }
            (Action::Edit, Some(row)) => edited("Rule", Form::AlertRule, Self::fields(), *row, row.values()),
            (Action::Switch, Some(row)) if row.is_standard => {
                Reply::say("This is the platform's rule: edit it first, then it is the school's.", Tone::Warning)
            }
            (Action::Switch, Some(row)) => switched(Switch::AlertRule, !row.is_active, rows),
            _ => Reply::none(),
        }
    }
}

fn whose(rule: &AlertRule) -> (String, Tone) {
    match (rule.is_standard, rule.is_active) {
        (true, _) => ("standard".into(), Tone::Quiet),
        (false, true) => ("own".into(), Tone::Plain),
        (false, false) => ("off".into(), Tone::Warning),
    }
}
