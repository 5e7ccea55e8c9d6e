package dev.gatewaydb.dao.crypto;

import com.google.crypto.tink.subtle.Hkdf;
import dev.gatewaydb.dao.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HexFormat;

/**
 * The key that everything hangs on. A key management service fits here: {@link #material} unwraps
 * the key there, once for each {@link KeyRing}.
 */
public interface MasterKey {
  /** How many bytes a key has. */
  int BYTES = 32;

  /** The key, {@value #BYTES} bytes; the caller wipes it. */
  SecretBytes material();

  /**
   * Names the key in envelopes: any 32 bits that no other key of the deployment has. By default 4
   * bytes derived from the key, so that nobody has to number keys; they tell nothing about it.
   */
  default int generation() {
    try (SecretBytes key = material()) {
      byte[] info = "gateway-db key generation".getBytes(StandardCharsets.US_ASCII);
      byte[] derived = Hkdf.computeHkdf("HMACSHA256", key.open(), new byte[0], info, Integer.BYTES);
      return ByteBuffer.wrap(derived).getInt();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HMAC-SHA256", e);
    }
  }

  /**
   * A key as text.
   *
   * @param source where it comes from, for the message: a variable or a file
   * @throws InvalidInputException unless it is 64 hexadecimal digits
   */
  static MasterKey fromHex(String source, String hex) {
    boolean digits = hex.chars().allMatch(c -> c < 128 && HexFormat.isHexDigit(c));
    if (hex.length() != 2 * BYTES || !digits) {
      throw new InvalidInputException(
          "%s must be %d hexadecimal digits (0-9, a-f), but %s; openssl rand -hex %d makes one"
              .formatted(
                  source,
                  2 * BYTES,
                  hex.length() == 2 * BYTES
                      ? "has another character"
                      : "has %d characters".formatted(hex.length()),
                  BYTES));
    }
    SecretBytes key = SecretBytes.owning(HexFormat.of().parseHex(hex));
    return () -> SecretBytes.of(key.open());
  }

  /**
   * A key from a file that holds 64 hexadecimal digits and perhaps a line end.
   *
   * @throws InvalidInputException when it can't be read or holds something else
   */
  static MasterKey fromFile(Path file) {
    // More than any key and its line ends; the rest of a wrong file is not read.
    int most = 1024;
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(most + 1);
      if (bytes.length > most) {
        throw new InvalidInputException(
            "%s has more than %d bytes, so it is no key".formatted(file, most));
      }
      return fromHex(file.toString(), new String(bytes, StandardCharsets.US_ASCII).strip());
    } catch (NoSuchFileException e) {
      throw new InvalidInputException(file + " can't be read: it is not there");
    } catch (AccessDeniedException e) {
      throw new InvalidInputException(file + " can't be read: permission denied");
    } catch (IOException e) {
      throw new InvalidInputException("%s can't be read: %s".formatted(file, e.getMessage()));
    }
  }
}
