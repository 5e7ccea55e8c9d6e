package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.connect.Secret;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.operate.roles.RoleKind;
import dev.gatewaydb.migrator.operate.roles.RoleSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where roles' passwords come from: never from an argument. */
final class RolePasswords {
  /** 32 letters: 192 bits. */
  private static final int RANDOM_BYTES = 24;

  private static final int MOST_BYTES = 1024;

  @Option(
      names = "--generate-passwords",
      description = "Give each role that logs in and is made now a random one, and print it once.")
  private boolean generate;

  @Option(
      names = "--new-password",
      paramLabel = "ROLE",
      converter = KindConverter.class,
      description =
          "Give this role a random one, and print it once: application, migrator, readonly,"
              + " audit_writer or audit_reader. May be repeated.")
  private List<RoleKind> renew = new ArrayList<>();

  @Option(
      names = "--password-stdin",
      paramLabel = "ROLE",
      converter = KindConverter.class,
      description = "Read this role's password from stdin, without its last line end.")
  private @Nullable RoleKind fromStdin;

  private final Map<RoleKind, Secret> given = new EnumMap<>(RoleKind.class);
  private final Map<RoleKind, Secret> generated = new EnumMap<>(RoleKind.class);

  /** As gwdb.toml names them. */
  static final class KindConverter implements picocli.CommandLine.ITypeConverter<RoleKind> {
    @Override
    public RoleKind convert(String value) {
      for (RoleKind kind : RoleKind.values()) {
        if (kind.label().equals(value)) {
          return kind;
        }
      }
      throw new picocli.CommandLine.TypeConversionException(
          "'%s' is none of application, migrator, readonly, audit_writer, audit_reader"
              .formatted(value));
    }
  }

  /**
   * Reads those that are given.
   *
   * @throws ConfigurationException with every fault
   */
  void read(Context context, RoleSettings settings) {
    Map<String, String> variables = context.variables().values();
    List<String> faults = new ArrayList<>();
    for (RoleKind kind : settings.kinds()) {
      String name = variable(kind);
      String text = variables.getOrDefault(name, "");
      String file = variables.getOrDefault(name + "_FILE", "");
      if (!text.isEmpty() && !file.isEmpty()) {
        faults.add("%s and %s_FILE are both set".formatted(name, name));
      } else if (!file.isEmpty()) {
        text = content(context.surroundings().directory().resolve(file), name, faults);
      }
      accept(kind, name, text, faults);
    }
    if (fromStdin != null) {
      byte[] line = StandardInput.read("the password", MOST_BYTES);
      String text = withoutLineEnd(new String(line, StandardCharsets.UTF_8));
      if (text.isEmpty()) {
        faults.add("no password came on stdin");
      }
      if (given.containsKey(fromStdin)) {
        faults.add("%s is set, too".formatted(variable(fromStdin)));
      }
      accept(fromStdin, "stdin", text, faults);
    }
    List<RoleKind> named = new ArrayList<>(renew);
    named.addAll(given.keySet());
    for (RoleKind kind : named) {
      if (!settings.kinds().contains(kind) || !settings.login().contains(kind)) {
        faults.add("the role for %s doesn't log in, and needs no password".formatted(kind.label()));
      }
    }
    for (RoleKind kind : renew) {
      if (given.containsKey(kind)) {
        faults.add("--new-password %s: it is given a password, too".formatted(kind.label()));
      }
    }
    if (!faults.isEmpty()) {
      throw new ConfigurationException(faults, "Nothing was changed.");
    }
  }

  private void accept(RoleKind kind, String source, String text, List<String> faults) {
    if (text.isEmpty()) {
      return;
    }
    if (text.indexOf('\0') >= 0 || text.contains("\n") || text.contains("\r")) {
      faults.add("%s holds more than one line".formatted(source));
    } else if (text.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
      faults.add("%s is longer than %d bytes".formatted(source, MOST_BYTES));
    } else {
      given.put(kind, Secret.of(text));
    }
  }

  private static String content(Path file, String name, List<String> faults) {
    try {
      String text = withoutLineEnd(Files.readString(file));
      if (text.isEmpty()) {
        faults.add("%s_FILE: %s is empty".formatted(name, file));
      }
      return text;
    } catch (IOException e) {
      faults.add(
          "%s_FILE: %s can't be read as text (%s)"
              .formatted(name, file, e.getClass().getSimpleName()));
      return "";
    }
  }

  private static String withoutLineEnd(String text) {
    return text.replaceFirst("\\r?\\n\\z", "");
  }

  private static String variable(RoleKind kind) {
    return "GWDB_%s_PASSWORD".formatted(kind.label().toUpperCase(Locale.ROOT));
  }

  /** Which one a role gets now. */
  Optional<Secret> of(RoleKind kind, boolean made) {
    Secret known = given.get(kind);
    if (known != null) {
      return Optional.of(known);
    }
    if (renew.contains(kind) || (generate && made)) {
      return Optional.of(generated.computeIfAbsent(kind, k -> random()));
    }
    return Optional.empty();
  }

  private static Secret random() {
    byte[] bytes = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(bytes);
    return Secret.of(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /** Those that nobody knows yet. */
  Map<RoleKind, Secret> generated() {
    return generated;
  }
}
