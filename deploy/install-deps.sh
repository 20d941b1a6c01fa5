#!/usr/bin/env bash
# Installs the Debian packages that deploy/packages.txt names and this machine lacks.
#
# Usage: deploy/install-deps.sh [SECTION...]      sections: build, test, bench; build and test when none is given
# Does nothing, in well under a second, when everything is there. Needs root or sudo only when something is missing.
# Exit codes: 0 all there, 1 the installation failed, 2 usage, or packages are missing and apt-get or root is not to be had.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
list="$here/packages.txt"

usage() {
  sed -n '2,6s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
}

# Prints the packages of one section.
packages_of() {
  awk -v want="[$1]" '
    { sub(/#.*/, ""); gsub(/[ \t]+$/, "") }
    /^\[/ { inside = ($0 == want); next }
    inside && NF { print $1 }' "$list"
}

# Prints those of its arguments that are not installed.
missing_of() {
  local installed package
  # dpkg-query fails when one package is unknown to it, and still prints the others.
  installed=$(dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' "$@" 2>/dev/null || true)
  for package in "$@"; do
    grep -qxF "ii $package" <<<"$installed" || echo "$package"
  done
}

sections=("$@")
[ ${#sections[@]} -gt 0 ] || sections=(build test)
wanted=()
for section in "${sections[@]}"; do
  case "$section" in
    -h | --help) usage; exit 0 ;;
  esac
  found=$(packages_of "$section")
  if [ -z "$found" ]; then
    echo "install-deps: no section '$section' in deploy/packages.txt" >&2
    usage >&2
    exit 2
  fi
  mapfile -t -O ${#wanted[@]} wanted <<<"$found"
done

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  echo "install-deps: this is not a Debian system (no apt-get). Install by hand what these Debian 12 packages hold:" >&2
  printf '  %s\n' "${wanted[@]}" >&2
  exit 2
fi

absent=$(missing_of "${wanted[@]}")
[ -n "$absent" ] || exit 0
mapfile -t missing <<<"$absent"

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "install-deps: not root, and there is no sudo. As root: apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 2
  fi
  as_root=(sudo)
fi

echo "install-deps: installing ${missing[*]}" >&2
apt() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 "$@" \
    </dev/null
}
# Indexes may be old or partly out of reach: what counts is whether the installation works.
apt update >&2 || echo "install-deps: apt-get update reported errors" >&2
if ! apt install -y --no-install-recommends "${missing[@]}" >&2; then
  echo "install-deps: apt-get could not install: ${missing[*]}" >&2
  exit 1
fi
