//! Arguments, environment, clock, exit code; everything else is in the library.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use demarcate::cli::{self, World};

fn main() -> ExitCode {
    let world = world();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    // Not locked: a thread that panics has to be able to say so.
    let mut err = std::io::stderr();
    let mut input = std::io::stdin().lock();
    let code = cli::run(std::env::args_os(), &world, &mut input, &mut out, &mut err);
    match out.flush() {
        // A reader that closed the pipe has seen what it wanted.
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            drop(writeln!(err, "error: cannot write the output: {error}"));
            ExitCode::from(2)
        }
        _ => ExitCode::from(code),
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads clock and environment")]
fn world() -> World {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let now = since.map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX));
    let epoch = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|text| text.parse().ok());
    World {
        now: epoch.unwrap_or(now),
        index_file: std::env::var_os("GIT_INDEX_FILE").map(std::path::PathBuf::from),
        colors: std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
        progress: std::io::stderr().is_terminal(),
        asks: std::io::stdin().is_terminal() && std::io::stdout().is_terminal(),
        width: std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok()).unwrap_or(100),
    }
}
