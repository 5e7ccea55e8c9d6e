package dev.gatewaydb.sync.initsql;

import dev.gatewaydb.migrator.catalog.CatalogObject;
import dev.gatewaydb.migrator.catalog.ObjectId;
import dev.gatewaydb.migrator.catalog.SchemaDifference;
import dev.gatewaydb.migrator.catalog.SchemaSnapshot;
import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Checks an init SQL file, whoever made it, against the migrations. */
public final class InitSqlValidator {
  private final ScratchServer scratch;
  private final InitSqlOptions options;

  /** Uses scratch databases, which are gone afterwards. */
  public InitSqlValidator(ScratchServer scratch, InitSqlOptions options) {
    this.scratch = scratch;
    this.options = options;
  }

  /**
   * Loads the file into an empty database, twice, and into one that has the other systems' tables.
   *
   * @param file its text; lines for psql that have no effect on the schema are skipped
   * @throws dev.gatewaydb.migrator.error.ConfigurationException for a file that only psql can load
   *     or that holds data
   */
  public Validation validate(String file, MigrationSet migrations) {
    SqlScript script = SqlScript.of(file);
    Optional<Boolean> intact = InitSql.headerOf(file).map(InitSql.Header::intact);
    Wanted wanted = new MigratedSchema(scratch, options).of(migrations);
    try (ScratchRoles roles = ScratchRoles.make(scratch, script.roles())) {
      return validate(script, intact, wanted);
    } catch (SQLException e) {
      throw new FailedException("can't read a scratch database: " + e.getMessage(), "", e);
    }
  }

  private Validation validate(SqlScript script, Optional<Boolean> intact, Wanted wanted)
      throws SQLException {
    SchemaSnapshot loaded;
    List<String> changed = List.of();
    Optional<String> secondLoad = Optional.empty();
    try (ScratchDatabase database = scratch.create()) {
      Optional<String> failure = load(script, database);
      if (failure.isPresent()) {
        return Validation.notLoadable(intact, failure.get());
      }
      try (Connection connection = database.dataSource().getConnection()) {
        loaded = SchemaSnapshot.read(connection);
        Identities before = Identities.of(connection);
        secondLoad = load(script, database);
        if (secondLoad.isEmpty()) {
          changed = before.changesTo(Identities.of(connection));
        }
      }
    }
    return new Validation(
        intact,
        Optional.empty(),
        difference(wanted, loaded),
        secondLoad,
        changed,
        missingKeys(script, wanted));
  }

  private static Optional<String> load(SqlScript script, ScratchDatabase database)
      throws SQLException {
    try (Connection connection = database.dataSource().getConnection()) {
      script.run(connection);
      return Optional.empty();
    } catch (SqlScript.LoadException e) {
      return Optional.of("line %d: %s".formatted(e.line(), e.getMessage()));
    }
  }

  /** Spelling that changes by being loaded doesn't count. */
  private SchemaDifference difference(Wanted wanted, SchemaSnapshot loaded) {
    SchemaSnapshot relevant = relevant(wanted, loaded);
    SchemaDifference difference = SchemaDifference.between(wanted.schema(), relevant);
    if (difference.isEmpty()) {
      return difference;
    }
    SchemaDifference respelled =
        SchemaDifference.between(new Rebuild(scratch).respelled(wanted), relevant);
    return respelled.differences().size() < difference.differences().size()
        ? respelled
        : difference;
  }

  /** Without what the file may hold beside its own: other systems' tables, and keys to them. */
  private SchemaSnapshot relevant(Wanted wanted, SchemaSnapshot loaded) {
    Set<ObjectId> keys = new HashSet<>();
    wanted.keys().forEach(key -> keys.add(key.constraint().id()));
    return loaded
        .withoutTables(options.history().bookkeepingTables())
        .withoutTables(options.neighbours())
        .filter(object -> !keys.contains(object.id()))
        .filter(
            object ->
                !object.id().equals(CreationPlan.PUBLIC)
                    || wanted.schema().find(object.id()).isPresent());
  }

  private List<String> missingKeys(SqlScript script, Wanted wanted) throws SQLException {
    if (wanted.keys().isEmpty()) {
      return List.of();
    }
    List<String> missing = new ArrayList<>();
    try (ScratchDatabase database = scratch.create()) {
      try (Connection connection = database.dataSource().getConnection()) {
        MigratedSchema.create(
            connection, new MigratedSchema(scratch, options).neighbours(wanted.schema()));
      }
      Optional<String> failure = load(script, database);
      if (failure.isPresent()) {
        return List.of("can't be loaded there: " + failure.get());
      }
      try (Connection connection = database.dataSource().getConnection()) {
        SchemaSnapshot loaded = SchemaSnapshot.read(connection);
        for (ConditionalKey key : wanted.keys()) {
          ObjectId id = key.constraint().id();
          String here =
              loaded
                  .find(id)
                  .flatMap((CatalogObject found) -> found.property("definition"))
                  .orElse("not there");
          if (!here.equals(key.definition())) {
            missing.add("%s: %s, expected %s".formatted(id, here, key.definition()));
          }
        }
      }
    }
    return missing;
  }
}
