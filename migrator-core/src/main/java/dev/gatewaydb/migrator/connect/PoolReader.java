package dev.gatewaydb.migrator.connect;

import java.time.Duration;
import java.util.Optional;

/** The pool's limits from variables. */
final class PoolReader {
  private final Environment env;
  private final Faults faults;

  private PoolReader(Environment env, Faults faults) {
    this.env = env;
    this.faults = faults;
  }

  /** With defaults in the place of what is faulty. */
  static PoolSettings read(Environment env, Faults faults) {
    PoolReader reader = new PoolReader(env, faults);
    PoolSettings standard = PoolSettings.DEFAULT;
    Optional<Integer> givenOpen = reader.number("DB_MAX_OPEN_CONNS", 1);
    Optional<Integer> givenIdle = reader.number("DB_MAX_IDLE_CONNS", 0);
    int open = givenOpen.orElse(standard.maxOpen());
    int idle = givenIdle.orElse(Math.min(standard.maxIdle(), open));
    if (idle > open) {
      faults.add("DB_MAX_IDLE_CONNS (" + idle + ") is more than DB_MAX_OPEN_CONNS (" + open + ")");
      idle = open;
    }
    return new PoolSettings(
        open,
        idle,
        reader
            .duration("DB_CONN_MAX_LIFETIME", PoolSettings.LEAST_LIFETIME)
            .orElse(standard.maxLifetime()),
        reader
            .duration("DB_CONN_MAX_IDLE_TIME", PoolSettings.LEAST_IDLE_TIME)
            .orElse(standard.maxIdleTime()));
  }

  private Optional<Integer> number(String name, int least) {
    Optional<String> text = env.get(name).map(String::strip);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (text.get().matches("[0-9]{1,9}")) {
      int value = Integer.parseInt(text.get());
      if (value >= least && value <= PoolSettings.MAX_CONNECTIONS) {
        return Optional.of(value);
      }
    }
    faults.add(
        name
            + " \""
            + Text.line(text.get())
            + "\" is not a whole number from "
            + least
            + " to "
            + PoolSettings.MAX_CONNECTIONS);
    return Optional.empty();
  }

  private Optional<Duration> duration(String name, Duration least) {
    Optional<String> text = env.get(name).map(String::strip);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    String subject = name + " \"" + Text.line(text.get()) + "\" ";
    Optional<Duration> value = GoDuration.parse(text.get());
    if (value.isEmpty()) {
      boolean bare = text.get().matches("-?[0-9]+(\\.[0-9]+)?");
      faults.add(
          subject
              + (bare ? "has no unit" : "is not a duration")
              + "; write it like 90s, 30m or 1h30m");
    } else if (PoolSettings.isOutside(value.get(), least)) {
      faults.add(subject + "is not from " + least.toSeconds() + "s to 8760h");
      return Optional.empty();
    }
    return value;
  }
}
