package dev.gatewaydb.cli.config;

import dev.gatewaydb.dao.crypto.EncryptionVersion;
import dev.gatewaydb.dao.crypto.SecretFormat;
import dev.gatewaydb.dao.rotation.SecretTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code [secrets]}.
 *
 * @param tenantLabel what stands before the tenant in HKDF's info; empty: our own
 * @param tables empty: the gateway's own table
 */
public record SecretsSection(Optional<String> tenantLabel, List<SecretTable> tables) {
  private static final List<String> FORMATS =
      Stream.of(SecretFormat.values()).map(f -> f.name().toLowerCase(Locale.ROOT)).toList();

  static SecretsSection from(TomlTable section) {
    Optional<String> label = section.string("tenant_label");
    List<SecretTable> tables = new ArrayList<>();
    for (TomlTable table : section.tables("table")) {
      read(table).ifPresent(tables::add);
    }
    return new SecretsSection(label, List.copyOf(tables));
  }

  private static Optional<SecretTable> read(TomlTable table) {
    Optional<String> name = table.required("name");
    Optional<String> column = table.required("column");
    Optional<String> tenant = table.string("tenant");
    String version = table.string("version", "1");
    boolean fixed = version.matches("[12]");
    SecretFormat format =
        table
            .choice("format", FORMATS)
            .map(word -> SecretFormat.valueOf(word.toUpperCase(Locale.ROOT)))
            .orElse(SecretFormat.ENVELOPE);
    if (version.isBlank()) {
      table.fault("version", "is empty");
      return Optional.empty();
    }
    if (name.isEmpty() || column.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new SecretTable(
            name.get(),
            column.get(),
            tenant.filter(text -> !text.isBlank()),
            fixed ? Optional.empty() : Optional.of(version),
            fixed && version.equals("2")
                ? EncryptionVersion.TENANT_KEY
                : EncryptionVersion.MASTER_KEY,
            format));
  }
}
