//! The position of this device from a GPS receiver, read with gpsd's JSON protocol.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::Deserialize;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::clock::Clock;
use crate::domain::punch::Position;

/// A position that is older says where the device was.
const FRESH_MS: i64 = 30_000;
/// Between two attempts to reach gpsd.
const RETRY_AFTER: Duration = Duration::from_secs(10);
/// What asks gpsd to tell what it knows, line by line.
const WATCH: &[u8] = b"?WATCH={\"enable\":true,\"json\":true};\n";
/// Where the receiver says nothing of how sure it is, in metres.
const UNSURE_M: f64 = 100.0;

/// The last position that was heard, with the device's clock then.
#[derive(Clone, Debug, Default)]
pub struct Receiver(Arc<Mutex<Option<(Position, i64)>>>);

/// Gpsd's report of time, position and velocity.
#[derive(Deserialize)]
struct Report {
    class: String,
    /// 2 and 3 are positions.
    #[serde(default)]
    mode: u8,
    lat: Option<f64>,
    lon: Option<f64>,
    /// Metres, 95 %.
    eph: Option<f64>,
}

impl Receiver {
    /// Listens to a gpsd at `HOST:PORT` for as long as the process lives.
    pub fn listen(gpsd: String, clock: Arc<dyn Clock>) -> Self {
        let receiver = Self::default();
        let heard = receiver.clone();
        tokio::spawn(async move {
            loop {
                if let Err(error) = heard.follow(&gpsd, clock.as_ref()).await {
                    tracing::warn!(%error, "gpsd");
                }
                tokio::time::sleep(RETRY_AFTER).await;
            }
        });
        receiver
    }

    async fn follow(&self, gpsd: &str, clock: &dyn Clock) -> std::io::Result<()> {
        let mut stream = TcpStream::connect(gpsd).await?;
        stream.write_all(WATCH).await?;
        let mut lines = BufReader::new(stream).lines();
        while let Some(line) = lines.next_line().await? {
            if let Some(position) = position(&line) {
                *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((position, clock.read().monotonic_ms));
            }
        }
        Ok(())
    }

    /// Where the device is, where that is known at this moment of its monotonic clock.
    #[must_use]
    pub fn position(&self, monotonic_ms: i64) -> Option<Position> {
        let heard = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        heard.filter(|(_, at)| monotonic_ms - at <= FRESH_MS).map(|(position, _)| position)
    }
}

fn position(line: &str) -> Option<Position> {
    let report: Report = serde_json::from_str(line).ok()?;
    let position =
        Position { latitude: report.lat?, longitude: report.lon?, accuracy_m: report.eph.unwrap_or(UNSURE_M) };
    (report.class == "TPV" && report.mode >= 2).then_some(position)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_with_a_fix_is_a_position_and_nothing_else_is() {
        let fixed = r#"{"class":"TPV","device":"/dev/ttyACM0","mode":3,"time":"2026-11-23T15:14:00.000Z","lat":41.5,"lon":-90.25,"alt":180.1,"eph":7.5,"speed":0.1}"#;
        assert_eq!(position(fixed), Some(Position { latitude: 41.5, longitude: -90.25, accuracy_m: 7.5 }));
        for nothing in [
            r#"{"class":"TPV","mode":1}"#,
            r#"{"class":"SKY","lat":41.5,"lon":-90.25,"mode":3}"#,
            r#"{"class":"VERSION","release":"3.25"}"#,
            "not JSON",
        ] {
            assert_eq!(position(nothing), None, "{nothing}");
        }
    }
}
