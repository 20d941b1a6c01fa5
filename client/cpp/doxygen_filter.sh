#!/usr/bin/env bash
# Prints a source for doxygen: comments become those that it reads, but for closing remarks and remarks to tools.
#
# Usage: client/cpp/doxygen_filter.sh FILE
set -euo pipefail

case "$1" in
  *.h)
    sed -E \
      -e '/\/\/ (IWYU pragma|NOLINT|namespace|[A-Z_]+_H_$)/b' \
      -e 's|^( *)//( .*)?$|\1///\2|' \
      -e 's|([;,{] +)// |\1///< |' "$1"
    ;;
  *) cat "$1" ;;
esac
