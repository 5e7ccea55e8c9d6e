package dev.gatewaydb.migrator.catalog;

/**
 * One difference of two schemas.
 *
 * @param object what differs, by its name on the expected side if it is there
 * @param change on which side it is
 * @param property the word of the property that differs; empty when the whole object does
 * @param expected the expected side, as SQL or a word; empty for what isn't there or is as by
 *     default
 * @param actual the other side, likewise
 * @param severity how much it matters
 */
public record Difference(
    ObjectId object,
    Change change,
    String property,
    String expected,
    String actual,
    Severity severity) {

  /** For people, as {@link SchemaDifference#toText} has it. */
  public String toText(String expectedName, String actualName) {
    return DifferenceText.of(this, expectedName, actualName);
  }

  Difference reversed() {
    Change other =
        switch (change) {
          case MISSING -> Change.EXTRA;
          case EXTRA -> Change.MISSING;
          case CHANGED -> Change.CHANGED;
        };
    return new Difference(object, other, property, actual, expected, severity);
  }

  /** On which side the object is. */
  public enum Change {
    /** Expected, but not there. */
    MISSING,
    /** There, but not expected. */
    EXTRA,
    /** On both sides, with another property. */
    CHANGED
  }
}
