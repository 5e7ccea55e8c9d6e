package dev.gatewaydb.dao.key;

import dev.gatewaydb.dao.ConflictException;
import dev.gatewaydb.dao.DatabaseException;
import dev.gatewaydb.dao.InvalidInputException;
import dev.gatewaydb.dao.NotFoundException;
import dev.gatewaydb.dao.internal.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jooq.DSLContext;

/**
 * Makes, finds and changes API keys. Every change records who made it and why, in the same
 * transaction. Moments are the database's. Safe for many threads and many instances at once: a
 * change of something that has changed since it was read is refused.
 *
 * <p>All methods throw {@link DatabaseException} when the database can't be reached or refuses.
 */
public final class ApiKeyStore {
  /** How long the old value of a rotated key may go on working at most. */
  public static final Duration LONGEST_OVERLAP = Duration.ofDays(90);

  /** How many keys a page may hold at most. */
  public static final int LARGEST_PAGE = 1000;

  private static final int LONGEST_PREFIX = 12;
  private static final int LONGEST_SHOWN = 19;

  private final Database database;
  private final KeyReader reader;
  private final KeyHasher hasher;
  private final KeyWriter writer;

  /**
   * Needs a migrated database.
   *
   * @param dataSource usually a pool
   * @param hasher how new keys are hashed
   */
  public ApiKeyStore(DataSource dataSource, KeyHasher hasher) {
    this.database = new Database(dataSource);
    this.reader = new KeyReader();
    this.hasher = hasher;
    this.writer = new KeyWriter(reader, hasher);
  }

  /**
   * Makes a key.
   *
   * @throws InvalidInputException with everything that is wrong: the settings, an end that has
   *     passed, a user that the dashboard doesn't have
   */
  public IssuedKey create(NewKey wanted, ChangedBy by) {
    return inTransaction("can't create the key", db -> writer.create(db, wanted, by));
  }

  /** The key of that id. */
  public Optional<ApiKey> find(UUID id) {
    return database.read("can't read the key", db -> reader.find(db, id));
  }

  /**
   * The keys that are shown so; several may be, since only a few characters are shown.
   *
   * @param shown the first characters, as in {@link ApiKey#shown}, or those with the last ones:
   *     {@code gw_live_AbCd} or {@code gw_live_AbCd…wxyz}. Earlier values of rotated keys count too
   */
  public List<ApiKey> findShown(String shown) {
    String[] parts = shown.split("…|\\.\\.\\.", 2);
    if (parts[0].length() > LONGEST_PREFIX || shown.length() > LONGEST_SHOWN) {
      // Perhaps a whole key, which the database and its logs have no need to see.
      return List.of();
    }
    return database.read(
        "can't read keys", db -> reader.findShown(db, parts[0], parts.length == 2 ? parts[1] : ""));
  }

  /**
   * Lists keys, newest first.
   *
   * @param filter which of them
   * @param after where the page before ended; empty: the first page
   * @param limit how many at most, 1 to {@value #LARGEST_PAGE}
   * @throws InvalidInputException for another limit
   */
  public KeyPage list(KeyFilter filter, Optional<PageToken> after, int limit) {
    if (limit < 1 || limit > LARGEST_PAGE) {
      throw new InvalidInputException("a page has 1 to %d keys".formatted(LARGEST_PAGE));
    }
    return database.read("can't list keys", db -> reader.list(db, filter, after, limit));
  }

  /**
   * Changes what may be changed.
   *
   * @param seen the key as it was read; the change is refused if it has changed since
   * @param settings what it shall be
   * @throws InvalidInputException with everything that is wrong
   * @throws ConflictException when it has changed, or is revoked
   * @throws NotFoundException when it is gone
   */
  public ApiKey update(ApiKey seen, KeySettings settings, ChangedBy by) {
    return inTransaction("can't update the key", db -> writer.update(db, seen, settings, by));
  }

  /**
   * Gives a key a new value. The old one goes on working for the overlap; values from earlier
   * rotations work no longer than that, too.
   *
   * @param seen the key as it was read; of two rotations at once, the second is refused
   * @param overlap zero (the old value stops at once) to {@link #LONGEST_OVERLAP}
   * @throws InvalidInputException for another overlap
   * @throws ConflictException when it has changed, or is not active
   * @throws NotFoundException when it is gone
   */
  public IssuedKey rotate(ApiKey seen, Duration overlap, ChangedBy by) {
    if (overlap.isNegative() || overlap.compareTo(LONGEST_OVERLAP) > 0) {
      throw new InvalidInputException(
          "the overlap is 0 to %d days".formatted(LONGEST_OVERLAP.toDays()));
    }
    return inTransaction("can't rotate the key", db -> writer.rotate(db, seen, overlap, by));
  }

  /**
   * Takes a key back, for good and at once, whatever else happens to it meanwhile. A key that is
   * revoked already stays as it is.
   *
   * @throws NotFoundException when it is gone
   */
  public ApiKey revoke(UUID id, ChangedBy by) {
    return inTransaction("can't revoke the key", db -> writer.revoke(db, id, by));
  }

  /**
   * Ends a rotation's overlap: the earlier values stop working at once, the current one stays.
   *
   * @return how many values that was
   * @throws NotFoundException when the key is gone
   */
  public int revokePrevious(UUID id, ChangedBy by) {
    return inTransaction(
        "can't revoke the key's earlier values", db -> writer.revokePrevious(db, id, by));
  }

  /**
   * Until when earlier values of a key go on working; empty when none does.
   *
   * @param id a key's
   */
  public Optional<Instant> overlapEnd(UUID id) {
    return database.read("can't read the key's earlier values", db -> KeyReader.overlapEnd(db, id));
  }

  /**
   * Whether a key is accepted at this moment, and if it is, whether it allows something. Asks the
   * database, counts nothing and changes nothing; {@link ApiKeyAuthenticator} is for requests.
   *
   * @param presented anything at all
   * @param required empty: anything
   */
  public Authentication verify(String presented, Optional<Permission> required) {
    if (!ApiKeySecret.isWellFormed(presented)) {
      return new Authentication.Denied(DenialReason.MALFORMED, Duration.ZERO);
    }
    String doing = "can't look the key up";
    return KeyVerification.of(database.read(doing, db -> lookup(db, presented)), required);
  }

  private Optional<KeyLookup.Found> lookup(DSLContext db, String presented) {
    return db.connectionResult(
        connection -> Optional.ofNullable(new KeyLookup(hasher).find(connection, presented)));
  }

  /** How many keys {@link #purge} would delete. */
  public int purgeable(Duration deadFor) {
    return database.read("can't count keys", db -> KeyPurge.count(db, deadFor));
  }

  /**
   * Deletes keys that were revoked or have expired long ago, and their usage with them, in
   * transactions of a thousand. What was done to them stays on record.
   *
   * @param deadFor for how long at least; zero: all of them
   * @return how many
   */
  public int purge(Duration deadFor, ChangedBy by) {
    int total = 0;
    int deleted;
    do {
      deleted = database.transaction("can't purge keys", db -> KeyPurge.batch(db, deadFor, by));
      total += deleted;
    } while (deleted == KeyPurge.BATCH);
    return total;
  }

  /**
   * What was done to a key, newest first; also to one that is gone.
   *
   * @param limit how many at most, at least 1
   */
  public List<KeyChange> history(UUID id, int limit) {
    return database.read("can't read the key's history", db -> KeyChanges.of(db, id, limit));
  }

  /** The database's clock. */
  public Instant now() {
    return database.read("can't read the database's clock", KeyReader::now);
  }

  <T> T inTransaction(String doing, Function<DSLContext, T> work) {
    return database.transaction(doing, work);
  }

  /** For parts of one transaction. */
  KeyWriter writer() {
    return writer;
  }

  KeyReader reader() {
    return reader;
  }
}
