package dev.gatewaydb.migrator.scratch.junit;

import dev.gatewaydb.migrator.Migrator;
import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives test methods a {@link ScratchDatabase} of their own, empty or {@link Migrated}, and drops
 * it afterwards; constructor-wide and {@code @BeforeAll} ones live as long as the class. One server
 * serves all tests of the JVM; a parameter of type {@link ScratchServer} is that one.
 *
 * <p>System properties: {@code gwdb.test.postgres}: {@code embedded} (default), {@code docker} or
 * {@code docker:} and an image, or a {@code postgresql://} URL of a role with CREATEDB. {@code
 * gwdb.test.cache}: where the embedded server keeps its programs; default {@code .cache/gwdb} in
 * the home directory.
 */
public final class ScratchPostgres implements ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(ScratchPostgres.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == ScratchDatabase.class || type == ScratchServer.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    ScratchServer server = server(context);
    if (parameter.getParameter().getType() == ScratchServer.class) {
      return server;
    }
    Optional<String> location = parameter.findAnnotation(Migrated.class).map(Migrated::value);
    ScratchDatabase database =
        location.isEmpty()
            ? server.create()
            : server.cloneOf(location.get(), fresh -> migrate(fresh, location.get()));
    context.getStore(NAMESPACE).put(database.name(), database);
    return database;
  }

  private static void migrate(ScratchDatabase database, String location) {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    new Migrator(database, MigrationSet.onClassPath(loader, location)).migrate();
  }

  /** The server that serves all tests of the JVM; for extensions that build on this one. */
  public static ScratchServer server(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent("server", key -> new Running(start()), Running.class)
        .server();
  }

  private static ScratchServer start() {
    String wanted = System.getProperty("gwdb.test.postgres", "embedded");
    if (wanted.equals("embedded")) {
      String home = System.getProperty("user.home");
      String cache = System.getProperty("gwdb.test.cache", home + "/.cache/gwdb");
      return ScratchServer.embedded(Path.of(cache));
    }
    Optional<String> image = ScratchServer.image(wanted);
    if (image.isPresent()) {
      return ScratchServer.container(image.get());
    }
    return ScratchServer.on(DatabaseSettings.fromEnvironment(Map.of("DATABASE_URL", wanted)));
  }

  private record Running(ScratchServer server) implements AutoCloseable {
    @Override
    public void close() {
      server.close();
    }
  }
}
