#!/usr/bin/env bash
# What HTTP/2 servers have died of (see tests/e2e/attack), sent through Envoy with the configurations of deploy/envoy, bounded in count and
# time: rapid reset, HPACK blow-up, header blocks without end, thousands of idle connections. Afterwards legitimate calls are answered,
# and neither the server nor Envoy has grown much; meanwhile those are answered who had their connection before.
#
# Usage: tests/e2e/attack_test.sh      (with DUCTAPE_BINARY_DIR, an absolute path, built; needs Go)
# Exit code: 0 if everything was as expected, 1 if not; each failed expectation is named on stderr; 77 if there is no grpcurl.
# shellcheck disable=SC2119  # arguments that may be left out
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
# shellcheck source=tests/e2e/session.sh
. "$here/session.sh"
# shellcheck source=tests/e2e/mesh.sh
. "$here/mesh.sh"
export PATH="$PATH:$root/build/tools/bin" GOFLAGS=-p=1 GOTOOLCHAIN=local
command -v grpcurl >/dev/null || { echo "grpcurl is neither on PATH nor in build/tools/bin: not run" >&2; exit 77; }
trap 'stop_envoy; finish' EXIT
ulimit -n "$(ulimit -Hn)"

# resident PID : KiB.
resident() { awk '/^VmRSS:/ { print $2 }' "/proc/$1/status"; }
# open_files PID
open_files() { find "/proc/$1/fd" -mindepth 1 2>/dev/null | wc -l; }

# Whether a call on a new connection is answered, by the configuration at hand; $legitimate is one of them.
plain_call() { grpcurl -plaintext -max-time 10 -d '{}' "127.0.0.1:$envoy_port" ductape.jobs.v1.AdminService/GetServerInfo >"$work/out" 2>"$work/err"; }
mesh_call() { mesh_grpcurl billing -d '{}' ductape.jobs.v1.AdminService/GetServerInfo >"$work/out" 2>"$work/err"; }

server_growth_kib=65536
envoy_bound_kib=614400
# unharmed WHAT : legitimate calls work, and nothing grew beyond its bound.
unharmed() {
  eventually 60 "$legitimate" || fail "$1: legitimate calls are not answered: $(cat "$work/err")"
  kill -0 "$jobsd_pid" || fail "$1: the server is gone"
  kill -0 "$envoy_pid" || fail "$1: Envoy is gone"
  local server envoy
  server=$(resident "$jobsd_pid")
  envoy=$(resident "$envoy_pid")
  echo "$1: the server has $((server / 1024)) MiB ($((before / 1024)) before) and $(open_files "$jobsd_pid") files, Envoy $((envoy / 1024)) MiB and $(open_files "$envoy_pid") files"
  [ "$server" -lt $((before + server_growth_kib)) ] || fail "$1: the server has grown"
  [ "$envoy" -lt "$envoy_bound_kib" ] || fail "$1: Envoy has grown"
}

# send [FLAG...] ATTACK : with a client that has its connection from before.
send() {
  run_expecting 0 timeout 120 python3 "$here/attack/held_connection.py" "$envoy_port" "${files[@]}" -- \
    "$work/attack" -address "127.0.0.1:$envoy_port" "${credentials[@]}" "$@"
  cat "$work/out"
}

# all_attacks CONFIGURATION
all_attacks() {
  echo "== $1"
  eventually 30 "$legitimate" || fail "no call is answered before any attack: $(cat "$work/err")"
  before=$(resident "$jobsd_pid")
  send -connections 4 -count 50000 reset
  unharmed "rapid reset"
  send -connections 4 -count 200 hpack
  unharmed "HPACK blow-up"
  send -connections 4 -count 50000 continuation
  unharmed "a header block without end"
  send -connections 3000 -bound 15s idle
  unharmed "idle connections"
}

(cd "$here/attack" && go build -o "$work/attack" .)

start_jobsd --disk-reserve 0
prepare_envoy gateway.yaml
start_envoy
legitimate=plain_call
credentials=()
files=()
all_attacks gateway.yaml
stop_envoy
stop_jobsd || fail "the server ended with exit code $?"

# Those that have a certificate.
rm -rf "$work/data"
make_mesh
start_mesh_jobsd
prepare_mesh
start_envoy
legitimate=mesh_call
credentials=(-cert "$work/go.crt" -key "$work/go.key")
files=("$work/ca.crt" "$work/billing.crt" "$work/billing.key")
all_attacks mesh.yaml
stop_envoy
stop_jobsd || fail "the server ended with exit code $?"
expectations_end
