#!/usr/bin/env bash
# What jobctl is to a shell: completion in bash, zsh and fish, the manual page, profiles, watching, waiting, colours and the timeline,
# against a server of this build.
#
# Usage: tests/e2e/jobctl_shell_test.sh      (with DUCTAPE_BINARY_DIR, an absolute path, built; zsh, fish and groff where there are any)
#
# Exit code: 0 if everything was as expected, 1 if not; each failed expectation is named on stderr.
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
# shellcheck source=tests/e2e/session.sh
. "$here/session.sh"
export HOME="$work/home" PATH="$DUCTAPE_BINARY_DIR/bin:$PATH"
unset XDG_CONFIG_HOME NO_COLOR
mkdir -p "$HOME/.config/ductape"

# expect CODE ARGUMENT... : runs jobctl and compares its exit code.
expect() { run_expecting "$1" "$DUCTAPE_BINARY_DIR/bin/jobctl" "${@:2}"; }

# completes SHELL "WANTED WORDS" WORD... : what the shell's function offers for the last word of `jobctl WORD...`, sorted.
completes() {
  local shell=$1 wanted=$2 offered
  shift 2
  offered=$("offered_by_$shell" "$@" 2>"$work/err" | LC_ALL=C sort | tr '\n' ' ')
  rm -f "$work/out"
  [ "$offered" = "$wanted " ] || fail "$shell: jobctl $*: offers \"$offered\", not \"$wanted\""
}

# The words as bash has them: a colon and an equals sign are words of their own.
offered_by_bash() {
  # shellcheck disable=SC2016  # for the inner shell
  bash -c '
    . <(jobctl completion bash)
    COMP_WORDS=(jobctl)
    for word in "$@"; do
      while [[ $word == *[:=]* ]]; do
        before=${word%%[:=]*} after=${word#*[:=]}
        [ -z "$before" ] || COMP_WORDS+=("$before")
        COMP_WORDS+=("${word:${#before}:1}")
        word=$after
      done
      COMP_WORDS+=("$word")
    done
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    _jobctl jobctl
    printf "%s\n" "${COMPREPLY[@]}"' bash "$@"
}

# Outside of its line editor zsh has no compadd; this one prints what it is given.
offered_by_zsh() {
  # shellcheck disable=SC2016  # for the inner shell
  zsh -f -c '
    compdef() { :; }
    compadd() { print -l -- ${(P)${@[-1]}}; }
    _files() { print FILES; }
    . <(jobctl completion zsh)
    words=(jobctl "$@")
    CURRENT=${#words}
    _jobctl' zsh "$@"
}

offered_by_fish() {
  # shellcheck disable=SC2016  # for the inner shell
  fish --no-config -c 'jobctl completion fish | source; complete --do-complete "$argv[1]"' "jobctl $*" | cut -f 1
}

start_jobsd --disk-reserve 0
start_endpoint "$root/deploy/quickstart_endpoint.py"
expect 0 event create ACTION/ping --url "$endpoint/ping"
expect 0 job create nightly --name Nightly --event ACTION/ping --executions 0 --cron '30 2 * * *' --time-zone Europe/Berlin
expect 0 job create night:watch --name Watch --event ACTION/ping --executions 0 --every 1h --start 2999-01-01T00:00:00Z

echo "== completion"
for shell in bash zsh fish; do
  if ! command -v "$shell" >/dev/null; then
    echo "no $shell here: its completion is not tried"
    continue
  fi
  completes "$shell" "completion" compl
  completes "$shell" "get" job ge
  completes "$shell" "night:watch nightly" job get night
  completes "$shell" "--watch --watch-for --watch-interval" job get --wat
  completes "$shell" "json jsonl" -o js
  completes "$shell" "buffer_one" job create x --overlap b
  completes "$shell" "ACTION/ping" job create x --event ACT
done
completes bash "watch" job get night:w
completes bash "json jsonl" --output=js

echo "== the manual page"
expect 0 man
cp "$work/out" "$work/jobctl.1"
if command -v groff >/dev/null; then
  run_expecting 0 groff -man -Tutf8 -ww "$work/jobctl.1"
  err_is_empty
  sed -i 's/\x1b\[[0-9;]*m//g' "$work/out"
  out_has 'jobctl job timeline'
  out_has 'DUCTAPE_JOBS_ADDRESS'
fi

echo "== profiles: flags over environment over profile"
printf 'profile = "here"\n[here]\naddress = "%s"\nproduct = "one"\n[there]\naddress = "127.0.0.1:1"\ntimeout = "30s"\n' "$DUCTAPE_JOBS_ADDRESS" \
  >"$HOME/.config/ductape/jobctl.toml"
address=$DUCTAPE_JOBS_ADDRESS
unset DUCTAPE_JOBS_ADDRESS
expect 0 event create FUNCTION/of_one --queue q -o json
json_is 'it["product"] == "one"'
expect 0 event list --product default -o name
out_has '^ACTION/ping$'
expect 78 event list --profile there
DUCTAPE_JOBS_PROFILE=there expect 0 event list --address "$address" --product one -o name
out_has '^FUNCTION/of_one$'
DUCTAPE_JOBS_PRODUCT=default expect 0 event list -o name
out_has '^ACTION/ping$'
expect 2 event list --profile nowhere
err_has 'has no profile "nowhere"; there are here, there'
echo 'adress = "x"' >>"$HOME/.config/ductape/jobctl.toml"
expect 2 event list
err_has 'there.adress is no setting'
expect 0 completion fish
rm "$HOME/.config/ductape/jobctl.toml"
export DUCTAPE_JOBS_ADDRESS=$address

echo "== wait and watch"
expect 0 job create twice --name Twice --event ACTION/ping --executions 2 --every 100ms --overlap allow --wait --wait-timeout 1m -o json
json_is 'it["state"] == "COMPLETED" and it["stats"]["completed"] == "2"'
expect 0 event create ACTION/nobody --url http://127.0.0.1:1/
expect 1 job create failing --name Failing --event ACTION/nobody --executions 1 --every 1s --wait --wait-timeout 1m
out_has '^State +COMPLETED'
expect 68 job create never --name Never --event ACTION/ping --executions 1 --every 1h --start 2999-01-01T00:00:00Z --wait --wait-timeout 300ms
expect 0 job get twice --watch -o name
[ "$(cat "$work/out")" = twice ] || fail "a job that is COMPLETED is watched on"
expect 0 job list --watch --watch-interval 200ms --watch-for 500ms -o name
[ "$(sort -u "$work/out" | wc -l)" -eq "$(wc -l <"$work/out")" ] || fail "jobs that did not change are printed again"
out_has '^nightly$'
"$DUCTAPE_BINARY_DIR/bin/jobctl" run list --job nightly --watch --watch-interval 100ms --watch-for 30s -o jsonl >"$work/watched" &
watcher=$!
expect 0 job run nightly --wait
if ! eventually 20 grep -q '"state":"COMPLETED"' "$work/watched"; then fail "the run was not seen: $(cat "$work/watched")"; fi
kill "$watcher"
wait "$watcher" || true

echo "== the timeline"
expect 0 job timeline nightly --next 2
out_has '^TIME +WHEN +STATE +TOOK +RUN +NOTE'
out_has '^20.*Z +[^ ]+.* COMPLETED +▇+ [0-9]'
out_has ' now +ACTIVE .*at 02:30 every day, Europe/Berlin'
[ "$(grep -c 'T02:30:00+0[12]:00 .* due ' "$work/out")" -eq 2 ] || fail "not two times to come"
expect 0 job timeline nightly -o json
json_is 'len(it["past"]) == 1 and len(it["next"]) == 5 and it["job"]["state"] == "ACTIVE"'
expect 0 job timeline twice -o json
json_is 'it["next"] == [] and [run["state"] for run in it["past"]].count("COMPLETED") == 2'
expect 69 job timeline nothing

echo "== a terminal has colours, unless NO_COLOR is set; nothing else has"
# on_terminal COMMAND: its output as on a terminal.
on_terminal() { script -qec "$1" /dev/null </dev/null; }
if command -v script >/dev/null; then
  TERM=xterm on_terminal "jobctl job get nightly" >"$work/out"
  grep -q $'\033\[32m' "$work/out" || fail "no colour on a terminal"
  NO_COLOR=1 TERM=xterm on_terminal "jobctl job get nightly" >"$work/out"
  ! grep -q $'\033\[3' "$work/out" || fail "a colour with NO_COLOR"
fi
expect 0 job get nightly
! grep -q $'\033' "$work/out" || fail "a colour without a terminal"
stop_jobsd || fail "the server ended with exit code $?"

expectations_end
