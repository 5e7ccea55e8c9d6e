package dev.gatewaydb.dao;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EthereumAddressTest {
  private static final String MIXED = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

  /** The examples of EIP-55. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0x52908400098527886E0F7030069857D2E4169EE7",
        "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
        "0xde709f2102306220921060314715629080e2fb77",
        "0x27b1fdb04752bbc536007a920d24acb045561c26",
        MIXED,
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
      })
  void readsAndWritesTheChecksum(String text) {
    EthereumAddress address = EthereumAddress.parse(text);
    assertThat(address).hasToString(text);
    assertThat(address.bytes()).isEqualTo(HexFormat.of().parseHex(text.substring(2)));
    assertThat(EthereumAddress.of(address.bytes())).isEqualTo(address).hasSameHashCodeAs(address);
    String digits = text.substring(2);
    assertThat(EthereumAddress.parse("0x" + digits.toLowerCase(Locale.ROOT))).isEqualTo(address);
    assertThat(EthereumAddress.parse("0x" + digits.toUpperCase(Locale.ROOT))).isEqualTo(address);
  }

  @Test
  void refusesAWrongChecksumAtEveryLetter() {
    for (int i = 2; i < MIXED.length(); i++) {
      char c = MIXED.charAt(i);
      if (Character.isLetter(c)) {
        char other = Character.isUpperCase(c) ? Character.toLowerCase(c) : Character.toUpperCase(c);
        String wrong = MIXED.substring(0, i) + other + MIXED.substring(i + 1);
        assertThatThrownBy(() -> EthereumAddress.parse(wrong))
            .isInstanceOf(InvalidInputException.class)
            .hasMessageContaining("EIP-55");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0x",
        "0xde",
        // 19 and 21 bytes
        "0x5aaeb6053f3e94c9b9a09f33669435e7ef1bea",
        "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed00",
        "0X5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
        "5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
        "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaeg",
        " 0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae",
        // A full-width a, an Arabic digit, a Cyrillic a
        "0x5\uFF41aeb6053f3e94c9b9a09f33669435e7ef1beaed",
        "0x\u0665aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
        "0x5\u0430aeb6053f3e94c9b9a09f33669435e7ef1beaed",
        "0x5aaeb6053f3e94c9b9a09f33669435e7ef1bea\u0000d",
        "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae'",
      })
  void refusesAnythingElse(String text) {
    assertThatThrownBy(() -> EthereumAddress.parse(text)).isInstanceOf(InvalidInputException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 19, 21, 32})
  void has20Bytes(int length) {
    assertThatThrownBy(() -> EthereumAddress.of(new byte[length]))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("20 bytes, not " + length);
  }

  @Test
  void keepsItsBytesToItself() {
    byte[] bytes = new byte[20];
    EthereumAddress address = EthereumAddress.of(bytes);
    bytes[0] = 1;
    address.bytes()[0] = 1;
    assertThat(address.bytes()).containsOnly(0);
  }
}
