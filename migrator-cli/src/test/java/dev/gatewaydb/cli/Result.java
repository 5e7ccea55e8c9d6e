package dev.gatewaydb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What one run of the command left behind. */
record Result(int code, String out, String err) {
  Result exits(int expected) {
    assertThat(code).as("exit code; stdout:%n%s%nstderr:%n%s", out, err).isEqualTo(expected);
    return this;
  }

  JsonNode json() {
    try {
      return new ObjectMapper().readTree(out.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new AssertionError("stdout is not JSON:\n" + out + "\nstderr:\n" + err, e);
    }
  }

  /** The lines that start with {@code error:}, without it. */
  List<String> errors() {
    return err.lines()
        .filter(line -> line.startsWith("error: "))
        .map(line -> line.substring("error: ".length()))
        .toList();
  }
}
