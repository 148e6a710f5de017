//! A plain list and the detail of the row under the cursor.

use ratatui::buffer::Buffer;

use super::super::super::widget::sheet;
use super::super::super::widget::table::{self, Column, Empty, Sections};
use super::super::super::widget::theme::Tone;
use super::super::{Context, Places, Said, SaidRow, Title};
use super::{Kind, ListPane};
use crate::domain::clock::{decimal_hours, thousands};
use crate::domain::text::{spoken, visible};
use crate::domain::window::Keyed;

pub fn title<R: Kind>(pane: &ListPane<R>, _: Context) -> Title {
    let query = &pane.query;
    let order = R::LIST.orders().get(query.order).unwrap_or(&"");
    let view = R::LIST.views().get(query.view).unwrap_or(&"");
    let part = match &query.of {
        Some(of) if R::LIST.keeps_views(of) => format!("{view} · of {}", visible(&of.name)),
        Some(of) => format!("of {}", visible(&of.name)),
        None => (*view).to_owned(),
    };
    let filter = if query.filter.is_empty() {
        String::new()
    } else {
        format!(" · “{}”", visible(&query.filter.to_string()))
    };
    let mut right = Vec::new();
    if !pane.window.marks.is_empty() {
        right.push(format!("✓ {} marked", pane.window.marks.len()));
    }
    if pane.window.new_above > 0 {
        right.push(format!("▲ {}{} new", pane.window.new_above, if pane.window.new_above >= 100 { "+" } else { "" }));
    }
    if let Some(total) = &pane.window.total {
        let (one, many) = R::LIST.nouns();
        let noun = if total.rows == 1 { one } else { many };
        let more = if total.or_more { "+" } else { "" };
        right.push(format!("{}{more} {noun}", thousands(total.rows.unsigned_abs())));
        if R::HAS_HOURS {
            right.push(format!("{} h", decimal_hours(total.elapsed_ms)));
        }
    }
    Title {
        left: format!("{part}{filter} · {order}"), right: right.join(" · "), failure: pane.window.failure.clone()
    }
}

/// The rows, in the columns of the resource or of a pane that knows more.
pub fn rows<R: Kind>(
    pane: &ListPane<R>,
    columns: &[Column<Keyed<R>>],
    context: Context,
    places: Places,
    buffer: &mut Buffer,
) {
    let none = none(pane) + if pane.query.filter.is_empty() { "" } else { " Esc clears it." };
    let empty = Empty { focused: places.focused, loading: "Reading …", none: &none };
    let sections = Sections { of: pane.section_of(), titles: section_titles(pane) };
    table::draw(&pane.window, columns, &sections, &empty, context.theme, places.list, buffer);
}

/// What stands above each part: its name, how many rows it has, how many hours.
fn section_titles<R: Kind>(pane: &ListPane<R>) -> Vec<(String, Tone)> {
    let parts = pane.window.total.as_ref().map_or(&[][..], |total| &total.sections);
    R::sections(&pane.query)
        .iter()
        .enumerate()
        .map(|(i, name)| {
            let counted = parts.get(i).map(|part| {
                let hours =
                    if R::HAS_HOURS { format!(" · {} h", decimal_hours(part.elapsed_ms)) } else { String::new() };
                format!(" {}{hours}", thousands(part.rows.unsigned_abs()))
            });
            (format!("{name}{}", counted.unwrap_or_default()), R::section_tone(i))
        })
        .collect()
}

/// The list in words.
pub fn said<R: Kind>(pane: &ListPane<R>, context: Context) -> Said {
    let of = pane.section_of();
    let row = |(i, row): (usize, &Keyed<R>)| SaidRow {
        id: row.record.id().to_owned(),
        number: pane.window.before + i + 1,
        text: visible(&row.record.sentence(context, &pane.query)).into_owned(),
        part: of(row),
        is_marked: pane.window.marks.contains_key(row.record.id()),
        is_gone: pane.window.is_gone(row),
        fingerprint: fingerprint(&row.record),
    };
    Said {
        rows: pane.window.rows.iter().enumerate().map(row).collect(),
        cursor: pane.window.cursor,
        parts: R::sections(&pane.query),
        counts: section_titles(pane).into_iter().map(|(title, _)| spoken(&title)).collect(),
        none: none(pane),
        marked: pane.window.marks.len(),
        has_more: pane.window.after,
    }
}

/// A number that is another one when anything of the record is.
fn fingerprint(record: &impl std::fmt::Debug) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    format!("{record:?}").hash(&mut hasher);
    hasher.finish()
}

/// What an empty list says.
fn none<R: Kind>(pane: &ListPane<R>) -> String {
    if !pane.query.filter.is_empty() {
        return "Nothing matches the filter.".into();
    }
    R::empty(&pane.query).map_or_else(|| format!("There are no {} here.", R::LIST.nouns().1), str::to_owned)
}

pub(super) fn draw<R: Kind>(pane: &ListPane<R>, context: Context, places: Places, buffer: &mut Buffer) {
    let columns = R::columns(context, &pane.query, places.list.width);
    rows(pane, &columns, context, places, buffer);
    let (Some(area), Some(row)) = (places.detail, pane.window.current()) else { return };
    let heading = if pane.window.is_gone(row) {
        format!("{} · no longer in this list", row.record.name())
    } else {
        row.record.name()
    };
    let inner = sheet::frame(&heading, context.theme, area, buffer);
    row.record.detail(context, &pane.query).draw(context.theme, inner, pane.scroll(), buffer);
}
