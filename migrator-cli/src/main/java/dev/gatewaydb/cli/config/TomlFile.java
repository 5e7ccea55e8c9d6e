package dev.gatewaydb.cli.config;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import dev.gatewaydb.migrator.error.ConfigurationException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A TOML file, read strictly: its reader asks for every key by name and type through {@link
 * TomlTable}, and what nobody asked for is a fault. Faults are collected, so that one run reports
 * them all: read everything first, then look at {@link #faults()}.
 */
public final class TomlFile {
  private final Path path;
  private final ObjectNode root;
  private final List<TomlTable> tables = new ArrayList<>();
  private final List<TomlKey> keys = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();

  private TomlFile(Path path, ObjectNode root) {
    this.path = path;
    this.root = root;
  }

  /** A file without any key; every setting has its default. */
  public static TomlFile absent() {
    return new TomlFile(Path.of(""), JsonNodeFactory.instance.objectNode());
  }

  /** Reads a file; one that can't be read has a fault and no keys. */
  public static TomlFile read(Path path) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    try {
      String text = Files.readString(path).replaceFirst("^\uFEFF", "");
      if (text.isBlank()) {
        // Most projects' file is empty, and the parser's classes take time to load.
        return new TomlFile(path, root);
      }
      JsonNode tree = new TomlMapper().readTree(text);
      return new TomlFile(path, (ObjectNode) tree);
    } catch (CharacterCodingException e) {
      return faulty(path, "is not UTF-8 text");
    } catch (JacksonException e) {
      return faulty(
          path, "line %d: %s".formatted(e.getLocation().getLineNr(), e.getOriginalMessage()));
    } catch (NoSuchFileException e) {
      return faulty(path, "does not exist");
    } catch (AccessDeniedException e) {
      return faulty(path, "can't be read: permission denied");
    } catch (IOException e) {
      return faulty(path, Files.isDirectory(path) ? "is a folder" : "can't be read: " + e);
    }
  }

  /** A file that is not to be used, and why; it has no keys. */
  static TomlFile faulty(Path path, String fault) {
    TomlFile file = new TomlFile(path, JsonNodeFactory.instance.objectNode());
    file.faults.add("%s: %s".formatted(path, fault));
    return file;
  }

  /** The file; an empty path for {@link #absent()}. */
  public Path path() {
    return path;
  }

  /** The keys outside of any table, and the tables. */
  public TomlTable root() {
    return new TomlTable(this, "", root);
  }

  /** What is wrong with what was read so far, each with the file and the key. */
  public List<String> faults() {
    List<String> all = new ArrayList<>(faults);
    tables.forEach(table -> table.unknown().forEach(fault -> all.add(path + ": " + fault)));
    return List.copyOf(all);
  }

  /**
   * Refuses a faulty file.
   *
   * @throws ConfigurationException with every fault
   */
  public void requireSound() {
    List<String> all = faults();
    if (!all.isEmpty()) {
      throw new ConfigurationException(all, "Correct these settings and try again.");
    }
  }

  /** Every key that was asked for, in this order, whether or not the file has it. */
  public List<TomlKey> keys() {
    return List.copyOf(keys);
  }

  void add(TomlTable table) {
    tables.add(table);
  }

  void add(TomlKey key) {
    keys.add(key);
  }

  void addFault(String fault) {
    faults.add(path + ": " + fault);
  }
}
