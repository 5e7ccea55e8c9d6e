package dev.gatewaydb.migrator.layout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewaydb.testing.Project;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ManifestTest {
  @TempDir private Path folder;
  private Project project;
  private String hash;

  @BeforeEach
  void write() {
    project =
        new Project(folder)
            .with("V1__a.sql", "SELECT 1;")
            .with("V2__b.sql", "SELECT 2;")
            .with("R__c.sql", "SELECT 3;")
            .with("afterMigrate.sql", "SELECT 4;")
            .with("U2__b.sql", "SELECT 5;");
    hash = project.set().manifestHash();
  }

  @Test
  void isThatOfWhatRuns() {
    assertThat(hash).matches("[0-9a-f]{64}");
    project.with("U2__b.sql", "SELECT 6;").with("readme.txt", "x");
    assertThat(project.set().manifestHash()).isEqualTo(hash);
  }

  @Test
  void changesWithEachFile() {
    for (String name : new String[] {"V1__a.sql", "V2__b.sql", "R__c.sql", "afterMigrate.sql"}) {
      project.with(name, "SELECT 0;");
      String changed = project.set().manifestHash();
      assertThat(changed).as(name).isNotEqualTo(hash);
      hash = changed;
    }
    project.with("V1__a.sql.conf", "executeInTransaction=false");
    assertThat(project.set().manifestHash()).isNotEqualTo(hash);
  }

  @Test
  void changesWhenTextMovesToAnotherFile() {
    project.with("V1__a.sql", "SELECT 1;SELECT 2;").with("V2__b.sql", "--");
    assertThat(project.set().manifestHash()).isNotEqualTo(hash);
    assertThat(project.set().upTo("1").manifestHash()).isNotEqualTo(project.set().manifestHash());
  }
}
