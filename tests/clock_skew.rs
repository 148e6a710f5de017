//! A clock that differs from the server's by more than 5 s is told, on the screen and line
//! by line.

use chrono::{DateTime, TimeDelta, Utc};
use medstint::domain::person::SessionResume;
use medstint::domain::{ClockSkew, Link, Role};
use medstint::tui::message::{Answer, Message};
use medstint::tui::plain::Plain;
use medstint::tui::widget::theme::{Theme, Tone};

use super::support::world::now;
use super::support::{Console, World};
use super::views::{Driven, actor};

/// A clock that is 20 s behind, and half a second for the way of an answer.
fn twenty_seconds_ago() -> DateTime<Utc> {
    now() - TimeDelta::milliseconds(20_500)
}

#[tokio::test]
async fn a_clock_that_is_behind_is_shown_with_what_to_do() {
    let world = World::new().await;
    let token = world.token("north-admin").await;
    let console = Console::with_clock(&world.database, Some(token.expose()), twenty_seconds_ago);
    console.shows("▲ clock 20 s behind").await;
    console.shows("This machine's clock is 20 s behind the server's. Synchronize both with NTP.").await;
    console.quit().await;
}

fn eight_seconds_ahead() -> Option<ClockSkew> {
    let server = DateTime::UNIX_EPOCH;
    let here = server + TimeDelta::seconds(8);
    ClockSkew::between(here, server, here)
}

#[test]
fn a_notice_keeps_its_place_beside_a_clock_that_differs() {
    let mut driven = Driven::with_queue((80, 24), Theme::default(), 9);
    driven.send(Message::Clock(eight_seconds_ahead()));
    assert!(driven.text().contains("This machine's clock is 8 s ahead of the server's."), "{}", driven.text());
    driven.app.say("Approved: Zhang, Given, 8.08 h.", Tone::Good);
    let text = driven.text();
    assert!(text.contains("Approved: Zhang") && text.contains("▲ clock 8 s ahead"), "{text}");
    driven.send(Message::Clock(None));
    assert!(!driven.text().contains("▲ clock"), "{}", driven.text());
}

#[test]
fn a_clock_that_differs_is_told_once_line_by_line() {
    let mut driven = Driven::new((120, 40), Theme::default());
    driven.send(Message::Answer(Answer::Resumed(Ok(SessionResume::Welcome(actor(Role::SchoolAdmin))))));
    driven.send(Message::Link(Link::Live)).send(Message::Clock(eight_seconds_ahead()));
    let mut plain = Plain::default();
    let tells = |plain: &mut Plain, driven: &Driven| {
        plain.tell(&driven.app).lines.iter().any(|line| line.starts_with("This machine's clock is 8 s ahead"))
    };
    assert!(tells(&mut plain, &driven));
    assert!(!tells(&mut plain, &driven));
}
