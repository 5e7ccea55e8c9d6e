package dev.gatewaydb.migrator.operate.tune;

import dev.gatewaydb.migrator.error.ConfigurationException;
import java.util.ArrayList;
import java.util.List;

/**
 * What PostgreSQL has to itself.
 *
 * @param memoryBytes 256 MiB to 64 TiB
 * @param cores 1 to 1024
 * @param ssd whether random reads cost hardly more than sequential ones
 * @param activeConnections how many statements run at once at most, 1 to 10000: the sum of the
 *     applications' pools
 */
public record Machine(long memoryBytes, int cores, boolean ssd, int activeConnections) {
  /**
   * Refuses what is out of range.
   *
   * @throws ConfigurationException with every fault
   */
  public Machine {
    List<String> faults = new ArrayList<>();
    if (memoryBytes < 256L << 20 || memoryBytes > 64L << 40) {
      faults.add("memory must be 256MB to 64TB");
    }
    if (cores < 1 || cores > 1024) {
      faults.add("cores must be 1 to 1024");
    }
    if (activeConnections < 1 || activeConnections > 10_000) {
      faults.add("active connections must be 1 to 10000");
    }
    if (!faults.isEmpty()) {
      throw new ConfigurationException(faults, "");
    }
  }
}
