//! The program on a session channel: the console on a screen or line by line, or one command.
//!
//! Every session ends in the same way: the console gets a message and waits for decisions in
//! progress, the terminal is restored, then the client gets the closing messages and the exit
//! status. No step waits for a client that does not read.

use std::convert::Infallible;
use std::future::pending;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crossterm::event::Event;
use futures_util::StreamExt;
use russh::ChannelWriteHalf;
use russh::server::Msg;
use tokio::sync::{OwnedSemaphorePermit, mpsc, watch};
use tokio::time::{Instant, sleep, sleep_until};

use super::Server;
use super::client_input::{ClientInput, decode};
use super::client_terminal::{Pty, SharedSize, Variables};
use super::command;
use super::input::Decoder;
use super::lines::{ClientLines, TypedInput};
use super::metrics::{Counted, Metrics};
use super::pipe::{Pipe, Stream};
use super::presence::Presence;
use super::screen::{ClientScreen, entering, leaving};
use crate::domain::text::visible;
use crate::domain::user_certificate::SshCredential;
use crate::runtime::lines::Lines;
use crate::runtime::{self, Effects, Ended, Incoming, Now, PendingWork, Program, Started, incoming};
use crate::session::local::hear_person;
use crate::session::{KeySignIn, Outside, Perform, Seat, TokenFile, console, plain};
use crate::store::changes::SPREAD;
use crate::store::sessions::Origin;
use crate::tui::effect::Effect;
use crate::tui::message::Message;
use crate::tui::plain::Plain;
use crate::tui::zone::Zone;
use crate::tui::{App, Clocks, Settings};

/// How long the last bytes may take to a client.
const LAST_BYTES_WITHIN: Duration = Duration::from_secs(5);
/// The exit status of a session that was refused, or did not end well.
pub(super) const FAILED: u32 = 1;

/// Who is at the other end, as far as the connection has proved it.
#[derive(Clone, Debug)]
pub(super) enum ClientIdentity {
    /// The owner of a key that someone has here, or the person of a certificate.
    Known(SshCredential),
    /// Anyone. The sign-in screen begins with this address.
    Unknown {
        email: String,
        /// A key that no one has here yet, as a line of OpenSSH. The client has proved to have it.
        verified_key: Option<String>,
        /// Why a key of the client could not be looked up.
        unchecked: Option<String>,
    },
}

/// The client of a session.
#[derive(Debug)]
pub(super) struct SshClient {
    pub(super) address: IpAddr,
    pub(super) identity: ClientIdentity,
    pub(super) pty: Option<Pty>,
    pub(super) variables: Variables,
}

/// The channel of a session.
pub(super) struct ClientChannel {
    pub(super) output: ChannelWriteHalf<Msg>,
    pub(super) input: mpsc::UnboundedReceiver<ClientInput>,
    pub(super) size: Arc<SharedSize>,
    /// Set when the channel or its connection has ended.
    pub(super) is_gone: watch::Receiver<bool>,
    /// Set when the client sent a signal to the program.
    pub(super) is_interrupted: watch::Receiver<bool>,
    pub(super) presence: Arc<Presence>,
    pub(super) pipe: Pipe,
}

/// What a client asked for.
#[derive(Debug)]
pub(super) enum Wanted {
    Console,
    Lines,
    Command(Vec<String>),
    /// Nothing that there is, and why.
    Refused(String),
}

/// What a session works with.
pub(super) struct Running {
    pub(super) server: Arc<Server>,
    pub(super) client: SshClient,
    pub(super) pipe: Pipe,
    pub(super) input: mpsc::UnboundedReceiver<ClientInput>,
    pub(super) size: Arc<SharedSize>,
    pub(super) is_gone: watch::Receiver<bool>,
    pub(super) is_interrupted: watch::Receiver<bool>,
    /// Who is signed in on the connection.
    pub(super) presence: Arc<Presence>,
    /// The place of a session in which no one is signed in yet.
    guest: Option<OwnedSemaphorePermit>,
}

/// Runs a session on a channel to its end.
pub(super) async fn run(server: Arc<Server>, client: SshClient, channel: ClientChannel, wanted: Wanted) {
    let _work = server.open.begin();
    let ClientChannel { output, input, size, is_gone, is_interrupted, presence, pipe } = channel;
    let pump = tokio::spawn(pipe.clone().pump(output));
    let running = Running {
        server,
        client,
        pipe: pipe.clone(),
        input,
        size,
        is_gone: is_gone.clone(),
        is_interrupted,
        presence,
        guest: None,
    };
    let has_terminal = running.client.pty.is_some();
    // A panic ends this session only.
    let status = tokio::spawn(admitted(running, wanted)).await.unwrap_or_else(|error| {
        tracing::error!(%error, "a session failed");
        if has_terminal && let Ok(bytes) = leaving() {
            pipe.send(Stream::Output, &bytes);
        }
        say(&pipe, has_terminal, "An internal error ended this session. Connect again.");
        FAILED
    });
    pipe.exit(status);
    tokio::select! {
        () = pipe.drain(LAST_BYTES_WITHIN) => {}
        () = gone(is_gone) => {}
    }
    pump.abort();
}

/// Runs a session if there is room for one more; its exit status.
async fn admitted(mut running: Running, wanted: Wanted) -> u32 {
    let (server, has_terminal) = (Arc::clone(&running.server), running.client.pty.is_some());
    let refuse = |why: &str| {
        server.metrics.count(Counted::RefusedSessions);
        say(&running.pipe, has_terminal, why);
        FAILED
    };
    if let Wanted::Refused(why) = &wanted {
        return refuse(why);
    }
    if *server.is_closing.borrow() {
        return refuse(RESTARTING);
    }
    let Some(_place) = server.gate.session() else {
        let most = server.gate.limits().sessions;
        return refuse(&format!("All {most} sessions of this server are in use. Try again later."));
    };
    // A command of an unknown client ends at once.
    let is_guest =
        matches!(running.client.identity, ClientIdentity::Unknown { .. }) && !matches!(wanted, Wanted::Command(_));
    let guest = is_guest.then(|| server.gate.guest()).flatten();
    if is_guest && guest.is_none() {
        return refuse("Too many people are signing in. Try again in a minute.");
    }
    running.guest = guest;
    server.metrics.count(Counted::Sessions);
    let _open = server.metrics.open_session();
    match wanted {
        Wanted::Console if !server.plain.unwrap_or_else(|| running.client.variables.is_plain()) => {
            on_screen(running).await
        }
        Wanted::Console | Wanted::Lines => line_by_line(running).await,
        Wanted::Command(words) => command::run(running, words).await,
        Wanted::Refused(_) => FAILED,
    }
}

/// Says a sentence beside the output of a session, in which the terminal executes nothing.
pub(super) fn say(pipe: &Pipe, has_terminal: bool, sentence: &str) {
    let (stream, end) = if has_terminal { (Stream::Output, "\r\n") } else { (Stream::Errors, "\n") };
    pipe.send(stream, format!("medstint: {}{end}", visible(sentence)).as_bytes());
}

/// Waits until the channel has ended.
pub(super) async fn gone(mut is_gone: watch::Receiver<bool>) {
    // A connection without its sender has ended, too.
    let _ = is_gone.wait_for(|is_gone| *is_gone).await;
}

async fn on_screen(running: Running) -> u32 {
    let Running { server, client, pipe, input, size, presence, guest, .. } = running;
    let (told, said) = mpsc::channel(256);
    let (events, decoded) = mpsc::channel(256);
    let erase = client.pty.as_ref().map_or(0x7f, |pty| pty.erase);
    let seat = Arc::new(server.seats.seat());
    tokio::spawn(enlarge(seat.is_taken(), Arc::clone(&size), events.downgrade()));
    let (last, last_input) = watch::channel(Instant::now());
    tokio::spawn(decode(input, Decoder::new(erase), events, last));
    hear_person(incoming(decoded).map(Ok), told.clone());
    let end = End::watch(&server, &seat, (presence, guest), last_input, told);
    let program = program(&server, &client, seat, size.get());
    let Ok(mut screen) = ClientScreen::new(pipe.clone(), size, Arc::clone(&server.metrics)) else { return FAILED };
    if let Ok(bytes) = entering(server.mouse) {
        pipe.send(Stream::Output, &bytes);
    }
    let ended = runtime::run(program, incoming(said), &mut screen, now).await;
    if let Ok(bytes) = leaving() {
        pipe.send(Stream::Output, &bytes);
    }
    conclude(&pipe, client.pty.is_some(), end, ended)
}

/// Draws as large as the client's terminal is once a person has signed in.
async fn enlarge(
    mut is_signed_in: watch::Receiver<bool>,
    size: Arc<SharedSize>,
    // The end of the client's input ends the session, so nothing else keeps this open.
    events: mpsc::WeakSender<Event>,
) {
    if is_signed_in.wait_for(|is_signed_in| *is_signed_in).await.is_err() || !size.lift() {
        return;
    }
    let (columns, rows) = size.get();
    if let Some(events) = events.upgrade() {
        // The session may have ended.
        let _ = events.send(Event::Resize(columns, rows)).await;
    }
}

async fn line_by_line(running: Running) -> u32 {
    let Running { server, client, pipe, input, is_gone, presence, guest, .. } = running;
    let (last, last_input) = watch::channel(Instant::now());
    let has_terminal = client.pty.is_some();
    let (told, said) = mpsc::channel(1);
    let lines = ClientLines::new(pipe.clone(), has_terminal, TypedInput { input, is_gone, last }, told.clone());
    let seat = Arc::new(server.seats.seat());
    let end = End::watch(&server, &seat, (presence, guest), last_input, told);
    let program = program(&server, &client, seat, plain::SIZE);
    let mut lines = Lines::new(Plain::default(), lines, plain::ANSWER_WITHIN);
    let ended = runtime::run(program, incoming(said), &mut lines, now).await;
    conclude(&pipe, has_terminal, end, ended)
}

/// Says why a console ended and what did not work; its exit status.
fn conclude(pipe: &Pipe, has_terminal: bool, end: End, ended: std::io::Result<Ended>) -> u32 {
    let reason = end.into_reason();
    let sentences = ended.map_or_else(|error| vec![error.to_string()], |ended| ended.sentences);
    let status = if sentences.is_empty() { 0 } else { FAILED };
    for sentence in reason.into_iter().chain(sentences) {
        say(pipe, has_terminal, &sentence);
    }
    status
}

/// What time it is. A client's zone is not known: times are shown by the school's clocks.
fn now() -> Now {
    Now { at: crate::session::local::wall_clock(), zone: Zone::Utc }
}

/// From where a client acts, for the audit trail.
pub(super) fn origin(server: &Server, client: &SshClient, kind: &'static str) -> Origin {
    Origin {
        address: Some(client.address.to_canonical().to_string()),
        device: format!("{} ssh {}", server.process, client.variables.term()),
        client: kind,
    }
}

/// A console that was just opened for a client.
fn program(server: &Server, client: &SshClient, seat: Arc<Seat>, size: (u16, u16)) -> Program<App, CountedEffects> {
    let (key, email, offered_key) = match &client.identity {
        ClientIdentity::Known(credential) => {
            let signs_in = |voucher| KeySignIn { credential: credential.clone(), voucher };
            (server.voucher.clone().map(signs_in), server.console.email.clone(), None)
        }
        ClientIdentity::Unknown { email, verified_key, .. } => (None, email.clone(), verified_key.clone()),
    };
    let outside = Outside {
        store: server.store.clone(),
        queries: server.queries.clone(),
        listen: server.listen.clone(),
        hub: Some(server.hub.clone()),
        spread: SPREAD,
        clock: crate::session::local::wall_clock,
        origin: origin(server, client, if server.console.read_only { crate::session::MONITOR } else { "console" }),
        // The next person on this server must not find it.
        token_file: TokenFile(None),
        sign_in_as: None,
        key,
        seat: Some(seat),
        recorder: Arc::default(),
    };
    let ascii = server.ascii.unwrap_or_else(|| client.variables.is_ascii(client.pty.as_ref()));
    let settings = Settings {
        theme: client.variables.theme(server.console.theme.palette, ascii),
        email,
        offered_key,
        ends_with_session: true,
        ..server.console.clone()
    };
    let Program { mut model, first, effects, answers } = console(settings, outside, size, now());
    model.clocks = Clocks::School;
    Program { model, first, effects: CountedEffects { effects, metrics: Arc::clone(&server.metrics) }, answers }
}

/// The effects of a console, counted.
struct CountedEffects {
    effects: Perform,
    metrics: Arc<Metrics>,
}

impl Effects<App> for CountedEffects {
    fn start(&mut self, effect: Effect) -> Started {
        <Perform as Effects<App>>::start(&mut self.effects, effect)
    }

    fn note(&mut self, app: &App, message: &Message, now: Now) {
        match message {
            Message::Key(_) | Message::KeyBurst(_) | Message::Mouse(_) | Message::Paste(_) => {
                self.metrics.count(Counted::Inputs);
            }
            Message::Change(_) => self.metrics.count(Counted::Changes),
            Message::Answer(answer) | Message::LateAnswer(answer) if answer.failure().is_some() => {
                self.metrics.count(Counted::Failures);
            }
            _ => {}
        }
        <Perform as Effects<App>>::note(&mut self.effects, app, message, now);
    }

    fn pending(&self) -> PendingWork {
        <Perform as Effects<App>>::pending(&self.effects)
    }

    fn finish(self, answers: mpsc::Receiver<Message>) -> impl Future<Output = Vec<String>> + Send {
        <Perform as Effects<App>>::finish(self.effects, answers)
    }
}

/// Said to every session when the server ends.
const RESTARTING: &str = "The server is restarting. Connect again in a moment.";

/// Waits until a person has signed in to a session, and notes that until this is dropped.
async fn attended(
    mut is_signed_in: watch::Receiver<bool>,
    presence: &Arc<Presence>,
    guest: Option<OwnedSemaphorePermit>,
) -> Infallible {
    if is_signed_in.wait_for(|is_signed_in| *is_signed_in).await.is_err() {
        return pending().await;
    }
    let _person = presence.sign_in();
    drop(guest);
    pending().await
}

/// What ends a session from outside, and why.
pub(super) struct End {
    reason: Arc<OnceLock<String>>,
    watching: tokio::task::JoinHandle<()>,
}

impl End {
    /// Ends a session by its limits, and when the server ends.
    fn watch<T: Send + 'static>(
        server: &Arc<Server>,
        seat: &Seat,
        (presence, guest): (Arc<Presence>, Option<OwnedSemaphorePermit>),
        last_input: watch::Receiver<Instant>,
        told: mpsc::Sender<Incoming<T>>,
    ) -> Self {
        let reason = Arc::new(OnceLock::new());
        let (server, is_signed_in, found) = (Arc::clone(server), seat.is_taken(), Arc::clone(&reason));
        let watching = tokio::spawn(async move {
            let why = tokio::select! {
                why = over(&server, &presence, last_input) => why,
                never = attended(is_signed_in, &presence, guest) => match never {},
            };
            // It is the first.
            let _ = found.set(why);
            // The console may have closed already.
            let _ = told.send(Incoming::End).await;
        });
        Self { reason, watching }
    }

    /// Why the session ended, if that was from outside.
    fn into_reason(self) -> Option<String> {
        self.reason.get().cloned()
    }
}

impl Drop for End {
    fn drop(&mut self) {
        self.watching.abort();
    }
}

/// Waits until a session is over; why.
async fn over(server: &Server, presence: &Presence, last_input: watch::Receiver<Instant>) -> String {
    let limits = server.gate.limits();
    tokio::select! {
        () = server.closing() => RESTARTING.to_owned(),
        () = presence.absent(limits.sign_in_within) => {
            format!("No one signed in within {}. Connect again.", span(limits.sign_in_within))
        }
        () = idle(last_input, limits.idle) => {
            format!("Closed after {} without a keypress. Connect again.", span(limits.idle))
        }
        () = at_most(limits.longest) => {
            format!("Closed after {}, the limit for one session. Connect again.", span(limits.longest))
        }
    }
}

/// Waits until nothing came for so long; zero is for ever.
async fn idle(last_input: watch::Receiver<Instant>, longest: Duration) {
    if longest.is_zero() {
        return pending().await;
    }
    loop {
        let until = *last_input.borrow() + longest;
        if until <= Instant::now() {
            return;
        }
        sleep_until(until).await;
    }
}

/// Waits for so long; zero is for ever.
pub(super) async fn at_most(longest: Duration) {
    if longest.is_zero() {
        return pending().await;
    }
    sleep(longest).await;
}

/// A length of time in a sentence.
fn span(length: Duration) -> String {
    let (minutes, seconds) = (length.as_secs() / 60, length.as_secs());
    let (number, unit) = match minutes {
        0 => (seconds, "second"),
        minutes if minutes % 60 == 0 => (minutes / 60, "hour"),
        minutes => (minutes, "minute"),
    };
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use tokio::sync::Semaphore;

    use super::*;
    use crate::serve::presence::Unattended;

    #[test]
    fn lengths_of_time_have_their_unit() {
        let told = [1, 30, 60, 900, 3_600, 43_200].map(|seconds| span(Duration::from_secs(seconds)));
        assert_eq!(told, ["1 second", "30 seconds", "1 minute", "15 minutes", "1 hour", "12 hours"]);
    }

    #[tokio::test]
    async fn a_key_puts_the_end_off() {
        let (last, is_last) = watch::channel(Instant::now());
        let began = Instant::now();
        let ending = tokio::spawn(idle(is_last, Duration::from_millis(100)));
        sleep(Duration::from_millis(60)).await;
        last.send_replace(Instant::now());
        ending.await.expect("the end");
        assert!(began.elapsed() >= Duration::from_millis(160));
    }

    #[tokio::test]
    async fn who_signs_in_gets_the_whole_screen() {
        let size = Arc::new(SharedSize::new((300, 100)));
        let ((_signed_in, is_signed_in), (events, mut received)) = (watch::channel(true), mpsc::channel(1));
        enlarge(is_signed_in, Arc::clone(&size), events.downgrade()).await;
        assert_eq!(size.get(), (300, 100));
        assert_eq!(received.recv().await, Some(Event::Resize(300, 100)));
    }

    #[tokio::test]
    async fn who_signs_in_makes_room_for_the_next_guest() {
        let places = Arc::new(Semaphore::new(1));
        let guest = Arc::clone(&places).try_acquire_owned().expect("a place");
        let presence = Arc::<Unattended>::default().begin(IpAddr::from([127, 0, 0, 1]), 1).expect("room");
        let (signed_in, is_signed_in) = watch::channel(false);
        let attending = tokio::spawn(async move { attended(is_signed_in, &presence, Some(guest)).await });
        tokio::task::yield_now().await;
        assert_eq!(places.available_permits(), 0);
        signed_in.send_replace(true);
        let next = tokio::time::timeout(Duration::from_secs(5), places.acquire()).await;
        assert!(next.is_ok());
        attending.abort();
    }
}
