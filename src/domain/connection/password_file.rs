//! The password file of libpq, `~/.pgpass`.

use crate::domain::Secret;

/// The password of the first line that fits. A line is
/// `host:port:database:user:password`; `*` fits everything, `\` escapes.
#[must_use]
pub fn find(text: &str, host: &str, port: u16, database: &str, user: &str) -> Option<Secret> {
    let port = port.to_string();
    let fields = [host, port.as_str(), database, user];
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .find_map(|line| fields.iter().try_fold(line, |rest, value| after_field(rest, value)))
        .map(|password| Secret::new(unescaped(password)))
}

/// What follows the first field of a line, where that field fits.
fn after_field<'a>(line: &'a str, value: &str) -> Option<&'a str> {
    if let Some(rest) = line.strip_prefix("*:") {
        return Some(rest);
    }
    let mut expected = value.chars();
    let mut given = line.char_indices();
    loop {
        let (at, c) = given.next()?;
        if c == ':' {
            return expected.next().is_none().then(|| &line[at + 1..]);
        }
        let c = if c == '\\' { given.next()?.1 } else { c };
        if expected.next() != Some(c) {
            return None;
        }
    }
}

fn unescaped(password: &str) -> String {
    let mut plain = String::with_capacity(password.len());
    let mut characters = password.chars();
    while let Some(c) = characters.next() {
        plain.push(if c == '\\' { characters.next().unwrap_or(c) } else { c });
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<String> {
        find(text, "db.example.edu", 5432, "clinical", "ada").map(|secret| secret.expose().to_owned())
    }

    #[test]
    fn the_first_line_that_fits_counts() {
        let text = "# a comment\nother:5432:*:*:no\r\n*:*:clinical:ada:one\r\ndb.example.edu:5432:clinical:ada:two\n";
        assert_eq!(found(text).as_deref(), Some("one"));
    }

    #[test]
    fn a_line_of_another_port_database_or_user_does_not_fit() {
        for line in ["*:5433:*:*:x", "*:*:clinic:*:x", "*:*:clinicals:*:x", "*:*:*:adam:x", "db.example.edu:5432"] {
            assert_eq!(found(line), None, "{line}");
        }
    }

    #[test]
    fn colons_and_backslashes_are_escaped() {
        assert_eq!(found(r"*:*:*:*:a\:b\\c:d").as_deref(), Some(r"a:b\c:d"));
        let secret = find(r"\:\:1:*:*:*:six", "::1", 5432, "d", "u");
        assert_eq!(secret.as_ref().map(Secret::expose), Some("six"));
    }
}
