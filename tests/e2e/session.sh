#!/usr/bin/env bash
# What most scripts of tests/e2e stand on: a folder, a server, an endpoint and expectations. To be sourced first, with $here set to
# tests/e2e; sets root and work, brings jobsd.sh, endpoint.sh and expect.sh, and stops and removes everything at the end.

here=${here:?the folder of the scripts}
# shellcheck disable=SC2034  # for the script that sources this one
root="$(cd "$here/../.." && pwd)"
work="$(mktemp -d "${TMPDIR:-/tmp}/ductape-e2e.XXXXXX")"
# shellcheck source=tests/e2e/jobsd.sh
. "$here/jobsd.sh"
# shellcheck source=tests/e2e/endpoint.sh
. "$here/endpoint.sh"
# shellcheck source=tests/e2e/expect.sh
. "$here/expect.sh"
finish() {
  stop_jobsd || true
  stop_endpoint
  rm -rf "$work"
}
trap finish EXIT
