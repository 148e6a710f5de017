//! A command of the command line as a client's request: `ssh HOST list time-records --format csv`.
//!
//! A command needs a key or a certificate, since there is no screen to sign in on. It runs in its
//! own session, which ends with it, and in its own thread, which may block on a slow reader as a
//! process would. Its output passes through pipes of the operating system, so that a client that
//! reads slowly delays only its own command.

use std::future::pending;
use std::io::{PipeReader, PipeWriter};
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::net::unix::pipe::Receiver;
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};

use super::STALLED_WITHIN;
use super::client_input::ClientInput;
use super::metrics::Counted;
use super::pipe::{Pipe, Stream};
use super::session::{ClientIdentity, FAILED, Running, at_most, gone, origin, say};
use crate::domain::{Change, Failure};
use crate::session::session_left;
use crate::store::Bound;
use crate::store::changes::{Heard, Hub};
use crate::store::sessions::{SignIn, check, sign_out};

/// The most that a client may send to a command.
const MOST_INPUT: usize = 8 * 1024 * 1024;
/// How much is read of an output at once.
const CHUNK: usize = 32 * 1024;
/// How long the end of a command's session may take.
const SIGN_OUT_WITHIN: Duration = Duration::from_secs(5);
/// What may wait of a command's input: it is sent while the session is opened.
pub(super) const MOST_WAITING: usize = MOST_INPUT + 1024 * 1024;
/// After this time a command learns when its session is refused. Most have ended by then.
const LISTEN_AFTER: Duration = Duration::from_secs(1);
/// How long a command that was told to end waits for a client that does not read.
const END_WITHIN: Duration = Duration::from_secs(5);
const CONTROL_C: u8 = 0x03;

const NO_PIPE: &str = "This command reads its input from a pipe. Run it without -t.";
const BROKEN_OFF: &str = "Interrupted before the end of the input. Nothing was done.";
const NO_MORE_INPUT: &str = "The input stopped before its end. Nothing was done. Send all of it again.";
const TOO_LONG: &str = "The input is too long. Send it in parts.";
const NO_RESOURCES: &str = "The server is out of resources. Try again later.";

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
    const READ_ONLY: &str = "This server is read-only, so it runs no commands. Open the console instead.";
    const NO_KEY: &str = "Commands need a key that signs you in. Connect without a command and add yours with :keys.";
    let server = &running.server;
    if server.console.read_only {
        return Err(READ_ONLY.into());
    }
    let (ClientIdentity::Known(credential), Some(voucher)) = (&running.client.identity, &server.voucher) else {
        let ClientIdentity::Unknown { unchecked: Some(why), .. } = &running.client.identity else {
            return Err(NO_KEY.into());
        };
        return Err(why.clone());
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
    let seat = running.server.seats.seat();
    if let Err(failure) = seat.take(bound.user()) {
        say(&running.pipe, running.client.pty.is_some(), &failure.to_string());
        return FAILED;
    }
    let _person = running.presence.sign_in();
    let over = Arc::new(watch::Sender::new(false));
    let (refusal, is_refused) = watch::channel(false);
    let watching = tokio::spawn({
        let (server, is_gone, over) = (Arc::clone(&running.server), running.is_gone.clone(), Arc::clone(&over));
        let (is_interrupted, bound) = (running.is_interrupted.clone(), bound.clone());
        async move {
            // A command that reads or writes the database says itself that its session has ended.
            let ending = async {
                refused(&server.hub, &bound).await;
                refusal.send_replace(true);
                sleep(END_WITHIN).await;
            };
            tokio::select! {
                () = ending => {}
                () = server.closing() => {}
                () = gone(is_gone) => {}
                () = set(is_interrupted) => {}
                () = at_most(server.gate.limits().longest) => {}
            }
            over.send_replace(true);
        }
    });
    let status = executed(running, words, bound, (&over, is_refused)).await;
    watching.abort();
    status
}

/// Waits until the database refuses a command's session.
async fn refused(hub: &Hub, bound: &Bound) {
    sleep(LISTEN_AFTER).await;
    let (say, mut heard) = mpsc::channel(16);
    let asking = async {
        while let Some(news) = heard.recv().await {
            // A session that may hear no more reads everything again.
            if news == Heard::Change(Change::Resync) && is_refusal(&check(bound).await) {
                return;
            }
        }
        pending::<()>().await;
    };
    tokio::select! {
        () = hub.listen(bound.token(), say) => pending().await,
        () = asking => {}
    }
}

/// Whether the database refuses a session, and not only does not answer.
fn is_refusal(checked: &Result<(), Failure>) -> bool {
    matches!(checked, Err(Failure::SignedOut | Failure::Locked | Failure::TemporaryPassword))
}

/// Runs a command until it ends, or until `over` is set. It gets no input once its session is
/// refused.
async fn executed(
    running: Running,
    words: Vec<String>,
    bound: &Bound,
    (over, is_refused): (&Arc<watch::Sender<bool>>, watch::Receiver<bool>),
) -> u32 {
    let Running { server, client, pipe, input, is_gone, .. } = running;
    let (has_terminal, is_over) = (client.pty.is_some(), over.subscribe());
    let given = if !server.commands.reads_input(&words) {
        tokio::spawn(attend(input, has_terminal, Arc::clone(over)));
        Ok(Vec::new())
    } else if has_terminal {
        Err(NO_PIPE)
    } else {
        let within = server.gate.limits().sign_in_within;
        tokio::select! {
            sent = given(input, &is_gone, is_over.clone(), within) => sent,
            () = set(is_refused) => Err(BROKEN_OFF),
        }
    };
    let outputs = given.and_then(|given| {
        let pipes = std::io::pipe().and_then(|output| Ok((output, std::io::pipe()?)));
        pipes.map(|pipes| (given, pipes)).map_err(|_| NO_RESOURCES)
    });
    let (given, ((output, output_end), (errors, errors_end))) = match outputs {
        Ok(outputs) => outputs,
        Err(why) => {
            say(&pipe, has_terminal, why);
            return FAILED;
        }
    };
    let command = RemoteCommand {
        words,
        bound: bound.clone(),
        hub: server.hub.clone(),
        input: given,
        output: output_end,
        errors: errors_end,
        is_over: is_over.clone(),
    };
    server.metrics.count(Counted::Commands);
    let commands = Arc::clone(&server.commands);
    let running = tokio::task::spawn_blocking(move || commands.run(command));
    // In either of the other cases the command finds its outputs closed.
    tokio::select! {
        is_taken = copied(&pipe, (output, errors), has_terminal, STALLED_WITHIN) => if !is_taken {
            tracing::warn!("a client did not read the output of its command, which was ended");
            over.send_replace(true);
        },
        () = gone(is_gone) => {}
        () = overdue(is_over) => {}
    }
    running.await.map_or(FAILED, u32::from)
}

/// Waits until this is set, or can't be any more.
async fn set(mut is_set: watch::Receiver<bool>) {
    let _ = is_set.wait_for(|is_set| *is_set).await;
}

/// Waits until a command that was told to end has had its time. It may wait for a client that does
/// not read.
async fn overdue(is_over: watch::Receiver<bool>) {
    set(is_over).await;
    sleep(END_WITHIN).await;
}

/// What a client sends to a command, up to its end, each part `within` a time. Where the end does
/// not come, a part of the input must not count as all of it: half an id may be another one.
async fn given(
    input: mpsc::UnboundedReceiver<ClientInput>,
    is_gone: &watch::Receiver<bool>,
    is_over: watch::Receiver<bool>,
    within: Duration,
) -> Result<Vec<u8>, &'static str> {
    let given = tokio::select! {
        given = all(input, within) => given,
        () = set(is_over) => return Err(BROKEN_OFF),
    };
    // A client that is gone sends no more either.
    if *is_gone.borrow() { Err(BROKEN_OFF) } else { given }
}

/// Takes what a client sends to a command that reads nothing. On a terminal, Ctrl-C ends the command.
async fn attend(mut input: mpsc::UnboundedReceiver<ClientInput>, has_terminal: bool, over: Arc<watch::Sender<bool>>) {
    while let Some(more) = input.recv().await {
        if more.taken().contains(&CONTROL_C) && has_terminal {
            over.send_replace(true);
        }
    }
}

/// Everything that a client sends; otherwise why it is not used.
async fn all(mut input: mpsc::UnboundedReceiver<ClientInput>, within: Duration) -> Result<Vec<u8>, &'static str> {
    let mut bytes = Vec::new();
    loop {
        match timeout(within, input.recv()).await {
            Ok(Some(more)) => bytes.extend(more.taken()),
            Ok(None) => return Ok(bytes),
            Err(_) => return Err(NO_MORE_INPUT),
        }
        if bytes.len() > MOST_INPUT {
            return Err(TOO_LONG);
        }
    }
}

/// Sends what a command writes until it has closed both streams; whether the client took each part
/// of it `within` a time.
async fn copied(pipe: &Pipe, (output, errors): (PipeReader, PipeReader), has_terminal: bool, within: Duration) -> bool {
    let receivers = (Receiver::from_owned_fd(OwnedFd::from(output)), Receiver::from_owned_fd(OwnedFd::from(errors)));
    let (Ok(mut output), Ok(mut errors)) = receivers else { return true };
    let (mut from_output, mut from_errors) = (vec![0; CHUNK], vec![0; CHUNK]);
    let (mut has_output, mut has_errors) = (true, true);
    while has_output || has_errors {
        tokio::select! {
            read = output.read(&mut from_output), if has_output => {
                let length = read.unwrap_or(0);
                has_output = length > 0;
                send(pipe, Stream::Output, &from_output[..length], has_terminal);
            }
            read = errors.read(&mut from_errors), if has_errors => {
                let length = read.unwrap_or(0);
                has_errors = length > 0;
                send(pipe, Stream::Errors, &from_errors[..length], has_terminal);
            }
        }
        // Only then is more read: the command waits for its reader.
        if timeout(within, pipe.idle()).await.is_err() {
            return false;
        }
    }
    true
}

/// Sends what a command wrote. A client's terminal has one stream, and needs a return at the end of
/// each line.
fn send(pipe: &Pipe, stream: Stream, bytes: &[u8], has_terminal: bool) {
    if has_terminal {
        pipe.send(Stream::Output, &with_returns(bytes));
    } else {
        pipe.send(stream, bytes);
    }
}

fn with_returns(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(bytes.len() + bytes.len() / 16);
    for byte in bytes {
        if *byte == b'\n' {
            text.push(b'\r');
        }
        text.push(*byte);
    }
    text
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::serve::client_input::InputQueue;
    use crate::serve::stream::Meter;

    const SOON: Duration = Duration::from_millis(50);

    #[test]
    fn lines_on_a_terminal_end_with_a_return() {
        assert_eq!(with_returns(b"one\ntwo\n"), b"one\r\ntwo\r\n");
    }

    #[tokio::test]
    async fn input_without_its_end_is_not_used() {
        let (queue, input) = InputQueue::new();
        let ((gone, is_gone), (_over, is_over)) = (watch::channel(false), watch::channel(false));
        queue.send(b"record-1").expect("room");
        gone.send_replace(true);
        drop(queue);
        assert_eq!(given(input, &is_gone, is_over, SOON).await, Err(BROKEN_OFF));
    }

    #[tokio::test]
    async fn a_command_that_waits_for_input_can_be_ended() {
        let (_queue, input) = InputQueue::new();
        let ((_gone, is_gone), (over, is_over)) = (watch::channel(false), watch::channel(false));
        over.send_replace(true);
        assert_eq!(given(input, &is_gone, is_over, SOON).await, Err(BROKEN_OFF));
    }

    #[tokio::test]
    async fn input_that_stops_is_not_waited_for() {
        let (queue, input) = InputQueue::new();
        let ((_gone, is_gone), (_over, is_over)) = (watch::channel(false), watch::channel(false));
        queue.send(b"record-1").expect("room");
        assert_eq!(given(input, &is_gone, is_over, SOON).await, Err(NO_MORE_INPUT));
    }

    #[tokio::test]
    async fn a_client_that_does_not_read_ends_the_output() {
        let pipe = Pipe::new(Meter::new());
        let (output, mut output_end) = std::io::pipe().expect("a pipe");
        let (errors, _errors_end) = std::io::pipe().expect("a pipe");
        output_end.write_all(b"rows").expect("room");
        assert!(!copied(&pipe, (output, errors), false, SOON).await);
        assert!(output_end.write_all(b"rows").is_err(), "the command finds its output closed");
    }

    #[test]
    fn a_database_that_does_not_answer_refuses_no_session() {
        assert!(is_refusal(&Err(Failure::SignedOut)) && is_refusal(&Err(Failure::Locked)));
        assert!(!is_refusal(&Ok(())) && !is_refusal(&Err(Failure::OutcomeUnknown)));
    }

    #[tokio::test]
    async fn control_c_ends_a_command_on_a_terminal() {
        for has_terminal in [true, false] {
            let (queue, input) = InputQueue::new();
            let over = Arc::new(watch::Sender::new(false));
            queue.send(b"\x03").expect("room");
            drop(queue);
            attend(input, has_terminal, Arc::clone(&over)).await;
            assert_eq!(*over.borrow(), has_terminal);
        }
    }
}
