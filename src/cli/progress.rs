//! A progress bar on a terminal, for what takes over a second. The door to `indicatif`.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Context;

/// Counts bytes, or things of which it is known how many there are; shows itself once a second has passed.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    begun: Instant,
    count: AtomicU64,
}

impl Progress {
    /// A bar with this word in front; silent where standard error is no terminal.
    pub(crate) fn new(context: &Context<'_>, doing: &'static str) -> Self {
        Self::of(context, doing, ("{msg} {bytes} {binary_bytes_per_sec} {elapsed}", None))
    }

    /// The same for things that are counted.
    pub(crate) fn counting(context: &Context<'_>, doing: &'static str, all: usize) -> Self {
        Self::of(context, doing, ("{msg} {pos} of {len} {elapsed}", u64::try_from(all).ok()))
    }

    fn of(context: &Context<'_>, doing: &'static str, (template, all): (&str, Option<u64>)) -> Self {
        let shown = context.world.progress && !context.common.quiet;
        let bar = shown.then(|| {
            let bar = ProgressBar::with_draw_target(all, ProgressDrawTarget::hidden());
            let style = ProgressStyle::with_template(template);
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.set_message(doing);
            bar
        });
        Self { bar, begun: Instant::now(), count: AtomicU64::new(0) }
    }

    /// Told of bytes read, or of things done.
    pub(crate) fn add(&self, more: u64) {
        let total = self.count.fetch_add(more, Ordering::Relaxed) + more;
        let Some(bar) = &self.bar else { return };
        if bar.is_hidden() && self.begun.elapsed() > Duration::from_secs(1) {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        bar.set_position(total);
    }
}

impl Progress {
    /// Lets something be said on standard error without a bar in its line.
    pub(crate) fn aside<T>(&self, say: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(say),
            None => say(),
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
