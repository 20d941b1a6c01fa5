#!/usr/bin/env bash
# Runs the commands of docs/events/{database,notifications,brokers,http-authentication,limits}.md against a server of this build and a real PostgreSQL, mail server and
# Redis, and compares their output with what the pages show.
#
# Usage: tests/e2e/events_doc_test.sh [--write]      (with DUCTAPE_BINARY_DIR, an absolute path, built)
#   --write   puts what the commands print into the pages
# Exit code: 0 if the pages are right, 1 if not; differences are shown.
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
# shellcheck source=tests/e2e/session.sh
. "$here/session.sh"
# shellcheck source=tests/e2e/targets.sh
. "$here/targets.sh"
trap 'stop_targets; finish' EXIT

printf 'k1 %s\n' "$(head -c 32 /dev/urandom | base64)" >"$work/keys"
start_jobsd --disk-reserve 0 --secrets-key-file "$work/keys" --secret-dir /run/secrets --secret-env-prefix JOBS_
start_postgres
redis_password="" start_redis
start_mail
cd "$work"
printf '%s' "$mail_password" >mail.password
cp "$mail_ca" ca.pem
export DB="$postgres" REDIS="$redis" MAIL="$mail"
for page in database notifications brokers http-authentication limits; do
  PATH="$DUCTAPE_BINARY_DIR/bin:$PATH" python3 "$here/console_blocks.py" "$root/docs/events/$page.md" --any-time "$@"
done
