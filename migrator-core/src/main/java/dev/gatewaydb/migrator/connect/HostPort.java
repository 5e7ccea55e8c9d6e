package dev.gatewaydb.migrator.connect;

import java.util.regex.Pattern;

/**
 * A server's address.
 *
 * @param host a name or an IP address; IPv6 without its brackets
 * @param port 1 to 65535
 */
public record HostPort(String host, int port) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,255}");
  private static final Pattern IPV6 =
      Pattern.compile("[0-9A-Fa-f:.]{2,45}(%[A-Za-z0-9._-]{1,32})?");

  /**
   * Checks both parts.
   *
   * @throws IllegalArgumentException for anything that can't be a host or a port
   */
  public HostPort {
    if (!isHost(host) || port < 1 || port > 65535) {
      throw new IllegalArgumentException("not a host with a port from 1 to 65535");
    }
  }

  static boolean isHost(String text) {
    return NAME.matcher(text).matches() || isIpv6(text);
  }

  private static boolean isIpv6(String text) {
    return text.indexOf(':') >= 0 && IPV6.matcher(text).matches();
  }

  /** {@code host:port}, with brackets around IPv6. */
  @Override
  public String toString() {
    return (isIpv6(host) ? "[" + host + "]" : host) + ":" + port;
  }

  /** As {@link #toString()}, fit for a URL: the % before an IPv6 zone is escaped. */
  String inUri() {
    return toString().replace("%", "%25");
  }
}
