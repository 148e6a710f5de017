//! The school's catalog of competencies, with their rubrics.

use super::super::widget::sheet::Sheet;
use super::super::widget::table::{Column, Width, or_dash, plain};
use super::Context;
use super::list::{Kind, rubric};
use crate::domain::Resource;
use crate::domain::competency::Competency;
use crate::domain::list::{By, Link, List};
use crate::domain::query::Query;
use crate::domain::window::Keyed;

impl Kind for Competency {
    const RESOURCES: &'static [Resource] =
        &[Resource::Competencies, Resource::RubricCriteria, Resource::CompetencyAssignments];

    fn id(&self) -> &str {
        &self.id
    }
    fn name(&self) -> String {
        self.name.clone()
    }

    fn columns<'a>(_: Context<'a>, _: &Query, _: u16) -> Vec<Column<'a, Keyed<Self>>> {
        vec![
            Column::left("Competency", Width::Flexible { least: 20, most: 44 }, |c: &Keyed<Self>| plain(&c.name)),
            Column::left("Category", Width::Flexible { least: 10, most: 24 }, |c: &Keyed<Self>| plain(&c.category)),
            Column::left("Level", Width::Exactly(12), |c: &Keyed<Self>| plain(c.level_label())),
            Column::right("Done", Width::Exactly(9), |c: &Keyed<Self>| {
                plain(format!("{}/{}", c.completed, c.assigned))
            }),
            Column::right("Criteria", Width::Exactly(8), |c: &Keyed<Self>| plain(c.criteria.len().to_string())),
            Column::left("From", Width::Flexible { least: 8, most: 40 }, |c: &Keyed<Self>| {
                or_dash(c.template.as_deref())
            }),
        ]
    }

    fn detail(&self, _: Context, _: &Query) -> Sheet {
        Sheet::new()
            .line("About", &self.description)
            .line("Kind", format!("{}, {}, version {}", self.category, self.level_label(), self.version))
            .maybe("Program", self.program.as_deref())
            .line("From", self.template.as_deref().unwrap_or("created by hand"))
            .line("Assigned", format!("{}, {} of them completed", self.assigned, self.completed))
            .and(rubric(&self.criteria))
    }

    fn links(&self, _: Context) -> Vec<Link> {
        let to = |label, list| Link::new(label, list, By::Competency, &self.id, &self.name);
        let mut links = vec![to("its students", List::Competencies), to("its assessments", List::Assessments)];
        if let (Some(id), Some(name)) = (&self.template_id, &self.template) {
            links.push(Link::to("its template", List::Templates, id, name));
        }
        links
    }
}
