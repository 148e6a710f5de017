//! What is true without a screen or a database: identities, people, records,
//! permissions, failures. `presentation` puts them into words.
//!
//! Nothing here may import sqlx, ratatui or tokio, read a clock, or know an
//! environment variable: time arrives as an argument.

pub mod account;
pub mod alert;
pub mod assessment;
pub mod audit_event;
pub mod audit_trail;
pub mod calendar;
pub mod change;
pub mod clock;
pub mod clock_skew;
pub mod command;
pub mod competency;
pub mod connection;
pub mod correction;
pub mod criterion;
pub mod database_url;
pub mod delegation;
pub mod deployment;
pub mod failure;
pub mod field;
pub mod filter;
pub mod form;
pub mod id;
pub mod kiosk;
pub mod list;
pub mod local_time;
pub mod location;
pub mod lookup;
pub mod missing;
pub mod notification;
pub mod notification_template;
pub mod permission;
pub mod person;
pub mod policy;
pub mod program;
pub mod public_key;
pub mod punch;
pub mod quarantine;
pub mod query;
pub mod rotation;
pub mod school;
pub mod secret;
pub mod session;
pub mod site;
pub mod ssh_key;
pub mod stored;
pub mod structure;
pub mod template;
pub mod text;
pub mod time_record;
pub mod user;
pub mod user_certificate;
pub mod window;
pub mod years;
pub mod zone;

pub use change::{Change, Link, Operation, Resource};
pub use clock_skew::ClockSkew;
pub use failure::Failure;
pub use id::{AuditEventId, CompetencyAssignmentId, RotationId, SchoolId, TimeRecordId, UserId};
pub use person::{Actor, Role};
pub use secret::Secret;
