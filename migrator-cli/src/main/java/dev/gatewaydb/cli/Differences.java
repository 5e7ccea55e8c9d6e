package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatewaydb.migrator.catalog.Difference;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Differences of two schemas as JSON; docs/cli.md has the shape. */
final class Differences {
  private Differences() {}

  static void add(ArrayNode array, List<Difference> differences) {
    differences.forEach(difference -> add(array, difference));
  }

  static ObjectNode add(ArrayNode array, Difference difference) {
    return array
        .addObject()
        .put("kind", difference.object().kind().label())
        .put("name", difference.object().name())
        .put("change", lower(difference.change()))
        .put("property", present(difference.property()))
        .put("expected", present(difference.expected()))
        .put("actual", present(difference.actual()))
        .put("severity", lower(difference.severity()));
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static @org.jspecify.annotations.Nullable String present(String text) {
    return Optional.of(text).filter(t -> !t.isEmpty()).orElse(null);
  }
}
