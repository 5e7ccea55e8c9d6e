package dev.gatewaydb.sync.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RepresentationTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          gzip                    | true
          GZIP                    | true
          x-gzip                  | true
          br, gzip;q=0.5          | true
          gzip; q=0.001           | true
          *                       | true
          br, *;q=0.1             | true
          gzip;q=0                | false
          gzip;q=0.000            | false
          gzip;q=0, *             | false
          *;q=0                   | false
          identity                | false
          br                      | false
          ''                      | false
          gzip;q=banana           | false
          gzip;q=                 | false
          ,,;;                    | false
          """)
  void compressesForThoseWhoWantIt(String header, boolean gzip) {
    assertThat(Representation.acceptsGzip(header)).isEqualTo(gzip);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
          "abc"              | true
          W/"abc"            | true
          "x", "abc"         | true
          "x",W/"abc","y"    | true
          *                  | true
          "x"                | false
          "abcd"             | false
          abc                | false
          ''                 | false
          "                  | false
          """)
  void knowsWhatTheClientHas(String header, boolean known) {
    assertThat(Representation.isKnown(header, "abc")).isEqualTo(known);
  }
}
