//! Audit events: a list that follows new events, with features that other lists lack. It can
//! pause, go to a time and to the events of one resource, and it shows the number of events per
//! minute.

mod event;
mod pulse;
mod update;

use chrono::{DateTime, Utc};

use super::super::widget::field::Field;
use super::super::zone::Zone;
use super::PaneSettings;
use super::list::ListPane;
use crate::domain::audit_event::AuditEvent;
use pulse::Pulse;

/// The model of the pane.
#[derive(Debug)]
pub struct Pane {
    pub list: ListPane<AuditEvent>,
    pulse: Pulse,
    /// Whether events have come since the pulse was read.
    is_pulse_due: bool,
    /// Where to go, while it is being typed.
    going: Option<Going>,
    /// Whether there is a line for the pulse.
    shows_pulse: bool,
}

impl Pane {
    /// A pane that has read nothing yet.
    #[must_use]
    pub fn new(settings: &PaneSettings) -> Self {
        Self {
            list: ListPane::new(settings),
            pulse: Pulse::default(),
            is_pulse_due: false,
            going: None,
            shows_pulse: false,
        }
    }
}

/// A time that is being typed, in this time zone.
#[derive(Debug)]
struct Going {
    field: Field,
    now: DateTime<Utc>,
    zone: Zone,
}
