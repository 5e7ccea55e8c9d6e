package dev.gatewaydb.dao.secret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.crypto.tink.subtle.Ed25519Sign;
import dev.gatewaydb.dao.EthereumAddress;
import dev.gatewaydb.dao.crypto.EncryptionVersion;
import dev.gatewaydb.dao.crypto.KeyRing;
import dev.gatewaydb.dao.crypto.MasterKey;
import dev.gatewaydb.dao.crypto.SecretBytes;
import dev.gatewaydb.dao.ref.EncryptedRefStore;
import dev.gatewaydb.dao.ref.PublicKey;
import dev.gatewaydb.dao.ref.RefEnvelope;
import dev.gatewaydb.dao.ref.RefScope;
import dev.gatewaydb.dao.ref.RefSealing;
import dev.gatewaydb.dao.ref.RefSignature;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.Migrated;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The Java of docs/secrets.md, word for word, compiled and run. */
@ExtendWith(ScratchPostgres.class)
final class SecretsGuideTest {
  private static final Pattern SNIPPET = Pattern.compile("(?s)```java\n(.*?)```");
  private static final EthereumAddress CLIENT =
      EthereumAddress.parse("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed");

  private byte[] used = {};

  @Test
  void secrets(@Migrated ScratchDatabase scratch) {
    DataSource dataSource = scratch.dataSource();
    SecretId id = new SecretId(CLIENT, CLIENT, 1);
    String text = "c4n4ry";
    String other = "c4n4ry 2";
    String hexKey = "ab".repeat(32);
    String salt = "some salt";

    KeyRing ring =
        KeyRing.builder(MasterKey.fromHex("ENCRYPTION_KEY", hexKey))
            .salt(salt.getBytes(UTF_8))
            .build();
    SecretStore store = new SecretStore(dataSource, ring, EncryptionVersion.TENANT_KEY);

    long revision = store.put(id, SecretBytes.ofUtf8(text), SecretStore.NEW);
    try (SecretBytes value = store.get(id).orElseThrow().value()) {
      use(value.reveal());
    }
    store.put(id, SecretBytes.ofUtf8(other), revision);
    assertThat(used).isEqualTo(text.getBytes(UTF_8));
  }

  private void use(byte[] secret) {
    used = secret;
  }

  @Test
  void references(@Migrated ScratchDatabase scratch) throws GeneralSecurityException {
    EncryptedRefStore refs = new EncryptedRefStore(scratch.dataSource());
    Ed25519Sign.KeyPair pair = Ed25519Sign.KeyPair.newKeyPair();
    PublicKey senderKey = PublicKey.of(pair.getPublicKey());
    EthereumAddress sender = EthereumAddress.of(new byte[EthereumAddress.BYTES]);
    PublicKey recipient = RefSealing.publicKey(RefSealing.newPrivateKey());
    byte[] body =
        RefSealing.seal(recipient, CLIENT, 1, new byte[0], SecretBytes.ofUtf8("data")).bytes();
    RefEnvelope sent = RefEnvelope.parse(body);
    byte[] signatureBytes =
        new Ed25519Sign(pair.getPrivateKey())
            .sign(
                RefSignature.canonicalForm(
                    new RefScope(sender, CLIENT, recipient),
                    sent,
                    Optional.of(Duration.ofHours(1))));

    RefEnvelope envelope = RefEnvelope.parse(body);
    RefScope scope = new RefScope(sender, envelope.policyClient(), envelope.recipient());
    RefSignature signature = RefSignature.of(signatureBytes, Optional.of(senderKey));
    UUID id = refs.put(scope, envelope, Optional.of(signature), Optional.of(Duration.ofHours(1)));
    Optional<byte[]> found = refs.resolve(id, scope);

    assertThat(found).hasValueSatisfying(bytes -> assertThat(bytes).isEqualTo(body));
  }

  @Test
  void isWhatTheGuideShows() throws IOException {
    String guide = Files.readString(Path.of("..", "docs", "secrets.md"));
    Path here = Path.of("src/test/java/dev/gatewaydb/dao/secret/SecretsGuideTest.java");
    String source = withoutSpace(Files.readString(here));
    List<String> snippets = SNIPPET.matcher(guide).results().map(match -> match.group(1)).toList();
    assertThat(snippets).hasSize(2);
    assertThat(snippets).allSatisfy(each -> assertThat(source).contains(withoutSpace(each)));
  }

  private static String withoutSpace(String text) {
    return text.replaceAll("\\s+", "");
  }
}
