package dev.gatewaydb.migrator.connect;

import static dev.gatewaydb.migrator.connect.Settings.CANARY;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PassFileTest {
  @TempDir private Path home;

  private Path write(String content, String permissions) throws IOException {
    Path file = Files.writeString(home.resolve(".pgpass"), content);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  private String password(String url) {
    return Settings.read(Map.of("DATABASE_URL", url), home)
        .database()
        .password()
        .map(Secret::reveal)
        .orElse("none");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          h:5432:d:u:p                  | p
          *:*:*:*:p                     | p
          h:*:*:u:a:b                   | a:b
          h:*:*:u:a\\:b\\\\c            | a:b\\c
          h:*:*:u:é                     | é
          h:*:*:u: p                    |  ' p'
          #h:5432:d:u:p                 | none
          h:5433:d:u:p                  | none
          i:5432:d:u:p                  | none
          h:5432:d:v:p                  | none
          h:5432:d*:u:p                 | none
          \\*:5432:d:u:p                | none
          h:5432:d:u                    | none
          h:5432:d:u:                   | none
          ::::                          | none
          """)
  void matchesAsLibpq(String line, String expected) throws IOException {
    write(line + "\n", "rw-------");
    assertThat(password("postgres://u@h/d")).isEqualTo(expected);
  }

  @Test
  void takesTheFirstLineThatFits() throws IOException {
    write("# one\r\n\r\nx:*:*:*:no\r\n*:*:d:u:yes\r\n*:*:*:*:late\r\n", "rw-------");
    assertThat(password("postgres://u@h/d")).isEqualTo("yes");
    assertThat(password("postgres://u:own@h/d")).isEqualTo("own");
  }

  @Test
  void matchesEscapedNames() throws IOException {
    write("\\:\\:1:5432:a\\:b:u\\\\v:p", "rw-------");
    assertThat(password("postgres://u%5Cv@[::1]/a%3Ab")).isEqualTo("p");
  }

  @Test
  void goesWithoutAFile() {
    assertThat(password("postgres://u@h/d")).isEqualTo("none");
  }

  @Test
  void refusesFilesOpenToOthers() throws IOException {
    Path file = write("*:*:*:*:" + CANARY, "rw-r-----");
    assertThat(
            Settings.faults(
                Map.of("DATABASE_URL", "postgres://u@h/d", "PGPASSFILE", file.toString())))
        .hasMessageContaining("group or world access")
        .hasMessageContaining("0600");
  }

  @Test
  void refusesWhatIsNotText() throws IOException {
    Path file = write("", "rw-------");
    Files.write(file, ("*:*:*:*:" + CANARY + "é").getBytes(StandardCharsets.ISO_8859_1));
    assertThat(
            Settings.faults(
                Map.of("DATABASE_URL", "postgres://u@h/d?passfile=" + Percent.encode("" + file))))
        .hasMessageContaining("can't be read");
  }

  @Test
  void refusesDifferentPasswordsForSeveralHosts() throws IOException {
    Path file = write("h1:*:*:*:" + CANARY + "\nh2:*:*:*:" + CANARY + "2", "rw-------");
    assertThat(
            Settings.faults(
                Map.of("DATABASE_URL", "postgres://u@h1,h2/d", "PGPASSFILE", "" + file)))
        .hasMessageContaining("different passwords");
    assertThat(password("postgres://u@h1,h3/d")).isEqualTo(CANARY);
  }
}
