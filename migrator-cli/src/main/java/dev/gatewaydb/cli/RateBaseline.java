package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatewaydb.migrator.operate.health.HealthReport;
import dev.gatewaydb.migrator.operate.health.HealthRow;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalDouble;
import java.util.UUID;

/**
 * How many transactions per second a database usually has, remembered between runs: a moving
 * average, in which each run's own rate counts a tenth.
 */
final class RateBaseline {
  private static final Duration LEAST = Duration.ofSeconds(5);
  private static final double WEIGHT = 0.1;

  /** Runs before the average counts as usual. */
  private static final int ENOUGH = 10;

  private final Path file;

  /**
   * @param cache the user's
   * @param database which one; only a name made of it is kept
   */
  RateBaseline(Path cache, String database) {
    String name = "" + UUID.nameUUIDFromBytes(database.getBytes(StandardCharsets.UTF_8));
    this.file = cache.resolve("health").resolve(name + ".json");
  }

  /**
   * What was compared.
   *
   * @param perSecond since the last run; empty at the first one, or too soon after it
   * @param usual empty until there were enough runs
   */
  record Rate(OptionalDouble perSecond, OptionalDouble usual) {}

  /** Compares a report with what is remembered, then remembers it. */
  Rate compare(HealthReport report) {
    if (report.section("server").isEmpty()) {
      return new Rate(OptionalDouble.empty(), OptionalDouble.empty());
    }
    HealthRow server = report.section("server").getFirst();
    double transactions = server.number("transactions");
    JsonNode before = read();
    Instant then = Instant.ofEpochMilli(before.path("at").asLong());
    Duration since = Duration.between(then, report.at());
    double more = transactions - before.path("transactions").asDouble();
    if (before.has("at") && more >= 0 && since.compareTo(LEAST) < 0) {
      return new Rate(OptionalDouble.empty(), OptionalDouble.empty());
    }
    ObjectNode after = JsonNodeFactory.instance.objectNode();
    after.put("at", report.at().toEpochMilli()).put("transactions", transactions);
    int runs = before.path("runs").asInt();
    double usual = before.path("perSecond").asDouble();
    OptionalDouble perSecond = OptionalDouble.empty();
    // Fewer than before: the statistics were reset.
    if (before.has("at") && more >= 0) {
      double rate = more * 1000 / since.toMillis();
      perSecond = OptionalDouble.of(rate);
      after.put("runs", runs + 1);
      after.put("perSecond", runs == 0 ? rate : usual + WEIGHT * (rate - usual));
    } else {
      after.put("runs", runs).put("perSecond", usual);
    }
    write(after);
    return new Rate(perSecond, runs >= ENOUGH ? OptionalDouble.of(usual) : OptionalDouble.empty());
  }

  private JsonNode read() {
    try {
      return new ObjectMapper().readTree(Files.readAllBytes(file));
    } catch (IOException noneOrBroken) {
      return JsonNodeFactory.instance.objectNode();
    }
  }

  /** A cache that can't be written is no reason to tell nothing. */
  private void write(ObjectNode node) {
    try {
      Files.createDirectories(file.getParent());
      Path fresh = Files.createTempFile(file.getParent(), "rate", ".json");
      Files.writeString(fresh, node.toString());
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      return;
    }
  }
}
