package dev.gatewaydb.dao.secret;

import static dev.gatewaydb.schema.jooq.Tables.POLICY_CLIENT_SECRET;

import dev.gatewaydb.dao.ConflictException;
import dev.gatewaydb.dao.DatabaseException;
import dev.gatewaydb.dao.EthereumAddress;
import dev.gatewaydb.dao.InvalidInputException;
import dev.gatewaydb.dao.SecretException;
import dev.gatewaydb.dao.SecretException.Code;
import dev.gatewaydb.dao.crypto.EncryptionVersion;
import dev.gatewaydb.dao.crypto.KeyRing;
import dev.gatewaydb.dao.crypto.RowBinding;
import dev.gatewaydb.dao.crypto.SecretBytes;
import dev.gatewaydb.dao.crypto.SecretFormat;
import dev.gatewaydb.dao.internal.Database;
import dev.gatewaydb.dao.rotation.SecretTable;
import dev.gatewaydb.schema.jooq.tables.records.PolicyClientSecretRecord;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jooq.Condition;
import org.jooq.impl.DSL;

/**
 * Keeps the secrets of policy clients, each encrypted and bound to its row. Safe for many threads
 * and instances: who replaces a secret says which revision, and is refused when another was faster.
 *
 * <p>All methods throw {@link DatabaseException} when the database can't be reached or refuses.
 */
public final class SecretStore {
  /** How large a secret may be. */
  public static final int MOST_BYTES = 64 * 1024;

  /** How many secrets a list may have at most. */
  public static final int LARGEST_PAGE = 1000;

  /** As the revision that is replaced: there is none yet. */
  public static final long NEW = 0;

  private static final SecretTable TABLE = SecretTable.POLICY_CLIENT_SECRET;

  private final Database database;
  private final KeyRing ring;
  private final EncryptionVersion writing;

  /**
   * Needs a migrated database.
   *
   * @param dataSource usually a pool
   * @param writing what new values are encrypted with; reading follows the row
   * @throws InvalidInputException for version 2 and a ring without salt
   */
  public SecretStore(DataSource dataSource, KeyRing ring, EncryptionVersion writing) {
    if (writing == EncryptionVersion.TENANT_KEY && !ring.hasSalt()) {
      throw new InvalidInputException("tenants' keys (version 2) need HKDF_SALT, which is not set");
    }
    this.database = new Database(dataSource);
    this.ring = ring;
    this.writing = writing;
  }

  /**
   * Stores a value.
   *
   * @param replaced the revision that it replaces; {@link #NEW} when there is none
   * @return the new revision
   * @throws ConflictException when that revision is not, or no more, the present one
   * @throws InvalidInputException when the value has more than {@value #MOST_BYTES} bytes
   */
  public long put(SecretId id, SecretBytes value, long replaced) {
    if (value.size() > MOST_BYTES) {
      throw new InvalidInputException(
          "a secret has at most %d bytes, and this one has %d".formatted(MOST_BYTES, value.size()));
    }
    byte[] envelope = ring.seal(SecretFormat.ENVELOPE, writing, binding(id), value);
    return database.read(
        "can't store the secret",
        db -> {
          int rows =
              replaced == NEW
                  ? db.insertInto(POLICY_CLIENT_SECRET)
                      .set(POLICY_CLIENT_SECRET.POLICY_CLIENT_ADDRESS, id.policyClient().bytes())
                      .set(POLICY_CLIENT_SECRET.POLICY_DATA_ADDRESS, id.policyData().bytes())
                      .set(POLICY_CLIENT_SECRET.CHAIN_ID, id.chainId())
                      .set(POLICY_CLIENT_SECRET.ENVELOPE, envelope)
                      .set(POLICY_CLIENT_SECRET.ENCRYPTION_VERSION, writing.number())
                      .onConflictDoNothing()
                      .execute()
                  : db.update(POLICY_CLIENT_SECRET)
                      .set(POLICY_CLIENT_SECRET.ENVELOPE, envelope)
                      .set(POLICY_CLIENT_SECRET.ENCRYPTION_VERSION, writing.number())
                      .set(POLICY_CLIENT_SECRET.REVISION, replaced + 1)
                      .set(POLICY_CLIENT_SECRET.UPDATED_AT, DSL.currentOffsetDateTime())
                      .where(at(id), POLICY_CLIENT_SECRET.REVISION.eq(replaced))
                      .execute();
          if (rows == 0) {
            throw conflict(id, replaced);
          }
          return replaced + 1;
        });
  }

  private static ConflictException conflict(SecretId id, long replaced) {
    return new ConflictException(
        replaced == NEW
            ? "there is a secret %s already".formatted(id)
            : "revision %d of the secret %s is not the present one".formatted(replaced, id),
        "Read it again, and replace the revision that it has now.");
  }

  /**
   * Opens a secret.
   *
   * @throws SecretException when it is there and can't be opened
   */
  public Optional<StoredSecret> get(SecretId id) {
    return database
        .read(
            "can't read the secret",
            db -> db.selectFrom(POLICY_CLIENT_SECRET).where(at(id)).fetchOptional())
        .map(
            row -> {
              SecretInfo info = info(row);
              SecretBytes value =
                  ring.open(SecretFormat.ENVELOPE, info.version(), binding(id), row.getEnvelope());
              return new StoredSecret(info, value);
            });
  }

  /**
   * Deletes a secret.
   *
   * @param revision the present one
   * @throws ConflictException when it has another revision, or is gone
   */
  public void delete(SecretId id, long revision) {
    int rows =
        database.read(
            "can't delete the secret",
            db ->
                db.deleteFrom(POLICY_CLIENT_SECRET)
                    .where(at(id), POLICY_CLIENT_SECRET.REVISION.eq(revision))
                    .execute());
    if (rows == 0) {
      throw conflict(id, revision);
    }
  }

  /**
   * What there is, in the order of the ids, without opening anything.
   *
   * @param policyClient of this one alone; empty for all
   * @param after the last id of the page before; empty for the first page
   * @param most 1 to {@value #LARGEST_PAGE}
   */
  public List<SecretInfo> list(
      Optional<EthereumAddress> policyClient, Optional<SecretId> after, int most) {
    if (most < 1 || most > LARGEST_PAGE) {
      throw new InvalidInputException("a page has 1 to %d secrets".formatted(LARGEST_PAGE));
    }
    Condition client =
        policyClient
            .map(address -> POLICY_CLIENT_SECRET.POLICY_CLIENT_ADDRESS.eq(address.bytes()))
            .orElse(DSL.noCondition());
    Condition later =
        after
            .map(
                id ->
                    DSL.row(
                            POLICY_CLIENT_SECRET.POLICY_CLIENT_ADDRESS,
                            POLICY_CLIENT_SECRET.POLICY_DATA_ADDRESS,
                            POLICY_CLIENT_SECRET.CHAIN_ID)
                        .gt(id.policyClient().bytes(), id.policyData().bytes(), id.chainId()))
            .orElse(DSL.noCondition());
    return database.read(
        "can't list the secrets",
        db ->
            db
                .selectFrom(POLICY_CLIENT_SECRET)
                .where(client, later)
                .orderBy(
                    POLICY_CLIENT_SECRET.POLICY_CLIENT_ADDRESS,
                    POLICY_CLIENT_SECRET.POLICY_DATA_ADDRESS,
                    POLICY_CLIENT_SECRET.CHAIN_ID)
                .limit(most)
                .fetch()
                .stream()
                .map(SecretStore::info)
                .toList());
  }

  private static Condition at(SecretId id) {
    return POLICY_CLIENT_SECRET
        .POLICY_CLIENT_ADDRESS
        .eq(id.policyClient().bytes())
        .and(POLICY_CLIENT_SECRET.POLICY_DATA_ADDRESS.eq(id.policyData().bytes()))
        .and(POLICY_CLIENT_SECRET.CHAIN_ID.eq(id.chainId()));
  }

  private static SecretInfo info(PolicyClientSecretRecord row) {
    SecretId id =
        new SecretId(
            EthereumAddress.of(row.getPolicyClientAddress()),
            EthereumAddress.of(row.getPolicyDataAddress()),
            row.getChainId());
    EncryptionVersion version =
        EncryptionVersion.of(row.getEncryptionVersion())
            .orElseThrow(() -> new SecretException(Code.UNKNOWN_VERSION));
    return new SecretInfo(
        id,
        version,
        row.getRevision(),
        row.getCreatedAt().toInstant(),
        row.getUpdatedAt().toInstant());
  }

  /** What a rotation makes of the row: the primary key's columns, and the tenant's, as text. */
  private static RowBinding binding(SecretId id) {
    String client = text(id.policyClient());
    return new RowBinding(
        TABLE.name(),
        TABLE.column(),
        List.of(client, text(id.policyData()), Long.toString(id.chainId())),
        Optional.of(client));
  }

  private static String text(EthereumAddress address) {
    return "\\x" + HexFormat.of().formatHex(address.bytes());
  }
}
