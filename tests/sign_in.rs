//! Signing in: lock-out, equal answers, sessions that end.

use medstint::domain::{Failure, Role, Secret};
use medstint::store::sessions::{self, Origin, SignIn, Unlock};

use super::support::database::{execute, try_execute, value};
use super::support::world::PASSWORD;
use super::support::{Console, World};

fn origin() -> Origin {
    Origin { address: Some("192.0.2.1".into()), device: "test".into(), client: "console" }
}

async fn attempt(world: &World, email: &str, password: &str) -> SignIn {
    world.database.store().sign_in(email, &Secret::new(password), &origin()).await.expect("an answer")
}

#[tokio::test]
async fn the_right_password_lets_in_whatever_the_case_of_the_address() {
    let world = World::new().await;
    let SignIn::Welcome { token, actor } = attempt(&world, " Admin@North.example ", PASSWORD).await else {
        panic!("the password is right")
    };
    assert_eq!((actor.role, actor.name.as_str()), (Role::SchoolAdmin, "Ada North"));
    assert_eq!(world.database.store().whoami(&token).await.expect("a session").id, actor.id);
    let mut owner = world.owner().await;
    let stored: i64 =
        value(&mut owner, &format!("SELECT count(*) FROM sessions WHERE token = '{}'", token.expose())).await;
    assert_eq!(stored, 0, "the token itself must not be stored");
    let events: i64 = value(&mut owner, "SELECT count(*) FROM audit_logs WHERE action = 'auth.signed_in' AND user_id = 'north-admin' AND ip_address = '192.0.2.1'").await;
    assert_eq!(events, 1);
}

#[tokio::test]
async fn five_wrong_passwords_lock_the_address_for_known_and_unknown_people_alike() {
    let world = World::new().await;
    for email in ["admin@north.example", "nobody@nowhere.example"] {
        for _ in 0..4 {
            assert_eq!(attempt(&world, email, "wrong").await, SignIn::Refused, "{email}");
        }
        assert!(matches!(attempt(&world, email, "wrong").await, SignIn::Locked { .. }), "{email}");
        assert!(matches!(attempt(&world, email, PASSWORD).await, SignIn::Locked { .. }), "{email}: the right one, too");
    }
    let mut owner = world.owner().await;
    execute(
        &mut owner,
        "UPDATE medstint.password_attempts SET counted_at = counted_at - interval '15 minutes 1 second'",
    )
    .await;
    assert!(matches!(attempt(&world, "admin@north.example", PASSWORD).await, SignIn::Welcome { .. }));
    assert_eq!(attempt(&world, "nobody@nowhere.example", PASSWORD).await, SignIn::Refused);
}

#[tokio::test]
async fn parallel_guesses_do_not_outrun_the_count() {
    let world = World::new().await;
    let guesses = (0..10).map(|_| attempt(&world, "admin@north.example", "wrong"));
    let answers = futures_util::future::join_all(guesses).await;
    let refused = answers.iter().filter(|answer| **answer == SignIn::Refused).count();
    assert!(refused <= 4, "{answers:?}");
}

#[tokio::test]
async fn an_unknown_address_costs_as_much_work_as_a_known_one() {
    let world = World::at_full_cost().await;
    let mut owner = world.owner().await;
    let known: i32 = value(&mut owner, "SELECT substr(password, 5, 2)::integer FROM accounts LIMIT 1").await;
    let source: String = value(&mut owner, "SELECT prosrc FROM pg_proc WHERE proname = 'store_attempt'").await;
    assert!(source.contains(&format!("'$2a${known}$")), "the hash that nobody has must cost what real ones cost");
    let matches: bool = value(
        &mut owner,
        "SELECT medstint.password_matches('x', '$2a$12$......................................................')",
    )
    .await;
    assert!(!matches);
}

#[tokio::test]
async fn an_inactive_person_or_school_is_refused_like_a_wrong_password() {
    let world = World::new().await;
    let token = world.token("south-admin").await;
    let mut owner = world.owner().await;
    execute(&mut owner, "UPDATE users SET is_active = false WHERE id = 'north-admin'; UPDATE schools SET is_active = false WHERE id = 'south'").await;
    assert_eq!(attempt(&world, "admin@north.example", PASSWORD).await, SignIn::Refused);
    assert_eq!(attempt(&world, "admin@south.example", PASSWORD).await, SignIn::Refused);
    assert_eq!(world.database.store().whoami(&token).await, Err(Failure::SignedOut));
}

#[tokio::test]
async fn signing_out_ends_the_session_everywhere() {
    let world = World::new().await;
    let token = world.token("north-admin").await;
    let store = world.database.store();
    let actor = store.whoami(&token).await.expect("a session");
    let bound = store.bind(&token, &actor).expect("a token");
    sessions::sign_out(&bound).await.expect("signed out");
    assert_eq!(store.whoami(&token).await, Err(Failure::SignedOut));
    assert_eq!(sessions::check(&bound).await, Err(Failure::SignedOut));
}

#[tokio::test]
async fn a_refused_session_leaves_no_broken_connection_behind() {
    let world = World::new().await;
    let store = world.database.store();
    let good = world.token("north-admin").await;
    for _ in 0..8 {
        assert_eq!(store.whoami(&Secret::new("0".repeat(64))).await, Err(Failure::SignedOut));
        store.whoami(&good).await.expect("the next one is served");
    }
}

#[tokio::test]
async fn a_session_slides_while_somebody_works_but_not_beyond_seven_days() {
    let world = World::new().await;
    let bound = world.bound("north-admin").await;
    sessions::touch(&bound).await.expect("touched");
    let mut owner = world.owner().await;
    let hours: f64 =
        value(&mut owner, "SELECT extract(epoch FROM max(expires_at) - now())::float8 / 3600 FROM sessions").await;
    assert!((11.9..12.1).contains(&hours), "{hours}");
    execute(&mut owner, "UPDATE sessions SET created_at = now() - interval '6 days 23 hours', expires_at = now() + interval '10 minutes'").await;
    sessions::touch(&bound).await.expect("touched");
    let hours: f64 =
        value(&mut owner, "SELECT extract(epoch FROM max(expires_at) - now())::float8 / 3600 FROM sessions").await;
    assert!((0.9..1.1).contains(&hours), "{hours}");
}

#[tokio::test]
async fn unlocking_needs_the_sessions_own_password() {
    let world = World::new().await;
    let bound = world.bound("north-admin").await;
    let store = world.database.store();
    let unlock = async |password: &str| store.unlock(&bound.token(), &Secret::new(password)).await;
    assert_eq!(unlock("wrong").await, Ok(Unlock::Refused));
    assert_eq!(unlock(PASSWORD).await, Ok(Unlock::Open));
    for _ in 0..4 {
        assert_eq!(unlock("wrong").await, Ok(Unlock::Refused));
    }
    assert_eq!(unlock("wrong").await, Err(Failure::SignedOut), "the fifth ends the session");
    assert_eq!(sessions::check(&bound).await, Err(Failure::SignedOut));
    assert!(
        matches!(attempt(&world, "admin@north.example", PASSWORD).await, SignIn::Welcome { .. }),
        "the address is not locked by it"
    );
}

#[tokio::test]
async fn a_guess_that_is_rolled_back_tells_nothing() {
    let world = World::new().await;
    let mut app = world.database.app().await;
    let refused = try_execute(
        &mut app,
        &format!(
            "BEGIN; SELECT * FROM medstint.finish_sign_in(medstint.begin_sign_in('admin@north.example', '{PASSWORD}'))"
        ),
    )
    .await;
    assert!(format!("{refused:?}").contains("sign_in_commit_first"), "{refused:?}");
}

#[tokio::test]
async fn sessions_that_a_web_application_writes_are_told() {
    let world = World::new().await;
    let mut web = world.database.web().await;
    for change in [
        "INSERT INTO sessions (id, user_id, token, expires_at, ip_address, client) VALUES ('w', 'super', repeat('a', 64), now() + interval '1 hour', '192.0.2.9', 'web')",
        "UPDATE sessions SET last_seen_at = now() WHERE id = 'w'",
        "UPDATE sessions SET active_school_id = 'north' WHERE id = 'w'",
        "UPDATE sessions SET revoked_at = now() WHERE id = 'w'",
        "DELETE FROM sessions WHERE id = 'w'",
        "INSERT INTO sessions (id, user_id, token, expires_at) VALUES ('v', 'north-student', repeat('b', 64), now() + interval '1 hour')",
        "DELETE FROM sessions WHERE id = 'v'",
    ] {
        execute(&mut web, change).await;
    }
    let told: String = value(
        &mut world.owner().await,
        "SELECT string_agg(concat_ws(' ', action, user_id, resource_id, endpoint, ip_address), ', ' ORDER BY sequence) FROM audit_logs WHERE action LIKE 'auth.%' OR action = 'school.entered'",
    )
    .await;
    assert_eq!(
        told,
        "auth.signed_in super super web 192.0.2.9, school.entered super north web 192.0.2.9, auth.session_revoked super w web 192.0.2.9, \
         auth.signed_in north-student north-student web, auth.signed_out north-student v web"
    );
}

#[tokio::test]
async fn a_client_is_one_of_the_consoles_own_whatever_it_says() {
    let world = World::new().await;
    for (said, kept) in [("system", "console"), ("cli", "cli"), ("kiosk", "console")] {
        let mut app = world.database.app().await;
        let attempt: String = value(
            &mut app,
            &format!("SELECT medstint.begin_sign_in('admin@north.example', '{PASSWORD}', NULL, NULL, '{said}')"),
        )
        .await;
        let session: String =
            value(&mut app, &format!("SELECT status FROM medstint.finish_sign_in('{attempt}')")).await;
        assert_eq!(session, "ok");
        let client: String =
            value(&mut world.owner().await, "SELECT client FROM sessions ORDER BY created_at DESC LIMIT 1").await;
        assert_eq!(client, kept);
    }
}

#[tokio::test]
async fn a_super_admin_works_in_one_chosen_school() {
    let world = World::new().await;
    let (bound, actor) = world.signed_in("super").await;
    assert_eq!(actor.school.expect("a school").id.as_str(), "north");
    sessions::choose_school(&bound, "south").await.expect("chosen");
    let (admin, _) = world.signed_in("north-admin").await;
    assert!(matches!(sessions::choose_school(&admin, "south").await, Err(Failure::Denied(_))));
}

#[tokio::test]
async fn a_person_signs_in_on_the_screen_and_reads_what_was_wrong() {
    let world = World::new().await;
    let console = Console::signed_out(&world.database);
    console.shows("Password").await.press("enter enter").shows("Type your email address").await;
    console.type_text("admin@north.example").press("enter").type_text("wrong").press("enter");
    console.shows("The email address or password is incorrect.").await;
    console.paste(&format!("{PASSWORD}\n")).press("enter").shows("North School · Ada North (school admin)").await;
    console.shows("Nothing is pending.").await;
    console.quit().await;
}

#[tokio::test]
async fn a_locked_console_shows_nothing_until_the_password_is_typed() {
    let world = World::new().await;
    let console = Console::of(&world, "north-admin").await;
    console.shows("Nothing is pending.").await.press("ctrl-l").shows("Locked. Ada North is signed in.").await;
    assert!(!console.text().contains("pending"));
    console.press("2 :").type_text("wrong").press("enter").shows("is incorrect").await;
    console.type_text(PASSWORD).press("enter").shows("Nothing is pending.").await;
    console.quit().await;
}

#[tokio::test]
async fn a_session_that_ends_elsewhere_leads_back_to_the_sign_in() {
    let world = World::new().await;
    let console = Console::of(&world, "north-admin").await;
    console.shows("Nothing is pending.").await;
    execute(&mut world.owner().await, "UPDATE sessions SET revoked_at = now()").await;
    console.press("R").shows("Your session has ended.").await.shows("admin@north.example").await;
    console.quit().await;
}

#[tokio::test]
async fn a_sign_in_under_way_when_the_console_closes_leaves_no_session() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    execute(&mut owner, "BEGIN; LOCK TABLE sessions IN SHARE MODE").await;
    let console = Console::signed_out(&world.database);
    console.shows("Email").await.type_text("admin@north.example").press("tab").type_text(PASSWORD).press("enter");
    let waits = "SELECT EXISTS (SELECT FROM pg_locks l WHERE l.relation = 'sessions'::regclass AND NOT l.granted
       AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()))";
    world.until(waits).await;
    let (told, ()) = tokio::join!(console.quit(), execute(&mut owner, "COMMIT"));
    assert!(told.is_empty(), "{told:?}");
    world.until("SELECT EXISTS (SELECT FROM sessions)").await;
    let open: i64 = value(&mut owner, "SELECT count(*) FROM sessions WHERE revoked_at IS NULL").await;
    assert_eq!(open, 0);
}
