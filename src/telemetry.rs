//! The log: a file a day in the state directory, never the screen.

use std::path::Path;

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
    // The driver's statements could carry somebody's data: only its warnings.
    let filter = EnvFilter::new(format!("warn,medstint={level}"));
    // Where logging was started already, as in a test, that one stays.
    let _ = tracing_subscriber::fmt().with_writer(writer).with_ansi(false).with_env_filter(filter).try_init();
    Ok(guard)
}
