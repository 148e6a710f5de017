//! TCP options of a connection: segments are sent at once, and keepalives watch a silent path.
//!
//! The driver opens its sockets itself and gives no access to them. On Linux a process can take a
//! duplicate of any of its descriptors without `unsafe` (`pidfd_getfd`), and options belong to the
//! socket behind both. On other systems the options can't be set.

use crate::domain::connection::Tcp;

/// What is set, and on which connections: those to this port.
#[derive(Clone, Debug)]
pub(super) struct TcpOptions {
    pub(super) port: u16,
    pub(super) tcp: Tcp,
}

#[cfg(not(target_os = "linux"))]
impl TcpOptions {
    pub(super) fn apply(&self) {
        tracing::debug!(port = self.port, tcp = ?self.tcp, "options of TCP are left to the system");
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::io;
    use std::net::TcpStream;
    use std::path::Path;

    use rustix::process::{PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open};
    use socket2::{SockRef, TcpKeepalive};

    use super::TcpOptions;
    use crate::domain::connection::Keepalive;

    impl TcpOptions {
        /// Sets the options on every connection of this process to the port. A connection
        /// works without them, so a failure is only noted.
        pub(in crate::store) fn apply(&self) {
            let done = connections(self.port)
                .and_then(|connections| connections.iter().try_for_each(|connection| self.set(connection)));
            if let Err(error) = done {
                tracing::info!(%error, "the options of TCP could not be set");
            }
        }

        fn set(&self, connection: &TcpStream) -> io::Result<()> {
            connection.set_nodelay(true)?;
            let socket = SockRef::from(connection);
            match &self.tcp.keepalive {
                Some(keepalive) => socket.set_tcp_keepalive(&parameters(keepalive))?,
                None => socket.set_keepalive(false)?,
            }
            match self.tcp.user_timeout {
                Some(timeout) => socket.set_tcp_user_timeout(Some(timeout)),
                None => Ok(()),
            }
        }
    }

    fn parameters(keepalive: &Keepalive) -> TcpKeepalive {
        let mut parameters = TcpKeepalive::new();
        if let Some(idle) = keepalive.idle {
            parameters = parameters.with_time(idle);
        }
        if let Some(interval) = keepalive.interval {
            parameters = parameters.with_interval(interval);
        }
        if let Some(count) = keepalive.count {
            parameters = parameters.with_retries(count);
        }
        parameters
    }

    /// Duplicates of this process's connections to a port.
    fn connections(port: u16) -> io::Result<Vec<TcpStream>> {
        let this_process = pidfd_open(getpid(), PidfdFlags::empty())?;
        let mut found = Vec::new();
        for entry in std::fs::read_dir("/proc/self/fd")? {
            let path = entry?.path();
            let Some(descriptor) = socket_number(&path) else { continue };
            // It may have been closed in the meantime.
            let Ok(duplicate) = pidfd_getfd(&this_process, descriptor, PidfdGetfdFlags::empty()) else { continue };
            let connection = TcpStream::from(duplicate);
            if connection.peer_addr().is_ok_and(|peer| peer.port() == port) {
                found.push(connection);
            }
        }
        Ok(found)
    }

    fn socket_number(path: &Path) -> Option<i32> {
        let is_socket = std::fs::read_link(path).ok()?.to_str()?.starts_with("socket:");
        let number = path.file_name()?.to_str()?.parse().ok()?;
        is_socket.then_some(number)
    }

    #[cfg(test)]
    mod tests {
        use std::net::TcpListener;
        use std::time::Duration;

        use super::*;
        use crate::domain::connection::Tcp;

        fn connected() -> (TcpListener, TcpStream, u16) {
            let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
            let address = listener.local_addr().expect("an address");
            let connection = TcpStream::connect(address).expect("a connection");
            (listener, connection, address.port())
        }

        #[test]
        fn options_are_set_on_a_connection_that_was_opened_elsewhere() {
            let (_listener, connection, port) = connected();
            let keepalive = Keepalive { idle: Some(Duration::from_secs(77)), interval: None, count: Some(2) };
            let tcp = Tcp { keepalive: Some(keepalive), user_timeout: Some(Duration::from_secs(9)) };
            TcpOptions { port, tcp }.apply();
            let socket = SockRef::from(&connection);
            assert!(connection.nodelay().expect("an option") && socket.keepalive().expect("an option"));
            assert_eq!(socket.tcp_keepalive_time().expect("an option"), Duration::from_secs(77));
            assert_eq!(socket.tcp_user_timeout().expect("an option"), Some(Duration::from_secs(9)));
        }

        #[test]
        fn connections_to_other_ports_are_left_alone() {
            let (_listener, connection, port) = connected();
            let (_other, _, other_port) = connected();
            assert_ne!(port, other_port);
            TcpOptions { port: other_port, tcp: Tcp { keepalive: None, user_timeout: None } }.apply();
            assert!(!connection.nodelay().expect("an option"));
        }
    }
}
