# How a script speaks on GitHub. Sourced, not run.
# shellcheck shell=bash

say() {
  printf '::%s title=demarcate::%s\n' "$1" "$2"
}

refuse() {
  say error "$1"
  exit 2
}

# What a program wrote, so that no line of it is taken for a command of the runner.
quote() {
  local token
  token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  printf '::stop-commands::%s\n' "$token"
  cat -- "$1"
  printf '\n::%s::\n' "$token"
}
