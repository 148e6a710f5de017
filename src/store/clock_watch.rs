//! Compares this machine's clock with the server's, by messages that are sent anyway. A pulse of
//! LISTEN carries this machine's time and the server's when it was sent, so that the comparison
//! costs no round trip. While LISTEN does not work, the query that looks for the server carries
//! them. Only a difference larger than the travel time of the answer counts.

use chrono::{DateTime, Utc};

use super::changes::Heard;
use crate::domain::ClockSkew;

/// Answers with the server's clock in milliseconds.
pub(super) const SERVER_CLOCK: &str = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint";

/// The statement that sends a pulse on a channel, with this machine's time and the
/// server's when it was sent. Not prepared: a pooler may give the parts of a prepared
/// statement to different servers.
pub(super) fn pulse_with_clocks(channel: &str, now: DateTime<Utc>) -> String {
    let now_ms = now.timestamp_millis();
    format!("SELECT pg_notify('{channel}', '{now_ms} ' || (extract(epoch FROM clock_timestamp()) * 1000)::bigint)")
}

/// Says how the clocks differ, and when they no longer do.
pub(super) struct ClockWatch {
    clock: fn() -> DateTime<Utc>,
    is_off: bool,
}

impl ClockWatch {
    pub(super) fn new(clock: fn() -> DateTime<Utc>) -> Self {
        Self { clock, is_off: false }
    }

    /// This machine's time in milliseconds.
    pub(super) fn now_ms(&self) -> i64 {
        (self.clock)().timestamp_millis()
    }

    /// What an answer of the server says of the clocks, where it is news.
    pub(super) fn news(&mut self, asked_ms: i64, server_ms: i64) -> Option<Heard> {
        let (asked, server) = (DateTime::from_timestamp_millis(asked_ms)?, DateTime::from_timestamp_millis(server_ms)?);
        let skew = ClockSkew::between(asked, server, (self.clock)());
        let is_news = self.is_off || skew.is_some();
        self.is_off = skew.is_some();
        is_news.then_some(Heard::Clock(skew))
    }

    /// The same of a pulse.
    pub(super) fn news_of(&mut self, pulse: &str) -> Option<Heard> {
        let (asked, server) = pulse.split_once(' ')?;
        self.news(asked.parse().ok()?, server.parse().ok()?)
    }
}
