package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.MigrationListener;
import dev.gatewaydb.migrator.Migrator;
import dev.gatewaydb.migrator.MigratorOptions;
import dev.gatewaydb.migrator.catalog.SchemaSnapshot;
import dev.gatewaydb.migrator.docs.ExternalKey;
import dev.gatewaydb.migrator.docs.SchemaDiagram;
import dev.gatewaydb.migrator.docs.SchemaMarkdown;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import dev.gatewaydb.schema.GatewaySchema;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "schema-docs",
    description = "Describe the schema that the migrations make: schema.md and schema.svg.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb schema-docs            after writing a migration; commit both",
      "  gwdb schema-docs --check    in CI: exit 1 when they don't fit the migrations",
    })
final class SchemaDocsCommand implements Callable<Integer> {
  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where to; default docs of the project or checkout.")
  private Path out = Path.of("");

  @Option(names = "--check", description = "Change nothing; list the files that differ.")
  private boolean check;

  @Mixin private ScratchOptions scratch = new ScratchOptions();

  private final Context context;

  SchemaDocsCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws Exception {
    MigrationSet migrations = context.migrations();
    Path target = target();
    Path fresh = Files.createTempDirectory("gwdb-schema-docs");
    try {
      generate(migrations, fresh);
      return compare(fresh, target);
    } finally {
      SourceTrees.delete(fresh);
    }
  }

  private void generate(MigrationSet migrations, Path folder) throws Exception {
    MigratorOptions options = context.historyOptions();
    String version;
    SchemaSnapshot schema;
    try (ScratchServer server = context.scratch(scratch).get();
        ScratchDatabase database = server.create()) {
      version =
          new Migrator(database, migrations, options, MigrationListener.SILENT)
              .migrate()
              .toVersion()
              .orElse("0");
      try (Connection connection = database.dataSource().getConnection()) {
        schema = SchemaSnapshot.read(connection).withoutTables(options.bookkeepingTables());
      }
    }
    String introduction =
        """
        # The schema

        What the migrations make up to version %s. Written by `gwdb schema-docs`; don't edit.

        ![Tables and foreign keys](schema.svg)
        """
            .formatted(version);
    List<ExternalKey> keys = context.project().hasMigrations() ? List.of() : externalKeys();
    Files.writeString(folder.resolve("schema.md"), SchemaMarkdown.of(schema, introduction, keys));
    Files.writeString(
        folder.resolve("schema.svg"), SchemaDiagram.of(schema, "Tables and foreign keys", keys));
  }

  private static List<ExternalKey> externalKeys() {
    return GatewaySchema.externalReferences().stream()
        .map(
            reference ->
                new ExternalKey(
                    reference.table(),
                    reference.column(),
                    reference.referencedTable(),
                    reference.referencedColumn()))
        .toList();
  }

  private int compare(Path fresh, Path target) throws Exception {
    Console console = context.console();
    boolean differs = false;
    for (String name : List.of("schema.md", "schema.svg")) {
      Path file = target.resolve(name);
      if (!Files.exists(file) || Files.mismatch(fresh.resolve(name), file) >= 0) {
        differs = true;
        String change = (Files.exists(file) ? "changed " : "new ") + name;
        if (check) {
          console.error(List.of(change), "");
        } else {
          Files.createDirectories(target);
          Files.copy(fresh.resolve(name), file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
          console.result(change);
        }
      }
    }
    if (!differs) {
      console.result("the description is in step with the migrations");
    } else if (check) {
      console.progress("  Run 'gwdb schema-docs' and commit what it changes.");
    }
    return differs && check ? ExitCode.FOUND : ExitCode.DONE;
  }

  private Path target() {
    if (!out.toString().isEmpty()) {
      return context.surroundings().directory().resolve(out);
    }
    Optional<Path> root =
        context.project().hasMigrations()
            ? context.project().path().map(Path::getParent)
            : context.surroundings().home();
    return root.map(folder -> folder.resolve("docs"))
        .orElseThrow(
            () ->
                new ConfigurationException(
                    "no checkout of the sources to write the description into",
                    "Name the folder with --out."));
  }
}
