package dev.gatewaydb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DotEnvTextTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "A=b|b",
        "  A = b  |b",
        "export A=b|b",
        "export\tA=b|b",
        "A=|``",
        "A= # comment|``",
        "A=#comment|``",
        "A=b # comment|b",
        "A=b#c|b#c",
        "A=b=c|b=c",
        "A=b c|b c",
        "A='b'|b",
        "A='b # c' # d|b # c",
        "A='b\\n$C'|b\\n$C",
        "A=\"b # c\"|b # c",
        "A=\"b \\\"c\\\" \\\\ \\$D $E\"|b \"c\" \\ $D $E",
        "A=\"tab\\there\"|tab\there",
        "A=it's|it's",
        "A=postgres://u:p%23w@h/d?sslmode=require|postgres://u:p%23w@h/d?sslmode=require"
      })
  void reads(String line, String value) {
    for (String end : new String[] {"", "\n", "\r\n"}) {
      DotEnvText text = DotEnvText.parse("# first\n" + line + end);
      assertThat(text.faults()).isEmpty();
      assertThat(text.values()).containsExactly(Map.entry("A", value));
    }
  }

  @Test
  void readsAWholeFile() {
    DotEnvText text =
        DotEnvText.parse(
            "\uFEFF# a comment\r\n\r\nexport A=1\r\nKEY=\"-----BEGIN-----\r\nMII\r\n-----END-----\"\r\nA=2\r\n");
    assertThat(text.faults()).isEmpty();
    assertThat(text.values())
        .containsOnly(Map.entry("A", "2"), Map.entry("KEY", "-----BEGIN-----\nMII\n-----END-----"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "c4n4ry|is not NAME=value or a comment",
        "=c4n4ry|is not NAME=value or a comment",
        "1A=c4n4ry|is not NAME=value or a comment",
        "A B=c4n4ry|is not NAME=value or a comment",
        "A='c4n4ry|opens a quote that is never closed",
        "A=\"c4n4ry\\\"|opens a quote that is never closed",
        "A='c4n''4ry'|goes on after the closing quote"
      })
  void namesTheBrokenLineWithoutItsText(String line, String fault) {
    DotEnvText text = DotEnvText.parse("FIRST=1\n\n" + line + "\nLAST=2\n");
    assertThat(text.faults()).containsExactly("line 3 " + fault);
    assertThat(text.values()).containsOnly(Map.entry("FIRST", "1"), Map.entry("LAST", "2"));
  }

  @Test
  void findsEveryBrokenLine() {
    assertThat(DotEnvText.parse("a b\nOK=\"1\n2\"\nc d\n").faults())
        .containsExactly(
            "line 1 is not NAME=value or a comment", "line 4 is not NAME=value or a comment");
  }

  @Test
  void readsLongValues() {
    String value = "x".repeat(100_000);
    for (String quote : new String[] {"", "'", "\""}) {
      assertThat(DotEnvText.parse("A=" + quote + value + quote + "\n").values())
          .containsEntry("A", value);
    }
    String escapes = "\\n".repeat(50_000);
    assertThat(DotEnvText.parse("A=\"" + escapes + "\"").values())
        .containsEntry("A", "\n".repeat(50_000));
  }
}
