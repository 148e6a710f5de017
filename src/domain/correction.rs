//! Corrections: other times that are proposed for a record, the original kept,
//! until somebody else approves them.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use strum::{EnumString, IntoStaticStr};

use super::clock::{Local, decimal_hours, local};
use super::field::{CorrectionField, QuestionField};
use super::form::{Field, Input, Value};
use super::list::{Description, List, ListRow, choices};
use super::local_time::signs;
use super::permission::Permission;
use super::time_record::TimeRecord;

/// What became of a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, EnumString, IntoStaticStr)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    Proposed,
    Approved,
    Rejected,
    Withdrawn,
}

impl State {
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// One proposal.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Correction {
    pub id: String,
    pub record_id: String,
    pub student_id: String,
    /// "Family, Given"
    pub student: String,
    pub site: String,
    #[serde(deserialize_with = "crate::domain::zone::or_unknown")]
    pub zone: Tz,
    pub old_in: DateTime<Utc>,
    pub old_out: Option<DateTime<Utc>>,
    pub new_in: DateTime<Utc>,
    pub new_out: Option<DateTime<Utc>>,
    pub reason: String,
    pub by_id: String,
    pub by: String,
    pub at: DateTime<Utc>,
    pub status: State,
    pub decided_by: Option<String>,
    pub decided_at: Option<DateTime<Utc>>,
}

choices! {
    /// The parts of the list of corrections, one of which is shown.
    View {
        Proposed = "proposed",
        Decided = "decided",
    }
}

choices! {
    /// The orders of the list of corrections.
    Order {
        OldestFirst = "oldest first",
    }
}

impl ListRow for Correction {
    type View = View;
    type Order = Order;
    const LIST: List = List::Corrections;
    const DESCRIPTION: Description = Description {
        nouns: ("correction", "corrections"),
        about: "Proposed corrections of records",
        prompt: "Filter by name or reason: ",
        table: Some("time_record_corrections"),
        has_marks: true,
        ..Description::of(Permission::SeeCorrections)
    };
}

/// The times of a record, before a correction or after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    pub clock_in: DateTime<Utc>,
    pub clock_out: Option<DateTime<Utc>>,
}

impl Times {
    /// `11-20 07:00–15:05`, at the site; the day of the clock-out where it is another.
    #[must_use]
    pub fn span(self, zone: Tz) -> String {
        self.span_of(zone, |there| &there.exact)
    }

    /// The same where there is little room: in an hour that the clocks repeat
    /// `11-01 01:30¹–01:30²`.
    #[must_use]
    pub fn short_span(self, zone: Tz) -> String {
        self.span_of(zone, |there| &there.short)
    }

    fn span_of(self, zone: Tz, time: fn(&Local) -> &str) -> String {
        let from = local(self.clock_in, zone);
        let until = self.clock_out.map_or_else(String::new, |out| {
            let out = local(out, zone);
            match from.days_until(&out) {
                0 => time(&out).to_owned(),
                1 => format!("{}⁺", time(&out)),
                _ => format!("{} {}", out.day, time(&out)),
            }
        });
        format!("{} {}–{until}", from.day, time(&from))
    }

    /// What the signs of a repeated hour stand for, where one of the times has one.
    fn signs(self, zone: Tz) -> Option<String> {
        let out = self.clock_out.and_then(|out| signs(out, zone));
        signs(self.clock_in, zone).or(out)
    }

    /// `8.08`, or `open`.
    #[must_use]
    pub fn hours(self) -> String {
        self.clock_out.map_or_else(|| "open".to_owned(), |_| decimal_hours(self.elapsed_ms()))
    }

    fn elapsed_ms(self) -> i64 {
        self.clock_out.map_or(0, |out| (out - self.clock_in).num_milliseconds())
    }
}

/// What a correction does: `11-20 07:00–15:05 (8.08 h) → 11-20 07:00–16:05 (9.08 h)`.
#[must_use]
pub fn change(old: Times, new: Times, zone: Tz) -> String {
    let told = |times: Times| match times.clock_out {
        Some(_) => format!("{} ({} h)", times.span(zone), times.hours()),
        None => format!("{} (open)", times.span(zone)),
    };
    format!("{} → {}", told(old), told(new))
}

impl Correction {
    fn was(&self) -> Times {
        Times { clock_in: self.old_in, clock_out: self.old_out }
    }

    fn becomes(&self) -> Times {
        Times { clock_in: self.new_in, clock_out: self.new_out }
    }

    /// What stood there: `11-20 07:00–15:05`, at the site.
    #[must_use]
    pub fn before(&self) -> String {
        self.was().span(self.zone)
    }

    /// What is proposed instead.
    #[must_use]
    pub fn after(&self) -> String {
        self.becomes().span(self.zone)
    }

    /// The same in less room: `11-01 01:30¹–07:30`.
    #[must_use]
    pub fn short_before(&self) -> String {
        self.was().short_span(self.zone)
    }

    #[must_use]
    pub fn short_after(&self) -> String {
        self.becomes().short_span(self.zone)
    }

    /// What the signs of a repeated hour stand for, where one of the times has one.
    #[must_use]
    pub fn signs(&self) -> Option<String> {
        self.was().signs(self.zone).or_else(|| self.becomes().signs(self.zone))
    }

    /// How many hours the record had and would have: `8.08 → 9.08`.
    #[must_use]
    pub fn hours(&self) -> String {
        format!("{} → {}", self.was().hours(), self.becomes().hours())
    }

    /// By how many hours the record becomes longer: `+1.00`, `-0.50`.
    #[must_use]
    pub fn difference(&self) -> String {
        let more = self.becomes().elapsed_ms() - self.was().elapsed_ms();
        format!("{}{}", if more < 0 { "" } else { "+" }, decimal_hours(more))
    }
}

/// The form that proposes other times, and what stands in it at first.
#[must_use]
pub fn form(record: &TimeRecord) -> (Vec<Field<CorrectionField>>, Vec<(CorrectionField, Value)>) {
    let zone = record.zone;
    let out = Field::new(CorrectionField::ClockOut, Input::Moment(zone)).help("empty: still open");
    let fields = vec![
        Field::new(CorrectionField::ClockIn, Input::Moment(zone))
            .required()
            .help(format!("at the site ({})", super::zone::name(zone))),
        if record.clock_out.is_some() { out.required().help("") } else { out },
        Field::text(CorrectionField::Reason).required(),
    ];
    let mut values = vec![
        (CorrectionField::ClockIn, Value::Moment(record.clock_in, zone)),
        (CorrectionField::Version, Value::Text(record.version.to_string())),
    ];
    values.extend(record.clock_out.map(|out| (CorrectionField::ClockOut, Value::Moment(out, zone))));
    (fields, values)
}

/// The form of a question, and that of its answer.
#[must_use]
pub fn words(field: QuestionField) -> Vec<Field<QuestionField>> {
    vec![Field::new(field, Input::Text(1_000)).required()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    #[test]
    fn a_change_tells_days_hours_and_which_of_two_hours() {
        let chicago = chrono_tz::America::Chicago;
        let times = |clock_in: &str, out: &str| Times { clock_in: at(clock_in), clock_out: Some(at(out)) };
        let old = times("2026-11-01T06:30:00Z", "2026-11-01T10:00:00Z");
        let new = times("2026-11-01T07:30:00Z", "2026-11-10T10:00:00Z");
        assert_eq!(
            change(old, new, chicago),
            "11-01 01:30 CDT–04:00 (3.50 h) → 11-01 01:30 CST–11-10 04:00 (218.50 h)"
        );
        let open = Times { clock_out: None, ..old };
        assert_eq!(change(open, old, chicago), "11-01 01:30 CDT– (open) → 11-01 01:30 CDT–04:00 (3.50 h)");
    }
}
