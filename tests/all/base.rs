//! A clean repository of 110 practices on a fixed day, made with real Git: what every rule's page is laid over.
//!
//! The template is built once for a run of the tests and copied for each page.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use demarcate::cache::Cache;
use demarcate::catalog::{Catalog, Nature, Requirement};
use demarcate::date::Date;
use demarcate::diagnostic::Diagnostic;
use demarcate::failure::Failure;
use demarcate::git::Git;
use demarcate::ids::{FAMILIES, RequirementId, Span};
use demarcate::model::assessment::{Assessment, EditionState};
use demarcate::model::{Lock, LockEntry};
use demarcate::rule::Facts;
use demarcate::source::Tree;
use demarcate::{check, facts, load};
use tempfile::TempDir;

/// The day on which the base is clean.
pub(super) const AS_OF: &str = "2026-11-21";

/// The last paragraphs of a commit in which both providers accept: a person of Acme's, and what the cloud has published.
pub(super) const ACCEPTANCES: &str = "Responsibility-Accepted: acme-msp\nAccepted-by: Sam Ortiz <sam@acme.example>\n\n\
                                      Responsibility-Accepted: gcc-high\nAcceptance-Record: gcc-high-letter\n";

/// Who writes the practices; somebody else than the reviewer.
const AUTHOR: (&str, &str) = ("Robin Park", "robin@northwind.example");

/// A repository in a folder of its own that is removed when it is dropped.
pub(super) struct Repository {
    home: TempDir,
}

impl Repository {
    /// An empty folder that is a Git repository.
    pub(super) fn empty() -> Self {
        let home = TempDir::new().expect("the tests may write to the folder for temporary files");
        let repository = Self { home };
        std::fs::create_dir(repository.root()).expect("the folder is new");
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        repository
    }

    /// A copy of the clean base.
    pub(super) fn base() -> Self {
        static TEMPLATE: OnceLock<Repository> = OnceLock::new();
        let template = TEMPLATE.get_or_init(build);
        let home = TempDir::new().expect("the tests may write to the folder for temporary files");
        copy(&template.root(), &home.path().join("root"));
        Self { home }
    }

    /// The folder that holds `demarcate.toml`.
    pub(super) fn root(&self) -> PathBuf {
        self.home.path().join("root")
    }

    /// A path of the root.
    pub(super) fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    /// Writes a file, and the folders above it.
    pub(super) fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let full = self.clear(path);
        std::fs::write(&full, bytes).unwrap_or_else(|error| panic!("cannot write {path}: {error}"));
    }

    /// Adds to the end of a file.
    pub(super) fn append(&self, path: &str, text: &str) {
        self.write(path, self.text(path) + text);
    }

    /// The text of a file.
    pub(super) fn text(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("cannot read {path}: {error}"))
    }

    /// Removes a file or a folder.
    pub(super) fn delete(&self, path: &str) {
        let full = self.path(path);
        let removed = if full.is_dir() { std::fs::remove_dir_all(&full) } else { std::fs::remove_file(&full) };
        removed.unwrap_or_else(|error| panic!("cannot delete {path}: {error}"));
    }

    /// Makes a symbolic link.
    pub(super) fn link(&self, path: &str, target: &str) {
        let full = self.clear(path);
        if full.exists() {
            self.delete(path);
        }
        std::os::unix::fs::symlink(target, full).unwrap_or_else(|error| panic!("cannot link {path}: {error}"));
    }

    /// Makes room for a file: the folders above it stand, and nothing stands there.
    fn clear(&self, path: &str) -> PathBuf {
        let full = self.path(path);
        let parent = full.parent().expect("a path of the root has a folder above it");
        std::fs::create_dir_all(parent).unwrap_or_else(|error| panic!("cannot make the folder of {path}: {error}"));
        if full.is_symlink() {
            std::fs::remove_file(&full).unwrap_or_else(|error| panic!("cannot replace {path}: {error}"));
        }
        full
    }

    /// Runs git in the root with nothing of this machine's configuration, and gives what it printed.
    pub(super) fn git(&self, args: &[&str]) -> String {
        self.git_at("2026-09-28T10:00:00Z", args)
    }

    /// Runs git with this as the time of author and committer.
    pub(super) fn git_at(&self, when: &str, args: &[&str]) -> String {
        let (name, email) = AUTHOR;
        let mut command = Command::new("git");
        for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_CONFIG_COUNT", "GIT_CONFIG_PARAMETERS"] {
            command.env_remove(variable);
        }
        command
            .args(args)
            .current_dir(self.root())
            .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1"), ("LC_ALL", "C"), ("TZ", "UTC")])
            .envs([("GIT_AUTHOR_NAME", name), ("GIT_AUTHOR_EMAIL", email), ("GIT_AUTHOR_DATE", when)])
            .envs([("GIT_COMMITTER_NAME", name), ("GIT_COMMITTER_EMAIL", email), ("GIT_COMMITTER_DATE", when)])
            .env("HOME", self.home.path());
        let output = command.output().expect("git is installed");
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {args:?}: {error}");
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    /// Commits everything that stands there; nothing changed is a commit too.
    pub(super) fn commit(&self, when: &str, message: &str) {
        self.git(&["add", "--all"]);
        self.git_at(when, &["commit", "--quiet", "--allow-empty", "--message", message]);
    }

    /// The last paragraph of a review of everything that stands in the root.
    pub(super) fn review_of_everything(&self) -> String {
        let providers = self.ids_in("providers", ".toml");
        let providers = providers.iter().filter(|id| id.strip_suffix(".crm").is_none());
        let subjects: Vec<String> = ["all", "ssp", "crm", "scope", "poam", "incident"]
            .map(str::to_owned)
            .into_iter()
            .chain(self.ids_in("policies", ".md").iter().map(|id| format!("policy:{id}")))
            .chain(providers.flat_map(|id| [format!("provider:{id}"), format!("personnel:{id}")]))
            .collect();
        format!(
            "Practice-Review: {}\nReview-Outcome: no-change\nReviewed-by: Dana Lee <dana@northwind.example>\n",
            subjects.join(", ")
        )
    }

    /// Names of files in a folder, without their ending, sorted.
    fn ids_in(&self, folder: &str, ending: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.path(folder)).into_iter().flatten();
        let names = entries.map(|entry| entry.expect("the folder is readable").file_name());
        let mut ids: Vec<String> =
            names.filter_map(|name| name.to_string_lossy().strip_suffix(ending).map(str::to_owned)).collect();
        ids.sort();
        ids
    }

    /// Brings `evidence.lock` up to date with what was found of each edition.
    pub(super) fn lock(&self) {
        let assessment = self.look(false).expect("the root is readable").0.assessment;
        self.write("evidence.lock", load::write_lock(&lock_of(&assessment)));
    }

    /// The facts on the fixed day and what reading and linking reported.
    pub(super) fn look(&self, with_history: bool) -> Result<(Facts, Vec<Diagnostic>), Failure> {
        let git = Git::discover(&self.root(), None)?;
        let tree = Tree::folder(&self.root(), git.as_ref())?;
        let tip = git.as_ref().map(Git::head).transpose()?.flatten();
        let wanted = facts::Wanted {
            today: None,
            trust_root: None,
            shared: None,
            as_of: day(AS_OF),
            history: with_history.then_some(tip),
            progress: &|_bytes| (),
            cache: &Cache::none(),
        };
        facts::of(&tree, &wanted)
    }

    /// Every diagnostic of a check on the fixed day.
    pub(super) fn check(&self) -> Result<(Facts, Vec<Diagnostic>), Failure> {
        let (facts, found) = self.look(true)?;
        let all = check::run(&facts, &check::Wanted::default(), found);
        Ok((facts, all))
    }
}

/// A day that the test wrote.
pub(super) fn day(text: &str) -> Date {
    text.parse().unwrap_or_else(|()| panic!("{text} is no day"))
}

/// A diagnostic as one line: path, line and column, rule, message.
pub(super) fn line(diagnostic: &Diagnostic, facts: &Facts) -> String {
    use demarcate::diagnostic::Place;
    let files = &facts.assessment.files;
    let path = check::path_of(&diagnostic.place, files);
    let (rule, message) = (diagnostic.rule, &diagnostic.message);
    match diagnostic.place {
        Place::Span(span) => {
            let (line, column) = files.position(span);
            format!("{path}:{line}:{column}: {rule}: {message}")
        }
        Place::Path(_) => format!("{path}: {rule}: {message}"),
    }
}

fn lock_of(assessment: &Assessment) -> Lock {
    let mut entries = BTreeMap::new();
    let own = assessment.artifacts.iter().filter(|(_, series)| !series.inherited);
    for (id, edition) in own.flat_map(|(id, series)| series.editions.iter().map(move |edition| (id, edition))) {
        if let EditionState::Present { size, sha256, .. } | EditionState::Pointer { size, sha256 } = &edition.state {
            let entry = LockEntry { sha256: sha256.clone(), size: *size, span: Span::default() };
            entries.insert((id.clone(), edition.location.clone()), entry);
        }
    }
    Lock { entries, ..Lock::default() }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).expect("the folder is new");
    for entry in std::fs::read_dir(from).expect("the template is readable") {
        let entry = entry.expect("the template is readable");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("the template is readable").is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("the folder for temporary files has room");
        }
    }
}

/// Writes every file, commits them, has the providers accept and Dana review all of it.
fn build() -> Repository {
    let repository = Repository::empty();
    for (path, text) in files() {
        repository.write(&path, text);
    }
    repository.lock();
    repository.commit("2026-09-28T10:00:00Z", "Write down who does what");
    repository.commit("2026-09-29T10:00:00Z", &format!("The providers accept their duties\n\n{ACCEPTANCES}"));
    let review = repository.review_of_everything();
    let note = "The yearly meeting went through the practices family by family, with the evidence of each at hand.";
    repository.commit("2026-10-01T10:00:00Z", &format!("Review the year\n\n{note}\n\n{review}"));
    repository.git(&["gc", "--quiet"]);
    std::fs::remove_dir_all(repository.path(".git/hooks")).expect("git init wrote its sample hooks");
    repository
}

/// What a matrix says of everything else: pages may assign any of it.
fn the_rest(own: &[&str]) -> String {
    let ids = Catalog::rev2().requirements().map(|requirement| requirement.id.requirement());
    let ids: Vec<String> = ids.filter(|id| !own.contains(&id.as_str())).map(|id| format!("\"{id}\"")).collect();
    format!(
        "\n[[row]]\nfor = [{}]\ninheritance = \"partial\"\nprovider-does = \"Does what its contract lists.\"\n",
        ids.join(", ")
    )
}

/// Every file of the base but the lock, by path.
fn files() -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, String> = [
        ("demarcate.toml", CONFIG),
        ("assets.toml", ASSETS),
        ("incident.toml", INCIDENT),
        ("crypto.toml", CRYPTO),
        ("providers/acme-msp.toml", ACME),
        ("providers/acme-msp.crm.toml", ACME_CRM),
        ("providers/gcc-high.toml", GCC_HIGH),
        ("providers/gcc-high.crm.toml", GCC_HIGH_CRM),
        ("evidence/acme-msp/artifacts.toml", ACME_ARTIFACTS),
        ("evidence/gcc-high/artifacts.toml", GCC_HIGH_ARTIFACTS),
        (".gitattributes", "evidence/** -text\npolicies/** -text\n"),
    ]
    .into_iter()
    .map(|(path, text)| (path.to_owned(), text.to_owned()))
    .collect();
    for (matrix, own) in [("acme-msp", &["3.7.5", "3.14.1"][..]), ("gcc-high", &["3.8.9", "3.13.16"])] {
        let path = format!("providers/{matrix}.crm.toml");
        files.entry(path).or_default().push_str(&the_rest(own));
    }
    for requirement in Catalog::rev2().requirements() {
        files.insert(requirement.id.path(), practice(requirement));
    }
    for (family, title) in FAMILIES {
        let family = family.to_lowercase();
        files.insert(format!("policies/{family}.md"), policy(title));
    }
    files.insert("evidence/contractor/artifacts.toml".to_owned(), contractor_artifacts());
    for (path, what) in EVIDENCE_FILES {
        files.insert(path.to_owned(), format!("{what}\n"));
    }
    files
}

fn policy(title: &str) -> String {
    format!(
        "# {title} policy\n\nVersion 1.0, approved by Dana Lee on 2026-01-15.\n\n\
         Northwind Machining keeps every requirement of this family on all systems in scope.\n"
    )
}

/// The practices that a provider works on, and which.
fn provider_of(id: RequirementId) -> Option<&'static str> {
    match id.requirement().as_str() {
        "3.7.5" | "3.14.1" => Some("acme-msp"),
        "3.8.9" | "3.13.16" => Some("gcc-high"),
        _ => None,
    }
}

/// A whole practice, met in every objective.
pub(super) fn practice(requirement: &Requirement) -> String {
    let provider = provider_of(requirement.id);
    let mut text = format!("practice = \"{}\"\n", requirement.id);
    let ownership = if provider.is_some() { "shared" } else { "contractor" };
    let _ = writeln!(text, "ownership = \"{ownership}\"\nstatus = \"implemented\"");
    let _ = writeln!(text, "statement = \"{}\"", statement(requirement, provider));
    text.push_str(&values(requirement));
    text.push_str(&contractor_part(requirement, provider.is_some()));
    match provider {
        Some("acme-msp") => text.push_str(&acme_part(requirement)),
        Some(_) => text.push_str(&gcc_high_part(requirement)),
        None => {}
    }
    text.push_str("\n[determinations]\n");
    for objective in &requirement.objectives {
        let _ = writeln!(text, "{} = \"met\"", objective.id.letter);
    }
    text
}

fn statement(requirement: &Requirement, provider: Option<&str>) -> String {
    let number = requirement.id.requirement();
    match provider {
        Some("acme-msp") => {
            format!("The contractor sets the rules for {number} and checks them; Acme does the daily work under them.")
        }
        Some(_) => {
            format!(
                "The contractor sets the rules for {number} and checks them; GCC High enforces them where CUI lies."
            )
        }
        None => {
            format!("The contractor sets the rules for {number}, keeps the settings, and looks at both every quarter.")
        }
    }
}

fn values(requirement: &Requirement) -> String {
    let defined: Vec<char> = requirement
        .objectives
        .iter()
        .filter(|objective| objective.nature == Nature::Defined)
        .map(|objective| objective.id.letter)
        .collect();
    if defined.is_empty() {
        return String::new();
    }
    let lines: Vec<String> =
        defined.iter().map(|letter| format!("{letter} = \"as section 2 of the policy lists it\"\n")).collect();
    format!("\n[values]\n{}", lines.concat())
}

fn letters(requirement: &Requirement) -> String {
    let letters: Vec<String> =
        requirement.objectives.iter().map(|objective| format!("\"{}\"", objective.id.letter)).collect();
    letters.join(", ")
}

fn contractor_part(requirement: &Requirement, shared: bool) -> String {
    let number = requirement.id.requirement();
    let family = requirement.id.family().to_lowercase();
    let (layers, duty) = if shared {
        ("\"policy\", \"procedure\"", "Writes the policy and the work instruction, and samples ten hosts every quarter")
    } else {
        (
            "\"policy\", \"procedure\", \"configuration\", \"operation\"",
            "Writes the policy, applies the settings on every host, and samples ten hosts every quarter",
        )
    };
    format!(
        "\n[[responsibility]]\n\
         party = \"contractor\"\n\
         layer = [{layers}]\n\
         objectives = [{}]\n\
         duty = \"{duty}, as the plan for {number} says.\"\n\
         maintained-by = \"it-lead\"\n\
         evidence = [{{ artifact = \"policy-{family}\", at = \"section 2\" }}, {{ artifact = \"procedure-it\" }}, {{ artifact = \"ticket-log\" }}]\n",
        letters(requirement)
    )
}

fn acme_part(requirement: &Requirement) -> String {
    let number = requirement.id.requirement();
    format!(
        "\n[[responsibility]]\n\
         party = \"acme-msp\"\n\
         layer = [\"configuration\", \"operation\"]\n\
         objectives = [{}]\n\
         duty = \"Works the queue for {number} on every managed host within five days and reports each month.\"\n\
         service = \"patching\"\n\
         clause = \"scope\"\n\
         evidence = [{{ artifact = \"acme-report\", at = \"page 3\" }}]\n\
         {}",
        letters(requirement),
        verification("Compare ten hosts with the monthly report.")
    )
}

fn gcc_high_part(requirement: &Requirement) -> String {
    let number = requirement.id.requirement();
    format!(
        "\n[[responsibility]]\n\
         party = \"gcc-high\"\n\
         layer = [\"capability\", \"configuration\", \"operation\"]\n\
         objectives = [{}]\n\
         duty = \"Encrypts every volume and copy that {number} speaks of, with keys that it rotates each year.\"\n\
         service = \"office\"\n\
         clause = \"scope\"\n\
         inherits = {{ from = \"gcc-high\", basis = \"gcc-high-letter\" }}\n\
         evidence = [{{ artifact = \"gcc-high-letter\" }}]\n\
         {}",
        letters(requirement),
        verification("Read the tenant's encryption page and the letter's date.")
    )
}

fn verification(how: &str) -> String {
    format!(
        "verification = {{ how = \"{how}\", every = \"3 months\", by = \"isso\", record = \"ticket-log\", \
         last = 2026-09-24, result = \"passed\" }}\n"
    )
}

fn contractor_artifacts() -> String {
    let mut text = String::new();
    for (family, title) in FAMILIES {
        let family = family.to_lowercase();
        text.push_str(&artifact(
            &format!("policy-{family}"),
            &format!("{title} policy"),
            "policy",
            &format!("../../policies/{family}.md"),
        ));
    }
    text.push_str(&artifact("procedure-it", "IT work instructions", "procedure", "procedure-it.txt"));
    text.push_str(CONTRACTOR_RECORDS);
    text
}

/// An artifact in final form that is renewed each year.
fn artifact(id: &str, title: &str, kind: &str, path: &str) -> String {
    format!(
        "[[artifact]]\n\
         id = \"{id}\"\n\
         title = \"{title}\"\n\
         kind = \"{kind}\"\n\
         every = \"1 year\"\n\
         final = {{ version = \"1.0\", approver = \"Dana Lee\", date = 2026-01-15 }}\n\
         maintained-by = \"isso\"\n\
         edition = [{{ path = \"{path}\", collected = 2026-01-15 }}]\n\n"
    )
}

/// Files of editions and the line that each holds.
const EVIDENCE_FILES: [(&str, &str); 8] = [
    ("evidence/contractor/procedure-it.txt", "IT work instructions, version 1.0, approved by Dana Lee on 2026-01-15"),
    ("evidence/contractor/ticket-log-2026-q3.csv", "ticket,opened,closed\n1041,2026-07-02,2026-07-03"),
    ("evidence/contractor/eca-certificate.txt", "Certificate of Dana Lee, valid until 2027-12-31"),
    ("evidence/acme-msp/report-2026-09.txt", "Managed service report, September 2026"),
    ("evidence/acme-msp/contract-2026.txt", "Managed service agreement 2026-014, signed"),
    ("evidence/acme-msp/personnel-2026-09.csv", "name,role,location\nSam Ortiz,engineer,United States"),
    ("evidence/gcc-high/letter-2026.txt", "FedRAMP authorization letter, package 26-117"),
    ("evidence/gcc-high/contract-2026.txt", "Government cloud agreement 2026-77, signed"),
];

const CONTRACTOR_RECORDS: &str = r#"[[artifact]]
id = "ticket-log"
title = "Tickets of the quarter"
kind = "record"
every = "3 months"
maintained-by = "it-lead"
edition = [{ path = "ticket-log-2026-q3.csv", collected = 2026-09-25, covers = "third quarter of 2026" }]

[[artifact]]
id = "eca-certificate"
title = "Medium assurance certificate of Dana Lee"
kind = "certificate"
expires = 2027-12-31
maintained-by = "isso"
edition = [{ path = "eca-certificate.txt", collected = 2026-01-15 }]
"#;

const CONFIG: &str = r#"[organization]
name = "Northwind Machining LLC"
aliases = ["Northwind"]
cage = ["7XYZ1"]
uei = "ABCDEFGHJKL1"
address = "1 Mill Road, Dayton, Ohio"
phone = "+1 937 555 0100"

[system]
name = "Northwind engineering enclave"
identifier = "NWM-ENC-1"
categorization = "moderate"
purpose = "Design and production of machined parts from controlled drawings."
information = ["Controlled Technical Information"]
information-owner = "Program office, N00024"
owner = "robin"
security-officer = "dana"
affirming-official = "robin"
end-users = 42
privileged-users = 3
boundary = "The enclave network, the shop floor and the tenant of the government cloud."
environment = "One site in Dayton and the government cloud."
topology = "The shop floor reaches the enclave through one firewall."
maintenance = "The contractor owns all hardware; Acme maintains the hosts."
ssp-version = "1.0"
ssp-date = 2026-09-28
ssp-every = "1 year"

[assessment]
kind = "c3pao"
claim = "none"
planned = 2027-03-01
hash-root = "C:\\Artifacts"

[review]
interval = "1 year"
accept = ["signed", "forge", "recorded", "unsigned"]

[[person]]
id = "dana"
name = "Dana Lee"
email = ["dana@northwind.example"]
roles = ["isso"]
title = "Information system security officer"

[[person]]
id = "robin"
name = "Robin Park"
email = ["robin@northwind.example"]
roles = ["it-lead"]
title = "Director of IT"

[[role]]
id = "isso"
title = "Information system security officer"

[[role]]
id = "it-lead"
title = "IT lead"
"#;

const ASSETS: &str = r#"[[group]]
id = "enclave"
title = "Engineering enclave"
description = "Workstations, file server and cloud tenant that handle drawings."

[[group]]
id = "shop-floor"
title = "Shop floor"
description = "Machine tools and the hosts that feed them."

[[asset]]
id = "workstations"
title = "Engineering workstations"
category = "cui"
group = "enclave"
owner = "contractor"
count = 40

[[asset]]
id = "cloud-tenant"
title = "Tenant of the government cloud"
category = "cui"
group = "enclave"
owner = "gcc-high"

[[asset]]
id = "management-server"
title = "Management server that Acme uses"
category = "security-protection"
group = "enclave"
owner = "contractor"

[[asset]]
id = "acme-console"
title = "Console from which Acme patches and maintains managed hosts"
category = "security-protection"
group = "enclave"
owner = "acme-msp"

[[asset]]
id = "machine-tools"
title = "Machine tools"
category = "specialized"
group = "shop-floor"
owner = "contractor"
treatment = "Kept on a network of their own; drawings reach them by a checked transfer only."
"#;

const INCIDENT: &str = r#"phase = [
    { phase = "preparation", party = "contractor", duty = "Keeps the plan and trains the team.", by = "isso" },
    { phase = "detection", party = "acme-msp", duty = "Watches the alerts of managed hosts day and night." },
    { phase = "analysis", party = "contractor", duty = "Decides what happened and what was touched.", by = "isso" },
    { phase = "containment", party = "acme-msp", duty = "Isolates a host when the ISSO says so." },
    { phase = "recovery", party = "contractor", duty = "Restores from backup and releases the host.", by = "it-lead" },
    { phase = "user-response", party = "contractor", duty = "Tells users what to do.", by = "it-lead" },
    { phase = "tracking", party = "contractor", duty = "Keeps a ticket for each incident.", by = "it-lead" },
    { phase = "documentation", party = "contractor", duty = "Writes the report of each incident.", by = "isso" },
    { phase = "reporting", party = "contractor", duty = "Reports to DIBNet within 72 hours.", by = "isso" },
    { phase = "preservation", party = "contractor", duty = "Keeps images of affected hosts for 90 days.", by = "it-lead" },
    { phase = "malware", party = "contractor", duty = "Submits malware to DC3 and to nobody else.", by = "isso" },
]

[[handoff]]
id = "acme-alert"
matter = "detection"
from = "acme-msp"
to = "contractor"
to-role = "isso"
trigger = "An alert of grade high on a managed host"
within = "8 hours"
channel = "telephone, then ticket"
test-every = "6 months"
record = "ticket-log"
last = 2026-09-10

[[handoff]]
id = "cloud-notice"
matter = "detection"
from = "gcc-high"
to = "contractor"
to-role = "isso"
trigger = "An incident in the cloud touches the tenant"
within = "24 hours"
channel = "security contact mailbox"
test-every = "1 year"
record = "ticket-log"
last = 2026-09-10

[[handoff]]
id = "joiners-and-leavers"
matter = "personnel"
from = "contractor"
to = "acme-msp"
trigger = "Somebody joins, leaves or changes roles"
within = "1 day"
channel = "ticket"

[[handoff]]
id = "changes-of-settings"
matter = "configuration"
from = "acme-msp"
to = "contractor"
to-role = "it-lead"
trigger = "A change of settings on managed hosts is done"
within = "5 days"
channel = "ticket"

[[reporter]]
person = "dana"
certificate = "eca-certificate"
certificate-until = 2027-12-31

[[reporter]]
person = "robin"
deputy = true
certificate = "eca-certificate"
certificate-until = 2027-12-31

[[authority]]
name = "DIBNet"
about = "Cyber incidents that affect covered defense information"
contact = "the DIBNet portal"
within = "72 hours"
checked = 2026-09-10
"#;

const CRYPTO: &str = r#"[[module]]
id = "disk-encryption"
name = "Disk encryption library"
version = "4.2"
certificate = "4999"
status = "active"
checked = 2026-09-10
environment = "Enclave workstations"
mode-evidence = "procedure-it"
party = "contractor"
uses = [{ protects = "CUI on workstations and drives", objectives = ["SC.L2-3.13.11[a]", "SC.L2-3.13.16[a]", "MP.L2-3.8.6[a]"] }]

[[module]]
id = "firewall"
name = "Firewall and VPN module"
version = "7.2"
certificate = "4711"
status = "active"
checked = 2026-09-10
environment = "The firewall between shop floor and enclave"
mode-evidence = "procedure-it"
party = "contractor"
uses = [{ protects = "CUI between shop floor and enclave", objectives = ["SC.L2-3.13.11[a]", "SC.L2-3.13.8[c]"] }]
"#;

const ACME: &str = r#"id = "acme-msp"
name = "Acme Managed IT Inc."
aliases = ["Acme"]
esp = true
locations = ["Columbus, Ohio, United States"]
description = "Manages hosts and patches for small manufacturers; described in its service guide of 2026."
personnel-list = "acme-personnel"
us-persons = "acme-personnel"

[[contact]]
name = "Sam Ortiz"
role = "service lead"
email = "sam@acme.example"
phone = "+1 614 555 0100"

[[service]]
id = "helpdesk"
title = "Help desk for users of the enclave"
kind = "msp"
data = "spd"

[[service]]
id = "patching"
title = "Patching and maintenance of managed hosts"
kind = "msp"
data = "spd"

[contract]
artifact = "acme-contract"
number = "2026-014"
from = 2026-01-01
until = 2027-12-31
clause = [
    { id = "scope", kind = "scope", at = "2.1", says = "Lists each practice that Acme works on." },
    { id = "compliance", kind = "compliance", at = "3.1", says = "Acme meets SP 800-171 for what it touches." },
    { id = "evidence", kind = "evidence", at = "4.1", says = "Evidence on request.", within = "5 days" },
    { id = "audit", kind = "audit", at = "4.3", says = "The contractor and its assessor may audit." },
    { id = "incidents", kind = "incident-notification", at = "5.1", says = "Tells of incidents.", within = "8 hours" },
    { id = "personnel", kind = "personnel", at = "6.1", says = "Screens, trains and names its people." },
    { id = "assessment", kind = "assessment", at = "7.1", says = "Takes part in the assessment." },
]

[[people]]
name = "Sam Ortiz"
role = "engineer"
email = "sam@acme.example"
location = "United States"
screened = 2026-01-10
trained = 2026-06-10
accepts = true

[[access]]
id = "jump-host"
method = "VPN to the jump host with a hardware token"
device = "Acme's managed laptops only"
source = "Acme's office network"
logging = "Every session is recorded on the jump host"
review-every = "3 months"
review-by = "isso"
review-record = "ticket-log"
review-last = 2026-09-24

[[connection]]
id = "remote-admin"
title = "Acme's office to the management server"
data = "Administration traffic and patch status; no CUI"
flow = "in both directions"
method = "site-to-site VPN"
authentication = "certificates at both ends"
controls = "Firewall rules for two hosts, logged"
agreement = "acme-contract"
"#;

const ACME_CRM: &str = r#"provider = "acme-msp"
edition = "2026"
date = 2026-09-01
source = "acme-contract"

[[row]]
for = ["3.7.5", "3.14.1"]
service = "patching"
inheritance = "partial"
provider-does = "Works the queue on managed hosts and reports each month."
customer-does = "Writes the policy and checks the report."
"#;

const GCC_HIGH: &str = r#"id = "gcc-high"
name = "Government Cloud Office"
aliases = ["GCC High"]
esp = true
locations = ["United States"]
description = "Office services in a FedRAMP authorized cloud."
personnel-list = "gcc-high-contract"
us-persons = "gcc-high-contract"

[[contact]]
name = "Government support desk"
email = "support@cloud.example"

[[service]]
id = "office"
title = "Mail, files and meetings"
kind = "csp"
data = "cui"
authorization = "fedramp-high"
authorization-evidence = "gcc-high-letter"
authorization-until = 2027-12-31
inside-boundary = true

[contract]
artifact = "gcc-high-contract"
number = "2026-77"
from = 2026-01-01
until = 2027-12-31
clause = [
    { id = "scope", kind = "scope", says = "Lists each practice that the service carries." },
    { id = "compliance", kind = "compliance", says = "Keeps its FedRAMP authorization." },
    { id = "evidence", kind = "evidence", says = "Its package on request.", within = "5 days" },
    { id = "audit", kind = "audit", says = "The FedRAMP package stands for it.", instead = "gcc-high-letter" },
    { id = "incidents", kind = "incident-notification", says = "Tells of incidents.", within = "24 hours" },
    { id = "personnel", kind = "personnel", says = "Screens and trains its people." },
    { id = "assessment", kind = "assessment", says = "Answers the assessor through its package." },
    { id = "dfars", kind = "dfars-7012", says = "Paragraphs (c) to (g) of DFARS 252.204-7012." },
]

[[connection]]
id = "tenant-link"
title = "Hosts of the contractor with the tenant"
data = "CUI files, mail and sign-ins"
flow = "in both directions, opened by the hosts"
method = "HTTPS over the internet"
authentication = "device certificate and multifactor sign-in"
controls = "TLS 1.2 or newer with FIPS-validated modules, managed devices only"
agreement = "gcc-high-contract"
"#;

const GCC_HIGH_CRM: &str = r#"provider = "gcc-high"
edition = "2026"
date = 2026-09-01
source = "gcc-high-letter"

[[row]]
for = ["3.8.9", "3.13.16"]
service = "office"
inheritance = "partial"
provider-does = "Encrypts every volume and copy at rest."
customer-does = "Writes the policy and reads the tenant's settings."
"#;

const ACME_ARTIFACTS: &str = r#"[[artifact]]
id = "acme-report"
title = "Managed service report"
kind = "report"
every = "3 months"
final = { version = "2026-09", approver = "Sam Ortiz", date = 2026-09-25 }
edition = [{ path = "report-2026-09.txt", collected = 2026-09-25, covers = "September 2026" }]

[[artifact]]
id = "acme-contract"
title = "Managed service agreement"
kind = "contract"
expires = 2027-12-31
final = { version = "1.0", approver = "Robin Park", date = 2026-01-01 }
edition = [{ path = "contract-2026.txt", collected = 2026-01-15 }]

[[artifact]]
id = "acme-personnel"
title = "People of Acme with access"
kind = "inventory"
every = "6 months"
edition = [{ path = "personnel-2026-09.csv", collected = 2026-09-25 }]
"#;

const GCC_HIGH_ARTIFACTS: &str = r#"[[artifact]]
id = "gcc-high-letter"
title = "Authorization letter of the cloud"
kind = "letter"
expires = 2027-12-31
final = { version = "26-117", approver = "Authorizing official", date = 2026-01-10 }
edition = [{ path = "letter-2026.txt", collected = 2026-01-15 }]

[[artifact]]
id = "gcc-high-contract"
title = "Government cloud agreement"
kind = "contract"
expires = 2027-12-31
final = { version = "1.0", approver = "Robin Park", date = 2026-01-01 }
edition = [{ path = "contract-2026.txt", collected = 2026-01-15 }]
"#;

#[test]
fn the_base_is_clean_under_every_rule() {
    let (facts, all) = Repository::base().check().expect("the base is readable");
    let lines: Vec<String> = all.iter().map(|diagnostic| line(diagnostic, &facts)).collect();
    assert_eq!(lines, Vec::<String>::new());
    let met = facts.assessment.objectives().filter(demarcate::model::assessment::ObjectiveView::is_met).count();
    assert_eq!((facts.assessment.practices.len(), met, facts.score.score), (110, 320, Some(110)));
}

/// The sample repository as plain files, without its history, seen on a day.
pub(super) fn sample_files(on: &str) -> Facts {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-repo");
    let tree = Tree::folder(&root, None).expect("the sample stands beside the sources");
    let wanted = facts::Wanted {
        today: None,
        trust_root: None,
        shared: None,
        as_of: day(on),
        history: None,
        progress: &|_bytes| (),
        cache: &Cache::none(),
    };
    facts::of(&tree, &wanted).expect("the sample is readable").0
}
