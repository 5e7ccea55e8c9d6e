package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatewaydb.dao.key.IssuedKey;
import dev.gatewaydb.migrator.error.ConfigurationException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "local-dev",
    description = {
      "Start PostgreSQL for development, migrate it and seed API keys.",
      "Stays until Ctrl-C; the data stays in .gwdb/ of the project.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb local-dev             until Ctrl-C",
      "  gwdb local-dev --detach    leave it running",
      "  gwdb local-dev --fresh     forget the data and start anew",
      "  gwdb local-dev stop",
    },
    subcommands = {LocalDevCommand.Status.class, LocalDevCommand.Stop.class})
final class LocalDevCommand implements Callable<Integer> {
  private static final int HIGHEST_PORT = 65535;

  @Option(names = "--detach", description = "Leave it running; see 'local-dev stop'.")
  private boolean detach;

  @Option(names = "--fresh", description = "Delete the data of earlier runs first.")
  private boolean fresh;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "The first port to try, 1 to 65535; default that of last time, else 5432.")
  private @Nullable Integer wanted;

  @Option(names = "--redis", description = "Start Redis as well, if redis-server is on the PATH.")
  private boolean redis;

  private final Context context;
  private final LocalDev localDev;
  private final LocalRedis localRedis;

  LocalDevCommand(Context context) {
    this.context = context;
    this.localDev = new LocalDev(context);
    this.localRedis = new LocalRedis(context, localDev.folder().resolve("redis"));
  }

  @Override
  public Integer call() throws Exception {
    if (wanted != null && (wanted < 1 || wanted > HIGHEST_PORT)) {
      throw new ConfigurationException("--port %d is not 1 to 65535".formatted(wanted), "");
    }
    // Wrong settings and files are said before anything starts.
    context.migrations();
    Thread onSignal = new Thread(this::stop, "gwdb-local-dev-stop");
    try (ProjectLock lock = ProjectLock.take(localDev.folder(), context.console())) {
      if (localDev.server().isReady() && !fresh) {
        return alreadyRunning();
      }
      int port = wanted != null ? wanted : localDev.usualPort();
      if (fresh) {
        localDev.server().delete();
        localRedis.delete();
      }
      if (!detach) {
        // Before the start, so that Ctrl-C in the middle of it leaves nothing running.
        Runtime.getRuntime().addShutdownHook(onSignal);
      }
      // First, since the keys can be shown only once: nothing may fail between them and the screen.
      Optional<String> redisUrl = redis ? localRedis.start() : Optional.empty();
      List<IssuedKey> keys = localDev.bringUp(port);
      int actual = localDev.server().port();
      if (actual != port) {
        context
            .console()
            .progress("port %d is taken, so PostgreSQL listens on %d".formatted(port, actual));
      }
      announce(keys, redisUrl);
    }
    if (!detach) {
      awaitStop(onSignal);
    }
    return ExitCode.DONE;
  }

  /** Ends with the server too, when somebody else stops it. */
  private void awaitStop(Thread onSignal) {
    localDev.server().awaitStop();
    try {
      // By now somebody may have started the server anew: that one isn't ours to stop.
      Runtime.getRuntime().removeShutdownHook(onSignal);
      context.console().progress("PostgreSQL was stopped from elsewhere");
    } catch (IllegalStateException stoppedByTheHook) {
      return;
    }
  }

  private int alreadyRunning() throws SQLException {
    Console console = context.console();
    int port = localDev.server().port();
    console.progress("local-dev is already running on port " + port);
    Optional<String> redisUrl = redis ? localRedis.start() : Optional.empty();
    // Migrations may have come since it was started, and that start may have been killed half way.
    List<IssuedKey> keys = localDev.bringUp(port);
    announceAddress(redisUrl);
    if (!keys.isEmpty()) {
      console.result("");
      announceKeys(keys);
    }
    return ExitCode.DONE;
  }

  private void announce(List<IssuedKey> keys, Optional<String> redisUrl) {
    Console console = context.console();
    console.result("PostgreSQL is ready on port " + localDev.server().port());
    console.result("");
    announceAddress(redisUrl);
    console.result("");
    if (!localDev.seedsKeys()) {
      console.result("API keys: none; this project has migrations of its own");
    } else if (keys.isEmpty()) {
      console.result("API keys: as they were; only their hashes are kept (--fresh makes new ones)");
    } else {
      announceKeys(keys);
    }
    console.result("");
    console.result("Next: put the DATABASE_URL line into .env, then try 'gwdb status'");
    console.result(
        detach ? "Stop it with 'gwdb local-dev stop'" : "Ctrl-C stops it; the data stays");
  }

  private void announceAddress(Optional<String> redisUrl) {
    context.console().result("DATABASE_URL=" + localDev.settings().uri());
    warnOfAnotherAddress();
    redisUrl.ifPresent(url -> context.console().result("REDIS_URL=" + url));
  }

  private void announceKeys(List<IssuedKey> keys) {
    context.console().result("API keys, shown this once:");
    Table table = new Table("  NAME", "PERMISSIONS", "KEY");
    keys.forEach(
        each ->
            table.row(
                "  " + each.key().name(),
                each.key().permissions().toString(),
                each.secret().reveal()));
    table.lines().forEach(context.console()::result);
  }

  /** Two clones change ports when they start in another order, and their databases look alike. */
  private void warnOfAnotherAddress() {
    DotEnv.Merged variables = context.variables();
    String inEffect = variables.values().getOrDefault("DATABASE_URL", "");
    if (!inEffect.isEmpty() && !inEffect.equals(localDev.settings().uri())) {
      context
          .console()
          .warning(
              "DATABASE_URL is set to another address%s; other commands use that one"
                  .formatted(variables.file().map(file -> " (see " + file + ")").orElse("")));
    }
  }

  private void stop() {
    localRedis.stop();
    if (localDev.server().stop()) {
      context.console().progress("stopped");
    }
  }

  @Command(
      name = "status",
      description = "Say whether it runs and where; exit 1 when it doesn't.",
      mixinStandardHelpOptions = true,
      footerHeading = "%nExamples:%n",
      footer = {"  gwdb local-dev status", "  gwdb local-dev status --json | jq -r .databaseUrl"})
  static final class Status implements Callable<Integer> {
    @Option(names = "--json", description = "Print JSON; docs/cli.md has its shape.")
    private boolean json;

    private final Context context;

    Status(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      LocalDev localDev = new LocalDev(context);
      boolean running = localDev.server().isReady();
      if (json) {
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("running", running);
        node.put("port", running ? localDev.server().port() : null);
        node.put("databaseUrl", running ? localDev.settings().uri() : null);
        context.console().json(node);
      } else if (running) {
        context.console().result("running on port " + localDev.server().port());
        context.console().result("DATABASE_URL=" + localDev.settings().uri());
      } else {
        boolean data = Files.exists(localDev.folder().resolve("postgres"));
        context.console().result("not running" + (data ? "; its data is kept" : ""));
      }
      return running ? ExitCode.DONE : ExitCode.FOUND;
    }
  }

  @Command(
      name = "stop",
      description = "Stop it; the data stays.",
      mixinStandardHelpOptions = true,
      footerHeading = "%nExamples:%n",
      footer = "  gwdb local-dev stop")
  static final class Stop implements Callable<Integer> {
    private final Context context;

    Stop(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() throws Exception {
      LocalDev localDev = new LocalDev(context);
      if (!Files.exists(localDev.folder())) {
        context.console().result("it was not running");
        return ExitCode.DONE;
      }
      try (ProjectLock lock = ProjectLock.take(localDev.folder(), context.console())) {
        new LocalRedis(context, localDev.folder().resolve("redis")).stop();
        context.console().result(localDev.server().stop() ? "stopped" : "it was not running");
      }
      return ExitCode.DONE;
    }
  }
}
