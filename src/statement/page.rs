//! The page that tells how the statements are read and checked without this tool.

use super::envelope::PAYLOAD_TYPE;
use super::predicate::{ASSESSMENT, CHECK, FIELDS, HISTORY, PREDICATES, STATEMENT, VERIFIED, VERIFIER, property};
use crate::manifest::{STATEMENT_NAMESPACE, STATEMENTS, SUMS};

/// The page, in Markdown.
pub fn page() -> String {
    [head(), assessment(), check(), history(), form(), by_hand()].concat()
}

fn head() -> String {
    format!(
        "# Attestations\n\n\
         Written from the code that makes them.\n\n\
         `{STATEMENTS}` in a bundle holds {} in-toto statements (`{STATEMENT}`), one a line, each signed by everybody \
         who signed the bundle. The subject of each is `{SUMS}` with its SHA-256, and so the whole bundle. They say for \
         programs what the documents say for people; what they claim follows from `manifest.json`, and `demarcate \
         verify` writes them again from it and compares.\n\n\
         The file is whole or it does not verify: the three stand in the order of this page, none missing, none twice, \
         all with the same signers. A URI below is a name. Nothing is fetched from it.\n",
        PREDICATES.len()
    )
}

fn assessment() -> String {
    let rows: Vec<String> = FIELDS.iter().map(|(name, what)| format!("| `{name}` | {what} |\n")).collect();
    format!(
        "\n## The assessment\n\n`predicateType`: `{ASSESSMENT}`\n\n\
         What the bundle says of the assessment. Every field is always there.\n\n| Field | What stands there |\n| --- | --- |\n{}",
        rows.concat()
    )
}

fn check() -> String {
    format!(
        "\n## The check\n\n`predicateType`: `{CHECK}`\n\n\
         What `demarcate check` found at the commit. `result` is `FAILED` where a rule at deny level reported something, \
         else `WARNED` where one at warn level did, else `PASSED`. `configuration` is `demarcate.toml` in the bundle. \
         `passedTests`, `warnedTests` and `failedTests` name the rules; docs/rules.md tells what each is.\n"
    )
}

fn history() -> String {
    let row = |rule: &&str| format!("| `{}` | `{rule}` |\n", property(rule));
    let rows: Vec<String> = VERIFIED.iter().map(row).collect();
    format!(
        "\n## The history\n\n`predicateType`: `{HISTORY}`\n\n\
         What was verified of the reviews in the commit log. `verifier.id` is `{VERIFIER}`; another number would be \
         another way to verify. `verifier.policies` are `demarcate.toml` and the files of `trust/` in the bundle. \
         `timeCreated` is the time of signing as the signer's clock had it; a time stamp over `{SUMS}.sig` proves one. A \
         property stands there if its rule found nothing:\n\n| Property | Rule |\n| --- | --- |\n{}",
        rows.concat()
    )
}

fn form() -> String {
    format!(
        "\n## The form of a line\n\n\
         Each line is a DSSE envelope: `payloadType` `{PAYLOAD_TYPE}`, `payload` the statement in base64, and \
         `signatures`, each with `keyid` (the SSH fingerprint of the key) and `sig`. What is signed is \
         `DSSEv1 LENGTH TYPE LENGTH PAYLOAD`, as DSSE has it. `sig` is, in base64, the 64 bytes of a plain Ed25519 \
         signature where the key is an Ed25519 key in a file, which any DSSE verifier takes; else an armored SSH \
         signature in namespace `{STATEMENT_NAMESPACE}`, which `ssh-keygen` takes. A line of `allowed_signers` that names \
         namespaces must name this one for either. One byte written otherwise, a space or the order of two fields, and \
         the line does not verify.\n"
    )
}

/// The script is run by a test over statements of both kinds of signatures.
fn by_hand() -> String {
    let script = r#"signers=trust/allowed_signers   # better: the copy that reached you another way
work=$(mktemp -d)
sha256sum SHA256SUMS
while IFS= read -r line; do
  printf '%s' "$line" | jq -r .payload | base64 -d > "$work/statement"
  jq -r '.predicateType, .subject[0].digest.sha256, (.predicate.result // empty)' "$work/statement"
  type=$(printf '%s' "$line" | jq -r .payloadType)
  length=$(($(wc -c < "$work/statement")))
  { printf 'DSSEv1 %d %s %d ' "${#type}" "$type" "$length"; cat "$work/statement"; } > "$work/signed"
  printf '%s' "$line" | jq -r '.signatures[] | .keyid + " " + .sig' | while read -r keyid sig; do
    printf '%s' "$sig" | base64 -d > "$work/sig"
    grep -v '^#' "$signers" | while read -r who rest; do
      printf '%s\n' "$rest" | grep -oE '[a-z0-9@.-]+ AAAA[^ ]+' > "$work/key"
      [ "$(ssh-keygen -lf "$work/key" | cut -d ' ' -f 2)" = "$keyid" ] || continue
      echo "$who"
      if [ "$(($(wc -c < "$work/sig")))" -eq 64 ]; then
        { printf '\060\052\060\005\006\003\053\145\160\003\041\000'
          cut -d ' ' -f 2 "$work/key" | base64 -d | tail -c 32; } > "$work/key.der"
        openssl pkeyutl -verify -pubin -keyform DER -inkey "$work/key.der" -rawin -in "$work/signed" -sigfile "$work/sig"
      else
        ssh-keygen -Y verify -f "$signers" -I "$who" -n demarcate-attestation@v1 -s "$work/sig" < "$work/signed"
      fi
    done
  done
done < attestation.intoto.jsonl
rm -r "$work"
"#;
    format!(
        "\n## Checking by hand\n\n\
         With `jq`, `openssl` 3 and `ssh-keygen`, in the folder of the bundle. The digest on the first line must be the \
         one below each type of statement, and each statement must have a good signature of somebody you trust.\n\n\
         ```sh\n{script}```\n"
    )
}
