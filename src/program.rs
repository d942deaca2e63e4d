//! Other programs: found on PATH and nowhere else, given no input but that of a person who is asked, a folder of their
//! own, a time limit, and a cap on what they may say.

use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::time::{Duration, Instant};

/// How long a program may take, unless its caller says otherwise.
const LIMIT: Duration = Duration::from_secs(30);

/// The most that a program may say on either of its outputs, in bytes.
const MOST: u64 = 1 << 20;

/// What would have these programs read other settings, load other code, or write down the keys of a connection.
const SCRUBBED: [&str; 9] = [
    "CURL_HOME",
    "OPENSSL_CONF",
    "OPENSSL_CONF_INCLUDE",
    "OPENSSL_ENGINES",
    "OPENSSL_MODULES",
    "OPENSSL_TRACE",
    "OPENSSL_ia32cap",
    "RANDFILE",
    "SSLKEYLOGFILE",
];

/// A program that may be run.
#[derive(Clone, Debug)]
pub struct Tool {
    program: PathBuf,
    limit: Duration,
}

/// What a program said, and the code that it ended with; `None` where a signal ended it.
#[derive(Clone, Debug)]
pub struct Ran {
    /// The exit code.
    pub code: Option<i32>,
    /// Standard output.
    pub out: Vec<u8>,
    /// Standard error, as text.
    pub err: String,
}

/// Why a program gave no answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Trouble {
    /// It is not installed.
    Absent {
        /// Its name.
        program: String,
    },
    /// It took longer than it may, and was ended.
    TooLong {
        /// Its name.
        program: String,
        /// The limit in seconds.
        seconds: u64,
    },
    /// It said more than it may, and was ended.
    TooMuch {
        /// Its name.
        program: String,
    },
    /// It could not be run.
    Failed {
        /// Its name.
        program: String,
        /// What the system said.
        why: String,
    },
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent { program } => write!(f, "there is no `{program}` on PATH: install it"),
            Self::TooLong { program, seconds } => write!(f, "`{program}` gave no answer within {seconds} seconds"),
            Self::TooMuch { program } => write!(f, "`{program}` gave more than {MOST} bytes"),
            Self::Failed { program, why } => write!(f, "cannot run `{program}`: {why}"),
        }
    }
}

impl Tool {
    /// The program of this name on PATH, or at this path.
    pub fn named(program: impl Into<PathBuf>) -> Self {
        Self { program: program.into(), limit: LIMIT }
    }

    /// The same with another time limit.
    #[must_use]
    pub fn within(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    fn name(&self) -> String {
        self.program.display().to_string()
    }

    /// Runs it in a folder of its own and gives what it said.
    pub fn run(&self, arguments: &[&str], folder: &Folder) -> Result<Ran, Trouble> {
        self.heard(&mut self.command(arguments, folder))
    }

    /// The same for a program that may have to ask a person: it has the terminal, and what it says there is not kept.
    pub fn attended(&self, arguments: &[&str], folder: &Folder) -> Result<Ran, Trouble> {
        let mut command = self.command(arguments, folder);
        command.stdin(Stdio::inherit()).stderr(Stdio::inherit());
        self.heard(&mut command)
    }

    fn heard(&self, command: &mut Command) -> Result<Ran, Trouble> {
        let mut child = command.spawn().map_err(|error| self.not_run(&error))?;
        let ended = self.listen(&mut child);
        if ended.is_err() {
            // One that has ended by itself meanwhile needs no killing.
            drop(child.kill());
            drop(child.wait());
        }
        ended
    }

    /// In its own folder, so that no part of PATH means the folder that is being judged.
    fn command(&self, arguments: &[&str], folder: &Folder) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments).current_dir(folder.path()).env("LC_ALL", "C");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        for variable in SCRUBBED {
            command.env_remove(variable);
        }
        command
    }

    fn not_run(&self, error: &std::io::Error) -> Trouble {
        match error.kind() {
            std::io::ErrorKind::NotFound => Trouble::Absent { program: self.name() },
            _ => Trouble::Failed { program: self.name(), why: error.to_string() },
        }
    }

    fn too_long(&self) -> Trouble {
        Trouble::TooLong { program: self.name(), seconds: self.limit.as_secs() }
    }

    fn listen(&self, child: &mut Child) -> Result<Ran, Trouble> {
        let deadline = Instant::now() + self.limit;
        let (sender, receiver) = channel();
        hear(0, child.stdout.take(), sender.clone());
        hear(1, child.stderr.take(), sender);
        let mut said = [Vec::new(), Vec::new()];
        for _ in 0..said.len() {
            let left = deadline.saturating_duration_since(Instant::now());
            let (which, bytes): (usize, Vec<u8>) = receiver.recv_timeout(left).map_err(|_| self.too_long())?;
            if bytes.len() as u64 > MOST {
                return Err(Trouble::TooMuch { program: self.name() });
            }
            said[which] = bytes;
        }
        let code = self.end(child, deadline)?;
        let [out, err] = said;
        Ok(Ran { code, out, err: String::from_utf8_lossy(&err).into_owned() })
    }

    /// The code of a program that has closed both outputs, as one does that is about to end.
    fn end(&self, child: &mut Child, deadline: Instant) -> Result<Option<i32>, Trouble> {
        loop {
            if let Some(status) = child.try_wait().map_err(|error| self.not_run(&error))? {
                return Ok(status.code());
            }
            if Instant::now() >= deadline {
                return Err(self.too_long());
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

/// Reads an output to its end on a thread of its own: one that a grandchild keeps open must not hold up the rest.
fn hear(which: usize, output: Option<impl Read + Send + 'static>, sender: Sender<(usize, Vec<u8>)>) {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(output) = output {
            // What was read before an error is what was said.
            drop(output.take(MOST + 1).read_to_end(&mut bytes));
        }
        // Nobody listens any more once the time is over.
        drop(sender.send((which, bytes)));
    });
}

/// A folder that only this user can read, gone when it is dropped.
#[derive(Debug)]
pub struct Folder(tempfile::TempDir);

impl Folder {
    /// A new one, empty.
    pub fn new() -> std::io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        builder.prefix("demarcate-");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        builder.tempdir().map(Self)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Puts a file into it.
    pub fn write(&self, name: &str, bytes: &[u8]) -> std::io::Result<()> {
        std::fs::write(self.path().join(name), bytes)
    }

    /// The bytes of a file in it.
    pub fn read(&self, name: &str) -> std::io::Result<Vec<u8>> {
        std::fs::read(self.path().join(name))
    }
}
