package dev.gatewaydb.migrator.operate.backup;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatewaydb.migrator.error.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is known of a backup, in JSON beside it. It is written last: a backup without one isn't
 * whole.
 *
 * @param file name of the backup, in the same folder
 * @param createdAt the moment that it shows
 * @param database its name
 * @param table the one table that it holds, as {@code audit.audit_event}; empty: the database
 * @param bytes size of the file
 * @param sha256 of the file, in hexadecimal digits
 * @param serverVersion such as 18.6
 * @param toolVersion of pg_dump
 * @param gwdbVersion that made it
 * @param schemaVersion the newest migration applied, as the project writes it; empty without
 *     history
 * @param appliedVersions all that are applied, as the history has them
 * @param rows tables to rows, in the same snapshot as the dump
 * @param objects of the schema to their hashes, see {@link
 *     dev.gatewaydb.migrator.catalog.SchemaDigest}
 * @param extensions that it needs
 * @param roles that own something, or are granted something
 * @param durationMillis how long it took
 * @param verifiedAt when it was last restored for proof; empty: never
 */
public record BackupManifest(
    String file,
    Instant createdAt,
    String database,
    Optional<String> table,
    long bytes,
    String sha256,
    String serverVersion,
    String toolVersion,
    String gwdbVersion,
    Optional<String> schemaVersion,
    List<String> appliedVersions,
    Map<String, Long> rows,
    Map<String, String> objects,
    List<String> extensions,
    List<String> roles,
    long durationMillis,
    Optional<Instant> verifiedAt) {
  /** What comes after the backup's name. */
  static final String SUFFIX = ".json";

  private static final String KIND = "gwdb-backup";
  private static final int FORMAT = 1;

  /** Far more than the manifest of a thousand tables, and little enough to read at once. */
  private static final long MOST_BYTES = 256L << 20;

  private static final JsonMapper MAPPER = new JsonMapper();

  /** Copies the collections, sorted. */
  public BackupManifest {
    appliedVersions = List.copyOf(appliedVersions);
    rows = new TreeMap<>(rows);
    objects = new TreeMap<>(objects);
    extensions = List.copyOf(extensions);
    roles = List.copyOf(roles);
  }

  /** The major version of a program or server, such as 18. */
  static int major(String version) {
    return Integer.parseInt(version.replaceFirst("\\D.*", ""));
  }

  /** The same, proved at this time. */
  BackupManifest verified(Instant at) {
    return new BackupManifest(
        file,
        createdAt,
        database,
        table,
        bytes,
        sha256,
        serverVersion,
        toolVersion,
        gwdbVersion,
        schemaVersion,
        appliedVersions,
        rows,
        objects,
        extensions,
        roles,
        durationMillis,
        Optional.of(at));
  }

  /** Where a backup's is. */
  static Path beside(Path backup) {
    return backup.resolveSibling(backup.getFileName() + SUFFIX);
  }

  /** The file's text, which is also what {@code --json} shows. */
  public ObjectNode toJson() {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("kind", KIND);
    root.put("format", FORMAT);
    root.put("file", file);
    root.put("createdAt", createdAt.toString());
    root.put("database", database);
    root.put("table", table.orElse(null));
    root.put("bytes", bytes);
    root.put("sha256", sha256);
    root.put("serverVersion", serverVersion);
    root.put("toolVersion", toolVersion);
    root.put("gwdbVersion", gwdbVersion);
    root.put("schemaVersion", schemaVersion.orElse(null));
    put(root.putArray("appliedVersions"), appliedVersions);
    ObjectNode counts = root.putObject("rows");
    rows.forEach(counts::put);
    ObjectNode hashes = root.putObject("objects");
    objects.forEach(hashes::put);
    put(root.putArray("extensions"), extensions);
    put(root.putArray("roles"), roles);
    root.put("durationMillis", durationMillis);
    root.put("verifiedAt", verifiedAt.map(Instant::toString).orElse(null));
    return root;
  }

  private static void put(ArrayNode array, List<String> strings) {
    strings.forEach(array::add);
  }

  /**
   * Reads one.
   *
   * @throws RefusedException for anything but a manifest that this version understands
   */
  static BackupManifest read(Path path) {
    try {
      if (Files.size(path) > MOST_BYTES) {
        throw new RefusedException(path + " is too large for a manifest", "", null);
      }
      return of(path, MAPPER.readTree(Files.readAllBytes(path)));
    } catch (JacksonException | DateTimeException e) {
      throw broken(path, e);
    } catch (IOException e) {
      throw new RefusedException(path + " can't be read: " + e.getMessage(), "", e);
    }
  }

  private static RefusedException broken(Path path, Exception e) {
    return new RefusedException(
        path + " is no manifest, or a damaged one",
        "Take another backup; 'gwdb backup list' shows those that are whole.",
        e);
  }

  private static BackupManifest of(Path path, JsonNode root) {
    if (!KIND.equals(root.path("kind").asText()) || !isComplete(root)) {
      throw broken(path, new IOException("fields are missing"));
    }
    if (root.path("format").asInt() != FORMAT) {
      throw new RefusedException(
          "%s is of format %s, and this gwdb reads %d"
              .formatted(path, root.path("format").asText(), FORMAT),
          "Use the gwdb that made it, version %s, or a newer one."
              .formatted(root.path("gwdbVersion").asText()),
          null);
    }
    Map<String, Long> rows = new TreeMap<>();
    root.path("rows").properties().forEach(e -> rows.put(e.getKey(), e.getValue().asLong()));
    Map<String, String> objects = new TreeMap<>();
    root.path("objects").properties().forEach(e -> objects.put(e.getKey(), e.getValue().asText()));
    return new BackupManifest(
        root.path("file").asText(),
        Instant.parse(root.path("createdAt").asText()),
        root.path("database").asText(),
        optional(root, "table"),
        root.path("bytes").asLong(),
        root.path("sha256").asText(),
        root.path("serverVersion").asText(),
        root.path("toolVersion").asText(),
        root.path("gwdbVersion").asText(),
        optional(root, "schemaVersion"),
        strings(root.path("appliedVersions")),
        rows,
        objects,
        strings(root.path("extensions")),
        strings(root.path("roles")),
        root.path("durationMillis").asLong(),
        optional(root, "verifiedAt").map(Instant::parse));
  }

  private static boolean isComplete(JsonNode root) {
    String version = "\\d{1,4}(\\.\\d{1,4})?";
    return root.path("file").isTextual()
        && root.path("bytes").isIntegralNumber()
        && root.path("sha256").asText().matches("[0-9a-f]{64}")
        && root.path("serverVersion").asText().matches(version)
        && root.path("toolVersion").asText().matches(version)
        && root.path("rows").isObject()
        && root.path("objects").isObject()
        && root.path("appliedVersions").isArray();
  }

  private static Optional<String> optional(JsonNode root, String field) {
    return Optional.of(root.path(field)).filter(JsonNode::isTextual).map(JsonNode::asText);
  }

  private static List<String> strings(JsonNode array) {
    List<String> strings = new ArrayList<>();
    array.forEach(element -> strings.add(element.asText()));
    return strings;
  }
}
