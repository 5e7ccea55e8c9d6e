package dev.gatewaydb.dao.key;

import static dev.gatewaydb.schema.jooq.Tables.API_KEYS;
import static dev.gatewaydb.schema.jooq.Tables.GATEWAY_METADATA;

import dev.gatewaydb.dao.ConflictException;
import dev.gatewaydb.dao.EthereumAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jooq.DSLContext;

/** The keys of a developer's own database: one for each thing to try. */
public final class DevelopmentKeys {
  /** The owner of all development keys; the dashboard's table of users knows no such user. */
  public static final UUID USER = UUID.fromString("00000000-0000-4000-8000-000000000001");

  private static final EthereumAddress ADDRESS =
      EthereumAddress.parse("0x00000000000000000000000000000000000000de");

  private static final List<String> PERMISSIONS = List.of("admin", "rpc", "rpc_read");
  private static final String DEVELOPMENT = "development";
  private static final ChangedBy BY = new ChangedBy("gwdb", "development keys");

  private DevelopmentKeys() {}

  /**
   * Makes those that are not there yet, in one transaction.
   *
   * @param dataSource a migrated database
   * @param hasher how they are hashed
   * @return the new ones; empty when all were there, since their clear text is nowhere kept
   * @throws dev.gatewaydb.dao.InvalidInputException where the dashboard's table of users is
   * @throws ConflictException when the database is marked as another than development's
   * @throws dev.gatewaydb.dao.DatabaseException when the database refuses
   */
  public static List<IssuedKey> seed(DataSource dataSource, KeyHasher hasher) {
    ApiKeyStore store = new ApiKeyStore(dataSource, hasher);
    return store.inTransaction("can't seed the development keys", db -> seed(store, db));
  }

  private static List<IssuedKey> seed(ApiKeyStore store, DSLContext db) {
    String environment =
        db.select(GATEWAY_METADATA.ENVIRONMENT)
            .from(GATEWAY_METADATA)
            .fetchOptional(GATEWAY_METADATA.ENVIRONMENT)
            .orElse(DEVELOPMENT);
    if (!environment.equals(DEVELOPMENT)) {
      throw new ConflictException(
          "this database is marked %s: development keys are for development".formatted(environment),
          "Check which database this is.");
    }
    // Two seeding at once would both find nothing.
    db.execute("LOCK TABLE api_keys IN SHARE ROW EXCLUSIVE MODE");
    Set<String> present =
        db.select(API_KEYS.NAME).from(API_KEYS).where(API_KEYS.USER_ID.eq(USER)).stream()
            .map(row -> row.value1())
            .collect(Collectors.toSet());
    List<IssuedKey> issued = new ArrayList<>();
    for (String permission : PERMISSIONS) {
      KeySettings settings = KeySettings.of("dev-" + permission, Permissions.of(permission));
      if (!present.contains(settings.name())) {
        issued.add(
            store
                .writer()
                .create(db, new NewKey(USER, ADDRESS, KeyEnvironment.TEST, settings), BY));
      }
    }
    return issued;
  }
}
