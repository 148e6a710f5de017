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
use super::stream::{Meter, Metered};

/// After an error of the system (too many open files) it is asked again so much later.
const ACCEPT_AGAIN: Duration = Duration::from_millis(200);
/// How long a refusal may take to a client.
const REFUSE_WITHIN: Duration = Duration::from_secs(1);
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
    if !server.gate.admits(peer.ip(), Instant::now()) {
        server.metrics.count(Counted::RefusedConnections);
        tokio::spawn(refuse(stream));
        return;
    }
    if let Some(place) = server.gate.place().await {
        tokio::spawn(connected(Arc::clone(server), Arc::clone(config), stream, peer, place));
    }
}

/// One connection, from its first byte to its end.
async fn connected(
    server: Arc<Server>,
    config: Arc<russh::server::Config>,
    stream: TcpStream,
    peer: SocketAddr,
    place: OwnedSemaphorePermit,
) {
    let _open = server.metrics.open_connection();
    set_options(&stream);
    let (meter, sessions) = (Meter::new(), Arc::new(watch::Sender::new(0)));
    let used = sessions.subscribe();
    let within = server.gate.limits().sign_in_within;
    let startup = server.gate.begin(place, peer.ip(), &meter);
    let handler = Connection::new(Arc::clone(&server), peer.ip(), Arc::clone(&meter), startup, sessions);
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
        () = unused(used, within) => {
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

/// Waits until no session has run on a connection for so long.
async fn unused(mut sessions: watch::Receiver<usize>, longest: Duration) {
    loop {
        let used = timeout(longest, sessions.wait_for(|open| *open > 0)).await.map(|used| used.is_ok());
        let Ok(is_open) = used else { return };
        // Without its sender the connection ends by itself.
        if !is_open || sessions.wait_for(|open| *open == 0).await.is_err() {
            return std::future::pending().await;
        }
    }
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
    use super::*;

    #[tokio::test]
    async fn a_connection_without_a_session_is_over_after_a_while() {
        let (_sessions, open) = watch::channel(0);
        unused(open, Duration::from_millis(10)).await;
    }

    #[tokio::test]
    async fn a_connection_with_a_session_goes_on() {
        let (sessions, open) = watch::channel(0);
        sessions.send_replace(1);
        assert!(timeout(Duration::from_millis(50), unused(open, Duration::from_millis(10))).await.is_err());
    }

    #[tokio::test]
    async fn the_end_of_an_earlier_session_ends_no_later_one() {
        let (sessions, open) = watch::channel(2);
        sessions.send_modify(|open| *open -= 1);
        assert!(timeout(Duration::from_millis(50), unused(open, Duration::from_millis(10))).await.is_err());
    }
}
