package dev.gatewaydb.sync.initsql;

import dev.gatewaydb.migrator.MigratorOptions;
import dev.gatewaydb.schema.ExternalReference;
import dev.gatewaydb.schema.GatewaySchema;
import java.util.List;

/**
 * What an init SQL file is about.
 *
 * @param generator what the file's first line names, such as {@code gwdb 1.2.0}
 * @param tables the tables that it creates, with everything that they need; unquoted, with their
 *     schema where the name alone is ambiguous; empty for everything that the database holds
 * @param references foreign keys that it adds where the other system's table is there
 * @param neighbours tables of other systems that may share the database; never part of the file
 * @param history where the migration tool keeps its tables, which are no part of the schema either
 */
public record InitSqlOptions(
    String generator,
    List<String> tables,
    List<ExternalReference> references,
    List<String> neighbours,
    MigratorOptions history) {
  /** Copies the lists. */
  public InitSqlOptions {
    tables = List.copyOf(tables);
    references = List.copyOf(references);
    neighbours = List.copyOf(neighbours);
  }

  /** The gateway's exported tables, and its foreign key to the dashboard's users. */
  public static InitSqlOptions ofGateway(String generator) {
    return new InitSqlOptions(
        generator,
        GatewaySchema.exportedTables(),
        GatewaySchema.externalReferences(),
        GatewaySchema.dashboardTables(),
        MigratorOptions.DEFAULT);
  }

  /** Everything in a database that has no neighbours. */
  public static InitSqlOptions ofEverything(String generator) {
    return new InitSqlOptions(generator, List.of(), List.of(), List.of(), MigratorOptions.DEFAULT);
  }

  /** With other tables; empty for everything. */
  public InitSqlOptions withTables(List<String> names) {
    return new InitSqlOptions(generator, names, references, neighbours, history);
  }

  /** With another place for the history. */
  public InitSqlOptions withHistory(MigratorOptions where) {
    return new InitSqlOptions(generator, tables, references, neighbours, where);
  }
}
