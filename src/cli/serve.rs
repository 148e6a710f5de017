//! The arguments of `medstint serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

/// Serve the console over SSH, without accounts on this host.
///
/// Options that are omitted come from the section serve of the configuration.
#[derive(Clone, Debug, Default, Args)]
pub struct Serve {
    /// Listen on this address: 0.0.0.0:2222 for all hosts, 127.0.0.1:2222 for this host only. A
    /// socket that systemd passes on replaces it
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<SocketAddr>,
    /// Serve /metrics and /healthz over HTTP on this address
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub metrics: Option<SocketAddr>,
    /// Use this private key of the server, in OpenSSH's format, instead of the one in the state
    /// directory
    #[arg(long, value_name = "FILE")]
    pub host_key: Option<PathBuf>,
}
