package dev.gatewaydb.migrator.layout;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;

/** A hash of all that a migrate may run. */
final class Manifest {
  private final MessageDigest digest;

  private Manifest() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  static String hash(MigrationSet set) {
    Manifest manifest = new Manifest();
    set.migrations().forEach(m -> manifest.add(m.version(), m.up()));
    manifest.addAll("repeatable", set.repeatables());
    manifest.addAll("callback", set.callbacks());
    new TreeMap<>(set.scriptSettings())
        .forEach((path, text) -> manifest.add("settings", new MigrationFile(path, text)));
    return HexFormat.of().formatHex(manifest.digest.digest());
  }

  private void addAll(String kind, List<MigrationFile> files) {
    files.stream()
        .sorted(Comparator.comparing(MigrationFile::path))
        .forEach(file -> add(kind, file));
  }

  /** Each part with its length, so that nothing moves from one to the next unseen. */
  private void add(String kind, MigrationFile file) {
    for (String part : List.of(kind, file.path(), file.text())) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
      digest.update(bytes);
    }
  }
}
