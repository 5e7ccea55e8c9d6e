package dev.gatewaydb.sync.server;

import dev.gatewaydb.migrator.MigrationListener;
import dev.gatewaydb.migrator.Migrator;
import dev.gatewaydb.migrator.catalog.SchemaSnapshot;
import dev.gatewaydb.migrator.check.DriftCheck;
import dev.gatewaydb.migrator.check.DriftReport;
import dev.gatewaydb.migrator.check.Snapshots;
import dev.gatewaydb.migrator.docs.ExternalKey;
import dev.gatewaydb.migrator.docs.SchemaDiagram;
import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.error.RefusedException;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import dev.gatewaydb.sync.initsql.InitSqlGenerator;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * What is made of the database's schema: once for each state of it, then from memory. What needs a
 * scratch server, which takes seconds, is done by one thread, one after the other.
 */
final class SchemaFiles implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration DRAWING_PATIENCE = Duration.ofSeconds(10);
  private static final int TRIES = 3;

  /** The schema for machines and for eyes. */
  record Drawn(Representation json, Representation diagram) {}

  private final ServedDatabase database;
  private final DatabaseWatch watch;
  private final ExecutorService scratchwork =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("gwdb-scratchwork").factory());
  private final PerSchema<Drawn> drawn;
  private final PerSchema<Representation> initSql;
  private final PerSchema<DriftReport> drift;

  SchemaFiles(ServedDatabase database, DatabaseWatch watch) {
    this.database = database;
    this.watch = watch;
    this.drawn = new PerSchema<>(task -> Thread.ofVirtual().start(task), this::draw);
    this.initSql = new PerSchema<>(scratchwork, this::generate);
    this.drift = new PerSchema<>(scratchwork, this::compare);
  }

  /** The schema as it is now. */
  Drawn drawn() {
    return DatabaseWatch.await(drawn.of(watch.mark()), DRAWING_PATIENCE);
  }

  /** The init SQL of the schema as it is now. */
  Representation initSql() {
    return DatabaseWatch.await(initSql.of(watch.mark()), PATIENCE);
  }

  /** How a schema with this mark differs from its migrations, once that is known. */
  CompletableFuture<DriftReport> drift(SchemaMark mark) {
    return drift.of(mark);
  }

  private Drawn draw() {
    var options = database.initSql().history();
    try (Connection connection = database.settings().dataSource().getConnection()) {
      SchemaSnapshot schema = Snapshots.read(connection, options);
      List<ExternalKey> keys =
          database.initSql().references().stream()
              .map(
                  reference ->
                      new ExternalKey(
                          reference.table(),
                          reference.column(),
                          reference.referencedTable(),
                          reference.referencedColumn()))
              .toList();
      return new Drawn(
          new Representation("application/json", SchemaJson.of(schema).toPrettyString() + "\n"),
          new Representation(
              "image/svg+xml; charset=utf-8",
              SchemaDiagram.of(schema, "Tables and foreign keys", keys)));
    } catch (SQLException e) {
      throw Snapshots.failed(e);
    }
  }

  private Representation generate() {
    for (int tries = 1; tries <= TRIES; tries++) {
      SchemaMark before = watch.mark();
      Representation made = new Representation("application/sql; charset=utf-8", initSqlText());
      // Otherwise version and schema may be of two moments.
      if (watch.mark().equals(before)) {
        return made;
      }
    }
    throw new RefusedException("the schema keeps changing", "Try again.", null);
  }

  private String initSqlText() {
    String version =
        new Migrator(
                database.settings().dataSource(),
                database.migrations(),
                database.initSql().history(),
                MigrationListener.SILENT)
            .status()
            .currentVersion()
            .orElse("none");
    try (ScratchServer server = database.scratch().get();
        Connection live = database.settings().dataSource().getConnection()) {
      return new InitSqlGenerator(server, database.initSql()).fromDatabase(live, version).text();
    } catch (SQLException e) {
      throw new FailedException("the database can't be read: " + e.getMessage(), "", e);
    }
  }

  private DriftReport compare() {
    DriftCheck check =
        new DriftCheck(
            database.settings().dataSource(),
            database.migrations(),
            database.initSql().history(),
            database.ownership(),
            List.of());
    try (ScratchServer server = database.scratch().get()) {
      return check.run(server);
    }
  }

  /** Waits for a scratch server that runs, so that none is left behind. */
  @Override
  public void close() {
    scratchwork.shutdownNow();
    scratchwork.close();
  }
}
