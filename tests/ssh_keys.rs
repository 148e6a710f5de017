//! SSH keys of people: what they open, what ends them, and whose they can be.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use medstint::domain::command::{Command, Step, Target, What};
use medstint::domain::field::SshKeyField;
use medstint::domain::form::{Changed, Form, Value};
use medstint::domain::lookup::Reference;
use medstint::domain::public_key::PublicKey;
use medstint::domain::{Failure, Secret};
use medstint::store::sessions::{Origin, SignIn};
use medstint::store::{command, keys};
use sqlx::PgConnection;

use super::support::database::{connect, execute, try_execute, value};
use super::support::{World, program};

const ORIGIN: Origin = Origin { address: None, device: String::new(), client: "console" };

/// An Ed25519 key of its own for each number.
fn blob(number: u8) -> Vec<u8> {
    [b"\0\0\0\x0bssh-ed25519\0\0\0\x20".as_slice(), &[number; 32]].concat()
}

fn key(number: u8) -> PublicKey {
    PublicKey::from_blob(&blob(number)).expect("a key")
}

fn line(number: u8) -> String {
    format!("ssh-ed25519 {} someone@laptop", STANDARD.encode(blob(number)))
}

/// The call that adds a key for a person.
fn adds(person: &str, number: u8) -> String {
    format!("SELECT medstint.add_key('{person}', decode('{}', 'base64'), 'laptop')", STANDARD.encode(blob(number)))
}

/// Adds a key for a person; returns its id.
async fn add(world: &World, by: &str, person: &str, number: u8) -> String {
    value(&mut world.app_as(by).await, &adds(person, number)).await
}

async fn sign_in(world: &World, number: u8) -> SignIn {
    world.database.serving_store().sign_in_by_key(&key(number), &ORIGIN).await.expect("an answer")
}

async fn token(world: &World, number: u8) -> Secret {
    match sign_in(world, number).await {
        SignIn::Welcome { token, .. } => token,
        other => panic!("{other:?}"),
    }
}

/// An RSA key of so many bits, as an expression of SQL.
fn rsa(bits: usize) -> String {
    let mut modulus = vec![0xff_u8; bits / 8];
    modulus.insert(0, 0);
    let fields = [b"ssh-rsa".as_slice(), &[1, 0, 1], &modulus].map(|field| {
        let size = u32::try_from(field.len()).expect("a short field").to_be_bytes();
        [size.as_slice(), field].concat()
    });
    format!("decode('{}', 'base64')", STANDARD.encode(fields.concat()))
}

/// Whether a person counts as `north-admin`.
async fn counts_as_admin(world: &World, person: &str) -> bool {
    let counts = format!("SELECT 'north-admin' = ANY (medstint.counts_as('{person}'))");
    value(&mut world.owner().await, &counts).await
}

async fn a_day_passes(world: &World) {
    let later = "UPDATE medstint.credential_changes SET changed_at = changed_at - interval '25 hours'";
    execute(&mut world.owner().await, later).await;
}

#[tokio::test]
async fn a_key_opens_a_session_of_its_owner() {
    let world = World::new().await;
    add(&world, "north-preceptor", "north-preceptor", 1).await;
    let SignIn::Welcome { token, actor } = sign_in(&world, 1).await else { panic!("no session") };
    assert_eq!(actor.id.as_str(), "north-preceptor");
    assert_eq!(world.database.store().whoami(&token).await.expect("a session"), actor);
}

#[tokio::test]
async fn a_key_opens_a_monitors_session() {
    let world = World::new().await;
    add(&world, "north-admin", "north-admin", 1).await;
    let origin = Origin { client: "monitor", ..ORIGIN };
    let answer = world.database.serving_store().sign_in_by_key(&key(1), &origin).await;
    let Ok(SignIn::Welcome { token, actor }) = answer else { panic!("{answer:?}") };
    assert_eq!(actor.id.as_str(), "north-admin");
    world.database.store().keep_monitor(&token).await.expect("a monitor's session");
}

#[tokio::test]
async fn refuses_keys_of_nobody() {
    let world = World::new().await;
    assert_eq!(sign_in(&world, 1).await, SignIn::Refused);
}

#[tokio::test]
async fn only_keys_of_people_are_known() {
    let world = World::new().await;
    add(&world, "north-student", "north-student", 1).await;
    let serving = world.database.serving_store();
    assert_eq!(serving.is_known_key(&key(1)).await, Ok(true));
    assert_eq!(serving.is_known_key(&key(2)).await, Ok(false));
}

#[tokio::test]
async fn a_sign_in_by_key_is_recorded_with_its_fingerprint() {
    let world = World::new().await;
    add(&world, "north-student", "north-student", 1).await;
    token(&world, 1).await;
    let told: String = value(
        &mut world.owner().await,
        "SELECT changes::jsonb #>> '{fingerprint,new}' FROM audit_logs WHERE action = 'auth.signed_in'",
    )
    .await;
    assert_eq!(told, key(1).fingerprint());
}

#[tokio::test]
async fn the_use_of_a_key_is_no_change_of_it() {
    let world = World::new().await;
    add(&world, "north-student", "north-student", 1).await;
    token(&world, 1).await;
    assert_eq!(world.count("user_keys WHERE last_used_at IS NOT NULL").await, 1);
    assert_eq!(world.count("audit_logs WHERE action = 'user_key.updated'").await, 0);
}

#[tokio::test]
async fn refuses_keys_of_inactive_people() {
    let world = World::new().await;
    add(&world, "north-student", "north-student", 1).await;
    execute(&mut world.owner().await, "UPDATE users SET is_active = false WHERE id = 'north-student'").await;
    assert_eq!(sign_in(&world, 1).await, SignIn::Refused);
}

#[tokio::test]
async fn refuses_keys_of_inactive_schools() {
    let world = World::new().await;
    add(&world, "north-student", "north-student", 1).await;
    execute(&mut world.owner().await, "UPDATE schools SET is_active = false WHERE id = 'north'").await;
    assert_eq!(sign_in(&world, 1).await, SignIn::Refused);
}

#[tokio::test]
async fn a_refused_key_is_recorded_five_times_at_most() {
    let world = World::new().await;
    add(&world, "north-student", "north-student", 1).await;
    execute(&mut world.owner().await, "UPDATE users SET is_active = false WHERE id = 'north-student'").await;
    for _ in 0..7 {
        sign_in(&world, 1).await;
    }
    assert_eq!(world.count("audit_logs WHERE action = 'auth.sign_in_failed'").await, 5);
}

#[tokio::test]
async fn a_locked_out_person_is_locked_out_with_a_key_too() {
    let world = World::new().await;
    add(&world, "north-student", "north-student", 1).await;
    execute(
        &mut world.owner().await,
        "INSERT INTO medstint.password_attempts (id, realm, subject, tried, is_counted, client)
         SELECT n::text, 'sign_in', 'student@north.example', repeat('x', 60), true, 'console' FROM generate_series(1, 5) n",
    )
    .await;
    assert!(matches!(sign_in(&world, 1).await, SignIn::Locked { .. }));
}

#[tokio::test]
async fn a_temporary_password_is_replaced_before_a_key_opens_anything() {
    let world = World::new().await;
    add(&world, "north-preceptor", "north-preceptor", 1).await;
    execute(&mut world.app_as("north-admin").await, "SELECT medstint.reset_password('north-preceptor')").await;
    let SignIn::ChoosePassword { token } = sign_in(&world, 1).await else { panic!("no restricted session") };
    assert_eq!(world.database.store().whoami(&token).await, Err(Failure::TemporaryPassword));
}

#[tokio::test]
async fn a_password_reset_ends_sessions_of_keys() {
    let world = World::new().await;
    add(&world, "north-preceptor", "north-preceptor", 1).await;
    let token = token(&world, 1).await;
    execute(&mut world.app_as("north-admin").await, "SELECT medstint.reset_password('north-preceptor')").await;
    assert!(world.has_ended(&token).await);
}

#[tokio::test]
async fn one_key_opens_300_sessions_a_minute() {
    let world = World::new().await;
    let id = add(&world, "north-student", "north-student", 1).await;
    let fill = format!(
        "INSERT INTO sessions (user_id, token, expires_at, key_id)
         SELECT 'north-student', encode(sha256(n::text::bytea), 'hex'), now() + interval '1 hour', '{id}' FROM generate_series(1, 300) n"
    );
    execute(&mut world.owner().await, &fill).await;
    let answer = world.database.serving_store().sign_in_by_key(&key(1), &ORIGIN).await;
    assert!(matches!(answer, Err(Failure::Denied(_))), "{answer:?}");
}

/// A transaction of the role that exchanges keys, begun with a session of the first key.
async fn transaction_with_a_session(world: &World) -> PgConnection {
    let mut serving = connect(&world.database.serve_url).await;
    execute(&mut serving, "BEGIN").await;
    execute(&mut serving, &opens(1)).await;
    serving
}

/// The call that exchanges a key for a session.
fn opens(number: u8) -> String {
    format!("SELECT medstint.open_session_by_key(decode('{}', 'base64'))", STANDARD.encode(blob(number)))
}

#[tokio::test]
async fn a_transaction_opens_one_session_with_a_key() {
    let world = World::new().await;
    add(&world, "north-student", "north-student", 1).await;
    let mut serving = transaction_with_a_session(&world).await;
    let refused = try_execute(&mut serving, &opens(1)).await;
    assert!(format!("{refused:?}").contains("user_keys_sessions_per_minute"), "{refused:?}");
}

#[tokio::test]
async fn a_savepoint_hides_no_session_of_its_transaction() {
    let world = World::new().await;
    add(&world, "north-student", "north-student", 1).await;
    let mut serving = transaction_with_a_session(&world).await;
    execute(&mut serving, "SAVEPOINT second").await;
    let refused = try_execute(&mut serving, &opens(1)).await;
    assert!(format!("{refused:?}").contains("user_keys_sessions_per_minute"), "{refused:?}");
}

#[tokio::test]
async fn transactions_open_sessions_with_one_key_side_by_side() {
    let world = World::new().await;
    add(&world, "north-student", "north-student", 1).await;
    let _open = transaction_with_a_session(&world).await;
    token(&world, 1).await;
}

#[tokio::test]
async fn a_session_begins_when_its_key_is_exchanged() {
    let world = World::new().await;
    add(&world, "north-student", "north-student", 1).await;
    let mut serving = connect(&world.database.serve_url).await;
    execute(&mut serving, "BEGIN; SELECT pg_sleep(0.05)").await;
    execute(&mut serving, &format!("{}; COMMIT", opens(1))).await;
    // The row's `updated_at` is the time at which the transaction began.
    assert_eq!(world.count("sessions WHERE created_at >= updated_at + interval '25 ms'").await, 1);
}

#[tokio::test]
async fn removing_a_key_ends_its_sessions() {
    let world = World::new().await;
    let id = add(&world, "north-preceptor", "north-preceptor", 1).await;
    let token = token(&world, 1).await;
    execute(&mut world.app_as("north-admin").await, &format!("SELECT medstint.remove_key('{id}')")).await;
    assert!(world.has_ended(&token).await);
}

#[tokio::test]
async fn a_session_removes_the_key_that_opened_it() {
    let world = World::new().await;
    let id = add(&world, "north-preceptor", "north-preceptor", 1).await;
    let token = token(&world, 1).await;
    let mut app = world.database.app().await;
    execute(&mut app, &format!("SELECT set_config('medstint.session', '{}', false)", token.expose())).await;
    execute(&mut app, &format!("SELECT medstint.remove_key('{id}')")).await;
    let by: String =
        value(&mut world.owner().await, "SELECT user_id FROM audit_logs WHERE action = 'auth.key_removed'").await;
    assert_eq!(by, "north-preceptor");
    assert!(world.has_ended(&token).await);
}

#[tokio::test]
async fn other_sessions_outlive_a_removed_key() {
    let world = World::new().await;
    let id = add(&world, "north-preceptor", "north-preceptor", 1).await;
    let mine = world.token("north-preceptor").await;
    execute(&mut world.app_as("north-preceptor").await, &format!("SELECT medstint.remove_key('{id}')")).await;
    assert!(!world.has_ended(&mine).await);
}

#[tokio::test]
async fn a_removal_waits_for_no_transaction() {
    let world = World::new().await;
    let id = add(&world, "north-preceptor", "north-preceptor", 1).await;
    let token = token(&world, 1).await;
    let remove = format!("SELECT medstint.remove_key('{id}')");
    let mut holder = world.app_as("north-preceptor").await;
    execute(&mut holder, &format!("BEGIN; {remove}")).await;
    let mut admin = world.app_as("north-admin").await;
    execute(&mut admin, "SET lock_timeout = '50ms'").await;
    execute(&mut admin, &remove).await;
    execute(&mut holder, "ROLLBACK").await;
    assert!(world.has_ended(&token).await);
    assert_eq!(sign_in(&world, 1).await, SignIn::Refused);
}

#[tokio::test]
async fn a_removal_of_a_held_row_is_applied_by_the_next_report() {
    let world = World::new().await;
    let id = add(&world, "north-preceptor", "north-preceptor", 1).await;
    token(&world, 1).await;
    let mut owner = world.owner().await;
    execute(&mut owner, "BEGIN; SELECT FROM user_keys FOR UPDATE; SELECT FROM sessions FOR UPDATE").await;
    execute(&mut world.owner().await, &format!("SELECT medstint.end_key('{id}')")).await;
    execute(&mut owner, "ROLLBACK; SELECT medstint.report_attempts()").await;
    assert_eq!(world.count("user_keys WHERE removed_at IS NULL").await, 0);
    assert_eq!(world.count("sessions WHERE key_id IS NOT NULL AND revoked_at IS NULL").await, 0);
}

#[tokio::test]
async fn everything_that_takes_a_sessions_token_asks_for_its_key() {
    let world = World::new().await;
    let missing: String = value(
        &mut world.owner().await,
        "SELECT coalesce(string_agg(p.proname, ', '), '') FROM pg_proc p WHERE p.pronamespace = 'medstint'::regnamespace
           AND p.prosrc LIKE '%medstint.is_newest_change(%' AND p.prosrc NOT LIKE '%medstint.key_holds(s.key_id, s.user_id)%'",
    )
    .await;
    assert_eq!(missing, "", "sessions of removed keys are good here");
}

#[tokio::test]
async fn a_key_belongs_to_one_person() {
    let world = World::new().await;
    add(&world, "north-student", "north-student", 1).await;
    let again = try_execute(&mut world.app_as("south-student").await, &adds("south-student", 1)).await;
    assert!(format!("{again:?}").contains("user_keys_of_one_person"), "{again:?}");
}

#[tokio::test]
async fn a_removed_key_can_be_added_by_someone_else() {
    let world = World::new().await;
    let id = add(&world, "north-student", "north-student", 1).await;
    execute(&mut world.app_as("north-student").await, &format!("SELECT medstint.remove_key('{id}')")).await;
    add(&world, "north-student-2", "north-student-2", 1).await;
    let SignIn::Welcome { actor, .. } = sign_in(&world, 1).await else { panic!("no session") };
    assert_eq!(actor.id.as_str(), "north-student-2");
}

#[tokio::test]
async fn the_database_refuses_weak_keys() {
    let world = World::new().await;
    let mut student = world.app_as("north-student").await;
    for weak in [
        // Too short, of another algorithm, and an RSA key of 2048 bits.
        "'\\x00'",
        "decode('0000000b7373682d6564323535313900000004', 'hex') || '\\x01020304'",
        "decode('000000077373682d6473730000000101', 'hex')",
        "decode('000000077373682d727361000000030100010000010100', 'hex') || decode(repeat('ff', 256), 'hex')",
    ] {
        let refused = try_execute(&mut student, &format!("SELECT medstint.add_key('north-student', {weak}, '')")).await;
        assert!(format!("{refused:?}").contains("user_keys_is_strong"), "{weak}: {refused:?}");
    }
}

#[tokio::test]
async fn accepts_rsa_keys_up_to_8192_bits() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    for (bits, expected) in [(8_192, true), (8_200, false)] {
        let asks = format!("SELECT medstint.key_algorithm({}) IS NOT NULL", rsa(bits));
        assert_eq!(value::<bool>(&mut owner, &asks).await, expected, "{bits} bits");
    }
}

#[tokio::test]
async fn others_add_no_keys() {
    let world = World::new().await;
    for (by, person) in
        [("north-preceptor", "north-student"), ("south-admin", "north-student"), ("north-admin", "super")]
    {
        let refused = try_execute(&mut world.app_as(by).await, &adds(person, 1)).await;
        assert!(format!("{refused:?}").contains("user_keys_by_owner_or_administrator"), "{by}: {refused:?}");
    }
}

#[tokio::test]
async fn others_remove_no_keys() {
    let world = World::new().await;
    let id = add(&world, "north-student", "north-student", 1).await;
    for by in ["north-student-2", "north-preceptor", "south-admin"] {
        let removed: bool = value(&mut world.app_as(by).await, &format!("SELECT medstint.remove_key('{id}')")).await;
        assert!(!removed, "{by}");
    }
    assert!(matches!(sign_in(&world, 1).await, SignIn::Welcome { .. }));
}

#[tokio::test]
async fn keys_of_super_admins_are_in_no_school() {
    let world = World::new().await;
    add(&world, "super", "super", 1).await;
    let mut admin = world.app_as("north-admin").await;
    assert_eq!(value::<i64>(&mut admin, "SELECT count(*) FROM user_keys").await, 0);
}

#[tokio::test]
async fn keys_follow_their_owner_to_another_school() {
    let world = World::new().await;
    add(&world, "north-stranger", "north-stranger", 1).await;
    let moves = "UPDATE users SET school_id = 'south' WHERE id = 'north-stranger'";
    execute(&mut world.database.web().await, moves).await;
    let school: String = value(&mut world.owner().await, "SELECT school_id FROM user_keys").await;
    assert_eq!(school, "south");
}

#[tokio::test]
async fn a_person_counts_as_the_administrator_who_added_their_key() {
    let world = World::new().await;
    add(&world, "north-admin", "north-preceptor", 1).await;
    a_day_passes(&world).await;
    assert!(counts_as_admin(&world, "north-preceptor").await);
}

#[tokio::test]
async fn the_day_of_who_added_a_key_begins_with_its_removal() {
    let world = World::new().await;
    let id = add(&world, "north-admin", "north-preceptor", 1).await;
    a_day_passes(&world).await;
    execute(&mut world.app_as("north-preceptor").await, &format!("SELECT medstint.remove_key('{id}')")).await;
    assert!(counts_as_admin(&world, "north-preceptor").await);
    a_day_passes(&world).await;
    assert!(!counts_as_admin(&world, "north-preceptor").await);
}

#[tokio::test]
async fn ones_own_key_makes_nobody_count_as_another() {
    let world = World::new().await;
    add(&world, "north-preceptor", "north-preceptor", 1).await;
    assert_eq!(world.count("medstint.credential_changes WHERE kind = 'key'").await, 0);
}

#[tokio::test]
async fn a_key_that_the_web_application_removes_ends_its_sessions() {
    let world = World::new().await;
    add(&world, "north-preceptor", "north-preceptor", 1).await;
    let token = token(&world, 1).await;
    execute(&mut world.database.web().await, "UPDATE user_keys SET removed_at = now()").await;
    assert!(world.has_ended(&token).await);
}

/// A command that adds the key of a line, for somebody else or for oneself.
fn added(line: &str, person: Option<&str>) -> Command {
    let set = |field: SshKeyField, new| Changed { field: field.into(), old: Value::Nothing, new };
    let mut changes = vec![set(SshKeyField::Key, Value::Text(line.into()))];
    let reference = person.map(|id| Value::Reference(Reference { id: id.into(), name: "North, Pat".into() }));
    changes.extend(reference.map(|owner| set(SshKeyField::UserId, owner)));
    Command { what: What::Create(Form::SshKey), targets: vec![], changes }
}

#[tokio::test]
async fn a_pasted_line_becomes_ones_own_key() {
    let world = World::new().await;
    let bound = world.bound("north-student").await;
    command::run(&bound, &added(&line(1), None)).await.expect("added");
    assert_eq!(world.count("user_keys WHERE user_id = 'north-student' AND comment = 'someone@laptop'").await, 1);
}

#[tokio::test]
async fn a_verified_key_becomes_ones_own() {
    let world = World::new().await;
    keys::add_own(&world.bound("north-student").await, &key(1)).await.expect("added");
    assert!(matches!(sign_in(&world, 1).await, SignIn::Welcome { .. }));
}

#[tokio::test]
async fn a_bad_line_is_explained() {
    let world = World::new().await;
    let bound = world.bound("north-student").await;
    let refused = command::rehearse(&bound, &added("-----BEGIN OPENSSH PRIVATE KEY-----", None)).await;
    let told = refused.expect_err("no public key").to_string();
    assert!(told.starts_with("Public key: this is a private key."), "{told}");
}

#[tokio::test]
async fn an_administrator_is_told_what_adding_a_key_for_someone_means() {
    let world = World::new().await;
    let bound = world.bound("north-admin").await;
    let report = command::rehearse(&bound, &added(&line(1), Some("north-preceptor"))).await.expect("a report");
    assert!(report.warnings[0].contains("you and North, Pat count as one person"), "{report:?}");
}

#[tokio::test]
async fn a_key_is_removed_by_a_step() {
    let world = World::new().await;
    let id = add(&world, "north-student", "north-student", 1).await;
    let bound = world.bound("north-student").await;
    let targets = vec![Target { id, name: "the key".into() }];
    let remove = Command { what: What::Step(Step::RemoveKey), targets, changes: vec![] };
    let report = command::run(&bound, &remove).await.expect("a report");
    assert_eq!(report.done, ["the key: removed; its sessions have ended."]);
    assert_eq!(sign_in(&world, 1).await, SignIn::Refused);
}

/// Runs `medstint user key`: its exit code, what it printed and what it complained of.
async fn user_key(world: &World, args: &[&str], input: &str) -> (Option<i32>, String, String) {
    let owner = ["--database-url", world.database.owner_url.as_str()];
    program::run(&[&["user", "key"], args, &owner].concat(), input).await
}

#[tokio::test]
async fn the_operator_adds_a_key_from_standard_input() {
    let world = World::new().await;
    let (code, out, err) = user_key(&world, &["add", "Preceptor@North.example"], &line(1)).await;
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains(key(1).fingerprint()), "{out}");
    assert!(matches!(sign_in(&world, 1).await, SignIn::Welcome { .. }));
}

#[tokio::test]
async fn the_operator_lists_keys_for_programs() {
    let world = World::new().await;
    add(&world, "north-preceptor", "north-preceptor", 1).await;
    let (_, out, err) = user_key(&world, &["list", "preceptor@north.example", "--format", "json"], "").await;
    let rows: serde_json::Value = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{err}"));
    assert_eq!(rows[0]["fingerprint"], key(1).fingerprint());
    assert_eq!(rows[0]["algorithm"], "ssh-ed25519");
}

#[tokio::test]
async fn the_operator_removes_a_key() {
    let world = World::new().await;
    add(&world, "north-preceptor", "north-preceptor", 1).await;
    let token = token(&world, 1).await;
    let known = key(1);
    let (code, _, err) = user_key(&world, &["remove", "preceptor@north.example", known.fingerprint()], "").await;
    assert_eq!(code, Some(0), "{err}");
    assert!(world.has_ended(&token).await);
}

#[tokio::test]
async fn the_operator_is_told_what_is_wrong_with_a_key() {
    let world = World::new().await;
    let (code, _, err) = user_key(&world, &["add", "preceptor@north.example"], "hello").await;
    assert_eq!(code, Some(1));
    assert!(err.contains("Standard input: this isn't a public SSH key."), "{err}");
}

#[tokio::test]
async fn a_password_reset_names_the_keys_that_stay() {
    let world = World::new().await;
    add(&world, "north-preceptor", "north-preceptor", 1).await;
    let targets = vec![Target { id: "north-preceptor".into(), name: "Pat".into() }];
    let reset = Command { what: What::Step(Step::ResetPassword), targets, changes: vec![] };
    let report = command::rehearse(&world.bound("north-admin").await, &reset).await.expect("a report");
    assert_eq!(report.warnings, ["Pat also signs in with an SSH key. Remove what someone else may have (:keys)."]);
}
