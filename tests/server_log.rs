//! What a server that logs statements with their parameters writes of secrets: only the
//! fast statement that hands a secret over carries it. Statements that are slow by design
//! do not.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use medstint::domain::Secret;
use medstint::domain::command::{Command, Report, Step, Target, What};
use medstint::domain::form::{Changed, Form, Value};
use medstint::store::sessions::{self, Origin, SignIn, Unlock};
use medstint::store::{Address, command, users};

use super::support::World;
use super::support::database::{cluster, connect, execute, value};

const EMAIL: &str = "admin@north.example";
/// How `hand_over` begins.
const HAND_OVER: &str = "SELECT set_config('medstint.typed', $1, true)";

/// A world whose server logs every statement with its parameters.
struct Logged {
    world: World,
    log: PathBuf,
    /// How long its log was before.
    from: u64,
}

impl Logged {
    async fn new() -> Self {
        let world = World::new().await;
        let mut superuser = connect(&cluster().url("postgres", "postgres")).await;
        for setting in ["log_min_duration_statement = 0", "log_parameter_max_length = -1"] {
            execute(&mut superuser, &format!("ALTER DATABASE {} SET {setting}", world.database.name)).await;
        }
        let data: String = value(&mut superuser, "SELECT current_setting('data_directory')").await;
        let log = Path::new(&data).with_file_name("server.log");
        let from = log.metadata().expect("the server's log").len();
        Self { world, log, from }
    }

    /// What was logged with this secret in it.
    fn entries_with(&self, secret: &Secret) -> Vec<String> {
        let mut file = File::open(&self.log).expect("the server's log");
        file.seek(SeekFrom::Start(self.from)).expect("a place in the log");
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("the log");
        let mut entries: Vec<String> = Vec::new();
        for line in String::from_utf8_lossy(&bytes).lines() {
            let begins = [" LOG:  ", " WARNING:  ", " ERROR:  ", " FATAL:  "].iter().any(|level| line.contains(level));
            match entries.last_mut() {
                Some(entry) if !begins => entry.push_str(line),
                _ => entries.push(line.to_owned()),
            }
        }
        entries.retain(|entry| entry.contains(secret.expose()));
        entries
    }

    /// The secret was handed over, and no other statement carries it.
    fn assert_only_handed_over(&self, secret: &Secret) {
        let entries = self.entries_with(secret);
        assert!(!entries.is_empty(), "the server logs no parameters");
        let others: Vec<&String> = entries.iter().filter(|entry| !entry.contains(HAND_OVER)).collect();
        assert!(others.is_empty(), "{others:#?}");
    }

    /// Resets the administrator's password, as an operator does.
    async fn set_password(&self, password: &Secret) {
        let address = Address::parse(Some(&self.world.database.owner_url)).expect("a good URL");
        let mut operator = address.connect_from(Origin::default()).await.expect("a connection");
        users::set_password(&mut operator, EMAIL, password).await.expect("a new password");
    }

    async fn sign_in(&self, email: &str, password: &Secret) -> SignIn {
        let origin = Origin { client: "console", ..Origin::default() };
        self.world.database.store().sign_in(email, password, &origin).await.expect("an answer")
    }

    /// What an administrator does with one row.
    async fn run(&self, what: What, id: &str, changes: Vec<Changed>) -> Report {
        let targets = vec![Target { id: id.into(), name: id.into() }];
        let bound = self.world.bound("north-admin").await;
        command::run(&bound, &Command { what, targets, changes }).await.expect("a report")
    }
}

#[tokio::test]
async fn a_password_that_opens_and_unlocks_is_logged_where_it_is_handed_over() {
    let logged = Logged::new().await;
    let password = Secret::new("Harbour-lamp-1871");
    logged.set_password(&password).await;
    let signed_in = logged.sign_in(EMAIL, &password).await;
    let SignIn::Welcome { token, actor } = signed_in else { panic!("{signed_in:?}") };
    let store = logged.world.database.store();
    sessions::lock(&store.bind(&token, &actor).expect("a good token")).await.expect("a lock");
    assert_eq!(store.unlock(&token, &password).await, Ok(Unlock::Open));
    logged.assert_only_handed_over(&password);
}

#[tokio::test]
async fn a_changed_password_is_logged_where_it_is_handed_over() {
    let logged = Logged::new().await;
    let (old, new) = (Secret::new("Harbour-lamp-1872"), Secret::new("Quiet-orchard-2604"));
    logged.set_password(&old).await;
    let bound = logged.world.bound("north-admin").await;
    assert_eq!(sessions::change_password(&bound, &old, &new).await, Ok(Unlock::Open));
    logged.assert_only_handed_over(&old);
    logged.assert_only_handed_over(&new);
}

#[tokio::test]
async fn a_reset_password_is_logged_where_it_is_handed_over() {
    let logged = Logged::new().await;
    let report = logged.run(What::Step(Step::ResetPassword), "north-preceptor", Vec::new()).await;
    let temporary = report.secret.expect("a temporary password");
    let signed_in = logged.sign_in("preceptor@north.example", &temporary).await;
    let SignIn::ChoosePassword { token } = signed_in else { panic!("{signed_in:?}") };
    let chosen = Secret::new("Narrow-bridge-3387");
    assert_eq!(logged.world.database.store().choose_password(&token, &chosen).await, Ok(()));
    logged.assert_only_handed_over(&temporary);
    logged.assert_only_handed_over(&chosen);
}

#[tokio::test]
async fn a_pin_is_logged_where_it_is_handed_over() {
    let logged = Logged::new().await;
    let pin = Secret::new("82716354");
    let typed = |column: &'static str| Changed {
        column: column.into(),
        label: column.into(),
        old: Value::Nothing,
        new: Value::Secret(pin.clone()),
    };
    logged.run(What::Edit(Form::Pin), "north-student", vec![typed("new"), typed("again")]).await;
    logged.assert_only_handed_over(&pin);
}

#[tokio::test]
async fn codes_of_a_kiosk_are_logged_where_they_are_handed_over() {
    let logged = Logged::new().await;
    let report = logged.run(What::Step(Step::EnrolKiosk), "north-kiosk", Vec::new()).await;
    let code = report.secret.expect("a code");
    let store = logged.world.database.store();
    let credential = store.enrol(&code).await.expect("an answer").expect("a credential");
    logged.assert_only_handed_over(&code);
    let report = logged.run(What::Step(Step::MakePinCode), "north-student", Vec::new()).await;
    let code = report.secret.expect("a code");
    store.at_door(credential).begin_pin("S1", &code).await.expect("an attempt");
    logged.assert_only_handed_over(&code);
}
