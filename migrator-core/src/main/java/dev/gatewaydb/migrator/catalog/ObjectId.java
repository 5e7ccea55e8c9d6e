package dev.gatewaydb.migrator.catalog;

import java.util.Comparator;

/**
 * Which object is meant, within one database.
 *
 * @param kind what it is
 * @param name as SQL writes it, quoted where needed: {@code public.api_keys}, {@code
 *     public.f(integer)}; parts of a table or type follow its name: {@code public.api_keys.id}
 */
public record ObjectId(ObjectKind kind, String name) implements Comparable<ObjectId> {
  private static final Comparator<ObjectId> ORDER =
      Comparator.comparing(ObjectId::kind).thenComparing(ObjectId::name);

  @Override
  public int compareTo(ObjectId other) {
    return ORDER.compare(this, other);
  }

  /** Such as {@code table public.api_keys}. */
  @Override
  public String toString() {
    return kind.label() + " " + name;
  }
}
