package dev.gatewaydb.cli;

/** Numbers with their nouns and units. */
final class Words {
  private Words() {}

  /** {@code 1 row}, {@code 2 rows}. */
  static String count(long number, String one, String many) {
    return number + " " + (number == 1 ? one : many);
  }

  /** {@code 1.5 MiB}, {@code 2.0 GiB}. */
  static String size(long bytes) {
    double mib = (double) bytes / (1 << 20);
    return mib < 1024 ? "%.1f MiB".formatted(mib) : "%.1f GiB".formatted(mib / 1024);
  }

  static String unsound(int migrations) {
    return count(migrations, "doesn't fit its file", "don't fit their files");
  }
}
