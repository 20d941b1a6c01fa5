#!/usr/bin/env bash
# kill -9 of a server of this build, and of its targets, while runs are on their way to a MariaDB, a durable queue of RabbitMQ, a stream of NATS
# JetStream and a topic of Kafka. Whatever is killed when: each completed run has its effect, each effect its run, and no run is lost.
#
# Usage: tests/e2e/target_kills_test.sh      (with DUCTAPE_BINARY_DIR, an absolute path, built)
#
# Exit code: 0 if everything was as expected, 1 if not; each failed expectation is named on stderr. 77 if a target cannot be had here.
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
# shellcheck source=tests/e2e/session.sh
. "$here/session.sh"
[ "$(id -u)" -eq 0 ] || exit 77
for program in mariadbd /usr/lib/rabbitmq/bin/rabbitmq-server nats-server java mvn kcat amqp-consume; do
  command -v "$program" >/dev/null || exit 77
done
# shellcheck source=tests/e2e/durable_targets.sh
. "$here/durable_targets.sh"
trap 'stop_durable_targets; finish' EXIT

jobctl() { "$DUCTAPE_BINARY_DIR/bin/jobctl" "$@"; }
expect() {
  local code=$1
  shift
  run_expecting "$code" "$DUCTAPE_BINARY_DIR/bin/jobctl" "$@"
}
targets=(mariadb rabbitmq nats kafka)
printf 'k1 %s\n' "$(head -c 32 /dev/urandom | base64)" >"$work/keys"
serve() { start_jobsd --disk-reserve 0 --secrets-key-file "$work/keys" --secret-dir "$work"; }
kill_jobsd() {
  kill -9 "$jobsd_pid"
  wait "$jobsd_pid" 2>/dev/null || true
  jobsd_pid=""
}

for target in "${targets[@]}"; do "start_$target"; done
serve
printf '%s' "$mariadb_password" >"$work/mariadb.password"
printf 'guest' >"$work/rabbitmq.password"
mariadb_says 'CREATE TABLE effects (run varchar(64), attempt int)'
expect 0 connection create mariadb --sql engine=mysql --sql "address=$mariadb" --sql database=test --sql username=root \
  --sql "password=file:$work/mariadb.password"
expect 0 connection create rabbitmq --rabbitmq "address=$rabbitmq" --rabbitmq username=guest --rabbitmq "password=file:$work/rabbitmq.password"
expect 0 connection create nats --nats "servers=$nats"
expect 0 connection create kafka --kafka "brokers=$kafka"

# Retried often enough for any restart of a target.
retries=(--max-retries 100 --initial-backoff 200ms --max-backoff 1s --attempt-timeout 10s)
expect 0 event create DATABASE_ACTION/mariadb --database connection=mariadb --database operation=create "${retries[@]}" \
  --database 'statement=INSERT INTO effects VALUES ({{run.id}}, {{run.attempt}})'
# broker_event TAG KIND : a run's id and a line's end is the message
broker_event() {
  expect 0 event create "MESSAGEBROKER/$1" --broker "connection=$1" --broker destination=effects --broker "destination_kind=$2" \
    --broker $'body={{run.id}}\n' "${retries[@]}"
}
broker_event rabbitmq queue
broker_event nats stream
broker_event kafka topic
declare -A event_of=([mariadb]=DATABASE_ACTION/mariadb [rabbitmq]=MESSAGEBROKER/rabbitmq [nats]=MESSAGEBROKER/nats [kafka]=MESSAGEBROKER/kafka)
for target in "${targets[@]}"; do
  for n in 1 2; do
    expect 0 job create "$target$n" --name k --event "${event_of[$target]}" --executions 0 --every 50ms --overlap allow --history-limit 10000
  done
done

# The number of the job's last run.
number_of() { jobctl run list --job "$1" --limit 1 -o jsonl | python3 -c 'import json, sys; print(max([int(json.loads(l)["number"]) for l in sys.stdin] or [0]))'; }
beyond() { [ "$(number_of "$1")" -gt "$2" ]; }
# The jobs of every target have gone on by so many runs.
go_on() {
  local target number
  for target in "${targets[@]}"; do
    number=$(number_of "${target}1")
    eventually 60 beyond "${target}1" $((number + $1)) || fail "no new runs of ${target}1"
  done
}

echo "== kills in turn"
for target in "${targets[@]}"; do
  go_on 10
  kill_jobsd
  serve
  go_on 10
  "kill_$target"
  go_on 10
  "start_$target"
done
echo "== a target dies, and the server before it is back"
for target in "${targets[@]}"; do
  go_on 5
  "kill_$target"
  kill_jobsd
  serve
  "start_$target"
done
go_on 10
for target in "${targets[@]}"; do
  for n in 1 2; do expect 0 job pause "$target$n"; done
done
still() { ! jobctl run list --limit 100000 -o jsonl | grep -Eq '"state": ?"(SCHEDULED|QUEUED|RUNNING|RETRY_SCHEDULED)"'; }
eventually 120 still || fail "runs are left"

echo "== effects and records"
for target in "${targets[@]}"; do
  for n in 1 2; do jobctl run list --job "$target$n" --limit 100000 -o jsonl; done >"$work/runs"
  "effects_$target" >"$work/effects"
  python3 "$here/effects_agree.py" "$target" "$work/runs" "$work/effects" >"$work/out" || fail "$target: effects and records disagree"
  cat "$work/out"
done
stop_jobsd
expectations_end
