package dev.gatewaydb.sync.initsql;

import dev.gatewaydb.migrator.catalog.CatalogObject;
import dev.gatewaydb.migrator.catalog.ObjectKind;
import dev.gatewaydb.migrator.catalog.SchemaSnapshot;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Roles that a scratch server lacks, for as long as a file that names them is loaded there. */
final class ScratchRoles implements AutoCloseable {
  private static final Set<String> NO_ROLES = Set.of("PUBLIC", "CURRENT_USER");

  private final ScratchServer scratch;
  private final List<String> made = new ArrayList<>();

  private ScratchRoles(ScratchServer scratch) {
    this.scratch = scratch;
  }

  /** For the policies: without its roles a policy can't be created. */
  static ScratchRoles of(ScratchServer scratch, SchemaSnapshot snapshot) throws SQLException {
    Set<String> roles = new TreeSet<>();
    for (CatalogObject object : snapshot.objects()) {
      if (object.id().kind() == ObjectKind.POLICY) {
        roles.addAll(Arrays.asList(object.property("roles").orElse("PUBLIC").split(", ", -1)));
      }
    }
    roles.removeAll(NO_ROLES);
    return make(scratch, roles);
  }

  /**
   * @param roles quoted where SQL needs it
   */
  static ScratchRoles make(ScratchServer scratch, Collection<String> roles) throws SQLException {
    ScratchRoles made = new ScratchRoles(scratch);
    if (!roles.isEmpty()) {
      made.create(roles);
    }
    return made;
  }

  private void create(Collection<String> roles) throws SQLException {
    try (ScratchDatabase database = scratch.create();
        Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      for (String role : roles) {
        try (var row =
            statement.executeQuery("SELECT to_regrole(" + Sql.literal(role) + ") IS NULL")) {
          row.next();
          if (!row.getBoolean(1)) {
            continue;
          }
        }
        statement.execute("CREATE ROLE " + role);
        made.add(role);
      }
    }
  }

  @Override
  public void close() throws SQLException {
    if (made.isEmpty()) {
      return;
    }
    try (ScratchDatabase database = scratch.create();
        Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      for (String role : made) {
        statement.execute("DROP ROLE IF EXISTS " + role);
      }
    }
  }
}
