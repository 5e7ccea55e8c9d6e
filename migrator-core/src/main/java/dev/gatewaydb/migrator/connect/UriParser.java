package dev.gatewaydb.migrator.connect;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Takes a libpq connection URI apart. A fault names the part and never quotes the text: in a
 * malformed URI the password can be anywhere.
 *
 * <p>Stricter than libpq in three places, where its reading of a password with unescaped characters
 * would put half of the password into the database's or a parameter's name: an {@code @} after the
 * first, a {@code /} in the database, and a parameter given twice.
 */
final class UriParser {
  private static final int MAX_LENGTH = 65_536;
  private static final Pattern KEYWORD_VALUE = Pattern.compile("[a-z_]+\\s*=.*", Pattern.DOTALL);
  private static final String FORM = "the form is " + Faults.FORM;

  private final String name;
  private final Faults faults;
  private List<String> hosts = new ArrayList<>();
  private List<String> ports = new ArrayList<>();
  private String user = "";
  private String password = "";
  private String database = "";
  private final Map<String, String> query = new LinkedHashMap<>();

  private UriParser(String name, Faults faults) {
    this.name = name;
    this.faults = faults;
  }

  /**
   * Takes {@code text} apart.
   *
   * @param name what the text was given as, for the faults
   * @return empty when a fault was found
   */
  static Optional<UriParts> parse(String name, String text, Faults faults) {
    int before = faults.count();
    UriParser parser = new UriParser(name, faults);
    parser.parse(text.strip());
    if (faults.count() > before) {
      return Optional.empty();
    }
    Optional<Secret> secret =
        Optional.of(parser.password).filter(p -> !p.isEmpty()).map(Secret::of);
    return Optional.of(
        new UriParts(
            List.copyOf(parser.hosts),
            List.copyOf(parser.ports),
            parser.user,
            secret,
            parser.database,
            parser.query));
  }

  private void parse(String text) {
    Optional<String> wrong = wrongForm(text).or(() -> wrongCharacter(text));
    if (wrong.isPresent()) {
      fault(wrong.get());
      return;
    }
    String rest = text.substring(text.indexOf("://") + 3);
    int end = indexOfAny(rest, "@/", 0);
    if (end < rest.length() && rest.charAt(end) == '@') {
      credentials(rest.substring(0, end));
      rest = rest.substring(end + 1);
    }
    if (rest.indexOf('@') >= 0) {
      fault(
          "an unescaped \"@\" follows the user and password; inside a password write \"@\" as %40,"
              + " \"/\" as %2F and \":\" as %3A");
      return;
    }
    int path = indexOfAny(rest, "/?", 0);
    addresses(rest.substring(0, path));
    int question = indexOfAny(rest, "?", path);
    if (question > path) {
      database(rest.substring(path + 1, question));
    }
    if (question < rest.length()) {
      query(rest.substring(question + 1));
    }
  }

  private static Optional<String> wrongForm(String text) {
    if (text.startsWith("postgres://") || text.startsWith("postgresql://")) {
      return text.length() > MAX_LENGTH
          ? Optional.of("it is longer than " + MAX_LENGTH + " characters")
          : Optional.empty();
    }
    String start = text.substring(0, Math.min(text.length(), 200)).toLowerCase(Locale.ROOT);
    if (start.startsWith("jdbc:")) {
      return Optional.of(
          "it is a JDBC URL; libpq's form is meant: leave out \"jdbc:\" (" + FORM + ")");
    }
    if (start.startsWith("\"") || start.startsWith("'")) {
      return Optional.of("it starts with a quotation mark; leave the quotes out");
    }
    if (start.startsWith("postgres:") || start.startsWith("postgresql:")) {
      return Optional.of("it must start with postgres:// or postgresql://, in lower case");
    }
    if (KEYWORD_VALUE.matcher(start).matches()) {
      return Optional.of("it is a list of key=value pairs, and a URI is meant; " + FORM);
    }
    return Optional.of("it does not start with postgres:// or postgresql://; " + FORM);
  }

  private static Optional<String> wrongCharacter(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      String kind =
          c == ' '
              ? "a space; write it as %20"
              : c < ' ' || c == 0x7f
                  ? "a control character"
                  : c > 0x7f
                      ? "not ASCII; write it percent-encoded in UTF-8 (an e with acute accent is %C3%A9)"
                      : "";
      if (!kind.isEmpty()) {
        return Optional.of("character " + (i + 1) + " is " + kind);
      }
    }
    return Optional.empty();
  }

  private void credentials(String text) {
    int colon = indexOfAny(text, ":", 0);
    user = decoded("the user", text.substring(0, colon));
    if (colon < text.length()) {
      password = decoded("the password", text.substring(colon + 1));
    }
  }

  private void addresses(String text) {
    if (text.isEmpty()) {
      return;
    }
    String[] entries = text.split(",", -1);
    for (int i = 0; i < entries.length; i++) {
      String which = entries.length == 1 ? "the host" : "host " + (i + 1);
      address(which, entries[i], entries.length > 1);
    }
  }

  private void address(String which, String text, boolean listed) {
    int colon;
    String host;
    if (text.startsWith("[")) {
      int bracket = text.indexOf(']');
      if (bracket < 0 || (bracket + 1 < text.length() && text.charAt(bracket + 1) != ':')) {
        fault(which + " has a \"[\" without its \"]\" before the port");
        return;
      }
      host = text.substring(1, bracket);
      colon = bracket + 1;
      if (host.indexOf(':') < 0) {
        fault(which + " has brackets, but no IPv6 address in them");
        return;
      }
    } else {
      colon = indexOfAny(text, ":", 0);
      host = text.substring(0, colon);
    }
    String port = colon < text.length() ? text.substring(colon + 1) : "";
    if (port.indexOf(':') >= 0) {
      fault(which + " has more than one \":\"; write IPv6 addresses as [::1]:5432");
    } else if (host.isEmpty() && listed) {
      fault(which + " of the list is empty");
    } else {
      hosts.add(decoded(which, host));
      ports.add(decoded("the port of " + which, port));
    }
  }

  private void database(String text) {
    if (text.indexOf('/') >= 0) {
      fault(
          "the database has an unescaped \"/\"; write it as %2F (Unix socket directories can't be"
              + " used: the Java driver speaks TCP only)");
      return;
    }
    database = decoded("the database", text);
  }

  private void query(String text) {
    String[] pairs = text.split("&", -1);
    for (int i = 0; i < pairs.length; i++) {
      String which = "parameter " + (i + 1) + " after the \"?\"";
      if (pairs[i].isEmpty() && i == pairs.length - 1) {
        break; // Nothing after the "?" or the last "&": libpq lets it pass.
      }
      int equals = pairs[i].indexOf('=');
      if (equals <= 0 || equals != pairs[i].lastIndexOf('=')) {
        fault(which + " is not of the form name=value with one \"=\" (inside a value write %3D)");
        continue;
      }
      String key = decoded(which, pairs[i].substring(0, equals));
      String value = decoded("the value of " + which, pairs[i].substring(equals + 1));
      if (query.putIfAbsent(key, value) != null) {
        fault(which + " is given a second time");
      }
    }
  }

  private String decoded(String part, String text) {
    try {
      return Percent.decode(text);
    } catch (Percent.BadEscapeException e) {
      fault(part + " " + e.getMessage());
      return "";
    }
  }

  private void fault(String what) {
    faults.add(name + " is malformed: " + what);
  }

  private static int indexOfAny(String text, String wanted, int from) {
    int i = from;
    while (i < text.length() && wanted.indexOf(text.charAt(i)) < 0) {
      i++;
    }
    return i;
  }
}
