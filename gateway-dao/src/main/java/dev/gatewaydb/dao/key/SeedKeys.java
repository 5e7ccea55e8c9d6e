package dev.gatewaydb.dao.key;

import static dev.gatewaydb.schema.jooq.Tables.API_KEYS;

import dev.gatewaydb.dao.EthereumAddress;
import dev.gatewaydb.dao.InvalidInputException;
import dev.gatewaydb.dao.usage.KeyLimits;
import dev.gatewaydb.dao.usage.Tier;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * The first key of a new installation, by its owner's e-mail. Doing it again makes no second key.
 */
public final class SeedKeys {
  private static final EthereumAddress NOBODY = EthereumAddress.of(new byte[EthereumAddress.BYTES]);

  private final ApiKeyStore store;
  private final UserTable users = new UserTable();

  /**
   * What there is afterwards.
   *
   * @param key the owner's key
   * @param secret its value if it is new; empty when it was there, since nobody has it then
   */
  public record Seeded(ApiKey key, Optional<ApiKeySecret> secret) {}

  /** Makes keys through a store. */
  public SeedKeys(ApiKeyStore store) {
    this.store = store;
  }

  /**
   * Makes sure that the owner has an active key of that name and tier.
   *
   * @param email the owner's; the dashboard's table of users must have it, where it is. Without
   *     that table the owner's id is made from the address itself, always the same
   * @param settings of a new key; of one that is there already, only the tier is changed
   * @param address of a new key; empty: all zero
   * @throws InvalidInputException when the dashboard has no such user, or something is not allowed
   */
  public Seeded ensure(
      String email, KeySettings settings, Optional<EthereumAddress> address, ChangedBy by) {
    if (!email.matches("[^@\\s]+@[^@\\s]+")
        || !TextRule.faults("the e-mail", email, 254).isEmpty()) {
      throw new InvalidInputException("this is no e-mail address");
    }
    return store.inTransaction(
        "can't seed the key", db -> ensure(db, owner(db, email), settings, address, by));
  }

  private Seeded ensure(
      DSLContext db,
      UUID owner,
      KeySettings settings,
      Optional<EthereumAddress> address,
      ChangedBy by) {
    // Two seeding at once would both find nothing.
    db.execute("SELECT pg_advisory_xact_lock(hashtextextended('gwdb seed ' || {0}, 0))", owner);
    Optional<ApiKey> present =
        db
            .select(API_KEYS.ID)
            .from(API_KEYS)
            .where(API_KEYS.USER_ID.eq(owner))
            .and(API_KEYS.NAME.eq(settings.name()))
            .orderBy(API_KEYS.CREATED_AT)
            .fetch(API_KEYS.ID)
            .stream()
            .flatMap(id -> store.reader().find(db, id).stream())
            .filter(key -> key.state() == KeyState.ACTIVE)
            .findFirst();
    if (present.isEmpty()) {
      IssuedKey issued =
          store
              .writer()
              .create(
                  db, new NewKey(owner, address.orElse(NOBODY), KeyEnvironment.LIVE, settings), by);
      return new Seeded(issued.key(), Optional.of(issued.secret()));
    }
    KeySettings now = present.get().settings();
    Tier tier = settings.limits().tier();
    KeyLimits limits = now.limits().withTier(tier);
    return new Seeded(
        store.writer().update(db, present.get(), now.withLimits(limits), by), Optional.empty());
  }

  private UUID owner(DSLContext db, String email) {
    UserTable.Shape shape = users.shape(db);
    if (!shape.isPresent()) {
      String name = "gwdb user " + email.toLowerCase(Locale.ROOT);
      return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }
    if (!shape.knowsEmail()) {
      throw new InvalidInputException(
          "the dashboard's table \"user\" has no column email: name the user by its id, with create");
    }
    @Nullable UUID owner =
        db.select(DSL.field("id", UUID.class))
            .from(DSL.table(String.valueOf(shape.name())))
            .where(DSL.condition("lower(email::text) = {0}", email.toLowerCase(Locale.ROOT)))
            .orderBy(DSL.field("id"))
            .limit(1)
            .fetchOneInto(UUID.class);
    if (owner == null) {
      throw new InvalidInputException(
          "the dashboard's table \"user\" has no %s: let the user sign up there first"
              .formatted(email));
    }
    return owner;
  }
}
