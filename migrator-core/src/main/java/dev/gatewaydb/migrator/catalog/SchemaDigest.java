package dev.gatewaydb.migrator.catalog;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a schema is, short enough to keep beside its backup: a hash for each object and its parts.
 * Owners, privileges and tablespaces don't count, which are the server's; nor do names that
 * PostgreSQL made up where it may make up others.
 */
public final class SchemaDigest {
  private static final Set<String> OF_THE_SERVER = Set.of("owner", "privileges", "tablespace");

  /**
   * Where definitions read differently once they were loaded from what they read: conditions of
   * triggers gain and lose parentheses, lists of constants get their casts elsewhere.
   */
  private static final Pattern UNSTABLE =
      Pattern.compile(
          "::(?:character varying|bit varying|double precision|time(?:stamp)? with(?:out)? time zone"
              + "|\"[^\"]+\"|[\\w.]+)(?:\\([\\d,]+\\))?(?:\\[\\])*|[()\\s]+");

  /** Enough to tell two apart; nobody gains by a collision. */
  private static final int BYTES = 8;

  private SchemaDigest() {}

  /**
   * Objects to hashes. Only those of servers of the same major version can be compared; the names
   * of the objects always.
   *
   * @return {@code table public.api_keys} and so on, sorted, to 16 hexadecimal digits
   */
  public static Map<String, String> of(SchemaSnapshot snapshot) {
    Meaning meaning = new Meaning(snapshot, snapshot);
    Map<String, StringBuilder> texts = new TreeMap<>();
    for (CatalogObject object : snapshot.objects()) {
      if (object.id().kind() != ObjectKind.DEFAULT_PRIVILEGES) {
        texts
            .computeIfAbsent(
                object.parent().orElse(object.id()).toString(), id -> new StringBuilder())
            .append(object.id())
            .append(object.position())
            .append(text(meaning.of(object)))
            .append('\n');
      }
    }
    Map<String, String> digests = new TreeMap<>();
    texts.forEach((id, text) -> digests.put(id, hash(text.toString())));
    return digests;
  }

  private static String text(Map<String, String> properties) {
    Map<String, String> counting = new TreeMap<>(properties);
    counting.keySet().removeAll(OF_THE_SERVER);
    return UNSTABLE.matcher(counting.toString()).replaceAll("");
  }

  private static String hash(String text) {
    try {
      byte[] whole =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(whole, 0, BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
