//! Who hears of changes, and what the names of channels tell.

use super::support::database::{execute, try_execute, value};
use super::support::{Console, World};

#[tokio::test]
async fn listening_needs_a_session() {
    let world = World::new().await;
    let mut app = world.database.app().await;
    let refused = try_execute(&mut app, "SELECT medstint.listen(repeat('0', 64))").await;
    assert!(format!("{refused:?}").contains("MS401"), "{refused:?}");
}

#[tokio::test]
async fn no_statement_tells_the_channel_of_a_school() {
    let world = World::new().await;
    let console = Console::of(&world, "north-admin").await;
    console.shows("● live").await;
    let channel: String = value(&mut world.owner().await, "SELECT medstint.channel('north')").await;
    // Everybody with the console's role reads the texts of its statements.
    let mut app = world.database.app().await;
    let told: i64 = value(
        &mut app,
        &format!("SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND (query LIKE '%{channel}%' OR query LIKE '%north%')"),
    )
    .await;
    assert_eq!(told, 0);
    console.quit().await;
}

#[tokio::test]
async fn a_channel_is_another_one_every_day() {
    let world = World::new().await;
    let days: i64 = value(
        &mut world.owner().await,
        "SELECT count(DISTINCT medstint.channel_on('north', date '2026-11-30' + d)) FROM generate_series(0, 9) d",
    )
    .await;
    assert_eq!(days, 10);
}

/// The days whose channels a listener hears of at a time (UTC), from today.
async fn days_heard(world: &World, at: &str) -> Vec<i32> {
    let days = format!("SELECT array_agg(d ORDER BY d) FROM medstint.channel_days('2026-11-30 {at}Z') d");
    value(&mut world.owner().await, &days).await
}

#[tokio::test]
async fn a_listener_who_asks_every_hour_hears_across_midnight() {
    let world = World::new().await;
    for at in ["22:00", "22:59:59", "23:59:59"] {
        assert_eq!(days_heard(&world, at).await, [-1, 0, 1], "{at}");
    }
    assert_eq!(days_heard(&world, "00:00").await, [-1, 0]);
}

#[tokio::test]
async fn the_next_days_channel_is_named_in_the_last_two_hours_only() {
    let world = World::new().await;
    assert_eq!(days_heard(&world, "21:59:59").await, [-1, 0]);
    let token = world.token("north-preceptor").await;
    let told = format!(
        "SELECT count(*) = (SELECT count(*) FROM medstint.channel_days(now())) FROM medstint.listen('{}')",
        token.expose()
    );
    assert!(value::<bool>(&mut world.owner().await, &told).await);
}

#[tokio::test]
async fn only_administrators_hear_of_attempts_at_passwords() {
    let world = World::new().await;
    let days: i64 = value(&mut world.owner().await, "SELECT count(*) FROM medstint.channel_days(now())").await;
    for (user, names) in [("north-preceptor", days), ("north-admin", 2 * days), ("super", 3 * days)] {
        let mut app = world.database.app().await;
        let token = world.token(user).await;
        execute(&mut app, &format!("SELECT medstint.listen('{}')", token.expose())).await;
        let heard: i64 = value(&mut app, "SELECT count(*) FROM pg_listening_channels()").await;
        assert_eq!(heard, names, "{user}");
    }
}

/// What the console's role hears of with these tokens: how many channels each has.
fn listen_for(tokens: &[&str]) -> String {
    let tokens: Vec<String> = tokens.iter().map(|token| format!("'{token}'")).collect();
    format!(
        "SELECT coalesce(array_agg(place || ' ' || user_id ORDER BY place), '{{}}')
         FROM medstint.listen_for(ARRAY[{}]::text[])",
        tokens.join(", ")
    )
}

#[tokio::test]
async fn a_session_that_has_ended_keeps_no_other_from_listening() {
    let world = World::new().await;
    let (admin, ended, preceptor) =
        (world.token("north-admin").await, "0".repeat(64), world.token("south-preceptor").await);
    let mut app = world.database.app().await;
    let told: Vec<String> = value(&mut app, &listen_for(&[admin.expose(), &ended, preceptor.expose()])).await;
    assert_eq!(told, ["1 north-admin", "3 south-preceptor"]);
}

#[tokio::test]
async fn what_nobody_hears_of_any_more_is_given_up() {
    let world = World::new().await;
    let (north, south) = (world.token("north-preceptor").await, world.token("south-preceptor").await);
    let mut app = world.database.app().await;
    value::<Vec<String>>(&mut app, &listen_for(&[north.expose(), south.expose()])).await;
    let keep_north = format!(
        "SELECT medstint.listen_only(ARRAY(SELECT encode(sha256(convert_to(unnest(channels), 'UTF8')), 'hex')
           FROM medstint.listen_for(ARRAY['{}'])))",
        north.expose()
    );
    execute(&mut app, &keep_north).await;
    let are_norths = "SELECT bool_and(c IN (SELECT medstint.channel_on('north', (now() AT TIME ZONE 'UTC')::date + d)
        FROM medstint.channel_days(now()) d)) FROM unnest($channels$) c";
    let heard: Vec<String> = value(&mut app, "SELECT array_agg(c) FROM pg_listening_channels() c").await;
    let names = format!("ARRAY['{}']", heard.join("', '"));
    assert!(value::<bool>(&mut world.owner().await, &are_norths.replace("$channels$", &names)).await);
}

#[tokio::test]
async fn signs_of_life_of_a_session_are_not_announced() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let announced = "SELECT string_agg(a.attname::text, ' ' ORDER BY a.attname)
        FROM pg_trigger t, unnest(t.tgattr::smallint[]) c
        JOIN pg_attribute a ON a.attrelid = 'sessions'::regclass AND a.attnum = c
        WHERE t.tgrelid = 'sessions'::regclass AND t.tgname = 'd_announce_update'";
    assert_eq!(value::<String>(&mut owner, announced).await, "active_school_id locked_at revoked_at");
}
