package dev.gatewaydb.migrator.operate.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.operate.backup.BackupEntry.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is taken for a backup, and what goes when. */
final class BackupFolderTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:34:56Z");

  @TempDir private Path folder;

  private static BackupManifest manifest(String file, Instant at, String database, long bytes) {
    return new BackupManifest(
        file,
        at,
        database,
        Optional.empty(),
        bytes,
        "0".repeat(64),
        "18.6",
        "18.6",
        "test",
        Optional.of("7"),
        List.of("7"),
        Map.of("public.t", 1L),
        Map.of(),
        List.of(),
        List.of(),
        1,
        Optional.empty());
  }

  private BackupManifest make(Instant at, String database) throws IOException {
    String stem = database + "-" + at.toString().replaceAll("[-:]", "");
    try (UnfinishedBackup file = UnfinishedBackup.reserve(folder, stem)) {
      Files.writeString(file.path(), "x");
      BackupManifest manifest = manifest(file.name(), at, database, 1);
      file.complete(manifest);
      return manifest;
    }
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private BackupEntry only() {
    List<BackupEntry> entries = new BackupFolder(folder).entries();
    assertThat(entries).hasSize(1);
    return entries.getFirst();
  }

  @Test
  void aManifestIsReadAsItWasWritten() throws IOException {
    BackupManifest made = make(NOW, "Ä \"db\"");
    assertThat(only().manifest()).contains(made);
    assertThat(only().state()).isEqualTo(State.WHOLE);
  }

  @Test
  void onlyWhatIsFinishedIsWhole() throws IOException {
    try (UnfinishedBackup file = UnfinishedBackup.reserve(folder, "a-20260101T000000Z")) {
      assertThat(only().state()).isEqualTo(State.RUNNING);
    }
    // As a kill between the two renames leaves it.
    Path backup = Files.createFile(folder.resolve("a-20260101T000000Z.dump"));
    Files.createFile(folder.resolve("a-20260101T000000Z.dump.json.partial"));
    assertThat(BackupFolder.entry(backup).state()).isEqualTo(State.UNFINISHED);
    assertThat(new BackupFolder(folder).newest()).isEmpty();
    Files.createFile(folder.resolve("b-20260101T000000Z.dump.partial"));
    assertThat(new BackupFolder(folder).entries())
        .hasSize(3)
        .allMatch(entry -> entry.state() == State.UNFINISHED);
    new BackupFolder(folder).removeLeftOvers();
    assertThat(names()).isEmpty();
  }

  @Test
  void namesAreNeverTakenTwice() throws IOException {
    String stem = "a-20260101T000000Z";
    try (UnfinishedBackup one = UnfinishedBackup.reserve(folder, stem);
        UnfinishedBackup other = UnfinishedBackup.reserve(folder, stem)) {
      assertThat(one.name()).isEqualTo(stem + ".dump");
      assertThat(other.name()).isEqualTo(stem + "-2.dump");
      one.complete(manifest(one.name(), NOW, "a", 0));
      try (UnfinishedBackup third = UnfinishedBackup.reserve(folder, stem)) {
        assertThat(third.name()).isEqualTo(stem + "-3.dump");
      }
    }
    assertThat(names()).containsExactly(stem + ".dump", stem + ".dump.json");
  }

  @Test
  void othersFilesAreLeftAlone() throws IOException {
    List<String> others =
        List.of("notes.txt", "x.dump", "x.dump.json", "a.partial", "a-20260101T000000Z.dump");
    for (String name : others) {
      Files.writeString(folder.resolve(name), "x");
    }
    Files.createDirectory(folder.resolve("b-20260101T000000Z.dump.partial"));
    Files.createSymbolicLink(
        folder.resolve("c-20260101T000000Z.dump.partial"), folder.resolve("notes.txt"));
    BackupFolder backups = new BackupFolder(folder);
    assertThat(only().state()).isEqualTo(State.UNKNOWN);
    List<String> before = names();
    backups.prune(
        backups.planPrune(new Retention(Duration.ZERO, Duration.ZERO, Duration.ZERO), NOW));
    backups.removeLeftOvers();
    assertThat(names()).isEqualTo(before);
    assertThatThrownBy(() -> new BackupFolder(folder.resolve("no")))
        .isInstanceOf(ConfigurationException.class);
  }

  @Test
  void aManifestSpeaksForItsOwnFileAlone() throws IOException {
    BackupManifest made = make(NOW, "a");
    Path backup = folder.resolve(made.file());
    Files.move(backup, folder.resolve("b-20260301T123456Z.dump"));
    Files.move(BackupManifest.beside(backup), folder.resolve("b-20260301T123456Z.dump.json"));
    assertThat(only().state()).isEqualTo(State.DAMAGED);
    for (String broken : List.of("", "{", "[]", "{\"kind\":\"gwdb-backup\"}", "null")) {
      Files.writeString(folder.resolve("b-20260301T123456Z.dump.json"), broken);
      assertThat(only().state()).as(broken).isEqualTo(State.DAMAGED);
    }
  }

  @Test
  void agesThinThemOut() throws IOException {
    List<BackupManifest> made = new ArrayList<>();
    for (int hours = 0; hours < 24 * 60; hours++) {
      made.add(manifest("h" + hours, NOW.minus(Duration.ofHours(hours)), "a", 1));
    }
    for (int weeks = 9; weeks < 60; weeks++) {
      made.add(manifest("w" + weeks, NOW.minus(Duration.ofDays(7L * weeks)), "a", 1));
    }
    List<BackupManifest> kept = new ArrayList<>(made);
    kept.removeAll(Retention.DEFAULT.expired(made, NOW));
    assertThat(kept.stream().filter(b -> b.createdAt().isAfter(NOW.minus(Duration.ofDays(1)))))
        .hasSize(24);
    // One for each day of thirty, and for each of the weeks before.
    assertThat(
            kept.stream()
                .filter(b -> b.createdAt().isBefore(NOW.minus(Duration.ofDays(1))))
                .filter(b -> b.createdAt().isAfter(NOW.minus(Duration.ofDays(30)))))
        .hasSize(29);
    assertThat(kept.stream().filter(b -> b.createdAt().isBefore(NOW.minus(Duration.ofDays(31)))))
        .hasSizeBetween(46, 48)
        .allMatch(b -> b.createdAt().isAfter(NOW.minus(Duration.ofDays(365))));
    // Another day's run removes nothing but what has become too old.
    assertThat(Retention.DEFAULT.expired(kept, NOW)).isEmpty();
  }

  @Test
  void theNewestAndTheProvedStay() throws IOException {
    BackupManifest proved = make(NOW.minus(Duration.ofDays(2000)), "a");
    make(NOW.minus(Duration.ofDays(1000)), "a");
    BackupManifest newest = make(NOW.minus(Duration.ofDays(999)), "a");
    BackupManifest others = make(NOW.minus(Duration.ofDays(3000)), "b");
    UnfinishedBackup.write(
        BackupManifest.beside(folder.resolve(proved.file())), proved.verified(NOW));
    BackupFolder backups = new BackupFolder(folder);
    BackupFolder.Pruned plan = backups.planPrune(Retention.DEFAULT, NOW);
    assertThat(names()).hasSize(8);
    backups.prune(plan);
    assertThat(new BackupFolder(folder).entries())
        .extracting(entry -> String.valueOf(entry.path().getFileName()))
        .containsExactly(others.file(), proved.file(), newest.file());
  }

  @Test
  void aPruneThatWasKilledIsFinishedByTheNext() throws IOException {
    BackupManifest made = make(NOW, "a");
    Files.delete(folder.resolve(made.file()));
    assertThat(only().state()).isEqualTo(State.DAMAGED);
    BackupFolder backups = new BackupFolder(folder);
    backups.prune(backups.planPrune(Retention.DEFAULT, NOW));
    assertThat(names()).isEmpty();
  }
}
