//! The words of the field, one a thing, in a sentence or two each.

use super::filled;

/// A word, other spellings of it, and what it means here.
struct Entry {
    word: &'static str,
    also: &'static [&'static str],
    meaning: &'static str,
}

const fn entry(word: &'static str, also: &'static [&'static str], meaning: &'static str) -> Entry {
    Entry { word, also, meaning }
}

const ENTRIES: [Entry; 27] = [
    entry(
        "acceptance",
        &["accept"],
        "A provider's representative agrees to the duties that the contractor assigned to it. It is a commit trailer, and it covers the duties as they stood then: change one, and it has to be accepted again.",
    ),
    entry(
        "affirmation",
        &["affirm"],
        "The yearly statement of the affirming official that the system still complies. Not the same as an attestation, which is a signature over files.",
    ),
    entry(
        "artifact",
        &["artifacts", "edition", "series"],
        "A thing an assessor examines: a policy, a log, a screenshot, a letter. It is a series with editions; practices cite the series, so next quarter's edition changes no practice.",
    ),
    entry(
        "attestation",
        &[],
        "A signed statement about files, as in a release bundle. Never used for the yearly affirmation.",
    ),
    entry(
        "contractor",
        &["osc"],
        "The organization that seeks certification, and the reserved id of that party. Whatever a provider does, the contractor answers for it.",
    ),
    entry(
        "crm",
        &["customer responsibility matrix", "srm"],
        "The customer responsibility matrix: who does what, by practice and by objective. The contractor's is printed from the responsibilities; a provider's own is kept beside it and compared.",
    ),
    entry(
        "determination",
        &["determinations", "met", "not-met", "not-applicable"],
        "The answer to an objective: met, not-met or not-applicable. An objective without one counts as not met.",
    ),
    entry(
        "diagnostic",
        &["diagnostics"],
        "What this tool reports: a rule, a place, what is wrong and what to do. What an assessor concludes is a finding.",
    ),
    entry(
        "duty",
        &["duties"],
        "What one party does for a practice, in a sentence that divides the work: who, what, how often, until when.",
    ),
    entry(
        "evidence",
        &[],
        "The relation between an artifact and the objectives it shows, with the page or cell to look at. The thing itself is the artifact.",
    ),
    entry(
        "finding",
        &["findings"],
        "The result for a requirement: met, not met or not applicable. It is the assessor's word; what this tool reports is a diagnostic.",
    ),
    entry(
        "layer",
        &["layers"],
        "A link of the chain that an assessor walks from the rule to the daily work: capability, configuration, policy, procedure, operation.",
    ),
    entry(
        "level",
        &["levels", "allow", "warn", "deny"],
        "How much a diagnostic matters: deny makes `check` exit with 1, warn is shown, allow is not. `[rules]` and `[[allow]]` of demarcate.toml set it.",
    ),
    entry(
        "objective",
        &["objectives"],
        "One of the 320 things that SP 800-171A has an assessor determine, 3.1.1[a]. A requirement is met when all of its objectives are met or not applicable.",
    ),
    entry(
        "ownership",
        &["shared"],
        "What the responsibilities of a practice add up to: the contractor, providers, both (shared), or nobody where nothing is applicable.",
    ),
    entry(
        "party",
        &["parties"],
        "Who may own a part of the work: the contractor, or a provider by its id or one of its aliases.",
    ),
    entry(
        "poam",
        &["poa&m", "plan of action"],
        "A plan of action and milestones: one open weakness with its steps and dates. 32 CFR 170.21(a)(2) says which requirements one may hold while a status is conditional, and it has to be closed within 180 days.",
    ),
    entry(
        "practice",
        &["practices"],
        "The organization's record of how it meets one requirement: one file in practices/, with its responsibilities, evidence and determinations.",
    ),
    entry(
        "provider",
        &["providers", "esp", "msp", "mssp", "csp"],
        "An external organization that the system rests on. Most are external service providers (ESP): a cloud (CSP), a managed service (MSP) or security (MSSP) provider, or a fourth party behind one.",
    ),
    entry(
        "requirement",
        &["requirements"],
        "What SP 800-171 Rev 2 asks, 3.1.1: one of 110. Not met, it costs 1, 3 or 5 points; 3.12.4, the SSP, has none, and without it there is no score.",
    ),
    entry(
        "responsibility",
        &["responsibilities"],
        "One party's part of one practice: its objectives, layers, duty, evidence, and how the contractor checks that it is done. Rows of the responsibility matrix are made of these.",
    ),
    entry(
        "review",
        &["reviews"],
        "Somebody with the authority looked at a practice at a commit and recorded the outcome in the commit's trailer. It covers what the practice said then, so a change of substance makes it stale.",
    ),
    entry("root", &[], "The folder that holds demarcate.toml. One Git repository may hold several."),
    entry(
        "scope",
        &["group", "groups"],
        "The parts of the system that a responsibility covers, by groups of assets.toml; unsaid means all that are in scope.",
    ),
    entry(
        "score",
        &["sprs"],
        "110 less the weight of every requirement that is not met, down to -203; 88 is the least for a conditional status. Without an up-to-date SSP there is none.",
    ),
    entry(
        "ssp",
        &["system security plan"],
        "The system security plan that 3.12.4 asks for: boundary, environment, how each requirement is met, connections to other systems.",
    ),
    entry(
        "verification",
        &[],
        "How one party checks that another's part is really done: what is tried, how often, by which role, and the record of it.",
    ),
];

/// The entry of a word, if it has one.
pub fn page(name: &str) -> Option<String> {
    let name = name.to_lowercase();
    let entry = ENTRIES.iter().find(|entry| entry.word == name || entry.also.contains(&name.as_str()))?;
    Some(format!("{}\n\n{}", entry.word, filled("  ", 2, entry.meaning)))
}

/// Every word that has an entry.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    ENTRIES.iter().flat_map(|entry| std::iter::once(entry.word).chain(entry.also.iter().copied()))
}
