package dev.gatewaydb.sync.initsql;

import dev.gatewaydb.migrator.catalog.SchemaSnapshot;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Makes init SQL files. Every file is loaded into a scratch database before it is given out, and
 * compared there with what it was made from.
 *
 * <p>All methods throw {@link dev.gatewaydb.migrator.error.ConfigurationException} when a table of
 * the options isn't there, and {@link dev.gatewaydb.migrator.error.FailedException} when the file
 * would not create the same schema.
 */
public final class InitSqlGenerator {
  private final ScratchServer scratch;
  private final InitSqlOptions options;

  /** Uses scratch databases, which are gone afterwards. */
  public InitSqlGenerator(ScratchServer scratch, InitSqlOptions options) {
    this.scratch = scratch;
    this.options = options;
  }

  /** The schema that the migrations make. */
  public InitSql fromMigrations(MigrationSet migrations) {
    Wanted wanted = new MigratedSchema(scratch, options).of(migrations);
    return file(wanted, MigratedSchema.version(migrations));
  }

  /**
   * The schema that a database has now.
   *
   * @param live is only read
   * @param migrationVersion for the file's header, such as the newest applied one or {@code
   *     unknown}
   * @throws SQLException when the database can't be read
   */
  public InitSql fromDatabase(Connection live, String migrationVersion) throws SQLException {
    return file(new Chooser(options).choose(SchemaSnapshot.read(live)), migrationVersion);
  }

  private InitSql file(Wanted wanted, String version) {
    return InitSql.of(
        options.generator(), version, new Rebuild(scratch).body(wanted), wanted.leftOut());
  }
}
