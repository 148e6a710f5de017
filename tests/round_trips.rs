//! On a slow path to the database every round trip is a wait of its own: how many there
//! are of them, and what may not happen on the way to fewer. They are counted on an open
//! connection, with statements that are prepared.

use std::cell::Cell;

use medstint::domain::list::{List, Rows};
use medstint::domain::query::Query;
use medstint::domain::time_record::{Decide, Seen, TimeRecord};
use medstint::domain::window::{Around, Key, Page, Place, Slot};
use medstint::domain::{Failure, Secret};
use medstint::store::sessions::{Origin, SignIn};
use medstint::store::time_records::decide;
use medstint::store::{Address, Bound, Store, listing, pool};
use strum::VariantArray;

use super::support::database::{execute, try_execute};
use super::support::proxy::Proxy;
use super::support::world::PASSWORD;
use super::support::{Console, Database, World, a_time_record};
use super::tenancy::full_world;

/// All policies ask these functions who acts: an error where no session was entered.
const STRICT_POLICIES: &str = "
    ALTER FUNCTION medstint.actor() RENAME TO actor_of_session;
    CREATE FUNCTION medstint.actor(OUT session_id text, OUT user_id text, OUT role public.user_role, OUT school_id text)
      LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
      IF coalesce(current_setting('medstint.session', true), '') = '' THEN
        RAISE EXCEPTION 'a policy was evaluated before the session was entered';
      END IF;
      SELECT a.* INTO session_id, user_id, role, school_id FROM medstint.actor_of_session() a;
    END $$";

fn origin() -> Origin {
    Origin { client: "console", ..Origin::default() }
}

/// A store whose only connection goes by way of a proxy.
fn through(proxy: &Proxy) -> Store {
    Store::new(pool(&Address::parse(Some(proxy.url())).expect("a good URL"), 1))
}

/// The same bound to a person; the connection is open.
async fn bound(world: &World, proxy: &Proxy, user: &str) -> Bound {
    let (store, token) = (through(proxy), world.token(user).await);
    let actor = store.whoami(&token).await.expect("a good session");
    store.bind(&token, &actor).expect("a good token")
}

/// The round trips that a person waited for since the last call, without those that prepare
/// a statement once or return a connection to the pool.
fn waited_for(proxy: &Proxy) -> Vec<String> {
    let counts = |sent: &String| !sent.starts_with('P') && !sent.starts_with('S') && !sent.contains("ROLLBACK");
    proxy.take_round_trips().into_iter().filter(counts).collect()
}

async fn page(bound: &Bound, list: List, place: &Place<Key>) -> Result<Rows, Failure> {
    listing::page(bound, list, &Query::default(), place, 10).await
}

#[tokio::test]
async fn a_decision_takes_three_round_trips() {
    let world = World::new().await;
    let shown = a_time_record().insert(&world).await;
    let proxy = Proxy::to(&world.database.app_url);
    let bound = bound(&world, &proxy, "north-admin").await;
    waited_for(&proxy);
    let steps = [Decide::Approve { reason: None }, Decide::Undo { reason: None }, Decide::ApproveClean];
    for (version, step) in (1..).zip(steps) {
        let seen = Seen { version, ..shown.clone() };
        let outcomes = decide(&bound, &[seen], &step).await.expect("an answer");
        assert_eq!(outcomes[0].result, Ok(version + 1));
        let sent = waited_for(&proxy);
        assert!(sent.len() <= 3, "{step:?}: {sent:#?}");
    }
}

#[tokio::test]
async fn a_decision_that_somebody_else_made_first_takes_three_round_trips() {
    let world = World::new().await;
    let shown = a_time_record().approved().insert(&world).await;
    let proxy = Proxy::to(&world.database.app_url);
    let bound = bound(&world, &proxy, "north-admin-2").await;
    waited_for(&proxy);
    let seen = Seen { version: 1, ..shown };
    let outcomes = decide(&bound, &[seen], &Decide::Approve { reason: None }).await.expect("an answer");
    assert!(matches!(outcomes[0].result, Err(Failure::Stale(_))), "{:?}", outcomes[0].result);
    let sent = waited_for(&proxy);
    assert!(sent.len() <= 3, "{sent:#?}");
}

#[tokio::test]
async fn a_page_takes_two_round_trips_wherever_it_begins() {
    let world = World::new().await;
    for _ in 0..5 {
        a_time_record().insert(&world).await;
    }
    let proxy = Proxy::to(&world.database.app_url);
    let bound = bound(&world, &proxy, "north-admin").await;
    let rows = page(&bound, List::TimeRecords, &Place::Start).await.expect("a page");
    let rows: Page<Slot<TimeRecord>> = rows.try_into().expect("time records");
    let (first, third) = (rows.rows[0].key().clone(), rows.rows[2].key().clone());
    // A record that is gone is looked for besides.
    let gone = Key::new(vec![third.columns[0].clone(), third.columns[1].clone(), "no such record".into()]);
    let around = |key: &Key| Place::Around(Around { key: key.clone(), above: 2, since: Some(first.clone()) });
    waited_for(&proxy);
    for place in [
        Place::Start,
        Place::End,
        Place::After(first.clone()),
        Place::Before(third.clone()),
        Place::From(third.clone()),
        around(&third),
        around(&gone),
    ] {
        page(&bound, List::TimeRecords, &place).await.expect("a page");
        let sent = waited_for(&proxy);
        assert!(sent.len() <= 2, "{place:?}: {sent:#?}");
    }
}

#[tokio::test]
async fn a_total_takes_two_round_trips() {
    let world = World::new().await;
    let proxy = Proxy::to(&world.database.app_url);
    let bound = bound(&world, &proxy, "north-admin").await;
    waited_for(&proxy);
    listing::total(&bound, List::TimeRecords, &Query::default()).await.expect("a total");
    let sent = waited_for(&proxy);
    assert!(sent.len() <= 2, "{sent:#?}");
}

#[tokio::test]
async fn all_lists_share_one_prepared_statement() {
    let world = World::new().await;
    let proxy = Proxy::to(&world.database.app_url);
    let bound = bound(&world, &proxy, "north-admin").await;
    page(&bound, List::TimeRecords, &Place::Start).await.expect("a page");
    proxy.take_round_trips();
    for list in List::VARIANTS {
        page(&bound, *list, &Place::Start).await.expect("a page");
    }
    let prepared: Vec<String> = proxy.take_round_trips().into_iter().filter(|sent| sent.starts_with('P')).collect();
    assert!(prepared.is_empty(), "{prepared:#?}");
}

#[tokio::test]
async fn the_time_limit_of_the_server_is_set_before_the_statement_that_it_holds_for() {
    let world = World::new().await;
    let proxy = Proxy::to(&world.database.app_url);
    let bound = bound(&world, &proxy, "north-admin").await;
    waited_for(&proxy);
    page(&bound, List::TimeRecords, &Place::Start).await.expect("a page");
    let sent = waited_for(&proxy);
    assert!(sent[0].contains("statement_timeout"), "{sent:#?}");
}

#[tokio::test]
async fn the_first_rows_come_five_round_trips_after_the_password() {
    let world = World::new().await;
    a_time_record().insert(&world).await;
    let proxy = Proxy::to(&world.database.app_url);
    let store = through(&proxy);
    // Opens the connection.
    store.whoami(&world.token("north-admin").await).await.expect("a good session");
    waited_for(&proxy);
    let answer = store.sign_in("admin@north.example", &Secret::new(PASSWORD), &origin()).await.expect("an answer");
    let SignIn::Welcome { token, actor } = answer else { panic!("{answer:?}") };
    let bound = store.bind(&token, &actor).expect("a good token");
    page(&bound, List::TimeRecords, &Place::Start).await.expect("a page");
    let sent = waited_for(&proxy);
    assert!(sent.len() <= 5, "{sent:#?}");
}

#[tokio::test]
async fn no_policy_is_evaluated_before_the_session_is_entered() {
    let world = full_world().await;
    let shown = a_time_record().insert(&world).await;
    let (admin, platform) = (world.bound("north-admin").await, world.bound("super").await);
    execute(&mut world.owner().await, STRICT_POLICIES).await;
    let early = try_execute(&mut world.database.app().await, "SELECT FROM time_records").await;
    assert!(early.expect_err("the policies are strict").to_string().contains("before the session"));

    for list in List::VARIANTS {
        let bound = if *list == List::Schools { &platform } else { &admin };
        page(bound, *list, &Place::Start).await.expect("a page");
        page(bound, *list, &Place::End).await.expect("a page");
        listing::total(bound, *list, &Query::default()).await.expect("a total");
    }
    let outcomes = decide(&admin, &[shown], &Decide::Approve { reason: None }).await.expect("an answer");
    assert_eq!(outcomes[0].result, Ok(2));
}

#[tokio::test]
async fn a_session_that_has_ended_is_found_before_any_policy_is_evaluated() {
    let world = World::new().await;
    let shown = a_time_record().insert(&world).await;
    let store = world.database.store();
    let (_, actor) = world.signed_in("north-admin").await;
    let nobody = store.bind(&Secret::new("0".repeat(64)), &actor).expect("what may be a token");
    execute(&mut world.owner().await, STRICT_POLICIES).await;
    assert_eq!(page(&nobody, List::TimeRecords, &Place::Start).await, Err(Failure::SignedOut));
    let total = listing::total(&nobody, List::TimeRecords, &Query::default()).await;
    assert_eq!(total, Err(Failure::SignedOut));
    let outcomes = decide(&nobody, &[shown], &Decide::Approve { reason: None }).await;
    assert_eq!(outcomes, Err(Failure::SignedOut));
}

/// The beginning of what a client sends first on a new connection.
const START_UP: &str = "user.medstint_app";

#[tokio::test]
async fn signing_in_waits_for_no_new_connection() {
    let world = World::new().await;
    let proxy = Proxy::to(&world.database.app_url);
    let console = Console::signed_out(&Database { app_url: proxy.url().to_owned(), ..world.database.clone() });
    console.shows("Email").await;
    let opened = Cell::new(0);
    // The pool resets each connection that comes back to it, and is quiet then.
    console
        .until("open connections", |_| {
            let sent = proxy.take_round_trips();
            opened.set(opened.get() + sent.iter().filter(|sent| sent.contains("BEGIN; ROLLBACK")).count());
            opened.get() >= 2 && sent.is_empty()
        })
        .await;
    console.type_text("admin@north.example").press("enter").type_text(PASSWORD).press("enter");
    console.shows("Nothing is pending.").await;
    let sent = proxy.take_round_trips();
    let signed_in = sent.iter().position(|sent| sent.contains("medstint.given")).unwrap_or_else(|| panic!("{sent:#?}"));
    assert!(!sent[..signed_in].iter().any(|sent| sent.contains(START_UP)), "{sent:#?}");
    console.quit().await;
}
