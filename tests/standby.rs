//! A standby, which takes neither LISTEN nor NOTIFY: each way that leads to one is named.

use medstint::cluster::{Cluster, Durability, Settings};
use medstint::domain::{Change, Link};
use medstint::store::Address;
use medstint::store::changes::{Heard, probe};
use tokio::sync::OnceCell;

use super::pooled::first_words;
use super::support::database::{reap_with_us, scratch, settings};
use super::support::world::now;
use super::support::{Database, World, program};

/// The URL of a standby without a primary, which is started once for the run.
async fn standby() -> String {
    static STARTED: OnceCell<Cluster> = OnceCell::const_new();
    let cluster = STARTED
        .get_or_init(|| async {
            let dir = scratch("standby");
            reap_with_us(&dir);
            // Only with what a standby needs in the server's log of changes.
            let settings = Settings { durability: Durability::Full, ..settings(dir.clone()) };
            let cluster = Cluster::start(&settings).await.expect("a cluster");
            cluster.halt().expect("an end");
            std::fs::write(dir.join("data").join("standby.signal"), "").expect("a file");
            cluster.launch(Durability::Full).expect("a standby");
            cluster
        })
        .await;
    cluster.url("postgres", "postgres")
}

fn address(url: &str) -> Address {
    Address::parse(Some(url)).expect("a good URL")
}

#[tokio::test]
async fn queries_that_lead_to_a_standby_are_named() {
    let primary = Database::migrated().await.app_address();
    let failure = probe(&primary, &address(&standby().await), now).await.expect_err("nothing is sent");
    assert_eq!(
        failure.to_string(),
        "database.url leads to a standby, which accepts no changes. Set it to the primary."
    );
}

#[tokio::test]
async fn a_listen_url_that_leads_to_a_standby_is_named() {
    let primary = Database::migrated().await.app_address();
    let failure = probe(&address(&standby().await), &primary, now).await.expect_err("nothing is heard");
    assert_eq!(
        failure.to_string(),
        "The LISTEN connection leads to a standby. Set database.listen_url to the primary."
    );
}

#[tokio::test]
async fn a_console_that_listens_on_a_standby_is_not_live() {
    let world = World::new().await;
    let words = first_words(&world, &standby().await, &world.database.app_url).await;
    assert_eq!(words, [Heard::Link(Link::Polling { every_s: 5 }), Heard::Change(Change::Resync)]);
}

#[tokio::test]
async fn the_doctor_finds_a_standby() {
    let (code, out, err) = program::run(&["doctor", "--database-url", &standby().await], "").await;
    assert_eq!(code, Some(1), "{out}{err}");
    assert!(out.contains("BAD   database") && out.contains("is read-only (a standby"), "{out}{err}");
}
