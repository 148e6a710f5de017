//! The records that a field of a form can refer to, found by a part of their names.

/// Which records are offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, strum::VariantArray)]
pub enum Lookup {
    Students,
    Preceptors,
    Supervisors,
    Sites,
    Locations,
    /// Of students, by their names.
    Rotations,
    Programs,
    Templates,
    Competencies,
    /// Events of the audit trail, by name.
    Events,
}

/// A record of another table, as a field names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reference {
    pub id: String,
    pub name: String,
}

/// One of the records that are offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub reference: Reference,
    /// What tells it from others of the same name: a program, a place, a version.
    pub note: String,
}
