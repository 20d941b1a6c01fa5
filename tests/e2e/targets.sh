#!/usr/bin/env bash
# Real targets for the scripts of tests/e2e: a database, a broker, a mail server. To be sourced; needs a folder in $work.
#
#   start_postgres   a PostgreSQL with user and database `postgres`; sets postgres (host:port). `sql STATEMENT` runs one there
#   start_redis      a Redis with the password $redis_password; sets redis (host:port). `redis_says COMMAND…` asks it
#   start_mail       a mail server that takes `jobs` with $mail_password by STARTTLS; sets mail (host:port), mail_ca (its certificate)
#                    and mails (a file with a JSON line a mail)
#   stop_targets     ends them
# Each returns 1, with its log on stderr, if it does not become ready.

work=${work:?names the folder to work in}
root=${root:?the folder of the repository}
# shellcheck source=tests/e2e/await.sh
. "$(dirname "${BASH_SOURCE[0]}")/await.sh"
target_pids=()
postgres=""
redis=""
mail=""
mail_ca="$work/mail.pem"
mails="$work/mails"
redis_password=planted-redis-4721
mail_password=planted-mail-4722

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# await_success SECONDS COMMAND...
await_success() {
  local until=$((SECONDS + $1))
  shift
  until "$@" >"$work/target.log" 2>&1; do
    [ "$SECONDS" -lt "$until" ] || { cat "$work/target.log" >&2; return 1; }
    sleep 0.1
  done
}

# The server takes no root, and its folder must be its own.
as_postgres() { (cd / && runuser -u postgres -- "$@"); }

start_postgres() {
  local port
  postgres_bin=$(dirname "$(find /usr/lib/postgresql -name initdb | sort -V | tail -n 1)")
  postgres_dir=$(mktemp -d "${TMPDIR:-/tmp}/ductape-pg.XXXXXX")
  chown postgres "$postgres_dir"
  chmod 755 "$postgres_dir"
  port=$(free_port)
  if ! as_postgres "$postgres_bin/initdb" -D "$postgres_dir/d" -A trust -U postgres --no-sync >"$work/target.log" 2>&1 ||
    ! as_postgres "$postgres_bin/pg_ctl" -D "$postgres_dir/d" -w -l "$postgres_dir/log" \
      -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$postgres_dir -c fsync=off" start \
      >"$work/target.log" 2>&1; then
    cat "$work/target.log" >&2
    return 1
  fi
  # shellcheck disable=SC2034  # for the script that sources this one
  postgres="127.0.0.1:$port"
  postgres_port=$port
}

sql() { psql -h 127.0.0.1 -p "$postgres_port" -U postgres -d postgres -Atqc "$1"; }

start_redis() {
  local port
  port=$(free_port)
  redis-server --port "$port" --bind 127.0.0.1 --save '' --requirepass "$redis_password" --dir "$work" >"$work/redis.log" 2>&1 &
  target_pids+=($!)
  redis_port=$port
  # shellcheck disable=SC2034  # for the script that sources this one
  redis="127.0.0.1:$port"
  await_success 30 redis_says PING
}

redis_says() { REDISCLI_AUTH="$redis_password" redis-cli -h 127.0.0.1 -p "$redis_port" "$@"; }

start_mail() {
  local packages
  packages=$("$root/tests/support/python_setup.sh" smtp)
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$work/mail.key" -out "$mail_ca" -days 2 \
    -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 2>"$work/target.log"
  PYTHONPATH="$packages" PYTHONUNBUFFERED=1 python3 "$root/tests/support/smtp_server.py" "$mails" --security starttls \
    --cert "$mail_ca" --key "$work/mail.key" --login "jobs:$mail_password" >"$work/mail.log" 2>&1 &
  target_pids+=($!)
  await_ready "${target_pids[-1]}" 30 '^READY port=' "$work/mail.log" || { cat "$work/mail.log" >&2; return 1; }
  # shellcheck disable=SC2034  # for the script that sources this one
  mail="127.0.0.1:$(sed -n 's/^READY port=//p' "$work/mail.log")"
}

stop_targets() {
  local pid
  for pid in "${target_pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  if [ -n "${postgres_dir:-}" ]; then
    as_postgres "$postgres_bin/pg_ctl" -D "$postgres_dir/d" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$postgres_dir"
  fi
}
