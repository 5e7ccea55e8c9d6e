package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.FailedException;
import java.io.IOException;

/** Secrets come in here: as arguments, every process on the machine could read them. */
final class StandardInput {
  private StandardInput() {}

  /** Every byte, line ends included; more than this many are refused. */
  static byte[] read(String what, int most) {
    try {
      byte[] bytes = System.in.readNBytes(most + 1);
      if (bytes.length > most) {
        throw new ConfigurationException(
            "%s on stdin has more than %d bytes".formatted(what, most), "");
      }
      return bytes;
    } catch (IOException e) {
      throw new FailedException("can't read %s from stdin".formatted(what), "", e);
    }
  }
}
