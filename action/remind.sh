#!/usr/bin/env bash
# Keeps one open issue on GitHub that says what is due or overdue; closes it when nothing is.
#
#   DEMARCATE      the program
#   ROOT           where demarcate.toml lies; unsaid means here
#   DAYS           how far ahead it looks; unsaid means 30
#   ISSUE_AUTHOR   whose issue is kept up to date
#   TRUST_ROOT     optional: the SHA-256 of the trust/allowed_signers in which trust begins
#   GH_TOKEN       to write the issue; without it the summary of the run is all
# shellcheck disable=SC2016 # backticks are for the reader
set -euo pipefail

ROOT=${ROOT:-.}
DAYS=${DAYS:-30}
ISSUE_AUTHOR=${ISSUE_AUTHOR:-github-actions[bot]}
GITHUB_STEP_SUMMARY=${GITHUB_STEP_SUMMARY:-/dev/null}
MOST=60000
here=$(dirname -- "${BASH_SOURCE[0]}")

# shellcheck source-path=SCRIPTDIR source=runner.sh
. "$here/runner.sh"

settle() {
  command -v jq > /dev/null || refuse 'jq is not installed on this runner'
  [[ $DAYS =~ ^[0-9]{1,3}$ ]] || refuse 'DAYS is a number of days'
  DAYS=$((10#$DAYS))
  [[ -f $ROOT/demarcate.toml ]] || refuse 'there is no demarcate.toml in the folder that ROOT names'
  work=$(mktemp -d "${RUNNER_TEMP:-/tmp}/demarcate-reminder.XXXXXX")
  [[ $ROOT != -* ]] || ROOT=./$ROOT
  options=(-C "$ROOT" --format json)
  [[ -z ${TRUST_ROOT-} ]] || options+=(--trust-root "${TRUST_ROOT#sha256:}")
  # Two roots of one repository have an issue each.
  mark="<!-- demarcate-reminder $(git -C "$ROOT" rev-parse --show-prefix | git hash-object --stdin | cut -c 1-12) -->"
}

ask() {
  "$DEMARCATE" "$1" "${options[@]}" > "$work/$1.json" 2> "$work/said" ||
    { quote "$work/said"; refuse "demarcate $1 could not do its work; what it says stands above"; }
}

# The issue's text: its mark, then what is due; cut at a line.
write_text() {
  jq --slurp --raw-output --argjson days "$DAYS" --from-file "$here/reminder.jq" "$work/status.json" "$work/history.json" > "$work/due.md"
  if [[ $(wc -c < "$work/due.md") -gt $MOST ]]; then
    head -c "$MOST" "$work/due.md" | sed '$d' > "$work/cut.md"
    printf '\nThe rest did not fit: run `demarcate status`.\n' >> "$work/cut.md"
    mv -- "$work/cut.md" "$work/due.md"
  fi
  { printf '%s\n' "$mark"; cat -- "$work/due.md"; } > "$work/issue.md"
}

own_issue() {
  gh api --paginate "repos/$GITHUB_REPOSITORY/issues?state=open&per_page=100" > "$work/pages" 2> "$work/said" ||
    { quote "$work/said"; refuse 'the issues cannot be read (issues: write)'; }
  jq --raw-output --arg mark "$mark" --arg author "$ISSUE_AUTHOR" \
    '.[] | select(.pull_request == null and .user.login == $author and ((.body // "") | startswith($mark))) | .number' "$work/pages" > "$work/numbers"
  number=$(tail -n 1 -- "$work/numbers")
}

send() {
  gh api "$@" > /dev/null 2> "$work/said" || { quote "$work/said"; refuse 'the issue could not be written (issues: write)'; }
}

remind() {
  if [[ -n $number ]]; then
    send --method PATCH "repos/$GITHUB_REPOSITORY/issues/$number" --field "body=@$work/issue.md"
  else
    send --method POST "repos/$GITHUB_REPOSITORY/issues" --raw-field 'title=Compliance: what is due' --field "body=@$work/issue.md"
  fi
}

close() {
  [[ -n $number ]] || return 0
  printf '%s\nNothing is due.\n' "$mark" > "$work/issue.md"
  send --method PATCH "repos/$GITHUB_REPOSITORY/issues/$number" --field "body=@$work/issue.md" --raw-field state=closed
}

settle
ask status
ask history
write_text
if [[ -s $work/due.md && $(tr -d '[:space:]' < "$work/due.md") ]]; then
  cat -- "$work/due.md" >> "$GITHUB_STEP_SUMMARY"
  act=remind
else
  printf 'Nothing is due.\n' | tee -a -- "$GITHUB_STEP_SUMMARY"
  act=close
fi
if [[ -z ${GH_TOKEN-} ]]; then
  printf '::notice title=demarcate::%s\n' 'no issue is written without a token: what is due stands in the summary of this run'
else
  own_issue
  "$act"
fi
