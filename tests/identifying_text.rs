//! Addresses, names and numbers are kept in one spelling, and compared whatever their case.

use medstint::domain::Secret;
use medstint::domain::filter::{self, Saved};
use medstint::domain::list::{List, Rows};
use medstint::domain::lookup::Lookup;
use medstint::domain::punch::Answer;
use medstint::domain::query::Query;
use medstint::domain::text::folded;
use medstint::domain::user::View;
use medstint::domain::window::{Place, Slot};
use medstint::store::sessions::{Origin, SignIn};
use medstint::store::{Bound, listing, lookup};
use sqlx::PgConnection;

use super::support::database::{execute, try_execute, value};
use super::support::door::{PIN, enrolled, punch};
use super::support::world::PASSWORD;
use super::support::{Database, World, program};

/// `é`, `ë` as a letter and an accent.
const E_ACUTE: &str = "e\u{301}";
const E_DIAERESIS: &str = "e\u{308}";

/// The rule that refused a statement with one bound text.
async fn refused(connection: &mut PgConnection, sql: &'static str, text: &str) -> String {
    let error = sqlx::query(sql).bind(text).execute(connection).await.expect_err("a refusal");
    match error {
        sqlx::Error::Database(error) => error.constraint().unwrap_or_default().to_owned(),
        other => panic!("{other}"),
    }
}

const NEW_ADMIN: &str = "INSERT INTO users (email, name, role, school_id) VALUES ($1, 'New', 'SCHOOL_ADMIN', 'north')";

#[tokio::test]
async fn an_address_is_one_in_every_case_and_spelling() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    execute(&mut owner, "UPDATE users SET email = 'zoé@north.example' WHERE id = 'north-admin-2'").await;
    let other = format!(" ZO{}@North.example ", E_ACUTE.to_uppercase());
    assert_eq!(refused(&mut owner, NEW_ADMIN, &other).await, "users_email_unique");
}

#[tokio::test]
async fn signs_in_with_another_spelling_of_the_address() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    execute(&mut owner, "UPDATE users SET email = 'zoé@north.example' WHERE id = 'north-admin'").await;
    let origin = Origin { address: None, device: "test".into(), client: "console" };
    let typed = format!("ZO{}@north.example\t", E_ACUTE.to_uppercase());
    let answer = world.database.store().sign_in(&typed, &Secret::new(PASSWORD), &origin).await;
    assert!(matches!(answer, Ok(SignIn::Welcome { .. })), "{answer:?}");
}

#[tokio::test]
async fn refuses_hidden_characters_in_addresses() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    for text in ["a\u{7}@x.example", "a\u{200b}@x.example", "a\tb@x.example", "\u{feff}a@x.example"] {
        assert_eq!(refused(&mut owner, NEW_ADMIN, text).await, "users_email_is_plain", "{text:?}");
    }
}

#[tokio::test]
async fn refuses_spaces_in_addresses() {
    let mut owner = World::new().await.owner().await;
    assert_eq!(refused(&mut owner, NEW_ADMIN, "a b@x.example").await, "users_email_is_address");
}

#[tokio::test]
async fn user_add_says_what_is_wrong_with_an_address() {
    let world = World::new().await;
    let add = ["user", "add", "a\u{7}@x.example", "--name", "New Admin", "--role", "school-admin", "--school", "north"];
    let args = [&add[..], &["--database-url", world.database.owner_url.as_str()]].concat();
    let (code, _, err) = program::run(&args, "a long secret of 9 words\n").await;
    assert!(code != Some(0) && err.contains("Email: it contains a hidden character. Type it again."), "{err}");
}

#[tokio::test]
async fn user_add_keeps_names_tidy() {
    let world = World::new().await;
    let name = format!("  Zo{E_DIAERESIS}\u{a0} New ");
    let add = ["user", "add", " New@x.example ", "--name", &name, "--role", "school-admin", "--school", "north"];
    let args = [&add[..], &["--database-url", world.database.owner_url.as_str()]].concat();
    let (code, _, err) = program::run(&args, "a long secret of 9 words\n").await;
    assert_eq!(code, Some(0), "{err}");
    let kept: String =
        value(&mut world.owner().await, "SELECT name || '|' || sort_name FROM users WHERE email = 'new@x.example'")
            .await;
    assert_eq!(kept, "Zoë New|New, Zoë");
}

#[tokio::test]
async fn names_are_unique_whatever_their_case_and_spelling() {
    let world = World::new().await;
    let mut web = world.database.web().await;
    execute(&mut web, "UPDATE clinical_sites SET name = 'St. Mary’s – Café' WHERE id = 'north-site'").await;
    let site = "INSERT INTO clinical_sites (school_id, name, type, capacity) VALUES ('north', $1, 'HOSPITAL', 1)";
    let other = format!("ST.  MARY'S - CAF{}", E_ACUTE.to_uppercase());
    assert_eq!(refused(&mut web, site, &other).await, "clinical_sites_unique_in_school");
}

#[tokio::test]
async fn student_numbers_are_unique_whatever_their_case() {
    let world = World::new().await;
    let mut web = world.database.web().await;
    execute(&mut web, "UPDATE users SET student_id = 'AB-1' WHERE id = 'north-student'").await;
    let sql = "UPDATE users SET student_id = $1 WHERE id = 'north-student-2'";
    assert_eq!(refused(&mut web, sql, " ab-1").await, "users_student_number_unique");
}

#[tokio::test]
async fn badges_are_unlike_numbers_whatever_their_case() {
    let world = World::new().await;
    let mut web = world.database.web().await;
    execute(&mut web, "UPDATE users SET student_id = 'AB-1' WHERE id = 'north-student'").await;
    let sql = "UPDATE users SET badge = $1 WHERE id = 'north-student-2'";
    assert_eq!(refused(&mut web, sql, "ab-1").await, "users_badge_unique");
}

#[tokio::test]
async fn a_kiosk_takes_numbers_whatever_their_case() {
    let world = World::new().await;
    let door = world.database.store().at_door(enrolled(&world).await);
    let answer = punch(&door, " n-1", PIN).await;
    assert!(matches!(answer, Ok(Answer::In(_))), "{answer:?}");
}

#[tokio::test]
async fn case_is_folded_the_same_in_every_locale() {
    let mut owner = World::new().await.owner().await;
    for locale in ["C", "POSIX", "default"] {
        let sql = format!(
            r#"SELECT medstint.search_key('ÅSA ØRSTED-ŁUKASZ ΣΊΣΥΦΟΣ ЖУК' COLLATE "{locale}") COLLATE "C" = 'åsa ørsted-łukasz σίσυφοσ жук'"#
        );
        assert!(value::<bool>(&mut owner, &sql).await, "{locale}");
    }
}

/// Spellings, and what each is compared by.
const SPELLINGS: [(&str, &str); 15] = [
    ("José", "josé"),
    ("JOSE\u{301}", "josé"),
    ("O\u{2019}Brien", "o'brien"),
    ("O\u{2BC}BRIEN", "o'brien"),
    ("Hill \u{2013} West", "hill - west"),
    ("Straße", "straße"),
    ("STRAẞE", "straße"),
    ("İzmir", "i\u{307}zmir"),
    ("ISTANBUL", "istanbul"),
    ("ışık", "ışık"),
    ("Σίσυφος", "σίσυφοσ"),
    ("ΣΊΣΥΦΟΣ", "σίσυφοσ"),
    ("ＡＢ－１", "ａｂ－１"),
    ("  North\u{A0} \u{A0}General\u{3000}", "north general"),
    ("\u{212B}sa", "åsa"),
];

#[tokio::test]
async fn spellings_are_compared_by_the_same_key_here_and_in_the_database() {
    let mut owner = World::new().await.owner().await;
    for (text, key) in SPELLINGS {
        let sql = format!("SELECT medstint.search_key(medstint.tidied('{text}'))");
        assert_eq!(value::<String>(&mut owner, &sql).await, key, "{text:?} in the database");
        assert_eq!(folded(text), key, "{text:?} here");
    }
}

#[tokio::test]
async fn addresses_and_names_are_folded_to_the_same_letters() {
    let mut owner = World::new().await.owner().await;
    // Addresses keep apostrophes and dashes as they are.
    for (text, key) in SPELLINGS.into_iter().filter(|(_, key)| !key.contains(['\'', '-'])) {
        let sql = format!("SELECT medstint.case_folded(medstint.tidied('{text}'))");
        assert_eq!(value::<String>(&mut owner, &sql).await, key, "{text:?}");
    }
}

#[tokio::test]
async fn every_letter_is_folded_as_in_the_database() {
    let mut owner = World::new().await.owner().await;
    let keys: Vec<String> = value(
        &mut owner,
        "SELECT array_agg(medstint.search_key(medstint.tidied('x' || chr(c) || 'x')) ORDER BY c) FROM generate_series(33, 8191) c",
    )
    .await;
    for (letter, key) in ('!'..='\u{1FFF}').zip(&keys) {
        assert_eq!(&folded(&format!("x{letter}x")), key, "{letter:?}");
    }
}

#[tokio::test]
async fn a_private_cluster_knows_the_case_of_every_script() {
    let listed = std::process::Command::new("locale").arg("-a").output();
    let listed = listed.map(|output| String::from_utf8_lossy(&output.stdout).to_lowercase()).unwrap_or_default();
    if !listed.lines().any(|name| matches!(name, "c.utf8" | "c.utf-8")) {
        eprintln!("skipped: the system has no locale C.UTF-8");
        return;
    }
    let mut owner = Database::empty().await.owner().await;
    let letters = "SELECT datctype::text FROM pg_database WHERE datname = current_database()";
    assert_eq!(value::<String>(&mut owner, letters).await, "C.UTF-8");
}

/// The people of a school that a filter finds.
async fn people(bound: &Bound, text: &str) -> usize {
    let meaning = filter::understand(List::Users, text, &Saved::new());
    let meaning = meaning.unwrap_or_else(|wrong| panic!("{text}: {wrong}"));
    let query = Query { filter: meaning.filter, ..Query::of_view(View::Students) };
    let rows = listing::page(bound, List::Users, &query, &Place::Start, 50).await;
    let Ok(Rows::Users(page)) = rows else { panic!("{text}: {rows:?}") };
    page.rows.iter().filter_map(Slot::record).count()
}

#[tokio::test]
async fn a_filter_finds_names_in_every_spelling() {
    let world = World::new().await;
    let mut web = world.database.web().await;
    execute(&mut web, "UPDATE users SET given_name = 'Zoë', family_name = 'O’Brien' WHERE id = 'north-student'").await;
    let bound = world.bound("north-admin").await;
    for text in ["ZOË", &format!("zo{E_DIAERESIS}"), "o'brien", "O’BRIEN"] {
        assert_eq!(people(&bound, text).await, 1, "{text}");
    }
    assert_eq!(people(&bound, "zoe").await, 0, "another letter");
}

#[tokio::test]
async fn a_field_offers_names_in_every_spelling() {
    let world = World::new().await;
    let mut web = world.database.web().await;
    execute(&mut web, "UPDATE clinical_sites SET name = 'St. Mary''s Café' WHERE id = 'north-site'").await;
    let bound = world.bound("north-admin").await;
    for text in ["mary’s", &format!("CAF{}", E_ACUTE.to_uppercase())] {
        assert_eq!(lookup::offers(&bound, Lookup::Sites, text).await.expect("offers").len(), 1, "{text}");
    }
}

#[tokio::test]
async fn every_column_that_identifies_something_is_kept_plain() {
    let mut owner = World::new().await.owner().await;
    let open: Vec<String> = sqlx::query_scalar(
        r"SELECT c.relname || '.' || a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
          WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attgenerated = '' AND NOT a.attisdropped
            AND a.atttypid = 'text'::regtype AND a.attname ~ '(^|_)(name|email|badge|code|specialty)$'
            -- What a kiosk read is on record as it was read.
            AND (c.relname, a.attname) <> ('kiosk_punches', 'badge')
            AND NOT EXISTS (SELECT FROM pg_constraint x WHERE x.conname = c.relname || '_' || a.attname || '_is_plain')
          ORDER BY 1",
    )
    .fetch_all(&mut owner)
    .await
    .expect("the catalogue");
    assert_eq!(open, [""; 0], "add them to a trigger a_tidy_text");
}

#[tokio::test]
async fn an_address_is_no_other_persons_badge() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    execute(&mut owner, "UPDATE users SET badge = 'other@north.example' WHERE id = 'north-student'").await;
    let refused =
        try_execute(&mut owner, "UPDATE users SET email = 'other@north.example' WHERE id = 'north-preceptor'")
            .await
            .expect_err("refused");
    assert!(refused.to_string().contains("already belongs to another person"), "{refused}");
}
