#!/usr/bin/env bash
# Envoy with one of the configurations of deploy/envoy, for the scripts of tests/e2e. To be sourced; needs a folder in $work and
# DUCTAPE_BINARY_DIR.
#
#   prepare_envoy [SED_EXPRESSION...] CONFIGURATION   takes deploy/envoy/CONFIGURATION into $work/envoy.yaml, changed only in its paths,
#                                              addresses and ports: it listens on $envoy_port (a free one is chosen at first) and goes
#                                              to DUCTAPE_JOBS_ADDRESS; what else a test changes it says itself
#   start_envoy                                starts Envoy with it, sets envoy_pid and envoy_admin (the admin address), and returns when
#                                              it is live; 1 with its log on stderr if it does not become so
#   stop_envoy [SIGNAL]                        ends it, by default by SIGTERM

work=${work:?names the folder to work in}
# shellcheck source=tests/e2e/await.sh
. "$(dirname "${BASH_SOURCE[0]}")/await.sh"
envoy_binary=""
envoy_pid=""
envoy_admin=""
envoy_port=""

prepare_envoy() {
  local folder expressions=("${@:1:$#-1}") arguments=()
  folder="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
  [ -n "$envoy_binary" ] || envoy_binary="$("$folder/tests/support/envoy_setup.sh")"
  [ -n "$envoy_port" ] ||
    envoy_port="$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')"
  for expression in "${expressions[@]}"; do arguments+=(-e "$expression"); done
  sed -e "s#/usr/local/share/ductape-jobs/#$DUCTAPE_BINARY_DIR/#" \
    -e "s#port_value: 7420#port_value: ${DUCTAPE_JOBS_ADDRESS##*:}#" \
    -e "s#port_value: 8080#port_value: $envoy_port#" "${arguments[@]}" "$folder/deploy/envoy/${*: -1}" >"$work/envoy.yaml"
}

start_envoy() {
  rm -f "$work/envoy.admin"
  cat >"$work/envoy-admin.yaml" <<'ADMIN'
admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}
ADMIN
  "$envoy_binary" -c "$work/envoy.yaml" --config-yaml "$(cat "$work/envoy-admin.yaml")" --concurrency 1 --disable-hot-restart \
    --admin-address-path "$work/envoy.admin" -l warn >>"$work/envoy.log" 2>&1 &
  envoy_pid=$!
  envoy_live() {
    [ -s "$work/envoy.admin" ] || return 1
    envoy_admin="$(cat "$work/envoy.admin")"
    [ "$(curl -s --max-time 5 "http://$envoy_admin/ready")" = LIVE ]
  }
  local until=$((SECONDS + 60))
  until envoy_live; do
    if ! kill -0 "$envoy_pid" 2>/dev/null || [ "$SECONDS" -ge "$until" ]; then
      echo "Envoy did not become live:" >&2
      cat "$work/envoy.log" >&2
      return 1
    fi
    sleep 0.1
  done
}

stop_envoy() {
  local pid=$envoy_pid
  envoy_pid=""
  [ -n "$pid" ] || return 0
  kill "-${1:-TERM}" "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
}
