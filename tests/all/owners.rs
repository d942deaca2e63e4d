//! Code owners: what each forge would make of the rules is what the responsibilities say.

mod forges;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use demarcate::git::Git;
use demarcate::model::assessment::Assessment;
use demarcate::owners::{self, Rule, Target};
use demarcate::source::Tree;
use demarcate::{facts, speakers};
use forges::{Names, Policy, Rules};
use tempfile::TempDir;

use super::screen::{Sample, Screen, copy, run};

const FORGES: [&str; 4] = ["github", "gitlab", "gitea", "azure"];

/// What a test calls a person, role or provider at a forge.
fn account(forge: &str, id: &str) -> String {
    if forge == "azure" { format!("{id}@kestrel.example") } else { format!("@k-{id}") }
}

fn team(forge: &str, id: &str) -> String {
    if forge == "azure" { format!("[Kestrel]\\Team {id}") } else { format!("@kestrel/{id}") }
}

fn record(of: fn(&str, &str) -> String, id: &str) -> String {
    let keys = FORGES.map(|forge| format!("{forge} = '{}'", of(forge, id)));
    format!("{{ {} }}", keys.join(", "))
}

/// Gives every person an account, the role of the compliance lead a team, and every provider one; the IT lead reviews
/// policies as well, so that those are not owned as their folder is.
fn with_accounts(root: &Path) {
    let path = root.join("demarcate.toml");
    let text = std::fs::read_to_string(&path).expect("it stands");
    let mut table = "";
    let mut out = String::new();
    for line in text.lines().filter(|line| !line.starts_with("accounts")) {
        if line.starts_with('[') {
            table = line;
        }
        out.push_str(&line.replace("\"scope\", \"providers\"", "\"scope\", \"providers\", \"policies\""));
        out.push('\n');
        let Some(id) = line.strip_prefix("id").and_then(|rest| rest.split('"').nth(1)) else { continue };
        match table {
            "[[person]]" => out.push_str(&format!("accounts = {}\n", record(account, id))),
            "[[role]]" if id == "compliance-lead" => out.push_str(&format!("teams = {}\n", record(team, id))),
            _ => {}
        }
    }
    std::fs::write(&path, out).expect("it can be written");
    for entry in std::fs::read_dir(root.join("providers")).expect("it stands").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some(id) = name.strip_suffix(".toml").filter(|id| !id.contains(".crm")) else { continue };
        let text = std::fs::read_to_string(entry.path()).expect("it is text");
        std::fs::write(entry.path(), format!("teams = {}\n{text}", record(team, id))).expect("it can be written");
    }
}

fn assessment(root: &Path) -> Assessment {
    let git = Git::discover(root, None).expect("it can be opened");
    facts::assessment(&Tree::folder(root, git.as_ref()).expect("it can be read")).expect("it is a root")
}

/// Whether a forge, or a hook of a clone, runs what stands in a file.
fn is_run(forge: &str, path: &str) -> bool {
    let own = match forge {
        "github" => &[".github/"][..],
        "gitlab" => &[".gitlab/", ".gitlab-ci.yml"],
        "gitea" => &[".forgejo/", ".gitea/", ".github/"],
        _ => &[".azure-pipelines/", "azure-pipelines.yml"],
    };
    let hooks = [".githooks/", ".pre-commit-config.yaml", "lefthook.yml"];
    own.iter().chain(&hooks).any(|run| path == *run || (run.ends_with('/') && path.starts_with(run)))
}

/// The names that the map gives a file, by party.
fn expected(assessment: &Assessment, map: &[Rule<'_>], forge: &str, path: &str) -> BTreeMap<String, Names> {
    let places = match forge {
        "github" => &[".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"][..],
        "gitlab" => &["CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"],
        "gitea" => &["CODEOWNERS", "docs/CODEOWNERS", ".gitea/CODEOWNERS"],
        _ => &[],
    };
    let path = if places.contains(&path) || is_run(forge, path) { "demarcate.toml" } else { path };
    let fit = |rule: &&Rule<'_>| match &rule.target {
        Target::File(file) if file == path => Some(usize::MAX),
        Target::Folder(folder) if path.starts_with(&format!("{folder}/")) => Some(folder.len()),
        _ => None,
    };
    let best = map.iter().filter(|rule| fit(rule).is_some()).max_by_key(fit);
    let shares = best.map(|rule| rule.shares.as_slice()).unwrap_or_default();
    let people = &assessment.config.person;
    let names = |party: &str, roles: &[&str]| -> Names {
        if party != "contractor" {
            return [team(forge, party)].into();
        }
        let mut names = Names::new();
        for role in roles {
            if *role == "compliance-lead" {
                names.insert(team(forge, role));
                continue;
            }
            let has = people.iter().filter(|person| person.roles.iter().any(|own| own.name == *role));
            names.extend(has.map(|person| account(forge, &person.id.name)));
        }
        names
    };
    let share = |share: &owners::Share<'_>| {
        let roles: Vec<&str> = share.roles.iter().map(|role| role.id.name.as_str()).collect();
        (share.party.to_owned(), names(share.party, &roles))
    };
    shares.iter().map(share).collect()
}

/// The rules of a forge, as it would read them.
fn read(forge: &str, rules: &str) -> Rules {
    match forge {
        "github" => forges::github(rules),
        "gitlab" => forges::gitlab(rules),
        "gitea" => forges::gitea(rules),
        _ => Rules::Policies(policies(rules)),
    }
}

/// The names that the forge itself would come to, by party; those of GitHub and Gitea know none.
fn effective(assessment: &Assessment, rules: &Rules, path: &str) -> BTreeMap<String, Names> {
    let of_party = |title: &str| {
        let title = title.rsplit(": ").next().expect("the message names the party last").to_lowercase();
        let mut ids = assessment.providers.keys().map(String::as_str).chain(["contractor"]);
        let found = ids.find(|id| speakers::name_of(assessment, id).to_lowercase() == title);
        found.unwrap_or_else(|| panic!("{title} is no party")).to_owned()
    };
    let named = |(title, names): (String, Names)| (if title.is_empty() { title } else { of_party(&title) }, names);
    rules.owners(path).into_iter().map(named).collect()
}

/// Runs the script with a stand-in for `az` that writes down what it was told.
fn policies(script: &str) -> Vec<Policy> {
    let home = TempDir::new().expect("tests may write there");
    let bin = home.path().join("bin");
    std::fs::create_dir(&bin).expect("it is new");
    let told = "#!/bin/sh\nfor word in \"$@\"; do printf '%s\\0' \"$word\"; done >> \"$TOLD\"\nprintf '\\001\\0' >> \"$TOLD\"\n";
    std::fs::write(bin.join("az"), told).expect("it can be written");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(bin.join("az"), mode).expect("it is ours");
    std::fs::write(home.path().join("script"), script).expect("it can be written");
    let output = Command::new("/bin/sh")
        .arg("script")
        .current_dir(home.path())
        .env_clear()
        .envs([
            ("PATH", format!("{}:/usr/bin:/bin", bin.display())),
            ("TOLD", format!("{}/told", home.path().display())),
        ])
        .envs([("ORGANIZATION", "https://dev.azure.com/kestrel"), ("PROJECT", "GRC"), ("REPOSITORY_ID", "17")])
        .output()
        .expect("there is a shell");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told = std::fs::read_to_string(home.path().join("told")).unwrap_or_default();
    let mut left: Vec<String> = std::fs::read_dir(home.path())
        .expect("it stands")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    left.sort();
    left.retain(|name| name != "told");
    assert_eq!(left, ["bin", "script"], "nothing else ran");
    let calls = told.split("\u{1}\0").filter(|call| !call.is_empty());
    calls.map(|call| policy(&call.split_terminator('\0').collect::<Vec<_>>())).collect()
}

fn policy(words: &[&str]) -> Policy {
    assert_eq!(words[..4], ["repos", "policy", "required-reviewer", "create"]);
    let options: BTreeMap<String, String> =
        words[4..].chunks(2).map(|pair| (pair[0].to_owned(), pair[1].to_owned())).collect();
    assert!(options.keys().all(|key| key.starts_with("--")), "{options:?}");
    assert!(options.values().all(|value| !value.starts_with('@')), "az would read a file: {options:?}");
    assert_eq!(options["--blocking"], "true");
    let several = options["--required-reviewer-ids"].contains(';');
    assert!(!(several && options.contains_key("--minimum-approver-count")), "only one group can be counted");
    Policy::of(&options)
}

fn joined(by_party: BTreeMap<String, Names>, forge: &str) -> BTreeMap<String, Names> {
    if !matches!(forge, "github" | "gitea") || by_party.is_empty() {
        return by_party;
    }
    [(String::new(), by_party.into_values().flatten().collect())].into()
}

/// Files that Git knows, and files that somebody may add tomorrow.
fn files(sample: &Sample) -> Vec<String> {
    let added = [
        "practices/AC.L2-3.1.99.toml",
        "practices/AC.L2-3.1.1.tom",
        "practices/AC.L2-3.1.1.toml.orig",
        "practices/AC.L2-3.1.toml",
        "practices/x",
        "practices/deep/AC.L2-3.1.1.toml",
        "providers/new.toml",
        "providers/acme-msp.crm.tom",
        "policies/new.md",
        "evidence/notes.md",
        "evidence/newcomer/artifacts.toml",
        "evidence/acme-mspx/artifacts.toml",
        "evidence/acme-msp/deep/a b#[1]*.csv",
        "evidence/contractor/\u{e9}t\u{e9}!.csv",
        "trust/extra.asc",
        "templates/ssp.md",
        ".gitattributes",
        ".github/CODEOWNERS",
        ".gitlab/CODEOWNERS",
        ".gitea/CODEOWNERS",
        "CODEOWNERS",
        "docs/CODEOWNERS",
        "README.md",
        "demarcate.toml.orig",
        "src/practices/AC.L2-3.1.1.toml",
        ".github/workflows/build.yml",
        ".gitlab-ci.yml",
        ".forgejo/workflows/build.yml",
        ".azure-pipelines/build.yml",
        "azure-pipelines.yml",
        "src/azure-pipelines.yml",
        ".githooks/pre-commit",
        ".pre-commit-config.yaml",
        "lefthook.yml",
        "action.yml",
    ];
    let known = sample.git(&["-c", "core.quotePath=false", "ls-files"]);
    known.lines().map(str::to_owned).chain(added.map(str::to_owned)).collect()
}

fn rules(screen: &Screen) -> &str {
    assert_eq!(screen.code, 0, "{}", screen.err);
    &screen.out
}

#[test]
fn the_people_of_the_sample_have_accounts_at_every_forge() {
    let sample = Sample::new();
    for forge in FORGES {
        let screen = sample.run(&["owners", "--forge", forge]);
        assert_eq!(screen.code, 0, "{forge}: {}", screen.err);
        let absent = screen.out.lines().filter(|line| line.starts_with("# Not asked")).count();
        assert_eq!(absent, 3, "{forge}: a cloud, a backup service and a landlord have none\n{}", screen.out);
    }
}

#[test]
fn every_file_of_the_sample_has_at_each_forge_the_owners_of_the_map() {
    let sample = Sample::new();
    with_accounts(&sample.root());
    let assessment = assessment(&sample.root());
    let (map, files) = (owners::map(&assessment), files(&sample));
    for forge in FORGES {
        let screen = sample.run(&["owners", "--forge", forge]);
        let rules = read(forge, rules(&screen));
        for path in &files {
            let wanted = joined(expected(&assessment, &map, forge, path), forge);
            assert_eq!(effective(&assessment, &rules, path), wanted, "{forge}: {path}");
        }
    }
}

#[test]
fn owners_are_those_who_maintain_and_each_provider_with_a_part() {
    let sample = Sample::new();
    with_accounts(&sample.root());
    let screen = sample.run(&["owners", "--forge", "github"]);
    let rules = read("github", rules(&screen));
    let owners = |path: &str| rules.owners(path).into_values().flatten().collect::<Vec<_>>();
    assert_eq!(owners("practices/AC.L2-3.1.1.toml"), ["@k-dana", "@kestrel/acme-msp"]);
    assert_eq!(owners("trust/allowed_signers"), ["@k-dana", "@k-walter", "@kestrel/compliance-lead"]);
    let with_providers = ["@k-dana", "@k-marcus", "@k-walter", "@kestrel/acme-mssp", "@kestrel/compliance-lead"];
    assert_eq!(owners("evidence/acme-mssp/siem-sources-2026-10-07.csv"), with_providers);
    assert_eq!(owners("README.md"), [""; 0]);
}

/// The sample in a folder of another repository.
struct Nested {
    home: TempDir,
    prefix: String,
}

impl Nested {
    fn new(prefix: &str) -> Self {
        let home = TempDir::new().expect("tests may write there");
        let nested = Self { home, prefix: prefix.to_owned() };
        copy(&Sample::new().root(), &nested.root());
        std::fs::remove_dir_all(nested.root().join(".git")).expect("it was copied");
        with_accounts(&nested.root());
        let output = Command::new("git").args(["init", "--quiet"]).arg(nested.home.path()).output().expect("git runs");
        assert!(output.status.success());
        nested
    }

    fn root(&self) -> PathBuf {
        self.home.path().join(&self.prefix)
    }

    fn run(&self, arguments: &[&str]) -> Screen {
        run(&self.root(), arguments)
    }
}

#[test]
fn files_with_odd_names_have_their_owners_or_are_reported() {
    let nested = Nested::new("systems/k c");
    let odd = [
        "a b",
        "#x",
        "x#y",
        "[ab]",
        "star*",
        "what?",
        "\u{e9}t\u{e9}",
        "!x",
        "back\\slash",
        "semi;colon",
        "$(id)'",
        "new\nline",
    ];
    for name in odd {
        std::fs::write(nested.root().join(format!("policies/{name}.md")), "# Odd\n").expect("the system takes it");
    }
    let assessment = assessment(&nested.root());
    let map = owners::map(&assessment);
    let mut reported = BTreeMap::new();
    for forge in FORGES {
        let screen = nested.run(&["owners", "--forge", forge]);
        let rules = read(forge, &screen.out);
        for name in odd {
            let below = format!("policies/{name}.md");
            let path = format!("systems/k c/{below}");
            // Once for the message, and its path is shown as well.
            let is_reported = screen.err.contains(&format!("cannot name `{}`", below.escape_debug()));
            let wanted = if is_reported { "policies/unknown.md" } else { &below };
            let wanted = joined(expected(&assessment, &map, forge, wanted), forge);
            if !path.contains('\n') {
                assert_eq!(effective(&assessment, &rules, &path), wanted, "{forge}: {path}");
            }
            if is_reported {
                reported.entry(forge).or_insert_with(BTreeSet::new).insert(name);
            }
        }
        assert_eq!(screen.code, 1, "{forge}: what cannot be named is not passed over\n{}", screen.err);
        let practice = "systems/k c/practices/AC.L2-3.1.1.toml";
        let wanted = joined(expected(&assessment, &map, forge, "practices/AC.L2-3.1.1.toml"), forge);
        assert_eq!(effective(&assessment, &rules, practice), wanted, "{forge}: {practice}");
        assert!(effective(&assessment, &rules, "practices/AC.L2-3.1.1.toml").is_empty(), "{forge}: not below");
    }
    assert_eq!(reported["github"], ["#x", "x#y", "[ab]", "star*", "what?", "back\\slash", "new\nline"].into());
    assert_eq!(reported["gitlab"], ["[ab]", "star*", "what?", "back\\slash", "new\nline"].into());
    assert_eq!(reported["gitea"], ["new\nline"].into(), "its expressions can name everything that is on one line");
    assert_eq!(reported["azure"], ["[ab]", "star*", "what?", "back\\slash", "semi;colon", "new\nline"].into());
}

#[test]
fn whatever_runs_is_owned_by_those_who_look_after_everything() {
    let sample = Sample::new();
    with_accounts(&sample.root());
    for at_top in ["action.yml", "azure-pipelines-nightly.yaml", ".gitlab-ci.yml", ".lefthook.yaml", "compose.yml"] {
        sample.write(at_top, "");
    }
    for (forge, own) in [
        ("github", ".github/workflows/build.yml"),
        ("gitlab", ".gitlab/compliance-review.yml"),
        ("gitea", ".gitea/workflows/build.yml"),
        ("azure", ".azure-pipelines/compliance-review.yml"),
    ] {
        let screen = sample.run(&["owners", "--forge", forge]);
        let rules = read(forge, rules(&screen));
        let wanted = rules.owners("demarcate.toml");
        assert_eq!(wanted.len(), 1, "{forge}");
        let hooks = [".githooks/commit-msg", ".pre-commit-config.yaml", "lefthook.yml", ".lefthook.yaml"];
        let beside = ["action.yml", "azure-pipelines-nightly.yaml", ".gitlab-ci.yml"];
        for path in [own].iter().chain(&hooks).chain(&beside) {
            assert_eq!(rules.owners(path), wanted, "{forge}: {path}");
        }
        assert!(rules.owners("compose.yml").is_empty(), "{forge}: what others run is theirs");
    }
}

#[test]
fn a_folder_that_rules_cannot_name_ends_the_command() {
    let nested = Nested::new("systems/#1");
    let screen = nested.run(&["owners", "--forge", "github"]);
    assert_eq!((screen.code, screen.out.as_str()), (2, ""));
    assert!(screen.err.contains("rules of GitHub cannot name the folder \"systems/#1\""), "{}", screen.err);
    assert_eq!(nested.run(&["owners", "--forge", "gitea"]).code, 0);
}

#[test]
fn nothing_that_people_are_called_is_run_by_a_shell_or_begins_a_line() {
    let sample = Sample::new();
    with_accounts(&sample.root());
    let hostile = "O'Brien\\n* @mallory\\n$(touch pwned)`touch pwned`\\\"; touch pwned; #]";
    for path in ["demarcate.toml", "providers/acme-msp.toml"] {
        let text = sample.text(path);
        let text = text.replace("\"Kestrel Machine Works, Inc.\"", &format!("\"{hostile}\""));
        let text = text.replace("\"Acme Managed Services, LLC\"", &format!("\"{hostile}\""));
        // Helen has no account, so that a comment names her.
        let text = text.replace("\"Helen Sato\"", &format!("\"{hostile}\"")).replace(&record(account, "helen"), "{}");
        sample.write(path, &text);
    }
    let script = sample.run(&["owners", "--forge", "azure"]);
    let policies = policies(rules(&script));
    let message = "demarcate owners: O'Brien * @mallory $(touch pwned)`touch pwned`\"; touch pwned; #]";
    assert!(policies.iter().any(|policy| policy.message == message), "{policies:#?}");
    for forge in ["github", "gitlab", "gitea"] {
        let screen = sample.run(&["owners", "--forge", forge]);
        let named =
            |line: &&str| line.contains("mallory") && !line.starts_with("# Not asked") && !line.starts_with('[');
        assert_eq!(rules(&screen).lines().find(named), None, "{forge}");
        assert!(screen.out.contains("# Not asked, without an account"), "{forge}");
    }
    // Two parties of one name would be one section, and one approval would do for both.
    let screen = sample.run(&["owners", "--forge", "gitlab"]);
    let sections: Vec<&str> = screen.out.lines().filter(|line| line.starts_with('[')).collect();
    assert!(sections.iter().any(|section| section.ends_with("(contractor)]")), "{sections:?}");
    assert!(sections.iter().any(|section| section.ends_with("(acme-msp)]")), "{sections:?}");
}

#[test]
fn who_has_no_account_is_named_and_others_of_the_contractor_stand_in() {
    let sample = Sample::new();
    with_accounts(&sample.root());
    let text = sample.text("demarcate.toml").replace(&record(account, "helen"), "{}");
    sample.write("demarcate.toml", &text);
    let screen = sample.run(&["owners", "--forge", "github"]);
    assert_eq!(screen.code, 0);
    assert!(screen.out.contains("# Not asked, without an account at GitHub: Helen Sato (fso) ("), "{}", screen.out);
    assert!(
        screen
            .out
            .contains("# in place of fso:\n/practices/AC.L2-3.1.16.toml @k-dana @k-walter @kestrel/compliance-lead\n")
    );
    assert!(
        screen.err.contains("note: one of those who own files has no account at GitHub and is not asked\n"),
        "{}",
        screen.err
    );
    let advice = "write accounts = { github = \"...\" } for [[person]] helen, or teams = { github = \"...\" } for [[role]] fso, in demarcate.toml";
    assert!(screen.err.contains(advice), "{}", screen.err);
}

#[test]
fn a_root_whose_people_have_no_accounts_is_told_so_at_the_role() {
    let sample = Sample::new();
    let text = sample.text("demarcate.toml");
    let bare: Vec<&str> =
        text.lines().filter(|line| !line.starts_with("accounts") && !line.starts_with("teams")).collect();
    sample.write("demarcate.toml", &(bare.join("\n") + "\n"));
    let screen = sample.run(&["owners", "--forge", "gitea"]);
    assert_eq!(screen.code, 1);
    assert!(
        screen
            .err
            .contains("deny[no-code-owner]: nobody of the contractor has an account at Gitea to own `templates/` and"),
        "{}",
        screen.err
    );
    let line = 1 + bare.iter().position(|line| line.contains("\"isso\"") && line.starts_with("id")).expect("it stands");
    assert!(screen.err.contains(&format!("demarcate.toml:{line}:")), "{}", screen.err);
    assert!(screen.err.contains("teams = { gitea = \"...\" }"), "{}", screen.err);
}

#[test]
fn a_name_that_the_forge_could_never_accept_is_shown_and_not_written() {
    let sample = Sample::new();
    with_accounts(&sample.root());
    let text = sample.text("demarcate.toml").replace("github = '@k-dana'", "github = 'Dana Lee @mallory'");
    sample.write("demarcate.toml", &text);
    let screen = sample.run(&["owners", "--forge", "github"]);
    assert_eq!(screen.code, 1);
    assert!(!screen.out.contains("@mallory"), "{}", screen.out);
    assert!(
        screen.err.contains("deny[wrong-value]: `Dana Lee @mallory` cannot be an account at GitHub"),
        "{}",
        screen.err
    );
    assert!(screen.err.contains("help: write the login, as `dana-lee`"), "{}", screen.err);
    assert_eq!(sample.run(&["owners", "--forge", "gitlab"]).code, 0, "that of another forge is not its matter");
    let found = sample.run(&["check", "--without-history", "--format", "json", "--only", "wrong-value"]).json();
    assert_eq!(found["diagnostics"][0]["message"], "`Dana Lee @mallory` cannot be an account at GitHub");
    assert_eq!(found["diagnostics"].as_array().map(Vec::len), Some(1), "{found:#}");
}

#[test]
fn the_file_is_written_found_current_and_found_stale() {
    let sample = Sample::new();
    with_accounts(&sample.root());
    let check = || sample.run(&["owners", "--forge", "github", "--check"]);
    let before = check();
    assert_eq!(before.code, 1);
    assert!(before.out.starts_with(".github/CODEOWNERS does not stand\n"), "{}", before.out);
    assert_eq!(sample.run(&["owners", "--forge", "github", "--write"]).code, 0);
    assert_eq!((check().code, check().out.as_str()), (0, ".github/CODEOWNERS is current\n"));
    assert_eq!(sample.text(".github/CODEOWNERS"), sample.run(&["owners", "--forge", "github"]).out);
    let practice = sample.text("practices/AC.L2-3.1.10.toml");
    assert!(practice.contains("maintained-by = \"it-lead\"") || practice.contains("\"it-lead\""), "{practice}");
    sample.write("practices/AC.L2-3.1.10.toml", &practice.replace("\"it-lead\"", "\"isso\""));
    let stale = check();
    assert_eq!(stale.code, 1);
    let said = ".github/CODEOWNERS is stale\n  @k-dana gains /practices/AC.L2-3.1.10.toml\n  @k-marcus loses /practices/AC.L2-3.1.10.toml\n\
                `demarcate owners --forge github --write` brings it up to date\n";
    assert_eq!(stale.out, said);
    assert_eq!(sample.run(&["owners", "--forge", "github", "--write"]).code, 0);
    assert_eq!(check().code, 0);
    assert_eq!(sample.run(&["owners", "--forge", "github", "--write"]).out, ".github/CODEOWNERS is current\n");
}

#[test]
fn lines_of_others_stay_and_those_that_take_files_over_are_shown() {
    let sample = Sample::new();
    with_accounts(&sample.root());
    std::fs::create_dir(sample.root().join(".github")).expect("it is new");
    sample.write(".github/CODEOWNERS", "* @everybody\nbuild[12] @ops\n/docs/ Robin\n");
    let written = sample.run(&["owners", "--forge", "github", "--write"]);
    assert_eq!(written.code, 1, "{}", written.err);
    assert!(written.err.contains("GitHub does not read `build[12]`") && written.err.contains(".github/CODEOWNERS:2:1"));
    assert!(written.err.contains("`Robin` can be nobody's name at GitHub"), "{}", written.err);
    let text = sample.text(".github/CODEOWNERS");
    assert!(text.starts_with("* @everybody\nbuild[12] @ops\n/docs/ Robin\n\n# demarcate owners: begin .\n"), "{text}");
    sample.write(".github/CODEOWNERS", &text.replace("build[12] @ops\n/docs/ Robin\n", ""));
    assert_eq!(sample.run(&["owners", "--forge", "github", "--check"]).code, 0);
    let text = sample.text(".github/CODEOWNERS") + "*.toml @ops # ours\n";
    sample.write(".github/CODEOWNERS", &text);
    let shadowed = sample.run(&["owners", "--forge", "github", "--check"]);
    assert_eq!(shadowed.code, 1);
    assert!(shadowed.err.contains("`*.toml` stands below the block and takes over"), "{}", shadowed.err);
    assert_eq!(sample.run(&["owners", "--forge", "github", "--write"]).code, 1);
    assert_eq!(sample.text(".github/CODEOWNERS"), text, "what others wrote is theirs");
}

#[test]
fn the_file_that_the_forge_reads_first_is_the_one_that_counts() {
    let sample = Sample::new();
    with_accounts(&sample.root());
    std::fs::create_dir(sample.root().join(".gitlab")).expect("it is new");
    sample.write(".gitlab/CODEOWNERS", "/a @b\n");
    sample.write("CODEOWNERS", "/a @c\n");
    let screen = sample.run(&["owners", "--forge", "gitlab", "--write"]);
    assert_eq!(
        (screen.code, screen.out.starts_with("wrote CODEOWNERS: ")),
        (0, true),
        "{}\n{}",
        screen.out,
        screen.err
    );
    assert!(screen.err.contains("note: GitLab reads CODEOWNERS and so ignores .gitlab/CODEOWNERS\n"), "{}", screen.err);
    assert_eq!(sample.text(".gitlab/CODEOWNERS"), "/a @b\n");
    sample.write("CODEOWNERS", &(sample.text("CODEOWNERS") + "/late @d\n"));
    let late = sample.run(&["owners", "--forge", "gitlab", "--check"]);
    assert_eq!(late.code, 1);
    assert!(late.err.contains("`/late` stands below the block and so in its last section"), "{}", late.err);
}

#[test]
fn each_root_of_a_repository_has_a_block_of_its_own() {
    let nested = Nested::new("systems/one");
    let other = nested.home.path().join("systems/two");
    copy(&nested.root(), &other);
    assert_eq!(nested.run(&["owners", "--forge", "github", "--write"]).code, 0);
    assert_eq!(run(&other, &["owners", "--forge", "github", "--write"]).code, 0);
    let text =
        std::fs::read_to_string(nested.home.path().join(".github/CODEOWNERS")).expect("it was written at the top");
    for root in ["systems/one", "systems/two"] {
        assert_eq!(text.matches(&format!("# demarcate owners: begin {root}\n")).count(), 1, "{text}");
        let owners = forges::github(&text).owners(&format!("{root}/practices/AC.L2-3.1.10.toml"));
        assert!(owners[""].contains("@k-marcus"), "{owners:?}");
    }
    assert_eq!(nested.run(&["owners", "--forge", "github", "--check"]).code, 0);
    assert_eq!(run(&other, &["owners", "--forge", "github", "--check"]).code, 0);
}

#[test]
fn files_that_cannot_be_put_right_are_left_as_they_are() {
    let sample = Sample::new();
    with_accounts(&sample.root());
    assert_eq!(sample.run(&["owners", "--forge", "gitea", "--write"]).code, 0);
    let damaged = sample.text(".gitea/CODEOWNERS").replace("# demarcate owners: end .\n", "");
    sample.write(".gitea/CODEOWNERS", &damaged);
    for option in ["--check", "--write"] {
        let screen = sample.run(&["owners", "--forge", "gitea", option]);
        assert_eq!(screen.code, 2);
        assert!(screen.err.contains(".gitea/CODEOWNERS:1: the block that begins here has no end"), "{}", screen.err);
        assert_eq!(sample.text(".gitea/CODEOWNERS"), damaged);
    }
    std::os::unix::fs::symlink("../demarcate.toml", sample.root().join("CODEOWNERS")).expect("it can be linked");
    let screen = sample.run(&["owners", "--forge", "gitea", "--write"]);
    assert_eq!(screen.code, 2);
    assert!(screen.err.contains("is a symbolic link"), "{}", screen.err);
    let screen = sample.run(&["owners", "--forge", "azure", "--write"]);
    assert_eq!(screen.code, 2);
    assert!(screen.err.contains("Azure DevOps keeps no file of owners"), "{}", screen.err);
    assert_eq!(sample.run(&["owners", "--forge", "azure", "--check"]).code, 0);
}
