//! Options of `medstint demo`.

use clap::ValueEnum;

/// The person whom the demo signs in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum As {
    #[default]
    Coordinator,
    Supervisor,
    Preceptor,
    Admin,
    Student,
    It,
}

impl As {
    /// The address of that person.
    #[must_use]
    pub fn email(self) -> &'static str {
        match self {
            Self::Coordinator => "coordinator@riverside.example",
            Self::Supervisor => "supervisor@riverside.example",
            Self::Preceptor => "preceptor@riverside.example",
            Self::Admin => "admin@medstint.example",
            Self::Student => "student@riverside.example",
            Self::It => "it@riverside.example",
        }
    }
}

/// Whether the demo's students are at work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Activity {
    #[default]
    On,
    Off,
}
