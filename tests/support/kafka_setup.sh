#!/usr/bin/env bash
# Brings the jars of Kafka by Maven, once for this machine, and prints their folder: that which DUCTAPE_TEST_KAFKA_JARS names, by default
# one of the system's temporary folder.
#
# Exit codes: 0 it is there, 1 it cannot be got.
set -euo pipefail

version=3.9.2
folder=${DUCTAPE_TEST_KAFKA_JARS:-${TMPDIR:-/tmp}/ductape-test-kafka-$version}
mkdir -p "$folder"
exec 9>"$folder/.lock"
flock 9  # tests run at the same time
if [ ! -e "$folder/done" ]; then
  cat >"$folder/pom.xml" <<XML
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>ductape.tests</groupId><artifactId>kafka</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>$version</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
XML
  mvn -q -B -f "$folder/pom.xml" dependency:copy-dependencies "-DoutputDirectory=$folder" -DincludeScope=runtime >&2 || exit 1
  : >"$folder/done"
fi
echo "$folder"
