package dev.gatewaydb.migrator.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.testing.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders of sqlx, golang-migrate and Rack Gateway. */
final class OtherLayoutsTest {
  @TempDir private Path temp;
  private Path folder;
  private Project project;

  @BeforeEach
  void make() throws IOException {
    folder = Files.createDirectory(temp.resolve("migrations"));
    project = new Project(folder);
  }

  private MigrationSet read(Layout layout) {
    return MigrationSet.read(folder, layout);
  }

  private List<String> faults(Layout layout) {
    ConfigurationException thrown =
        catchThrowableOfType(ConfigurationException.class, () -> read(layout));
    assertThat(thrown).as("faults").isNotNull();
    return thrown.faults().stream()
        .map(fault -> fault.replace("migrations folder " + folder + ": ", ""))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "SQLX, 20260212100000_initial_schema.sql, 20260212100000, initial schema",
    "SQLX, 0007_add.users.table.sql, 0007, add.users.table",
    "SQLX, 1_Mixed Case and spaces.sql, 1, Mixed Case and spaces",
    "SQLX, 0_zero.up.sql, 0, zero",
    "SQLX, 9223372036854775807_largest.sql, 9223372036854775807, largest",
    "SQLX, 3__a__b.sql, 3, ' a  b'",
    "GOLANG_MIGRATE, 000001_create_users.up.sql, 000001, create users",
    "GOLANG_MIGRATE, 1_a.b.up.sql, 1, a.b",
    "GOLANG_MIGRATE, 1_.up.sql, 1, ''",
    "GOLANG_MIGRATE, 2_upper.up.SQL, 2, upper",
    "PLAIN, 20250923130200_init.sql, 20250923130200, init",
    "PLAIN, 2024-01-02_dated.sql, 2024-01-02, dated",
    "PLAIN, v1b_odd_words.sql, v1b, odd words",
  })
  void readsNames(Layout layout, String name, String version, String description) {
    project.with(name, "SELECT 1;");

    assertThat(read(layout).migrations())
        .singleElement()
        .satisfies(
            migration -> {
              assertThat(migration.version()).isEqualTo(version);
              assertThat(migration.description()).isEqualTo(description);
              assertThat(migration.up().path()).isEqualTo(name);
              assertThat(migration.reversible()).isFalse();
            });
  }

  @Test
  void servesWhatFitsAndListsTheRest() {
    project
        .with("1_one.up.sql", "SELECT 1;")
        .with("1_one.down.sql", "SELECT -1;")
        .with("2_two.sql", "SELECT 2;")
        .with("03_three.up.sql", "SELECT 3;")
        .with("03_three.down.sql", "\n")
        .with("README.md", "")
        .with("schema.sql", "")
        .with("embed.go", "")
        .with(".keep", "")
        .with("._4_mac.sql", "")
        .with("old/4_four.up.sql", "");

    MigrationSet sqlx = read(Layout.SQLX);
    assertThat(sqlx.migrations()).extracting(Migration::version).containsExactly("1", "2", "03");
    assertThat(sqlx.migrations())
        .extracting(Migration::reversible)
        .containsExactly(true, false, false);
    assertThat(sqlx.ignored())
        .containsExactly(
            "._4_mac.sql",
            ".keep",
            "03_three.down.sql",
            "README.md",
            "embed.go",
            "old/4_four.up.sql",
            "schema.sql");
    assertThat(read(Layout.GOLANG_MIGRATE).migrations())
        .extracting(Migration::version)
        .containsExactly("1", "03");
    assertThat(read(Layout.GOLANG_MIGRATE).ignored()).contains("2_two.sql");
  }

  @Test
  void namesEveryWrongFileOfSqlx() throws IOException {
    project
        .with("1_one.sql", "SELECT 1;")
        .with("001_again.up.sql", "SELECT 1;")
        .with("2_alone.down.sql", "SELECT 1;")
        .with("abc_create.sql", "SELECT 1;")
        .with("9223372036854775808_large.sql", "SELECT 1;")
        .with("4_empty.sql", "")
        .with("5_nul.up.sql", "SELECT '\0';")
        .with("5_nul.down.sql", "SELECT 1;");
    Files.write(folder.resolve("6_latin.sql"), new byte[] {'-', '-', (byte) 0xe4, '\n'});
    Files.createDirectory(folder.resolve("7_folder.sql"));
    Files.createSymbolicLink(folder.resolve("8_link.sql"), temp.resolve("elsewhere.sql"));
    Files.writeString(temp.resolve("elsewhere.sql"), "SELECT 1;");

    assertThat(faults(Layout.SQLX))
        .containsExactlyInAnyOrder(
            "1_one.sql: version 1 is taken by 001_again.up.sql",
            "2_alone.down.sql: no up file with version 2",
            "abc_create.sql: version 'abc' is not a number, as sqlx wants it",
            "9223372036854775808_large.sql: version 9223372036854775808 is larger than 9223372036854775807",
            "4_empty.sql: is empty; where nothing is to be done, a comment says why",
            "5_nul.up.sql: holds a NUL character, which PostgreSQL can't take; is it text?",
            "6_latin.sql: not UTF-8",
            "7_folder.sql: is a folder",
            "8_link.sql: is a link that leads out of the folder; put the file here");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.up.sql", "x.down.sql", "1_x.UP.sql", "1_x.Down.SQL"})
  void refusesNamesThatGolangMigrateWouldPassOver(String name) {
    project.with(name, "SELECT 1;");
    assertThat(faults(Layout.GOLANG_MIGRATE))
        .containsExactly(name + ": name must look like 000001_what_it_does.up.sql");
  }

  @Test
  void namesWrongVersionsOfGolangMigrate() {
    project
        .with("v1_x.up.sql", "SELECT 1;")
        .with("18446744073709551615_x.up.sql", "SELECT 1;")
        .with("2_a.up.sql", "SELECT 1;")
        .with("02_b.up.sql", "SELECT 1;")
        .with("03_b.down.sql", "SELECT 1;");
    assertThat(faults(Layout.GOLANG_MIGRATE))
        .containsExactlyInAnyOrder(
            "v1_x.up.sql: version 'v1' is not a number, as golang-migrate wants it",
            "18446744073709551615_x.up.sql: version 18446744073709551615 is larger than 9223372036854775807",
            "2_a.up.sql: version 2 is taken by 02_b.up.sql",
            "03_b.down.sql: no up file with version 3");
  }

  @Test
  void sortsNumbersByValue() {
    project
        .with("10_ten.up.sql", "SELECT 1;")
        .with("9_nine.up.sql", "SELECT 1;")
        .with("0011_eleven.up.sql", "SELECT 1;");
    assertThat(read(Layout.GOLANG_MIGRATE).migrations())
        .extracting(Migration::version)
        .containsExactly("9", "10", "0011");
    assertThat(read(Layout.GOLANG_MIGRATE).find("00009").map(Migration::version)).contains("9");
    assertThat(read(Layout.GOLANG_MIGRATE).find("11").map(Migration::version)).contains("0011");
    assertThat(read(Layout.GOLANG_MIGRATE).find("12")).isEmpty();
    assertThat(read(Layout.GOLANG_MIGRATE).find("")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "1_a.sql, 2_b.sql, 10_c.sql, 10_c.sql: comes",
    "001_a.sql, 1_b.sql, 2_c.sql, 1_b.sql: version 1 can't be told from 001_a.sql",
    "1-2_a.sql, 1.2_b.sql, 3_c.sql, 1.2_b.sql: version 1.2 can't be told from 1-2_a.sql",
    "1_a.sql, 1_b.sql, 2_c.sql, 1_b.sql: version 1 is taken by 1_a.sql",
    "1_a.up.sql, 2_b.sql, 3_c.sql, 1_a.up.sql: is one of a pair",
    "averyverylongversion_a.sql, b_b.sql, c_c.sql, averyverylongversion_a.sql: version",
  })
  void refusesTextsThatNumbersWouldOrderOtherwise(String a, String b, String c, String fault) {
    project.with(a, "SELECT 1;").with(b, "SELECT 1;").with(c, "SELECT 1;");
    List<String> faults = faults(Layout.PLAIN);
    // 10 comes before 1 and 2 by name: told where the order turns.
    assertThat(faults)
        .singleElement()
        .asString()
        .startsWith(fault.startsWith("10_c") ? "1_a.sql: comes after 10_c.sql by name" : fault);
  }

  @ParameterizedTest
  @CsvSource({
    "001, 1",
    "0, 0",
    "000, 0",
    "20250923130200, 20250923130200",
    "2024-01-02, 2024.1.2",
    "2024.01.02, 2024.1.2",
    "20240101T120000, 20240101.84.120000",
    "20240101a, 20240101.97",
    "v1, 118.1",
    "1-, 1.45",
  })
  void keepsTextsAsNumbers(String text, String number) {
    assertThat(TextVersion.toNumbers(text)).isEqualTo(number);
  }

  @ParameterizedTest
  @EnumSource(value = Layout.class, names = "FLYWAY", mode = EnumSource.Mode.EXCLUDE)
  void takesLineEndingsAndByteOrderMarks(Layout layout) {
    String end = layout == Layout.GOLANG_MIGRATE ? ".up.sql" : ".sql";
    project
        .with("1_crlf" + end, "SELECT 1;\r\n")
        .with("2_bom" + end, "\uFEFFSELECT 2;\n")
        .with("3_outside" + end, "-- no-transaction\r\nSELECT 3;\n");

    MigrationSet set = read(layout);
    assertThat(set.layout()).isEqualTo(layout);
    assertThat(set.migrations().get(1).up().text()).isEqualTo("SELECT 2;\n");
    // sha384sum of the files' bytes.
    assertThat(set.migrations().get(0).up().sha384())
        .isEqualTo(
            "17397e2e60835e677161a3f8f86849089bb0b9ac29484fca0511f769d62d8c2e143ab512c903b43a60a01ad7452c86c6");
    assertThat(set.migrations().get(1).up().sha384())
        .isEqualTo(
            "6ca12b6da526082b23592a76546431bafb9edf6ad49010ad5f0d9141819c44212713b9680f3457897973cf8e11d8f86e");
    assertThat(set.migrations())
        .extracting(m -> set.runsOutsideTransaction(m.up()))
        .containsExactly(false, false, true);
  }
}
