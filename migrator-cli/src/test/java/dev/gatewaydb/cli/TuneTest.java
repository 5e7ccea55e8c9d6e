package dev.gatewaydb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code gwdb tune}: what it prints; what it sets is TuningTest's. */
@ExtendWith(ScratchPostgres.class)
final class TuneTest {
  @TempDir private Path folder;

  @Test
  void recommendsAndChangesNothing(ScratchDatabase database) {
    Project project = Project.in(folder).with(database);
    Result result = project.run("tune", "--memory", "1GB", "--cores", "2").exits(0);
    assertThat(result.out())
        .containsPattern("work_mem +\\S+ +16MB +25 active statements")
        .containsPattern("wal_buffers +\\S+ +16MB .*\\(restart\\)");
    assertThat(result.err()).contains("Nothing was changed");
    JsonNode json =
        project.run("tune", "--memory", "1GB", "--cores", "2", "--json").exits(0).json();
    assertThat(json.get("settings").findValuesAsText("name")).contains("shared_buffers");
    assertThat(json.get("settings").findValuesAsText("applied")).containsOnly("false");
    assertThat(project.run("tune", "--memory", "1GB", "--cores", "2", "--apply").exits(4).err())
        .contains("--yes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tune",
        "tune --memory 8 --cores 1",
        "tune --memory 1MB --cores 1",
        "tune --memory 1GB --cores 0",
        "tune --memory 1GB --cores 1 --storage tape",
      })
  void refusesBadUsage(String line, ScratchDatabase database) {
    Project.in(folder).with(database).run(line.split(" ")).exits(2);
  }
}
