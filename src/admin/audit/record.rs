//! An event as it leaves the system: our own form, and that of the Open
//! Cybersecurity Schema Framework.

use std::borrow::Cow;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::domain::audit_event::{AuditEvent, Severity};
use crate::domain::text::visible;

/// The version of the framework whose names are used.
const OCSF: &str = "1.3.0";

/// In UTC, with milliseconds.
pub(super) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// An event as JSON: the instant in UTC with milliseconds, what changed as an object.
#[derive(Serialize)]
pub(super) struct Exported<'a> {
    sequence: i64,
    time: String,
    severity: &'static str,
    action: &'a str,
    code: Option<&'a str>,
    resource_type: &'a str,
    resource_id: &'a str,
    user_id: Option<&'a str>,
    user: Option<&'a str>,
    ip_address: Option<&'a str>,
    user_agent: Option<&'a str>,
    endpoint: Option<&'a str>,
    method: Option<&'a str>,
    status_code: Option<i32>,
    transaction: Option<i64>,
    changes: Option<Changes<'a>>,
    id: &'a str,
}

impl<'a> From<&'a AuditEvent> for Exported<'a> {
    fn from(event: &'a AuditEvent) -> Self {
        Self {
            sequence: event.sequence,
            time: instant(event.at),
            severity: event.severity.into(),
            action: &event.action,
            code: event.code.as_deref(),
            resource_type: &event.resource_type,
            resource_id: &event.resource_id,
            user_id: event.who_id.as_deref(),
            user: event.who.as_deref(),
            ip_address: event.address.as_deref(),
            user_agent: event.device.as_deref(),
            endpoint: event.endpoint.as_deref(),
            method: event.method.as_deref(),
            status_code: event.status_code,
            transaction: event.transaction,
            changes: event.changes.as_deref().map(Changes),
            id: event.id.as_str(),
        }
    }
}

/// Parsed only when it is written: a table does not need it.
struct Changes<'a>(&'a str);

impl Serialize for Changes<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match serde_json::from_str::<Value>(self.0) {
            Ok(value) => value.serialize(to),
            // What cannot be read goes out as it is.
            Err(_) => self.0.serialize(to),
        }
    }
}

/// The columns of a table of events.
pub(super) const TITLES: [&str; 17] = [
    "sequence",
    "time",
    "severity",
    "action",
    "code",
    "resource_type",
    "resource_id",
    "user_id",
    "user",
    "ip_address",
    "user_agent",
    "endpoint",
    "method",
    "status_code",
    "transaction",
    "changes",
    "id",
];

/// The same as cells.
pub(super) fn cells(event: &AuditEvent) -> [Cow<'_, str>; 17] {
    fn text(value: Option<&String>) -> Cow<'_, str> {
        value.map_or("", String::as_str).into()
    }
    [
        event.sequence.to_string().into(),
        instant(event.at).into(),
        <&str>::from(event.severity).into(),
        event.action.as_str().into(),
        text(event.code.as_ref()),
        event.resource_type.as_str().into(),
        event.resource_id.as_str().into(),
        text(event.who_id.as_ref()),
        text(event.who.as_ref()),
        text(event.address.as_ref()),
        text(event.device.as_ref()),
        text(event.endpoint.as_ref()),
        text(event.method.as_ref()),
        event.status_code.map(|code| code.to_string()).unwrap_or_default().into(),
        event.transaction.map(|number| number.to_string()).unwrap_or_default().into(),
        text(event.changes.as_ref()),
        event.id.as_str().into(),
    ]
}

/// One line for a person; what a terminal would execute is made visible.
pub(super) fn line(event: &AuditEvent) -> String {
    let or_dash = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".into());
    let changed = event.differences().unwrap_or_default();
    let changed = changed.iter().map(|one| {
        let side = |side: &Option<String>| side.clone().unwrap_or_else(|| "-".into());
        format!("{}: {} -> {}", one.column, side(&one.old), side(&one.new))
    });
    let text = format!(
        "{} {:<4} {} {} {} {} [{}]",
        instant(event.at),
        event.severity.label(),
        event.action,
        event.resource(),
        or_dash(&event.who),
        or_dash(&event.address),
        changed.collect::<Vec<_>>().join("; ")
    );
    visible(&text).into_owned()
}

/// A number of syslog's for the severity: warning, error … ; informational for what
/// is routine.
pub(super) fn priority(severity: Severity) -> u8 {
    match severity {
        Severity::Critical => 2,
        Severity::High => 3,
        Severity::Medium => 4,
        Severity::Low => 6,
    }
}

/// The class of an event in the framework, and the activity in it: authentication,
/// account change, or entity management for everything else that is done to a
/// resource.
fn class(event: &AuditEvent) -> (u32, &'static str, u32) {
    let (family, verb) = event.action.split_once('.').unwrap_or((&event.action, ""));
    match (family, verb) {
        ("auth", "signed_in" | "sign_in_failed" | "unlocked" | "unlock_failed" | "locked_out") => {
            (3002, "Authentication", 1)
        }
        ("auth", "signed_out" | "session_revoked") => (3002, "Authentication", 2),
        ("auth", "password_changed") => (3001, "Account Change", 3),
        ("auth", "password_reset") => (3001, "Account Change", 4),
        ("user", "created") => (3001, "Account Change", 1),
        ("user", "activated") => (3001, "Account Change", 2),
        ("user", "deactivated") => (3001, "Account Change", 5),
        ("user", "deleted") => (3001, "Account Change", 6),
        ("user", "role_raised") => (3001, "Account Change", 7),
        (_, "created") => (3004, "Entity Management", 1),
        ("export" | "personal_data", _) => (3004, "Entity Management", 2),
        (_, "updated") => (3004, "Entity Management", 3),
        (_, "deleted" | "purged") => (3004, "Entity Management", 4),
        _ => (3004, "Entity Management", 99),
    }
}

/// An event in the framework's words.
pub(super) fn ocsf(event: &AuditEvent) -> Value {
    let (class_uid, class_name, activity) = class(event);
    let severity_id = match event.severity {
        Severity::Low => 2,
        Severity::Medium => 3,
        Severity::High => 4,
        Severity::Critical => 5,
    };
    let failed = event.status_code.is_some_and(|code| code >= 400);
    let user = json!({"uid": event.who_id, "name": event.who});
    let mut value = json!({
        "metadata": {
            "version": OCSF,
            "uid": event.id.as_str(),
            "sequence": event.sequence,
            "event_code": event.code,
            "correlation_uid": event.transaction.map(|number| number.to_string()),
            "product": {"name": "medstint", "vendor_name": "medstint", "version": env!("CARGO_PKG_VERSION")},
        },
        "time": event.at.timestamp_millis(),
        "category_uid": 3,
        "category_name": "Identity & Access Management",
        "class_uid": class_uid,
        "class_name": class_name,
        "activity_id": activity,
        "activity_name": event.action,
        "type_uid": class_uid * 100 + activity,
        "severity_id": severity_id,
        "severity": <&str>::from(event.severity),
        "status_id": if failed { 2 } else { 1 },
        "status_code": event.status_code.map(|code| code.to_string()),
        "actor": {"user": user, "app_name": event.endpoint},
        "src_endpoint": {"ip": event.address},
        "http_request": {"user_agent": event.device, "http_method": event.method},
        "unmapped": {"resource_type": event.resource_type, "resource_id": event.resource_id, "changes": event.changes.as_deref().map(Changes)},
    });
    if class_uid == 3004 {
        value["entity"] = json!({"type": event.resource_type, "uid": event.resource_id});
    } else {
        value["user"] = json!({"uid": event.resource_id});
    }
    value
}
