#!/usr/bin/env bash
# Brings smtp-sink and smtp-source, which take and send mail as quickly as they can, out of Debian's package postfix: it is taken
# apart and not installed, which would set up a mail server.
#
# Usage: tests/support/postfix_setup.sh
# Prints the folder that holds usr/sbin/smtp-sink; the programs need its usr/lib/postfix as LD_LIBRARY_PATH. What is there is not
# fetched again. Exit codes: 0 ready, 1 they cannot be got, or not run.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
folder="$root/build/deps/postfix"

mkdir -p "$folder"
exec 9>"$folder/.lock"
flock 9  # tests run at the same time
if [[ ! -e $folder/.ready ]]; then
  rm -rf "$folder/package" "$folder"/*.deb
  (cd "$folder" && apt-get download postfix) >&2
  dpkg-deb -x "$folder"/postfix_*.deb "$folder/package" >&2
  for program in smtp-sink smtp-source; do
    libraries=$(LD_LIBRARY_PATH="$folder/package/usr/lib/postfix" ldd "$folder/package/usr/sbin/$program")
    if grep "not found" <<< "$libraries" >&2; then
      exit 1
    fi
  done
  touch "$folder/.ready"
fi
echo "$folder/package"
