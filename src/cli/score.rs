//! `score`.

use clap::ValueEnum;
use serde::Serialize;

use super::Context;
use super::outcome::{Ended, Outcome};
use super::remembered::{self, Asked};
use super::root::{Root, Which};
use crate::catalog::Catalog;
use crate::facts;
use crate::ids::RequirementId;
use crate::model::practice::Answer;
use crate::model::score::{Finding, Score};
use crate::report;
use crate::score;

/// The SPRS score by requirement, what the POA&M law allows, and what blocks a conditional status
///
/// Weights are those of 32 CFR 170.24(c)(2) and DoDAM Annex A, eligibility is 32 CFR 170.21(a)(2). An unanswered
/// objective counts as not met. Without an up-to-date SSP (3.12.4[a] and [h]) there is no score.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The form of the output
    #[arg(long, value_name = "FORM", default_value = "text")]
    format: Form,
    /// Read this commit instead of the work tree
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
}

/// The form of the output.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Form {
    /// For people.
    Text,
    /// For programs, version 1.
    Json,
}

pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let root = Root::open(context)?;
    let which = Which::of(false, args.rev.as_deref());
    let asked = Asked { command: "score", options: format!("{args:?}"), which: &which };
    remembered::or_made(&asked, &root, context, &mut |context| made(args, &which, &root, context))
}

fn made(args: &Args, which: &Which, root: &Root, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let tree = root.tree(which)?;
    let score = score::of(&facts::assessment(&tree)?);
    let text = match args.format {
        Form::Text => text(&score, context.common.verbose),
        Form::Json => json(&score),
    };
    context.say(&text)?;
    Ok(Outcome::Clean)
}

/// `score --format json`, version 1.
#[derive(Serialize)]
struct Document<'a> {
    version: u8,
    score: Option<i32>,
    reason: Option<&'a str>,
    maximum: i32,
    minimum: i32,
    status: &'static str,
    requirements: Vec<Row>,
    blocks: &'a [String],
}

#[derive(Serialize)]
struct Row {
    id: RequirementId,
    weight: Option<u8>,
    lost: u8,
    result: Finding,
    objectives: std::collections::BTreeMap<char, Option<Answer>>,
    poam: &'static str,
}

fn json(score: &Score) -> String {
    let requirements = score.requirements.iter().map(|requirement| Row {
        id: requirement.id,
        weight: requirement.weight,
        lost: requirement.lost,
        result: requirement.result,
        objectives: requirement.objectives.iter().copied().collect(),
        poam: requirement.poam,
    });
    let document = Document {
        version: 1,
        score: score.score,
        reason: score.reason.as_deref(),
        maximum: score.maximum,
        minimum: score.minimum,
        status: score.status.word(),
        requirements: requirements.collect(),
        blocks: &score.blocks,
    };
    as_json(&document)
}

/// Pretty JSON with a newline at the end.
pub(crate) fn as_json(document: &impl Serialize) -> String {
    report::json_text(document)
}

fn text(score: &Score, verbose: bool) -> String {
    let mut out = match (score.score, &score.reason) {
        (Some(figure), _) => format!("score {figure} of {} (least {})\n", score.maximum, score.minimum),
        (None, reason) => format!("no score: {}\n", reason.as_deref().unwrap_or_default()),
    };
    let open: Vec<_> = score.requirements.iter().filter(|r| r.result == Finding::NotMet).collect();
    let met = score.requirements.len() - open.len();
    out.push_str(&format!("{met} of {} requirements met or not applicable\n", score.requirements.len()));
    let mut by_loss = open.clone();
    by_loss.sort_by_key(|requirement| (std::cmp::Reverse(requirement.lost), requirement.id));
    if !by_loss.is_empty() {
        out.push_str("\n  lost  requirement   POA&M         open objectives\n");
    }
    let shown = if verbose { by_loss.len() } else { 20 };
    for requirement in by_loss.iter().take(shown) {
        let letters: Vec<String> =
            requirement.objectives.iter().filter_map(|(letter, answer)| open_letter(*letter, *answer)).collect();
        let partial = if requirement.partial { " (partial credit)" } else { "" };
        let title = Catalog::rev2().requirement(requirement.id).map_or("", |r| r.title);
        out.push_str(&format!(
            "  {:>4}  {:<12}  {:<12}  {}  {title}{partial}\n",
            requirement.lost,
            requirement.id,
            requirement.poam,
            letters.join("")
        ));
    }
    if by_loss.iter().any(|requirement| requirement.objectives.iter().any(|(_, answer)| answer.is_none())) {
        out.push_str("  a letter with ? has no answer yet, which counts as not met\n");
    }
    if by_loss.len() > shown {
        out.push_str(&format!("  and {} more (-v shows all)\n", by_loss.len() - shown));
    }
    out.push_str(&format!("\nthe figures would allow: {} (not a status granted)\n", score.status.word()));
    let most = if verbose { score.blocks.len() } else { 8 };
    for block in score.blocks.iter().take(most) {
        out.push_str(&format!("  blocks conditional: {block}\n"));
    }
    if score.blocks.len() > most {
        out.push_str(&format!("  and {} more (-v shows all)\n", score.blocks.len() - most));
    }
    out
}

fn open_letter(letter: char, answer: Option<Answer>) -> Option<String> {
    match answer {
        Some(Answer::Met | Answer::NotApplicable) => None,
        Some(Answer::NotMet) => Some(format!("[{letter}]")),
        None => Some(format!("[{letter}?]")),
    }
}
