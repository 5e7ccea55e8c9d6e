package dev.gatewaydb.cli.config;

import dev.gatewaydb.migrator.connect.Text;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * {@code fleet.toml}: the databases that {@code gwdb migrate --fleet} migrates.
 *
 * @param toml the file as read, with its faults
 * @param canaryFirst all of them; behind the canary in the file's order
 * @param waveWidth how many of the others at once
 */
public record FleetFile(TomlFile toml, List<Member> canaryFirst, int waveWidth) {
  /** The most databases that one run works on at once. */
  public static final int WIDEST = 64;

  /** Names start each line about their database. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,39}");

  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /**
   * One database.
   *
   * @param url without a password; empty where a variable has it
   * @param urlVariable the variable that has the URL; empty where {@code url} is given
   * @param passwordVariable the variable that has the password
   */
  public record Member(
      String name, Optional<String> url, String urlVariable, Optional<String> passwordVariable) {}

  /** Reads it; what is wrong is among the faults of {@link #toml()}, and left out. */
  public static FleetFile read(Path path) {
    TomlFile toml = TomlFile.read(path);
    TomlTable root = toml.root();
    int width = root.integer("wave_width", 1, WIDEST, 1);
    Optional<String> canary = root.string("canary");
    List<TomlTable> tables = root.tables("database");
    if (toml.faults().isEmpty() && tables.isEmpty()) {
      root.fault(
          "database", "is missing: a fleet is a list of [[database]], each with name and url");
    }
    List<String> names = new ArrayList<>();
    List<Member> members = new ArrayList<>();
    for (TomlTable table : tables) {
      member(toml, table, names).ifPresent(members::add);
    }
    canary
        .filter(name -> !names.contains(name))
        .ifPresent(
            name ->
                root.fault(
                    "canary",
                    "names no database of this file"
                        + Text.nearest(name, names)
                            .map(near -> "; did you mean %s?".formatted(near))
                            .orElse("")));
    canary.ifPresent(name -> putFirst(name, members));
    return new FleetFile(toml, List.copyOf(members), width);
  }

  private static Optional<Member> member(TomlFile toml, TomlTable table, List<String> names) {
    String name = table.string("name").orElse("");
    Optional<String> url = table.string("url");
    Optional<String> urlVariable = variable(table, "url_env");
    Optional<String> passwordVariable = variable(table, "password_env");
    if (!NAME.matcher(name).matches()) {
      table.fault("name", "must be 1 to 40 letters, digits, dots, dashes or underscores");
    } else if (names.contains(name)) {
      table.fault("name", "is the name of an earlier one");
    }
    names.add(name);
    if (table.has("url") == table.has("url_env")) {
      table.fault("url", "or url_env is needed, one of the two");
    }
    int before = toml.faults().size();
    UrlRules.check(table, "url", url);
    boolean usable = toml.faults().size() == before;
    return usable && (url.isPresent() || urlVariable.isPresent())
        ? Optional.of(new Member(name, url, urlVariable.orElse(""), passwordVariable))
        : Optional.empty();
  }

  private static Optional<String> variable(TomlTable table, String key) {
    Optional<String> name = table.string(key);
    if (name.filter(text -> !VARIABLE.matcher(text).matches()).isPresent()) {
      table.fault(key, "must be the name of an environment variable");
      return Optional.empty();
    }
    return name;
  }

  private static void putFirst(String name, List<Member> members) {
    for (int i = 0; i < members.size(); i++) {
      if (members.get(i).name().equals(name)) {
        members.add(0, members.remove(i));
        return;
      }
    }
  }
}
