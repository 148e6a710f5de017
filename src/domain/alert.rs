//! Alerts: so many events of a kind that somebody should look.

use std::borrow::Cow;

use chrono::{DateTime, NaiveTime, Utc};
use serde::Deserialize;

use super::audit_event::Severity;
use super::field::AlertRuleField;
use super::form::{Field, Input, Value};
use super::list::{All, ByName, Description, List, ListRow, NewestFirst, choices};
use super::lookup::{Lookup, Reference};
use super::permission::Permission;

/// One alert.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Alert {
    pub id: String,
    pub rule_id: String,
    /// The rule's name: "Failed sign-ins from one address".
    pub rule: String,
    pub severity: Severity,
    /// Whose events were counted: `person`, `address`, `account`, `record`, `school`.
    pub group_by: String,
    pub subject: String,
    /// A person's or a school's name, where the subject is one.
    pub subject_name: Option<String>,
    /// The person whose account it is, where the subject is an account of a person.
    pub account_id: Option<String>,
    /// Whether it belongs to the platform and to no school.
    pub is_of_platform: bool,
    /// Names of the events that its rule counts.
    pub actions: Vec<String>,
    /// What was counted: `events`, `rows`.
    pub counts: String,
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
    const DESCRIPTION: Description = Description {
        nouns: ("alert", "alerts"),
        about: "Alerts of the audit trail",
        prompt: "Filter by words: ",
        table: Some("alerts"),
        has_marks: true,
        ..Description::of(Permission::SeeAlerts)
    };
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
    /// Whose events are counted together, as in [`Alert::group_by`].
    pub group_by: String,
    /// What is counted, as in [`Alert::counts`].
    pub counts: String,
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
        nouns: ("rule", "rules"),
        about: "Rules that raise alerts",
        prompt: "Filter by name: ",
        table: Some("alert_rules"),
        add: Some(Permission::EditAlertRules),
        edit: Some(Permission::EditAlertRules),
        switch: Some(Permission::EditAlertRules),
        ..Description::of(Permission::SeeAlertRules)
    };
}

/// `alert_rules.group_by`, and how a person reads it.
const GROUPS: &[(&str, &str)] = &[
    ("person", "person who did it"),
    ("address", "address it came from"),
    ("account", "account that was tried"),
    ("record", "record it was done to"),
    ("school", "school, all together"),
];
const COUNTED: &[(&str, &str)] = &[("events", "events"), ("rows", "rows that the events name")];
const SEVERITIES: &[(&str, &str)] = &[("LOW", "low"), ("MEDIUM", "medium"), ("HIGH", "high"), ("CRITICAL", "critical")];

impl AlertRule {
    /// What of a rule can be changed. What it counts cannot: that is another rule.
    #[must_use]
    pub fn fields() -> Vec<Field<AlertRuleField>> {
        vec![
            Field::new(AlertRuleField::Name, Input::Text(100)).required(),
            Field::new(AlertRuleField::Threshold, Input::Number(1, 1_000_000_000)).required().help("raises an alert"),
            Field::new(AlertRuleField::Within, Input::Number(1, 7 * 24 * 3_600))
                .required()
                .help("seconds, inclusive; 604800 is a week"),
            Field::new(AlertRuleField::FromTime, Input::TimeOfDay).help("school time, such as 22:00; both or neither"),
            Field::new(AlertRuleField::UntilTime, Input::TimeOfDay).help("up to, but not including"),
            Field::new(AlertRuleField::Severity, Input::Choice(Cow::Borrowed(SEVERITIES))).required(),
        ]
    }

    /// The form of a new one.
    #[must_use]
    pub fn new_fields() -> Vec<Field<AlertRuleField>> {
        let mut fields = vec![
            Field::new(AlertRuleField::Code, Input::Text(40))
                .required()
                .help("the code of a standard rule replaces that rule"),
            Field::new(AlertRuleField::Actions, Input::References(Lookup::Events)).required(),
            Field::new(AlertRuleField::Counts, Input::Choice(Cow::Borrowed(COUNTED))).required(),
            Field::new(AlertRuleField::GroupBy, Input::Choice(Cow::Borrowed(GROUPS))).required(),
        ];
        let rest = Self::fields();
        fields.splice(1..1, rest.into_iter().take(1));
        fields.extend(Self::fields().into_iter().skip(1));
        fields
    }

    /// What the form shows of it.
    #[must_use]
    pub fn values(&self) -> Vec<(AlertRuleField, Value)> {
        let severity: &str = self.severity.into();
        let mut values = vec![
            (AlertRuleField::Name, Value::Text(self.name.clone())),
            (AlertRuleField::Threshold, Value::Text(self.threshold.to_string())),
            (AlertRuleField::Within, Value::Text(self.within_s.to_string())),
            (AlertRuleField::Severity, Value::Text(severity.into())),
        ];
        let time = |time: NaiveTime| Value::Text(time.format("%H:%M").to_string());
        values.extend(self.from.map(|from| (AlertRuleField::FromTime, time(from))));
        values.extend(self.until.map(|until| (AlertRuleField::UntilTime, time(until))));
        values
    }

    /// What a school's own one takes from the platform's, besides what can be changed.
    #[must_use]
    pub fn kept(&self) -> Vec<(AlertRuleField, Value)> {
        let named = |name: &String| Reference { id: name.clone(), name: name.clone() };
        vec![
            (AlertRuleField::Code, Value::Text(self.code.clone())),
            (AlertRuleField::Actions, Value::References(self.actions.iter().map(named).collect())),
            (AlertRuleField::Counts, Value::Text(self.counts.clone())),
            (AlertRuleField::GroupBy, Value::Text(self.group_by.clone())),
        ]
    }
}
