package dev.gatewaydb.cli;

import dev.gatewaydb.dao.key.KeyHasher;
import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import dev.gatewaydb.sync.server.ServedDatabase;
import dev.gatewaydb.sync.server.StatusServer;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "serve",
    description = {
      "Serve a page about the database, its init SQL, its schema and metrics, until Ctrl-C.",
      "It reads and changes nothing. Who asks needs an API key with ops:status:read or admin.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb serve",
      "  gwdb serve --open                 without keys, for this machine alone",
      "  gwdb serve --host 0.0.0.0         behind a proxy that does TLS",
      "  curl -H \"Authorization: Bearer $KEY\" http://localhost:7070/init.sql",
    })
final class ServeCommand implements Callable<Integer> {
  @Mixin private DatabaseOptions database = new DatabaseOptions();

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "Where to listen; default ${DEFAULT-VALUE}, 0.0.0.0 for everywhere.")
  private String host = "";

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "7070",
      description = "1 to 65535, or 0 for any that is free; default ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--open",
      description = "Ask for no key. Only on a loopback address, and only by a local name.")
  private boolean open;

  @Mixin private InitSqlScope scope = new InitSqlScope();

  @Mixin private ScratchOptions scratch = new ScratchOptions();

  private final Context context;

  ServeCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    DatabaseSettings settings = context.settings(database);
    MigrationSet migrations = context.migrations();
    Supplier<ScratchServer> scratchServer = context.scratch(scratch);
    Optional<KeyHasher> keys = open ? Optional.empty() : Optional.of(context.keyHasher());
    StatusServer server =
        StatusServer.start(
            new ServedDatabase(
                settings,
                migrations,
                scope.options(context),
                context.ownership(),
                context.project().health().thresholds(),
                scratchServer),
            Version.ofBuild(),
            host,
            port,
            keys);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "gwdb-serve-stop"));
    Console console = context.console();
    console.result("http://%s:%d/".formatted(inUrl(host), server.port()));
    console.progress("about " + settings.displayUrl() + "; Ctrl-C stops it");
    new CountDownLatch(1).await();
    return ExitCode.DONE;
  }

  private static String inUrl(String address) {
    return address.contains(":") && !address.startsWith("[") ? "[" + address + "]" : address;
  }

  /** Being told to stop is how this command ends well, and no reason for a supervisor to worry. */
  private void stop(StatusServer server) {
    server.close();
    context.console().progress("stopped");
    Runtime.getRuntime().halt(ExitCode.DONE);
  }
}
