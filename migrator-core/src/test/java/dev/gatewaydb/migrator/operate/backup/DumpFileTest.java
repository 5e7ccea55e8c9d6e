package dev.gatewaydb.migrator.operate.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.RefusedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is taken for a dump, and for a whole one. */
final class DumpFileTest {
  private static final String START = "--\n-- PostgreSQL database dump\n--\n\n\\restrict abc\n";
  private static final String END =
      "--\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict abc\n";

  @TempDir private Path folder;

  private Path write(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("file.sql"), bytes);
  }

  private DumpFile sql(String text) throws IOException {
    return DumpFile.of(write(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  @Test
  void kindsAreToldByTheirBytes() throws IOException {
    assertThat(DumpFile.of(write("PGDMP\1\0".getBytes(StandardCharsets.UTF_8))).archive()).isTrue();
    assertThat(sql("SELECT 1;").gzip()).isFalse();
    assertThat(DumpFile.of(write(gzip("SELECT 1;"))).gzip()).isTrue();
    for (byte[] bytes :
        new byte[][] {
          {},
          "\n\n".getBytes(StandardCharsets.UTF_8),
          {1, 0, 2},
          gzip("PGDMP"),
          {0x1f, (byte) 0x8b, 8}
        }) {
      write(bytes);
      assertThatThrownBy(() -> DumpFile.of(folder.resolve("file.sql")))
          .isInstanceOf(RefusedException.class);
    }
    Path other = Files.writeString(folder.resolve("x.dump.json"), "{}");
    assertThatThrownBy(() -> DumpFile.of(other))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> assertThat(e.nextStep()).contains("name the .dump beside it"));
    Path named = Files.writeString(folder.resolve("any"), "--\n-- PostgreSQL database dump\n--\n");
    assertThat(DumpFile.of(named).archive()).isFalse();
    assertThatThrownBy(() -> DumpFile.of(folder)).isInstanceOf(ConfigurationException.class);
    assertThatThrownBy(() -> DumpFile.of(folder.resolve("no")))
        .isInstanceOf(ConfigurationException.class);
  }

  @Test
  void aWholeDumpHasAnEnd() throws IOException {
    String rows = "COPY public.t (a) FROM stdin;\n-- PostgreSQL database dump\n\\connect x\n\\.\n";
    String whole = START + rows + END;
    assertThatCode(sql(whole)::requireWholeSql).doesNotThrowAnyException();
    assertThatCode(sql(whole.replace("\n", "\r\n"))::requireWholeSql).doesNotThrowAnyException();
    assertThatCode(sql("CREATE TABLE by_hand (id int);")::requireWholeSql)
        .doesNotThrowAnyException();
    assertThatCode(sql("\\." + "x".repeat(100_000))::requireWholeSql).doesNotThrowAnyException();
    for (int length : new int[] {40, START.length() + 35, (START + rows).length()}) {
      DumpFile cut = sql(whole.substring(0, length));
      assertThatThrownBy(cut::requireWholeSql)
          .as("%d", length)
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("truncated");
    }
  }

  @Test
  void halfACompressedFileIsRefused() throws IOException {
    byte[] whole = gzip(START + "SELECT 1;\n".repeat(1000) + END);
    assertThatCode(DumpFile.of(write(whole))::requireWholeSql).doesNotThrowAnyException();
    DumpFile cut = DumpFile.of(write(Arrays.copyOf(whole, whole.length - 4)));
    assertThatThrownBy(cut::requireWholeSql).isInstanceOf(RefusedException.class);
    byte[] flipped = whole.clone();
    flipped[whole.length - 6] ^= 1;
    DumpFile damaged = DumpFile.of(write(flipped));
    assertThatThrownBy(damaged::requireWholeSql).isInstanceOf(RefusedException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-- PostgreSQL database cluster dump\n",
        "\\connect other\n",
        "\\c other\n",
        "\\connect -reuse-previous=on \"dbname='x'\"\n"
      })
  void whatGoesElsewhereIsRefused(String text) throws IOException {
    DumpFile dump = sql("SELECT 1;\n" + text);
    assertThatThrownBy(dump::requireWholeSql)
        .isInstanceOf(RefusedException.class)
        .hasMessageNotContaining("truncated");
  }
}
