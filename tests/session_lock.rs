//! A lock belongs to the session: every holder of its token finds it locked.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use crossterm::event::KeyCode;
use medstint::domain::list::List;
use medstint::domain::query::Query;
use medstint::domain::window::Place;
use medstint::domain::{Change, Failure, Secret, TimeRecordId};
use medstint::store::sessions::{self, Unlock};
use medstint::store::{audit, listing};
use medstint::tui::effect::Effect;
use medstint::tui::message::{Answer, Message, PaneAnswer};
use medstint::tui::widget::theme::Theme;
use sqlx::error::DatabaseError;

use super::support::database::{execute, value};
use super::support::proxy::Proxy;
use super::support::world::PASSWORD;
use super::support::{Console, World, a_time_record, program};
use super::views::{Driven, now, utc_minus_6};

#[tokio::test]
async fn a_locked_session_reads_nothing() {
    let world = World::new().await;
    let bound = world.bound("north-admin").await;
    sessions::lock(&bound).await.expect("locked");
    let page = listing::page(&bound, List::TimeRecords, &Query::default(), &Place::Start, 10).await;
    assert_eq!(page.map(drop), Err(Failure::Locked));
}

#[tokio::test]
async fn a_token_that_skips_entering_is_nobodys_while_locked() {
    let world = World::new().await;
    let mut app = world.app_as("north-admin").await;
    execute(&mut app, "SELECT medstint.lock_session()").await;
    assert_eq!(value::<i64>(&mut app, "SELECT count(*) FROM users").await, 0);
}

#[tokio::test]
async fn the_owners_password_unlocks_a_session_for_all_who_share_it() {
    let world = World::new().await;
    let bound = world.bound("north-admin").await;
    sessions::lock(&bound).await.expect("locked");
    let unlocked = world.database.store().unlock(&bound.token(), &Secret::new(PASSWORD)).await;
    assert_eq!(unlocked, Ok(Unlock::Open));
    assert_eq!(sessions::check(&bound).await, Ok(()));
}

#[tokio::test]
async fn a_locked_console_still_seals_the_trail() {
    let world = World::new().await;
    let bound = world.bound("north-admin").await;
    sessions::lock(&bound).await.expect("locked");
    assert!(audit::watch(&bound).await.expect("watched").sealed > 0);
}

#[tokio::test]
async fn a_console_that_starts_with_a_locked_session_asks_for_its_password() {
    let world = World::new().await;
    let token = world.token("north-admin").await;
    let first = Console::open(&world.database, Some(token.expose()), (80, 24));
    first.shows("Nothing is pending.").await.press("ctrl-l").shows("Locked. Ada North is signed in.").await;
    world.until("SELECT bool_or(locked_at IS NOT NULL) FROM sessions").await;
    let second = Console::open(&world.database, Some(token.expose()), (80, 24));
    second.shows("Locked. Ada North is signed in.").await;
    second.type_text(PASSWORD).press("enter").shows("Nothing is pending.").await;
    first.quit().await;
    second.quit().await;
}

#[tokio::test]
async fn a_signal_forgets_a_session_whose_lock_the_database_has_not_confirmed() {
    let world = World::new().await;
    let proxy = Proxy::to(&world.database.app_url);
    let console = Console::through(&world, "north-admin", proxy.url()).await;
    console.shows("Nothing is pending.").await;
    proxy.fall_silent();
    console.press("ctrl-l").shows("Locked. Ada North is signed in.").await;
    assert!(console.keeps_session());
    console.tell_end();
    // Long before the console gives up waiting for the lock, which forgets the session too.
    let deadline = Instant::now() + Duration::from_secs(4);
    while console.keeps_session() {
        assert!(Instant::now() < deadline, "whoever starts the console again is signed in");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn another_console_of_the_same_session_locks_when_it_reads_next() {
    let world = World::new().await;
    let token = world.token("north-admin").await;
    let console = Console::open(&world.database, Some(token.expose()), (80, 24));
    console.shows("Nothing is pending.").await;
    execute(&mut world.owner().await, "UPDATE sessions SET locked_at = now()").await;
    console.press("R").shows("Locked. Ada North is signed in.").await;
    console.quit().await;
}

#[tokio::test]
async fn a_console_that_was_locked_elsewhere_follows_changes_once_it_is_unlocked() {
    let world = World::new().await;
    let token = world.token("north-admin").await;
    let console = Console::open(&world.database, Some(token.expose()), (80, 24));
    console.shows("Nothing is pending.").await;
    execute(&mut world.owner().await, "UPDATE sessions SET locked_at = now()").await;
    // No key: it may have read by itself, and a key would be the first letter of the password.
    console.send(Message::Change(Change::Resync));
    console.shows("Locked. Ada North is signed in.").await;
    console.type_text(PASSWORD).press("enter").shows("Nothing is pending.").await;
    a_time_record().insert(&world).await;
    console.shows("1 record").await;
    console.quit().await;
}

#[test]
fn any_answer_to_an_ended_session_leads_to_the_sign_in() {
    for answer in [
        Answer::Unread(Err(Failure::SignedOut)),
        PaneAnswer::Pulse(Err(Failure::SignedOut)).to(List::Audit),
        PaneAnswer::Detail { id: TimeRecordId::from("1"), detail: Err(Failure::SignedOut) }.to(List::TimeRecords),
    ] {
        let mut driven = Driven::with_queue((80, 24), Theme::default(), 9);
        driven.send(Message::Answer(answer));
        assert!(driven.text().contains("Your session has ended."), "{}", driven.text());
    }
}

#[tokio::test]
async fn a_session_that_was_unlocked_while_it_was_refused_has_not_ended() {
    let world = World::new().await;
    let token = world.token("north-admin").await;
    let mut owner = world.owner().await;
    let refused = sqlx::query("SELECT medstint.refuse_session($1)").bind(token.expose()).execute(&mut owner).await;
    let refused = refused.expect_err("it always refuses");
    assert_eq!(refused.as_database_error().and_then(DatabaseError::code).as_deref(), Some("MS423"));
}

#[test]
fn a_session_that_was_locked_elsewhere_is_not_locked_again() {
    let mut driven = Driven::with_queue((80, 24), Theme::default(), 9);
    driven.send(Message::Answer(Answer::Unread(Err(Failure::Locked))));
    assert_eq!(driven.effects, [Effect::StopListening]);
}

#[test]
fn a_lock_of_before_the_unlocking_does_not_lock_again() {
    let mut driven = Driven::with_queue((80, 24), Theme::default(), 9);
    driven.send(Message::LateAnswer(Answer::Unread(Err(Failure::Locked))));
    assert!(!driven.text().contains("Locked."), "{}", driven.text());
}

#[test]
fn a_key_that_was_meant_for_the_list_does_not_become_part_of_the_password() {
    let mut driven = Driven::with_queue((80, 24), Theme::default(), 9);
    driven.send(Message::Answer(Answer::Unread(Err(Failure::Locked))));
    driven.key('j');
    let a_second_later = now() + TimeDelta::seconds(1);
    for code in PASSWORD.chars().map(KeyCode::Char).chain([KeyCode::Enter]) {
        driven.effects = driven.app.update(Message::Key(code.into()), a_second_later, utc_minus_6());
    }
    assert_eq!(driven.effects, [Effect::Unlock { password: Secret::new(PASSWORD) }]);
}

#[tokio::test]
async fn commands_refuse_a_locked_session() {
    let world = World::new().await;
    let bound = world.bound("north-admin").await;
    sessions::lock(&bound).await.expect("locked");
    let state = tempfile::tempdir().expect("a directory");
    let kept = medstint::session::TokenFile(Some(state.path().join("session")));
    kept.save(&bound.token()).expect("kept");
    let dir = state.path().to_str().expect("text");
    let ids = state.path().join("ids");
    std::fs::write(&ids, "a-record\n").expect("a file");
    let ids = ids.to_str().expect("text");
    for command in [vec!["list", "time-records"], vec!["decide", "approve", "--ids", ids]] {
        let mut args = command.clone();
        args.extend(["--database-url", &world.database.app_url, "--state-dir", dir]);
        let (code, _, said) = program::run(&args, "").await;
        assert!(code != Some(0) && said.contains("Your session is locked"), "{command:?}: {said}");
    }
}
