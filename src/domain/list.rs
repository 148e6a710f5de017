//! The lists that a person can look at, their parts and orders, and the ways from
//! one to another.

use serde::Deserialize;
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::alert::{Alert, AlertRule};
use super::assessment::Assessment;
use super::audit_event::AuditEvent;
use super::calendar::{BySite, ByStudent};
use super::competency::{Assignment, Competency};
use super::correction::Correction;
use super::criterion::Criterion;
use super::delegation::Delegation;
use super::deployment::Deployment;
use super::kiosk::Kiosk;
use super::location::Location;
use super::missing::Missing;
use super::notification::Notification;
use super::notification_template::NotificationTemplate;
use super::policy::Policy;
use super::program::Program;
use super::quarantine::Quarantined;
use super::rotation::Rotation;
use super::school::School;
use super::session::Session;
use super::site::Site;
use super::template::Template;
use super::time_record::TimeRecord;
use super::user::User;
use super::window::{Page, Slot};

/// Makes the enumeration of lists and that of their pages from one table: the
/// list, its row, what one and many of them are called.
macro_rules! lists {
    ($($(#[$doc:meta])* $list:ident: $row:ty = $one:literal, $many:literal;)+) => {
        /// The lists, each a window over one resource.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, EnumString, IntoStaticStr, VariantArray)]
        #[strum(serialize_all = "kebab-case")]
        pub enum List {
            $($(#[$doc])* $list,)+
        }

        impl List {
            /// What one row of the list is called, and what several are.
            #[must_use]
            pub fn nouns(self) -> (&'static str, &'static str) {
                match self {
                    $(Self::$list => ($one, $many),)+
                }
            }
        }

        /// A page of one of the lists.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Rows {
            $($list(Page<Slot<$row>>),)+
        }

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

lists! {
    TimeRecords: TimeRecord = "record", "records";
    Rotations: Rotation = "rotation", "rotations";
    /// Competencies as they are assigned to students.
    Competencies: Assignment = "assignment", "assignments";
    Audit: AuditEvent = "event", "events";
    Alerts: Alert = "alert", "alerts";
    AlertRules: AlertRule = "rule", "rules";
    Assessments: Assessment = "assessment", "assessments";
    Templates: Template = "template", "templates";
    Deployments: Deployment = "deployment", "deployments";
    /// Competencies as such, with their rubrics.
    Catalogue: Competency = "competency", "competencies";
    Criteria: Criterion = "criterion", "criteria";
    Programs: Program = "program", "programs";
    Sites: Site = "site", "sites";
    Locations: Location = "location", "locations";
    Kiosks: Kiosk = "kiosk", "kiosks";
    /// Punches that fit nothing.
    Quarantine: Quarantined = "punch", "punches";
    Users: User = "person", "people";
    Sessions: Session = "session", "sessions";
    Notifications: Notification = "notification", "notifications";
    NotificationTemplates: NotificationTemplate = "wording", "wordings";
    Delegations: Delegation = "delegation", "delegations";
    Corrections: Correction = "correction", "corrections";
    /// Active rotations in which nothing is recorded.
    Missing: Missing = "student without records", "students without records";
    Policies: Policy = "policy", "policies";
    CalendarBySite: BySite = "site", "sites";
    CalendarByStudent: ByStudent = "student", "students";
    Schools: School = "school", "schools";
}

/// The view whose rows belong to the platform and to no school.
const PLATFORM: &str = "platform";

impl List {
    /// The parts that a person leafs through with one key, the first of which
    /// is shown at first.
    #[must_use]
    pub fn views(self) -> &'static [&'static str] {
        match self {
            Self::TimeRecords => &["pending", "open", "approved", "rejected"],
            Self::Rotations => &["active", "scheduled", "completed", "cancelled"],
            Self::Competencies => &["to do", "completed"],
            Self::Alerts => &["open", "acknowledged"],
            Self::Assessments => &["drafts", "submitted", "reviewed", "approved"],
            Self::Templates | Self::Programs | Self::Sites | Self::Locations | Self::Schools => &["active", "inactive"],
            Self::Deployments => &["in force", "archived"],
            Self::Kiosks => &["in use", "revoked"],
            Self::Quarantine => &["quarantined", "settled"],
            Self::Delegations => &["in force", "over"],
            Self::Corrections => &["proposed", "decided"],
            Self::Users => &["staff", "students", "inactive"],
            Self::Sessions => &["open", "ended"],
            Self::Notifications => &["unread", "all"],
            Self::CalendarBySite => &["calendar by site"],
            Self::CalendarByStudent => &["calendar by student"],
            Self::Audit => &["school", PLATFORM],
            Self::AlertRules | Self::Catalogue | Self::Criteria | Self::Policies | Self::NotificationTemplates => {
                &["all"]
            }
            Self::Missing => &["nothing recorded"],
        }
    }

    /// The orders of the list, the first of which is the first shown.
    #[must_use]
    pub fn orders(self) -> &'static [&'static str] {
        match self {
            Self::TimeRecords => {
                &["odd first", "oldest first", "newest first", "by student", "by site", "longest first"]
            }
            Self::Rotations => &["by end", "by student"],
            Self::Competencies => &["by due date", "by student", "by competency"],
            Self::Audit
            | Self::Alerts
            | Self::Assessments
            | Self::Deployments
            | Self::Quarantine
            | Self::Sessions
            | Self::Notifications => &["newest first"],
            Self::Criteria => &["in their order"],
            Self::Missing | Self::Delegations => &["by end"],
            Self::Corrections => &["oldest first"],
            Self::Templates
            | Self::Catalogue
            | Self::Programs
            | Self::Sites
            | Self::Locations
            | Self::Kiosks
            | Self::Users
            | Self::NotificationTemplates
            | Self::AlertRules
            | Self::Policies
            | Self::CalendarBySite
            | Self::CalendarByStudent
            | Self::Schools => &["by name"],
        }
    }
}

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
}

impl List {
    /// What its filter looks into, as a person is asked for words.
    #[must_use]
    pub fn searched(self) -> &'static str {
        match self {
            Self::TimeRecords | Self::Audit => "Filter: ",
            Self::Rotations | Self::Missing => "Filter by student, site or specialty: ",
            Self::Competencies => "Filter by student, competency or category: ",
            Self::Assessments => "Filter by student or competency: ",
            Self::Templates | Self::Catalogue => "Filter by name or category: ",
            Self::Deployments => "Filter by template: ",
            Self::Criteria | Self::Programs => "Filter by name or description: ",
            Self::Sites => "Filter by name or address: ",
            Self::Users => "Filter by name, email or student number: ",
            Self::Sessions => "Filter by who, address or device: ",
            Self::Notifications | Self::NotificationTemplates | Self::Alerts => "Filter by words: ",
            Self::Delegations | Self::Corrections => "Filter by name or reason: ",
            Self::Quarantine => "Filter by student or badge: ",
            Self::Locations
            | Self::Kiosks
            | Self::AlertRules
            | Self::Policies
            | Self::CalendarBySite
            | Self::CalendarByStudent
            | Self::Schools => "Filter by name: ",
        }
    }

    /// Whether what belongs to a record is still shown by views. Mostly there is so
    /// little of it that it stands together; of time records there is a lot.
    #[must_use]
    pub fn keeps_views(self, of: &Of) -> bool {
        self == Self::TimeRecords && of.by != By::Id
    }

    /// The list in which the rows of a table are found.
    #[must_use]
    pub fn holding(table: &str) -> Option<Self> {
        Some(match table {
            "time_records" => Self::TimeRecords,
            "rotations" => Self::Rotations,
            "competency_assignments" => Self::Competencies,
            "assessments" => Self::Assessments,
            "competency_templates" => Self::Templates,
            "competency_deployments" => Self::Deployments,
            "competencies" => Self::Catalogue,
            "rubric_criteria" => Self::Criteria,
            "programs" => Self::Programs,
            "clinical_sites" => Self::Sites,
            "clinical_site_locations" => Self::Locations,
            "kiosks" => Self::Kiosks,
            "kiosk_punches" => Self::Quarantine,
            "users" => Self::Users,
            "sessions" => Self::Sessions,
            "alerts" => Self::Alerts,
            "alert_rules" => Self::AlertRules,
            "delegations" => Self::Delegations,
            "time_record_corrections" => Self::Corrections,
            "notification_templates" => Self::NotificationTemplates,
            _ => return None,
        })
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
    /// Whoever did it: an actor, an assessor, a preceptor, a session's owner.
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
            By::Person | By::Address | By::Action | By::Transaction if self.list == List::Audit => {
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
