//! One SSH connection: the identity of the client, and the requests that it may make.
//!
//! # Identity
//!
//! A key counts only after russh has verified a signature made with it. An offer without a
//! signature proves nothing, so the server does not remember it (GHSA-pchf-49fh-w34r is that
//! fault). The server accepts every offer of a supported key; only the owner of a key learns
//! whether the database knows it. The user name that a client sends proves nothing: it may change
//! between attempts, and only fills in the sign-in screen. The same holds for a certificate, which
//! is a key of a person whom the authority names.
//!
//! # Requests
//!
//! A connection has one session channel at a time, and may open another after that one has ended:
//! a client that shares its connection (`ControlMaster`) runs one command after the other. The
//! server refuses everything else that SSH can do: forwarding of any kind, agents, X11,
//! subsystems. Every request gets a reply, because clients wait for one. Nothing here awaits the
//! session: russh reads nothing while a callback runs.

use std::net::IpAddr;
use std::sync::Arc;

use russh::keys::ssh_key::certificate::Certificate;
use russh::keys::{Algorithm, ssh_key};
use russh::server::{Auth, ChannelOpenHandle, Handler, Msg, PublicKeyOffer, Response, Session, VerifiedPublicKey};
use russh::{Channel, ChannelId, ChannelOpenFailure, ChannelWriteHalf, MethodKind, MethodSet, Pty as Mode, Sig};
use tokio::sync::{mpsc, watch};

use super::certificate::OfferedCertificate;
use super::client_input::{ClientInput, Flooded, InputQueue};
use super::client_terminal::{Pty, SharedSize, Variables, clamped};
use super::command::MOST_WAITING;
use super::limits::Startup;
use super::metrics::Counted;
use super::pipe::Pipe;
use super::presence::Presence;
use super::session::{self, ClientChannel, ClientIdentity, SshClient, Wanted};
use super::stream::Meter;
use super::{Server, words};
use crate::domain::public_key::PublicKey;
use crate::domain::user_certificate::SshCredential;
use crate::session::local::wall_clock;
use crate::store::sessions::Origin;

/// So many keys of a client are looked up. After them it gets the sign-in screen.
pub(super) const MOST_KEYS: usize = 10;
/// The longest command that is taken.
const LONGEST_COMMAND: usize = 16 * 1024;
/// The longest address of a person (RFC 5321).
const LONGEST_EMAIL: usize = 254;

/// A session channel.
struct OpenChannel {
    id: ChannelId,
    /// What the session takes when it starts.
    to_session: Option<(ChannelWriteHalf<Msg>, mpsc::UnboundedReceiver<ClientInput>)>,
    /// Nothing once the client will send no more.
    inputs: Option<InputQueue>,
    pty: Option<Pty>,
    size: Arc<SharedSize>,
    variables: Variables,
    is_gone: watch::Sender<bool>,
    /// Set when the client sends a signal that ends a program.
    is_interrupted: watch::Sender<bool>,
    /// Where the session writes, once it has started.
    pipe: Option<Pipe>,
}

impl OpenChannel {
    /// Whether its session has closed it.
    fn has_ended(&self) -> bool {
        self.pipe.as_ref().is_some_and(Pipe::has_ended)
    }
}

/// The server's end of a connection.
pub(super) struct Connection {
    server: Arc<Server>,
    address: IpAddr,
    meter: Arc<Meter>,
    /// The place among those that have not proved anything yet.
    startup: Option<Startup>,
    /// Set when the client is let in, and never before.
    identity: Option<ClientIdentity>,
    /// Whether the client may have a terminal; a certificate can refuse it.
    permits_terminal: bool,
    /// The first key whose signature was good and that no one has here, as a line of OpenSSH.
    verified_key: Option<String>,
    refused_keys: usize,
    /// Why a key could not be looked up.
    unchecked: Option<String>,
    channel: Option<OpenChannel>,
    /// How many sessions run on the connection: one, and those before it that are still ending.
    sessions: Arc<watch::Sender<usize>>,
    presence: Arc<Presence>,
}

impl Connection {
    pub(super) fn new(
        server: Arc<Server>,
        address: IpAddr,
        meter: Arc<Meter>,
        startup: Startup,
        (sessions, presence): (Arc<watch::Sender<usize>>, Arc<Presence>),
    ) -> Self {
        Self {
            server,
            address,
            meter,
            startup: Some(startup),
            identity: None,
            permits_terminal: true,
            verified_key: None,
            refused_keys: 0,
            unchecked: None,
            channel: None,
            sessions,
            presence,
        }
    }

    fn channel(&mut self, id: ChannelId) -> Option<&mut OpenChannel> {
        self.channel.as_mut().filter(|channel| channel.id == id)
    }

    /// Refuses a key. After too many, only the sign-in screen is left: a client with many keys would
    /// otherwise be disconnected before it gets there.
    fn refuse_key(&mut self) -> Auth {
        self.refused_keys += 1;
        if self.takes_keys() {
            return Auth::reject();
        }
        let methods = MethodSet::from([MethodKind::KeyboardInteractive].as_slice());
        Auth::Reject { proceed_with_methods: Some(methods), partial_success: false }
    }

    fn takes_keys(&self) -> bool {
        self.server.voucher.is_some() && self.refused_keys < MOST_KEYS
    }

    /// A client that floods its session loses the connection.
    fn queued(&self, queued: &Result<(), Flooded>) {
        if queued.is_err() {
            tracing::warn!("a client sent more than its session took; its connection was cut");
            self.meter.cut();
        }
    }

    /// Starts a session; whether there was a channel for it.
    fn start(&mut self, id: ChannelId, wanted: Wanted) -> bool {
        let Some(identity) = self.identity.clone() else { return false };
        let (server, address, meter) = (Arc::clone(&self.server), self.address, Arc::clone(&self.meter));
        let (sessions, presence) = (Arc::clone(&self.sessions), Arc::clone(&self.presence));
        let Some(channel) = self.channel(id) else { return false };
        let (Some((output, input)), Some(_)) = (channel.to_session.take(), &channel.inputs) else { return false };
        let pipe = Pipe::new(meter);
        channel.pipe = Some(pipe.clone());
        let client = SshClient { address, identity, pty: channel.pty, variables: channel.variables.clone() };
        let channel = ClientChannel {
            output,
            input,
            size: Arc::clone(&channel.size),
            is_gone: channel.is_gone.subscribe(),
            is_interrupted: channel.is_interrupted.subscribe(),
            presence,
            pipe,
        };
        sessions.send_modify(|open| *open += 1);
        tokio::spawn(async move {
            session::run(server, client, channel, wanted).await;
            sessions.send_modify(|open| *open = open.saturating_sub(1));
        });
        true
    }
}

/// A key that may be offered: one that people may have here, with a signature that is still safe.
fn acceptable(key: &ssh_key::PublicKey, algorithm: &Algorithm) -> Option<PublicKey> {
    if matches!(algorithm, Algorithm::Rsa { hash: None }) {
        return None;
    }
    PublicKey::from_blob(&key.to_bytes().ok()?).ok()
}

/// The address in a client's user name, if it is one.
fn email_of(user: &str) -> String {
    let is_email =
        user.len() <= LONGEST_EMAIL && user.contains('@') && !user.chars().any(|c| c.is_control() || c.is_whitespace());
    if is_email { user.to_owned() } else { String::new() }
}

impl Handler for Connection {
    type Error = russh::Error;

    async fn auth_publickey_offered(&mut self, _: &str, offer: PublicKeyOffer<'_>) -> Result<Auth, Self::Error> {
        let is_acceptable = self.takes_keys() && acceptable(offer.public_key, offer.algorithm).is_some();
        Ok(if is_acceptable { Auth::Accept } else { self.refuse_key() })
    }

    async fn auth_publickey(&mut self, _: &str, key: VerifiedPublicKey<'_>) -> Result<Auth, Self::Error> {
        let Some(voucher) = self.server.voucher.as_ref().filter(|_| self.takes_keys()) else {
            return Ok(self.refuse_key());
        };
        let line = key.public_key.to_openssh().ok();
        let Some(key) = acceptable(key.public_key, key.algorithm) else { return Ok(self.refuse_key()) };
        let is_known = voucher.is_known_key(&key).await;
        match is_known {
            Ok(true) => {
                self.identity = Some(ClientIdentity::Known(SshCredential::Key(key)));
                self.permits_terminal = true;
                Ok(Auth::Accept)
            }
            Ok(false) => {
                self.server.metrics.count(Counted::UnknownKeys);
                self.verified_key = self.verified_key.take().or(line);
                Ok(self.refuse_key())
            }
            // The sign-in screen says what is wrong with the database, and so does a command.
            Err(failure) => {
                tracing::warn!(%failure, "a key could not be looked up");
                self.unchecked = Some(failure.to_string());
                Ok(self.refuse_key())
            }
        }
    }

    /// russh has verified the client's signature, the authority's and the dates. The signature's
    /// algorithm was judged when the key was offered, which comes first in any case.
    async fn auth_openssh_certificate(&mut self, _: &str, offered: &Certificate) -> Result<Auth, Self::Error> {
        let Some(voucher) = self.server.voucher.as_ref().filter(|_| self.takes_keys()) else {
            return Ok(self.refuse_key());
        };
        let Some(read) = OfferedCertificate::read(offered, self.address, wall_clock()) else {
            self.server.metrics.count(Counted::RefusedCertificates);
            return Ok(self.refuse_key());
        };
        let origin = Origin {
            address: Some(self.address.to_canonical().to_string()),
            device: format!("{} ssh", self.server.process),
            client: "console",
        };
        let is_known = voucher.is_known_certificate(&read.certificate, read.flaw, &origin).await;
        match is_known {
            Ok(true) => {
                self.identity = Some(ClientIdentity::Known(SshCredential::Certificate(Box::new(read.certificate))));
                self.permits_terminal = read.permits_terminal;
                Ok(Auth::Accept)
            }
            Ok(false) => {
                self.server.metrics.count(Counted::RefusedCertificates);
                Ok(self.refuse_key())
            }
            Err(failure) => {
                tracing::warn!(%failure, "a certificate could not be looked up");
                self.unchecked = Some(failure.to_string());
                Ok(self.refuse_key())
            }
        }
    }

    /// Without a question: the sign-in screen asks.
    async fn auth_keyboard_interactive<'a>(
        &'a mut self,
        user: &str,
        _: &str,
        _: Option<Response<'a>>,
    ) -> Result<Auth, Self::Error> {
        let verified_key = self.verified_key.clone();
        let unchecked = self.unchecked.clone();
        self.identity = Some(ClientIdentity::Unknown { email: email_of(user), verified_key, unchecked });
        self.permits_terminal = true;
        Ok(Auth::Accept)
    }

    async fn auth_succeeded(&mut self, _: &mut Session) -> Result<(), Self::Error> {
        self.startup = None;
        Ok(())
    }

    async fn channel_open_session(
        &mut self,
        channel: Channel<Msg>,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Self::Error> {
        let is_taken = self.channel.as_ref().is_some_and(|channel| !channel.has_ended());
        if self.identity.is_none() || is_taken {
            reply.reject(ChannelOpenFailure::ResourceShortage).await;
            return Ok(());
        }
        let id = channel.id();
        // Bytes come by `data`: a half that no one reads would stop the connection.
        let (_, output) = channel.split();
        let (queue, input) = InputQueue::new();
        self.channel = Some(OpenChannel {
            id,
            to_session: Some((output, input)),
            inputs: Some(queue),
            pty: None,
            size: Arc::new(SharedSize::new(clamped(0, 0))),
            variables: Variables::default(),
            is_gone: watch::Sender::new(false),
            is_interrupted: watch::Sender::new(false),
            pipe: None,
        });
        reply.accept().await;
        Ok(())
    }

    async fn channel_close(&mut self, id: ChannelId, _: &mut Session) -> Result<(), Self::Error> {
        if let Some(channel) = self.channel.take_if(|channel| channel.id == id) {
            channel.is_gone.send_replace(true);
        }
        Ok(())
    }

    async fn channel_eof(&mut self, id: ChannelId, _: &mut Session) -> Result<(), Self::Error> {
        if let Some(channel) = self.channel(id) {
            channel.inputs = None;
        }
        Ok(())
    }

    async fn data(&mut self, id: ChannelId, bytes: &[u8], _: &mut Session) -> Result<(), Self::Error> {
        if let Some(channel) = self.channel(id)
            && let Some(inputs) = &channel.inputs
        {
            let queued = inputs.send(bytes);
            self.queued(&queued);
        }
        Ok(())
    }

    async fn pty_request(
        &mut self,
        id: ChannelId,
        term: &str,
        columns: u32,
        rows: u32,
        _: u32,
        _: u32,
        modes: &[(Mode, u32)],
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        let permits_terminal = self.permits_terminal;
        let Some(channel) = self.channel(id).filter(|channel| permits_terminal && channel.pty.is_none()) else {
            return session.channel_failure(id);
        };
        let mode = |wanted: Mode| modes.iter().find(|(mode, _)| *mode == wanted).map(|(_, value)| *value);
        let size = clamped(columns, rows);
        let erase = mode(Mode::VERASE).and_then(|erase| u8::try_from(erase).ok()).unwrap_or(0x7f);
        channel.pty = Some(Pty { erase, is_utf8: mode(Mode::IUTF8) == Some(1) });
        channel.size.set(size);
        channel.variables.set("TERM", term);
        session.channel_success(id)
    }

    async fn window_change_request(
        &mut self,
        id: ChannelId,
        columns: u32,
        rows: u32,
        _: u32,
        _: u32,
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        let Some(channel) = self.channel(id).filter(|channel| channel.pty.is_some()) else {
            return session.channel_failure(id);
        };
        // The screen has its new size before the console hears of it.
        channel.size.set(clamped(columns, rows));
        let size = channel.size.get();
        let queued = channel.inputs.as_ref().map_or(Ok(()), |inputs| inputs.resize(size));
        self.queued(&queued);
        session.channel_success(id)
    }

    async fn env_request(
        &mut self,
        id: ChannelId,
        name: &str,
        value: &str,
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        let is_taken = self.channel(id).is_some_and(|channel| channel.variables.set(name, value));
        if is_taken { session.channel_success(id) } else { session.channel_failure(id) }
    }

    async fn shell_request(&mut self, id: ChannelId, session: &mut Session) -> Result<(), Self::Error> {
        let is_plain = self.channel(id).is_some_and(|channel| channel.pty.is_none());
        let wanted = if is_plain { Wanted::Lines } else { Wanted::Console };
        if self.start(id, wanted) { session.channel_success(id) } else { session.channel_failure(id) }
    }

    async fn exec_request(&mut self, id: ChannelId, command: &[u8], session: &mut Session) -> Result<(), Self::Error> {
        let wanted = match words::split(&command[..command.len().min(LONGEST_COMMAND + 1)]) {
            _ if command.len() > LONGEST_COMMAND => {
                Wanted::Refused("The command is too long. Pass ids on standard input (--ids -).".into())
            }
            Ok(words) if words == ["plain"] => Wanted::Lines,
            Ok(words) => Wanted::Command(words),
            Err(why) => Wanted::Refused(why),
        };
        if let Some(inputs) = self.channel(id).and_then(|channel| channel.inputs.as_mut()) {
            inputs.allow(MOST_WAITING);
        }
        if self.start(id, wanted) { session.channel_success(id) } else { session.channel_failure(id) }
    }

    async fn signal(&mut self, id: ChannelId, signal: Sig, _: &mut Session) -> Result<(), Self::Error> {
        let ends = matches!(signal, Sig::HUP | Sig::INT | Sig::KILL | Sig::QUIT | Sig::TERM);
        if let Some(channel) = self.channel(id).filter(|_| ends) {
            channel.is_interrupted.send_replace(true);
        }
        Ok(())
    }

    async fn subsystem_request(&mut self, id: ChannelId, _: &str, session: &mut Session) -> Result<(), Self::Error> {
        session.channel_failure(id)
    }

    async fn x11_request(
        &mut self,
        id: ChannelId,
        _: bool,
        _: &str,
        _: &str,
        _: u32,
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        session.channel_failure(id)
    }
}

impl Drop for Connection {
    /// The connection has ended, and its session with it.
    fn drop(&mut self) {
        if let Some(channel) = &self.channel {
            channel.is_gone.send_replace(true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_name_fills_in_an_address_only() {
        assert_eq!(email_of("carmen@riverside.example"), "carmen@riverside.example");
        for user in ["carmen", "a b@c", "a\u{1b}[2J@c", &format!("{}@c", "x".repeat(300))] {
            assert_eq!(email_of(user), "", "{user:?}");
        }
    }
}
