//! The names that migrations create, read from their statements.

use std::collections::BTreeSet;
use std::fmt;

/// Where a name without a schema is created.
const SCHEMA: &str = "public";

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Table,
    Type,
    Index,
    Function,
    /// Its name is the trigger's and its table's: `a_fill_user_name on users`.
    Trigger,
}

/// A name that a migration creates.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Object {
    pub(super) kind: Kind,
    pub(super) schema: String,
    pub(super) name: String,
}

impl Object {
    fn new(kind: Kind, qualified: &str) -> Self {
        let (schema, name) = qualified.split_once('.').unwrap_or((SCHEMA, qualified));
        Self { kind, schema: schema.to_owned(), name: name.to_owned() }
    }

    /// An object that has no schema in its own statement: it has its table's.
    fn beside(kind: Kind, table: &str, name: String) -> Self {
        Self { name, ..Self::new(kind, table) }
    }

    /// `public.users`
    pub(super) fn qualified(&self) -> String {
        format!("{}.{}", self.schema, self.name)
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::Table => "table",
            Kind::Type => "type",
            Kind::Index => "index",
            Kind::Function => "function",
            Kind::Trigger => "trigger",
        };
        write!(f, "{kind} {}.{}", self.schema, self.name)
    }
}

/// The names that a migration creates. Names in the bodies of functions are not among them,
/// nor is what replaces an object, creates it only where it is missing, or has dropped it
/// before in the same migration.
pub(super) fn created(sql: &str) -> BTreeSet<Object> {
    let words = words(sql);
    let dropped: BTreeSet<Object> = words.split(|word| *word == ";").filter_map(dropped).collect();
    words.split(|word| *word == ";").flat_map(names_of).filter(|object| !dropped.contains(object)).collect()
}

/// A function or trigger that a statement drops.
fn dropped(statement: &[&str]) -> Option<Object> {
    match statement {
        ["DROP", "FUNCTION" | "PROCEDURE", name, ..] => Some(Object::new(Kind::Function, name)),
        ["DROP", "TRIGGER", name, "ON", table, ..] => Some(trigger(name, table)),
        _ => None,
    }
}

fn names_of(statement: &[&str]) -> Vec<Object> {
    if statement.iter().take(4).any(|word| *word == "IF") {
        return Vec::new();
    }
    match statement {
        ["CREATE", "TABLE", table, ..] | ["CREATE", "UNLOGGED", "TABLE", table, ..] => {
            let mut names = indexes_of_constraints(table, statement);
            names.push(Object::new(Kind::Table, table));
            names
        }
        ["ALTER", "TABLE", table, "RENAME", "TO", name] => vec![Object::beside(Kind::Table, table, (*name).to_owned())],
        ["ALTER", "TABLE", table, ..] => indexes_of_constraints(table, statement),
        ["CREATE", "TYPE" | "DOMAIN", name, ..] => vec![Object::new(Kind::Type, name)],
        ["CREATE", "INDEX", name, "ON", table, ..] | ["CREATE", "UNIQUE", "INDEX", name, "ON", table, ..] => {
            vec![Object::beside(Kind::Index, table, (*name).to_owned())]
        }
        ["CREATE", "FUNCTION" | "PROCEDURE", name, ..] => vec![Object::new(Kind::Function, name)],
        ["CREATE", "TRIGGER", name, rest @ ..] | ["CREATE", "CONSTRAINT", "TRIGGER", name, rest @ ..] => {
            let table = rest.iter().skip_while(|word| **word != "ON").nth(1);
            table.map(|table| trigger(name, table)).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn trigger(name: &str, table: &str) -> Object {
    let bare = table.rsplit('.').next().unwrap_or(table);
    Object::beside(Kind::Trigger, table, format!("{name} on {bare}"))
}

/// A constraint that is named and unique has an index of that name.
fn indexes_of_constraints(table: &str, statement: &[&str]) -> Vec<Object> {
    let index = |words: &[&str]| match words {
        ["CONSTRAINT", name, "UNIQUE" | "PRIMARY" | "EXCLUDE"] => {
            Some(Object::beside(Kind::Index, table, (*name).to_owned()))
        }
        _ => None,
    };
    statement.windows(3).filter_map(index).collect()
}

/// The words of SQL and the semicolons between its statements, without comments, quoted
/// text and bodies of functions.
fn words(sql: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("--") {
            rest.find('\n').unwrap_or(rest.len())
        } else if first == '\'' {
            quoted_length(rest, "'")
        } else if first == '$' {
            dollar_tag(rest).map_or(1, |tag| quoted_length(rest, tag))
        } else if is_of_a_word(first) {
            rest.find(|c: char| !is_of_a_word(c)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (token, after) = rest.split_at(length);
        if is_of_a_word(first) || first == ';' {
            words.push(token);
        }
        rest = after;
    }
    words
}

/// The length of a text from the mark that opens it to the same mark that closes it.
fn quoted_length(text: &str, mark: &str) -> usize {
    text[mark.len()..].find(mark).map_or(text.len(), |end| end + 2 * mark.len())
}

/// `$$` or `$name$` at the beginning of a text.
fn dollar_tag(text: &str) -> Option<&str> {
    let end = 1 + text[1..].find(|c: char| !is_of_a_word(c))?;
    text[end..].starts_with('$').then(|| &text[..=end])
}

fn is_of_a_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '.'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(sql: &str) -> Vec<String> {
        created(sql).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn reads_tables_with_the_indexes_of_their_constraints() {
        let sql =
            "CREATE TABLE users (id text PRIMARY KEY, email text CONSTRAINT users_email_unique UNIQUE, badge text);
                   CREATE UNLOGGED TABLE medstint.acts (id text CONSTRAINT acts_key PRIMARY KEY);";
        let names =
            ["table medstint.acts", "table public.users", "index medstint.acts_key", "index public.users_email_unique"];
        assert_eq!(told(sql), names);
    }

    #[test]
    fn reads_types_indexes_functions_triggers() {
        let sql = "CREATE TYPE role AS ENUM ('A;B');
                   CREATE DOMAIN medstint.latitude AS numeric;
                   CREATE UNIQUE INDEX one_each ON medstint.acts (id);
                   CREATE FUNCTION medstint.fill() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
                   CREATE TRIGGER a_fill BEFORE INSERT OR UPDATE OF name ON users EXECUTE FUNCTION medstint.fill();";
        let names = [
            "type medstint.latitude",
            "type public.role",
            "index medstint.one_each",
            "function medstint.fill",
            "trigger public.a_fill on users",
        ];
        assert_eq!(told(sql), names);
    }

    #[test]
    fn passes_over_comments_bodies_text_and_replacements() {
        let sql = "-- CREATE TABLE a ();
                   DO $body$ BEGIN CREATE TABLE b (); END $body$;
                   COMMENT ON TABLE c IS '; CREATE TABLE d ()';
                   CREATE OR REPLACE FUNCTION medstint.e() RETURNS void AS $$ $$;
                   CREATE SCHEMA IF NOT EXISTS medstint; CREATE TABLE IF NOT EXISTS f ();";
        assert!(told(sql).is_empty());
    }
}
