#!/usr/bin/env bash
# Builds the Rust client's package, takes it into fresh projects as a user does, and runs against a server of its own: the
# conformance scenario and the first example of the README. Also the crate's unit and doc tests, rustfmt, clippy and rustdoc.
#
# Usage: tests/clients/rust.sh SERVER_BINARY
# CARGO_TARGET_DIR says where to build (build/clients/rust of the repository if unset); CARGO_BUILD_JOBS how much at a time.
# The last line is `N passed, N failed`. Exit codes: 0 all passed, 1 some failed, 2 usage, 77 no cargo that is new enough.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
if [ $# != 1 ] || [ ! -x "$1" ]; then
  sed -n '2,7s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
  exit 2
fi
server=$1
crate=$root/client/rust
scenario=$root/tests/conformance/clients
[ -n "${SCENARIO:-}" ] || SCENARIO=$scenario/scenario.json
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/build/clients/rust}

needed=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' "$crate/Cargo.toml")
found=$(rustc --version 2>/dev/null | cut -d' ' -f2) || true
if [ "$(printf '%s\n' "$needed" "${found:-0}" | sort -V | head -n 1)" != "$needed" ]; then
  echo "rust.sh: needs cargo with Rust $needed or newer on PATH, found ${found:-none}" >&2
  exit 77
fi

work=$(mktemp -d)
pid=""
end() {
  [ -z "$pid" ] || { kill "$pid" 2>/dev/null && wait "$pid"; } || true
  rm -rf "$work"
}
trap end EXIT

passed=0
failed=0
# check NAME COMMAND...: runs it and counts it; what it printed is shown if it failed.
check() {
  local name=$1
  shift
  if "$@" >"$work/log" 2>&1; then
    passed=$((passed + 1))
    echo "ok $name"
  else
    failed=$((failed + 1))
    echo "FAIL $name"
    cat "$work/log"
  fi
}

start_server() {
  "$server" --data-dir "$work/data" --listen 127.0.0.1:0 --http-listen off --disk-reserve 0 \
    >"$work/ready" 2>"$work/server.log" &
  pid=$!
  for _ in $(seq 300); do
    grep -q '^ready ' "$work/ready" && break
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  DUCTAPE_JOBS_ADDRESS=$(sed -n 's/^ready grpc=\([^ ]*\).*/\1/p' "$work/ready")
  export DUCTAPE_JOBS_ADDRESS
  [ -n "$DUCTAPE_JOBS_ADDRESS" ] || { cat "$work/server.log" >&2; return 1; }
}

# The crate as cargo packs it, in the folder where the runner looks for it.
install_package() {
  "$crate/generate.sh"
  cargo package --manifest-path "$crate/Cargo.toml" --no-verify --allow-dirty --target-dir "$work/package"
  mkdir -p "$work/fresh/client/rust" "$work/fresh/tests/conformance/clients"
  tar -xzf "$work"/package/package/ductape-jobs-*.crate -C "$work/fresh/client/rust" --strip-components=1
  cp -R "$scenario/rust" "$work/fresh/tests/conformance/clients/rust"
}

# A new project with the first example of the README, as it stands.
make_example() {
  local project=$work/fresh/example
  mkdir -p "$project/src"
  awk '/^```rust/ { on = 1; next } on && /^```$/ { exit } on' "$crate/README.md" >"$project/src/main.rs"
  cat >"$project/Cargo.toml" <<EOF
[package]
name = "ductape-jobs-example"
version = "0.0.0"
edition = "2021"

[dependencies]
ductape-jobs = { path = "../client/rust" }
tokio = { version = "1", features = ["macros", "rt-multi-thread"] }
EOF
  cp "$crate/Cargo.lock" "$project/" # the versions that are tested
}

run_example() {
  make_example
  cargo build --manifest-path "$work/fresh/example/Cargo.toml"
  timeout 60 cargo run --manifest-path "$work/fresh/example/Cargo.toml" >"$work/printed" || { cat "$work/printed"; return 1; }
  cat "$work/printed"
  # An occurrence that is skipped, since the machine is busy, takes a number.
  [ "$(grep -c '^run [0-9]* of greeting$' "$work/printed")" -eq 3 ]
}

run_scenario() {
  local runner=$work/fresh/tests/conformance/clients/rust/Cargo.toml
  cargo test --locked --manifest-path "$runner"
  cargo build --locked --manifest-path "$runner" # so that the bound is the scenario's
  timeout 180 cargo run --locked --manifest-path "$runner" -- "$DUCTAPE_JOBS_ADDRESS" "$SCENARIO"
}

both() { # both COMMAND...: for the crate and for the runner
  local manifest
  for manifest in "$crate" "$scenario/rust" "$root/tests/bench/clients/rust"; do
    (cd "$manifest" && "$@") || return 1
  done
}

check "the package is built and unpacked" install_package
check "what is generated is current" "$crate/generate.sh" --check
check "a server starts" start_server
check "scenario" run_scenario
check "the README's first example" run_example
check "unit and doc tests" cargo test --locked --manifest-path "$crate/Cargo.toml"
check "tests with servers" env DUCTAPE_JOBSD="$(realpath "$server")" cargo test --locked --manifest-path "$crate/Cargo.toml" --test live -- --ignored
check "rustfmt" both cargo fmt --check
check "clippy" both cargo clippy --locked --all-targets -- -D warnings
check "rustdoc" env RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps --manifest-path "$crate/Cargo.toml"

echo "$passed passed, $failed failed"
[ $failed = 0 ]
