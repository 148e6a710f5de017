//! Builds the demonstration's data with set-based SQL, in one transaction.

use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::{PASSWORD, Person};

/// The parts, in the order in which they rest on each other.
const PARTS: [&str; 8] = [
    include_str!("world/01_people.sql"),
    include_str!("world/02_sites.sql"),
    include_str!("world/03_rotations.sql"),
    include_str!("world/04_time_records.sql"),
    include_str!("world/05_oddities.sql"),
    include_str!("world/06_competencies.sql"),
    include_str!("world/07_history.sql"),
    include_str!("world/08_doors.sql"),
];

/// Triggers speak of now; the world's history lies in the past, so it is
/// written with its consequences (decisions, hours, events) beside it.
const TRIGGERS: &str = "DO $$ DECLARE t regclass; BEGIN
  FOR t IN SELECT c.oid FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' LOOP
    EXECUTE format('ALTER TABLE %s %s TRIGGER USER', t, current_setting('demo.triggers'));
  END LOOP; END $$";

/// Whether a world stands here already.
///
/// # Errors
/// When the database does not answer.
pub async fn exists(owner: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM schools WHERE id = 'riverside') AS "exists!""#)
        .fetch_one(owner)
        .await
}

/// Builds the world around the server's present, on an empty schema.
///
/// # Errors
/// When a statement fails; nothing is left then.
pub async fn build(owner: &mut PgConnection) -> Result<(), sqlx::Error> {
    let mut tx = owner.begin().await?;
    sqlx::query!(
        "SELECT set_config('demo.now', date_trunc('minute', now())::text, true) AS now, set_config('demo.password', $1, true) AS password,
                set_config('demo.triggers', 'DISABLE', true) AS triggers",
        PASSWORD
    )
    .fetch_one(&mut *tx)
    .await?;
    sqlx::raw_sql(TRIGGERS).execute(&mut *tx).await?;
    for part in PARTS {
        sqlx::raw_sql(AssertSqlSafe(part)).execute(&mut *tx).await?;
    }
    sqlx::query!("SELECT set_config('demo.triggers', 'ENABLE', true)").fetch_one(&mut *tx).await?;
    sqlx::raw_sql(TRIGGERS).execute(&mut *tx).await?;
    // Events from before wait to be sealed like any others, and raise their alerts.
    sqlx::raw_sql(
        "INSERT INTO medstint.audit_unsealed SELECT coalesce(school_id, ''), sequence FROM audit_logs ON CONFLICT DO NOTHING;
         SELECT medstint.seal_batch(id, 1000000) FROM schools",
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    // The planner has never seen these tables.
    sqlx::raw_sql("ANALYZE").execute(owner).await?;
    Ok(())
}

/// The people whom the demo can sign in.
///
/// # Errors
/// When the database does not answer.
pub async fn people(owner: &mut PgConnection) -> Result<Vec<Person>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT u.name, u.email, u.role::text AS "role!", s.name AS "school?"
           FROM users u LEFT JOIN schools s ON s.id = u.school_id
           WHERE u.id IN ('coordinator', 'coordinator-2', 'supervisor', 'preceptor', 'admin', 'student', 'it', 'harbor-coordinator')
           ORDER BY array_position(ARRAY['coordinator', 'coordinator-2', 'supervisor', 'preceptor', 'student', 'it', 'harbor-coordinator', 'admin'], u.id)"#
    )
    .fetch_all(owner)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Person {
            name: row.name,
            email: row.email,
            password: PASSWORD.into(),
            role: row.role.into(),
            school: row.school,
        })
        .collect())
}

/// A new credential for the kiosk that the demonstration opens.
///
/// # Errors
/// When the database does not answer.
pub async fn kiosk(owner: &mut PgConnection) -> Result<String, sqlx::Error> {
    let credential =
        sqlx::query_scalar!(r#"SELECT medstint.random_token() AS "token!""#).fetch_one(&mut *owner).await?;
    sqlx::query!(
        "UPDATE kiosks SET credential_hash = encode(sha256(convert_to($1, 'UTF8')), 'hex'), enrolled_at = now(), revoked_at = NULL WHERE id = 'door-1'",
        credential
    )
    .execute(owner)
    .await?;
    Ok(credential)
}
