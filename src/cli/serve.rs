//! `medstint serve`, as it is typed.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

/// Serve the console over SSH, without accounts on this host.
///
/// What is omitted here comes from the section serve of the configuration.
#[derive(Clone, Debug, Default, Args)]
pub struct Serve {
    /// Listen here: 0.0.0.0:2222 for everybody, 127.0.0.1:2222 for this host. A socket that
    /// systemd passes on takes its place
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<SocketAddr>,
    /// Answer /metrics and /healthz over HTTP here
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub metrics: Option<SocketAddr>,
    /// The server's private key, in OpenSSH's format, instead of the one in the state directory
    #[arg(long, value_name = "FILE")]
    pub host_key: Option<PathBuf>,
}
