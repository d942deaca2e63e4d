#!/usr/bin/env bash
# Reviews a pull request on GitHub: what `demarcate check` finds and what `demarcate diff` says, as annotations, in the
# summary of the run and in one comment that is kept up to date. Everything comes by variables; names of branches, files
# and people are never part of a command.
#
# Run it as `review.sh check`, then as `review.sh compare`: two steps, since a step shows ten annotations of a kind.
#
#   DEMARCATE          the program
#   ROOT               where demarcate.toml lies; unsaid means here
#   BASE, HEAD         the commits to compare
#   NUMBER             of the pull request; empty where there is none
#   FAIL_ON            deny, warn or never
#   REQUIRE_APPROVAL   true or false: whether everybody who has to approve must have done so
#   COMMENT            true or false
#   COMMENT_AUTHOR     whose comment is kept up to date
#   TRUST_ROOT         optional: the SHA-256 of the trust/allowed_signers in which trust begins
#   WORK               for `compare`: the output `work` of `check`
#   GH_TOKEN           optional: to read reviews and write the comment
# shellcheck disable=SC2016 # backticks are for the reader
set -euo pipefail

ROOT=${ROOT:-.}
FAIL_ON=${FAIL_ON:-deny}
REQUIRE_APPROVAL=${REQUIRE_APPROVAL:-false}
COMMENT=${COMMENT:-true}
COMMENT_AUTHOR=${COMMENT_AUTHOR:-github-actions[bot]}
NUMBER=${NUMBER-}
WORK=${WORK-}
GITHUB_STEP_SUMMARY=${GITHUB_STEP_SUMMARY:-/dev/null}
GITHUB_OUTPUT=${GITHUB_OUTPUT:-/dev/null}
# A summary over 1 MiB is not shown at all.
MOST_OF_SUMMARY=999800
# shellcheck source-path=SCRIPTDIR source=runner.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/runner.sh"

is_one_of() {
  local value=$1 one
  shift
  for one in "$@"; do [[ $value != "$one" ]] || return 0; done
  return 1
}

settle() {
  local program
  for program in git jq; do
    command -v "$program" > /dev/null || refuse "$program is not installed on this runner"
  done
  is_one_of "$FAIL_ON" deny warn never || refuse 'fail-on is deny, warn or never'
  is_one_of "$REQUIRE_APPROVAL" true false || refuse 'require-approval is true or false'
  is_one_of "$COMMENT" true false || refuse 'comment is true or false'
  [[ -z $NUMBER || $NUMBER =~ ^[0-9]{1,10}$ ]] || refuse 'the number of the pull request is no number'
  [[ -f $ROOT/demarcate.toml ]] || refuse 'there is no demarcate.toml in the folder that root names'
  [[ $ROOT != -* ]] || ROOT=./$ROOT
  options=(-C "$ROOT")
  [[ -z ${TRUST_ROOT-} ]] || options+=(--trust-root "${TRUST_ROOT#sha256:}")
}

# A commit as hex; what is asked for may be a name, and a name may look like an option.
commit() {
  git -C "$ROOT" rev-parse --quiet --verify --end-of-options "$1^{commit}"
}

# The review is of the commits that people see, with the whole log below them.
look_at_the_clone() {
  [[ $(git -C "$ROOT" rev-parse --is-shallow-repository) == false ]] ||
    refuse 'this is a shallow clone, and reviews are proven by the whole log: set `fetch-depth: 0` at actions/checkout'
  base=$(commit "${BASE:?}") || refuse 'the commit to compare from is not in this clone: set `fetch-depth: 0` at actions/checkout, or run the job again if the branch was rewritten'
  head=$(commit "${HEAD:?}") || refuse 'the head of the pull request is not in this clone: set `ref` at actions/checkout to github.event.pull_request.head.sha'
  [[ $(commit HEAD) == "$head" ]] ||
    refuse 'another commit than the head of the pull request is checked out, most likely the merge that GitHub tries: set `ref` at actions/checkout to github.event.pull_request.head.sha'
}

# Runs demarcate into a file. 0 and 1 are verdicts; anything else ends the job with what was said.
demarcate() {
  local into=$1 code=0
  shift
  "$DEMARCATE" "$1" "${options[@]}" "${@:2}" > "$into" 2> "$WORK/said" || code=$?
  [[ $code -le 1 ]] && return "$code"
  quote "$WORK/said"
  refuse "demarcate $1 could not do its work; what it says stands above"
}

check() {
  demarcate "$WORK/check.json" check --format json || true
  demarcate "$WORK/check.commands" check --format github || true
  cat -- "$WORK/check.commands"
  printf 'work=%s\n' "$WORK" >> "$GITHUB_OUTPUT"
}

# What GitHub says of approvals, as one list.
reviews() {
  [[ $REQUIRE_APPROVAL == true && -n $NUMBER && -n ${GH_TOKEN-} ]] || return 0
  if gh api --paginate "repos/$GITHUB_REPOSITORY/pulls/$NUMBER/reviews?per_page=100" 2> "$WORK/said" > "$WORK/pages"; then
    jq --slurp 'add // []' "$WORK/pages" > "$WORK/reviews.json"
    asked+=(--approvals "$WORK/reviews.json")
  else
    say warning 'the approvals of the pull request cannot be read (pull-requests: read): signed commits alone count'
    quote "$WORK/said"
  fi
}

compare() {
  asked=(--with-check)
  [[ $REQUIRE_APPROVAL == false ]] || asked+=(--require-approval)
  reviews
  demarcate "$WORK/diff.json" diff "$base" "$head" "${asked[@]}" --format json || true
  demarcate "$WORK/diff.commands" diff "$base" "$head" "${asked[@]}" --format github || true
  demarcate "$WORK/review.md" diff "$base" "$head" "${asked[@]}" --format markdown || true
  cat -- "$WORK/diff.commands"
}

count() {
  denied=$(jq '.summary.deny' "$WORK/check.json")
  warned=$(jq '.summary.warn' "$WORK/check.json")
  changes=$(jq '.summary.changes' "$WORK/diff.json")
  missing=$(jq '.summary.approvals_missing' "$WORK/diff.json")
}

# Of what `check` finds, the words: in a block that shows them as they are.
findings() {
  printf '\n<details><summary>All that check finds: %s denied, %s warned</summary>\n\n<pre>\n' "$denied" "$warned"
  jq --raw-output '.diagnostics | sort_by(.level)[] | "\(.level)  \(.path):\(.line // 1)  \(.message) [\(.rule)]"' "$WORK/check.json" |
    tr -d '\000-\010\013-\037\177' | sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g'
  printf '</pre>\n</details>\n'
}

# Cut at a line, and said to be.
summarize() {
  { cat -- "$WORK/review.md"; findings; } > "$WORK/summary.md"
  if [[ $(wc -c < "$WORK/summary.md") -gt $MOST_OF_SUMMARY ]]; then
    head -c "$MOST_OF_SUMMARY" "$WORK/summary.md" | sed '$d' > "$WORK/cut.md"
    printf '</pre>\n</details>\n\nThe rest did not fit: run `demarcate check` and `demarcate diff`.\n' >> "$WORK/cut.md"
    mv -- "$WORK/cut.md" "$WORK/summary.md"
  fi
  cat -- "$WORK/summary.md" >> "$GITHUB_STEP_SUMMARY"
}

# Ours alone: by its first line, the hidden mark, and by who wrote it, so that nobody slips another under it.
own_comment() {
  gh api --paginate "repos/$GITHUB_REPOSITORY/issues/$NUMBER/comments?per_page=100" > "$WORK/pages" 2> "$WORK/said" || return 1
  jq --raw-output --arg mark "$1" --arg author "$COMMENT_AUTHOR" \
    '.[] | select(.user.login == $author and ((.body // "") | startswith($mark))) | .id' "$WORK/pages" > "$WORK/ids" 2> "$WORK/said" || return 1
  head -n 1 -- "$WORK/ids"
}

write_comment() {
  local mark id
  mark=$(head -n 1 -- "$WORK/review.md")
  [[ $mark == '<!-- demarcate-diff'*'-->' ]] || { say warning 'the report has no mark to find its comment by: none is written'; return 0; }
  id=$(own_comment "$mark") || return 1
  if [[ -n $id ]]; then
    gh api --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" --field "body=@$WORK/review.md"
  else
    gh api --method POST "repos/$GITHUB_REPOSITORY/issues/$NUMBER/comments" --field "body=@$WORK/review.md"
  fi > /dev/null 2> "$WORK/said"
}

comment() {
  [[ $COMMENT == true && -n $NUMBER ]] || return 0
  if [[ -z ${GH_TOKEN-} ]] || ! command -v gh > /dev/null; then
    say notice 'no comment is written without a token and gh: the review stands in the summary of this run'
  elif ! write_comment; then
    say notice 'the comment could not be written, as from a fork, whose token may only read: the review stands in the summary of this run'
    quote "$WORK/said"
  fi
}

publish() {
  {
    printf 'denied=%s\nwarned=%s\nchanges=%s\nmissing-approvals=%s\n' "$denied" "$warned" "$changes" "$missing"
    printf 'report=%s\n' "$WORK/review.md"
  } >> "$GITHUB_OUTPUT"
}

verdict() {
  local code=0
  case $FAIL_ON in
    deny) [[ $denied == 0 ]] || code=1 ;;
    warn) [[ $denied == 0 && $warned == 0 ]] || code=1 ;;
  esac
  [[ $REQUIRE_APPROVAL == false || $missing == 0 ]] || { say error "approvals are missing: $missing; the summary says whose"; code=1; }
  printf 'demarcate: %s denied, %s warned, %s changes, %s approvals missing\n' "$denied" "$warned" "$changes" "$missing"
  return "$code"
}

settle
look_at_the_clone
case ${1-} in
  check)
    WORK=$(mktemp -d "${RUNNER_TEMP:-/tmp}/demarcate-review.XXXXXX")
    check
    ;;
  compare)
    [[ -s $WORK/check.json ]] || refuse 'the step that checks comes first'
    compare
    count
    summarize
    publish
    comment
    verdict
    ;;
  *) refuse 'say check or compare' ;;
esac
