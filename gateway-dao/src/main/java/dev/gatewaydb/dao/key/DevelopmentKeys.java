package dev.gatewaydb.dao.key;

import static dev.gatewaydb.schema.jooq.Tables.API_KEYS;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jooq.SQLDialect;
import org.jooq.conf.Settings;
import org.jooq.impl.DSL;

/** The keys of a developer's own database: one for each thing to try. */
public final class DevelopmentKeys {
  /** The owner of all development keys; the dashboard's table of users knows no such user. */
  public static final UUID USER = UUID.fromString("00000000-0000-4000-8000-000000000001");

  private static final byte[] ADDRESS =
      HexFormat.of().parseHex("00000000000000000000000000000000000000de");

  private static final List<List<String>> PERMISSIONS =
      List.of(List.of("admin"), List.of("rpc"), List.of("rpc_read"));

  private DevelopmentKeys() {}

  /**
   * Makes those that are not there yet, in one transaction.
   *
   * @param dataSource a migrated database
   * @return the new ones; empty when all were there, since their clear text is nowhere kept
   * @throws org.jooq.exception.DataAccessException when the database refuses
   */
  public static List<IssuedKey> seed(DataSource dataSource) {
    Settings quiet = new Settings().withExecuteLogging(false);
    return DSL.using(dataSource, SQLDialect.POSTGRES, quiet)
        .transactionResult(transaction -> seed(DSL.using(transaction)));
  }

  private static List<IssuedKey> seed(DSLContext database) {
    // Two seeding at once would both find nothing.
    database.execute("LOCK TABLE api_keys IN SHARE ROW EXCLUSIVE MODE");
    Set<String> present =
        database.select(API_KEYS.NAME).from(API_KEYS).where(API_KEYS.USER_ID.eq(USER)).stream()
            .map(row -> row.value1())
            .collect(Collectors.toSet());
    SecureRandom random = new SecureRandom();
    List<IssuedKey> issued = new ArrayList<>();
    for (List<String> permissions : PERMISSIONS) {
      String name = "dev-" + String.join("-", permissions);
      if (!present.contains(name)) {
        issued.add(insert(database, name, permissions, random));
      }
    }
    return issued;
  }

  private static IssuedKey insert(
      DSLContext database, String name, List<String> permissions, SecureRandom random) {
    ApiKeySecret secret = ApiKeySecret.generate(KeyEnvironment.TEST, random);
    String array = permissions.stream().collect(Collectors.joining("\", \"", "[\"", "\"]"));
    UUID id = UUID.randomUUID();
    database
        .insertInto(API_KEYS)
        .set(API_KEYS.ID, id)
        .set(API_KEYS.USER_ID, USER)
        .set(API_KEYS.ADDRESS, ADDRESS)
        .set(API_KEYS.NAME, name)
        .set(API_KEYS.PERMISSIONS, JSONB.valueOf(array))
        .set(API_KEYS.ENVIRONMENT, KeyEnvironment.TEST.label())
        .set(API_KEYS.KEY_HASH, secret.hash())
        .set(API_KEYS.KEY_PREFIX, secret.prefix())
        .set(API_KEYS.LAST_FOUR, secret.lastFour())
        .execute();
    return new IssuedKey(id, name, permissions, secret);
  }
}
