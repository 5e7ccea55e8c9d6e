package dev.gatewaydb.cli;

import picocli.CommandLine.Option;

/** Which database; shared by every command that connects to one. */
final class DatabaseOptions {
  static final String URL = "--database-url";

  @Option(
      names = URL,
      paramLabel = "URL",
      description =
          "Instead of DATABASE_URL; without a password, which every process could read here:"
              + " leave that to PGPASSWORD or a password file.")
  String url = "";
}
