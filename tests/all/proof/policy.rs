//! Who reviews and what counts, as `demarcate.toml` says it: changed by whom, and with whose signature.

use super::keys::keys;
use super::stage::{
    ASH, DANA, FORGE, Hand, IVY, KIM, MALLORY, Made, POLICY, REVOKED, ROBIN, SAM, SIGNERS, Stage, lines, message,
    signers, trusted_as, with_signature,
};
use super::{BY_FORGE, CASE, Case, GUARD, Git, REFUSED, Says, UNSIGNED, UNTRUSTED, refused};

const DAY: &str = "2026-03-02";
const BEFORE: &str = "2026-02-20";
const CONFIG: &str = "demarcate.toml";
const KIMS: &str = "email = [\"kim@contractor.example\"]";
const ASHS: &str = "email = [\"ash@contractor.example\"]";
const OF_ASH: &str = "email = [\"ash@contractor.example\", \"ash.roy@contractor.example\"]";
const WITH_A_ROLE: &str = "email = [\"kim@contractor.example\"]\nroles = [\"isso\"]";

/// Kim, whose key is trusted, is given a role by this hand, then reviews.
fn role_given(hand: Hand) -> Made {
    let stage = Stage::new();
    stage.edit(CONFIG, KIMS, WITH_A_ROLE);
    stage.commit(&hand, "Tidy");
    let claim = stage.review(&KIM.on(DAY), KIM);
    stage.claims(claim)
}

/// Something of the policy is changed without a signature, then somebody commits a review that names Dana.
fn weakened(policy: &str, change: fn(&Stage), hand: Hand) -> Made {
    let stage = Stage::under(&signers(), policy);
    change(&stage);
    stage.commit(&MALLORY.on(BEFORE).unsigned(), "Tidy");
    let claim = stage.review(&hand, DANA);
    stage.claims(claim)
}

/// The same after Dana has changed the practice herself.
fn weakened_after_own_work(policy: &str, change: fn(&Stage)) -> Made {
    let stage = Stage::under(&signers(), policy);
    stage.change_practice();
    stage.commit(&DANA.on("2026-02-10"), "Name the roles");
    change(&stage);
    stage.commit(&MALLORY.on(BEFORE).unsigned(), "Tidy");
    let claim = stage.review(&DANA.on(DAY), DANA);
    stage.claims(claim)
}

/// A line of the configuration is taken out.
fn without(stage: &Stage, begins: &str) {
    let kept: Vec<String> =
        stage.read(CONFIG).lines().filter(|line| !line.starts_with(begins)).map(str::to_owned).collect();
    stage.write(CONFIG, format!("{}\n", kept.join("\n")));
}

const ASH_SHARED: &str =
    "[[person]]\nid = \"ash\"\nname = \"Ash Roy\"\nemail = [\"ash@contractor.example\"]\nroles = [\"isso\"]\n";

/// A root that takes Ash, or nobody yet, from the root that it extends; Ash's key is trusted.
fn extending(shared: &str) -> Stage {
    let stage = Stage::without_trust();
    let config = stage.read(CONFIG);
    let own = config.replacen(&format!("\n{ASH_SHARED}"), "", 1);
    assert_ne!(own, config, "Ash stands there");
    stage.write(CONFIG, format!("extends = \"corporate\"\n{own}"));
    stage.write("corporate/demarcate.toml", format!("stage = \"building\"\n\n{shared}"));
    stage.write(SIGNERS, format!("{}{}", signers(), ASH.trusted()));
    stage.set_policy(POLICY);
    stage.commit(&DANA.on("2026-01-06"), "Say whom we trust");
    stage
}

/// Kim's role comes by an unsigned merge from a branch of before trust, or from an unrelated one that begins with the
/// trust files or without them, and Kim reviews.
fn laundered(change: fn(&Stage), options: &[&str]) -> Made {
    let stage = Stage::new();
    change(&stage);
    stage.edit(CONFIG, KIMS, WITH_A_ROLE);
    stage.commit(&MALLORY.on("2026-02-10").unsigned(), "Tidy");
    stage.checkout("main");
    stage.commit(&ROBIN.on("2026-02-11"), "Go on");
    stage.merge(&MALLORY.on(BEFORE).unsigned(), "work", options);
    let claim = stage.review(&KIM.on(DAY), KIM);
    stage.claims(claim)
}

/// Somebody gives Kim a role in an unsigned commit that says in the same file not to tell of it; Kim reviews.
fn hushed(hush: fn(&Stage)) -> Made {
    let stage = Stage::new();
    stage.edit(CONFIG, KIMS, WITH_A_ROLE);
    hush(&stage);
    stage.commit(&MALLORY.on(BEFORE).unsigned(), "Tidy");
    let claim = stage.review(&KIM.on(DAY), KIM);
    stage.claims(claim)
}

/// Something that keeps `check` silent is written without a signature, and Dana reviews.
fn silenced(hush: fn(&Stage)) -> Made {
    let stage = Stage::new();
    hush(&stage);
    stage.commit(&MALLORY.on(BEFORE).unsigned(), "Tidy");
    let claim = stage.review(&DANA.on(DAY), DANA);
    stage.claims(claim)
}

/// Says that the root is still being written.
fn build(stage: &Stage) {
    stage.write(CONFIG, format!("stage = \"building\"\n{}", stage.read(CONFIG)));
}

const ACCEPTS: &str = "\n[[people]]\nname = \"Ivy Chandler\"\nemail = \"ivy@acme.example\"\naccepts = true\n";
const SAMS: &str = "\n[[person]]\nid = \"sam\"\nname = \"Sam Ortiz\"\nemail = [\"sam@acme.example\"]\n\
                    roles = [\"isso\"]\nparty = \"acme-msp\"\n";
const ACME: &str = "providers/acme-msp.toml";

/// Sam works for the provider, Ivy too, and their keys are trusted.
fn with_sam() -> Stage {
    let stage = Stage::trusting(&format!("{}{}{}", signers(), SAM.trusted(), IVY.trusted()));
    stage.append(CONFIG, SAMS);
    stage.commit(&ROBIN.on("2026-01-10"), "Sam works for Acme");
    stage
}

/// This hand says that Ivy accepts for the provider; Ivy does, and Dana reviews.
fn acceptor_added(hand: Hand) -> Made {
    let stage = with_sam();
    stage.append(ACME, ACCEPTS);
    stage.commit(&hand, "Tidy");
    let accepted =
        "Accept the duties\n\nResponsibility-Accepted: acme-msp\nAccepted-by: Ivy Chandler <ivy@acme.example>\n";
    stage.commit(&IVY.on("2026-02-21"), accepted);
    let claim = stage.review(&DANA.on(DAY), DANA);
    stage.claims(claim)
}

/// Somebody gives Kim a role in an unsigned commit; this is said above it; then it is put back.
fn put_back(above: impl FnOnce(&Stage)) -> Stage {
    let stage = Stage::new();
    stage.edit(CONFIG, KIMS, WITH_A_ROLE);
    stage.commit(&MALLORY.on("2026-02-10").unsigned(), "Tidy");
    above(&stage);
    stage.edit(CONFIG, WITH_A_ROLE, KIMS);
    stage.commit(&ROBIN.on(BEFORE).unsigned(), "Put it back");
    stage
}

/// From the commit before trust begins somebody branches off, changes the policy there and adds a copy of main's list of
/// signers; we stand on that branch.
fn own_beginning(change: fn(&Stage), hand: &Hand) -> Stage {
    let stage = Stage::new();
    stage.commit(&ROBIN.on("2026-02-09"), "Go on");
    stage.branch("work", "main~2");
    change(&stage);
    stage.ask(&["checkout", "-q", "main", "--", "trust"]);
    stage.commit(hand, "Begin");
    stage
}

fn give_kim_a_role(stage: &Stage) {
    stage.edit(CONFIG, KIMS, WITH_A_ROLE);
}

fn let_unsigned_reviews_count(stage: &Stage) {
    stage.edit(CONFIG, "[review]\n", "[review]\naccept = [\"signed\", \"forge\", \"recorded\", \"unsigned\"]\n");
}

/// Signatures are adopted on a branch, with a policy of their own, and by Dana's squash on main, where Ash was given
/// another address meanwhile; the branch takes main in and goes on, and is merged.
fn adopted_twice(take_in: &[&str], merge: Hand) -> Made {
    let stage = Stage::without_trust();
    stage.branch("work", "main");
    stage.write(SIGNERS, signers());
    stage.set_policy("independence = false\n");
    stage.commit(&DANA.on("2026-01-06"), "Say whom we trust");
    stage.checkout("main");
    stage.edit(CONFIG, ASHS, OF_ASH);
    stage.commit(&ROBIN.on("2026-01-07").unsigned(), "Ash has another address");
    stage.ask(&["merge", "-q", "--squash", "work"]);
    stage.commit(&DANA.on("2026-01-08"), "Say whom we trust (#1)");
    stage.checkout("work");
    if !take_in.is_empty() {
        stage.merge(&ROBIN.on("2026-01-09").unsigned(), "main", take_in);
    }
    stage.write("notes.txt", "More.\n");
    stage.commit(&ROBIN.on("2026-01-10").unsigned(), "Go on");
    stage.checkout("main");
    stage.merge(&merge, "work", &[]);
    let claim = stage.review(&DANA.on(DAY), DANA);
    stage.claims(claim)
}

/// Two sides change different people, both signed; an unsigned merge drops what the branch says, and another commit is
/// made upon it.
fn one_side_dropped() -> Stage {
    let stage = Stage::new();
    stage.branch("work", "main");
    stage.edit(CONFIG, ASHS, OF_ASH);
    stage.commit(&DANA.on("2026-02-10"), "Ash has another address");
    stage.checkout("main");
    stage.edit(CONFIG, KIMS, WITH_A_ROLE);
    stage.commit(&ROBIN.on("2026-02-11"), "Give Kim a role");
    stage.merge(&MALLORY.on("2026-02-12").unsigned(), "work", &["-s", "ours"]);
    stage.edit(CONFIG, "title = \"IT lead\"", "title = \"Lead of IT\"");
    stage.commit(&ROBIN.on("2026-02-13").unsigned(), "Tidy");
    stage
}

/// Three branches from one commit each give somebody another address, signed; the third takes the others in, and the
/// forge merges one after the other.
fn stacked() -> Made {
    let stage = Stage::new();
    for (branch, address) in [("one", "dana.lee"), ("two", "robin"), ("three", "ash")] {
        stage.branch(branch, "main");
        let old = format!("\"{address}@contractor.example\"");
        stage.edit(CONFIG, &old, &format!("{old}, \"{address}.2@contractor.example\""));
        stage.commit(&ROBIN.on("2026-02-10"), "Another address");
    }
    stage.merge(&ROBIN.on("2026-02-11").unsigned(), "two", &[]);
    stage.merge(&ROBIN.on("2026-02-12").unsigned(), "one", &[]);
    stage.checkout("main");
    for branch in ["one", "two", "three"] {
        stage.merge(&FORGE.on("2026-02-13"), branch, &[]);
    }
    let claim = stage.review(&DANA.on(DAY), DANA);
    stage.claims(claim)
}

/// Somebody changes the policy unsigned; the list of signers is changed by this hand; then the policy is put back.
fn trust_changed_meanwhile(change: (&str, &str), line: &str, hand: &Hand) -> Stage {
    let stage = with_sam();
    stage.edit(CONFIG, change.0, change.1);
    stage.commit(&MALLORY.on("2026-02-10").unsigned(), "Tidy");
    stage.append(SIGNERS, line);
    stage.commit(hand, "Rotate");
    stage.edit(CONFIG, change.1, change.0);
    stage.commit(&MALLORY.on(BEFORE).unsigned(), "Put it back");
    stage
}

/// Dana gives Kim a role; this happens to her commit; Kim reviews; in June Robin revokes Dana's key.
fn given_by_a_key_that_was_lost(seen: fn(&Stage, &str)) -> Made {
    let stage = Stage::new();
    stage.edit(CONFIG, KIMS, WITH_A_ROLE);
    let change = stage.commit(&DANA.on(BEFORE), "Give Kim a role");
    seen(&stage, &change);
    let claim = stage.review(&KIM.on(DAY), KIM);
    stage.write(REVOKED, format!("{}\n", keys().line("dana")));
    stage.commit(&ROBIN.on("2026-06-01"), "Dana's key is lost");
    stage.claims(claim)
}

/// Somebody's account at a forge is put under Robin's name by this hand, then Dana reviews.
fn account_given(hand: Hand) -> Made {
    let stage = Stage::new();
    let robins = "email = [\"robin@contractor.example\"]";
    stage.edit(CONFIG, robins, &format!("{robins}\naccounts = {{ github = \"mallory\" }}"));
    stage.commit(&hand, "Tidy");
    let claim = stage.review(&DANA.on(DAY), DANA);
    stage.claims(claim)
}

pub(super) const CASES: &[Case] = &[
    Case {
        name: "account-given-by-a-person-with-a-role",
        story: "Dana writes in a signed commit what Robin is called at a forge, and reviews.",
        make: || account_given(DANA.on(BEFORE)),
        ..CASE
    },
    Case {
        name: "account-given-unsigned",
        story: "Somebody puts an account of theirs at a forge under Robin's name in an unsigned commit, and Dana reviews.",
        rules: &[GUARD],
        why: "Approvals of that account would count as Robin's; that nobody with a role stands behind it is reported, and check fails.",
        make: || account_given(MALLORY.on(BEFORE).unsigned()),
        ..CASE
    },
    Case {
        name: "team-given-unsigned",
        story: "Somebody gives a role a team at a forge in an unsigned commit, and Dana reviews.",
        rules: &[GUARD],
        why: "Whom the forge asks in that team would be asked for the role; that nobody with a role stands behind it is reported, and check fails.",
        make: || {
            let stage = Stage::new();
            let lead = "id = \"it-lead\"\n";
            stage.edit(CONFIG, lead, &format!("{lead}teams = {{ github = \"acme/mallory\" }}\n"));
            stage.commit(&MALLORY.on(BEFORE).unsigned(), "Tidy");
            let claim = stage.review(&DANA.on(DAY), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "role-given-by-a-person-with-a-role",
        story: "Robin gives Kim a role in a signed commit, and Kim reviews.",
        make: || role_given(ROBIN.on(BEFORE)),
        ..CASE
    },
    Case {
        name: "role-given-unsigned",
        story: "Somebody gives Kim, whose key is trusted, a role in an unsigned commit, and Kim reviews.",
        rules: &[GUARD],
        why: "The review is Kim's and is judged by the file of its parent; that nobody with a role stands behind the file is reported, and check fails.",
        make: || role_given(MALLORY.on(BEFORE).unsigned()),
        ..CASE
    },
    Case {
        name: "role-given-to-oneself",
        story: "Kim gives herself a role in a commit that she signs, and reviews.",
        rules: &[GUARD],
        why: "Her key is trusted and she had no role when she signed the change; that is reported, and check fails.",
        make: || role_given(KIM.on(BEFORE)),
        ..CASE
    },
    Case {
        name: "role-given-by-the-forge",
        story: "The forge squashes a pull request that gives Kim a role, and Kim reviews.",
        rules: &[GUARD],
        why: "Anybody who may merge on the forge could give a role so; a change of who reviews takes the signature of a person.",
        make: || role_given(FORGE.on(BEFORE).authored_by(ROBIN)),
        ..CASE
    },
    Case {
        name: "role-given-unsigned-and-taken-back",
        story: "Somebody gives Kim a role in an unsigned commit, it is taken back before anybody reviews, and Dana reviews.",
        why: "What was taken back before anybody reviewed by it has let nobody in.",
        make: || {
            let stage = Stage::new();
            stage.edit(CONFIG, KIMS, WITH_A_ROLE);
            stage.commit(&MALLORY.on("2026-02-10").unsigned(), "Tidy");
            stage.edit(CONFIG, WITH_A_ROLE, KIMS);
            stage.commit(&ROBIN.on(BEFORE).unsigned(), "Take it back");
            let claim = stage.review(&DANA.on(DAY), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "role-taken-back-after-the-review",
        story: "Somebody gives Kim a role in an unsigned commit, Kim reviews, and then it is taken back.",
        rules: &[GUARD],
        why: "The review was judged by what nobody with a role stands behind, so the change goes on being reported.",
        make: || {
            let stage = Stage::new();
            stage.edit(CONFIG, KIMS, WITH_A_ROLE);
            stage.commit(&MALLORY.on(BEFORE).unsigned(), "Tidy");
            let claim = stage.review(&KIM.on(DAY), KIM);
            stage.edit(CONFIG, WITH_A_ROLE, KIMS);
            stage.commit(&ROBIN.on("2026-04-01"), "Take it back");
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "signed-change-of-people-upon-a-strangers",
        story: "Somebody gives Kim a role in an unsigned commit; Robin, who does not notice, signs another change of people; Kim reviews.",
        rules: &[GUARD],
        why: "Robin's commit shows one change and would carry in the other.",
        make: || {
            let stage = Stage::new();
            stage.edit(CONFIG, KIMS, WITH_A_ROLE);
            stage.commit(&MALLORY.on("2026-02-10").unsigned(), "Tidy");
            stage.edit(
                CONFIG,
                "[\"ash@contractor.example\"]",
                "[\"ash@contractor.example\", \"ash.roy@contractor.example\"]",
            );
            stage.commit(&ROBIN.on(BEFORE), "Ash has another address");
            let claim = stage.review(&KIM.on(DAY), KIM);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "older-policy-brought-back-by-a-merge",
        story: "Robin takes Kim's role away in a signed commit; an unsigned merge of an older branch brings it back; Kim reviews.",
        rules: &[GUARD],
        why: "The older file does not follow from the newer one, so taking it is a change like any other.",
        make: || {
            let stage = Stage::new();
            stage.edit(CONFIG, KIMS, WITH_A_ROLE);
            stage.commit(&ROBIN.on("2026-02-01"), "Give Kim a role");
            stage.branch("work", "main");
            stage.commit(&ROBIN.on("2026-02-02"), "Go on");
            stage.checkout("main");
            stage.edit(CONFIG, WITH_A_ROLE, KIMS);
            stage.commit(&ROBIN.on("2026-02-03"), "Kim does other things now");
            stage.checkout("work");
            stage.merge(&MALLORY.on(BEFORE).unsigned(), "main", &["-s", "ours"]);
            let claim = stage.review(&KIM.on(DAY), KIM);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "signed-change-of-people-merged",
        story: "Robin gives Kim a role on a branch in a signed commit, somebody merges the branch unsigned, and Kim reviews.",
        make: || {
            let stage = Stage::new();
            stage.branch("work", "main");
            stage.edit(CONFIG, KIMS, WITH_A_ROLE);
            stage.commit(&ROBIN.on("2026-02-10"), "Give Kim a role");
            stage.checkout("main");
            stage.commit(&ROBIN.on("2026-02-11").unsigned(), "Go on");
            stage.merge(&MALLORY.on(BEFORE).unsigned(), "work", &[]);
            let claim = stage.review(&KIM.on(DAY), KIM);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "people-changed-on-both-sides-and-merged-by-the-forge",
        story: "Robin gives Kim a role on the main line and Dana gives Ash another address on a branch, both signed; the forge merges, and Kim reviews.",
        why: "The merge decides nothing: of each entry it takes what the one side says that changed it.",
        make: || {
            let stage = Stage::new();
            stage.branch("work", "main");
            stage.edit(
                CONFIG,
                "[\"ash@contractor.example\"]",
                "[\"ash@contractor.example\", \"ash.roy@contractor.example\"]",
            );
            stage.commit(&DANA.on("2026-02-10"), "Ash has another address");
            stage.checkout("main");
            stage.edit(CONFIG, KIMS, WITH_A_ROLE);
            stage.commit(&ROBIN.on("2026-02-11"), "Give Kim a role");
            stage.merge(&FORGE.on(BEFORE), "work", &[]);
            let claim = stage.review(&KIM.on(DAY), KIM);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "title-of-a-role-changed-unsigned",
        story: "Somebody changes the title of a role in an unsigned commit, and Dana reviews.",
        why: "What decides neither whose a signature is nor what it is worth may be changed by anybody.",
        make: || {
            let stage = Stage::new();
            stage.edit(CONFIG, "title = \"IT lead\"", "title = \"Lead of IT\"");
            stage.commit(&MALLORY.on(BEFORE).unsigned(), "Tidy");
            let claim = stage.review(&DANA.on(DAY), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "unsigned-reviews-let-in-unsigned",
        story: "Somebody adds unsigned to the grades that count in an unsigned commit, and types a review in Dana's name.",
        git: Git::NoSignature,
        says: Says { counts: true, because: "", ..UNSIGNED },
        rules: &[GUARD],
        why: "The policy of now says that it counts; that nobody with a role stands behind the policy is reported, and check fails.",
        make: || {
            let weaken =
                |stage: &Stage| stage.set_policy("accept = [\"signed\", \"forge\", \"recorded\", \"unsigned\"]\n");
            weakened(POLICY, weaken, MALLORY.on(DAY).unsigned())
        },
        ..CASE
    },
    Case {
        name: "colleague-made-a-forge-unsigned",
        story: "Kim's address is added to the forges in an unsigned commit, and her key signs a review that names Dana.",
        says: BY_FORGE,
        rules: &[GUARD],
        why: "Whom the policy calls a forge is taken at its word; that nobody with a role stands behind the policy is reported, and check fails.",
        make: || {
            let weaken = |stage: &Stage| {
                stage.edit(
                    CONFIG,
                    "\"noreply@forge.example\"",
                    "\"noreply@forge.example\", \"kim@contractor.example\"",
                );
            };
            weakened(POLICY, weaken, KIM.on(DAY))
        },
        ..CASE
    },
    Case {
        name: "independence-dropped-unsigned",
        story: "Dana changes the practice; an unsigned commit drops the rule that the last author may not be the only reviewer; Dana reviews.",
        rules: &[GUARD],
        why: "The policy of now asks for nobody else; that nobody with a role stands behind it is reported, and check fails.",
        make: || {
            weakened_after_own_work(&format!("{POLICY}independence = true\n"), |stage| without(stage, "independence"))
        },
        ..CASE
    },
    Case {
        name: "pin-dropped-unsigned",
        story: "An unsigned commit drops the pin of the first list of signers, and Dana reviews.",
        rules: &[GUARD],
        why: "The first list is the same and counts without the pin; that nobody with a role stands behind the change is reported, and check fails.",
        make: || weakened(POLICY, |stage| without(stage, "trust-root"), DANA.on(DAY)),
        ..CASE
    },
    Case {
        name: "forge-dropped-since",
        story: "The forge squashed Dana's review in March; in May Robin takes the forge out of the policy in a signed commit.",
        says: refused("noreply@forge.example"),
        rules: &[REFUSED],
        why: "Whose word is taken is policy, and policy is that of now: who takes no forge at its word takes none for the past.",
        make: || {
            let stage = Stage::new();
            let text = format!("Access control (#12)\n\n{}", lines(&DANA.named()));
            let claim = stage.commit(&FORGE.on(DAY).authored_by(ROBIN), &text);
            without(&stage, "forge");
            stage.commit(&ROBIN.on("2026-05-01"), "Take no forge at its word");
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "person-of-the-extended-root-removed-since",
        story: "Ash is a person of the root that this one extends, and reviews in March; in May Ash is removed there.",
        why: "Who was who in March is what both files said then.",
        make: || {
            let stage = extending(ASH_SHARED);
            let claim = stage.review(&ASH.on(DAY), ASH);
            stage.write("corporate/demarcate.toml", "stage = \"building\"\n");
            stage.commit(&ROBIN.on("2026-05-01"), "Ash has left");
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "person-of-the-extended-root-added-since",
        story: "Ash reviews in March, and in May becomes a person of the root that this one extends.",
        says: refused("no person"),
        rules: &[REFUSED],
        why: "Git knows no people; who was nobody in March is not made somebody by a file of May.",
        make: || {
            let stage = extending("");
            let claim = stage.review(&ASH.on(DAY), ASH);
            stage.write("corporate/demarcate.toml", format!("stage = \"building\"\n\n{ASH_SHARED}"));
            stage.commit(&ROBIN.on("2026-05-01"), "Ash is here");
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "person-added-to-the-extended-root-unsigned",
        story: "Somebody adds Ash, with a role, to the root that this one extends in an unsigned commit, and Ash reviews.",
        rules: &[GUARD],
        why: "The people of that root are those of this one; that nobody with a role stands behind the change is reported, and check fails.",
        make: || {
            let stage = extending("");
            stage.write("corporate/demarcate.toml", format!("stage = \"building\"\n\n{ASH_SHARED}"));
            stage.commit(&MALLORY.on(BEFORE).unsigned(), "Tidy");
            let claim = stage.review(&ASH.on(DAY), ASH);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "second-person-under-one-id-unsigned",
        story: "An unsigned commit adds a second entry of Dana's id with Kim's address, and Kim signs a review in Dana's name from there.",
        rules: &[GUARD],
        why: "Two entries of one id are reported as a mistake of the file, and the change as nobody's; check fails for both.",
        make: || {
            let stage = Stage::new();
            stage.edit(CONFIG, "[\"kim@contractor.example\"]", "[\"kim.ode@contractor.example\"]");
            stage.append(CONFIG, "\n[[person]]\nid = \"dana\"\nname = \"Dana Lee\"\nemail = [\"kim@contractor.example\"]\nroles = [\"isso\"]\n");
            stage.commit(&MALLORY.on(BEFORE).unsigned(), "Tidy");
            let claim = stage.commit(&KIM.on(DAY), &message("Dana Lee <kim@contractor.example>"));
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "policy-of-before-trust-merged-unsigned",
        story: "From the commit before trust begins somebody branches off, gives Kim a role there, and merges the branch unsigned; Kim reviews.",
        rules: &[GUARD],
        why: "On that branch anybody may say anything, so what the merge brings from it is a change like any other.",
        make: || laundered(|stage| stage.branch("work", "main~1"), &[]),
        ..CASE
    },
    Case {
        name: "policy-of-an-unrelated-history-merged-unsigned",
        story: "The same from a history that has nothing in common with this one, and no trust.",
        rules: &[GUARD],
        why: "The same.",
        make: || {
            let orphan = |stage: &Stage| {
                drop(stage.ask(&["checkout", "-q", "--orphan", "work", "main"]));
                stage.remove_trust();
            };
            laundered(orphan, &["--allow-unrelated-histories", "-X", "theirs"])
        },
        ..CASE
    },
    Case {
        name: "policy-of-an-unrelated-history-with-the-same-trust",
        story: "The same from a history that begins with a copy of the trust files.",
        rules: &[GUARD],
        why: "A copy of the list of keys makes nobody stand behind what was said beside it.",
        make: || {
            let orphan = |stage: &Stage| drop(stage.ask(&["checkout", "-q", "--orphan", "work", "main"]));
            laundered(orphan, &["--allow-unrelated-histories", "-X", "theirs"])
        },
        ..CASE
    },
    Case {
        name: "unsigned-reviews-let-in-beside-a-copied-list",
        story: "From the commit before trust somebody branches off, has unsigned reviews count there, adds a copy of the list of signers, and merges the branch unsigned; a review in Dana's name is typed.",
        git: Git::NoSignature,
        says: Says { counts: true, because: "", ..UNSIGNED },
        rules: &[GUARD],
        why: "The policy of now says that it counts; a copy of the list makes nobody stand behind what was said beside it, so check fails.",
        make: || {
            let stage = own_beginning(let_unsigned_reviews_count, &MALLORY.on("2026-02-10").unsigned());
            stage.checkout("main");
            stage.merge(&MALLORY.on(BEFORE).unsigned(), "work", &[]);
            let claim = stage.review(&MALLORY.on(DAY).unsigned(), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "role-given-beside-a-copied-list",
        story: "The same with a role for Kim, by Kim who signs it; Kim reviews.",
        rules: &[GUARD],
        why: "The same.",
        make: || {
            let stage = own_beginning(give_kim_a_role, &KIM.on("2026-02-10"));
            stage.checkout("main");
            stage.merge(&MALLORY.on(BEFORE).unsigned(), "work", &[]);
            let claim = stage.review(&KIM.on(DAY), KIM);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "main-merged-into-a-line-with-a-copied-list",
        story: "The same, but main is merged into Kim's branch, and main goes on from there.",
        rules: &[GUARD],
        why: "Which parent comes first is the choice of whoever merges; Dana signed where trust began on main, and Kim could not have changed that policy.",
        make: || {
            let stage = own_beginning(give_kim_a_role, &KIM.on("2026-02-10"));
            stage.merge(&MALLORY.on(BEFORE).unsigned(), "main", &[]);
            let claim = stage.review(&KIM.on(DAY), KIM);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "roles-taken-from-all-others-beside-a-copied-list",
        story: "The same, and by Kim's policy nobody else has a role; somebody puts main's files back, and Kim's after that.",
        rules: &[GUARD],
        why: "Where each of two lines says that whoever began the other had no role, neither goes on without a signature by both.",
        make: || {
            let alone = |stage: &Stage| {
                let config = stage.read(CONFIG).replace("\nroles = [", "\n# roles = [");
                stage.write(CONFIG, config);
                give_kim_a_role(stage);
            };
            let stage = own_beginning(alone, &KIM.on("2026-02-10"));
            stage.checkout("main");
            stage.merge(&MALLORY.on("2026-02-11").unsigned(), "work", &["-s", "ours"]);
            stage.ask(&["checkout", "-q", "work", "--", "demarcate.toml"]);
            stage.commit(&MALLORY.on(BEFORE).unsigned(), "Put it back");
            let claim = stage.review(&KIM.on(DAY), KIM);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "reviewed-on-a-line-with-a-copied-list",
        story: "Kim gives herself a role on such a branch and reviews there; two unsigned merges bring the branch in with the files of main.",
        rules: &[GUARD],
        why: "The review is judged by the file of its parent, and that comes from no policy of this line.",
        make: || {
            let stage = own_beginning(give_kim_a_role, &KIM.on("2026-02-10"));
            let claim = stage.review(&KIM.on(DAY), KIM);
            stage.branch("request", "main");
            stage.merge(&MALLORY.on("2026-03-03").unsigned(), "work", &["-s", "ours"]);
            stage.checkout("main");
            stage.commit(&ROBIN.on("2026-03-04"), "Go on");
            stage.merge(&FORGE.on("2026-03-05"), "request", &[]);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "signatures-adopted-on-a-branch-and-squashed",
        story: "Signatures and a policy are adopted on a branch, which Dana squashes into main, where Ash was given another address meanwhile; the branch takes main in, goes on and is merged by the forge.",
        why: "On both lines trust began with a commit that Dana signed, who had a role by either policy.",
        make: || adopted_twice(&["-X", "theirs"], FORGE.on(BEFORE)),
        ..CASE
    },
    Case {
        name: "signatures-adopted-on-a-branch-that-goes-on-alone",
        story: "The same, and the branch does not take main in before it is merged.",
        make: || adopted_twice(&[], FORGE.on(BEFORE)),
        ..CASE
    },
    Case {
        name: "people-changed-on-branches-that-take-each-other-in",
        story: "Three branches each give somebody another address in a signed commit; the third takes the others in, and the forge merges all of them, one after the other.",
        why: "Of each entry every merge takes what the one side says that changed it, however the branches cross.",
        make: stacked,
        ..CASE
    },
    Case {
        name: "signed-change-dropped-by-a-merge",
        story: "Dana gives Ash another address on a branch and Robin gives Kim a role on main, both signed; an unsigned merge drops Dana's change, and work goes on.",
        rules: &[GUARD],
        why: "That one of two signed changes does not hold is itself a change, and stays one however many commits follow.",
        make: || {
            let stage = one_side_dropped();
            let claim = stage.review(&DANA.on(DAY), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "signed-change-dropped-by-a-merge-and-put-back",
        story: "The same, and somebody puts Dana's change back before she reviews.",
        why: "Both signed changes hold, and nothing else.",
        make: || {
            let stage = one_side_dropped();
            stage.edit(CONFIG, ASHS, OF_ASH);
            stage.commit(&ROBIN.on(BEFORE).unsigned(), "Put it back");
            let claim = stage.review(&DANA.on(DAY), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "key-let-in-under-a-policy-that-was-put-back",
        story: "Somebody says unsigned that Sam works for the contractor; Sam adds a stranger's key under Dana's address in a signed commit; the policy is put back, and the stranger reviews.",
        rules: &[GUARD],
        why: "Git believes the list of today; it rests on a change behind which nobody stands, and check fails.",
        make: || {
            let stage = trust_changed_meanwhile(
                ("party = \"acme-msp\"\n", "# party\n"),
                &trusted_as(DANA.email, "mallory"),
                &SAM.on("2026-02-11"),
            );
            let claim = stage.review(&DANA.on(DAY).with("mallory"), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "key-let-in-beside-a-policy-that-was-put-back",
        story: "Somebody gives Kim a role unsigned; Robin adds Ash's key in a signed commit; the policy is put back, and Ash reviews.",
        why: "Robin might have added the key by the policy of before as well.",
        make: || {
            let stage = trust_changed_meanwhile((KIMS, WITH_A_ROLE), &ASH.trusted(), &ROBIN.on("2026-02-11"));
            let claim = stage.review(&ASH.on(DAY), ASH);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "role-given-by-a-key-that-was-lost-later",
        story: "Dana gives Kim a role in February; Kim reviews in March; in June Dana's key is lost, and Robin revokes it.",
        rules: &[GUARD],
        why: "Nobody can say that whoever has the key now did not make the change and date it back.",
        make: || given_by_a_key_that_was_lost(|_, _| ()),
        ..CASE
    },
    Case {
        name: "role-given-by-a-key-that-was-lost-later-and-seen-before",
        story: "The same, and Robin tagged Dana's commit in February.",
        why: "Somebody else saw the change long before the key was lost, and a lost key undoes nothing of that.",
        make: || given_by_a_key_that_was_lost(|stage, change| stage.tag(&ROBIN.on("2026-02-21"), "seen", change)),
        ..CASE
    },
    Case {
        name: "role-given-by-a-key-that-was-lost-later-and-given-again",
        story: "The same without a tag; after that Robin takes the role away, unsigned, and gives it back in a signed commit, and Kim reviews anew.",
        why: "Whoever has a role may make the change again, and what was reviewed by the lost key's rests on nothing any more.",
        make: || {
            let stage = given_by_a_key_that_was_lost(|_, _| ()).stage;
            stage.edit(CONFIG, WITH_A_ROLE, KIMS);
            stage.commit(&ROBIN.on("2026-06-02").unsigned(), "Put it back");
            stage.edit(CONFIG, KIMS, WITH_A_ROLE);
            stage.commit(&ROBIN.on("2026-06-03"), "Give Kim a role");
            let claim = stage.review(&KIM.on("2026-06-04"), KIM);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "work-of-before-trust-merged-unsigned",
        story: "A branch of before trust that changes no policy is merged unsigned, and Dana reviews.",
        make: || {
            let stage = Stage::new();
            stage.branch("work", "main~1");
            stage.change_practice();
            stage.commit(&ROBIN.on("2026-02-10").unsigned(), "Name the roles");
            stage.checkout("main");
            stage.merge(&FORGE.on(BEFORE), "work", &[]);
            let claim = stage.review(&DANA.on(DAY), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "alarm-set-to-allow",
        story: "The unsigned commit that gives Kim a role sets the level of the rule that would report it to allow; Kim reviews.",
        rules: &[GUARD],
        why: "No root can lower this rule.",
        make: || hushed(|stage| stage.append(CONFIG, "\n[rules]\nunsigned-policy-change = \"allow\"\n")),
        ..CASE
    },
    Case {
        name: "alarm-allowed-with-a-reason",
        story: "The same with an allow.",
        rules: &[GUARD],
        why: "The same.",
        make: || {
            hushed(|stage| {
                stage.append(CONFIG, "\n[[allow]]\nrule = \"unsigned-policy-change\"\nreason = \"We know.\"\n");
            })
        },
        ..CASE
    },
    Case {
        name: "stage-put-back-to-building-unsigned",
        story: "An unsigned commit puts the stage back to building, so that every rule about reviews warns, and Dana reviews.",
        rules: &[GUARD],
        why: "What keeps check from failing is policy; the report of it denies at every stage.",
        make: || silenced(build),
        ..CASE
    },
    Case {
        name: "level-of-a-review-rule-lowered-unsigned",
        story: "An unsigned commit sets review-refused to allow, and Dana reviews.",
        rules: &[GUARD],
        why: "The same.",
        make: || silenced(|stage| stage.append(CONFIG, "\n[rules]\nreview-refused = \"allow\"\n")),
        ..CASE
    },
    Case {
        name: "level-of-another-rule-lowered-unsigned",
        story: "An unsigned commit sets a rule that is not about reviews to allow, and Dana reviews.",
        why: "A rule that is not about reviews decides nothing of what they are worth.",
        make: || silenced(|stage| stage.append(CONFIG, "\n[rules]\nwildcard-principal = \"warn\"\n")),
        ..CASE
    },
    Case {
        name: "extended-root-put-in-and-taken-out",
        story: "Unsigned commits write a root with Ash in it, extend it, and take that back after Ash has reviewed.",
        rules: &[GUARD],
        why: "Which root is extended is policy; the review was judged by the people of then.",
        make: || {
            let stage = extending("");
            let config = stage.read(CONFIG);
            stage.write("other/demarcate.toml", format!("stage = \"building\"\n\n{ASH_SHARED}"));
            stage.edit(CONFIG, "extends = \"corporate\"", "extends = \"other\"");
            stage.commit(&MALLORY.on(BEFORE).unsigned(), "Tidy");
            let claim = stage.review(&ASH.on(DAY), ASH);
            stage.write(CONFIG, config);
            stage.commit(&MALLORY.on("2026-03-03").unsigned(), "Tidy");
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "person-added-to-a-root-that-was-extended-once",
        story: "Robin extends another root by a signed commit; an unsigned one adds Ash there; Ash reviews; Robin extends the first again.",
        rules: &[GUARD],
        why: "The root that was extended then is watched as that of now is.",
        make: || {
            let stage = extending("");
            stage.write("other/demarcate.toml", "stage = \"building\"\n");
            stage.edit(CONFIG, "extends = \"corporate\"", "extends = \"other\"");
            stage.commit(&ROBIN.on("2026-02-10"), "Extend another root");
            stage.write("other/demarcate.toml", format!("stage = \"building\"\n\n{ASH_SHARED}"));
            stage.commit(&MALLORY.on(BEFORE).unsigned(), "Tidy");
            let claim = stage.review(&ASH.on(DAY), ASH);
            stage.edit(CONFIG, "extends = \"other\"", "extends = \"corporate\"");
            stage.commit(&ROBIN.on("2026-03-03"), "Extend the first again");
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "acceptor-of-a-provider-added-unsigned",
        story: "An unsigned commit says in a provider's file that Ivy accepts its duties; Ivy does, and Dana reviews.",
        rules: &[GUARD],
        why: "Who may accept for a provider is policy once its duties are accepted.",
        make: || acceptor_added(MALLORY.on(BEFORE).unsigned()),
        ..CASE
    },
    Case {
        name: "acceptor-of-a-provider-added-by-a-person-with-a-role",
        story: "The same in a commit that Robin signs.",
        make: || acceptor_added(ROBIN.on(BEFORE)),
        ..CASE
    },
    Case {
        name: "acceptor-of-a-provider-added-by-one",
        story: "The same in a commit that Sam signs, who works for that provider.",
        make: || acceptor_added(SAM.on(BEFORE)),
        ..CASE
    },
    Case {
        name: "acceptor-of-a-provider-added-by-a-colleague-without-a-role",
        story: "The same in a commit that Kim signs, who works for the contractor and has no role.",
        rules: &[GUARD],
        why: "She could neither accept for the provider nor change the policy.",
        make: || acceptor_added(KIM.on(BEFORE)),
        ..CASE
    },
    Case {
        name: "role-given-by-a-person-of-a-provider",
        story: "Sam, who works for a provider and has a role, gives Kim a role in a signed commit, and Kim reviews.",
        rules: &[GUARD],
        why: "The policy is the contractor's, and so are those who change it.",
        make: || {
            let stage = with_sam();
            stage.edit(CONFIG, KIMS, WITH_A_ROLE);
            stage.commit(&SAM.on(BEFORE), "Tidy");
            let claim = stage.review(&KIM.on(DAY), KIM);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "trust-changed-by-a-person-of-a-provider",
        story: "Sam, who works for a provider and whose key is trusted, adds another key in a signed commit, and Dana reviews.",
        rules: &[UNTRUSTED],
        why: "Whose keys are trusted is the contractor's to say.",
        make: || {
            let stage = with_sam();
            stage.append(SIGNERS, &ASH.trusted());
            stage.commit(&SAM.on(BEFORE), "Tidy");
            let claim = stage.review(&DANA.on(DAY), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "forged-review-upon-a-policy-that-was-put-back",
        story: "Upon an unsigned change of the policy somebody pushes a review with a signature that is none; both are left behind, and Dana reviews.",
        why: "What nobody signed who was trusted rests on nothing and clouds nothing.",
        make: || {
            let stage = put_back(|stage| {
                let forged = stage.commit(&MALLORY.on("2026-02-11").unsigned(), &message(&DANA.named()));
                let armored = "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n";
                stage.store(&with_signature(&stage.raw(&forged), armored));
            });
            let claim = stage.review(&DANA.on(DAY), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "reviewed-again-after-the-policy-was-put-back",
        story: "Kim reviews by a role that an unsigned commit gave her; it is put back, and Dana reviews.",
        why: "Nothing that counts now rests on the change any more.",
        make: || {
            let stage = put_back(|stage| drop(stage.review(&KIM.on("2026-02-11"), KIM)));
            let claim = stage.review(&DANA.on(DAY), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
];
