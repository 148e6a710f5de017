//! Dialogs that several panes share: a form, a confirmation with a preview, a rubric.

use std::collections::HashMap;

use super::super::super::overlay::{Form, Preview};
use super::super::super::widget::sheet::Sheet;
use super::super::Reply;
use super::Kind;
use crate::domain::command::{Command, Step, Switch, Target, What};
use crate::domain::criterion::Criterion;
use crate::domain::field::RecordField;
use crate::domain::form::{Field, Form as Of, Value};

/// An empty form for a new record.
pub fn added<F: RecordField>(title: &str, of: Of, fields: Vec<Field<F>>) -> Reply {
    form_with(title, of, fields, Vec::new())
}

/// A form with the values of a record.
pub fn edited<R: Kind, F: RecordField>(
    title: &str,
    of: Of,
    fields: Vec<Field<F>>,
    row: &R,
    values: Vec<(F, Value)>,
) -> Reply {
    let title = format!("{title}: {}", row.name());
    Reply::ask(Form::new(title, What::Edit(of), fields, values).of(vec![row.target()]))
}

/// A form for a new record, with values to begin with; those without a field are
/// sent along.
pub fn form_with<F: RecordField>(
    title: impl Into<String>,
    of: Of,
    fields: Vec<Field<F>>,
    values: Vec<(F, Value)>,
) -> Reply {
    Reply::ask(Form::new(title, What::Create(of), fields, values))
}

/// A step over rows, after a preview.
pub fn confirmed<R: Kind>(title: impl Into<String>, step: Step, rows: &[&R]) -> Reply {
    previewed(title, What::Step(step), rows)
}

/// Making rows inactive, or active again, after a preview.
pub fn switched<R: Kind>(of: Switch, on: bool, rows: &[&R]) -> Reply {
    previewed(if on { "Active again" } else { "Make inactive" }, What::Switch { of, on }, rows)
}

fn previewed<R: Kind>(title: impl Into<String>, what: What, rows: &[&R]) -> Reply {
    let targets = targets(rows);
    let (preview, rehearsal) = Preview::of(title, Command { what, targets, changes: Vec::new() });
    Reply { requests: vec![rehearsal], ..Reply::ask(preview) }
}

/// Rows as a command names them. Where two have one name, each says what tells it apart.
pub fn targets<R: Kind>(rows: &[&R]) -> Vec<Target> {
    let mut times = HashMap::<String, usize>::new();
    for row in rows {
        *times.entry(row.name()).or_default() += 1;
    }
    let target = |row: &&R| {
        let mut target = row.target();
        if times[&target.name] > 1
            && let Some(note) = row.note()
        {
            target.name = format!("{} ({note})", target.name);
        }
        target
    };
    rows.iter().map(target).collect()
}

/// The criteria of a rubric as a table.
pub fn rubric(criteria: &[Criterion]) -> Sheet {
    if criteria.is_empty() {
        return Sheet::new().line("Rubric", "none");
    }
    let rows = criteria.iter().map(|one| {
        vec![
            one.name.clone(),
            format!("×{}", one.weight.normalize()),
            format!("0–{}", one.max_score.normalize()),
            one.levels().join(" · "),
        ]
    });
    Sheet::new().table(&["Criterion", "Weight", "Score", "Levels"], rows.collect())
}
