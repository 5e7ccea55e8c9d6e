package dev.gatewaydb.migrator.scratch;

import dev.gatewaydb.testing.Sql;
import java.nio.file.Path;

/** A JVM of its own with a scratch server: says where its data is and waits for its input's end. */
final class OwnerProcess {
  private OwnerProcess() {}

  public static void main(String[] arguments) throws Exception {
    try (ScratchServer server = ScratchServer.embedded(Path.of(arguments[0]));
        ScratchDatabase db = server.create()) {
      System.out.println("data " + Sql.rows(db, "SHOW data_directory").getFirst());
      System.in.readAllBytes();
    }
    System.out.println("closed");
  }
}
