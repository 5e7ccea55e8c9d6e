package dev.gatewaydb.migrator.operate.backup;

import dev.gatewaydb.migrator.check.Snapshots;
import dev.gatewaydb.migrator.connect.ServerVersion;
import dev.gatewaydb.migrator.error.ConfigurationException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Whether a server can take a backup at all. */
final class Fitness {
  private final Connection connection;
  private final String server;

  /**
   * @param server what it is, for messages
   */
  Fitness(Connection connection, String server) {
    this.connection = connection;
    this.server = server;
  }

  /**
   * @throws ConfigurationException when it is too old, or lacks an extension
   */
  void require(BackupManifest manifest) {
    try {
      ServerVersion version = ServerVersion.of(connection);
      if (version.major() < BackupManifest.major(manifest.serverVersion())) {
        throw new ConfigurationException(
            "the backup is of PostgreSQL %s, and %s is %s: what newer servers write, older ones may"
                    .formatted(manifest.serverVersion(), server, version)
                + " not take",
            "Use a server of version %d or newer (for verify: --scratch)."
                .formatted(BackupManifest.major(manifest.serverVersion())));
      }
      List<String> missing =
          missing("SELECT name FROM pg_available_extensions", manifest.extensions());
      if (!missing.isEmpty()) {
        throw new ConfigurationException(
            "%s lacks what the backup needs: extension %s"
                .formatted(server, String.join(", ", missing)),
            "Install its package there, or use a server that has it (for verify: --scratch"
                + " docker:IMAGE).");
      }
    } catch (SQLException e) {
      throw Snapshots.failed(e);
    }
  }

  /** Those that are not there. */
  List<String> missingRoles(List<String> roles) {
    try {
      return missing("SELECT rolname FROM pg_roles", roles);
    } catch (SQLException e) {
      throw Snapshots.failed(e);
    }
  }

  private List<String> missing(String sql, List<String> wanted) throws SQLException {
    List<String> missing = new ArrayList<>(wanted);
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        missing.remove(rows.getString(1));
      }
    }
    return missing;
  }
}
