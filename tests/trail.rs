//! The audit trail is sealed, and what is done to it behind the database's back is
//! found.

use medstint::domain::audit_trail::{Finding, Head};
use medstint::domain::filter::{self, Saved};
use medstint::domain::list::{List, Rows};
use medstint::domain::query::Query;
use medstint::domain::window::Place;
use medstint::store::audit::{Trail, Verdict, verify};
use medstint::store::{Bound, listing};
use sqlx::PgConnection;

use super::support::database::{execute, try_execute, value};
use super::support::world::PASSWORD;
use super::support::{Console, World, a_time_record, program};

async fn verdict(world: &World, since: Option<&Head>) -> Verdict {
    let bound = world.bound("north-admin").await;
    verify(&mut Trail::Session(&bound), since, |_| {}).await.expect("a verdict")
}

async fn sealed(world: &World) -> Head {
    let bound = world.bound("north-admin").await;
    let mut trail = Trail::Session(&bound);
    trail.seal().await.expect("sealed");
    trail.head().await.expect("an answer").expect("a head")
}

/// What somebody with the owner's rights could do: no trigger stands in the way.
async fn tamper(world: &World, sql: &str) {
    let mut owner = world.owner().await;
    for table in ["audit_logs", "audit_seals"] {
        execute(&mut owner, &format!("ALTER TABLE {table} DISABLE TRIGGER USER")).await;
    }
    execute(&mut owner, sql).await;
    for table in ["audit_logs", "audit_seals"] {
        execute(&mut owner, &format!("ALTER TABLE {table} ENABLE TRIGGER USER")).await;
    }
}

/// Some events, sealed in a seal of their own; their sequences.
async fn some_events(world: &World, names: &[&str]) -> Vec<i64> {
    sealed(world).await;
    let mut web = world.database.web().await;
    for name in names {
        execute(&mut web, &format!("UPDATE programs SET name = '{name}' WHERE id = 'north-program'")).await;
    }
    sealed(world).await;
    let mut owner = world.owner().await;
    let count = names.len();
    sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
        "SELECT sequence FROM (SELECT sequence FROM audit_logs WHERE resource_id = 'north-program' ORDER BY sequence DESC LIMIT {count}) x ORDER BY 1"
    )))
    .fetch_all(&mut owner)
    .await
    .expect("sequences")
}

#[tokio::test]
async fn a_trail_of_everything_that_text_can_be_is_whole_by_two_computations() {
    let world = World::new().await;
    let odd = ["", "1:a,2:bc", "ünï✓\u{202e}cødé", "a\"b\\c", "line\nbreak\ttab", "-", "0:", "𝔘"];
    let mut web = world.database.web().await;
    for name in odd {
        sqlx::query("UPDATE programs SET name = $1 || '.', description = $1 WHERE id = 'north-program'")
            .bind(name)
            .execute(&mut web)
            .await
            .expect("an odd name");
    }
    let head = sealed(&world).await;
    let verdict = verdict(&world, None).await;
    assert_eq!(verdict.findings, []);
    assert_eq!((verdict.head.as_ref(), verdict.events), (Some(&head), head.position));
    assert!(verdict.seals >= 2 && verdict.events > 20, "{verdict:?}");
    let mut owner = world.owner().await;
    let all: i64 = value(&mut owner, "SELECT count(*) FROM audit_logs WHERE school_id = 'north'").await;
    assert_eq!(verdict.events, all, "every event is sealed");
}

#[tokio::test]
async fn an_altered_event_is_found_whichever_column_it_was() {
    let world = World::new().await;
    let [sequence] = some_events(&world, &["A"]).await[..] else { panic!("one event") };
    let seal = sealed(&world).await.number;
    for (column, other) in [
        ("transaction_id", "transaction_id + 1"),
        ("created_at", "created_at + interval '1 millisecond'"),
        ("severity", "'CRITICAL'"),
        ("id", "id || 'x'"),
        ("user_id", "'north-student'"),
        ("action", "'program.created'"),
        ("resource_type", "'users'"),
        ("resource_id", "'x'"),
        ("changes", "NULL"),
        ("ip_address", "'1.2.3.4'"),
        ("user_agent", "'x'"),
        ("endpoint", "NULL"),
        ("method", "'DELETE'"),
        ("status_code", "500"),
    ] {
        let mut owner = world.owner().await;
        execute(&mut owner, &format!("CREATE TABLE kept AS SELECT * FROM audit_logs WHERE sequence = {sequence}"))
            .await;
        tamper(&world, &format!("UPDATE audit_logs SET {column} = {other} WHERE sequence = {sequence}")).await;
        assert_eq!(verdict(&world, None).await.findings, [Finding::Altered { sequence, seal }], "{column}");
        tamper(
            &world,
            &format!(
                "UPDATE audit_logs a SET {column} = k.{column} FROM kept k WHERE a.sequence = {sequence}; DROP TABLE kept"
            ),
        )
        .await;
        assert!(verdict(&world, None).await.is_whole(), "{column} stands as it was again");
    }
    // Every column of the table is one of these, or the school and the order below.
    let mut owner = world.owner().await;
    let columns: i64 = value(
        &mut owner,
        "SELECT count(*) FROM pg_attribute WHERE attrelid = 'audit_logs'::regclass AND attnum > 0 AND NOT attisdropped",
    )
    .await;
    assert_eq!(columns, 14 + 2, "a new column has to be sealed, too: domain::audit_trail and medstint.audit_leaf");
    tamper(&world, &format!("UPDATE audit_logs SET school_id = 'south' WHERE sequence = {sequence}")).await;
    assert_eq!(verdict(&world, None).await.findings, [Finding::Removed { sequence, seal }]);
}

#[tokio::test]
async fn a_removed_an_inserted_and_two_swapped_events_are_found() {
    let world = World::new().await;
    let [a, b, c] = some_events(&world, &["A", "B", "C"]).await[..] else { panic!("three events") };
    let seal = sealed(&world).await.number;
    tamper(&world, &format!("DELETE FROM audit_logs WHERE sequence = {b}")).await;
    assert_eq!(verdict(&world, None).await.findings, [Finding::Removed { sequence: b, seal }]);
    // The gap is filled by something else.
    tamper(
        &world,
        &format!(
            "INSERT INTO audit_logs (sequence, school_id, action, resource_type, resource_id) OVERRIDING SYSTEM VALUE
             VALUES ({b}, 'north', 'program.updated', 'programs', 'north-program')"
        ),
    )
    .await;
    assert_eq!(verdict(&world, None).await.findings, [Finding::Altered { sequence: b, seal }]);
    tamper(&world, &format!("DELETE FROM audit_logs WHERE sequence = {b}")).await;
    // Two events change places.
    tamper(
        &world,
        &format!(
            "ALTER TABLE audit_logs ALTER sequence SET GENERATED BY DEFAULT;
             UPDATE audit_logs SET sequence = -1 WHERE sequence = {a}; UPDATE audit_logs SET sequence = {a} WHERE sequence = {c};
             UPDATE audit_logs SET sequence = {c} WHERE sequence = -1"
        ),
    )
    .await;
    assert_eq!(
        verdict(&world, None).await.findings,
        [
            Finding::Altered { sequence: a, seal },
            Finding::Removed { sequence: b, seal },
            Finding::Altered { sequence: c, seal }
        ]
    );
}

#[tokio::test]
async fn an_event_that_was_put_there_later_is_found_by_its_sequence() {
    let world = World::new().await;
    some_events(&world, &["A"]).await;
    tamper(
        &world,
        "INSERT INTO audit_logs (sequence, school_id, action, resource_type, resource_id, created_at) OVERRIDING SYSTEM VALUE
         VALUES (-7, 'north', 'program.updated', 'programs', 'north-program', now() - interval '1 year')",
    )
    .await;
    assert_eq!(verdict(&world, None).await.findings, [Finding::Inserted { sequence: -7 }]);
}

#[tokio::test]
async fn what_is_done_to_the_seals_is_found() {
    let world = World::new().await;
    some_events(&world, &["A"]).await;
    some_events(&world, &["B"]).await;
    let last = some_events(&world, &["C"]).await;
    let head = sealed(&world).await;
    let of = |sql: &str| {
        let sql = sql.to_owned();
        let world = &world;
        let head = head.clone();
        async move {
            execute(&mut world.owner().await, "CREATE TABLE kept AS SELECT * FROM audit_seals").await;
            tamper(world, &sql).await;
            let all = verdict(world, None).await.findings;
            let since = verdict(world, Some(&head)).await.findings;
            tamper(world, "DELETE FROM audit_seals; INSERT INTO audit_seals SELECT * FROM kept; DROP TABLE kept").await;
            (all, since)
        }
    };
    let n = head.number;
    let is_of = |findings: &[Finding], number: i64| {
        findings.iter().any(|finding| matches!(finding, Finding::Seal { number: found, .. } if *found == number))
    };
    let (all, _) =
        of(&format!("UPDATE audit_seals SET digest = sha256('') WHERE number = {} AND school_id = 'north'", n - 1))
            .await;
    assert!(is_of(&all, n - 1), "{all:?}");
    let (all, _) = of(&format!("UPDATE audit_seals SET leaves = overlay(leaves placing '\\x00' from 1) WHERE number = {} AND school_id = 'north'", n - 1)).await;
    assert!(is_of(&all, n - 1), "{all:?}");
    let (all, _) = of(&format!("DELETE FROM audit_seals WHERE number = {} AND school_id = 'north'", n - 1)).await;
    assert!(is_of(&all, n), "{all:?}");
    let (all, _) = of(&format!(
        "UPDATE audit_seals SET number = -1 WHERE number = {n} AND school_id = 'north';
         UPDATE audit_seals SET number = {n} WHERE number = {before} AND school_id = 'north';
         UPDATE audit_seals SET number = {before} WHERE number = -1",
        before = n - 1
    ))
    .await;
    assert!(is_of(&all, n - 1) && is_of(&all, n), "{all:?}");
    // The last seal is gone, with its event: only the head that was kept tells.
    let (all, since) = of(&format!("DELETE FROM audit_seals WHERE number = {n} AND school_id = 'north'")).await;
    assert_eq!(all, [Finding::Inserted { sequence: last[0] }]);
    assert!(since.contains(&Finding::OtherHead { number: n }), "{since:?}");
    // Events and seals written anew, each hash as it should be.
    let (all, since) = of(&format!(
        "WITH s AS (SELECT * FROM audit_seals WHERE number = {n} AND school_id = 'north')
         UPDATE audit_seals a SET sealed_at = a.sealed_at + interval '1 second', hash = medstint.audit_seal_hash(
           (SELECT ROW(s.id, s.school_id, s.number, s.first_position, s.events, s.sequences, s.leaves, s.least_sequence, s.most_sequence, s.digest, s.previous, s.hash,
             s.sealed_at + interval '1 second', s.purged_at)::audit_seals FROM s)) FROM s WHERE a.id = s.id"
    ))
    .await;
    assert_eq!(all, [], "the trail by itself cannot tell");
    assert_eq!(since, [Finding::OtherHead { number: n }], "the head that was kept can");
    assert!(verdict(&world, Some(&head)).await.is_whole());
}

#[tokio::test]
async fn what_came_after_a_head_is_verified_alone() {
    let world = World::new().await;
    let early = some_events(&world, &["A"]).await;
    let head = sealed(&world).await;
    let late = some_events(&world, &["B"]).await;
    tamper(&world, &format!("UPDATE audit_logs SET action = 'x' WHERE sequence IN ({}, {})", early[0], late[0])).await;
    let found = verdict(&world, Some(&head)).await;
    assert!(matches!(found.findings[..], [Finding::Altered { sequence, .. }] if sequence == late[0]), "{found:?}");
    assert_eq!(verdict(&world, None).await.findings.len(), 2);
}

#[tokio::test]
async fn sealing_waits_for_nobody_and_leaves_nobody_out() {
    let world = World::new().await;
    let mut slow = world.database.web().await;
    execute(&mut slow, "BEGIN; UPDATE programs SET name = 'slow' WHERE id = 'north-program'").await;
    some_events_of(&mut world.database.web().await, "quick").await;
    let before = sealed(&world).await;
    assert!(verdict(&world, None).await.is_whole());
    execute(&mut slow, "COMMIT").await;
    let after = sealed(&world).await;
    assert_eq!(after.position, before.position + 1, "the one that came late is in the next seal");
    assert!(verdict(&world, None).await.is_whole());
}

async fn some_events_of(web: &mut PgConnection, name: &str) {
    execute(web, &format!("UPDATE clinical_sites SET name = '{name}' WHERE id = 'north-site'")).await;
}

#[tokio::test]
async fn eight_who_write_and_two_who_seal_at_once_leave_a_whole_trail() {
    let world = World::new().await;
    let writers = (0..8).map(|n| {
        let world = &world;
        async move {
            let mut web = world.database.web().await;
            for i in 0..25 {
                execute(&mut web, &format!("UPDATE users SET name = 'N {n} {i}' WHERE id = 'north-student'; UPDATE users SET name = 'S {n} {i}' WHERE id = 'south-student'")).await;
            }
        }
    });
    let sealers = (0..2).map(|_| {
        let world = &world;
        async move {
            for _ in 0..25 {
                sealed(world).await;
            }
        }
    });
    tokio::join!(futures_util::future::join_all(writers), futures_util::future::join_all(sealers));
    let head = sealed(&world).await;
    let verdict = verdict(&world, None).await;
    assert_eq!((verdict.findings, verdict.events), (vec![], head.position));
    let left: i64 =
        value(&mut world.owner().await, "SELECT count(*) FROM medstint.audit_unsealed WHERE school = 'north'").await;
    assert_eq!(left, 0);
}

#[tokio::test]
async fn a_purge_is_the_owners_within_the_retention_nobodys_and_is_told() {
    let world = World::new().await;
    let purge = "SELECT seals FROM medstint.purge_audit('north', now() - interval '6 years 1 day')";
    for mut connection in [world.database.web().await, world.app_as("north-admin").await] {
        assert!(try_execute(&mut connection, purge).await.is_err());
    }
    let mut owner = world.owner().await;
    let error = try_execute(&mut owner, "SELECT medstint.purge_audit('north', now() - interval '5 years')").await;
    assert!(format!("{error:?}").contains("audit_logs_kept_for_six_years"), "{error:?}");
    assert_eq!(value::<i64>(&mut owner, purge).await, 0, "nothing is that old");

    // A trail that began seven years ago.
    tamper(
        &world,
        "DELETE FROM audit_seals; DELETE FROM medstint.audit_unsealed;
         UPDATE audit_logs SET created_at = now() - interval '7 years' WHERE school_id = 'north';
         INSERT INTO medstint.audit_unsealed SELECT coalesce(school_id, ''), sequence FROM audit_logs",
    )
    .await;
    sealed(&world).await;
    some_events(&world, &["new"]).await;
    let before = verdict(&world, None).await;
    let old: i64 =
        value(&mut owner, "SELECT count(*) FROM audit_logs WHERE created_at < now() - interval '6 years'").await;
    assert!(before.is_whole() && old > 10);
    assert_eq!(value::<i64>(&mut owner, purge).await, 1);
    let left: i64 =
        value(&mut owner, "SELECT count(*) FROM audit_logs WHERE created_at < now() - interval '6 years'").await;
    assert_eq!(left, 0);
    sealed(&world).await;
    let after = verdict(&world, None).await;
    assert_eq!((after.findings, after.purged), (vec![], old));
    let told: String = value(
        &mut owner,
        "SELECT severity || ' ' || (changes::jsonb #>> '{events,new}') FROM audit_logs WHERE action = 'audit.purged'",
    )
    .await;
    assert_eq!(told, format!("HIGH {old}"));

    // The same without the event: somebody emptied a seal.
    let number: i64 = value(&mut owner, "SELECT max(number) FROM audit_seals WHERE school_id = 'north'").await;
    tamper(
        &world,
        &format!(
            "DELETE FROM audit_logs WHERE sequence = ANY ((SELECT sequences FROM audit_seals WHERE school_id = 'north' AND number = {number})::bigint[]);
             UPDATE audit_seals SET sequences = NULL, leaves = NULL, purged_at = now() WHERE school_id = 'north' AND number = {number}"
        ),
    )
    .await;
    // The purge's own event stood in it.
    let found = verdict(&world, None).await.findings;
    assert!(found.contains(&Finding::PurgeUntold { number }), "{found:?}");
}

#[tokio::test]
async fn head_and_verify_speak_to_cron() {
    let world = World::new().await;
    a_time_record().insert(&world).await;
    let signed_in = ["--database-url", world.database.app_url.as_str(), "--email", "admin@north.example"];
    let audit =
        async |args: &[&str]| program::run(&[&["audit"], args, &signed_in].concat(), &format!("{PASSWORD}\n")).await;
    let (code, head, err) = audit(&["head"]).await;
    assert_eq!((code, head.lines().count()), (Some(0), 1), "{head}{err}");
    assert!(head.starts_with("medstint-audit-head ") && head.trim_end().ends_with(" north"), "{head}");
    let (code, out, err) = audit(&["verify", "--since", head.trim()]).await;
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(out.starts_with("north: whole: ") && out.contains("after the head that was kept"), "{out}");
    let (code, out, _) = audit(&["verify"]).await;
    assert!(code == Some(0) && out.contains("north: whole: ") && out.contains(" seals"), "{out}");
    tamper(&world, "UPDATE audit_logs SET ip_address = '1.1.1.1' WHERE action = 'time_record.created'").await;
    let (code, out, _) = audit(&["verify"]).await;
    assert_eq!(code, Some(3), "{out}");
    assert!(out.contains("was altered") && out.contains("NOT AS IT WAS SEALED"), "{out}");
    let mut owner = world.owner().await;
    let events: String = value(&mut owner, "SELECT string_agg(action || ' ' || severity, ', ' ORDER BY sequence) FROM audit_logs WHERE action LIKE 'audit.%'").await;
    assert_eq!(events, "audit.verified LOW, audit.verified LOW, audit.verification_failed CRITICAL");

    let as_owner = ["audit", "verify", "--all", "--database-url", world.database.owner_url.as_str()];
    let (code, out, err) = program::run(&as_owner, "").await;
    assert_eq!(code, Some(3), "{out}{err}");
    assert!(out.contains("south: whole") && out.contains("-: whole"), "{out}");
    let (code, out, err) = audit(&["verify", "--since", "a head of cabbage"]).await;
    assert!(code == Some(1) && err.contains("neither a head nor a file"), "{out}{err}");
}

/// The events of a filter, by their resources' ids, in the list's order.
async fn found(bound: &Bound, text: &str) -> String {
    let meaning = filter::understand(List::Audit, text, &Saved::new());
    let meaning = meaning.unwrap_or_else(|wrong| panic!("{text}: {wrong}"));
    let query = Query { filter: meaning.filter, ..Query::default() };
    let rows = listing::page(bound, List::Audit, &query, &Place::Start, 100).await;
    let Ok(Rows::Audit(page)) = rows else { panic!("{text}: {rows:?}") };
    let total = listing::total(bound, List::Audit, &query).await.expect("a total");
    assert_eq!(usize::try_from(total.rows), Ok(page.rows.len()), "{text}");
    page.rows.iter().map(|row| row.resource_id.clone()).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn each_field_of_the_filter_finds_what_it_says() {
    let world = World::new().await;
    tamper(
        &world,
        "DELETE FROM audit_logs;
         INSERT INTO audit_logs (user_id, school_id, action, resource_type, resource_id, changes, ip_address, user_agent, endpoint, method, status_code, severity, created_at, transaction_id) VALUES
           ('north-admin', 'north', 'user.role_raised', 'users', 'a', '{\"role\": {\"old\": \"STUDENT\", \"new\": \"SCHOOL_ADMIN\"}}', '10.2.0.14', 'medstint/0.1 xterm', 'console', 'UPDATE', 200, 'HIGH', now() - interval '1 hour', 11),
           (NULL, 'north', 'auth.sign_in_failed', 'users', 'b', NULL, '10.2.0.77', 'curl', 'web', 'SIGN_IN', 401, 'MEDIUM', now() - interval '3 hours', 12),
           ('north-student', 'north', 'time_record.created', 'time_records', 'c', NULL, '2001:db8::5', NULL, 'kiosk', 'INSERT', 201, 'LOW', '2026-01-05T20:30:00-06:00', 13),
           ('north-student', 'north', 'audit.verification_failed', 'audit_seals', 'd', NULL, 'not an address', NULL, 'cli', 'VERIFY', 409, 'CRITICAL', '2026-01-05T20:29:59-06:00', 13),
           ('south-admin', 'south', 'user.updated', 'users', 'other', NULL, '10.2.0.14', NULL, 'console', 'UPDATE', 200, 'LOW', now(), 14)",
    )
    .await;
    let bound = world.bound("north-admin").await;
    for (text, expected) in [
        ("", "a b c d"),
        ("actor:stu", "c d"),
        ("actor:admin@north.example", "a"),
        ("actor:nobody", ""),
        ("-actor:Ada", "b c d"),
        ("action:sign_in", "b"),
        ("resource:time_records/c", "c"),
        ("severity:MEDIUM", "b"),
        ("severity>=HIGH", "a d"),
        ("severity>=med", "a b d"),
        ("severity<MEDIUM", "c"),
        ("severity<LOW", ""),
        ("-severity>=HIGH", "b c"),
        ("ip:10.2.0.77", "b"),
        ("ip:10.0.0.0/8", "a b"),
        ("ip:10.2.0.0/28", "a"),
        ("ip:2001:db8::/32", "c"),
        ("-ip:0.0.0.0/0", "c d"),
        ("since:2h", "a"),
        ("until:2h", "b c d"),
        ("since:4h until:2h", "b"),
        // A moment without an offset is of the school's clocks, at the edge to the second.
        ("until:2026-01-05T20:30", "d"),
        ("until:2026-01-05T20:30:01", "c d"),
        ("until:2026-01-06T02:30:00Z", "d"),
        ("until:2026-01-05", ""),
        ("changed:role", "a"),
        ("changed:rol", ""),
        ("device:xterm", "a"),
        ("endpoint:kiosk", "c"),
        ("status>=400", "b d"),
        ("transaction:13", "c d"),
        ("North", "a c d"),
        ("Nobody", ""),
        ("10.2", "a b"),
    ] {
        assert_eq!(found(&bound, text).await, expected, "{text}");
    }
}

#[tokio::test]
async fn the_pane_follows_is_paused_goes_to_an_instant_and_on_from_a_value() {
    let world = World::new().await;
    let mut web = world.database.web().await;
    let renamed = async |web: &mut PgConnection, name: &str| {
        execute(web, &format!("UPDATE programs SET name = '{name}' WHERE id = 'north-program'")).await;
    };
    renamed(&mut web, "First").await;
    let console = Console::of(&world, "north-admin").await;
    console.shows("Nothing is pending").await.press("4").shows("program.updated").await.shows("LOW ").await;
    console.press("space").shows("· paused").await;
    execute(&mut web, "UPDATE clinical_sites SET name = 'Hill' WHERE id = 'north-site'").await;
    console.shows("▲ 1 new").await.hides("clinical_site.updated").await;
    console.press("space").shows("clinical_site.updated").await.hides("paused").await;

    // From the site to the person's, the kind's, the address' events.
    console.press("enter").shows("every event of this kind: clinical_site.updated").await;
    console.press("esc").press("down enter").shows("everything about this record").await;
    console.press("4").shows("every event of this kind").await;
    console.press("esc");
    // To an instant, and back to what is new.
    console
        .press("@")
        .type_text("100w")
        .shows("Enter goes to")
        .await
        .press("enter")
        // Before everything there is, the first event stands.
        .until("the first event", |text| {
            text.lines().any(|line| line.starts_with('▌') && line.contains("school.created"))
        })
        .await;
    console.press("@").type_text("0m").press("enter").shows("program.updated").await;
    console.press("t").shows("Times are in UTC.").await.shows("Time UTC").await;
    // From event to event of one record.
    renamed(&mut web, "Second").await;
    console
        .press("home")
        .shows("program.updated")
        .await
        .until("the newest", |text| text.contains("▌") && text.contains("Second"))
        .await;
    console.press("[").shows("of programs/north-program").await.shows("Nursing").await.hides("Second").await;
    console.press("]").shows("Second").await;
    console.press("]").shows("There is none of it after this one.").await;
    console.quit().await;
}

#[tokio::test]
async fn whoever_is_refused_is_on_record_and_so_is_reading_in_bulk() {
    let world = World::new().await;
    a_time_record().id("waits").insert(&world).await;
    let bound = world.bound("north-preceptor").await;
    let verdict = medstint::store::audit::begin_export(&bound, &export("audit")).await;
    assert!(verdict.is_err_and(|failure| failure.to_string().contains("administrators")));
    let mut owner = world.owner().await;
    let event = "SELECT concat_ws(' ', user_id, severity, status_code, changes::jsonb #>> '{attempt,new}', changes::jsonb #>> '{refusal,new}') FROM audit_logs WHERE action = 'access.denied'";
    assert_eq!(
        value::<String>(&mut owner, event).await,
        "north-preceptor MEDIUM 403 begin_export exports_of_audit_by_administrators"
    );

    let url = ["--database-url", world.database.app_url.as_str(), "--email", "admin@north.example"];
    let (code, _, err) =
        program::run(&[&["list", "time-records", "--filter", "clean"], &url[..]].concat(), &format!("{PASSWORD}\n"))
            .await;
    assert_eq!(code, Some(0), "{err}");
    let event = "SELECT concat_ws(' ', user_id, resource_type, endpoint, changes::jsonb #>> '{filter,new}') FROM audit_logs WHERE action = 'personal_data.read_in_bulk'";
    assert_eq!(value::<String>(&mut owner, event).await, "north-admin time-records cli clean");
}

fn export(list: &str) -> medstint::store::audit::Export<'_> {
    medstint::store::audit::Export { list, filter: "", format: "csv", rows: 1, recipient: "R", purpose: "P" }
}

#[tokio::test]
async fn an_export_asks_to_whom_and_what_for_and_is_an_event() {
    let world = World::new().await;
    let url = ["--database-url", world.database.app_url.as_str(), "--email", "admin@north.example"];
    let password = format!("{PASSWORD}\n");
    let audit = async |args: &[&str]| program::run(&[&["audit"], args, &url[..]].concat(), &password).await;
    let (code, _, err) = audit(&["export", "--format", "csv"]).await;
    assert!(code == Some(1) && err.contains("give --recipient"), "{err}");
    let whom = ["--recipient", "The board", "--purpose", "Accreditation"];
    let mut counts = Vec::new();
    for format in ["csv", "json", "ndjson", "ocsf"] {
        let (code, out, err) =
            audit(&[&["export", "--format", format, "--filter", "action:program"], &whom[..]].concat()).await;
        assert_eq!(code, Some(0), "{err}");
        assert!(!out.contains("south"), "{out}");
        counts.push(match format {
            "csv" => {
                assert!(out.starts_with("sequence,time,severity,action,code,"), "{out}");
                out.lines().count() - 1
            }
            "json" => serde_json::from_str::<Vec<serde_json::Value>>(&out).expect("JSON").len(),
            "ndjson" => out.lines().filter(|line| line.contains(r#""code":"TB-0201""#)).count(),
            _ => out
                .lines()
                .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"))
                .filter(|event| {
                    event["class_uid"] == 3004
                        && event["type_uid"] == 300_401
                        && event["metadata"]["version"] == "1.3.0"
                })
                .count(),
        });
    }
    assert_eq!(counts, [1; 4]);
    let mut owner = world.owner().await;
    let told: String = value(&mut owner, "SELECT string_agg(concat_ws(' ', action, severity, user_id, changes::jsonb #>> '{rows,new}', changes::jsonb #>> '{recipient,new}', changes::jsonb #>> '{purpose,new}'), ', ' ORDER BY sequence)
        FROM (SELECT * FROM audit_logs WHERE action LIKE 'export.%' ORDER BY sequence LIMIT 2) x").await;
    assert_eq!(told, "export.started HIGH north-admin 1 The board Accreditation, export.finished LOW north-admin 1");
    let file = tempfile::tempdir().expect("a directory");
    let path = file.path().join("events.csv");
    let path = path.to_str().expect("a path");
    let (code, ..) = audit(&[&["export", "--format", "csv", "--output", path], &whom[..]].concat()).await;
    assert_eq!(code, Some(0));
    let (code, _, err) = audit(&[&["export", "--format", "csv", "--output", path], &whom[..]].concat()).await;
    assert!(code == Some(1) && err.contains("a file that is there already stays"), "{err}");
    let failed: i64 =
        value(&mut owner, "SELECT count(*) FROM audit_logs WHERE action = 'export.failed' AND status_code = 499").await;
    assert_eq!(failed, 1);
}
