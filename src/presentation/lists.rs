//! The names of lists and of their rows, and the prompts for their filters.

use crate::domain::list::List;

impl List {
    /// What one row of the list is called, and what several are.
    #[must_use]
    pub fn nouns(self) -> (&'static str, &'static str) {
        match self {
            Self::TimeRecords => ("record", "records"),
            Self::Rotations => ("rotation", "rotations"),
            Self::Competencies => ("assignment", "assignments"),
            Self::Audit => ("event", "events"),
            Self::Alerts => ("alert", "alerts"),
            Self::AlertRules => ("rule", "rules"),
            Self::Assessments => ("assessment", "assessments"),
            Self::Templates => ("template", "templates"),
            Self::Deployments => ("deployment", "deployments"),
            Self::Catalogue => ("competency", "competencies"),
            Self::Criteria => ("criterion", "criteria"),
            Self::Programs => ("program", "programs"),
            Self::Sites | Self::CalendarBySite => ("site", "sites"),
            Self::Locations => ("location", "locations"),
            Self::Kiosks => ("kiosk", "kiosks"),
            Self::Quarantine => ("punch", "punches"),
            Self::Users => ("person", "people"),
            Self::Accounts => ("account", "accounts"),
            Self::Keys => ("key", "keys"),
            Self::Sessions => ("session", "sessions"),
            Self::Notifications => ("notification", "notifications"),
            Self::NotificationTemplates => ("message template", "message templates"),
            Self::Delegations => ("delegation", "delegations"),
            Self::Corrections => ("correction", "corrections"),
            Self::Missing => ("student without records", "students without records"),
            Self::Policies => ("policy", "policies"),
            Self::Schools => ("school", "schools"),
            Self::CalendarByStudent => ("student", "students"),
        }
    }

    /// A line for the palette and the help.
    #[must_use]
    pub fn about(self) -> &'static str {
        match self {
            Self::TimeRecords => "Time records",
            Self::Rotations => "Rotations",
            Self::Competencies => "Competency assignments",
            Self::Audit => "Audit events",
            Self::Alerts => "Alerts from the audit trail",
            Self::AlertRules => "Rules that raise alerts",
            Self::Assessments => "Assessments, from draft to approval",
            Self::Templates => "Competency templates and their versions",
            Self::Deployments => "Deployments of templates",
            Self::Catalogue => "The school's competencies with their rubrics",
            Self::Criteria => "Criteria of rubrics",
            Self::Programs => "Programs",
            Self::Sites => "Clinical sites",
            Self::Locations => "Locations of sites, with their geofences",
            Self::Kiosks => "Kiosks and their state",
            Self::Quarantine => "Unmatched punches from kiosks",
            Self::Users => "People and their roles",
            Self::Accounts => "How people sign in: with a password or an identity provider",
            Self::Keys => "SSH keys that sign people in",
            Self::Sessions => "Who is signed in",
            Self::Notifications => "Your notifications",
            Self::NotificationTemplates => "Message templates for notifications",
            Self::Delegations => "Deputies: who decides for whom, and until when",
            Self::Corrections => "Proposed corrections of records",
            Self::Missing => "Students with an active rotation and no recent records",
            Self::Policies => "The school's thresholds and duty profile",
            Self::Schools => "Schools",
            Self::CalendarBySite => "Rotations by site, with occupancy",
            Self::CalendarByStudent => "Rotations by student",
        }
    }

    /// Asks for the words of a filter.
    #[must_use]
    pub fn prompt(self) -> &'static str {
        match self {
            Self::TimeRecords | Self::Audit => "Filter: ",
            Self::Rotations | Self::Missing => "Filter by student, site or specialty: ",
            Self::Competencies => "Filter by student, competency or category: ",
            Self::Alerts | Self::Notifications | Self::NotificationTemplates => "Filter by words: ",
            Self::AlertRules
            | Self::Locations
            | Self::Kiosks
            | Self::Policies
            | Self::Schools
            | Self::CalendarBySite
            | Self::CalendarByStudent => "Filter by name: ",
            Self::Assessments => "Filter by student or competency: ",
            Self::Templates | Self::Catalogue => "Filter by name or category: ",
            Self::Deployments => "Filter by template: ",
            Self::Criteria | Self::Programs => "Filter by name or description: ",
            Self::Sites => "Filter by name or address: ",
            Self::Quarantine => "Filter by student or badge: ",
            Self::Users => "Filter by name, email or student number: ",
            Self::Accounts => "Filter by name, email or provider: ",
            Self::Keys => "Filter by owner, fingerprint or comment: ",
            Self::Sessions => "Filter by person, address or device: ",
            Self::Delegations | Self::Corrections => "Filter by name or reason: ",
        }
    }
}
