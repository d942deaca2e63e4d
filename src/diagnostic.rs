//! What the tool reports: plain data, given a form by `report`.

use crate::ids::{RequirementId, Span};

/// How bad a diagnostic is; `Allow` is dropped.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Level {
    /// Not reported.
    Allow,
    /// Reported; the exit code stays 0.
    Warn,
    /// Reported; the exit code is 1.
    Deny,
}

impl Level {
    /// The word in files and outputs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Warn => "warn",
            Self::Deny => "deny",
        }
    }
}

/// Where a diagnostic points.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Place {
    /// A stretch of a file that was read.
    Span(Span),
    /// A file that is missing or whose content was not read as text, relative to the root.
    Path(String),
}

impl From<Span> for Place {
    fn from(span: Span) -> Self {
        Self::Span(span)
    }
}

/// A change of text that answers a diagnostic: these bytes are replaced.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// The bytes to replace; empty to insert.
    pub span: Span,
    /// What stands there afterwards.
    pub replacement: String,
    /// Whether it can mean nothing else, so that it is made unasked; what is not safe is offered as a diff.
    pub safe: bool,
}

impl Fix {
    /// Another spelling of the same, or what the file itself says elsewhere.
    pub fn safe(span: Span, replacement: impl Into<String>) -> Self {
        Self { span, replacement: replacement.into(), safe: true }
    }

    /// A guess at what was meant, or a decision that is not the tool's.
    pub fn offered(span: Span, replacement: impl Into<String>) -> Self {
        Self { span, replacement: replacement.into(), safe: false }
    }
}

/// One thing that is wrong, and what to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// Name of the rule, as it reads after `allow`.
    pub rule: &'static str,
    /// The rule's level until `check` has remapped it.
    pub level: Level,
    /// What is wrong.
    pub message: String,
    /// Where.
    pub place: Place,
    /// What stands there, for the screen.
    pub label: String,
    /// Other places that matter.
    pub related: Vec<(String, Place)>,
    /// What to do.
    pub help: String,
    /// The practice it is about.
    pub practice: Option<RequirementId>,
    /// The objective it is about.
    pub objective: Option<char>,
    /// The provider it is about, for `allow`.
    pub provider: Option<String>,
    /// A mechanical answer, if there is one.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// A diagnostic of `rule` at `place`; the builder methods add the rest.
    pub fn new(rule: &'static str, message: impl Into<String>, place: impl Into<Place>) -> Self {
        Self {
            rule,
            level: Level::Deny,
            message: message.into(),
            place: place.into(),
            label: String::new(),
            related: Vec::new(),
            help: String::new(),
            practice: None,
            objective: None,
            provider: None,
            fix: None,
        }
    }

    /// What stands at the place.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// What to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// Another place that matters.
    #[must_use]
    pub fn related(mut self, message: impl Into<String>, place: impl Into<Place>) -> Self {
        self.related.push((message.into(), place.into()));
        self
    }
}
