#!/usr/bin/env bash
# Drives a server of this build with jobctl alone, through every command, and looks at output, exit codes and where they go.
#
# Usage: tests/e2e/jobctl_test.sh      (with DUCTAPE_BINARY_DIR, an absolute path, built)
#
# Exit code: 0 if everything was as expected, 1 if not; each failed expectation is named on stderr.
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
# shellcheck source=tests/e2e/session.sh
. "$here/session.sh"

# expect CODE ARGUMENT... : runs jobctl and compares its exit code.
expect() { run_expecting "$1" "$DUCTAPE_BINARY_DIR/bin/jobctl" "${@:2}"; }

start_jobsd --disk-reserve 0
start_endpoint "$root/deploy/quickstart_endpoint.py"

echo "== the quickstart's calls"
expect 0 event create action_tag --type ACTION --name Ping --url "$endpoint/ping"
out_has '^ACTION/action_tag +Ping +POST http'
err_is_empty
expect 0 job create example_job --name "Example Job" --event ACTION/action_tag --executions 5 --every 100ms
out_has '^example_job +ACTIVE +ACTION/action_tag +every 100ms'
expect 0 job get example_job --wait --wait-timeout 2m
out_has '^State +COMPLETED \(EXECUTIONS\)'
out_has '^Executed +5 of 5'
expect 0 job get example_job -o json
json_is 'it["state"] == "COMPLETED" and it["execution_count"] == "5"'
expect 0 run list --job example_job
out_has '^RUN +STATE +TRIGGER'
expect 0 run list --job example_job -o json
# On a slow machine there may be records of times that were passed over as well; they do not count as executions.
json_is '[run["state"] for run in it].count("COMPLETED") == 5'
json_is 'all(run["state"] in ("COMPLETED", "SKIPPED", "MISSED") for run in it)'
[ "$(grep -c '^run ' "$work/endpoint.log")" -eq 5 ] || fail "not five requests at the endpoint"

echo "== events"
expect 0 event create FUNCTION/by_worker --queue images --label team=media -o json
json_is 'it["worker"]["queue"] == "images" and it["labels"] == {"team": "media"}'
expect 0 event create function/by-grpc --grpc-address 127.0.0.1:1 --grpc-method a.B/C --metadata k=v -o json
json_is 'it["tag"] == "by-grpc" and it["grpc"]["metadata"] == {"k": "v"}'
expect 0 event update FUNCTION/by_worker --name "Worker's" --max-retries 3 --initial-backoff 2s -o json
json_is 'it["name"] == "Worker'"'"'s" and it["retry_policy"]["max_retries"] == 3 and it["worker"]["queue"] == "images"'
expect 0 event get FUNCTION/by_worker -o yaml
out_has '^event_type: FUNCTION$'
expect 0 event list -o name
out_has '^ACTION/action_tag$'
[ "$(wc -l <"$work/out")" -eq 3 ] || fail "not three events"
expect 70 event create action_tag --type ACTION --url "$endpoint/ping"
err_has 'EVENT_ALREADY_EXISTS'
out_is_empty
expect 73 event delete ACTION/action_tag
err_has 'EVENT_IN_USE'

echo "== calendars"
printf 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20271224\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n' >"$work/feed.ics"
expect 0 calendar create holidays --name Holidays --yearly 12-25 --range 2027-12-28..2027-12-31 --hours 'SAT,SUN' --icalendar "@$work/feed.ics"
out_has '^holidays +Holidays +- +1 range, 1 yearly date, SAT,SUN, iCalendar +0 '
expect 0 schedule preview --cron '0 9 * * *' --exclude-calendar holidays --from 2027-12-23T00:00:00Z --to 2027-12-26T00:00:00Z
out_has '^2027-12-23T09:00:00\+00:00 .* -$'
out_has '^2027-12-24T09:00:00\+00:00 .* excluded by calendar holidays$'
# What was printed can be put back: it changes nothing.
expect 0 calendar get holidays -o yaml
cp "$work/out" "$work/calendar.yaml"
expect 0 calendar update -f "$work/calendar.yaml" -o json
json_is 'it["generation"] == "1" and it["icalendar"].count("\r\n") == 6'
expect 0 calendar update holidays --clear icalendar --time-zone Europe/Berlin -o json
json_is 'it["generation"] == "2" and "icalendar" not in it and it["time_zone"] == "Europe/Berlin"'
expect 0 job create holiday_free --name H --event ACTION/action_tag --executions 0 --cron @daily --exclude-calendar holidays
expect 0 job get holiday_free
out_has '^Not in +holidays$'
expect 0 --product default schedule preview holiday_free
expect 73 job create other --name O --event ACTION/action_tag --executions 0 --cron @daily --exclude-calendar absent
err_has 'CALENDAR_NOT_FOUND'
expect 73 calendar delete holidays
err_has 'CALENDAR_IN_USE'
expect 0 calendar delete holidays --force
expect 0 job get holiday_free
out_has '^Condition +CALENDAR_MISSING'
expect 0 job delete holiday_free
expect 0 calendar list -o name
out_is_empty

echo "== jobs, from files and flags"
cat >"$work/job.yaml" <<YAML
tag: from_file
name: From a file
event_type: FUNCTION
event_tag: by_worker
executions: 0
intervals: 3600000
start_time: 2999-01-01T00:00:00Z
input: {to: "0123", list: [1, true, null]}
retry_policy: {max_retries: 2, initial_backoff: 0.500s}
YAML
expect 0 job create -f "$work/job.yaml" --label origin=file -o json
json_is 'it["input"] == {"to": "0123", "list": [1, True, None]} and it["labels"] == {"origin": "file"}'
# What was printed can be edited and put back.
expect 0 job get from_file -o yaml
sed 's/^name: .*/name: "Edited"/' "$work/out" >"$work/edited.yaml"
expect 0 job update -f "$work/edited.yaml" -o json
json_is 'it["name"] == "Edited" and it["generation"] == "2"'
expect 74 job update -f "$work/edited.yaml"
err_has 'ETAG_MISMATCH'
expect 0 job update from_file --every 90m --overlap allow --overlap-limit 3 --catch-up all --catch-up-window 2h \
  --attempt-timeout 30s --history-limit 7 --env prd --input '{"to": "x"}' -o json
json_is 'it["intervals"] == "5400000" and it["overlap_policy"] == {"mode": "ALLOW", "limit": 3}'
json_is 'it["catchup_policy"]["mode"] == "ALL" and it["catchup_policy"]["window"] == "7200s"'
json_is 'it["attempt_timeout"] == "30s" and it["history_limit"] == 7 and it["env"] == "prd"'
json_is 'it["input"] == {"to": "x"} and it["name"] == "Edited"'
expect 0 job update from_file --clear labels --clear env -o json
json_is '"labels" not in it and "env" not in it'
expect 0 job create at_times --name T --event FUNCTION/by_worker --executions 0 --at +1h --at 2999-01-01T00:00:00Z -o json
json_is 'len(it["times"]["at"]) == 2'
expect 0 job create nothing --name N --event FUNCTION/by_worker --executions 1 --every 1h --dry-run
expect 69 job get nothing
err_has 'JOB_NOT_FOUND'

echo "== many jobs at once, and all pages of them"
for i in $(seq 1203); do
  echo "{\"tag\":\"batch_$i\",\"name\":\"B\",\"executions\":1,\"intervals\":1000,\"start_time\":\"2999-01-01T00:00:00Z\"}"
done | "$DUCTAPE_BINARY_DIR/bin/jobctl" job create -f - --event FUNCTION/by_worker --product many -o name >"$work/out" 2>"$work/err" &&
  fail "jobs of a product without the event were created"
expect 0 event create FUNCTION/by_worker --queue q --product many
for i in $(seq 1203); do
  echo "{\"tag\":\"batch_$i\",\"name\":\"B\",\"executions\":1,\"intervals\":1000,\"start_time\":\"2999-01-01T00:00:00Z\"}"
done >"$work/jobs.jsonl"
expect 0 job create -f "$work/jobs.jsonl" --event FUNCTION/by_worker --product many
err_has '^1203 of 1203 jobs were created$'
expect 0 job list --product many -o name
[ "$(sort -u "$work/out" | wc -l)" -eq 1203 ] || fail "not 1203 jobs in the list"
expect 0 job list --product many -o jsonl --limit 7
[ "$(wc -l <"$work/out")" -eq 7 ] || fail "not 7 jobs in the list"
expect 70 job create -f "$work/jobs.jsonl" --event FUNCTION/by_worker --product many
err_has '^0 of 1203 jobs were created$'

echo "== pause, resume, run now, cancel"
expect 0 job pause from_file --note "enough for now" -o json
json_is 'it["state"] == "PAUSED" and it["pause_note"] == "enough for now"'
expect 0 job resume from_file -o json
json_is 'it["state"] == "ACTIVE"'
expect 0 job run example_job --wait -o json
json_is 'it["state"] == "COMPLETED" and it["trigger"] == "MANUAL"'
expect 0 job run from_file --input '{"once": true}' --request-id once -o name
run_id="$(cat "$work/out")"
expect 0 job run from_file --input '{"once": true}' --request-id once -o name
[ "$(cat "$work/out")" = "$run_id" ] || fail "the same request id gave another run"
expect 0 run cancel "$run_id" --reason "not needed" -o json
json_is 'it["state"] == "CANCELLED" and it["error"]["message"].find("not needed") >= 0'
expect 1 run get "$run_id" --wait
out_has '^State +CANCELLED'

echo "== errors say what, where, why and what would be right"
expect 67 job create bad --name Bad --event ACTION/action_tag --executions 5 --every 0
err_has '^jobctl: cannot create job bad: INVALID_ARGUMENT \(FIELD_OUT_OF_RANGE\)$'
err_has 'job.intervals'
err_has 'flag: --every'
out_is_empty
expect 2 job create bad --every 10
err_has '^jobctl: --every: "10" is no duration; write one like'
expect 2 jobs list
err_has '"jobs" is no command'
expect 2 job create bad --nonsense
expect 2 job get example_job -o xml
expect 2 job create bad -f "$work/missing"
expect 78 job list --address 127.0.0.1:1 --timeout 2s
err_has 'is ductape-jobsd running'
expect 0 --version
expect 0 job create --help
out_has '--executions'

echo "== delete, and the server"
expect 0 job delete from_file
err_has '^deleted job from_file$'
out_is_empty
expect 69 job delete from_file
expect 0 job delete from_file --allow-missing
expect 0 event delete ACTION/action_tag --force
expect 0 server info -o json
json_is 'it["store"] == "rocksdb" and int(it["job_count"]) >= 1200'
stop_jobsd || fail "the server ended with exit code $?"

expectations_end
