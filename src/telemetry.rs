//! The log: a file a day in the state directory, never the screen. After a panic, the crash report
//! with the last messages of the console beside it.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, Utc};
use tracing_appender::non_blocking::WorkerGuard;
use tracing_appender::rolling::{Builder, Rotation};
use tracing_subscriber::EnvFilter;

/// Days of logs that are kept.
const KEPT: usize = 14;

/// Starts logging; the guard flushes when it is dropped.
///
/// # Errors
/// When the file cannot be made.
pub fn start(state_dir: &Path, level: &str) -> color_eyre::Result<WorkerGuard> {
    let appender = Builder::new()
        .rotation(Rotation::DAILY)
        .filename_prefix("medstint")
        .filename_suffix("log")
        .max_log_files(KEPT)
        .build(state_dir)?;
    let (writer, guard) = tracing_appender::non_blocking(appender);
    // The driver's statements could contain personal data: only its warnings. Nothing of russh: it
    // logs what clients send, as often as they send it.
    let filter = EnvFilter::new(format!("warn,russh=off,medstint={level}"));
    // Where logging was started already, as in a test, that one stays.
    let _ = tracing_subscriber::fmt().with_writer(writer).with_ansi(false).with_env_filter(filter).try_init();
    Ok(guard)
}

/// On the first panic, writes a text beside the log, for its owner only, and says where it is
/// after the panic has been reported. What cannot be written is left out.
pub fn on_panic(
    state_dir: PathBuf,
    clock: fn() -> DateTime<Utc>,
    text: impl Fn() -> Option<String> + Send + Sync + 'static,
) {
    let former = std::panic::take_hook();
    let is_written = AtomicBool::new(false);
    std::panic::set_hook(Box::new(move |info| {
        let text = if is_written.swap(true, Ordering::Relaxed) { None } else { text() };
        let path = text.and_then(|text| write_beside_log(&state_dir, clock(), &text).ok());
        former(info);
        if let Some(path) = path {
            let _ =
                writeln!(io::stderr(), "The last messages of the console, without personal data: {}", path.display());
        }
    }));
}

fn write_beside_log(state_dir: &Path, now: DateTime<Utc>, text: &str) -> io::Result<PathBuf> {
    let path = state_dir.join(format!("medstint-panic-{}.txt", now.format("%Y%m%dT%H%M%SZ")));
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?.write_all(text.as_bytes())?;
    Ok(path)
}
