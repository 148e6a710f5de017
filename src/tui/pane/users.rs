//! People of the school: their roles, their enrollment, their sign-in.

use super::super::action::Action;
use super::super::widget::sheet::Sheet;
use super::super::widget::table::{Column, Width, or_dash, plain};
use super::super::widget::theme::Tone;
use super::list::{Kind, added, confirmed, edited, switched};
use super::{Context, Reply};
use crate::domain::command::{Step, Switch};
use crate::domain::form::Form;
use crate::domain::list::{By, Link, List, Of};
use crate::domain::query::Query;
use crate::domain::user::{self, User};
use crate::domain::window::Keyed;
use crate::domain::{Resource, Role};
use crate::presentation::clock::rough_age;
use crate::presentation::sentences::ONE_ROW;

impl Kind for User {
    const RESOURCES: &'static [Resource] = &[Resource::Users, Resource::WorkedHours];
    const ROWS: Option<Resource> = Some(Resource::Users);

    fn id(&self) -> &str {
        &self.id
    }
    fn shows(&self, resource: Resource, ids: &[String], _: &Query) -> Option<bool> {
        (resource == Resource::WorkedHours).then(|| ids.iter().any(|id| id == self.id()))
    }
    fn name(&self) -> String {
        self.sort_name.clone()
    }
    fn note(&self) -> Option<String> {
        Some(self.email.clone())
    }

    fn columns<'a>(_: Context<'a>, _: &Query, width: u16) -> Vec<Column<'a, Keyed<Self>>> {
        let mut columns = vec![
            Column::left("Name", Width::Flexible { least: 18, most: 36 }, |u: &Keyed<Self>| plain(&u.sort_name)),
            Column::left("Role", Width::Exactly(12), |u: &Keyed<Self>| plain(u.role.label())),
            Column::left("Email", Width::Flexible { least: 20, most: 44 }, |u: &Keyed<Self>| plain(&u.email)),
            Column::left("Program", Width::Flexible { least: 10, most: 28 }, |u: &Keyed<Self>| {
                or_dash(u.program.as_deref())
            }),
        ];
        if width >= 100 {
            columns
                .push(Column::left("Number", Width::Exactly(10), |u: &Keyed<Self>| or_dash(u.student_id.as_deref())));
            columns.push(Column::right("Hours", Width::Exactly(6), |u: &Keyed<Self>| {
                plain(if u.role == Role::Student { u.total_clinical_hours.to_string() } else { String::new() })
            }));
        }
        columns
    }

    fn detail(&self, context: Context, _: &Query) -> Sheet {
        let seen =
            self.last_seen.map_or("never signed in".to_owned(), |at| format!("{} ago", rough_age(context.now - at)));
        let way = if self.providers.is_empty() {
            "none; press p for a first password".into()
        } else {
            self.providers.join(", ")
        };
        let sheet = Sheet::new().line("Email", &self.email).line("Role", self.role.label());
        let sheet = if self.role == Role::Student {
            sheet
                .line("Program", self.program.as_deref().unwrap_or("—"))
                .line("Number", self.student_id.as_deref().unwrap_or("—"))
                .line("Badge", self.badge.as_deref().unwrap_or("same as student number"))
                .line("Enrollment", self.status_label())
                .line("Hours", format!("{} approved", self.total_clinical_hours))
        } else {
            sheet
        };
        sheet.line("Sign-in", way).line("Last seen", seen)
    }

    fn links(&self, _: Context) -> Vec<Link> {
        let to = |label, list, by| Link::new(label, list, by, &self.id, &self.sort_name);
        let mut links = match self.role {
            Role::Student => vec![
                to("time records", List::TimeRecords, By::Student),
                to("rotations", List::Rotations, By::Student),
                to("competencies", List::Competencies, By::Student),
                to("assessments", List::Assessments, By::Student),
            ],
            Role::ClinicalPreceptor | Role::ClinicalSupervisor => vec![
                to("rotations as preceptor", List::Rotations, By::Person),
                to("assessments made", List::Assessments, By::Person),
            ],
            Role::SchoolAdmin | Role::SuperAdmin => Vec::new(),
        };
        if self.role == Role::ClinicalSupervisor {
            links.push(to("rotations as supervisor", List::Rotations, By::Supervisor));
        }
        links.push(to("accounts", List::Accounts, By::Person));
        links.push(to("SSH keys", List::Keys, By::Person));
        links.push(to("sessions", List::Sessions, By::Person));
        links.push(to("their audit events", List::Audit, By::Person));
        links
    }

    fn act(action: Action, rows: &[&Self], _: Option<&Of>, _: Context) -> Reply {
        match action {
            Action::New => added("Invite a person", Form::User, Self::fields()),
            Action::Edit => edited("Person", Form::User, Self::fields(), rows[0], rows[0].values()),
            Action::Switch => switched(Switch::User, !rows[0].is_active, rows),
            Action::MakePinCode | Action::SetPin | Action::ResetPassword if rows.len() > 1 => {
                Reply::say(ONE_ROW, Tone::Warning)
            }
            Action::ResetPassword => confirmed(format!("New password for {}", rows[0].name), Step::ResetPassword, rows),
            Action::MakePinCode => confirmed(format!("PIN code for {}", rows[0].name), Step::MakePinCode, rows),
            Action::SetPin => edited("PIN", Form::Pin, user::pin_fields(), rows[0], Vec::new()),
            _ => Reply::none(),
        }
    }
}
