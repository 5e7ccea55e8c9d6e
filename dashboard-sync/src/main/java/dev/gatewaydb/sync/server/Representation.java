package dev.gatewaydb.sync.server;

import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** A text in memory, plain and compressed, each with its entity tag. */
final class Representation {
  private static final Pattern TAG = Pattern.compile("(?:W/)?\"([^\"]*)\"");

  private final String contentType;
  private final byte[] plain;
  private final byte[] zipped;
  private final String sha256;

  Representation(String contentType, String text) {
    this.contentType = contentType;
    this.plain = text.getBytes(StandardCharsets.UTF_8);
    this.zipped = gzip(plain);
    this.sha256 = sha256(plain);
  }

  /** In hexadecimal, of the plain text. */
  String sha256() {
    return sha256;
  }

  /** Answers with it, or with 304 to somebody who has it already. */
  void answer(Context context) {
    boolean compressed = acceptsGzip(context.header("Accept-Encoding"));
    String tag = sha256 + (compressed ? "-gzip" : "");
    context.header("ETag", '"' + tag + '"').header("Vary", "Accept-Encoding");
    context.header("Cache-Control", "private, no-cache");
    if (isKnown(context.header("If-None-Match"), tag)) {
      context.status(304);
      return;
    }
    context.contentType(contentType);
    if (compressed) {
      context.header("Content-Encoding", "gzip");
    }
    context.result(compressed ? zipped : plain);
  }

  /** See RFC 9110, section 13.1.2: the comparison is the weak one. */
  static boolean isKnown(@Nullable String ifNoneMatch, String tag) {
    if (ifNoneMatch == null) {
      return false;
    }
    if (ifNoneMatch.strip().equals("*")) {
      return true;
    }
    Matcher tags = TAG.matcher(ifNoneMatch);
    while (tags.find()) {
      if (tags.group(1).equals(tag)) {
        return true;
      }
    }
    return false;
  }

  /** See RFC 9110, section 12.5.3. */
  static boolean acceptsGzip(@Nullable String acceptEncoding) {
    if (acceptEncoding == null) {
      return false;
    }
    boolean any = false;
    for (String each : acceptEncoding.split(",", -1)) {
      String[] parts = each.split(";", 2);
      String coding = parts[0].strip();
      boolean wanted = parts.length == 1 || isPositive(parts[1]);
      if (coding.equalsIgnoreCase("gzip") || coding.equalsIgnoreCase("x-gzip")) {
        return wanted;
      }
      any |= coding.equals("*") && wanted;
    }
    return any;
  }

  private static boolean isPositive(String weight) {
    Matcher q = Pattern.compile("\\s*[qQ]\\s*=\\s*([01](?:\\.[0-9]{0,3})?)\\s*").matcher(weight);
    return q.matches() && Double.parseDouble(q.group(1)) > 0;
  }

  private static byte[] gzip(byte[] text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static String sha256(byte[] text) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
