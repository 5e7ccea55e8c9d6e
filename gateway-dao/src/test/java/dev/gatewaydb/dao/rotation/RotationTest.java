package dev.gatewaydb.dao.rotation;

import static dev.gatewaydb.dao.crypto.EncryptionVersion.MASTER_KEY;
import static dev.gatewaydb.dao.crypto.EncryptionVersion.PLAINTEXT;
import static dev.gatewaydb.dao.crypto.EncryptionVersion.TENANT_KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatewaydb.dao.ConflictException;
import dev.gatewaydb.dao.InvalidInputException;
import dev.gatewaydb.dao.SecretException.Code;
import dev.gatewaydb.dao.crypto.EncryptionVersion;
import dev.gatewaydb.dao.crypto.KeyRing;
import dev.gatewaydb.dao.crypto.RowBinding;
import dev.gatewaydb.dao.crypto.SecretBytes;
import dev.gatewaydb.dao.crypto.SecretFormat;
import dev.gatewaydb.dao.rotation.RotationReport.Failure;
import dev.gatewaydb.dao.rotation.RotationReport.TableReport;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(ScratchPostgres.class)
final class RotationTest {
  private static final RotationOptions SMALL = RotationOptions.DEFAULT.withBatchRows(7);

  private static Rotation rotation(ScratchDatabase db, KeyRing ring, Secrets... tables) {
    return rotation(db, ring, SMALL, tables);
  }

  private static Rotation rotation(
      ScratchDatabase db, KeyRing ring, RotationOptions options, Secrets... tables) {
    return new Rotation(
        db.dataSource(),
        ring,
        List.of(tables).stream().map(Secrets::table).toList(),
        options,
        RotationListener.NONE);
  }

  private static Secrets secrets(ScratchDatabase db, String name, SecretFormat format)
      throws Exception {
    return new Secrets(db.dataSource(), name, format).create();
  }

  private static TableReport only(RotationReport report) {
    assertThat(report.tables()).hasSize(1);
    return report.tables().getFirst();
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void rotatesEveryFormatAndKeepsTheVersion(Mode mode, ScratchDatabase db) throws Exception {
    Secrets ours =
        secrets(db, "ours", SecretFormat.ENVELOPE)
            .fill(Secrets.BEFORE, 1, 40, MASTER_KEY, TENANT_KEY, TENANT_KEY);
    Secrets theirs =
        secrets(db, "theirs", SecretFormat.SILENTPULSE)
            .fill(Secrets.BEFORE, 1, 21, MASTER_KEY, TENANT_KEY);
    RotationReport report = rotation(db, Secrets.BOTH, ours, theirs).run(Goal.ROTATE, mode);
    assertThat(report.tables())
        .containsExactly(
            new TableReport("ours.secret", 40, 0, 13, 27, 40, 0, List.of()),
            new TableReport("theirs.secret", 21, 0, 10, 11, 21, 0, List.of()));
    String key = mode == Mode.DRY_RUN ? "old" : "new";
    assertThat(report.changed()).isEqualTo(mode != Mode.DRY_RUN);
    assertThat(ours.opened()).isEqualTo(Map.of(key + " v1", 13, key + " v2", 27));
    assertThat(theirs.opened()).isEqualTo(Map.of(key + " v1", 10, key + " v2", 11));
    RotationReport again = rotation(db, Secrets.BOTH, ours, theirs).run(Goal.ROTATE, mode);
    assertThat(again.tables())
        .extracting(TableReport::changed)
        .isEqualTo(mode == Mode.DRY_RUN ? List.of(40L, 21L) : List.of(0L, 0L));
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void upgradesAndASecondTimeChangesNothing(Mode mode, ScratchDatabase db) throws Exception {
    Secrets ours =
        secrets(db, "ours", SecretFormat.ENVELOPE)
            .fill(Secrets.BEFORE, 1, 30, MASTER_KEY, TENANT_KEY);
    Secrets theirs =
        secrets(db, "theirs", SecretFormat.SILENTPULSE).fill(Secrets.BEFORE, 1, 10, MASTER_KEY);
    RotationReport report = rotation(db, Secrets.BEFORE, ours, theirs).run(Goal.UPGRADE, mode);
    assertThat(report.tables())
        .containsExactly(
            new TableReport("ours.secret", 30, 0, 15, 15, 15, 0, List.of()),
            new TableReport("theirs.secret", 10, 0, 10, 0, 10, 0, List.of()));
    if (mode != Mode.DRY_RUN) {
      assertThat(ours.opened()).isEqualTo(Map.of("old v2", 30));
      assertThat(theirs.opened()).isEqualTo(Map.of("old v2", 10));
      assertThat(rotation(db, Secrets.BEFORE, ours, theirs).run(Goal.UPGRADE, mode).tables())
          .extracting(TableReport::changed)
          .containsExactly(0L, 0L);
    }
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void plaintextIsReportedAndEncryptedOnlyWhenAsked(Mode mode, ScratchDatabase db)
      throws Exception {
    Secrets secrets = secrets(db, "t", SecretFormat.ENVELOPE);
    secrets.fill(Secrets.builder(Secrets.OLD).allowPlaintext().build(), 1, 10, PLAINTEXT);
    assertThat(only(rotation(db, Secrets.BEFORE, secrets).run(Goal.UPGRADE, mode)))
        .isEqualTo(new TableReport("t.secret", 10, 10, 0, 0, 0, 0, List.of()));
    Rotation asked = rotation(db, Secrets.BEFORE, SMALL.withPlaintext(), secrets);
    assertThat(only(asked.run(Goal.UPGRADE, mode)).changed()).isEqualTo(10);
    if (mode != Mode.DRY_RUN) {
      assertThat(secrets.opened()).isEqualTo(Map.of("old v2", 10));
    }
  }

  @Test
  void oneThatDoesNotOpenRollsTheTransactionBack(ScratchDatabase db) throws Exception {
    Secrets secrets =
        secrets(db, "t", SecretFormat.ENVELOPE).fill(Secrets.BEFORE, 1, 30, MASTER_KEY);
    secrets.execute("UPDATE t SET secret = (SELECT secret FROM t WHERE id = 5) WHERE id = 12");
    List<Failure> failures = List.of(new Failure(List.of("12", "v\",12"), Code.NOT_AUTHENTIC));
    for (Mode mode : List.of(Mode.DRY_RUN, Mode.ONE_TRANSACTION)) {
      RotationReport report = rotation(db, Secrets.BOTH, secrets).run(Goal.ROTATE, mode);
      assertThat(report.changed()).isFalse();
      assertThat(only(report).failed()).isEqualTo(1);
      assertThat(only(report).failures()).isEqualTo(failures);
    }
    secrets.execute("DELETE FROM t WHERE id = 12");
    assertThat(secrets.opened()).isEqualTo(Map.of("old v1", 29));
  }

  @Test
  void onlineRunsQuarantineWhatDoesNotOpenAndDoTheRest(ScratchDatabase db) throws Exception {
    Secrets secrets =
        secrets(db, "t", SecretFormat.ENVELOPE).fill(Secrets.BEFORE, 1, 30, MASTER_KEY);
    secrets.execute("UPDATE t SET secret = '' WHERE id = 3");
    secrets.execute("UPDATE t SET version = 9 WHERE id = 4");
    TableReport report = only(rotation(db, Secrets.BOTH, secrets).run(Goal.ROTATE, Mode.ONLINE));
    assertThat(report.failures())
        .containsExactlyInAnyOrder(
            new Failure(List.of("3", "v\",3"), Code.EMPTY),
            new Failure(List.of("4", "v\",4"), Code.UNKNOWN_VERSION));
    assertThat(report.changed()).isEqualTo(28);
    assertThat(secrets.rows("SELECT row_key[1], reason FROM gwdb_secret_quarantine ORDER BY 1"))
        .containsExactly("3|EMPTY", "4|UNKNOWN_VERSION");

    secrets.execute("UPDATE t SET version = 1 WHERE id = 4");
    secrets.execute("DELETE FROM t WHERE id = 3");
    report = only(rotation(db, Secrets.BOTH, secrets).run(Goal.ROTATE, Mode.ONLINE));
    assertThat(report.failed()).isZero();
    assertThat(report.changed()).isEqualTo(1);
    assertThat(secrets.rows("SELECT * FROM gwdb_secret_quarantine")).isEmpty();
    assertThat(secrets.opened()).isEqualTo(Map.of("new v1", 29));
  }

  @Test
  void verifySaysWhatOpensUnderTheKeysGiven(ScratchDatabase db) throws Exception {
    Secrets secrets =
        secrets(db, "t", SecretFormat.ENVELOPE)
            .fill(Secrets.BEFORE, 1, 10, MASTER_KEY)
            .fill(Secrets.AFTER, 11, 15, TENANT_KEY);
    assertThat(only(rotation(db, Secrets.BOTH, secrets).run(Goal.VERIFY, Mode.ONLINE)))
        .isEqualTo(new TableReport("t.secret", 15, 0, 10, 5, 0, 0, List.of()));
    TableReport report = only(rotation(db, Secrets.AFTER, secrets).run(Goal.VERIFY, Mode.DRY_RUN));
    assertThat(report.failed()).isEqualTo(10);
    assertThat(report.failures()).allMatch(f -> f.reason() == Code.UNKNOWN_GENERATION);
  }

  @Test
  void aMissingSaltIsRefusedWhereRowsNeedIt(ScratchDatabase db) throws Exception {
    Secrets secrets =
        secrets(db, "t", SecretFormat.ENVELOPE).fill(Secrets.BEFORE, 1, 3, MASTER_KEY);
    KeyRing noSalt = KeyRing.builder(Secrets.NEW).reading(Secrets.OLD).build();
    assertThatThrownBy(() -> rotation(db, noSalt, secrets).run(Goal.UPGRADE, Mode.DRY_RUN))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("HKDF_SALT");
    assertThat(only(rotation(db, noSalt, secrets).run(Goal.ROTATE, Mode.DRY_RUN)).changed())
        .isEqualTo(3);
    secrets.fill(Secrets.BEFORE, 4, 4, TENANT_KEY);
    assertThatThrownBy(() -> rotation(db, noSalt, secrets).run(Goal.ROTATE, Mode.ONLINE))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("HKDF_SALT");
    assertThat(secrets.opened()).isEqualTo(Map.of("old v1", 3, "old v2", 1));
  }

  @Test
  void everyFaultOfTheTablesIsToldTogether(ScratchDatabase db) throws Exception {
    Secrets good = secrets(db, "good", SecretFormat.ENVELOPE);
    good.execute("CREATE TABLE keyless (secret bytea)");
    good.execute("CREATE TABLE texts (id int PRIMARY KEY, secret text, version text)");
    good.execute("CREATE VIEW a_view AS SELECT * FROM good");
    List<SecretTable> tables =
        List.of(
            table("nowhere", "secret", Optional.empty()),
            table("keyless", "secret", Optional.empty()),
            table("texts", "secret", Optional.empty()),
            table("texts", "id", Optional.empty()),
            table("good", "nothing", Optional.empty()),
            table("good", "secret", Optional.of("part")),
            table("a_view", "secret", Optional.empty()));
    Rotation rotation =
        new Rotation(db.dataSource(), Secrets.BOTH, tables, SMALL, RotationListener.NONE);
    assertThatThrownBy(() -> rotation.run(Goal.ROTATE, Mode.DRY_RUN))
        .isInstanceOfSatisfying(
            InvalidInputException.class,
            e ->
                assertThat(e.faults())
                    .containsExactly(
                        "there is no table nowhere in this database",
                        "keyless has no primary key, by which its secrets are bound and read in"
                            + " order",
                        "texts.secret is of type text, not bytea",
                        "texts.id is of type integer, not bytea",
                        "good has no column nothing",
                        "good.part is of type text, not smallint or integer or bigint",
                        "there is no table a_view in this database"));
  }

  private static SecretTable table(String name, String column, Optional<String> version) {
    return new SecretTable(
        name, column, Optional.empty(), version, MASTER_KEY, SecretFormat.ENVELOPE);
  }

  /** Names that need quotes, a schema, odd key types, and settings that change how they look. */
  @ParameterizedTest
  @EnumSource(value = Mode.class, names = "DRY_RUN", mode = EnumSource.Mode.EXCLUDE)
  void bindsOddKeysWhateverTheDatabasesSettings(Mode mode, ScratchDatabase db) throws Exception {
    Secrets any = secrets(db, "other", SecretFormat.ENVELOPE);
    any.execute("CREATE SCHEMA \"My.Schema\"".replace(".", ""));
    any.execute(
        """
        CREATE TABLE "MySchema"."The ""Table" ("Key" timestamptz, "select" bytea, n numeric,
            "Secret" bytea, PRIMARY KEY (n, "Key", "select"))
        """);
    var binding =
        new RowBinding(
            "MySchema.The \"Table",
            "Secret",
            List.of("1.50", "2026-01-02 03:04:05.678901+00", "\\x00ff"),
            Optional.empty());
    byte[] sealed =
        Secrets.BEFORE.seal(SecretFormat.ENVELOPE, MASTER_KEY, binding, SecretBytes.ofUtf8("x"));
    String hex = HexFormat.of().formatHex(sealed);
    any.execute(
        "INSERT INTO \"MySchema\".\"The \"\"Table\" VALUES ('2026-01-02 03:04:05.678901Z', '\\x00ff',"
            + " 1.50, '\\x"
            + hex
            + "')");
    for (String setting :
        List.of("bytea_output = escape", "DateStyle = 'German'", "TimeZone = 'Asia/Kolkata'")) {
      any.execute("ALTER DATABASE %s SET %s".formatted(db.name(), setting));
    }
    SecretTable table = table("MySchema.The \"Table", "Secret", Optional.empty());
    Rotation rotation =
        new Rotation(db.dataSource(), Secrets.BOTH, List.of(table), SMALL, RotationListener.NONE);
    TableReport report = only(rotation.run(Goal.ROTATE, mode));
    assertThat(report.failures()).isEmpty();
    assertThat(report.changed()).isEqualTo(1);
    assertThat(only(rotation.run(Goal.ROTATE, mode)).changed()).isZero();
  }

  @Test
  void aBusyTableIsRefusedNotWaitedForWithoutEnd(ScratchDatabase db) throws Exception {
    Secrets secrets =
        secrets(db, "t", SecretFormat.ENVELOPE).fill(Secrets.BEFORE, 1, 3, MASTER_KEY);
    RotationOptions hasty = new RotationOptions(7, Duration.ofMillis(50), 0, false);
    try (Connection writer = db.dataSource().getConnection();
        Statement statement = writer.createStatement()) {
      writer.setAutoCommit(false);
      statement.execute("UPDATE t SET note = 'x' WHERE id = 1");
      assertThatThrownBy(
              () ->
                  rotation(db, Secrets.BOTH, hasty, secrets).run(Goal.ROTATE, Mode.ONE_TRANSACTION))
          .isInstanceOf(ConflictException.class)
          .hasMessageContaining("t is in use");
    }
    assertThat(secrets.opened()).isEqualTo(Map.of("old v1", 3));
  }

  @Test
  void rowSecurityThatHidesRowsIsAnErrorNotASilentGap(ScratchDatabase db) throws Exception {
    Secrets secrets =
        secrets(db, "t", SecretFormat.ENVELOPE).fill(Secrets.BEFORE, 1, 3, MASTER_KEY);
    secrets.execute("ALTER TABLE t ENABLE ROW LEVEL SECURITY");
    secrets.execute("ALTER TABLE t FORCE ROW LEVEL SECURITY");
    secrets.execute("GRANT ALL ON t TO pg_monitor");
    secrets.execute("ALTER DATABASE " + db.name() + " SET role = pg_monitor");
    assertThatThrownBy(() -> rotation(db, Secrets.BOTH, secrets).run(Goal.ROTATE, Mode.DRY_RUN))
        .hasMessageContaining("row-level security");
  }

  @Test
  void largeSecretsPassInSmallBatches(ScratchDatabase db) throws Exception {
    Secrets secrets =
        new Secrets(db.dataSource(), "t", SecretFormat.ENVELOPE, 1 << 20)
            .create()
            .fill(Secrets.BEFORE, 1, 20, EncryptionVersion.MASTER_KEY);
    TableReport report =
        only(
            rotation(db, Secrets.BOTH, RotationOptions.DEFAULT, secrets)
                .run(Goal.ROTATE, Mode.ONLINE));
    assertThat(report.changed()).isEqualTo(20);
    assertThat(secrets.opened()).isEqualTo(Map.of("new v1", 20));
  }
}
