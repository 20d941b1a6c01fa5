#!/usr/bin/env bash
# Checks the API's protos with buf: style (lint), and compatibility with what was published before.
#
# Usage: proto/check.sh             lint, then compare with proto/image.binpb
#        proto/check.sh --update    lint, then write proto/image.binpb anew; says what that breaks
#
# The image is the API as published: a change that breaks its users is refused, and so is an
# addition that the image does not have yet, since it would be unprotected. --update takes either in
# deliberately; the image is committed together with the change.
#
# Exit code 0 = all is well, 1 = a rule is broken, 2 = wrong usage or a tool is missing.
# Needs protoc and a python3 with pip; buf and the google protos are installed into build/.
set -euo pipefail

readonly buf_version='1.75.0'

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly root
readonly image="$root/proto/image.binpb"
readonly tools="$root/build/tools/buf-$buf_version"
readonly buf="$tools/bin/buf"

fail() {
  echo "proto/check.sh: $*" >&2
  exit 2
}

install_buf() {
  if [[ -x $buf ]]; then return; fi
  local python
  for python in "${PYTHON:-}" python3 /usr/bin/python3; do
    if [[ -n $python ]] && "$python" -m pip --version >/dev/null 2>&1; then
      "$python" -m pip install --quiet --disable-pip-version-check --root-user-action=ignore \
        --no-deps --target "$tools" "buf-bin==$buf_version"
      return
    fi
  done
  fail "no python3 with pip; install python3-pip"
}

# build OUT [PROTOC OPTION ...]: writes a descriptor set of the API with its imports.
build() {
  local out=$1
  shift
  (cd "$root/proto" && protoc --proto_path=. --proto_path="$googleapis" --include_imports "$@" \
    --descriptor_set_out="$out" ductape/jobs/v1/*.proto)
}

# breaking OF AGAINST: what in OF would break the users of AGAINST.
breaking() {
  "$buf" breaking "$1" --against "$2" --config "$root/buf.yaml"
}

compare() {
  [[ -e $image ]] || fail "proto/image.binpb is missing; write it with --update"
  if ! breaking "$commented" "$image"; then
    echo "The change breaks the API's users. If it must be: proto/check.sh --update" >&2
    return 1
  fi
  if ! breaking "$image" "$new" >/dev/null; then
    echo "The API has what proto/image.binpb has not. Take it in: proto/check.sh --update" >&2
    return 1
  fi
}

update() {
  if [[ -e $image ]] && ! breaking "$commented" "$image"; then
    echo "The new image breaks the users of the old one as listed." >&2
  fi
  cp "$new" "$image"
  echo "wrote proto/image.binpb"
}

case "${1:-}" in
  '') action=compare ;;
  --update) action=update ;;
  *) fail "usage: proto/check.sh [--update]" ;;
esac
command -v protoc >/dev/null || fail "protoc is missing; install protobuf-compiler"
googleapis=$("$root/cmake/fetch_googleapis.sh") || fail "the google protos could not be fetched"
install_buf

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# Lint needs the comments; the comparison does not, and without them the committed image is small
# and changes only when the API does.
readonly commented="$scratch/commented.binpb"
readonly new="$scratch/new.binpb"
build "$commented" --include_source_info || exit 1
build "$new" || exit 1

"$buf" lint "$commented" --config "$root/buf.yaml" || exit 1
"$action"
echo "proto/check.sh: ok"
