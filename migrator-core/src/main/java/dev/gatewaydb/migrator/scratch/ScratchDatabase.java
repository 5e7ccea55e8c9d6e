package dev.gatewaydb.migrator.scratch;

import dev.gatewaydb.migrator.connect.DatabaseSettings;
import javax.sql.DataSource;

/** One throw-away database; closing it drops it, whoever is still connected. */
public final class ScratchDatabase implements AutoCloseable {
  private final ScratchServer server;
  private final String name;

  ScratchDatabase(ScratchServer server, String name) {
    this.server = server;
    this.name = name;
  }

  /** Its name on the server. */
  public String name() {
    return name;
  }

  /** How to reach it, as its owner. */
  public DatabaseSettings settings() {
    return server.settings(name);
  }

  /** A new connection at each call, without a pool. */
  public DataSource dataSource() {
    return settings().dataSource();
  }

  @Override
  public void close() {
    server.drop(name);
  }
}
