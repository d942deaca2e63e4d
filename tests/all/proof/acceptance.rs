//! How strong is an acceptance of duties: attacks and accidents, each a real repository made by git and ssh-keygen.

use std::process::Stdio;
use std::sync::OnceLock;

use serde_json::Value;

use super::super::screen::{self, Screen, run};
use super::keys::keys;
use super::stage::{
    DANA, FORGE, Hand, IVY, KIM, MALLORY, NOOR, POLICY, Person, ROBIN, SAM, SIGNERS, Stage, digest, signers,
};
use super::{RECORDED, SIGNED, Says, UNSIGNED, each, refused};

const DAY: &str = "2026-03-02";
const ACME: &str = "acme-msp";
const CLOUD: &str = "gov-cloud";
const CONFIG: &str = "demarcate.toml";
const ACME_FILE: &str = "providers/acme-msp.toml";
const CLOUD_MATRIX: &str = "providers/gov-cloud.crm.toml";
const FIRST: &str = "practices/AC.L2-3.1.1.toml";
const ARTIFACTS: &str = "evidence/acme-msp/artifacts.toml";
const LETTER: &str = "evidence/acme-msp/letter.txt";

const REFUSED: &str = "acceptance-refused";
const STALE: &str = "acceptance-stale";
const NOBODY: &str = "duties-not-accepted";

/// What the root of the other cases lacks: people of providers, a cloud service, matrices and a letter.
const MORE: [(&str, &str); 7] = [
    (
        CONFIG,
        "\n[[person]]\nid = \"sam\"\nname = \"Sam Ortiz\"\nemail = [\"sam@acme.example\"]\nparty = \"acme-msp\"\n\n\
         [[person]]\nid = \"noor\"\nname = \"Noor Haddad\"\nemail = [\"noor@cloud.example\"]\nparty = \"gov-cloud\"\n",
    ),
    (ACME_FILE, "\n[[people]]\nname = \"Ivy Chandler\"\nemail = \"ivy@acme.example\"\naccepts = true\n"),
    (
        "providers/acme-msp.crm.toml",
        "provider = \"acme-msp\"\nedition = \"3\"\nsource = \"acme-matrix\"\n\n[[row]]\nfor = [\"3.1.1\"]\ninheritance = \"partial\"\n",
    ),
    (
        "providers/gov-cloud.toml",
        "id = \"gov-cloud\"\nname = \"Government Cloud\"\n\n[[service]]\nid = \"office\"\ntitle = \"Office\"\nkind = \"csp\"\ndata = \"cui\"\n",
    ),
    (
        CLOUD_MATRIX,
        "provider = \"gov-cloud\"\nedition = \"7\"\nsource = \"cloud-matrix\"\n\n[[row]]\nfor = [\"3.1.1\"]\ninheritance = \"partial\"\n",
    ),
    (
        "evidence/gov-cloud/artifacts.toml",
        "[[artifact]]\nid = \"cloud-matrix\"\ntitle = \"Published matrix\"\nkind = \"crm\"\nedition = [{ path = \"matrix.csv\", collected = 2026-01-04 }]\n\n\
         [[artifact]]\nid = \"cloud-guide\"\ntitle = \"Service guide\"\nkind = \"report\"\nedition = [{ path = \"matrix.csv\", collected = 2026-01-04 }]\n",
    ),
    (
        ARTIFACTS,
        "[[artifact]]\nid = \"acme-matrix\"\ntitle = \"Workbook for all customers\"\nkind = \"crm\"\nedition = [{ path = \"matrix.csv\", collected = 2026-01-04 }]\n\n\
         [[artifact]]\nid = \"acme-letter\"\ntitle = \"Letter under which Acme signed its duties\"\nkind = \"letter\"\nedition = [{ path = \"letter.txt\", collected = 2026-01-04 }]\n\n\
         [[artifact]]\nid = \"letter-to-come\"\ntitle = \"Letter that nobody has written\"\nkind = \"letter\"\nstate = \"planned\"\n",
    ),
];

const DUTY_OF_CLOUD: &str = "\n[[responsibility]]\nparty = \"gov-cloud\"\nlayer = \"configuration\"\nobjectives = [\"d\"]\n\
                             duty = \"Enforces the second factor at every sign-in.\"\nservice = \"office\"\n";

/// Adds what is lacking, with a lock.
fn furnish(stage: &Stage) {
    for (path, text) in MORE {
        let before = if stage.dir().join(path).exists() { stage.read(path) } else { String::new() };
        stage.write(path, format!("{before}{text}"));
    }
    stage.append(FIRST, DUTY_OF_CLOUD);
    stage.write(LETTER, "We accept the duties of exhibit B. Ivy Chandler\n");
    stage.write("evidence/acme-msp/matrix.csv", "requirement,responsibility\n");
    stage.write("evidence/gov-cloud/matrix.csv", "Control ID,Can Be Inherited from CSP\n");
    lock(stage);
}

fn lock(stage: &Stage) {
    let screen = run(&stage.dir(), &["hash"]);
    assert_eq!(screen.code, 0, "{}{}", screen.out, screen.err);
}

/// The keys of the contractor's people, the forge, and those who accept.
fn everybody() -> String {
    let guest = super::stage::trusted_as("kim@acme.example", "ash");
    format!("{}{}{guest}", signers(), [SAM, IVY, NOOR].map(Person::trusted).concat())
}

/// The people, the providers and the letter, committed by Dana on 2026-01-10.
fn furnished() -> Stage {
    static TEMPLATE: OnceLock<Stage> = OnceLock::new();
    let build = || {
        let stage = Stage::trusting(&everybody());
        furnish(&stage);
        stage.commit(&DANA.on("2026-01-10"), "Say who works for whom");
        stage
    };
    TEMPLATE.get_or_init(build).copied()
}

/// The same before anybody is trusted.
fn without_trust() -> Stage {
    let stage = Stage::without_trust();
    furnish(&stage);
    stage.commit(&ROBIN.on("2026-01-10").unsigned(), "Say who works for whom");
    stage
}

fn accepted(provider: &str, by: &str) -> String {
    format!("Accept the duties\n\nResponsibility-Accepted: {provider}\nAccepted-by: {by}\n")
}

fn recorded(provider: &str, by: &str, record: &str) -> String {
    format!("{}Acceptance-Record: {record}\n", accepted(provider, by))
}

fn published(provider: &str, record: &str) -> String {
    format!("Take the matrix\n\nResponsibility-Accepted: {provider}\nAcceptance-Record: {record}\n")
}

/// An acceptance by this hand in the furnished root.
fn said(hand: Hand, message: &str) -> Made {
    let stage = furnished();
    let claim = stage.commit(&hand, message);
    (stage, claim)
}

/// An acceptance by Sam, and what happens after it.
fn then(change: impl FnOnce(&Stage), hand: Hand) -> Made {
    let (stage, claim) = said(SAM.on(DAY), &accepted(ACME, &SAM.named()));
    change(&stage);
    stage.commit(&hand, "Go on");
    (stage, claim)
}

/// Dana puts a file or folder elsewhere and a link in its place, signed; then somebody whom nobody sees lets Kim's other
/// address accept there, unsigned, and it does.
fn behind_a_link(path: &str, to: &str) -> Made {
    let stage = furnished();
    std::fs::create_dir_all(stage.dir().join(to).parent().expect("it is in a folder")).expect("it can be made");
    std::fs::rename(stage.dir().join(path), stage.dir().join(to)).expect("it can be moved");
    let up = if path.contains('/') { "../" } else { "" };
    std::os::unix::fs::symlink(format!("{up}{to}"), stage.dir().join(path)).expect("the link can be made");
    stage.commit(&DANA.on("2026-02-20"), "Share it");
    stage.append(ACME_FILE, "\n[[people]]\nname = \"Kim Ode\"\nemail = \"kim@acme.example\"\naccepts = true\n");
    stage.commit(&KIM.on("2026-02-21").unsigned(), "Tidy");
    let claim = stage.commit(&SAM.on(DAY).with("ash"), &accepted(ACME, "Kim Ode <kim@acme.example>"));
    (stage, claim)
}

/// The letter, entered again or another one after the duties have changed.
fn letter_again(change: impl FnOnce(&Stage), record: &str) -> Made {
    let (stage, _) = said(ROBIN.on(DAY), &recorded(ACME, &IVY.named(), "acme-letter"));
    stage.edit(FIRST, "within a day.\"", "within a week.\"");
    change(&stage);
    lock(&stage);
    stage.commit(&ROBIN.on("2026-04-01"), "A week it is");
    let claim = stage.commit(&ROBIN.on("2026-04-02"), &recorded(ACME, &IVY.named(), record));
    (stage, claim)
}

/// A copy of the letter as an artifact of its own.
fn another_letter(stage: &Stage) {
    let artifact = "\n[[artifact]]\nid = \"other-letter\"\ntitle = \"Letter about the new duties\"\nkind = \"letter\"\n\
                    edition = [{ path = \"other.txt\", collected = 2026-04-01 }]\n";
    stage.append(ARTIFACTS, artifact);
    stage.write("evidence/acme-msp/other.txt", stage.read(LETTER));
}

/// The published edition, entered by Robin, and what happens after it.
fn published_then(change: impl FnOnce(&Stage)) -> Made {
    let (stage, claim) = said(ROBIN.on(DAY), &published(CLOUD, "cloud-matrix"));
    change(&stage);
    stage.commit(&ROBIN.on("2026-04-01"), "Go on");
    (stage, claim)
}

/// The published edition of a matrix that was first changed.
fn published_after(change: impl FnOnce(&Stage), record: &str) -> Made {
    let stage = furnished();
    change(&stage);
    lock(&stage);
    stage.commit(&ROBIN.on("2026-02-20"), "Change it first");
    let claim = stage.commit(&ROBIN.on(DAY), &published(CLOUD, record));
    (stage, claim)
}

type Made = (Stage, String);

/// An attack or an accident, and what demarcate says of the acceptance that the claim makes for one provider.
struct Case {
    name: &'static str,
    provider: &'static str,
    says: Says,
    /// Whether it covers the duties as they stand.
    covers: bool,
    /// The rules of acceptance that `check` reports of the provider.
    rules: &'static [&'static str],
    make: fn() -> Made,
}

const CASE: Case = Case {
    name: "",
    provider: ACME,
    says: SIGNED,
    covers: true,
    rules: &[],
    make: || unreachable!("every case makes its own"),
};

/// A case in which the acceptance proves nothing.
const VOID: Case = Case { rules: &[REFUSED], ..CASE };

const CASES: &[Case] = &[
    Case { name: "person-of-its-party-signs", make: || said(SAM.on(DAY), &accepted(ACME, &SAM.named())), ..CASE },
    Case { name: "person-of-its-own-file-signs", make: || said(IVY.on(DAY), &accepted(ACME, &IVY.named())), ..CASE },
    Case {
        name: "person-of-its-own-file-in-other-letters",
        make: || said(IVY.on(DAY), &accepted(ACME, "Ivy Chandler <Ivy@ACME.example>")),
        ..CASE
    },
    Case {
        name: "person-whom-its-file-does-not-let-accept",
        says: refused("accepts = true"),
        make: || said(SAM.on(DAY).with("ash"), &accepted(ACME, "Kim Ode <kim@acme.example>")),
        ..VOID
    },
    Case {
        name: "file-of-the-provider-behind-a-link",
        says: refused("no person of acme-msp"),
        make: || behind_a_link(ACME_FILE, "shared/acme.toml"),
        ..VOID
    },
    Case {
        name: "folder-of-providers-behind-a-link",
        says: refused("no person of acme-msp"),
        make: || behind_a_link("providers", "shared"),
        ..VOID
    },
    Case {
        name: "person-of-another-provider",
        says: refused("is of gov-cloud"),
        make: || said(NOOR.on(DAY), &accepted(ACME, &NOOR.named())),
        ..VOID
    },
    Case {
        name: "contractor-accepts-for-the-provider",
        says: refused("Dana Lee <dana@contractor.example> is of the contractor"),
        make: || said(DANA.on(DAY), &accepted(ACME, &DANA.named())),
        ..VOID
    },
    Case {
        name: "contractor-lists-itself-in-the-file-of-the-provider",
        says: refused("is of the contractor"),
        make: || {
            let stage = furnished();
            stage.append(
                ACME_FILE,
                "\n[[people]]\nname = \"Dana Lee\"\nemail = \"dana@contractor.example\"\naccepts = true\n",
            );
            stage.commit(&DANA.on("2026-02-20"), "Tidy");
            let claim = stage.commit(&DANA.on(DAY), &accepted(ACME, &DANA.named()));
            (stage, claim)
        },
        ..VOID
    },
    Case {
        name: "contractor-signs-in-the-name-of-the-provider",
        says: refused("not Sam Ortiz"),
        make: || said(DANA.on(DAY), &accepted(ACME, &SAM.named())),
        ..VOID
    },
    Case {
        name: "stranger-signs-in-the-name-of-the-provider",
        says: refused("no trusted line"),
        make: || said(MALLORY.on(DAY), &accepted(ACME, &SAM.named())),
        ..VOID
    },
    Case {
        name: "stranger-accepts",
        says: refused("no person of acme-msp"),
        make: || said(DANA.on(DAY), &accepted(ACME, &MALLORY.named())),
        ..VOID
    },
    Case {
        name: "address-that-looks-alike",
        says: refused("no person of acme-msp"),
        make: || said(SAM.on(DAY), &accepted(ACME, "Sam Ortiz <s\u{430}m@acme.example>")),
        ..VOID
    },
    Case {
        name: "person-without-an-address",
        says: refused("address"),
        make: || said(SAM.on(DAY), &accepted(ACME, "Sam Ortiz")),
        ..VOID
    },
    Case {
        name: "listed-in-the-commit-that-accepts",
        says: refused("no person of acme-msp"),
        make: || {
            let stage = furnished();
            let file = stage.read(ACME_FILE).replace("ivy@acme.example", "guest@acme.example");
            stage.write(ACME_FILE, file);
            stage.commit(&ROBIN.on("2026-02-20"), "Ivy has left");
            stage.append(
                ACME_FILE,
                "\n[[people]]\nname = \"Ivy Chandler\"\nemail = \"ivy@acme.example\"\naccepts = true\n",
            );
            let claim = stage.commit(&IVY.on(DAY), &accepted(ACME, &IVY.named()));
            (stage, claim)
        },
        ..VOID
    },
    Case {
        name: "no-longer-listed-behind-a-first-parent-from-before",
        says: refused("may not accept for acme-msp"),
        make: || {
            let stage = furnished();
            stage.branch("work", "HEAD");
            stage.checkout("main");
            let file = stage.read(ACME_FILE).replace("ivy@acme.example", "guest@acme.example");
            stage.write(ACME_FILE, file);
            stage.commit(&ROBIN.on("2026-02-20"), "Ivy has left");
            stage.checkout("work");
            let claim = stage.merge_as_it_stands(&IVY.on(DAY), "main", &accepted(ACME, &IVY.named()));
            (stage, claim)
        },
        ..VOID
    },
    Case {
        name: "on-a-merge-of-a-branch-that-lists-the-same",
        make: || {
            let stage = furnished();
            stage.branch("work", "HEAD");
            stage.commit(&ROBIN.on("2026-02-19"), "Go on");
            stage.checkout("main");
            stage.commit(&ROBIN.on("2026-02-20"), "Go on as well");
            let claim = stage.merge_as_it_stands(&IVY.on(DAY), "work", &accepted(ACME, &IVY.named()));
            (stage, claim)
        },
        ..CASE
    },
    Case {
        name: "recorded-by-a-workbook-of-the-provider",
        says: refused("is of the kind crm"),
        make: || said(ROBIN.on(DAY), &recorded(ACME, &IVY.named(), "acme-matrix")),
        ..VOID
    },
    Case {
        name: "nobody-signs",
        says: UNSIGNED,
        make: || said(SAM.on(DAY).unsigned(), &accepted(ACME, &SAM.named())),
        ..VOID
    },
    Case {
        name: "nobody-signs-where-nobody-is-trusted",
        says: Says { counts: true, because: "", ..UNSIGNED },
        make: || {
            let stage = without_trust();
            let claim = stage.commit(&SAM.on(DAY).unsigned(), &accepted(ACME, &SAM.named()));
            (stage, claim)
        },
        ..CASE
    },
    Case {
        name: "contractor-accepts-where-nobody-is-trusted",
        says: refused("is of the contractor"),
        make: || {
            let stage = without_trust();
            let claim = stage.commit(&DANA.on(DAY).unsigned(), &accepted(ACME, &DANA.named()));
            (stage, claim)
        },
        ..VOID
    },
    Case {
        name: "record-that-is-none-where-nobody-is-trusted",
        says: refused("no artifact"),
        make: || {
            let stage = without_trust();
            let claim = stage.commit(&ROBIN.on(DAY).unsigned(), &recorded(ACME, &IVY.named(), "a-letter"));
            (stage, claim)
        },
        ..VOID
    },
    Case {
        name: "squashed-by-the-forge",
        says: refused("the forge signs for everybody it lets in"),
        make: || {
            let body = "Duties (#12)\n\n* Accept\n\nResponsibility-Accepted: acme-msp\nAccepted-by: Sam Ortiz <sam@acme.example>\n\n---------\n\nCo-authored-by: Sam Ortiz <sam@acme.example>\n";
            said(FORGE.on(DAY), body)
        },
        ..VOID
    },
    Case {
        name: "forge-names-a-person-of-the-contractor",
        says: refused("is of the contractor"),
        make: || said(FORGE.on(DAY), &accepted(ACME, &DANA.named())),
        ..VOID
    },
    Case {
        name: "forge-names-a-person-of-another-provider",
        says: refused("is of gov-cloud"),
        make: || said(FORGE.on(DAY), &accepted(ACME, &NOOR.named())),
        ..VOID
    },
    Case {
        name: "letter-entered-by-a-person-with-a-role",
        says: RECORDED,
        make: || said(ROBIN.on(DAY), &recorded(ACME, &IVY.named(), "acme-letter")),
        ..CASE
    },
    Case {
        name: "letter-that-the-contractor-wrote",
        says: refused("is produced by contractor, not by acme-msp"),
        make: || said(ROBIN.on(DAY), &recorded(ACME, &IVY.named(), "minutes")),
        ..VOID
    },
    Case {
        name: "letter-that-the-contractor-wrote-where-nobody-is-trusted",
        says: refused("is produced by contractor, not by acme-msp"),
        make: || {
            let stage = without_trust();
            let claim = stage.commit(&ROBIN.on(DAY).unsigned(), &recorded(ACME, &IVY.named(), "minutes"));
            (stage, claim)
        },
        ..VOID
    },
    Case {
        name: "letter-of-another-provider",
        says: refused("is produced by gov-cloud, not by acme-msp"),
        make: || said(ROBIN.on(DAY), &recorded(ACME, &IVY.named(), "cloud-guide")),
        ..VOID
    },
    Case {
        name: "contract-that-its-file-names",
        says: RECORDED,
        make: || {
            let stage = furnished();
            stage.edit(ACME_FILE, "[contract]\n", "[contract]\nartifact = \"minutes\"\n");
            stage.commit(&ROBIN.on("2026-02-20"), "Name the contract");
            let claim = stage.commit(&ROBIN.on(DAY), &recorded(ACME, &IVY.named(), "minutes"));
            (stage, claim)
        },
        ..CASE
    },
    Case {
        name: "letter-entered-again-for-other-duties",
        says: refused("is the one that accepted other duties"),
        rules: &[STALE],
        make: || letter_again(|_| (), "acme-letter"),
        ..CASE
    },
    Case {
        name: "letter-entered-again-under-another-name",
        says: refused("is the one that accepted other duties"),
        rules: &[STALE],
        make: || letter_again(another_letter, "other-letter"),
        ..CASE
    },
    Case {
        name: "new-letter-for-other-duties",
        says: RECORDED,
        make: || {
            let new = |stage: &Stage| {
                another_letter(stage);
                stage.write("evidence/acme-msp/other.txt", "We accept the new duties. Ivy Chandler\n");
            };
            letter_again(new, "other-letter")
        },
        ..CASE
    },
    Case {
        name: "letter-entered-again-for-the-same-duties",
        says: RECORDED,
        make: || {
            let (stage, _) = said(ROBIN.on(DAY), &recorded(ACME, &IVY.named(), "acme-letter"));
            let claim = stage.commit(&ROBIN.on("2026-04-02"), &recorded(ACME, &IVY.named(), "acme-letter"));
            (stage, claim)
        },
        ..CASE
    },
    Case {
        name: "letter-that-a-stranger-entered-for-other-duties-before",
        says: RECORDED,
        make: || {
            let stage = furnished();
            stage.commit(&MALLORY.on("2026-02-01"), &recorded(ACME, &IVY.named(), "acme-letter"));
            stage.edit(FIRST, "within a day.\"", "within a week.\"");
            let claim = stage.commit(&ROBIN.on(DAY), &recorded(ACME, &IVY.named(), "acme-letter"));
            (stage, claim)
        },
        ..CASE
    },
    Case {
        name: "letter-entered-by-a-person-without-a-role",
        says: refused("role"),
        make: || said(KIM.on(DAY), &recorded(ACME, &IVY.named(), "acme-letter")),
        ..VOID
    },
    Case {
        name: "letter-of-the-contractor-itself",
        says: refused("is of the contractor"),
        make: || said(ROBIN.on(DAY), &recorded(ACME, &DANA.named(), "acme-letter")),
        ..VOID
    },
    Case {
        name: "letter-that-is-not-in-the-lock",
        says: refused("no line in the lock"),
        make: || said(ROBIN.on(DAY), &recorded(ACME, &IVY.named(), "letter-to-come")),
        ..VOID
    },
    Case {
        name: "letter-that-came-later",
        says: refused("when it was entered"),
        make: || {
            let (stage, claim) = said(ROBIN.on(DAY), &recorded(ACME, &IVY.named(), "letter-to-come"));
            stage.edit(
                ARTIFACTS,
                "state = \"planned\"",
                "edition = [{ path = \"later.txt\", collected = 2026-04-01 }]",
            );
            stage.write("evidence/acme-msp/later.txt", "We accept.\n");
            lock(&stage);
            stage.commit(&ROBIN.on("2026-04-01"), "Here it is");
            (stage, claim)
        },
        ..VOID
    },
    Case {
        name: "letter-swapped-later",
        says: refused("not what was entered"),
        make: || {
            let (stage, claim) = said(ROBIN.on(DAY), &recorded(ACME, &IVY.named(), "acme-letter"));
            stage.write(LETTER, "We accept everything. Ivy Chandler\n");
            lock(&stage);
            stage.commit(&ROBIN.on("2026-04-01"), "A better scan");
            (stage, claim)
        },
        ..VOID
    },
    Case {
        name: "letter-beside-one-s-own-signature-swapped-later",
        make: || {
            let (stage, claim) = said(IVY.on(DAY), &recorded(ACME, &IVY.named(), "acme-letter"));
            stage.write(LETTER, "We accept everything. Ivy Chandler\n");
            lock(&stage);
            stage.commit(&ROBIN.on("2026-04-01"), "A better scan");
            (stage, claim)
        },
        ..CASE
    },
    Case {
        name: "later-letter-in-the-same-series",
        says: RECORDED,
        make: || {
            let (stage, claim) = said(ROBIN.on(DAY), &recorded(ACME, &IVY.named(), "acme-letter"));
            let first = "{ path = \"letter.txt\", collected = 2026-01-04 }";
            stage.edit(ARTIFACTS, first, &format!("{{ path = \"letter-2.txt\", collected = 2026-04-01 }}, {first}"));
            stage.write("evidence/acme-msp/letter-2.txt", "We accept again.\n");
            lock(&stage);
            stage.commit(&ROBIN.on("2026-04-01"), "The next one");
            (stage, claim)
        },
        ..CASE
    },
    Case {
        name: "duty-changed",
        covers: false,
        rules: &[STALE],
        make: || then(|stage| stage.edit(FIRST, "within a day.\"", "within a week.\""), ROBIN.on("2026-04-01")),
        ..CASE
    },
    Case {
        name: "duty-changed-and-changed-back",
        make: || {
            let (stage, claim) =
                then(|stage| stage.edit(FIRST, "within a day.\"", "within a week.\""), ROBIN.on("2026-04-01"));
            stage.edit(FIRST, "within a week.\"", "within a day.\"");
            stage.commit(&ROBIN.on("2026-04-02"), "Back");
            (stage, claim)
        },
        ..CASE
    },
    Case {
        name: "duty-of-somebody-else-changed",
        make: || then(|stage| stage.edit(FIRST, "second factor", "second and third factor"), ROBIN.on("2026-04-01")),
        ..CASE
    },
    Case {
        name: "clause-changed",
        covers: false,
        rules: &[STALE],
        make: || {
            then(|stage| stage.edit(ACME_FILE, "Accounts within a day.", "Accounts some day."), ROBIN.on("2026-04-01"))
        },
        ..CASE
    },
    Case {
        name: "service-changed-on-a-day-that-was-announced",
        covers: false,
        rules: &[STALE],
        make: || {
            let stage = furnished();
            stage.edit(ACME_FILE, "title = \"Helpdesk\"", "title = \"Helpdesk\"\nchanged = 2026-06-01");
            stage.commit(&ROBIN.on("2026-02-20"), "Announce");
            let claim = stage.commit(&SAM.on(DAY), &accepted(ACME, &SAM.named()));
            (stage, claim)
        },
        ..CASE
    },
    Case {
        name: "other-service-changed",
        make: || {
            let stage = furnished();
            stage.edit(ACME_FILE, "title = \"Backup\"", "title = \"Backup\"\nchanged = 2026-06-01");
            stage.commit(&ROBIN.on("2026-02-20"), "Announce");
            let claim = stage.commit(&SAM.on(DAY), &accepted(ACME, &SAM.named()));
            (stage, claim)
        },
        ..CASE
    },
    Case {
        name: "person-removed-later",
        make: || {
            let (stage, claim) = said(IVY.on(DAY), &accepted(ACME, &IVY.named()));
            stage.edit(ACME_FILE, "email = \"ivy@acme.example\"\naccepts = true", "email = \"guest@acme.example\"");
            stage.commit(&ROBIN.on("2026-04-01"), "Ivy has left");
            (stage, claim)
        },
        ..CASE
    },
    Case {
        name: "person-goes-to-another-provider",
        make: || {
            then(|stage| stage.edit(CONFIG, "party = \"acme-msp\"", "party = \"gov-cloud\""), ROBIN.on("2026-04-01"))
        },
        ..CASE
    },
    Case {
        name: "two-providers-in-one-paragraph-her-own",
        make: || said(SAM.on(DAY), &accepted("acme-msp, gov-cloud", &SAM.named())),
        ..CASE
    },
    Case {
        name: "two-providers-in-one-paragraph-the-other",
        provider: CLOUD,
        says: refused("is of acme-msp"),
        make: || said(SAM.on(DAY), &accepted("acme-msp, gov-cloud", &SAM.named())),
        ..VOID
    },
    Case {
        name: "id-that-looks-alike",
        provider: "\u{430}cme-msp",
        says: refused("is of acme-msp"),
        make: || said(SAM.on(DAY), &accepted("\u{430}cme-msp", &SAM.named())),
        ..CASE
    },
    Case {
        name: "provider-renamed",
        covers: false,
        rules: &[NOBODY],
        make: || {
            then(
                |stage| {
                    stage.edit(ACME_FILE, "id = \"acme-msp\"", "id = \"acme-it\"");
                    stage.edit(FIRST, "party = \"acme-msp\"", "party = \"acme-it\"");
                },
                ROBIN.on("2026-04-01"),
            )
        },
        ..CASE
    },
    Case {
        name: "published-edition-of-a-cloud",
        provider: CLOUD,
        says: RECORDED,
        make: || said(ROBIN.on(DAY), &published(CLOUD, "cloud-matrix")),
        ..CASE
    },
    Case {
        name: "published-edition-that-nobody-signs",
        provider: CLOUD,
        says: UNSIGNED,
        make: || said(ROBIN.on(DAY).unsigned(), &published(CLOUD, "cloud-matrix")),
        ..VOID
    },
    Case {
        name: "published-edition-entered-without-a-role",
        provider: CLOUD,
        says: refused("role"),
        make: || said(KIM.on(DAY), &published(CLOUD, "cloud-matrix")),
        ..VOID
    },
    Case {
        name: "published-edition-entered-by-a-provider",
        provider: CLOUD,
        says: refused("contractor's with a role"),
        make: || said(NOOR.on(DAY), &published(CLOUD, "cloud-matrix")),
        ..VOID
    },
    Case {
        name: "published-edition-of-an-msp",
        says: refused("somebody of acme-msp has to accept"),
        make: || said(ROBIN.on(DAY), &published(ACME, "acme-matrix")),
        ..VOID
    },
    Case {
        name: "published-edition-of-an-msp-where-nobody-is-trusted",
        says: refused("cloud service alone"),
        make: || {
            let stage = without_trust();
            let claim = stage.commit(&ROBIN.on(DAY).unsigned(), &published(ACME, "acme-matrix"));
            (stage, claim)
        },
        ..VOID
    },
    Case {
        name: "published-edition-from-another-document",
        provider: CLOUD,
        says: refused("taken from `cloud-matrix`"),
        make: || said(ROBIN.on(DAY), &published(CLOUD, "cloud-guide")),
        ..VOID
    },
    Case {
        name: "published-edition-without-a-number",
        provider: CLOUD,
        says: refused("names no edition"),
        make: || published_after(|stage| stage.edit(CLOUD_MATRIX, "edition = \"7\"\n", ""), "cloud-matrix"),
        ..VOID
    },
    Case {
        name: "published-edition-that-the-contractor-wrote",
        provider: CLOUD,
        says: refused("produced by contractor"),
        make: || published_after(|stage| stage.edit(CLOUD_MATRIX, "\"cloud-matrix\"", "\"minutes\""), "minutes"),
        ..VOID
    },
    Case {
        name: "published-edition-of-a-cloud-that-also-manages",
        provider: CLOUD,
        says: refused("of kind msp"),
        make: || {
            let file = "providers/gov-cloud.toml";
            published_after(|stage| stage.edit(file, "kind = \"csp\"", "kind = \"msp\""), "cloud-matrix")
        },
        ..VOID
    },
    Case {
        name: "published-edition-of-a-provider-without-a-service",
        provider: CLOUD,
        says: refused("the file of gov-cloud names no service"),
        make: || {
            let file = "providers/gov-cloud.toml";
            let service = "[[service]]\nid = \"office\"\ntitle = \"Office\"\nkind = \"csp\"\ndata = \"cui\"\n";
            published_after(|stage| stage.edit(file, service, ""), "cloud-matrix")
        },
        ..VOID
    },
    Case {
        name: "published-edition-for-a-service-that-is-none",
        provider: CLOUD,
        says: refused("a duty cites `mail`, which is no service of gov-cloud"),
        make: || {
            let to = "service = \"mail\"";
            published_after(|stage| stage.edit(FIRST, "service = \"office\"", to), "cloud-matrix")
        },
        ..VOID
    },
    Case {
        name: "another-edition-published-since",
        provider: CLOUD,
        says: RECORDED,
        covers: false,
        rules: &[STALE],
        make: || published_then(|stage| stage.edit(CLOUD_MATRIX, "edition = \"7\"", "edition = \"8\"")),
    },
    Case {
        name: "duty-changed-since-the-published-edition",
        provider: CLOUD,
        says: RECORDED,
        covers: false,
        rules: &[STALE],
        make: || published_then(|stage| stage.edit(FIRST, "second factor", "third factor")),
    },
    Case {
        name: "published-edition-swapped-later",
        provider: CLOUD,
        says: refused("not what was entered"),
        make: || {
            published_then(|stage| {
                stage.write("evidence/gov-cloud/matrix.csv", "Control ID,Yes to everything\n");
                lock(stage);
            })
        },
        ..VOID
    },
    Case {
        name: "refused-after-one-that-counts",
        says: refused("is of the contractor"),
        rules: &[],
        make: || {
            let (stage, _) = said(SAM.on(DAY), &accepted(ACME, &SAM.named()));
            let claim = stage.commit(&DANA.on("2026-03-03"), &accepted(ACME, &DANA.named()));
            (stage, claim)
        },
        ..CASE
    },
];

#[test]
fn demarcate_says_of_each_acceptance_what_the_table_says() {
    let all: Vec<&Case> = CASES.iter().collect();
    let wrong = each(&all, |case| problem_of(case).map(|what| format!("{}: {what}", case.name)));
    let wrong: Vec<String> = wrong.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// How what demarcate says differs from the table.
fn problem_of(case: &Case) -> Option<String> {
    let (stage, claim) = (case.make)();
    let row = match row_of(&stage, &claim, case.provider) {
        Ok(row) => row,
        Err(why) => return Some(why),
    };
    let text = |key: &str| row[key].as_str().unwrap_or_default();
    let told = (text("grade"), text("date_grade"), row["accepted"] == true, row["covers_head"] == true);
    let table = (case.says.grade, case.says.date, case.says.counts, case.covers);
    let because = text("refused_because").to_lowercase();
    if told != table {
        return Some(format!("demarcate says {told:?} ({because}), the table {table:?}: {row}"));
    }
    if !because.contains(&case.says.because.to_lowercase()) || because.is_empty() != case.says.because.is_empty() {
        return Some(format!("demarcate says because {because:?}, the table {:?}", case.says.because));
    }
    if case.says.grade == "signed" && (row["signer"].is_null() || row["key"].is_null()) {
        return Some("the signer or the key is not named".to_owned());
    }
    let rules = reported(&stage, case.provider);
    (rules != case.rules).then(|| format!("check reports {rules:?}, the table {:?}", case.rules))
}

fn row_of(stage: &Stage, claim: &str, provider: &str) -> Result<Value, String> {
    let history = history(stage);
    let all = history["acceptances"].as_array().ok_or("there are no acceptances")?;
    let found: Vec<&Value> = all.iter().filter(|row| row["commit"] == claim && row["about"] == provider).collect();
    match found.as_slice() {
        [only] => Ok((*only).clone()),
        other => Err(format!("the claim is {} acceptances for {provider}", other.len())),
    }
}

fn history(stage: &Stage) -> Value {
    let screen = run(&stage.dir(), &["history", "--format", "json"]);
    assert_eq!(screen.code, 0, "{}", screen.err);
    screen.json()
}

/// The rules of acceptance that `check` reports at the file of a provider.
fn reported(stage: &Stage, provider: &str) -> Vec<String> {
    let check = run(&stage.dir(), &["check", "--format", "json"]).json();
    let all = check["diagnostics"].as_array().expect("there are diagnostics");
    let here = format!("providers/{provider}.toml");
    let ours = all.iter().filter(|found| found["path"] == here.as_str());
    let names = ours.filter_map(|found| found["rule"].as_str());
    names.filter(|rule| [REFUSED, STALE, NOBODY].contains(rule)).map(str::to_owned).collect()
}

#[test]
fn who_has_accepted_nothing_is_told_of_once_and_a_renamed_provider_is_explained() {
    let stage = furnished();
    assert_eq!(reported(&stage, ACME), [NOBODY]);
    assert_eq!(reported(&stage, CLOUD), [NOBODY]);
    let check = run(&stage.dir(), &["check", "--only", NOBODY]);
    assert_eq!(check.code, 0, "{}", check.out);
    stage.edit("providers/gov-cloud.toml", "name = ", "esp = false\nname = ");
    assert_eq!(reported(&stage, CLOUD), Vec::<String>::new());
    stage.commit(&SAM.on(DAY), &accepted("acme-mps", &SAM.named()));
    let check = run(&stage.dir(), &["check", "--only", NOBODY]);
    assert!(check.out.contains("`acme-mps` is accepted by Sam Ortiz on 2026-03-02"), "{}", check.out);
}

#[test]
fn the_page_of_the_official_says_why_an_acceptance_does_not_count() {
    let (stage, _) = said(DANA.on(DAY), &accepted(ACME, &DANA.named()));
    let page = run(&stage.dir(), &["render", "affirmation", "--context"]).json()["affirmation"]["unaccepted"].take();
    let why = |number: usize| page[number]["why"].as_str().unwrap_or_default().to_owned();
    assert!(why(0).starts_with("its acceptance of 2026-03-02 does not count: Dana Lee"), "{page}");
    assert_eq!(why(1), "it has accepted none of its duties", "{page}");
}

#[test]
fn a_stale_acceptance_says_by_practice_what_has_changed() {
    let (stage, _) = said(SAM.on(DAY), &accepted(ACME, &SAM.named()));
    stage.edit(FIRST, "within a day.\"", "within a week.\"");
    stage.edit(FIRST, "clause = \"accounts\"", "clause = \"audit\"");
    stage.append(
        "practices/AC.L2-3.1.2.toml",
        "\n[[responsibility]]\nparty = \"acme-msp\"\nobjectives = [\"a\"]\nduty = \"Checks the roles each month.\"\n",
    );
    let row = &history(&stage)["acceptances"][0];
    let differs = ["clause and duty in AC.L2-3.1.1", "AC.L2-3.1.2 is new", "clause accounts", "clause audit"];
    assert_eq!(row["differs"], serde_json::json!(differs));
    let check = run(&stage.dir(), &["check", "--only", STALE]);
    assert_eq!(check.code, 1, "{}", check.out);
    assert!(check.out.contains("accepted by Sam Ortiz on 2026-03-02 in "), "{}", check.out);
    let status = run(&stage.dir(), &["status"]);
    assert!(
        status.out.contains("2026-03-02 by Sam Ortiz: clause and duty in AC.L2-3.1.1; and 3 more"),
        "{}",
        status.out
    );
    assert!(status.out.contains("gov-cloud      1 duty  not-accepted\n"), "{}", status.out);
}

#[test]
fn a_newer_edition_is_named_and_a_repository_that_is_being_built_is_warned() {
    let (stage, _) = published_then(|stage| stage.edit(CLOUD_MATRIX, "edition = \"7\"", "edition = \"8\""));
    let check = run(&stage.dir(), &["check", "--only", STALE]);
    assert_eq!(check.code, 1, "{}", check.out);
    assert!(check.out.contains("gov-cloud has published edition 8 since edition 7"), "{}", check.out);
    let config = stage.read(CONFIG);
    stage.write(CONFIG, format!("stage = \"building\"\n{config}"));
    let check = run(&stage.dir(), &["check", "--only", STALE]);
    assert_eq!(check.code, 0, "{}", check.out);
}

#[test]
fn the_answer_is_the_same_from_the_cache_and_in_a_subfolder() {
    let (stage, claim) = said(IVY.on(DAY), &accepted(ACME, &IVY.named()));
    let first = history(&stage);
    assert_eq!(first, history(&stage));
    let screen = run(&stage.dir(), &["history", "--format", "json", "--no-cache"]);
    assert_eq!(first, screen.json());
    stage.ask(&["config", "core.quotePath", "false"]);
    std::fs::create_dir(stage.dir().join("system")).expect("the folder is new");
    for name in ["demarcate.toml", "practices", "providers", "evidence", "evidence.lock", "assets.toml"] {
        stage.ask(&["mv", name, "system"]);
    }
    stage.commit(&ROBIN.on("2026-04-01"), "Move the root");
    let moved = run(&stage.dir().join("system"), &["history", "--format", "json"]).json();
    let rows = moved["acceptances"].as_array().expect("there are acceptances");
    let row = rows.iter().find(|row| row["commit"] == claim.as_str()).expect("it is found where the root was");
    assert_eq!(
        (&row["covers_head"], row["by"].as_str()),
        (&Value::Bool(true), Some("Ivy Chandler <ivy@acme.example>"))
    );
}

/// Has this person's own Git sign, as `accept` finds it.
fn sit_down(stage: &Stage, key: &str) {
    for (name, value) in [("gpg.format", "ssh"), ("commit.gpgsign", "true"), ("user.signingkey", &keys().signing(key))]
    {
        stage.ask(&["config", name, value]);
    }
}

fn typed(stage: &Stage, person: Person, arguments: &[&str]) -> Screen {
    let mut command = screen::tool(&stage.dir());
    command.envs([("GIT_COMMITTER_NAME", person.name), ("GIT_COMMITTER_EMAIL", person.email)]);
    command.envs([("GIT_AUTHOR_NAME", person.name), ("GIT_AUTHOR_EMAIL", person.email)]);
    screen::of(&command.arg("accept").args(arguments).stdin(Stdio::null()).output().expect("the binary was built"))
}

#[test]
fn accept_shows_the_duties_and_records_a_signed_acceptance() {
    let stage = furnished();
    sit_down(&stage, "sam");
    let dry = typed(&stage, SAM, &[ACME, "-m", "Read with our engineers.", "--dry-run"]);
    assert_eq!(
        dry.out,
        "Accept the duties of acme-msp\n\nRead with our engineers.\n\nResponsibility-Accepted: acme-msp\n\
         Accepted-by: Sam Ortiz <sam@acme.example>\n"
    );
    let before = stage.head();
    let shown = "Acme MSP (acme-msp): 1 duty in 1 practice\n";
    assert!(dry.err.starts_with(shown), "{}", dry.err);
    let duty = "  [d, e, f] Creates accounts that the ISSO has approved, within a day.\n      only in enclave; service helpdesk; clause accounts, 7.2\n";
    assert!(dry.err.contains(duty), "{}", dry.err);
    let screen = typed(&stage, SAM, &[ACME, "-m", "Read with our engineers."]);
    assert_eq!(screen.code, 0, "{}{}", screen.out, screen.err);
    assert!(screen.out.contains(": signed, and it counts\n"), "{}", screen.out);
    assert_eq!(stage.ask(&["rev-parse", "HEAD~1"]), before);
    assert_eq!(stage.ask(&["diff", "--stat", "HEAD~1", "HEAD"]), "");
    stage.edit(FIRST, "within a day.\"", "within a week.\"");
    stage.commit(&SAM.on("2026-11-21"), "A week it is");
    let again = typed(&stage, SAM, &[ACME]);
    assert_eq!(again.code, 0, "{}{}", again.out, again.err);
    assert!(again.err.contains("accepted before by Sam Ortiz on 2026-11-21"), "{}", again.err);
    assert!(again.err.contains("  changed  AC.L2-3.1.1 (duty)\n"), "{}", again.err);
    let third = typed(&stage, SAM, &[ACME, "--dry-run"]);
    assert!(third.err.contains("nothing has changed since\n"), "{}", third.err);
}

#[test]
fn accept_takes_a_letter_and_a_published_edition_from_a_person_with_a_role() {
    let stage = furnished();
    sit_down(&stage, "robin");
    let letter = typed(&stage, ROBIN, &[ACME, "--by", &IVY.named(), "--record", "acme-letter"]);
    assert!(letter.code == 0 && letter.out.contains(": recorded, and it counts\n"), "{}{}", letter.out, letter.err);
    let edition = typed(&stage, ROBIN, &[CLOUD, "--published"]);
    assert!(edition.code == 0 && edition.out.contains(": recorded, and it counts\n"), "{}{}", edition.out, edition.err);
    assert!(stage.ask(&["log", "-1", "--format=%B"]).ends_with("Acceptance-Record: cloud-matrix"));
    let status = run(&stage.dir(), &["status"]).out;
    assert!(status.contains("accepted      2026-11-21 by Ivy Chandler\n"), "{status}");
    assert!(status.contains("accepted      2026-11-21 by its published edition 7\n"), "{status}");
    let check = run(&stage.dir(), &["check", "--only", NOBODY, "--only", STALE, "--only", REFUSED]);
    assert!(check.code == 0 && check.out.starts_with("nothing found"), "{}", check.out);
}

/// What `accept` refuses, and a piece of why; each leaves the log as it was.
#[test]
fn accept_refuses_what_would_prove_nothing() {
    let stage = furnished();
    sit_down(&stage, "dana");
    let head = stage.head();
    let sam = SAM.named();
    let cases: [(&[&str], &str); 12] = [
        (&[ACME], "Dana Lee <dana@contractor.example> is of the contractor, who cannot accept for acme-msp"),
        (&["acme-mps"], "no provider is called `acme-mps`; did you mean `acme-msp`?"),
        (&[CLOUD, "--by", &sam], "Sam Ortiz <sam@acme.example> is of acme-msp, and cannot accept for gov-cloud"),
        (&[ACME, "--by", "Kim Ode <kim@acme.example>"], "`accepts = true`"),
        (&[ACME, "--by", "Ivy <ivy@elsewhere.example>"], "no person of acme-msp"),
        (&[ACME, "--by", "Ivy"], "write name and address"),
        (&[ACME, "--by", &sam, "--record", "a-letter"], "no artifact is called `a-letter`"),
        (&[ACME, "--by", &sam, "--record", "letter-to-come"], "no line in the committed lock"),
        (&[ACME, "--published"], "somebody of acme-msp has to accept"),
        (&[CLOUD, "--published", "--record", "cloud-guide"], "is taken from `cloud-matrix`"),
        (&[ACME, "--published", "--by", &sam], "cannot be used with"),
        (
            &[ACME, "--by", &sam, "-m", "x\n\nResponsibility-Accepted: gov-cloud\nAccepted-by: N <n@x>"],
            "word them differently",
        ),
    ];
    for (arguments, why) in cases {
        let screen = typed(&stage, DANA, arguments);
        assert!(screen.code == 2 && screen.err.contains(why), "{arguments:?}: {}{}", screen.out, screen.err);
    }
    stage.edit(FIRST, "within a day.\"", "within a week.\"");
    let open = typed(&stage, SAM, &[ACME]);
    assert!(open.code == 2 && open.err.contains("(duty in AC.L2-3.1.1)"), "{}", open.err);
    let other = typed(&stage, NOOR, &[CLOUD, "--dry-run"]);
    assert_eq!(other.code, 0, "{}", other.err);
    stage.ask(&["add", "-A"]);
    let staged = typed(&stage, SAM, &[ACME]);
    assert!(staged.code == 2 && staged.err.contains("changes are staged"), "{}", staged.err);
    assert_eq!(stage.head(), head);
}

#[test]
fn accept_says_that_a_name_without_its_signature_does_not_count() {
    let stage = furnished();
    sit_down(&stage, "dana");
    let head = stage.head();
    let by_name = typed(&stage, DANA, &[ACME, "--by", &SAM.named()]);
    assert!(by_name.code == 2 && by_name.err.contains("takes the signature of Sam Ortiz"), "{}", by_name.err);
    let minutes = typed(&stage, DANA, &[ACME, "--by", &SAM.named(), "--record", "minutes"]);
    assert!(minutes.code == 2 && minutes.err.contains("shows nothing that acme-msp agreed to"), "{}", minutes.err);
    let entered = typed(&stage, KIM, &[ACME, "--by", &SAM.named(), "--record", "acme-letter"]);
    assert!(entered.code == 2 && entered.err.contains("has no role of the contractor's"), "{}", entered.err);
    let published = typed(&stage, KIM, &[CLOUD, "--published"]);
    assert!(published.code == 2 && published.err.contains("has no role of the contractor's"), "{}", published.err);
    assert_eq!(stage.head(), head);
    let screen = typed(&stage, SAM, &[ACME]);
    assert_eq!(screen.code, 1, "{}{}", screen.out, screen.err);
    assert!(
        screen.out.contains("refused, and it does not count: Dana Lee <dana@contractor.example> signed it"),
        "{}",
        screen.out
    );
}

#[test]
fn a_long_list_of_duties_is_cut_with_a_count_and_a_command() {
    let stage = Stage::rooted(&everybody(), &format!("{POLICY}trust-root = \"{}\"\n", digest(&everybody())));
    assert!(stage.read(SIGNERS).contains("sam@acme.example"));
    furnish(&stage);
    for number in 3..13 {
        let practice = format!("practice = \"AC.L2-3.1.{number}\"\nstatement = \"Acme keeps to it.\"\n");
        let duty =
            "\n[[responsibility]]\nparty = \"acme-msp\"\nobjectives = [\"a\"]\nduty = \"Looks at it each month.\"\n";
        stage.write(&format!("practices/AC.L2-3.1.{number}.toml"), format!("{practice}{duty}"));
    }
    stage.commit(&DANA.on("2026-01-10"), "Say who works for whom");
    let cut = typed(&stage, SAM, &[ACME, "--dry-run"]);
    assert!(cut.err.starts_with("Acme MSP (acme-msp): 11 duties in 11 practices\n"), "{}", cut.err);
    assert!(
        cut.err.contains("and 5 practices more: `demarcate render crm --provider acme-msp` prints all"),
        "{}",
        cut.err
    );
    assert!(!cut.err.contains("AC.L2-3.1.12  "), "{}", cut.err);
    let whole = typed(&stage, SAM, &[ACME, "--dry-run", "--verbose"]);
    assert!(whole.err.contains("AC.L2-3.1.12  ") && !whole.err.contains("more:"), "{}", whole.err);
}

#[test]
fn a_record_that_shows_no_agreement_is_refused_before_it_is_recorded() {
    let stage = furnished();
    let ivy = IVY.named();
    let accept = |record: &str| stage.demarcate(&ROBIN.on(DAY), &["accept", ACME, "--by", &ivy, "--record", record]);
    let before = stage.head();
    let workbook = accept("acme-matrix");
    assert_eq!((workbook.code, stage.head()), (2, before), "{}{}", workbook.out, workbook.err);
    assert!(
        workbook.err.contains("the record `acme-matrix` shows nothing that acme-msp agreed to: it is of the kind crm"),
        "{}",
        workbook.err
    );
    let letter = accept("acme-letter");
    assert_eq!(letter.code, 0, "{}{}", letter.out, letter.err);
}

#[test]
fn who_is_said_to_be_of_the_contractor_may_enter_a_record() {
    let stage = furnished();
    stage.edit(CONFIG, "roles = [\"it-lead\"]\n", "roles = [\"it-lead\"]\nparty = \"contractor\"\n");
    stage.commit(&DANA.on("2026-02-11"), "Say that Robin is ours");
    let ivy = IVY.named();
    let entered = stage.demarcate(&ROBIN.on(DAY), &["accept", ACME, "--by", &ivy, "--record", "acme-letter"]);
    assert_eq!(entered.code, 0, "{}{}", entered.out, entered.err);
    assert!(entered.out.contains("recorded, and it counts"), "{}", entered.out);
}
