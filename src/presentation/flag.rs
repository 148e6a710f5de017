//! Flags in words: short enough for a column, and as sentences with their evidence.

use crate::domain::rotation;
use crate::domain::time_record::{Code, Flag, Severity};

impl Severity {
    /// The severity as the screen shows it. Machines read `hard`, `warn`, `note` and `clean`.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Hard => "Blocking",
            Self::Warn => "Warning",
            Self::Note => "Note",
            Self::Clean => "Clean",
        }
    }
}

impl Flag {
    /// For a column: `GEO 312m>100m`, `OVERLAP 35m`, `DAY 12.6>10`.
    #[must_use]
    pub fn short(&self) -> String {
        let e = &self.evidence;
        // By a little, it is said so: `DAY 10+>10`.
        let over = |name: &str, value: Option<f64>| {
            let (value, most) = (number(value), number(e.most));
            let more = if value == most { "+" } else { "" };
            format!("{name} {value}{more}>{most}")
        };
        match self.code {
            Code::OpenTooLong => format!("OPEN {}h", number(e.hours)),
            Code::TooLong => over("LONG", e.hours),
            Code::Overlap => format!("OVERLAP {}", short_minutes(e.minutes)),
            Code::OutBeforeIn => "OUT BEFORE IN".into(),
            Code::Future => format!("FUTURE {}", short_minutes(e.minutes)),
            Code::HoursMismatch => format!("HOURS {}/{}", number(e.stated), number(e.hours)),
            Code::GeoOutside | Code::GeoUncertain => format!("GEO {}>{}", metres(e.distance_m), metres(e.radius_m)),
            Code::GeoPoor => format!("GEO ±{}", metres(e.accuracy_m)),
            Code::GeoNone => "NO POSITION".into(),
            Code::ImpossibleTravel => format!("TRAVEL {}km/h", number(e.kmh)),
            Code::LateEntry => format!("LATE {}d", number(e.days)),
            Code::DayCap => over("DAY", e.hours),
            Code::WeekCap => over("WEEK", e.hours.or(e.days)),
            Code::ShortRest => format!("REST {}<{}", number(e.hours), number(e.least)),
            Code::OutsideRotation => match e.rule.as_deref() {
                Some("before") => "BEFORE ROTATION".into(),
                Some("after") => "AFTER ROTATION".into(),
                Some(status) => format!("ROT. {}", rotation_status(status).to_uppercase()),
                None => "ROTATION".into(),
            },
            Code::SameDevice => format!("DEVICE +{}", number(e.students)),
            Code::ClockUnverified => "CLOCK UNSURE".into(),
            Code::TooShort => format!("SHORT {}", short_minutes(e.minutes)),
            Code::Aged => format!("AGED {}d", number(e.days)),
            Code::OffHours => format!("AT {}", e.time.as_deref().unwrap_or("NIGHT")),
            Code::OverRequired => "HOURS MET".into(),
            Code::Edited => "EDITED".into(),
            Code::Offline => "OFFLINE".into(),
            Code::Other => "OTHER".into(),
        }
    }

    /// The flag and its evidence in words.
    #[must_use]
    pub fn sentence(&self) -> String {
        let e = &self.evidence;
        // One decimal would hide by how little a limit is exceeded.
        let hours = || match e.hours {
            Some(hours) if number(e.hours) == number(e.most) => format!("{hours:.2} h"),
            _ => format!("{} h", number(e.hours)),
        };
        match self.code {
            Code::OpenTooLong => {
                format!("no clock-out after {} h (limit {} h)", number(e.hours), number(e.most))
            }
            Code::TooLong => format!("{} (limit {} h)", hours(), number(e.most)),
            Code::Overlap => match e.records {
                Some(records) if records > 1.0 => format!(
                    "overlaps {} other records of the student, by up to {}",
                    number(e.records),
                    minutes(e.minutes)
                ),
                _ => format!("overlaps another record of the student by {}", minutes(e.minutes)),
            },
            Code::OutBeforeIn => "the clock-out is not after the clock-in".into(),
            Code::Future => format!("a punch was {} ahead of the server's clock", minutes(e.minutes)),
            Code::HoursMismatch => {
                format!("claimed {} h; the punches add up to {} h", hundredths(e.stated), hundredths(e.hours))
            }
            Code::GeoOutside => format!("{} {}", self.punched(), self.distance()),
            Code::GeoUncertain => format!("{} {}, which may be inside", self.punched(), self.distance()),
            Code::GeoPoor => format!("{} with an accuracy of only ±{}", self.punched(), metres(e.accuracy_m)),
            Code::GeoNone => format!("{} without a position", self.punched()),
            Code::ImpossibleTravel => {
                format!("{} km in {} between two punches, {} km/h", number(e.km), minutes(e.minutes), number(e.kmh))
            }
            Code::LateEntry => {
                format!("recorded {} days after the shift (limit {})", number(e.days), number(e.most))
            }
            Code::DayCap if e.rule.as_deref() == Some("at once") => {
                format!("{} of continuous duty (limit {} h)", hours(), number(e.most))
            }
            Code::DayCap => format!("{} that day (limit {} h)", hours(), number(e.most)),
            Code::WeekCap => match e.rule.as_deref() {
                Some("days") => format!("worked {} of 28 days (limit {})", number(e.days), number(e.most)),
                Some("average") => {
                    format!("{} a week on average (limit {} h)", hours(), number(e.most))
                }
                _ => format!("{} that week (limit {} h)", hours(), number(e.most)),
            },
            Code::ShortRest => {
                format!("{} h of rest since the last shift (minimum {} h)", number(e.hours), number(e.least))
            }
            Code::OutsideRotation => match e.rule.as_deref() {
                Some("before") => "before the rotation started".into(),
                Some("after") => "after the rotation's end".into(),
                Some(status) => format!("the rotation is {}", rotation_status(status)),
                None => "outside the rotation".into(),
            },
            Code::SameDevice => format!(
                "{} other students at the same device and address within {} s",
                number(e.students),
                number(e.seconds)
            ),
            Code::ClockUnverified => "the kiosk's clock could not be checked".into(),
            Code::TooShort => format!("only {} (minimum {} min)", minutes(e.minutes), number(e.least)),
            Code::Aged if number(e.days) == number(e.most) => format!("pending more than {} days", number(e.most)),
            Code::Aged => format!("pending {} days (limit {})", number(e.days), number(e.most)),
            Code::OffHours => format!("began at {}", e.time.as_deref().unwrap_or("night")),
            // Of a decided record, what was approved since is not known.
            Code::OverRequired if e.hours.is_none() => {
                format!("the {} h required had already been approved", number(e.most))
            }
            Code::OverRequired => {
                format!("{} of the {} h required are already approved", number(e.hours), number(e.most))
            }
            Code::Edited => "its times were corrected after the fact".into(),
            Code::Offline => "punched at a kiosk without a connection".into(),
            Code::Other => "a flag that this version of medstint doesn't know; upgrade it".into(),
        }
    }

    fn punched(&self) -> &'static str {
        if self.evidence.punch.as_deref() == Some("out") { "clocked out" } else { "clocked in" }
    }

    fn distance(&self) -> String {
        let e = &self.evidence;
        let accuracy = e.accuracy_m.map_or_else(String::new, |_| format!(" (±{})", metres(e.accuracy_m)));
        let place = e.location.as_deref().unwrap_or("the nearest location");
        format!("{}{accuracy} from {place}, whose radius is {}", metres(e.distance_m), metres(e.radius_m))
    }
}

/// The label of a status as evidence names it, such as `cancelled`.
fn rotation_status(name: &str) -> &str {
    match name.to_uppercase().parse::<rotation::Status>() {
        Ok(status) => status.label(),
        Err(_) => name,
    }
}

/// At most one decimal, and none where it says nothing.
fn number(value: Option<f64>) -> String {
    value.map_or_else(
        || "?".to_owned(),
        |value| {
            let text = format!("{value:.1}");
            text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
        },
    )
}

/// Two decimals, where one decimal would make two numbers look equal.
fn hundredths(value: Option<f64>) -> String {
    value.map_or_else(|| "?".to_owned(), |value| format!("{value:.2}"))
}

fn metres(value: Option<f64>) -> String {
    match value {
        Some(m) if m >= 10_000.0 => format!("{:.0}km", m / 1000.0),
        Some(m) => format!("{m:.0}m"),
        None => "?".into(),
    }
}

fn short_minutes(value: Option<f64>) -> String {
    match value {
        Some(minutes) if minutes >= 120.0 => format!("{}h", number(Some(minutes / 60.0))),
        _ => format!("{}m", number(value)),
    }
}

fn minutes(value: Option<f64>) -> String {
    match value {
        Some(minutes) if minutes >= 120.0 => format!("{} h", number(Some(minutes / 60.0))),
        _ => format!("{} min", number(value)),
    }
}

#[cfg(test)]
mod tests {
    use strum::VariantArray;

    use super::*;

    fn flag(json: &str) -> Flag {
        serde_json::from_str(json).expect("a flag")
    }

    #[test]
    fn every_flag_says_itself_in_the_room_of_a_column() {
        let evidence = r#"{"hours": 112.57, "minutes": 599.5, "days": 120, "most": 100, "least": 14, "stated": 99.99, "km": 800.2,
            "kmh": 12000, "distance_m": 9999, "radius_m": 100, "accuracy_m": 5000, "students": 12, "seconds": 7, "time": "23:59", "rule": "completed"}"#;
        for code in Code::VARIANTS {
            let flag = flag(&format!(r#"{{"code": "{}", "evidence": {evidence}}}"#, <&str>::from(code)));
            assert_eq!(flag.code, *code);
            assert!(flag.short().chars().count() <= 16, "{}", flag.short());
            assert!(!flag.sentence().contains('?'), "{}", flag.sentence());
        }
    }

    #[test]
    fn what_is_over_by_a_little_says_so() {
        let day = flag(r#"{"code": "DAY_CAP", "evidence": {"hours": 10.01, "most": 10}}"#);
        assert_eq!(day.short(), "DAY 10+>10");
        assert_eq!(day.sentence(), "10.01 h that day (limit 10 h)");
    }

    #[test]
    fn flags_and_rotations_name_a_status_alike() {
        let flag = flag(r#"{"code": "OUTSIDE_ROTATION", "evidence": {"rule": "cancelled"}}"#);
        assert_eq!((flag.short().as_str(), flag.sentence().as_str()), ("ROT. CANCELED", "the rotation is canceled"));
    }

    #[test]
    fn words_carry_the_evidence() {
        let outside = flag(
            r#"{"code": "GEO_OUTSIDE", "evidence": {"punch": "out", "distance_m": 312, "radius_m": 100, "accuracy_m": 20, "location": "North entrance"}}"#,
        );
        assert_eq!(outside.short(), "GEO 312m>100m");
        assert_eq!(outside.sentence(), "clocked out 312m (±20m) from North entrance, whose radius is 100m");
        let day = flag(r#"{"code": "DAY_CAP", "evidence": {"hours": 12.63, "most": 10, "rule": "day"}}"#);
        assert_eq!((day.short().as_str(), day.severity()), ("DAY 12.6>10", Severity::Warn));
        assert_eq!(flag(r#"{"code": "FROM_THE_FUTURE"}"#).code, Code::Other);
        let decided = flag(r#"{"code": "OVER_REQUIRED", "evidence": {"most": 160}}"#);
        assert_eq!(decided.sentence(), "the 160 h required had already been approved");
    }
}
