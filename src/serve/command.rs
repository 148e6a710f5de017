//! A command of the command line as a client's request: `ssh HOST list time-records --format csv`.
//!
//! It needs a key or a certificate, since there is no screen to sign in on. It runs in a session of its own, which
//! ends with it, in a thread of its own, which may wait for a reader as a process would. What it
//! writes passes through pipes of the system, so that a client that reads slowly slows only it.

use std::io::{PipeReader, PipeWriter};
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::net::unix::pipe::Receiver;
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use super::client_input::ClientInput;
use super::metrics::Counted;
use super::pipe::{Pipe, Stream};
use super::session::{ClientIdentity, FAILED, Running, at_most, gone, origin, say};
use crate::domain::Failure;
use crate::session::session_left;
use crate::store::Bound;
use crate::store::changes::Hub;
use crate::store::sessions::{SignIn, sign_out};

/// The most that a client may send to a command.
const MOST_INPUT: usize = 8 * 1024 * 1024;
/// How much is read of an output at once.
const CHUNK: usize = 32 * 1024;
/// How long the end of a command's session may take.
const SIGN_OUT_WITHIN: Duration = Duration::from_secs(5);

/// The commands that a client may run.
pub trait Commands: Send + Sync {
    /// Whether a command reads what the client sends.
    fn reads_input(&self, words: &[String]) -> bool;
    /// Runs a command to its end in this thread; its exit code.
    fn run(&self, command: RemoteCommand) -> u8;
}

/// A command, and what it works with.
pub struct RemoteCommand {
    pub words: Vec<String>,
    /// The session that was opened for it.
    pub bound: Bound,
    pub hub: Hub,
    pub input: Vec<u8>,
    pub output: PipeWriter,
    pub errors: PipeWriter,
    /// Set when the command is to end: the client has gone, or the server ends.
    pub is_over: watch::Receiver<bool>,
}

/// Runs a command for a client; its exit status.
pub(super) async fn run(running: Running, words: Vec<String>) -> u32 {
    let pipe = running.pipe.clone();
    let has_terminal = running.client.pty.is_some();
    match opened(&running).await {
        Ok(bound) => {
            let status = carried_out(running, words, &bound).await;
            if let Some(sentence) = ended(&bound).await {
                say(&pipe, has_terminal, &sentence);
            }
            status
        }
        Err(why) => {
            say(&pipe, has_terminal, &why);
            FAILED
        }
    }
}

/// Opens a session for the owner of the client's key or certificate; otherwise why there is none.
async fn opened(running: &Running) -> Result<Bound, String> {
    const READ_ONLY: &str = "This server is read-only and runs no commands. Use the console.";
    const NO_KEY: &str = "Commands need a key that is yours here. Connect without a command and add one with :keys.";
    let server = &running.server;
    if server.console.read_only {
        return Err(READ_ONLY.into());
    }
    let (ClientIdentity::Known(credential), Some(voucher)) = (&running.client.identity, &server.voucher) else {
        return Err(NO_KEY.into());
    };
    let origin = origin(server, &running.client, "cli");
    match voucher.sign_in_by(credential, &origin).await {
        Ok(SignIn::Welcome { token, actor }) => server.store.bind(&token, &actor).map_err(|why| why.to_string()),
        Ok(SignIn::ChoosePassword { .. }) => Err(Failure::TemporaryPassword.to_string()),
        Ok(SignIn::Refused | SignIn::Locked { .. }) => Err(NO_KEY.into()),
        Err(failure) => Err(failure.to_string()),
    }
}

/// Ends a command's session; what of that did not work.
async fn ended(bound: &Bound) -> Option<String> {
    match timeout(SIGN_OUT_WITHIN, sign_out(bound)).await.unwrap_or(Err(Failure::OutcomeUnknown)) {
        // It had ended by itself.
        Ok(()) | Err(Failure::SignedOut) => None,
        Err(failure) => Some(session_left("This command's session", &failure)),
    }
}

async fn carried_out(running: Running, words: Vec<String>, bound: &Bound) -> u32 {
    let Running { server, client, pipe, input, is_gone, .. } = running;
    let has_terminal = client.pty.is_some();
    let seat = server.seats.seat();
    if let Err(failure) = seat.take(bound.user()) {
        say(&pipe, has_terminal, &failure.to_string());
        return FAILED;
    }
    let given = if server.commands.reads_input(&words) { all(input).await } else { Some(Vec::new()) };
    let Some(given) = given else {
        say(&pipe, has_terminal, "The input is too long. Send it in parts.");
        return FAILED;
    };
    let (Ok((output, output_end)), Ok((errors, errors_end))) = (std::io::pipe(), std::io::pipe()) else {
        say(&pipe, has_terminal, "The server is out of resources. Try again later.");
        return FAILED;
    };
    let (over, is_over) = watch::channel(false);
    let command = RemoteCommand {
        words,
        bound: bound.clone(),
        hub: server.hub.clone(),
        input: given,
        output: output_end,
        errors: errors_end,
        is_over,
    };
    server.metrics.count(Counted::Commands);
    let commands = Arc::clone(&server.commands);
    let running = tokio::task::spawn_blocking(move || commands.run(command));
    let watching = tokio::spawn({
        let (server, is_gone) = (Arc::clone(&server), is_gone.clone());
        async move {
            tokio::select! {
                () = server.closing() => {}
                () = gone(is_gone) => {}
                () = at_most(server.gate.limits().longest) => {}
            }
            over.send_replace(true);
        }
    });
    tokio::select! {
        () = copied(&pipe, output, errors) => {}
        // The command finds its outputs closed.
        () = gone(is_gone) => {}
    }
    let code = running.await;
    watching.abort();
    code.map_or(FAILED, u32::from)
}

/// Everything that a client sends; nothing where it is too much.
async fn all(mut input: mpsc::UnboundedReceiver<ClientInput>) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    while let Some(more) = input.recv().await {
        bytes.extend(more.taken());
        if bytes.len() > MOST_INPUT {
            return None;
        }
    }
    Some(bytes)
}

/// Sends what a command writes until it has closed both streams.
async fn copied(pipe: &Pipe, output: PipeReader, errors: PipeReader) {
    let receivers = (Receiver::from_owned_fd(OwnedFd::from(output)), Receiver::from_owned_fd(OwnedFd::from(errors)));
    let (Ok(mut output), Ok(mut errors)) = receivers else { return };
    let (mut from_output, mut from_errors) = (vec![0; CHUNK], vec![0; CHUNK]);
    let (mut has_output, mut has_errors) = (true, true);
    while has_output || has_errors {
        tokio::select! {
            read = output.read(&mut from_output), if has_output => {
                let length = read.unwrap_or(0);
                has_output = length > 0;
                pipe.send(Stream::Output, &from_output[..length]);
            }
            read = errors.read(&mut from_errors), if has_errors => {
                let length = read.unwrap_or(0);
                has_errors = length > 0;
                pipe.send(Stream::Errors, &from_errors[..length]);
            }
        }
        // Only then is more read: the command waits for its reader.
        pipe.idle().await;
    }
}
