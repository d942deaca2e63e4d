//! What the affirming official is shown before signing: one page of plain data.

use serde::Serialize;

/// The packet of an affirmation.
#[derive(Clone, Debug, Serialize)]
pub struct Affirmation {
    /// What the official states, and where that is laid down.
    pub statement: String,
    /// The affirming official of `demarcate.toml`.
    pub official: Option<Official>,
    /// The score that is affirmed; none where there is none.
    pub score: Option<i32>,
    /// Why there is no score.
    pub reason: Option<String>,
    /// The most there can be.
    pub maximum: i32,
    /// What the figures would allow: final, conditional or none.
    pub allows: String,
    /// What is claimed.
    pub claim: Option<String>,
    /// The last affirmation that counts.
    pub last: Option<Last>,
    /// What changed since, by subject; none where nothing can be compared.
    pub changes: Option<Vec<Changed>>,
    /// Requirements that are not met.
    pub not_met: Vec<NotMet>,
    /// Subjects by the state of their review, where that is not current or due; none where no history was read.
    pub reviews: Option<Vec<Standing>>,
    /// Providers whose duties are not accepted as they stand.
    pub unaccepted: Vec<Unaccepted>,
    /// What lapses or falls due in the next 90 days, or has.
    pub lapsing: Vec<Lapse>,
    /// What is open at deny level, each to be acknowledged by its name.
    pub open: Vec<Open>,
    /// What those who answer for practices have certified, by family.
    pub certified: Vec<Certified>,
}

/// The affirming official.
#[derive(Clone, Debug, Serialize)]
pub struct Official {
    /// The name.
    pub name: String,
    /// The title.
    pub title: Option<String>,
    /// The address to write to.
    pub email: Option<String>,
    /// The telephone number.
    pub phone: Option<String>,
}

/// An earlier affirmation.
#[derive(Clone, Debug, Serialize)]
pub struct Last {
    /// The day.
    pub date: String,
    /// By whom.
    pub by: String,
    /// The commit.
    pub commit: String,
    /// How strong the proof is.
    pub grade: String,
    /// The day by which the next one is due: a year later (32 CFR 170.22).
    pub next_due: String,
    /// The score that the commit's own files give.
    pub score: Option<i32>,
    /// What it named as open and known.
    pub acknowledged: Vec<String>,
}

/// A subject that changed.
#[derive(Clone, Debug, Serialize)]
pub struct Changed {
    /// Its id.
    pub id: String,
    /// How, in sentences.
    pub said: Vec<String>,
}

/// A requirement that is not met.
#[derive(Clone, Debug, Serialize)]
pub struct NotMet {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The points that it costs.
    pub lost: u8,
    /// Open POA&M items for it, with the day each is due.
    pub plans: Vec<String>,
}

/// Subjects in one state.
#[derive(Clone, Debug, Serialize)]
pub struct Standing {
    /// The state.
    pub state: String,
    /// Which.
    pub ids: Vec<String>,
}

/// A provider whose duties are not accepted as they stand.
#[derive(Clone, Debug, Serialize)]
pub struct Unaccepted {
    /// What it is called.
    pub provider: String,
    /// Why.
    pub why: String,
}

/// A day that comes, or has passed.
#[derive(Clone, Debug, Serialize)]
pub struct Lapse {
    /// The day.
    pub date: String,
    /// Days from the as-of day; negative in the past.
    pub days: i64,
    /// What.
    pub what: String,
}

/// Something open at deny level.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Open {
    /// Its name: the rule and the place.
    pub name: String,
    /// What is wrong, the first of them.
    pub message: String,
    /// What else is wrong under this name, each once.
    pub more: Vec<String>,
    /// How many have this name.
    pub count: usize,
}

/// What is certified of a family.
#[derive(Clone, Debug, Serialize)]
pub struct Certified {
    /// Two letters.
    pub family: String,
    /// How many of its practices are certified as they stand.
    pub count: usize,
    /// How many it has.
    pub of: usize,
    /// By whom, with the day.
    pub by: Vec<String>,
}
