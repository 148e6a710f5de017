//! The amount of data in medstint's tables, to compare two states of it. Tables of other programs
//! are not counted: migrations leave them alone, and their rows may change at any time.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, FromRow, PgConnection};

/// Rows that the migrations themselves insert are not data that can be lost.
const OURS: [&str; 11] = [
    "medstint.definitions",
    "medstint.definitions_release",
    "medstint.badge_keys",
    "medstint.channel_secret",
    "medstint.time_zones",
    "medstint.turns",
    "medstint.state_transitions",
    "medstint.duty_profiles",
    "medstint.audit_event_types",
    "medstint.audit_unsealed",
    "medstint.audit_sealing",
];

/// Rules and templates without a school are ours as well. A generated column follows from others: dropping it loses nothing.
/// Truncating or rewriting a table gives it another file.
const TABLES: &str = "
    SELECT c.oid::bigint AS id, c.oid::regclass::text AS name, c.relfilenode::bigint AS file,
      c.relkind = 'p' OR NOT current_setting('track_counts')::boolean
        OR pg_stat_get_xact_tuples_updated(c.oid) + pg_stat_get_xact_tuples_deleted(c.oid) > 0 AS is_written,
      array_agg(a.attnum ORDER BY a.attnum) AS numbers, array_agg(a.attname::text ORDER BY a.attnum) AS names,
      format('SELECT ARRAY[count(*)%s] FROM %s%s', string_agg(format(', count(%I)', a.attname), '' ORDER BY a.attnum), c.oid::regclass,
        CASE WHEN c.relname IN ('alert_rules', 'notification_templates') THEN ' WHERE school_id IS NOT NULL' END) AS statement
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname || '.' || c.relname = ANY ($1)
      AND has_table_privilege(c.oid, 'SELECT')
    GROUP BY c.oid ORDER BY 2";

/// A table, its rows, and how many values each column has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Table {
    name: String,
    /// The number of the file that holds its rows.
    file: i64,
    rows: i64,
    /// By the number that a column keeps when it is renamed: its name and its values.
    columns: BTreeMap<i16, (String, i64)>,
}

/// Tables by the number that they keep when they are renamed.
pub(super) type Inventory = BTreeMap<i64, Table>;

/// A table of the catalogue, before its rows are counted.
#[derive(Clone, Debug, FromRow)]
struct Uncounted {
    id: i64,
    name: String,
    file: i64,
    /// Whether this transaction may have updated or deleted rows.
    is_written: bool,
    numbers: Vec<i16>,
    names: Vec<String>,
    /// Counts the rows, and the values of each column.
    statement: String,
}

impl Uncounted {
    /// The table with the counts of before, where the transaction took none of its rows or values.
    fn as_before(&self, before: &Inventory) -> Option<Table> {
        let known = before.get(&self.id).filter(|table| table.file == self.file && !self.is_written)?;
        let values: Option<Vec<i64>> =
            self.numbers.iter().map(|number| known.columns.get(number).map(|(_, values)| *values)).collect();
        Some(self.with(known.rows, values?))
    }

    fn with(&self, rows: i64, values: impl IntoIterator<Item = i64>) -> Table {
        let columns = self.names.iter().cloned().zip(values);
        let columns = self.numbers.iter().copied().zip(columns).collect();
        Table { name: self.name.clone(), file: self.file, rows, columns }
    }

    async fn count(&self, connection: &mut PgConnection) -> Result<Table, sqlx::Error> {
        let counts: Vec<i64> =
            sqlx::query_scalar(AssertSqlSafe(self.statement.as_str())).persistent(false).fetch_one(connection).await?;
        Ok(self.with(counts.first().copied().unwrap_or_default(), counts.into_iter().skip(1)))
    }
}

/// Counts what is in some tables, which are named with their schemas. It scans all of them, so
/// it is for a connection that holds no locks.
pub(super) async fn take(connection: &mut PgConnection, ours: &[String]) -> Result<Inventory, sqlx::Error> {
    take_again(connection, ours, &Inventory::new()).await
}

/// Counts again within a migrating transaction, but only the tables that it took data from. The
/// others keep their earlier counts, because writers wait for its locks while it counts.
pub(super) async fn take_again(
    connection: &mut PgConnection,
    ours: &[String],
    before: &Inventory,
) -> Result<Inventory, sqlx::Error> {
    let tables: Vec<Uncounted> =
        sqlx::query_as(TABLES).bind(ours).persistent(false).fetch_all(&mut *connection).await?;
    let mut inventory = Inventory::new();
    for table in tables {
        let counted = match table.as_before(before) {
            Some(known) => known,
            None => table.count(connection).await?,
        };
        inventory.insert(table.id, counted);
    }
    Ok(inventory)
}

/// What was there before and is not there after, in words.
pub(super) fn losses(before: &Inventory, after: &Inventory) -> Vec<String> {
    let mut lost = Vec::new();
    for (id, table) in before.iter().filter(|(_, table)| table.rows > 0 && !OURS.contains(&table.name.as_str())) {
        let made_anew = || after.values().find(|other| other.name == table.name);
        match after.get(id).or_else(made_anew) {
            None => lost.push(format!("{} ({} rows)", table.name, table.rows)),
            Some(left) => {
                if left.rows < table.rows {
                    lost.push(format!("{} ({} of {} rows)", table.name, table.rows - left.rows, table.rows));
                }
                lost.extend(values_lost(table, left));
            }
        }
    }
    lost
}

fn values_lost(table: &Table, left: &Table) -> Vec<String> {
    let mut lost = Vec::new();
    for (number, (name, values)) in table.columns.iter().filter(|(_, (_, values))| *values > 0) {
        let made_anew = || left.columns.values().find(|(other, _)| other == name);
        match left.columns.get(number).or_else(made_anew) {
            None => lost.push(format!("{}.{name} ({values} values)", table.name)),
            // Values that were lost with their rows are reported with them.
            Some((_, kept)) if kept < values && left.rows >= table.rows => {
                lost.push(format!("{}.{name} ({} of {values} values)", table.name, values - kept));
            }
            Some(_) => {}
        }
    }
    lost
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(name: &str, rows: i64, columns: &[(i16, &str, i64)]) -> Table {
        let columns = columns.iter().map(|(number, name, values)| (*number, ((*name).to_owned(), *values))).collect();
        Table { name: name.to_owned(), file: 1, rows, columns }
    }

    #[test]
    fn names_dropped_columns_with_their_values() {
        let before = Inventory::from([(1, table("users", 4, &[(1, "id", 4), (2, "badge", 3), (3, "note", 0)]))]);
        let after = Inventory::from([(1, table("users", 4, &[(1, "id", 4)]))]);
        assert_eq!(losses(&before, &after), ["users.badge (3 values)"]);
    }

    #[test]
    fn a_renamed_column_is_no_loss() {
        let before = Inventory::from([(1, table("users", 4, &[(2, "badge", 3)]))]);
        let after = Inventory::from([(1, table("people", 4, &[(2, "card", 3)]))]);
        assert!(losses(&before, &after).is_empty());
    }

    #[test]
    fn names_emptied_columns_with_what_they_lose() {
        let before = Inventory::from([(1, table("users", 4, &[(2, "badge", 3)]))]);
        let after = Inventory::from([(1, table("users", 4, &[(2, "badge", 1)]))]);
        assert_eq!(losses(&before, &after), ["users.badge (2 of 3 values)"]);
    }

    #[test]
    fn names_deleted_rows_without_counting_their_values_again() {
        let before = Inventory::from([(1, table("users", 4, &[(2, "badge", 3)]))]);
        let after = Inventory::from([(1, table("users", 1, &[(2, "badge", 1)]))]);
        assert_eq!(losses(&before, &after), ["users (3 of 4 rows)"]);
    }

    /// A table of the catalogue with a badge, in this file.
    fn users(file: i64, is_written: bool, badge: i16) -> Uncounted {
        let (name, statement) = ("users".to_owned(), String::new());
        Uncounted { id: 1, name, file, is_written, numbers: vec![badge], names: vec!["badge".to_owned()], statement }
    }

    #[test]
    fn keeps_the_counts_of_untouched_tables() {
        let before = Inventory::from([(1, table("users", 4, &[(1, "id", 4), (2, "badge", 3)]))]);
        assert_eq!(users(1, false, 2).as_before(&before), Some(table("users", 4, &[(2, "badge", 3)])));
    }

    #[test]
    fn counts_written_rewritten_and_new_again() {
        let before = Inventory::from([(1, table("users", 4, &[(2, "badge", 3)]))]);
        for changed in [users(1, true, 2), users(7, false, 2), users(1, false, 3)] {
            assert_eq!(changed.as_before(&before), None, "{changed:?}");
        }
    }
}
