//! The time zone in which times are shown.

use chrono::{FixedOffset, MappedLocalTime, NaiveDate, NaiveDateTime, Offset, TimeZone, Utc};
use chrono_tz::Tz;

/// Clocks, with the offset that they had or will have at each time: an event from
/// before a change of the clocks is shown as it was then.
#[derive(Clone, Copy, Debug)]
pub enum Zone {
    Utc,
    /// Those of a machine, by its environment.
    Host(HostClocks),
    Named(Tz),
    Fixed(FixedOffset),
}

/// How a machine reads its own time zone: the environment is no business of the console's.
#[derive(Clone, Copy, Debug)]
pub struct HostClocks {
    pub at_instant: fn(&NaiveDateTime) -> FixedOffset,
    pub at_local: fn(&NaiveDateTime) -> MappedLocalTime<FixedOffset>,
}

impl TimeZone for Zone {
    type Offset = FixedOffset;

    fn from_offset(offset: &FixedOffset) -> Self {
        Self::Fixed(*offset)
    }
    fn offset_from_local_date(&self, local: &NaiveDate) -> MappedLocalTime<FixedOffset> {
        self.offset_from_local_datetime(&local.and_time(chrono::NaiveTime::MIN))
    }
    fn offset_from_local_datetime(&self, local: &NaiveDateTime) -> MappedLocalTime<FixedOffset> {
        match self {
            Self::Utc => MappedLocalTime::Single(Utc.fix()),
            Self::Host(clocks) => (clocks.at_local)(local),
            Self::Named(zone) => zone.offset_from_local_datetime(local).map(|offset| offset.fix()),
            Self::Fixed(offset) => MappedLocalTime::Single(*offset),
        }
    }
    fn offset_from_utc_date(&self, utc: &NaiveDate) -> FixedOffset {
        self.offset_from_utc_datetime(&utc.and_time(chrono::NaiveTime::MIN))
    }
    fn offset_from_utc_datetime(&self, utc: &NaiveDateTime) -> FixedOffset {
        match self {
            Self::Utc => Utc.fix(),
            Self::Host(clocks) => (clocks.at_instant)(utc),
            Self::Named(zone) => zone.offset_from_utc_datetime(utc).fix(),
            Self::Fixed(offset) => *offset,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_before_a_change_of_the_clocks_is_shown_as_it_was() {
        let chicago = Zone::Named(chrono_tz::America::Chicago);
        let shown = |utc: &str| {
            let at: chrono::DateTime<Utc> = utc.parse().expect("a time");
            at.with_timezone(&chicago).format("%H:%M %:z").to_string()
        };
        assert_eq!(shown("2026-11-01T06:30:00Z"), "01:30 -05:00");
        assert_eq!(shown("2026-11-01T07:30:00Z"), "01:30 -06:00");
        assert_eq!(shown("2026-11-20T07:30:00Z"), "01:30 -06:00");
        let twice = NaiveDate::from_ymd_opt(2026, 11, 1).and_then(|day| day.and_hms_opt(1, 30, 0)).expect("a time");
        assert_eq!(
            chicago.from_local_datetime(&twice).earliest().map(|at| at.to_rfc3339()).as_deref(),
            Some("2026-11-01T01:30:00-05:00")
        );
    }
}
