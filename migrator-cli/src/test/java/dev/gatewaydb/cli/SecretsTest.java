package dev.gatewaydb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gatewaydb.dao.crypto.EncryptionVersion;
import dev.gatewaydb.dao.crypto.KeyRing;
import dev.gatewaydb.dao.crypto.MasterKey;
import dev.gatewaydb.dao.crypto.RowBinding;
import dev.gatewaydb.dao.crypto.SecretBytes;
import dev.gatewaydb.dao.crypto.SecretFormat;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.Migrated;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code gwdb secrets}: output, exit codes, refusals, and that no secret gets out. */
@ExtendWith(ScratchPostgres.class)
final class SecretsTest {
  private static final String OLD = "c4n4c4n4".repeat(8).replace('n', 'e');
  private static final String NEW = "d5f0d5f0".repeat(8);
  private static final String VALUE = "c4n4ry";
  private static final List<String> ID =
      List.of(
          "--policy-client",
          "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
          "--policy-data",
          "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359");

  private static ScratchDatabase database;

  private final Project project;
  private final Project both;
  private final Project after;

  SecretsTest(@TempDir Path folder) {
    Project salted = Project.in(folder).with(database).with("HKDF_SALT", "salt");
    this.project = salted.with("ENCRYPTION_KEY", OLD);
    this.both = salted.with("ENCRYPTION_KEY", NEW).with("OLD_ENCRYPTION_KEY", OLD);
    this.after = salted.with("ENCRYPTION_KEY", NEW);
  }

  @BeforeAll
  static void connect(@Migrated ScratchDatabase scratch) {
    database = scratch;
  }

  @BeforeEach
  void empty() throws Exception {
    Sql.execute(
        database,
        "TRUNCATE policy_client_secret; DROP TABLE IF EXISTS gwdb_secret_rotation,"
            + " gwdb_secret_quarantine, theirs");
  }

  /** No run may show the value or a key, whatever happens. */
  private static Result run(Project project, String input, String... args) {
    List<String> debug = new ArrayList<>(List.of(args));
    debug.add("--debug");
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
    try {
      Result result = project.run(debug.toArray(String[]::new));
      assertThat(result.err()).doesNotContain(VALUE, OLD, NEW);
      if (!args[1].equals("get")) {
        assertThat(result.out()).doesNotContain(VALUE, OLD, NEW);
      }
      return result;
    } finally {
      System.setIn(before);
    }
  }

  private static Result secrets(Project project, String... args) {
    List<String> all = new ArrayList<>(List.of("secrets"));
    all.addAll(List.of(args));
    return run(project, "", all.toArray(String[]::new));
  }

  private static Result put(Project project, int chain, String... more) {
    List<String> args = new ArrayList<>(List.of("secrets", "put"));
    args.addAll(ID);
    args.addAll(List.of("--chain-id", Integer.toString(chain)));
    args.addAll(List.of(more));
    return run(project, VALUE, args.toArray(String[]::new));
  }

  private static Result get(Project project, int chain) {
    List<String> args = new ArrayList<>(List.of("get"));
    args.addAll(ID);
    args.addAll(List.of("--chain-id", Integer.toString(chain)));
    return secrets(project, args.toArray(String[]::new));
  }

  @Test
  void storesAndGivesBackAValueAsItIs() {
    assertThat(put(project, 1).exits(0).out()).isEqualTo("1\n");
    assertThat(get(project, 1).exits(0).out()).isEqualTo(VALUE);
    put(project, 1).exits(4);
    put(project, 1, "--replaces", "7").exits(4);
    assertThat(put(project, 1, "--replaces", "1").exits(0).out()).isEqualTo("2\n");
    get(project, 2).exits(2);
    get(after, 1).exits(5);
  }

  @Test
  void perTenantEncryptionGovernsWritesOnly() {
    put(project, 1).exits(0);
    Project perTenant = project.with("PER_TENANT_ENCRYPTION", "true");
    put(perTenant, 2).exits(0);
    for (Project any : List.of(project, perTenant)) {
      assertThat(get(any, 1).exits(0).err()).contains("version 1");
      assertThat(get(any, 2).exits(0).err()).contains("version 2");
    }
    JsonNode groups = secrets(project, "status", "--json").exits(0).json().at("/tables/0/groups");
    assertThat(groups).hasSize(2);
    String generation = "%08x".formatted(MasterKey.fromHex("OLD", OLD).generation());
    assertThat(groups.get(0).get("key").textValue()).isEqualTo(generation);
    assertThat(groups.get(1).get("version").intValue()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--lock-timeout=1s", "--online"})
  void rotates(String how) {
    put(project, 1).exits(0);
    put(project.with("PER_TENANT_ENCRYPTION", "true"), 2).exits(0);
    JsonNode dry = secrets(both, "rotate", "--dry-run", "--json").exits(0).json();
    assertThat(dry.get("changed").booleanValue()).isFalse();
    assertThat(dry.at("/tables/0/changed").intValue()).isEqualTo(2);
    assertThat(get(project, 1).exits(0).out()).isEqualTo(VALUE);

    JsonNode report = secrets(both, "rotate", how, "--json").exits(0).json();
    assertThat(report.get("changed").booleanValue()).isTrue();
    assertThat(report.at("/tables/0/total").intValue()).isEqualTo(2);
    assertThat(report.at("/tables/0/v1").intValue()).isEqualTo(1);
    assertThat(report.at("/tables/0/v2").intValue()).isEqualTo(1);
    assertThat(get(after, 1).exits(0).out()).isEqualTo(VALUE);
    assertThat(get(after, 2).exits(0).out()).isEqualTo(VALUE);
    secrets(after, "verify").exits(0);
    assertThat(secrets(project, "verify").exits(1).out()).contains("unknown-generation");
    assertThat(secrets(both, "rotate", how).exits(0).out()).contains("CHANGED");
  }

  @Test
  void whatAnOnlineRunKeepsIsNoDrift() {
    secrets(both, "rotate", "--online").exits(0);
    both.with("GWDB_SCRATCH", database.settings().uri()).run("drift").exits(0);
  }

  @Test
  void upgradesAndASecondTimeReportsZero() {
    put(project, 1).exits(0);
    JsonNode first = secrets(project, "upgrade", "--json").exits(0).json();
    assertThat(first.at("/tables/0/changed").intValue()).isEqualTo(1);
    JsonNode second = secrets(project, "upgrade", "--json").exits(0).json();
    assertThat(second.at("/tables/0/changed").intValue()).isZero();
    assertThat(second.get("changed").booleanValue()).isFalse();
    assertThat(get(project, 1).exits(0).err()).contains("version 2");
  }

  @Test
  void aSecretThatDoesNotOpenHasAnExitCodeForEachMode() throws Exception {
    put(project, 1).exits(0);
    put(project, 2).exits(0);
    Sql.execute(database, "UPDATE policy_client_secret SET envelope = 'poison' WHERE chain_id = 2");
    assertThat(secrets(both, "rotate", "--dry-run").exits(1).out()).contains("not-an-envelope");
    assertThat(secrets(both, "rotate").exits(5).errors().getFirst()).contains("rolled back");
    assertThat(get(project, 1).exits(0).out()).isEqualTo(VALUE);
    assertThat(secrets(both, "rotate", "--online").exits(6).err())
        .contains("gwdb_secret_quarantine");
    assertThat(get(after, 1).exits(0).out()).isEqualTo(VALUE);
    JsonNode status = secrets(after, "status", "--json").exits(0).json();
    assertThat(status.at("/tables/0/quarantined").intValue()).isEqualTo(1);
    assertThat(status.at("/onlineRuns/0/phase").textValue()).isEqualTo("done");
    assertThat(secrets(after, "status").exits(0).err()).contains("gwdb_secret_quarantine");
  }

  @Test
  void plaintextIsReportedAndEncryptedWhenAsked() throws Exception {
    put(project, 1).exits(0);
    Sql.execute(
        database, "UPDATE policy_client_secret SET envelope = 'plain', encryption_version = 0");
    assertThat(secrets(project, "upgrade").exits(0).err()).contains("1 secret in clear");
    get(project, 1).exits(5);
    assertThat(secrets(project, "upgrade", "--encrypt-plaintext").exits(0).err())
        .doesNotContain("in clear");
    assertThat(get(project, 1).exits(0).out()).isEqualTo("plain");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ENCRYPTION_KEY       |                  | ENCRYPTION_KEY is not set, nor is ENCRYPTION_KEY_FILE",
        "OLD_ENCRYPTION_KEY   |                  | OLD_ENCRYPTION_KEY is not set, nor is OLD_ENCRYPTION_KEY_FILE",
        "ENCRYPTION_KEY       | c4n4ry           | ENCRYPTION_KEY must be 64 hexadecimal digits",
        "OLD_ENCRYPTION_KEY   | SAME             | OLD_ENCRYPTION_KEY and ENCRYPTION_KEY are the same key",
        "ENCRYPTION_KEY_FILE  | no-such-file     | ENCRYPTION_KEY and ENCRYPTION_KEY_FILE are both set",
        "ENCRYPTION_ALGORITHM | rot13            | ENCRYPTION_ALGORITHM must be xaes-256-gcm or aes-256-gcm",
        "PER_TENANT_ENCRYPTION| yes              | PER_TENANT_ENCRYPTION must be true or false",
      })
  void refusesKeysThatMakeNoSense(String name, String value, String fault) {
    String given = value == null ? "" : value.equals("SAME") ? NEW.toUpperCase(Locale.ROOT) : value;
    Result result = secrets(both.with(name, given), "rotate").exits(2);
    assertThat(result.errors()).hasSize(1);
    assertThat(result.errors().getFirst()).startsWith(fault);
  }

  @Test
  void refusesAMissingSaltWhereRowsNeedIt() {
    Project noSalt = both.with("HKDF_SALT", "");
    put(project, 1).exits(0);
    assertThat(secrets(noSalt, "upgrade").exits(2).err()).contains("HKDF_SALT");
    secrets(noSalt, "rotate", "--dry-run").exits(0);
    secrets(project, "upgrade").exits(0);
    assertThat(secrets(noSalt, "rotate").exits(2).err()).contains("HKDF_SALT");
  }

  @Test
  void keysMayComeFromFiles() throws Exception {
    put(project, 1).exits(0);
    Files.writeString(project.directory().resolve("old"), OLD + "\n");
    Project files = after.with("OLD_ENCRYPTION_KEY_FILE", "old");
    secrets(files, "rotate").exits(0);
    get(after, 1).exits(0);
  }

  @Test
  void theEnvironmentWinsOverDotEnvAlsoWithTheOtherOfTheTwo() throws Exception {
    put(project, 1).exits(0);
    Path dotEnv = project.directory().resolve(".env");
    Files.writeString(project.directory().resolve("new"), NEW + "\n");
    Files.writeString(dotEnv, "ENCRYPTION_KEY_FILE=new\n");
    get(project, 1).exits(0);
    Files.writeString(dotEnv, "OLD_ENCRYPTION_KEY=" + OLD + "\n");
    get(after, 1).exits(0);
    get(after.with("OLD_ENCRYPTION_KEY_FILE", "new"), 1).exits(2);
    Files.writeString(dotEnv, "\nOLD_ENCRYPTION_KEY=abc\n");
    assertThat(get(after, 1).exits(2).errors().getFirst()).endsWith(".env, line 2)");
  }

  @Test
  void aFileThatIsNoKeyIsNamedAndNotReadToItsEnd() {
    Project noKey = project.with("ENCRYPTION_KEY", "");
    assertThat(get(noKey.with("ENCRYPTION_KEY_FILE", "/dev/zero"), 1).exits(2).errors())
        .containsExactly(
            "ENCRYPTION_KEY_FILE: /dev/zero has more than 1024 bytes, so it is no key");
    assertThat(get(noKey.with("ENCRYPTION_KEY_FILE", "none"), 1).exits(2).errors().getFirst())
        .endsWith("none can't be read: it is not there");
  }

  /** Waits for the value on stdin, having read the key: nothing of it is where others may look. */
  @Test
  void noKeyOrValueIsInTheProcessListOrHandedToChildren() throws Exception {
    List<String> command = new ArrayList<>(GwdbProcess.command(List.of()));
    command.addAll(List.of("secrets", "put", "--chain-id", "1"));
    command.addAll(ID);
    ProcessBuilder builder = new ProcessBuilder(command).directory(project.directory().toFile());
    builder.environment().clear();
    builder.environment().put("DATABASE_URL", database.settings().uri());
    builder.environment().put("ENCRYPTION_KEY", OLD);
    Process process = builder.redirectErrorStream(true).start();
    try {
      process.getOutputStream().write(VALUE.getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
      assertThat(Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline")))
          .contains("secrets")
          .doesNotContain(OLD, VALUE);
      assertThat(process.descendants()).isEmpty();
      process.getOutputStream().close();
      assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo("1\n");
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void otherTablesAreNamedInTheProjectsFile() throws Exception {
    Files.writeString(
        project.directory().resolve("gwdb.toml"),
        """
        [secrets]
        tenant_label = "silentpulse:"
        [[secrets.table]]
        name = "theirs"
        column = "config"
        tenant = "tenant_id"
        version = "encryption_version"
        format = "silentpulse"
        """);
    KeyRing ring =
        KeyRing.builder(MasterKey.fromHex("OLD", OLD))
            .salt("salt".getBytes(StandardCharsets.UTF_8))
            .tenantLabel("silentpulse:")
            .build();
    Sql.execute(
        database,
        "CREATE TABLE theirs (tenant_id text PRIMARY KEY, config bytea, encryption_version int)");
    for (EncryptionVersion version :
        List.of(EncryptionVersion.MASTER_KEY, EncryptionVersion.TENANT_KEY)) {
      String tenant = "t" + version.number();
      byte[] sealed =
          ring.seal(
              SecretFormat.SILENTPULSE,
              version,
              new RowBinding("theirs", "config", List.of(tenant), Optional.of(tenant)),
              SecretBytes.ofUtf8(VALUE));
      Sql.execute(
          database,
          "INSERT INTO theirs VALUES ('%s', '\\x%s', %d)"
              .formatted(tenant, HexFormat.of().formatHex(sealed), version.number()));
    }
    JsonNode report = secrets(both, "rotate", "--json").exits(0).json();
    assertThat(report.at("/tables/0/table").textValue()).isEqualTo("theirs.config");
    assertThat(report.at("/tables/0/changed").intValue()).isEqualTo(2);
    secrets(after, "verify").exits(0);

    Files.writeString(
        project.directory().resolve("gwdb.toml"), "[[secrets.table]]\nname = \"x\"\nformat = 1\n");
    assertThat(secrets(both, "rotate").exits(2).errors()).hasSize(2);
  }

  @Test
  void everyTableThatIsWrongIsNamedBeforeAnythingHappens() throws Exception {
    Files.writeString(
        project.directory().resolve("gwdb.toml"),
        """
        [[secrets.table]]
        name = "nowhere"
        column = "a"
        [[secrets.table]]
        name = "api_keys"
        column = "name"
        """);
    assertThat(secrets(both, "rotate").exits(2).errors())
        .containsExactly(
            "there is no table nowhere in this database",
            "api_keys.name is of type text, not bytea");
    secrets(both, "status").exits(2);
  }

  @Test
  void refusesNumbersOutOfRange() {
    for (String option : List.of("--batch-rows=0", "--batch-rows=100001", "--max-lag-mib=-1")) {
      secrets(both, "rotate", "--online", option).exits(2);
    }
  }

  @Test
  void aServerThatIsNotThereIsExitThree() {
    Project nowhere = both.with("DATABASE_URL", "postgres://u@127.0.0.1:1/d");
    secrets(nowhere, "rotate").exits(3);
    secrets(nowhere, "status").exits(3);
    get(nowhere, 1).exits(3);
  }
}
