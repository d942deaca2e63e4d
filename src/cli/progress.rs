//! A progress bar on a terminal, for what takes over a second. The door to `indicatif`.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Context;

/// Counts bytes, or what else there is to be done; shows itself once a second has passed.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    begun: Instant,
    done: AtomicU64,
}

impl Progress {
    /// A bar with this word in front; silent where standard error is no terminal.
    pub(crate) fn new(context: &Context<'_>, doing: &'static str) -> Self {
        Self::with(context, doing, None, "{msg} {bytes} {binary_bytes_per_sec} {elapsed}")
    }

    /// The same where so many things are to be done, one after another.
    pub(crate) fn of(context: &Context<'_>, doing: &'static str, all: usize) -> Self {
        Self::with(context, doing, Some(all as u64), "{msg} {pos} of {len} {elapsed}")
    }

    fn with(context: &Context<'_>, doing: &'static str, all: Option<u64>, template: &str) -> Self {
        let shown = context.world.progress && !context.common.quiet;
        let bar = shown.then(|| {
            let bar = ProgressBar::with_draw_target(all, ProgressDrawTarget::hidden());
            let style = ProgressStyle::with_template(template);
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.set_message(doing);
            bar
        });
        Self { bar, begun: Instant::now(), done: AtomicU64::new(0) }
    }

    /// Told of bytes read, or of things done; of none of them, that time has passed.
    pub(crate) fn add(&self, more: u64) {
        let done = self.done.fetch_add(more, Ordering::Relaxed) + more;
        let Some(bar) = &self.bar else { return };
        if bar.is_hidden() && self.begun.elapsed() > Duration::from_secs(1) {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        bar.set_position(done);
    }

    /// Does what writes to the same terminal while nothing is shown there.
    pub(crate) fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
