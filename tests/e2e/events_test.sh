#!/usr/bin/env bash
# Drives a server of this build through jobctl with events of all five types against real targets: a PostgreSQL, a Redis, a mail server, an
# HTTP endpoint. Their templates, secrets, errors and tests; then kill -9 while runs are on their way to database and broker.
#
# Usage: tests/e2e/events_test.sh      (with DUCTAPE_BINARY_DIR, an absolute path, built)
#
# Exit code: 0 if everything was as expected, 1 if not; each failed expectation is named on stderr.
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
# shellcheck source=tests/e2e/session.sh
. "$here/session.sh"
# shellcheck source=tests/e2e/targets.sh
. "$here/targets.sh"
trap 'stop_targets; finish' EXIT
said="$work/said"
: >"$said"

# expect CODE ARGUMENT... : runs jobctl; what it says is kept for the search at the end.
expect() {
  local code=$1
  shift
  run_expecting "$code" "$DUCTAPE_BINARY_DIR/bin/jobctl" "$@"
  cat "$work/out" "$work/err" >>"$said"
}
# tested CODE EVENT ARGUMENT... : tests an event; the outcome is in $work/out as JSON.
tested() {
  local code=$1
  shift
  expect "$code" event test "$@" -o json
}

printf 'k1 %s\n' "$(head -c 32 /dev/urandom | base64)" >"$work/keys"
serve() { start_jobsd --disk-reserve 0 --secrets-key-file "$work/keys" --secret-dir "$work"; }
serve
start_endpoint "$here/echo_endpoint.py"
start_postgres
start_redis
start_mail
printf '%s\n' "$redis_password" >"$work/redis.password"

echo "== a database"
sql 'CREATE TABLE orders (id int PRIMARY KEY, state text NOT NULL, run text)'
expect 0 connection create shop --sql engine=postgresql --sql "address=$postgres" --sql database=postgres --sql username=postgres
expect 0 event create DATABASE_ACTION/put --database connection=shop --database operation=create \
  --database 'statement=INSERT INTO orders VALUES ({{id}}, {{state}}, {{run.id}})' --database 'params=id int 1..' --database 'params=state text 1..40'
tested 0 DATABASE_ACTION/put --input '{"id":17,"state":"it'"'"'s; DROP TABLE orders"}'
json_is 'it["state"] == "COMPLETED" and it["output"] == "{\"affected\":1}"'
json_is '"VALUES (\u00241, \u00242" in it["request"] and "2: it'"'"'s; DROP" in it["request"] and it["run_id"] in it["request"]'
[ "$(sql "SELECT state FROM orders WHERE id = 17")" = "it's; DROP TABLE orders" ] || fail "the value was not bound"
tested 1 DATABASE_ACTION/put --input '{"id":0,"state":"x"}'
json_is 'it["error"]["code"] == "VALIDATION" and "id" in it["error"]["message"]'
tested 1 DATABASE_ACTION/put --input '{"id":17,"state":"twice"}'
json_is 'it["error"]["code"] == "VALIDATION"'
expect 0 event create DATABASE_ACTION/list --database connection=shop --database 'statement=SELECT id, state FROM orders WHERE id = {{id}}'
tested 0 DATABASE_ACTION/list --input '{"id":17}'
json_is '__import__("json").loads(it["output"]) == [{"id": 17, "state": "it'"'"'s; DROP TABLE orders"}]'
expect 67 event create DATABASE_ACTION/bad --database connection=shop --database "statement=SELECT '{{id}}'"
err_has 'event.database.statement'
expect 67 event create DATABASE_ACTION/bad --database connection=shop --database 'statement=SELECT 1; SELECT 2'
err_has 'event.database.statement'

echo "== a broker"
expect 0 connection create queue --redis "address=$redis" --redis "password=@$work/redis.password"
expect 0 event create MESSAGEBROKER/publish --broker connection=queue --broker destination=orders --broker destination_kind=stream \
  --broker 'body={"order":{{order}},"by":"{{job.tag}}"}'
tested 0 MESSAGEBROKER/publish --input '{"order":17}'
json_is '"id" in it["output"] and it["request"].startswith("orders\n") and it["request"].endswith("{\"order\":17,\"by\":\"publish\"}")'
redis_says XRANGE orders - + >"$work/out"
out_has '^\{"order":17,"by":"publish"\}$'
tested 1 MESSAGEBROKER/publish
json_is 'it["error"]["code"] == "VALIDATION" and "order" in it["error"]["message"]'
printf 'wrong\n' >"$work/wrong.password"
expect 0 connection create wrong --redis "address=$redis" --redis "password=file:$work/wrong.password"
expect 0 event create MESSAGEBROKER/wrong --broker connection=wrong --broker destination=orders
tested 1 MESSAGEBROKER/wrong
json_is 'it["error"]["code"] == "UNAUTHENTICATED"'

echo "== a notification on two channels"
printf '%s' "$mail_password" >"$work/mail.password"
expect 0 connection create mail --smtp "address=$mail" --smtp username=jobs --smtp "password=file:$work/mail.password" \
  --smtp 'from=Jobs <jobs@example.com>' --smtp "tls.ca_certificates=@$mail_ca"
expect 0 event create NOTIFICATION/report --notification 'channels[0].connection=mail' \
  --notification 'channels[0].email.to={{to}}' --notification 'channels[0].email.subject=Bericht für {{name}}' \
  --notification 'channels[0].email.text=Hello {{name}}' --notification 'channels[0].email.html=<p>Hello {{name}}</p>' \
  --notification "channels[1].callback.url=http://127.0.0.1:9/nobody"
tested 0 NOTIFICATION/report --input '{"to":"ann@example.com","name":"<Ann> & Co"}'
json_is 'it["state"] == "COMPLETED" and [c["status"] for c in __import__("json").loads(it["output"])["channels"]] == ["sent", "failed"]'
json_is '"RCPT TO:<ann@example.com>" in it["request"] and "Hello <Ann> & Co" in it["request"]'
run_id=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["run_id"])' "$work/out")
tail -n 1 "$mails" >"$work/out"
json_is 'it["tls"] and it["recipients"] == ["ann@example.com"] and it["headers"]["subject"] == "Bericht für <Ann> & Co"'
json_is 'it["text"].strip() == "Hello <Ann> & Co" and "&lt;Ann&gt; &amp; Co" in it["html"] and "'"$run_id"'" in it["headers"]["message-id"]'
tested 1 NOTIFICATION/report --input '{"to":"reject-550@example.com","name":"x"}'

echo "== an action with templates, saved or not"
expect 0 event create ACTION/order --url "$endpoint/orders/:id" --path-param 'id={{id}}' --method put --header 'X-Customer={{customer.name}}' \
  --body '{"note":"{{note}}","items":{{items}}}'
tested 0 ACTION/order --input '{"id":"a/b","customer":{"name":"Ann"},"note":"say \"hi\"","items":[1,2]}'
json_is '__import__("json").loads(it["output"]) == {"path": "/orders/a%2Fb", "customer": "Ann", "body": {"note": "say \"hi\"", "items": [1, 2]}}'
json_is 'it["request"].startswith("PUT ") and "X-Customer: Ann\n" in it["request"] and it["response"].startswith("HTTP/1.1 200")'
http_password=$(head -c 12 /dev/urandom | base64)
printf '%s' "$http_password" >"$work/http.password"
expect 0 connection create api --http "base_url=$endpoint" --http auth.basic.username=jobs --http "auth.basic.password=@$work/http.password"
expect 0 event create ACTION/signed --connection api --url /signed --method put
tested 0 ACTION/signed --input '{"password":"'"$http_password"'"}'
json_is '"Authorization: Basic [redacted]" in it["request"] and "\"password\":\"[redacted]\"" in it["request"]'
! grep -qF -- "$http_password" "$work/out" || fail "a test shows a secret"
named_secret=$(head -c 12 /dev/urandom | base64)
printf '%s' "$named_secret" >"$work/named.secret"
expect 0 connection create keyed --http "base_url=$endpoint" --http "secrets.key=@$work/named.secret"
expect 0 event create ACTION/keyed --connection keyed --url /keyed --method put --body '{"key":"{{secrets.key}}"}'
tested 0 ACTION/keyed
json_is '__import__("json").loads(it["output"])["body"] == {"key": "[redacted]"} and it["request"].endswith("{\"key\":\"[redacted]\"}")'
expect 67 event create ACTION/nokey --url "$endpoint/x" --body '{{secrets.key}}'
err_has 'event.http.body'
cat >"$work/unsaved.yaml" <<YAML
event_type: ACTION
tag: unsaved
http: {method: PUT, url: "$endpoint/{{word}}", body: "{}"}
YAML
tested 0 --file "$work/unsaved.yaml" --input '{"word":"now"}'
json_is '"/now" in it["output"]'
expect 69 event get ACTION/unsaved
expect 0 event create FUNCTION/resize --url "$endpoint/resize" --method put
tested 0 FUNCTION/resize --input '{"width":640}'
json_is '__import__("json").loads(it["output"])["body"] == {"width": 640}'
expect 0 event create FUNCTION/work --queue work
tested 67 FUNCTION/work

echo "== what cannot be reached"
tested 1 --file /dev/stdin <<<'{"event_type":"ACTION","tag":"x","http":{"url":"http://169.254.169.254/latest"}}'
json_is 'it["error"]["code"] == "EGRESS_DENIED"'
expect 0 connection create metadata --sql engine=postgresql --sql address=169.254.169.254:5432 --sql database=d --sql username=u
tested 1 --file /dev/stdin <<<'{"event_type":"ACTION","tag":"x","database":{"connection":"metadata","statement":"SELECT 1"}}'
json_is 'it["error"]["code"] == "EGRESS_DENIED"'

echo "== kill -9 while runs are on their way"
sql 'CREATE TABLE effects (run text, attempt int)'
expect 0 event create DATABASE_ACTION/effect --database connection=shop --database operation=create --max-retries 5 \
  --database 'statement=INSERT INTO effects VALUES ({{run.id}}, {{run.attempt}})'
expect 0 event create MESSAGEBROKER/effect --broker connection=queue --broker destination=effects --broker destination_kind=stream --max-retries 5 \
  --broker 'body={{run.id}}'
for n in 1 2 3 4; do
  expect 0 job create "db$n" --name db --event DATABASE_ACTION/effect --executions 0 --every 20ms --history-limit 10000
  expect 0 job create "mq$n" --name mq --event MESSAGEBROKER/effect --executions 0 --every 20ms --history-limit 10000
done
for _ in 1 2 3; do
  sleep 2
  kill -9 "$jobsd_pid"
  wait "$jobsd_pid" 2>/dev/null || true
  jobsd_pid=""
  serve
done
sleep 2
for n in 1 2 3 4; do
  expect 0 job pause "db$n"
  expect 0 job pause "mq$n"
done
still() { ! "$DUCTAPE_BINARY_DIR/bin/jobctl" run list -o jsonl | grep -Eq '"state": ?"(SCHEDULED|QUEUED|RUNNING|RETRY_SCHEDULED)"'; }
eventually 60 still || fail "runs are left"
: >"$work/runs"
for n in 1 2 3 4; do
  "$DUCTAPE_BINARY_DIR/bin/jobctl" run list --job "db$n" --limit 100000 -o jsonl >>"$work/runs"
  "$DUCTAPE_BINARY_DIR/bin/jobctl" run list --job "mq$n" --limit 100000 -o jsonl >>"$work/runs"
done
sql 'SELECT run FROM effects' >"$work/effects"
redis_says XRANGE effects - + | grep -E '^0{5}[0-9a-z]{8}-[0-9]+$' >>"$work/effects"
python3 - "$work/runs" "$work/effects" >"$work/out" <<'PY' || fail "effects and records disagree"
import collections
import json
import sys

runs = [json.loads(line) for line in open(sys.argv[1])]
effects = collections.Counter(open(sys.argv[2]).read().split())
states = {run["run_id"]: run["state"] for run in runs}
completed = {run for run, state in states.items() if state == "COMPLETED"}
lost = completed - effects.keys()
unknown = effects.keys() - states.keys()
twice = [run for run, count in effects.items() if count > 1]
print(len(runs), "records", len(completed), "completed", sum(effects.values()), "effects", len(twice), "twice")
if lost or unknown or len(completed) < 100 or len(twice) > 400:
    sys.exit("lost: {} unknown: {} twice: {}".format(sorted(lost)[:5], sorted(unknown)[:5], len(twice)))
PY
cat "$work/out"

echo "== a target that never answers leaves places for others"
# More runs than there are places for HTTP attempts; each would hold its place for ten minutes.
coproc silent { exec python3 -c 'import socket
with socket.create_server(("127.0.0.1", 0), backlog=4096) as s:
    print(s.getsockname()[1], flush=True)
    held = []
    while True:
        held.append(s.accept()[0])'; }
target_pids+=("$silent_PID")
read -r silent_port <&"${silent[0]}"
expect 0 event create ACTION/silent --url "http://127.0.0.1:$silent_port/" --attempt-timeout 10m
python3 -c 'import json
for n in range(1500):
    print(json.dumps({"tag": "silent%d" % n, "name": "s", "event_type": "ACTION", "event_tag": "silent", "executions": 1, "intervals": 1000}))' >"$work/silent.jsonl"
expect 0 job create -f "$work/silent.jsonl"
running() { curl -fsS "http://$jobsd_http/metrics" | awk -v least="$1" '/attempts_in_flight.*"http"/ { n = $NF } END { exit n < least }'; }
eventually 60 running 400 || fail "the runs to the silent target do not start"
expect 0 event create ACTION/lively --url "$endpoint/lively" --method put --attempt-timeout 10m
expect 0 job create lively --name l --event ACTION/lively --executions 20 --every 50ms
completed() { "$DUCTAPE_BINARY_DIR/bin/jobctl" job get lively -o json | grep -q '"state": *"COMPLETED"'; }
eventually 60 completed || fail "a silent target keeps others from their places"
kill "$silent_PID"
ended() { ! running 1; }
eventually 60 ended || fail "runs to a target that is gone go on"

echo "== no secret anywhere"
expect 0 connection list -o json
cat "$work/jobsd.log" >>"$said"
stop_jobsd
for secret in "$redis_password" "$mail_password" "$http_password" "$named_secret"; do
  ! grep -qF -- "$secret" "$said" || fail "said: $secret"
  ! grep -rqF -- "$secret" "$work/data" || fail "on disk: $secret"
done
expectations_end
