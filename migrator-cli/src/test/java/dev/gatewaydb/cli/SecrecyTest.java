package dev.gatewaydb.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.connect.HostPort;
import dev.gatewaydb.migrator.connect.Secret;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.Migrated;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A password that must appear nowhere, whatever happens. */
@ExtendWith(ScratchPostgres.class)
final class SecrecyTest {
  private static final String CANARY = "c4n4ry/p@ss:w%rd";
  private static final String ENCODED = URLEncoder.encode(CANARY, StandardCharsets.UTF_8);
  private static final List<List<String>> COMMANDS =
      List.of(
          List.of("status"),
          List.of("status", "--json"),
          List.of("migrate"),
          List.of("migrate", "--json"),
          List.of("doctor"),
          List.of("doctor", "--json"));

  @TempDir private Path folder;

  private static void assertSilent(Result result) {
    for (String form : List.of(CANARY, ENCODED, "c4n4ry")) {
      assertThat(result.out()).doesNotContain(form);
      assertThat(result.err()).doesNotContain(form);
    }
  }

  private void runAll(Project project, int code) {
    for (List<String> command : COMMANDS) {
      assertSilent(project.run(command.toArray(new String[0])).exits(code));
      List<String> debug = new ArrayList<>(command);
      debug.add("--debug");
      assertSilent(project.run(debug.toArray(new String[0])).exits(code));
    }
  }

  @Test
  void staysSilentWhenAllIsWell(@Migrated ScratchDatabase database) throws SQLException {
    String role = "canary_" + database.name().substring(database.name().length() - 20);
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(role, CANARY));
      try {
        statement.execute("GRANT CREATE ON SCHEMA public TO " + role);
        statement.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO " + role);
        DatabaseSettings settings =
            database.settings().withLogin(role, Optional.of(Secret.of(CANARY)));
        for (List<String> command : COMMANDS) {
          Project project = Project.in(folder).with("DATABASE_URL", settings.uri());
          Result result = project.run(command.toArray(new String[0]));
          // A migrate may fail, since the tables aren't this role's; what counts is what it says.
          assertThat(result.code()).isIn(0, 5);
          assertSilent(result);
        }
      } finally {
        statement.execute("DROP OWNED BY " + role);
        statement.execute("DROP ROLE " + role);
      }
    }
  }

  @Test
  void staysSilentWhenTheServerRefusesThePassword(ScratchDatabase database) {
    DatabaseSettings wrong =
        database.settings().withLogin(database.settings().user(), Optional.of(Secret.of(CANARY)));
    runAll(Project.in(folder).with("DATABASE_URL", wrong.uri()), 3);
    runAll(Project.in(folder).dotEnv("DATABASE_URL=" + wrong.uri() + "\n"), 3);
  }

  @Test
  void staysSilentWhenNobodyListens() {
    runAll(
        Project.in(folder).with("DATABASE_URL", "postgres://u:" + ENCODED + "@127.0.0.1:1/d"), 3);
    runAll(
        Project.in(folder)
            .with("DATABASE_URL", "postgres://u@127.0.0.1:1/d")
            .with("PGPASSWORD", CANARY),
        3);
  }

  @Test
  void staysSilentAboutMalformedSettings() {
    for (String url :
        List.of(
            "postgres://u:" + CANARY + "@h/d",
            "postgres:/u:" + ENCODED + "@h/d",
            "mysql://u:" + ENCODED + "@h/d",
            "postgres://u:" + ENCODED + "@h:port/d",
            "postgres://h/d?password=" + ENCODED + "&sslmode=" + ENCODED,
            "postgres://u@h/d?" + ENCODED + "=1&password=x",
            ENCODED)) {
      runAll(Project.in(folder).with("DATABASE_URL", url), 2);
      runAll(Project.in(folder).dotEnv("DATABASE_URL='" + url + "'\nbroken " + CANARY + "\n"), 2);
      for (List<String> command : COMMANDS) {
        List<String> withFlag = new ArrayList<>(command);
        withFlag.addAll(List.of("--database-url", url));
        assertSilent(
            Project.in(folder.resolve("flag")).run(withFlag.toArray(new String[0])).exits(2));
      }
    }
  }

  @Test
  void staysSilentInARealProcess(ScratchDatabase database) {
    HostPort host = database.settings().hosts().get(0);
    DatabaseSettings wrong =
        DatabaseSettings.of(host, "nothing", "nobody", Optional.of(Secret.of(CANARY)));
    Project project = Project.in(folder).with("DATABASE_URL", wrong.uri());
    try (GwdbProcess process = project.process("doctor", "--debug")) {
      assertSilent(process.result().exits(3));
    }
  }

  /** What any user of the machine can read of a process is its command line. */
  @Test
  void handsNoPasswordToChildrensArguments(ScratchDatabase database) {
    Project project =
        Project.in(folder)
            .with("DATABASE_URL", "postgres://u:" + ENCODED + "@127.0.0.1:1/d")
            .with("PATH", System.getenv("PATH"));
    List<String> seen = new ArrayList<>();
    try (GwdbProcess process = project.process("prepare", "--out", "types")) {
      await()
          .atMost(Duration.ofSeconds(40))
          .pollInterval(Duration.ofMillis(2))
          .until(
              () -> {
                process
                    .handle()
                    .descendants()
                    .forEach(child -> child.info().commandLine().ifPresent(seen::add));
                return !process.isAlive();
              });
      assertSilent(process.result().exits(0));
    }
    assertThat(seen).anyMatch(line -> line.contains("postgres"));
    assertThat(seen)
        .noneMatch(line -> line.contains("c4n4ry"))
        .noneMatch(line -> line.contains("password"));
  }
}
