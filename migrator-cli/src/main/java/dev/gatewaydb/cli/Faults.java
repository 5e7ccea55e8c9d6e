package dev.gatewaydb.cli;

import dev.gatewaydb.dao.InvalidInputException;
import dev.gatewaydb.migrator.error.ConfigurationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What is wrong with several options, to be reported together. */
final class Faults {
  private final List<String> all = new ArrayList<>();

  /** What the option says, or empty and its faults more; no option where the faults name it. */
  <T> Optional<T> in(String option, Supplier<T> value) {
    try {
      return Optional.of(value.get());
    } catch (InvalidInputException e) {
      e.faults().forEach(fault -> all.add(option.isEmpty() ? fault : option + ": " + fault));
    } catch (ConfigurationException e) {
      all.addAll(e.faults());
    }
    return Optional.empty();
  }

  void requireNone() {
    if (!all.isEmpty()) {
      throw new ConfigurationException(all, "");
    }
  }
}
