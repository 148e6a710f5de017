//! Who may import whom. The direction of the house, read from its own files.

use std::path::{Path, PathBuf};

/// The modules of the house, and which others each may import. A module that is missing here
/// fails.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("files", &[]),
    ("telemetry", &[]),
    ("presentation", &["domain"]),
    ("kiosk", &["domain", "presentation"]),
    ("store", &["domain", "presentation"]),
    ("tui", &["domain", "presentation"]),
    ("runtime", &["domain", "tui"]),
    ("cluster", &["domain", "presentation", "store"]),
    ("demo", &["cluster", "domain", "presentation", "store"]),
    ("config", &["domain", "files", "presentation", "tui"]),
    ("cli", &["domain", "presentation"]),
    ("session", &["domain", "kiosk", "presentation", "runtime", "store", "tui"]),
    ("serve", &["domain", "presentation", "runtime", "session", "store", "tui"]),
    (
        "admin",
        &[
            "cli",
            "cluster",
            "config",
            "demo",
            "domain",
            "files",
            "kiosk",
            "presentation",
            "runtime",
            "serve",
            "session",
            "store",
            "telemetry",
            "tui",
        ],
    ),
    ("main", &["admin", "cli"]),
    // The documentation of the crate links to some of its items.
    ("lib", &[]),
];

/// The parts of the console from the bottom to the top: each may import those before it.
const CONSOLE: &[&str] = &[
    "zone", "widget", "action", "keymap", "effect", "message", "sign_in", "overlay", "pane", "layout", "app", "bars",
    "update", "recorder", "view", "plain", "kiosk",
];

/// A room, and the words that must not stand in it. `Local` is chrono's time zone of the machine.
const WORDS: [(&str, &[&str]); 8] = [
    ("domain", &["sqlx::", "ratatui::", "tokio::", "std::env", "Utc::now", "Instant::now"]),
    ("presentation", &["sqlx::", "ratatui::", "crossterm::", "tokio::", "std::env", "Utc::now", "Instant::now"]),
    (
        "tui",
        &[
            "sqlx::",
            "tokio::",
            ".await",
            "std::env",
            "Utc::now",
            "Instant::now",
            "Local",
            "std::fs",
            "static mut",
            "thread_local!",
        ],
    ),
    ("store", &["std::env::", "Utc::now", "static mut", "thread_local!", "ratatui::"]),
    ("kiosk", &["std::env::", "Utc::now", "static mut", "thread_local!", "ratatui::", "crossterm::"]),
    ("session", &["sqlx::", "std::env::", "static mut", "thread_local!"]),
    ("serve", &["sqlx::", "std::env::", "Utc::now", "static mut", "thread_local!", "stdout()", "EventStream"]),
    (
        "runtime",
        &["sqlx::", "std::env::", "Utc::now", "static mut", "thread_local!", "app::", "effect::", "message::", "kiosk"],
    ),
];

fn files(room: &str) -> Vec<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(room);
    if path.is_file() {
        return vec![path];
    }
    let mut found = Vec::new();
    let mut waiting = vec![path];
    while let Some(dir) = waiting.pop() {
        for entry in std::fs::read_dir(dir).expect("a room") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    assert!(!found.is_empty(), "{room} is empty");
    found
}

/// The code of a file without its tests, comments and texts.
fn code(path: &Path) -> String {
    without_tests(&std::fs::read_to_string(path).expect("code"))
}

fn without_tests(text: &str) -> String {
    let mut code = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.trim() == "#[cfg(test)]" {
            let declared = lines.next().unwrap_or_default();
            // A module in a file of its own is one line; one in braces ends with its own indentation.
            if declared.trim_end().ends_with('{') {
                let end = format!("{}}}", &declared[..declared.len() - declared.trim_start().len()]);
                lines.by_ref().find(|line| *line == end);
            }
        } else if !line.trim_start().starts_with("//") {
            code.push_str(line);
            code.push('\n');
        }
    }
    code
}

/// `src/tui/pane/list/mod.rs` is `tui`, `pane`, `list`.
fn module_of(path: &Path) -> Vec<String> {
    let path = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).expect("a file of src");
    let mut module: Vec<String> = path.with_extension("").iter().map(|part| part.display().to_string()).collect();
    if module.len() > 1 && module.last().is_some_and(|last| last == "mod") {
        module.pop();
    }
    module
}

/// The modules and items that the code of a module names by `crate::`, `super::` or `self::`, also
/// within braces, from the crate's root.
fn named(module: &[String], code: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for (start, _) in
        code.match_indices("crate::").chain(code.match_indices("super::")).chain(code.match_indices("self::"))
    {
        let before = code[..start].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
            continue;
        }
        let mut at = module.to_vec();
        let mut rest = &code[start..];
        loop {
            if let Some(after) = rest.strip_prefix("crate::") {
                at.clear();
                rest = after;
            } else if let Some(after) = rest.strip_prefix("super::") {
                at.pop();
                rest = after;
            } else if let Some(after) = rest.strip_prefix("self::") {
                rest = after;
            } else {
                break;
            }
        }
        expand(&at, rest, &mut found);
    }
    found
}

/// Adds the paths that a text begins with: `a::{b, c::d}` are two.
fn expand(at: &[String], text: &str, found: &mut Vec<Vec<String>>) {
    let name: String = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let rest = &text[name.len()..];
    let mut at = at.to_vec();
    if !name.is_empty() {
        at.push(name);
    }
    if let Some(rest) = rest.strip_prefix("::") {
        return expand(&at, rest, found);
    }
    let Some(inner) = rest.strip_prefix('{') else { return found.push(at) };
    let mut depth = 0;
    let mut start = 0;
    for (i, c) in inner.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => return expand(&at, inner[start..i].trim_start(), found),
            '}' => depth -= 1,
            ',' if depth == 0 => {
                expand(&at, inner[start..i].trim_start(), found);
                start = i + 1;
            }
            _ => {}
        }
    }
}

/// Whether a text has a word that is not a part of a longer one.
fn says(text: &str, word: &str) -> bool {
    let is_of_word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(start, _)| {
        let before = text[..start].ends_with(is_of_word) && word.starts_with(is_of_word);
        let after = text[start + word.len()..].starts_with(is_of_word) && word.ends_with(is_of_word);
        !before && !after
    })
}

/// Every file below `src`.
fn house() -> Vec<PathBuf> {
    files("")
}

#[test]
fn paths_are_found_in_chains_and_braces() {
    let module = ["domain", "filter"].map(str::to_owned);
    let code = "use super::super::store::X; use crate::{tui::{app, view::Y}, cli};";
    let found: Vec<String> = named(&module, code).iter().map(|path| path.join("::")).collect();
    assert_eq!(found, ["tui::app", "tui::view::Y", "cli", "store::X"]);
}

#[test]
fn a_word_is_no_part_of_another() {
    let text = "use chrono::{Local, TimeZone}; Utc::now()";
    assert!(says(text, "Local") && says(text, "Utc::now"));
    assert!(!says("chrono::offset::LocalResult", "Local"));
}

#[test]
fn tests_are_no_code() {
    let text = "a\n#[cfg(test)]\nmod tests;\nb\n#[cfg(test)]\nmod more {\n    c\n}\nd\n";
    assert_eq!(without_tests(text), "a\nb\nd\n");
}

#[test]
fn a_module_imports_only_what_it_may() {
    let modules: Vec<&str> = MAY_IMPORT.iter().map(|(module, _)| *module).collect();
    for path in house() {
        let module = module_of(&path);
        let (_, may) = MAY_IMPORT
            .iter()
            .find(|(room, _)| *room == module[0])
            .unwrap_or_else(|| panic!("{} is a module that nobody may import yet", module[0]));
        for import in named(&module, &code(&path)) {
            let Some(first) = import.first().filter(|first| **first != module[0]) else { continue };
            if modules.contains(&first.as_str()) {
                assert!(may.contains(&first.as_str()), "{} imports {}", path.display(), import.join("::"));
            }
        }
    }
}

#[test]
fn a_part_of_the_console_imports_only_those_below_it() {
    let height = |part: &str| CONSOLE.iter().position(|other| *other == part);
    for path in files("tui") {
        let module = module_of(&path);
        let Some(own) = module.get(1).and_then(|part| height(part)) else {
            assert_eq!(module, ["tui"], "{} has no place in the console", path.display());
            continue;
        };
        for import in named(&module, &code(&path)).iter().filter(|import| import[0] == "tui") {
            if let Some(other) = import.get(1).and_then(|part| height(part)) {
                assert!(other <= own, "{} imports {}", path.display(), import.join("::"));
            }
        }
    }
}

/// Words of a type are its methods wherever they stand, so that no import shows who asks for them.
#[test]
fn the_domain_asks_for_no_words() {
    for path in files("domain") {
        let code = code(&path);
        for word in [".label()", "_label(", ".sentence()", ".short()", ".nouns()", ".about()", ".prompt()", ".help()"] {
            assert!(!code.contains(word), "{} asks for {word}", path.display());
        }
    }
}

/// Files of the domain that still hold sentences. The list only gets shorter.
const SENTENCES_LEFT: [&str; 4] = ["form.rs", "local_time.rs", "years.rs", "zone.rs"];

/// The texts of a line of code.
fn texts(line: &str) -> Vec<String> {
    let plain = line.replace("'\"'", "").replace("\\\"", "");
    plain.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn texts_of_a_line_are_found_between_its_quotes() {
    assert_eq!(texts(r#"f("a b.", '"', "c\"d") // e"#), ["a b.", "cd"]);
}

/// What people read stands in `presentation`.
#[test]
fn the_domain_holds_no_sentences() {
    for path in files("domain").iter().filter(|path| !SENTENCES_LEFT.iter().any(|left| path.ends_with(left))) {
        for text in code(path).lines().flat_map(texts) {
            assert!(!(text.contains(' ') && text.ends_with('.')), "{} says “{text}”", path.display());
        }
    }
}

#[test]
fn what_a_room_must_not_touch_is_not_in_it() {
    for (room, words) in WORDS {
        for path in files(room) {
            let code = code(&path);
            for word in words {
                assert!(!says(&code, word), "{} says {word}", path.display());
            }
        }
    }
}

#[test]
fn panes_do_not_know_each_other_nor_the_app_and_a_view_knows_no_update() {
    // Each is a file or a folder beside the others; `list` is what they are made of, `contract`
    // what they all are, and `registry` holds them all.
    let pane_of = |path: &Path| {
        let name = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tui/pane")).ok()?.iter().next()?;
        let name = name.to_str()?.trim_end_matches(".rs").to_owned();
        (!["mod", "contract", "list", "registry"].contains(&name.as_str())).then_some(name)
    };
    let panes: std::collections::BTreeSet<String> = files("tui/pane").iter().filter_map(|path| pane_of(path)).collect();
    assert!(panes.len() > 15, "{panes:?}");
    for path in files("tui/pane") {
        assert!(!code(&path).contains("app::App"), "{} knows the app", path.display());
    }
    // Nor does any other part of the console name one of them.
    for path in files("tui") {
        let module = module_of(&path);
        for import in named(&module, &code(&path)) {
            let is_pane = |part: &&String| import[..2] == ["tui", "pane"] && panes.contains(*part);
            let Some(pane) = import.get(2).filter(is_pane) else { continue };
            assert!(module.get(2) == Some(pane), "{} imports {}", path.display(), import.join("::"));
        }
    }
    for path in files("tui")
        .into_iter()
        .filter(|path| path.ends_with("view.rs") || path.display().to_string().contains("/view/"))
    {
        assert!(!code(&path).contains("update::"), "{} imports an update", path.display());
    }
}

#[test]
fn commands_write_through_one_place() {
    for path in files("admin").into_iter().filter(|path| !path.display().to_string().contains("admin/output")) {
        let code = code(&path);
        for word in ["io::stdout()", "io::stderr()", "println!", "print!("] {
            assert!(!code.contains(word), "{} says {word}; `output` has what it needs", path.display());
        }
    }
}
