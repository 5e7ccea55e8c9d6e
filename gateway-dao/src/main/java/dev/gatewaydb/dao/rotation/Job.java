package dev.gatewaydb.dao.rotation;

import dev.gatewaydb.dao.ConflictException;
import dev.gatewaydb.dao.SecretException.Code;
import dev.gatewaydb.dao.rotation.RotationReport.Failure;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Where an online run of one table is, kept in the database in the same transactions as its
 * batches. Every change makes sure that no other run has taken the job over meanwhile.
 */
final class Job {
  static final String FIRST = "first pass";
  static final String REST = "rest";
  static final String DONE = "done";

  private static final String TABLES =
      """
      CREATE TABLE IF NOT EXISTS gwdb_secret_rotation (
          goal TEXT NOT NULL,
          table_name TEXT NOT NULL,
          column_name TEXT NOT NULL,
          generation TEXT NOT NULL,
          run UUID NOT NULL,
          phase TEXT NOT NULL,
          key_position TEXT[] NOT NULL,
          seen BIGINT NOT NULL,
          v0 BIGINT NOT NULL,
          v1 BIGINT NOT NULL,
          v2 BIGINT NOT NULL,
          changed BIGINT NOT NULL,
          started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
          updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
          CONSTRAINT gwdb_secret_rotation_pkey
              PRIMARY KEY (goal, table_name, column_name, generation)
      );
      CREATE TABLE IF NOT EXISTS gwdb_secret_quarantine (
          table_name TEXT NOT NULL,
          column_name TEXT NOT NULL,
          row_key TEXT[] NOT NULL,
          reason TEXT NOT NULL,
          since TIMESTAMPTZ NOT NULL DEFAULT now(),
          CONSTRAINT gwdb_secret_quarantine_pkey PRIMARY KEY (table_name, column_name, row_key)
      );
      COMMENT ON TABLE gwdb_secret_rotation IS 'Where online runs of gwdb secrets are.';
      COMMENT ON TABLE gwdb_secret_quarantine IS
          'Rows whose secret could not be opened by the last online run of gwdb secrets.'
      """;

  private final Connection connection;
  private final SecretTable table;
  private final String goal;
  private final String generation;
  private final UUID run = UUID.randomUUID();
  private String phase = FIRST;
  private List<String> position = List.of();

  Job(Connection connection, SecretTable table, Goal goal, int generation) {
    this.connection = connection;
    this.table = table;
    this.goal = goal.name();
    this.generation = "%08x".formatted(generation);
  }

  /** Made when first needed: other people's schemas don't have them. */
  static void makeTables(Connection connection) throws SQLException {
    if (!hasTables(connection)) {
      Transactions.execute(connection, TABLES);
    }
    connection.commit();
  }

  static boolean hasTables(Connection connection) throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement(
                "SELECT to_regclass('gwdb_secret_quarantine') IS NOT NULL");
        ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getBoolean(1);
    }
  }

  /**
   * Goes on with a run that was stopped, whose numbers the tally gets, or starts a new one. Where
   * rows are in quarantine it starts anew: somebody may have corrected them since.
   */
  boolean begin(Tally tally) throws SQLException {
    boolean resumed = resume(tally);
    if (!resumed) {
      update(
          "DELETE FROM gwdb_secret_quarantine WHERE table_name = ? AND column_name = ?",
          table.name(),
          table.column());
      update(
          """
          INSERT INTO gwdb_secret_rotation AS j (goal, table_name, column_name, generation, run,
                 phase, key_position, seen, v0, v1, v2, changed)
          VALUES (?, ?, ?, ?, CAST(? AS uuid), ?, '{}', 0, 0, 0, 0, 0)
          ON CONFLICT ON CONSTRAINT gwdb_secret_rotation_pkey DO UPDATE
             SET run = excluded.run, phase = excluded.phase, key_position = '{}', seen = 0, v0 = 0,
                 v1 = 0, v2 = 0, changed = 0, started_at = now(), updated_at = now()
          """,
          goal,
          table.name(),
          table.column(),
          generation,
          run.toString(),
          FIRST);
    }
    connection.commit();
    return resumed;
  }

  private boolean resume(Tally tally) throws SQLException {
    String sql =
        """
        UPDATE gwdb_secret_rotation SET run = CAST(? AS uuid), updated_at = now()
         WHERE goal = ? AND table_name = ? AND column_name = ? AND generation = ? AND phase <> ?
           AND NOT EXISTS (SELECT FROM gwdb_secret_quarantine q
                            WHERE q.table_name = gwdb_secret_rotation.table_name
                              AND q.column_name = gwdb_secret_rotation.column_name)
        RETURNING phase, key_position, seen, v0, v1, v2, changed
        """;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      set(statement, run.toString(), goal, table.name(), table.column(), generation, DONE);
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          return false;
        }
        phase = row.getString(1);
        position = List.of((String[]) row.getArray(2).getArray());
        tally.restore(
            row.getLong(3),
            List.of(row.getLong(4), row.getLong(5), row.getLong(6)),
            row.getLong(7));
        return true;
      }
    }
  }

  String phase() {
    return phase;
  }

  List<String> position() {
    return position;
  }

  /** In the transaction of a batch. */
  void advance(String newPhase, List<String> newPosition, Tally tally) throws SQLException {
    String sql =
        """
        UPDATE gwdb_secret_rotation
           SET phase = ?, key_position = ?, seen = ?, v0 = ?, v1 = ?, v2 = ?, changed = ?,
               updated_at = now()
         WHERE goal = ? AND table_name = ? AND column_name = ? AND generation = ?
           AND run = CAST(? AS uuid)
        """;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, newPhase);
      statement.setArray(2, connection.createArrayOf("text", newPosition.toArray()));
      statement.setLong(3, tally.total());
      for (int version = 0; version < 3; version++) {
        statement.setLong(4 + version, tally.versions()[version]);
      }
      statement.setLong(7, tally.changed());
      statement.setString(8, goal);
      statement.setString(9, table.name());
      statement.setString(10, table.column());
      statement.setString(11, generation);
      statement.setString(12, run.toString());
      if (statement.executeUpdate() != 1) {
        throw new ConflictException(
            "another run has taken over the work on %s".formatted(table.label()),
            "Let it finish; 'gwdb secrets status' shows its progress.");
      }
    }
    phase = newPhase;
    position = newPosition;
  }

  /** In the transaction of a batch: rows that a person has to look at. */
  void quarantine(List<Failure> failures) throws SQLException {
    for (Failure failure : failures) {
      String sql =
          """
          INSERT INTO gwdb_secret_quarantine (table_name, column_name, row_key, reason)
          VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING
          """;
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        statement.setString(1, table.name());
        statement.setString(2, table.column());
        statement.setArray(3, connection.createArrayOf("text", failure.key().toArray()));
        statement.setString(4, failure.reason().name());
        statement.executeUpdate();
      }
    }
  }

  /** Gives the tally the first of the quarantined rows, and their number. */
  void quarantined(Tally tally) throws SQLException {
    String sql =
        """
        SELECT row_key, reason, count(*) OVER () FROM gwdb_secret_quarantine
         WHERE table_name = ? AND column_name = ? ORDER BY since, row_key LIMIT %d
        """
            .formatted(Tally.MOST_FAILURES);
    List<Failure> failures = new ArrayList<>();
    long all = 0;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      set(statement, table.name(), table.column());
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          String[] key = (String[]) row.getArray(1).getArray();
          failures.add(new Failure(List.of(key), Code.valueOf(row.getString(2))));
          all = row.getLong(3);
        }
      }
    }
    connection.commit();
    tally.replaceFailures(failures, all);
  }

  private void update(String sql, String... parameters) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      set(statement, parameters);
      statement.executeUpdate();
    }
  }

  private static void set(PreparedStatement statement, String... parameters) throws SQLException {
    for (int i = 0; i < parameters.length; i++) {
      statement.setString(i + 1, parameters[i]);
    }
  }
}
