package dev.gatewaydb.dao.rotation;

import dev.gatewaydb.dao.ConflictException;
import dev.gatewaydb.dao.DatabaseException;
import dev.gatewaydb.dao.InvalidInputException;
import dev.gatewaydb.dao.crypto.KeyRing;
import dev.gatewaydb.dao.rotation.Phases.Phase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * Brings every secret of the described tables under the current master key, or under its tenant's
 * key. docs/secrets.md has the runbook.
 *
 * <p>Uses two connections at a time. One run at a time in a database; a second is refused.
 */
public final class Rotation {
  private final DataSource dataSource;
  private final KeyRing ring;
  private final List<SecretTable> tables;
  private final RotationOptions options;
  private final RotationListener listener;
  private final Phases phases;

  /**
   * Prepares runs; touches nothing.
   *
   * @param ring its current key is the one that secrets are to have; the others open them
   * @param tables at least one
   */
  public Rotation(
      DataSource dataSource,
      KeyRing ring,
      List<SecretTable> tables,
      RotationOptions options,
      RotationListener listener) {
    this(dataSource, ring, tables, options, listener, phase -> {});
  }

  Rotation(
      DataSource dataSource,
      KeyRing ring,
      List<SecretTable> tables,
      RotationOptions options,
      RotationListener listener,
      Phases phases) {
    this.dataSource = dataSource;
    this.ring = ring;
    this.tables = List.copyOf(tables);
    this.options = options;
    this.listener = listener;
    this.phases = phases;
  }

  /**
   * Runs to the end. After one transaction in which something didn't open, everything is as it was;
   * after an online run, the secrets that don't open are left as they are and listed in
   * gwdb_secret_quarantine.
   *
   * @param mode doesn't matter for {@link Goal#VERIFY}, which changes nothing
   * @throws InvalidInputException when a table isn't as described, or a salt is missing that rows
   *     need
   * @throws ConflictException when another run or a lock is in the way
   * @throws DatabaseException when the database fails; online, the same run goes on from there
   */
  public RotationReport run(Goal goal, Mode mode) {
    Run run = new Run(goal, ring, options, listener, phases);
    try (Connection writing = dataSource.getConnection();
        Connection reading = dataSource.getConnection()) {
      writing.setAutoCommit(false);
      reading.setAutoCommit(false);
      try {
        List<TableShape> shapes = shapes(goal, reading);
        if (goal == Goal.VERIFY || mode == Mode.DRY_RUN) {
          return look(run, reading, shapes);
        }
        return mode == Mode.ONLINE
            ? online(run, writing, reading, shapes)
            : new OneTransaction(run, writing, reading).over(shapes);
      } finally {
        release(writing);
        release(reading);
      }
    } catch (SQLException e) {
      throw DatabaseException.of(
          mode == Mode.ONLINE
              ? "the run stopped; what was committed stays, and the same run goes on from there"
              : "the run was rolled back, and nothing is changed",
          e);
    }
  }

  /** As it came from the pool; a broken connection can't be, and its failure is known already. */
  private static void release(Connection connection) {
    try {
      connection.rollback();
      connection.setAutoCommit(true);
    } catch (SQLException alreadyReported) {
      // The pool throws it away.
    }
  }

  private List<TableShape> shapes(Goal goal, Connection connection) throws SQLException {
    List<TableShape> shapes = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    for (SecretTable table : tables) {
      try {
        TableShape shape = TableShape.of(table, connection);
        shapes.add(shape);
        if (goal == Goal.UPGRADE && !shape.hasVersion()) {
          faults.add(
              "%s has no version column, so its rows can't get another version"
                  .formatted(table.label()));
        }
        if (!ring.hasSalt() && (goal == Goal.UPGRADE || needsSalt(shape, connection))) {
          faults.add(
              "HKDF_SALT is not set, and %s has secrets under tenants' keys (version 2) or is to"
                      .formatted(table.label())
                  + " get them");
        }
      } catch (InvalidInputException e) {
        faults.addAll(e.faults());
      }
    }
    connection.commit();
    faults.addAll(clashes(goal, shapes));
    if (!faults.isEmpty()) {
      throw new InvalidInputException(faults);
    }
    return shapes;
  }

  /** Columns of one table may rotate together, but a version can only speak for one of them. */
  private static List<String> clashes(Goal goal, List<TableShape> shapes) {
    List<String> faults = new ArrayList<>();
    for (int i = 1; i < shapes.size(); i++) {
      SecretTable table = shapes.get(i).table();
      for (TableShape before : shapes.subList(0, i)) {
        SecretTable other = before.table();
        if (!before.sqlName().equals(shapes.get(i).sqlName())) {
          continue;
        }
        if (table.column().equals(other.column())) {
          faults.add(table.label() + " is listed twice");
        } else if (goal == Goal.UPGRADE
            && table.version().isPresent()
            && table.version().equals(other.version())) {
          faults.add(
              "%s and %s share the version column %s, so neither can get another version"
                  .formatted(other.label(), table.label(), table.version().orElse("")));
        }
      }
    }
    return faults;
  }

  private static boolean needsSalt(TableShape shape, Connection connection) throws SQLException {
    if (!shape.hasVersion()) {
      return shape.table().fixedVersion().number() == 2;
    }
    return Run.exists(connection, shape, shape.hasVersion("2"));
  }

  private static RotationReport look(Run run, Connection reading, List<TableShape> shapes)
      throws SQLException {
    List<RotationReport.TableReport> reports = new ArrayList<>();
    for (TableShape shape : shapes) {
      long total = run.count(reading, shape);
      reading.commit();
      BatchReader reader = run.reader(reading, shape, "");
      reports.add(run.readAll(reader, shape, total, List::size).report());
    }
    return new RotationReport(reports, false);
  }

  private static RotationReport online(
      Run run, Connection writing, Connection reading, List<TableShape> shapes)
      throws SQLException {
    RotationLock.forSession(writing);
    try {
      writing.commit();
      run.phases().reached(Phase.LOCKED);
      Job.makeTables(writing);
      List<RotationReport.TableReport> reports = new ArrayList<>();
      for (TableShape shape : shapes) {
        reports.add(new OnlineRun(run, writing, reading, shape).table());
      }
      run.phases().reached(Phase.FINISHED);
      return new RotationReport(reports, true);
    } finally {
      releaseLock(writing);
    }
  }

  /** The server releases it with the connection, if that is broken. */
  private static void releaseLock(Connection writing) {
    try {
      writing.rollback();
      RotationLock.release(writing);
      writing.commit();
    } catch (SQLException alreadyReported) {
      // The first failure stays the cause.
    }
  }
}
