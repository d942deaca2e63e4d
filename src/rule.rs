//! What a rule is, what it sees, and how it reports.

use crate::date::Date;
use crate::diagnostic::{Diagnostic, Fix, Level, Place};
use crate::ids::{ObjectiveId, RequirementId, Span, Spanned};
use crate::model::Filed;
use crate::model::assessment::Assessment;
use crate::model::config::Claim;
use crate::model::history::{History, LogProblem, ReviewState, Subject, SubjectHistory};
use crate::model::score::Score;

/// Everything a rule may look at.
#[derive(Debug)]
pub struct Facts {
    /// The repository as meant.
    pub assessment: Assessment,
    /// What the log proves; `None` where history was left out.
    pub history: Option<History>,
    /// The score.
    pub score: Score,
    /// The day to which ages and lapses are counted.
    pub as_of: Date,
}

impl Facts {
    /// The head of `demarcate.toml`, for what is about the whole root.
    pub fn top(&self) -> Place {
        head(&self.assessment.config)
    }

    /// Where a subject of reviews stands: the id of a practice, the head of any other file.
    pub fn place_of(&self, subject: &Subject) -> Place {
        let found = &self.assessment;
        let place = match subject {
            Subject::Practice(id) => found.practices.get(id).map(|practice| practice.practice.span.into()),
            Subject::Ssp | Subject::Crm => None,
            Subject::Scope => found.assets.as_ref().map(head),
            Subject::Poam => found.poam.values().next().map(head),
            Subject::Incident => found.incident.as_ref().map(head),
            Subject::Policy(id) => found.policies.get(id).map(head),
            Subject::Provider(id) | Subject::Personnel(id) => found.providers.get(id).map(head),
        };
        place.unwrap_or_else(|| self.top())
    }

    /// The subjects whose review is in a state, with what the log says of them.
    pub fn subjects_in(&self, state: ReviewState) -> impl Iterator<Item = (&Subject, &SubjectHistory)> {
        let subjects = self.history.iter().flat_map(|history| &history.subjects);
        subjects.filter(move |(_, found)| found.state == state)
    }

    /// What is wrong with the log itself, as far as a rule reports it.
    pub fn log_problems(&self, rule: &str) -> impl Iterator<Item = &LogProblem> {
        self.history.iter().flat_map(|history| &history.problems).filter(move |problem| problem.rule == rule)
    }

    /// The CMMC status that is claimed.
    pub fn claim(&self) -> Option<&Spanned<Claim>> {
        self.assessment.config.assessment.as_ref()?.claim.as_ref()
    }

    /// Whether this status is claimed.
    pub fn claims(&self, status: Claim) -> bool {
        self.claim().is_some_and(|claim| claim.value == status)
    }
}

/// The first byte of a file; its path where it could not be read as text.
fn head<T>(file: &Filed<T>) -> Place {
    if file.file == u32::MAX { Place::Path(file.path.clone()) } else { file.top().into() }
}

/// How many differences the message names; `history` shows them all.
const SHOWN: usize = 5;

/// The first differences in words, to stand at the end of a message, and how many more there are.
pub fn named(differs: &[String]) -> String {
    let shown = differs.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join("; ");
    match differs.len().saturating_sub(SHOWN) {
        _ if differs.is_empty() => String::new(),
        0 => format!(": {shown}"),
        more => format!(": {shown}; and {more} more"),
    }
}

/// How many further practices share a fault, to stand behind the first in a message.
pub fn and_more(places: &[(RequirementId, Span)]) -> String {
    match places.len() {
        0 | 1 => String::new(),
        2 => " and one more practice".to_owned(),
        more => format!(" and {} more practices", more - 1),
    }
}

/// What a rule is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Group {
    /// Files that cannot be read as meant, ids that lead nowhere.
    Format,
    /// Whether every practice and objective is answered and owned.
    Coverage,
    /// Whether the work is really divided.
    Division,
    /// What stays the contractor's whatever a provider does.
    NonInheritable,
    /// Whether what a provider says that it does is what is assigned to it.
    TwoSided,
    /// What a provider is, what it has signed, who it is reached by and how it gets in.
    Providers,
    /// Whether an incident reaches the DoD in time, and who does what until then.
    Incident,
    /// What is in scope, how it is treated, and whether somebody decided about changes of it.
    Scope,
    /// Whether something shows what is claimed.
    Evidence,
    /// Whether somebody looked, and when.
    Review,
    /// The score and the plans of action.
    Score,
    /// The rule levels themselves.
    Policy,
}

impl Group {
    /// The word in the docs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Coverage => "coverage",
            Self::Division => "division",
            Self::NonInheritable => "non-inheritable",
            Self::TwoSided => "two-sided",
            Self::Providers => "providers",
            Self::Incident => "incident",
            Self::Scope => "scope",
            Self::Evidence => "evidence",
            Self::Review => "review",
            Self::Score => "score and POA&M",
            Self::Policy => "levels",
        }
    }
}

/// A rule: static data with a function.
#[derive(Debug)]
pub struct Rule {
    /// Kebab-case; reads after `allow`.
    pub name: &'static str,
    /// What it is about.
    pub group: Group,
    /// The level unless `demarcate.toml` says otherwise.
    pub level: Level,
    /// Its page in Markdown, with one space before each line as doc comments have it.
    pub doc: &'static str,
    /// How it is found.
    pub check: Check,
}

/// How what a rule reports is found.
#[derive(Debug)]
pub enum Check {
    /// By this function over the facts.
    Facts(fn(&Facts, &mut Report<'_>)),
    /// While files are read or linked, or levels applied: the page is here, the code is there.
    Elsewhere,
}

impl Rule {
    /// The page as Markdown.
    pub fn page(&self) -> String {
        let lines = self.doc.lines().map(|line| line.strip_prefix(' ').unwrap_or(line));
        lines.collect::<Vec<_>>().join("\n").trim_end().to_owned() + "\n"
    }

    /// The first paragraph of the page, on one line.
    pub fn summary(&self) -> String {
        let page = self.page();
        page.split("\n\n").next().unwrap_or_default().replace('\n', " ").trim().to_owned()
    }
}

/// Declares the rule of a file: its page, name, group, default level, and the function that finds it.
macro_rules! rule {
    ($(#[doc = $doc:literal])+ $name:literal, $Group:ident, $Level:ident, $check:ident) => {
        /// The rule of this file.
        pub(crate) const RULE: $crate::rule::Rule = $crate::rule::Rule {
            name: $name,
            group: $crate::rule::Group::$Group,
            level: $crate::diagnostic::Level::$Level,
            doc: concat!($($doc, "\n"),+),
            check: $crate::rule::Check::Facts($check),
        };
    };
    ($(#[doc = $doc:literal])+ $name:literal, $Group:ident, $Level:ident) => {
        /// The rule of this file.
        pub(crate) const RULE: $crate::rule::Rule = $crate::rule::Rule {
            name: $name,
            group: $crate::rule::Group::$Group,
            level: $crate::diagnostic::Level::$Level,
            doc: concat!($($doc, "\n"),+),
            check: $crate::rule::Check::Elsewhere,
        };
    };
}

pub(crate) use rule;

/// Where a rule puts its diagnostics.
pub struct Report<'a> {
    rule: &'static str,
    level: Level,
    out: &'a mut Vec<Diagnostic>,
}

impl<'a> Report<'a> {
    /// The report of one rule.
    pub fn new(rule: &'static Rule, out: &'a mut Vec<Diagnostic>) -> Self {
        Self { rule: rule.name, level: rule.level, out }
    }

    /// Adds a diagnostic; the draft that comes back takes label, help and more.
    pub fn add(&mut self, message: impl Into<String>, place: impl Into<Place>) -> Draft<'_> {
        let mut diagnostic = Diagnostic::new(self.rule, message, place);
        diagnostic.level = self.level;
        self.out.push(diagnostic);
        Draft(self.out.last_mut().expect("just pushed"))
    }
}

/// A diagnostic being written.
pub struct Draft<'a>(&'a mut Diagnostic);

#[allow(clippy::return_self_not_must_use, reason = "the diagnostic is reported before its draft is finished")]
impl Draft<'_> {
    /// What stands at the place.
    pub fn label(self, label: impl Into<String>) -> Self {
        self.0.label = label.into();
        self
    }

    /// What to do.
    pub fn help(self, help: impl Into<String>) -> Self {
        self.0.help = help.into();
        self
    }

    /// Another place that matters.
    pub fn related(self, message: impl Into<String>, place: impl Into<Place>) -> Self {
        self.0.related.push((message.into(), place.into()));
        self
    }

    /// The practice it is about.
    pub fn practice(self, id: RequirementId) -> Self {
        self.0.practice = Some(id);
        self
    }

    /// The practice of a fault that stands once, or the next places of one that stands in several.
    pub fn practices(mut self, places: &[(RequirementId, Span)]) -> Self {
        let [(only, _), rest @ ..] = places else { return self };
        if rest.is_empty() {
            return self.practice(*only);
        }
        for (id, span) in rest.iter().take(SHOWN) {
            self = self.related(format!("the same in {id}"), *span);
        }
        self
    }

    /// The objective it is about.
    pub fn objective(self, id: ObjectiveId) -> Self {
        self.0.practice = Some(id.requirement);
        self.0.objective = Some(id.letter);
        self
    }

    /// The practice or provider that a subject of reviews is about.
    pub fn subject(self, subject: &Subject) -> Self {
        match subject {
            Subject::Practice(id) => self.practice(*id),
            Subject::Provider(id) | Subject::Personnel(id) => self.provider(id),
            _ => self,
        }
    }

    /// The provider it is about.
    pub fn provider(self, id: &str) -> Self {
        self.0.provider = Some(id.to_owned());
        self
    }

    /// Lowers this one diagnostic to a warning: the rule is not sure enough to deny.
    pub fn warn(self) -> Self {
        self.0.level = self.0.level.min(Level::Warn);
        self
    }

    /// A mechanical answer.
    pub fn fix(self, fix: Fix) -> Self {
        self.0.fix = Some(fix);
        self
    }
}
