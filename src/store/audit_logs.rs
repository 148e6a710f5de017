//! Audit events: the list, newest first.

use chrono::{DateTime, Utc};
use sqlx::{Postgres, QueryBuilder};

use super::window::List;
use super::{Bound, error, reading};
use crate::domain::audit_event::AuditEvent;
use crate::domain::window::{Page, Place, Total};
use crate::domain::{AuditEventId, Failure};

/// The place of an event in the order: time, id.
pub type Key = (DateTime<Utc>, AuditEventId);

/// The events at a place in the order, at most `limit`.
///
/// # Errors
/// [`Failure::Unavailable`], [`Failure::SignedOut`].
pub async fn page(bound: &Bound, place: &Place<Key>, limit: usize) -> Result<Page<AuditEvent>, Failure> {
    let list = List {
        rows: &|sql: &mut QueryBuilder<Postgres>| {
            sql.push(
                "SELECT a.id, a.created_at, a.severity::text AS severity, u.name AS who, a.action,
                        a.resource_type || '/' || a.resource_id AS resource, a.ip_address
                 FROM audit_logs a LEFT JOIN users u ON u.id = a.user_id
                 WHERE a.school_id = ",
            );
            sql.push_bind(bound.school().to_owned());
        },
        around: None,
        order: &[("a.created_at", "created_at"), ("a.id", "id")],
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
    let page: Page<Row> = reading(bound, "audit_event_page", async |tx| list.page(tx, place, limit).await).await?;
    page.try_map(AuditEvent::try_from)
}

/// How many there are.
///
/// # Errors
/// [`Failure::Unavailable`], [`Failure::SignedOut`].
pub async fn total(bound: &Bound) -> Result<Total, Failure> {
    let rows = reading(bound, "audit_event_total", async |tx| {
        sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM audit_logs WHERE school_id = $1"#, bound.school())
            .fetch_one(tx)
            .await
    })
    .await?;
    Ok(Total { rows, elapsed_ms: 0 })
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    created_at: DateTime<Utc>,
    severity: String,
    who: Option<String>,
    action: String,
    resource: String,
    ip_address: Option<String>,
}

impl TryFrom<Row> for AuditEvent {
    type Error = Failure;

    fn try_from(row: Row) -> Result<Self, Failure> {
        Ok(Self {
            id: row.id.into(),
            at: row.created_at,
            severity: error::parsed("severity", &row.severity)?,
            who: row.who,
            action: row.action,
            resource: row.resource,
            from: row.ip_address,
        })
    }
}
