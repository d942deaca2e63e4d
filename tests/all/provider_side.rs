//! A provider's own repository: what `init --provider` writes, and the slice that each client gets.

use std::path::PathBuf;

use tempfile::TempDir;

use super::books::parts;
use super::screen::{Screen, run};

const SERVICES: &str = r#"
[[service]]
id = "patching"
title = "Patching of managed hosts"
kind = "msp"
data = "spd"

[[service]]
id = "vault"
title = "Backup vault"
kind = "backup"
data = "none"

[[contract.clause]]
id = "scope"
kind = "scope"
says = "The matrix is part of this contract."

[[contract.clause]]
id = "restore"
kind = "service"
says = "Restores within a day."
within = "1 day"
services = ["vault"]
"#;

const ROWS: &str = r#"
[[row]]
for = ["3.14.1", "AC.L2-3.1.12[a]", "AC.L2-3.1.12[c]"]
service = "patching"
inheritance = "partial"
provider-does = "Works the queue <b>on</b> managed hosts | each week."
customer-does = "Checks the report."
evidence = "Monthly report"

[[row]]
for = ["3.8.9"]
service = "vault"
inheritance = "full"
provider-does = "Encrypts every copy at rest."

[[row]]
for = ["3.9.2"]
inheritance = "none"
customer-does = "Tells the provider who leaves."
"#;

const CLIENTS: &str = r#"
[[client]]
id = "northwind"
path = "../northwind"
name = "=Northwind"
services = ["patching"]

[[client]]
id = "contoso"
path = "../contoso-secret-path"
name = "Contoso Machining"
"#;

/// A provider's repository, as `init` begins it.
struct Begun(TempDir);

impl Begun {
    fn new() -> Self {
        let home = TempDir::new().expect("the folder for temporary files can be written");
        let screen = run(home.path(), &["init", "--provider", "--organization", "Acme MSP", "acme"]);
        assert_eq!(screen.code, 0, "{}", screen.err);
        Self(home)
    }

    /// The same with services, rows and clients written into it.
    fn written() -> Self {
        let begun = Self::new();
        begun.append("providers/acme-msp.toml", SERVICES);
        begun.append("providers/acme-msp.crm.toml", ROWS);
        begun.append("CLIENTS.toml", CLIENTS);
        begun
    }

    fn root(&self) -> PathBuf {
        self.0.path().join("acme")
    }

    fn text(&self, path: &str) -> String {
        std::fs::read_to_string(self.root().join(path)).unwrap_or_else(|error| panic!("cannot read {path}: {error}"))
    }

    fn append(&self, path: &str, more: &str) {
        std::fs::write(self.root().join(path), self.text(path) + more).expect("a file can be written");
    }

    fn run(&self, words: &[&str]) -> Screen {
        run(&self.root(), words)
    }
}

#[test]
fn what_init_writes_for_a_provider_checks_clean_and_has_a_row_ready_for_each_requirement() {
    let begun = Begun::new();
    let screen = begun.run(&["check"]);
    assert_eq!((screen.code, screen.err.as_str()), (0, ""), "{}", screen.out);
    assert!(screen.out.starts_with("nothing found"), "{}", screen.out);
    assert_eq!(begun.run(&["fleet", "--without-history"]).code, 0);
    let matrix = begun.text("providers/acme-msp.crm.toml");
    assert_eq!(matrix.matches("\n# [[row]]\n").count(), 110);
    for file in ["demarcate.toml", "CLIENTS.toml", "providers/acme-msp.toml", "providers/acme-msp.crm.toml"] {
        let text = begun.text(file);
        let schema =
            text.lines().next().and_then(|line| line.strip_prefix("#:schema ")).expect("the first line names it");
        let folder = begun.root().join(file).parent().expect("it lies in a folder").to_owned();
        assert!(folder.join(schema).is_file(), "{file}: {schema}");
    }
    let again = run(begun.0.path(), &["init", "--provider", "acme"]);
    assert!(again.code == 2 && again.err.contains("is already there; nothing was written"), "{}", again.err);
    let nameless = run(begun.0.path(), &["init", "--provider", "other"]);
    assert!(nameless.code == 0 && nameless.out.contains("providers/this-provider.crm.toml"), "{}", nameless.out);
}

#[test]
fn a_row_without_its_number_signs_is_an_answer_and_check_names_what_it_lacks() {
    let begun = Begun::written();
    assert!(
        begun.run(&["check"]).out.contains("late-incident-notice"),
        "the services need clauses, and check says which"
    );
    let matrix = begun.text("providers/acme-msp.crm.toml");
    let at = matrix.find("# [[row]]").expect("rows stand ready");
    let row: String = matrix[at..].lines().take(6).collect::<Vec<_>>().join("\n").replace("# ", "");
    std::fs::write(begun.root().join("providers/acme-msp.crm.toml"), [&matrix[..at], &row].concat())
        .expect("it is written");
    let screen = begun.run(&["check"]);
    assert!(screen.out.contains("`` is not a known word here"), "{}", screen.out);
    assert!(!screen.out.contains("[syntax]") && !screen.out.contains("[unknown-key]"), "{}", screen.out);
}

#[test]
fn a_client_gets_the_rows_of_its_services_and_nothing_of_others() {
    let begun = Begun::written();
    let screen = begun.run(&["render", "crm", "--client", "northwind", "--format", "md,html,csv,xlsx"]);
    assert_eq!(screen.code, 0, "{}", screen.err);
    let md = begun.text("out/crm-client-northwind.md");
    let rows: Vec<&str> = md
        .lines()
        .filter(|line| line.starts_with("| AC.") || line.starts_with("| SI.") || line.starts_with("| PS."))
        .collect();
    assert_eq!(rows.len(), 3, "{md}");
    assert_eq!(
        rows[0],
        "| AC.L2-3.1.12 [a, c] Control Remote Access | Partial: Patching of managed hosts | Works the queue &lt;b&gt;on&lt;/b&gt; managed hosts \\| each week. | Checks the report. | Monthly report | scope |"
    );
    assert!(rows[1].contains("Tells the provider who leaves.") && rows[2].starts_with("| SI.L2-3.14.1"), "{rows:?}");
    assert!(md.contains("AC.L2-3.1.12[b, d]") && md.contains("MP.L2-3.8.9"), "what is not answered is named: {md}");
    let html = begun.text("out/crm-client-northwind.html");
    assert!(html.contains("&lt;b&gt;on&lt;") && !html.contains("<b>on"), "{html}");
    let csv = begun.text("out/crm-client-northwind.csv");
    assert!(csv.contains("AC.L2-3.1.12,Control Remote Access,\"a, c\",Patching of managed hosts,partial,"), "{csv}");
    for text in [&md, &html, &csv] {
        for other in ["ontoso", "vault", "Restores within", "Encrypts every copy"] {
            assert!(!text.contains(other), "{other}");
        }
    }
    let book = std::fs::read(begun.root().join("out/crm-client-northwind.xlsx")).expect("the workbook is there");
    let unpacked: String = parts(&book).into_values().collect();
    for (text, is_there) in [
        ("Works the queue &lt;b&gt;on&lt;/b&gt; managed hosts | each week.", true),
        ("=Northwind", true),
        ("ontoso", false),
        ("ault", false),
        ("Restores within", false),
        ("Encrypts every copy", false),
    ] {
        let unpacked = unpacked.replace("efault", "");
        assert_eq!(unpacked.contains(text), is_there, "{text}");
    }
    let all = begun.run(&["render", "crm", "--client", "contoso", "--format", "md"]);
    assert_eq!(all.code, 0, "{}", all.err);
    let md = begun.text("out/crm-client-contoso.md");
    assert!(md.contains("Encrypts every copy at rest.") && md.contains("| restore | Service |"), "{md}");
    assert!(!md.contains("orthwind") && !md.contains("secret-path"), "{md}");
}

#[test]
fn a_slice_that_would_say_something_wrong_is_not_written() {
    let begun = Begun::written();
    let refused = |words: &[&str]| {
        let screen = begun.run(words);
        assert_eq!((screen.code, screen.out.as_str()), (2, ""), "{}", screen.err);
        screen.err
    };
    assert_eq!(refused(&["render", "crm", "--client", "nobody"]), "error: the list has no client `nobody`\n");
    assert!(refused(&["render", "ssp", "--client", "northwind"]).contains("a slice of the matrix alone"));
    begun.append("providers/acme-msp.crm.toml", "\n[[row]]\nfor = [\"3.9.1\"]\ninheritance = \"full\"\nprovider-does = \"Screens people, as for Contoso Machining's plant.\"\n");
    let named = "error: the row of PS.L2-3.9.1 names another client, `contoso`: write it for every client\n";
    assert_eq!(refused(&["render", "crm", "--client", "northwind"]), named);
    assert_eq!(begun.run(&["render", "crm", "--client", "contoso"]).code, 0, "its own name may stand there");
    let list = begun.text("CLIENTS.toml").replace("[\"patching\"]", "[\"printing\"]");
    std::fs::write(begun.root().join("CLIENTS.toml"), list).expect("it is written");
    let unknown = refused(&["render", "crm", "--client", "northwind"]);
    assert_eq!(unknown, "error: client `northwind` has the service `printing`, which `acme-msp` does not define\n");
}
