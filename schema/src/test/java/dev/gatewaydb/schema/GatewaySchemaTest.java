package dev.gatewaydb.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class GatewaySchemaTest {
  private static final Pattern TABLE_CHANGE = Pattern.compile("(?m)^(CREATE|DROP) TABLE (\\w+)");

  @Test
  void ownsExactlyTheTablesThatTheMigrationsLeave() throws IOException {
    assertThat(GatewaySchema.ownedTables()).containsExactlyInAnyOrderElementsOf(migratedTables());
  }

  @Test
  void ownedTablesComeAfterTheTablesTheyReference() {
    List<String> owned = GatewaySchema.ownedTables();

    assertThat(owned.indexOf("api_key_usage")).isGreaterThan(owned.indexOf("api_keys"));
  }

  @Test
  void exportsOnlyOwnedTables() {
    assertThat(GatewaySchema.ownedTables()).containsAll(GatewaySchema.exportedTables());
  }

  @Test
  void ownsNoTableOfTheDashboard() {
    assertThat(GatewaySchema.ownedTables())
        .doesNotContainAnyElementsOf(GatewaySchema.dashboardTables());
  }

  @Test
  void externalReferencesGoFromOwnedTablesToTheDashboard() {
    assertThat(GatewaySchema.externalReferences())
        .singleElement()
        .satisfies(
            reference -> {
              assertThat(GatewaySchema.ownedTables()).contains(reference.table());
              assertThat(GatewaySchema.dashboardTables()).contains(reference.referencedTable());
            });
  }

  @Test
  void afterMigrateAddsTheExternalReferences() throws IOException {
    String script = Files.readString(MigrationFiles.folder().resolve("afterMigrate.sql"));

    assertThat(GatewaySchema.externalReferences())
        .allSatisfy(
            reference ->
                assertThat(script)
                    .contains(reference.constraintName())
                    .contains("'" + reference.referencedTable() + "'")
                    .contains("FOREIGN KEY (" + reference.column() + ")"));
  }

  private static List<String> migratedTables() throws IOException {
    Set<String> tables = new LinkedHashSet<>();
    for (String name : MigrationFiles.named("V")) {
      Matcher change =
          TABLE_CHANGE.matcher(Files.readString(MigrationFiles.folder().resolve(name)));
      while (change.find()) {
        if (change.group(1).equals("CREATE")) {
          tables.add(change.group(2));
        } else {
          tables.remove(change.group(2));
        }
      }
    }
    return new ArrayList<>(tables);
  }
}
