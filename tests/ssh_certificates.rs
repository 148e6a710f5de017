//! Certificates of a school's authority: whom they sign in, what ends their sessions, and as whom
//! people count who could have signed them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use medstint::domain::command::{Command, What};
use medstint::domain::field::PolicyField;
use medstint::domain::form::{Changed, Form, Value};
use medstint::domain::public_key::PublicKey;
use medstint::domain::user_certificate::UserCertificate;
use medstint::domain::{Failure, Secret};
use medstint::store::command;
use medstint::store::sessions::{Origin, SignIn};

use super::support::database::{execute, try_execute, value};
use super::support::{World, program};

const ORIGIN: Origin = Origin { address: None, device: String::new(), client: "console" };
const PRECEPTOR: &str = "preceptor@north.example";

/// An Ed25519 key of its own for each number.
fn key(number: u8) -> PublicKey {
    PublicKey::from_blob(&[b"\0\0\0\x0bssh-ed25519\0\0\0\x20".as_slice(), &[number; 32]].concat()).expect("a key")
}

fn line(number: u8) -> String {
    format!("ssh-ed25519 {} the school", STANDARD.encode(key(number).blob()))
}

/// A key as an expression of SQL.
fn sql(number: u8) -> String {
    format!("decode('{}', 'base64')", STANDARD.encode(key(number).blob()))
}

/// The call that replaces the authorities of a school.
fn sets(shown: &[u8], wanted: &[u8]) -> String {
    let array = |numbers: &[u8]| {
        let keys: Vec<String> = numbers.iter().map(|number| sql(*number)).collect();
        format!("ARRAY[{}]::bytea[]", keys.join(", "))
    };
    format!("SELECT medstint.set_authorities({}, {}, '{{}}')", array(shown), array(wanted))
}

/// A world in which the operator has added authority 1 for North and 2 for South.
async fn world() -> World {
    let world = World::new().await;
    let add = |school: &str, number| format!("SELECT medstint.add_authority('{school}', {}, 'a test')", sql(number));
    execute(&mut world.owner().await, &format!("{}; {}", add("north", 1), add("south", 2))).await;
    world
}

/// A world in which an administrator of North has added authority 1.
async fn world_of_an_administrator() -> World {
    let world = World::new().await;
    execute(&mut world.app_as("north-admin").await, &sets(&[], &[1])).await;
    world
}

/// A certificate without end that an authority signed.
fn certificate(authority: u8, principals: &[&str]) -> UserCertificate {
    UserCertificate {
        authority: key(authority),
        principals: principals.iter().map(|name| (*name).to_owned()).collect(),
        serial: 7,
        key_id: "pat's laptop".into(),
        valid_from: 0,
        valid_until: i64::MAX,
    }
}

async fn sign_in(world: &World, certificate: &UserCertificate) -> SignIn {
    world.database.serving_store().sign_in_by_certificate(certificate, &ORIGIN).await.expect("an answer")
}

async fn token(world: &World, certificate: &UserCertificate) -> Secret {
    match sign_in(world, certificate).await {
        SignIn::Welcome { token, .. } => token,
        other => panic!("{other:?}"),
    }
}

/// How many people a person counts as in a session of theirs.
async fn counts_as(world: &World, person: &str, token: Option<&Secret>) -> i64 {
    let mut owner = world.owner().await;
    let token = token.map_or("", |token| token.expose());
    execute(&mut owner, &format!("SELECT set_config('medstint.session', '{token}', false)")).await;
    value(&mut owner, &format!("SELECT cardinality(medstint.counts_as('{person}'))::bigint")).await
}

#[tokio::test]
async fn a_certificate_opens_a_session_of_the_person_whom_it_names() {
    let world = world().await;
    let SignIn::Welcome { token, actor } = sign_in(&world, &certificate(1, &["Preceptor@North.example", "pat"])).await
    else {
        panic!("no session")
    };
    assert_eq!(actor.id.as_str(), "north-preceptor");
    assert_eq!(world.database.store().whoami(&token).await.expect("a session"), actor);
}

#[tokio::test]
async fn refuses_certificates_of_unknown_authorities() {
    let world = world().await;
    assert_eq!(sign_in(&world, &certificate(3, &[PRECEPTOR])).await, SignIn::Refused);
    assert_eq!(world.count("audit_logs WHERE action = 'auth.sign_in_failed'").await, 0);
}

#[tokio::test]
async fn an_authority_signs_in_nobody_of_another_school() {
    let world = world().await;
    assert_eq!(sign_in(&world, &certificate(2, &[PRECEPTOR])).await, SignIn::Refused);
    assert!(matches!(sign_in(&world, &certificate(2, &["preceptor@south.example"])).await, SignIn::Welcome { .. }));
}

#[tokio::test]
async fn no_authority_signs_in_a_super_admin() {
    let world = world().await;
    assert_eq!(sign_in(&world, &certificate(1, &["super@example.org"])).await, SignIn::Refused);
}

#[tokio::test]
async fn refuses_certificates_without_principals() {
    let world = world().await;
    assert_eq!(sign_in(&world, &certificate(1, &[])).await, SignIn::Refused);
}

#[tokio::test]
async fn refuses_certificates_of_several_people() {
    let world = world().await;
    assert_eq!(sign_in(&world, &certificate(1, &[PRECEPTOR, "student@north.example"])).await, SignIn::Refused);
}

#[tokio::test]
async fn the_databases_clock_decides_on_the_validity() {
    let world = world().await;
    let now: i64 = value(&mut world.owner().await, "SELECT floor(extract(epoch FROM clock_timestamp()))::bigint").await;
    for (valid_from, valid_until, is_valid) in
        [(now - 60, now, false), (now + 60, now + 120, false), (now - 60, now + 60, true)]
    {
        let certificate = UserCertificate { valid_from, valid_until, ..certificate(1, &[PRECEPTOR]) };
        let opened = matches!(sign_in(&world, &certificate).await, SignIn::Welcome { .. });
        assert_eq!(opened, is_valid, "{valid_from} to {valid_until}, now {now}");
    }
}

#[tokio::test]
async fn a_sign_in_by_certificate_is_recorded_with_its_names() {
    let world = world().await;
    token(&world, &certificate(1, &[PRECEPTOR])).await;
    let told: String = value(
        &mut world.owner().await,
        "SELECT concat_ws(', ', changes::jsonb #>> '{certificate,new}', changes::jsonb #>> '{serial,new}',
           changes::jsonb #>> '{authority,new}') FROM audit_logs WHERE action = 'auth.signed_in'",
    )
    .await;
    assert_eq!(told, format!("pat's laptop, 7, {}", key(1).fingerprint()));
}

#[tokio::test]
async fn a_refused_certificate_is_recorded_five_times_at_most() {
    let world = world().await;
    for _ in 0..7 {
        sign_in(&world, &UserCertificate { valid_until: 1, ..certificate(1, &[PRECEPTOR]) }).await;
    }
    let told = "audit_logs WHERE action = 'auth.sign_in_failed' AND school_id = 'north'
                  AND changes::jsonb #>> '{problem,new}' = 'expired'";
    assert_eq!(world.count(told).await, 5);
}

#[tokio::test]
async fn a_flaw_that_the_server_found_is_recorded() {
    let world = world().await;
    let serving = world.database.serving_store();
    let good = certificate(1, &[PRECEPTOR]);
    assert_eq!(serving.is_known_certificate(&good, Some("certificate of a host"), &ORIGIN).await, Ok(false));
    assert_eq!(serving.is_known_certificate(&good, None, &ORIGIN).await, Ok(true));
    let told = "audit_logs WHERE changes::jsonb #>> '{problem,new}' = 'certificate of a host'";
    assert_eq!(world.count(told).await, 1);
}

#[tokio::test]
async fn refuses_certificates_of_inactive_people() {
    let world = world().await;
    execute(&mut world.owner().await, "UPDATE users SET is_active = false WHERE id = 'north-preceptor'").await;
    assert_eq!(sign_in(&world, &certificate(1, &[PRECEPTOR])).await, SignIn::Refused);
}

#[tokio::test]
async fn a_temporary_password_is_replaced_before_a_certificate_opens_anything() {
    let world = world().await;
    execute(&mut world.app_as("north-admin").await, "SELECT medstint.reset_password('north-preceptor')").await;
    let opened = sign_in(&world, &certificate(1, &[PRECEPTOR])).await;
    assert!(matches!(opened, SignIn::ChoosePassword { .. }), "{opened:?}");
}

#[tokio::test]
async fn a_password_reset_ends_sessions_of_certificates() {
    let world = world().await;
    let token = token(&world, &certificate(1, &[PRECEPTOR])).await;
    execute(&mut world.app_as("north-admin").await, "SELECT medstint.reset_password('north-preceptor')").await;
    assert!(world.has_ended(&token).await);
}

#[tokio::test]
async fn removing_an_authority_ends_the_sessions_of_its_certificates() {
    let world = world().await;
    let token = token(&world, &certificate(1, &[PRECEPTOR])).await;
    execute(&mut world.app_as("north-admin").await, &sets(&[1], &[])).await;
    assert!(world.has_ended(&token).await);
    assert_eq!(sign_in(&world, &certificate(1, &[PRECEPTOR])).await, SignIn::Refused);
}

#[tokio::test]
async fn the_removal_of_an_authority_waits_for_no_transaction() {
    let world = world().await;
    let token = token(&world, &certificate(1, &[PRECEPTOR])).await;
    let mut holder = world.owner().await;
    execute(&mut holder, "BEGIN; SELECT FROM certificate_authorities FOR UPDATE; SELECT FROM school_policies FOR UPDATE; SELECT FROM sessions FOR UPDATE").await;
    let mut admin = world.app_as("north-admin").await;
    execute(&mut admin, "SET lock_timeout = '50ms'").await;
    execute(&mut admin, &sets(&[1], &[])).await;
    assert!(world.has_ended(&token).await);
    execute(&mut holder, "ROLLBACK; SELECT medstint.report_attempts()").await;
    assert_eq!(world.count("certificate_authorities WHERE school_id = 'north' AND removed_at IS NULL").await, 0);
}

#[tokio::test]
async fn a_session_of_a_certificate_ends_when_its_person_leaves_the_school() {
    let world = world().await;
    let token = token(&world, &certificate(1, &["stranger@north.example"])).await;
    let moves = "UPDATE users SET school_id = 'south' WHERE id = 'north-stranger'";
    execute(&mut world.database.web().await, moves).await;
    assert!(world.has_ended(&token).await);
}

#[tokio::test]
async fn others_set_no_authorities() {
    let world = world().await;
    for by in ["north-student", "north-preceptor", "north-supervisor"] {
        let refused = try_execute(&mut world.app_as(by).await, &sets(&[1], &[])).await;
        assert!(format!("{refused:?}").contains("certificate_authorities_by_administrators"), "{by}: {refused:?}");
    }
}

#[tokio::test]
async fn an_administrator_sets_authorities_of_their_school_only() {
    let world = world().await;
    execute(&mut world.app_as("south-admin").await, &sets(&[2], &[])).await;
    assert!(matches!(sign_in(&world, &certificate(1, &[PRECEPTOR])).await, SignIn::Welcome { .. }));
    let mut south = world.app_as("south-admin").await;
    assert_eq!(
        value::<i64>(&mut south, "SELECT count(*) FROM certificate_authorities WHERE school_id = 'north'").await,
        0
    );
}

#[tokio::test]
async fn a_school_has_five_authorities_at_most() {
    let world = World::new().await;
    let mut admin = world.app_as("north-admin").await;
    execute(&mut admin, &sets(&[], &[1, 2, 3, 4, 5])).await;
    let refused = try_execute(&mut admin, &sets(&[1, 2, 3, 4, 5], &[1, 2, 3, 4, 5, 6])).await;
    assert!(format!("{refused:?}").contains("certificate_authorities_up_to_five"), "{refused:?}");
    execute(&mut admin, &sets(&[1, 2, 3, 4, 5], &[1, 3, 4, 5, 6])).await;
}

#[tokio::test]
async fn two_schools_can_trust_one_authority() {
    let world = world().await;
    execute(&mut world.app_as("south-admin").await, &sets(&[2], &[1])).await;
    for person in [PRECEPTOR, "preceptor@south.example"] {
        assert!(matches!(sign_in(&world, &certificate(1, &[person])).await, SignIn::Welcome { .. }), "{person}");
    }
    assert_eq!(sign_in(&world, &certificate(1, &[PRECEPTOR, "preceptor@south.example"])).await, SignIn::Refused);
}

#[tokio::test]
async fn the_database_refuses_weak_authorities() {
    let world = World::new().await;
    let weak = "SELECT medstint.set_authorities('{}', ARRAY['\\x00'::bytea], '{}')";
    let refused = try_execute(&mut world.app_as("north-admin").await, weak).await;
    assert!(format!("{refused:?}").contains("certificate_authorities_is_strong"), "{refused:?}");
}

#[tokio::test]
async fn an_added_authority_raises_an_alert() {
    let world = world_of_an_administrator().await;
    execute(&mut world.owner().await, "SELECT medstint.seal_events('north')").await;
    assert_eq!(world.count("alerts WHERE rule_id = 'platform-authority-added' AND school_id = 'north'").await, 1);
}

#[tokio::test]
async fn a_person_who_added_an_authority_does_not_acknowledge_its_alert() {
    let world = world_of_an_administrator().await;
    let mut owner = world.owner().await;
    execute(&mut owner, "SELECT medstint.seal_events('north')").await;
    let alert: String = value(&mut owner, "SELECT id FROM alerts WHERE rule_id = 'platform-authority-added'").await;
    let acknowledge = format!("SELECT medstint.acknowledge_alert('{alert}')");
    let refused = try_execute(&mut world.app_as("north-admin").await, &acknowledge).await;
    assert!(format!("{refused:?}").contains("alerts_not_by_whom_they_are_about"), "{refused:?}");
    execute(&mut world.app_as("north-admin-2").await, &acknowledge).await;
}

#[tokio::test]
async fn an_administrator_who_added_an_authority_counts_as_everyone_of_the_school() {
    let world = world_of_an_administrator().await;
    assert_eq!(counts_as(&world, "north-admin", None).await, world.count("users WHERE school_id = 'north'").await);
    assert_eq!(counts_as(&world, "north-preceptor", None).await, 1);
}

#[tokio::test]
async fn the_day_of_who_added_an_authority_begins_with_its_removal() {
    let world = world_of_an_administrator().await;
    let mut admin = world.app_as("north-admin-2").await;
    execute(&mut admin, &sets(&[1], &[])).await;
    assert!(counts_as(&world, "north-admin", None).await > 1);
    let later = "ALTER TABLE certificate_authorities DISABLE TRIGGER a_removal_is_final;
                 UPDATE certificate_authorities SET removed_at = removed_at - interval '25 hours'";
    execute(&mut world.owner().await, later).await;
    assert_eq!(counts_as(&world, "north-admin", None).await, 1);
}

#[tokio::test]
async fn a_session_of_a_certificate_counts_as_those_who_could_have_signed_it() {
    let world = world_of_an_administrator().await;
    let token = token(&world, &certificate(1, &[PRECEPTOR])).await;
    let everyone = world.count("users WHERE school_id = 'north'").await;
    assert_eq!(counts_as(&world, "north-preceptor", Some(&token)).await, everyone);
}

#[tokio::test]
async fn an_authority_of_the_operator_makes_nobody_count_as_another() {
    let world = world().await;
    let token = token(&world, &certificate(1, &[PRECEPTOR])).await;
    assert_eq!(counts_as(&world, "north-preceptor", Some(&token)).await, 1);
    assert_eq!(counts_as(&world, "north-admin", None).await, 1);
}

#[tokio::test]
async fn a_key_that_is_added_in_a_session_of_a_certificate_counts_as_one_of_its_signers() {
    let world = world_of_an_administrator().await;
    let token = token(&world, &certificate(1, &[PRECEPTOR])).await;
    let mut app = world.database.app().await;
    execute(&mut app, &format!("SELECT set_config('medstint.session', '{}', false)", token.expose())).await;
    execute(&mut app, &format!("SELECT medstint.add_key('north-preceptor', {}, 'laptop')", sql(9))).await;
    assert_eq!(world.count("medstint.credential_changes WHERE changed_by = 'north-admin' AND kind = 'key'").await, 1);
    assert!(counts_as(&world, "north-preceptor", None).await > 1);
}

#[tokio::test]
async fn the_day_of_who_chose_an_address_begins_with_its_first_certificate() {
    let world = world().await;
    let moves = "UPDATE users SET email = 'other@north.example' WHERE id = 'north-preceptor'";
    execute(&mut world.app_as("north-admin").await, moves).await;
    let later = "UPDATE medstint.credential_changes SET changed_at = changed_at - interval '25 hours'";
    execute(&mut world.owner().await, later).await;
    assert_eq!(counts_as(&world, "north-preceptor", None).await, 1);
    let certificate = certificate(1, &["other@north.example"]);
    token(&world, &certificate).await;
    assert_eq!(counts_as(&world, "north-preceptor", None).await, 2);
    execute(&mut world.owner().await, later).await;
    execute(&mut world.owner().await, "UPDATE sessions SET created_at = created_at - interval '24 hours'").await;
    token(&world, &certificate).await;
    assert_eq!(counts_as(&world, "north-preceptor", None).await, 1);
}

/// The command that edits the authorities of a policy.
fn edited(old: &[u8], new: &[String]) -> Command {
    let changes = vec![Changed {
        field: PolicyField::CertificateAuthorities.into(),
        old: Value::Texts(old.iter().map(|number| line(*number)).collect()),
        new: Value::Texts(new.to_vec()),
    }];
    Command { what: What::Edit(Form::Policy), targets: vec![], changes }
}

#[tokio::test]
async fn a_policy_lists_the_authorities_of_the_school() {
    let world = World::new().await;
    let bound = world.bound("north-admin").await;
    let report = command::run(&bound, &edited(&[], &[line(1)])).await.expect("a report");
    assert_eq!(report.done, [format!("Authority {} added.", key(1).fingerprint())]);
    let report = command::run(&bound, &edited(&[1], &[line(2)])).await.expect("a report");
    assert_eq!(report.done.len(), 2, "{report:?}");
    assert_eq!(world.count("certificate_authorities WHERE comment = 'the school' AND removed_at IS NULL").await, 1);
}

#[tokio::test]
async fn an_administrator_is_told_what_adding_an_authority_means() {
    let world = World::new().await;
    let bound = world.bound("north-admin").await;
    let report = command::rehearse(&bound, &edited(&[], &[line(1)])).await.expect("a report");
    assert!(report.warnings[0].contains("you count as everyone of the school"), "{report:?}");
    assert_eq!(world.count("certificate_authorities").await, 0);
}

#[tokio::test]
async fn authorities_that_were_changed_meanwhile_are_not_overwritten() {
    let world = world().await;
    let refused = command::run(&world.bound("north-admin").await, &edited(&[], &[line(3)])).await;
    assert!(matches!(refused, Err(Failure::Stale(_))), "{refused:?}");
}

#[tokio::test]
async fn a_bad_line_of_an_authority_is_explained() {
    let world = World::new().await;
    let bound = world.bound("north-admin").await;
    let refused = command::rehearse(&bound, &edited(&[], &[line(1), "hello".into()])).await;
    let told = refused.expect_err("no public key").to_string();
    assert!(told.starts_with("Certificate authorities: “hello”: this isn't a public SSH key."), "{told}");
}

/// Runs `medstint authority`: its exit code, what it printed and what it complained of.
async fn authority(world: &World, args: &[&str], input: &str) -> (Option<i32>, String, String) {
    let owner = ["--database-url", world.database.owner_url.as_str()];
    program::run(&[&["authority"], args, &owner].concat(), input).await
}

#[tokio::test]
async fn the_operator_adds_an_authority_from_standard_input() {
    let world = World::new().await;
    let (code, out, err) = authority(&world, &["add", "north"], &line(1)).await;
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains(key(1).fingerprint()), "{out}");
    assert!(matches!(sign_in(&world, &certificate(1, &[PRECEPTOR])).await, SignIn::Welcome { .. }));
}

#[tokio::test]
async fn the_operator_lists_authorities_for_programs() {
    let world = world_of_an_administrator().await;
    let (_, out, err) = authority(&world, &["list", "north", "--format", "json"], "").await;
    let rows: serde_json::Value = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{err}"));
    assert_eq!(rows[0]["fingerprint"], key(1).fingerprint());
    assert_eq!(rows[0]["added_by"], "Ada North");
}

#[tokio::test]
async fn the_operator_removes_an_authority() {
    let world = world().await;
    let token = token(&world, &certificate(1, &[PRECEPTOR])).await;
    let (code, _, err) = authority(&world, &["remove", "north", key(1).fingerprint()], "").await;
    assert_eq!(code, Some(0), "{err}");
    assert!(world.has_ended(&token).await);
}
