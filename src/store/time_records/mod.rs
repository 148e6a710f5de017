//! Time records: one record in full, and decisions. Their list is as any other's
//! ([`super::listing`]).

mod clean;
mod decide;
mod detail;
mod second_person;
mod standing;

pub use clean::clean;
pub use decide::{confirm, decide, rehearse, versions};
pub use detail::detail;
