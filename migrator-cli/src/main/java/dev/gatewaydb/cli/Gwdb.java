package dev.gatewaydb.cli;

/** The command's entry point. */
public final class Gwdb {
  private Gwdb() {}

  /** Runs the command line and exits with its code. */
  public static void main(String[] args) {
    System.out.println("gwdb");
  }
}
