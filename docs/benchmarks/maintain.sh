#!/bin/sh
# Pruning in batches, beside one DELETE of the same rows. JAVA_HOME names a JDK 21 or newer.
# From the root of a built clone: docs/benchmarks/maintain.sh [ROWS]
set -eu

here=$(cd "$(dirname "$0")/../.." && pwd -P)
cd "$here"
mvn -B -q -Dquick -Dmaven.test.skip=false -DskipTests -pl migrator-core -am test-compile \
  dependency:build-classpath -Dmdep.includeScope=test -Dmdep.outputFile=target/benchmark.classpath
cd migrator-core
"$JAVA_HOME/bin/java" -cp "target/test-classes:target/classes:$(cat target/benchmark.classpath)" \
  dev.gatewaydb.benchmark.PruneBenchmark "$HOME/.cache/gwdb" "${1:-2000000}"
