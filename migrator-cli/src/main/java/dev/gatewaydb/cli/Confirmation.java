package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.error.RefusedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Asks before something that can't be taken back; scripts say {@code --yes}. */
final class Confirmation {
  @Option(names = "--yes", description = "Don't ask.")
  private boolean yes;

  void require(Console console, String question) {
    if (yes) {
      return;
    }
    if (!Boolean.getBoolean("gwdb.terminal")) {
      throw new RefusedException(
          question + " — nobody is there to answer", "Say --yes if this is meant.", null);
    }
    console.ask(question + " [y/N] ");
    String answer = readLine();
    if (answer == null || !answer.strip().toLowerCase(Locale.ROOT).startsWith("y")) {
      throw new RefusedException("not confirmed; nothing was done", "", null);
    }
  }

  private static @Nullable String readLine() {
    try {
      return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
          .readLine();
    } catch (IOException e) {
      throw new FailedException("can't read the answer", "Say --yes if this is meant.", e);
    }
  }
}
