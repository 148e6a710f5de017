//! A school's policy: thresholds and the duty profile, as data (`school_policies.thresholds`).

use serde::Deserialize;
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::field::PolicyField;
use super::form::Value;
use super::list::{All, ByName, Description, List, ListRow};
use super::permission::Permission;
use super::stored::Stored;

/// The duty profiles, as `medstint.duty_profiles` has them. Source: rules of the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum DutyProfile {
    Custom,
    Radiography,
    MedicalStudent,
    AcgmeResident,
}

/// What becomes of a booking that breaks a rule of the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase")]
pub enum Booking {
    Allow,
    Refuse,
}

/// One threshold: its field, unit, least, most and default. Source of the defaults: rules of the field.
pub struct Threshold {
    pub field: PolicyField,
    pub unit: &'static str,
    pub least: i64,
    pub most: i64,
    /// None is never.
    pub default: Option<i64>,
}

/// The thresholds that a school can set.
pub const THRESHOLDS: &[Threshold] = &[
    Threshold { field: PolicyField::OpenTooLongH, unit: "h", least: 1, most: 72, default: Some(16) },
    Threshold { field: PolicyField::TooLongH, unit: "h", least: 1, most: 72, default: Some(16) },
    Threshold { field: PolicyField::TooShortMin, unit: "min", least: 0, most: 240, default: Some(15) },
    Threshold { field: PolicyField::LateEntryD, unit: "days", least: 0, most: 60, default: Some(3) },
    Threshold { field: PolicyField::AgedD, unit: "days", least: 1, most: 90, default: Some(7) },
    Threshold { field: PolicyField::MissingD, unit: "days", least: 1, most: 90, default: Some(7) },
    Threshold { field: PolicyField::TravelKmh, unit: "km/h", least: 10, most: 1_000, default: Some(150) },
    Threshold { field: PolicyField::SameDeviceS, unit: "s", least: 0, most: 3_600, default: Some(60) },
    Threshold { field: PolicyField::DayCapH, unit: "h", least: 1, most: 24, default: Some(12) },
    Threshold { field: PolicyField::WeekCapH, unit: "h", least: 1, most: 168, default: Some(60) },
    Threshold { field: PolicyField::MealAfterH, unit: "h", least: 1, most: 24, default: None },
    Threshold { field: PolicyField::MinRestH, unit: "h", least: 0, most: 48, default: Some(8) },
];

impl Threshold {
    /// What holds under a duty profile, or without one, where the school set nothing; the answer
    /// `None` is no limit. The same as in `medstint.duty_profiles`.
    #[must_use]
    pub fn default_under(&self, profile: Option<DutyProfile>) -> Option<i64> {
        match (&self.field, profile) {
            (PolicyField::DayCapH, Some(DutyProfile::Radiography)) => Some(10),
            (PolicyField::WeekCapH, Some(DutyProfile::Radiography)) => Some(40),
            (PolicyField::DayCapH, Some(DutyProfile::MedicalStudent | DutyProfile::AcgmeResident)) => None,
            (PolicyField::WeekCapH, Some(DutyProfile::MedicalStudent | DutyProfile::AcgmeResident)) => Some(80),
            _ => self.default,
        }
    }

    /// Whether it depends on the duty profile.
    pub(crate) fn is_profiles(&self) -> bool {
        DutyProfile::VARIANTS.iter().any(|profile| self.default_under(Some(*profile)) != self.default)
    }
}

/// The policy of the school.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Policy {
    pub id: String,
    pub school: String,
    pub duty_profile: Stored<DutyProfile>,
    /// A JSON object; a missing key is the default.
    pub thresholds: String,
    /// The public keys whose certificates sign in people of the school, as lines of OpenSSH.
    pub authorities: Vec<String>,
}

impl ListRow for Policy {
    type View = All;
    type Order = ByName;
    const LIST: List = List::Policies;
    const DESCRIPTION: Description =
        Description { edit: Some(Permission::EditPolicy), ..Description::of(Permission::SeePolicy) };
}

impl Policy {
    fn object(&self) -> Option<serde_json::Map<String, serde_json::Value>> {
        serde_json::from_str(&self.thresholds).ok()
    }

    /// What the school set for a key; `None` is the default.
    #[must_use]
    pub fn set(&self, field: &PolicyField) -> Option<String> {
        self.object()?.get(<&str>::from(field)).map(super::structure::words)
    }

    /// Keys that this medstint does not know: shown, and left alone.
    #[must_use]
    pub fn unknown(&self) -> Vec<(String, String)> {
        self.object()
            .unwrap_or_default()
            .iter()
            .filter(|(key, _)| key.parse::<PolicyField>().is_err())
            .map(|(key, value)| (key.clone(), super::structure::words(value)))
            .collect()
    }

    /// Whether the thresholds can be read at all.
    #[must_use]
    pub fn is_readable(&self) -> bool {
        self.object().is_some()
    }

    /// What the form shows of it: what the school set; empty is the default.
    #[must_use]
    pub fn values(&self) -> Vec<(PolicyField, Value)> {
        let mut values = vec![(PolicyField::DutyProfile, Value::stored(&self.duty_profile))];
        let set = [PolicyField::DoubleBooking, PolicyField::OverCapacity];
        let set = set.into_iter().chain(THRESHOLDS.iter().map(|threshold| threshold.field.clone()));
        values.extend(set.map(|field| {
            let value = self.set(&field).map_or(Value::Nothing, Value::Text);
            (field, value)
        }));
        values.push((PolicyField::CertificateAuthorities, Value::Texts(self.authorities.clone())));
        values
    }
}
