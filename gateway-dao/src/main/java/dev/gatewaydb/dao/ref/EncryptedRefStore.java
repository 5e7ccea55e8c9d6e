package dev.gatewaydb.dao.ref;

import static dev.gatewaydb.schema.jooq.Tables.ENCRYPTED_DATA_REFS;

import dev.gatewaydb.dao.DatabaseException;
import dev.gatewaydb.dao.EthereumAddress;
import dev.gatewaydb.dao.InvalidInputException;
import dev.gatewaydb.dao.internal.Database;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jooq.types.DayToSecond;

/**
 * Keeps encrypted references. Who names a wrong sender, policy client or recipient gets what one
 * gets who names no reference at all. Moments are the database's.
 *
 * <p>All methods throw {@link DatabaseException} when the database can't be reached or refuses.
 */
public final class EncryptedRefStore {
  /** How long a reference may live at most. */
  public static final Duration LONGEST_LIFE = Duration.ofDays(3653);

  /** How many references a list may have at most. */
  public static final int LARGEST_PAGE = 1000;

  private static final int PURGED_AT_ONCE = 1000;
  private static final Condition EXPIRED =
      ENCRYPTED_DATA_REFS.EXPIRES_AT.le(DSL.currentOffsetDateTime());
  private static final Field<Integer> SIZE =
      DSL.field("octet_length({0})", Integer.class, ENCRYPTED_DATA_REFS.ENVELOPE);

  private final Database database;

  /** Needs a migrated database; usually a pool. */
  public EncryptedRefStore(DataSource dataSource) {
    this.database = new Database(dataSource);
  }

  /**
   * Stores an upload.
   *
   * @param scope has to agree with the envelope
   * @param timeToLive whole seconds, 1 s to {@link #LONGEST_LIFE}; empty: it never expires
   * @return the reference to hand out
   * @throws InvalidInputException when something doesn't fit, or the signature is wrong
   */
  public UUID put(
      RefScope scope,
      RefEnvelope envelope,
      Optional<RefSignature> signature,
      Optional<Duration> timeToLive) {
    if (!envelope.policyClient().equals(scope.policyClient())) {
      throw new InvalidInputException("the envelope names another policy client");
    }
    if (!envelope.recipient().equals(scope.recipient())) {
      throw new InvalidInputException("the envelope names another recipient");
    }
    if (timeToLive
        .filter(t -> t.toSeconds() < 1 || t.toNanosPart() != 0 || t.compareTo(LONGEST_LIFE) > 0)
        .isPresent()) {
      throw new InvalidInputException(
          "a reference lives for whole seconds, 1 to " + LONGEST_LIFE.toSeconds());
    }
    signature.ifPresent(given -> given.verify(scope, envelope, timeToLive));
    return database.read(
        "can't store the reference",
        db ->
            db.insertInto(ENCRYPTED_DATA_REFS)
                .set(ENCRYPTED_DATA_REFS.SENDER_ADDRESS, scope.sender().bytes())
                .set(ENCRYPTED_DATA_REFS.POLICY_CLIENT_ADDRESS, scope.policyClient().bytes())
                .set(ENCRYPTED_DATA_REFS.RECIPIENT_PUBKEY, scope.recipient().bytes())
                .set(ENCRYPTED_DATA_REFS.CHAIN_ID, envelope.chainId())
                .set(ENCRYPTED_DATA_REFS.ENVELOPE, envelope.bytes())
                .set(ENCRYPTED_DATA_REFS.SIGNATURE, signature.map(RefSignature::bytes).orElse(null))
                .set(ENCRYPTED_DATA_REFS.EXPIRES_AT, end(timeToLive))
                .returningResult(ENCRYPTED_DATA_REFS.ID)
                .fetchSingle()
                .value1());
  }

  private static Field<OffsetDateTime> end(Optional<Duration> timeToLive) {
    return timeToLive
        .map(life -> DSL.currentOffsetDateTime().add(DSL.val(DayToSecond.valueOf(life))))
        .orElse(DSL.castNull(ENCRYPTED_DATA_REFS.EXPIRES_AT));
  }

  /**
   * The envelope, exactly as it was uploaded; empty when there is no such reference in this scope,
   * or it has expired.
   */
  public Optional<byte[]> resolve(UUID id, RefScope scope) {
    return database.read(
        "can't resolve the reference",
        db ->
            db.select(ENCRYPTED_DATA_REFS.ENVELOPE)
                .from(ENCRYPTED_DATA_REFS)
                .where(
                    ENCRYPTED_DATA_REFS.ID.eq(id),
                    ENCRYPTED_DATA_REFS.SENDER_ADDRESS.eq(scope.sender().bytes()),
                    ENCRYPTED_DATA_REFS.POLICY_CLIENT_ADDRESS.eq(scope.policyClient().bytes()),
                    ENCRYPTED_DATA_REFS.RECIPIENT_PUBKEY.eq(scope.recipient().bytes()),
                    ENCRYPTED_DATA_REFS.EXPIRES_AT.isNull().or(DSL.not(EXPIRED)))
                .fetchOptional(ENCRYPTED_DATA_REFS.ENVELOPE));
  }

  /**
   * What there is, in the order of the ids.
   *
   * @param expired only those that have expired
   * @param after the last id of the page before; empty for the first page
   * @param most 1 to {@value #LARGEST_PAGE}
   */
  public List<RefInfo> list(boolean expired, Optional<UUID> after, int most) {
    if (most < 1 || most > LARGEST_PAGE) {
      throw new InvalidInputException("a page has 1 to %d references".formatted(LARGEST_PAGE));
    }
    return database.read(
        "can't list the references",
        db ->
            db
                .select(
                    ENCRYPTED_DATA_REFS.ID,
                    ENCRYPTED_DATA_REFS.SENDER_ADDRESS,
                    ENCRYPTED_DATA_REFS.POLICY_CLIENT_ADDRESS,
                    ENCRYPTED_DATA_REFS.RECIPIENT_PUBKEY,
                    ENCRYPTED_DATA_REFS.CHAIN_ID,
                    ENCRYPTED_DATA_REFS.CREATED_AT,
                    ENCRYPTED_DATA_REFS.EXPIRES_AT,
                    SIZE)
                .from(ENCRYPTED_DATA_REFS)
                .where(
                    expired ? EXPIRED : DSL.noCondition(),
                    after.map(ENCRYPTED_DATA_REFS.ID::gt).orElse(DSL.noCondition()))
                .orderBy(ENCRYPTED_DATA_REFS.ID)
                .limit(most)
                .fetch()
                .stream()
                .map(EncryptedRefStore::info)
                .toList());
  }

  private static RefInfo info(Record row) {
    return new RefInfo(
        row.get(ENCRYPTED_DATA_REFS.ID),
        new RefScope(
            EthereumAddress.of(row.get(ENCRYPTED_DATA_REFS.SENDER_ADDRESS)),
            EthereumAddress.of(row.get(ENCRYPTED_DATA_REFS.POLICY_CLIENT_ADDRESS)),
            PublicKey.of(row.get(ENCRYPTED_DATA_REFS.RECIPIENT_PUBKEY))),
        Optional.ofNullable(row.get(ENCRYPTED_DATA_REFS.CHAIN_ID)),
        row.get(SIZE),
        row.get(ENCRYPTED_DATA_REFS.CREATED_AT).toInstant(),
        Optional.ofNullable(row.get(ENCRYPTED_DATA_REFS.EXPIRES_AT))
            .map(OffsetDateTime::toInstant));
  }

  /** How many have expired and not been purged. */
  public long expired() {
    return database.read(
        "can't count the references",
        db -> (long) db.fetchCount(db.selectOne().from(ENCRYPTED_DATA_REFS).where(EXPIRED)));
  }

  /** Deletes what has expired, some at a time, and says how many that were. */
  public long purge() {
    long purged = 0;
    int last;
    do {
      last =
          database.read(
              "can't purge the references",
              db ->
                  db.deleteFrom(ENCRYPTED_DATA_REFS)
                      .where(
                          ENCRYPTED_DATA_REFS.ID.in(
                              DSL.select(ENCRYPTED_DATA_REFS.ID)
                                  .from(ENCRYPTED_DATA_REFS)
                                  .where(EXPIRED)
                                  .limit(PURGED_AT_ONCE)
                                  .forUpdate()
                                  .skipLocked()))
                      .execute());
      purged += last;
    } while (last == PURGED_AT_ONCE);
    return purged;
  }
}
