//! A school's policy: thresholds and the duty profile, as data.

use std::borrow::Cow;

use rust_decimal::Decimal;
use serde::Deserialize;

use super::form::{Field, Input, Value};
use super::list::{All, ByName, Description, List, ListRow};
use super::permission::Permission;

/// The duty profiles, as `medstint.duty_profiles` has them. Source: rules of the field.
pub const PROFILES: &[(&str, &str)] = &[
    ("CUSTOM", "custom: the caps below"),
    ("RADIOGRAPHY", "radiography (JRCERT): 10 h a day, 40 h a week"),
    ("MEDICAL_STUDENT", "medical student: 80 h a week averaged, 28 h at once"),
    ("ACGME_RESIDENT", "resident (ACGME): 80 h a week averaged over 4 weeks"),
];

const BOOKING: &[(&str, &str)] = &[("allow", "allow, and mark it"), ("refuse", "refuse")];

/// One threshold: its key in the policy, its name, its unit, least, most and the
/// default. Source of the defaults: rules of the field.
pub struct Threshold {
    pub key: &'static str,
    pub label: &'static str,
    pub unit: &'static str,
    pub least: i64,
    pub most: i64,
    /// None is never.
    pub default: Option<i64>,
}

/// The thresholds that a school can set.
pub const THRESHOLDS: &[Threshold] = &[
    Threshold { key: "open_too_long_h", label: "Open too long", unit: "h", least: 1, most: 72, default: Some(16) },
    Threshold { key: "too_long_h", label: "Too long", unit: "h", least: 1, most: 72, default: Some(16) },
    Threshold { key: "too_short_min", label: "Too short", unit: "min", least: 0, most: 240, default: Some(15) },
    Threshold { key: "late_entry_d", label: "Late entry", unit: "days", least: 0, most: 60, default: Some(3) },
    Threshold { key: "aged_d", label: "Aged", unit: "days", least: 1, most: 90, default: Some(7) },
    Threshold { key: "missing_d", label: "Nothing recorded", unit: "days", least: 1, most: 90, default: Some(7) },
    Threshold {
        key: "travel_kmh",
        label: "Impossible travel",
        unit: "km/h",
        least: 10,
        most: 1_000,
        default: Some(150),
    },
    Threshold { key: "same_device_s", label: "Same device", unit: "s", least: 0, most: 3_600, default: Some(60) },
    Threshold { key: "day_cap_h", label: "Daily cap", unit: "h", least: 1, most: 24, default: Some(12) },
    Threshold { key: "week_cap_h", label: "Weekly cap", unit: "h", least: 1, most: 168, default: Some(60) },
    Threshold { key: "meal_after_h", label: "Ask about a meal", unit: "h", least: 1, most: 24, default: None },
    Threshold { key: "min_rest_h", label: "Least rest", unit: "h", least: 0, most: 48, default: Some(8) },
];

impl Threshold {
    /// What holds under a duty profile where the school set nothing; `None` is no
    /// limit. The same as in `medstint.duty_profiles`.
    #[must_use]
    pub fn default_under(&self, profile: &str) -> Option<i64> {
        match (self.key, profile) {
            ("day_cap_h", "RADIOGRAPHY") => Some(10),
            ("week_cap_h", "RADIOGRAPHY") => Some(40),
            ("day_cap_h", "MEDICAL_STUDENT" | "ACGME_RESIDENT") => None,
            ("week_cap_h", "MEDICAL_STUDENT" | "ACGME_RESIDENT") => Some(80),
            _ => self.default,
        }
    }

    /// Whether it depends on the duty profile.
    fn is_profiles(&self) -> bool {
        PROFILES.iter().any(|(profile, _)| self.default_under(profile) != self.default)
    }
}

/// A duty profile in words.
#[must_use]
pub fn profile_label(profile: &str) -> &str {
    PROFILES.iter().find(|(value, _)| *value == profile).map_or(profile, |(_, label)| label)
}

/// The policy of the school.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Policy {
    pub id: String,
    pub school: String,
    pub duty_profile: String,
    /// A JSON object; a missing key is the default.
    pub thresholds: String,
}

impl ListRow for Policy {
    type View = All;
    type Order = ByName;
    const LIST: List = List::Policies;
    const DESCRIPTION: Description = Description {
        nouns: ("policy", "policies"),
        about: "The school's thresholds and duty profile",
        prompt: "Filter by name: ",
        edit: Some(Permission::EditPolicy),
        ..Description::of(Permission::SeePolicy)
    };
}

impl Policy {
    fn object(&self) -> Option<serde_json::Map<String, serde_json::Value>> {
        serde_json::from_str(&self.thresholds).ok()
    }

    /// What the school set for a key; `None` is the default.
    #[must_use]
    pub fn set(&self, key: &str) -> Option<String> {
        self.object()?.get(key).map(super::structure::words)
    }

    /// Keys that this medstint does not know: shown, and left alone.
    #[must_use]
    pub fn unknown(&self) -> Vec<(String, String)> {
        let known =
            |key: &str| key.ends_with("_booking") || key == "over_capacity" || THRESHOLDS.iter().any(|t| t.key == key);
        self.object()
            .unwrap_or_default()
            .iter()
            .filter(|(key, _)| !known(key))
            .map(|(key, value)| (key.clone(), super::structure::words(value)))
            .collect()
    }

    /// Whether the thresholds can be read at all.
    #[must_use]
    pub fn is_readable(&self) -> bool {
        self.object().is_some()
    }

    /// The duty profile in words.
    #[must_use]
    pub fn profile_label(&self) -> &str {
        profile_label(&self.duty_profile)
    }

    /// What the form shows of it: what the school set; empty is the default.
    #[must_use]
    pub fn values(&self) -> Vec<(&'static str, Value)> {
        let mut values = vec![("duty_profile", Value::Text(self.duty_profile.clone()))];
        for key in ["double_booking", "over_capacity"] {
            values.push((key, self.set(key).map_or(Value::Nothing, Value::Text)));
        }
        for threshold in THRESHOLDS {
            values.push((threshold.key, self.set(threshold.key).map_or(Value::Nothing, Value::Text)));
        }
        values
    }
}

/// The form: an empty threshold is the default.
#[must_use]
pub fn fields() -> Vec<Field> {
    let mut fields = vec![
        Field::new("duty_profile", "Duty profile", Input::Choice(Cow::Borrowed(PROFILES))).required(),
        Field::new("double_booking", "Double booking", Input::Choice(Cow::Borrowed(BOOKING))).help("empty: refuse"),
        Field::new("over_capacity", "Over capacity", Input::Choice(Cow::Borrowed(BOOKING))).help("empty: allow"),
    ];
    fields.extend(THRESHOLDS.iter().map(|threshold| {
        let input = Input::Decimal(Decimal::from(threshold.least), Decimal::from(threshold.most));
        Field::new(threshold.key, threshold.label, input).help(if threshold.is_profiles() {
            format!("{}; empty: profile's", threshold.unit)
        } else {
            let default = threshold.default.map_or("never".to_owned(), |default| default.to_string());
            format!("{}; empty: {default}", threshold.unit)
        })
    }));
    fields
}
