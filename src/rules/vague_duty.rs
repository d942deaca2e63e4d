use std::collections::BTreeSet;
use std::sync::OnceLock;

use crate::catalog::Requirement;
use crate::ids::RequirementId;
use crate::model::Filed;
use crate::model::practice::{Practice, Responsibility};
use crate::rule::{Facts, Report, rule};
use crate::words::{self, stem};

rule! {
    /// A duty divides nothing: it names parties or documents, and no deed.
    ///
    /// ## Why it matters
    /// An assessor reads the duty aloud and asks each party what it does. "Shared between contractor and MSP" or
    /// "MSP handles this" leaves both free to point at the other, and the requirement then falls to the contractor as
    /// not met. The scoping guide for Level 2 (32 CFR 170.19(c)(2)) wants the responsibility matrix to say which part
    /// is the provider's and which is the contractor's.
    ///
    /// Words that surely divide nothing are denied; a duty that only names a topic is a warning, since it may be meant
    /// well.
    ///
    /// ## Example
    /// ```toml practices/MP.L2-3.8.7.toml
    /// practice = "MP.L2-3.8.7"
    /// ownership = "contractor"
    /// status = "implemented"
    /// statement = "The contractor blocks removable media on every host but two."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "procedure", "configuration", "operation"]
    /// objectives = ["a"]
    /// duty = "Responsible for compliance with this control."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-mp" }, { artifact = "procedure-it" }, { artifact = "ticket-log" }]
    ///
    /// [determinations]
    /// a = "met"
    /// ```
    /// Use instead:
    /// ```toml practices/MP.L2-3.8.7.toml
    /// practice = "MP.L2-3.8.7"
    /// ownership = "contractor"
    /// status = "implemented"
    /// statement = "The contractor blocks removable media on every host but two."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "procedure", "configuration", "operation"]
    /// objectives = ["a"]
    /// duty = "Blocks USB storage by group policy and opens it for the two scanning stations that the ISSO named."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-mp" }, { artifact = "procedure-it" }, { artifact = "ticket-log" }]
    ///
    /// [determinations]
    /// a = "met"
    /// ```
    "vague-duty", Division, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let names = facts.assessment.party_names();
    for (id, practice) in &facts.assessment.practices {
        let requirement = facts.assessment.requirement(*id);
        for part in &practice.responsibility {
            report_part(*id, requirement, practice, part, &names, report);
        }
    }
}

fn report_part(
    id: RequirementId,
    requirement: &Requirement,
    practice: &Filed<Practice>,
    part: &Responsibility,
    names: &[Vec<String>],
    report: &mut Report<'_>,
) {
    // A share with a blank side has a rule of its own.
    let Some(fault) = fault(&part.duty, names, requirement) else { return };
    if fault == Fault::Blank && practice.is_one_sided_share(requirement) {
        return;
    }
    let draft = report
        .add(format!("the duty of `{}` {}", part.party, fault.says()), part.duty.span)
        .label(fault.label())
        .help(HELP)
        .practice(id);
    if !fault.is_sure() {
        draft.warn();
    }
}

const HELP: &str = "say what this party does, to what, and when, so that nobody else could read it as theirs: \"Disables the account \
     within one hour of the leaver's ticket\"";

/// Why a duty divides nothing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Fault {
    /// Nothing is written.
    Blank,
    /// A mark that something is to be written.
    Placeholder,
    /// Parties, responsibility and pronouns, and no deed.
    NoDeed,
    /// It says that it is shared, and not how.
    Sharing,
    /// It points to another document.
    Elsewhere,
    /// It says that it is inherited, and not what.
    Inheriting,
    /// One word of substance.
    Thin,
    /// The topic of the practice, without a deed of its own.
    Topic,
    /// It says that it is shared, among more words.
    LongSharing,
}

impl Fault {
    /// Whether the words can hardly be meant otherwise.
    pub(crate) fn is_sure(self) -> bool {
        self < Self::Thin
    }

    fn says(self) -> &'static str {
        match self {
            Self::Blank => "is blank",
            Self::Placeholder => "is still to be written",
            Self::NoDeed => "names no deed",
            Self::Sharing => "says that it is shared, and not who does what",
            Self::Elsewhere => "points to another document and says nothing itself",
            Self::Inheriting => "says that something is inherited, and not what",
            Self::Thin => "may divide nothing: it has one word of substance",
            Self::Topic => "may divide nothing: it repeats what the practice is about",
            Self::LongSharing => "may divide nothing: it says that a topic is shared",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Blank => "blank",
            Self::Placeholder => "a placeholder",
            Self::Thin | Self::Topic | Self::LongSharing => "who would know from this what to do?",
            _ => "divides nothing",
        }
    }
}

/// What is wrong with a duty on a requirement, if anything is; `names` are the words of every party's names.
pub(crate) fn fault(duty: &str, names: &[Vec<String>], requirement: &Requirement) -> Option<Fault> {
    if duty.trim().is_empty() {
        return Some(Fault::Blank);
    }
    let clauses: Vec<Clause> = clauses(duty, names).into_iter().filter(|clause| !clause.tokens.is_empty()).collect();
    if clauses.iter().all(|clause| clause.tokens.iter().all(|token| is_placeholder(token))) {
        return Some(Fault::Placeholder);
    }
    let faults: Option<Vec<Fault>> = clauses.iter().map(Clause::fault).collect();
    match faults {
        Some(faults) => faults.into_iter().max(),
        None => weak_whole(&clauses, requirement),
    }
}

/// What is doubtful of a duty of which at least one clause has substance.
fn weak_whole(clauses: &[Clause], requirement: &Requirement) -> Option<Fault> {
    let specifics: BTreeSet<&str> = clauses.iter().flat_map(Clause::specifics).collect();
    if specifics.len() <= 1 {
        return Some(Fault::Thin);
    }
    let topic = words::stems([requirement.title, requirement.statement].into_iter().flat_map(str_words));
    (specifics.len() <= 2 && specifics.iter().all(|word| topic.contains(*word))).then_some(Fault::Topic)
}

fn str_words(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty())
}

/// Whether a text only says that it is to be written.
pub(crate) fn is_only_placeholder(text: &str) -> bool {
    // A bare number is a whole answer: 24 generations of passwords.
    let is_figure = text.split_whitespace().next().is_some_and(|word| is_number(word) && word.len() < 9);
    let tokens = || clauses(text, &[]).into_iter().flat_map(|clause| clause.tokens).collect::<Vec<_>>();
    !is_figure && tokens().iter().all(|token| is_placeholder(token))
}

/// A stretch of a duty between stops: the stems of its words, parties as `PARTY`, commas as `,`.
struct Clause {
    tokens: Vec<String>,
}

/// What stands for the name of a party.
const PARTY: &str = "party";

fn clauses(duty: &str, names: &[Vec<String>]) -> Vec<Clause> {
    let words: Vec<&str> = duty.split_whitespace().collect();
    let mut clauses = vec![Vec::new()];
    for word in words {
        let bare = word.trim_end_matches([')', '"', '\'', ']']);
        if !is_number(word) {
            let last = clauses.last_mut().expect("there is always one clause");
            last.extend(words::plain_words(word));
            last.extend(bare.ends_with(',').then(|| ",".to_owned()));
        }
        if bare.ends_with(['.', ';', ':', '!', '?']) {
            clauses.push(Vec::new());
        }
    }
    clauses.into_iter().map(|words| Clause { tokens: tokens(&words, names) }).collect()
}

/// Whether a word is a number or an id of the standard, such as 800-171, 24/7 or AC.L2-3.1.1.
fn is_number(word: &str) -> bool {
    let core = word.trim_matches(|c: char| !c.is_alphanumeric());
    let joined = core.contains(['.', '-', '/', '[']);
    core.chars().any(|c| c.is_ascii_digit()) && (joined || core.chars().all(|c| c.is_ascii_digit()))
}

/// Stems, with the names of parties put as one token.
fn tokens(words: &[String], names: &[Vec<String>]) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = words;
    while let Some((first, after)) = rest.split_first() {
        let name = names.iter().filter(|name| !name.is_empty() && rest.starts_with(name)).map(Vec::len).max();
        // "Both sides" are parties, "both sides of a door" are not.
        let of_something = first.starts_with("side") && after.first().is_some_and(|next| next == "of");
        tokens.push(if name.is_some() || (is_party(first) && !of_something) { PARTY.to_owned() } else { stem(first) });
        rest = name.map_or(after, |length| &rest[length..]);
    }
    tokens
}

impl Clause {
    /// Stems that say something of their own.
    fn specifics(&self) -> BTreeSet<&str> {
        specifics(&self.tokens)
    }

    fn fault(&self) -> Option<Fault> {
        let count = self.specifics().len();
        if count == 0 {
            return Some(Fault::NoDeed);
        }
        if self.shares_responsibility() {
            return match count {
                0..=4 => Some(Fault::Sharing),
                5..=8 => Some(Fault::LongSharing),
                _ => None,
            };
        }
        if self.points_elsewhere() {
            return Some(Fault::Elsewhere);
        }
        if self.is_total() {
            return Some(Fault::NoDeed);
        }
        let inherits = self.tokens.iter().position(|token| token == "inherit");
        let bare = inherits.is_some_and(|at| specifics(&self.tokens[..at]).is_empty());
        (bare && count <= 3).then_some(Fault::Inheriting)
    }

    /// "Shared responsibility", "jointly responsible", "shared between the parties", "both parties".
    fn shares_responsibility(&self) -> bool {
        let sharing = |token: &str| SHARING.contains(&token);
        let duty = |token: &str| ANSWERING.contains(&token);
        let solid: Vec<&str> =
            self.tokens.iter().map(String::as_str).filter(|token| !is_function_word(token)).collect();
        let beside =
            solid.windows(2).any(|pair| (sharing(pair[0]) && duty(pair[1])) || (duty(pair[0]) && sharing(pair[1])));
        let divided = |token: &str| sharing(token) || matches!(token, "split" | "divid");
        let among = solid.windows(2).any(|pair| divided(pair[0]) && pair[1] == PARTY) && self.has_two_parties();
        let both = self.tokens.windows(2).any(|pair| pair[0] == "both" && pair[1] == PARTY);
        let told = solid.last().is_some_and(|last| sharing(last)) && solid.iter().any(|token| duty(token));
        beside || among || told || (both && solid.iter().any(|token| sharing(token) || duty(token)))
    }

    fn has_two_parties(&self) -> bool {
        self.tokens.iter().filter(|token| *token == PARTY).count() >= 2
            || self.tokens.iter().any(|token| matches!(token.as_str(), "both" | "joint"))
    }

    /// "As described in the access control policy", "see the service agreement".
    fn points_elsewhere(&self) -> bool {
        let Some((start, end)) = self.pointer() else { return false };
        let comma = self.tokens[end..].iter().position(|token| token == ",").map_or(self.tokens.len(), |at| end + at);
        let named = &self.tokens[end..comma];
        let Some(document) = named.iter().position(|token| is_document(token)) else { return false };
        let says = |tokens: &[String]| specifics(tokens).into_iter().filter(|token| !is_of_reference(token)).count();
        specifics(&self.tokens[..start]).is_empty()
            && says(&named[..document]) <= 3
            && says(&named[document..]) + says(&self.tokens[comma..]) == 0
    }

    /// Where words that point begin and end.
    fn pointer(&self) -> Option<(usize, usize)> {
        let at = |pointer: &&[&str]| self.tokens.windows(pointer.len()).position(|window| *window == **pointer);
        let found = POINTERS.iter().filter_map(|pointer| at(pointer).map(|start| (start, start + pointer.len())));
        let follows = |token: &String| FOLLOWING.contains(&token.as_str());
        let followed = self.tokens.iter().position(follows).map(|start| (start, start + 1));
        found.chain(followed).min()
    }

    /// "All aspects of endpoint security", "everything about backups".
    fn is_total(&self) -> bool {
        let aspects = self.tokens.windows(2).any(|pair| {
            matches!(pair[0].as_str(), "all" | "every" | "each" | "any")
                && matches!(pair[1].as_str(), "aspect" | "matter" | "facet")
        });
        let everything = self.tokens.iter().any(|token| matches!(token.as_str(), "everyth" | "anyth"));
        (aspects && self.specifics().len() <= 2) || (everything && self.specifics().len() <= 1)
    }
}

fn specifics(tokens: &[String]) -> BTreeSet<&str> {
    tokens.iter().map(String::as_str).filter(|token| !is_empty_word(token)).collect()
}

/// Words for having in common, as stems.
const SHARING: [&str; 6] = ["shar", "joint", "mutual", "collectiv", "co", "collaborativ"];

/// Words for answering for something, as stems.
const ANSWERING: [&str; 5] = ["responsibl", "responsibility", "accountability", "ownership", "own"];

/// Words that point, as stems in a row.
const POINTERS: [&[&str]; 24] = [
    &["see"],
    &["refer", "to"],
    &["per"],
    &["accord", "to"],
    &["in", "accordanc", "with"],
    &["in", "lin", "with"],
    &["pursuant", "to"],
    &["under", "the"],
    &["under", "our"],
    &["requir", "by"],
    &["requir", "in"],
    &["describ", "in"],
    &["describ", "by"],
    &["defin", "in"],
    &["defin", "by"],
    &["document", "in"],
    &["cover", "by"],
    &["cover", "in"],
    &["address", "in"],
    &["address", "by"],
    &["govern", "by"],
    &["list", "in"],
    &["stat", "in"],
    &["outlin", "in"],
];

/// Verbs that only say that a document is kept.
const FOLLOWING: [&str; 4] = ["follow", "comply", "adher", "abid"];

/// Documents that a duty may hide behind.
const DOCUMENTS: &str = "policy procedure contract agreement sla msa sow ssp plan crm matrix document documentation manual \
    handbook standard nist cmmc dfars fedramp guide guideline program playbook runbook sop addendum";

/// Words that only say where in a document.
const OF_REFERENCE: &str = "section appendix annex page paragraph chapter attachment exhibit table clause sheet description \
    schedule service document describe define list state outline written state system";

/// Words by which a party is called.
const PARTIES: &str = "contractor subcontractor msp mssp esp csp osc osa provider vendor customer client supplier organization \
    organisation company party parties us we partner consultant soc helpdesk tenant outsourcer they";

/// Words that any clause is built with.
const FUNCTION: &str = "a an the and or nor but of for to in on at by with without from into onto as is are be been being was \
    were it its this that these those there their them he she his her our ours you your i my who whom whose which what when \
    where while if then than so such any all each every both either neither no not only also other another same one two three \
    will would shall should must may might can could do does did done has have had having within throughout across over under \
    between among via per through during up out about here above below , & + re eg ie etc";

/// Words of responsibility without a deed, and objects without substance.
const EMPTY: &str = "met side sides responsible responsibility accountable accountability liable own owner ownership share shared joint jointly \
    mutual mutually split divide divided collaborate collaborative collaboration cooperate cooperation coordinate coordination \
    together handle manage management take care cover perform provide provision support address implement implementation ensure \
    assure sure make maintain keep meet satisfy comply compliance compliant follow fulfil fulfill oversee oversight assist \
    assistance help helping participate involve involved contribute serve service deliver execute enforce operate operation \
    administer administration run work works act action role duty function task item activity activities thing matter aspect \
    facet area part portion piece everything anything control practice requirement objective safeguard measure security \
    secure cybersecurity cyber protect protection system environment network information data cui it technology technical \
    administrative tool tooling solution platform product process capability resource technology best industry standard good \
    effort necessary needed need required require requires requiring applicable apply applies appropriate appropriately relevant \
    related relate relating associated proper properly full fully partial partially primary primarily main mainly overall general \
    generally specific respective respectively accordingly ongoing continuous continuously regular regularly periodic \
    periodically time times timely always agreed agree agreement contract contractual policy procedure ssp crm sla msa sow \
    matrix nist cmmc dfars sp rev level third external internal managed day days hour hours week month year daily weekly monthly \
    quarterly annual annually retain own remain lie fall belong assigned assign designate designated delegate delegated \
    outsource outsourced charge lead team staff personnel employee isso issm ciso cio ceo administrator admin manager director \
    officer department accord accordance line use inherit inherited hybrid common satisfied end behalf \
    basis ultimate sole solely exclusive exclusively entire entirely complete total whole offer non future program day-to-day \
    relationship job hold collective collectively equal equally rest remainder raci r consult consulted inform informed everyone \
    nobody somebody okay yes expected expect arrange arrangement engage engagement scope extent respect regard respecting \
    regarding concerning concern underlying associated entity organizational percent half possible practicable feasible best \
    effective effectively adequate adequately sufficient sufficiently efficient successfully correctly behave must mandated \
    mandate compliantly satisfaction oversight governance governed govern";

/// Words that say that something is to be written.
const PLACEHOLDERS: &str = "tbd tba tbc todo fixme xxx xx x na n a nil none null placeholder unknown pending later soon coming \
    come ditto idem lorem ipsum dolor amet blank empty to be determined decided completed confirmed written added filled in \
    insert describe text duty here not applicable later is will the supplied";

fn set(words: &'static str, kept: &'static OnceLock<BTreeSet<String>>) -> &'static BTreeSet<String> {
    kept.get_or_init(|| words.split_whitespace().map(stem).collect())
}

fn is_document(token: &str) -> bool {
    static SET: OnceLock<BTreeSet<String>> = OnceLock::new();
    set(DOCUMENTS, &SET).contains(token)
}

fn is_of_reference(token: &str) -> bool {
    static SET: OnceLock<BTreeSet<String>> = OnceLock::new();
    is_document(token) || set(OF_REFERENCE, &SET).contains(token)
}

fn is_party(word: &str) -> bool {
    static SET: OnceLock<BTreeSet<String>> = OnceLock::new();
    set(PARTIES, &SET).contains(&stem(word))
}

fn is_function_word(token: &str) -> bool {
    static SET: OnceLock<BTreeSet<String>> = OnceLock::new();
    set(FUNCTION, &SET).contains(token)
}

fn is_empty_word(token: &str) -> bool {
    static SET: OnceLock<BTreeSet<String>> = OnceLock::new();
    token.len() == 1
        || token == PARTY
        || is_function_word(token)
        || set(EMPTY, &SET).contains(token)
        || is_placeholder_only(token)
}

fn is_placeholder(token: &str) -> bool {
    static SET: OnceLock<BTreeSet<String>> = OnceLock::new();
    token == "," || set(PLACEHOLDERS, &SET).contains(token)
}

/// Placeholders that are no words of a sentence.
fn is_placeholder_only(token: &str) -> bool {
    matches!(token, "tbd" | "tba" | "tbc" | "todo" | "fixme" | "na" | "n" | "determin" | "decid")
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::catalog::Catalog;

    /// Duties that people write and that divide nothing.
    const VAGUE: [&str; 116] = [
        "shared between contractor and MSP",
        "Shared between the contractor and Acme.",
        "Shared",
        "Shared responsibility",
        "This is a shared responsibility between the customer and the provider.",
        "Both parties share responsibility",
        "Both parties share responsibility for access control.",
        "Both Acme and the contractor are responsible for this.",
        "Joint responsibility",
        "Joint responsibility of Acme and Northwind for audit logging.",
        "Jointly owned by contractor and MSP.",
        "Contractor and MSP are jointly responsible for patching and scanning.",
        "Responsibility for account management is shared.",
        "Split between the OSC and the ESP.",
        "Co-owned with the customer.",
        "MSP handles this",
        "The MSP handles this control on our behalf.",
        "Acme takes care of this.",
        "Acme handles it",
        "Handled by Acme Managed IT.",
        "Managed by vendor",
        "Fully managed service.",
        "Provider manages all aspects",
        "Provider manages all aspects of endpoint security.",
        "Vendor does everything.",
        "The vendor takes care of everything here, end to end.",
        "Provided as part of our managed services.",
        "Standard MSP services",
        "Provides security services.",
        "Provides all necessary support.",
        "Provides assistance as needed.",
        "Acme provides support for this requirement on an ongoing basis.",
        "Supports the contractor in meeting this requirement.",
        "Works with the customer to satisfy the objective.",
        "Contractor and Acme work together on this practice.",
        "Performs its duties as agreed.",
        "Does its part.",
        "Performs the technical work.",
        "Acme handles the technical side; the contractor handles the administrative side.",
        "MSP: technical. Customer: policy.",
        "Responsible for compliance with this control",
        "Responsible for this requirement.",
        "The contractor is responsible for implementing and maintaining this practice.",
        "Contractor is ultimately responsible",
        "Customer responsible",
        "Customer responsibility.",
        "Retains overall accountability for the control.",
        "Provides oversight.",
        "Ensures compliance with AC.L2-3.1.1.",
        "Ensures that all applicable security requirements are met at all times.",
        "Complies with NIST SP 800-171.",
        "Meets the requirement.",
        "Implements this control.",
        "Implemented per NIST 800-171",
        "Implemented in accordance with the access control policy.",
        "As required by policy",
        "As required by the access control policy.",
        "As described in the SSP, section 3.1.1.",
        "As defined in the contract.",
        "Per contract.",
        "Per the MSA, section 4.2.",
        "See SSP",
        "See policy.",
        "See the Acme service description in appendix B of the agreement",
        "Refer to the responsibility matrix.",
        "This is covered by our MSP agreement",
        "Covered under the contract.",
        "Follows the policy.",
        "Inherited",
        "Inherited from GCC High",
        "Fully inherited from the data center provider.",
        "TBD",
        "To be determined.",
        "N/A",
        "TODO: describe the duty here",
        "...",
        "Shared between Contractor & Acme.",
        "We both do this.",
        "It is up to the MSP.",
        "MSP to handle",
        "ESP performs this on behalf of the OSA",
        "Outsourced to Acme.",
        "Vendor-managed.",
        "Provider-owned",
        "Client is responsible for all non-technical controls.",
        "Responsible party: MSP",
        "MSP 50%, contractor 50%",
        "Same as above",
        "Acme does what is needed.",
        "Acme is the responsible party for this practice.",
        "Delegated to provider",
        "Hybrid control",
        "Handled jointly by the contractor's IT team and Acme",
        "Done by IT.",
        "Our MSP has this covered.",
        "Part of Acme's standard offering.",
        "Provider's responsibility under the agreement.",
        "Customer must implement.",
        "As applicable.",
        "Meets NIST requirements.",
        "Implements security controls.",
        "Follows best practices.",
        "Provides cybersecurity services in line with the contract.",
        "Manages the day-to-day operation of the security program.",
        "Ensures the MSP does its job.",
        "Holds the provider accountable.",
        "Collectively responsible",
        "Equally shared by all parties.",
        "Partially inherited; contractor responsible for the rest.",
        "R/A",
        "Adheres to the incident response plan.",
        "Refer to section 4.1 of the contract.",
        "Defined in the SLA.",
        "Documented in the SSP",
        "According to NIST SP 800-171A.",
        "Acme handles all aspects of vulnerability management.",
    ];

    /// Duties that look like the ones above and may still be meant well: a warning.
    const DOUBTFUL: [(&str, &str); 8] = [
        ("3.14.1", "MSP handles patching."),
        ("3.13.1", "Manages the firewall."),
        ("3.1.1", "MSP is responsible for access."),
        ("3.6.1", "Acme handles incident handling."),
        ("3.10.3", "Escorts visitors."),
        ("3.3.1", "Manages audit logs."),
        ("3.1.1", "Monitoring"),
        ("3.1.5", "Acme and the contractor share responsibility for accounts, access reviews and privileged sessions."),
    ];

    /// Duties that divide the work, each on its requirement.
    pub(crate) const GOOD: [(&str, &str); 92] = [
        (
            "3.1.4",
            "Lists the pairs of duties that no one person holds, and refuses a ticket that would put one person on both sides of a pair.",
        ),
        (
            "3.9.2",
            "Both parties to a transfer sign the hand-over sheet for keys, badge and laptop before the duty roster changes.",
        ),
        ("3.1.4", "Splits the duty of approving and of paying between two named people in the finance system."),
        ("3.12.4", "Writes the system security plan and brings it up to date every year."),
        ("3.3.3", "Reviews and updates the logged events every quarter."),
        ("3.11.2", "Scans all systems and applications for vulnerabilities each week."),
        ("3.1.16", "Forbids access points and walks the site with a scanner every quarter."),
        ("3.7.5", "Requires a hardware token on the jump host and writes how sessions are opened and ended."),
        ("3.7.5", "Ends each maintenance session when the work is done and reports the sessions each month."),
        ("3.13.16", "Encrypts every volume and copy that 3.13.16 speaks of, with keys that it rotates each year."),
        ("3.14.1", "Works the queue for 3.14.1 on every managed host within five days and reports each month."),
        ("3.1.1", "Creates and disables accounts in Entra ID within one business day of a ticket from HR."),
        ("3.1.1", "Approves each new account by name before the ticket goes to the help desk."),
        ("3.1.1", "Compares the list of enrolled laptops with the asset register on the first Monday of the month."),
        ("3.1.2", "Decides which job families may post journal entries, and signs the role table each January."),
        ("3.1.2", "Builds the ERP roles from the signed table and removes rights that the table does not list."),
        ("3.1.3", "Draws the CUI flow diagram and names the two SFTP servers that may receive drawings."),
        ("3.1.3", "Blocks outbound mail that carries the CUI label unless the recipient domain is on the list."),
        ("3.1.4", "Gives the firewall and the backup console to different engineers and shows it in the roster."),
        ("3.1.5", "Removes local administrator rights from every laptop and grants them for four hours on a ticket."),
        ("3.1.6", "Gives each engineer a second account without privileges for mail and browsing."),
        ("3.1.8", "Sets lockout after five wrong passwords for fifteen minutes in the Intune baseline."),
        ("3.1.10", "Pushes a ten-minute screen saver with password to all Windows hosts by group policy."),
        ("3.1.12", "Watches VPN sessions in the SIEM and calls the ISSO when one starts outside working hours."),
        ("3.1.13", "Keeps the VPN gateway in FIPS mode and sends the certificate number after every firmware update."),
        (
            "3.1.16",
            "Walks the shop floor each quarter with a scanner and reports access points that are not on the list.",
        ),
        ("3.1.18", "Wipes a lost phone within an hour of the user's call and notes it in the ticket."),
        ("3.1.20", "Lists the portals of customers that staff may use and reviews the list in June."),
        ("3.1.22", "Reads every page before the marketing agency publishes it, and keeps the approval mail."),
        ("3.2.1", "Writes the yearly awareness course, assigns it on the first day of work, and chases the late ones."),
        ("3.2.2", "Enrolls each new administrator in the vendor's firewall course before the account is raised."),
        ("3.2.3", "Runs the insider threat lesson each spring and records who attended."),
        ("3.3.1", "Decides which event types are collected and how long they stay, and reviews both every year."),
        (
            "3.1.4",
            "Lists the pairs of duties that no one person holds, and refuses a ticket that puts one on both sides of a pair.",
        ),
        ("3.3.1", "Forwards Windows and firewall events to the collector and keeps them for ninety days online."),
        ("3.3.3", "Goes through the event list with Acme in March and September and adds what incidents taught."),
        (
            "3.3.4",
            "Raises an alert to the contractor's ISSO within 15 minutes of a collector failure, and calls if it is not acknowledged.",
        ),
        (
            "3.3.4",
            "Names who is alerted and for which failures, sets how alerts are answered, and reviews the list every quarter.",
        ),
        ("3.3.5", "Joins firewall, endpoint and identity events in one view and opens a ticket for each match."),
        ("3.3.7", "Points every host at the two GPS clocks in the server room and checks the drift each week."),
        ("3.3.8", "Gives read access to the log store to the two analysts named in the roster and to nobody else."),
        (
            "3.4.1",
            "Builds the golden image, keeps its change notes, and exports the inventory on the first of the month.",
        ),
        (
            "3.4.2",
            "Applies the CIS benchmark to servers, and opens a ticket for every deviation that the weekly scan shows.",
        ),
        ("3.4.3", "Chairs the change board on Tuesdays and refuses changes that have no rollback plan."),
        ("3.4.4", "Fills in the impact form before the board meets and asks the ISSO where CUI is touched."),
        (
            "3.4.7",
            "Turns off SMBv1, Telnet and the print spooler on servers, and rescans the ports after each patch day.",
        ),
        ("3.4.8", "Approves each publisher before it enters the AppLocker list."),
        ("3.4.9", "Removes software that the inventory agent reports and the list does not hold, within three days."),
        ("3.5.1", "Issues one account a person and one certificate a device, and keeps both numbers in the register."),
        (
            "3.5.3",
            "Enforces hardware tokens on every administrator and on remote users, and replaces lost ones at the desk.",
        ),
        ("3.5.6", "Disables accounts that nobody used for 35 days by a nightly script."),
        ("3.5.7", "Sets fourteen characters and the banned word list in the domain policy."),
        ("3.5.9", "Hands out first passwords in person and ticks the box that forces a change."),
        ("3.6.1", "Isolates an infected host within 30 minutes when the ISSO says so, and keeps its memory image."),
        ("3.6.1", "Leads the response, decides what was touched, and tells users what to do."),
        ("3.6.2", "Files the DIBNet report within 72 hours and keeps the confirmation number."),
        ("3.6.3", "Plays one ransomware exercise each autumn with Acme and writes down what went wrong."),
        ("3.7.1", "Services the air handlers and machine controllers by the maker's calendar."),
        ("3.7.2", "Hands out the maintenance laptop, and takes it back and checks it the same evening."),
        (
            "3.7.5",
            "Opens the remote session with a one-time code from the contractor and closes it when the ticket closes.",
        ),
        ("3.7.6", "Stays with the copier technician until he leaves, and signs the visitor sheet."),
        ("3.8.1", "Locks drawings and drives in the cage and keeps the key log."),
        (
            "3.8.3",
            "Shreds drives on site, witnessed by the security officer, and leaves a certificate with serial numbers.",
        ),
        ("3.8.4", "Stamps printouts at the plotter and rejects jobs that carry no marking."),
        ("3.8.6", "Encrypts USB sticks with BitLocker before they leave the building."),
        ("3.8.7", "Blocks USB storage by group policy and opens it for the two scanning stations that the ISSO named."),
        (
            "3.8.9",
            "Encrypts the nightly backup with keys that the contractor holds, and restores a file each month as proof.",
        ),
        ("3.9.1", "Checks criminal record and employment history before the first day and files the result."),
        ("3.9.2", "Collects badge, laptop and token at the exit talk and tells Acme the hour before."),
        ("3.10.1", "Programs badges for the people on the list and prints the list for the ISSO each month."),
        ("3.10.2", "Watches the cameras at the dock day and night and calls the owner when a door stays open."),
        ("3.10.3", "Receptionist signs visitors in and walks them to their host."),
        ("3.10.4", "Exports the badge log on the first of the month and keeps three years of it."),
        ("3.10.6", "Gives home workers a locked cabinet and visits one in ten each year."),
        ("3.11.1", "Holds the yearly risk workshop with owners and writes the register that the director signs."),
        ("3.11.2", "Scans all servers with credentials each Friday and sends the raw results to the contractor."),
        ("3.11.3", "Patches critical findings in fifteen days, others in sixty, and explains each exception."),
        ("3.12.1", "Tests a third of the controls every four months and reports the result to the owner."),
        ("3.12.3", "Shows patch level, alerts and open tickets on the dashboard that the ISSO reads on Mondays."),
        (
            "3.13.1",
            "Writes the firewall rules, reviews hits on the deny rule each day, and blocks what the ISSO names.",
        ),
        ("3.13.6", "Starts every rule base with deny all and adds ports only from a signed request."),
        ("3.13.8", "Turns on TLS 1.2 at the mail gateway and refuses partners that cannot speak it."),
        ("3.13.11", "Keeps the list of modules with certificate numbers and drops those that become historical."),
        ("3.14.1", "Installs vendor patches on managed hosts within 14 days, critical ones within 72 hours."),
        ("3.14.2", "Deploys the endpoint agent to each new host on the day it is built."),
        ("3.14.6", "Analysts read IDS alerts around the clock and telephone the ISSO for severity one."),
        ("3.1.1", "Removes leavers from every shared mailbox and shared folder on the day HR reports it."),
        ("3.13.4", "Clears the shared scratch volume between jobs, so that no project reads what another left."),
        (
            "3.1.5",
            "Manages the three break-glass accounts: seals the passwords, and opens them only with two signatures.",
        ),
        ("3.2.2", "Provider engineers pass the enclave course before Acme adds them to the roster."),
        ("3.7.1", "Handles printer and scanner repairs on site and never takes a disk out of the building."),
        (
            "3.5.2",
            "Is responsible for the smart card printer: issues, renews and revokes cards, and counts blanks each Friday.",
        ),
    ];

    fn names() -> Vec<Vec<String>> {
        ["contractor", "Northwind Machining LLC", "Northwind", "acme-msp", "Acme Managed IT", "Acme", "gcc-high"]
            .map(words::plain_words)
            .to_vec()
    }

    fn on(requirement: &str) -> &'static Requirement {
        let id = requirement.parse().expect("the table names requirements");
        Catalog::rev2().requirement(id).expect("the table names requirements of the catalog")
    }

    #[test]
    fn words_that_divide_nothing_are_denied_on_every_requirement() {
        let missed = VAGUE.iter().flat_map(|duty| ["3.1.1", "3.14.7"].map(|id| (*duty, fault(duty, &names(), on(id)))));
        let missed: Vec<_> = missed.filter(|(_, found)| !found.is_some_and(Fault::is_sure)).collect();
        assert!(missed.is_empty(), "{missed:#?}");
    }

    #[test]
    fn a_topic_without_a_deed_is_a_warning() {
        for (requirement, duty) in DOUBTFUL {
            let found = fault(duty, &names(), on(requirement));
            assert!(found.is_some_and(|fault| !fault.is_sure()), "{duty}: {found:?}");
        }
    }

    #[test]
    fn a_concrete_duty_is_left_alone() {
        for (requirement, duty) in GOOD {
            assert_eq!(fault(duty, &names(), on(requirement)), None, "{duty}");
        }
    }

    #[test]
    fn a_fault_says_what_it_is() {
        let of = |duty| fault(duty, &names(), on("3.1.1"));
        assert_eq!(of(" \n"), Some(Fault::Blank));
        assert_eq!(of("TBD"), Some(Fault::Placeholder));
        assert_eq!(of("MSP handles this"), Some(Fault::NoDeed));
        assert_eq!(of("Both parties share responsibility for access control."), Some(Fault::Sharing));
        assert_eq!(of("As described in the access control policy."), Some(Fault::Elsewhere));
        assert_eq!(of("Inherited from the Ashburn data center"), Some(Fault::Inheriting));
    }
}
