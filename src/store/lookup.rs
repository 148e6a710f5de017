//! Looks up the records that a field of a form can refer to.

use super::listing::like;
use super::{Bound, reading};
use crate::domain::lookup::{Lookup, Offer, Reference};
use crate::domain::{Failure, Role};

/// At most so many are offered.
const OFFERED: i64 = 8;

/// The active records of the school whose name contains the text, by name.
///
/// # Errors
/// [`Failure::Unavailable`], [`Failure::SignedOut`].
pub async fn offers(bound: &Bound, lookup: Lookup, text: &str) -> Result<Vec<Offer>, Failure> {
    let pattern = like(text.trim());
    let (school, pattern) = (bound.school(), pattern.as_str());
    let rows = reading(bound, "lookup", async |tx| match lookup {
        Lookup::Students => people(tx, school, pattern, &[Role::Student]).await,
        Lookup::Preceptors => people(tx, school, pattern, &[Role::ClinicalPreceptor, Role::ClinicalSupervisor]).await,
        Lookup::Supervisors => people(tx, school, pattern, &[Role::ClinicalSupervisor]).await,
        Lookup::Sites => {
            sqlx::query_as!(
                Row,
                r#"SELECT id, name AS "name!", 'capacity ' || capacity AS "note!" FROM clinical_sites
                   WHERE school_id = $1 AND is_active AND search_name LIKE (SELECT medstint.search_key($2)) ORDER BY name, id LIMIT $3"#,
                school,
                pattern,
                OFFERED
            )
            .fetch_all(tx)
            .await
        }
        Lookup::Locations => {
            sqlx::query_as!(
                Row,
                r#"SELECT l.id, l.name AS "name!", s.name AS "note!" FROM clinical_site_locations l JOIN clinical_sites s ON s.id = l.clinical_site_id
                   WHERE l.school_id = $1 AND l.is_active AND (medstint.search_key(l.name) LIKE (SELECT medstint.search_key($2)) OR s.search_name LIKE (SELECT medstint.search_key($2))) ORDER BY l.name, s.name, l.id LIMIT $3"#,
                school,
                pattern,
                OFFERED
            )
            .fetch_all(tx)
            .await
        }
        Lookup::Rotations => {
            sqlx::query_as!(
                Row,
                r#"SELECT r.id, u.sort_name || ': ' || r.specialty || ' at ' || s.name AS "name!", lower(r.status::text) || ' since ' || to_char(medstint.day_of(r.start_date, s.time_zone), 'YYYY-MM-DD') AS "note!"
                   FROM users u JOIN rotations r ON r.student_id = u.id JOIN clinical_sites s ON s.id = r.clinical_site_id
                   WHERE u.school_id = $1 AND (u.search_name LIKE (SELECT medstint.search_key($2)) OR medstint.search_key(u.student_id) LIKE (SELECT medstint.search_key($2))) AND r.status <> 'CANCELLED'
                   ORDER BY u.sort_name, r.start_date DESC, r.id LIMIT $3"#,
                school,
                pattern,
                OFFERED
            )
            .fetch_all(tx)
            .await
        }
        Lookup::Programs => {
            sqlx::query_as!(
                Row,
                r#"SELECT id, name AS "name!", class_year::text AS "note!" FROM programs
                   WHERE school_id = $1 AND is_active AND medstint.search_key(name) LIKE (SELECT medstint.search_key($2)) ORDER BY name, class_year, id LIMIT $3"#,
                school,
                pattern,
                OFFERED
            )
            .fetch_all(tx)
            .await
        }
        Lookup::Templates => {
            sqlx::query_as!(
                Row,
                r#"SELECT id, name AS "name!", version || CASE WHEN school_id IS NULL THEN ', standard' ELSE '' END AS "note!"
                   FROM competency_templates
                   WHERE (school_id = $1 OR school_id IS NULL) AND is_active AND medstint.search_key(name) LIKE (SELECT medstint.search_key($2)) ORDER BY name, version DESC, id LIMIT $3"#,
                school,
                pattern,
                OFFERED
            )
            .fetch_all(tx)
            .await
        }
        Lookup::Competencies => {
            sqlx::query_as!(
                Row,
                r#"SELECT id, name AS "name!", category || ', ' || version AS "note!" FROM competencies
                   WHERE school_id = $1 AND medstint.search_key(name) LIKE (SELECT medstint.search_key($2)) ORDER BY name, version DESC, id LIMIT $3"#,
                school,
                pattern,
                OFFERED
            )
            .fetch_all(tx)
            .await
        }
        Lookup::Events => {
            sqlx::query_as!(
                Row,
                r#"SELECT name AS "id!", name AS "name!", meaning AS "note!" FROM medstint.audit_event_types
                   WHERE medstint.search_key(name) LIKE (SELECT medstint.search_key($1)) OR medstint.search_key(meaning) LIKE (SELECT medstint.search_key($1)) ORDER BY name LIMIT $2"#,
                pattern,
                OFFERED
            )
            .fetch_all(tx)
            .await
        }
    })
    .await?;
    let offer = |row: Row| Offer { reference: Reference { id: row.id, name: row.name }, note: row.note };
    Ok(rows.into_iter().map(offer).collect())
}

struct Row {
    id: String,
    name: String,
    note: String,
}

/// Active people of some roles, by "Family, Given" or by student number.
async fn people(
    tx: &mut sqlx::PgConnection,
    school: &str,
    pattern: &str,
    roles: &[Role],
) -> Result<Vec<Row>, sqlx::Error> {
    sqlx::query_as!(
        Row,
        r#"SELECT u.id, u.sort_name AS "name!", coalesce(p.name || ' ' || p.class_year, lower(replace(u.role::text, '_', ' '))) AS "note!"
           FROM users u LEFT JOIN programs p ON p.id = u.program_id
           WHERE u.school_id = $1 AND u.is_active AND u.role::text = ANY ($4) AND (u.search_name LIKE (SELECT medstint.search_key($2)) OR medstint.search_key(u.student_id) LIKE (SELECT medstint.search_key($2)))
           ORDER BY u.sort_name, u.id LIMIT $3"#,
        school,
        pattern,
        OFFERED,
        roles as &[Role]
    )
    .fetch_all(tx)
    .await
}
