#!/usr/bin/env bash
# Runs the commands of docs/http-json.md against a server of this build behind a real Envoy with deploy/envoy/gateway.yaml, and compares
# the answers with what the page shows.
#
# Usage: tests/e2e/http_json_doc_test.sh [--write]      (with DUCTAPE_BINARY_DIR, an absolute path, built)
#   --write   puts what the commands print into the page
# Exit code: 0 if the page is right, 1 if not, and differences are shown.
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
# shellcheck source=tests/e2e/session.sh
. "$here/session.sh"
# shellcheck source=tests/e2e/envoy.sh
. "$here/envoy.sh"
trap 'stop_envoy; finish' EXIT

start_jobsd --disk-reserve 0
start_endpoint "$root/deploy/quickstart_endpoint.py"
prepare_envoy gateway.yaml
start_envoy

# A curl that goes to this test's Envoy and endpoint where the page says the usual addresses, and prints those of the page.
mkdir "$work/bin"
cat >"$work/bin/curl" <<'WRAPPER'
#!/usr/bin/env bash
set -euo pipefail
arguments=()
for argument; do
  argument=${argument//localhost:8080/$GATEWAY}
  arguments+=("${argument//http:\/\/127.0.0.1:9000/$ENDPOINT}")
done
"$CURL" "${arguments[@]}" | sed -e "s#$GATEWAY#localhost:8080#g" -e "s#${ENDPOINT#http://}#127.0.0.1:9000#g"
WRAPPER
chmod +x "$work/bin/curl"
CURL=$(command -v curl)
export CURL ENDPOINT=$endpoint GATEWAY="127.0.0.1:$envoy_port" PATH="$work/bin:$PATH"
python3 "$here/console_blocks.py" "$root/docs/http-json.md" --any-time --any-id "$@"
