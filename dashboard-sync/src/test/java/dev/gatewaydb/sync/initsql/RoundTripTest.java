package dev.gatewaydb.sync.initsql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewaydb.migrator.catalog.SchemaDifference;
import dev.gatewaydb.migrator.catalog.SchemaSnapshot;
import dev.gatewaydb.migrator.connect.ServerVersion;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kind of object: created, read, written as a file, and loaded from it. */
@ExtendWith(ScratchPostgres.class)
final class RoundTripTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "constraints",
        "cycles",
        "extensions",
        "functions",
        "indexes",
        "names",
        "partitions",
        "security",
        "tables",
        "text_search",
        "triggers",
        "types",
        "views",
        "since15",
        "since18"
      })
  void whatIsLoadedIsWhatWasRead(String schema, ScratchDatabase source, ScratchServer server)
      throws SQLException {
    if (!schema.startsWith("since") || major(source) >= Integer.parseInt(schema.substring(5))) {
      try (Connection connection = source.dataSource().getConnection()) {
        SqlScript.of(Databases.resource("/schemas/" + schema + ".sql")).run(connection);
      }
    }
    InitSql file = generate(server, source);
    assertThat(file.leftOut()).isEmpty();
    SchemaSnapshot read = Databases.snapshot(source);

    try (ScratchDatabase loaded = server.create()) {
      Databases.execute(loaded, file.text());
      assertThat(
              SchemaDifference.between(read, Databases.snapshot(loaded)).toText("read", "loaded"))
          .isEmpty();
      Identities once = Databases.identities(loaded);
      Databases.execute(loaded, file.text());
      assertThat(once.changesTo(Databases.identities(loaded))).isEmpty();
    }
    Identities before = Databases.identities(source);
    Databases.execute(source, file.text());
    assertThat(before.changesTo(Databases.identities(source))).isEmpty();
  }

  @Test
  void aLoadedDatabaseGivesTheSameFile(ScratchDatabase source, ScratchServer server)
      throws SQLException {
    Databases.execute(source, Databases.resource("/schemas/partitions.sql"));
    String file = generate(server, source).text();
    try (ScratchDatabase loaded = server.create()) {
      Databases.execute(loaded, file);
      assertThat(generate(server, loaded).text().equals(file)).isTrue();
    }
  }

  @Test
  void aQueryThatFailsLeavesItsViewEmpty(ScratchDatabase source, ScratchServer server)
      throws SQLException {
    Databases.execute(
        source,
        """
        CREATE FUNCTION n() RETURNS integer LANGUAGE plpgsql AS 'BEGIN RETURN 1; END';
        CREATE MATERIALIZED VIEW v AS SELECT n() AS n;
        CREATE OR REPLACE FUNCTION n() RETURNS integer LANGUAGE plpgsql AS 'BEGIN RETURN 1 / 0; END';
        """);
    InitSql file = generate(server, source);
    try (ScratchDatabase loaded = server.create()) {
      Databases.execute(loaded, file.text());
      assertThat(Databases.column(loaded, "SELECT ispopulated FROM pg_matviews"))
          .containsExactly("f");
      // Whether there is data in it is no shape.
      Databases.execute(loaded, file.text());
    }
  }

  private static InitSql generate(ScratchServer server, ScratchDatabase database)
      throws SQLException {
    try (Connection connection = database.dataSource().getConnection()) {
      return new InitSqlGenerator(server, InitSqlOptions.ofEverything("gwdb test"))
          .fromDatabase(connection, "1");
    }
  }

  private static int major(ScratchDatabase database) throws SQLException {
    try (Connection connection = database.dataSource().getConnection()) {
      return ServerVersion.of(connection).major();
    }
  }
}
