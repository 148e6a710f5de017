//! A crowd in front of `medstint serve`.

use std::net::TcpStream;
use std::sync::Arc;

use russh::ChannelMsg;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::super::serve::{connected, served};
use super::super::support::PATIENCE;
use super::super::support::ssh::SshServer;

/// Enough for a crowd from one address.
const PER_MINUTE: (&str, &str) = ("MEDSTINT_SERVE_CONNECTIONS_PER_MINUTE", "100000");

/// Waits for the sign-in screen.
async fn sees_the_sign_in_screen(server: &SshServer) {
    let handle = connected(server).await;
    let mut channel = handle.channel_open_session().await.expect("a channel");
    channel.request_pty(false, "xterm-256color", 100, 30, 0, 0, &[]).await.expect("sent");
    channel.request_shell(false).await.expect("sent");
    let mut text = String::new();
    while !text.contains("Password") {
        match channel.wait().await {
            Some(ChannelMsg::Data { data }) => text.push_str(&String::from_utf8_lossy(&data)),
            Some(_) => {}
            None => panic!("the channel has ended: {text}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_gets_in() {
    let count = std::env::var("MEDSTINT_TRIAL_CLIENTS").map_or(100, |text| text.parse().expect("a number of clients"));
    // A tenth of the sessions may have no signed-in person.
    let (_world, server) = served(&[PER_MINUTE, ("MEDSTINT_SERVE_SESSIONS", "10000")]).await;
    let server = Arc::new(server);
    let mut clients = JoinSet::new();
    for _ in 0..count {
        let server = Arc::clone(&server);
        clients.spawn(async move { sees_the_sign_in_screen(&server).await });
    }
    timeout(PATIENCE * 3, clients.join_all()).await.expect("a sign-in screen for each");
}

/// It takes the 5 s that a client has to authenticate while others wait.
#[tokio::test(flavor = "multi_thread")]
async fn clients_that_never_authenticate_shut_nobody_out() {
    let (_world, server) = served(&[PER_MINUTE, ("MEDSTINT_SERVE_STARTUPS", "10")]).await;
    let connect = |_| TcpStream::connect(server.address).expect("a connection");
    let _half_open: Vec<TcpStream> = (0..15).map(connect).collect();
    timeout(PATIENCE, sees_the_sign_in_screen(&server)).await.expect("a sign-in screen");
}
