//! Views and orders of lists. Each list has a type for its views and one for its orders, so a
//! view that a list does not have cannot be asked for.

/// One of a few things that a person leafs through with one key.
pub trait Choice: Copy + Eq + 'static {
    /// All of them; the first is chosen at first.
    const ALL: &'static [Self];
    /// How they are called on the screen, in the same order.
    const LABELS: &'static [&'static str];

    /// Its place among all.
    fn index(self) -> usize;

    /// The one at a place, if there is such a place.
    #[must_use]
    fn at(index: usize) -> Option<Self> {
        Self::ALL.get(index).copied()
    }
}

/// Makes an enumeration of choices with their labels.
macro_rules! choices {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $label:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($variant),+
        }

        impl $crate::domain::list::Choice for $name {
            const ALL: &'static [Self] = &[$(Self::$variant),+];
            const LABELS: &'static [&'static str] = &[$($label),+];

            fn index(self) -> usize {
                self as usize
            }
        }
    };
}
pub(crate) use choices;

choices! {
    /// The only view of a list that has no parts.
    All { All = "all" }
}

choices! {
    /// Rows that are made inactive instead of deleted.
    Activity { Active = "active", Inactive = "inactive" }
}

choices! {
    /// The only order of a list of names.
    ByName { ByName = "by name" }
}

choices! {
    /// The only order of a list of what happened.
    NewestFirst { NewestFirst = "newest first" }
}

choices! {
    /// The only order of a list of periods.
    ByEnd { ByEnd = "by end" }
}
