package dev.gatewaydb.dao.ref;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatewaydb.dao.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RefEnvelopeTest {
  private static final String KEY = "ab".repeat(32);
  private static final String GOOD =
      """
      {"enc": "%s", "ciphertext": "%s", "more": {"any": [1, {}]},
       "policy_client": "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", "chain_id": 11155111,
       "recipient_pubkey": "0x%s"}
      """
          .formatted(KEY, "cd".repeat(20), KEY);

  private static RefEnvelope parse(String json) {
    return RefEnvelope.parse(json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void keepsTheBytesAndReadsTheFields() {
    RefEnvelope envelope = parse(GOOD);
    assertThat(envelope.bytes()).isEqualTo(GOOD.getBytes(StandardCharsets.UTF_8));
    assertThat(envelope.chainId()).isEqualTo(11155111);
    assertThat(envelope.recipient()).hasToString(KEY);
    assertThat(envelope.policyClient()).hasToString("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");
    assertThat(HexFormat.of().formatHex(envelope.sealed())).isEqualTo(KEY + "cd".repeat(20));
  }

  @Test
  void readsBase64InBothAlphabets() {
    byte[] key = HexFormat.of().parseHex("fbff".repeat(16));
    for (Base64.Encoder encoder :
        new Base64.Encoder[] {
          Base64.getEncoder(), Base64.getUrlEncoder(), Base64.getUrlEncoder().withoutPadding()
        }) {
      RefEnvelope envelope = parse(GOOD.replace("0x" + KEY, encoder.encodeToString(key)));
      assertThat(envelope.recipient().bytes()).isEqualTo(key);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "enc": "                    | "enc": "!             | enc is neither hexadecimal nor base64
          "enc": "ab                  | "enc": "              | enc has 31 bytes, not 32
          "recipient_pubkey": "0xab   | "recipient_pubkey": " | recipient_pubkey has 31 bytes, not 32
          "chain_id": 11155111        | "chain_id": -1        | chain_id is not a number from 0 to 9223372036854775807
          "chain_id": 11155111        | "chain_id": 9223372036854775808 | chain_id is not a number from 0 to 9223372036854775807
          "chain_id": 11155111        | "chain_id": 1.5       | chain_id is neither text nor a whole number
          "chain_id": 11155111        | "chain_id": null      | chain_id is neither text nor a whole number
          "chain_id": 11155111        | "chain": 1            | chain_id is missing
          0x5aaeb6053f                | 0x5AAeb6053f          | policy_client: the address's checksum (EIP-55, its letters' case) is wrong: check each character; an address in lower case is taken without one
          """)
  void namesTheFieldThatIsWrong(String part, String instead, String fault) {
    assertThatThrownBy(() -> parse(GOOD.replaceFirst(part, instead)))
        .isInstanceOfSatisfying(
            InvalidInputException.class,
            e -> assertThat(e.faults()).containsExactly("the envelope: " + fault));
  }

  @Test
  void namesEverythingThatIsWrong() {
    assertThatThrownBy(() -> parse("{\"ciphertext\": \"aa\", \"policy_client\": \"x\"}"))
        .isInstanceOfSatisfying(
            InvalidInputException.class, e -> assertThat(e.faults()).hasSize(5));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "[]",
        "null",
        "\"text\"",
        "{",
        "{\"enc\": ",
        "{} {}",
        "{\"enc\": \"00\", \"enc\": \"01\"}",
        "{\"enc\": \"\\ud8\"}",
        "{\"a\": [[[[",
        "{enc: 1}",
      })
  void refusesWhatIsNoObject(String json) {
    assertThatThrownBy(() -> parse(json)).isInstanceOf(InvalidInputException.class);
  }

  @Test
  void refusesBytesThatAreNoTextAndDeepNesting() {
    byte[] bytes = GOOD.getBytes(StandardCharsets.UTF_8);
    bytes[10] = (byte) 0xC3;
    assertThatThrownBy(() -> RefEnvelope.parse(bytes)).isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> parse("{\"a\":" + "[".repeat(100_000)))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void aMebibyteIsTheMost() {
    int free = RefEnvelope.MOST_BYTES - GOOD.getBytes(StandardCharsets.UTF_8).length;
    assertThat(parse(GOOD + " ".repeat(free)).bytes()).hasSize(RefEnvelope.MOST_BYTES);
    assertThatThrownBy(() -> parse(GOOD + " ".repeat(free + 1)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("the envelope has 1048577 bytes; 1048576 is the most");
  }
}
