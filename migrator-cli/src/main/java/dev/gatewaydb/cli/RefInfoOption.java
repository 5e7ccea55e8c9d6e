package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.error.ConfigurationException;
import java.util.HexFormat;
import picocli.CommandLine.Option;

/** HPKE's application-supplied information. */
final class RefInfoOption {
  @Option(
      names = "--info",
      paramLabel = "HEX",
      description = "HPKE's info, the same for both sides; default: empty.")
  private String info = "";

  byte[] bytes() {
    try {
      return HexFormat.of().parseHex(info);
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException("--info is not hexadecimal", "");
    }
  }
}
