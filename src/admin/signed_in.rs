//! The session of one command: the saved one, or a new one that ends with the command.

use std::process::ExitCode;

use color_eyre::Result;
use color_eyre::eyre::{bail, eyre};

use super::client::Client;
use super::output::{complain, tell};
use super::place;
use super::signals::Signals;
use crate::cli::Global;
use crate::config::Config;
use crate::domain::Failure;
use crate::presentation::sentences::WRONG_PASSWORD;
use crate::session::{TokenFile, session_left};
use crate::store::Bound;
use crate::store::sessions::{SignIn, sign_out};
use crate::telemetry;

/// What a signal does to a command.
#[derive(Clone, Copy)]
enum Ends {
    /// It hears signals, and has something to do before it ends.
    ByItself,
    BySignal,
}

/// Runs a command as the signed-in person, or as the person with the address `email`, whose
/// password it asks for or reads from standard input.
pub(super) async fn run(
    global: &Global,
    config: &Config,
    email: Option<&str>,
    command: impl AsyncFnOnce(&Bound) -> Result<ExitCode>,
) -> Result<ExitCode> {
    Box::pin(run_until(Ends::BySignal, global, config, email, command)).await
}

/// The same for a command that hears signals by itself.
pub(super) async fn run_with_own_signals(
    global: &Global,
    config: &Config,
    email: Option<&str>,
    command: impl AsyncFnOnce(&Bound) -> Result<ExitCode>,
) -> Result<ExitCode> {
    Box::pin(run_until(Ends::ByItself, global, config, email, command)).await
}

async fn run_until(
    ends: Ends,
    global: &Global,
    config: &Config,
    email: Option<&str>,
    command: impl AsyncFnOnce(&Bound) -> Result<ExitCode>,
) -> Result<ExitCode> {
    let state_dir = place::state_dir(global)?;
    let _log = telemetry::start(&state_dir, config.log.level.name())?;
    let client = Client::new("cli");
    tracing::info!(client = client.name(), "started");
    let (store, _) = place::store(config, &client).await?;
    let token = match email {
        Some(email) => {
            let password = place::password(&format!("Password for {email}: "))?;
            match store.sign_in(email, &password, &client.origin()).await? {
                SignIn::Welcome { token, .. } => token,
                SignIn::ChoosePassword { .. } => return Err(Failure::TemporaryPassword.into()),
                SignIn::Refused => bail!(WRONG_PASSWORD),
                SignIn::Locked { .. } => bail!("Too many wrong passwords. Try again in 15 minutes."),
            }
        }
        None => match TokenFile(Some(state_dir.join("session"))).load() {
            Some(token) => token,
            None => bail!("No one is signed in here. Open `medstint` and sign in, or use --email."),
        },
    };
    let actor = store.whoami(&token).await?;
    let bound = store.bind(&token, &actor)?;
    if email.is_none() {
        return command(&bound).await;
    }
    let code = match ends {
        Ends::ByItself => command(&bound).await,
        Ends::BySignal => {
            let mut signals = Signals::new()?;
            tokio::select! {
                code = command(&bound) => code,
                () = signals.recv() => Err(eyre!("Interrupted.")),
            }
        }
    };
    // A session that a command opened ends with it, however that ended.
    let failure = match sign_out(&bound).await {
        // It had ended by itself.
        Ok(()) | Err(Failure::SignedOut) => return code,
        Err(failure) => failure,
    };
    // The outcome of the command is printed first, and is the exit code.
    let code = code.unwrap_or_else(|error| complain(&error));
    tell(&format!("medstint: {}", session_left("This command's session", &failure)));
    Ok(code)
}
