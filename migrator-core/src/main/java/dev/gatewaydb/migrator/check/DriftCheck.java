package dev.gatewaydb.migrator.check;

import dev.gatewaydb.migrator.MigrationListener;
import dev.gatewaydb.migrator.MigrationState;
import dev.gatewaydb.migrator.MigrationStatus;
import dev.gatewaydb.migrator.Migrator;
import dev.gatewaydb.migrator.MigratorOptions;
import dev.gatewaydb.migrator.catalog.SchemaDifference;
import dev.gatewaydb.migrator.catalog.SchemaSnapshot;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.RefusedException;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * Compares a live database with a throw-away one to which exactly the same migrations were applied.
 * Takes no lock on the live one, and writes nothing.
 */
public final class DriftCheck {
  private final DataSource live;
  private final MigrationSet migrations;
  private final MigratorOptions options;
  private final Ownership ownership;
  private final IgnorePatterns ignored;
  private final List<String> notes = new ArrayList<>();

  /**
   * @param ignored patterns as in {@code public.tmp_*}; see docs/cli.md
   * @throws ConfigurationException for an empty pattern
   */
  public DriftCheck(
      DataSource live,
      MigrationSet migrations,
      MigratorOptions options,
      Ownership ownership,
      List<String> ignored) {
    this.live = live;
    this.migrations = migrations;
    this.options = options;
    this.ownership = ownership;
    this.ignored = new IgnorePatterns(ignored);
  }

  /**
   * Compares.
   *
   * @param server where the same migrations are applied once more
   * @throws dev.gatewaydb.migrator.error.FailedException when a catalog can't be read, or the
   *     migrations don't run
   * @throws RefusedException when files of applied migrations are missing, or somebody migrates
   *     meanwhile
   */
  public DriftReport run(ScratchServer server) {
    try {
      return compare(server);
    } catch (SQLException e) {
      throw Snapshots.failed(e);
    }
  }

  private DriftReport compare(ScratchServer server) throws SQLException {
    Migrator migrator = new Migrator(live, migrations, options, MigrationListener.SILENT);
    MigrationStatus status = migrator.status();
    requireFiles(status);
    String schema;
    SchemaSnapshot actual;
    try (Connection connection = live.getConnection()) {
      schema = Snapshots.historySchema(connection, options);
      actual = Snapshots.read(connection, options);
    }
    if (!applied(migrator.status()).equals(applied(status))) {
      throw new RefusedException(
          "somebody migrated or reverted while the database was read", "Run this again.", null);
    }
    SchemaSnapshot expected;
    try (ScratchDatabase database = server.create()) {
      expected = rebuild(database, status, schema, actual);
    }
    if (expected.server().major() != actual.server().major()) {
      notes.add(
          "The database is on PostgreSQL %d, the scratch database on %d: views and the like may be"
                  .formatted(actual.server().major(), expected.server().major())
              + " written differently. --scratch can name a server of the same version.");
    }
    Set<String> sorted = applied(status);
    return new DriftSorter(expected, actual, ownership, ignored)
        .report(
            status.currentVersion(),
            sorted.size(),
            SchemaDifference.between(expected, actual).differences(),
            notes);
  }

  private void requireFiles(MigrationStatus status) {
    List<String> missing =
        status.entries().stream()
            .filter(e -> e.state() == MigrationState.MISSING || e.state() == MigrationState.FUTURE)
            .map(MigrationStatus.Entry::script)
            .toList();
    if (!missing.isEmpty()) {
      throw new RefusedException(
          "applied migrations whose files are not here: " + String.join(", ", missing),
          "Compare with the build that has them: without them, all they made would look like drift.",
          null);
    }
    for (MigrationStatus.Entry entry : status.entries()) {
      switch (entry.state()) {
        case EDITED ->
            notes.add(
                "%s was edited after it had been applied; the comparison is with the file as it is now."
                    .formatted(entry.script()));
        case OUTDATED ->
            notes.add(
                "%s has changed since it ran here; migrate runs it again."
                    .formatted(entry.script()));
        default -> {
          // Nothing to say.
        }
      }
    }
  }

  private static Set<String> applied(MigrationStatus status) {
    return status.entries().stream()
        .filter(
            e ->
                e.state() == MigrationState.BELOW_BASELINE
                    || e.version().filter(status::isApplied).isPresent())
        .flatMap(e -> e.version().stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  private SchemaSnapshot rebuild(
      ScratchDatabase database, MigrationStatus status, String schema, SchemaSnapshot actual)
      throws SQLException {
    Set<String> versions = applied(status);
    Set<String> repeatables =
        status.entries().stream()
            .filter(e -> e.version().isEmpty() && e.state() != MigrationState.PENDING)
            .map(MigrationStatus.Entry::script)
            .collect(Collectors.toUnmodifiableSet());
    try (Connection connection = database.dataSource().getConnection()) {
      new ExternalStubs(connection, schema).create(ownership.external(), actual);
    }
    MigrationSet same =
        migrations.only(
            migration -> versions.contains(migration.version()),
            repeatable -> repeatables.contains(repeatable.path()));
    MigratorOptions there = options.withHistory(Optional.of(schema), options.historyTable());
    new Migrator(database, same, there, MigrationListener.SILENT).migrate();
    try (Connection connection = database.dataSource().getConnection()) {
      return Snapshots.read(connection, there)
          .withoutTables(ownership.external().stream().map(ExternalTable::name).toList());
    }
  }
}
