#!/usr/bin/env bash
# JSON over HTTP as docs/http-json.md and the protos promise it: a server of this build behind a real Envoy with
# deploy/envoy/gateway.yaml, called with curl. Every path that the protos name is called; then errors, what of a request is refused,
# tags with colons, masks, large answers, and gRPC through the same listener.
#
# Usage: tests/e2e/http_json_test.sh      (with DUCTAPE_BINARY_DIR, an absolute path, built)
# Exit code: 0 if everything was as expected, 1 if not; each failed expectation is named on stderr.
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
# shellcheck source=tests/e2e/session.sh
. "$here/session.sh"
# shellcheck source=tests/e2e/envoy.sh
. "$here/envoy.sh"
trap 'stop_envoy; finish' EXIT
export PATH="$PATH:$root/build/tools/bin"

start_jobsd --disk-reserve 0
start_endpoint "$root/deploy/quickstart_endpoint.py"
prepare_envoy gateway.yaml
run_expecting 0 "$envoy_binary" --mode validate -c "$work/envoy.yaml"
start_envoy

mkdir "$work/answers"
: >"$work/called"
number=0
# http STATUS METHOD PATH [JSON] : calls it and compares the status; the answer is in $work/out, its head in $work/head.
http() {
  local data=()
  last="$2 $3 ${4-}"
  [ $# -lt 4 ] || data=(--header 'content-type: application/json' --data-binary "$4")
  : >"$work/err"
  local status
  status=$(curl --silent --show-error --max-time 30 --path-as-is --request "$2" "${data[@]}" --dump-header "$work/head" --output "$work/out" \
    --write-out '%{http_code}' "http://127.0.0.1:$envoy_port$3" 2>"$work/err") || true
  [ "$status" = "$1" ] || fail "$last: status $status, not $1"
  number=$((number + 1))
  cp "$work/out" "$work/answers/$number"
  printf '%s %s %s %s\n' "$2" "${3%%\?*}" "$status" "$work/answers/$number" >>"$work/called"
}

echo "== the server"
http 200 GET /v1/serverInfo
json_is 'it["store"] == "rocksdb" and it["epoch"] == "1"'

echo "== connections"
http 200 POST /v1/connections "{\"tag\": \"crm\", \"env\": {\"\": {\"http\": {\"baseUrl\": \"$endpoint\"}}}}"
http 200 GET /v1/connections/crm
json_is 'it["tag"] == "crm" and it["generation"] == "1"'
http 200 PATCH /v1/connections/crm '{"name": "Customers"}'
json_is 'it["name"] == "Customers" and it["env"][""]["http"]["baseUrl"]'
http 200 GET /v1/connections
json_is '[c["tag"] for c in it["connections"]] == ["crm"]'

http 200 POST /v1/connections:test '{"tag": "crm"}'
json_is 'it["state"] == "COMPLETED" and it["output"].startswith("HTTP/1.1 200")'
http 404 POST /v1/connections:test '{"tag": "absent"}'

echo "== events: a type is its name"
http 200 POST /v1/events '{"eventType": "ACTION", "tag": "ping", "http": {"connection": "crm", "url": "/ping"}}'
json_is 'it["eventType"] == "ACTION" and it["http"]["method"] == "POST"'
http 200 POST /v1/events '{"event_type": "FUNCTION", "tag": "work", "worker": {"queue": "q"}}'
http 200 GET /v1/events/ACTION/ping
http 200 GET /v1/events/1/ping
http 400 GET /v1/events/NO_SUCH_TYPE/ping
http 200 PATCH /v1/events/ACTION/ping '{"attemptTimeout": "30s"}'
json_is 'it["attemptTimeout"] == "30s" and it["http"]["url"] == "/ping"'
http 200 POST /v1/events:test '{"eventType": "ACTION", "tag": "ping", "input": {"n": 1}}'
json_is 'it["state"] == "COMPLETED" and "pong" in it["output"]'
http 200 GET '/v1/events?pageSize=1'
json_is 'len(it["events"]) == 1 and it["nextPageToken"]'

echo "== calendars"
http 200 POST /v1/calendars '{"tag": "holidays", "yearlyDates": ["12-25"]}'
http 200 GET /v1/calendars/holidays
http 200 PATCH /v1/calendars/holidays '{"name": "Holidays"}'
json_is 'it["yearlyDates"] == ["12-25"]'
http 200 GET /v1/calendars

echo "== jobs"
job='"name": "J", "eventType": "FUNCTION", "eventTag": "work", "executions": 0, "cron": "@daily", "startTime": "2020-01-01T00:00:00Z"'
http 200 POST /v1/jobs "{\"tag\": \"daily\", $job, \"labels\": {\"team\": \"a\"}, \"overlapPolicy\": {\"mode\": \"ALLOW\"}}"
json_is 'it["executions"] == "0" and it["state"] == "ACTIVE" and it["historyLimit"] == 100'
http 200 GET /v1/jobs/daily
http 200 GET '/v1/jobs?view=FULL&page_size=10'
json_is '[j["tag"] for j in it["jobs"]] == ["daily"]'
http 200 GET /v1/jobs/daily:previewSchedule?count=2
json_is 'len(it["occurrences"]) == 2'
http 200 POST /v1/jobs:previewSchedule '{"job": {"cron": "0 9 * * MON"}, "count": 3, "fromTime": "2027-01-01T00:00:00Z"}'
json_is 'len(it["occurrences"]) == 3'
http 200 POST /v1/jobs/daily:pause '{"note": "by curl"}'
json_is 'it["state"] == "PAUSED" and it["pauseNote"] == "by curl"'
http 200 POST /v1/jobs/daily:resume '{}'
json_is 'it["state"] == "ACTIVE"'
http 200 POST /v1/jobs/daily:skipOccurrence "{\"scheduledTime\": \"$(date -u -d 'tomorrow' +%F)T00:00:00Z\"}"
http 200 POST /v1/jobs:batchCreate "{\"requests\": [{\"job\": {\"tag\": \"second\", $job}}, {\"job\": {\"tag\": \"bad tag\"}}]}"
json_is 'it["results"][0]["job"]["tag"] == "second" and it["results"][1]["error"]["details"][0]["reason"] == "FIELD_INVALID"'

echo "== an update sets what is populated, or what the mask names"
http 200 PATCH /v1/jobs/daily '{"name": "Daily"}'
json_is 'it["name"] == "Daily" and it["labels"] == {"team": "a"} and it["cron"] == "@daily" and it["generation"] == "2"'
http 200 PATCH '/v1/jobs/daily?updateMask=labels,cron' '{"name": "Ignored", "cron": "@hourly"}'
json_is 'it["name"] == "Daily" and it.get("labels", {}) == {} and it["cron"] == "@hourly"'
http 200 PATCH '/v1/jobs/daily?update_mask=timeZone' '{"time_zone": "Europe/Berlin"}'
json_is 'it["timeZone"] == "Europe/Berlin"'
http 400 PATCH '/v1/jobs/daily?updateMask=noSuchField' '{"name": "X"}'
json_is 'it["details"][0]["reason"] == "FIELD_UNKNOWN"'
http 200 PATCH '/v1/jobs/third?allowMissing=true&requestId=r1' "{$job}"
json_is 'it["tag"] == "third" and it["generation"] == "1"'
http 200 GET /v1/jobs/daily
cp "$work/out" "$work/daily"
http 200 PATCH /v1/jobs/daily "$(cat "$work/daily")" # what GET says, put back
json_is 'it["generation"] == "4"'
http 400 PATCH /v1/jobs/daily '{"tag": "another", "name": "X"}'
http 409 PATCH /v1/jobs/daily '{"etag": "stale", "name": "X"}'
json_is 'it["code"] == 10 and it["details"][0]["reason"] == "ETAG_MISMATCH"'

echo "== runs, and a worker without gRPC"
http 200 POST /v1/jobs/daily:run '{"input": {"n": 1}, "requestId": "r2"}'
json_is 'it["state"] == "QUEUED" and it["number"] == "1"'
http 200 POST /v1/workers:leaseRuns '{"queues": ["q"], "wait": "20s"}'
json_is 'it["deliveries"][0]["input"] == "eyJuIjoxfQ=="'
python3 -c 'import json, sys; it = json.load(sys.stdin); print(json.dumps({"sessionId": it["sessionId"], "results": [{"run": it["deliveries"][0]["run"], "output": "e30="}]}))' \
  <"$work/out" >"$work/complete"
http 200 POST /v1/workers:completeRuns "$(cat "$work/complete")"
json_is 'it == {}'
http 200 GET /v1/jobs/daily/runs
json_is 'it["runs"][0]["state"] == "COMPLETED" and it["runs"][0]["output"] == "{}"'
run=$(python3 -c 'import json, sys; print(json.load(sys.stdin)["runs"][0]["runId"])' <"$work/out")
http 200 GET "/v1/runs/$run"
json_is 'it["input"] == {"n": 1} if "input" in it else it["attempts"][0]["attempt"] == 1'
http 200 GET '/v1/runs?tag=daily&pageSize=1'
http 200 POST /v1/jobs/daily:run '{}'
run=$(python3 -c 'import json, sys; print(json.load(sys.stdin)["runId"])' <"$work/out")
http 200 POST "/v1/runs/$run:cancel" '{"reason": "by curl"}'
json_is 'it["state"] == "CANCELLED"'
http 200 POST /v1/jobs/second:backfill '{"startTime": "2026-01-01T00:00:00Z", "endTime": "2026-01-03T00:00:00Z"}'
json_is 'it["occurrences"] == "2"'
http 200 POST /v1/jobs/second:backfill '{"cancel": true}'

echo "== a tag with colons, and one that ends like a verb"
http 200 POST /v1/jobs "{\"tag\": \"a:b:c\", $job}"
http 200 GET /v1/jobs/a:b:c
json_is 'it["tag"] == "a:b:c"'
http 200 POST /v1/jobs/a:b:c:pause '{}'
http 200 GET /v1/jobs/a%3Ab%3Ac
http 200 POST /v1/jobs "{\"tag\": \"a:run\", $job}"
http 200 GET /v1/jobs/a%3Arun
json_is 'it["tag"] == "a:run"'
http 200 POST /v1/jobs/a%3Arun:run '{}'
json_is 'it["jobTag"] == "a:run"'
http 200 DELETE /v1/jobs/a%3Arun

echo "== errors"
http 404 GET /v1/jobs/absent
json_is 'it["code"] == 5 and it["details"][0] == {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "JOB_NOT_FOUND", "domain": "jobs.ductape", "metadata": {"tag": "absent", "product": "default"}}'
http 400 POST /v1/jobs "{\"tag\": \"bad\", \"name\": \"J\", \"eventType\": \"FUNCTION\", \"eventTag\": \"work\", \"executions\": 0, \"intervals\": \"0\"}"
json_is 'it["code"] == 3 and it["details"][1]["fieldViolations"][0]["field"] == "job.intervals"'
http 409 POST /v1/jobs "{\"tag\": \"daily\", $job}"
json_is 'it["code"] == 6'
http 400 DELETE /v1/calendars/holidays?etag=stale\&force=perhaps
http 400 GET '/v1/jobs?colour=blue'
json_is 'it["code"] == 3 and "colour" in it["message"]'
http 400 POST '/v1/jobs?colour=blue' '{}'
json_is 'it["code"] == 3 and "colour" in it["message"]'
http 404 GET /v1/nothing
json_is 'it["code"] == 5'
http 404 PUT /v1/jobs/daily '{}'
http 400 POST /v1/jobs '{"tag": "x", '
json_is 'it["code"] == 3'
http 400 POST /v1/jobs '{"tag": "x", "executions": "many"}'
json_is 'it["code"] == 3 and "many" in it["message"]'

echo "== large requests and answers"
for part in 1 2 3; do
  python3 - "$part" >"$work/large" <<'PYTHON'
import json, sys

job = {"name": "L", "eventType": "FUNCTION", "eventTag": "work", "executions": 0, "cron": "@daily", "input": {"text": "x" * 60000}}
print(json.dumps({"requests": [{"job": dict(job, tag=f"large{sys.argv[1]}-{i}")} for i in range(15)]}))
PYTHON
  http 200 POST /v1/jobs:batchCreate "@$work/large"
  json_is 'len([r for r in it["results"] if "job" in r]) == 15'
done
http 200 GET '/v1/jobs?view=FULL'
json_is 'len([j for j in it["jobs"] if len(j.get("input", {}).get("text", "")) == 60000]) == 45'
{ printf '{"name": "'; head -c 5000000 /dev/zero | tr '\0' a; printf '"}'; } >"$work/larger"
http 429 POST /v1/jobs "@$work/larger"
json_is 'it["code"] == 8'

echo "== deleted"
for tag in daily second third a:b:c; do http 200 DELETE "/v1/jobs/$tag"; done
json_is 'it == {}'
http 200 DELETE /v1/calendars/holidays
http 200 DELETE '/v1/connections/crm?force=true'
http 200 DELETE /v1/events/ACTION/ping
http 400 DELETE /v1/events/FUNCTION/work # jobs name it
json_is 'it["code"] == 9 and it["details"][0]["reason"] == "EVENT_IN_USE"'
http 200 DELETE '/v1/events/FUNCTION/work?force=true'
http 200 DELETE '/v1/events/FUNCTION/work?allowMissing=true'
http 404 DELETE /v1/events/FUNCTION/work

echo "== each path that the protos name was called"
run_expecting 0 python3 "$here/http_paths.py" "$root/proto/ductape/jobs/v1" "$work/called"

echo "== each answer is as docs/openapi.yaml has it"
run_expecting 0 env PYTHONPATH="$("$root/proto/openapi/packages.sh")" python3 "$here/openapi_answers.py" "$root/docs/openapi.yaml" "$work/called"
cat "$work/out"

echo "== the configurations agree with the protos and with each other"
run_expecting 0 env PYTHONPATH="$("$root/proto/openapi/packages.sh")" python3 "$here/envoy_configs.py" "$root/proto/ductape/jobs/v1" \
  "$root/deploy/envoy/gateway.yaml" "$root/deploy/envoy/mesh.yaml"
cat "$work/out"

echo "== gRPC through the same listener"
if command -v grpcurl >/dev/null; then
  run_expecting 0 grpcurl -plaintext "127.0.0.1:$envoy_port" list
  out_has '^ductape.jobs.v1.JobService$'
  run_expecting 0 grpcurl -plaintext "127.0.0.1:$envoy_port" grpc.health.v1.Health/Check
  run_expecting 69 grpcurl -plaintext -d '{"tag": "absent"}' "127.0.0.1:$envoy_port" ductape.jobs.v1.JobService/GetJob
  err_has '"reason": "JOB_NOT_FOUND"'
else
  echo "no grpcurl: left out"
fi

echo "== without the server"
stop_jobsd || fail "the server ended with exit code $?"
http 503 GET /v1/jobs
json_is 'it["code"] == 14'
expectations_end
