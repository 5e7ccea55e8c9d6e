package dev.gatewaydb.cli.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The project's {@code gwdb.toml}. A new section is a record of its own with a {@code from} that
 * reads its keys, a component here, and its place in docs/gwdb.schema.json and
 * docs/configuration.md, which a test compares.
 *
 * @param toml the file as read, with its faults
 */
public record ProjectFile(
    TomlFile toml,
    MigrationsSection migrations,
    DatabaseSection database,
    ScratchSection scratch,
    TablesSection tables,
    SecretsSection secrets,
    GuardSection guard,
    HealthSection health,
    RetentionSection retention,
    AuditSection audit,
    RolesSection roles,
    BackupSection backup) {
  /** Its name. */
  public static final String NAME = "gwdb.toml";

  /** The nearest one from this folder upwards, or none; a stranger's further up is faulty. */
  public static ProjectFile from(Path directory) {
    for (Path folder = directory; folder != null; folder = folder.getParent()) {
      Path file = folder.resolve(NAME);
      if (Files.exists(file)) {
        return of(
            FileOwner.isStrangers(file, directory)
                ? TomlFile.faulty(
                    file,
                    "belongs to another user, and what it says would run on your database;"
                        + " if you trust it, run gwdb in its own folder")
                : TomlFile.read(file));
      }
    }
    return of(TomlFile.absent());
  }

  private static ProjectFile of(TomlFile toml) {
    TomlTable root = toml.root();
    return new ProjectFile(
        toml,
        MigrationsSection.from(root.table("migrations")),
        DatabaseSection.from(root.table("database")),
        ScratchSection.from(root.table("scratch")),
        TablesSection.from(root.table("tables")),
        SecretsSection.from(root.table("secrets")),
        GuardSection.from(root.table("guard")),
        HealthSection.from(root.table("health")),
        RetentionSection.from(root.tables("retention")),
        AuditSection.from(root.table("audit"), root.has("audit")),
        RolesSection.from(root.table("roles")),
        BackupSection.from(root.table("backup")));
  }

  /** Where it is; empty when there is none. */
  public Optional<Path> path() {
    return Optional.of(toml.path()).filter(path -> !path.toString().isEmpty());
  }

  /** Whether the project brings its own migrations; else the built-in schema is meant. */
  public boolean hasMigrations() {
    return migrations.directory().isPresent();
  }
}
