#!/usr/bin/env bash
# Drives a server of this build through jobctl with connections: each way to authenticate, secrets of each source, what may not be read,
# tests of connections, keys that rotate, a crash after an acknowledged change; and looks for the planted secrets in everything that the server wrote or said.
#
# Usage: tests/e2e/connections_test.sh      (with DUCTAPE_BINARY_DIR, an absolute path, built)
#
# Exit code: 0 if everything was as expected, 1 if not; each failed expectation is named on stderr.
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
# shellcheck source=tests/e2e/session.sh
. "$here/session.sh"
# shellcheck source=tests/e2e/targets.sh
. "$here/targets.sh"
trap 'stop_targets; finish' EXIT

# No text of these may be found anywhere but at the endpoint.
stored_token="planted-stored-token-4711"
file_token="planted-file-token-4712"
env_token="planted-env-token-4713"
query_key='planted query/key+4714'
new_token="planted-new-token-4715"
planted=(planted-stored planted-file planted-env planted-new planted-wrong 'planted query' 'planted%20query' \
  "$(printf 'jobs:%s' "$stored_token" | base64)")
said="$work/said"
: >"$said"

# expect CODE ARGUMENT... : runs jobctl; what it says is kept for the search at the end.
expect() {
  local code=$1
  shift
  run_expecting "$code" "$DUCTAPE_BINARY_DIR/bin/jobctl" "$@"
  cat "$work/out" "$work/err" >>"$said"
}
# ran TAG : executes a job now and waits; its run is in $work/out as JSON.
ran() { expect "$1" job run "$2" --wait -o json; }
# seen TEXT : the last request at the endpoint has it.
seen() { tail -n 1 "$work/endpoint.log" | grep -qF -- "$1" || fail "the endpoint did not see $1: $(tail -n 1 "$work/endpoint.log")"; }
# job TAG EVENT... : an event and a job of the same name that is due when it is asked to be.
job() {
  local tag=$1
  shift
  expect 0 event create "ACTION/$tag" "$@"
  expect 0 job create "$tag" --name "$tag" --event "ACTION/$tag" --executions 0 --every 1h --start 2999-01-01T00:00:00Z
}
key_line() { printf '%s %s\n' "$1" "$(head -c 32 /dev/urandom | base64)"; }

key_line k1 >"$work/keys"
printf '%s\n' "$file_token" >"$work/token"
export PLANTED_TOKEN="$env_token"
serve() { start_jobsd --disk-reserve 0 --secrets-key-file "$work/keys" --secret-dir "$work" --secret-env-prefix PLANTED_; }
serve
start_endpoint "$here/guarded_endpoint.py" "$stored_token"

echo "== each authentication"
printf '%s\n' "$stored_token" >"$work/given"
expect 0 connection create billing --base-url "$endpoint/v2" --header X-Team=blue --bearer "@$work/given" -o json
json_is 'it["env"][""]["http"]["auth"]["bearer"]["token"] == {"stored": True} and it.get("event_count", "0") == "0"'
job bearer --connection billing --url /orders
ran 0 bearer
json_is 'it["state"] == "COMPLETED" and "[redacted]" in it["output"]'
seen "\"path\": \"/v2/orders\", \"authorization\": \"Bearer $stored_token\""
seen '"team": "blue"'
expect 0 connection create basic --base-url "$endpoint" --basic jobs --password "@$work/given"
job basic --connection basic --url /x
ran 0 basic
seen "Basic $(printf 'jobs:%s' "$stored_token" | base64)"
expect 0 connection create header --base-url "$endpoint" --api-key-header X-Key --api-key "file:$work/token"
job header --connection header --url '/x?a=b'
ran 0 header
seen "\"key\": \"$file_token\""
printf '%s' "$query_key" >"$work/given_query"
expect 0 connection create query --base-url "$endpoint" --api-key-query key --api-key "@$work/given_query"
job query --connection query --url '/x?a=b'
ran 0 query
seen '/x?a=b&key=planted%20query%2Fkey%2B4714'
expect 0 connection create env --base-url "$endpoint" --bearer env:PLANTED_TOKEN
job env --connection env --url /x
ran 0 env
seen "Bearer $env_token"

echo "== what a target sends back in an error is redacted too"
job fails --connection billing --url "${endpoint/http:/HTTP:}/fail"
ran 1 fails
json_is 'it["state"] == "FAILED" and it["error"]["code"] == "UNAVAILABLE" and "[redacted]" in it["error"]["message"]'

echo "== environments"
expect 0 connection update billing --env staging --base-url "$endpoint/staging" --bearer "file:$work/token"
expect 0 connection get billing -o json
json_is 'it["generation"] == "2" and it["env"][""]["http"]["auth"]["bearer"]["token"] == {"stored": True}'
expect 0 job update bearer --env staging
ran 0 bearer
seen "/staging/orders\", \"authorization\": \"Bearer $file_token\""
expect 0 job update bearer --clear env

echo "== a secret does not go to another host, and what the event says itself stands"
job elsewhere --connection billing --url http://127.0.0.2:9/x
ran 1 elsewhere
json_is 'it["error"]["code"] == "VALIDATION" and "base_url" in it["error"]["message"]'
job own --connection billing --url /x --header 'authorization=own'
ran 0 own
seen '"authorization": "own"'

echo "== what was read can be written back; a secret that is not given stays"
expect 0 connection get billing -o yaml
sed 's/^name: .*//; s#/v2#/v3#' "$work/out" >"$work/edited.yaml"
expect 0 connection update -f "$work/edited.yaml" -o json
json_is 'it["generation"] == "3" and it["env"][""]["http"]["base_url"].endswith("/v3")'
expect 0 connection update billing --bearer "@$work/given" -o json
json_is 'it["generation"] == "3"' # the same value changes nothing
ran 0 bearer
seen "\"path\": \"/v3/orders\", \"authorization\": \"Bearer $stored_token\""
expect 74 connection update -f "$work/edited.yaml"
err_has 'ETAG_MISMATCH'

echo "== gRPC by a connection: the server's own API is the target"
printf 'job-of-a-secret-name' >"$work/name"
expect 0 connection create self --grpc "address=$DUCTAPE_JOBS_ADDRESS" --grpc metadata.x-team=blue \
  --grpc "auth.bearer.token=file:$work/token" --grpc "secrets.name=file:$work/name" -o json
json_is 'it["env"][""]["grpc"]["auth"]["bearer"]["token"] == {"file": "'"$work"'/token"}'
job grpc --grpc-connection self --grpc-method ductape.jobs.v1.JobService/ListJobs --grpc-message '{"page_size":1}'
ran 0 grpc
json_is 'it["state"] == "COMPLETED" and "jobs" in it["output"]'
expect 0 event get ACTION/grpc
out_has 'grpc self ductape.jobs.v1.JobService/ListJobs'
expect 0 connection get self
out_has 'grpc 127.0.0.1:[0-9]+, bearer file:.*, secret name file:'
job named --grpc-connection self --grpc-method ductape.jobs.v1.JobService/GetJob --grpc-message '{"tag":"{{secrets.name}}"}'
ran 1 named
json_is 'it["error"]["code"] == "NOT_FOUND" and "[redacted]" in it["error"]["message"]'
job nosuch --grpc-connection self --grpc-method ductape.jobs.v1.JobService/GetJob --grpc-message '{"tag":"{{secrets.nosuch}}"}'
ran 1 nosuch
json_is 'it["error"]["code"] == "VALIDATION" and "no secret of the name" in it["error"]["message"]'
expect 67 connection create bad --grpc address=127.0.0.1:1 --grpc auth.api_key.query=key --grpc auth.api_key.key=env:PLANTED_TOKEN
err_has 'auth.api_key.query.*gRPC has no query'
expect 67 event create ACTION/both --grpc-connection self --grpc-address 127.0.0.1:1 --grpc-method a.B/C
err_has 'the connection has the address'

echo "== a fix reaches the retries of a run"
expect 0 connection create fixed --base-url "$endpoint" --bearer "file:$work/late"
job fixed --connection fixed --url /guarded --max-retries 50 --initial-backoff 200ms --backoff-multiplier 1
expect 0 job run fixed -o name
late_run="$(cat "$work/out")"
waits() {
  "$DUCTAPE_BINARY_DIR/bin/jobctl" run get "$late_run" -o json >"$work/out" 2>"$work/err" &&
    python3 -c 'import json, sys; sys.exit("SECRET_UNAVAILABLE" not in json.dumps(json.load(sys.stdin)))' <"$work/out"
}
eventually 60 waits || fail "no attempt failed for want of its secret"
grep -q "env\[\].http.auth.bearer.token.*$work/late" "$work/out" || fail "the error does not name the secret and its file"
cp "$work/given" "$work/late"
expect 0 run get "$late_run" --wait -o json
json_is 'it["state"] == "COMPLETED" and it["attempt_count"] > 1'

echo "== a connection is tried: one that is stored, and one that need not be"
expect 0 connection test basic -o json
json_is 'it["state"] == "COMPLETED" and it["output"].startswith("HTTP/1.") and "error" not in it'
expect 0 connection test header
out_has '^State +COMPLETED$'
out_has '^Took '
expect 0 connection test billing --env staging
printf 'planted-wrong-token' >"$work/given_wrong"
expect 1 connection test billing --base-url "$endpoint/guarded" --bearer "@$work/given_wrong" -o json
json_is 'it["state"] == "FAILED" and it["error"]["code"] == "UNAUTHENTICATED"'
expect 0 connection test --base-url "$endpoint/guarded" --bearer "@$work/given"
expect 1 connection test --base-url http://169.254.169.254/ -o json
json_is 'it["error"]["code"] == "EGRESS_DENIED"'
expect 1 connection test --bearer "@$work/given" -o json
json_is 'it["error"]["code"] == "VALIDATION" and "base_url" in it["error"]["message"]'
expect 69 connection test absent
err_has 'CONNECTION_NOT_FOUND'
expect 0 connection get billing -o json
json_is 'it["generation"] == "3"' # nothing was recorded
if command -v grpcurl >/dev/null; then
  # rpc JSON : what grpcurl gets of TestConnection.
  rpc() {
    run_expecting 0 grpcurl -plaintext -d "$1" "$DUCTAPE_JOBS_ADDRESS" ductape.jobs.v1.ConnectionService/TestConnection
    cat "$work/out" "$work/err" >>"$said"
  }
  rpc '{"tag":"basic"}'
  json_is 'it["state"] == "COMPLETED" and it["startTime"] <= it["endTime"]'
  # What is stored does not go to where another connection leads.
  run_expecting 67 grpcurl -plaintext \
    -d "{\"connection\":{\"tag\":\"billing\",\"env\":{\"\":{\"http\":{\"base_url\":\"$endpoint/guarded\",\"auth\":{\"bearer\":{\"token\":{}}}}}}}}" \
    "$DUCTAPE_JOBS_ADDRESS" ductape.jobs.v1.ConnectionService/TestConnection
  err_has 'FIELD_REQUIRED'
else
  echo "   not by grpcurl, which is not on PATH"
fi

echo "== a connection to PostgreSQL is tried"
start_postgres
sql "CREATE ROLE jobs LOGIN PASSWORD '$file_token'"
printf '%s\n' 'host all jobs 127.0.0.1/32 scram-sha-256' 'host all all 127.0.0.1/32 trust' >"$postgres_dir/d/pg_hba.conf"
sql 'SELECT pg_reload_conf()' >"$work/out"
wants_password() { ! PGPASSWORD=none psql -h 127.0.0.1 -p "$postgres_port" -U jobs -d postgres -Atqc 'SELECT 1' >"$work/out" 2>&1; }
eventually 30 wants_password || fail "PostgreSQL takes any password"
sql=(--sql engine=postgresql --sql "address=$postgres" --sql database=postgres --sql username=jobs)
expect 0 connection create shop "${sql[@]}" --sql "password=file:$work/token"
expect 0 connection test shop -o json
json_is 'it["state"] == "COMPLETED" and it["output"].startswith("PostgreSQL ")'
expect 1 connection test shop "${sql[@]}" --sql "password=@$work/given_wrong" -o json
json_is 'it["state"] == "FAILED" and it["error"]["code"] == "UNAUTHENTICATED"'
stop_targets
expect 1 connection test shop -o json
json_is 'it["error"]["code"] == "CONNECTION"'

echo "== apply takes connections, and shows no secret"
apply_file() {
  cat >"$work/apply.yaml" <<YAML
kind: event
event_type: ACTION
tag: applied
http: {connection: applied, url: /x}
---
kind: connection
tag: applied
env: {"": {http: {base_url: "$endpoint", auth: {bearer: {token: {value: "$1"}}}}}}
YAML
}
apply_file "$stored_token"
expect 0 apply -f "$work/apply.yaml" --dry-run
out_has '^created +connection +applied'
out_has '^created +event +ACTION/applied'
expect 0 apply -f "$work/apply.yaml"
expect 0 apply -f "$work/apply.yaml"
err_has '^2 unchanged$'
apply_file "$new_token"
expect 0 apply -f "$work/apply.yaml" --dry-run
out_has '^updated +connection +applied'
out_has '^  \+ secrets: \[redacted\]'
expect 0 apply -f "$work/apply.yaml"
err_has '^1 unchanged, 1 updated$'
rm "$work/apply.yaml"

echo "== what a connection may not name"
expect 73 connection create bad --bearer env:DUCTAPE_JOBS_SECRETS_KEYS
err_has 'SECRET_SOURCE_DENIED'
for path in "$work/keys" "$work/data/FORMAT" /proc/self/environ; do
  expect 73 connection create bad --bearer "file:$path"
  err_has 'SECRET_SOURCE_DENIED'
done
ln -s "$work/keys" "$work/link"
expect 0 connection create link --base-url "$endpoint" --bearer "file:$work/link"
job link --connection link --url /x
ran 1 link
json_is 'it["error"]["code"] == "SECRET_UNAVAILABLE" and "may not be read" in it["error"]["message"]'

echo "== in use, missing, there again"
expect 73 event create ACTION/none --connection absent --url /x
err_has 'CONNECTION_NOT_FOUND'
expect 73 connection delete env
err_has 'CONNECTION_IN_USE'
expect 0 connection delete env --force
ran 1 env
json_is 'it["error"]["code"] == "CONNECTION_NOT_FOUND" and it["attempt_count"] == 1'
expect 0 connection create env --base-url "$endpoint" --bearer env:PLANTED_TOKEN -o json
json_is 'it["event_count"] == "1"'
ran 0 env

echo "== a change that was acknowledged is there after kill -9"
printf '%s' "$new_token" >"$work/given_new"
expect 0 connection update billing --bearer "@$work/given_new"
kill -9 "$jobsd_pid"
stop_jobsd || true
{
  key_line k2
  cat "$work/keys"
} >"$work/rotated"
mv "$work/rotated" "$work/keys"
cat "$work/jobsd.log" >>"$said"
serve
ran 0 bearer
seen "Bearer $new_token"

echo "== rotation: older keys open, new values are under the new one, and a key that is gone is told"
expect 0 connection update billing --bearer "@$work/given_new" -o json
json_is 'it["generation"] == "5"' # it is encrypted anew
stop_jobsd || fail "the server ended with exit code $?"
cat "$work/jobsd.log" >>"$said"
head -n 1 "$work/keys" >"$work/only" && mv "$work/only" "$work/keys"
serve
ran 0 bearer
seen "Bearer $new_token"
ran 1 basic
json_is 'it["error"]["code"] == "SECRET_UNAVAILABLE" and "k1" in it["error"]["message"]'
grep -q 'stored secrets need a key that this server lacks' "$work/jobsd.log" || fail "the log does not tell of the missing key"

echo "== nothing shows a planted secret"
for what in job run event connection; do expect 0 "$what" list -o json; done
for tag in billing basic header query env fixed link self; do expect 0 connection get "$tag" -o yaml; done
python3 -c 'import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1], timeout=30).read().decode())' \
  "http://$jobsd_http/metrics" >>"$said"
stop_jobsd || fail "the server ended with exit code $?"
cat "$work/jobsd.log" >>"$said"
for text in "${planted[@]}"; do
  if grep -qF -- "$text" "$said"; then fail "\"$text\" was said: $(grep -F -m 1 -- "$text" "$said")"; fi
  if grep -rqaF -- "$text" "$work/data"; then fail "\"$text\" is in the data directory: $(grep -rlaF -- "$text" "$work/data")"; fi
done
# The search finds what is there.
grep -rqaF -- '/v3' "$work/data" || fail "the data directory does not hold what it should"

echo "== without a key no value is taken; files and variables are"
rm -rf "$work/data"
start_jobsd --disk-reserve 0 --secret-dir "$work/secrets" --secret-env-prefix PLANTED_
expect 73 connection create billing --bearer "@$work/given"
err_has 'SECRETS_KEY_MISSING'
expect 73 connection create billing --bearer "file:$work/token"
err_has 'SECRET_SOURCE_DENIED'
expect 73 connection create billing --bearer env:HOME
expect 0 connection create billing --bearer "file:$work/secrets/token"
expect 0 connection create other --bearer env:PLANTED_TOKEN
stop_jobsd || fail "the server ended with exit code $?"
run_expecting 1 timeout 60 "$jobsd_program" --data-dir "$work/data" --listen 127.0.0.1:0 --http-listen off --secrets-key-file "$work/token"
err_has 'line 1'
if grep -q planted "$work/err"; then fail "the refusal shows the file"; fi

expectations_end
