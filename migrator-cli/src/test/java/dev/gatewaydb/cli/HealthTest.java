package dev.gatewaydb.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code gwdb health}: output, thresholds, exit codes. */
@ExtendWith(ScratchPostgres.class)
final class HealthTest {
  @TempDir private Path folder;

  private Project on(ScratchDatabase database) {
    return Project.in(folder).with(database).with("XDG_CACHE_HOME", folder.resolve("c").toString());
  }

  private void limits(String text) throws Exception {
    Files.writeString(folder.resolve("gwdb.toml"), "[health]\n" + text);
  }

  @Test
  void tellsMachinesAndPeople(ScratchDatabase database) throws Exception {
    Sql.execute(database, "CREATE TABLE \"a b\" (id int)");
    limits("disk_warning = 100\ndisk_critical = 100\n");
    JsonNode json = on(database).run("health", "--json", "--exit-code").exits(0).json();
    assertThat(json.get("findings")).isEmpty();
    assertThat(json.at("/sections/server/0/database").asText()).isEqualTo(database.name());
    assertThat(json.at("/sections/connections/0/max").asInt()).isPositive();
    assertThat(json.at("/sections/tables/0/table").asText()).isEqualTo("\"a b\"");
    assertThat(json.at("/transactionRate/perSecond").isNull()).isTrue();

    Result people = on(database).run("health").exits(0);
    assertThat(people.out())
        .contains("server: version ", "connections: used ", "nothing that somebody has to look at");
    assertThat(people.err()).contains("note: pg_stat_statements isn't installed");
  }

  @Test
  void findingsCanFailAScript(ScratchDatabase database) throws Exception {
    limits("connections_warning = 0\nconnections_critical = 100\n");
    Result found = on(database).run("health", "--exit-code").exits(1);
    assertThat(found.out()).contains("warning: ").contains("connections are used: ");
    on(database).run("health").exits(0);
    limits("connections_warning = 101\nlong_query = \"soon\"\n");
    assertThat(on(database).run("health").exits(2).errors()).hasSize(2);
    limits("");
    on(database).run("health", "--watch", "--exit-code").exits(2);
    on(database).with("DATABASE_URL", "postgres://x@127.0.0.1:1/x").run("health").exits(3);
  }

  @Test
  void remembersTheUsualRate(ScratchDatabase database) throws Exception {
    Project project = on(database);
    project.run("health").exits(0);
    Path file;
    try (Stream<Path> files = Files.list(folder.resolve("c/gwdb/health"))) {
      file = files.findFirst().orElseThrow();
    }
    assertThat(Files.readString(file)).doesNotContain("postgres");
    // As if the last look was a minute ago, with a thousand transactions fewer.
    long then = System.currentTimeMillis() - 60_000;
    Files.writeString(
        file, "{\"at\":%d,\"transactions\":-60000,\"runs\":10,\"perSecond\":5}".formatted(then));
    JsonNode json = project.run("health", "--json").exits(0).json();
    assertThat(json.at("/transactionRate/usual").asDouble()).isEqualTo(5);
    assertThat(json.at("/transactionRate/perSecond").asDouble()).isGreaterThan(900);
    assertThat(json.get("findings").findValuesAsText("check")).contains("transactionRate");
    Files.writeString(file, "broken");
    project.run("health").exits(0);
  }

  @Test
  void watchesUntilItIsStopped(ScratchDatabase database) {
    try (GwdbProcess process = on(database).process("health", "--watch", "--every", "50ms")) {
      process.awaitText("server: version ");
      await().until(process::isAlive);
      process.signal("INT").result().exits(130);
    }
  }
}
