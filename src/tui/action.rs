//! What a person can ask for. The keymap, the palette, the footer and the help
//! are all made from the one list below.

use strum::{EnumString, IntoStaticStr, VariantArray};

use crate::domain::Role;
use crate::domain::permission::Permission;

/// A request, whatever key, click or palette entry it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Action {
    Approve,
    Reject,
    Undo,
    Mark,
    Filter,
    Help,
    Palette,
    Sort,
    Status,
    MarkAll,
    Refresh,
    Copy,
    Down,
    Up,
    PageDown,
    PageUp,
    First,
    Last,
    Detail,
    Zoom,
    NextPane,
    PreviousPane,
    TimeRecords,
    Rotations,
    Competencies,
    Audit,
    School,
    Lock,
    SignOut,
    Suspend,
    Back,
    Quit,
}

/// Where an action makes sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    Everywhere,
    /// Only over time records.
    TimeRecords,
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
    pub scope: Scope,
    pub permission: Option<Permission>,
}

impl Action {
    /// Everything there is to know of it.
    #[must_use]
    pub const fn about(self) -> About {
        use Permission as P;
        use Scope::{Everywhere, TimeRecords};
        let (keys, short, help, scope, permission): (&[&str], _, _, _, _) = match self {
            Self::Approve => (
                &["a"],
                "approve",
                "Approve the record under the cursor, or the marked ones after a question",
                TimeRecords,
                Some(P::DecideTimeRecords),
            ),
            Self::Reject => (
                &["r"],
                "reject",
                "Reject with a reason: the record under the cursor, or the marked ones",
                TimeRecords,
                Some(P::DecideTimeRecords),
            ),
            Self::Undo => (
                &["u"],
                "undo",
                "Undo your last decision; in another status list, the decision under the cursor",
                TimeRecords,
                Some(P::UndoDecision),
            ),
            Self::Mark => (
                &["space"],
                "mark",
                "Mark the record under the cursor, or take the mark off",
                TimeRecords,
                Some(P::DecideTimeRecordsInBulk),
            ),
            Self::MarkAll => (
                &["ctrl-a"],
                "",
                "Mark everything that the filter shows; again to take all marks off",
                TimeRecords,
                Some(P::DecideTimeRecordsInBulk),
            ),
            Self::Filter => (&["/"], "filter", "Show only students or sites with these words", TimeRecords, None),
            Self::Sort => (&["s"], "sort", "Next order: oldest, newest, student, site, longest", TimeRecords, None),
            Self::Status => (&["f"], "status", "Next status: pending, approved, rejected", TimeRecords, None),
            Self::Palette => (&[":"], "commands", "Find any command by name", Everywhere, None),
            Self::Help => (&["?", "f1"], "help", "This help", Everywhere, None),
            Self::Refresh => (&["R"], "", "Read everything visible again", Everywhere, None),
            Self::Copy => (&["y"], "", "Copy the row under the cursor to the clipboard (OSC 52)", Everywhere, None),
            Self::Down => (&["down", "j"], "", "One row down", Everywhere, None),
            Self::Up => (&["up", "k"], "", "One row up", Everywhere, None),
            Self::PageDown => (&["pgdn", "ctrl-d"], "", "One page down", Everywhere, None),
            Self::PageUp => (&["pgup", "ctrl-u"], "", "One page up", Everywhere, None),
            Self::First => (&["home", "g"], "", "To the first row; brings in what is new above", Everywhere, None),
            Self::Last => (&["end", "G"], "", "To the last row", Everywhere, None),
            Self::Detail => (&["enter"], "", "Show or hide the detail of the record", TimeRecords, None),
            Self::Zoom => (&["z"], "", "Give the list the whole screen, or back", TimeRecords, None),
            Self::NextPane => (&["tab"], "", "Next pane", Everywhere, None),
            Self::PreviousPane => (&["shift-tab"], "", "Previous pane", Everywhere, None),
            Self::TimeRecords => (&["1"], "", "Time records", Everywhere, Some(P::SeeTimeRecords)),
            Self::Rotations => (&["2"], "", "Rotations", Everywhere, Some(P::SeeRotations)),
            Self::Competencies => (&["3"], "", "Competency assignments", Everywhere, Some(P::SeeCompetencies)),
            Self::Audit => (&["4"], "", "Audit events", Everywhere, Some(P::SeeAuditEvents)),
            Self::School => (&[], "", "Choose the school to work in (super admin)", Everywhere, None),
            Self::Lock => (&["ctrl-l"], "", "Lock the console until your password is typed again", Everywhere, None),
            Self::SignOut => (&[], "", "Sign out and forget the session on this machine", Everywhere, None),
            Self::Suspend => (&["ctrl-z"], "", "Suspend to the shell; fg comes back", Everywhere, None),
            Self::Back => (&["esc", "q"], "", "Back: leave the filter, take marks off, or quit (q)", Everywhere, None),
            Self::Quit => (&["ctrl-c"], "", "Quit", Everywhere, None),
        };
        About { keys, short, help, scope, permission }
    }

    /// The name in the configuration and in the palette: `mark-all`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Whether the action is to be offered to this role.
    #[must_use]
    pub fn is_offered_to(self, role: Role) -> bool {
        match self {
            Self::School => role == Role::SuperAdmin,
            _ => self.about().permission.is_none_or(|permission| role.may(permission)),
        }
    }
}
