//! The lists that a person can look at, their parts and orders, and the ways from
//! one to another.

mod choices;
mod description;

use serde::Deserialize;
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::window::{Page, Slot};

pub(crate) use choices::choices;
pub use choices::{Activity, All, ByEnd, ByName, Choice, NewestFirst};
pub use description::{Description, ListRow, Marking};

/// Calls a macro with all lists and the types of their rows. A new list is a line here; its
/// order is that of the help and the palette.
macro_rules! for_each_list {
    ($callback:ident) => {
        $callback! {
            TimeRecords: crate::domain::time_record::TimeRecord,
            Rotations: crate::domain::rotation::Rotation,
            /// Competencies as they are assigned to students.
            Competencies: crate::domain::competency::Assignment,
            Audit: crate::domain::audit_event::AuditEvent,
            Alerts: crate::domain::alert::Alert,
            AlertRules: crate::domain::alert::AlertRule,
            Assessments: crate::domain::assessment::Assessment,
            Templates: crate::domain::template::Template,
            Deployments: crate::domain::deployment::Deployment,
            /// Competencies as such, with their rubrics.
            Catalogue: crate::domain::competency::Competency,
            Criteria: crate::domain::criterion::Criterion,
            Programs: crate::domain::program::Program,
            Sites: crate::domain::site::Site,
            Locations: crate::domain::location::Location,
            Kiosks: crate::domain::kiosk::Kiosk,
            /// Punches that match nothing.
            Quarantine: crate::domain::quarantine::Quarantined,
            Users: crate::domain::user::User,
            Accounts: crate::domain::account::Account,
            /// SSH keys of people.
            Keys: crate::domain::ssh_key::SshKey,
            Sessions: crate::domain::session::Session,
            Notifications: crate::domain::notification::Notification,
            NotificationTemplates: crate::domain::notification_template::NotificationTemplate,
            Delegations: crate::domain::delegation::Delegation,
            Corrections: crate::domain::correction::Correction,
            /// Active rotations in which nothing is recorded.
            Missing: crate::domain::missing::Missing,
            Policies: crate::domain::policy::Policy,
            Schools: crate::domain::school::School,
            CalendarBySite: crate::domain::calendar::BySite,
            CalendarByStudent: crate::domain::calendar::ByStudent,
        }
    };
}
pub(crate) use for_each_list;

macro_rules! define_lists {
    ($($(#[$doc:meta])* $list:ident: $row:ty,)+) => {
        /// The lists, each a window over one resource.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, EnumString, IntoStaticStr, VariantArray)]
        #[strum(serialize_all = "kebab-case")]
        pub enum List {
            $($(#[$doc])* $list,)+
        }

        impl List {
            /// What the list is and what can be done there.
            #[must_use]
            pub fn description(self) -> &'static Description {
                match self {
                    $(Self::$list => &<$row as ListRow>::DESCRIPTION,)+
                }
            }

            /// The labels of its views, of which one is shown; the first at first.
            #[must_use]
            pub fn views(self) -> &'static [&'static str] {
                match self {
                    $(Self::$list => <$row as ListRow>::View::LABELS,)+
                }
            }

            /// The labels of its orders, the first of which is the first shown.
            #[must_use]
            pub fn orders(self) -> &'static [&'static str] {
                match self {
                    $(Self::$list => <$row as ListRow>::Order::LABELS,)+
                }
            }
        }

        /// A page of one of the lists.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Rows {
            $($list(Page<Slot<$row>>),)+
        }

        $(impl From<Page<Slot<$row>>> for Rows {
            fn from(page: Page<Slot<$row>>) -> Self {
                Self::$list(page)
            }
        })+

        $(impl TryFrom<Rows> for Page<Slot<$row>> {
            type Error = Rows;

            fn try_from(rows: Rows) -> Result<Self, Rows> {
                match rows {
                    Rows::$list(page) => Ok(page),
                    other => Err(other),
                }
            }
        })+
    };
}

for_each_list!(define_lists);

/// The view whose rows belong to the platform and to no school.
const PLATFORM: &str = "platform";

impl List {
    /// Whether a view shows rows of the platform, which belong to no school.
    #[must_use]
    pub fn is_of_platform(self, view: usize) -> bool {
        self.views().get(view) == Some(&PLATFORM)
    }

    /// The number of the view that shows rows of the platform, where there is one.
    #[must_use]
    pub fn platform_view(self) -> Option<usize> {
        self.views().iter().position(|view| *view == PLATFORM)
    }

    /// Whether what belongs to this record is still shown by views.
    #[must_use]
    pub fn keeps_views(self, of: &Of) -> bool {
        self.description().keeps_views && of.by != By::Id
    }

    /// The list in which the rows of a table are found.
    #[must_use]
    pub fn holding(table: &str) -> Option<Self> {
        Self::VARIANTS.iter().copied().find(|list| list.description().table == Some(table))
    }
}

/// What rows belong to: `Of::new(By::Student, id, name)` is "of this student".
/// It holds in every view of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Of {
    pub by: By,
    pub id: String,
    /// As the title shows it.
    pub name: String,
    /// Among rows of the platform, which belong to no school, instead of the school's.
    pub is_of_platform: bool,
}

impl Of {
    /// Among the rows of the school.
    #[must_use]
    pub fn new(by: By, id: impl Into<String>, name: impl Into<String>) -> Self {
        Self { by, id: id.into(), name: name.into(), is_of_platform: false }
    }
}

/// By which of its columns a list can be narrowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// The row itself.
    Id,
    Student,
    Rotation,
    Site,
    Program,
    Competency,
    Template,
    Deployment,
    /// The person who did it: an actor, an assessor, a preceptor, a session's owner.
    Person,
    Supervisor,
    /// The resource that an audit event is about, or the record of a correction.
    Resource,
    /// From where an audit event came.
    Address,
    Action,
    /// In which events were written together.
    Transaction,
    /// The rule that raised an alert.
    Rule,
    Kiosk,
}

/// A way from one row to rows of another list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub label: &'static str,
    pub list: List,
    pub of: Of,
}

impl Link {
    /// To the rows of a list that belong to this one.
    #[must_use]
    pub fn new(label: &'static str, list: List, by: By, id: &str, name: &str) -> Self {
        Self { label, list, of: Of::new(by, id, name) }
    }

    /// The same among rows of the platform, where this is so.
    #[must_use]
    pub fn of_platform(mut self, is_of_platform: bool) -> Self {
        self.of.is_of_platform = is_of_platform;
        self
    }

    /// What it is called among others: with the value itself, where an event is left
    /// by one of several.
    #[must_use]
    pub fn title(&self) -> String {
        match self.of.by {
            By::Person | By::Address | By::Action | By::Transaction if self.list.description().is_trail => {
                format!("{}: {}", self.label, self.of.name)
            }
            _ => self.label.to_owned(),
        }
    }

    /// To one row of a list.
    #[must_use]
    pub fn to(label: &'static str, list: List, id: &str, name: &str) -> Self {
        Self::new(label, list, By::Id, id, name)
    }
}
