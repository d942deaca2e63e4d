//! A progress bar on a terminal, for what takes over a second. The door to `indicatif`.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Context;

/// Counts bytes; shows itself once a second has passed.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    begun: Instant,
    bytes: AtomicU64,
}

impl Progress {
    /// A bar with this word in front; silent where standard error is no terminal.
    pub(crate) fn new(context: &Context<'_>, doing: &'static str) -> Self {
        let shown = context.world.progress && !context.common.quiet;
        let bar = shown.then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
            let style = ProgressStyle::with_template("{msg} {bytes} {binary_bytes_per_sec} {elapsed}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.set_message(doing);
            bar
        });
        Self { bar, begun: Instant::now(), bytes: AtomicU64::new(0) }
    }

    /// Told of bytes read.
    pub(crate) fn add(&self, bytes: u64) {
        let total = self.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes;
        let Some(bar) = &self.bar else { return };
        if bar.is_hidden() && self.begun.elapsed() > Duration::from_secs(1) {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        bar.set_position(total);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
