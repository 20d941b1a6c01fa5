#!/usr/bin/env bash
# jobctl over TLS, with a client certificate, and over a unix socket, against a server of this build.
#
# Usage: tests/e2e/jobctl_tls_test.sh      (with DUCTAPE_BINARY_DIR, an absolute path, built; needs openssl)
#
# Exit code: 0 if everything was as expected, 1 if not; each failed expectation is named on stderr.
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
work="$(mktemp -d "${TMPDIR:-/tmp}/ductape-jobctl-tls.XXXXXX")"
# shellcheck source=tests/e2e/jobsd.sh
. "$here/jobsd.sh"
finish() {
  stop_jobsd || true
  rm -rf "$work"
}
trap finish EXIT

# certificate NAME SUBJECT-ALTERNATIVE-NAMES : self-signed, so that each is its own authority.
certificate() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=$1" \
    -addext "subjectAltName=$2" -keyout "$work/$1.key" -out "$work/$1.crt" 2>"$work/$1.log" ||
    { cat "$work/$1.log" >&2; exit 1; }
}

failures=0
# expect CODE ARGUMENT... : runs `jobctl server info` with the arguments and compares its exit code.
expect() {
  local wanted=$1 code=0
  shift
  "$DUCTAPE_BINARY_DIR/bin/jobctl" server info -o json --timeout 5s "$@" >"$work/out" 2>&1 || code=$?
  [ "$code" -eq "$wanted" ] && return
  echo "FAILED: jobctl server info $*: exit code $code, not $wanted" >&2
  sed 's/^/  /' "$work/out" >&2
  failures=$((failures + 1))
}

certificate server IP:127.0.0.1,DNS:jobs.example
certificate client DNS:client
certificate stranger DNS:stranger

start_jobsd --tls-cert "$work/server.crt" --tls-key "$work/server.key" --tls-client-ca "$work/client.crt"
own=(--cert-file "$work/client.crt" --key-file "$work/client.key")
trusting=(--ca-file "$work/server.crt")
expect 0 "${trusting[@]}" "${own[@]}"
expect 0 "${trusting[@]}" "${own[@]}" --server-name jobs.example
# A name that the certificate does not carry, authorities that did not sign it, no or a foreign client certificate, plaintext.
expect 78 "${trusting[@]}" "${own[@]}" --server-name other.example
expect 78 --ca-file "$work/stranger.crt" "${own[@]}"
expect 78 --tls "${own[@]}"
expect 78 "${trusting[@]}"
expect 78 "${trusting[@]}" --cert-file "$work/stranger.crt" --key-file "$work/stranger.key"
expect 78
expect 2 "${trusting[@]}" --cert-file "$work/client.crt"
expect 2 --ca-file "$work/missing.crt"
expect 2 --ca-file "$work/server.key"
# One message says what is wrong, without what gRPC logs besides.
if ! grep -q "server.key holds no PEM certificate" "$work/out" || [ "$(wc -l <"$work/out")" -ne 1 ]; then
  echo "FAILED: what a file without a certificate gives:" >&2
  cat "$work/out" >&2
  failures=$((failures + 1))
fi
# A run that a call asked for says whose certificate that was.
jobctl() { "$DUCTAPE_BINARY_DIR/bin/jobctl" "${trusting[@]}" "${own[@]}" "$@"; }
jobctl event create asked --type ACTION --queue nobody >/dev/null
jobctl job create asked --name Asked --event ACTION/asked --executions 0 --every 1h --start 2999-01-01T00:00:00Z >/dev/null
run=$(jobctl job run asked -o name)
if ! jobctl run get "$run" -o yaml | grep -qx 'requested_by: client'; then
  echo "FAILED: who asked for the run:" >&2
  jobctl run get "$run" -o yaml >&2
  failures=$((failures + 1))
fi
stop_jobsd

start_jobsd --listen "unix:$work/jobs.sock"
expect 0 --address "unix:$work/jobs.sock"
expect 0
stop_jobsd

[ "$failures" -eq 0 ] || { echo "$failures expectations failed" >&2; exit 1; }
echo "all was as expected"
