package dev.gatewaydb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.Migrated;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code gwdb keys}: output, exit codes, and that a key's value is shown once and nowhere else. */
@ExtendWith(ScratchPostgres.class)
final class KeysTest {
  private static final String USER = "11111111-1111-4111-8111-111111111111";
  private static final String ADDRESS = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
  private static final Pattern KEY = Pattern.compile("gw_(live|test)_[0-9A-Za-z]{49}");
  private static final String UNKNOWN_KEY =
      "gw_live_000000000000000000000000000000000000000000024GtGe";

  private static ScratchDatabase database;

  private final Path folder;
  private Project project;

  KeysTest(@TempDir Path folder) {
    this.folder = folder;
    this.project = Project.in(folder).with(database);
  }

  @BeforeAll
  static void connect(@Migrated ScratchDatabase scratch) {
    database = scratch;
  }

  @BeforeEach
  void empty() throws Exception {
    execute(
        "DROP TABLE IF EXISTS \"user\"; TRUNCATE api_keys, api_key_change CASCADE;"
            + " UPDATE gateway_metadata SET environment = NULL");
  }

  private Result keys(String... args) {
    return project.run(
        Stream.concat(Stream.of("keys"), Arrays.stream(args)).toArray(String[]::new));
  }

  /** With the text on stdin, as a process has it. */
  private Result verify(String presented, String... args) {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(presented.getBytes(StandardCharsets.UTF_8)));
    try {
      return keys(Stream.concat(Stream.of("verify"), Arrays.stream(args)).toArray(String[]::new));
    } finally {
      System.setIn(before);
    }
  }

  private String create(String... more) {
    List<String> args =
        new ArrayList<>(
            List.of("create", "--user", USER, "--address", ADDRESS, "--name", "indexer"));
    args.addAll(List.of("--permission", "rpc_read"));
    args.addAll(List.of(more));
    String out = keys(args.toArray(String[]::new)).exits(0).out();
    assertThat(out.strip()).matches(KEY);
    return out.strip();
  }

  private String row(String sql) throws Exception {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? row.getString(1) : "";
    }
  }

  private void execute(String sql) throws Exception {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void issuesAKeyThatVerifies() {
    String key = create("--tier", "pro", "--rate-limit", "120", "--expires", "90d");
    JsonNode shown = keys("show", key.substring(0, 12), "--json").exits(0).json();
    assertThat(shown.get("name").textValue()).isEqualTo("indexer");
    assertThat(shown.get("tier").textValue()).isEqualTo("pro");
    assertThat(shown.get("rateLimitPerMinute").intValue()).isEqualTo(120);
    assertThat(shown.get("burst").isNull()).isTrue();
    assertThat(shown.get("address").textValue()).isEqualTo(ADDRESS);
    assertThat(shown.get("expiresAt").textValue()).isNotBlank();
    assertThat(shown.get("history").get(0).get("action").textValue()).isEqualTo("create");
    assertThat(shown.get("history").get(0).get("by").textValue())
        .isEqualTo(System.getProperty("user.name"));

    assertThat(verify(key + "\n").exits(0).out()).startsWith("granted: ").contains("rpc_read");
    assertThat(verify(key, "--permission", "rpc_write").exits(1).out())
        .isEqualTo("denied: forbidden%n".formatted());
    assertThat(verify(UNKNOWN_KEY).exits(1).out()).contains("unknown");
    assertThat(verify("nonsense").exits(1).out()).contains("malformed");
    assertThat(verify("").exits(1).out()).contains("malformed");
    assertThat(verify("x".repeat(1_000_000)).exits(1).out()).contains("malformed");
    JsonNode json = verify(key, "--json").exits(0).json();
    assertThat(json.get("granted").booleanValue()).isTrue();
    assertThat(json.get("key").get("permissions").get(0).textValue()).isEqualTo("rpc_read");
    assertThat(verify(UNKNOWN_KEY, "--json").exits(1).json().get("reason").textValue())
        .isEqualTo("unknown");
  }

  @Test
  void showsAKeysValueOnce() throws Exception {
    Result created =
        keys(
                "create",
                "--user",
                USER,
                "--address",
                ADDRESS,
                "--name",
                "n",
                "--permission",
                "admin",
                "--test",
                "--json")
            .exits(0);
    String key = created.json().get("key").textValue();
    assertThat(key).startsWith("gw_test_").matches(KEY);
    assertThat(created.err()).doesNotContain(key);
    for (String[] args :
        new String[][] {
          {"list"},
          {"list", "--json"},
          {"show", key.substring(0, 12)},
          {"show", key.substring(0, 12), "--json"},
          {"update", key.substring(0, 12), "--name", "m"},
          {"usage", key.substring(0, 12)},
          {"revoke", key.substring(0, 12)},
        }) {
      Result result = keys(args).exits(0);
      assertThat(result.out() + result.err()).doesNotContain(key.substring(12, 40));
    }
    assertThat(row("SELECT string_agg(k::text, '') FROM api_keys k")).doesNotContain(key);
    assertThat(row("SELECT string_agg(c::text, '') FROM api_key_change c")).doesNotContain(key);
  }

  @Test
  void aKeyAsAnArgumentIsNeitherTakenNorRepeated() {
    String key = create();
    for (String[] args :
        new String[][] {
          {"verify", key},
          {"show", key},
          {"revoke", key},
          {"update", key, "--name", "m"},
          {"create", key},
          {"list", "--tier", key},
          {"list", key},
          {"create", "--name", "n", "--user", USER, "--address", key, "--permission", "rpc"},
          {"create", "--name", "n", "--user", key, "--address", ADDRESS, "--permission", "rpc"},
          {"create", "--name", "n", "--user", USER, "--address", ADDRESS, "--permission", key},
          {"usage", "--month", key},
          {"purge", "--older-than", key},
          {"seed", "--email", key},
        }) {
      Result result = keys(args).exits(2);
      assertThat(result.out() + result.err()).doesNotContain(key.substring(12, 30));
    }
  }

  @Test
  void listsPageByPageAndFiltered() {
    for (int i = 0; i < 3; i++) {
      create("--tier", i == 0 ? "scale" : "free");
    }
    JsonNode first = keys("list", "--limit", "2", "--json").exits(0).json();
    assertThat(first.get("keys")).hasSize(2);
    JsonNode rest =
        keys("list", "--json", "--after", first.get("next").textValue()).exits(0).json();
    assertThat(rest.get("keys")).hasSize(1);
    assertThat(rest.get("next").isNull()).isTrue();
    assertThat(keys("list", "--tier", "scale").exits(0).out().lines()).hasSize(2);
    assertThat(keys("list", "--permission", "rpc_write").exits(0).out()).isEmpty();
    assertThat(keys("list", "--state", "revoked").exits(0).err()).contains("no keys");
    assertThat(keys("list", "--limit", "2").exits(0).err()).contains("More: --after ");
    keys("list", "--user", USER, "--address", ADDRESS).exits(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "list --limit 0",
        "list --limit 1001",
        "list --after nonsense",
        "list --user 7",
        "list --address 0x00",
        "list --permission a:*:b",
        "list --tier gold",
        "list --state gone",
        "show",
        "show nosuch",
        "show 11111111-1111-4111-8111-111111111119",
        "show %",
        "update nosuch --name x",
        "revoke",
        "rotate nosuch --overlap soon",
        "usage --month 2026-13",
        "usage --from 2026-02-01 --to 2026-01-01",
        "usage --month 2026-01 --from 2026-01-01",
        "seed",
        "seed --dev --email a@b",
        "seed --email nonsense",
        "purge --older-than forever",
        "create",
      })
  void refusesBadUsage(String line) {
    Result result = keys(line.split(" ")).exits(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).startsWith("error: ");
  }

  @Test
  void reportsEachFaultOfANewKey() {
    Result refused =
        keys(
                "create",
                "--user",
                USER,
                "--address",
                ADDRESS,
                "--name",
                "\u001b[31mred",
                "--permission",
                "rpc",
                "--rate-limit",
                "0",
                "--quota",
                "-1")
            .exits(2);
    assertThat(refused.errors()).hasSize(3);
    assertThat(refused.err()).doesNotContain("\u001b");
    assertThat(
            keys("create", "--user", "x", "--address", "y", "--name", "n", "--permission", "z")
                .exits(2)
                .errors())
        .hasSize(3)
        .first()
        .asString()
        .startsWith("--user");
    String lower = ADDRESS.replace("0x5aA", "0x5AA");
    assertThat(
            keys("create", "--user", USER, "--address", lower, "--name", "n", "--permission", "rpc")
                .exits(2)
                .err())
        .contains("EIP-55");
    String[] past = {"--expires", "2020-01-01"};
    List<String> args =
        new ArrayList<>(List.of("create", "--user", USER, "--address", ADDRESS, "--name", "n"));
    args.addAll(List.of("--permission", "rpc"));
    args.addAll(List.of(past));
    assertThat(keys(args.toArray(String[]::new)).exits(2).err()).contains("expired already");
  }

  @Test
  void updatesWhatIsNamedAndNothingElse() {
    String shown = create("--rate-limit", "5", "--expires", "12h").substring(0, 12);
    JsonNode updated =
        keys(
                "update",
                shown,
                "--tier",
                "pro",
                "--rate-limit",
                "tier",
                "--permission",
                "rpc_write,logs:*:read",
                "--expires",
                "never",
                "--by",
                "ada",
                "--reason",
                "a contract",
                "--json")
            .exits(0)
            .json();
    assertThat(updated.get("name").textValue()).isEqualTo("indexer");
    assertThat(updated.get("tier").textValue()).isEqualTo("pro");
    assertThat(updated.get("rateLimitPerMinute").isNull()).isTrue();
    assertThat(updated.get("expiresAt").isNull()).isTrue();
    assertThat(updated.get("permissions")).hasSize(2);
    assertThat(keys("update", shown).exits(2).err()).contains("nothing to change");
    assertThat(keys("show", shown).exits(0).out())
        .contains("by ada: a contract [")
        .contains("tier: free → pro")
        .contains("600 a minute (the tier's)");
  }

  @Test
  void rotatesWithAnOverlapThatCanBeEnded() {
    String old = create();
    String shown = old.substring(0, 12);
    Result rotated = keys("rotate", shown).exits(0);
    String next = rotated.out().strip();
    assertThat(next).matches(KEY).isNotEqualTo(old);
    assertThat(rotated.err()).contains("works until").contains("revoke --previous");
    verify(old).exits(0);
    verify(next).exits(0);
    // Still found by what it was.
    assertThat(keys("revoke", "--previous", shown).exits(0).out()).startsWith("1 earlier values");
    assertThat(verify(old).exits(1).out()).contains("unknown");
    verify(next).exits(0);
    String last = keys("rotate", next.substring(0, 12), "--overlap", "0").exits(0).out().strip();
    verify(next).exits(1);
    verify(last).exits(0);
    assertThat(keys("rotate", last.substring(0, 12), "--overlap", "91d").exits(2).err())
        .contains("90 days");
  }

  @Test
  void revokesAllOrNone() {
    String one = create();
    String two = create();
    keys("revoke", one.substring(0, 12), "nosuch").exits(2);
    verify(one).exits(0);
    keys("revoke", one.substring(0, 12), two.substring(0, 12), "--reason", "leaked").exits(0);
    assertThat(verify(one).exits(1).out()).contains("revoked");
    verify(two).exits(1);
    keys("revoke", one.substring(0, 12)).exits(0);
    assertThat(keys("update", one.substring(0, 12), "--name", "m").exits(4).err())
        .contains("is revoked");
    keys("rotate", one.substring(0, 12)).exits(4);
  }

  @Test
  void purgesAfterAsking() throws Exception {
    String key = create();
    keys("revoke", key.substring(0, 12)).exits(0);
    assertThat(keys("purge", "--dry-run").exits(0).out()).startsWith("0 would be deleted");
    execute("UPDATE api_keys SET revoked_at = now() - interval '91 d'");
    assertThat(keys("purge", "--dry-run").exits(0).out()).startsWith("1 would be deleted");
    assertThat(keys("purge").exits(4).err()).contains("--yes");
    assertThat(keys("purge", "--yes", "--json").exits(0).json().get("purged").intValue()).isOne();
    assertThat(row("SELECT count(*) FROM api_keys")).isEqualTo("0");
    assertThat(row("SELECT string_agg(action, ' ' ORDER BY id) FROM api_key_change"))
        .isEqualTo("create revoke purge");
  }

  @Test
  void seedsOnce() throws Exception {
    String key =
        keys("seed", "--email", "Admin@example.com", "--tier", "scale").exits(0).out().strip();
    verify(key, "--permission", "rpc").exits(0);
    Result again = keys("seed", "--email", "admin@Example.com", "--tier", "pro").exits(0);
    assertThat(again.out()).isEmpty();
    assertThat(again.err()).contains("already there").contains("pro");
    assertThat(row("SELECT count(*) || tier FROM api_keys GROUP BY tier")).isEqualTo("1pro");
    assertThat(
            keys("seed", "--email", "admin@example.com", "--json")
                .exits(0)
                .json()
                .get("key")
                .isNull())
        .isTrue();
  }

  @Test
  void seedsTheDashboardsUsers() throws Exception {
    execute(
        "CREATE TABLE \"user\" (id UUID PRIMARY KEY, email TEXT);"
            + " INSERT INTO \"user\" VALUES ('%s', 'Ada@example.com')".formatted(USER));
    keys("seed", "--email", "ada@example.com").exits(0);
    assertThat(row("SELECT user_id FROM api_keys")).isEqualTo(USER);
    assertThat(keys("seed", "--email", "eve@example.com").exits(2).err()).contains("sign up");
    execute("ALTER TABLE \"user\" DROP COLUMN email");
    assertThat(keys("seed", "--email", "ada@example.com").exits(2).err()).contains("no column");
  }

  @Test
  void seedsTheDevelopmentKeysOnlyForDevelopment() throws Exception {
    assertThat(keys("seed", "--dev").exits(0).out().lines()).hasSize(4);
    assertThat(keys("seed", "--dev").exits(0).out()).isEmpty();
    execute("UPDATE gateway_metadata SET environment = 'production'; DELETE FROM api_keys");
    assertThat(keys("seed", "--dev").exits(4).err()).contains("production");
    execute("UPDATE gateway_metadata SET environment = 'development'");
    assertThat(keys("seed", "--dev", "--json").exits(0).json().get("keys")).hasSize(3);
  }

  @Test
  void countsUse() throws Exception {
    String shown = create().substring(0, 12);
    execute(
        "INSERT INTO api_key_usage SELECT id, date '2026-01-31', 5 FROM api_keys;"
            + " INSERT INTO api_key_usage SELECT id, date '2026-02-01', 7 FROM api_keys");
    JsonNode year =
        keys("usage", "--from", "2026-01-01", "--to", "2026-12-31", "--by", "month", "--json")
            .exits(0)
            .json();
    assertThat(year.get("total").longValue()).isEqualTo(12);
    assertThat(year.get("rows").get(0).get("month").textValue()).isEqualTo("2026-01");
    assertThat(keys("usage", shown, "--month", "2026-02").exits(0).out().lines())
        .containsExactly("DAY         REQUESTS", "2026-02-01  7", "total       7");
    assertThat(
            keys("usage", "--user", USER, "--month", "2026-01", "--json")
                .exits(0)
                .json()
                .get("rows")
                .get(0)
                .get("requests")
                .longValue())
        .isEqualTo(5);
    keys("usage").exits(0);
  }

  @Test
  void namesThatOthersStoredAreNoThreatToTheTerminal() throws Exception {
    create();
    execute(
        "UPDATE api_keys SET name = E'\\x1b[2Jgone\\u202Eevil', permissions = '[\"\\u001b[31m\"]'");
    String shown = row("SELECT key_prefix FROM api_keys");
    for (String[] args : new String[][] {{"list"}, {"show", shown}, {"revoke", shown}}) {
      assertThat(keys(args).exits(0).out()).doesNotContain("\u001b").doesNotContain("\u202E");
    }
  }

  @Test
  void thePepperComesFromTheEnvironment() {
    String plain = create();
    Project unpeppered = project;
    project = project.with("GWDB_KEY_PEPPER", "ab".repeat(32));
    String peppered = create();
    verify(plain).exits(0);
    verify(peppered).exits(0);
    assertThat(
            keys("show", peppered.substring(0, 12), "--json")
                .exits(0)
                .json()
                .get("pepperId")
                .textValue())
        .matches("[0-9a-f]{16}");
    project = unpeppered;
    assertThat(verify(peppered).exits(1).out()).contains("unknown");
    project = unpeppered.with("GWDB_KEY_PEPPER", "canary");
    Result refused = keys("list").exits(2);
    assertThat(refused.err()).contains("GWDB_KEY_PEPPER: pepper 1 of 1").doesNotContain("canary");
  }

  @Test
  void aDatabaseThatIsAwayOrOldIsNamed(ScratchDatabase empty) {
    project = Project.in(folder).with("DATABASE_URL", "postgres://u@127.0.0.1:1/d");
    assertThat(keys("list").exits(3).err()).contains("Failed to connect to database");
    project = Project.in(folder).with(empty);
    assertThat(keys("list").exits(5).err()).contains("gwdb migrate");
  }
}
