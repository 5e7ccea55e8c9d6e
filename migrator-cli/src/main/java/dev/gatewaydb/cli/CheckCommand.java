package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.check.CheckFinding;
import dev.gatewaydb.migrator.check.CheckFinding.Check;
import dev.gatewaydb.migrator.check.CheckFinding.Level;
import dev.gatewaydb.migrator.check.FileCheck;
import dev.gatewaydb.migrator.check.RoundTrip;
import dev.gatewaydb.migrator.check.SinceCheck;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "check",
    description = {
      "Check the migrations: names, pairs, released ones unchanged, and the way back.",
      "On a scratch database, each reversible one goes up, down and up again, and the schemas are"
          + " compared.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb check",
      "  gwdb check --since origin/main --format github    in a pull request's workflow",
      "  gwdb check --no-round-trip                        without a database",
    })
final class CheckCommand implements Callable<Integer> {
  private static final int PROGRESS_EVERY = 50;

  /** How findings are shown. */
  enum Format {
    TEXT,
    JSON,
    GITHUB
  }

  @Option(
      names = "--since",
      paramLabel = "REF",
      description =
          "What this git branch, tag or commit has must be unchanged, and new ones later.")
  private String since = "";

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "text, json, or github for annotations in GitHub Actions. Default text.")
  private Format format = Format.TEXT;

  @Option(names = "--json", description = "As --format json; docs/cli.md has its shape.")
  private boolean json;

  @Option(names = "--no-round-trip", description = "Only look at the files; run nothing.")
  private boolean filesOnly;

  @Mixin private ScratchOptions scratch = new ScratchOptions();

  private final Context context;
  private final List<CheckFinding> findings = new ArrayList<>();

  CheckCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Optional<MigrationSet> migrations = read();
    migrations.ifPresent(this::look);
    CheckOutput output =
        new CheckOutput(context, migrations, findings, since, migrations.isPresent() && !filesOnly);
    switch (json ? Format.JSON : format) {
      case JSON -> output.json();
      case GITHUB -> output.github();
      case TEXT -> output.text();
    }
    if (findings.stream().anyMatch(finding -> finding.check() == Check.RUN)) {
      context
          .console()
          .progress(
              "If a script needs what the scratch server lacks, name a server that has it with"
                  + " --scratch.");
    }
    return findings.stream().anyMatch(finding -> finding.level() == Level.ERROR)
        ? ExitCode.FOUND
        : ExitCode.DONE;
  }

  /** Wrong files are what a check is there to find. */
  private Optional<MigrationSet> read() {
    try {
      return Optional.of(context.migrations());
    } catch (ConfigurationException e) {
      context
          .migrationsFolder()
          .ifPresent(folder -> findings.addAll(FileCheck.ofFaults(folder, e)));
      if (findings.isEmpty()) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private void look(MigrationSet migrations) {
    findings.addAll(FileCheck.run(migrations));
    if (!since.isEmpty()) {
      findings.addAll(new SinceCheck(migrations, folder(), since).run());
    }
    if (!filesOnly) {
      int all = migrations.migrations().size();
      try (ScratchServer server = context.scratch(scratch).get()) {
        findings.addAll(
            new RoundTrip(migrations, context.historyOptions(), server, done -> progress(done, all))
                .run());
      }
    }
  }

  private void progress(int done, int all) {
    if (done % PROGRESS_EVERY == 0) {
      context.console().progress("round trip: %d of %d".formatted(done, all));
    }
  }

  private Path folder() {
    return context
        .migrationsFolder()
        .orElseThrow(
            () ->
                new ConfigurationException(
                    "--since compares files in a git repository, and the built-in migrations are"
                        + " in none here",
                    "Run it in a checkout of their sources, or in a project with gwdb.toml."));
  }
}
