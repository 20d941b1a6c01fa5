#!/usr/bin/env bash
# Brings what the Java client takes from elsewhere up to date: the version of the top CMakeLists.txt into pom.xml, and the stubs of
# the protos into target/. Nothing that is generated is committed: Maven makes the stubs at each build, with protoc and its plugin
# in the versions that pom.xml names.
#
# Usage: client/java/generate.sh            write the version, generate the stubs
#        client/java/generate.sh --check    change nothing; fail where the version is another one, or something generated is committed
#
# Needs Java 17 and Maven; works offline once Maven has the plugins. Exit codes: 0 all is well, 1 something is stale, 2 wrong usage.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

version=$(sed -n 's/^set(VERSION \([0-9.]*\))$/\1/p' ../../CMakeLists.txt)
[ -n "$version" ] || { echo "client/java/generate.sh: the top CMakeLists.txt names no version" >&2; exit 1; }

case "${1-}" in
  --check)
    stale=0
    # The project's own version is the first one in the file, as is that of the client in the runners.
    grep -m 1 '<version>' pom.xml | grep -qF "<version>$version</version>" || {
      echo "client/java/pom.xml has another version than CMakeLists.txt, $version: run client/java/generate.sh" >&2
      stale=1
    }
    while IFS= read -r pom; do
      grep -qF "<client.version>$version</client.version>" "$pom" || {
        echo "$pom names another version than CMakeLists.txt, $version: run client/java/generate.sh" >&2
        stale=1
      }
    done < <(find ../../tests/conformance/clients/java ../../tests/bench/clients/java -maxdepth 1 -name pom.xml)
    grep -qF "<version>$version</version>" README.md || {
      echo "client/java/README.md names another version than CMakeLists.txt, $version" >&2
      stale=1
    }
    if [ -n "$(git ls-files target src/main/java/com/ductape/jobs/v1)" ]; then
      echo "client/java: generated files are committed" >&2
      stale=1
    fi
    exit $stale
    ;;
  '')
    sed -i "0,/<version>[^<]*</s//<version>$version</" pom.xml
    find ../../tests/conformance/clients/java ../../tests/bench/clients/java -maxdepth 1 -name pom.xml \
      -exec sed -i "s/<client.version>[^<]*</<client.version>$version</" {} +
    sed -i "/<artifactId>ductape-jobs-client</,/<version>/s/<version>[^<]*</<version>$version</" README.md
    mvn -q -B generate-sources
    ;;
  *)
    echo "usage: client/java/generate.sh [--check]" >&2
    exit 2
    ;;
esac
