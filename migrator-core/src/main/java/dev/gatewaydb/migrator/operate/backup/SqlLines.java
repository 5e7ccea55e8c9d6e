package dev.gatewaydb.migrator.operate.backup;

import dev.gatewaydb.migrator.error.RefusedException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** What the lines of pg_dump's SQL tell of it. */
final class SqlLines {
  private static final Pattern COPY = Pattern.compile("COPY .*");
  private static final Pattern CONNECT = Pattern.compile("\\\\c(onnect)?\\s.*");

  private boolean dump;
  private boolean complete;
  private boolean cluster;
  private boolean inRows;
  private String connect = "";

  void add(String line) {
    if (inRows) {
      inRows = !line.stripTrailing().equals("\\.");
      return;
    }
    switch (line.stripTrailing()) {
      case "-- PostgreSQL database dump" -> dump = true;
      case "-- PostgreSQL database dump complete" -> complete = true;
      case "-- PostgreSQL database cluster dump" -> cluster = true;
      default -> {
        if (CONNECT.matcher(line).matches() && connect.isEmpty()) {
          connect = line.strip();
        }
        // A long list of columns is cut off before the words that tell.
        inRows = COPY.matcher(line).matches() && isFromInput(line);
      }
    }
  }

  private static boolean isFromInput(String line) {
    String text = line.stripTrailing();
    return text.endsWith("FROM stdin;") || (text.length() > 150 && !text.endsWith(";"));
  }

  void requireWhole(Path path) {
    if (inRows || (dump && !complete)) {
      throw new RefusedException(
          path + " is truncated: pg_dump's last line is missing", "Take another backup.", null);
    }
    if (cluster || !connect.isEmpty()) {
      throw new RefusedException(
          cluster
              ? path + " is a dump of a whole server (pg_dumpall)"
              : "%s connects to a database of its own choice (%s)".formatted(path, connect),
          "It would change databases that nobody named. Make a dump of the one database, without"
              + " --create.",
          null);
    }
  }
}
