package dev.gatewaydb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gatewaydb.migrator.scratch.LocalServer;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(ScratchPostgres.class)
final class PrerequisitesCommandTest {
  private static final String UUID_OSSP = "CREATE EXTENSION \"uuid-ossp\";\n";
  private static final String MISSING = "CREATE EXTENSION no_such_thing;\n";

  @TempDir private Path folder;

  @BeforeEach
  void write() throws IOException {
    write("gwdb.toml", "[migrations]\ndirectory = \"db/sql\"\n");
    write("db/sql/V1__a.sql", "CREATE TABLE a (id uuid DEFAULT uuid_generate_v4());\n");
  }

  private void write(String name, String text) throws IOException {
    Files.createDirectories(folder.resolve(name).getParent());
    Files.writeString(folder.resolve(name), text);
  }

  private Project on(ScratchDatabase database) {
    return Project.in(folder).with(database);
  }

  @Test
  void leadsFromMissingToMigrated(ScratchDatabase database) throws IOException {
    write("db/sql/prerequisites.sql", "CREATE SCHEMA ext;\n" + UUID_OSSP);
    Project project = on(database);
    assertThat(project.run("prerequisites", "show").exits(0).out())
        .containsPattern("uuid-ossp +installable +1.1 +any")
        .contains("prerequisites.sql, line 1: CREATE SCHEMA (not checked)")
        .contains("1 missing")
        .contains("Run 'gwdb prerequisites apply'");
    project.run("prerequisites", "check").exits(1);
    assertThat(project.run("doctor").exits(1).out()).contains("uuid-ossp is installable");
    assertThat(project.run("migrate").exits(4).errors())
        .singleElement()
        .asString()
        .contains("uuid-ossp (installable)");
    assertThat(project.run("status").exits(0).out()).contains("0 applied, 1 pending");

    assertThat(project.run("prerequisites", "apply").exits(0).out())
        .contains("done           CREATE EXTENSION uuid-ossp")
        .contains("2 statements run");
    assertThat(project.run("prerequisites", "apply").exits(0).out())
        .contains("there already  CREATE EXTENSION uuid-ossp")
        .contains("0 statements run");
    assertThat(project.run("prerequisites", "check").exits(0).out())
        .containsPattern("uuid-ossp +present +1.1")
        .contains("all extensions that db/sql/prerequisites.sql asks for are there");
    project.run("migrate").exits(0);
    assertThat(project.run("doctor").exits(0).out()).containsPattern("extensions +uuid-ossp");
  }

  @Test
  void reportsAsJson(ScratchDatabase database) throws IOException {
    write("db/prerequisites.sql", UUID_OSSP + MISSING + "SELECT 1;\n");
    Result check = on(database).run("prerequisites", "check", "--json").exits(1);
    JsonNode report = check.json();
    assertThat(report.fieldNames())
        .toIterable()
        .containsExactly("file", "missing", "extensions", "others");
    assertThat(report.get("file").textValue()).isEqualTo("db/prerequisites.sql");
    assertThat(report.get("missing").intValue()).isEqualTo(2);
    assertThat(report.get("others").get(0).textValue()).isEqualTo("line 3: SELECT 1");
    JsonNode last = report.get("extensions").get(1);
    assertThat(last.fieldNames())
        .toIterable()
        .containsExactly("name", "state", "version", "wanted", "nextStep");
    assertThat(last.get("state").textValue()).isEqualTo("unavailable");
    assertThat(last.get("version").isNull()).isTrue();
    assertThat(last.get("nextStep").textValue()).contains("apt-cache");
    assertThat(on(database).run("prerequisites", "show", "--json").exits(0).out())
        .isEqualTo(check.out());

    Result refused = on(database).run("prerequisites", "apply").exits(4);
    assertThat(refused.errors()).containsExactly("this server doesn't have: no_such_thing");
    write("db/prerequisites.sql", UUID_OSSP);
    JsonNode applied = on(database).run("prerequisites", "apply", "--json").exits(0).json();
    assertThat(applied.get("statements").get(0).get("ran").booleanValue()).isTrue();
    assertThat(applied.get("statements").get(0).get("statement").textValue())
        .isEqualTo("CREATE EXTENSION uuid-ossp");
  }

  @Test
  void withoutAFileThereIsNothingToDo(ScratchDatabase database) {
    for (String command : new String[] {"show", "check", "apply"}) {
      assertThat(on(database).run("prerequisites", command).exits(0).out())
          .isEqualTo("no prerequisites: the migrations ask for nothing\n");
    }
    JsonNode report = on(database).run("prerequisites", "check", "--json").exits(0).json();
    assertThat(report.get("file").isNull()).isTrue();
    assertThat(report.get("extensions")).isEmpty();
    on(database).run("prerequisites").exits(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"db/sql/prerequisites.sql", "db/prerequisites.sql", "prerequisites.sql"})
  void findsTheFileWhereItUsuallyLies(String place, ScratchDatabase database) throws IOException {
    write(place, MISSING);
    assertThat(on(database).run("prerequisites", "check").exits(1).out()).contains("no_such_thing");
  }

  @Test
  void takesTheFileThatIsNamed(ScratchDatabase database) throws IOException {
    write("prerequisites.sql", UUID_OSSP);
    write("db/prerequisites.sql", MISSING);
    assertThat(on(database).run("prerequisites", "check").exits(2).errors())
        .singleElement()
        .asString()
        .contains("there are several prerequisites files")
        .contains(folder.resolve("db/prerequisites.sql").toString());
    String key = "prerequisites = \"docker/init/01.sql\"\n";
    Files.writeString(folder.resolve("gwdb.toml"), "[migrations]\ndirectory = \"db/sql\"\n" + key);
    assertThat(on(database).run("prerequisites", "check").exits(2).errors())
        .containsExactly("docker/init/01.sql: not there");
    write("docker/init/01.sql", UUID_OSSP);
    assertThat(on(database).run("prerequisites", "show").exits(0).out()).contains("uuid-ossp");
    assertThat(on(database).run("config", "show").exits(0).out())
        .containsPattern("migrations.prerequisites +docker/init/01.sql +gwdb.toml");
  }

  @Test
  void showsTheOneThatLiesAround() throws IOException {
    write("prerequisites.sql", UUID_OSSP);
    assertThat(Project.in(folder).run("config", "show").exits(0).out())
        .containsPattern("migrations.prerequisites +.*/prerequisites.sql +default: its name");
  }

  @Test
  void localDevAppliesThemAsASuperuser() throws IOException {
    write("prerequisites.sql", UUID_OSSP);
    try {
      assertThat(Project.in(folder).run("local-dev", "--detach").exits(0).err())
          .contains("1 applied, 0 pending");
    } finally {
      new LocalServer(folder.resolve(".gwdb/postgres")).stop();
    }
  }
}
