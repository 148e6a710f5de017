//! Time records: the queue, one record in full, and decisions.

mod decide;
mod detail;

use chrono::{DateTime, Utc};
use sqlx::{Postgres, QueryBuilder};

pub use decide::decide;
pub use detail::detail;

use super::listing::like;
use super::window::List;
use super::{Bound, error, paging, reading};
use crate::domain::list::By;
use crate::domain::time_record::{Key, Location, Query, Sort, Status, TimeRecord};
use crate::domain::window::{Page, Place, Total};
use crate::domain::{Failure, TimeRecordId};

/// The records at a place in the order, at most `limit`.
///
/// # Errors
/// [`Failure::Unavailable`], [`Failure::SignedOut`].
pub async fn page(bound: &Bound, query: &Query, place: &Place<Key>, limit: usize) -> Result<Page<TimeRecord>, Failure> {
    let rows = |sql: &mut QueryBuilder<Postgres>| select(sql, bound, query);
    let (order, bind): (&[_], &[Bind]) = match query.sort {
        Sort::Oldest | Sort::Newest => (&[("t.clock_in", "clock_in"), ("t.id", "id")], &[bind_clock_in, bind_id]),
        Sort::Student => (
            &[("u.sort_name", "student"), ("t.clock_in", "clock_in"), ("t.id", "id")],
            &[bind_name, bind_clock_in, bind_id],
        ),
        Sort::Site => {
            (&[("s.name", "site"), ("t.clock_in", "clock_in"), ("t.id", "id")], &[bind_name, bind_clock_in, bind_id])
        }
        Sort::Longest => {
            (&[("coalesce(t.elapsed_ms, 9007199254740991)", "length"), ("t.id", "id")], &[bind_length, bind_id])
        }
    };
    let list = List {
        rows: &rows,
        around: Some(AROUND),
        order,
        descending: matches!(query.sort, Sort::Newest | Sort::Longest),
        joined: matches!(query.sort, Sort::Student | Sort::Site),
        bind: &|sql, key, i| bind[i](sql, key),
    };
    let page: Page<Row> = paging(bound, "time_record_page", async |tx| list.page(tx, place, limit).await).await?;
    page.try_map(TimeRecord::try_from)
}

/// How many records match, and how many hours they are.
///
/// # Errors
/// [`Failure::Unavailable`], [`Failure::SignedOut`].
pub async fn total(bound: &Bound, query: &Query) -> Result<Total, Failure> {
    let mut sql = QueryBuilder::new("SELECT count(*), coalesce(sum(elapsed_ms), 0)::bigint FROM (");
    select(&mut sql, bound, query);
    sql.push(") matching");
    let (rows, elapsed_ms) =
        reading(bound, "time_record_total", async |tx| sql.build_query_as().fetch_one(tx).await).await?;
    Ok(Total { rows, elapsed_ms })
}

/// Binds one part of a key.
type Bind = fn(&mut QueryBuilder<Postgres>, &Key);

fn bind_name(sql: &mut QueryBuilder<Postgres>, key: &Key) {
    sql.push_bind(key.name.clone());
}
fn bind_clock_in(sql: &mut QueryBuilder<Postgres>, key: &Key) {
    sql.push_bind(key.clock_in);
}
fn bind_length(sql: &mut QueryBuilder<Postgres>, key: &Key) {
    sql.push_bind(key.length);
}
fn bind_id(sql: &mut QueryBuilder<Postgres>, key: &Key) {
    sql.push_bind(key.id.0.clone());
}

/// The rows of the query. The status stands in the text, not in a parameter:
/// only then does the planner know that a partial index serves it.
fn select(sql: &mut QueryBuilder<Postgres>, bound: &Bound, query: &Query) {
    sql.push(
        "SELECT t.id, t.version, t.status::text AS status, t.student_id, u.sort_name AS student, s.name AS site, s.time_zone,
                t.clinical_site_id, t.clock_in, t.clock_out, t.elapsed_ms, coalesce(t.elapsed_ms, 9007199254740991) AS length,
                t.clock_in_latitude, t.clock_in_longitude, t.clock_in_accuracy_m,
                t.clock_out_latitude, t.clock_out_longitude, t.clock_out_accuracy_m
         FROM time_records t
         JOIN users u ON u.id = t.student_id AND u.school_id = t.school_id
         JOIN clinical_sites s ON s.id = t.clinical_site_id AND s.school_id = t.school_id
         WHERE t.school_id = ",
    );
    sql.push_bind(bound.school().to_owned());
    // Named again for the tables that an order by name starts from.
    sql.push(" AND u.school_id = ").push_bind(bound.school().to_owned());
    sql.push(" AND s.school_id = ").push_bind(bound.school().to_owned());
    if !query.is_one() {
        sql.push(match query.status {
            Status::Pending => " AND t.status = 'PENDING'",
            Status::Approved => " AND t.status = 'APPROVED'",
            Status::Rejected => " AND t.status = 'REJECTED'",
        });
    }
    if let Some(of) = &query.of {
        sql.push(match of.by {
            By::Id => " AND t.id = ",
            By::Rotation => " AND t.rotation_id = ",
            By::Site => " AND t.clinical_site_id = ",
            _ => " AND t.student_id = ",
        });
        sql.push_bind(of.id.clone());
    }
    for word in query.text.split_whitespace() {
        let pattern = like(word);
        sql.push(" AND (u.sort_name ILIKE ").push_bind(pattern.clone());
        sql.push(" OR s.name ILIKE ").push_bind(pattern).push(")");
    }
}

/// Distances are measured for the rows of the page only.
const AROUND: (&str, &str) = (
    "SELECT page.*, i.verdict AS in_verdict, i.location AS in_location, i.distance_m AS in_distance_m, i.radius_m AS in_radius_m,
            o.verdict AS out_verdict, o.location AS out_location, o.distance_m AS out_distance_m, o.radius_m AS out_radius_m
     FROM (",
    ") page
     LEFT JOIN LATERAL medstint.location_verdict(page.clinical_site_id, page.clock_in_latitude, page.clock_in_longitude,
                                                 page.clock_in_accuracy_m) i ON true
     LEFT JOIN LATERAL medstint.location_verdict(page.clinical_site_id, page.clock_out_latitude, page.clock_out_longitude,
                                                 page.clock_out_accuracy_m) o ON page.clock_out IS NOT NULL",
);

/// What `medstint.location_verdict` measured: distance, accuracy, name, radius.
type Measured = (Option<f64>, Option<f32>, Option<String>, Option<i32>);

fn location(verdict: &str, (distance_m, accuracy_m, nearest, radius_m): Measured) -> Result<Location, Failure> {
    Ok(Location { verdict: error::parsed("location verdict", verdict)?, distance_m, accuracy_m, nearest, radius_m })
}

/// A row as the statement returns it; becomes a [`TimeRecord`] once.
#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    version: i32,
    status: String,
    student_id: String,
    student: String,
    site: String,
    time_zone: String,
    clock_in: DateTime<Utc>,
    clock_out: Option<DateTime<Utc>>,
    elapsed_ms: Option<i64>,
    clock_in_accuracy_m: Option<f32>,
    clock_out_accuracy_m: Option<f32>,
    in_verdict: Option<String>,
    in_location: Option<String>,
    in_distance_m: Option<f64>,
    in_radius_m: Option<i32>,
    out_verdict: Option<String>,
    out_location: Option<String>,
    out_distance_m: Option<f64>,
    out_radius_m: Option<i32>,
}

impl TryFrom<Row> for TimeRecord {
    type Error = Failure;

    fn try_from(row: Row) -> Result<Self, Failure> {
        let measured_in = (row.in_distance_m, row.clock_in_accuracy_m, row.in_location, row.in_radius_m);
        let measured_out = (row.out_distance_m, row.clock_out_accuracy_m, row.out_location, row.out_radius_m);
        let clock_in_location = location(row.in_verdict.as_deref().unwrap_or("NONE"), measured_in)?;
        let clock_out_location = row.out_verdict.map(|verdict| location(&verdict, measured_out)).transpose()?;
        Ok(Self {
            id: TimeRecordId(row.id),
            version: row.version,
            status: error::parsed("status", &row.status)?,
            student_id: row.student_id.into(),
            student: row.student,
            site: row.site,
            zone: error::parsed("time zone", &row.time_zone)?,
            clock_in: row.clock_in,
            clock_out: row.clock_out,
            elapsed_ms: row.elapsed_ms,
            clock_in_location,
            clock_out_location,
        })
    }
}
