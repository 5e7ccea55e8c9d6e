package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.Migrator;
import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import dev.gatewaydb.sync.initsql.InitSql;
import dev.gatewaydb.sync.initsql.InitSqlGenerator;
import dev.gatewaydb.sync.initsql.InitSqlOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "generate",
    description = {
      "Write the SQL that creates the tables and everything that they need.",
      "It is loaded into a scratch database and compared before it is given out.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb init-sql generate > init.sql",
      "  gwdb init-sql generate --out db/init.sql    written whole or not at all",
      "  gwdb init-sql generate --all",
      "  gwdb init-sql generate --from DATABASE_URL --tables api_keys",
    })
final class InitSqlGenerate implements Callable<Integer> {
  private static final String OUT = "--out";
  private static final String FROM = "--from";
  private static final String CONFIGURED = "DATABASE_URL";

  @Option(names = OUT, paramLabel = "FILE", description = "Where to; default stdout.")
  private @Nullable Path out;

  @Mixin private InitSqlScope scope = new InitSqlScope();

  @Option(
      names = FROM,
      paramLabel = "URL",
      arity = "0..1",
      fallbackValue = CONFIGURED,
      description =
          "A live database, which is only read, instead of the migrations: a URL without a"
              + " password, or the word DATABASE_URL for the one that the settings name.")
  private String from = "";

  @Mixin private ScratchOptions scratch = new ScratchOptions();

  private final Context context;

  InitSqlGenerate(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    Optional<WholeFile> target = target();
    InitSqlOptions options = scope.options(context);
    MigrationSet migrations = context.migrations();
    Optional<DatabaseSettings> live = live();
    Supplier<ScratchServer> scratchServer = context.scratch(scratch);
    InitSql file;
    Console console = context.console();
    try (ScratchServer server = scratchServer.get()) {
      InitSqlGenerator generator = new InitSqlGenerator(server, options);
      if (live.isPresent()) {
        file = ofDatabase(generator, live.get(), migrations);
      } else {
        console.progress(
            "applying %s to a scratch database"
                .formatted(Words.count(migrations.migrations().size(), "migration", "migrations")));
        file = generator.fromMigrations(migrations);
      }
    }
    file.leftOut().forEach(line -> console.warning("not in the file: " + line));
    if (target.isPresent()) {
      write(target.get(), file.text());
    } else {
      console.out().print(file.text());
      console.out().flush();
    }
    return ExitCode.DONE;
  }

  private Optional<WholeFile> target() throws IOException {
    if (out == null) {
      return Optional.empty();
    }
    WholeFile file = new WholeFile(context.surroundings().directory().resolve(out));
    file.requireWritable(OUT);
    return Optional.of(file);
  }

  private Optional<DatabaseSettings> live() {
    return from.isEmpty()
        ? Optional.empty()
        : Optional.of(
            context.settings(new DatabaseOptions(FROM, from.equals(CONFIGURED) ? "" : from)));
  }

  private InitSql ofDatabase(
      InitSqlGenerator generator, DatabaseSettings live, MigrationSet migrations) {
    context.console().progress("reading " + live.displayUrl());
    String version =
        new Migrator(
                live.dataSource(),
                migrations,
                context.historyOptions(),
                new ConsoleListener(context.console()))
            .status()
            .currentVersion()
            .orElse("unknown");
    try (Connection connection = live.dataSource().getConnection()) {
      return generator.fromDatabase(connection, version);
    } catch (SQLException e) {
      throw new FailedException(
          "%s can't be read: %s".formatted(live.displayUrl(), e.getMessage()), "", e);
    }
  }

  private void write(WholeFile target, String text) throws IOException {
    boolean same = target.holds(text);
    if (!same) {
      target.write(text);
    }
    context.console().progress("%s: %s".formatted(out, same ? "was up to date" : "written"));
  }
}
