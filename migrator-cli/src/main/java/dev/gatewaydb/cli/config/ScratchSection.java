package dev.gatewaydb.cli.config;

import dev.gatewaydb.migrator.scratch.ScratchServer;
import java.util.Optional;

/**
 * {@code [scratch]}.
 *
 * @param server {@code embedded}, {@code docker}, {@code docker:} and an image, or the URL of a
 *     server for throw-away databases, without a password; empty when not given
 */
public record ScratchSection(Optional<String> server) {
  /** The server that we bring along. */
  public static final String EMBEDDED = "embedded";

  static ScratchSection from(TomlTable table) {
    Optional<String> server = table.string("server");
    UrlRules.check(
        table,
        "server",
        server.filter(text -> !text.equals(EMBEDDED) && ScratchServer.image(text).isEmpty()));
    return new ScratchSection(server);
  }
}
