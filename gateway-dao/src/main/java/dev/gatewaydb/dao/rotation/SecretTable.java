package dev.gatewaydb.dao.rotation;

import dev.gatewaydb.dao.InvalidInputException;
import dev.gatewaydb.dao.crypto.EncryptionVersion;
import dev.gatewaydb.dao.crypto.SecretFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A column that holds secrets.
 *
 * @param name of the table, perhaps with its schema and a dot before it; letters' case counts
 * @param column of type bytea; its nulls are no secrets
 * @param tenant the column that names the tenant; empty where there is none
 * @param version the integer column with the encryption version; empty: every row has the next
 * @param fixedVersion for tables without version column
 * @param format the bytes that the column holds
 */
public record SecretTable(
    String name,
    String column,
    Optional<String> tenant,
    Optional<String> version,
    EncryptionVersion fixedVersion,
    SecretFormat format) {
  /** The gateway's own: its tenant is the policy client. */
  public static final SecretTable POLICY_CLIENT_SECRET =
      new SecretTable(
          "policy_client_secret",
          "envelope",
          Optional.of("policy_client_address"),
          Optional.of("encryption_version"),
          EncryptionVersion.MASTER_KEY,
          SecretFormat.ENVELOPE);

  /** Refuses what no table can be. */
  public SecretTable {
    List<String> names = new ArrayList<>(List.of(name, column));
    tenant.ifPresent(names::add);
    version.ifPresent(names::add);
    if (names.stream().anyMatch(String::isBlank)) {
      throw new InvalidInputException("a table's and a column's name is not empty");
    }
  }

  /** For messages. */
  String label() {
    return name + "." + column;
  }
}
