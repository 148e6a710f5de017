//! The exported form of an event: medstint's own, and that of the Open Cybersecurity Schema
//! Framework.

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::super::output::{Field, Row, instant};
use crate::domain::audit_event::{AuditEvent, Severity};
use crate::domain::text::visible;

/// The version of the framework whose names are used.
const OCSF: &str = "1.3.0";

/// An event for programs: the instant in UTC, what changed as an object or, in CSV, as
/// JSON.
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

impl Row for Exported<'_> {
    const COLUMNS: &'static [&'static str] = &[
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

    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::value(&self.sequence),
            Field::value(&self.time),
            Field::value(&self.severity),
            Field::Text(self.action),
            Field::text(self.code),
            Field::Text(self.resource_type),
            Field::Text(self.resource_id),
            Field::text(self.user_id),
            Field::text(self.user),
            Field::text(self.ip_address),
            Field::text(self.user_agent),
            Field::text(self.endpoint),
            Field::text(self.method),
            Field::maybe(self.status_code.as_ref()),
            Field::maybe(self.transaction.as_ref()),
            Field::text(self.changes.as_ref().map(|changes| changes.0)),
            Field::Text(self.id),
        ]
    }
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

/// The class of an event in the framework, and the activity in it.
#[derive(Clone, Copy)]
enum Class {
    Authentication(u32, &'static str),
    AccountChange(u32, &'static str),
    /// Everything else that is done to a resource.
    EntityManagement(u32, Option<&'static str>),
}

fn class(event: &AuditEvent) -> Class {
    use Class::{AccountChange, Authentication, EntityManagement};
    let (family, verb) = event.action.split_once('.').unwrap_or((&event.action, ""));
    match (family, verb) {
        ("auth", "signed_in" | "sign_in_failed" | "unlocked" | "unlock_failed" | "locked_out") => {
            Authentication(1, "Logon")
        }
        ("auth", "signed_out" | "session_revoked") => Authentication(2, "Logoff"),
        ("auth", "password_changed") => AccountChange(3, "Password Change"),
        ("auth", "password_reset") => AccountChange(4, "Password Reset"),
        ("user", "created" | "administrator_created") => AccountChange(1, "Create"),
        ("user", "activated") => AccountChange(2, "Enable"),
        ("user", "deactivated") => AccountChange(5, "Disable"),
        ("user", "deleted") => AccountChange(6, "Delete"),
        ("user", "role_raised") => AccountChange(7, "Attach Policy"),
        (_, "created") => EntityManagement(1, Some("Create")),
        ("export" | "personal_data", _) => EntityManagement(2, Some("Read")),
        (_, "updated" | "zone_changed") => EntityManagement(3, Some("Update")),
        (_, "deleted" | "purged") => EntityManagement(4, Some("Delete")),
        // Another one, by our own name.
        _ => EntityManagement(99, None),
    }
}

/// An event in the framework's words.
pub(super) fn ocsf(event: &AuditEvent) -> Value {
    let (class_uid, class_name, activity, activity_name) = match class(event) {
        Class::Authentication(activity, name) => (3002, "Authentication", activity, Some(name)),
        Class::AccountChange(activity, name) => (3001, "Account Change", activity, Some(name)),
        Class::EntityManagement(activity, name) => (3004, "Entity Management", activity, name),
    };
    let severity_id = match event.severity {
        Severity::Low => 2,
        Severity::Medium => 3,
        Severity::High => 4,
        Severity::Critical => 5,
    };
    let status_id = match event.status_code {
        None => 0,
        Some(code) if code < 400 => 1,
        Some(_) => 2,
    };
    let who = json!({"uid": event.who_id, "name": event.who});
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
        "message": event.action,
        "category_uid": 3,
        "category_name": "Identity & Access Management",
        "class_uid": class_uid,
        "class_name": class_name,
        "activity_id": activity,
        "activity_name": activity_name.unwrap_or(&event.action),
        "type_uid": class_uid * 100 + activity,
        "severity_id": severity_id,
        "severity": <&str>::from(event.severity),
        "status_id": status_id,
        "status_code": event.status_code.map(|code| code.to_string()),
        "actor": {"user": who, "app_name": event.endpoint},
        "src_endpoint": {"ip": event.address},
        "http_request": {"user_agent": event.device, "http_method": event.method},
        "unmapped": {"resource_type": event.resource_type, "resource_id": event.resource_id, "changes": event.changes.as_deref().map(Changes)},
    });
    match class(event) {
        Class::EntityManagement(..) => {
            value["entity"] = json!({"type": event.resource_type, "uid": event.resource_id});
        }
        Class::AccountChange(..) => value["user"] = json!({"uid": event.resource_id}),
        Class::Authentication(..) => {
            value["service"] = json!({"name": "medstint"});
            // Of a sign-in the resource is the person, if it is anybody's address; of a
            // sign-out it is the session.
            let is_of_person = event.resource_type == "users";
            let uid = if is_of_person { Some(event.resource_id.as_str()) } else { event.who_id.as_deref() };
            let tried = value.pointer("/unmapped/changes/email/new").cloned();
            value["user"] = json!({"uid": uid.filter(|uid| *uid != "-"), "email_addr": tried});
        }
    }
    without_nulls(value)
}

/// What is not known is absent.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name, without_nulls(value)))
            .collect(),
        other => other,
    }
}
