package dev.gatewaydb.migrator;

import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.layout.MigrationSet;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** A JVM of its own that migrates: the URL comes on standard input, the folder as an argument. */
final class MigrateProcess {
  private MigrateProcess() {}

  public static void main(String[] arguments) throws Exception {
    String url = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    DatabaseSettings settings = DatabaseSettings.fromUri("stdin", url, Map.of());
    MigrationSet set = MigrationSet.read(Path.of(arguments[0]));
    MigrationListener listener =
        new MigrationListener() {
          @Override
          public void waitingForLock(String holder, Duration waited) {
            System.out.println("waiting");
          }
        };
    Migrator migrator = new Migrator(settings.dataSource(), set, MigratorOptions.DEFAULT, listener);
    int applied = migrator.migrate().applied().size();
    System.out.println("applied " + applied);
  }
}
