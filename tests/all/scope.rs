//! What is in scope, how it is treated, who carries it out there, and whether somebody decided about a change of it: one
//! change of the clean base at a time, and what is said of it.

use demarcate::diagnostic::Level;

use super::base::{Repository, line};
use super::screen::Sample;

const RULES: [&str; 12] = [
    "asset-out-of-scope",
    "doubtful-decision",
    "group-left-out",
    "inheritance-from-nobody",
    "inheritance-without-basis",
    "provider-outside-inventory",
    "scope-out-of-scope",
    "uncategorized-asset",
    "undecided-change",
    "unlisted-connection",
    "unowned-objective",
    "untreated-asset",
];

const PRACTICE: &str = "practices/SI.L2-3.14.1.toml";
const CLOUD: &str = "practices/SC.L2-3.13.16.toml";

/// The clean base with one text of a file in place of another.
fn changed(path: &str, old: &str, new: &str) -> Repository {
    let repository = Repository::base();
    change(&repository, path, old, new);
    repository
}

fn change(repository: &Repository, path: &str, old: &str, new: &str) {
    let text = repository.text(path);
    assert_eq!(text.matches(old).count(), 1, "{path} holds once: {old}");
    repository.write(path, text.replace(old, new));
}

/// The clean base with more in `assets.toml`.
fn with_assets(text: &str) -> Repository {
    let repository = Repository::base();
    repository.append("assets.toml", text);
    repository
}

fn asset(id: &str, rest: &str) -> String {
    format!("\n[[asset]]\nid = \"{id}\"\ntitle = \"Something\"\nowner = \"contractor\"\n{rest}\n")
}

/// What the rules about scope say: level, place, rule and message.
fn said(repository: &Repository) -> Vec<String> {
    let (facts, all) = repository.check().expect("the root is readable");
    let own = all.iter().filter(|found| RULES.contains(&found.rule));
    own.map(|found| {
        let level = if found.level == Level::Deny { "deny" } else { "warn" };
        format!("{level} {}", line(found, &facts))
    })
    .collect()
}

fn only(repository: &Repository) -> String {
    let all = said(repository);
    let [found] = all.as_slice() else { panic!("{all:#?}") };
    found.clone()
}

fn ends(repository: &Repository, level: &str, rule: &str, message: &str) {
    let found = only(repository);
    assert!(found.starts_with(level), "{found}");
    assert!(found.ends_with(&format!(": {rule}: {message}")), "{found}");
}

#[test]
fn the_base_and_the_sample_are_silent() {
    assert_eq!(said(&Repository::base()), Vec::<String>::new());
    let screen = Sample::new().run(&["check", "--format", "json"]);
    let all = screen.json()["diagnostics"].as_array().expect("check lists its diagnostics").clone();
    let own: Vec<_> = all.iter().filter(|found| RULES.iter().any(|rule| found["rule"] == *rule)).collect();
    assert!(own.is_empty(), "{own:#?}");
}

#[test]
fn nobody_implemented_it() {
    let repository = changed(PRACTICE, "service = \"patching\"", "scope = [\"enclave\"]\nservice = \"patching\"");
    repository.append("assets.toml", &asset("terminals", "category = \"cui\"\ngroup = \"shop-floor\""));
    ends(
        &repository,
        "deny",
        "group-left-out",
        "nobody carries out SI.L2-3.14.1[b, d, f] for `shop-floor`: `acme-msp` works elsewhere, and the others only write the rule",
    );
}

#[test]
fn a_group_of_machines_that_are_judged_by_their_treatment_needs_no_one_who_configures_them() {
    let repository = changed(PRACTICE, "service = \"patching\"", "scope = [\"enclave\"]\nservice = \"patching\"");
    assert_eq!(said(&repository), Vec::<String>::new());
}

#[test]
fn a_group_that_nobody_covers_is_reported_once_and_not_as_left_out_too() {
    let repository = changed(PRACTICE, "service = \"patching\"", "scope = [\"enclave\"]\nservice = \"patching\"");
    change(&repository, PRACTICE, "maintained-by = \"it-lead\"", "scope = [\"enclave\"]\nmaintained-by = \"it-lead\"");
    repository.append("assets.toml", &asset("terminals", "category = \"cui\"\ngroup = \"shop-floor\""));
    let all = said(&repository);
    assert_eq!(all.len(), 6, "{all:#?}");
    assert!(
        all.iter().all(|found| found.contains(": unowned-objective: ") && found.ends_with("for `shop-floor`")),
        "{all:#?}"
    );
}

#[test]
fn a_scope_that_covers_some_of_three_groups_is_measured_against_all_of_them() {
    let repository =
        changed(PRACTICE, "service = \"patching\"", "scope = [\"enclave\", \"shop-floor\"]\nservice = \"patching\"");
    repository.append("assets.toml", "\n[[group]]\nid = \"annex\"\ntitle = \"Annex\"\n");
    repository.append("assets.toml", &asset("annex-hosts", "category = \"cui\"\ngroup = \"annex\""));
    let found = only(&repository);
    assert!(found.contains("group-left-out") && found.contains("for `annex`:"), "{found}");
    let text = repository.text("assets.toml").replace("title = \"Annex\"", "title = \"Annex\"\nin-scope = false");
    repository.write("assets.toml", text.replace("group = \"annex\"", "group = \"enclave\""));
    assert_eq!(said(&repository), Vec::<String>::new());
}

#[test]
fn a_group_out_of_scope_in_a_scope_is_named_once_with_a_count() {
    let repository = with_assets("\n[[group]]\nid = \"guests\"\ntitle = \"Guests\"\nin-scope = false\n");
    for path in [PRACTICE, CLOUD] {
        let text = repository.text(path);
        let scope = "scope = [\"enclave\", \"shop-floor\", \"guests\"]\nservice =";
        repository.write(path, text.replace("service =", scope));
    }
    ends(
        &repository,
        "warn",
        "scope-out-of-scope",
        "SC.L2-3.13.16 covers group `guests`, which is out of scope (and 1 more parts do)",
    );
}

#[test]
fn an_asset_without_category_denies_and_without_group_warns() {
    ends(
        &with_assets(&asset("printers", "group = \"enclave\"")),
        "deny",
        "uncategorized-asset",
        "asset `printers` has no category",
    );
    ends(
        &with_assets(&asset("printers", "category = \"cui\"")),
        "warn",
        "uncategorized-asset",
        "asset `printers` has no group",
    );
    ends(
        &with_assets(&asset("printers", "")),
        "deny",
        "uncategorized-asset",
        "asset `printers` has no category and no group",
    );
}

#[test]
fn a_blank_treatment_is_none() {
    let repository =
        with_assets(&asset("erp", "category = \"contractor-risk-managed\"\ngroup = \"enclave\"\ntreatment = \"  \""));
    ends(
        &repository,
        "deny",
        "untreated-asset",
        "asset `erp` is contractor-risk-managed, and nothing says how it is treated",
    );
}

#[test]
fn an_asset_out_of_scope_among_others_has_to_be_justified() {
    let bare = asset("kiosk", "category = \"out-of-scope\"\ngroup = \"enclave\"");
    ends(
        &with_assets(&bare),
        "warn",
        "asset-out-of-scope",
        "asset `kiosk` is out of scope, and its group `enclave` is in scope",
    );
    let justified = bare + "treatment = \"Keyboard, video and mouse of the virtual desktop only.\"\n";
    assert_eq!(said(&with_assets(&justified)), Vec::<String>::new());
}

#[test]
fn what_handles_cui_is_in_scope_whatever_its_group_says() {
    let group = "\n[[group]]\nid = \"guests\"\ntitle = \"Guests\"\nin-scope = false\n";
    for (category, level) in [("cui", "deny"), ("security-protection", "deny"), ("specialized", "warn")] {
        let one = asset("desk", &format!("category = \"{category}\"\ngroup = \"guests\"\ntreatment = \"Apart.\""));
        let message = format!("asset `desk` is {category}, and its group `guests` is out of scope");
        ends(&with_assets(&(group.to_owned() + &one)), level, "asset-out-of-scope", &message);
    }
}

#[test]
fn a_provider_with_cui_denies_and_one_with_security_data_warns() {
    let repository = changed("assets.toml", "owner = \"gcc-high\"", "owner = \"contractor\"");
    ends(
        &repository,
        "deny",
        "provider-outside-inventory",
        "`gcc-high` holds CUI of the contractor's, and no asset of the inventory is its own",
    );
    let repository = changed("assets.toml", "owner = \"acme-msp\"", "owner = \"contractor\"");
    ends(
        &repository,
        "warn",
        "provider-outside-inventory",
        "`acme-msp` holds security protection data of the contractor's, and no asset of the inventory is its own",
    );
    change(&repository, "providers/acme-msp.toml", "esp = true", "esp = false");
    assert_eq!(said(&repository), Vec::<String>::new());
}

#[test]
fn an_inventory_that_could_not_be_read_or_is_kept_elsewhere_denies_nobody() {
    let repository = Repository::base();
    let text = repository.text("assets.toml");
    let groups = text.split("[[asset]]").next().expect("the groups come first");
    repository.write("assets.toml", groups);
    let all = said(&repository);
    assert!(all.len() == 2 && all.iter().all(|found| found.starts_with("warn ")), "{all:#?}");
    repository.write("assets.toml", text.replace("category = \"cui\"", "category = cui"));
    assert_eq!(said(&repository), Vec::<String>::new());
}

#[test]
fn data_that_gets_to_a_provider_by_nothing_that_is_listed_is_reported() {
    let repository = Repository::base();
    let text = repository.text("providers/gcc-high.toml");
    let bare = text.split("[[connection]]").next().expect("the rest comes first").to_owned();
    repository.write("providers/gcc-high.toml", &bare);
    let message = "data lies with `gcc-high` (service `office`), and no connection or access says how it gets there";
    ends(&repository, "warn", "unlisted-connection", message);
    repository.write("providers/gcc-high.toml", bare.replace("kind = \"csp\"", "kind = \"vendor\""));
    assert_eq!(said(&repository), Vec::<String>::new());
    repository.write("providers/gcc-high.toml", &bare);
    change(
        &repository,
        "providers/acme-msp.toml",
        "agreement = \"acme-contract\"",
        "agreement = \"acme-contract\"\nwith = \"gcc-high\"",
    );
    assert_eq!(said(&repository), Vec::<String>::new());
}

/// The base with a status of this day.
fn submitted(day: &str) -> Repository {
    let status = format!("planned = 2027-03-01\nsubmitted = {day}\nsubmitted-score = 110");
    changed("demarcate.toml", "planned = 2027-03-01", &status)
}

const PATCHING: &str = "title = \"Patching and maintenance of managed hosts\"";

#[test]
fn a_service_that_changed_after_the_status_needs_a_decision() {
    let repository = submitted("2026-10-01");
    change(&repository, "providers/acme-msp.toml", PATCHING, &format!("{PATCHING}\nchanged = 2026-10-20"));
    let message = "service `patching` of `acme-msp` changed on 2026-10-20, after the status of 2026-10-01, \
                   and no decision about `acme-msp` is on record";
    ends(&repository, "warn", "undecided-change", message);
    let decision = |day: &str, about: &str| {
        format!("\n[[decision]]\ndate = {day}\nchange = \"Moved\"\ndecided = \"Covered.\"\nabout = [\"{about}\"]\n")
    };
    let assets = repository.text("assets.toml");
    repository.write("assets.toml", assets.clone() + &decision("2026-01-20", "acme-msp"));
    ends(&repository, "warn", "undecided-change", message);
    repository.write("assets.toml", assets.clone() + &decision("2026-10-20", "gcc-high"));
    ends(&repository, "warn", "undecided-change", message);
    repository.write("assets.toml", assets + &decision("2026-09-25", "acme-msp"));
    assert_eq!(said(&repository), Vec::<String>::new());
}

#[test]
fn a_change_before_the_status_or_after_the_day_or_without_data_needs_none() {
    for (day, data) in [("2026-09-01", "spd"), ("2026-12-24", "spd"), ("2026-10-20", "none")] {
        let repository = submitted("2026-10-01");
        change(&repository, "providers/acme-msp.toml", PATCHING, &format!("{PATCHING}\nchanged = {day}"));
        let text = repository.text("providers/acme-msp.toml");
        repository.write("providers/acme-msp.toml", text.replace("data = \"spd\"", &format!("data = \"{data}\"")));
        assert_eq!(said(&repository), Vec::<String>::new(), "{day} {data}");
    }
}

#[test]
fn a_contract_that_was_renewed_is_no_change_and_one_that_is_new_is() {
    let repository = submitted("2026-10-01");
    change(&repository, "providers/acme-msp.toml", "from = 2026-01-01", "from = 2026-11-01");
    // The file was in the log before the status.
    assert_eq!(said(&repository), Vec::<String>::new());
    let repository = submitted("2026-09-01");
    change(&repository, "providers/acme-msp.toml", "from = 2026-01-01", "from = 2026-11-01");
    let message = "the contract with `acme-msp` began on 2026-11-01, after the status of 2026-09-01, and no decision about \
                   `acme-msp` is on record";
    ends(&repository, "warn", "undecided-change", message);
}

/// The base, affirmed.
fn affirmed() -> Repository {
    let repository = Repository::base();
    let message = "Affirm\n\nWith everything met.\n\nCompliance-Affirmed: level-2\nAffirmed-by: Robin Park <robin@northwind.example>\n";
    repository.commit("2026-10-05T10:00:00Z", message);
    repository
}

#[test]
fn a_group_that_changed_since_the_affirmation_needs_a_decision() {
    let repository = affirmed();
    assert_eq!(said(&repository), Vec::<String>::new());
    change(&repository, "assets.toml", "Machine tools and the hosts", "Machine tools, a paint line and the hosts");
    repository.commit("2026-10-20T10:00:00Z", "A paint line");
    let found = only(&repository);
    assert!(found.starts_with("warn assets.toml:"), "{found}");
    assert!(found.contains("undecided-change: group shop-floor: description"), "{found}");
    assert!(found.ends_with("; since the affirmation of 2026-10-05 no decision about it is on record"), "{found}");
    let decision =
        "\n[[decision]]\ndate = 2026-10-19\nchange = \"Paint\"\ndecided = \"Covered.\"\nabout = [\"shop-floor\"]\n";
    repository.append("assets.toml", decision);
    assert_eq!(said(&repository), Vec::<String>::new());
}

#[test]
fn another_title_or_another_count_is_no_significant_change() {
    let repository = affirmed();
    change(&repository, "assets.toml", "title = \"Shop floor\"", "title = \"Shop floor and annex\"");
    change(&repository, "assets.toml", "count = 40", "count = 44");
    repository.commit("2026-10-20T10:00:00Z", "Names and numbers");
    assert_eq!(said(&repository), Vec::<String>::new());
}

#[test]
fn a_group_that_left_the_scope_and_one_that_came_are_named() {
    let repository = affirmed();
    change(&repository, "assets.toml", "title = \"Shop floor\"", "title = \"Shop floor\"\nin-scope = false");
    change(
        &repository,
        "assets.toml",
        "category = \"specialized\"\ngroup = \"shop-floor\"",
        "category = \"specialized\"\ngroup = \"enclave\"",
    );
    repository.append("assets.toml", "\n[[group]]\nid = \"tucson\"\ntitle = \"Tucson\"\n");
    repository.commit("2026-10-20T10:00:00Z", "Other groups");
    let all = said(&repository);
    assert_eq!(all.len(), 2, "{all:#?}");
    assert!(all.iter().any(|found| found.contains("undecided-change: group shop-floor: in-scope")), "{all:#?}");
    assert!(all.iter().any(|found| found.contains("undecided-change: group tucson added")), "{all:#?}");
}

#[test]
fn a_provider_that_came_or_went_since_the_affirmation_needs_a_decision() {
    let repository = affirmed();
    let quiet = "id = \"quiet\"\nname = \"Quiet Archive\"\nesp = false\n\n[[service]]\nid = \"archive\"\n\
                 title = \"Archive\"\nkind = \"vendor\"\ndata = \"spd\"\n";
    repository.write("providers/quiet.toml", quiet);
    repository.commit("2026-10-20T10:00:00Z", "A new provider");
    let message = "provider `quiet` came since the affirmation of 2026-10-05, and no decision about it is on record";
    ends(&repository, "warn", "undecided-change", message);
    repository.commit("2026-10-21T10:00:00Z", "Affirm again\n\nOnce more.\n\nCompliance-Affirmed: level-2\nAffirmed-by: Robin Park <robin@northwind.example>\n");
    assert_eq!(said(&repository), Vec::<String>::new());
    repository.delete("providers/quiet.toml");
    repository.commit("2026-10-22T10:00:00Z", "And it went");
    let message = "provider `quiet` went since the affirmation of 2026-10-21, and no decision about it is on record";
    ends(&repository, "warn", "undecided-change", message);
    let decision =
        "\n[[decision]]\ndate = 2026-10-22\nchange = \"Ended\"\ndecided = \"Covered.\"\nremoved = [\"quiet\"]\n";
    repository.append("assets.toml", decision);
    assert_eq!(said(&repository), Vec::<String>::new());
}

#[test]
fn a_decision_about_nothing_or_of_tomorrow_is_doubtful() {
    let decision = |day: &str, about: &str, removed: &str| {
        format!(
            "\n[[decision]]\ndate = {day}\nchange = \"Moved\"\ndecided = \"Covered.\"\nabout = [{about}]\nremoved = [{removed}]\n"
        )
    };
    ends(
        &with_assets(&decision("2026-10-01", "\"shopfloor\"", "")),
        "warn",
        "doubtful-decision",
        "a decision is about `shopfloor`, which nothing lists",
    );
    ends(
        &with_assets(&decision("2027-10-01", "\"shop-floor\"", "")),
        "warn",
        "doubtful-decision",
        "a decision is dated 2027-10-01, which is still to come",
    );
    let about = "\"enclave\", \"acme-msp\", \"machine-tools\", \"remote-admin\"";
    assert_eq!(said(&with_assets(&decision("2026-10-01", about, ""))), Vec::<String>::new());
    let gone = decision("2026-10-01", "\"old-annex\"", "") + &decision("2026-10-02", "", "\"old-annex\"");
    assert_eq!(said(&with_assets(&gone)), Vec::<String>::new());
}

#[test]
fn inheritance_needs_a_document_and_somebody_who_does_it() {
    let inherits = "inherits = { from = \"gcc-high\", basis = \"gcc-high-letter\" }";
    let bare = "inherits = { from = \"gcc-high\" }";
    ends(
        &changed(CLOUD, inherits, bare),
        "warn",
        "inheritance-without-basis",
        "SC.L2-3.13.16 inherits from `gcc-high` without a document that shows it",
    );
    let repository = changed(CLOUD, inherits, bare);
    let inherited = "a = { determination = \"met\", basis = \"inherited\" }";
    change(&repository, CLOUD, "a = \"met\"", inherited);
    ends(
        &repository,
        "deny",
        "inheritance-without-basis",
        "objective `SC.L2-3.13.16[a]` is met because it is inherited, and no document shows it",
    );
    ends(
        &changed(PRACTICE, "b = \"met\"", "b = { determination = \"met\", basis = \"inherited\" }"),
        "deny",
        "inheritance-without-basis",
        "objective `SI.L2-3.14.1[b]` is met because it is inherited, and no part says from whom",
    );
    ends(
        &changed(CLOUD, "from = \"gcc-high\"", "from = \"contractor\""),
        "warn",
        "inheritance-from-nobody",
        "SC.L2-3.13.16 is inherited from `contractor`, and nothing is inherited from oneself",
    );
}

/// What `review-stale` says of one practice, and of what changed elsewhere.
fn stale(repository: &Repository, practice: &str) -> String {
    let (facts, all) = repository.check().expect("the root is readable");
    let of: Vec<_> = all
        .iter()
        .filter(|found| found.rule == "review-stale" && found.practice.is_some_and(|id| id.to_string() == practice))
        .collect();
    let [found] = of.as_slice() else { panic!("{of:#?}") };
    let causes: Vec<&str> = found.related.iter().map(|(said, _)| said.as_str()).collect();
    format!("{}\n{}", line(found, &facts), causes.join("\n"))
}

/// The base with a scope in a part, committed and reviewed.
fn scoped() -> Repository {
    let repository = changed(
        PRACTICE,
        "service = \"patching\"",
        "scope = [\"enclave\", \"shop-floor\"]\nservice = \"patching\"\nconnection = \"remote-admin\"",
    );
    let review = repository.review_of_everything();
    repository.commit("2026-10-10T10:00:00Z", &format!("Scope\n\nRead in the meeting.\n\n{review}"));
    repository
}

#[test]
fn what_a_practice_rests_on_stales_its_review_with_the_reason_in_words() {
    for (path, old, new, reason) in [
        ("assets.toml", "Machine tools and the hosts", "Paint line and the hosts", "group shop-floor: description"),
        (
            "assets.toml",
            "title = \"Shop floor\"",
            "title = \"Shop floor\"\nin-scope = false",
            "group shop-floor: in-scope",
        ),
        ("providers/acme-msp.toml", PATCHING, "title = \"Patching of servers\"", "service patching of acme-msp: title"),
        (
            "providers/acme-msp.toml",
            "Lists each practice that Acme works on",
            "Lists some practices",
            "clause scope of acme-msp: says",
        ),
        (
            "providers/acme-msp.toml",
            "site-to-site VPN",
            "a public web page",
            "connection remote-admin of acme-msp: method",
        ),
    ] {
        let repository = scoped();
        change(&repository, path, old, new);
        repository.commit("2026-10-12T10:00:00Z", "Change");
        let said = stale(&repository, "SI.L2-3.14.1");
        assert!(said.contains(reason), "{reason}: {said}");
    }
}

#[test]
fn a_group_that_a_practice_does_not_name_leaves_its_review_current() {
    let repository = scoped();
    repository.append("assets.toml", "\n[[group]]\nid = \"guests\"\ntitle = \"Guests\"\nin-scope = false\n");
    repository.commit("2026-10-12T10:00:00Z", "Guests");
    let (_, all) = repository.check().expect("the root is readable");
    assert!(!all.iter().any(|found| found.rule == "review-stale" && found.practice.is_some()), "{all:#?}");
}

#[test]
fn a_decision_that_names_what_it_took_away_stales_nothing_that_was_reviewed_before_the_key_was_known() {
    let decision =
        "\n[[decision]]\ndate = 2026-10-01\nchange = \"Moved\"\ndecided = \"Covered.\"\nabout = [\"enclave\"]\n";
    let repository = with_assets(decision);
    let review = repository.review_of_everything();
    repository.commit("2026-10-10T10:00:00Z", &format!("Decide\n\nRead in the meeting.\n\n{review}"));
    let (_, all) = repository.check().expect("the root is readable");
    assert!(!all.iter().any(|found| found.rule == "review-stale"), "{all:#?}");
    repository.append("assets.toml", "removed = [\"old-annex\"]\n");
    repository.commit("2026-10-12T10:00:00Z", "Say what went");
    let (facts, all) = repository.check().expect("the root is readable");
    let scope: Vec<String> =
        all.iter().filter(|found| found.rule == "review-stale").map(|found| line(found, &facts)).collect();
    assert!(scope.len() == 1 && scope[0].contains("decisions"), "{scope:#?}");
}

#[test]
fn a_policy_of_many_open_brackets_is_read_to_its_end() {
    let repository = Repository::base();
    let text = repository.text("policies/ac.md");
    for hostile in ["[x ", "<x ", "{{ ", "[INSERT "] {
        repository.write("policies/ac.md", format!("{text}\n{}\n", hostile.repeat(40_000)));
        let (facts, _) = repository.look(false).expect("the root is readable");
        let all = demarcate::check::run(&facts, &demarcate::check::Wanted::default(), Vec::new());
        // One diagnostic of one policy at most; a cost that grows with the square of the brackets would not end today.
        let said = all.iter().filter(|found| found.rule == "template-policy").count();
        assert_eq!(said, usize::from(hostile.contains("INSERT")), "{hostile}");
    }
}
