#!/usr/bin/env bash
# Applies files to a server of this build: creates, changes, leaves alone, prunes, and tries without doing.
#
# Usage: tests/e2e/jobctl_apply_test.sh      (with DUCTAPE_BINARY_DIR, an absolute path, built)
#
# Exit code: 0 if everything was as expected, 1 if not; each failed expectation is named on stderr.
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
# shellcheck source=tests/e2e/session.sh
. "$here/session.sh"

# expect CODE ARGUMENT... : runs jobctl and compares its exit code.
expect() { run_expecting "$1" "$DUCTAPE_BINARY_DIR/bin/jobctl" "${@:2}"; }

start_jobsd --disk-reserve 0

mkdir "$work/jobs"
cat >"$work/jobs/10-jobs.yaml" <<YAML
kind: job
tag: invoices
name: Invoices
event_type: ACTION
event_tag: send
executions: 0
cron: 0 9 * * MON-FRI
time_zone: Europe/Berlin
exclude_calendars: [holidays]
input: {dry: false, to: ["a", "b"]}
labels: {team: billing}
---
kind: job
tag: cleanup
name: Clean up
event_type: FUNCTION
event_tag: clean
executions: 0
intervals: 3600000
start_time: 2999-01-01T00:00:00Z
attempt_timeout: 0.0015s
YAML
cat >"$work/jobs/20-rest.json" <<JSON
{"kind": "event", "event_type": "ACTION", "tag": "send", "http": {"url": "http://127.0.0.1:9/send"}}
{"kind": "event", "event_type": "FUNCTION", "tag": "clean", "worker": {"queue": "clean"}}
{"kind": "calendar", "tag": "holidays", "yearly_dates": ["12-25"], "weekly_hours": [{"weekdays": ["SUNDAY", "MONDAY"]}]}
JSON

echo "== a dry run shows everything and does nothing"
expect 0 apply -f "$work/jobs" --dry-run
out_has '^created +event +ACTION/send +default'
out_has '^  \+ http.url: "http://127.0.0.1:9/send"$'
out_has '^created +job +invoices'
out_has '^  \+ input.to: \["a","b"\]$'
err_has '^5 created \(dry run: nothing was changed\)$'
expect 0 job list -o name
out_is_empty

echo "== the first time all is created, the second time nothing is changed"
expect 0 apply -f "$work/jobs" -o jsonl
[ "$(grep -c '"result":"created"' "$work/out")" -eq 5 ] || fail "not five were created"
[ "$(head -n 1 "$work/out" | grep -c '"kind":"event"')" -eq 1 ] || fail "events are not the first"
expect 0 apply -f "$work/jobs"
[ "$(grep -c '^unchanged' "$work/out")" -eq 5 ] || fail "not five are unchanged"
err_has '^5 unchanged$'
expect 0 job get cleanup -o json
json_is 'it["generation"] == "1" and it["attempt_timeout"] == "0.002s"'

echo "== what differs is replaced as a whole, and the dry run says so before"
sed -i 's/^cron: .*/cron: 30 9 * * MON-FRI/; /^labels:/d' "$work/jobs/10-jobs.yaml"
expect 0 apply -f "$work/jobs" --dry-run
out_has '^updated +job +invoices +default +(cron, labels.team|labels.team, cron)$'
out_has '^  - cron: "0 9 \* \* MON-FRI"$'
out_has '^  \+ cron: "30 9 \* \* MON-FRI"$'
out_has '^  - labels.team: "billing"$'
expect 0 apply -f "$work/jobs" -o json
json_is 'sorted(one["result"] for one in it) == ["unchanged"] * 4 + ["updated"]'
expect 0 job get invoices -o json
json_is 'it["generation"] == "2" and "labels" not in it and it["cron"] == "30 9 * * MON-FRI"'
# What a list prints is what can be applied.
expect 0 job list --full -o yaml
cp "$work/out" "$work/listed.yaml"
expect 0 apply -f "$work/listed.yaml" --kind job
err_has '^2 unchanged$'
# Someone else's change is replaced, not lost unseen.
expect 0 job update cleanup --every 2h
expect 0 apply -f - <"$work/jobs/10-jobs.yaml"
out_has '^updated +job +cleanup +default +intervals$'

echo "== errors name file, document and field, and stop nothing else"
cat >"$work/bad.yaml" <<YAML
kind: job
tag: bad
name: Bad
event_type: FUNCTION
event_tag: clean
executions: 0
intervals: -5
---
kind: job
tag: good
name: Good
event_type: FUNCTION
event_tag: clean
executions: 0
intervals: 3600000
start_time: 2999-01-01T00:00:00Z
YAML
expect 67 apply -f "$work/bad.yaml"
err_has "cannot apply job bad \(.*/bad.yaml, document 1\): INVALID_ARGUMENT \(FIELD_OUT_OF_RANGE\)"
err_has '^  job.intervals'
err_has '^1 created, 1 failed$'
expect 0 job delete good
printf 'kind: job\ntag: x\nintervall: 5\n---\nkind: nonsense\n' >"$work/typo.yaml"
expect 2 apply -f "$work/typo.yaml" -f "$work/jobs"
err_has 'typo.yaml, document 1: .*intervall'
err_has 'typo.yaml, document 2: kind: "nonsense"'
out_is_empty
expect 2 apply -f "$work/jobs" --prune
err_has '--label'
expect 78 apply -f "$work/jobs" --address 127.0.0.1:1 --timeout 30s

echo "== what apply manages is pruned, and nothing else"
expect 0 job create by_hand --name H --event FUNCTION/clean --executions 0 --every 1h --start 2999-01-01T00:00:00Z
expect 0 apply -f "$work/jobs" --label app=billing
expect 0 event create FUNCTION/other --queue q --label app=other
cat >"$work/jobs/10-jobs.yaml" <<YAML
kind: job
tag: cleanup
name: Clean up
event_type: FUNCTION
event_tag: clean
executions: 0
intervals: 3600000
start_time: 2999-01-01T00:00:00Z
attempt_timeout: 0.0015s
YAML
sed -i '/"holidays"/d; /"send"/d' "$work/jobs/20-rest.json"
expect 0 apply -f "$work/jobs" --label app=billing --prune --dry-run
out_has '^deleted +job +invoices'
err_has '^2 unchanged, 3 deleted \(dry run'
expect 0 job get invoices
expect 0 apply -f "$work/jobs" --label app=billing --prune -o name
[ "$(sed -n '3,$p' "$work/out" | tr '\n' ',')" = "job invoices,calendar holidays,event ACTION/send," ] || fail "pruned otherwise"
expect 0 job list -o name
[ "$(sort "$work/out" | tr '\n' ',')" = "by_hand,cleanup," ] || fail "other jobs are left"
expect 0 event list -o name
[ "$(sort "$work/out" | tr '\n' ',')" = "FUNCTION/clean,FUNCTION/other," ] || fail "other events are left"
# What others use stays.
rm "$work/jobs/20-rest.json"
printf '{kind: job, tag: cleanup, name: C, event_type: FUNCTION, event_tag: other, executions: 0, intervals: 3600000, start_time: "2999-01-01T00:00:00Z"}' \
  >"$work/jobs/10-jobs.yaml"
expect 73 apply -f "$work/jobs" --label app=billing --prune
err_has 'cannot prune event FUNCTION/clean: FAILED_PRECONDITION \(EVENT_IN_USE\)'

echo "== many, with the progress on a terminal only"
for i in $(seq 120); do
  echo "{\"kind\":\"job\",\"tag\":\"many_$i\",\"name\":\"M\",\"event_type\":\"FUNCTION\",\"event_tag\":\"other\",\"executions\":0,\"intervals\":3600000,\"start_time\":\"2999-01-01T00:00:00Z\"}"
done >"$work/many.jsonl"
expect 0 apply -f "$work/many.jsonl"
err_has '^120 created$'
[ "$(wc -l <"$work/err")" -eq 1 ] || fail "there is more than the sum on stderr"
stop_jobsd || fail "the server ended with exit code $?"

expectations_end
