//! Prepared statements behind a pooler in transaction mode that keeps no
//! prepared statements: several clients share its one connection to the server.

use medstint::domain::list::{List, Rows};
use medstint::domain::query::Query;
use medstint::domain::window::Place;
use medstint::domain::{Failure, Secret};
use medstint::store::{Address, Preparation, Store, listing, pool};

use super::support::database::{connect, execute};
use super::support::pooler::Pooler;
use super::support::{World, a_time_record};

fn address(url: &str) -> Address {
    Address::parse(Some(url)).expect("a good URL")
}

/// Reads the queue of North's admin; how many records.
async fn read_queue(store: &Store, token: &Secret) -> usize {
    let actor = store.whoami(token).await.expect("a good session");
    let bound = store.bind(token, &actor).expect("a good token");
    let rows = listing::page(&bound, List::TimeRecords, &Query::default(), &Place::Start, 10).await;
    let Rows::TimeRecords(page) = rows.expect("an answer") else { panic!("another list") };
    page.rows.len()
}

#[tokio::test]
async fn consoles_share_a_pooler_without_prepared_statements() {
    let world = World::new().await;
    a_time_record().insert(&world).await;
    let Some(pooler) = Pooler::to(&world.database.app_url) else { return };
    let token = world.token("north-admin").await;
    let stores = [(); 2].map(|()| Store::new(pool(&address(pooler.url()), 2)));
    for _ in 0..3 {
        for store in &stores {
            assert_eq!(read_queue(store, &token).await, 1);
        }
    }
}

#[tokio::test]
async fn statements_of_no_session_work_through_a_pooler() {
    let world = World::new().await;
    let Some(pooler) = Pooler::to(&world.database.app_url) else { return };
    let stores = [(); 2].map(|()| Store::new(pool(&address(pooler.url()), 1)));
    for store in &stores {
        assert_eq!(store.enrol(&Secret::new("AAAA-BBBB-CCCC")).await, Ok(None));
        assert_eq!(store.keep_monitor(&Secret::new("0".repeat(64))).await, Err(Failure::SignedOut));
    }
}

#[tokio::test]
async fn names_of_another_client_are_not_in_the_way() {
    let world = World::new().await;
    a_time_record().insert(&world).await;
    let Some(pooler) = Pooler::to(&world.database.app_url) else { return };
    // As an older medstint leaves them: by name, on the pooler's only connection.
    let mut other = connect(pooler.url()).await;
    for name in 1..20 {
        execute(&mut other, &format!("PREPARE sqlx_s_{name} AS SELECT {name}")).await;
    }
    let token = world.token("north-admin").await;
    assert_eq!(read_queue(&Store::new(pool(&address(pooler.url()), 1)), &token).await, 1);
}

#[tokio::test]
async fn a_direct_connection_keeps_prepared_statements() {
    let world = World::new().await;
    let direct = world.database.app_address();
    direct.check().await.expect("a database that fits");
    assert_eq!(direct.preparation(), Some(Preparation::Direct));
}

#[tokio::test]
async fn a_pooler_without_prepared_statements_is_found() {
    let world = World::new().await;
    let Some(pooler) = Pooler::to(&world.database.app_url) else { return };
    let pooled = address(pooler.url());
    pooled.check().await.expect("a database that fits");
    assert_eq!(pooled.preparation(), Some(Preparation::ByTransaction));
}

#[tokio::test]
async fn a_pooler_that_drops_start_settings_is_not_taken_for_the_server() {
    let world = World::new().await;
    a_time_record().insert(&world).await;
    let Some(pooler) = Pooler::ignoring(&world.database.app_url, "options") else { return };
    let token = world.token("north-admin").await;
    let pooled = address(pooler.url());
    assert_eq!(read_queue(&Store::new(pool(&pooled, 1)), &token).await, 1);
    assert_eq!(pooled.preparation(), Some(Preparation::ByTransaction));
}
