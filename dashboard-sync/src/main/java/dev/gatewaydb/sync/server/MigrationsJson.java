package dev.gatewaydb.sync.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatewaydb.migrator.MigrationStatus;
import dev.gatewaydb.migrator.MigrationStatus.Entry;
import java.time.Duration;
import java.time.Instant;

/** Where every migration stands, as JSON; docs/cli.md has the shape, under {@code gwdb status}. */
public final class MigrationsJson {
  private MigrationsJson() {}

  /** The whole status. */
  public static ObjectNode of(MigrationStatus status) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("currentVersion", status.currentVersion().orElse(null));
    root.put("pending", status.pending().size());
    ArrayNode migrations = root.putArray("migrations");
    for (Entry e : status.entries()) {
      ObjectNode migration = migrations.addObject();
      migration
          .put("version", e.version().orElse(null))
          .put("description", e.description())
          .put("script", e.script())
          .put("state", e.state().label())
          .put("checksum", e.checksum().orElse(null))
          .put("installedOn", e.installedOn().map(Instant::toString).orElse(null))
          .put("installedBy", e.installedBy().orElse(null))
          .put("durationMillis", e.duration().map(Duration::toMillis).orElse(null))
          .put("reversible", e.reversible());
      if (e.reached().isPresent()) {
        migration
            .putObject("reached")
            .put("statement", e.reached().get().statement())
            .put("state", e.reached().get().state());
      } else {
        migration.putNull("reached");
      }
    }
    return root;
  }
}
