package dev.gatewaydb.cli;

import dev.gatewaydb.dao.SecretException;
import dev.gatewaydb.dao.crypto.SecretBytes;
import dev.gatewaydb.dao.ref.RefEnvelope;
import dev.gatewaydb.dao.ref.RefSealing;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.FailedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "open",
    description = {
      "Open the envelope on stdin and print its data, for development. Needs no database.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = "  gwdb refs open --key-file key < envelope.json")
final class RefsOpen implements Callable<Integer> {
  @Mixin private RefInfoOption info = new RefInfoOption();

  @Option(
      names = "--key-file",
      required = true,
      paramLabel = "FILE",
      description = "The recipient's X25519 private key, 64 hexadecimal digits.")
  private String keyFile = "";

  private final Context context;

  RefsOpen(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    byte[] bytes = info.bytes();
    try (SecretBytes key = privateKey();
        SecretBytes data =
            RefSealing.open(
                RefEnvelope.parse(StandardInput.read("the envelope", RefEnvelope.MOST_BYTES)),
                bytes,
                key)) {
      context.console().bytes(data.reveal());
      return ExitCode.DONE;
    } catch (SecretException e) {
      throw new FailedException(
          "the envelope can't be opened",
          "It is for another key, was sealed with another --info, or was changed.",
          e);
    }
  }

  private SecretBytes privateKey() {
    Path file = context.surroundings().directory().resolve(keyFile);
    try {
      String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
      return SecretBytes.of(HexFormat.of().parseHex(text));
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(file + " does not hold hexadecimal digits", "");
    } catch (IOException e) {
      String why = Files.exists(file) ? "can't be read as text" : "is not there";
      throw new ConfigurationException("%s %s".formatted(file, why), "");
    }
  }
}
