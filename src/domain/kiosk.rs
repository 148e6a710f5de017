//! Kiosks: door terminals of sites, as their administrators see them.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;

use super::field::KioskField;
use super::form::{Field, Input, Value};
use super::list::{ByName, Description, List, ListRow, choices};
use super::lookup::{Lookup, Reference};
use super::permission::Permission;
use super::punch::Trouble;
use super::stored::Stored;

/// How long a kiosk may say nothing before it is silent: several signs of life are missing.
pub const SILENT_AFTER: TimeDelta = TimeDelta::minutes(3);
/// A clock that is off by more than that is worth a look.
pub(crate) const SKEW: TimeDelta = TimeDelta::seconds(30);

/// One kiosk.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Kiosk {
    pub id: String,
    pub name: String,
    pub site_id: String,
    pub site: String,
    pub location_id: Option<String>,
    pub location: Option<String>,
    pub enrolled_at: Option<DateTime<Utc>>,
    /// Who made the code that enrolled its device.
    pub enrolled_by: Option<String>,
    pub revoked_at: Option<DateTime<Utc>>,
    /// Until when a one-time code waits to be typed.
    pub code_until: Option<DateTime<Utc>>,
    pub last_seen: Option<DateTime<Utc>>,
    pub version: Option<String>,
    /// Its wall clock minus the server's.
    pub skew_ms: Option<i64>,
    /// Punches in its journal, as of when it was last seen.
    pub waiting: Option<i32>,
    /// Punches that its device kept as a kiosk of another school.
    pub stranded: Option<i32>,
    /// What is wrong with its journal.
    pub trouble: Option<Stored<Trouble>>,
    /// Its punches in quarantine.
    pub quarantined: i64,
}

choices! {
    /// The parts of the list of kiosks, one of which is shown.
    View {
        InUse = "in use",
        Revoked = "revoked",
    }
}

impl ListRow for Kiosk {
    type View = View;
    type Order = ByName;
    const LIST: List = List::Kiosks;
    const DESCRIPTION: Description = Description {
        table: Some("kiosks"),
        add: Some(Permission::EditKiosks),
        edit: Some(Permission::EditKiosks),
        ..Description::of(Permission::SeeKiosks)
    };
}

/// How a kiosk is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    New,
    /// A code was made and not typed yet.
    Awaited,
    Live,
    Silent,
    /// It cannot keep punches.
    Troubled,
    Revoked,
}

impl Kiosk {
    /// How it is at a moment.
    #[must_use]
    pub fn state(&self, now: DateTime<Utc>) -> State {
        if self.revoked_at.is_some() {
            return State::Revoked;
        }
        match self.last_seen.filter(|_| self.enrolled_at.is_some()) {
            None if self.code_until.is_some_and(|until| until > now) => State::Awaited,
            None if self.enrolled_at.is_some() => State::Silent,
            None => State::New,
            Some(_) if self.trouble.is_some() => State::Troubled,
            Some(seen) if now - seen > SILENT_AFTER => State::Silent,
            Some(_) => State::Live,
        }
    }

    /// What the form shows of it.
    #[must_use]
    pub fn values(&self) -> Vec<(KioskField, Value)> {
        let location = match (&self.location_id, &self.location) {
            (Some(id), Some(name)) => Value::Reference(Reference { id: id.clone(), name: name.clone() }),
            _ => Value::Nothing,
        };
        vec![(KioskField::Name, Value::Text(self.name.clone())), (KioskField::LocationId, location)]
    }
}

/// The form of a kiosk; where it is the first, it also says of which site.
#[must_use]
pub fn fields() -> Vec<Field<KioskField>> {
    vec![
        Field::text(KioskField::Name).required().help("such as Main entrance"),
        Field::new(KioskField::LocationId, Input::Reference(Lookup::Locations)).help("at this site"),
    ]
}

/// The form of a new one.
#[must_use]
pub fn new_fields() -> Vec<Field<KioskField>> {
    let mut fields = vec![Field::new(KioskField::ClinicalSiteId, Input::Reference(Lookup::Sites)).required()];
    fields.extend(self::fields());
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kiosk_is_live_until_three_heartbeats_are_missing() {
        let now: DateTime<Utc> = "2026-11-23T09:00:00Z".parse().expect("an instant");
        let mut kiosk = Kiosk {
            id: "k".into(),
            name: "Door".into(),
            site_id: "s".into(),
            site: "North General".into(),
            location_id: None,
            location: None,
            enrolled_at: None,
            enrolled_by: None,
            revoked_at: None,
            code_until: None,
            last_seen: None,
            version: None,
            skew_ms: None,
            waiting: None,
            stranded: None,
            trouble: None,
            quarantined: 0,
        };
        assert_eq!(kiosk.state(now), State::New);
        kiosk.code_until = Some(now + TimeDelta::hours(1));
        assert_eq!(kiosk.state(now), State::Awaited);
        (kiosk.enrolled_at, kiosk.last_seen) = (Some(now), Some(now - SILENT_AFTER));
        assert_eq!(kiosk.state(now), State::Live);
        kiosk.last_seen = Some(now - SILENT_AFTER - TimeDelta::milliseconds(1));
        assert_eq!(kiosk.state(now), State::Silent);
    }
}
