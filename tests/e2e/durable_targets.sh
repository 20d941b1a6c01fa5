#!/usr/bin/env bash
# Real targets that keep what they took when they are killed, for the scripts of tests/e2e. To be sourced after session.sh; needs a folder
# in $work. For each TARGET of mariadb, rabbitmq, nats, kafka:
#
#   start_TARGET       starts it, or starts it again with what it had; sets the variable TARGET (host:port)
#   kill_TARGET        SIGKILL
#   effects_TARGET     prints the bodies that came to `effects`, one a line
#   stop_durable_targets   ends all
# A start returns 1, with the log on stderr, if the target does not become ready.

work=${work:?names the folder to work in}
root=${root:?the folder of the repository}
declare -A durable_pids=()
durable_dirs=()
mariadb_password=planted-mariadb-4731
rabbit_dir=""

durable_port() {
  python3 -c 'import random, socket
while True:
    port = random.randint(10000, 32767)  # below those that the kernel gives to clients
    with socket.socket() as s:
        try:
            s.bind(("127.0.0.1", port))
        except OSError:
            continue
    print(port)
    break'
}

# ready NAME SECONDS COMMAND... : until the command succeeds, or the target has ended
ready() {
  local name=$1 until=$((SECONDS + $2))
  shift 2
  until "$@" >"$work/ready.log" 2>&1; do
    if [ "$SECONDS" -ge "$until" ] || ! kill -0 "${durable_pids[$name]}" 2>/dev/null; then
      echo "$name does not become ready" >&2
      tail -n 20 "$work/ready.log" "$work/$name.log" >&2
      return 1
    fi
    sleep 0.2
  done
}

# own_dir USER : a folder that this user may read and write; sets own
own_dir() {
  own=$(mktemp -d "${TMPDIR:-/tmp}/ductape-e2e-own.XXXXXX")
  chown "$1" "$own"
  chmod 755 "$own"
  durable_dirs+=("$own")
}

# kill_durable NAME [PID] : kills and reaps it
kill_durable() {
  kill -9 "${2:-${durable_pids[$1]}}" 2>/dev/null || true
  wait "${durable_pids[$1]}" 2>/dev/null || true
  unset "durable_pids[$1]"
}

mariadb_says() {
  MYSQL_PWD=$mariadb_password mariadb --no-defaults -h127.0.0.1 -uroot "-P${mariadb#*:}" -N -B -e "$1" test
}

start_mariadb() {
  if [ -z "${mariadb:-}" ]; then
    own_dir mysql
    mariadb_dir=$own
    mariadb="127.0.0.1:$(durable_port)"
    mariadb-install-db --no-defaults --user=mysql "--datadir=$mariadb_dir/d" --auth-root-authentication-method=normal --skip-test-db \
      >"$work/mariadb.log" 2>&1 || { cat "$work/mariadb.log" >&2; return 1; }
    cat >"$mariadb_dir/init.sql" <<SQL
CREATE DATABASE IF NOT EXISTS test;
CREATE OR REPLACE USER root@'127.0.0.1' IDENTIFIED BY '$mariadb_password';
GRANT ALL ON *.* TO root@'127.0.0.1';
SQL
  fi
  setpriv --reuid mysql --regid mysql --clear-groups /usr/sbin/mariadbd --no-defaults "--datadir=$mariadb_dir/d" "--port=${mariadb#*:}" \
    --bind-address=127.0.0.1 "--socket=$mariadb_dir/s" --skip-log-bin --skip-name-resolve "--init-file=$mariadb_dir/init.sql" \
    >>"$work/mariadb.log" 2>&1 &
  durable_pids[mariadb]=$!
  ready mariadb 60 mariadb_says 'SELECT 1'
}
kill_mariadb() { kill_durable mariadb; }
effects_mariadb() { mariadb_says 'SELECT run FROM effects'; }

rabbit_environment() {
  env "HOME=$rabbit_dir" "RABBITMQ_NODENAME=t${rabbitmq#*:}@localhost" RABBITMQ_NODE_IP_ADDRESS=127.0.0.1 "RABBITMQ_NODE_PORT=${rabbitmq#*:}" \
    "RABBITMQ_DIST_PORT=$rabbit_dist" "ERL_EPMD_PORT=$rabbit_epmd" ERL_EPMD_ADDRESS=127.0.0.1 "RABBITMQ_MNESIA_BASE=$rabbit_dir/m" \
    "RABBITMQ_LOG_BASE=$rabbit_dir/l" "RABBITMQ_CONFIG_FILE=$rabbit_dir/rabbit.conf" "RABBITMQ_ENABLED_PLUGINS_FILE=$rabbit_dir/plugins" \
    "RABBITMQ_PID_FILE=$rabbit_dir/pid" RABBITMQ_CONF_ENV_FILE=/dev/null \
    'RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=+S 1:1 -kernel inet_dist_use_interface {127,0,0,1}' "$@"
}
rabbit_url() { echo "amqp://guest:guest@${rabbitmq}"; }

start_rabbitmq() {
  if [ -z "${rabbitmq:-}" ]; then
    own_dir rabbitmq
    rabbit_dir=$own
    rabbitmq="127.0.0.1:$(durable_port)"
    rabbit_dist=$(durable_port)
    rabbit_epmd=$(durable_port)
    echo 'log.console = true' >"$rabbit_dir/rabbit.conf"
    echo '[].' >"$rabbit_dir/plugins"
  fi
  rm -f "$rabbit_dir/pid"
  rabbit_environment setpriv --reuid rabbitmq --regid rabbitmq --clear-groups /usr/lib/rabbitmq/bin/rabbitmq-server >>"$work/rabbitmq.log" 2>&1 &
  durable_pids[rabbitmq]=$!
  ready rabbitmq 120 amqp-declare-queue --url "$(rabbit_url)" -d -q effects
}
# The node is a child of the script that was started.
kill_rabbitmq() { kill_durable rabbitmq "$(cat "$rabbit_dir/pid")"; }
effects_rabbitmq() {
  local count
  count=$(rabbit_environment setpriv --reuid rabbitmq --regid rabbitmq --clear-groups /usr/lib/rabbitmq/bin/rabbitmqctl -q list_queues name messages |
    awk '$1 == "effects" { print $2 }')
  [ "${count:-0}" -eq 0 ] || amqp-consume --url "$(rabbit_url)" -q effects -A -c "$count" cat
}

start_nats() {
  nats=${nats:-127.0.0.1:$(durable_port)}
  nats-server -a 127.0.0.1 -p "${nats#*:}" -js -sd "$work/nats" >>"$work/nats.log" 2>&1 &
  durable_pids[nats]=$!
  ready nats 30 python3 "$root/tests/e2e/jetstream.py" "$nats" create EFFECTS effects
}
kill_nats() { kill_durable nats; }
effects_nats() { python3 "$root/tests/e2e/jetstream.py" "$nats" bodies EFFECTS; }

start_kafka() {
  if [ -z "${kafka:-}" ]; then
    kafka_jars=$("$root/tests/support/kafka_setup.sh")
    kafka="127.0.0.1:$(durable_port)"
    local controller
    controller="127.0.0.1:$(durable_port)"
    cat >"$work/kafka.properties" <<CONF
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@$controller
listeners=CLIENT://$kafka,CONTROLLER://$controller
advertised.listeners=CLIENT://$kafka
controller.listener.names=CONTROLLER
inter.broker.listener.name=CLIENT
listener.security.protocol.map=CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
num.partitions=1
log.dirs=$work/kafka
CONF
    java -cp "$kafka_jars/*" kafka.tools.StorageTool format -t MkU3OEVBNTcwNTJENDM2Qk -c "$work/kafka.properties" >"$work/kafka.log" 2>&1 ||
      { cat "$work/kafka.log" >&2; return 1; }
  fi
  java -Xms64m -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$kafka_jars/*" kafka.Kafka "$work/kafka.properties" >>"$work/kafka.log" 2>&1 &
  durable_pids[kafka]=$!
  ready kafka 90 kcat -b "$kafka" -L -t effects
}
kill_kafka() { kill_durable kafka; }
effects_kafka() { kcat -b "$kafka" -C -t effects -e -q -f '%s\n'; }

stop_durable_targets() {
  local name
  [ -z "${durable_pids[rabbitmq]:-}" ] || kill_rabbitmq
  [ -z "$rabbit_dir" ] || epmd -port "$rabbit_epmd" -kill >/dev/null 2>&1 || true
  for name in "${!durable_pids[@]}"; do kill_durable "$name"; done
  [ "${#durable_dirs[@]}" -eq 0 ] || rm -rf "${durable_dirs[@]}"
}
