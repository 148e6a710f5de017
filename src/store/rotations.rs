//! Rotations: the list, by the day on which they end.

use chrono::{DateTime, Utc};
use sqlx::{Postgres, QueryBuilder};

use super::window::List;
use super::{Bound, error, reading};
use crate::domain::rotation::Rotation;
use crate::domain::window::{Page, Place, Total};
use crate::domain::{Failure, RotationId};

/// The place of a rotation in the order: end, id.
pub type Key = (DateTime<Utc>, RotationId);

/// The rotations at a place in the order, at most `limit`.
///
/// # Errors
/// [`Failure::Unavailable`], [`Failure::SignedOut`].
pub async fn page(bound: &Bound, place: &Place<Key>, limit: usize) -> Result<Page<Rotation>, Failure> {
    let list = List {
        rows: &|sql: &mut QueryBuilder<Postgres>| {
            sql.push(
                "SELECT r.id, u.sort_name AS student, r.specialty, s.name AS site, s.time_zone, k.sort_name AS preceptor,
                        r.start_date, r.end_date, r.required_hours, r.completed_hours, r.status::text AS status
                 FROM rotations r
                 JOIN users u ON u.id = r.student_id
                 JOIN clinical_sites s ON s.id = r.clinical_site_id
                 LEFT JOIN users k ON k.id = r.preceptor_id
                 WHERE r.school_id = ",
            );
            sql.push_bind(bound.school().to_owned());
        },
        around: None,
        order: &[("r.end_date", "end_date"), ("r.id", "id")],
        descending: true,
        joined: false,
        bind: &[
            |sql, key: &Key| {
                sql.push_bind(key.0);
            },
            |sql, key: &Key| {
                sql.push_bind(key.1.0.clone());
            },
        ],
    };
    let page: Page<Row> = reading(bound, "rotation_page", async |tx| list.page(tx, place, limit).await).await?;
    page.try_map(Rotation::try_from)
}

/// How many there are.
///
/// # Errors
/// [`Failure::Unavailable`], [`Failure::SignedOut`].
pub async fn total(bound: &Bound) -> Result<Total, Failure> {
    let rows = reading(bound, "rotation_total", async |tx| {
        sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM rotations WHERE school_id = $1"#, bound.school())
            .fetch_one(tx)
            .await
    })
    .await?;
    Ok(Total { rows, elapsed_ms: 0 })
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    student: String,
    specialty: String,
    site: String,
    time_zone: String,
    preceptor: Option<String>,
    start_date: DateTime<Utc>,
    end_date: DateTime<Utc>,
    required_hours: i32,
    completed_hours: i32,
    status: String,
}

impl TryFrom<Row> for Rotation {
    type Error = Failure;

    fn try_from(row: Row) -> Result<Self, Failure> {
        Ok(Self {
            id: row.id.into(),
            student: row.student,
            specialty: row.specialty,
            site: row.site,
            zone: error::parsed("time zone", &row.time_zone)?,
            preceptor: row.preceptor,
            start: row.start_date,
            end: row.end_date,
            required_hours: row.required_hours,
            completed_hours: row.completed_hours,
            status: error::parsed("status", &row.status)?,
        })
    }
}
