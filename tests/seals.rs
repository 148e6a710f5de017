//! The audit trail is sealed, and what is done to it behind the database's back is
//! found.

use medstint::domain::audit_trail::{Finding, Head};
use medstint::store::audit::{Kept, Trail, Verdict, verify};
use sqlx::PgConnection;

use super::support::database::{execute, try_execute, value};
use super::support::world::{PASSWORD, now};
use super::support::{World, a_time_record, program};

async fn verdict(world: &World, since: Option<&Head>) -> Verdict {
    let bound = world.bound("north-admin").await;
    verify(&mut Trail::Session(&bound), since.map(Kept::Since), now(), |_| {}).await.expect("a verdict")
}

async fn against(world: &World, head: &Head) -> Verdict {
    let bound = world.bound("north-admin").await;
    verify(&mut Trail::Session(&bound), Some(Kept::Against(head)), now(), |_| {}).await.expect("a verdict")
}

async fn sealed(world: &World) -> Head {
    let bound = world.bound("north-admin").await;
    let mut trail = Trail::Session(&bound);
    trail.seal().await.expect("sealed");
    trail.head().await.expect("an answer").expect("a head")
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
    world.accept_any_text().await;
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
        world.tamper(&format!("UPDATE audit_logs SET {column} = {other} WHERE sequence = {sequence}")).await;
        assert_eq!(verdict(&world, None).await.findings, [Finding::Altered { sequence, seal }], "{column}");
        world.tamper(&format!(
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
    world.tamper(&format!("UPDATE audit_logs SET school_id = 'south' WHERE sequence = {sequence}")).await;
    assert_eq!(verdict(&world, None).await.findings, [Finding::Removed { sequence, seal }]);
}

#[tokio::test]
async fn a_removed_an_inserted_and_two_swapped_events_are_found() {
    let world = World::new().await;
    let [a, b, c] = some_events(&world, &["A", "B", "C"]).await[..] else { panic!("three events") };
    let seal = sealed(&world).await.number;
    world.tamper(&format!("DELETE FROM audit_logs WHERE sequence = {b}")).await;
    assert_eq!(verdict(&world, None).await.findings, [Finding::Removed { sequence: b, seal }]);
    // The gap is filled by something else.
    world
        .tamper(&format!(
            "INSERT INTO audit_logs (sequence, school_id, action, resource_type, resource_id) OVERRIDING SYSTEM VALUE
             VALUES ({b}, 'north', 'program.updated', 'programs', 'north-program')"
        ))
        .await;
    assert_eq!(verdict(&world, None).await.findings, [Finding::Altered { sequence: b, seal }]);
    world.tamper(&format!("DELETE FROM audit_logs WHERE sequence = {b}")).await;
    // Two events change places.
    world.tamper(&format!(
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
    world.tamper("INSERT INTO audit_logs (sequence, school_id, action, resource_type, resource_id, created_at) OVERRIDING SYSTEM VALUE
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
            world.tamper(&sql).await;
            let all = verdict(world, None).await.findings;
            let since = verdict(world, Some(&head)).await.findings;
            world.tamper("DELETE FROM audit_seals; INSERT INTO audit_seals SELECT * FROM kept; DROP TABLE kept").await;
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
        "UPDATE audit_seals SET number = 1000 WHERE number = {n} AND school_id = 'north';
         UPDATE audit_seals SET number = {n} WHERE number = {before} AND school_id = 'north';
         UPDATE audit_seals SET number = {before} WHERE number = 1000",
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
    world.tamper(&format!("UPDATE audit_logs SET action = 'x' WHERE sequence IN ({}, {})", early[0], late[0])).await;
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

    let error = try_execute(&mut owner, "SELECT medstint.purge_audit('north', NULL)").await;
    assert!(format!("{error:?}").contains("audit_logs_kept_for_six_years"), "{error:?}");

    begin_seven_years_ago(&world).await;
    some_events(&world, &["new"]).await;
    let before = verdict(&world, None).await;
    let old: i64 =
        value(&mut owner, "SELECT count(*) FROM audit_logs WHERE created_at < now() - interval '6 years'").await;
    assert!(before.is_whole() && old > 10, "{before:?}");
    let head = sealed(&world).await;
    assert_eq!(value::<i64>(&mut owner, purge).await, 1);
    let left: i64 =
        value(&mut owner, "SELECT count(*) FROM audit_logs WHERE created_at < now() - interval '6 years'").await;
    assert_eq!(left, 0);
    sealed(&world).await;
    let after = verdict(&world, None).await;
    assert_eq!((after.findings, after.purged), (vec![], old));
    assert!(against(&world, &head).await.is_whole(), "the head that was kept before is still good");
    let told: String = value(
        &mut owner,
        "SELECT severity || ' ' || (changes::jsonb #>> '{events,new}') FROM audit_logs WHERE action = 'audit.purged'",
    )
    .await;
    assert_eq!(told, format!("HIGH {old}"));
}

#[tokio::test]
async fn a_purge_by_command_deletes_what_it_said_beforehand() {
    let world = World::new().await;
    begin_seven_years_ago(&world).await;
    let mut owner = world.owner().await;
    let old: i64 = value(&mut owner, "SELECT count(*) FROM audit_logs WHERE created_at < '2021-01-01'").await;
    let url = world.database.owner_url.as_str();
    let purge = ["audit", "purge", "--older-than", "2020-11-01", "--school", "north", "--database-url", url];
    let (code, out, err) = program::run(&[&purge[..], &["--dry-run"]].concat(), "").await;
    assert!(code == Some(0) && out.contains(&format!("north: would delete {old} events of 1 seal")), "{out}{err}");
    let (code, out, err) = program::run(&purge, "").await;
    assert!(code == Some(1) && err.contains("To continue, add --confirm") && out.is_empty(), "{out}{err}");
    let (code, _, err) = program::run(&[&purge[..], &["--confirm", "another"]].concat(), "").await;
    assert!(code == Some(1) && err.contains("not “another”. Nothing was done"), "{err}");
    let purge = [&purge[..], &["--confirm", world.database.name.as_str()]].concat();
    let (code, out, err) = program::run(&purge, "").await;
    assert!(code == Some(0) && out.contains(&format!("{old} events of 1 seal")), "{out}{err}");
    assert_eq!(value::<i64>(&mut owner, "SELECT count(*) FROM audit_logs WHERE created_at < '2021-01-01'").await, 0);
    let (code, out, err) = program::run(&purge, "").await;
    assert!(code == Some(0) && out.contains("0 events of 0 seals"), "{out}{err}");
    sealed(&world).await;
    assert!(verdict(&world, None).await.is_whole());
}

/// Everything that North has was written and sealed seven years ago.
pub async fn begin_seven_years_ago(world: &World) {
    world
        .tamper(
            "DELETE FROM audit_seals; DELETE FROM medstint.audit_unsealed;
         UPDATE audit_logs SET created_at = now() - interval '7 years' WHERE school_id = 'north';
         INSERT INTO medstint.audit_unsealed SELECT coalesce(school_id, ''), sequence FROM audit_logs",
        )
        .await;
    sealed(world).await;
    world
        .tamper(
            "DO $$
         DECLARE s audit_seals; before bytea := decode(repeat('00', 32), 'hex');
         BEGIN
           FOR s IN SELECT * FROM audit_seals WHERE school_id = 'north' ORDER BY number LOOP
             s.sealed_at := s.sealed_at - interval '7 years';
             s.previous := before;
             s.hash := medstint.audit_seal_hash(s);
             UPDATE audit_seals a SET sealed_at = s.sealed_at, previous = s.previous, hash = s.hash WHERE a.id = s.id;
             before := s.hash;
           END LOOP;
         END $$",
        )
        .await;
}

#[tokio::test]
async fn each_purge_tells_of_all_so_that_the_event_of_the_one_before_may_go() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    some_events(&world, &["A"]).await;
    begin_seven_years_ago(&world).await;
    let purge = "SELECT seals FROM medstint.purge_audit('north', now() - interval '6 years 1 day')";
    assert_eq!(value::<i64>(&mut owner, purge).await, 1);
    sealed(&world).await;
    // Seven years on: the purge's own event is old as well.
    world.tamper(
        "UPDATE audit_logs SET created_at = created_at - interval '7 years' WHERE school_id = 'north';
         DO $$
         DECLARE s audit_seals; before bytea;
         BEGIN
           SELECT hash INTO before FROM audit_seals WHERE school_id = 'north' AND number = 1;
           FOR s IN SELECT * FROM audit_seals WHERE school_id = 'north' AND number > 1 ORDER BY number LOOP
             s.sealed_at := s.sealed_at - interval '6 years 6 months';
             s.previous := before;
             s.leaves := (SELECT string_agg(medstint.audit_leaf(e), '' ORDER BY e.sequence) FROM audit_logs e WHERE e.sequence = ANY (s.sequences));
             s.digest := sha256(s.leaves);
             s.hash := medstint.audit_seal_hash(s);
             UPDATE audit_seals a SET sealed_at = s.sealed_at, previous = s.previous, leaves = s.leaves, digest = s.digest, hash = s.hash WHERE a.id = s.id;
             before := s.hash;
           END LOOP;
         END $$",
    )
    .await;
    assert!(verdict(&world, None).await.is_whole());
    assert!(value::<i64>(&mut owner, purge).await >= 1);
    sealed(&world).await;
    let after = verdict(&world, None).await;
    assert_eq!(after.findings, [], "the first purge is told of by the second");
    let told: i64 = value(&mut owner, "SELECT count(*) FROM audit_logs WHERE action = 'audit.purged'").await;
    assert_eq!(told, 1);
}

#[tokio::test]
async fn young_events_that_somebody_empties_a_seal_of_are_found_also_when_a_purge_is_told() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    some_events(&world, &["A"]).await;
    let head = sealed(&world).await;
    let number = head.number;
    // As the purge does it, by hand: the rows' own trigger refuses.
    let purging = "SELECT set_config('medstint.purging', pg_current_xact_id()::text, true)";
    let deleted = format!(
        "DELETE FROM audit_logs WHERE sequence = ANY ((SELECT sequences FROM audit_seals WHERE school_id = 'north' AND number = {number})::bigint[])"
    );
    execute(&mut owner, "BEGIN").await;
    execute(&mut owner, purging).await;
    let refused = try_execute(&mut owner, &deleted).await.expect_err("a purge of young events");
    assert!(refused.to_string().contains("six years"), "{refused}");
    execute(&mut owner, "ROLLBACK").await;
    // With the triggers off nothing stops it, and it shows.
    let empty = format!(
        "{deleted}; UPDATE audit_seals SET sequences = NULL, leaves = NULL, purged_at = now() - interval '1 second' WHERE school_id = 'north' AND number = {number}"
    );
    world.tamper(&empty).await;
    let found = verdict(&world, None).await.findings;
    assert_eq!(found, [Finding::PurgedEarly { number }, Finding::PurgeUntold { number }]);
    execute(
        &mut owner,
        &format!("SELECT medstint.write_event('audit.purged', 'north', 'audit_seals', '-', jsonb_build_object('first_seal', 1, 'last_seal', {number}), 'PURGE', 200)"),
    )
    .await;
    sealed(&world).await;
    assert_eq!(verdict(&world, None).await.findings, [Finding::PurgedEarly { number }]);
    assert_eq!(against(&world, &head).await.findings, [Finding::PurgedEarly { number }]);
}

#[tokio::test]
async fn an_event_cannot_hide_in_a_seal_that_nobody_reads_nor_beside_one_that_is_sealed() {
    let world = World::new().await;
    let [sequence] = some_events(&world, &["A"]).await[..] else { panic!("one event") };
    let head = sealed(&world).await;
    let hidden = "INSERT INTO audit_seals (school_id, number, first_position, events, sequences, leaves, least_sequence, most_sequence, digest, previous, hash, sealed_at)
       VALUES ('north', -1, 1, 1, '{7}', '', 7, 7, '', '', '', now())";
    assert!(try_execute(&mut world.owner().await, hidden).await.is_err(), "a seal without a number");
    // In the list of a seal that was made before the head, which is not in its hash.
    world.tamper(
        format!(
            "INSERT INTO audit_logs (sequence, school_id, action, resource_type, resource_id) OVERRIDING SYSTEM VALUE VALUES ({s}, 'north', 'program.updated', 'programs', 'p');
             UPDATE audit_seals SET sequences = sequences || {s}::bigint, most_sequence = {s} WHERE school_id = 'north' AND number = 1",
            s = sequence + 1_000_000
        ),
    )
    .await;
    let found = against(&world, &head).await.findings;
    assert!(
        matches!(found[..], [Finding::Seal { number: 1, .. }, Finding::Removed { .. } | Finding::Altered { .. }, ..]),
        "{found:?}"
    );
    world.tamper("UPDATE audit_seals SET sequences = trim_array(sequences, 1), most_sequence = sequences[cardinality(sequences) - 1] WHERE school_id = 'north' AND number = 1").await;
    let stray = Finding::Inserted { sequence: sequence + 1_000_000 };
    assert_eq!(against(&world, &head).await.findings, std::slice::from_ref(&stray));
    assert_eq!(verdict(&world, Some(&head)).await.findings, [stray]);
    // A second one of the same number, where the index against it was dropped.
    world.tamper(
        format!(
            "DELETE FROM audit_logs WHERE sequence = {s};
             DROP INDEX audit_logs_by_sequence;
             INSERT INTO audit_logs (sequence, school_id, action, resource_type, resource_id) OVERRIDING SYSTEM VALUE VALUES ({sequence}, 'north', 'program.updated', 'programs', 'p')",
            s = sequence + 1_000_000
        ),
    )
    .await;
    assert!(verdict(&world, None).await.findings.contains(&Finding::Inserted { sequence }));
}

#[tokio::test]
async fn what_was_altered_before_a_head_is_found_against_it_and_not_after_it() {
    let world = World::new().await;
    let [early] = some_events(&world, &["A"]).await[..] else { panic!("one event") };
    let head = sealed(&world).await;
    let seal = head.number;
    some_events(&world, &["B"]).await;
    assert!(against(&world, &head).await.is_whole());
    world.tamper(format!("UPDATE audit_logs SET action = 'x' WHERE sequence = {early}")).await;
    assert!(verdict(&world, Some(&head)).await.is_whole(), "it looks only at what came after");
    assert_eq!(against(&world, &head).await.findings, [Finding::Altered { sequence: early, seal }]);
}

/// An event of a while ago that waits to be sealed.
async fn an_old_event(owner: &mut PgConnection) {
    execute(
        owner,
        "INSERT INTO audit_logs (school_id, action, resource_type, resource_id, created_at) VALUES ('north', 'program.updated', 'programs', 'p', now() - interval '3 minutes')",
    )
    .await;
}

#[tokio::test]
async fn old_events_that_several_consoles_seal_at_once_raise_no_alert() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    an_old_event(&mut owner).await;
    let mut first = world.app_as("north-student").await;
    execute(&mut first, "BEGIN; SELECT medstint.watch_audit(current_setting('medstint.session'))").await;
    an_old_event(&mut owner).await;
    let mut second = world.app_as("north-admin").await;
    execute(&mut second, "SELECT medstint.watch_audit(current_setting('medstint.session'))").await;
    execute(&mut first, "COMMIT").await;
    execute(&mut second, "SELECT medstint.watch_audit(current_setting('medstint.session'))").await;
    let told: i64 = value(&mut owner, "SELECT count(*) FROM audit_logs WHERE action = 'audit.sealing_held'").await;
    let delays: i64 = value(&mut owner, "SELECT count(*) FROM medstint.sealing_delays WHERE school = 'north'").await;
    assert_eq!((told, delays), (0, 0));
}

#[tokio::test]
async fn held_up_sealing_names_its_holder_and_raises_an_alert() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    an_old_event(&mut owner).await;
    let mut holder = world.app_as("north-student").await;
    execute(&mut holder, "BEGIN; SELECT medstint.watch_audit(current_setting('medstint.session'))").await;
    let process: i32 = value(&mut holder, "SELECT pg_backend_pid()").await;
    an_old_event(&mut owner).await;
    let mut admin = world.app_as("north-admin").await;
    let watch = "SELECT medstint.watch_audit(current_setting('medstint.session'))";
    execute(&mut admin, watch).await;
    // Two minutes later.
    execute(&mut owner, "UPDATE medstint.sealing_delays SET noticed_at = noticed_at - interval '3 minutes'").await;
    for _ in 0..3 {
        execute(&mut admin, watch).await;
    }
    let told: String = value(
        &mut owner,
        "SELECT string_agg(concat_ws(' ', severity, changes::jsonb #>> '{role,new}', changes::jsonb #>> '{process,new}'), ', ') FROM audit_logs WHERE action = 'audit.sealing_held' AND school_id = 'north'",
    )
    .await;
    assert_eq!(told, format!("HIGH medstint_app {process}"), "once");
    let alerted: i64 = value(
        &mut owner,
        "SELECT count(*) FROM alerts WHERE rule_id = 'platform-sealing-held' AND acknowledged_at IS NULL AND school_id = 'north'",
    )
    .await;
    let notified: i64 = value(
        &mut owner,
        "SELECT count(*) FROM notifications WHERE type = 'AUDIT_ALERT' AND user_id IN ('north-admin', 'north-admin-2')",
    )
    .await;
    assert_eq!((alerted, notified), (1, 2), "both administrators, without a seal");
    execute(&mut holder, "ROLLBACK").await;
    sealed(&world).await;
}

#[tokio::test]
async fn no_lock_that_anybody_may_take_holds_a_schools_sealing_up() {
    let world = World::new().await;
    let mut app = world.app_as("north-student").await;
    execute(&mut app, "SELECT pg_advisory_lock(hashtextextended('medstint.seal:north', 0))").await;
    assert!(try_execute(&mut app, "SELECT FROM medstint.audit_sealing FOR UPDATE").await.is_err());
    let before = sealed(&world).await;
    some_events_of(&mut world.database.web().await, "other").await;
    assert_eq!(sealed(&world).await.position, before.position + 1);
}

#[tokio::test]
async fn a_role_that_sees_only_part_of_the_trail_cannot_verify_it() {
    let world = World::new().await;
    let bound = world.bound("north-preceptor").await;
    let refused = verify(&mut Trail::Session(&bound), None, now(), |_| {}).await;
    assert!(refused.is_err_and(|failure| failure.to_string().contains("administrators")));
    // With all trails it is the owner, and a console's role would see none of them.
    let as_app = ["audit", "verify", "--all", "--database-url", world.database.app_url.as_str()];
    let (code, out, err) = program::run(&as_app, "").await;
    assert!(code == Some(1) && out.is_empty() && err.contains("database.owner_url"), "{out}{err}");
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
    assert!(out.starts_with("north: intact: ") && out.contains("after the saved head"), "{out}");
    let (code, out, _) = audit(&["verify"]).await;
    assert!(code == Some(0) && out.contains("north: intact: ") && out.contains(" seals"), "{out}");
    world.tamper("UPDATE audit_logs SET ip_address = '1.1.1.1' WHERE action = 'time_record.created'").await;
    let (code, out, _) = audit(&["verify"]).await;
    assert_eq!(code, Some(3), "{out}");
    assert!(out.contains("was altered") && out.contains("ALTERED"), "{out}");
    let mut owner = world.owner().await;
    let events: String = value(&mut owner, "SELECT string_agg(action || ' ' || severity, ', ' ORDER BY sequence) FROM audit_logs WHERE action LIKE 'audit.%'").await;
    assert_eq!(events, "audit.verified LOW, audit.verified LOW, audit.verification_failed CRITICAL");

    let (code, out, err) = audit(&["verify", "--against", head.trim()]).await;
    assert!(code == Some(3) && out.contains("compared with the saved head"), "{out}{err}");
    let as_owner = ["audit", "verify", "--all", "--database-url", world.database.owner_url.as_str()];
    let (code, out, err) = program::run(&as_owner, "").await;
    assert_eq!(code, Some(3), "{out}{err}");
    assert!(out.contains("south: intact") && out.contains("-: intact"), "{out}");
    let told: String = value(&mut owner, "SELECT string_agg(coalesce(school_id, '-') || ' ' || action, ', ' ORDER BY school_id) FROM audit_logs WHERE user_id IS NULL AND action LIKE 'audit.%'").await;
    assert_eq!(told, "north audit.verification_failed, south audit.verified, - audit.verified");
    let alerts: i64 = value(&mut owner, "SELECT count(*) FROM alerts a JOIN alert_rules r ON r.id = a.rule_id WHERE r.code = 'trail-altered' AND a.school_id = 'north'").await;
    assert_eq!(alerts, 1, "at once");
    let (code, out, err) = audit(&["verify", "--since", "a head of cabbage"]).await;
    assert!(code == Some(1) && err.contains("must be a head or a file of heads"), "{out}{err}");
}
