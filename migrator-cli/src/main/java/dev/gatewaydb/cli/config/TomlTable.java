package dev.gatewaydb.cli.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatewaydb.migrator.connect.GoDuration;
import dev.gatewaydb.migrator.connect.Text;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.StreamSupport;

/**
 * One table of a {@link TomlFile}. A key of the wrong type or out of range is a fault of the file,
 * and counts as not given.
 */
public final class TomlTable {
  private final TomlFile file;
  private final String path;
  private final ObjectNode node;
  private final Set<String> asked = new TreeSet<>();

  TomlTable(TomlFile file, String path, ObjectNode node) {
    this.file = file;
    this.path = path;
    this.node = node;
    file.add(this);
  }

  /** A string; empty when not given. */
  public Optional<String> string(String key) {
    Optional<String> text = text(key);
    record(key, TomlKey.Type.STRING, text);
    return text;
  }

  /** A string with a default. */
  public String string(String key, String fallback) {
    String text = text(key).orElse(fallback);
    record(key, TomlKey.Type.STRING, Optional.of(text));
    return text;
  }

  /** A file or folder, relative to the folder of the TOML file; empty when not given. */
  public Optional<Path> path(String key) {
    Optional<String> text = string(key);
    if (text.isEmpty() || text.get().isBlank()) {
      text.ifPresent(blank -> fault(key, "is empty"));
      return Optional.empty();
    }
    try {
      return Optional.of(file.path().resolveSibling(text.get()).normalize());
    } catch (InvalidPathException e) {
      fault(key, "is no path");
      return Optional.empty();
    }
  }

  /** One of these words; anything else is a fault that names them. */
  public Optional<String> choice(String key, Collection<String> words) {
    return string(key).filter(word -> isOneOf(key, word, words));
  }

  /** The same with a default, which is one of them. */
  public String choice(String key, Collection<String> words, String fallback) {
    String word = string(key, fallback);
    return isOneOf(key, word, words) ? word : fallback;
  }

  private boolean isOneOf(String key, String word, Collection<String> words) {
    boolean known = words.contains(word);
    if (!known) {
      fault(
          key,
          "is \"%s\"; it must be one of %s%s"
              .formatted(shown(word), String.join(", ", words), meant(word, words)));
    }
    return known;
  }

  /** A string that has to be there, and not blank. */
  public Optional<String> required(String key) {
    Optional<String> text = string(key).filter(word -> !word.isBlank());
    if (text.isEmpty()) {
      fault(key, "is missing");
    }
    return text;
  }

  /** A string with a duration such as {@code 2s}, {@code 1h30m} or {@code 90d}; not negative. */
  public Duration duration(String key, Duration fallback) {
    return parsed(key, string(key, GoDuration.format(fallback))).orElse(fallback);
  }

  /** The same, and it has to be there. */
  public Optional<Duration> requiredDuration(String key) {
    return required(key).flatMap(text -> parsed(key, text));
  }

  private Optional<Duration> parsed(String key, String text) {
    Optional<Duration> duration = LongDuration.parse(text).filter(value -> !value.isNegative());
    if (duration.isEmpty()) {
      fault(
          key, "is \"%s\"; it must be a duration such as 90s, 1h30m or 90d".formatted(shown(text)));
    }
    return duration;
  }

  /** A whole number in a range, both ends included. */
  public int integer(String key, int least, int most, int fallback) {
    Optional<JsonNode> value = value(key, TomlKey.Type.INTEGER).filter(JsonNode::isIntegralNumber);
    int number = fallback;
    if (value.isPresent()) {
      if (value.get().canConvertToInt()
          && value.get().intValue() >= least
          && value.get().intValue() <= most) {
        number = value.get().intValue();
      } else {
        fault(key, "is %s; it must be %d to %d".formatted(value.get(), least, most));
      }
    }
    record(key, TomlKey.Type.INTEGER, Optional.of(Integer.toString(number)));
    return number;
  }

  /** True or false. */
  public boolean flag(String key, boolean fallback) {
    boolean flag = value(key, TomlKey.Type.BOOLEAN).map(JsonNode::booleanValue).orElse(fallback);
    record(key, TomlKey.Type.BOOLEAN, Optional.of(Boolean.toString(flag)));
    return flag;
  }

  /** A list of strings; empty when not given. */
  public Optional<List<String>> strings(String key) {
    Optional<List<String>> list =
        value(key, TomlKey.Type.STRINGS)
            .map(
                array ->
                    StreamSupport.stream(array.spliterator(), false)
                        .map(JsonNode::textValue)
                        .toList());
    record(key, TomlKey.Type.STRINGS, list.map(words -> String.join(", ", words)));
    return list;
  }

  /** A table in this one; one without keys when not given. */
  public TomlTable table(String key) {
    ObjectNode child =
        value(key, TomlKey.Type.TABLE)
            .map(ObjectNode.class::cast)
            .orElseGet(JsonNodeFactory.instance::objectNode);
    return new TomlTable(file, at(key), child);
  }

  /** A list of tables, {@code [[key]]}, in the file's order. */
  public List<TomlTable> tables(String key) {
    Optional<JsonNode> array = value(key, TomlKey.Type.TABLES);
    List<TomlTable> children = new ArrayList<>();
    array.ifPresent(
        elements ->
            elements.forEach(
                element ->
                    children.add(
                        new TomlTable(
                            file,
                            "%s[%d]".formatted(at(key), children.size()),
                            (ObjectNode) element))));
    record(key, TomlKey.Type.TABLES, array.map(elements -> "%d tables".formatted(elements.size())));
    return children;
  }

  /** Whether the file has this key, of whatever type. */
  public boolean has(String key) {
    return node.has(key);
  }

  /**
   * Adds a fault of the reader's own: a value that makes no sense, a key that is missing.
   *
   * @param what follows the key's name, such as {@code is missing}; without secrets
   */
  public void fault(String key, String what) {
    file.addFault("%s %s".formatted(at(key), what));
  }

  /** A fault for each key that nobody asked for. */
  List<String> unknown() {
    List<String> faults = new ArrayList<>();
    for (String key : (Iterable<String>) node::fieldNames) {
      if (!asked.contains(key)) {
        faults.add("unknown key %s%s".formatted(shown(at(key)), meant(key, asked)));
      }
    }
    return faults;
  }

  private static String meant(String text, Collection<String> words) {
    return Text.nearest(text, words).map(near -> "; did you mean %s?".formatted(near)).orElse("");
  }

  private Optional<String> text(String key) {
    return value(key, TomlKey.Type.STRING).map(JsonNode::textValue);
  }

  private Optional<JsonNode> value(String key, TomlKey.Type type) {
    asked.add(key);
    Optional<JsonNode> value = Optional.ofNullable(node.get(key));
    if (value.isPresent() && !fits(value.get(), type)) {
      fault(key, "is %s; it must be %s".formatted(kindOf(value.get()), type.words()));
      return Optional.empty();
    }
    return value;
  }

  private static boolean fits(JsonNode value, TomlKey.Type type) {
    return switch (type) {
      case STRING -> value.isTextual();
      case INTEGER -> value.isIntegralNumber();
      case BOOLEAN -> value.isBoolean();
      case TABLE -> value.isObject();
      case STRINGS -> value.isArray() && allAre(value, TomlKey.Type.STRING);
      case TABLES -> value.isArray() && allAre(value, TomlKey.Type.TABLE);
    };
  }

  private static boolean allAre(JsonNode array, TomlKey.Type type) {
    return StreamSupport.stream(array.spliterator(), false).allMatch(e -> fits(e, type));
  }

  private static String kindOf(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> "a string";
      case NUMBER -> "a number";
      case BOOLEAN -> "true or false";
      case OBJECT -> "a table";
      case ARRAY -> "a list";
      default -> "something else";
    };
  }

  private void record(String key, TomlKey.Type type, Optional<String> value) {
    file.add(new TomlKey(at(key), type, node.has(key), value));
  }

  private String at(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /** One harmless line: what the file holds may be anything. */
  private static String shown(String text) {
    String line = text.replaceAll("\\p{Cntrl}", " ");
    return line.length() > 80 ? line.substring(0, 80) + "…" : line;
  }
}
