package dev.gatewaydb.cli;

/** What the launcher runs once while the JVM records which classes a start needs. */
final class Training {
  private Training() {}

  /** Runs the common commands; anything but exit code 0 makes the launcher go without a cache. */
  public static void main(String[] args) {
    System.out.println("training");
  }
}
