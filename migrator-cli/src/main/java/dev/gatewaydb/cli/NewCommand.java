package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.layout.NewMigration;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "new",
    description = {
      "Write the files of a new migration, numbered and named as those in the folder are.",
      "With a way back, unless the folder's newest has none in a layout where that is usual.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb new add_user_roles",
      "  gwdb new --name add_user_roles",
      "  gwdb new --simple grant_rights",
    })
final class NewCommand implements Callable<Integer> {
  @ArgGroup(multiplicity = "1")
  private Name name = new Name();

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "The migrations folder; default the one in gwdb.toml, or that of the checkout.")
  private @Nullable Path folder;

  @ArgGroup private @Nullable Kind kind;

  private final Context context;

  NewCommand(Context context) {
    this.context = context;
  }

  static final class Name {
    @Parameters(paramLabel = "NAME", description = "What it does, in snake_case.")
    private String positional = "";

    @Option(names = "--name", paramLabel = "NAME", description = "The same, as an option.")
    private String option = "";
  }

  static final class Kind {
    @Option(names = "--reversible", description = "With a script that reverts it.")
    private boolean reversible;

    @Option(names = "--simple", description = "Without one.")
    private boolean simple;
  }

  @Override
  public Integer call() throws IOException {
    String wanted = name.positional.isEmpty() ? name.option : name.positional;
    try (ProjectLock lock =
        ProjectLock.take(context.surroundings().project().resolve(".gwdb"), context.console())) {
      Path target = folder();
      List<Path> files =
          NewMigration.create(target, context.layout(target), wanted, kind(), Instant.now());
      files.forEach(file -> context.console().result(shown(file)));
    }
    return ExitCode.DONE;
  }

  private Optional<NewMigration.Kind> kind() {
    return Optional.ofNullable(kind)
        .filter(k -> k.simple != k.reversible)
        .map(k -> k.simple ? NewMigration.Kind.SIMPLE : NewMigration.Kind.REVERSIBLE);
  }

  private String shown(Path file) {
    Path here = context.surroundings().directory();
    return file.startsWith(here) ? here.relativize(file).toString() : file.toString();
  }

  private Path folder() {
    if (folder != null) {
      return context.surroundings().directory().resolve(folder);
    }
    context.project().toml().requireSound();
    return context
        .migrationsFolder()
        .orElseThrow(
            () ->
                new ConfigurationException(
                    "no checkout of the sources to write a migration into",
                    "Name the folder with --dir, or as migrations.directory in gwdb.toml."));
  }
}
