//! Prepared statements and the caller behind a pooler in transaction mode that keeps no
//! prepared statements: several clients share its one connection to the server.

use medstint::domain::list::{List, Rows};
use medstint::domain::query::Query;
use medstint::domain::window::Place;
use medstint::domain::{Failure, Secret};
use medstint::store::sessions::Origin;
use medstint::store::{Address, OwnerConnection, Preparation, Store, listing, migrations, pool, users};

use super::support::database::{connect, execute, value};
use super::support::pooler::Pooler;
use super::support::renamer::Renamer;
use super::support::{World, a_time_record};

fn address(url: &str) -> Address {
    Address::parse(Some(url)).expect("a good URL")
}

/// An operator who came over SSH from an address.
async fn operator(url: &str, from: &str) -> OwnerConnection {
    let origin = Origin { address: Some(from.into()), device: "test".into(), client: "cli" };
    address(url).connect_from(origin).await.expect("a connection")
}

/// The address in the newest event about a person.
async fn audited(world: &World, user: &str) -> String {
    let newest = format!(
        "SELECT coalesce(ip_address, 'none') FROM audit_logs
         WHERE resource_type = 'users' AND resource_id = '{user}' ORDER BY sequence DESC LIMIT 1"
    );
    value(&mut world.owner().await, &newest).await
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
    let through = address(pooler.url());
    through.check().await.expect("a database that fits");
    assert_eq!(through.preparation(), Some(Preparation::ByTransaction));
}

#[tokio::test]
async fn a_pooler_that_keeps_prepared_statements_is_found() {
    let world = World::new().await;
    let pooler = Renamer::to(&world.database.app_url);
    let through = address(pooler.url());
    through.check().await.expect("a database that fits");
    assert_eq!(through.preparation(), Some(Preparation::ByPooler));
}

#[tokio::test]
async fn statements_that_a_pooler_keeps_outlive_their_transaction() {
    let world = World::new().await;
    a_time_record().insert(&world).await;
    let pooler = Renamer::to(&world.database.app_url);
    let token = world.token("north-admin").await;
    let through = address(pooler.url());
    let connections = pool(&through, 1);
    let store = Store::new(connections.clone());
    for _ in 0..2 {
        assert_eq!(read_queue(&store, &token).await, 1);
    }
    assert_ne!(through.preparation(), Some(Preparation::ByTransaction));
    let mut connection = connections.connections().acquire().await.expect("the only connection");
    let kept =
        r"SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'pool\_s\_%' AND statement LIKE '%time_records%'";
    assert!(value::<i64>(&mut connection, kept).await > 0);
}

#[tokio::test]
async fn a_pooler_that_stops_keeping_statements_is_adapted_to() {
    let world = World::new().await;
    a_time_record().insert(&world).await;
    let pooler = Renamer::to(&world.database.app_url);
    let token = world.token("north-admin").await;
    let through = address(pooler.url());
    let store = Store::new(pool(&through, 1));
    for _ in 0..2 {
        assert_eq!(read_queue(&store, &token).await, 1);
    }
    pooler.stop_keeping();
    let failure = store.whoami(&token).await.expect_err("its statement is gone");
    assert!(failure.is_transient(), "{failure}");
    assert_eq!(read_queue(&store, &token).await, 1);
    assert_eq!(through.preparation(), Some(Preparation::ByTransaction));
}

#[tokio::test]
async fn a_pooler_that_drops_start_settings_is_not_taken_for_the_server() {
    let world = World::new().await;
    a_time_record().insert(&world).await;
    let Some(pooler) = Pooler::ignoring(&world.database.app_url, "options") else { return };
    let token = world.token("north-admin").await;
    let through = address(pooler.url());
    assert_eq!(read_queue(&Store::new(pool(&through, 1)), &token).await, 1);
    assert_eq!(through.preparation(), Some(Preparation::ByTransaction));
}

#[tokio::test]
async fn operators_who_share_a_pooler_are_audited_with_their_own_addresses() {
    let world = World::new().await;
    let Some(pooler) = Pooler::to(&world.database.owner_url) else { return };
    let mut first = operator(pooler.url(), "192.0.2.7").await;
    let mut second = operator(pooler.url(), "198.51.100.9").await;
    users::deactivate(&mut first, "preceptor@north.example").await.expect("deactivated");
    users::deactivate(&mut second, "preceptor@south.example").await.expect("deactivated");
    users::deactivate(&mut first, "stranger@north.example").await.expect("deactivated");
    assert_eq!(audited(&world, "north-preceptor").await, "192.0.2.7");
    assert_eq!(audited(&world, "south-preceptor").await, "198.51.100.9");
    assert_eq!(audited(&world, "north-stranger").await, "192.0.2.7");
}

#[tokio::test]
async fn an_operators_address_stays_on_no_pooled_connection() {
    let world = World::new().await;
    let Some(pooler) = Pooler::to(&world.database.owner_url) else { return };
    let mut operator = operator(pooler.url(), "192.0.2.7").await;
    users::deactivate(&mut operator, "preceptor@north.example").await.expect("deactivated");
    let mut next = connect(pooler.url()).await;
    execute(&mut next, "UPDATE users SET is_active = true WHERE id = 'north-preceptor'").await;
    assert_eq!(audited(&world, "north-preceptor").await, "none");
}

#[tokio::test]
async fn migrations_refuse_a_pooler() {
    let world = World::new().await;
    let Some(pooler) = Pooler::to(&world.database.owner_url) else { return };
    let mut through = operator(pooler.url(), "192.0.2.7").await;
    let refused = through.for_migrations().await.expect_err("a pooler is in between").to_string();
    assert!(refused.contains("database.owner_url"), "{refused}");
    let mut direct = operator(&world.database.owner_url, "192.0.2.7").await;
    let connection = direct.for_migrations().await.expect("the server itself");
    assert!(migrations::status(connection).await.expect("a status").iter().all(|step| step.applied));
}
