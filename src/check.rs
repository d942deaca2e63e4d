//! Every rule at its level, less what is allowed.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::date::Date;
use crate::diagnostic::{Diagnostic, Fix, Level, Place};
use crate::fix;
use crate::ids::{RequirementId, Span};
use crate::model::assessment::Assessment;
use crate::model::config::{Allow, RuleLevel, Stage};
use crate::rule::{Check, Facts, Group, Report, Rule};
use crate::rules;
use crate::source::Files;
use crate::table;

/// What the command line asks of a check.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Only these rules; empty means every rule.
    pub only: Vec<String>,
    /// Not these rules.
    pub allow: Vec<String>,
    /// The index is being checked: review rules are at most warnings.
    pub staged: bool,
}

/// Runs every rule over the facts; `found` is what reading and linking reported. Sorted by path, line, column, rule.
pub fn run(facts: &Facts, wanted: &Wanted, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut all = found;
    all.extend(rules::RULES.par_iter().with_max_len(1).map(|rule| of_rule(rule, facts)).collect::<Vec<_>>().concat());
    let damaged = damaged(&facts.assessment, &all);
    all.retain(|diagnostic| is_sound(diagnostic, &damaged, &facts.assessment));
    all.retain(|diagnostic| !is_judged_at_home(diagnostic, &facts.assessment));
    let mut levels = Levels::of(facts);
    Levels::report_misuse(facts, &mut all);
    Levels::report_fixed(facts, &mut all);
    all.retain_mut(|diagnostic| levels.apply(diagnostic, wanted, &facts.assessment.files));
    levels.report_idle_allows(facts, wanted, &mut all);
    if levels.building {
        all = folded_by_family(all);
    }
    sort(&mut all, &facts.assessment.files);
    all.dedup();
    all
}

/// What some rules find at their own level, whatever the root has lowered or allowed; `found` is what reading and linking
/// reported. Sorted as a check is.
pub fn of_rules(names: &[&str], facts: &Facts, found: &[Diagnostic]) -> Vec<Diagnostic> {
    let rules = names.iter().filter_map(|name| rule(name));
    let mut all: Vec<Diagnostic> = rules.flat_map(|rule| of_rule(rule, facts)).collect();
    let damaged = damaged(&facts.assessment, found);
    all.retain(|diagnostic| is_sound(diagnostic, &damaged, &facts.assessment));
    sort(&mut all, &facts.assessment.files);
    all.dedup();
    all
}

fn of_rule(rule: &'static Rule, facts: &Facts) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if let Check::Facts(check) = rule.check {
        check(facts, &mut Report::new(rule, &mut found));
    }
    found
}

/// Whether the root keeps a rule from reporting all that it finds: by its level, or by an allow of some of it.
pub fn is_silenced(rule: &Rule, facts: &Facts) -> bool {
    let config = &facts.assessment.config;
    let written = config.rules.iter().find(|(name, _)| name.as_str() == rule.name);
    let level = written.map_or(rule.level, |(_, entry)| level(entry.value.value));
    let is_allowed = config.allow.iter().any(|allow| allow.rule.value == rule.name);
    !is_fixed(rule.name) && (level == Level::Allow || is_allowed)
}

/// The group and default level of a rule by name.
pub fn rule(name: &str) -> Option<&'static Rule> {
    rules::RULES.iter().copied().find(|rule| rule.name == name)
}

fn group(diagnostic: &Diagnostic) -> Group {
    rule(diagnostic.rule).map_or(Group::Format, |rule| rule.group)
}

/// Practices of which something could not be read: what is derived from them would mislead.
fn damaged(assessment: &Assessment, found: &[Diagnostic]) -> BTreeSet<RequirementId> {
    let lost = assessment.practices.iter().filter(|(_, practice)| practice.lost).map(|(id, _)| *id);
    let double = found.iter().filter(|d| d.rule == "duplicate-practice").filter_map(|d| d.practice);
    lost.chain(double).chain(assessment.unread_practices.iter().copied()).collect()
}

/// Whether a diagnostic stands on ground that was read: a broken file gives its own diagnostics and no others, and an
/// unanswered practice gives one.
fn is_sound(diagnostic: &Diagnostic, damaged: &BTreeSet<RequirementId>, assessment: &Assessment) -> bool {
    let Some(id) = diagnostic.practice else { return true };
    let group = group(diagnostic);
    if damaged.contains(&id) && !matches!(group, Group::Format | Group::Review) {
        return false;
    }
    let is_answer =
        matches!(group, Group::Coverage | Group::Division | Group::NonInheritable | Group::TwoSided | Group::Score);
    let derived = is_answer || diagnostic.rule == "review-never";
    let unanswered = assessment.practices.get(&id).is_some_and(|practice| practice.is_unanswered());
    !(derived && unanswered && diagnostic.rule != "unanswered-practice")
}

/// What a practice of the extended root names of its own root, which does not come with it: that root's check judges it.
const OF_HOME: [&str; 5] = ["dangling-group", "dangling-poam", "dangling-exception", "unnamed-party", "stranger-party"];

fn is_judged_at_home(diagnostic: &Diagnostic, assessment: &Assessment) -> bool {
    let Place::Span(span) = &diagnostic.place else { return false };
    let of_practice = || assessment.practices.values().any(|practice| practice.inherited && practice.file == span.file);
    OF_HOME.contains(&diagnostic.rule) && of_practice()
}

/// Levels of the root: what is remapped, allowed, and used.
struct Levels {
    by_name: BTreeMap<String, Level>,
    allows: Vec<(Allow, bool)>,
    building: bool,
    as_of: Date,
}

impl Levels {
    fn of(facts: &Facts) -> Self {
        let config = &facts.assessment.config;
        let by_name = config.rules.iter().map(|(name, entry)| (name.clone(), level(entry.value.value))).collect();
        Self {
            by_name,
            allows: config.allow.iter().map(|allow| (allow.clone(), false)).collect(),
            building: config.stage.as_ref().is_some_and(|stage| stage.value == Stage::Building),
            as_of: facts.as_of,
        }
    }

    /// Names of rules that do not exist.
    fn report_misuse(facts: &Facts, all: &mut Vec<Diagnostic>) {
        let config = &facts.assessment.config;
        let names: Vec<&str> = rules::RULES.iter().map(|rule| rule.name).collect();
        let written = config.rules.iter().map(|(name, entry)| (name.as_str(), entry.key));
        let written = written.chain(config.allow.iter().map(|allow| (allow.rule.as_str(), allow.rule.span)));
        for (name, span) in written.filter(|(name, _)| !names.contains(name)) {
            let help = match table::nearest(name, &names) {
                Some(near) => format!("did you mean `{near}`? `demarcate explain rules` lists every rule"),
                None => "`demarcate explain rules` lists every rule".to_owned(),
            };
            all.push(
                Diagnostic::new("unknown-rule", format!("no rule is called `{}`", name.escape_debug()), span)
                    .label("no such rule")
                    .help(help),
            );
        }
    }

    /// Levels and allows of what no root may lower.
    fn report_fixed(facts: &Facts, all: &mut Vec<Diagnostic>) {
        let config = &facts.assessment.config;
        let lowered = config.rules.iter().filter(|(_, entry)| entry.value.value != RuleLevel::Deny);
        let lowered = lowered.map(|(name, entry)| (name.as_str(), entry.key));
        let written = lowered.chain(config.allow.iter().map(|allow| (allow.rule.as_str(), allow.rule.span)));
        all.extend(written.filter(|(name, _)| is_fixed(name)).map(|(name, span)| {
            let (why, instead) = why_fixed(name);
            Diagnostic::new("wrong-value", format!("`{name}` is always denied: {why}"), span)
                .label("cannot be lowered")
                .help(format!("remove this, and {instead}"))
        }));
        let blank = config.allow.iter().filter(|allow| allow.reason.trim().is_empty());
        all.extend(blank.map(|allow| {
            Diagnostic::new("wrong-value", format!("the allow of `{}` gives no reason", allow.rule), allow.reason.span)
                .label("empty")
                .help("say why it is accepted, for whoever reads this in a year")
        }));
    }

    /// Sets the level; false drops the diagnostic.
    fn apply(&mut self, diagnostic: &mut Diagnostic, wanted: &Wanted, files: &Files) -> bool {
        let rule = rule(diagnostic.rule);
        debug_assert!(rule.is_some(), "{} has no page", diagnostic.rule);
        let default = rule.map_or(Level::Deny, |rule| rule.level);
        let group = group(diagnostic);
        diagnostic.level = match self.by_name.get(diagnostic.rule) {
            Some(level) if !is_fixed(diagnostic.rule) => *level,
            _ => diagnostic.level.min(default),
        };
        let is_lowered_by_stage = matches!(group, Group::Review | Group::Evidence) && !is_fixed(diagnostic.rule);
        let lowered = (self.building && is_lowered_by_stage) || (wanted.staged && group == Group::Review);
        if lowered {
            diagnostic.level = diagnostic.level.min(Level::Warn);
        }
        if self.is_allowed(diagnostic, files) || wanted.allow.iter().any(|name| name == diagnostic.rule) {
            return false;
        }
        diagnostic.level != Level::Allow
            && (wanted.only.is_empty() || wanted.only.iter().any(|name| name == diagnostic.rule))
    }

    fn is_allowed(&mut self, diagnostic: &Diagnostic, files: &Files) -> bool {
        let as_of = self.as_of;
        let matching = self.allows.iter_mut().filter(|(allow, _)| {
            let current = allow.until.as_ref().is_none_or(|until| until.value >= as_of);
            current
                && !is_fixed(diagnostic.rule)
                && allow.rule.value == diagnostic.rule
                && is_within(allow, diagnostic, files)
        });
        matching.map(|(_, used)| *used = true).count() > 0
    }

    /// Allows that have lapsed or match nothing.
    fn report_idle_allows(&self, facts: &Facts, wanted: &Wanted, all: &mut Vec<Diagnostic>) {
        let known = |name: &str| rule(name).is_some();
        let mut idle = Vec::new();
        for (allow, used) in self.allows.iter().filter(|(allow, _)| known(&allow.rule)) {
            let lapsed = allow.until.as_ref().filter(|until| until.value < self.as_of);
            if let Some(until) = lapsed {
                let message = format!("the allow of `{}` lapsed on {}", allow.rule, until.value);
                let mut lapsed = Diagnostic::new("lapsed-allow", message, until.span)
                    .label("in the past")
                    .help("correct what it allowed, or decide again and write a later day");
                lapsed.fix = removal(allow, &facts.assessment.files);
                idle.push(lapsed);
            } else if !used && !is_fixed(&allow.rule) && !is_out_of_sight(allow, facts, wanted) {
                let message = format!("the allow of `{}` matches nothing", allow.rule);
                let mut unused =
                    Diagnostic::new("idle-allow", message, allow.rule.span).label("nothing to allow").help("remove it");
                unused.fix = removal(allow, &facts.assessment.files);
                idle.push(unused);
            }
        }
        for mut diagnostic in idle {
            let default = rule(diagnostic.rule).map_or(Level::Deny, |rule| rule.level);
            diagnostic.level = self.by_name.get(diagnostic.rule).copied().unwrap_or(default);
            let only = wanted.only.is_empty() || wanted.only.iter().any(|name| name == diagnostic.rule);
            if only && diagnostic.level != Level::Allow && !wanted.allow.iter().any(|name| name == diagnostic.rule) {
                all.push(diagnostic);
            }
        }
    }
}

/// The whole table of an allow taken away; whoever accepted it has to agree.
fn removal(allow: &Allow, files: &Files) -> Option<Fix> {
    let text = &files.get(allow.rule.span.file)?.text;
    let stretch = fix::table_around(text, "[[allow]]", allow.rule.span.start)?;
    Some(Fix::offered(Span { start: stretch.start, end: stretch.end, ..allow.rule.span }, ""))
}

/// Whether no root may lower a rule: what it reports holds back every other diagnostic of a file, or the root itself is
/// in doubt.
fn is_fixed(rule: &str) -> bool {
    matches!(rule, "syntax" | "not-utf8" | "unreadable-file") || is_about_trust(rule)
}

/// Whether a rule reports who may have written the very file that would lower it.
fn is_about_trust(rule: &str) -> bool {
    matches!(rule, "unsigned-policy-change" | "untrusted-trust-change" | "wrong-trust-root")
}

/// Why no root may lower a rule, and what to do instead.
fn why_fixed(rule: &str) -> (&'static str, &'static str) {
    if is_about_trust(rule) {
        ("who makes such a change could lower it in the same commit", "undo or sign the change that it reports")
    } else {
        ("what cannot be read would hide every other problem of its file", "correct the file that cannot be read")
    }
}

/// Whether the rule of an allow did not run, so that nothing can be said of it.
fn is_out_of_sight(allow: &Allow, facts: &Facts, wanted: &Wanted) -> bool {
    let review = rule(&allow.rule).is_some_and(|rule| rule.group == Group::Review);
    (review && (facts.history.is_none() || wanted.staged)) || !wanted.only.is_empty()
}

fn level(written: RuleLevel) -> Level {
    match written {
        RuleLevel::Allow => Level::Allow,
        RuleLevel::Warn => Level::Warn,
        RuleLevel::Deny => Level::Deny,
    }
}

/// Whether a diagnostic lies within what an allow names: a practice, an objective, a provider or a path.
fn is_within(allow: &Allow, diagnostic: &Diagnostic, files: &Files) -> bool {
    let Some(within) = &allow.within else { return true };
    let within = within.value.as_str();
    let practice = diagnostic.practice.map(|id| id.to_string());
    let objective = diagnostic.practice.zip(diagnostic.objective).map(|(id, letter)| format!("{id}[{letter}]"));
    let path = path_of(&diagnostic.place, files);
    practice.as_deref() == Some(within)
        || objective.as_deref() == Some(within)
        || diagnostic.provider.as_deref() == Some(within)
        || path == within
        || (within.ends_with('/') && path.starts_with(within))
}

/// The path a diagnostic points into, relative to the root.
pub fn path_of<'a>(place: &'a Place, files: &'a Files) -> &'a str {
    match place {
        Place::Span(span) => files.path(*span),
        Place::Path(path) => path,
    }
}

/// While a repository is being written, review and evidence rules take one line a family.
fn folded_by_family(all: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut kept = Vec::new();
    let mut folds: BTreeMap<(&'static str, &'static str), (Diagnostic, usize)> = BTreeMap::new();
    for diagnostic in all {
        let foldable = matches!(group(&diagnostic), Group::Review | Group::Evidence);
        match diagnostic.practice.filter(|_| foldable) {
            Some(id) => {
                let fold = folds.entry((id.family(), diagnostic.rule)).or_insert_with(|| (diagnostic.clone(), 0));
                if diagnostic.practice < fold.0.practice {
                    fold.0 = diagnostic;
                }
                fold.1 += 1;
            }
            None => kept.push(diagnostic),
        }
    }
    for ((family, _), (mut diagnostic, count)) in folds {
        if count > 1 {
            diagnostic.message = format!("{} (and {} more in {family})", diagnostic.message, count - 1);
        }
        kept.push(diagnostic);
    }
    kept
}

/// By path, line, column, rule, message.
fn sort(all: &mut [Diagnostic], files: &Files) {
    let position = |place: &Place| match place {
        Place::Span(Span { file, start, end }) => files.position(Span { file: *file, start: *start, end: *end }),
        Place::Path(_) => (0, 0),
    };
    all.sort_by_cached_key(|diagnostic| {
        let path = path_of(&diagnostic.place, files).to_owned();
        (path, position(&diagnostic.place), diagnostic.rule, diagnostic.message.clone())
    });
}
