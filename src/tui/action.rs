//! The actions of the console. The keymap, the palette, the footer and the help are made from
//! the list below.

use strum::{EnumString, IntoStaticStr, VariantArray};

use crate::domain::Role;
use crate::domain::list::{Description, List, Marking, for_each_list};
use crate::domain::permission::Permission;

/// How a word names an action. A name counts for more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Naming {
    Synonym,
    Name,
}

/// Makes the enumeration of actions: each list is shown by the action of its name.
macro_rules! define_actions {
    ($($(#[$doc:meta])* $list:ident: $row:ty,)+) => {
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
            RemoveKey,
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
            $($list,)+
            Profile,
            Password,
            School,
            Lock,
            SignOut,
            Suspend,
            Back,
            Quit,
        }

        impl Action {
            /// The list that the action shows.
            #[must_use]
            pub fn shows(self) -> Option<List> {
                match self {
                    $(Self::$list => Some(List::$list),)+
                    _ => None,
                }
            }

            /// The action that shows a list.
            #[must_use]
            pub fn showing(list: List) -> Self {
                match list {
                    $(List::$list => Self::$list,)+
                }
            }
        }
    };
}

for_each_list!(define_actions);

/// An action's keys, words and permission.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// Default keys, the first of which is shown.
    pub keys: &'static [&'static str],
    /// One or two words for the footer; empty where it has no place there.
    pub short: &'static str,
    /// A line for the help and the palette.
    pub help: &'static str,
    pub over: Over,
    pub permission: Option<Permission>,
}

/// The lists over which an action makes sense.
#[derive(Clone, Copy, Debug)]
pub enum Over {
    Everywhere,
    These(&'static [List]),
    /// Those whose description says so.
    Where(fn(List) -> bool),
}

impl Over {
    /// Whether it is no list's own.
    #[must_use]
    pub fn is_everywhere(self) -> bool {
        matches!(self, Self::Everywhere)
    }

    fn contains(self, list: List) -> bool {
        match self {
            Self::Everywhere => true,
            Self::These(lists) => lists.contains(&list),
            Self::Where(is_one) => is_one(list),
        }
    }
}

/// The rotations as a list and as calendars. One key leads from each to the next.
pub const CALENDARS: [List; 3] = [List::Rotations, List::CalendarBySite, List::CalendarByStudent];

const EVERYWHERE: Over = Over::Everywhere;
const AUDIT: Over = Over::Where(|list| list.description().is_trail);
const EDITED: Over = Over::Where(|list| list.description().edit.is_some());
const ADDED: Over = Over::Where(|list| list.description().add.is_some());
const SWITCHED: Over = Over::Where(|list| list.description().switch.is_some());
const MARKED: Over = Over::Where(|list| list.description().marking != Marking::Nobody);
const WITH_VIEWS: Over = Over::Where(|list| list.views().len() > 1 && !list.description().is_trail);
const SORTED: Over = Over::Where(|list| list.orders().len() > 1);
/// Enter shows the detail everywhere but where it goes on from a value.
const DETAILED: Over = Over::Where(|list| !list.description().is_trail);
const OVER_CALENDARS: Over = Over::These(&CALENDARS);
const MOVED: Over = Over::These(&[List::CalendarBySite, List::CalendarByStudent]);

/// Keys, word, help, lists.
type Row = (&'static [&'static str], &'static str, &'static str, Over);

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
        !about.over.is_everywhere() && !is_about_list || matches!(self, Self::Links | Self::Copy)
    }

    /// Whether it may be about a row, and need not.
    #[must_use]
    pub fn may_be_about_a_row(self) -> bool {
        matches!(self, Self::Undo | Self::New)
    }

    /// Whether it only moves on a screen, which the plain mode does differently.
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

    /// Keys, words and permission of the action.
    #[must_use]
    #[expect(clippy::too_many_lines, reason = "a line for each action, in one list")]
    pub fn about(self) -> About {
        use Permission as P;
        macro_rules! any_list {
            ($($(#[$doc:meta])* $list:ident: $row:ty,)+) => { $(Self::$list)|+ };
        }
        const QUEUE: Over = Over::These(&[List::TimeRecords]);
        const CORRECTIONS: Over = Over::These(&[List::Corrections]);
        const ROTATIONS: Over = Over::These(&[List::Rotations]);
        const ASSESSMENTS: Over = Over::These(&[List::Assessments]);
        if let Some(list) = self.shows() {
            let Description { keys, see, .. } = *list.description();
            return About { keys, short: "", help: list.about(), over: EVERYWHERE, permission: Some(see) };
        }
        let (row, permission): (Row, Option<Permission>) = match self {
            Self::Approve => (
                (&["a"], "approve", "Approve the record under the cursor, or the marked ones after you confirm", QUEUE),
                Some(P::DecideTimeRecords),
            ),
            Self::Reject => (
                (&["r"], "reject", "Reject with a reason: the record under the cursor, or the marked ones", QUEUE),
                Some(P::DecideTimeRecords),
            ),
            Self::Ask => ((&["i"], "ask", "Ask the student a question about the record", QUEUE), Some(P::AskBack)),
            Self::Answer => {
                ((&["w"], "answer", "Answer what was asked about your record", QUEUE), Some(P::AnswerQuestions))
            }
            Self::Correct => (
                (&["c"], "", "Propose a correction with a reason; someone else approves it", QUEUE),
                Some(P::ProposeCorrections),
            ),
            Self::Remind => (
                (
                    &["m"],
                    "remind",
                    "Remind the student of missing punches",
                    Over::These(&[List::TimeRecords, List::Missing]),
                ),
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
                ((&["x"], "withdraw", "Withdraw your own correction", CORRECTIONS), Some(P::ProposeCorrections))
            }
            Self::ApproveClean => (
                (&["A"], "clean", "Approve all records without blocking flags or warnings", QUEUE),
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
            Self::Mark => ((&["space"], "mark", "Mark or unmark the row under the cursor", MARKED), None),
            Self::MarkAll => ((&["ctrl-a"], "", "Mark all rows that the filter shows, or unmark them", MARKED), None),
            Self::Activate => ((&["a"], "activate", "Start the rotation", ROTATIONS), Some(P::EditRotations)),
            Self::Complete => ((&["c"], "complete", "Complete the rotation", ROTATIONS), Some(P::EditRotations)),
            Self::Cancel => ((&["x"], "cancel", "Cancel the rotation", ROTATIONS), Some(P::EditRotations)),
            Self::Calendar => (
                (&["v"], "calendar", "Show rotations as a calendar by site, by student, or as a list", OVER_CALENDARS),
                Some(P::SeeRotations),
            ),
            Self::Earlier => ((&["left", "h"], "earlier", "Four weeks earlier in the calendar", MOVED), None),
            Self::Later => ((&["right", "l"], "later", "Four weeks later in the calendar", MOVED), None),
            Self::Assess => (
                (
                    &["a"],
                    "assess",
                    "Assess the student with the competency's rubric",
                    Over::These(&[List::Competencies]),
                ),
                Some(P::Assess),
            ),
            Self::Submit => ((&["S"], "submit", "Submit your draft for review", ASSESSMENTS), Some(P::Assess)),
            Self::Review => {
                ((&["v"], "review", "Mark the assessment as reviewed", ASSESSMENTS), Some(P::ReviewAssessments))
            }
            Self::ApproveAssessment => (
                (&["a"], "approve", "Approve someone else's reviewed assessment", ASSESSMENTS),
                Some(P::ReviewAssessments),
            ),
            Self::GiveBack => (
                (&["b"], "return", "Return the assessment one step: reviewed, submitted, draft", ASSESSMENTS),
                Some(P::SeeAssessments),
            ),
            Self::Deploy => (
                (
                    &["d"],
                    "deploy",
                    "Deploy the template to programs and people, after a preview",
                    Over::These(&[List::Templates]),
                ),
                Some(P::Deploy),
            ),
            Self::RollBack => (
                (&["b"], "roll back", "Roll the deployment back, after a preview", Over::These(&[List::Deployments])),
                Some(P::Deploy),
            ),
            Self::Archive => (
                (
                    &["x"],
                    "archive",
                    "Archive the deployment; its assignments remain",
                    Over::These(&[List::Deployments]),
                ),
                Some(P::Deploy),
            ),
            Self::New => ((&["n"], "new", "Add a new one", ADDED), None),
            Self::Edit => ((&["e"], "edit", "Edit the row under the cursor, or the marked ones", EDITED), None),
            Self::Switch => ((&["x"], "inactive", "Make inactive, or active again", SWITCHED), None),
            Self::RemoveCriterion => (
                (
                    &["x"],
                    "remove",
                    "Remove the criterion from a rubric that is not in use",
                    Over::These(&[List::Criteria]),
                ),
                Some(P::EditTemplates),
            ),
            Self::ResetPassword => (
                (&["p"], "password", "Reset the password; the new one is shown once", Over::These(&[List::Users])),
                Some(P::EditPeople),
            ),
            Self::MakePinCode => (
                (&["P"], "PIN code", "Make a code to set a PIN at a kiosk, shown once", Over::These(&[List::Users])),
                Some(P::EditPeople),
            ),
            Self::SetPin => {
                ((&[], "", "Set a person's PIN for kiosks", Over::These(&[List::Users])), Some(P::EditPeople))
            }
            Self::EnrolKiosk => (
                (
                    &["E"],
                    "enroll",
                    "Make a code that enrolls a device as this kiosk, shown once",
                    Over::These(&[List::Kiosks]),
                ),
                Some(P::EditKiosks),
            ),
            Self::RevokeKiosk => (
                (&["x"], "revoke", "Revoke the kiosk; its device can no longer punch", Over::These(&[List::Kiosks])),
                Some(P::EditKiosks),
            ),
            Self::ResolvePunch => (
                (
                    &["a"],
                    "resolve",
                    "Add the punch to a record; someone else must approve it",
                    Over::These(&[List::Quarantine]),
                ),
                Some(P::SettlePunches),
            ),
            Self::DiscardPunch => (
                (
                    &["x"],
                    "set aside",
                    "Set the punch aside, with a reason; it stays on record",
                    Over::These(&[List::Quarantine]),
                ),
                Some(P::SettlePunches),
            ),
            Self::RemoveKey => {
                ((&["x"], "remove", "Remove the key; its sessions end", Over::These(&[List::Keys])), Some(P::EditKeys))
            }
            Self::RevokeSession => {
                ((&["x"], "end", "End the session on its device", Over::These(&[List::Sessions])), Some(P::SeeSessions))
            }
            Self::EndDelegation => (
                (
                    &["x"],
                    "end",
                    "End the delegation; the deputy can no longer decide",
                    Over::These(&[List::Delegations]),
                ),
                Some(P::EditDelegations),
            ),
            Self::MarkRead => (
                (
                    &["r"],
                    "read",
                    "Mark as read: the row under the cursor, or the marked ones",
                    Over::These(&[List::Notifications]),
                ),
                Some(P::SeeNotifications),
            ),
            Self::Acknowledge => (
                (&["a"], "acknowledge", "Acknowledge the alert", Over::These(&[List::Alerts])),
                Some(P::AcknowledgeAlerts),
            ),
            Self::Pivot => {
                ((&["enter"], "related", "Show events of the same person, address, record or kind", AUDIT), None)
            }
            Self::Pause => ((&["space"], "pause", "Pause the list, or follow new events again", AUDIT), None),
            Self::EarlierEvent => ((&["["], "", "Go to the previous event of the same record", AUDIT), None),
            Self::LaterEvent => ((&["]"], "", "Go to the next event of the same record", AUDIT), None),
            Self::GoTo => ((&["@"], "go to", "Go to a time: 2h ago, 14:30, 2026-11-20T14:30", AUDIT), None),
            Self::PlatformEvents => (
                (&["f"], "platform", "Switch between the school's events and the platform's", AUDIT),
                Some(P::SeePlatformEvents),
            ),
            Self::TimeZone => {
                ((&["t"], "times", "Show times in the school's zone, in UTC or in this terminal's zone", AUDIT), None)
            }
            Self::Links => ((&["o"], "open …", "Go to related records, people, sites or history", EVERYWHERE), None),
            Self::Filter => ((&["/"], "filter", "Show only rows that match a filter", EVERYWHERE), None),
            Self::Sort => ((&["s"], "sort", "Next order", SORTED), None),
            Self::View => ((&["f"], "status", "Show the next status of the list", WITH_VIEWS), None),
            Self::Palette => ((&[":"], "commands", "Find any command by name", EVERYWHERE), None),
            Self::Help => ((&["?", "f1"], "help", "This help", EVERYWHERE), None),
            Self::Refresh => ((&["R"], "", "Reload everything on the screen", EVERYWHERE), None),
            Self::Message => ((&["M"], "", "Show the last message in full", EVERYWHERE), None),
            Self::Copy => ((&["y"], "", "Copy the row under the cursor to the clipboard (OSC 52)", EVERYWHERE), None),
            Self::Down => ((&["down", "j"], "", "One row down", EVERYWHERE), None),
            Self::Up => ((&["up", "k"], "", "One row up", EVERYWHERE), None),
            Self::PageDown => ((&["pgdn", "ctrl-d"], "", "One page down", EVERYWHERE), None),
            Self::PageUp => ((&["pgup", "ctrl-u"], "", "One page up", EVERYWHERE), None),
            Self::First => ((&["home", "g"], "", "Go to the first row; shows new rows above", EVERYWHERE), None),
            Self::Last => ((&["end", "G"], "", "Go to the last row", EVERYWHERE), None),
            Self::Detail => ((&["enter"], "", "Show or hide the detail of the row", DETAILED), None),
            Self::DetailDown => ((&["J"], "", "Scroll the detail down", EVERYWHERE), None),
            Self::DetailUp => ((&["K"], "", "Scroll the detail up", EVERYWHERE), None),
            Self::Zoom => ((&["z"], "", "Let the list fill the screen, or restore it", EVERYWHERE), None),
            Self::Dashboard => ((&["0"], "", "All four panes on one screen, from 160 by 45", EVERYWHERE), None),
            Self::NextPane => ((&["tab"], "", "Next pane", EVERYWHERE), None),
            Self::PreviousPane => ((&["shift-tab"], "", "Previous pane", EVERYWHERE), None),
            // Answered above, from its description.
            for_each_list!(any_list) => ((&[], "", "", EVERYWHERE), None),
            Self::Profile => ((&[], "", "Change your own name", EVERYWHERE), None),
            Self::Password => ((&[], "", "Change your own password", EVERYWHERE), None),
            Self::School => ((&[], "", "Choose the school to work in (super admin)", EVERYWHERE), None),
            Self::Lock => {
                ((&["ctrl-l"], "", "Lock your session everywhere until you type your password", EVERYWHERE), None)
            }
            Self::SignOut => ((&[], "", "Sign out and forget the session on this machine", EVERYWHERE), None),
            Self::Suspend => ((&["ctrl-z"], "", "Suspend to the shell; fg comes back", EVERYWHERE), None),
            Self::Back => ((&["esc", "q"], "", "Back: clear the filter, unmark rows, or quit (q)", EVERYWHERE), None),
            Self::Quit => ((&["ctrl-c"], "", "Quit", EVERYWHERE), None),
        };
        let (keys, short, help, over) = row;
        About { keys, short, help, over, permission }
    }

    /// The name in the configuration and in the palette: `mark-all`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// How a word names the action, if it does. Both the palette and line mode go by it.
    #[must_use]
    pub fn naming(self, word: &str) -> Option<Naming> {
        let word = word.trim().to_lowercase();
        if self.name() == word {
            Some(Naming::Name)
        } else {
            self.synonyms().contains(&word.as_str()).then_some(Naming::Synonym)
        }
    }

    /// Other words that people type for the action.
    #[must_use]
    pub fn synonyms(self) -> &'static [&'static str] {
        match self {
            Self::TimeRecords => &["records", "hours", "decisions", "queue", "timesheets"],
            Self::Rotations => &["placements", "schedule"],
            Self::Competencies => &["assignments", "skills"],
            Self::Catalogue => &["catalog"],
            Self::Criteria => &["rubric", "rubrics"],
            Self::Audit => &["events", "history", "log", "trail"],
            Self::Users => &["people", "persons", "staff", "students", "preceptors", "supervisors"],
            Self::Accounts => &["sign-ins", "logins"],
            Self::Keys => &["ssh-keys", "public-keys"],
            Self::Delegations => &["deputies"],
            Self::Quarantine => &["punches", "unmatched"],
            Self::Missing => &["absences"],
            Self::NotificationTemplates => &["messages"],
            Self::Notifications => &["inbox"],
            Self::Policies => &["limits", "thresholds"],
            Self::EnrolKiosk => &["enroll-kiosk"],
            Self::GiveBack => &["return"],
            Self::Pivot => &["related"],
            _ => &[],
        }
    }

    /// Whether it only shows something. A read-only console has no other actions.
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
        self.about().over.contains(list)
    }

    /// The permission that it needs over a list.
    #[must_use]
    pub fn permission(self, list: List) -> Option<Permission> {
        if let Some(permission) = self.about().permission {
            return Some(permission);
        }
        let description = list.description();
        match self {
            Self::New => description.add,
            Self::Edit => description.edit,
            Self::Switch => description.switch,
            Self::Mark | Self::MarkAll => description.marking.permission(),
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
}
