package dev.gatewaydb.cli;

import java.util.Locale;

/**
 * One step of the doctor's.
 *
 * @param nextStep what to do; empty when there is nothing to do
 */
record Finding(String step, Verdict verdict, String detail, String nextStep) {
  enum Verdict {
    OK,
    NOTE,
    FAIL;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Finding ok(String step, String detail) {
    return new Finding(step, Verdict.OK, detail, "");
  }

  static Finding note(String step, String detail, String nextStep) {
    return new Finding(step, Verdict.NOTE, detail, nextStep);
  }

  static Finding fail(String step, String detail, String nextStep) {
    return new Finding(step, Verdict.FAIL, detail, nextStep);
  }
}
