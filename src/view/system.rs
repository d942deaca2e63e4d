//! Organization, system, people, assets, cryptography, incident handling.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Names, Party, each, said};
use crate::date::Date;
use crate::ids::CONTRACTOR;
use crate::model::assessment::Assessment;
use crate::model::assets::{Category as WrittenCategory, Exempt};
use crate::model::config;
use crate::model::practice::Practice;
use crate::rule::Facts;
use crate::table::{Entity, Ref};

/// The contractor.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Organization {
    /// Its legal name.
    pub name: Option<String>,
    /// Other names.
    pub aliases: Vec<String>,
    /// Its CAGE codes.
    pub cage: Vec<String>,
    /// Its UEI.
    pub uei: Option<String>,
    /// Its address.
    pub address: Option<String>,
    /// Its telephone number.
    pub phone: Option<String>,
}

/// The information system.
#[derive(Clone, Debug, Default, Serialize)]
pub struct System {
    /// Its name.
    pub name: Option<String>,
    /// Its identifier.
    pub identifier: Option<String>,
    /// Its CMMC UID.
    pub cmmc_uid: Option<String>,
    /// Its categorization.
    pub categorization: Option<String>,
    /// What it is for.
    pub purpose: Option<String>,
    /// The kinds of CUI.
    pub information: Vec<String>,
    /// The Government point of contact.
    pub information_owner: Option<String>,
    /// System owner, security officer and affirming official, in this order.
    pub officials: Vec<Official>,
    /// How many end users.
    pub end_users: Option<i64>,
    /// How many privileged users.
    pub privileged_users: Option<i64>,
    /// Where it ends.
    pub boundary: Option<String>,
    /// Where it operates.
    pub environment: Option<String>,
    /// How its parts are connected.
    pub topology: Option<String>,
    /// The network diagram: an artifact id.
    pub diagram: Option<String>,
    /// Its title.
    pub diagram_title: Option<String>,
    /// Who maintains and owns it.
    pub maintenance: Option<String>,
    /// Whether it handles technical data under the ITAR.
    pub itar: Option<bool>,
    /// Version of the SSP.
    pub ssp_version: Option<String>,
    /// Date of the SSP.
    pub ssp_date: Option<String>,
    /// How often it is updated.
    pub ssp_every: Option<String>,
    /// The day the next update is due.
    pub ssp_due: Option<String>,
    /// Its changes, as written.
    pub changes: Vec<Change>,
}

/// An office of the system and who holds it.
#[derive(Clone, Debug, Serialize)]
pub struct Official {
    /// The office.
    pub office: String,
    /// The person; none where it is not stated.
    pub person: Option<Person>,
}

/// A person.
#[derive(Clone, Debug, Serialize)]
pub struct Person {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
    /// The title.
    pub title: Option<String>,
    /// The office address.
    pub address: Option<String>,
    /// The telephone number.
    pub phone: Option<String>,
    /// The address to write to.
    pub email: Option<String>,
    /// Titles of the roles.
    pub roles: Vec<String>,
    /// The party worked for.
    pub party: Party,
}

/// A role.
#[derive(Clone, Debug, Serialize)]
pub struct Role {
    /// The id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// What it may review; empty means everything.
    pub reviews: Vec<String>,
    /// Who holds it.
    pub people: Vec<String>,
    /// Practices of which it keeps a part.
    pub keeps: Vec<String>,
}

/// A row of the record of changes.
#[derive(Clone, Debug, Serialize)]
pub struct Change {
    /// The day.
    pub date: String,
    /// What changed.
    pub description: String,
    /// Who changed it.
    pub by: Option<String>,
}

/// The assessment that is prepared.
#[derive(Clone, Debug, Default, Serialize)]
pub struct AssessmentFacts {
    /// self or c3pao.
    pub kind: Option<String>,
    /// The status claimed.
    pub claim: Option<String>,
    /// The assessor.
    pub assessor: Option<String>,
    /// The day it is planned for.
    pub planned: Option<String>,
    /// The CMMC Status Date of a conditional status.
    pub conditional_date: Option<String>,
    /// 180 days after it (32 CFR 170.21(b)).
    pub closeout_due: Option<String>,
    /// Days until then; negative once past.
    pub closeout_days: Option<i64>,
    /// The CMMC Status Date of a final status.
    pub final_date: Option<String>,
    /// The score in SPRS.
    pub submitted_score: Option<i64>,
    /// The day it was submitted.
    pub submitted: Option<String>,
    /// The review interval.
    pub review_interval: Option<String>,
    /// The grades of reviews that count.
    pub review_accept: Vec<String>,
}

/// A scope group.
#[derive(Clone, Debug, Serialize)]
pub struct Group {
    /// The id.
    pub id: String,
    /// What it is.
    pub title: String,
    /// Whether it is in scope.
    pub in_scope: bool,
    /// What belongs to it.
    pub description: Option<String>,
    /// How many pieces of each category, in the order of the categories.
    pub counts: Vec<i64>,
    /// How many pieces.
    pub pieces: i64,
    /// Providers that own some of it.
    pub providers: Vec<Party>,
    /// What has nothing to apply to in it, each with the reason.
    pub exempt: Vec<String>,
}

/// An asset category with its assets.
#[derive(Clone, Debug, Serialize)]
pub struct Category {
    /// The word; `unstated` for assets without one.
    pub id: String,
    /// What the rule calls it.
    pub title: String,
    /// What belongs to it, in short.
    pub about: String,
    /// Its assets.
    pub assets: Vec<Asset>,
    /// How many pieces they are, where counted.
    pub count: i64,
}

/// An asset.
#[derive(Clone, Debug, Serialize)]
pub struct Asset {
    /// The id.
    pub id: String,
    /// What it is.
    pub title: String,
    /// The title of its group.
    pub group: Option<String>,
    /// Whose it is.
    pub owner: Option<Party>,
    /// How many.
    pub count: Option<i64>,
    /// How the SSP treats it.
    pub treatment: Option<String>,
    /// Whether it needs a treatment: specialized or contractor risk managed.
    pub needs_treatment: bool,
    /// The inventory: an artifact id.
    pub inventory: Option<String>,
    /// Its title.
    pub inventory_title: Option<String>,
}

/// A decision about a significant change.
#[derive(Clone, Debug, Serialize)]
pub struct Decision {
    /// The day.
    pub date: String,
    /// What changed.
    pub change: String,
    /// What was decided.
    pub decided: String,
    /// Who decided.
    pub by: Option<String>,
}

/// A cryptographic module.
#[derive(Clone, Debug, Serialize)]
pub struct Module {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: Option<String>,
    /// The certificate's number.
    pub certificate: Option<String>,
    /// The certificate's state.
    pub status: Option<String>,
    /// The day that was looked up.
    pub checked: Option<String>,
    /// The operating environment.
    pub environment: Option<String>,
    /// Whose it is.
    pub party: Option<Party>,
    /// What it protects.
    pub protects: Vec<String>,
    /// The artifact that shows its mode: an id.
    pub mode_evidence: Option<String>,
}

/// Incident handling.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Incident {
    /// Who does which phase.
    pub phases: Vec<Phase>,
    /// Handoffs.
    pub handoffs: Vec<Handoff>,
    /// Who reports to the DoD.
    pub reporters: Vec<Reporter>,
    /// Authorities and officials to be told.
    pub authorities: Vec<Authority>,
}

/// An authority or official to be told.
#[derive(Clone, Debug, Serialize)]
pub struct Authority {
    /// Its name.
    pub name: String,
    /// What it is told.
    pub about: Option<String>,
    /// How to reach it.
    pub contact: Option<String>,
    /// The time limit.
    pub within: Option<String>,
    /// The day the contact was last checked.
    pub checked: Option<String>,
    /// Whether that is more than a year ago.
    pub outdated: bool,
}

/// A party's part in a phase.
#[derive(Clone, Debug, Serialize)]
pub struct Phase {
    /// The phase.
    pub phase: String,
    /// The party.
    pub party: Party,
    /// What it does.
    pub duty: String,
}

/// A handoff.
#[derive(Clone, Debug, Serialize)]
pub struct Handoff {
    /// Who hands over.
    pub from: Party,
    /// Who takes over.
    pub to: Party,
    /// What sets it off.
    pub trigger: String,
    /// How fast.
    pub within: Option<String>,
    /// By which channel.
    pub channel: Option<String>,
    /// The day of the last test.
    pub last: Option<String>,
}

/// A person who reports to the DoD.
#[derive(Clone, Debug, Serialize)]
pub struct Reporter {
    /// The name.
    pub name: String,
    /// Whether this is the deputy.
    pub deputy: bool,
    /// The last day of the medium assurance certificate.
    pub certificate_until: Option<String>,
}

pub(crate) fn organization(assessment: &Assessment) -> Organization {
    let Some(written) = &assessment.config.organization else { return Organization::default() };
    Organization {
        name: said(Some(&written.name)),
        aliases: each(&written.aliases),
        cage: each(&written.cage),
        uei: said(written.uei.as_ref()),
        address: said(written.address.as_ref()),
        phone: said(written.phone.as_ref()),
    }
}

pub(crate) fn system(names: Names<'_>) -> System {
    let Some(written) = &names.0.config.system else {
        return System { officials: officials(None, names), ..System::default() };
    };
    System {
        name: said(Some(&written.name)),
        identifier: said(written.identifier.as_ref()),
        cmmc_uid: said(written.cmmc_uid.as_ref()),
        categorization: said(written.categorization.as_ref()),
        purpose: said(written.purpose.as_ref()),
        information: each(&written.information),
        information_owner: said(written.information_owner.as_ref()),
        officials: officials(Some(written), names),
        end_users: written.end_users.as_ref().map(|count| count.value),
        privileged_users: written.privileged_users.as_ref().map(|count| count.value),
        boundary: said(written.boundary.as_ref()),
        environment: said(written.environment.as_ref()),
        topology: said(written.topology.as_ref()),
        diagram: said(written.diagram.as_ref()),
        diagram_title: written.diagram.as_ref().map(|id| names.artifact_title(id)),
        maintenance: said(written.maintenance.as_ref()),
        itar: written.itar.as_ref().map(|flag| flag.value),
        ssp_version: said(written.ssp_version.as_ref()),
        ssp_date: said(written.ssp_date.as_ref()),
        ssp_every: said(written.ssp_every.as_ref()),
        ssp_due: next(written.ssp_date.as_ref().map(|d| d.value), written.ssp_every.as_ref().map(|e| e.value)),
        changes: written.change.iter().map(change).collect(),
    }
}

fn next(last: Option<Date>, every: Option<crate::date::Duration>) -> Option<String> {
    last.zip(every).map(|(last, every)| every.after(last).to_string())
}

fn change(written: &config::SspChange) -> Change {
    Change {
        date: written.date.to_string(),
        description: written.description.trim().to_owned(),
        by: said(written.by.as_ref()),
    }
}

fn officials(system: Option<&config::System>, names: Names<'_>) -> Vec<Official> {
    let offices = [
        ("System owner", system.and_then(|system| system.owner.as_ref())),
        ("System security officer", system.and_then(|system| system.security_officer.as_ref())),
        ("Affirming official", system.and_then(|system| system.affirming_official.as_ref())),
    ];
    offices
        .into_iter()
        .map(|(office, id)| Official { office: office.to_owned(), person: id.and_then(|id| person_of(id, names)) })
        .collect()
}

fn person_of<E: Entity>(id: &Ref<E>, names: Names<'_>) -> Option<Person> {
    names.0.config.person.iter().find(|person| person.id.name == **id).map(|written| person(written, names))
}

fn person(written: &config::Person, names: Names<'_>) -> Person {
    Person {
        id: written.id.to_string(),
        name: written.name.to_string(),
        title: said(written.title.as_ref()),
        address: said(written.address.as_ref()),
        phone: said(written.phone.as_ref()),
        email: said(written.email.first()),
        roles: written.roles.iter().map(|id| names.role(id)).collect(),
        party: names.party(written.party.as_deref().unwrap_or(CONTRACTOR)),
    }
}

pub(crate) fn people(names: Names<'_>) -> Vec<Person> {
    names.0.config.person.iter().map(|written| person(written, names)).collect()
}

pub(crate) fn roles(names: Names<'_>) -> Vec<Role> {
    let holders = |id: &str| {
        let people = names.0.config.person.iter();
        people.filter(|person| person.roles.iter().any(|role| &**role == id)).map(|p| p.name.to_string()).collect()
    };
    let roles = names.0.config.role.iter();
    roles
        .map(|role| Role {
            id: role.id.to_string(),
            title: role.title.to_string(),
            reviews: each(&role.reviews),
            people: holders(&role.id),
            keeps: kept(&role.id, names.0),
        })
        .collect()
}

/// The practices of which a role keeps a part.
fn kept(role: &str, assessment: &Assessment) -> Vec<String> {
    let keeps = |practice: &Practice| {
        practice.responsibility.iter().any(|part| part.maintained_by.as_deref().is_some_and(|kept| kept == role))
    };
    let practices = assessment.practices.iter().filter(|(_, practice)| keeps(practice));
    practices.map(|(id, _)| id.to_string()).collect()
}

pub(crate) fn assessment(facts: &Facts) -> AssessmentFacts {
    let config = &facts.assessment.config;
    let written = config.assessment.as_ref();
    let conditional = written.and_then(|a| a.conditional_date.as_ref()).map(|date| date.value);
    let closeout = conditional.map(|date| date.plus_days(180));
    AssessmentFacts {
        kind: written.and_then(|a| said(a.kind.as_ref())),
        claim: written.and_then(|a| said(a.claim.as_ref())),
        assessor: written.and_then(|a| said(a.assessor.as_ref())),
        planned: written.and_then(|a| said(a.planned.as_ref())),
        conditional_date: said(conditional.as_ref()),
        closeout_due: said(closeout.as_ref()),
        closeout_days: closeout.map(|date| date.days_since(facts.as_of)),
        final_date: written.and_then(|a| said(a.final_date.as_ref())),
        submitted_score: written.and_then(|a| a.submitted_score.as_ref()).map(|score| score.value),
        submitted: written.and_then(|a| said(a.submitted.as_ref())),
        review_interval: config.review.as_ref().and_then(|review| said(review.interval.as_ref())),
        review_accept: config.review.as_ref().map_or_else(Vec::new, |review| each(&review.accept)),
    }
}

/// The groups, with what the inventory counts in them.
pub(crate) fn groups(categories: &[Category], names: Names<'_>) -> Vec<Group> {
    names.0.assets.iter().flat_map(|assets| &assets.group).map(|written| group(written, categories, names)).collect()
}

fn group(written: &crate::model::assets::Group, categories: &[Category], names: Names<'_>) -> Group {
    let title = written.title.to_string();
    let within = |category: &Category| -> i64 {
        let assets = category.assets.iter().filter(|asset| asset.group.as_ref() == Some(&title));
        assets.filter_map(|asset| asset.count).fold(0, i64::saturating_add)
    };
    let counts: Vec<i64> = categories.iter().map(within).collect();
    let assets = names.0.assets.iter().flat_map(|assets| &assets.asset);
    let owners = assets.filter(|asset| asset.group.as_deref() == Some(&*written.id));
    let owners: BTreeSet<&str> = owners.filter_map(|asset| asset.owner.as_deref()).collect();
    let exempt = |written: &Exempt| {
        let of: Vec<&str> = written.covers.iter().map(|id| id.as_str()).collect();
        format!("{}: {}", of.join(", "), written.reason.trim().trim_end_matches('.'))
    };
    Group {
        id: written.id.to_string(),
        exempt: written.exempt.iter().map(exempt).collect(),
        in_scope: written.in_scope.as_ref().is_none_or(|flag| flag.value),
        description: said(written.description.as_ref()),
        pieces: counts.iter().copied().fold(0, i64::saturating_add),
        counts,
        providers: owners.into_iter().filter(|id| *id != CONTRACTOR).map(|id| names.party(id)).collect(),
        title,
    }
}

/// The categories in the order of the rule, with what each is.
const CATEGORIES: [(Option<WrittenCategory>, &str, &str); 6] = [
    (Some(WrittenCategory::Cui), "CUI assets", "Process, store or transmit CUI; assessed against every requirement."),
    (
        Some(WrittenCategory::SecurityProtection),
        "Security protection assets",
        "Give security functions to the scope; assessed against the requirements that concern what they give.",
    ),
    (
        Some(WrittenCategory::ContractorRiskManaged),
        "Contractor risk managed assets",
        "Could handle CUI and are kept from it by policy; managed by the risk-based treatment stated here.",
    ),
    (
        Some(WrittenCategory::Specialized),
        "Specialized assets",
        "May handle CUI and cannot be fully secured; managed by the risk-based treatment stated here.",
    ),
    (Some(WrittenCategory::OutOfScope), "Out-of-scope assets", "Cannot handle CUI and protect nothing that does."),
    (None, "Assets without category", "Their category is not stated; each asset needs one."),
];

/// The categories of 32 CFR 170.19(c)(1) Table 3 with their assets; the last, without category, only where it is used.
pub(crate) fn categories(names: Names<'_>) -> Vec<Category> {
    let all = || names.0.assets.iter().flat_map(|assets| &assets.asset);
    let of = |wanted: Option<WrittenCategory>| {
        all().filter(move |asset| asset.category.as_ref().map(|category| category.value) == wanted)
    };
    CATEGORIES
        .iter()
        .map(|(category, title, about)| Category {
            id: category.map_or("unstated", WrittenCategory::word).to_owned(),
            title: (*title).to_owned(),
            about: (*about).to_owned(),
            assets: of(*category).map(|written| asset(written, names)).collect(),
            count: of(*category).filter_map(|asset| asset.count.as_ref()).map(|count| count.value).sum(),
        })
        .filter(|category| category.id != "unstated" || !category.assets.is_empty())
        .collect()
}

fn asset(written: &crate::model::assets::Asset, names: Names<'_>) -> Asset {
    let category = written.category.as_ref().map(|category| category.value);
    Asset {
        id: written.id.to_string(),
        title: written.title.to_string(),
        group: written.group.as_ref().map(|id| names.group(id)),
        owner: written.owner.as_ref().map(|id| names.party(id)),
        count: written.count.as_ref().map(|count| count.value),
        treatment: said(written.treatment.as_ref()),
        needs_treatment: matches!(
            category,
            Some(WrittenCategory::Specialized | WrittenCategory::ContractorRiskManaged)
        ),
        inventory: said(written.inventory.as_ref()),
        inventory_title: written.inventory.as_ref().map(|id| names.artifact_title(id)),
    }
}

pub(crate) fn decisions(assessment: &Assessment) -> Vec<Decision> {
    let decisions = assessment.assets.iter().flat_map(|assets| &assets.decision);
    decisions
        .map(|decision| Decision {
            date: decision.date.to_string(),
            change: decision.change.trim().to_owned(),
            decided: decision.decided.trim().to_owned(),
            by: said(decision.by.as_ref()),
        })
        .collect()
}

pub(crate) fn modules(names: Names<'_>) -> Vec<Module> {
    let modules = names.0.crypto.iter().flat_map(|crypto| &crypto.module);
    modules
        .map(|module| Module {
            name: module.name.to_string(),
            version: said(module.version.as_ref()),
            certificate: said(module.certificate.as_ref()),
            status: said(module.status.as_ref()),
            checked: said(module.checked.as_ref()),
            environment: said(module.environment.as_ref()),
            party: module.party.as_ref().map(|id| names.party(id)),
            protects: module.uses.iter().map(|used| used.protects.to_string()).collect(),
            mode_evidence: said(module.mode_evidence.as_ref()),
        })
        .collect()
}

pub(crate) fn incident(names: Names<'_>, as_of: Date) -> Incident {
    let Some(written) = &names.0.incident else { return Incident::default() };
    let phases = written.phase.iter().map(|phase| Phase {
        phase: phase.phase.to_string(),
        party: names.party(&phase.party),
        duty: phase.duty.trim().to_owned(),
    });
    let handoffs = written.handoff.iter().map(|handoff| Handoff {
        from: names.party(&handoff.from),
        to: names.party(&handoff.to),
        trigger: handoff.trigger.trim().to_owned(),
        within: said(handoff.within.as_ref()),
        channel: said(handoff.channel.as_ref()),
        last: said(handoff.last.as_ref()),
    });
    let reporters = written.reporter.iter().map(|reporter| Reporter {
        name: names.somebody(&reporter.person),
        deputy: reporter.deputy.as_ref().is_some_and(|flag| flag.value),
        certificate_until: said(reporter.certificate_until.as_ref()),
    });
    Incident {
        phases: phases.collect(),
        handoffs: handoffs.collect(),
        reporters: reporters.collect(),
        authorities: written.authority.iter().map(|found| authority(found, as_of)).collect(),
    }
}

/// Days after which the check of a contact is too old.
const YEAR: i64 = 366;

fn authority(written: &crate::model::incident::Authority, as_of: Date) -> Authority {
    Authority {
        name: written.name.to_string(),
        about: said(written.about.as_ref()),
        contact: said(written.contact.as_ref()),
        within: said(written.within.as_ref()),
        checked: said(written.checked.as_ref()),
        outdated: written.checked.as_ref().is_some_and(|checked| as_of.days_since(checked.value) > YEAR),
    }
}
