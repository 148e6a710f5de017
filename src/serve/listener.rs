//! Accepts connections, and ends them.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use russh::server::run_stream;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::{sleep, timeout};

use super::Server;
use super::connection::Connection;
use super::metrics::Counted;
use super::presence::Presence;
use super::stream::{Meter, Metered};

/// After an error of the system (too many open files) it is asked again so much later.
const ACCEPT_AGAIN: Duration = Duration::from_millis(200);
/// How long a refusal may take to a client.
const REFUSE_WITHIN: Duration = Duration::from_secs(1);
/// How long a session may take to say that no one has signed in.
const SAY_WITHIN: Duration = Duration::from_secs(5);
/// Bytes that the system keeps unsent: a frame waits here, where a newer one can still take its
/// place.
#[cfg(target_os = "linux")]
const MOST_UNSENT: u32 = 16 * 1024;
/// How long sessions may take to end: longer than a console waits for decisions in progress, and
/// then for its last bytes.
const END_WITHIN: Duration = Duration::from_secs(15);

/// Serves until the server is closed. Then every session gets a message and ends.
pub(super) async fn serve(server: Arc<Server>, config: Arc<russh::server::Config>, listeners: Vec<TcpListener>) {
    let accepting: Vec<_> = listeners
        .into_iter()
        .map(|listener| tokio::spawn(accept(Arc::clone(&server), Arc::clone(&config), listener)))
        .collect();
    server.closing().await;
    // Their sockets close. A client that connects now reaches the next process, if there is one.
    for task in accepting {
        task.abort();
    }
    if timeout(END_WITHIN, server.open.idle()).await.is_err() {
        tracing::warn!("sessions were still open when the server ended");
    }
}

async fn accept(server: Arc<Server>, config: Arc<russh::server::Config>, listener: TcpListener) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => accepted(&server, &config, stream, peer).await,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                sleep(ACCEPT_AGAIN).await;
            }
        }
    }
}

/// Serves a connection, unless its address has too many. While it waits for a place, others wait in
/// the system's queue.
async fn accepted(server: &Arc<Server>, config: &Arc<russh::server::Config>, stream: TcpStream, peer: SocketAddr) {
    server.metrics.count(Counted::Connections);
    let is_admitted = server.gate.admits(peer.ip(), Instant::now());
    let Some(presence) = server.gate.unattended(peer.ip()).filter(|_| is_admitted) else {
        server.metrics.count(Counted::RefusedConnections);
        tokio::spawn(refuse(stream));
        return;
    };
    if let Some(place) = server.gate.place().await {
        tokio::spawn(connected(Arc::clone(server), Arc::clone(config), (stream, peer), place, presence));
    }
}

/// One connection, from its first byte to its end.
async fn connected(
    server: Arc<Server>,
    config: Arc<russh::server::Config>,
    (stream, peer): (TcpStream, SocketAddr),
    place: OwnedSemaphorePermit,
    presence: Arc<Presence>,
) {
    let _open = server.metrics.open_connection();
    set_options(&stream);
    let (meter, sessions) = (Meter::new(), Arc::new(watch::Sender::new(0)));
    let open = sessions.subscribe();
    let within = server.gate.limits().sign_in_within;
    let startup = server.gate.begin(place, peer.ip(), &meter);
    let shared = (sessions, Arc::clone(&presence));
    let handler = Connection::new(Arc::clone(&server), peer.ip(), Arc::clone(&meter), startup, shared);
    let starting = run_stream(config, Metered::new(stream, Arc::clone(&meter)), handler);
    let running = match timeout(within, starting).await {
        Ok(Ok(running)) => running,
        Ok(Err(error)) => {
            tracing::debug!(%error, "no SSH client");
            return;
        }
        Err(_) => {
            tracing::debug!("a client did not say what it is");
            return;
        }
    };
    tokio::pin!(running);
    let ended = tokio::select! {
        ended = &mut running => ended,
        () = unattended(&presence, open, within) => {
            meter.cut();
            running.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended");
    }
    server.metrics.add(Counted::BytesSent, meter.sent());
}

/// Says before SSH begins that there were too many connections. Clients show it where they are
/// asked for details (RFC 4253, 4.2).
async fn refuse(mut stream: TcpStream) {
    let line = b"medstint: too many connections from your address. Wait a minute.\r\n";
    let _ = timeout(REFUSE_WITHIN, async {
        stream.write_all(line).await?;
        stream.shutdown().await
    })
    .await;
}

/// Waits until no one was signed in on a connection for so long. A session gets time to say so.
async fn unattended(presence: &Presence, mut sessions: watch::Receiver<usize>, longest: Duration) {
    presence.absent(longest).await;
    let _ = timeout(SAY_WITHIN, sessions.wait_for(|open| *open == 0)).await;
}

/// Options that make a frame leave at once, and none wait behind others.
fn set_options(stream: &TcpStream) {
    let set = stream.set_nodelay(true);
    #[cfg(target_os = "linux")]
    let set = set.and_then(|()| {
        let socket = socket2::SockRef::from(stream);
        socket.set_keepalive(true)?;
        socket.set_tcp_notsent_lowat(MOST_UNSENT)
    });
    if let Err(error) = set {
        tracing::debug!(%error, "options of a connection could not be set");
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::*;
    use crate::serve::presence::Unattended;

    const LONGEST: Duration = Duration::from_millis(10);

    fn presence() -> Arc<Presence> {
        Arc::<Unattended>::default().begin(IpAddr::V4(Ipv4Addr::LOCALHOST), 1).expect("room")
    }

    #[tokio::test]
    async fn a_connection_without_a_session_is_over_after_a_while() {
        let (_sessions, open) = watch::channel(0);
        unattended(&presence(), open, LONGEST).await;
    }

    #[tokio::test]
    async fn sessions_without_a_person_put_the_end_off_for_their_message_only() {
        let ((sessions, open), presence) = (watch::channel(1), presence());
        let ending = unattended(&presence, open, LONGEST);
        tokio::pin!(ending);
        assert!(timeout(5 * LONGEST, &mut ending).await.is_err());
        sessions.send_replace(0);
        ending.await;
    }
}
