#!/bin/sh
# Both rotations of secrets, against a plain UPDATE of the same rows. JAVA_HOME names a JDK 21 or newer.
# From the root of a built clone: docs/benchmarks/secrets.sh [ROWS [BATCH]]
set -eu

here=$(cd "$(dirname "$0")/../.." && pwd -P)
cd "$here"
mvn -B -q -Dquick -Dmaven.test.skip=false -DskipTests -pl gateway-dao -am test-compile \
  dependency:build-classpath -Dmdep.includeScope=test -Dmdep.outputFile=target/benchmark.classpath
cd gateway-dao
"$JAVA_HOME/bin/java" -Xmx256m -cp "target/test-classes:target/classes:$(cat target/benchmark.classpath)" \
  dev.gatewaydb.dao.rotation.RotationBenchmark "$HOME/.cache/gwdb" "${1:-1000000}" "${2:-5000}"
