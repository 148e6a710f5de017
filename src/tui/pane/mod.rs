//! One pane per list: its model, its update, its view. Panes do not know each other; their
//! requests to the console leave as a [`Reply`].
//!
//! [`contract`] defines a pane, and [`registry`] has all panes.

mod accounts;
pub mod alert_rules;
pub mod alerts;
pub mod assessments;
pub mod audit;
pub mod calendar;
pub mod catalogue;
pub mod competencies;
pub mod contract;
mod corrections;
pub mod criteria;
mod delegations;
pub mod deployments;
mod keys;
pub mod kiosks;
pub mod list;
pub mod locations;
mod missing;
pub mod notification_templates;
mod notifications;
pub mod policies;
pub mod programs;
mod quarantine;
pub mod registry;
pub mod rotations;
pub mod schools;
pub mod sessions;
pub mod sites;
pub mod templates;
pub mod time_records;
pub mod users;

pub use contract::{Context, NoticeChange, Pane, PaneSettings, Places, Reply, Said, SaidRow, Title, misaddressed};
pub use registry::{Panes, TABS};
