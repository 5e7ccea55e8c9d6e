package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.RefusedException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the last run of a fleet was to do, in {@code .gwdb/} beside its file. Which databases are
 * done is not in it: their own histories say so. Open, it keeps a second run out.
 */
final class FleetRecord implements AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Path file;
  private final FileChannel lock;

  private FleetRecord(Path file, FileChannel lock) {
    this.file = file;
    this.lock = lock;
  }

  /**
   * @param target empty for everything
   * @param finished null while databases are left
   */
  record Run(String manifest, Optional<String> target, String started, @Nullable String finished) {
    static Run now(String manifest, Optional<String> target) {
      return new Run(manifest, target, time(), null);
    }

    Run ended() {
      return new Run(manifest, target, started, time());
    }

    private static String time() {
      return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }
  }

  /**
   * @throws RefusedException when another run of the same fleet is under way
   */
  static FleetRecord open(Path fleet) throws IOException {
    Path folder = fleet.resolveSibling(".gwdb");
    Files.createDirectories(folder);
    FileChannel channel =
        FileChannel.open(
            folder.resolve(fleet.getFileName() + ".lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE);
    if (!isFree(channel)) {
      channel.close();
      throw new RefusedException(
          "another run of %s is under way".formatted(fleet), "Wait until it is done.", null);
    }
    return new FleetRecord(folder.resolve(fleet.getFileName() + ".run.json"), channel);
  }

  private static boolean isFree(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException heldByThisJvm) {
      return false;
    }
  }

  /** The last run that was recorded, if it left something to do. */
  Optional<Run> unfinished() throws IOException {
    try {
      JsonNode node = MAPPER.readTree(Files.readString(file));
      Run run =
          new Run(
              node.required("manifest").asText(),
              Optional.ofNullable(node.required("target").textValue()),
              node.required("started").asText(),
              node.required("finished").textValue());
      return run.finished() == null ? Optional.of(run) : Optional.empty();
    } catch (NoSuchFileException never) {
      return Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigurationException(
          "%s can't be read: %s".formatted(file, e.getMessage()),
          "Delete it, and start a run without --resume.");
    }
  }

  /** Whole or not at all, so that a kill leaves the earlier one. */
  void write(Run run) throws IOException {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("manifest", run.manifest());
    node.put("target", run.target().orElse(null));
    node.put("started", run.started());
    node.put("finished", run.finished());
    Path fresh =
        Files.writeString(file.resolveSibling(file.getFileName() + ".new"), node.toPrettyString());
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
