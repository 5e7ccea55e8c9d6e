package dev.gatewaydb.migrator.connect;

import java.util.List;
import java.util.Map;

/** What must hold between the TLS parameters, in libpq or in the driver. */
final class TlsRules {
  private static final List<String> WEAK = List.of("disable", "allow", "prefer");

  private final Faults faults;

  TlsRules(Faults faults) {
    this.faults = faults;
  }

  void check(Map<Parameter, String> values) {
    boolean system = "system".equals(values.get(Parameter.SSLROOTCERT));
    String mode = values.getOrDefault(Parameter.SSLMODE, system ? "verify-full" : "prefer");
    if (system && !mode.equals("verify-full")) {
      faults.add("sslmode=" + mode + " is too weak for sslrootcert=system; use verify-full");
    }
    if (system && (values.containsKey(Parameter.SSLCERT) || values.containsKey(Parameter.SSLKEY))) {
      faults.add(
          "sslcert and sslkey can't be used with sslrootcert=system by the Java driver; name a"
              + " root certificate file");
    }
    if ("direct".equals(values.get(Parameter.SSLNEGOTIATION)) && WEAK.contains(mode)) {
      faults.add(
          "sslmode=" + mode + " is too weak for sslnegotiation=direct; use require or stronger");
    }
  }
}
