package dev.gatewaydb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gatewaydb.dao.EthereumAddress;
import dev.gatewaydb.dao.ref.EncryptedRefStore;
import dev.gatewaydb.dao.ref.RefEnvelope;
import dev.gatewaydb.dao.ref.RefScope;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.Migrated;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(ScratchPostgres.class)
final class RefsTest {
  private static final String CLIENT = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

  private final Project project;

  RefsTest(@TempDir Path folder) {
    this.project = Project.in(folder);
  }

  private static Result run(Project project, String input, String... args) {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
    try {
      return project.run(args);
    } finally {
      System.setIn(before);
    }
  }

  private Result seal(String... recipient) {
    return run(
        project,
        "c4n4ry\n",
        "refs",
        "seal",
        "--policy-client",
        CLIENT,
        "--chain-id",
        "5",
        recipient[0],
        recipient[1]);
  }

  @Test
  void whatIsSealedOpensWithItsKey() throws Exception {
    Result sealed = seal("--new-key", "key").exits(0);
    assertThat(sealed.err()).isEmpty();
    assertThat(sealed.out()).doesNotContain("c4n4ry");
    Path key = project.directory().resolve("key");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("rw-------");
    assertThat(run(project, sealed.out(), "refs", "open", "--key-file", "key").exits(0).out())
        .isEqualTo("c4n4ry\n");
    assertThat(
            run(project, sealed.out(), "refs", "open", "--key-file", "key", "--info", "00")
                .exits(5)
                .err())
        .contains("the envelope can't be opened", "another --info")
        .doesNotContain("secrets verify");
    run(project, "{}", "refs", "open", "--key-file", "key").exits(2);
    run(project, sealed.out(), "refs", "open", "--key-file", "none").exits(2);
    seal("--new-key", "key").exits(2);

    String recipient = sealed.json().get("recipient_pubkey").textValue();
    Result again = seal("--recipient", recipient).exits(0);
    assertThat(again.out()).isNotEqualTo(sealed.out());
    assertThat(run(project, again.out(), "refs", "open", "--key-file", "key").exits(0).out())
        .isEqualTo("c4n4ry\n");
    seal("--recipient", "00").exits(2);
    seal("--recipient", "").exits(2);
  }

  @Test
  void dataThatIsTooLargeLeavesNoKeyBehind() {
    run(
            project,
            "x".repeat(RefEnvelope.MOST_BYTES),
            "refs",
            "seal",
            "--policy-client",
            CLIENT,
            "--chain-id",
            "5",
            "--new-key",
            "key")
        .exits(2);
    assertThat(project.directory().resolve("key")).doesNotExist();
  }

  @Test
  void listsAndPurges(@Migrated ScratchDatabase database) throws Exception {
    String json = seal("--new-key", "key").exits(0).out();
    RefEnvelope envelope = RefEnvelope.parse(json.strip().getBytes(StandardCharsets.UTF_8));
    EncryptedRefStore store = new EncryptedRefStore(database.dataSource());
    RefScope scope =
        new RefScope(EthereumAddress.parse(CLIENT), envelope.policyClient(), envelope.recipient());
    UUID lasting = store.put(scope, envelope, Optional.empty(), Optional.empty());
    UUID mortal = store.put(scope, envelope, Optional.empty(), Optional.of(Duration.ofSeconds(60)));
    Project connected = project.with(database);
    JsonNode refs = run(connected, "", "refs", "list", "--json").exits(0).json().get("refs");
    assertThat(refs).hasSize(2);
    assertThat(run(connected, "", "refs", "list").exits(0).out())
        .contains(lasting.toString(), mortal.toString(), CLIENT, "never");
    JsonNode page = run(connected, "", "refs", "list", "--limit", "1", "--json").exits(0).json();
    JsonNode next =
        run(connected, "", "refs", "list", "--after", page.get("next").textValue(), "--json")
            .exits(0)
            .json();
    assertThat(next.get("refs").get(0).get("id")).isEqualTo(refs.get(1).get("id"));

    Sql.execute(
        database, "UPDATE encrypted_data_refs SET expires_at = now() WHERE expires_at IS NOT NULL");
    assertThat(
            run(connected, "", "refs", "list", "--expired", "--json").exits(0).json().get("refs"))
        .hasSize(1);
    assertThat(run(connected, "", "refs", "purge", "--dry-run").exits(0).out())
        .isEqualTo("1 would be deleted\n");
    assertThat(
            run(connected, "", "refs", "purge", "--json").exits(0).json().get("purged").intValue())
        .isEqualTo(1);
    assertThat(run(connected, "", "refs", "purge").exits(0).out()).isEqualTo("0 deleted\n");
    run(connected, "", "refs", "list", "--limit", "0").exits(2);
    assertThat(run(connected, "", "refs", "list", "--after", "x").exits(2).errors())
        .containsExactly("--after takes an id, a UUID");
  }
}
