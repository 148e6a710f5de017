//! A plain list and the detail of the row under the cursor.

use ratatui::buffer::Buffer;

use super::super::super::widget::sheet::{self, Sheet};
use super::super::super::widget::table::{self, Column, Empty, Sections};
use super::super::super::widget::theme::Tone;
use super::super::super::widget::window::Listed;
use super::super::{Context, Places, Said, SaidRow, Title};
use super::{Kind, ListPane};
use crate::domain::list::Rows;
use crate::domain::text::visible;
use crate::domain::window::{Key, Keyed, Page, Slot, Unreadable};
use crate::domain::zone;
use crate::presentation::clock::{decimal_hours, thousands};
use crate::presentation::text::spoken;

pub fn title<R: Kind>(pane: &ListPane<R>, _: Context) -> Title {
    let query = &pane.query;
    let order = R::LIST.orders().get(query.order).unwrap_or(&"");
    let view = R::LIST.views().get(query.view).unwrap_or(&"");
    let part = match &query.of {
        Some(of) if R::LIST.keeps_views(of) => format!("{view} · of {}", visible(&of.name)),
        Some(of) if of.is_of_platform => format!("platform · of {}", visible(&of.name)),
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
    let unreadable = pane.window.rows.iter().filter(|row| !row.is_readable()).count();
    if unreadable > 0 {
        right.push(format!("{unreadable} unreadable"));
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
    let empty = Empty { focused: places.focused, loading: "Loading …", none: &none };
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
pub fn said<R: Kind>(pane: &ListPane<R>, context: Context) -> Said
where
    Page<Slot<R>>: Into<Rows>,
{
    let of = pane.section_of();
    let row = |(i, row): (usize, &Slot<R>)| {
        let text = match row {
            Slot::Record(row) => row.record.sentence(context, &pane.query),
            Slot::Unreadable(row) => row.sentence.clone(),
        };
        SaidRow {
            id: row.id().to_owned(),
            number: pane.window.before + i + 1,
            text: visible(&text).into_owned(),
            part: of(row),
            is_marked: pane.window.is_marked(row.id()),
            is_gone: pane.window.is_gone(row),
            content: content(row),
        }
    };
    Said {
        rows: pane.window.rows.iter().enumerate().map(row).collect(),
        cursor: pane.window.cursor,
        parts: R::sections(&pane.query),
        counts: section_titles(pane).into_iter().map(|(title, _)| spoken(&title)).collect(),
        none: none(pane),
        failure: pane.window.failure.as_ref().map(ToString::to_string),
        marked: pane.window.marks.len(),
        has_more: pane.window.after,
    }
}

/// What a row holds, without its place in the order.
fn content<R: Kind>(row: &Slot<R>) -> Rows
where
    Page<Slot<R>>: Into<Rows>,
{
    let key = Key::default();
    let row = match row {
        Slot::Record(row) => Slot::Record(Keyed { key, record: row.record.clone() }),
        Slot::Unreadable(row) => Slot::Unreadable(Unreadable { key, ..row.clone() }),
    };
    Page { rows: vec![row], ..Page::default() }.into()
}

/// What a list without rows says: that there are none only where it was read.
fn none<R: Kind>(pane: &ListPane<R>) -> String {
    if pane.window.failure.is_some() {
        return format!("The {} could not be loaded.", R::LIST.nouns().1);
    }
    if !pane.window.loaded || !pane.window.is_settled() {
        return format!("Loading {} …", R::LIST.nouns().1);
    }
    if !pane.query.filter.is_empty() {
        return "Nothing matches the filter.".into();
    }
    R::empty(&pane.query).map_or_else(|| format!("There are no {} here.", R::LIST.nouns().1), str::to_owned)
}

pub(super) fn draw<R: Kind>(pane: &ListPane<R>, context: Context, places: Places, buffer: &mut Buffer) {
    let columns = R::columns(context, &pane.query, places.list.width);
    rows(pane, &columns, context, places, buffer);
    let (Some(area), Some(row)) = (places.detail, pane.window.current()) else { return };
    let (name, detail) = match row {
        Slot::Record(row) => (row.record.name(), detail(&row.record, context, pane)),
        Slot::Unreadable(row) => unreadable(row),
    };
    let heading = if pane.window.is_gone(row) { format!("{name} · no longer in this list") } else { name };
    let inner = sheet::frame(&heading, context.theme, area, buffer);
    detail.draw(context.theme, inner, pane.scroll(), buffer);
}

/// The row under the cursor in words.
pub(super) fn said_detail<R: Kind>(pane: &ListPane<R>, context: Context) -> Option<(String, Vec<String>)> {
    let (name, detail) = match pane.window.current()? {
        Slot::Record(row) => (row.record.name(), detail(&row.record, context, pane)),
        Slot::Unreadable(row) => unreadable(row),
    };
    Some((name, detail.words()))
}

fn detail<R: Kind>(record: &R, context: Context, pane: &ListPane<R>) -> Sheet {
    with_zone(record.detail(context, &pane.query), record)
}

/// Says so where times are not shown in the zone that they belong to.
pub fn with_zone<R: Kind>(sheet: Sheet, record: &R) -> Sheet {
    match record.zone().and_then(zone::warning) {
        Some(warning) => Sheet::new().toned("Zone", warning, Tone::Warning).and(sheet),
        None => sheet,
    }
}

/// The message in place of a detail, and its heading.
pub fn unreadable(row: &Unreadable) -> (String, Sheet) {
    (row.id.clone(), Sheet::new().toned("Problem", &row.sentence, Tone::Bad))
}
