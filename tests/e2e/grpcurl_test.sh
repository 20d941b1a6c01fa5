#!/usr/bin/env bash
# Drives a server of this build with grpcurl alone, which knows of the API only what the server's reflection tells: what people
# type who have no client of ours. The commands that README.md and docs show are run as they stand there.
#
# Usage: tests/e2e/grpcurl_test.sh      (with DUCTAPE_BINARY_DIR, an absolute path, built)
#
# grpcurl is looked for on PATH and where tests/run.sh puts it.
# Exit code: 0 if everything was as expected, 1 if not; each failed expectation is named on stderr; 77 if there is no grpcurl.
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
root="$(cd "$here/../.." && pwd)"
export PATH="$PATH:$root/build/tools/bin"
if ! command -v grpcurl >/dev/null; then
  echo "grpcurl is neither on PATH nor in build/tools/bin, where tests/run.sh puts it: not run" >&2
  exit 77
fi

# shellcheck source=tests/e2e/session.sh
. "$here/session.sh"

api=ductape.jobs.v1
curl=(grpcurl -plaintext -max-time 30)
# rpc CODE METHOD [JSON] : calls it and compares grpcurl's exit code, which is 64 and the gRPC code for an error of the server.
rpc() { run_expecting "$1" "${curl[@]}" -d "${3-}" "$DUCTAPE_JOBS_ADDRESS" "$2"; }
# describe SYMBOL
describe() { run_expecting 0 "${curl[@]}" "$DUCTAPE_JOBS_ADDRESS" describe "$1"; }

# The commands of the documentation, one a line, for this test's server and endpoint. Those of docs/grpcurl.md are compared with what
# it shows: grpcurl_doc_test.sh.
documented_commands() {
  find "$root/README.md" "$root"/docs -maxdepth 1 -name '*.md' ! -name grpcurl.md -exec cat {} + | grep -E '^ *(\$ )?grpcurl ' |
    sed -e 's/^ *\(\$ \)\{0,1\}//' -e "s#localhost:7420#$DUCTAPE_JOBS_ADDRESS#g" -e "s#http://127\.0\.0\.1:8080#$endpoint#g"
}

start_jobsd --disk-reserve 0 --secret-env-prefix HOME
start_endpoint "$root/deploy/quickstart_endpoint.py"

echo "== what the server tells of itself"
run_expecting 0 "${curl[@]}" "$DUCTAPE_JOBS_ADDRESS" list
for service in $api.AdminService $api.CalendarService $api.ConnectionService $api.EventService $api.JobService $api.RunService $api.WorkerService \
  grpc.health.v1.Health grpc.reflection.v1.ServerReflection grpc.reflection.v1alpha.ServerReflection; do
  out_has "^$service\$"
done
run_expecting 0 "${curl[@]}" "$DUCTAPE_JOBS_ADDRESS" list $api.JobService
for method in CreateJob GetJob ListJobs UpdateJob DeleteJob PauseJob ResumeJob RunJob SkipOccurrence BackfillJob PreviewSchedule BatchCreateJobs; do
  out_has "^$api.JobService.$method\$"
done
describe $api.JobService
out_has 'rpc CreateJob \( \.ductape\.jobs\.v1\.CreateJobRequest \) returns \( \.ductape\.jobs\.v1\.Job \) \{'
out_has 'option \(\.google\.api\.http\) = \{ post: "/v1/jobs", body: "job" \};'
describe $api.Job
out_has 'optional int64 executions = 6 '
out_has 'int64 intervals = 7;'
describe google.rpc.ErrorInfo # what the details of errors are made of
describe google.rpc.BadRequest
# Both versions of reflection, whichever grpcurl prefers.
for version in v1 v1alpha; do
  rpc 0 grpc.reflection.$version.ServerReflection/ServerReflectionInfo '{"list_services":""}'
  out_has '"name": "ductape.jobs.v1.JobService"'
  rpc 0 grpc.reflection.$version.ServerReflection/ServerReflectionInfo '{"file_containing_symbol":"no.such.Thing"}'
  out_has '"(errorCode|error_code)": 5'
done

echo "== health"
rpc 0 grpc.health.v1.Health/Check
json_is 'it == {"status": "SERVING"}'
rpc 0 grpc.health.v1.Health/Check "{\"service\":\"$api.JobService\"}"
json_is 'it == {"status": "SERVING"}'
rpc 69 grpc.health.v1.Health/Check '{"service":"no.such.Service"}'

echo "== the documented commands, as they stand there"
documented_commands >"$work/commands"
[ "$(wc -l <"$work/commands")" -ge 3 ] || fail "fewer than three grpcurl commands in README.md and docs"
while IFS= read -r command; do
  run_expecting 0 bash -c "$command" </dev/null
done <"$work/commands"

# A server in C++ tells no JSON names by reflection: grpcurl shows fields by the protos' names.
echo "== the seed's event and job, fetched, listed, updated"
rpc 0 $api.EventService/GetEvent '{"event_type":"ACTION","tag":"action_tag"}'
json_is 'it["http"]["method"] == "POST" and it["http"]["url"] == "'"$endpoint"'/ping" and it["jobCount"] == "1"'
rpc 0 $api.JobService/GetJob '{"tag":"example_job"}'
json_is 'it["name"] == "Updated Job Name" and it["executions"] == "10" and it["intervals"] == "120000"'
json_is 'it["eventType"] == "ACTION" and it["eventTag"] == "action_tag" and it["product"] == "default"'
json_is 'it["state"] == "ACTIVE" and it["generation"] == "2"'
rpc 0 $api.JobService/ListJobs
json_is '[job["tag"] for job in it["jobs"]] == ["example_job"]'

# grpcurl takes a mask as the message it is, not as JSON's string of paths.
echo "== int64 as a number and as a string"
rpc 0 $api.JobService/UpdateJob '{"job":{"tag":"example_job","intervals":90000},"update_mask":{"paths":["intervals"]}}'
json_is 'it["intervals"] == "90000" and it["executions"] == "10"'
rpc 0 $api.JobService/UpdateJob '{"job":{"tag":"example_job","intervals":"316224000000"},"update_mask":{"paths":["intervals"]}}'
json_is 'it["intervals"] == "316224000000" and it["name"] == "Updated Job Name"'

echo "== it fires until it is COMPLETED"
rpc 0 $api.JobService/UpdateJob '{"job":{"tag":"example_job","executions":"5","intervals":100}}'
json_is 'it["executions"] == "5" and it["intervals"] == "100"'
completed() {
  rpc 0 $api.JobService/GetJob '{"tag":"example_job"}'
  python3 -c 'import json, sys; sys.exit(json.load(sys.stdin)["state"] != "COMPLETED")' <"$work/out"
}
eventually 120 completed || fail "the job is not COMPLETED after two minutes"
json_is 'it["executionCount"] == "5" and it["stateReason"] == "EXECUTIONS"'
json_is 'it["lastRun"]["state"] == "COMPLETED"'
[ "$(grep -c '^run ' "$work/endpoint.log")" -eq 5 ] || fail "not five requests at the endpoint: $(cat "$work/endpoint.log")"
rpc 0 $api.RunService/ListRuns '{"tag":"example_job"}'
json_is '[run["state"] for run in it["runs"]].count("COMPLETED") == 5'
python3 -c 'import json, sys; print([r["runId"] for r in json.load(sys.stdin)["runs"] if r["state"] == "COMPLETED"][0])' \
  <"$work/out" >"$work/run"
grep -q "^run $(cat "$work/run") " "$work/endpoint.log" || fail "the endpoint did not see run $(cat "$work/run")"
rpc 0 $api.RunService/GetRun "{\"runId\":\"$(cat "$work/run")\"}"
json_is 'it["jobTag"] == "example_job" and it["trigger"] == "SCHEDULE" and it["attemptCount"] == 1'
rpc 0 $api.JobService/RunJob '{"tag":"example_job","input":{"by":"hand"}}'
json_is 'it["trigger"] == "MANUAL"'

echo "== a worker without a stream"
rpc 0 $api.EventService/CreateEvent '{"event":{"event_type":"FUNCTION","tag":"by_worker","worker":{"queue":"q"}}}'
rpc 0 $api.JobService/CreateJob \
  '{"job":{"name":"W","tag":"worked","event_type":"FUNCTION","event_tag":"by_worker","executions":1,"intervals":1000,"input":{"n":1}}}'
rpc 0 $api.WorkerService/LeaseRuns '{"worker":"by-hand","queues":["q"],"max_runs":1,"wait":"20s"}'
json_is 'it["deliveries"][0]["jobTag"] == "worked" and it["deliveries"][0]["attempt"] == 1'
python3 - "$work/out" >"$work/complete.json" <<'PYTHON'
import json, sys

leased = json.load(open(sys.argv[1]))
result = {"run": leased["deliveries"][0]["run"], "output": "e30="}
print(json.dumps({"session_id": leased["sessionId"], "results": [result]}))
PYTHON
rpc 0 $api.WorkerService/CompleteRuns "$(cat "$work/complete.json")"
json_is 'it.get("refused", []) == []'
rpc 0 $api.JobService/GetJob '{"tag":"worked"}'
json_is 'it["state"] == "COMPLETED" and it["stats"]["completed"] == "1"'

echo "== a calendar, and a job that is not due in its times"
rpc 0 $api.CalendarService/CreateCalendar \
  '{"calendar":{"tag":"holidays","yearly_dates":["12-25"],"date_ranges":[{"first_date":"2026-12-28","last_date":"2026-12-31"}]}}'
rpc 0 $api.CalendarService/UpdateCalendar '{"calendar":{"tag":"holidays","weekly_hours":[{"weekdays":["SATURDAY","SUNDAY"]}]}}'
json_is 'it["weeklyHours"] == [{"weekdays": ["SATURDAY", "SUNDAY"], "start": "00:00", "end": "24:00"}] and it["generation"] == "2"'
rpc 0 $api.JobService/CreateJob \
  '{"job":{"name":"H","tag":"holiday_free","event_type":"ACTION","event_tag":"action_tag","executions":0,"cron":"@daily","exclude_calendars":["holidays"]}}'
json_is 'it["excludeCalendars"] == ["holidays"]'
rpc 0 $api.CalendarService/GetCalendar '{"tag":"holidays"}'
json_is 'it["jobCount"] == "1" and it["yearlyDates"] == ["12-25"]'
rpc 73 $api.CalendarService/DeleteCalendar '{"tag":"holidays"}'
err_has '"reason": "CALENDAR_IN_USE"'
rpc 0 $api.JobService/DeleteJob '{"tag":"holiday_free"}'
rpc 0 $api.CalendarService/DeleteCalendar '{"tag":"holidays"}'
rpc 0 $api.CalendarService/ListCalendars
json_is 'it.get("calendars", []) == []'

echo "== a connection, whose secret is never shown"
rpc 73 $api.ConnectionService/CreateConnection \
  '{"connection":{"tag":"crm","env":{"":{"http":{"auth":{"bearer":{"token":{"value":"planted"}}}}}}}}'
err_has '"reason": "SECRETS_KEY_MISSING"'
if grep -q planted "$work/err"; then fail "the error shows the secret"; fi
rpc 0 $api.ConnectionService/CreateConnection \
  "{\"connection\":{\"tag\":\"crm\",\"env\":{\"\":{\"http\":{\"base_url\":\"$endpoint\",\"auth\":{\"bearer\":{\"token\":{\"env_var\":\"HOME\"}}}}}}}}"
json_is 'it["env"][""]["http"]["auth"]["bearer"]["token"] == {"envVar": "HOME"}'
rpc 0 $api.ConnectionService/UpdateConnection '{"connection":{"tag":"crm","name":"CRM"},"update_mask":{"paths":["name"]}}'
json_is 'it["name"] == "CRM" and it["generation"] == "2"'
rpc 0 $api.EventService/CreateEvent '{"event":{"event_type":"ACTION","tag":"crm","http":{"connection":"crm","url":"/ping"}}}'
rpc 0 $api.ConnectionService/GetConnection '{"tag":"crm"}'
json_is 'it["eventCount"] == "1"'
rpc 73 $api.ConnectionService/DeleteConnection '{"tag":"crm"}'
err_has '"reason": "CONNECTION_IN_USE"'
rpc 0 $api.EventService/DeleteEvent '{"event_type":"ACTION","tag":"crm"}'
rpc 0 $api.ConnectionService/DeleteConnection '{"tag":"crm"}'
rpc 0 $api.ConnectionService/ListConnections
json_is 'it.get("connections", []) == []'

echo "== errors carry their reason and the field"
rpc 67 $api.JobService/CreateJob \
  '{"job":{"name":"Bad","tag":"bad","event_type":"ACTION","event_tag":"action_tag","executions":5,"intervals":0}}'
out_is_empty
err_has 'Code: InvalidArgument'
err_has '"@type": "type.googleapis.com/google.rpc.ErrorInfo"'
err_has '"reason": "FIELD_OUT_OF_RANGE"'
err_has '"@type": "type.googleapis.com/google.rpc.BadRequest"'
err_has '"field": "job.intervals"'
rpc 70 $api.JobService/CreateJob \
  '{"job":{"name":"Example Job","tag":"example_job","event_type":"ACTION","event_tag":"action_tag","executions":5,"intervals":60000}}'
err_has '"reason": "JOB_ALREADY_EXISTS"'
rpc 69 $api.JobService/GetJob '{"tag":"absent"}'
err_has '"reason": "JOB_NOT_FOUND"'
# What grpcurl itself refuses never reaches the server.
rpc 1 $api.JobService/CreateJob '{"job":{"no_such_field":1}}'
err_has 'no_such_field'
rpc 1 $api.JobService/NoSuchMethod

echo "== deleted"
rpc 0 $api.JobService/DeleteJob '{"tag":"example_job"}'
json_is 'it == {}'
rpc 69 $api.JobService/GetJob '{"tag":"example_job"}'
rpc 0 $api.EventService/DeleteEvent '{"event_type":"ACTION","tag":"action_tag"}'
rpc 69 $api.EventService/GetEvent '{"event_type":"ACTION","tag":"action_tag"}'

echo "== without reflection, by the descriptor set"
protoset="$DUCTAPE_BINARY_DIR/ductape-jobs.protoset"
run_expecting 0 grpcurl -protoset "$protoset" describe $api.JobService.CreateJob
run_expecting 0 "${curl[@]}" -protoset "$protoset" -use-reflection=false "$DUCTAPE_JOBS_ADDRESS" $api.AdminService/GetServerInfo
json_is 'it["store"] == "rocksdb"'

stop_jobsd || fail "the server ended with exit code $?"
expectations_end
