//! What stales a review, and what does not: one change at a time, each by a commit after a review of everything.

use super::scripted::Scripted;

const PRACTICE: &str = "practices/AC.L2-3.1.1.toml";

/// Reviews everything, makes one change, and tells the state of a subject with what differs.
fn after(subject: &str, path: &str, old: &str, new: &str) -> (&'static str, Vec<String>) {
    let scripted = Scripted::reviewed();
    scripted.edit(path, old, new);
    scripted.commit("Change", "2026-02-02");
    let found = scripted.subject(subject, "2026-03-01");
    (found.state.word(), found.differs)
}

#[test]
fn without_a_change_everything_is_current() {
    let history = Scripted::reviewed().history("2026-03-01");
    assert_eq!(history.subjects.len(), 9);
    assert!(history.subjects.values().all(|found| found.state.word() == "current"));
}

#[test]
fn each_kind_of_material_change_stales_the_practice_and_is_named() {
    let changes: [(&str, &str, &str, &[&str]); 30] = [
        (PRACTICE, "ownership = \"shared\"", "ownership = \"provider\"", &["ownership"]),
        (PRACTICE, "status = \"partially-implemented\"", "status = \"planned\"", &["status"]),
        (PRACTICE, "within a day.\n\"\"\"", "within a week.\n\"\"\"", &["statement"]),
        (PRACTICE, "the roster of staff", "the roster of staff and guests", &["value of [a]"]),
        (PRACTICE, "Approves every account before", "Approves accounts before", &["duty of contractor"]),
        (
            PRACTICE,
            "the ISSO has approved, within a day",
            "the ISSO has approved, within a week",
            &["duty of acme-msp"],
        ),
        (PRACTICE, "[\"policy\", \"procedure\"]", "[\"policy\"]", &["layers of contractor"]),
        (PRACTICE, "[\"d\", \"e\", \"f\"]", "[\"d\", \"e\"]", &["objectives of acme-msp"]),
        (
            PRACTICE,
            "scope = [\"enclave\"]",
            "scope = [\"enclave\", \"office\"]",
            &["group office", "scope of acme-msp"],
        ),
        (PRACTICE, "maintained-by = \"isso\"\n", "", &["maintaining role of contractor"]),
        (PRACTICE, "at = \"sheet 1\"", "at = \"sheet 2\"", &["evidence plan of contractor"]),
        (PRACTICE, "every = \"3 months\", by", "every = \"6 months\", by", &["verification of acme-msp"]),
        (PRACTICE, "how = \"Compare tickets", "how = \"Compare some tickets", &["verification of acme-msp"]),
        (
            PRACTICE,
            "service = \"helpdesk\"",
            "service = \"backup\"",
            &["service backup of acme-msp", "service helpdesk of acme-msp", "service of acme-msp"],
        ),
        (PRACTICE, "clause = \"accounts\"\n", "", &["clause accounts of acme-msp", "clause of acme-msp"]),
        (PRACTICE, "connection = \"vpn\"\n", "", &["connection of acme-msp", "connection vpn of acme-msp"]),
        (PRACTICE, "Ask how an account is approved", "Ask who approves", &["interviews and tests"]),
        (PRACTICE, "b = \"met\"", "b = \"not-applicable\"", &["determination of [b]"]),
        (PRACTICE, "No alert is raised.", "Alerts are late.", &["determination of [c]"]),
        (PRACTICE, ", poam = \"alerts\"", "", &["determination of [c]"]),
        (PRACTICE, ", exception = \"lathe\"", "", &["determination of [e]", "exception lathe"]),
        (
            PRACTICE,
            "party = \"acme-msp\"",
            "party = \"other-msp\"",
            &[
                "clause accounts of acme-msp",
                "clause of acme-msp",
                "clause of other-msp",
                "connection of acme-msp",
                "connection of other-msp",
                "connection vpn of acme-msp",
                "duty of acme-msp",
                "duty of other-msp",
                "evidence plan of acme-msp",
                "evidence plan of other-msp",
                "layers of acme-msp",
                "layers of other-msp",
                "objectives of acme-msp",
                "objectives of other-msp",
                "scope of acme-msp",
                "scope of other-msp",
                "service helpdesk of acme-msp",
                "service of acme-msp",
                "service of other-msp",
                "verification of acme-msp",
                "verification of other-msp",
            ],
        ),
        (
            "providers/acme-msp.toml",
            "title = \"Helpdesk\"",
            "title = \"Service desk\"",
            &["service helpdesk of acme-msp"],
        ),
        ("providers/acme-msp.toml", "data = \"spd\"", "data = \"cui\"", &["service helpdesk of acme-msp"]),
        (
            "providers/acme-msp.toml",
            "Accounts within a day",
            "Accounts within a week",
            &["clause accounts of acme-msp"],
        ),
        ("providers/acme-msp.toml", "at = \"7.2\"", "at = \"7.3\"", &["clause accounts of acme-msp"]),
        ("providers/acme-msp.toml", "IPsec", "TLS", &["connection vpn of acme-msp"]),
        ("assets.toml", "description = \"Two servers.\"", "description = \"Three servers.\"", &["group enclave"]),
        ("assets.toml", "title = \"Enclave\"\n", "title = \"Enclave\"\nin-scope = false\n", &["group enclave"]),
        ("exceptions/lathe.toml", "knows one account", "knows two accounts", &["exception lathe"]),
    ];
    for (path, old, new, differs) in changes {
        let (state, found) = after("3.1.1", path, old, new);
        assert_eq!((state, found), ("stale", differs.iter().map(ToString::to_string).collect()), "{old} -> {new}");
    }
}

#[test]
fn what_is_not_material_leaves_the_practice_current() {
    let changes = [
        (PRACTICE, "practice = ", "# a comment\npractice   = "),
        (PRACTICE, "every account.\nAcme creates", "every\naccount. Acme creates"),
        (
            PRACTICE,
            "ownership = \"shared\"\nstatus = \"partially-implemented\"",
            "status = \"partially-implemented\"\nownership = \"shared\"",
        ),
        (PRACTICE, "ownership = \"shared\"\n", ""),
        (PRACTICE, "[\"policy\", \"procedure\"]", "[\"procedure\", \"policy\"]"),
        (PRACTICE, "[\"a\", \"b\", \"c\"]", "[\n  \"c\",\n  \"b\",\n  \"a\",\n]"),
        (PRACTICE, "a = \"met\"", "a = { determination = \"met\" }"),
        (PRACTICE, "last = 2026-01-01, result = \"passed\"", "last = 2026-02-01, result = \"failed\""),
        (
            PRACTICE,
            "on = 2026-01-01\nby = \"isso\"\nresult = \"passed\"\n",
            "on = 2026-02-01\nby = \"isso\"\nresult = \"failed\"\n",
        ),
        ("providers/acme-msp.toml", "+1 555 0199", "+1 555 0198"),
        ("providers/acme-msp.toml", "Sam Roe", "Pat Roe"),
        ("providers/acme-msp.toml", "title = \"Backup\"", "title = \"Backups\""),
        ("providers/acme-msp.toml", "at = \"9\"", "at = \"10\""),
        ("providers/acme-msp.toml", "data = \"spd\"\n", "data = \"spd\"\nauthorization-until = 2027-01-01\n"),
        ("assets.toml", "title = \"Office\"", "title = \"Offices\""),
        ("demarcate.toml", "+1 555 0101", "+1 555 0102"),
        ("poam/alerts.toml", "status = \"open\"", "status = \"in-progress\""),
        (
            "evidence/contractor/artifacts.toml",
            "collected = 2026-01-01\n",
            "collected = 2026-01-01\n\n[[artifact.edition]]\npath = \"accounts-q2.csv\"\ncollected = 2026-02-02\n",
        ),
    ];
    for (path, old, new) in changes {
        assert_eq!(after("3.1.1", path, old, new), ("current", Vec::new()), "{old} -> {new}");
    }
}

#[test]
fn the_order_of_responsibilities_is_not_material() {
    let scripted = Scripted::reviewed();
    let text = scripted.read(PRACTICE);
    let start = text.find("[[responsibility]]\nparty = \"contractor\"").expect("the contractor's part");
    let second = text.find("[[responsibility]]\nparty = \"acme-msp\"").expect("the provider's part");
    let end = text.find("[[method]]").expect("the method");
    let turned = [&text[..start], &text[second..end], &text[start..second], &text[end..]].concat();
    assert_ne!(turned, text);
    scripted.write(PRACTICE, &turned);
    scripted.commit("Turn", "2026-02-02");
    assert_eq!(scripted.state("3.1.1", "2026-03-01"), "current");
}

#[test]
fn two_parts_of_one_party_that_swap_their_objectives_are_a_change() {
    let part = |duty: &str, letter: &str| {
        format!("[[responsibility]]\nparty = \"contractor\"\nobjectives = [\"{letter}\"]\nduty = \"{duty}\"\n\n")
    };
    let text = |first: &str, second: &str| {
        format!("practice = \"AC.L2-3.1.2\"\n\n{}{}", part("Defines.", first), part("Enforces.", second))
    };
    let scripted = Scripted::root();
    scripted.write("practices/AC.L2-3.1.2.toml", &text("a", "b"));
    scripted.review("2026-02-01");
    scripted.write("practices/AC.L2-3.1.2.toml", &text("b", "a"));
    scripted.commit("Swap", "2026-02-02");
    let found = scripted.subject("3.1.2", "2026-03-01");
    assert_eq!((found.state.word(), found.differs), ("stale", vec!["objectives of contractor".to_owned()]));
}

#[test]
fn the_other_subjects_stale_on_their_own_content() {
    let changes: [(&str, &str, &str, &str, &str); 12] = [
        ("ssp", "demarcate.toml", "its two servers", "its three servers", "boundary"),
        ("ssp", PRACTICE, "status = \"partially-implemented\"", "status = \"planned\"", "status of AC.L2-3.1.1"),
        ("crm", PRACTICE, "Approves every", "Approves each", "duty of contractor in AC.L2-3.1.1"),
        ("scope", "assets.toml", "title = \"Office\"", "title = \"Offices\"", "group office"),
        ("poam", "poam/alerts.toml", "status = \"open\"", "status = \"in-progress\"", "item alerts"),
        ("policy:access", "policies/access.md", "approved\nby the ISSO", "approved by the owner", "text"),
        ("provider:acme-msp", "providers/acme-msp.toml", "title = \"Backup\"", "title = \"Backups\"", "service backup"),
        ("provider:acme-msp", "providers/acme-msp.toml", "at = \"9\"", "at = \"10\"", "clause audit"),
        ("provider:acme-msp", "providers/acme-msp.toml", "C-17", "C-18", "contract"),
        ("provider:acme-msp", "providers/acme-msp.toml", "name = \"Acme MSP\"", "name = \"Acme\"", "name"),
        ("provider:acme-msp", "providers/acme-msp.toml", "Kim Ode", "Kim Oder", "people"),
        ("personnel:acme-msp", "providers/acme-msp.toml", "Kim Ode", "Kim Oder", "people"),
    ];
    for (subject, path, old, new, differs) in changes {
        assert_eq!(after(subject, path, old, new), ("stale", vec![differs.to_owned()]), "{subject}: {old} -> {new}");
    }
}

#[test]
fn the_other_subjects_stay_current_on_what_is_not_theirs() {
    let changes = [
        ("ssp", "demarcate.toml", "ssp-version = \"1.0\"", "ssp-version = \"1.1\""),
        ("ssp", "demarcate.toml", "+1 555 0100", "+1 555 0103"),
        ("ssp", PRACTICE, "Approves every", "Approves each"),
        ("crm", PRACTICE, "Acme creates it", "Acme makes it"),
        ("crm", "providers/acme-msp.toml", "Helpdesk", "Service desk"),
        ("scope", "assets.toml", "[[group]]\nid = \"enclave\"", "# what is in scope\n[[group]]\nid = \"enclave\""),
        ("policy:access", "policies/access.md", "approved\nby the ISSO", "approved by\nthe ISSO"),
        ("provider:acme-msp", "providers/acme-msp.toml", "+1 555 0199", "+1 555 0198"),
        ("personnel:acme-msp", "providers/acme-msp.toml", "trained = 2025-12-01", "trained = 2026-02-01"),
        ("personnel:acme-msp", "providers/acme-msp.toml", "C-17", "C-18"),
    ];
    for (subject, path, old, new) in changes {
        assert_eq!(after(subject, path, old, new), ("current", Vec::new()), "{subject}: {old} -> {new}");
    }
}
