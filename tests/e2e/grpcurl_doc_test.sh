#!/usr/bin/env bash
# Runs the commands of docs/grpcurl.md against servers of this build and compares their answers with what the page shows: over both
# versions of reflection, and by the published descriptor set without any.
#
# Usage: tests/e2e/grpcurl_doc_test.sh [--write]      (with DUCTAPE_BINARY_DIR, an absolute path, built)
#   --write   puts what the commands print, over reflection v1, into the page
#
# grpcurl is looked for on PATH and where tests/run.sh puts it.
# Exit code: 0 if the page is right, 1 if not, and differences are shown; 77 if there is no grpcurl.
# shellcheck disable=SC2119  # arguments that may be left out
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
# shellcheck source=tests/e2e/session.sh
. "$here/session.sh"
# shellcheck source=tests/e2e/envoy.sh
. "$here/envoy.sh"
trap 'stop_envoy; finish' EXIT
export PATH="$PATH:$root/build/tools/bin"
if ! grpcurl=$(command -v grpcurl); then
  echo "grpcurl is neither on PATH nor in build/tools/bin, where tests/run.sh puts it: not run" >&2
  exit 77
fi

# A grpcurl that goes to this test's server and endpoint where the page says the usual addresses, and prints those of the page.
# GRPCURL_OPTIONS come before what the page says, for calls of methods of this API.
mkdir "$work/bin"
cat >"$work/bin/grpcurl" <<'WRAPPER'
#!/usr/bin/env bash
set -euo pipefail
arguments=()
options=()
for argument; do
  argument=${argument//localhost:7420/$DUCTAPE_JOBS_ADDRESS}
  arguments+=("${argument//http:\/\/127.0.0.1:9000/$ENDPOINT}")
  case "$argument" in ductape.jobs.v1.*/*) read -ra options <<<"${GRPCURL_OPTIONS:-}" ;; esac
done
code=0
"$GRPCURL" "${options[@]}" "${arguments[@]}" >"$GRPCURL_OUT" 2>&1 || code=$?
sed -e "s#$DUCTAPE_JOBS_ADDRESS#localhost:7420#g" -e "s#$ENDPOINT#http://127.0.0.1:9000#g" -e "s#${ENDPOINT#http://}#127.0.0.1:9000#g" "$GRPCURL_OUT"
exit "$code"
WRAPPER
chmod +x "$work/bin/grpcurl"
export GRPCURL=$grpcurl GRPCURL_OUT="$work/grpcurl.out" PATH="$work/bin:$PATH"

start_endpoint "$root/deploy/quickstart_endpoint.py"
export ENDPOINT=$endpoint

# replay NAME [ARGUMENT...]: the whole page from the beginning.
replay() {
  echo "== $1"
  python3 "$here/console_blocks.py" "$root/docs/grpcurl.md" --any-time --any-id "${@:2}" ||
    fail "docs/grpcurl.md, $1"
}

start_jobsd --disk-reserve 0
replay "reflection v1" "$@"
stop_jobsd || fail "the server ended with exit code $?"

# grpcurl takes v1 where there is one: here a proxy says that there is none.
rm -rf "$work/data"
start_jobsd --disk-reserve 0 --log-level debug
prepare_envoy 's#^\( *\)- match: {prefix: /}#\1- match: {prefix: /grpc.reflection.v1.}\n\1  direct_response: {status: 404}\n&#' gateway.yaml
start_envoy
DUCTAPE_JOBS_ADDRESS="127.0.0.1:$envoy_port" replay "reflection v1alpha"
stop_envoy
stop_jobsd || fail "the server ended with exit code $?"
grep -q 'grpc.reflection.v1alpha.ServerReflection' "$work/jobsd.log" || fail "v1alpha was not used"
if grep -q 'grpc.reflection.v1.ServerReflection' "$work/jobsd.log"; then fail "v1 was used"; fi

rm -rf "$work/data"
start_jobsd --disk-reserve 0
GRPCURL_OPTIONS="-use-reflection=false -protoset $DUCTAPE_BINARY_DIR/ductape-jobs.protoset" replay "the descriptor set alone"
stop_jobsd || fail "the server ended with exit code $?"
expectations_end
