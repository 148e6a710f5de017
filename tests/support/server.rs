//! A server that speaks as much of `PostgreSQL` as connecting needs, so that a test sees
//! what a client sends and decides what it is answered.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::PATIENCE;
use super::certificates::Certificate;

/// What is said to a client that wants to come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// That there is no such database: the client has got as far as signing in.
    NoDatabase,
    /// A question for the password in clear, and then the same.
    WhatPassword,
    /// That it may ask now.
    Welcome,
}

pub struct Server {
    port: u16,
    heard: Receiver<String>,
}

impl Server {
    /// Without TLS.
    pub fn plain(answer: Answer) -> Self {
        Self::bind("127.0.0.1", None, answer).expect("a port")
    }

    /// With TLS, on an address of this machine; an error where there is none such.
    pub fn with(certificate: &Certificate, address: &str) -> io::Result<Self> {
        let chain = std::fs::read(&certificate.chain)?;
        let chain: Vec<_> = CertificateDer::pem_slice_iter(&chain).map(|der| der.expect("a certificate")).collect();
        let key = PrivateKeyDer::from_pem_slice(&std::fs::read(&certificate.key)?).expect("a key");
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .expect("a certificate with its key");
        Self::bind(address, Some(Arc::new(config)), Answer::NoDatabase)
    }

    fn bind(address: &str, tls: Option<Arc<ServerConfig>>, answer: Answer) -> io::Result<Self> {
        let listener = TcpListener::bind((address, 0))?;
        let port = listener.local_addr()?.port();
        let (say, heard) = channel();
        std::thread::spawn(move || {
            // Those that were let in stay open.
            let mut guests = Vec::new();
            for client in listener.incoming().map_while(Result::ok) {
                guests.extend(serve(client, tls.as_ref(), answer, &say).ok());
            }
        });
        Ok(Self { port, heard })
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// What the next client said of itself: parameters and values, each ended by `|`; and
    /// then its password.
    pub fn heard(&self) -> String {
        self.heard.recv_timeout(PATIENCE).expect("a client")
    }
}

fn serve(
    mut client: TcpStream,
    tls: Option<&Arc<ServerConfig>>,
    answer: Answer,
    say: &Sender<String>,
) -> io::Result<TcpStream> {
    const SSL_REQUEST: [u8; 4] = 80_877_103_u32.to_be_bytes();
    client.set_read_timeout(Some(PATIENCE))?;
    let first = message(&mut client)?;
    if first != SSL_REQUEST {
        talk(&mut client, &first, answer, say)?;
        return Ok(client);
    }
    let Some(tls) = tls else {
        client.write_all(b"N")?;
        let first = message(&mut client)?;
        talk(&mut client, &first, answer, say)?;
        return Ok(client);
    };
    client.write_all(b"S")?;
    let connection = ServerConnection::new(Arc::clone(tls)).map_err(io::Error::other)?;
    let mut protected = StreamOwned::new(connection, client.try_clone()?);
    let first = message(&mut protected)?;
    talk(&mut protected, &first, answer, say)?;
    Ok(client)
}

fn talk(client: &mut (impl Read + Write), first: &[u8], answer: Answer, say: &Sender<String>) -> io::Result<()> {
    // The first four bytes are the version.
    let mut said = String::from_utf8_lossy(first.get(4..).unwrap_or_default()).replace('\0', "|");
    if answer == Answer::WhatPassword {
        client.write_all(b"R\0\0\0\x08\0\0\0\x03")?;
        client.flush()?;
        client.read_exact(&mut [0])?;
        said.push_str(&String::from_utf8_lossy(&message(client)?).replace('\0', "|"));
    }
    client.write_all(match answer {
        Answer::NoDatabase | Answer::WhatPassword => &b"E\0\0\0\x1cSFATAL\0C3D000\0Mnothing\0\0"[..],
        Answer::Welcome => &b"R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I"[..],
    })?;
    client.flush()?;
    let _ = say.send(said);
    Ok(())
}

/// A message behind its kind: its length, which counts itself, and its text.
pub(super) fn message(client: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    client.read_exact(&mut length)?;
    let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or_default();
    let mut text = vec![0; length.saturating_sub(4)];
    client.read_exact(&mut text)?;
    Ok(text)
}
