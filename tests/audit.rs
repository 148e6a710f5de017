//! What changes leaves an event, in the same transaction, without secrets.

use super::support::database::{execute, try_execute, value};
use super::support::{World, a_time_record};

#[tokio::test]
async fn a_decision_leaves_an_event_that_says_who_what_and_from_where() {
    let world = World::new().await;
    let seen = a_time_record().insert(&world).await;
    let bound = world.bound("north-admin").await;
    medstint::store::time_records::decide(
        &bound,
        std::slice::from_ref(&seen),
        &medstint::domain::time_record::Decide::Approve { reason: None },
    )
    .await
    .expect("approved");
    let mut owner = world.owner().await;
    let event: String = value(
        &mut owner,
        &format!(
            "SELECT concat_ws(' ', user_id, school_id, action, resource_type, ip_address, endpoint, severity, changes::json #>> '{{status,new}}')
             FROM audit_logs WHERE resource_id = '{}' AND action = 'time_record.approved'",
            seen.id
        ),
    )
    .await;
    assert_eq!(event, "north-admin north time_record.approved time_records 192.0.2.7 console LOW APPROVED");
}

#[tokio::test]
async fn every_documented_table_is_audited_and_no_secret_reaches_an_event() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let unaudited: Vec<String> = sqlx::query_scalar(
        "SELECT c.relname::text FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
           -- Histories themselves, and sessions, whose functions tell their life.
           AND c.relname NOT IN ('audit_logs', 'audit_seals', 'time_record_decisions', 'sessions',
             -- What a kiosk tells of itself every half minute; and punches, which nobody
             -- changes but functions that tell of it.
             'kiosk_states', 'kiosk_punches')
           AND (SELECT count(*) FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname LIKE 'c\\_audit\\_%') < 3",
    )
    .fetch_all(&mut owner)
    .await
    .expect("the catalogue");
    assert!(unaudited.is_empty(), "{unaudited:?}: add c_audit_insert, _update and _delete to sql/triggers");

    world.token("north-admin").await;
    let leaks: i64 = value(
        &mut owner,
        "SELECT count(*) FROM audit_logs l WHERE EXISTS (SELECT FROM accounts a WHERE strpos(l.changes, a.password) > 0)
           OR EXISTS (SELECT FROM sessions s WHERE strpos(l.changes, s.token) > 0)",
    )
    .await;
    assert_eq!(leaks, 0);
}

#[tokio::test]
async fn a_change_of_nothing_leaves_no_event_and_a_rolled_back_one_neither() {
    let world = World::new().await;
    let mut web = world.database.web().await;
    let count = "SELECT count(*) FROM audit_logs";
    let mut owner = world.owner().await;
    let before: i64 = value(&mut owner, count).await;
    execute(&mut web, "UPDATE users SET name = name; BEGIN; UPDATE users SET name = 'X'; ROLLBACK").await;
    assert_eq!(value::<i64>(&mut owner, count).await, before);
}

#[tokio::test]
async fn a_raised_role_is_severe() {
    let world = World::new().await;
    let mut web = world.database.web().await;
    execute(&mut web, "UPDATE users SET role = 'SCHOOL_ADMIN' WHERE id = 'north-preceptor'").await;
    let mut owner = world.owner().await;
    let severity: String =
        value(&mut owner, "SELECT severity::text FROM audit_logs WHERE action = 'user.role_raised'").await;
    assert_eq!(severity, "HIGH");
}

#[tokio::test]
async fn a_changed_password_is_an_event_without_the_password() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    execute(&mut owner, "SELECT medstint.set_password('north-admin', 'an entirely new one')").await;
    let changes: String = value(&mut owner, "SELECT changes FROM audit_logs WHERE action = 'account.updated'").await;
    assert_eq!(changes, r#"{"password": {"secret": "changed"}}"#);
}

#[tokio::test]
async fn events_and_seals_are_append_only_for_every_role_and_nobody_forges_any() {
    let world = World::new().await;
    let users = ["north-student", "north-preceptor", "north-supervisor", "north-admin", "super"];
    let mut all = vec![(world.database.web().await, false), (world.owner().await, true)];
    for user in users {
        all.push((world.app_as(user).await, false));
    }
    let counts = "SELECT (SELECT count(*) FROM audit_logs) || ' ' || (SELECT count(*) FROM audit_seals)";
    let before: String = value(&mut world.owner().await, counts).await;
    for (mut connection, is_owner) in all {
        for statement in [
            "UPDATE audit_logs SET action = 'x'",
            "DELETE FROM audit_logs",
            "TRUNCATE audit_logs",
            "UPDATE audit_seals SET number = number + 1",
            "DELETE FROM audit_seals",
            "TRUNCATE audit_seals",
        ] {
            assert!(try_execute(&mut connection, statement).await.is_err(), "{statement}");
        }
        for forged in [
            "INSERT INTO audit_logs (action, resource_type, resource_id) VALUES ('auth.signed_in', 'y', 'z')",
            "INSERT INTO audit_seals (number, first_position, events, sequences, leaves, least_sequence, most_sequence, digest, previous, hash, sealed_at) VALUES (1, 1, 1, '{1}', '', 1, 1, '', '', '', now())",
            "DELETE FROM medstint.audit_unsealed",
            "SELECT FROM medstint.audit_sealing FOR UPDATE",
            "SELECT medstint.write_event('auth.signed_in', 'north', 'x', 'y', '{}', 'X', 200)",
            "SELECT medstint.write_system_event('auth.signed_in', 'north', 'x', 'y', '{}', 'X', 200)",
            "SELECT medstint.record_verification('north', 0, 1, '')",
            "SELECT medstint.seal_batch('north', 1)",
        ] {
            assert!(is_owner || try_execute(&mut connection, forged).await.is_err(), "{forged}");
        }
    }
    assert_eq!(value::<String>(&mut world.owner().await, counts).await, before);
}

#[tokio::test]
async fn the_events_are_documented_in_one_table() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let table: String = value(
        &mut owner,
        "SELECT string_agg(format('| `%s` | %s | %s | %s |', name, code, severity, meaning), E'\\n' ORDER BY code) FROM medstint.audit_event_types",
    )
    .await;
    let documented = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/AUDIT.md")).expect("AUDIT.md");
    assert!(documented.contains(&table), "AUDIT.md has another table of events; it should be:\n{table}");
}

#[tokio::test]
async fn every_column_of_every_audited_table_is_told_or_known_to_be_secret_or_derived() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let untold: Vec<String> = sqlx::query_scalar(
        "SELECT c.relname || '.' || a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
         WHERE c.relnamespace = 'public'::regnamespace AND EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'c_audit_update')
           AND NOT a.attname = ANY (medstint.derived_columns())
           AND NOT coalesce(medstint.audit_difference(jsonb_build_object(a.attname, 'old'), jsonb_build_object(a.attname, 'new'))::jsonb ? a.attname, false)
         ORDER BY 1",
    )
    .fetch_all(&mut owner)
    .await
    .expect("the catalogue");
    assert_eq!(untold, Vec::<String>::new());
    // Whatever is called like a secret is one, and says only that it changed.
    let secrets: Vec<String> = sqlx::query_scalar(
        "SELECT c.relname || '.' || a.attname || ' ' || coalesce(medstint.audit_difference(jsonb_build_object(a.attname, 'old'), jsonb_build_object(a.attname, 'new')), '')
         FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attname ~ '(password|token|secret|credential|pin|customer_id)' ORDER BY 1",
    )
    .fetch_all(&mut owner)
    .await
    .expect("the catalogue");
    assert!(secrets.len() >= 5, "{secrets:?}");
    for secret in secrets {
        let (column, told) = secret.split_once(' ').expect("two words");
        let name = column.split_once('.').expect("a table").1;
        assert_eq!(told, format!(r#"{{"{name}": {{"secret": "changed"}}}}"#), "{column}");
    }
    // What is left out is left out knowingly.
    let derived: String =
        value(&mut owner, "SELECT array_to_string(ARRAY(SELECT unnest(medstint.derived_columns()) ORDER BY 1), ' ')")
            .await;
    assert_eq!(
        derived,
        "clock_in_is_edited clock_out_is_edited created_at edited_at editors elapsed_ms expires_at flags last_seen_at last_used_at possible_punchers search_name sort_name triage updated_at"
    );
}

#[tokio::test]
async fn every_event_that_is_written_is_of_the_table_with_its_severity() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    // A name that is not in the table is refused, and the change with it.
    execute(&mut owner, "DELETE FROM medstint.audit_event_types WHERE name = 'program.updated'").await;
    let mut web = world.database.web().await;
    let refused = try_execute(&mut web, "UPDATE programs SET name = 'X' WHERE id = 'north-program'").await;
    assert!(refused.is_err(), "no event, no change");
    let name: String = value(&mut owner, "SELECT name FROM programs WHERE id = 'north-program'").await;
    assert_eq!(name, "Nursing");
    let wrong: Option<String> = value(
        &mut owner,
        "SELECT string_agg(DISTINCT l.action || ' ' || l.severity, ', ') FROM audit_logs l LEFT JOIN medstint.audit_event_types t ON t.name = l.action
         WHERE t.severity IS DISTINCT FROM l.severity",
    )
    .await;
    assert_eq!(wrong, None);
    let endpoints: String = value(
        &mut owner,
        "SELECT string_agg(DISTINCT endpoint, ' ') FROM audit_logs WHERE action <> 'schema.migrated'",
    )
    .await;
    assert_eq!(endpoints, "database", "the owner's worlds");
    execute(&mut web, "UPDATE clinical_sites SET name = 'X' WHERE id = 'north-site'").await;
    let event: String = value(&mut owner, "SELECT concat_ws(' ', endpoint, method, status_code, transaction_id IS NOT NULL) FROM audit_logs WHERE action = 'clinical_site.updated'").await;
    assert_eq!(event, "web UPDATE 200 t");
    let migrations: i64 = value(&mut owner, "SELECT count(*) FROM audit_logs WHERE action = 'schema.migrated' AND school_id IS NULL AND changes::jsonb #>> '{name,new}' IS NOT NULL").await;
    assert!(migrations >= 3, "the migrations since the trail knows of them");
}
