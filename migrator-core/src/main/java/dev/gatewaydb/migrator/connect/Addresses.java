package dev.gatewaydb.migrator.connect;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Which servers are meant. Hosts are never quoted in faults: a misread password can be one. */
final class Addresses {
  private static final int DEFAULT_PORT = 5432;

  private final Environment env;
  private final String source;
  private final Faults faults;

  Addresses(Environment env, String source, Faults faults) {
    this.env = env;
    this.source = source;
    this.faults = faults;
  }

  List<HostPort> resolve(UriParts parts) {
    Listed hosts = hosts(parts);
    Listed ports = ports(parts);
    int count = hosts.entries.size();
    boolean matching = ports.entries.size() == 1 || ports.entries.size() == count;
    if (!matching) {
      faults.add(
          ports.origin + " has " + ports.entries.size() + " entries, the hosts have " + count);
    }
    List<HostPort> addresses = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String place = count == 1 ? "" : " " + (i + 1);
      Optional<String> host = host(hosts.origin + place, hosts.entries.get(i));
      String portText = matching ? ports.entries.get(ports.entries.size() == 1 ? 0 : i) : "";
      Optional<Integer> port = port(ports.origin + place, portText);
      if (host.isPresent() && port.isPresent()) {
        addresses.add(new HostPort(host.get(), port.get()));
      }
    }
    return addresses;
  }

  private record Listed(List<String> entries, String origin) {}

  private static List<String> split(String list) {
    return List.of(list.split(",", -1));
  }

  private Listed hosts(UriParts parts) {
    String query = parts.query().getOrDefault("host", "");
    if (!query.isEmpty()) {
      return new Listed(split(query), source + ": host");
    }
    if (parts.hosts().stream().anyMatch(host -> !host.isEmpty())) {
      return new Listed(parts.hosts(), source + ": host");
    }
    return env.get("PGHOST")
        .map(text -> new Listed(split(text), "PGHOST"))
        .orElse(new Listed(List.of("localhost"), "the host"));
  }

  private Listed ports(UriParts parts) {
    String query = parts.query().getOrDefault("port", "");
    if (!query.isEmpty()) {
      return new Listed(split(query), source + ": port");
    }
    if (parts.ports().stream().anyMatch(port -> !port.isEmpty())) {
      return new Listed(parts.ports(), source + ": port");
    }
    return env.get("PGPORT")
        .map(text -> new Listed(split(text), "PGPORT"))
        .orElse(new Listed(Collections.singletonList(""), "the port"));
  }

  private Optional<String> host(String origin, String text) {
    if (text.startsWith("/") || text.startsWith("@")) {
      faults.add(
          origin
              + " is a Unix socket; the Java driver speaks TCP only: give a host name such as localhost"
              + " (the server must listen on it, see listen_addresses)");
    } else if (text.isEmpty()) {
      faults.add(origin + " is empty");
    } else if (text.codePoints().anyMatch(c -> c > 0x7f)) {
      faults.add(origin + " is not ASCII; write an internationalised name in its xn-- form");
    } else if (!HostPort.isHost(text)) {
      faults.add(origin + " is neither a host name nor an IP address");
    } else {
      return Optional.of(text);
    }
    return Optional.empty();
  }

  private Optional<Integer> port(String origin, String text) {
    if (text.isEmpty()) {
      return Optional.of(DEFAULT_PORT);
    }
    int port = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
    if (port < 1 || port > 65535) {
      faults.add(origin + " is not a number from 1 to 65535");
      return Optional.empty();
    }
    return Optional.of(port);
  }
}
