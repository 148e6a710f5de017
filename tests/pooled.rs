//! Notifications behind a pooler in transaction mode: it accepts LISTEN and delivers
//! nothing, so the console does not call itself live.

use std::sync::Arc;

use medstint::domain::{Change, Failure, Link};
use medstint::store::changes::{Ear, Heard, SPREAD, listen, probe};
use medstint::store::{Address, pool};
use sqlx::Row;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::support::database::connect;
use super::support::pooler::Pooler;
use super::support::world::now;
use super::support::{Database, PATIENCE, World};

fn address(url: &str) -> Address {
    Address::parse(Some(url)).expect("a good URL")
}

/// What a listener on one path says first whose queries take another.
pub async fn first_words(world: &World, listen_url: &str, query_url: &str) -> Vec<Heard> {
    let queries = pool(&address(query_url), 2);
    let token = world.token("north-preceptor").await;
    let ear = Ear { listen: address(listen_url), queries, token, clock: now, doubt: Arc::default(), spread: SPREAD };
    let (say, mut heard) = mpsc::channel(64);
    let listening = tokio::spawn(listen(ear, say));
    let mut words = Vec::new();
    for _ in 0..2 {
        words.push(timeout(PATIENCE, heard.recv()).await.expect("something is heard").expect("a listener"));
    }
    listening.abort();
    words
}

#[tokio::test]
async fn a_pooler_that_delivers_nothing_is_not_live() {
    let world = World::new().await;
    let Some(pooler) = Pooler::to(&world.database.app_url) else { return };
    let words = first_words(&world, pooler.url(), pooler.url()).await;
    assert_eq!(words, [Heard::Link(Link::Polling { every_s: 5 }), Heard::Change(Change::Resync)]);
}

#[tokio::test]
async fn queries_through_a_pooler_are_live_with_a_listen_url() {
    let world = World::new().await;
    let Some(pooler) = Pooler::to(&world.database.app_url) else { return };
    let words = first_words(&world, &world.database.app_url, pooler.url()).await;
    assert_eq!(words, [Heard::Link(Link::Live), Heard::Change(Change::Resync)]);
}

#[tokio::test]
async fn no_listen_stays_on_a_pooled_connection() {
    let world = World::new().await;
    let Some(pooler) = Pooler::to(&world.database.app_url) else { return };
    first_words(&world, pooler.url(), pooler.url()).await;
    let mut next = connect(pooler.url()).await;
    // One statement of the simple protocol: the pooler's one connection to the server.
    let row = sqlx::raw_sql("SELECT count(*) FROM pg_listening_channels()").fetch_one(&mut next).await;
    let channels: i64 = row.expect("an answer").get(0);
    assert_eq!(channels, 0);
}

#[tokio::test]
async fn doctor_finds_notifications_that_a_pooler_swallows() {
    let world = World::new().await;
    let Some(pooler) = Pooler::to(&world.database.app_url) else { return };
    let failure = probe(&address(pooler.url()), &address(pooler.url()), now).await.expect_err("nothing arrives");
    assert!(matches!(&failure, Failure::Fault(why) if why.contains("database.listen_url")), "{failure}");
}

#[tokio::test]
async fn doctor_finds_a_listen_url_of_another_server() {
    let (queries, elsewhere) = (Database::migrated().await, Database::migrated().await);
    let failure = probe(&elsewhere.app_address(), &queries.app_address(), now).await.expect_err("nothing arrives");
    assert!(matches!(&failure, Failure::Fault(why) if why.contains("database.listen_url")), "{failure}");
}

#[tokio::test]
async fn a_path_of_notifications_is_timed() {
    let database = Database::migrated().await;
    let took = probe(&database.app_address(), &database.app_address(), now).await.expect("it arrives");
    assert!(took < PATIENCE);
}

#[tokio::test]
async fn a_doubted_path_is_tested_at_once() {
    let world = World::new().await;
    let ear = world.bound("north-preceptor").await.ear(world.database.app_address(), now);
    let doubt = Arc::clone(&ear.doubt);
    let (say, mut heard) = mpsc::channel(64);
    let listening = tokio::spawn(listen(ear, say));
    let mut next = async || timeout(PATIENCE, heard.recv()).await.expect("something is heard").expect("a listener");
    assert_eq!((next().await, next().await), (Heard::Link(Link::Live), Heard::Change(Change::Resync)));
    doubt.notify_one();
    assert_eq!(next().await, Heard::Link(Link::Live));
    listening.abort();
}
