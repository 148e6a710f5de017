//! Rules that need two people need two, even after one has changed how the other signs in.

use medstint::domain::{Failure, Secret};
use medstint::store::sessions::{Origin, SignIn};

use super::support::database::{execute, try_execute, value};
use super::support::world::PASSWORD;
use super::support::{Console, World, a_time_record};

const ORIGIN: Origin = Origin { address: None, device: String::new(), client: "console" };

/// Resets a person's password as an administrator; returns the new password.
async fn reset(world: &World, by: &str, whose: &str) -> String {
    value(&mut world.app_as(by).await, &format!("SELECT medstint.reset_password('{whose}')")).await
}

/// A correction of a pending record, proposed by a person.
async fn proposal(world: &World, by: &str) -> String {
    a_time_record().id("waits").insert(world).await;
    let mut app = world.app_as(by).await;
    let times = "(SELECT version FROM time_records WHERE id = 'waits'), (SELECT clock_in - interval '5 minutes' FROM time_records WHERE id = 'waits'), (SELECT clock_out FROM time_records WHERE id = 'waits')";
    value(&mut app, &format!("SELECT medstint.propose_correction('waits', {times}, 'Forgot')")).await
}

async fn refusal(world: &World, by: &str, sql: &str) -> String {
    let mut app = world.app_as(by).await;
    format!("{:?}", try_execute(&mut app, sql).await.expect_err("refused"))
}

#[tokio::test]
async fn a_password_that_somebody_else_made_opens_a_session_that_only_chooses_another() {
    let world = World::new().await;
    let made = reset(&world, "north-admin", "north-preceptor").await;
    let store = world.database.store();
    let answer = store.sign_in("preceptor@north.example", &Secret::new(made), &ORIGIN).await;
    let Ok(SignIn::ChoosePassword { token }) = answer else { panic!("{answer:?}") };
    assert_eq!(store.whoami(&token).await, Err(Failure::TemporaryPassword));
    let mut app = world.database.app().await;
    execute(&mut app, &format!("SELECT set_config('medstint.session', '{}', false)", token.expose())).await;
    assert_eq!(value::<i64>(&mut app, "SELECT count(*) FROM time_records").await, 0);
}

#[tokio::test]
async fn a_password_of_ones_own_opens_the_session() {
    let world = World::new().await;
    let made = reset(&world, "north-admin", "north-preceptor").await;
    let store = world.database.store();
    let Ok(SignIn::ChoosePassword { token }) =
        store.sign_in("preceptor@north.example", &Secret::new(made.as_str()), &ORIGIN).await
    else {
        panic!("the password is temporary")
    };
    let same = store.choose_password(&token, &Secret::new(made)).await;
    assert!(matches!(same, Err(Failure::Invalid { .. })), "{same:?}");
    store.choose_password(&token, &Secret::new("a password of my own")).await.expect("chosen");
    assert_eq!(store.whoami(&token).await.expect("a session").id.as_str(), "north-preceptor");
}

#[tokio::test]
async fn a_session_with_a_password_of_its_own_chooses_none_by_token() {
    let world = World::new().await;
    let token = world.token("north-preceptor").await;
    let chosen = world.database.store().choose_password(&token, &Secret::new("a password of the thief")).await;
    assert_eq!(chosen, Err(Failure::SignedOut));
}

#[tokio::test]
async fn a_correction_is_not_approved_by_somebody_whose_password_its_proposer_reset() {
    let world = World::new().await;
    let correction = proposal(&world, "north-admin").await;
    reset(&world, "north-admin", "north-admin-2").await;
    let decide = format!("SELECT medstint.decide_correction('{correction}', true)");
    assert!(refusal(&world, "north-admin-2", &decide).await.contains("second_person_is_another"));
}

#[tokio::test]
async fn a_correction_is_not_approved_by_whoever_reset_the_password_of_its_proposer() {
    let world = World::new().await;
    reset(&world, "north-admin", "north-admin-2").await;
    let correction = proposal(&world, "north-admin-2").await;
    let decide = format!("SELECT medstint.decide_correction('{correction}', true)");
    assert!(refusal(&world, "north-admin", &decide).await.contains("second_person_is_another"));
}

#[tokio::test]
async fn two_persons_count_as_two_again_after_a_day() {
    let world = World::new().await;
    let correction = proposal(&world, "north-admin").await;
    reset(&world, "north-admin", "north-admin-2").await;
    execute(
        &mut world.owner().await,
        "UPDATE medstint.credential_changes SET changed_at = changed_at - interval '25 hours'",
    )
    .await;
    let mut app = world.app_as("north-admin-2").await;
    execute(&mut app, &format!("SELECT medstint.decide_correction('{correction}', true)")).await;
}

#[tokio::test]
async fn hours_are_not_approved_by_whoever_could_have_punched_them() {
    for credential in [
        "SELECT medstint.make_pin_code('north-student')",
        "SELECT medstint.set_pin('north-student', '2718')",
        "SELECT medstint.reset_password('north-student')",
        "UPDATE users SET email = 'other@north.example' WHERE id = 'north-student'",
        "UPDATE users SET badge = 'S9' WHERE id = 'north-student'",
        "UPDATE users SET student_id = 'N-9' WHERE id = 'north-student'",
    ] {
        let world = World::new().await;
        execute(&mut world.app_as("north-admin").await, credential).await;
        a_time_record().id("waits").insert(&world).await;
        let approve = "UPDATE time_records SET status = 'APPROVED', approved_by = 'north-admin' WHERE id = 'waits'";
        let why = refusal(&world, "north-admin", approve).await;
        assert!(why.contains("second_person_is_another"), "{credential}: {why}");
        execute(
            &mut world.app_as("north-admin-2").await,
            "UPDATE time_records SET status = 'APPROVED', approved_by = 'north-admin-2' WHERE id = 'waits'",
        )
        .await;
    }
}

#[tokio::test]
async fn a_chain_of_persons_that_one_made_counts_as_one() {
    let world = World::new().await;
    let correction = proposal(&world, "north-preceptor").await;
    // Who proposed made the second administrator, who made the first one.
    execute(
        &mut world.owner().await,
        "INSERT INTO medstint.credential_changes (user_id, changed_by, kind) VALUES
           ('north-admin-2', 'north-preceptor', 'password'), ('north-admin', 'north-admin-2', 'password')",
    )
    .await;
    let decide = format!("SELECT medstint.decide_correction('{correction}', true)");
    assert!(refusal(&world, "north-admin", &decide).await.contains("second_person_is_another"));
}

#[tokio::test]
async fn two_persons_whose_sign_ins_one_changed_count_as_one() {
    let world = World::new().await;
    let correction = proposal(&world, "north-preceptor").await;
    reset(&world, "north-admin-2", "north-preceptor").await;
    reset(&world, "north-admin-2", "north-admin").await;
    let decide = format!("SELECT medstint.decide_correction('{correction}', true)");
    assert!(refusal(&world, "north-admin", &decide).await.contains("second_person_is_another"));
}

#[tokio::test]
async fn an_alert_is_not_acknowledged_by_whom_its_doer_made() {
    let world = World::new().await;
    reset(&world, "north-admin", "north-preceptor").await;
    let mut owner = world.owner().await;
    execute(&mut owner, "SELECT medstint.seal_events('north')").await;
    let alert: String =
        value(&mut owner, "SELECT id FROM alerts WHERE rule_id = 'platform-staff-credential-changed'").await;
    reset(&world, "north-admin", "north-admin-2").await;
    let acknowledge = format!("SELECT medstint.acknowledge_alert('{alert}')");
    assert!(refusal(&world, "north-admin-2", &acknowledge).await.contains("second_person_is_another"));
}

#[tokio::test]
async fn a_temporary_password_listens_to_nothing() {
    let world = World::new().await;
    let made = reset(&world, "north-admin", "north-preceptor").await;
    let answer = world.database.store().sign_in("preceptor@north.example", &Secret::new(made), &ORIGIN).await;
    let Ok(SignIn::ChoosePassword { token }) = answer else { panic!("{answer:?}") };
    let mut app = world.database.app().await;
    let refused = try_execute(&mut app, &format!("SELECT medstint.listen('{}')", token.expose())).await;
    assert!(format!("{refused:?}").contains("MS428"), "{refused:?}");
}

#[tokio::test]
async fn a_changed_sign_in_is_told_to_its_owner_and_the_other_administrators() {
    let world = World::new().await;
    reset(&world, "north-admin", "north-preceptor").await;
    let told: String = value(
        &mut world.owner().await,
        "SELECT string_agg(user_id, ', ' ORDER BY user_id) FROM notifications WHERE type = 'CREDENTIAL_CHANGED'",
    )
    .await;
    assert_eq!(told, "north-admin-2, north-preceptor");
}

#[tokio::test]
async fn a_changed_sign_in_of_the_staff_raises_an_alert() {
    let world = World::new().await;
    reset(&world, "north-admin", "north-preceptor").await;
    let mut owner = world.owner().await;
    execute(&mut owner, "SELECT medstint.seal_events('north')").await;
    let alerted: String = value(
        &mut owner,
        "SELECT string_agg(r.code || ' ' || a.subject, ', ') FROM alerts a JOIN alert_rules r ON r.id = a.rule_id",
    )
    .await;
    assert_eq!(alerted, "staff-credential-changed north-preceptor");
}

#[tokio::test]
async fn every_table_of_credentials_notes_who_changes_them() {
    let world = World::new().await;
    // Sessions are made by signing in, kiosks and codes by devices: none signs in as a person.
    // Changes of passwords are inserted by the function that notes them.
    let missing: String = value(
        &mut world.owner().await,
        "SELECT coalesce(string_agg(DISTINCT c.oid::regclass::text, ', '), '') FROM pg_class c
         JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname IN ('public', 'medstint')
         JOIN pg_attribute who ON who.attrelid = c.oid AND who.attname = 'user_id'
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
           AND (a.attname = ANY (medstint.secret_columns()) OR a.attname LIKE '%\\_hash' OR a.attname LIKE '%token%' OR a.attname LIKE '%credential%' OR a.attname = 'key')
         WHERE c.relkind = 'r' AND c.relname NOT IN ('sessions', 'password_changes')
           AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'e_note_credential')",
    )
    .await;
    assert_eq!(missing, "", "whoever sets these for somebody else can act as them, unnoticed");
}

#[tokio::test]
async fn a_person_chooses_their_own_password_on_the_screen() {
    let world = World::new().await;
    let made = reset(&world, "north-admin", "north-preceptor").await;
    let console = Console::signed_out(&world.database);
    console.shows("Password").await.type_text("preceptor@north.example").press("enter").type_text(&made).press("enter");
    console.shows("Choose your own").await;
    console.type_text("short").press("enter").type_text("short").press("enter").shows("at most 72").await;
    console.type_text("a password of my own").press("enter").type_text("another one, by mistake").press("enter");
    console.shows("The two new passwords differ").await;
    console.type_text("a password of my own").press("enter").type_text("a password of my own").press("enter");
    console.shows("North School").await.shows("(preceptor)").await;
    console.quit().await;
    assert_ne!(PASSWORD, made);
}

/// A preceptor whom an administrator adds, with an address of the administrator's choice.
async fn added(world: &World) -> String {
    let add = "INSERT INTO users (email, given_name, family_name, role)
        VALUES ('ghost@mailbox.example', 'Gus', 'Host', 'CLINICAL_PRECEPTOR') RETURNING id";
    value(&mut world.app_as("north-admin").await, add).await
}

/// Whether `north-admin` counts as the person.
async fn counts_as_admin(world: &World, person: &str) -> bool {
    let counts = format!("SELECT 'north-admin' = ANY (medstint.counts_as('{person}'))");
    value(&mut world.owner().await, &counts).await
}

#[tokio::test]
async fn a_person_counts_as_the_administrator_who_chose_their_first_address() {
    let world = World::new().await;
    let person = added(&world).await;
    assert!(counts_as_admin(&world, &person).await);
}

#[tokio::test]
async fn the_day_of_a_first_address_begins_with_the_web_applications_password() {
    let world = World::new().await;
    let person = added(&world).await;
    let mut owner = world.owner().await;
    let later = "UPDATE medstint.credential_changes SET changed_at = changed_at - interval '25 hours'";
    execute(&mut owner, later).await;
    assert!(!counts_as_admin(&world, &person).await);
    let hash: String = value(&mut owner, &format!("SELECT medstint.password_hash('{PASSWORD}')")).await;
    execute(
        &mut world.database.web().await,
        &format!(
            "SET medstint.actor = '{person}';
             INSERT INTO accounts (user_id, provider_id, account_id, password) VALUES ('{person}', 'credential', '{person}', '{hash}')"
        ),
    )
    .await;
    assert!(counts_as_admin(&world, &person).await);
}

#[tokio::test]
async fn a_first_badge_is_noted() {
    let world = World::new().await;
    let add = "INSERT INTO users (email, given_name, family_name, role, program_id, student_id, badge)
        VALUES ('new@north.example', 'New', 'Student', 'STUDENT', 'north-program', 'N-77', 'B-77') RETURNING id";
    let student: String = value(&mut world.app_as("north-admin").await, add).await;
    let noted = format!(
        "SELECT string_agg(changed_by, ', ') FROM medstint.credential_changes WHERE user_id = '{student}' AND kind = 'badge'"
    );
    assert_eq!(value::<String>(&mut world.owner().await, &noted).await, "north-admin");
}
