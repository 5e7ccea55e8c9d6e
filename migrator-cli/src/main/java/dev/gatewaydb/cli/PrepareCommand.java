package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.Migrator;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "prepare",
    description = {
      "Regenerate the jOOQ types from the migrations, on a scratch database.",
      "Compiling needs no database: the generated types are committed.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb prepare            after writing a migration; commit both",
      "  gwdb prepare --check    in CI: exit 1 when the types don't fit the migrations",
    })
final class PrepareCommand implements Callable<Integer> {
  private static final String PACKAGE = "dev.gatewaydb.schema.jooq";

  @Option(names = "--check", description = "Change nothing; list the files that differ.")
  private boolean check;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The source folder; default schema/src/generated/java of this checkout.")
  private Path out = Path.of("");

  @Mixin private ScratchOptions scratch = new ScratchOptions();

  private final Context context;

  PrepareCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws Exception {
    requireBuiltIn();
    Path target = target();
    Path fresh = Files.createTempDirectory("gwdb-prepare");
    try (ScratchServer server = context.scratch(scratch).get();
        ScratchDatabase database = server.create()) {
      new Migrator(database, context.migrations()).migrate();
      JooqTypes.generate(database, PACKAGE, fresh);
      return compare(new SourceTrees(fresh, target, PACKAGE.replace('.', '/')), target);
    } finally {
      SourceTrees.delete(fresh);
    }
  }

  private void requireBuiltIn() {
    if (context.project().hasMigrations()) {
      throw new ConfigurationException(
          "%s names migrations of its own, and prepare generates the types of the built-in schema"
              .formatted(context.project().toml().path()),
          "Run it outside of that project.");
    }
  }

  private int compare(SourceTrees trees, Path target) throws Exception {
    List<String> differing = trees.differing();
    if (differing.isEmpty()) {
      context.console().result("the types are in step with the migrations");
      return ExitCode.DONE;
    }
    if (check) {
      context
          .console()
          .error(
              List.of("query data is out of sync"),
              String.join("\n", differing) + "\nRun 'gwdb prepare' and commit what it changes.");
      return ExitCode.FOUND;
    }
    trees.apply();
    differing.forEach(context.console()::result);
    context
        .console()
        .result("%s in %s".formatted(Words.count(differing.size(), "file", "files"), target));
    return ExitCode.DONE;
  }

  private Path target() {
    if (!out.toString().isEmpty()) {
      return context.surroundings().directory().resolve(out);
    }
    return context
        .surroundings()
        .home()
        .map(home -> home.resolve("schema/src/generated/java"))
        .orElseThrow(
            () ->
                new ConfigurationException(
                    "no checkout of the sources to write the types into",
                    "Name the folder with --out."));
  }
}
