#!/bin/sh
# Checks this bundle with sha256sum (or shasum) and ssh-keygen: changed, missing and extra files, and who signed.
#
#   sh verify.sh ALLOWED_SIGNERS [TIME]
#
# ALLOWED_SIGNERS is your own list of signers, which reached you by another way than this bundle; README.txt says how to
# have one. TIME is when the signatures have to hold, as YYYYMMDDHHMMSS in UTC; unsaid means now.
set -u
LC_ALL=C TZ=UTC
export LC_ALL TZ
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P) || exit 2
if [ $# -lt 1 ] || [ ! -f "$1" ]; then
  echo "usage: sh verify.sh ALLOWED_SIGNERS [TIME]: name your own list of signers" >&2
  exit 2
fi
folder=$(CDPATH='' cd -- "$(dirname -- "$1")" && pwd -P) || exit 2
signers=$folder/$(basename -- "$1")
case $signers in
  "$here"/*) echo "error: $1 lies in the bundle, which cannot vouch for itself; name a copy that you had before" >&2; exit 2 ;;
esac
at=${2:+-Overify-time=$2}
revoked='' # Keys that the bundle itself says are lost.
[ ! -s "$here/trust/revoked" ] || revoked="-r trust/revoked"
cd "$here" || exit 2
failed=0
fail() { echo "FAILED: $1"; failed=1; }
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT

# The files that are listed and those that are there are the same, and nothing is there but files and folders.
if find . -name '*[[:cntrl:]]*' | grep -q .; then echo "FAILED: a name holds control characters"; exit 1; fi
find . ! -type d ! -type f | sed 's/$/ is neither a file nor a folder/; s/^/FAILED: /' | grep . && exit 1
cut -c67- SHA256SUMS | sed 's/^/.\//' | sort >"$work/listed"
find . ! -type d | grep -Ev '^\./(SHA256SUMS|SHA256SUMS(\.[^/]+)?\.sig(\.tsr)?|SHA256SUMS\.p7s|attestation\.intoto\.jsonl)$' |
  sort >"$work/there"
comm -13 "$work/listed" "$work/there" | sed 's/^/FAILED: extra: /' | grep . && failed=1
comm -23 "$work/listed" "$work/there" | sed 's/^/FAILED: missing: /' | grep . && failed=1
if command -v sha256sum >/dev/null; then sums='sha256sum -c'; else sums='shasum -a 256 -c'; fi
$sums SHA256SUMS >"$work/sums" 2>&1 || { grep -v ': OK$' "$work/sums" | sed 's/^/FAILED: /'; failed=1; }

# Every signature has to be good, and at least one by a signer of your list.
good=0
for sig in SHA256SUMS.sig SHA256SUMS.*.sig; do
  [ -f "$sig" ] || continue
  who=$(ssh-keygen -Y find-principals -s "$sig" -f "$signers" $at 2>/dev/null | head -n 1 | cut -d, -f1)
  if [ -z "$who" ]; then
    ssh-keygen -Y check-novalidate -n demarcate-bundle@v1 -s "$sig" <SHA256SUMS >/dev/null 2>&1 ||
      fail "$sig is no signature of SHA256SUMS"
    echo "$sig: by nobody of your list, or not at this time: it does not count"
  elif ssh-keygen -Y verify -f "$signers" -I "$who" -n demarcate-bundle@v1 -s "$sig" $revoked $at <SHA256SUMS >"$work/said" 2>&1; then
    cat "$work/said"; good=1
  else
    fail "$sig: $(tail -n 1 "$work/said")"
  fi
done
[ "$good" = 1 ] || fail "nobody of your list signed SHA256SUMS"
[ "$failed" = 0 ] && echo "verified: every file is as it was signed, and none is missing or extra"
exit "$failed"
