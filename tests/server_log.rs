//! Secrets in the log of a server that logs statements with their values. Here it logs all
//! of them, as it logs slow ones elsewhere.

use medstint::domain::command::{Command, Target, What};
use medstint::domain::field::PinField;
use medstint::domain::form::{Changed, Form, Value};
use medstint::domain::list::List;
use medstint::domain::punch::JournalState;
use medstint::domain::query::Query;
use medstint::domain::time_record::Decide;
use medstint::domain::window::Place;
use medstint::domain::{Failure, Link, Secret};
use medstint::kiosk::Clock;
use medstint::store::changes::{Heard, Hub};
use medstint::store::kiosk::Health;
use medstint::store::sessions::{Origin, SignIn, Unlock};
use medstint::store::time_records::decide;
use medstint::store::{audit, command, listing, pool, sessions};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::support::database::{cluster, connect, execute, scratch, value};
use super::support::door::{Hands, enrolled};
use super::support::world::{PASSWORD, now};
use super::support::{PATIENCE, World, a_time_record};

const LOGS_ALL: [&str; 3] =
    ["log_min_duration_statement = 0", "log_parameter_max_length = -1", "log_parameter_max_length_on_error = -1"];

/// A world whose server logs what the console's role sends.
async fn logged_world() -> World {
    let world = World::new().await;
    let mut admin = connect(&cluster().url("postgres", "postgres")).await;
    for setting in LOGS_ALL {
        let sql = format!("ALTER ROLE medstint_app IN DATABASE {} SET {setting}", world.database.name);
        execute(&mut admin, &sql).await;
    }
    world
}

/// The logged statements that have a text in them or in their values.
fn logged_with(text: &str) -> Vec<String> {
    let log = std::fs::read(scratch("tests").join("server.log")).expect("the server's log");
    let log = String::from_utf8_lossy(&log);
    log.split(" LOG:  ").filter(|statement| statement.contains(text)).map(str::to_owned).collect()
}

/// A statement that is fast and does nothing else is logged with the secret.
fn assert_only_handed_over(secret: &str) {
    let statements = logged_with(secret);
    assert!(!statements.is_empty(), "the server logs no values");
    for statement in statements {
        assert!(statement.contains("set_config('medstint.typed', $1, true)"), "{statement}");
    }
}

fn assert_not_logged(token: &Secret) {
    assert_eq!(logged_with(token.expose()), Vec::<String>::new());
}

#[tokio::test]
async fn a_session_token_is_in_no_logged_statement() {
    let world = logged_world().await;
    let shown = a_time_record().insert(&world).await;
    let bound = world.bound("north-admin").await;
    listing::page(&bound, List::TimeRecords, &Query::default(), &Place::Start, 10).await.expect("a page");
    listing::total(&bound, List::TimeRecords, &Query::default()).await.expect("a total");
    let outcomes = decide(&bound, &[shown], &Decide::Approve { reason: None }).await.expect("an answer");
    assert_eq!(outcomes[0].result, Ok(2));
    audit::watch(&bound).await.expect("watched");
    assert!(!logged_with("medstint.read_page(").is_empty(), "the server logs no statements");
    assert_not_logged(&bound.token());
}

#[tokio::test]
async fn the_token_of_a_locked_session_is_in_no_logged_statement() {
    let world = logged_world().await;
    let (store, bound) = (world.database.store(), world.bound("north-admin").await);
    let token = bound.token();
    sessions::lock(&bound).await.expect("locked");
    assert!(store.locked_session(&token).await.expect("an answer").is_some());
    assert_eq!(store.unlock(&token, &Secret::new(PASSWORD)).await, Ok(Unlock::Open));
    assert_not_logged(&token);
}

#[tokio::test]
async fn the_token_of_a_session_with_a_temporary_password_is_in_no_logged_statement() {
    let world = logged_world().await;
    let token = world.token("north-admin").await;
    let refused = world.database.store().choose_password(&token, &Secret::new("chosen anew 8675301")).await;
    assert_eq!(refused, Err(Failure::SignedOut));
    assert_not_logged(&token);
}

#[tokio::test]
async fn a_monitor_token_is_in_no_logged_statement() {
    let world = logged_world().await;
    let (store, token) = (world.database.store(), world.token("north-admin").await);
    assert_eq!(store.keep_monitor(&token).await, Err(Failure::SignedOut));
    assert_eq!(store.end_monitor(&token).await, Ok(()));
    assert_not_logged(&token);
}

#[tokio::test]
async fn the_credential_of_a_kiosk_is_in_no_logged_statement() {
    let world = logged_world().await;
    let credential = enrolled(&world).await;
    let (door, clock) = (world.database.store().at_door(credential.clone()), Hands::in_boot("x").read());
    let journal = JournalState { waiting: 0, stranded: 0, trouble: None };
    door.hello(Health { version: "0.1.0", clock: clock.wall, journal }).await.expect("a kiosk");
    let attempt = door.begin_pin("S1", &Secret::new("8675302")).await.expect("an attempt");
    door.leave(&attempt).await.expect("an answer");
    door.sync(&clock, &[]).await.expect("an answer");
    assert_not_logged(&credential);
    assert_not_logged(&attempt);
}

#[tokio::test]
async fn a_pin_is_logged_only_where_it_is_handed_over() {
    let world = logged_world().await;
    let door = world.database.store().at_door(enrolled(&world).await);
    door.begin_pin("S1", &Secret::new("8675303")).await.expect("an attempt");
    assert_only_handed_over("8675303");
}

#[tokio::test]
async fn a_pin_that_an_administrator_sets_is_logged_only_where_it_is_handed_over() {
    let world = logged_world().await;
    let typed = |field: PinField| Changed {
        field: field.into(),
        old: Value::Nothing,
        new: Value::Secret(Secret::new("8675304")),
    };
    let set = Command {
        what: What::Edit(Form::Pin),
        targets: vec![Target { id: "north-student".into(), name: "it".into() }],
        changes: vec![typed(PinField::New), typed(PinField::Again)],
    };
    command::run(&world.bound("north-admin").await, &set).await.expect("a PIN");
    assert_only_handed_over("8675304");
}

#[tokio::test]
async fn a_code_of_a_kiosk_is_logged_only_where_it_is_handed_over() {
    let world = logged_world().await;
    assert_eq!(world.database.store().enrol(&Secret::new("AAAA-8675-305B")).await, Ok(None));
    assert_only_handed_over("AAAA-8675-305B");
}

#[tokio::test]
async fn passwords_are_logged_only_where_they_are_handed_over() {
    let world = logged_world().await;
    let (guess, fresh) = (Secret::new("a guess 8675306"), Secret::new("another one 8675307"));
    let origin = Origin { client: "console", ..Origin::default() };
    let refused = world.database.store().sign_in("admin@north.example", &guess, &origin).await;
    assert_eq!(refused, Ok(SignIn::Refused));
    let bound = world.bound("north-preceptor").await;
    assert_eq!(sessions::change_password(&bound, &Secret::new(PASSWORD), &fresh).await, Ok(Unlock::Open));
    assert_only_handed_over("8675306");
    assert_only_handed_over("8675307");
}

#[tokio::test]
async fn neither_tokens_nor_channels_of_a_hub_are_in_a_logged_statement() {
    let world = logged_world().await;
    let address = world.database.app_address();
    let hub = Hub::new(address.clone(), pool(&address, 2), now);
    let token = world.token("north-admin").await;
    let (say, mut heard) = mpsc::channel(8);
    let owner = token.clone();
    let listening = tokio::spawn(async move { hub.listen(owner, say).await });
    let live = async { while heard.recv().await.expect("a hub") != Heard::Link(Link::Live) {} };
    timeout(PATIENCE, live).await.expect("it is live");
    let channel: String = value(&mut world.owner().await, "SELECT medstint.channel('north')").await;
    assert!(!logged_with("medstint.listen_for").is_empty(), "the server logs no values");
    assert_not_logged(&token);
    assert_eq!(logged_with(&channel), Vec::<String>::new());
    listening.abort();
}
