package dev.gatewaydb.migrator.scratch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Makes PostgreSQL data directories: by initdb, or by copying one that initdb made before. */
final class DataDirectory {
  static final String SUPERUSER = "postgres";
  private static final int PASSWORD_BYTES = 16;

  /** Changes whenever initdb's arguments here do, so that an older template is not used. */
  private static final String TEMPLATE_FORMAT = "1";

  private DataDirectory() {}

  /** Runs initdb; the directory must not exist. Returns the superuser's random password. */
  static String initialise(PostgresBinaries binaries, Path data, List<String> options)
      throws IOException {
    String password = randomPassword();
    Path passwordFile = Files.createTempFile(data.toAbsolutePath().getParent(), "initdb", ".pw");
    try {
      Files.writeString(passwordFile, password);
      List<String> arguments =
          new ArrayList<>(
              List.of("-D", data.toString(), "-U", SUPERUSER, "-E", "UTF8", "--locale=C"));
      arguments.addAll(List.of("-A", "scram-sha-256", "--pwfile=" + passwordFile));
      arguments.addAll(options);
      Tool.run(binaries.program("initdb"), arguments);
      return password;
    } finally {
      Files.delete(passwordFile);
    }
  }

  static String randomPassword() {
    byte[] bytes = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** Copies the template, making it first if it is not there. Returns the superuser's password. */
  static String fromTemplate(PostgresBinaries binaries, Path cache, Path data) throws IOException {
    Path template = cache.resolve("templates").resolve(binaries.key() + "-" + TEMPLATE_FORMAT);
    Path passwordFile = template.resolve("password");
    if (!Files.exists(passwordFile)) {
      FileLocks.exclusively(
          cache.resolve("templates.lock"),
          () -> {
            if (!Files.exists(passwordFile)) {
              makeTemplate(binaries, template, passwordFile);
            }
            return template;
          });
    }
    Trees.copy(template.resolve("data"), data);
    return Files.readString(passwordFile);
  }

  private static void makeTemplate(PostgresBinaries binaries, Path template, Path passwordFile)
      throws IOException {
    Trees.delete(template);
    Trees.createPrivate(template);
    List<String> options = new ArrayList<>(List.of("--no-sync", "--wal-segsize=1"));
    if (binaries.major() >= 18) {
      options.add("--no-data-checksums");
    }
    String password = initialise(binaries, template.resolve("data"), options);
    // Loopback only, and SCRAM's key stretching would cost more than the rest of a connection.
    Path hba = template.resolve("data").resolve("pg_hba.conf");
    Files.writeString(hba, "host all all 127.0.0.1/32 password\n");
    Path partial = Files.createTempFile(template, "password", ".new");
    Files.writeString(partial, password);
    Files.move(partial, passwordFile);
  }
}
