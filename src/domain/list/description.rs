//! The description of a list, from which dispatch, palette, footer, permissions and filter are
//! made. What a list is called is in `presentation::lists`.

use super::{Choice, List};
use crate::domain::filter::vocabulary::Field;
use crate::domain::permission::Permission;

/// A record that is a row of a list.
pub trait ListRow: Sized {
    type View: Choice;
    type Order: Choice;
    const LIST: List;
    const DESCRIPTION: Description;
}

/// What a list is, and what can be done there.
#[derive(Clone, Copy, Debug)]
pub struct Description {
    /// The keys that show it.
    pub keys: &'static [&'static str],
    /// The fields of its filter language; without any, it looks for words only.
    pub fields: &'static [Field],
    /// The table whose rows are found here.
    pub table: Option<&'static str>,
    /// Who sees it.
    pub see: Permission,
    /// Who adds rows, where that is possible.
    pub add: Option<Permission>,
    /// Who edits rows with a form, where that is possible.
    pub edit: Option<Permission>,
    /// Who makes rows inactive or active again, where that is possible.
    pub switch: Option<Permission>,
    /// Who marks several rows to work on them at once.
    pub marking: Marking,
    /// Whether what belongs to a record is still shown by views. Mostly there is so little of
    /// it that it stands together; of time records there is a lot.
    pub keeps_views: bool,
    /// Whether it is the audit trail, in which Enter goes on from a value and `f` switches
    /// between the school and the platform.
    pub is_trail: bool,
}

impl Description {
    /// A read-only list for everyone who has a permission.
    #[must_use]
    pub const fn of(see: Permission) -> Self {
        Self {
            keys: &[],
            fields: &[],
            table: None,
            see,
            add: None,
            edit: None,
            switch: None,
            marking: Marking::Nobody,
            keeps_views: false,
            is_trail: false,
        }
    }
}

/// Who marks rows of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marking {
    /// Rows are worked on one by one.
    Nobody,
    /// Everyone who sees the list.
    Everybody,
    Only(Permission),
}

impl Marking {
    /// The permission that a person also needs to mark rows of the list.
    #[must_use]
    pub fn permission(self) -> Option<Permission> {
        match self {
            Self::Nobody | Self::Everybody => None,
            Self::Only(permission) => Some(permission),
        }
    }
}
