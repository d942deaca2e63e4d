//! Records to Assessment: every id linked, what is double or leads nowhere reported.

use std::collections::{BTreeMap, BTreeSet};

use crate::accounts::{self, Forge};
use crate::catalog::{Catalog, Requirement};
use crate::content::Content;
use crate::diagnostic::{Diagnostic, Fix, Place};
use crate::ids::{CONTRACTOR, ObjectiveId, RequirementId, Span, Spanned, folded};
use crate::model::artifact::Edition;
use crate::model::assessment::{Assessment, EditionFile, EditionState, Series};
use crate::model::config::Config;
use crate::model::crm::ProviderCrm;
use crate::model::practice::{Practice, Responsibility};
use crate::model::provider::Provider;
use crate::model::{Filed, Policy, Records, ServiceName};
use crate::source;
use crate::table::{self, Id, Reader, Ref};

/// Links the records; editions are not read yet ([`crate::evidence`] does that).
pub fn assessment(records: Records, catalog: &'static Catalog, out: &mut Vec<Diagnostic>) -> Assessment {
    report_double_ids(&records, out);
    report_file_names(&records, catalog, out);
    report_dangling_references(&records, out);
    report_dangling_in_practices(&records, catalog, out);
    report_dangling_objectives(&records, catalog, out);
    if let Some(config) = &records.config {
        accounts::report(config, records.providers.iter(), &Forge::ALL, out);
    }
    let practices = practices(&records, catalog, out);
    let artifacts = records.references.iter().filter(|reference| reference.kind == "artifact");
    let cited = artifacts.map(|reference| reference.name.clone()).collect();
    let mut broken = records.broken;
    broken.extend(has_double_artifacts(&records.artifacts).then_some("artifact"));
    Assessment {
        catalog,
        config: records.config.unwrap_or_else(empty_config),
        practices,
        unread_practices: records.unread_practices.into_iter().collect(),
        providers: by_id(records.providers, |provider| &provider.id),
        artifacts: series(records.artifacts),
        poam: by_id(records.poam, |item| &item.id),
        exceptions: by_id(records.exceptions, |item| &item.id),
        crms: matrices(records.crms),
        assets: records.assets,
        incident: records.incident,
        crypto: records.crypto,
        policies: records.policies.into_iter().rev().map(|policy| (policy.id.clone(), policy)).collect(),
        lock: records.lock,
        ending: records.ending,
        cited,
        broken,
        files: records.files,
    }
}

/// Whether two artifacts have one id, so that nobody can say whose editions are whose.
fn has_double_artifacts(files: &[(String, Filed<crate::model::artifact::ArtifactsFile>)]) -> bool {
    let mut seen = BTreeSet::new();
    files.iter().flat_map(|(_, file)| &file.artifact).any(|artifact| !seen.insert(artifact.id.name.as_str()))
}

/// A `demarcate.toml` that says nothing, for a root whose own cannot be read.
fn empty_config() -> Filed<Config> {
    let value = table::read("", &mut Reader::default()).expect("every key of demarcate.toml is optional");
    Filed { path: "demarcate.toml".to_owned(), file: u32::MAX, value, lost: true, inherited: false }
}

/// By id; of two with one id the first by path stays.
fn by_id<T>(items: Vec<Filed<T>>, id: impl Fn(&T) -> &Id) -> BTreeMap<String, Filed<T>> {
    items.into_iter().rev().map(|item| (id(&item.value).name.clone(), item)).collect()
}

fn series(files: Vec<(String, Filed<crate::model::artifact::ArtifactsFile>)>) -> BTreeMap<String, Series> {
    let mut all = BTreeMap::new();
    for (folder, file) in files.into_iter().rev() {
        let home = file.path.trim_end_matches("artifacts.toml").to_owned();
        for artifact in file.value.artifact.into_iter().rev() {
            let editions = artifact.edition.iter().map(|edition| edition_file(edition, &home)).collect();
            let id = artifact.id.name.clone();
            let (folder, path) = (folder.clone(), file.path.clone());
            all.insert(id, Series { artifact, folder, path, inherited: file.inherited, editions });
        }
    }
    all
}

fn edition_file(edition: &Edition, home: &str) -> EditionFile {
    let location = match (&edition.path, &edition.url) {
        (Some(path), _) => location_of(&path.value, home),
        (None, Some(url)) => url.value.clone(),
        (None, None) => String::new(),
    };
    EditionFile { edition: edition.clone(), location, state: EditionState::Missing, content: Content::default() }
}

/// The path of an edition relative to the root; what is absolute or a URL stays as written.
fn location_of(path: &str, home: &str) -> String {
    if source::is_outside(path) {
        return path.to_owned();
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in home.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The practices of the catalog by id; double ones and those outside the catalog are reported.
fn practices(
    records: &Records,
    catalog: &Catalog,
    out: &mut Vec<Diagnostic>,
) -> BTreeMap<RequirementId, Filed<Practice>> {
    let mut practices: BTreeMap<RequirementId, Filed<Practice>> = BTreeMap::new();
    for practice in &records.practices {
        let Some(id) = id_of(practice, catalog) else {
            let mut diagnostic = outside_catalog(practice, catalog);
            // The right spelling where it stands already would make two practices of one.
            let is_taken = |id| {
                records.practices.iter().filter(|other| RequirementId::meant(&other.practice) == Some(id)).count() > 1
            };
            if RequirementId::meant(&practice.practice).is_some_and(is_taken) {
                diagnostic.fix = None;
            }
            out.push(diagnostic);
            continue;
        };
        if let Some(first) = practices.get(&id) {
            let message = format!("practice `{id}` stands in two files: {} and {}", first.path, practice.path);
            let mut diagnostic = Diagnostic::new("duplicate-practice", message, practice.practice.span)
                .label("the second one")
                .related("the first one", first.practice.span)
                .help("keep one file a practice; move what the other says into it and delete the other");
            diagnostic.practice = Some(id);
            out.push(diagnostic);
            continue;
        }
        practices.insert(id, practice.clone());
    }
    practices
}

/// The catalog id of a practice, written as a practice id.
fn id_of(practice: &Practice, catalog: &Catalog) -> Option<RequirementId> {
    let id: RequirementId = practice.practice.parse().ok()?;
    (catalog.requirement(id).is_some() && id.to_string() == practice.practice.value).then_some(id)
}

fn outside_catalog(practice: &Filed<Practice>, catalog: &Catalog) -> Diagnostic {
    let written = &practice.practice;
    let names: Vec<String> = catalog.requirements().map(|requirement| requirement.id.to_string()).collect();
    let from_number =
        RequirementId::meant(written).filter(|id| catalog.requirement(*id).is_some()).map(|id| id.to_string());
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let near = from_number.clone().or_else(|| table::nearest(written, &names).map(str::to_owned));
    let help = match &near {
        Some(near) => format!("write `{near}`, if that is the one; ids are written as AC.L2-3.1.1"),
        None => format!("{} has 110 requirements; ids are written as AC.L2-3.1.1", catalog.title),
    };
    let message = format!("`{}` is not a practice of {}", written.escape_debug(), catalog.title);
    let mut diagnostic =
        Diagnostic::new("unknown-practice", message, written.span).label("not in the catalog").help(help);
    // Another number would be a guess; another spelling of the same number is not.
    diagnostic.fix = from_number.map(|id| Fix::safe(written.span, table::quoted(&id)));
    diagnostic
}

fn report_double_ids(records: &Records, out: &mut Vec<Diagnostic>) {
    double("provider", records.providers.iter().map(|p| &p.id), out);
    double("artifact", records.artifacts.iter().flat_map(|(_, file)| &file.artifact).map(|a| &a.id), out);
    double("POA&M item", records.poam.iter().map(|p| &p.id), out);
    let own = records.policies.iter().filter(|policy| !policy.inherited);
    let id =
        |policy: &Filed<Policy>| Id { name: policy.id.clone(), span: Span { file: policy.file, start: 0, end: 0 } };
    double("policy", own.map(id).collect::<Vec<_>>().iter(), out);
    double("exception", records.exceptions.iter().map(|p| &p.id), out);
    if let Some(config) = &records.config {
        double("person", config.person.iter().map(|p| &p.id), out);
        double("role", config.role.iter().map(|r| &r.id), out);
        let connections = config.system.iter().flat_map(|system| &system.connection);
        double("connection", connections.map(|c| &c.id), out);
    }
    if let Some(assets) = &records.assets {
        double("group", assets.group.iter().map(|g| &g.id), out);
        double("asset", assets.asset.iter().map(|a| &a.id), out);
    }
    if let Some(crypto) = &records.crypto {
        double("module", crypto.module.iter().map(|m| &m.id), out);
    }
    if let Some(incident) = &records.incident {
        double("handoff", incident.handoff.iter().map(|h| &h.id), out);
    }
    for provider in &records.providers {
        double("service", provider.service.iter().map(|s| &s.id), out);
        double("clause", provider.contract.iter().flat_map(|c| &c.clause).map(|c| &c.id), out);
        double("access", provider.access.iter().map(|a| &a.id), out);
        double("connection", provider.connection.iter().map(|c| &c.id), out);
    }
    double_crms(records, out);
    for id in records.providers.iter().map(|p| &p.id).filter(|id| folded(id) == CONTRACTOR) {
        out.push(
            Diagnostic::new("bad-id", format!("`{id}` is reserved for the contractor"), id.span)
                .label("reserved")
                .help("give the provider another id"),
        );
    }
}

/// The matrix of each provider; of two nobody knows which one holds, so that neither is compared.
fn matrices(all: Vec<Filed<ProviderCrm>>) -> BTreeMap<String, Filed<ProviderCrm>> {
    let mut found: BTreeMap<String, Filed<ProviderCrm>> = BTreeMap::new();
    for crm in all {
        match found.get_mut(&crm.provider.name) {
            Some(first) => first.lost = true,
            None => drop(found.insert(crm.provider.name.clone(), crm)),
        }
    }
    found
}

fn double_crms(records: &Records, out: &mut Vec<Diagnostic>) {
    let mut seen: BTreeMap<String, Span> = BTreeMap::new();
    for crm in &records.crms {
        if let Some(first) = seen.insert(folded(&crm.provider), crm.provider.span) {
            let message = format!("provider `{}` has two responsibility matrices", crm.provider);
            let help = "keep the edition that holds, and remove the file of the other: git keeps it";
            out.push(double_diagnostic(message, crm.provider.span, first).help(help));
        }
    }
}

fn double<'a>(what: &str, ids: impl Iterator<Item = &'a Id>, out: &mut Vec<Diagnostic>) {
    let mut seen: BTreeMap<String, &Id> = BTreeMap::new();
    for id in ids {
        match seen.get(&folded(id)) {
            Some(first) if first.name == id.name => {
                out.push(double_diagnostic(format!("{what} `{id}` is defined twice"), id.span, first.span));
            }
            Some(first) => {
                let message =
                    format!("{what} `{id}` differs from `{first}` only in case or in how accents are encoded");
                out.push(double_diagnostic(message, id.span, first.span));
            }
            None => drop(seen.insert(folded(id), id)),
        }
    }
}

fn double_diagnostic(message: String, second: Span, first: Span) -> Diagnostic {
    Diagnostic::new("duplicate-id", message, second)
        .label("the second one")
        .related("the first one", first)
        .help("give one of them another id, or remove it")
}

fn report_file_names(records: &Records, catalog: &Catalog, out: &mut Vec<Diagnostic>) {
    // Of a practice outside the catalog it is the id that is wrong.
    let practices = records.practices.iter().filter(|practice| id_of(practice, catalog).is_some());
    compare_names(practices.map(|p| (p.path.as_str(), p.practice.value.as_str(), p.practice.span)), "", out);
    compare_names(records.providers.iter().map(|p| (p.path.as_str(), &*p.id, p.id.span)), "", out);
    compare_names(records.crms.iter().map(|c| (c.path.as_str(), &*c.provider, c.provider.span)), ".crm", out);
    compare_names(records.poam.iter().map(|p| (p.path.as_str(), &*p.id, p.id.span)), "", out);
    compare_names(records.exceptions.iter().map(|e| (e.path.as_str(), &*e.id, e.id.span)), "", out);
}

/// Compares names of files with the ids in them; where the right name is taken, the id is double and that is reported.
fn compare_names<'a>(items: impl Iterator<Item = (&'a str, &'a str, Span)>, more: &str, out: &mut Vec<Diagnostic>) {
    let items: Vec<_> = items.collect();
    for (path, id, span) in items.iter().copied().filter(|(_, id, _)| !id.contains('/')) {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let expected = format!("{folder}/{id}{more}.toml");
        if items.iter().any(|(taken, other, _)| *taken == expected && *other == id) {
            continue;
        }
        out.push(
            Diagnostic::new("file-name", format!("{path} holds `{}`", id.escape_debug()), span)
                .label("the id decides, not the file name")
                .help(format!("rename the file to {}, or correct the id", expected.escape_debug())),
        );
    }
}

/// What may be named, by the kind's word.
fn defined(records: &Records) -> BTreeMap<&'static str, BTreeSet<String>> {
    let mut defined: BTreeMap<&'static str, BTreeSet<String>> = BTreeMap::new();
    let mut set = |kind: &'static str, names: &mut dyn Iterator<Item = String>| {
        defined.entry(kind).or_default().extend(names);
    };
    let providers = || records.providers.iter().map(|p| p.id.name.clone());
    set("party", &mut providers().chain([CONTRACTOR.to_owned()]));
    set("provider", &mut providers());
    let config = records.config.iter();
    set("role", &mut config.clone().flat_map(|c| &c.role).map(|r| r.id.name.clone()));
    set("person", &mut config.flat_map(|c| &c.person).map(|p| p.id.name.clone()));
    set("artifact", &mut records.artifacts.iter().flat_map(|(_, f)| &f.artifact).map(|a| a.id.name.clone()));
    set("group", &mut records.assets.iter().flat_map(|a| &a.group).map(|g| g.id.name.clone()));
    set("poam", &mut records.poam.iter().map(|p| p.id.name.clone()));
    set("exception", &mut records.exceptions.iter().map(|e| e.id.name.clone()));
    defined
}

/// Where each kind of thing is defined: for the help line, and to stay silent while that file is broken.
const HOMES: [(&str, &str, &str); 8] = [
    ("party", "dangling-party", "providers/<id>.toml"),
    ("provider", "dangling-provider", "providers/<id>.toml"),
    ("role", "dangling-role", "demarcate.toml as a [[role]]"),
    ("person", "dangling-person", "demarcate.toml as a [[person]]"),
    ("artifact", "dangling-artifact", "evidence/<party>/artifacts.toml as an [[artifact]]"),
    ("group", "dangling-group", "assets.toml as a [[group]]"),
    ("poam", "dangling-poam", "poam/<id>.toml"),
    ("exception", "dangling-exception", "exceptions/<id>.toml"),
];

fn report_dangling_references(records: &Records, out: &mut Vec<Diagnostic>) {
    let defined = defined(records);
    for reference in &records.references {
        let Some((kind, rule, home)) = HOMES.iter().find(|(kind, ..)| *kind == reference.kind) else { continue };
        let Some(names) = defined.get(kind) else { continue };
        if names.contains(&reference.name) || records.broken.contains(kind) {
            continue;
        }
        out.push(dangling(rule, kind, &reference.name, reference.span, names.iter().map(String::as_str), home));
    }
}

/// The diagnostic for a name that leads nowhere.
fn dangling<'a>(
    rule: &'static str,
    kind: &str,
    name: &str,
    span: Span,
    known: impl Iterator<Item = &'a str>,
    home: &str,
) -> Diagnostic {
    let known: Vec<&str> = known.collect();
    let near = table::nearest(name, &known);
    let help = match near {
        Some(near) => format!("did you mean `{near}`? otherwise define it in {home}"),
        None if known.is_empty() => format!("define it in {home}"),
        None if known.len() <= 12 => format!("define it in {home}, or name one of: {}", known.join(", ")),
        None => format!("define it in {home}"),
    };
    let mut diagnostic = Diagnostic::new(rule, format!("no {kind} is called `{}`", name.escape_debug()), span)
        .label("not defined")
        .help(help);
    let sure = near.filter(|_| table::is_near_to_one(name, &known));
    diagnostic.fix =
        sure.map(|near| Fix { safe: table::is_spelling_of(name, near), ..Fix::offered(span, table::quoted(near)) });
    diagnostic
}

/// Services, clauses and connections belong to the provider that a responsibility names.
fn report_dangling_in_practices(records: &Records, catalog: &Catalog, out: &mut Vec<Diagnostic>) {
    let providers: BTreeMap<&str, &Filed<Provider>> =
        records.providers.iter().map(|p| (p.id.name.as_str(), p)).collect();
    for practice in &records.practices {
        let id = id_of(practice, catalog);
        let before = out.len();
        for part in &practice.responsibility {
            report_dangling_in_part(part, providers.get(&*part.party).copied(), out);
        }
        for diagnostic in &mut out[before..] {
            diagnostic.practice = id;
        }
    }
    for provider in &records.providers {
        let clauses = provider.contract.iter().flat_map(|contract| &contract.clause);
        report_dangling_services(provider, clauses.flat_map(|clause| &clause.services), out);
    }
    for crm in &records.crms {
        if let Some(provider) = providers.get(&*crm.provider) {
            report_dangling_services(provider, crm.row.iter().flat_map(|row| row.service.iter()), out);
        }
    }
}

/// What a responsibility cites of its provider; of a broken file, or of a party that is itself reported, nothing is said.
fn report_dangling_in_part(part: &Responsibility, provider: Option<&Filed<Provider>>, out: &mut Vec<Diagnostic>) {
    if provider.is_some_and(|provider| provider.lost) || (provider.is_none() && !part.is_contractor()) {
        return;
    }
    let home = provider.map_or_else(|| "the provider's file".to_owned(), |provider| provider.path.clone());
    let clauses = provider.into_iter().flat_map(|p| &p.contract).flat_map(|contract| &contract.clause);
    let service = part.service.as_ref().map(|cited| (&cited.name, cited.span));
    let clause = part.clause.as_ref().map(|cited| (&cited.name, cited.span));
    let connection = part.connection.as_ref().map(|cited| (&cited.name, cited.span));
    let names = |ids: &mut dyn Iterator<Item = &Id>| ids.map(|id| id.name.clone()).collect::<Vec<String>>();
    let services = names(&mut provider.into_iter().flat_map(|p| &p.service).map(|service| &service.id));
    let connections = names(&mut provider.into_iter().flat_map(|p| &p.connection).map(|connection| &connection.id));
    let cited = [
        ("dangling-service", "service", service, services),
        ("dangling-clause", "clause", clause, names(&mut clauses.map(|clause| &clause.id))),
        ("dangling-connection", "connection", connection, connections),
    ];
    for (rule, kind, written, known) in cited {
        if let Some((name, span)) = written.filter(|(name, _)| !known.contains(name)) {
            let kind = format!("{kind} of `{}`", part.party);
            out.push(dangling(rule, &kind, name, span, known.iter().map(String::as_str), &home));
        }
    }
}

/// Services that are named where only those of one provider can be meant.
fn report_dangling_services<'a>(
    provider: &Filed<Provider>,
    named: impl Iterator<Item = &'a Ref<ServiceName>>,
    out: &mut Vec<Diagnostic>,
) {
    let known: Vec<&str> = provider.service.iter().map(|service| service.id.name.as_str()).collect();
    for service in named.filter(|service| !provider.lost && !known.contains(&service.name.as_str())) {
        let known = known.iter().copied();
        out.push(dangling("dangling-service", "service", service, service.span, known, &provider.path));
    }
}

fn report_dangling_objectives(records: &Records, catalog: &Catalog, out: &mut Vec<Diagnostic>) {
    for practice in &records.practices {
        let Some(id) = id_of(practice, catalog) else { continue };
        let Some(requirement) = catalog.requirement(id) else { continue };
        let before = out.len();
        let mut each = |list: &[Spanned<String>]| {
            let all: Vec<&str> = list.iter().map(|written| written.value.as_str()).collect();
            for written in list {
                out.extend(unknown_letter(written, written.span, &all, requirement, table::quoted));
            }
        };
        for part in &practice.responsibility {
            each(&part.objectives);
            part.evidence.iter().for_each(|evidence| each(&evidence.objectives));
        }
        practice.method.iter().for_each(|method| each(&method.objectives));
        let answers = practice.determinations.iter().map(|(key, entry)| (key.as_str(), entry.key));
        unknown_keys(answers.collect(), requirement, out);
        unknown_keys(practice.values.iter().map(|(key, entry)| (key.as_str(), entry.key)).collect(), requirement, out);
        out[before..].iter_mut().for_each(|diagnostic| diagnostic.practice = Some(id));
    }
    let full = records.poam.iter().flat_map(|item| item.objectives.iter());
    let full = full.chain(records.exceptions.iter().flat_map(|item| item.objectives.iter()));
    let full =
        full.chain(records.crypto.iter().flat_map(|c| &c.module).flat_map(|m| &m.uses).flat_map(|u| &u.objectives));
    for written in full {
        if written.parse::<ObjectiveId>().ok().and_then(|id| catalog.objective(id)).is_none() {
            out.push(unknown_objective(written, catalog));
        }
    }
    let rows = records.crms.iter().flat_map(|crm| &crm.row).flat_map(|row| row.covers.iter());
    let exempt = records.assets.iter().flat_map(|assets| &assets.group).flat_map(|group| &group.exempt);
    for written in rows.chain(exempt.flat_map(|exempt| exempt.covers.iter())) {
        let requirement = written.parse::<RequirementId>().ok().and_then(|id| catalog.requirement(id));
        let objective = written.parse::<ObjectiveId>().ok().and_then(|id| catalog.objective(id));
        if requirement.is_none() && objective.is_none() {
            out.push(unknown_objective(written, catalog));
        }
    }
}

/// Letters as keys of a table.
fn unknown_keys(keys: Vec<(&str, Span)>, requirement: &Requirement, out: &mut Vec<Diagnostic>) {
    let all: Vec<&str> = keys.iter().map(|(key, _)| *key).collect();
    for (key, span) in keys {
        out.extend(unknown_letter(key, span, &all, requirement, str::to_owned));
    }
}

/// A letter that the requirement does not have; another spelling of one is corrected where that makes no two of it.
fn unknown_letter(
    written: &str,
    span: Span,
    beside: &[&str],
    requirement: &Requirement,
    form: fn(&str) -> String,
) -> Option<Diagnostic> {
    let id = requirement.id;
    let mut letters = written.chars();
    if letters.next().is_some_and(|c| requirement.has(c)) && letters.next().is_none() {
        return None;
    }
    let message = format!("`{id}` has no objective `{}`", written.escape_debug());
    let mut diagnostic = Diagnostic::new("dangling-objective", message, span)
        .label("no such objective")
        .help(format!("its objectives are {}; write the letter alone", requirement.letters()));
    let meant = |written: &str| ObjectiveId::letter_meant(written, id).filter(|letter| requirement.has(*letter));
    let letter = meant(written).filter(|_| beside.iter().filter(|other| meant(other) == meant(written)).count() == 1);
    diagnostic.fix = letter.map(|letter| Fix::safe(span, form(&letter.to_string())));
    Some(diagnostic)
}

fn unknown_objective(written: &Spanned<String>, catalog: &Catalog) -> Diagnostic {
    let message = format!("`{}` is not an objective of the catalog", written.escape_debug());
    let mut diagnostic = Diagnostic::new("dangling-objective", message, Place::Span(written.span))
        .label("no such objective")
        .help("write it as AC.L2-3.1.1[a]");
    let meant = ObjectiveId::meant(written).filter(|id| catalog.objective(*id).is_some());
    diagnostic.fix = meant.map(|id| Fix::safe(written.span, table::quoted(&id.to_string())));
    diagnostic
}
