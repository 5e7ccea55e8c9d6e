package dev.gatewaydb.migrator.operate.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatewaydb.migrator.error.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which of several installed versions is taken. */
final class PgProgramsTest {
  private static final int FAR_FUTURE = 900;

  @TempDir private Path folder;

  private Path install(String name, String version) throws IOException {
    Path bin = Files.createDirectories(folder.resolve(name));
    Path program = bin.resolve("pg_dump");
    Files.writeString(
        program, "#!/bin/sh\necho 'pg_dump (PostgreSQL) %s (Debian)'\n".formatted(version));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    return bin;
  }

  private String find(Map<String, String> environment, int least) {
    return new PgPrograms(environment).find("pg_dump", least, "the server, which").version();
  }

  @Test
  void theOldestThatFitsInItsNewestMinorVersion() throws IOException {
    String path =
        "%s:%s::%s:%s:relative"
            .formatted(
                install("a", "903.1"),
                install("b", "901.2"),
                install("c", "901.11"),
                install("d", "900.1"));
    assertThat(find(Map.of("PATH", path), 901)).isEqualTo("901.11");
    assertThat(find(Map.of("PATH", path), FAR_FUTURE)).isEqualTo("900.1");
    assertThat(find(Map.of("PATH", path, "PG_BIN", folder.resolve("a").toString()), FAR_FUTURE))
        .isEqualTo("903.1");
    assertThat(new PgPrograms(Map.of("PATH", path)).findNewest("pg_dump", "x").version())
        .isEqualTo("903.1");
    assertThat(find(Map.of("PG_BIN", install("beta", "904beta2").toString()), 904))
        .isEqualTo("904.0");
  }

  @Test
  void aMissingOneComesWithTheWayToGetIt() throws IOException {
    String old = install("old", "15.3").toString();
    assertThatThrownBy(() -> find(Map.of("PG_BIN", old), FAR_FUTURE))
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            e ->
                assertThat(e.nextStep())
                    .contains("apt install postgresql-client-900", "brew", "PG_BIN"))
        .hasMessageContaining("the server, which needs pg_dump 900 or newer; ")
        .hasMessageContaining("pg_dump is 15.3");
    assertThatThrownBy(() -> find(Map.of("PG_BIN", folder.toString()), 15))
        .hasMessageContaining("PG_BIN=" + folder + " has none");
  }
}
