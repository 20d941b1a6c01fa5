#!/usr/bin/env bash
# A server behind a real Envoy with deploy/envoy/mesh.yaml, and clients in Go, Python and Node.js that create jobs and execute their runs
# through it. Meanwhile the proxy is killed and started again, connections come of age, the server is drained by SIGTERM and started again,
# and the proxy's certificate is replaced. Every job that was acknowledged must be there and its run executed and COMPLETED. Then who is
# let in, whom the server sees, and what a server that drains still does.
#
# Usage: tests/e2e/mesh_test.sh      (with DUCTAPE_BINARY_DIR, an absolute path, built; needs Go; Node.js >= 20 is left out if missing)
# Exit code: 0 if everything was as expected, 1 if not; each failed expectation is named on stderr; 77 if there is no grpcurl.
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
# shellcheck source=tests/e2e/session.sh
. "$here/session.sh"
# shellcheck source=tests/e2e/mesh.sh
. "$here/mesh.sh"
export PATH="$PATH:$root/build/tools/bin" GOFLAGS=-p=1 GOTOOLCHAIN=local
command -v grpcurl >/dev/null || { echo "grpcurl is neither on PATH nor in build/tools/bin: not run" >&2; exit 77; }

languages=(go python)
venv="$root/build/clients/mesh-venv"
declare -A clients=()
finish_mesh() {
  for pid in "${clients[@]}"; do kill "$pid" 2>/dev/null || true; done
  stop_envoy
  finish
}
trap finish_mesh EXIT

build_clients() {
  (cd "$here/mesh/go" && go build -o "$work/mesh-go" .)
  [ -x "$venv/bin/pip" ] || python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check "$root/client/python" # builds the wheel
  if [ "$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)" -ge 20 ]; then
    languages+=(node)
    cd "$root/client/node"
    [ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --no-audit --no-fund --loglevel=error
    npm run --silent build
    cd "$work"
  else
    echo "Node.js >= 20 is not on PATH: left out"
  fi
}

# start_client LANGUAGE
start_client() {
  local arguments=("localhost:$envoy_port" "$work/ca.crt" "$work/$1.crt" "$work/$1.key" "$work/stop")
  case "$1" in
    go) exec "$work/mesh-go" "${arguments[@]}" ;;
    python) exec "$venv/bin/python" "$here/mesh/client.py" "${arguments[@]}" ;;
    node) exec node "$here/mesh/client.mjs" "${arguments[@]}" ;;
  esac >"$work/$1.out" 2>"$work/$1.err" &
  clients[$1]=$!
}

count() { grep -c "^$2 " "$work/$1.out" || true; }
# Whether each language had as many more jobs acknowledged and runs executed since the counts in $marks.
declare -A marks=()
progressed() {
  local language
  for language in "${languages[@]}"; do
    [ "$(count "$language" acked)" -ge $((marks[$language,acked] + $1)) ] && [ "$(count "$language" ran)" -ge $((marks[$language,ran] + $1)) ] || return 1
  done
}
# await_progress COUNT WHAT : waits until all clients have gone on by so many from now.
await_progress() {
  local language kind
  for language in "${languages[@]}"; do
    for kind in acked ran; do marks[$language,$kind]=$(count "$language" "$kind"); done
  done
  eventually 90 progressed "$1" || { fail "no progress $2"; tail -n 5 "$work"/{go,python,node}.err "$work/envoy.log" >&2 || true; }
}

# Every acknowledged job is there and COMPLETED by a COMPLETED run, and the run was seen by its client.
check_nothing_lost() {
  python3 - "$work" "${languages[@]}" <<'PYTHON'
import json, sys

work, languages = sys.argv[1], sys.argv[2:]
jobs = {}
with open(f"{work}/pages") as pages:
    for page in pages.read().split("\0")[:-1]:
        jobs.update((job["tag"], job) for job in json.loads(page).get("jobs", []))
bad = 0
for language in languages:
    with open(f"{work}/{language}.out") as lines:
        lines = [line.split() for line in lines]
    acked = [line[1] for line in lines if line[0] == "acked"]
    ran = {line[1] for line in lines if line[0] == "ran"}
    lost = [tag for tag in acked if tag not in jobs or jobs[tag]["state"] != "COMPLETED" or jobs[tag]["stats"].get("completed") != "1" or tag not in ran]
    print(f"{language}: {len(acked)} jobs acknowledged, {len(ran)} executed, {len(lost)} lost {lost[:5]}")
    bad += len(lost)
sys.exit(1 if bad else 0)
PYTHON
}
all_done() {
  local token="" answer
  : >"$work/pages"
  while :; do
    answer=$(mesh_curl billing "/v1/jobs?pageSize=1000&pageToken=$token") || return 1
    printf '%s\0' "$answer" >>"$work/pages"
    token=$(jq -r '.nextPageToken // empty' <<<"$answer")
    [ -n "$token" ] || break
  done
  check_nothing_lost >"$work/out" 2>"$work/err"
}

build_clients
make_mesh
start_mesh_jobsd
# Connections of clients come of age after seconds here.
prepare_mesh "s#max_connection_duration: 1800s#max_connection_duration: 5s#" "s#drain_timeout: 30s#drain_timeout: 1s#"
start_envoy

echo "== who is let in, and whom the server sees"
run_expecting 0 mesh_grpcurl billing -d '{}' ductape.jobs.v1.AdminService/GetServerInfo
seen() { grep 'GetServerInfo' "$work/jobsd.log" | grep '"principal":"spiffe://example.org/proxy"' | grep -q "\"forwarded\":\"$1\""; }
eventually 10 seen "spiffe://example.org/billing" || fail "the log does not show the identities: $(grep GetServerInfo "$work/jobsd.log")"
# What a client says of itself does not get through.
run_expecting 0 mesh_grpcurl go -rpc-header 'x-forwarded-client-cert: URI=spiffe://example.org/forged' -d '{}' ductape.jobs.v1.AdminService/GetServerInfo
eventually 10 seen "spiffe://example.org/go" || fail "the log does not show the second client"
if grep -q forged "$work/jobsd.log"; then fail "a forged identity got through"; fi
run_expecting 1 mesh_grpcurl stranger -d '{}' ductape.jobs.v1.AdminService/GetServerInfo
run_expecting 1 mesh_grpcurl elsewhere -d '{}' ductape.jobs.v1.AdminService/GetServerInfo
run_expecting 1 grpcurl -max-time 10 -cacert "$work/ca.crt" "localhost:$envoy_port" ductape.jobs.v1.AdminService/GetServerInfo
run_expecting 1 grpcurl -max-time 10 -cacert "$work/ca.crt" -cert "$work/stranger.crt" -key "$work/stranger.key" "127.0.0.1:$mesh_port" list
run_expecting 0 mesh_curl billing /v1/serverInfo
json_is 'it["store"] == "rocksdb"'
# channelz is for those on the machine alone.
run_expecting 76 mesh_grpcurl billing -import-path /usr/share/grpc-proto -proto grpc/channelz/v1/channelz.proto -d '{}' \
  grpc.channelz.v1.Channelz/GetServers

echo "== clients at work through the proxy: ${languages[*]}"
for language in "${languages[@]}"; do start_client "$language"; done
await_progress 20 "at the beginning"

echo "== the proxy is killed and started again"
stop_envoy KILL
start_envoy
await_progress 20 "after the proxy was killed"

echo "== connections come of age"
aged() { [ "$(curl -s "http://$envoy_admin/stats?filter=downstream_cx_max_duration_reached" | sed -n 's/.*: //p' | sort -n | tail -n 1)" -ge 3 ]; }
eventually 60 aged || fail "no connection came of age"
await_progress 20 "after connections came of age"

echo "== the server is drained and started again"
run_expecting 0 stop_jobsd
start_mesh_jobsd
await_progress 20 "after the server was started again"

echo "== the proxy has another certificate"
make_identity ca proxy "URI:spiffe://example.org/proxy,DNS:localhost,IP:127.0.0.1"
serial() { openssl s_client -connect "localhost:$envoy_port" -CAfile "$work/ca.crt" -cert "$work/billing.crt" -key "$work/billing.key" </dev/null 2>/dev/null | openssl x509 -noout -serial; }
wanted=$(openssl x509 -noout -serial -in "$work/proxy.crt")
cp "$work/proxy.key" "$work/tls/next.key"
cp "$work/proxy.crt" "$work/tls/next.crt"
mv "$work/tls/next.key" "$work/tls/tls.key"
mv "$work/tls/next.crt" "$work/tls/tls.crt"
replaced() { [ "$(serial)" = "$wanted" ]; }
eventually 30 replaced || fail "the new certificate is not served"
await_progress 20 "after the certificate was replaced"

echo "== nothing that was acknowledged is lost"
touch "$work/stop"
eventually 120 all_done || fail "jobs are lost"
cat "$work/out"
for language in "${languages[@]}"; do
  kill "${clients[$language]}"
  wait "${clients[$language]}" || fail "the client in $language ended with $?: $(tail -n 3 "$work/$language.err")"
done
clients=()

echo "== a server that drains takes results, and a change that it refuses is not repeated"
run_expecting 0 mesh_curl billing /v1/events -d '{"eventType": "FUNCTION", "tag": "held", "worker": {"queue": "held"}}'
held='"name": "H", "eventType": "FUNCTION", "eventTag": "held", "executions": 1, "intervals": 1000'
run_expecting 0 mesh_curl billing /v1/jobs -d "{\"tag\": \"held\", $held}"
run_expecting 0 mesh_curl billing /v1/workers:leaseRuns -d '{"queues": ["held"], "wait": "20s", "lease": "60s"}'
jq '{sessionId, results: [{run: .deliveries[0].run, output: "e30="}]}' "$work/out" >"$work/result"
pid=$jobsd_pid
kill "$pid"
unhealthy() { curl -s "http://$envoy_admin/clusters" | grep -q 'health_flags::/failed_active_hc'; }
eventually 30 unhealthy || fail "Envoy does not see that the server drains"
run_expecting 0 mesh_curl billing /v1/jobs -d "{\"tag\": \"late\", $held}"
json_is 'it["code"] == 14 and it["details"][0]["reason"] == "DRAINING"'
[ "$(grep '"grpc.method":"ductape.jobs.v1.JobService/CreateJob"' "$work/jobsd.log" | grep -c DRAINING)" -eq 1 ] || fail "the change was not sent once"
run_expecting 0 mesh_curl billing /v1/jobs/held
json_is 'it["tag"] == "held"'
run_expecting 0 mesh_curl billing /v1/workers:completeRuns -d "@$work/result"
json_is 'it == {}'
jobsd_pid=""
wait "$pid" || fail "the server ended with $?"

echo "== a server with another identity is not believed"
jobsd_identity=impostor start_mesh_jobsd
run_expecting 78 mesh_grpcurl billing -protoset "$DUCTAPE_BINARY_DIR/ductape-jobs.protoset" -use-reflection=false -d '{}' \
  ductape.jobs.v1.AdminService/GetServerInfo
err_has 'Code: Unavailable'
run_expecting 0 stop_jobsd
stop_envoy

echo "== who may call can be narrowed"
start_mesh_jobsd
prepare_mesh 's#prefix: "spiffe://example.org/"#exact: "spiffe://example.org/billing"#'
start_envoy
run_expecting 0 mesh_grpcurl billing -d '{}' ductape.jobs.v1.AdminService/GetServerInfo
run_expecting 71 mesh_grpcurl go -protoset "$DUCTAPE_BINARY_DIR/ductape-jobs.protoset" -use-reflection=false -d '{}' \
  ductape.jobs.v1.AdminService/GetServerInfo
err_has 'Code: PermissionDenied'
run_expecting 0 mesh_curl go /v1/jobs
json_is 'it["code"] == 7'
run_expecting 0 stop_jobsd
stop_envoy
expectations_end
