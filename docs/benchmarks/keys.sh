#!/bin/sh
# How fast keys are decided about, revoked and counted. From the root of a clone: docs/benchmarks/keys.sh [java-home]
set -eu

here=$(cd "$(dirname "$0")/../.." && pwd -P)
cd "$here"
java=${1:-${JAVA_HOME:?name a JDK 21 or newer}}/bin
out=gateway-dao/target/benchmark
list=$here/gateway-dao/target/benchmark.classpath

mvn -B -q -Dquick -Pbenchmarks process-classes dependency:build-classpath -pl gateway-dao -am \
  -Dmdep.outputFile="$list" -Dmdep.includeScope=test
classes=gateway-dao/target/classes:$(cat "$list")
rm -rf "$out"
mkdir -p "$out"
# shellcheck disable=SC2046 # one file a word
"$java/javac" -nowarn -proc:full -d "$out" -cp "$classes" $(find gateway-dao/src/benchmark/java -name '*.java')

for main in LookupBenchmark RevocationBenchmark FlushBenchmark; do
  "$java/java" -cp "$out:gateway-dao/src/test/resources:$classes" "dev.gatewaydb.dao.key.$main"
done
"$java/java" -cp "$out:gateway-dao/src/test/resources:$classes" org.openjdk.jmh.Main
