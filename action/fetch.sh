#!/usr/bin/env bash
# Finds the demarcate that the action runs: one that is already there, or a release whose SHA-256 versions.txt names.
# Prints its path. Everything comes by variables, nothing is put together into a command.
set -euo pipefail

DEMARCATE_PATH=${DEMARCATE_PATH-}
DEMARCATE_VERSION=${DEMARCATE_VERSION-}
DEMARCATE_SHA256=${DEMARCATE_SHA256-}
TABLE=${DEMARCATE_TABLE:-$(dirname -- "${BASH_SOURCE[0]}")/versions.txt}

refuse() {
  printf '::error title=demarcate::%s\n' "$1" >&2
  exit 2
}

digest() {
  if command -v sha256sum > /dev/null; then
    sha256sum < "$1" | cut -d ' ' -f 1
  else
    shasum -a 256 < "$1" | cut -d ' ' -f 1
  fi
}

target() {
  case "$(uname -s) $(uname -m)" in
    'Linux x86_64') echo x86_64-unknown-linux-musl ;;
    'Linux aarch64' | 'Linux arm64') echo aarch64-unknown-linux-musl ;;
    'Darwin x86_64') echo x86_64-apple-darwin ;;
    'Darwin arm64') echo aarch64-apple-darwin ;;
    'MINGW'*' x86_64' | 'MSYS'*' x86_64') echo x86_64-pc-windows-msvc ;;
    *) return 1 ;;
  esac
}

# What stands in the way of a value that is to be a digest, a version or a file's name.
settle() {
  DEMARCATE_SHA256=${DEMARCATE_SHA256#sha256:}
  [[ -z $DEMARCATE_SHA256 || $DEMARCATE_SHA256 =~ ^[0-9a-f]{64}$ ]] || refuse 'sha256 is not the 64 hex digits of a SHA-256'
  [[ -z $DEMARCATE_PATH || -z $DEMARCATE_VERSION ]] || refuse 'give path or version, not both'
  [[ -n $DEMARCATE_PATH || -n $DEMARCATE_VERSION ]] || refuse 'give path, the demarcate that is already there, or version, one that action/versions.txt lists'
}

from_here() {
  [[ -f $DEMARCATE_PATH && -x $DEMARCATE_PATH ]] || refuse 'path names no program that can be run: build or install demarcate in a step before'
  [[ -z $DEMARCATE_SHA256 || $(digest "$DEMARCATE_PATH") == "$DEMARCATE_SHA256" ]] || refuse 'the demarcate of path has another SHA-256 than sha256 says: it is not run'
  (cd -- "$(dirname -- "$DEMARCATE_PATH")" && printf '%s/%s\n' "$PWD" "$(basename -- "$DEMARCATE_PATH")")
}

from_release() {
  local on known='' sum address version where file
  on=$(target) || refuse 'no release is made for this system: build demarcate from its source and give path'
  while read -r version where sum address; do
    [[ $version == "$DEMARCATE_VERSION" && $where == "$on" ]] && known=yes && break
  done < "$TABLE"
  [[ -n $known ]] || refuse "this commit of the action knows no such release for $on: pin a commit whose action/versions.txt lists it, or build demarcate from the source that you have reviewed and give path"
  [[ $sum =~ ^[0-9a-f]{64}$ && $address == https://* ]] || refuse 'the line of this release in action/versions.txt is damaged'
  [[ -z $DEMARCATE_SHA256 || $DEMARCATE_SHA256 == "$sum" ]] || refuse 'the release has another SHA-256 than sha256 says: it is not downloaded'
  file=$(mktemp -d "${RUNNER_TEMP:-/tmp}/demarcate.XXXXXX")/demarcate
  curl --fail --silent --show-error --location --proto '=https' --proto-redir '=https' --output "$file" -- "$address" ||
    refuse 'the release could not be downloaded'
  [[ $(digest "$file") == "$sum" ]] || { rm -f -- "$file"; refuse 'what was downloaded has another SHA-256 than action/versions.txt says: it was thrown away and not run'; }
  chmod u+x -- "$file"
  printf '%s\n' "$file"
}

settle
if [[ -n $DEMARCATE_PATH ]]; then from_here; else from_release; fi
