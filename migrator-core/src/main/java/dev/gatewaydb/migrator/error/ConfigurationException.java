package dev.gatewaydb.migrator.error;

import java.util.List;

/** Settings or files are wrong; nothing was touched. All faults found are reported together. */
public final class ConfigurationException extends GatewayDbException {
  private final List<String> faults;

  /**
   * @param faults one line each, at least one
   * @param nextStep what to do, or empty
   */
  public ConfigurationException(List<String> faults, String nextStep) {
    super(String.join("\n", faults), nextStep, null);
    if (faults.isEmpty()) {
      throw new IllegalArgumentException("a configuration error needs at least one fault");
    }
    this.faults = List.copyOf(faults);
  }

  /** A single fault. */
  public ConfigurationException(String fault, String nextStep) {
    this(List.of(fault), nextStep);
  }

  /** Each fault as one line, in the order they were found. */
  public List<String> faults() {
    return faults;
  }
}
