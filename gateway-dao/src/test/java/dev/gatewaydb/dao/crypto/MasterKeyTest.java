package dev.gatewaydb.dao.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatewaydb.dao.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MasterKeyTest {
  private static final String HEX =
      "00112233445566778899aabbccddeeffFFEEDDCCBBAA99887766554433221100";

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "c4n4ry",
        "00112233445566778899aabbccddeeffffeeddccbbaa9988776655443322110",
        "00112233445566778899aabbccddeeffffeeddccbbaa998877665544332211000",
        "00112233445566778899aabbccddeeffffeeddccbbaa9988776655443322110g",
        "00112233445566778899aabbccddeeffffeeddccbbaa99887766554433221100\n",
        "００112233445566778899aabbccddeeffffeeddccbbaa998877665544332211",
      })
  void refusesWhatIsNoKeyWithoutRepeatingIt(String text) {
    assertThatThrownBy(() -> MasterKey.fromHex("ENCRYPTION_KEY", text))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("ENCRYPTION_KEY must be 64 hexadecimal digits")
        .extracting(Throwable::getMessage)
        .asString()
        .doesNotContain("c4n4ry")
        .doesNotContain("00112233");
  }

  @Test
  void comesFromAFile() throws IOException {
    Path file = Files.writeString(folder.resolve("key"), HEX + "\n");
    assertThat(MasterKey.fromFile(file).material())
        .isEqualTo(MasterKey.fromHex("x", HEX).material());
    assertThatThrownBy(() -> MasterKey.fromFile(folder.resolve("none")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("it is not there");
    Files.write(file, new byte[] {(byte) 0xFF, 0});
    assertThatThrownBy(() -> MasterKey.fromFile(file)).isInstanceOf(InvalidInputException.class);
  }

  @Test
  void aRingRefusesAKeyOfAnotherSizeAndTheSameKeyTwice() {
    MasterKey key = MasterKey.fromHex("x", HEX);
    MasterKey small = () -> SecretBytes.of(new byte[16]);
    assertThatThrownBy(() -> KeyRing.of(small))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("32 bytes, not 16");
    MasterKey same = MasterKey.fromHex("y", HEX.toLowerCase(java.util.Locale.ROOT));
    assertThatThrownBy(() -> KeyRing.builder(key).reading(same).build())
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void aSecretRedactsComparesAndIsWiped() {
    SecretBytes secret = SecretBytes.ofUtf8("c4n4ry");
    assertThat(secret).hasToString("***").isEqualTo(SecretBytes.ofUtf8("c4n4ry"));
    assertThat(secret)
        .isNotEqualTo(SecretBytes.ofUtf8("c4n4rx"))
        .hasSameHashCodeAs(SecretBytes.ofUtf8(""));
    byte[] revealed = secret.reveal();
    secret.close();
    assertThat(revealed).isEqualTo(new byte[] {'c', '4', 'n', '4', 'r', 'y'});
    assertThat(secret.size()).isEqualTo(6);
    assertThatThrownBy(secret::reveal).isInstanceOf(IllegalStateException.class);
  }
}
