//! What data our tables hold, by count, so that two states of it can be compared. Tables of
//! other programs are not counted: migrations leave them alone, and their rows change
//! meanwhile.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, PgConnection};

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
const TABLES: &str = "
    SELECT c.oid::bigint, c.oid::regclass::text, array_agg(a.attnum ORDER BY a.attnum), array_agg(a.attname::text ORDER BY a.attnum),
      format('SELECT ARRAY[count(*)%s] FROM %s%s', string_agg(format(', count(%I)', a.attname), '' ORDER BY a.attnum), c.oid::regclass,
        CASE WHEN c.relname IN ('alert_rules', 'notification_templates') THEN ' WHERE school_id IS NOT NULL' END)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname || '.' || c.relname = ANY ($1)
      AND has_table_privilege(c.oid, 'SELECT')
    GROUP BY c.oid ORDER BY 2";

/// A table, its rows, and how many values each column has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Table {
    name: String,
    rows: i64,
    /// By the number that a column keeps when it is renamed: its name and its values.
    columns: BTreeMap<i16, (String, i64)>,
}

/// Tables by the number that they keep when they are renamed.
pub(super) type Inventory = BTreeMap<i64, Table>;

/// A row of [`TABLES`]: the table's number and name, its columns' numbers and names, and
/// the statement that counts them.
type TableRow = (i64, String, Vec<i16>, Vec<String>, String);

/// Counts what is in some tables, which are named with their schemas.
pub(super) async fn take(connection: &mut PgConnection, ours: &[String]) -> Result<Inventory, sqlx::Error> {
    let tables: Vec<TableRow> = sqlx::query_as(TABLES).bind(ours).persistent(false).fetch_all(&mut *connection).await?;
    let mut inventory = Inventory::new();
    for (id, name, numbers, names, statement) in tables {
        let counts: Vec<i64> =
            sqlx::query_scalar(AssertSqlSafe(statement)).persistent(false).fetch_one(&mut *connection).await?;
        let rows = counts.first().copied().unwrap_or_default();
        let values = names.into_iter().zip(counts.into_iter().skip(1));
        inventory.insert(id, Table { name, rows, columns: numbers.into_iter().zip(values).collect() });
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
            // Values that went with their rows are told with them.
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
        Table { name: name.to_owned(), rows, columns }
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
}
