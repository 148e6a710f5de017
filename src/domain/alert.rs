//! Alerts: a rule raises one for an administrator when it counts enough events of a kind.

use chrono::{DateTime, NaiveTime, Utc};
use serde::Deserialize;
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::audit_event::Severity;
use super::field::AlertRuleField;
use super::form::Value;
use super::list::{All, ByName, Description, List, ListRow, Marking, NewestFirst, choices};
use super::lookup::Reference;
use super::permission::Permission;
use super::stored::Stored;

/// Whose events are counted together: `alert_rules.group_by`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase")]
pub enum GroupBy {
    Person,
    Address,
    Account,
    Record,
    School,
}

/// What is counted: `alert_rules.counts`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase")]
pub enum Counted {
    Events,
    /// Rows that the events name.
    Rows,
}

/// One alert.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Alert {
    pub id: String,
    pub rule_id: String,
    /// The rule's name: "Failed sign-ins from one address".
    pub rule: String,
    pub severity: Severity,
    /// Whose events were counted.
    pub group_by: Stored<GroupBy>,
    pub subject: String,
    /// A person's or a school's name, where the subject is one.
    pub subject_name: Option<String>,
    /// The person whose account it is, where the subject is an account of a person.
    pub account_id: Option<String>,
    /// Whether it belongs to the platform and to no school.
    pub is_of_platform: bool,
    /// Names of the events that its rule counts.
    pub actions: Vec<String>,
    /// What was counted.
    pub counts: Stored<Counted>,
    /// The most that there were within the rule's window, and how many make an alert.
    pub counted: i64,
    pub threshold: i32,
    /// The window, in seconds; both ends belong to it.
    pub within_s: i64,
    pub first: DateTime<Utc>,
    pub last: DateTime<Utc>,
    pub opened: DateTime<Utc>,
    pub acknowledged_by: Option<String>,
    pub acknowledged: Option<DateTime<Utc>>,
}

choices! {
    /// The parts of the list of alerts, one of which is shown.
    AlertView {
        Open = "open",
        Acknowledged = "acknowledged",
    }
}

impl ListRow for Alert {
    type View = AlertView;
    type Order = NewestFirst;
    const LIST: List = List::Alerts;
    const DESCRIPTION: Description =
        Description { table: Some("alerts"), marking: Marking::Everybody, ..Description::of(Permission::SeeAlerts) };
}

/// How often what makes an alert: the one in force for its code, which is the
/// school's own or else the platform's.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct AlertRule {
    pub id: String,
    /// A school's rule takes the place of the platform's of the same code.
    pub code: String,
    pub name: String,
    /// Names of events, each of which counts.
    pub actions: Vec<String>,
    /// Whose events are counted together.
    pub group_by: Stored<GroupBy>,
    /// What is counted.
    pub counts: Stored<Counted>,
    pub threshold: i32,
    /// The window, in seconds; both ends belong to it.
    pub within_s: i64,
    /// Only from this time of the school's clocks on, and before the other.
    pub from: Option<NaiveTime>,
    pub until: Option<NaiveTime>,
    pub severity: Severity,
    pub is_active: bool,
    /// Whether it is the platform's.
    pub is_standard: bool,
    /// How many alerts it raised that are open.
    pub open_alerts: i64,
}

impl ListRow for AlertRule {
    type View = All;
    type Order = ByName;
    const LIST: List = List::AlertRules;
    const DESCRIPTION: Description = Description {
        table: Some("alert_rules"),
        add: Some(Permission::EditAlertRules),
        edit: Some(Permission::EditAlertRules),
        switch: Some(Permission::EditAlertRules),
        ..Description::of(Permission::SeeAlertRules)
    };
}

impl AlertRule {
    /// What the form shows of it.
    #[must_use]
    pub fn values(&self) -> Vec<(AlertRuleField, Value)> {
        let mut values = vec![
            (AlertRuleField::Name, Value::Text(self.name.clone())),
            (AlertRuleField::Threshold, Value::Text(self.threshold.to_string())),
            (AlertRuleField::Within, Value::Text(self.within_s.to_string())),
            (AlertRuleField::Severity, Value::choice(self.severity)),
        ];
        let time = |time: NaiveTime| Value::Text(time.format("%H:%M").to_string());
        values.extend(self.from.map(|from| (AlertRuleField::FromTime, time(from))));
        values.extend(self.until.map(|until| (AlertRuleField::UntilTime, time(until))));
        values
    }

    /// The values that a school's own rule takes from the platform's and that can't be changed.
    #[must_use]
    pub fn kept(&self) -> Vec<(AlertRuleField, Value)> {
        let named = |name: &String| Reference { id: name.clone(), name: name.clone() };
        vec![
            (AlertRuleField::Code, Value::Text(self.code.clone())),
            (AlertRuleField::Actions, Value::References(self.actions.iter().map(named).collect())),
            (AlertRuleField::Counts, Value::stored(&self.counts)),
            (AlertRuleField::GroupBy, Value::stored(&self.group_by)),
        ]
    }
}
