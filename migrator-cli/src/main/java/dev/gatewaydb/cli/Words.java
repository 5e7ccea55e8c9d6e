package dev.gatewaydb.cli;

/** Numbers with their nouns. */
final class Words {
  private Words() {}

  /** {@code 1 row}, {@code 2 rows}. */
  static String count(long number, String one, String many) {
    return number + " " + (number == 1 ? one : many);
  }

  static String unsound(int migrations) {
    return count(migrations, "doesn't fit its file", "don't fit their files");
  }
}
