//! What a person can ask for. The keymap, the palette, the footer and the help
//! are all made from the one list below.

use strum::{EnumString, IntoStaticStr, VariantArray};

use crate::domain::Role;
use crate::domain::list::List;
use crate::domain::permission::Permission;

/// A request, whatever key, click or palette entry it came from. The order is
/// that of the footer and of the help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Action {
    Approve,
    Reject,
    Ask,
    Answer,
    ApproveClean,
    Undo,
    Correct,
    ApproveCorrection,
    RejectCorrection,
    WithdrawCorrection,
    Mark,
    Activate,
    Complete,
    Cancel,
    Assess,
    Submit,
    Review,
    ApproveAssessment,
    GiveBack,
    Deploy,
    RollBack,
    Archive,
    New,
    Edit,
    Calendar,
    Earlier,
    Later,
    Switch,
    RemoveCriterion,
    ResetPassword,
    MakePinCode,
    SetPin,
    EnrolKiosk,
    RevokeKiosk,
    ResolvePunch,
    DiscardPunch,
    RevokeSession,
    EndDelegation,
    MarkRead,
    Acknowledge,
    Pivot,
    Pause,
    EarlierEvent,
    LaterEvent,
    GoTo,
    PlatformEvents,
    TimeZone,
    Filter,
    Help,
    Remind,
    Palette,
    Links,
    View,
    Sort,
    MarkAll,
    Refresh,
    Message,
    Copy,
    Down,
    Up,
    PageDown,
    PageUp,
    First,
    Last,
    Detail,
    DetailDown,
    DetailUp,
    Zoom,
    Dashboard,
    NextPane,
    PreviousPane,
    TimeRecords,
    Rotations,
    Competencies,
    Audit,
    Alerts,
    AlertRules,
    Assessments,
    Templates,
    Deployments,
    Catalogue,
    Criteria,
    Programs,
    Sites,
    Locations,
    Kiosks,
    Quarantine,
    Users,
    Sessions,
    Notifications,
    Wordings,
    Delegations,
    Corrections,
    Missing,
    Policies,
    Schools,
    CalendarBySite,
    CalendarByStudent,
    Profile,
    Password,
    School,
    Lock,
    SignOut,
    Suspend,
    Back,
    Quit,
}

/// What is known of an action besides its name.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// Default keys, the first of which is shown.
    pub keys: &'static [&'static str],
    /// One or two words for the footer; empty where it has no place there.
    pub short: &'static str,
    /// A line for the help and the palette.
    pub help: &'static str,
    /// The lists over which it makes sense; empty is everywhere.
    pub over: &'static [List],
    pub permission: Option<Permission>,
}

/// What can be edited with one form.
const EDITED: &[List] = &[
    List::Rotations,
    List::Competencies,
    List::Assessments,
    List::Templates,
    List::Criteria,
    List::Programs,
    List::Sites,
    List::Locations,
    List::Kiosks,
    List::Users,
    List::NotificationTemplates,
    List::AlertRules,
    List::Policies,
    List::Schools,
];
/// What can be added.
const ADDED: &[List] = &[
    List::Rotations,
    List::CalendarBySite,
    List::CalendarByStudent,
    List::Competencies,
    List::Templates,
    List::Deployments,
    List::Criteria,
    List::Programs,
    List::Sites,
    List::Locations,
    List::Kiosks,
    List::Users,
    List::Delegations,
    List::AlertRules,
    List::Schools,
];
/// What is made inactive instead of deleted.
const SWITCHED: &[List] = &[
    List::Templates,
    List::NotificationTemplates,
    List::AlertRules,
    List::Programs,
    List::Sites,
    List::Locations,
    List::Users,
    List::Schools,
];
/// Where several rows can be worked on at once.
const MARKED: &[List] = &[
    List::TimeRecords,
    List::Missing,
    List::Corrections,
    List::Rotations,
    List::Competencies,
    List::Assessments,
    List::Quarantine,
    List::Users,
    List::Sessions,
    List::Notifications,
    List::Alerts,
];
/// The panes besides time records, which have their own.
const WITH_VIEWS: &[List] = &[
    List::Alerts,
    List::TimeRecords,
    List::Rotations,
    List::Competencies,
    List::Assessments,
    List::Templates,
    List::Deployments,
    List::Programs,
    List::Sites,
    List::Locations,
    List::Kiosks,
    List::Quarantine,
    List::Users,
    List::Sessions,
    List::Notifications,
    List::Delegations,
    List::Corrections,
    List::Schools,
];
const AUDIT: &[List] = &[List::Audit];
/// Enter shows the detail everywhere but where it goes on from a value.
const DETAILED: &[List] = &[
    List::Alerts,
    List::AlertRules,
    List::TimeRecords,
    List::Rotations,
    List::Competencies,
    List::Assessments,
    List::Templates,
    List::Deployments,
    List::Catalogue,
    List::Criteria,
    List::Programs,
    List::Sites,
    List::Locations,
    List::Kiosks,
    List::Quarantine,
    List::Users,
    List::Sessions,
    List::Notifications,
    List::NotificationTemplates,
    List::Delegations,
    List::Corrections,
    List::Missing,
    List::Policies,
    List::CalendarBySite,
    List::CalendarByStudent,
    List::Schools,
];
const CALENDARS: &[List] = &[List::Rotations, List::CalendarBySite, List::CalendarByStudent];
const MOVED: &[List] = &[List::CalendarBySite, List::CalendarByStudent];
const SORTED: &[List] = &[List::TimeRecords, List::Rotations, List::Competencies];

/// Keys, word, help, lists.
type Row = (&'static [&'static str], &'static str, &'static str, &'static [List]);

impl Action {
    /// Whether it is about the row under the cursor, or the marked ones.
    #[must_use]
    pub fn is_about_rows(self) -> bool {
        let about = self.about();
        let is_about_list = matches!(
            self,
            Self::ApproveClean
                | Self::Undo
                | Self::New
                | Self::Calendar
                | Self::Earlier
                | Self::Later
                | Self::View
                | Self::Sort
                | Self::MarkAll
                | Self::PlatformEvents
        );
        !about.over.is_empty() && !is_about_list || matches!(self, Self::Links | Self::Copy)
    }

    /// Whether it may be about a row, and need not.
    #[must_use]
    pub fn may_be_about_a_row(self) -> bool {
        matches!(self, Self::Undo | Self::New)
    }

    /// Whether it only moves about on a screen, which line by line is done otherwise.
    #[must_use]
    pub fn is_of_screen(self) -> bool {
        matches!(
            self,
            Self::Down
                | Self::Up
                | Self::PageDown
                | Self::PageUp
                | Self::First
                | Self::Last
                | Self::Detail
                | Self::DetailDown
                | Self::DetailUp
                | Self::Zoom
                | Self::Dashboard
                | Self::NextPane
                | Self::PreviousPane
                | Self::Palette
                | Self::Help
                | Self::Message
                | Self::Back
                | Self::Suspend
                | Self::Quit
        )
    }

    /// Everything there is to know of it.
    #[must_use]
    #[expect(clippy::too_many_lines, reason = "a line for each action, in one list")]
    pub const fn about(self) -> About {
        use Permission as P;
        const QUEUE: &[List] = &[List::TimeRecords];
        const CORRECTIONS: &[List] = &[List::Corrections];
        const ROTATIONS: &[List] = &[List::Rotations];
        const ASSESSMENTS: &[List] = &[List::Assessments];
        let (row, permission): (Row, Option<Permission>) = match self {
            Self::Approve => (
                (&["a"], "approve", "Approve the record under the cursor, or the marked ones after a question", QUEUE),
                Some(P::DecideTimeRecords),
            ),
            Self::Reject => (
                (&["r"], "reject", "Reject with a reason: the record under the cursor, or the marked ones", QUEUE),
                Some(P::DecideTimeRecords),
            ),
            Self::Ask => ((&["i"], "ask", "Ask the student; the record waits for the answer", QUEUE), Some(P::AskBack)),
            Self::Answer => {
                ((&["w"], "answer", "Answer what was asked about your record", QUEUE), Some(P::AnswerQuestions))
            }
            Self::Correct => (
                (&["c"], "", "Propose other times, with a reason; someone else approves them", QUEUE),
                Some(P::ProposeCorrections),
            ),
            Self::Remind => (
                (&["m"], "remind", "Remind the student of what is missing", &[List::TimeRecords, List::Missing]),
                Some(P::Remind),
            ),
            Self::ApproveCorrection => (
                (&["a"], "approve", "Approve the correction; the record gets its times", CORRECTIONS),
                Some(P::DecideCorrections),
            ),
            Self::RejectCorrection => (
                (&["r"], "reject", "Reject the correction; the record stays as it is", CORRECTIONS),
                Some(P::DecideCorrections),
            ),
            Self::WithdrawCorrection => {
                ((&["x"], "take back", "Withdraw your own correction", CORRECTIONS), Some(P::ProposeCorrections))
            }
            Self::ApproveClean => (
                (&["A"], "clean", "Approve everything clean that the list shows, after a question", QUEUE),
                Some(P::DecideTimeRecordsInBulk),
            ),
            Self::Undo => (
                (
                    &["u"],
                    "undo",
                    "Undo your last decision; in another status list, the decision under the cursor",
                    QUEUE,
                ),
                Some(P::UndoDecision),
            ),
            Self::Mark => ((&["space"], "mark", "Mark the row under the cursor, or take the mark off", MARKED), None),
            Self::MarkAll => {
                ((&["ctrl-a"], "", "Mark everything that the filter shows; again to take all marks off", MARKED), None)
            }
            Self::Activate => ((&["a"], "activate", "The rotation begins", ROTATIONS), Some(P::EditRotations)),
            Self::Complete => ((&["c"], "complete", "The rotation is completed", ROTATIONS), Some(P::EditRotations)),
            Self::Cancel => ((&["x"], "cancel", "The rotation is cancelled", ROTATIONS), Some(P::EditRotations)),
            Self::Calendar => (
                (&["v"], "calendar", "Rotations as a calendar: by site, by student, as a list again", CALENDARS),
                Some(P::SeeRotations),
            ),
            Self::Earlier => ((&["left", "h"], "earlier", "Four weeks earlier in the calendar", MOVED), None),
            Self::Later => ((&["right", "l"], "later", "Four weeks later in the calendar", MOVED), None),
            Self::Assess => (
                (&["a"], "assess", "Assess the student with the competency's rubric", &[List::Competencies]),
                Some(P::Assess),
            ),
            Self::Submit => ((&["S"], "submit", "Submit your draft for review", ASSESSMENTS), Some(P::Assess)),
            Self::Review => ((&["v"], "review", "The assessment is reviewed", ASSESSMENTS), Some(P::ReviewAssessments)),
            Self::ApproveAssessment => (
                (&["a"], "approve", "Approve someone else's reviewed assessment", ASSESSMENTS),
                Some(P::ReviewAssessments),
            ),
            Self::GiveBack => (
                (&["b"], "give back", "Back by one step: reviewed, submitted, draft", ASSESSMENTS),
                Some(P::SeeAssessments),
            ),
            Self::Deploy => (
                (&["d"], "deploy", "Deploy the template to programs and people, after a preview", &[List::Templates]),
                Some(P::Deploy),
            ),
            Self::RollBack => (
                (&["b"], "roll back", "Roll the deployment back, after a preview", &[List::Deployments]),
                Some(P::Deploy),
            ),
            Self::Archive => {
                ((&["x"], "archive", "End the deployment; its assignments stay", &[List::Deployments]), Some(P::Deploy))
            }
            Self::New => ((&["n"], "new", "Add one", ADDED), None),
            Self::Edit => ((&["e"], "edit", "Change it, or several that are marked", EDITED), None),
            Self::Switch => {
                ((&["x"], "inactive", "Make it inactive; in the list of inactive ones, active again", SWITCHED), None)
            }
            Self::RemoveCriterion => (
                (&["x"], "remove", "Remove the criterion from a rubric that is not in use", &[List::Criteria]),
                Some(P::EditTemplates),
            ),
            Self::ResetPassword => {
                ((&["p"], "password", "Make a new first password, shown once", &[List::Users]), Some(P::EditPeople))
            }
            Self::MakePinCode => (
                (&["P"], "PIN code", "Make a code with which they set a PIN at a kiosk, shown once", &[List::Users]),
                Some(P::EditPeople),
            ),
            Self::SetPin => ((&[], "", "Set a person's PIN for kiosks", &[List::Users]), Some(P::EditPeople)),
            Self::EnrolKiosk => (
                (&["E"], "enrol", "Make a code that enrols a device as this kiosk, shown once", &[List::Kiosks]),
                Some(P::EditKiosks),
            ),
            Self::RevokeKiosk => (
                (&["x"], "revoke", "Revoke the kiosk; its device can no longer punch", &[List::Kiosks]),
                Some(P::EditKiosks),
            ),
            Self::ResolvePunch => (
                (&["a"], "resolve", "Add the punch to a record; someone else must approve it", &[List::Quarantine]),
                Some(P::SettlePunches),
            ),
            Self::DiscardPunch => (
                (&["x"], "set aside", "Set the punch aside, with a reason; it stays on record", &[List::Quarantine]),
                Some(P::SettlePunches),
            ),
            Self::RevokeSession => {
                ((&["x"], "end", "End the session, wherever it is", &[List::Sessions]), Some(P::SeeSessions))
            }
            Self::EndDelegation => (
                (&["x"], "end", "End the delegation; the deputy can no longer decide", &[List::Delegations]),
                Some(P::EditDelegations),
            ),
            Self::MarkRead => (
                (&["r"], "read", "Mark it as read, or all that are marked", &[List::Notifications]),
                Some(P::SeeNotifications),
            ),
            Self::Acknowledge => (
                (&["a"], "acknowledge", "Acknowledge the alert; not if you can edit its rule", &[List::Alerts]),
                Some(P::AcknowledgeAlerts),
            ),
            Self::Pivot => {
                ((&["enter"], "pivot", "Everything of this person, this address, this record, this kind", AUDIT), None)
            }
            Self::Pause => ((&["space"], "pause", "Hold the list still, or let it follow again", AUDIT), None),
            Self::EarlierEvent => ((&["["], "", "To the event of the same record before this one", AUDIT), None),
            Self::LaterEvent => ((&["]"], "", "To the event of the same record after this one", AUDIT), None),
            Self::GoTo => ((&["@"], "go to", "To an instant: 2h ago, 14:30, 2026-11-20T14:30", AUDIT), None),
            Self::PlatformEvents => (
                (&["f"], "platform", "Switch between the school's events and the platform's", AUDIT),
                Some(P::SeePlatformEvents),
            ),
            Self::TimeZone => {
                ((&["t"], "times", "Times by the school's clocks, in UTC, by this terminal's again", AUDIT), None)
            }
            Self::Links => {
                ((&["o"], "open …", "Go to what belongs to the row: records, people, sites, history", &[]), None)
            }
            Self::Filter => ((&["/"], "filter", "Show only rows with these words", &[]), None),
            Self::Sort => ((&["s"], "sort", "Next order", SORTED), None),
            Self::View => ((&["f"], "status", "Next part of the list: its next status", WITH_VIEWS), None),
            Self::Palette => ((&[":"], "commands", "Find any command by name", &[]), None),
            Self::Help => ((&["?", "f1"], "help", "This help", &[]), None),
            Self::Refresh => ((&["R"], "", "Read everything visible again", &[]), None),
            Self::Message => ((&["M"], "", "Show the last message in full", &[]), None),
            Self::Copy => ((&["y"], "", "Copy the row under the cursor to the clipboard (OSC 52)", &[]), None),
            Self::Down => ((&["down", "j"], "", "One row down", &[]), None),
            Self::Up => ((&["up", "k"], "", "One row up", &[]), None),
            Self::PageDown => ((&["pgdn", "ctrl-d"], "", "One page down", &[]), None),
            Self::PageUp => ((&["pgup", "ctrl-u"], "", "One page up", &[]), None),
            Self::First => ((&["home", "g"], "", "To the first row; brings in what is new above", &[]), None),
            Self::Last => ((&["end", "G"], "", "To the last row", &[]), None),
            Self::Detail => ((&["enter"], "", "Show or hide the detail of the row", DETAILED), None),
            Self::DetailDown => ((&["J"], "", "Read on in the detail", &[]), None),
            Self::DetailUp => ((&["K"], "", "Back in the detail", &[]), None),
            Self::Zoom => ((&["z"], "", "Give the list the whole screen, or back", &[]), None),
            Self::Dashboard => ((&["0"], "", "All four panes on one screen, from 160 by 45", &[]), None),
            Self::NextPane => ((&["tab"], "", "Next pane", &[]), None),
            Self::PreviousPane => ((&["shift-tab"], "", "Previous pane", &[]), None),
            Self::TimeRecords => ((&["1"], "", "Time records", &[]), Some(P::SeeTimeRecords)),
            Self::Rotations => ((&["2"], "", "Rotations", &[]), Some(P::SeeRotations)),
            Self::Competencies => ((&["3"], "", "Competency assignments", &[]), Some(P::SeeCompetencies)),
            Self::Audit => ((&["4"], "", "Audit events", &[]), Some(P::SeeAuditEvents)),
            Self::Alerts => ((&[], "", "Alerts of the audit trail", &[]), Some(P::SeeAlerts)),
            Self::AlertRules => ((&[], "", "Rules that raise alerts", &[]), Some(P::SeeAlertRules)),
            Self::Assessments => ((&["5"], "", "Assessments, from draft to approval", &[]), Some(P::SeeAssessments)),
            Self::Templates => ((&[], "", "Competency templates and their versions", &[]), Some(P::SeeTemplates)),
            Self::Deployments => ((&[], "", "Deployments of templates", &[]), Some(P::SeeDeployments)),
            Self::Catalogue => {
                ((&[], "", "The school's competencies with their rubrics", &[]), Some(P::SeeCompetencies))
            }
            Self::Criteria => ((&[], "", "Criteria of rubrics", &[]), Some(P::SeeTemplates)),
            Self::Programs => ((&[], "", "Programs", &[]), Some(P::SeePrograms)),
            Self::Sites => ((&[], "", "Clinical sites", &[]), Some(P::SeeSites)),
            Self::Locations => ((&[], "", "Locations of sites, with their geofences", &[]), Some(P::SeeSites)),
            Self::Kiosks => ((&[], "", "Kiosks at the doors of sites, and which are silent", &[]), Some(P::SeeKiosks)),
            Self::Quarantine => ((&[], "", "Unmatched punches of kiosks", &[]), Some(P::SeeQuarantine)),
            Self::Users => ((&[], "", "People and their roles", &[]), Some(P::SeePeople)),
            Self::Sessions => ((&[], "", "Who is signed in", &[]), Some(P::SeeSessions)),
            Self::Notifications => ((&["6"], "", "What the system tells you", &[]), Some(P::SeeNotifications)),
            Self::Wordings => {
                ((&[], "", "The words of notifications (templates)", &[]), Some(P::SeeNotificationTemplates))
            }
            Self::Delegations => {
                ((&[], "", "Deputies: who decides in whose place, until when", &[]), Some(P::SeeDelegations))
            }
            Self::Corrections => ((&[], "", "Proposed corrections of records", &[]), Some(P::SeeCorrections)),
            Self::Missing => {
                ((&[], "", "Students with an active rotation and no recent records", &[]), Some(P::SeeMissingRecords))
            }
            Self::Policies => ((&[], "", "The school's thresholds and duty profile", &[]), Some(P::SeePolicy)),
            Self::Schools => ((&[], "", "Schools", &[]), Some(P::SeeSchools)),
            Self::CalendarBySite => ((&[], "", "Rotations by site, with occupancy", &[]), Some(P::SeeRotations)),
            Self::CalendarByStudent => ((&[], "", "Rotations by student", &[]), Some(P::SeeRotations)),
            Self::Profile => ((&[], "", "Change your own name", &[]), None),
            Self::Password => ((&[], "", "Change your own password", &[]), None),
            Self::School => ((&[], "", "Choose the school to work in (super admin)", &[]), None),
            Self::Lock => ((&["ctrl-l"], "", "Lock the console until your password is typed again", &[]), None),
            Self::SignOut => ((&[], "", "Sign out and forget the session on this machine", &[]), None),
            Self::Suspend => ((&["ctrl-z"], "", "Suspend to the shell; fg comes back", &[]), None),
            Self::Back => ((&["esc", "q"], "", "Back: leave the filter, take marks off, or quit (q)", &[]), None),
            Self::Quit => ((&["ctrl-c"], "", "Quit", &[]), None),
        };
        let (keys, short, help, over) = row;
        About { keys, short, help, over, permission }
    }

    /// The name in the configuration and in the palette: `mark-all`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Whether it only shows something: what is not named here does not exist in a
    /// console that only reads.
    #[must_use]
    pub fn only_shows(self) -> bool {
        self.shows().is_some()
            || matches!(
                self,
                Self::Filter
                    | Self::Help
                    | Self::Palette
                    | Self::Links
                    | Self::View
                    | Self::Sort
                    | Self::Refresh
                    | Self::Message
                    | Self::Copy
                    | Self::Down
                    | Self::Up
                    | Self::PageDown
                    | Self::PageUp
                    | Self::First
                    | Self::Last
                    | Self::Detail
                    | Self::DetailDown
                    | Self::DetailUp
                    | Self::Zoom
                    | Self::Dashboard
                    | Self::NextPane
                    | Self::PreviousPane
                    | Self::Pivot
                    | Self::Pause
                    | Self::EarlierEvent
                    | Self::LaterEvent
                    | Self::GoTo
                    | Self::PlatformEvents
                    | Self::TimeZone
                    | Self::School
                    | Self::Calendar
                    | Self::Earlier
                    | Self::Later
                    | Self::SignOut
                    | Self::Suspend
                    | Self::Back
                    | Self::Quit
            )
    }

    /// Whether it makes sense over a list.
    #[must_use]
    pub fn is_over(self, list: List) -> bool {
        let over = self.about().over;
        over.is_empty() || over.contains(&list)
    }

    /// The permission that it needs over a list.
    #[must_use]
    pub fn permission(self, list: List) -> Option<Permission> {
        use Permission as P;
        if let Some(permission) = self.about().permission {
            return Some(permission);
        }
        match (self, list) {
            (Self::New | Self::Switch, List::Schools) => Some(P::AddSchools),
            (Self::New | Self::Edit | Self::Switch, _) => Some(match list {
                List::Rotations | List::CalendarBySite | List::CalendarByStudent => P::EditRotations,
                List::Competencies => P::AssignCompetencies,
                List::Assessments => P::Assess,
                List::Templates | List::Criteria => P::EditTemplates,
                List::Deployments => P::Deploy,
                List::Programs => P::EditPrograms,
                List::Sites | List::Locations => P::EditSites,
                List::Kiosks => P::EditKiosks,
                List::Users => P::EditPeople,
                List::NotificationTemplates => P::EditNotificationTemplates,
                List::Delegations => P::EditDelegations,
                List::AlertRules => P::EditAlertRules,
                List::Policies => P::EditPolicy,
                List::Schools => P::EditSchools,
                List::TimeRecords
                | List::Missing
                | List::Corrections
                | List::Quarantine
                | List::Audit
                | List::Alerts
                | List::Catalogue
                | List::Sessions
                | List::Notifications => {
                    return None;
                }
            }),
            (Self::Mark | Self::MarkAll, List::TimeRecords) => Some(P::DecideTimeRecordsInBulk),
            _ => None,
        }
    }

    /// Whether the action is to be offered to this role over this list.
    #[must_use]
    pub fn is_offered_to(self, role: Role, list: List) -> bool {
        match self {
            Self::School => role == Role::SuperAdmin,
            // The alerts of a school, or those of the platform: its pane knows which is which.
            Self::Acknowledge if role.may(Permission::AcknowledgePlatformAlerts) => true,
            _ => self.permission(list).is_none_or(|permission| role.may(permission)),
        }
    }

    /// The list that the action shows.
    #[must_use]
    pub fn shows(self) -> Option<List> {
        Some(match self {
            Self::TimeRecords => List::TimeRecords,
            Self::Rotations => List::Rotations,
            Self::Competencies => List::Competencies,
            Self::Audit => List::Audit,
            Self::Alerts => List::Alerts,
            Self::AlertRules => List::AlertRules,
            Self::Assessments => List::Assessments,
            Self::Templates => List::Templates,
            Self::Deployments => List::Deployments,
            Self::Catalogue => List::Catalogue,
            Self::Criteria => List::Criteria,
            Self::Programs => List::Programs,
            Self::Sites => List::Sites,
            Self::Locations => List::Locations,
            Self::Kiosks => List::Kiosks,
            Self::Quarantine => List::Quarantine,
            Self::Users => List::Users,
            Self::Sessions => List::Sessions,
            Self::Notifications => List::Notifications,
            Self::Wordings => List::NotificationTemplates,
            Self::Delegations => List::Delegations,
            Self::Corrections => List::Corrections,
            Self::Missing => List::Missing,
            Self::Policies => List::Policies,
            Self::Schools => List::Schools,
            Self::CalendarBySite => List::CalendarBySite,
            Self::CalendarByStudent => List::CalendarByStudent,
            _ => return None,
        })
    }

    /// The action that shows a list.
    #[must_use]
    pub fn showing(list: List) -> Self {
        Self::VARIANTS.iter().copied().find(|action| action.shows() == Some(list)).unwrap_or(Self::TimeRecords)
    }
}
