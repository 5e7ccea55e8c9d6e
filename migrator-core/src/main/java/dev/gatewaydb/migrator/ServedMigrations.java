package dev.gatewaydb.migrator;

import dev.gatewaydb.migrator.layout.Layout;
import dev.gatewaydb.migrator.layout.Migration;
import dev.gatewaydb.migrator.layout.MigrationSet;
import java.util.Collection;
import java.util.List;
import org.flywaydb.core.api.CoreMigrationType;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.executor.MigrationExecutor;
import org.flywaydb.core.api.resolver.MigrationResolver;
import org.flywaydb.core.api.resolver.ResolvedMigration;
import org.flywaydb.core.internal.jdbc.Results;
import org.flywaydb.core.internal.resolver.ChecksumCalculator;
import org.flywaydb.core.internal.resolver.ResolvedMigrationImpl;

/** Tells Flyway of migrations whose names aren't its own; it finds the others by itself. */
final class ServedMigrations implements MigrationResolver {
  private final MigrationSet set;

  ServedMigrations(MigrationSet set) {
    this.set = set;
  }

  @Override
  public Collection<ResolvedMigration> resolveMigrations(Context context) {
    return set.layout() == Layout.FLYWAY
        ? List.of()
        : set.migrations().stream().map(this::resolved).toList();
  }

  private ResolvedMigration resolved(Migration migration) {
    String path = migration.up().path();
    return new ResolvedMigrationImpl(
        MigrationVersion.fromVersion(set.layout().historyVersion(migration.version())),
        migration.description(),
        path,
        ChecksumCalculator.calculate(ServedResources.served(migration.up())),
        null,
        CoreMigrationType.SQL,
        path,
        new NotByFlyway());
  }

  /** Flyway runs migrations only where a project has callbacks, which these layouts don't know. */
  private static final class NotByFlyway implements MigrationExecutor {
    @Override
    public List<Results> execute(org.flywaydb.core.api.executor.Context context) {
      throw new IllegalStateException("Forward runs these");
    }

    @Override
    public boolean canExecuteInTransaction() {
      return true;
    }

    @Override
    public boolean shouldExecute() {
      return true;
    }
  }
}
