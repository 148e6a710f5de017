//! Live activity: students clock in and out every few seconds, written as a
//! web application would write it, over a connection of its own.

use std::time::Duration;

use sqlx::PgConnection;

use crate::store::Address;

/// Between two punches.
const PACE: Duration = Duration::from_secs(4);
/// At most so many students are at work at once.
const AT_WORK: i64 = 12;

/// Punches until it is dropped; reconnects when the database was away.
pub async fn run(address: Address) {
    loop {
        match address.connect().await {
            Ok(mut connection) => {
                let mut turn: i64 = 0;
                loop {
                    tokio::time::sleep(PACE).await;
                    turn += 1;
                    if let Err(error) = punch(&mut connection, turn).await {
                        tracing::warn!(%error, "the demo's activity was interrupted");
                        break;
                    }
                }
            }
            Err(error) => tracing::debug!(%error, "the demo's activity cannot connect"),
        }
        tokio::time::sleep(PACE).await;
    }
}

/// One student clocks in, or, when enough are at work or it is their turn,
/// the student who has worked longest clocks out.
async fn punch(connection: &mut PgConnection, turn: i64) -> Result<(), sqlx::Error> {
    let mut tx = sqlx::Connection::begin(connection).await?;
    sqlx::query!("SET LOCAL medstint.endpoint = 'web'").execute(&mut *tx).await?;
    sqlx::query!("SET LOCAL medstint.ip_address = '10.20.30.40'").execute(&mut *tx).await?;
    let at_work = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM time_records
           WHERE clock_out IS NULL AND notes = 'Live' AND school_id = 'riverside'"#
    )
    .fetch_one(&mut *tx)
    .await?;
    if at_work >= AT_WORK || turn % 2 == 0 && at_work > 2 {
        clock_out(&mut tx).await?;
    } else {
        clock_in(&mut tx, turn).await?;
    }
    tx.commit().await
}

/// Shifts of the demo are short in real time, so their clock-in is dated back
/// by some hours: what matters is that a record appears and then closes.
async fn clock_in(tx: &mut PgConnection, turn: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "WITH who AS (
           SELECT r.id AS rotation_id, r.student_id, r.clinical_site_id, l.latitude, l.longitude,
                  set_config('medstint.actor', r.student_id, true)
           FROM rotations r JOIN clinical_site_locations l ON l.id = r.clinical_site_id || '-1'
           WHERE r.status = 'ACTIVE' AND r.school_id = 'riverside' AND now() BETWEEN r.start_date AND r.end_date
             AND NOT EXISTS (SELECT FROM time_records t WHERE t.student_id = r.student_id AND t.clock_in > now() - interval '14 hours')
           ORDER BY md5(r.id || $1::bigint) LIMIT 1)
         INSERT INTO time_records (student_id, rotation_id, clinical_site_id, clock_in, clock_in_latitude, clock_in_longitude,
                                   clock_in_accuracy_m, clock_in_source, clock_in_ip_address, clock_in_user_agent, notes)
         SELECT student_id, rotation_id, clinical_site_id, clock_timestamp() - interval '7 hours 55 minutes',
                latitude + 0.0001 * ($1::bigint % 12 - 4), longitude, 8 + $1::bigint % 15, 'MOBILE', '10.20.30.' || (1 + $1::bigint % 200), 'MedStint/2.4 (iPhone)', 'Live'
         FROM who",
        turn
    )
    .execute(tx)
    .await?;
    Ok(())
}

async fn clock_out(tx: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE time_records t
         SET clock_out = clock_timestamp(), clock_out_latitude = t.clock_in_latitude, clock_out_longitude = t.clock_in_longitude,
             clock_out_accuracy_m = 12, clock_out_source = 'MOBILE', clock_out_ip_address = t.clock_in_ip_address, clock_out_user_agent = t.clock_in_user_agent,
             notes = NULL
         FROM (SELECT id, set_config('medstint.actor', student_id, true) FROM time_records
               WHERE clock_out IS NULL AND notes = 'Live' AND status = 'PENDING' AND school_id = 'riverside'
               ORDER BY clock_in, id LIMIT 1) x
         WHERE t.id = x.id"
    )
    .execute(tx)
    .await?;
    Ok(())
}
