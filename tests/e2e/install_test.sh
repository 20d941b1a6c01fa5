#!/usr/bin/env bash
# Installs all of this build into a folder of its own and looks for what an operator and a developer expect there; the installed
# server and jobctl run from there.
#
# Usage: tests/e2e/install_test.sh      (with DUCTAPE_BINARY_DIR, an absolute path, wholly built; needs protoc)
#
# Exit code: 0 if everything was as expected, 1 if not; each failed expectation is named on stderr.
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
work="$(mktemp -d "${TMPDIR:-/tmp}/ductape-install.XXXXXX")"
prefix="$work/prefix"
# shellcheck source=tests/e2e/jobsd.sh
. "$here/jobsd.sh"
# shellcheck source=tests/e2e/expect.sh
. "$here/expect.sh"
finish() {
  stop_jobsd || true
  rm -rf "$work"
}
trap finish EXIT

# installed PATH... : each is a file below the prefix that is not empty.
installed() {
  local path
  for path in "$@"; do [ -s "$prefix/$path" ] || fail "not installed: $path"; done
}

run_expecting 0 cmake --install "$DUCTAPE_BINARY_DIR" --prefix "$prefix"
[ "$failures" -eq 0 ] || expectations_end

echo "== what is there, and nothing else"
[ "$(ls "$prefix/bin")" = $'ductape-jobsd\njobctl' ] || fail "in bin: $(ls "$prefix/bin")"
[ "$(ls "$prefix")" = $'bin\ninclude\nlib\nshare' ] || fail "in the prefix: $(ls "$prefix")"
installed share/ductape-jobs/ductape-jobs.protoset share/ductape-jobs/envoy/{gateway,mesh,mesh-identity,mesh-authority}.yaml
protos="$prefix/share/ductape-jobs/proto"
installed share/ductape-jobs/proto/ductape/jobs/v1/{admin,calendar,connection,event,job,run,worker}.proto
installed include/ductape-jobs/ductape/jobs/client.h include/ductape-jobs/ductape/jobs/v1/job.{pb,grpc.pb}.h
package=$(cd "$prefix" && find lib -path '*/cmake/ductape-jobs') # lib, or below it a folder of the architecture
library_dir=${package%/cmake/ductape-jobs}
installed "$package"/ductape-jobs-{config,config-version,targets}.cmake
installed "$library_dir"/libductape_{client_cpp,proto}.a
installed share/man/man1/jobctl.1 share/bash-completion/completions/jobctl share/zsh/site-functions/_jobctl \
  share/fish/vendor_completions.d/jobctl.fish
[ -z "$(find "$prefix" -name '*_test*')" ] || fail "tests are installed: $(find "$prefix" -name '*_test*')"
[ -z "$(find "$prefix" -type l ! -exec test -e {} \; -print)" ] || fail "there are dangling links"

echo "== it stands by itself"
run_expecting 1 grep -rIl "$DUCTAPE_BINARY_DIR" "$prefix"
# What a generator of another language does: the protos compile with their imports, and the descriptor set holds the services.
run_expecting 0 protoc --proto_path="$protos" --descriptor_set_out="$work/protoset" "$protos"/ductape/jobs/v1/*.proto
run_expecting 0 protoc --descriptor_set_in="$prefix/share/ductape-jobs/ductape-jobs.protoset" --descriptor_set_out="$work/again" \
  ductape/jobs/v1/job.proto

echo "== the programs run"
version=$(sed -n 's/^set(VERSION \(.*\))$/\1/p' "$here/../../CMakeLists.txt")
for program in ductape-jobsd jobctl; do
  run_expecting 0 "$prefix/bin/$program" --version
  out_has "$version"
  run_expecting 0 "$prefix/bin/$program" --help
done
# shellcheck disable=SC2034  # start_jobsd takes it
jobsd_program="$prefix/bin/ductape-jobsd"
# shellcheck disable=SC2119  # no arguments of its own
start_jobsd
run_expecting 0 "$prefix/bin/jobctl" event create FUNCTION/installed --queue q
run_expecting 0 "$prefix/bin/jobctl" job create installed --name I --event FUNCTION/installed --executions 1 --every 1h
run_expecting 0 "$prefix/bin/jobctl" job get installed -o json
json_is 'it["state"] == "ACTIVE"'
stop_jobsd || fail "the server ended with exit code $?"
expectations_end
