package dev.gatewaydb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.Migrated;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings that are missing, wrong, or given in several places. */
@ExtendWith(ScratchPostgres.class)
final class ConfigurationTest {
  /** Nothing listens there: port 1 is reserved, and connecting to it is refused at once. */
  private static final String NOWHERE = "postgres://app@127.0.0.1:1/gateway";

  @TempDir private Path folder;

  private Project project() {
    return Project.in(folder);
  }

  private static String refusedHost(Result result) {
    return result.exits(3).errors().get(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"migrate", "status"})
  void saysThatNothingIsSet(String command) {
    Result result = project().run(command).exits(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err().lines().findFirst()).contains("error: DATABASE_URL is not set");
    assertThat(result.errors()).hasSize(1);
    assertThat(result.err())
        .contains("export DATABASE_URL=")
        .contains(".env")
        .contains("PGHOST, PGPORT, PGUSER, PGPASSWORD and PGDATABASE");
  }

  @Test
  void saysSoAsAProcess() {
    try (GwdbProcess process = project().process("status")) {
      Result result = process.result().exits(2);
      assertThat(result.out()).isEmpty();
      assertThat(result.errors()).containsExactly("DATABASE_URL is not set");
    }
  }

  @Test
  void namesHostAndPortOfAnUnreachableServer() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    for (String command : new String[] {"migrate", "status"}) {
      String url = "postgres://app:s3cr3t-pw@127.0.0.1:" + port + "/gateway";
      Result result = project().with("DATABASE_URL", url).run(command).exits(3);
      assertThat(result.out()).isEmpty();
      assertThat(result.errors())
          .containsExactly(
              "Failed to connect to database \"gateway\" at 127.0.0.1:%d as user \"app\": connection refused"
                  .formatted(port));
      assertThat(result.err()).doesNotContain("s3cr3t-pw").doesNotContain("\tat ");
    }
  }

  @Test
  void showsAStackTraceOnlyWithDebug() {
    Project project = project().with("DATABASE_URL", NOWHERE);
    assertThat(project.run("status").exits(3).err()).doesNotContain("\tat ");
    assertThat(project.run("status", "--debug").exits(3).err()).contains("\tat ");
    assertThat(project.run("--debug", "status").exits(3).err()).contains("\tat ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DATABASE_URL | mysql://h/d | DATABASE_URL",
        "DATABASE_URL | postgres://h:port/d | DATABASE_URL",
        "DATABASE_URL | postgres://%zz@h/d | DATABASE_URL",
        "DATABASE_URL | postgres://h/d?sslmode=perhaps | sslmode",
        "DB_MAX_OPEN_CONNS | 0 | DB_MAX_OPEN_CONNS",
        "DB_MAX_OPEN_CONNS | many | DB_MAX_OPEN_CONNS",
        "DB_MAX_IDLE_CONNS | -1 | DB_MAX_IDLE_CONNS",
        "DB_CONN_MAX_LIFETIME | 30 | DB_CONN_MAX_LIFETIME"
      })
  void refusesAWrongSetting(String name, String value, String named) {
    Result result =
        project().with("DATABASE_URL", NOWHERE).with(name, value).run("migrate").exits(2);
    assertThat(result.errors()).hasSize(1).first().asString().contains(named);
  }

  @Test
  void reportsEverythingAtOnce() {
    Result result =
        project()
            .dotEnv("no assignment\nNAME='open\n")
            .with("DATABASE_URL", "postgres://h/d?sslmode=perhaps")
            .with("DB_MAX_OPEN_CONNS", "0")
            .with("DB_CONN_MAX_IDLE_TIME", "soon")
            .run("migrate")
            .exits(2);
    assertThat(result.errors())
        .hasSize(5)
        .anyMatch(line -> line.endsWith(".env: line 1 is not NAME=value or a comment"))
        .anyMatch(line -> line.endsWith(".env: line 2 opens a quote that is never closed"))
        .anyMatch(line -> line.contains("sslmode"))
        .anyMatch(line -> line.contains("DB_MAX_OPEN_CONNS"))
        .anyMatch(line -> line.contains("DB_CONN_MAX_IDLE_TIME"));
  }

  @Test
  void namesFileAndLineOfASettingFromDotEnv() {
    Path file = folder.resolve(".env");
    Project project =
        project()
            .dotEnv(
                """
                # comment
                DATABASE_URL=postgres://app@h:port/d
                TEXT='two
                lines'
                export DB_MAX_OPEN_CONNS=0 # none
                DB_MAX_IDLE_CONNS=-1
                """);
    assertThat(project.with("DB_MAX_IDLE_CONNS", "-2").run("migrate").exits(2).errors())
        .containsExactly(
            "DATABASE_URL: port is not a number from 1 to 65535 (%s, line 2)".formatted(file),
            "DB_MAX_OPEN_CONNS \"0\" is not a whole number from 1 to 10000 (%s, line 5)"
                .formatted(file),
            "DB_MAX_IDLE_CONNS \"-2\" is not a whole number from 0 to 10000");
  }

  @Test
  void saysWhereDotEnvWasLookedFor() throws IOException {
    Path below = Files.createDirectories(project().directory().resolve("a/b"));
    assertThat(project().run("status").exits(2).err())
        .contains("No .env was found in " + folder + ".\n");
    assertThat(project().at(below).run("status").exits(2).err())
        .contains("No .env was found in %s and upwards to %s.\n".formatted(below, folder));
    project().dotEnv("DATABASE_URI=postgres://app@127.0.0.1:1/misspelt\n");
    assertThat(project().at(below).run("status").exits(2).err())
        .contains("The .env that was read, %s, does not set it.".formatted(folder.resolve(".env")));
  }

  @Test
  void namesLocalDevWhereItsAddressIsMeant() {
    String hint = "'gwdb local-dev' starts it";
    String url = "postgres://newton:newton@localhost:1/newton_gateway";
    for (String command : new String[] {"migrate", "status", "doctor"}) {
      Result result = project().with("DATABASE_URL", url).run(command).exits(3);
      assertThat(result.out() + result.err()).contains(hint);
    }
    for (String other :
        new String[] {
          "postgres://app@localhost:1/newton_gateway",
          "postgres://newton@localhost:1/other",
          "postgres://newton@127.0.0.2:1/newton_gateway"
        }) {
      assertThat(project().with("DATABASE_URL", url).run("status", "--database-url", other).err())
          .doesNotContain(hint);
    }
  }

  @Test
  void reportsEverythingAtOnceBesideTheFlag() {
    Result result =
        project()
            .dotEnv("no assignment\n")
            .with("DB_MAX_OPEN_CONNS", "0")
            .run("migrate", "--database-url", "postgres://h/d?sslmode=perhaps")
            .exits(2);
    assertThat(result.errors())
        .hasSize(3)
        .anyMatch(line -> line.startsWith("--database-url: sslmode"));
  }

  @Test
  void touchesNothingWhenSomethingIsWrong() {
    try (FakeServer server = new FakeServer("16.4")) {
      project()
          .with("DATABASE_URL", server.url())
          .with("DB_MAX_OPEN_CONNS", "0")
          .run("migrate")
          .exits(2);
      assertThat(server.connections()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"9.6.24,9.6", "13.23,13.23"})
  void refusesAnOldServer(String version, String shown) {
    try (FakeServer server = new FakeServer(version)) {
      Project project = project().with("DATABASE_URL", server.url());
      for (String command : new String[] {"migrate", "status"}) {
        Result result = project.run(command).exits(2);
        assertThat(result.errors())
            .containsExactly(
                "the server is PostgreSQL %s; 14 is the oldest that works".formatted(shown));
      }
      assertThat(server.writes()).isZero();
    }
  }

  @Test
  void refusesATransactionPooler() {
    try (FakeServer server = new FakeServer("16.4")) {
      Result result = project().with("DATABASE_URL", server.url()).run("migrate").exits(4);
      assertThat(result.errors().get(0)).contains("PgBouncer");
      assertThat(server.writes()).isZero();
    }
  }

  @Test
  void saysWhenDotEnvIsAFolder() throws IOException {
    Files.createDirectory(folder.resolve(".env"));
    Result result = project().with("DATABASE_URL", NOWHERE).run("status").exits(2);
    assertThat(result.errors()).containsExactly(folder.resolve(".env") + " is not a file");
  }

  @Test
  void saysWhenDotEnvCantBeRead() throws IOException {
    project().dotEnv("DATABASE_URL=" + NOWHERE);
    Files.setPosixFilePermissions(
        folder.resolve(".env"), PosixFilePermissions.fromString("-wx------"));
    // Permission bits don't stop root.
    boolean readable = Files.isReadable(folder.resolve(".env"));
    Result result = project().run("status");
    if (readable) {
      refusedHost(result);
    } else {
      assertThat(result.exits(2).errors().get(0)).endsWith(".env can't be read: permission denied");
    }
  }

  @Test
  void saysWhenDotEnvIsNoText() throws IOException {
    Files.write(project().directory().resolve(".env"), new byte[] {'A', '=', (byte) 0xff, '\n'});
    Result result = project().with("DATABASE_URL", NOWHERE).run("status").exits(2);
    assertThat(result.errors()).containsExactly(folder.resolve(".env") + " is not UTF-8 text");
  }

  @Test
  void prefersFlagToEnvironmentToFile() {
    Project file = project().dotEnv("DATABASE_URL=postgres://app@127.0.0.1:1/from_file\n");
    Project both = file.with("DATABASE_URL", "postgres://app@127.0.0.1:1/from_environment");
    assertThat(refusedHost(file.run("status"))).contains("\"from_file\"");
    assertThat(refusedHost(both.run("status"))).contains("\"from_environment\"");
    assertThat(
            refusedHost(
                both.run("status", "--database-url", "postgres://app@127.0.0.1:1/from_flag")))
        .contains("\"from_flag\"");
  }

  @Test
  void takesPartsThatTheFlagLeavesOutFromTheEnvironment(@Migrated ScratchDatabase database) {
    var settings = database.settings();
    String url =
        "postgres://%s@%s/%s"
            .formatted(settings.user(), settings.hosts().get(0), settings.database());
    String password = settings.password().orElseThrow().reveal();
    project().with("PGPASSWORD", password).run("status", "--database-url", url).exits(0);
  }

  @Test
  void readsLibpqsVariables(@Migrated ScratchDatabase database) {
    var settings = database.settings();
    project()
        .with("PGHOST", settings.hosts().get(0).host())
        .with("PGPORT", Integer.toString(settings.hosts().get(0).port()))
        .with("PGUSER", settings.user())
        .with("PGPASSWORD", settings.password().orElseThrow().reveal())
        .with("PGDATABASE", settings.database())
        .run("status", "--exit-code")
        .exits(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgres://app:c4n4ry@h/d",
        "postgres://app@h/d?password=c4n4ry",
        "postgres://app@h/d?sslpassword=c4n4ry"
      })
  void refusesAPasswordOnTheCommandLine(String url) {
    Result result = project().run("status", "--database-url", url).exits(2);
    assertThat(result.errors().get(0)).startsWith("--database-url holds a password");
    assertThat(result.out() + result.err()).doesNotContain("c4n4ry");
  }

  @Test
  void doesNotTakeAPasswordFileForAPasswordOnTheCommandLine() throws IOException {
    Path passwords = Files.writeString(folder.resolve("passwords"), "*:*:*:*:c4n4ry\n");
    Files.setPosixFilePermissions(passwords, PosixFilePermissions.fromString("rw-------"));
    String url = "postgres://app@127.0.0.1:1/d?passfile=" + passwords;
    refusedHost(project().run("status", "--database-url", url));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "migrate postgres://app:c4n4ry@h/d | Unmatched argument",
        "status --databse-url postgres://app:c4n4ry@h/d | Unknown option",
        "status --database-ur=postgresql://app:c4n4ry@h/d | Unknown option",
        "postgres://app:c4n4ry@h/d | Unmatched argument",
        "local-dev --port postgres://app:c4n4ry@h/d | Invalid value"
      })
  void doesNotEchoAUrlInTheWrongPlace(String line, String said) {
    Result result = project().run(line.split(" ")).exits(2);
    assertThat(result.err()).contains(said).doesNotContain("c4n4ry");
  }

  @ParameterizedTest
  @CsvSource({
    "migrat,gwdb migrate",
    "statsu,gwdb status",
    "loc,gwdb local-dev",
    "down,gwdb revert",
    "status --jsn,--json",
    "migrate --dryrun=yes,--dry-run",
    "local-dev --detatch,--detach",
    "local-dev stpo,gwdb local-dev stop"
  })
  void suggestsTheNearestWord(String line, String suggestion) {
    Result result = project().run(line.split(" ")).exits(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err().lines())
        .hasSize(3)
        .contains("  Did you mean '%s'?".formatted(suggestion));
    assertThat(result.err()).startsWith("error: ").contains("--help'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nonsense", "revert 3", "migrate --target 5", "local-dev up", "x"})
  void suggestsNothingFarFetched(String line) {
    assertThat(project().run(line.split(" ")).exits(2).err().lines()).hasSize(2);
  }

  @Test
  void findsDotEnvUpwardsInTheProject() throws IOException {
    Project project = project().dotEnv("DATABASE_URL=postgres://app@127.0.0.1:1/upwards\n");
    Path below = Files.createDirectories(folder.resolve("a/b"));
    assertThat(refusedHost(project.at(below).run("status"))).contains("\"upwards\"");
    Files.writeString(
        folder.resolve("a/.env"), "DATABASE_URL=postgres://app@127.0.0.1:1/nearest\n");
    assertThat(refusedHost(project.at(below).run("status"))).contains("\"nearest\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gwdb.toml", ".git"})
  void doesNotLookBeyondTheProject(String marker) throws IOException {
    project().dotEnv("DATABASE_URL=postgres://app@127.0.0.1:1/beyond\n");
    Path inner = Files.createDirectories(folder.resolve("inner"));
    Files.createFile(inner.resolve(marker));
    Path below = Files.createDirectories(inner.resolve("below"));
    assertThat(project().at(below).run("status").exits(2).errors())
        .containsExactly("DATABASE_URL is not set");
  }

  @Test
  void looksOnlyInTheWorkingDirectoryOutsideOfAProject() throws IOException {
    Path below = Files.createDirectories(folder.resolve("below"));
    Project outside = new Project(below, java.util.Map.of());
    Files.writeString(folder.resolve(".env"), "DATABASE_URL=postgres://app@127.0.0.1:1/d\n");
    outside.run("status").exits(2);
    outside.dotEnv("DATABASE_URL=postgres://app@127.0.0.1:1/d\n");
    refusedHost(outside.run("status"));
  }

  @Test
  void reportsTheUnforeseenWithItsCause() throws IOException {
    Files.writeString(project().directory().resolve(".gwdb"), "in the way");
    Result result = project().run("local-dev", "--detach").exits(6);
    assertThat(result.errors()).hasSize(1);
    assertThat(result.err()).contains(".gwdb").contains("--debug").doesNotContain("\tat ");
  }
}
