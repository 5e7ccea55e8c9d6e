package dev.gatewaydb.sync.github;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.sync.initsql.InitSql;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;

/** A dispatch's {@code client_payload}: at most ten properties, and less than 64 KB of JSON. */
public final class DispatchPayload {
  /** GitHub's limit, from the description of the endpoint. The whole request stays below it. */
  static final int LIMIT_BYTES = 64 * 1024;

  /** For what surrounds the payload: {@code event_type}, at most 100 characters, and its braces. */
  private static final int ENVELOPE_BYTES = 1024;

  private static final String ID = "dispatch_id";
  private static final String SQL = "sql_gzip_base64";
  private static final String ARTIFACT = "artifact_url";

  private final Map<String, String> properties;

  private DispatchPayload(Map<String, String> properties) {
    this.properties = properties;
  }

  /**
   * Holds the file itself, compressed, when that fits, else the artifact's address.
   *
   * @param path where the file belongs in the sibling repository
   * @param artifact where the file can be fetched; empty when nowhere
   * @throws ConfigurationException when the file does not fit and there is no artifact
   */
  public static DispatchPayload of(
      InitSql file, Source source, String path, Optional<URI> artifact) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put(ID, UUID.randomUUID().toString());
    source.repository().ifPresent(value -> properties.put("repository", value));
    source.commit().ifPresent(value -> properties.put("commit", value));
    source.ref().ifPresent(value -> properties.put("ref", value));
    source.runUrl().ifPresent(value -> properties.put("run_url", value));
    properties.put("path", path);
    properties.put("sha256", file.sha256());
    InitSql.headerOf(file.text())
        .ifPresent(
            header -> {
              properties.put("migration_version", header.migrationVersion());
              properties.put("generator", header.generator());
            });
    properties.put(SQL, compressed(file.text()));
    int size = json(properties).length;
    if (size + ENVELOPE_BYTES < LIMIT_BYTES) {
      return new DispatchPayload(properties);
    }
    properties.remove(SQL);
    properties.put(
        ARTIFACT,
        artifact
            .orElseThrow(
                () ->
                    new ConfigurationException(
                        "the init SQL is too large for a dispatch: %d bytes compressed, and GitHub takes less than %d"
                            .formatted(size, LIMIT_BYTES),
                        "Upload the file first and name its address with --artifact-url, or use --mode"
                            + " pull-request."))
            .toString());
    return new DispatchPayload(properties);
  }

  private static String compressed(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  private static byte[] json(Map<String, String> properties) {
    try {
      return new ObjectMapper().writeValueAsBytes(properties);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts can always be written as JSON", e);
    }
  }

  /** Random, so that the workflow run can be told from others by its name. */
  String id() {
    return properties.getOrDefault(ID, "");
  }

  /** Everything that is sent, in order. */
  public Map<String, String> properties() {
    return Collections.unmodifiableMap(properties);
  }

  /** Everything but the SQL, in order, for people and logs. */
  public Map<String, String> summary() {
    Map<String, String> summary = new LinkedHashMap<>(properties);
    summary.computeIfPresent(SQL, (name, value) -> value.length() + " characters");
    return summary;
  }

  /** The size as JSON, in bytes. */
  public int sizeBytes() {
    return json(properties).length;
  }
}
