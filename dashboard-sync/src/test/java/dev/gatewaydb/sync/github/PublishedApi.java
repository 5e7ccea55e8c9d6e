package dev.gatewaydb.sync.github;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/** GitHub's OpenAPI description of the endpoints in use; says what is wrong with a request. */
final class PublishedApi {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonNode paths;

  PublishedApi() {
    try (InputStream in = PublishedApi.class.getResourceAsStream("/github/openapi.json")) {
      paths = JSON.readTree(Objects.requireNonNull(in)).path("paths");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<String> faults(String method, URI uri, byte[] body) {
    String request = method + " " + uri;
    Optional<JsonNode> operation = operation(method, uri.getPath());
    if (operation.isEmpty()) {
      return List.of(request + ": no such endpoint");
    }
    List<String> faults = new ArrayList<>();
    if (uri.getRawQuery() != null) {
      for (String pair : uri.getRawQuery().split("&", -1)) {
        checkParameter(operation.get(), pair.split("=", 2), faults);
      }
    }
    checkBody(operation.get().path("body"), body, faults);
    return faults.stream().map(fault -> request + ": " + fault).toList();
  }

  /** {@code {path}} and {@code {ref}} may hold slashes; nothing else does. */
  private Optional<JsonNode> operation(String method, String path) {
    for (Map.Entry<String, JsonNode> entry : paths.properties()) {
      String pattern =
          entry.getKey().replaceAll("\\{(path|ref)}", ".+").replaceAll("\\{\\w+}", "[^/]+");
      JsonNode operation = entry.getValue().path(method.toLowerCase(Locale.ROOT));
      if (Pattern.matches(pattern, path) && !operation.isMissingNode()) {
        return Optional.of(operation);
      }
    }
    return Optional.empty();
  }

  private static void checkParameter(JsonNode operation, String[] pair, List<String> faults) {
    for (JsonNode parameter : operation.path("parameters")) {
      if (parameter.path("in").asText().equals("query")
          && parameter.path("name").asText().equals(pair[0])) {
        JsonNode allowed = parameter.path("schema").path("enum");
        if (allowed.isArray() && !allowed.toString().contains("\"" + pair[1] + "\"")) {
          faults.add(pair[0] + " can't be " + pair[1]);
        }
        return;
      }
    }
    faults.add("no parameter " + pair[0]);
  }

  private static void checkBody(JsonNode schema, byte[] body, List<String> faults) {
    if (schema.isMissingNode()) {
      if (body.length > 0) {
        faults.add("takes no body");
      }
      return;
    }
    try {
      JsonNode sent = JSON.readTree(body);
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
          .getSchema(schema)
          .validate(sent)
          .forEach(message -> faults.add(message.getMessage()));
      sent.fieldNames()
          .forEachRemaining(
              name -> {
                // The library repeats the path in the body, which GitHub leaves unread.
                if (!schema.path("properties").has(name) && !name.equals("path")) {
                  faults.add("no property " + name);
                }
              });
    } catch (IOException e) {
      faults.add("no JSON: " + e.getMessage());
    }
  }
}
