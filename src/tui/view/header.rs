//! The header: the school, the person, the state of the connection, the unread count, the time.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use super::super::app::App;
use super::super::widget::table::{Align, put};
use super::super::widget::theme::Tone;
use crate::domain::Link;
use crate::domain::text::visible;

pub(super) fn draw(app: &App, area: Rect, buffer: &mut Buffer) {
    let theme = app.settings.theme;
    let Some(actor) = &app.actor else { return };
    let inner = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };

    let clock = app.now.with_timezone(&app.terminal).format("%H:%M").to_string();
    let (sign, link, tone) = link(app);
    let unread = if app.unread > 0 { format!("{} unread  ", app.unread) } else { String::new() };
    let tail = format!("  {unread}{clock}");
    let state = format!("{}{sign} {link}", if app.settings.read_only { "read-only " } else { "" });
    let width = |text: &str| u16::try_from(text.width()).unwrap_or(0);
    put(buffer, inner, Align::Right, &tail, theme.style(Tone::Plain));
    let before_tail = Rect { width: inner.width.saturating_sub(width(&tail)), ..inner };
    put(buffer, before_tail, Align::Right, &state, theme.style(tone));
    let skew = app.clock_skew.map_or_else(String::new, |skew| format!("▲ clock {}  ", skew.short()));
    let before_state = Rect { width: before_tail.width.saturating_sub(width(&state)), ..inner };
    put(buffer, before_state, Align::Right, &skew, theme.style(Tone::Warning));

    let school = actor.school.as_ref().map_or("no school", |school| &school.name);
    let left = Rect { width: before_state.width.saturating_sub(width(&skew) + 1), ..inner };
    let (school, name, role) = (visible(school), visible(&actor.name), actor.role.label());
    // Whole words rather than half ones: the role goes first, then the name.
    let forms = [format!("{school} · {name} ({role})"), format!("{school} · {name}"), school.into_owned()];
    let fitting = forms.iter().find(|form| width(form) <= left.width).or(forms.last());
    put(buffer, left, Align::Left, fitting.map_or("", String::as_str), theme.style(Tone::Heading));
}

fn link(app: &App) -> (&'static str, String, Tone) {
    match app.link {
        Link::Live | Link::Checking | Link::Polling { .. } if app.is_stale() => {
            ("▲", "not current, retrying".into(), Tone::Warning)
        }
        Link::Connecting => ("·", "connecting".into(), Tone::Quiet),
        Link::Live => match app.lag_s {
            Some(seconds) => ("▲", format!("live, {seconds} s late"), Tone::Warning),
            None => ("●", "live".into(), Tone::Good),
        },
        Link::Checking => ("▲", "checking".into(), Tone::Warning),
        Link::Polling { every_s } => ("▲", format!("polling {every_s} s"), Tone::Warning),
        Link::Offline => {
            let since = app.link_since.with_timezone(&app.terminal).format("%H:%M");
            ("▲", format!("offline since {since}, retrying"), Tone::Bad)
        }
    }
}
