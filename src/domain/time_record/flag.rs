//! Flags: coded reasons why a person should look at a record, each with its evidence. The database
//! finds them (migration `flags`); `presentation::flag` puts them into words.

use serde::Deserialize;
use strum::{EnumString, IntoStaticStr, VariantArray};

/// The severity of a record is that of its worst flag. A record without a blocking flag or a
/// warning is clean.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase", ascii_case_insensitive)]
pub enum Severity {
    /// Blocking: approved one at a time, with a reason.
    Hard,
    Warn,
    Note,
    Clean,
}

/// What a flag says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, EnumString, IntoStaticStr, VariantArray)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE", ascii_case_insensitive)]
pub enum Code {
    OpenTooLong,
    TooLong,
    Overlap,
    OutBeforeIn,
    Future,
    HoursMismatch,
    GeoOutside,
    ImpossibleTravel,
    LateEntry,
    DayCap,
    WeekCap,
    ShortRest,
    OutsideRotation,
    SameDevice,
    ClockUnverified,
    GeoUncertain,
    GeoPoor,
    GeoNone,
    TooShort,
    Aged,
    OffHours,
    OverRequired,
    Edited,
    Offline,
    /// One that a newer schema knows.
    #[serde(other)]
    Other,
}

impl Code {
    /// As `medstint.flag_severity` has it.
    #[must_use]
    pub fn severity(self) -> Severity {
        match self {
            Self::OpenTooLong
            | Self::TooLong
            | Self::Overlap
            | Self::OutBeforeIn
            | Self::Future
            | Self::HoursMismatch => Severity::Hard,
            Self::GeoOutside
            | Self::ImpossibleTravel
            | Self::LateEntry
            | Self::DayCap
            | Self::WeekCap
            | Self::ShortRest
            | Self::OutsideRotation
            | Self::SameDevice
            | Self::ClockUnverified => Severity::Warn,
            Self::GeoUncertain
            | Self::GeoPoor
            | Self::GeoNone
            | Self::TooShort
            | Self::Aged
            | Self::OffHours
            | Self::OverRequired
            | Self::Edited
            | Self::Offline
            | Self::Other => Severity::Note,
        }
    }
}

/// One flag of a record.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Flag {
    pub code: Code,
    #[serde(default)]
    pub evidence: Evidence,
}

/// What a flag rests on; which of these there are depends on the flag.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Evidence {
    pub hours: Option<f64>,
    pub minutes: Option<f64>,
    pub days: Option<f64>,
    pub seconds: Option<f64>,
    /// The threshold that was passed, in the unit of what passed it.
    pub most: Option<f64>,
    pub least: Option<f64>,
    /// Hours as the client stated them.
    pub stated: Option<f64>,
    pub km: Option<f64>,
    pub kmh: Option<f64>,
    pub distance_m: Option<f64>,
    pub radius_m: Option<f64>,
    pub accuracy_m: Option<f64>,
    pub location: Option<String>,
    /// `in` or `out`
    pub punch: Option<String>,
    /// Which of several rules it was.
    pub rule: Option<String>,
    /// `HH:MM` at the site.
    pub time: Option<String>,
    /// How many other records, or other students.
    pub records: Option<f64>,
    pub students: Option<f64>,
}

impl Flag {
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }

    /// Whether it is about the place of a punch.
    #[must_use]
    pub fn is_about_place(&self) -> bool {
        matches!(self.code, Code::GeoOutside | Code::GeoUncertain | Code::GeoPoor | Code::GeoNone)
    }
}
