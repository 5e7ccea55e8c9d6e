package dev.gatewaydb.dao.key;

import dev.gatewaydb.dao.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * How keys are hashed: SHA-256, or HMAC-SHA-256 under a pepper, a secret that is kept outside of
 * the database. Several peppers may be valid at once; new hashes use the first. Plain hashes stay
 * valid. {@code toString} shows the peppers' ids alone.
 */
public final class KeyHasher {
  /** Without a pepper. */
  public static final KeyHasher PLAIN = new KeyHasher(List.of());

  private static final int LEAST_PEPPER_DIGITS = 64;
  private static final int ID_DIGITS = 16;
  private static final byte[] ID_LABEL = "gwdb key pepper id".getBytes(StandardCharsets.US_ASCII);
  // Cloning it is cheaper than looking for the algorithm's provider each time.
  private static final MessageDigest SHA_256 = sha256();

  private record Pepper(String id, SecretKeySpec key) {}

  private final List<Pepper> peppers;

  private KeyHasher(List<Pepper> peppers) {
    this.peppers = List.copyOf(peppers);
  }

  /**
   * Reads a setting such as the environment's {@code GWDB_KEY_PEPPER}: peppers separated by commas,
   * the newest first, each of them at least 64 hexadecimal digits ({@code openssl rand -hex 32}). A
   * pepper's id is the beginning of the HMAC of a constant, so that it needs no name.
   *
   * @param setting null or empty: no pepper
   * @throws InvalidInputException naming the place of each one that is wrong, never its text
   */
  public static KeyHasher fromSetting(@Nullable String setting) {
    if (setting == null || setting.isBlank()) {
      return PLAIN;
    }
    List<Pepper> peppers = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    String[] texts = setting.split(",", -1);
    for (int i = 0; i < texts.length; i++) {
      String text = texts[i].strip();
      if (text.length() >= LEAST_PEPPER_DIGITS && text.matches("([0-9A-Fa-f]{2})+")) {
        peppers.add(pepper(HexFormat.of().parseHex(text)));
      } else {
        faults.add(
            "pepper %d of %d is not a whole number of bytes in hexadecimal, at least %d digits"
                .formatted(i + 1, texts.length, LEAST_PEPPER_DIGITS));
      }
    }
    if (!faults.isEmpty()) {
      throw new InvalidInputException(faults);
    }
    return new KeyHasher(peppers);
  }

  private static Pepper pepper(byte[] secret) {
    SecretKeySpec key = new SecretKeySpec(secret, "HmacSHA256");
    String id = HexFormat.of().formatHex(hmac(key, ID_LABEL)).substring(0, ID_DIGITS);
    return new Pepper(id, key);
  }

  /** The pepper of new hashes; empty without one. */
  public Optional<String> currentPepperId() {
    return peppers.stream().findFirst().map(Pepper::id);
  }

  /** What to store for a key. */
  KeyHash hash(String key) {
    return peppers.isEmpty()
        ? new KeyHash(plain(key), Optional.empty())
        : new KeyHash(hmac(peppers.get(0).key(), ascii(key)), Optional.of(peppers.get(0).id()));
  }

  /** Every hash under which a key may be stored. */
  byte[][] candidates(String key) {
    byte[][] hashes = new byte[peppers.size() + 1][];
    for (int i = 0; i < peppers.size(); i++) {
      hashes[i] = hmac(peppers.get(i).key(), ascii(key));
    }
    hashes[peppers.size()] = plain(key);
    return hashes;
  }

  /** SHA-256 of a well-formed key. */
  static byte[] plain(String key) {
    try {
      return ((MessageDigest) SHA_256.clone()).digest(ascii(key));
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("SHA-256 of every Java platform can be cloned", e);
    }
  }

  private static byte[] ascii(String key) {
    return key.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] hmac(SecretKeySpec key, byte[] message) {
    try {
      Mac mac = Mac.getInstance(key.getAlgorithm());
      mac.init(key);
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return "peppers " + peppers.stream().map(Pepper::id).toList();
  }
}
