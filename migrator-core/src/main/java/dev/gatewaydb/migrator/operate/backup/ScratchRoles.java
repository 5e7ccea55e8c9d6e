package dev.gatewaydb.migrator.operate.backup;

import dev.gatewaydb.migrator.check.Snapshots;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Roles that policies name, made where the whole server is ours; gone with the database. */
final class ScratchRoles implements AutoCloseable {
  private final ScratchServer server;
  private final ScratchDatabase database;
  private final List<String> made = new ArrayList<>();

  ScratchRoles(ScratchServer server, ScratchDatabase database) {
    this.server = server;
    this.database = database;
  }

  void create(List<String> roles, List<String> notes) {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      List<String> missing = new Fitness(connection, "").missingRoles(roles);
      if (!missing.isEmpty() && !server.isOurs()) {
        notes.add(
            "not on the scratch server, so policies for them can't be restored there: role "
                + String.join(", ", missing));
        return;
      }
      for (String role : missing) {
        statement.execute("CREATE ROLE %s NOLOGIN".formatted(Contents.quoted(role)));
        made.add(role);
      }
    } catch (SQLException e) {
      throw Snapshots.failed(e);
    }
  }

  /** What depends on them is in the database, which goes first. */
  @Override
  public void close() {
    if (made.isEmpty()) {
      return;
    }
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      for (String role : made) {
        statement.execute("DROP OWNED BY %s CASCADE".formatted(Contents.quoted(role)));
        statement.execute("DROP ROLE " + Contents.quoted(role));
      }
    } catch (SQLException e) {
      throw Snapshots.failed(e);
    }
  }
}
