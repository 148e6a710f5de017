//! Who may import whom. The direction of the house, read from its own files.

use std::path::{Path, PathBuf};

/// A room, and the rooms that it must not know.
const WALLS: [(&str, &[&str]); 9] = [
    ("domain", &["store", "kiosk", "tui", "session", "admin", "cluster", "demo", "config", "cli", "telemetry"]),
    ("kiosk", &["store", "tui", "session", "admin", "cluster", "demo", "config", "cli", "telemetry"]),
    ("store", &["kiosk", "tui", "session", "admin", "cluster", "demo", "config", "cli", "telemetry"]),
    ("tui", &["store", "session", "admin", "cluster", "demo", "config", "cli", "telemetry"]),
    ("cluster", &["tui", "session", "admin", "demo", "config", "cli", "telemetry"]),
    ("session", &["admin", "cluster", "demo", "config", "cli", "telemetry"]),
    ("demo", &["tui", "session", "admin", "config", "cli", "telemetry"]),
    ("config", &["store", "session", "admin", "cluster", "demo", "cli", "telemetry"]),
    ("telemetry.rs", &["store", "tui", "session", "admin", "cluster", "demo", "cli", "config"]),
];

/// A room, and the words that must not stand in it.
const WORDS: [(&str, &[&str]); 5] = [
    ("domain", &["sqlx::", "ratatui::", "tokio::", "std::env", "Utc::now", "Instant::now"]),
    (
        "tui",
        &[
            "sqlx::",
            "tokio::",
            ".await",
            "std::env",
            "Utc::now",
            "Instant::now",
            "std::fs",
            "static mut",
            "thread_local!",
        ],
    ),
    ("store", &["std::env::", "Utc::now", "static mut", "thread_local!", "ratatui::"]),
    ("kiosk", &["std::env::", "Utc::now", "static mut", "thread_local!", "ratatui::", "crossterm::"]),
    ("session", &["sqlx::", "std::env::", "static mut", "thread_local!"]),
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

/// The code of a file without its tests and comments.
fn code(path: &Path) -> String {
    let text = std::fs::read_to_string(path).expect("code");
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn no_room_knows_a_room_above_it() {
    for (room, forbidden) in WALLS {
        for path in files(room) {
            let code = code(&path);
            for other in forbidden {
                assert!(!code.contains(&format!("crate::{other}")), "{} imports {other}", path.display());
            }
        }
    }
}

#[test]
fn what_a_room_must_not_touch_is_not_in_it() {
    for (room, words) in WORDS {
        for path in files(room) {
            let code = code(&path);
            for word in words {
                assert!(!code.contains(word), "{} says {word}", path.display());
            }
        }
    }
}

#[test]
fn panes_do_not_know_each_other_nor_the_app_and_a_view_knows_no_update() {
    // Each is a file or a folder beside the others; `list` is what they are made of.
    let pane_of = |path: &Path| {
        let name = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tui/pane")).ok()?.iter().next()?;
        let name = name.to_str()?.trim_end_matches(".rs").to_owned();
        (!["mod", "list"].contains(&name.as_str())).then_some(name)
    };
    let panes: std::collections::BTreeSet<String> = files("tui/pane").iter().filter_map(|path| pane_of(path)).collect();
    assert!(panes.len() > 15, "{panes:?}");
    for path in files("tui/pane") {
        let code = code(&path);
        assert!(!code.contains("app::App"), "{} knows the app", path.display());
        let Some(own) = pane_of(&path) else { continue };
        for other in panes.iter().filter(|other| **other != own) {
            for import in [format!("super::{other}::"), format!("super::{other};"), format!("pane::{other}")] {
                assert!(!code.contains(&import), "{} imports {other}", path.display());
            }
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
