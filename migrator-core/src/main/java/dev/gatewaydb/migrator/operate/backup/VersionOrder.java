package dev.gatewaydb.migrator.operate.backup;

import java.math.BigInteger;
import java.util.Comparator;

/** The order of versions in a history: numbers between dots, the first one first. */
final class VersionOrder {
  static final Comparator<String> ASCENDING = VersionOrder::compare;

  private VersionOrder() {}

  private static int compare(String one, String other) {
    String[] ones = one.split("[._]", -1);
    String[] others = other.split("[._]", -1);
    for (int i = 0; i < Math.max(ones.length, others.length); i++) {
      int order = part(ones, i).compareTo(part(others, i));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private static BigInteger part(String[] parts, int i) {
    return i < parts.length && parts[i].matches("\\d{1,50}")
        ? new BigInteger(parts[i])
        : BigInteger.ZERO;
  }
}
