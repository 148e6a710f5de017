//! The kiosk line by line, for a screen reader: first the message, then the question.

use super::messages::filled;
use super::parts::{both, noted, open_since, sentences};
use super::{Kiosk, Stage, Told};
use crate::domain::punch::Recorded;
use crate::presentation::clock::decimal_hours;
use crate::presentation::text::spoken;

/// What is said now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    pub lines: Vec<String>,
    /// The question; none while an answer is shown or awaited.
    pub prompt: Option<String>,
    /// Whether what is typed is shown to nobody.
    pub is_secret: bool,
}

/// What a screen reader says of the model.
#[must_use]
pub fn page(kiosk: &Kiosk) -> Page {
    let w = kiosk.messages();
    let ask = |prompt: &str| Page { prompt: Some(prompt.to_owned()), ..Page::default() };
    let secret = |prompt: &str| Page { is_secret: true, ..ask(prompt) };
    let page = match &kiosk.stage {
        Stage::Enrol { note, .. } => {
            Page { lines: note.map(|note| noted(kiosk, note).into()).into_iter().collect(), ..ask(w.enrol) }
        }
        Stage::Start { .. } => {
            let mut lines = Vec::new();
            if let Some(door) = &kiosk.door {
                lines.push(format!("{}, {}", door.site, kiosk.clock(kiosk.now)));
            }
            lines.push(kiosk.contact_in_words());
            if kiosk.waiting > 0 {
                lines.push(filled(w.waiting, &[&kiosk.waiting.to_string()]));
            }
            lines.extend(kiosk.trouble.map(|trouble| w.trouble(trouble).to_owned()));
            Page { lines, ..ask(w.scan) }
        }
        Stage::Pin { .. } => Page { lines: vec![w.pin_hint.to_owned()], ..secret(w.pin) },
        Stage::LeavePin { .. } => secret(w.pin),
        Stage::Busy => Page::default(),
        Stage::NewPin { asked, first, note, .. } => Page {
            lines: asked.name.iter().cloned().chain(note.map(|note| noted(kiosk, note).into())).collect(),
            ..secret(if first.is_some() { w.new_pin_again } else { w.new_pin })
        },
        Stage::Choose { asked, offers, .. } => {
            let offers = (1..10).zip(offers).map(|(n, offer)| format!("{n}. {}", offer.name));
            Page { lines: asked.name.iter().cloned().chain(offers).collect(), ..ask(w.choose) }
        }
        Stage::Meal { asked, .. } => {
            let hint = std::iter::once(w.meal_hint.to_owned());
            Page { lines: asked.name.iter().cloned().chain(hint).collect(), ..ask(w.meal) }
        }
        Stage::StaleWhen { asked, since, is_wrong, .. } => {
            let mut lines: Vec<String> = asked.name.iter().cloned().collect();
            lines.push(open_since(kiosk, *since));
            if *is_wrong {
                lines.push(w.stale_wrong.to_owned());
            }
            Page { lines, ..ask(w.stale_when) }
        }
        Stage::AmbiguousLeaveTime { asked, which, .. } => {
            Page { lines: asked.name.iter().cloned().chain(both(kiosk, *which)).collect(), ..ask(w.stale_which) }
        }
        Stage::StaleWhy { .. } => Page {
            lines: (1..).zip(w.reasons).map(|(n, reason)| format!("{n}. {reason}")).collect(),
            ..ask(w.stale_why)
        },
        Stage::Told { what, .. } => Page { lines: told(kiosk, what), ..Page::default() },
        Stage::LeaveWho { .. } => ask(w.leave),
    };
    let lines = kiosk.missed().into_iter().chain(page.lines.iter().map(String::as_str));
    Page { lines: lines.map(spoken).collect(), ..page }
}

fn told(kiosk: &Kiosk, what: &Told) -> Vec<String> {
    let w = kiosk.messages();
    match what {
        Told::In(done) => recorded(kiosk, w.word_in, w.clocked_in, done),
        Told::Out(done) => recorded(kiosk, w.word_out, w.clocked_out, done),
        Told::Kept { at, again } => {
            vec![
                format!("{} {}", w.word_saved, kiosk.clock(*at)),
                if *again { w.saved_again } else { w.saved }.to_owned(),
            ]
        }
        other => sentences(kiosk, other).into_iter().map(|(text, _)| text).collect(),
    }
}

fn recorded(kiosk: &Kiosk, word: &str, said: &str, done: &Recorded) -> Vec<String> {
    let w = kiosk.messages();
    vec![
        format!("{word} {}, {}, {}", kiosk.clock(done.at), done.name, done.site),
        format!(
            "{}, {}",
            filled(w.today, &[&decimal_hours(done.today_ms)]),
            filled(w.rotation, &[&decimal_hours(done.rotation_ms), &done.required_h.to_string()])
        ),
        if done.repeated { w.repeated } else { said }.to_owned(),
    ]
}
