//! The filter of a plain list while it is being typed.

use super::super::super::widget::field::Field;
use super::super::Reply;
use super::{Kind, ListPane};
use crate::domain::filter::{self, Filter, Meaning, Saved, Wrong, vocabulary};
use crate::domain::list::{List, Rows};
use crate::domain::query::Query;
use crate::domain::window::{Page, Slot};

impl<R: Kind> ListPane<R>
where
    Page<Slot<R>>: TryFrom<Rows> + Into<Rows>,
{
    /// What a text means in this list.
    pub(super) fn meant(&self, text: &str) -> Result<Meaning, Wrong> {
        filter::understand(R::LIST, text, &self.saved)
    }

    /// Searches for what is typed so far, unless it is the beginning of a field.
    pub(super) fn search_typed(&mut self) -> Reply {
        let text = self.filter.as_ref().map_or("", Field::text);
        let (start, found) = filter::complete(R::LIST, text);
        let last = &text[start..];
        if !last.is_empty() && found.iter().any(|whole| whole != last) {
            return Reply::none();
        }
        self.search_for_all()
    }

    /// Searches for all that is typed, as far as it means something.
    pub(super) fn search_for_all(&mut self) -> Reply {
        let Some(field) = &self.filter else { return Reply::none() };
        let Ok(Meaning { filter, view }) = self.meant(field.text()) else { return Reply::none() };
        if let Some(view) = view.filter(|view| *view != self.query.view) {
            self.query.view = view;
            self.query.filter = filter;
            self.window.marks.clear();
            return self.restart();
        }
        self.search(filter)
    }

    pub(super) fn search(&mut self, filter: Filter) -> Reply {
        if filter == self.query.filter {
            return Reply::none();
        }
        self.query.filter = filter;
        self.restart()
    }
}

/// What was typed for the present filter: as it reads, with room to go on.
pub(super) fn typed_before(query: &Query) -> String {
    if query.filter.is_empty() { String::new() } else { format!("{} ", query.filter) }
}

/// The longest beginning that everything has in common that could be typed next.
pub(super) fn complete(field: &mut Field, list: List) {
    let text = field.text().to_owned();
    let (start, found) = filter::complete(list, &text);
    let Some(first) = found.first() else { return };
    let common = found.iter().skip(1).fold(first.len(), |common, other| {
        common.min(first.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count())
    });
    let finished = found.len() == 1 && !first.ends_with([':', '>']);
    if common >= text.len() - start {
        *field = Field::with(&format!("{}{}{}", &text[..start], &first[..common], if finished { " " } else { "" }));
    }
}

/// What could be typed next, for the line below.
pub(super) fn next(list: List, text: &str, saved: &Saved) -> String {
    let (start, mut found) = filter::complete(list, text);
    if text[start..].is_empty() {
        // Those that mean something in this list.
        let kept: Vec<String> = saved
            .iter()
            .filter(|(_, text)| filter::parse(list, text).is_ok())
            .map(|(name, _)| format!("@{name}"))
            .collect();
        found.splice(..0, kept);
    }
    let help = vocabulary::named(list, &text[start..]).map(vocabulary::Field::help);
    match (found.as_slice(), help) {
        ([], None) => "Enter keeps it · Esc clears it · - before a term excludes it".into(),
        ([], Some(help)) => format!("{help} · Enter keeps it · Esc clears it"),
        ([only], Some(help)) => format!("Tab: {only} · {help}"),
        (found, _) => format!("Tab: {}", found.join(" ")),
    }
}
