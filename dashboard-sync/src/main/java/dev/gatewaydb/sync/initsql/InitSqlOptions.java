package dev.gatewaydb.sync.initsql;

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
 * @param bookkeeping tables of the migration tool, which are no part of the schema either
 */
public record InitSqlOptions(
    String generator,
    List<String> tables,
    List<ExternalReference> references,
    List<String> neighbours,
    List<String> bookkeeping) {
  private static final List<String> OUR_BOOKKEEPING =
      List.of("flyway_schema_history", "gwdb_journal");

  /** Copies the lists. */
  public InitSqlOptions {
    tables = List.copyOf(tables);
    references = List.copyOf(references);
    neighbours = List.copyOf(neighbours);
    bookkeeping = List.copyOf(bookkeeping);
  }

  /** The gateway's exported tables, and its foreign key to the dashboard's users. */
  public static InitSqlOptions ofGateway(String generator) {
    return new InitSqlOptions(
        generator,
        GatewaySchema.exportedTables(),
        GatewaySchema.externalReferences(),
        GatewaySchema.dashboardTables(),
        OUR_BOOKKEEPING);
  }

  /** Everything in a database that has no neighbours. */
  public static InitSqlOptions ofEverything(String generator) {
    return new InitSqlOptions(generator, List.of(), List.of(), List.of(), OUR_BOOKKEEPING);
  }

  /** With other tables; empty for everything. */
  public InitSqlOptions withTables(List<String> names) {
    return new InitSqlOptions(generator, names, references, neighbours, bookkeeping);
  }

  /** With another name for the history table, beside which the journal lies. */
  public InitSqlOptions withBookkeeping(List<String> names) {
    return new InitSqlOptions(generator, tables, references, neighbours, names);
  }
}
