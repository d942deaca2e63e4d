//! `status`.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Context;
use super::outcome::{Ended, Outcome};
use super::remembered::{self, Asked};
use super::root::{Root, Which};
use super::score::{Form, as_json};
use crate::dashboard::{self, Dashboard, Deadline};
use crate::report;

/// The dashboard: score, ownership by family, what is unanswered, evidence, reviews, dates counting down, points at risk
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The form of the output
    #[arg(long, value_name = "FORM", default_value = "text")]
    format: Form,
    /// Read this commit instead of the work tree
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
    /// Leave reviews out: for a plain folder or a shallow clone
    #[arg(long)]
    without_history: bool,
}

pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let root = Root::open(context)?;
    let which = Which::of(false, args.rev.as_deref());
    let asked = Asked { command: "status", options: format!("{args:?}"), which: &which };
    remembered::or_made(&asked, &root, context, &mut |context| made(args, &which, &root, context))
}

fn made(args: &Args, which: &Which, root: &Root, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let (facts, _) = root.facts(which, args.without_history, context)?;
    let dashboard = dashboard::of(&facts);
    let text = match args.format {
        Form::Text => text(&dashboard),
        Form::Json => as_json(&Document { version: 1, dashboard: &dashboard }),
    };
    context.say(&text)?;
    Ok(Outcome::Clean)
}

#[derive(Serialize)]
struct Document<'a> {
    version: u8,
    #[serde(flatten)]
    dashboard: &'a Dashboard,
}

fn text(dashboard: &Dashboard) -> String {
    let parts = [heading, families, states, acceptances, at_risk, dates];
    parts.map(|part| part(dashboard)).concat()
}

fn heading(dashboard: &Dashboard) -> String {
    let score = match (dashboard.score, &dashboard.reason) {
        (Some(score), _) => format!("{score} of {}", dashboard.maximum),
        (None, reason) => format!("none: {}", reason.as_deref().unwrap_or_default()),
    };
    format!(
        "{} as of {}\nscore     {score}; the figures would allow {}\nanswered  {} of {} objectives; {} met, {} not met, {} not applicable\n\n",
        report::visible(&dashboard.organization),
        dashboard.as_of,
        dashboard.allows,
        dashboard.objectives - dashboard.unanswered,
        dashboard.objectives,
        dashboard.met,
        dashboard.not_met,
        dashboard.not_applicable,
    )
}

fn families(dashboard: &Dashboard) -> String {
    let mut out = String::from("family  contractor  provider  shared  n/a  nobody  lost  unanswered\n");
    for family in &dashboard.families {
        out.push_str(&format!(
            "{:<6}  {:>10}  {:>8}  {:>6}  {:>3}  {:>6}  {:>4}  {:>10}\n",
            family.family,
            family.contractor,
            family.provider,
            family.shared,
            family.not_applicable,
            family.nobody,
            family.lost,
            family.unanswered
        ));
    }
    out + "\n"
}

fn states(dashboard: &Dashboard) -> String {
    let list = |counts: &BTreeMap<&'static str, usize>| {
        let parts: Vec<String> = counts.iter().map(|(word, count)| format!("{count} {word}")).collect();
        if parts.is_empty() { "none".to_owned() } else { parts.join(", ") }
    };
    let reviews = match &dashboard.reviews {
        Some(counts) => format!("practices: {}", list(counts)),
        None => "not looked at".to_owned(),
    };
    format!("evidence  {}\nreviews   {reviews}\n\n", list(&dashboard.evidence))
}

/// One line a provider.
fn acceptances(dashboard: &Dashboard) -> String {
    let rows = dashboard.acceptances.iter().flatten();
    let width = rows.clone().map(|row| row.provider.chars().count()).max().unwrap_or(0);
    let mut out = String::new();
    for row in rows {
        let by = row.by.iter().map(|by| by.split('<').next().unwrap_or(by).trim());
        let on = by.zip(row.date).map(|(by, date)| format!("  {date} by {}", report::visible(by)));
        let why = row.why.first().map(|why| report::visible(why)).map(|why| match row.why.len() {
            1 => format!(": {why}"),
            count => format!(": {why}; and {} more", count - 1),
        });
        let duties = if row.duties == 1 { "1 duty".to_owned() } else { format!("{} duties", row.duties) };
        let (on, why): (String, String) = (on.collect(), why.into_iter().collect());
        out.push_str(&format!("  {:<width$}  {duties:>10}  {:<12}{on}{why}\n", row.provider, row.state));
    }
    if out.is_empty() { out } else { format!("duties accepted by providers\n{out}\n") }
}

fn at_risk(dashboard: &Dashboard) -> String {
    if dashboard.at_risk.is_empty() {
        return "points at risk: none\n\n".to_owned();
    }
    let mut out = String::from("points at risk, most first\n");
    for row in &dashboard.at_risk {
        out.push_str(&format!(
            "  {:>2}  {:<12}  {}\n",
            row.points,
            row.practice.to_string(),
            report::visible(&row.why)
        ));
    }
    out + "\n"
}

fn dates(dashboard: &Dashboard) -> String {
    let near = match dashboard.dates.as_slice() {
        [] => "no date in the next 90 days\n".to_owned(),
        rows => format!("dates counting down\n{}{}", rows.iter().take(MOST).map(date).collect::<String>(), rest(rows)),
    };
    let later = match dashboard.later.as_slice() {
        [] => String::new(),
        rows => format!("\nfurther ahead\n{}", rows.iter().map(date).collect::<String>()),
    };
    near + &later
}

/// How many dates are printed; the JSON has all.
const MOST: usize = 50;

fn rest(rows: &[Deadline]) -> String {
    match rows.len().saturating_sub(MOST) {
        0 => String::new(),
        more => format!("  and {more} more in the next 90 days: `--format json` has them\n"),
    }
}

fn date(row: &Deadline) -> String {
    let days = match row.days {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        -1 => "yesterday".to_owned(),
        days if days < 0 => format!("{} days ago", -days),
        days => format!("in {days} days"),
    };
    format!("  {}  {days:<13}  {}\n", row.date, report::visible(&row.what))
}
