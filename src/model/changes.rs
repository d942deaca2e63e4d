//! What differs between two sides of a repository, in the field's words: plain data, given a form by `report`.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::date::Date;
use crate::ids::RequirementId;

/// Everything that differs between two sides.
#[derive(Clone, Debug, Serialize)]
pub struct Changes {
    /// The side that is compared from.
    pub before: Point,
    /// The side that is compared to.
    pub after: Point,
    /// The day to which ages and lapses are counted.
    pub as_of: Date,
    /// The figures on both sides.
    pub score: [Figures; 2],
    /// By section, subject and words.
    pub changes: Vec<Change>,
    /// What of either side could not be read, so that nothing is said of it.
    pub unread: Vec<Unread>,
    /// Who has to approve; empty where nothing needs it.
    pub approvals: Vec<Approval>,
    /// What `check` says of the one side and not of the other; `None` where it was not asked.
    pub findings: Option<Findings>,
    /// Whether reviews and acceptances were looked at.
    pub with_history: bool,
}

/// One side of a comparison.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Point {
    /// As it was asked for: `main`, `v1.2`, `the index`, `the files on disk`.
    pub name: String,
    /// The commit that was read, as hex; `None` is the index or the files on disk.
    pub commit: Option<String>,
    /// The commit asked for, as hex, where the one that was read is the merge base below it.
    pub merge_base_of: Option<String>,
}

/// The figures of one side.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Figures {
    /// The SPRS score; `None` where there is none.
    pub score: Option<i32>,
    /// What the figures would allow: final, conditional, none.
    pub allows: &'static str,
    /// Objectives that are met, not met, not applicable, unanswered.
    pub objectives: [usize; 4],
}

/// What a change is about, in the order in which a reviewer reads.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Section {
    /// Who does what: objectives, groups, duties, layers, roles, clauses.
    Ownership,
    /// Determinations, status and score.
    Determinations,
    /// Artifacts and their editions, and where they are cited.
    Evidence,
    /// How one party checks that another's part is really done, interviews and tests.
    Verification,
    /// What "defined" objectives define.
    Values,
    /// Providers, their services, contracts, people, access and connections.
    Providers,
    /// Who tells whom of an incident, and how fast; reporters.
    Handoffs,
    /// Groups, assets, decisions, the system's boundary and connections.
    Scope,
    /// Plans of action and exceptions.
    Poam,
    /// Reviews, acceptances and certifications that no longer cover what stands there, or newly do.
    Reviews,
    /// Who may review and who is trusted: people, roles, review policy, the trust folder.
    Trust,
    /// Rule levels and allows.
    Allows,
    /// Statements, policies and other prose.
    Prose,
    /// Documents that will read otherwise.
    Documents,
}

impl Section {
    /// Every section in order.
    pub const ALL: [Self; 14] = [
        Self::Ownership,
        Self::Determinations,
        Self::Evidence,
        Self::Verification,
        Self::Values,
        Self::Providers,
        Self::Handoffs,
        Self::Scope,
        Self::Poam,
        Self::Reviews,
        Self::Trust,
        Self::Allows,
        Self::Prose,
        Self::Documents,
    ];

    /// Its heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Ownership => "Who does what",
            Self::Determinations => "Determinations and score",
            Self::Evidence => "Evidence",
            Self::Verification => "Verification, interviews and tests",
            Self::Values => "Defined values",
            Self::Providers => "Providers and contracts",
            Self::Handoffs => "Incident handoffs",
            Self::Scope => "Scope",
            Self::Poam => "Plans of action and exceptions",
            Self::Reviews => "Reviews and acceptances",
            Self::Trust => "People, roles and trust",
            Self::Allows => "Rule levels and allows",
            Self::Prose => "Prose",
            Self::Documents => "Documents that will read otherwise",
        }
    }
}

/// How much a reviewer has to look at a change.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// It moves liability or hides something: the contractor leaves a practice, a non-inheritable one is touched, a
    /// verification goes, a rule is lowered.
    StandsOut,
    /// As every change.
    Plain,
    /// Words alone.
    Slight,
}

/// What became of a thing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It is another one.
    Changed,
    /// It has another id or name, and is otherwise the same or nearly so.
    Renamed,
    /// It lies at another path.
    Moved,
}

/// What a change bears on, for who has to approve it: its words are for people alone.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Bears {
    /// The thing itself.
    #[default]
    Thing,
    /// A figure that follows from what was changed elsewhere.
    Figure,
    /// What a provider's own matrix newly contradicts, or no longer does.
    Contradiction,
    /// New evidence, or days of asking for it: nothing is taken away.
    NewEvidence,
    /// A verification, an interview or a test was done once more, and none failed.
    Run,
    /// How a run ended that failed, or did before; or an end beside other terms.
    Outcome,
    /// Telephone numbers, and days of training and screening.
    Contact,
    /// A team at a forge.
    Team,
    /// A provider's own matrix.
    Matrix,
    /// What the assessment is said to be.
    Assessment,
}

/// One thing that differs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Change {
    /// What it is about.
    pub section: Section,
    /// What became of it.
    pub what: What,
    /// How much a reviewer has to look.
    pub weight: Weight,
    /// What it bears on.
    #[serde(skip)]
    pub bears: Bears,
    /// Of what: `AC.L2-3.1.12[b]`, `provider acme-msp`, `artifact alert-test`, `allow of review-due`.
    pub subject: String,
    /// The practice it is about.
    pub practice: Option<RequirementId>,
    /// The letter of the objective it is about.
    pub objective: Option<char>,
    /// The groups it is about; empty is all that are in scope.
    pub groups: Vec<String>,
    /// Parties whose part changes: `contractor` and ids of providers of either side.
    pub parties: BTreeSet<String>,
    /// What there was, in a word or few; `None` if nothing.
    pub before: Option<String>,
    /// What there is.
    pub after: Option<String>,
    /// What became of it, to stand behind the subject and a colon: `contractor to acme-msp`.
    pub sentence: String,
    /// What follows from it, each to stand behind a semicolon: `clause remote now covers nothing`.
    pub follows: Vec<String>,
    /// The words of a prose, where they are told one by one.
    pub words: Vec<Stretch>,
    /// Where it stands: of the side compared to, unless it is gone there.
    pub spot: Option<Spot>,
}

/// A stretch of words in a text that was changed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Stretch {
    /// Whether it stayed, went or came.
    pub mark: Mark,
    /// The words with the spaces between them.
    pub text: String,
}

/// What became of a stretch of words.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// It stands on both sides.
    Same,
    /// It stood on the side compared from alone.
    Dropped,
    /// It stands on the side compared to alone.
    Added,
    /// So many words that stand on both sides are left out here.
    Omitted,
}

/// A place in a file of one side.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub struct Spot {
    /// Relative to the root, with `/`.
    pub path: String,
    /// From 1; `None` where the file is gone or is no text.
    pub line: Option<usize>,
    /// From 1, in Unicode scalars.
    pub column: Option<usize>,
    /// Whether it is a place of the side compared from, because nothing is left on the other.
    pub gone: bool,
}

/// What of one side could not be read.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Unread {
    /// `before` or `after`.
    pub side: &'static str,
    /// Where.
    pub spot: Spot,
    /// Why.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// A party that has to approve, what of, and whether it did.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Approval {
    /// `contractor`, or the id of a provider.
    pub party: String,
    /// Its name for people.
    pub name: String,
    /// Subjects of reviews for the contractor, `duties` for a provider.
    pub asks: Vec<Ask>,
}

/// One thing that a party has to approve.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Ask {
    /// The subject of a review (`AC.L2-3.1.12`, `provider:acme-msp`, `scope`); `duties` for an acceptance; `trust` for a
    /// change of who may speak and of what is reported, which a signature approves.
    pub subject: String,
    /// Why, in sentences; the gravest first.
    pub why: Vec<String>,
    /// Whether a change behind it stands out.
    pub stands_out: bool,
    /// Who may give it: name, address and role.
    pub who: Vec<String>,
    /// The command that records it.
    pub how: String,
    /// Who gave it, if somebody did whose word counts.
    pub given: Option<Given>,
    /// What there is and why it does not count, if there is something.
    pub refused: Vec<String>,
}

/// An approval that counts.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Given {
    /// Who.
    pub by: String,
    /// How strong the proof is: signed, forge, recorded, unsigned; `forge-approval` is the word of a forge about an
    /// account, which nobody signed.
    pub grade: String,
    /// The commit that records it, or that was approved, as hex.
    pub commit: String,
}

/// What `check` says of the one side and not of the other.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Findings {
    /// Denied and warned on the side compared to.
    pub now: [usize; 2],
    /// Of the side compared to alone, the denied first.
    pub added: Vec<Finding>,
    /// Of the side compared from alone.
    pub gone: Vec<Finding>,
}

/// A diagnostic without its pictures.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Finding {
    /// The rule.
    pub rule: &'static str,
    /// deny or warn.
    pub level: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
    /// Where.
    pub spot: Spot,
}

impl Change {
    /// A change of this section, with nothing said of it but the sentence.
    pub fn new(section: Section, what: What, subject: impl Into<String>, sentence: impl Into<String>) -> Self {
        Self {
            section,
            what,
            weight: Weight::Plain,
            bears: Bears::Thing,
            subject: subject.into(),
            practice: None,
            objective: None,
            groups: Vec::new(),
            parties: BTreeSet::new(),
            before: None,
            after: None,
            sentence: sentence.into(),
            follows: Vec::new(),
            words: Vec::new(),
            spot: None,
        }
    }

    /// All of it in a line: the subject, what became of it, and what follows.
    pub fn line(&self) -> String {
        let follows = self.follows.iter().map(|follows| format!("; {follows}"));
        format!("{}: {}{}", self.subject, self.sentence, follows.collect::<String>())
    }
}

impl Ask {
    /// A reason, to stand behind the subject: of `AC.L2-3.1.12[b]: …` under that practice the letter alone.
    pub fn reason<'w>(&self, why: &'w str) -> &'w str {
        why.strip_prefix(self.subject.as_str()).filter(|rest| rest.starts_with('[')).unwrap_or(why)
    }
}

impl Changes {
    /// The changes of a section.
    pub fn of(&self, section: Section) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(move |change| change.section == section)
    }

    /// What nobody has approved who may: the party, and what of.
    pub fn missing(&self) -> impl Iterator<Item = (&Approval, &Ask)> {
        let asks = self.approvals.iter().flat_map(|approval| approval.asks.iter().map(move |ask| (approval, ask)));
        asks.filter(|(_, ask)| ask.given.is_none())
    }
}
