package dev.gatewaydb.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MigrationFilesTest {
  private static final List<String> SIMPLE =
      List.of(
          "20251213100000__api_keys_user_pk_address_api_key.sql",
          "20251213100500__create_policy_client_secret.sql",
          "20260210100000__create_encrypted_data_refs.sql",
          "20260212100000__drop_policy_client_owner.sql",
          "20260220100000__api_keys_add_id_pk.sql");
  private static final DateTimeFormatter VERSION =
      DateTimeFormatter.ofPattern("uuuuMMddHHmmss", Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);
  private static final Pattern LINE_COMMENT = Pattern.compile("--[^\n]*");
  private static final Pattern FUNCTION_BODY = Pattern.compile("(?s)\\$(\\w*)\\$.*?\\$\\1\\$");
  private static final Pattern TRANSACTION_CONTROL =
      Pattern.compile(
          "(?i)(^|;)\\s*(BEGIN|START\\s+TRANSACTION|COMMIT|END|ROLLBACK|ABORT|SAVEPOINT"
              + "|RELEASE|PREPARE\\s+TRANSACTION|SET)\\b");
  private static final Pattern PSQL_COMMAND = Pattern.compile("(?m)^\\s*\\\\");

  @Test
  void everyFileIsAMigrationAnUndoOrTheCallback() throws IOException {
    assertThat(MigrationFiles.in(MigrationFiles.folder()))
        .allMatch(
            name -> name.matches("[VU]\\d{14}__[a-z0-9]+(_[a-z0-9]+)*\\.sql|afterMigrate\\.sql"));
  }

  @Test
  void versionsAreTimesAndUnique() throws IOException {
    List<String> versions =
        MigrationFiles.named("V").stream().map(MigrationFilesTest::version).toList();

    assertThat(versions)
        .doesNotHaveDuplicates()
        .allSatisfy(version -> assertThat(LocalDateTime.parse(version, VERSION)).isNotNull());
  }

  @Test
  void theFirstFiveAreTheAdoptedOnesByName() throws IOException {
    List<String> adopted = SIMPLE.stream().map(name -> "V" + name).toList();

    assertThat(MigrationFiles.named("V")).startsWith(adopted.toArray(String[]::new));
  }

  @Test
  void everyLaterMigrationHasItsUndoAndNoUndoStandsAlone() throws IOException {
    List<String> reversible =
        withoutPrefix(MigrationFiles.named("V")).stream()
            .filter(name -> !SIMPLE.contains(name))
            .toList();

    assertThat(reversible).isNotEmpty();
    assertThat(withoutPrefix(MigrationFiles.named("U"))).isEqualTo(reversible);
  }

  @Test
  void everySimpleMigrationHasARollbackReference() throws IOException {
    List<String> expected = SIMPLE.stream().map(name -> name.replaceFirst("__", "_")).toList();

    assertThat(MigrationFiles.in(MigrationFiles.folder().resolve("rollback_reference")))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("allFiles")
  void leavesTransactionsAndSessionSettingsToTheMigrator(Path file) throws IOException {
    String statements =
        FUNCTION_BODY
            .matcher(LINE_COMMENT.matcher(Files.readString(file)).replaceAll(""))
            .replaceAll("''");

    assertThat(TRANSACTION_CONTROL.matcher(statements).results().map(m -> m.group().strip()))
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("allFiles")
  void holdsNoPsqlCommands(Path file) throws IOException {
    assertThat(Files.readString(file)).doesNotContainPattern(PSQL_COMMAND);
  }

  @ParameterizedTest
  @MethodSource("allFiles")
  void opensWithItsPurpose(Path file) throws IOException {
    assertThat(Files.readAllLines(file).getFirst()).matches("-- \\S.{10,}");
  }

  static List<Path> allFiles() throws IOException {
    return MigrationFiles.all();
  }

  private static String version(String name) {
    return name.substring(1, name.indexOf("__"));
  }

  private static List<String> withoutPrefix(List<String> names) {
    return names.stream().map(name -> name.substring(1)).toList();
  }
}
