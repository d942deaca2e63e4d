//! The workflow of docs/fleet.md does what its page says, and asks for little.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::super::screen::{Screen, of, tool};
use super::{Folder, PRACTICE, ids, repository};

/// The page.
fn page() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/fleet.md");
    std::fs::read_to_string(path).expect("the page is there")
}

/// Its workflow.
fn workflow() -> String {
    let page = page();
    let (_, from) = page.split_once("```yaml\nname: fleet\n").expect("the workflow is there");
    let (text, _) = from.split_once("```\n").expect("the fence is closed");
    format!("name: fleet\n{text}")
}

/// Every script of the workflow, its lines without what they are indented by.
fn scripts() -> Vec<String> {
    let text = workflow();
    let mut scripts = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let Some((before, script)) = line.split_once("run: ") else { continue };
        if script != "|" {
            scripts.push(script.to_owned());
            continue;
        }
        let mut own = Vec::new();
        while let Some(line) = lines.next_if(|line| line.len() - line.trim_start().len() > before.len()) {
            own.push(line.trim_start());
        }
        scripts.push(own.join("\n"));
    }
    scripts
}

/// Runs a script as a runner would, with our own `demarcate` on its way.
fn ran(folder: &Folder, script: &str, variables: &[(&str, &str)]) -> Screen {
    let scrubbed = tool(folder.0.path());
    let binary =
        Path::new(env!("CARGO_BIN_EXE_demarcate")).parent().expect("it lies in a folder").display().to_string();
    let mut shell = Command::new("bash");
    shell.args(["-e", "-c", &format!("PATH={binary}:$PATH\n{script}")]).current_dir(folder.0.path());
    shell.env_clear().envs(scrubbed.get_envs().filter_map(|(name, value)| Some((name, value?))));
    of(&shell.envs(variables.iter().copied()).output().expect("there is bash"))
}

#[test]
fn its_shards_put_together_are_the_fleet() {
    let folder = Folder::of(&ids(11));
    for id in ids(11) {
        repository(&folder.path(&id));
    }
    folder.write("client-004/practices/SI.L2-3.14.1.toml", PRACTICE);
    let scripts = scripts();
    let [day, shard, merge] = scripts.as_slice() else { panic!("{scripts:?}") };
    let output = folder.path("output").display().to_string();
    assert_eq!(ran(&folder, day, &[("GITHUB_OUTPUT", &output)]).code, 0);
    let said = folder.text("output");
    let said = said.trim_end().strip_prefix("day=").expect("it says the day");
    assert!(said.parse::<demarcate::date::Date>().is_ok(), "{said}");
    for number in 1..=8 {
        let screen = ran(&folder, shard, &[("DAY", "2026-11-21"), ("SHARD", &number.to_string())]);
        assert_eq!(screen.code, 0, "what is denied is no reason to end the job: {}", screen.err);
    }
    let merged = ran(&folder, merge, &[]);
    let whole = super::run(folder.0.path(), &["fleet", "CLIENTS.toml"]);
    assert_eq!((merged.out, merged.code), (whole.out, 1), "{}", merged.err);
    // A shard that was lost is missed, and one that cannot do its work fails.
    std::fs::remove_file(folder.path("shard-3.jsonl")).expect("it is there");
    assert!(ran(&folder, merge, &[]).out.ends_with("missing: client-003, client-011\n"));
    folder.write("CLIENTS.toml", "provider = 3\n");
    assert_eq!(ran(&folder, shard, &[("DAY", "2026-11-21"), ("SHARD", "1")]).code, 1);
}

#[test]
fn every_command_of_the_page_is_one() {
    let page = page();
    let at_a_prompt = page.lines().filter_map(|line| line.strip_prefix("$ "));
    let scripts = scripts();
    let in_scripts = scripts.iter().flat_map(|script| script.lines());
    let mut commands = 0;
    for line in at_a_prompt.chain(in_scripts).filter(|line| line.starts_with("demarcate ")) {
        let line = line.split(" || ").next().unwrap_or_default().split(" > ").next().unwrap_or_default();
        let line = line.replace("$SHARD", "3").replace("$DAY", "2026-11-21");
        let words = shell_words(&line);
        let parsed = demarcate::cli::command().try_get_matches_from(&words);
        assert!(parsed.is_ok(), "{line}: {}", parsed.err().map(|error| error.to_string()).unwrap_or_default());
        commands += 1;
    }
    assert_eq!(commands, 7, "those of the page are found");
}

/// The words of a line; what stands in quotes is one.
fn shell_words(line: &str) -> Vec<String> {
    let quoted = line.split('"').enumerate();
    let words = quoted.flat_map(|(at, part)| match at % 2 {
        0 => part.split_whitespace().map(str::to_owned).collect::<Vec<_>>(),
        _ => vec![part.to_owned()],
    });
    words.collect()
}

#[test]
fn it_is_pinned_keeps_no_credentials_and_may_read_alone() {
    let text = workflow();
    let used: Vec<&str> =
        text.lines().filter_map(|line| line.trim_start_matches([' ', '-']).strip_prefix("uses: ")).collect();
    assert_eq!(used.len(), 3, "{used:?}");
    let own = include_str!("../../../src/starter/compliance-release.github.yml");
    for action in used {
        let (_, pin) = action.split_once('@').expect("an action has a version");
        let (digest, version) = pin.split_once(" # v").unwrap_or_else(|| panic!("{action} is not pinned"));
        assert!(digest.len() == 40 && digest.bytes().all(|byte| byte.is_ascii_hexdigit()) && !version.is_empty());
        assert!(own.contains(action), "{action} is of another edition than that of the workflows that `init` writes");
    }
    assert_eq!(text.matches("actions/checkout@").count(), text.matches("persist-credentials: false").count());
    assert!(text.contains("\npermissions: {}\n") && !text.contains("write"), "{text}");
    assert_eq!(text.matches("permissions:").count(), 2, "one job needs one more");
    assert_eq!(text.matches("timeout-minutes:").count(), text.matches("runs-on:").count());
    assert!(!scripts().concat().contains("${{"), "what a person wrote reaches a shell as a variable alone");
}

#[test]
#[expect(clippy::print_stderr, reason = "what was not tested is said on the screen")]
fn it_is_yaml_in_which_the_linter_finds_nothing() {
    let home = TempDir::new().expect("the folder for temporary files can be written");
    let folder = home.path().join(".github/workflows");
    std::fs::create_dir_all(&folder).expect("it is new");
    std::fs::write(folder.join("fleet.yml"), workflow()).expect("it can be written");
    let script = "import sys\ntry:\n import yaml\nexcept ImportError:\n sys.exit(42)\nfound = yaml.safe_load(open(sys.argv[1]))\n\
                  assert list(found['jobs']) == ['day', 'shard', 'merge'], found";
    let programs = [
        ("python3", vec!["-c".to_owned(), script.to_owned(), folder.join("fleet.yml").display().to_string()]),
        ("zizmor", ["--offline", "--persona=pedantic", "--no-progress"].map(str::to_owned).to_vec()),
    ];
    for (program, words) in programs {
        match Command::new(program).args(words).arg(home.path()).output() {
            Ok(output) if !matches!(output.status.code(), Some(42 | 127)) => {
                let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
                assert!(output.status.success(), "{program}: {}", said.concat());
            }
            _ => eprintln!("skipped: {program} is not here"),
        }
    }
}
