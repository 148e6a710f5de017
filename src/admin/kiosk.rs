//! `medstint kiosk`: runs this terminal as a kiosk, and creates the code that enrolls it.

use std::process::ExitCode;
use std::sync::Arc;

use color_eyre::Result;
use color_eyre::eyre::{Context, bail};

use super::client::Client;
use super::output::{Lines, of_output, stopped_half_way};
use super::{place, signed_in};
use crate::cli::kiosk::{Command as What, Enrol, Kiosk};
use crate::cli::{Global, exit};
use crate::config::Config;
use crate::domain::Secret;
use crate::domain::command::{Command, Report, Step, Target, What as Kind};
use crate::domain::field::KioskField;
use crate::domain::form::{Changed, Form, Value};
use crate::domain::list::{By, List, Of, Rows};
use crate::domain::lookup::{Lookup, Reference};
use crate::domain::query::Query;
use crate::domain::text::folded;
use crate::domain::window::{Place, Slot};
use crate::kiosk::DeviceClock;
use crate::runtime::{self, Ending, screen::Screen};
use crate::session::TokenFile;
use crate::session::kiosk::{self, Outside, inputs, plain};
use crate::session::local::{LocalTerminal, wall_clock};
use crate::store::{Bound, command, listing, lookup};
use crate::telemetry;
use crate::tui::kiosk::{PathSecurity, Settings, view};
use crate::tui::widget::theme::Theme;

/// The file of the credential, in the state directory.
const CREDENTIAL: &str = "kiosk";
/// The file of the journal.
const JOURNAL: &str = "kiosk-journal.sqlite";
/// Kiosks of one site that are looked through for a name.
const KIOSKS: usize = 200;

pub(super) async fn run(global: &Global, asked: &Kiosk) -> Result<ExitCode> {
    let config = place::config(global)?;
    match &asked.command {
        None => open(global, &config).await,
        Some(What::Enrol(options)) => enrol(global, &config, options).await,
    }
}

/// Keeps a credential that was given.
pub(super) fn keep(global: &Global, credential: &Secret) -> Result<()> {
    let file = TokenFile(Some(place::state_dir(global)?.join(CREDENTIAL)));
    file.save(credential).wrap_err("The credential cannot be saved in the state directory.")
}

/// Opens the kiosk's screen; it can start without a database.
pub(super) async fn open(global: &Global, config: &Config) -> Result<ExitCode> {
    let state_dir = place::state_dir(global)?;
    let _log = telemetry::start(&state_dir, config.log.level.name())?;
    let client = Client::new("kiosk");
    tracing::info!(client = client.name(), "started");
    let address = place::address(config.database.url(), client.name())?;
    let settings = Settings {
        theme: Theme { palette: config.console.theme, ascii: place::ascii(config) },
        // The Linux console's fonts have halves of a block and no quarters.
        quarters: place::environment("TERM").is_none_or(|terminal| terminal != "linux"),
        language: config.kiosk.language,
        is_enrolled: false,
        reads_lines: false,
        path: if address.warning().is_some() { PathSecurity::Weak } else { PathSecurity::Secure },
        reader: config.kiosk.reader(),
    };
    let outside = Outside {
        address,
        credential: TokenFile(Some(state_dir.join(CREDENTIAL))),
        journal: state_dir.join(JOURNAL),
        clock: Arc::new(DeviceClock::find(wall_clock).wrap_err("This system has no monotonic clock.")?),
        version: env!("CARGO_PKG_VERSION"),
        gpsd: config.kiosk.gpsd.get().map(str::to_owned),
    };
    let ended = if place::plain(config) {
        plain::run(settings, outside).await.map_err(of_output)?
    } else {
        let (local, terminal) = LocalTerminal::take(config.console.mouse)?;
        let mut screen = Screen::new(terminal, local, view::view);
        let (program, clock) = kiosk::open(settings, outside, screen.size()?).await;
        runtime::run(program, inputs()?, &mut screen, clock).await?
    };
    tracing::info!(ending = ?ended.ending, "the kiosk has ended");
    // A service manager starts it again, unless an administrator closed it.
    Ok(match ended.ending {
        Ending::ByPerson => ExitCode::SUCCESS,
        Ending::Told => ExitCode::from(exit::ENDED),
    })
}

/// A one-time code, for a kiosk that is there or a new one; typed here at once where
/// this is the device.
async fn enrol(global: &Global, config: &Config, options: &Enrol) -> Result<ExitCode> {
    signed_in::run(global, config, options.email.as_deref(), async |bound| {
        let site = find_by_name(bound, Lookup::Sites, &options.site, "site").await?;
        let known = found(bound, &site, &options.name).await?;
        let is_new = known.is_none();
        if is_new {
            added(bound, &site, options).await?;
        }
        match enrolled(global, config, bound, (&site, options), known).await {
            Err(report) if is_new => {
                let report = report.wrap_err("The kiosk was added. Check in :kiosks whether it is enrolled");
                Ok(ExitCode::from(stopped_half_way(&report)))
            }
            done => done,
        }
    })
    .await
}

/// Makes the code of a kiosk that is there, and says it or uses it.
async fn enrolled(
    global: &Global,
    config: &Config,
    bound: &Bound,
    (site, options): (&Reference, &Enrol),
    known: Option<Target>,
) -> Result<ExitCode> {
    let kiosk = match known {
        Some(kiosk) => Some(kiosk),
        None => found(bound, site, &options.name).await?,
    };
    let Some(kiosk) = kiosk else { bail!("The new kiosk is not in the list of kiosks. Check :kiosks.") };
    let code = Command { what: Kind::Step(Step::EnrolKiosk), targets: vec![kiosk], changes: Vec::new() };
    let report = done(bound, &code).await?;
    let Some(code) = report.secret else { bail!("The database returned no code. Try again.") };
    if options.here {
        let enrolled = here(global, config, &code).await;
        return Ok(enrolled.unwrap_or_else(|report| {
            let report = report.wrap_err("A code was created, but this device is not enrolled yet");
            ExitCode::from(stopped_half_way(&report))
        }));
    }
    let mut lines = Lines::new();
    for line in report.done {
        lines.say(&line);
    }
    lines.say(code.expose());
    Ok(lines.conclude(exit::DONE))
}

async fn here(global: &Global, config: &Config, code: &Secret) -> Result<ExitCode> {
    let (store, _) = place::store(config, &Client::new("cli")).await?;
    let Some(given) = store.enrol(code).await? else { bail!("The code was not accepted. Try again.") };
    keep(global, &given)?;
    let mut lines = Lines::new();
    lines.say("This device is now enrolled. Run `medstint kiosk`.");
    Ok(lines.conclude(exit::DONE))
}

/// The one record that is called so, or the only one whose name has that in it.
async fn find_by_name(bound: &Bound, lookup: Lookup, text: &str, what: &str) -> Result<Reference> {
    let offers = lookup::offers(bound, lookup, text).await?;
    let exact: Vec<_> = offers.iter().filter(|offer| folded(&offer.reference.name) == folded(text)).collect();
    match (exact.as_slice(), offers.as_slice()) {
        ([one], _) => Ok(one.reference.clone()),
        ([], [one]) => Ok(one.reference.clone()),
        ([], []) => bail!("There is no active {what} called “{text}”."),
        _ => {
            let names: Vec<String> =
                offers.iter().map(|offer| format!("{} ({})", offer.reference.name, offer.note)).collect();
            bail!("Which {what}? {}", names.join("; "))
        }
    }
}

async fn found(bound: &Bound, site: &Reference, name: &str) -> Result<Option<Target>> {
    let of = Of::new(By::Site, &site.id, &site.name);
    let query = Query { of: Some(of), ..Query::default() };
    let Rows::Kiosks(page) = listing::page(bound, List::Kiosks, &query, &Place::Start, KIOSKS).await? else {
        return Ok(None);
    };
    let kiosk = page.rows.iter().filter_map(Slot::record).find(|kiosk| folded(&kiosk.name) == folded(name));
    Ok(kiosk.map(|kiosk| Target { id: kiosk.id.clone(), name: format!("{}, {}", kiosk.name, site.name) }))
}

async fn added(bound: &Bound, site: &Reference, options: &Enrol) -> Result<()> {
    let mut changes = vec![
        set(KioskField::ClinicalSiteId, Value::Reference(site.clone())),
        set(KioskField::Name, Value::Text(options.name.clone())),
    ];
    if let Some(location) = &options.location {
        let location = find_by_name(bound, Lookup::Locations, location, "location").await?;
        changes.push(set(KioskField::LocationId, Value::Reference(location)));
    }
    let command = Command { what: Kind::Create(Form::Kiosk), targets: Vec::new(), changes };
    done(bound, &command).await.map(drop)
}

/// Runs a command; what is refused is an error.
async fn done(bound: &Bound, command: &Command) -> Result<Report> {
    let report = command::run(bound, command).await?;
    match report.refused.first() {
        Some(refused) => bail!("{refused}"),
        None => Ok(report),
    }
}

fn set(field: KioskField, value: Value) -> Changed {
    Changed { field: field.into(), old: Value::Nothing, new: value }
}
