package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatewaydb.migrator.catalog.Difference;
import dev.gatewaydb.migrator.layout.Migration;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import dev.gatewaydb.sync.initsql.InitSql;
import dev.gatewaydb.sync.initsql.InitSqlOptions;
import dev.gatewaydb.sync.initsql.InitSqlValidator;
import dev.gatewaydb.sync.initsql.Validation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "validate",
    description = {
      "Check that an init SQL file, whoever made it, creates what the migrations make.",
      "It is loaded into scratch databases: twice into an empty one, and next to the tables of"
          + " others.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb init-sql validate --file db/init.sql",
      "  gwdb init-sql validate --file dump.sql --all    a dump of the whole schema",
    })
final class InitSqlValidate implements Callable<Integer> {
  private static final String MIGRATIONS = "migrations";
  private static final String FILE = "file";

  @Option(
      names = "--file",
      paramLabel = "FILE",
      required = true,
      description = "SQL as generated here, made by pg_dump --schema-only, or by hand.")
  private Path file = Path.of("");

  @Mixin private InitSqlScope scope = new InitSqlScope();
  @Mixin private ScratchOptions scratch = new ScratchOptions();

  @Option(names = "--json", description = "Print JSON; docs/cli.md has its shape.")
  private boolean json;

  private final Context context;

  InitSqlValidate(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    String text = InitSqlFile.read(context.surroundings().directory().resolve(file), file);
    InitSqlOptions options = scope.options(context);
    MigrationSet migrations = context.migrations();
    Supplier<ScratchServer> scratchServer = context.scratch(scratch);
    context.console().progress("loading %s into scratch databases".formatted(file));
    Validation validation;
    try (ScratchServer server = scratchServer.get()) {
      validation = new InitSqlValidator(server, options).validate(text, migrations);
    }
    Optional<InitSql.Header> header = InitSql.headerOf(text);
    String version =
        migrations.migrations().stream()
            .map(Migration::version)
            .reduce((older, newer) -> newer)
            .orElse("none");
    if (json) {
      context.console().json(tree(validation, header, version));
    } else {
      print(validation, header, version);
    }
    return validation.isGood() ? ExitCode.DONE : ExitCode.FOUND;
  }

  private void print(Validation validation, Optional<InitSql.Header> header, String version) {
    Console console = context.console();
    header
        .filter(h -> !h.intact())
        .ifPresent(
            h ->
                console.warning(
                    "%s was changed after %s had generated it".formatted(file, h.generator())));
    for (Difference difference : validation.difference().differences()) {
      console.result(DriftText.painted(difference, MIGRATIONS, FILE, console));
    }
    List<String> faults = faults(validation);
    faults.forEach(console::result);
    if (validation.isGood()) {
      console.result("%s creates what the migrations make at version %s".formatted(file, version));
      return;
    }
    String made = header.map(h -> ", generated at version " + h.migrationVersion()).orElse("");
    int count = validation.difference().differences().size() + faults.size();
    console.result(
        "%n%s%s: %s from the migrations at version %s"
            .formatted(file, made, Words.count(count, "difference", "differences"), version));
    console.progress(
        header.isPresent()
            ? "Regenerate it with 'gwdb init-sql generate --out %s'.".formatted(file)
            : "Correct it, or replace it by what 'gwdb init-sql generate' makes.");
  }

  /** What is wrong beside the schema's shape. */
  private List<String> faults(Validation validation) {
    List<String> faults = new ArrayList<>();
    validation
        .loadFailure()
        .ifPresent(failure -> faults.add("can't be loaded into an empty database: " + failure));
    validation
        .secondLoadFailure()
        .filter(failure -> validation.intact().isPresent())
        .ifPresent(failure -> faults.add("can't be loaded again: " + failure));
    validation
        .changedBySecondLoad()
        .forEach(object -> faults.add("made anew by loading it again: " + object));
    validation.missingKeys().forEach(key -> faults.add("next to the tables of others: " + key));
    return faults;
  }

  private ObjectNode tree(Validation validation, Optional<InitSql.Header> header, String version) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("file", file.toString());
    root.put("good", validation.isGood());
    root.put("version", version);
    root.put("generator", header.map(InitSql.Header::generator).orElse(null));
    root.put("fileVersion", header.map(InitSql.Header::migrationVersion).orElse(null));
    root.put("intact", header.map(InitSql.Header::intact).orElse(null));
    root.put("loadFailure", validation.loadFailure().orElse(null));
    Differences.add(root.putArray("differences"), validation.difference().differences());
    root.put("secondLoadFailure", validation.secondLoadFailure().orElse(null));
    ArrayNode changed = root.putArray("changedBySecondLoad");
    validation.changedBySecondLoad().forEach(changed::add);
    ArrayNode keys = root.putArray("missingKeys");
    validation.missingKeys().forEach(keys::add);
    return root;
  }
}
