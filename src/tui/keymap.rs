//! Keys to actions: the defaults of the action list, changed by configuration.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::str::FromStr;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use strum::VariantArray;

use super::action::{Action, Naming};
use crate::domain::list::List;

/// One key, as a person writes it: `a`, `G`, `ctrl-d`, `space`, `pgdn`, `f1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    code: KeyCode,
    modifiers: KeyModifiers,
}

impl From<KeyEvent> for Key {
    fn from(event: KeyEvent) -> Self {
        // A capital letter says shift by itself, and terminals differ in
        // whether they report it as well.
        let ignored = if matches!(event.code, KeyCode::Char(_) | KeyCode::BackTab) {
            KeyModifiers::SHIFT
        } else {
            KeyModifiers::NONE
        };
        let kept = KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT;
        Self { code: event.code, modifiers: (event.modifiers & kept) - ignored }
    }
}

const NAMED: [(&str, KeyCode); 16] = [
    ("space", KeyCode::Char(' ')),
    ("enter", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("shift-tab", KeyCode::BackTab),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("pgup", KeyCode::PageUp),
    ("pgdn", KeyCode::PageDown),
    ("insert", KeyCode::Insert),
];

impl FromStr for Key {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some((_, code)) = NAMED.iter().find(|(name, _)| *name == text) {
            return Ok(Self { code: *code, modifiers: KeyModifiers::NONE });
        }
        let (modifiers, rest) = match text.split_once('-') {
            Some(("ctrl", rest)) => (KeyModifiers::CONTROL, rest),
            Some(("alt", rest)) => (KeyModifiers::ALT, rest),
            _ => (KeyModifiers::NONE, text),
        };
        let mut chars = rest.chars();
        let code = match (chars.next(), chars.as_str()) {
            (Some(c), "") => KeyCode::Char(c),
            (Some('f'), number) => number.parse().map(KeyCode::F).map_err(|_| unknown(text))?,
            _ => return Err(unknown(text)),
        };
        Ok(Self { code, modifiers })
    }
}

impl Key {
    /// Whether a person can name it: modifiers alone and media keys have no names.
    #[must_use]
    pub fn has_name(self) -> bool {
        matches!(self.code, KeyCode::Char(_) | KeyCode::F(_)) || NAMED.iter().any(|(_, code)| *code == self.code)
    }
}

fn unknown(text: &str) -> String {
    format!(
        "`{text}` is not a key. Write a character, ctrl-x, alt-x, f1 to f12, or space, enter, esc, tab, up, down, left, right, home, end, pgup, pgdn"
    )
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.modifiers.contains(KeyModifiers::CONTROL) {
            f.write_str("ctrl-")?;
        }
        if self.modifiers.contains(KeyModifiers::ALT) {
            f.write_str("alt-")?;
        }
        if self.modifiers.contains(KeyModifiers::SHIFT) {
            f.write_str("shift-")?;
        }
        match (NAMED.iter().find(|(_, code)| *code == self.code), self.code) {
            (Some((name, _)), _) => f.write_str(name),
            (None, KeyCode::Char(c)) => write!(f, "{c}"),
            (None, KeyCode::F(n)) => write!(f, "f{n}"),
            (None, other) => write!(f, "{other:?}"),
        }
    }
}

/// Which key asks for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keymap {
    actions: HashMap<Key, Vec<Action>>,
    keys: HashMap<Action, Vec<Key>>,
}

impl Keymap {
    /// The defaults, with some actions' keys replaced by the configuration's.
    ///
    /// # Errors
    /// A sentence that names the key and, in a conflict, both actions.
    pub fn new(replaced: &BTreeMap<String, Vec<String>>) -> Result<Self, String> {
        let mut keys: HashMap<Action, Vec<Key>> = HashMap::new();
        for action in Action::VARIANTS {
            let written = action.about().keys.iter().map(|key| key.parse()).collect::<Result<_, _>>()?;
            keys.insert(*action, written);
        }
        for (name, written) in replaced {
            let action: Action =
                name.parse().map_err(|_| format!("there is no action `{name}`; `?` in the console lists them"))?;
            let written = written.iter().map(|key| key.parse()).collect::<Result<_, _>>()?;
            keys.insert(action, written);
        }
        let mut actions: HashMap<Key, Vec<Action>> = HashMap::new();
        for action in Action::VARIANTS {
            for key in &keys[action] {
                let others = actions.entry(*key).or_default();
                // Over different lists a key may mean different things.
                if let Some(other) = others
                    .iter()
                    .find(|other| List::VARIANTS.iter().any(|list| other.is_over(*list) && action.is_over(*list)))
                {
                    return Err(format!("`{key}` is assigned to both `{}` and `{}`", other.name(), action.name()));
                }
                others.push(*action);
            }
        }
        Ok(Self { actions, keys })
    }

    /// What a key asks for over a list.
    #[must_use]
    pub fn action(&self, event: KeyEvent, list: List) -> Option<Action> {
        self.actions.get(&event.into())?.iter().copied().find(|action| action.is_over(list))
    }

    /// What is meant by a key, a name or a synonym, as a person writes them.
    #[must_use]
    pub fn written(&self, text: &str, list: List) -> Option<Action> {
        let over = |actions: &[Action]| actions.iter().copied().find(|action| action.is_over(list));
        let by_key = || text.parse::<Key>().ok().and_then(|key| over(self.actions.get(&key)?));
        // `end` is a word before it is a key.
        let is_letter = text.chars().nth(1).is_none();
        let named = || {
            let short = |action: &Action| action.about().short == text && !action.about().over.is_everywhere();
            let here = || Action::VARIANTS.iter().copied().filter(move |action| action.is_over(list));
            let by = |naming| here().find(|action| action.naming(text) == Some(naming));
            here().find(short).or_else(|| by(Naming::Name)).or_else(|| by(Naming::Synonym))
        };
        if is_letter { by_key() } else { named().or_else(by_key) }
    }

    /// The key that the footer shows for an action.
    #[must_use]
    pub fn shown(&self, action: Action) -> Option<String> {
        self.keys.get(&action)?.first().map(ToString::to_string)
    }

    /// All keys of an action.
    #[must_use]
    pub fn all(&self, action: Action) -> String {
        let keys = self.keys.get(&action).map(Vec::as_slice).unwrap_or_default();
        keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_do_not_contradict_each_other() {
        Keymap::new(&BTreeMap::new()).expect("no conflict");
    }

    #[test]
    fn a_conflict_names_both_actions() {
        let mine = BTreeMap::from([("approve".to_owned(), vec!["r".to_owned()])]);
        let error = Keymap::new(&mine).expect_err("a conflict");
        assert_eq!(error, "`r` is assigned to both `approve` and `reject`");
    }

    #[test]
    fn a_key_means_what_it_means_over_the_list() {
        let map = Keymap::new(&BTreeMap::new()).expect("no conflict");
        let a = KeyEvent::new(KeyCode::Char('a'), KeyModifiers::NONE);
        assert_eq!(map.action(a, List::TimeRecords), Some(Action::Approve));
        assert_eq!(map.action(a, List::Rotations), Some(Action::Activate));
        assert_eq!(map.action(a, List::Audit), None);
    }

    #[test]
    fn a_key_is_shown_as_it_is_written() {
        for text in ["a", "G", "ctrl-d", "space", "pgdn", "f1", "shift-tab", "/"] {
            assert_eq!(text.parse::<Key>().expect("a key").to_string(), text);
        }
        assert!("hyper-x".parse::<Key>().is_err());
    }

    #[test]
    fn a_capital_letter_is_the_same_with_and_without_reported_shift() {
        let map = Keymap::new(&BTreeMap::new()).expect("no conflict");
        for modifiers in [KeyModifiers::NONE, KeyModifiers::SHIFT] {
            assert_eq!(map.action(KeyEvent::new(KeyCode::Char('G'), modifiers), List::Audit), Some(Action::Last));
        }
    }

    #[test]
    fn a_synonym_is_no_name_of_another_action() {
        for action in Action::VARIANTS {
            for synonym in action.synonyms() {
                let named = Action::VARIANTS.iter().filter(|other| other.naming(synonym).is_some());
                assert_eq!(named.collect::<Vec<_>>(), [action], "{synonym}");
            }
        }
    }
}
