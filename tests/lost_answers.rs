//! A COMMIT whose answer is lost may have been made: that is what is told, and the list
//! and `u` know it as soon as the database answers again.

use medstint::domain::command::{Command, Target, What};
use medstint::domain::field::ProgramField;
use medstint::domain::form::{Changed, Form, Value};
use medstint::domain::time_record::{Decide, Seen};
use medstint::domain::{Failure, Secret};
use medstint::store::time_records::{confirm, decide};
use medstint::store::{Address, Bound, Store, command, pool};

use super::support::database::{execute, value};
use super::support::proxy::Proxy;
use super::support::{Console, World, a_time_record};

const DECISION: &str = "medstint.decide_at_once";

/// The store of North's admin by way of a proxy.
async fn through(world: &World, proxy: &Proxy) -> Bound {
    let token = world.token("north-admin").await;
    let store = Store::new(pool(&Address::parse(Some(proxy.url())).expect("a good URL"), 2));
    let actor = store.whoami(&token).await.expect("a good session");
    store.bind(&token, &actor).expect("a good token")
}

async fn status(world: &World) -> String {
    value(&mut world.owner().await, "SELECT string_agg(status::text, ' ' ORDER BY id) FROM time_records").await
}

fn approve() -> Decide {
    Decide::Approve { reason: None }
}

fn undo() -> Decide {
    Decide::Undo { reason: None }
}

#[tokio::test]
async fn a_decision_is_looked_up_where_only_its_answer_was_lost() {
    let world = World::new().await;
    let seen = a_time_record().insert(&world).await;
    let proxy = Proxy::to(&world.database.app_url);
    let bound = through(&world, &proxy).await;
    proxy.lose_commit(DECISION);
    let outcomes = decide(&bound, &[seen], &approve()).await.expect("it is looked up");
    assert_eq!(outcomes[0].result, Ok(2));
}

#[tokio::test]
async fn a_decision_is_unknown_while_nothing_answers() {
    let world = World::new().await;
    let seen = a_time_record().insert(&world).await;
    let proxy = Proxy::to(&world.database.app_url);
    let bound = through(&world, &proxy).await;
    proxy.close_at_commit(DECISION);
    assert_eq!(decide(&bound, &[seen], &approve()).await, Err(Failure::OutcomeUnknown));
    assert_eq!(status(&world).await, "APPROVED");
}

#[tokio::test]
async fn a_decision_that_was_not_made_is_not_confirmed() {
    let world = World::new().await;
    let seen = a_time_record().insert(&world).await;
    let bound = world.bound("north-admin").await;
    let outcomes = confirm(&bound, &[seen], &approve()).await.expect("an answer");
    assert!(matches!(&outcomes[0].result, Err(Failure::Busy(why)) if why.contains("Nothing was changed")));
}

#[tokio::test]
async fn a_decision_of_another_person_is_not_confirmed_as_ones_own() {
    let world = World::new().await;
    let seen = a_time_record().approved().insert(&world).await;
    let bound = world.bound("north-admin-2").await;
    let shown = Seen { version: 1, ..seen };
    let outcomes = confirm(&bound, &[shown], &approve()).await.expect("an answer");
    assert!(matches!(&outcomes[0].result, Err(Failure::Stale(_))), "{:?}", outcomes[0].result);
}

#[tokio::test]
async fn an_undo_is_looked_up_as_a_decision_is() {
    let world = World::new().await;
    let seen = a_time_record().approved().insert(&world).await;
    let proxy = Proxy::to(&world.database.app_url);
    let bound = through(&world, &proxy).await;
    proxy.lose_commit(DECISION);
    let outcomes = decide(&bound, &[seen], &undo()).await.expect("it is looked up");
    assert_eq!(outcomes[0].result, Ok(3));
}

#[tokio::test]
async fn a_form_that_may_have_been_saved_says_so() {
    let world = World::new().await;
    let proxy = Proxy::to(&world.database.app_url);
    let bound = through(&world, &proxy).await;
    proxy.lose_commit("UPDATE programs");
    let text = |text: &str| Value::Text(text.to_owned());
    let edit = Command {
        what: What::Edit(Form::Program),
        targets: vec![Target { id: "north-program".into(), name: "Nursing".into() }],
        changes: vec![Changed { field: ProgramField::Name.into(), old: text("Nursing"), new: text("Midwifery") }],
    };
    assert_eq!(command::run(&bound, &edit).await, Err(Failure::OutcomeUnknown));
}

#[tokio::test]
async fn a_code_of_a_kiosk_that_may_be_used_up_is_not_said_to_be_unused() {
    let world = World::new().await;
    let proxy = Proxy::to(&world.database.app_url);
    let store = Store::new(pool(&Address::parse(Some(proxy.url())).expect("a good URL"), 1));
    proxy.lose_commit("medstint.enrol_kiosk");
    assert_eq!(store.enrol(&Secret::new("AAAA-BBBB-CCCC")).await, Err(Failure::OutcomeUnknown));
}

#[tokio::test]
async fn a_console_that_quits_says_what_was_not_decided() {
    let world = World::new().await;
    a_time_record().insert(&world).await;
    execute(
        &mut world.owner().await,
        "CREATE FUNCTION medstint.full_disk() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
           $$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = '53100'; END $$;
         CREATE TRIGGER z_full_disk BEFORE INSERT ON time_record_decisions
           FOR EACH ROW EXECUTE FUNCTION medstint.full_disk()",
    )
    .await;
    let console = Console::of(&world, "north-admin").await;
    console.shows("1 record").await.shows("▌ North, Stu").await.press("a");
    let told = console.quit().await;
    assert!(told.iter().any(|told| told.starts_with("Not approved.")), "{told:?}");
}

#[tokio::test]
async fn a_commit_that_the_server_refuses_changed_nothing_for_certain() {
    let world = World::new().await;
    let seen = a_time_record().insert(&world).await;
    execute(
        &mut world.owner().await,
        "CREATE FUNCTION medstint.full_disk() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
           $$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = '53100'; END $$;
         CREATE CONSTRAINT TRIGGER z_full_disk AFTER INSERT ON time_record_decisions
           DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION medstint.full_disk()",
    )
    .await;
    let bound = world.bound("north-admin").await;
    let failure = decide(&bound, &[seen], &approve()).await.expect_err("the disk is full");
    assert!(matches!(&failure, Failure::Busy(why) if why.contains("nothing was changed")), "{failure}");
}

#[tokio::test]
async fn the_console_tells_a_lost_commit_and_undoes_it_with_u() {
    let world = World::new().await;
    a_time_record().insert(&world).await;
    let proxy = Proxy::to(&world.database.app_url);
    let console = Console::through(&world, "north-admin", proxy.url()).await;
    console.shows("1 record").await.shows("▌ North, Stu").await.shows("● live").await;
    proxy.close_at_commit(DECISION);
    console.press("a").shows("May have been approved; check the list.").await.hides("● live").await;
    // The rest of the sentence is one key away.
    console.shows("M shows the rest").await.press("M").shows("┌ Message").await.shows("Checking again").await;
    console.press("esc").hides("┌ Message").await;
    proxy.open();
    console.shows("Approved: North, Stu, 8.00 h. u undoes it").await.shows("Nothing is pending.").await;
    console.press("u").shows("Undone: North, Stu is pending again.").await;
    assert_eq!(status(&world).await, "PENDING");
    console.quit().await;
}
