package dev.gatewaydb.cli;

import dev.gatewaydb.cli.config.SecretsSection;
import dev.gatewaydb.dao.InvalidInputException;
import dev.gatewaydb.dao.crypto.Algorithm;
import dev.gatewaydb.dao.crypto.EncryptionVersion;
import dev.gatewaydb.dao.crypto.KeyRing;
import dev.gatewaydb.dao.crypto.MasterKey;
import dev.gatewaydb.dao.crypto.SecretBytes;
import dev.gatewaydb.migrator.error.ConfigurationException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The encryption keys and choices that the environment or {@code .env} has. */
final class SecretKeys {
  private static final String CURRENT = "ENCRYPTION_KEY";
  private static final String OLD = "OLD_ENCRYPTION_KEY";
  private static final String ALGORITHM = "ENCRYPTION_ALGORITHM";
  private static final String PER_TENANT = "PER_TENANT_ENCRYPTION";

  private final DotEnv.Merged merged;
  private final Map<String, String> variables;
  private final Path directory;
  private final SecretsSection section;
  private final List<String> faults = new ArrayList<>();

  SecretKeys(Context context) {
    context.project().toml().requireSound();
    this.merged = context.variables();
    this.variables = merged.values();
    this.faults.addAll(merged.faults());
    this.directory = context.surroundings().directory();
    this.section = context.project().secrets();
  }

  /**
   * The current key, and the old one where there is one.
   *
   * @param needsOld for a rotation, which makes no sense without
   * @throws ConfigurationException with everything that is wrong
   */
  KeyRing ring(boolean needsOld) {
    Optional<MasterKey> current = key(CURRENT);
    Optional<MasterKey> old = key(OLD);
    if (current.isEmpty()) {
      missing(CURRENT);
    }
    if (old.isEmpty() && needsOld) {
      missing(OLD);
    }
    Algorithm algorithm = algorithm();
    perTenant();
    if (current.isPresent() && old.isPresent() && same(current.get(), old.get())) {
      faults.add(OLD + " and " + CURRENT + " are the same key");
    }
    requireSound();
    KeyRing.Builder ring = KeyRing.builder(current.orElseThrow()).algorithm(algorithm);
    old.ifPresent(ring::reading);
    Optional.ofNullable(variables.get("HKDF_SALT"))
        .filter(salt -> !salt.isEmpty())
        .ifPresent(salt -> ring.salt(salt.getBytes(StandardCharsets.UTF_8)));
    section.tenantLabel().ifPresent(ring::tenantLabel);
    return ring.build();
  }

  /** What new secrets are encrypted with. */
  EncryptionVersion writing() {
    boolean perTenant = perTenant();
    requireSound();
    return perTenant ? EncryptionVersion.TENANT_KEY : EncryptionVersion.MASTER_KEY;
  }

  private void requireSound() {
    if (!faults.isEmpty()) {
      throw new ConfigurationException(
          faults.stream().map(merged::located).toList(),
          "Keys come from the environment or .env, never from arguments; docs/secrets.md says how.");
    }
  }

  /** Where none is set, also when one that is set is no key. */
  private void missing(String name) {
    if (faults.stream().noneMatch(fault -> fault.startsWith(name))) {
      faults.add("%s is not set, nor is %s_FILE".formatted(name, name));
    }
  }

  private Optional<MasterKey> key(String name) {
    String text = variables.getOrDefault(name, "");
    String file = variables.getOrDefault(name + "_FILE", "");
    // The environment wins over .env, also with the other of the two.
    if (!text.isEmpty() && !file.isEmpty() && inFile(name) != inFile(name + "_FILE")) {
      text = inFile(name) ? "" : text;
      file = inFile(name + "_FILE") ? "" : file;
    }
    if (!text.isEmpty() && !file.isEmpty()) {
      faults.add("%s and %s_FILE are both set; unset one of them".formatted(name, name));
      return Optional.empty();
    }
    try {
      if (!text.isEmpty()) {
        return Optional.of(MasterKey.fromHex(name, text));
      }
      return file.isEmpty()
          ? Optional.empty()
          : Optional.of(MasterKey.fromFile(directory.resolve(file)));
    } catch (InvalidInputException e) {
      e.faults()
          .forEach(fault -> faults.add(fault.startsWith(name) ? fault : name + "_FILE: " + fault));
      return Optional.empty();
    }
  }

  private boolean inFile(String name) {
    return merged.lines().containsKey(name);
  }

  private static boolean same(MasterKey one, MasterKey other) {
    try (SecretBytes first = one.material();
        SecretBytes second = other.material()) {
      return first.equals(second);
    }
  }

  private Algorithm algorithm() {
    String text = variables.getOrDefault(ALGORITHM, "");
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "", "xaes-256-gcm" -> Algorithm.XAES_256_GCM;
      case "aes-256-gcm" -> Algorithm.AES_256_GCM;
      default -> {
        faults.add(ALGORITHM + " must be xaes-256-gcm or aes-256-gcm");
        yield Algorithm.XAES_256_GCM;
      }
    };
  }

  private boolean perTenant() {
    String text = variables.getOrDefault(PER_TENANT, "");
    if (!text.isEmpty() && !text.equals("true") && !text.equals("false")) {
      faults.add(PER_TENANT + " must be true or false");
    }
    return text.equals("true");
  }
}
