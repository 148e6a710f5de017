//! Programs of study.

use super::super::action::Action;
use super::super::widget::sheet::Sheet;
use super::super::widget::table::{Column, Width, plain};
use super::list::{Kind, added, edited, switched};
use super::{Context, Reply};
use crate::domain::Resource;
use crate::domain::command::Switch;
use crate::domain::form::Form;
use crate::domain::list::{By, Link, List, Of};
use crate::domain::program::Program;
use crate::domain::query::Query;
use crate::domain::structure::Structure;
use crate::domain::window::Keyed;

impl Kind for Program {
    const RESOURCES: &'static [Resource] = &[Resource::Programs];
    const ROWS: Option<Resource> = Some(Resource::Programs);

    fn id(&self) -> &str {
        &self.id
    }
    fn name(&self) -> String {
        format!("{} {}", self.name, self.class_year)
    }

    fn columns<'a>(_: Context<'a>, _: &Query, _: u16) -> Vec<Column<'a, Keyed<Self>>> {
        vec![
            Column::left("Program", Width::Flexible { least: 16, most: 40 }, |p: &Keyed<Self>| plain(&p.name)),
            Column::right("Class", Width::Exactly(5), |p: &Keyed<Self>| plain(p.class_year.to_string())),
            Column::right("Months", Width::Exactly(6), |p: &Keyed<Self>| plain(p.duration.to_string())),
            Column::right("Students", Width::Exactly(8), |p: &Keyed<Self>| plain(p.students.to_string())),
            Column::right("In rotation", Width::Exactly(11), |p: &Keyed<Self>| plain(p.active_rotations.to_string())),
            Column::left("Description", Width::Flexible { least: 10, most: 70 }, |p: &Keyed<Self>| {
                plain(&p.description)
            }),
        ]
    }

    fn detail(&self, _: Context, _: &Query) -> Sheet {
        Sheet::new()
            .line("About", &self.description)
            .line("Lasts", format!("{} months, class of {}", self.duration, self.class_year))
            .line("Students", format!("{} active, {} rotations under way", self.students, self.active_rotations))
            .structure("Requires", Structure::of(self.requirements.as_deref()))
            .maybe("Duty", self.profile_label())
    }

    fn links(&self, _: Context) -> Vec<Link> {
        let to = |label, list| Link::new(label, list, By::Program, &self.id, &self.name());
        vec![
            to("its people", List::Users),
            to("their rotations", List::Rotations),
            to("their competencies", List::Competencies),
        ]
    }

    fn act(action: Action, rows: &[&Self], _: Option<&Of>, _: Context) -> Reply {
        match action {
            Action::New => added("New program", Form::Program, Self::fields()),
            Action::Edit => edited("Program", Form::Program, Self::fields(), rows[0], rows[0].values()),
            Action::Switch => switched(Switch::Program, !rows[0].is_active, rows),
            _ => Reply::none(),
        }
    }
}
