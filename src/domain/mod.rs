//! What is true without a screen or a database: identities, people, records,
//! permissions, failures, and how they are put into words.
//!
//! Nothing here may import sqlx, ratatui or tokio, read a clock, or know an
//! environment variable: time arrives as an argument.

pub mod audit_event;
pub mod change;
pub mod clock;
pub mod competency;
pub mod failure;
pub mod id;
pub mod permission;
pub mod person;
pub mod rotation;
pub mod secret;
pub mod text;
pub mod time_record;
pub mod window;

pub use change::{Change, Link, Operation, Resource};
pub use failure::Failure;
pub use id::{AuditEventId, CompetencyAssignmentId, RotationId, SchoolId, TimeRecordId, UserId};
pub use person::{Actor, Role};
pub use secret::Secret;
