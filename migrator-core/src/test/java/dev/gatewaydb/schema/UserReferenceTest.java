package dev.gatewaydb.schema;

import static dev.gatewaydb.schema.GatewayDatabase.OWNER;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The foreign key to the dashboard's users, which may exist before us, after us or never. */
@ExtendWith(GatewayDatabases.class)
final class UserReferenceTest {
  private static final String USERS = "CREATE TABLE \"user\" (id UUID PRIMARY KEY)";
  private static final String FOREIGN_KEY =
      "FOREIGN KEY (user_id) REFERENCES \"user\"(id) ON DELETE CASCADE";

  private static List<String> foreignKey(GatewayDatabase db) throws SQLException {
    return db.rows(
        """
        SELECT pg_get_constraintdef(oid) FROM pg_constraint
        WHERE conname = 'api_keys_user_id_fkey'\
        """);
  }

  @Test
  void isMadeWhenTheUsersAreThereFirst(@At(At.NOTHING) GatewayDatabase db) throws Exception {
    db.execute(USERS);
    db.migrateTo(At.LAST_SIMPLE);

    assertThat(foreignKey(db)).containsExactly(FOREIGN_KEY);
  }

  @Test
  void isMadeWhenTheUsersComeLater(@At(At.NOTHING) GatewayDatabase db) throws Exception {
    db.migrate();
    assertThat(foreignKey(db)).isEmpty();

    db.execute(USERS);
    db.migrate();
    assertThat(foreignKey(db)).containsExactly(FOREIGN_KEY);

    assertThat(db.afterMigrate()).isEmpty();
  }

  @Test
  void orphansLeaveItUnvalidatedUntilTheyAreGone(GatewayDatabase db) throws Exception {
    db.insertKey();
    db.execute(USERS);

    assertThat(db.afterMigrate())
        .singleElement()
        .asString()
        .contains("1 rows of api_keys", "NOT VALID");
    assertThat(foreignKey(db)).containsExactly(FOREIGN_KEY + " NOT VALID");

    db.execute("INSERT INTO \"user\" VALUES ('" + OWNER + "')");
    assertThat(db.afterMigrate()).isEmpty();
    assertThat(foreignKey(db)).containsExactly(FOREIGN_KEY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"id BIGINT PRIMARY KEY", "id UUID", "uid UUID PRIMARY KEY"})
  void anotherKindOfUserTableIsAWarning(String column, @At(At.NOTHING) GatewayDatabase db)
      throws Exception {
    db.execute("CREATE TABLE \"user\" (" + column + ")");
    db.migrateTo(At.LATEST);

    assertThat(db.afterMigrate())
        .singleElement()
        .asString()
        .contains("does not reference \"user\"");
    assertThat(foreignKey(db)).isEmpty();
  }

  @Test
  void aUserTableInAnotherSchemaIsNotTheDashboards(GatewayDatabase db) throws Exception {
    db.execute("CREATE SCHEMA other");
    db.execute("CREATE TABLE other.\"user\" (id UUID PRIMARY KEY)");

    assertThat(db.afterMigrate()).isEmpty();
    assertThat(foreignKey(db)).isEmpty();
  }
}
