package dev.gatewaydb.sync.github;

/** Text from elsewhere, made fit for one line of a message. */
final class Printable {
  private static final int LONGEST = 300;

  private Printable() {}

  static String of(String text) {
    String line = text.strip().replaceAll("[\\p{Cntrl}\\p{Cf}]+", " ");
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
  }
}
