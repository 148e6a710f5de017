//! Competency assignments: the list, by due date, those without one last.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::{Postgres, QueryBuilder};

use super::window::List;
use super::{Bound, error, reading};
use crate::domain::competency::Assignment;
use crate::domain::window::{Page, Place, Total};
use crate::domain::{CompetencyAssignmentId, Failure};

/// The place of an assignment in the order: due date, id.
pub type Key = (Option<DateTime<Utc>>, CompetencyAssignmentId);

/// The assignments at a place in the order, at most `limit`.
///
/// # Errors
/// [`Failure::Unavailable`], [`Failure::SignedOut`].
pub async fn page(bound: &Bound, place: &Place<Key>, limit: usize) -> Result<Page<Assignment>, Failure> {
    let list = List {
        rows: &|sql: &mut QueryBuilder<Postgres>| {
            sql.push(
                "SELECT a.id, u.sort_name AS student, c.name AS competency, a.assignment_type::text AS kind,
                        a.status::text AS status, a.due_date, a.progress_percentage
                 FROM competency_assignments a
                 JOIN users u ON u.id = a.user_id
                 JOIN competencies c ON c.id = a.competency_id
                 WHERE a.school_id = ",
            );
            sql.push_bind(bound.school().to_owned());
        },
        around: None,
        order: &[("coalesce(a.due_date, 'infinity')", "due_date"), ("a.id", "id")],
        descending: false,
        joined: false,
        bind: &[
            |sql, key: &Key| {
                sql.push("coalesce(").push_bind(key.0).push(", 'infinity')");
            },
            |sql, key: &Key| {
                sql.push_bind(key.1.0.clone());
            },
        ],
    };
    let page: Page<Row> =
        reading(bound, "competency_assignment_page", async |tx| list.page(tx, place, limit).await).await?;
    page.try_map(Assignment::try_from)
}

/// How many there are.
///
/// # Errors
/// [`Failure::Unavailable`], [`Failure::SignedOut`].
pub async fn total(bound: &Bound) -> Result<Total, Failure> {
    let rows = reading(bound, "competency_assignment_total", async |tx| {
        sqlx::query_scalar!(
            r#"SELECT count(*) AS "count!" FROM competency_assignments WHERE school_id = $1"#,
            bound.school()
        )
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
    competency: String,
    kind: String,
    status: String,
    due_date: Option<DateTime<Utc>>,
    progress_percentage: Decimal,
}

impl TryFrom<Row> for Assignment {
    type Error = Failure;

    fn try_from(row: Row) -> Result<Self, Failure> {
        let status = error::parsed("status", &row.status)?;
        let state = (status, row.due_date);
        Ok(Self::new(
            row.id.into(),
            row.student,
            row.competency,
            row.kind.to_lowercase(),
            state,
            row.progress_percentage,
        ))
    }
}
