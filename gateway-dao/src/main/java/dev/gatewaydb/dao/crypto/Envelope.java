package dev.gatewaydb.dao.crypto;

import dev.gatewaydb.dao.SecretException;
import dev.gatewaydb.dao.SecretException.Code;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The header of our format: {@code "GW"}, format 1, algorithm, key generation (u32), then bytes.
 */
record Envelope(Algorithm algorithm, int generation) {
  static final int HEADER_BYTES = 8;

  private static final byte[] MAGIC = {'G', 'W'};
  private static final byte FORMAT = 1;
  private static final int ALGORITHM_AT = 3;
  private static final int GENERATION_AT = 4;

  /** What can't be an envelope is told apart by its code. */
  static Envelope parse(byte[] bytes) throws SecretException {
    if (bytes.length == 0) {
      throw new SecretException(Code.EMPTY);
    }
    int known = Math.min(bytes.length, MAGIC.length);
    if (!Arrays.equals(bytes, 0, known, MAGIC, 0, known)) {
      throw new SecretException(Code.NOT_AN_ENVELOPE);
    }
    if (bytes.length < HEADER_BYTES) {
      throw new SecretException(Code.TRUNCATED);
    }
    if (bytes[MAGIC.length] != FORMAT) {
      throw new SecretException(Code.UNKNOWN_FORMAT);
    }
    Algorithm algorithm = Algorithm.of(bytes[ALGORITHM_AT]);
    if (algorithm == null) {
      throw new SecretException(Code.UNKNOWN_ALGORITHM);
    }
    if (bytes.length < HEADER_BYTES + algorithm.overhead()) {
      throw new SecretException(Code.TRUNCATED);
    }
    return new Envelope(algorithm, ByteBuffer.wrap(bytes).getInt(GENERATION_AT));
  }

  byte[] header() {
    return ByteBuffer.allocate(HEADER_BYTES)
        .put(MAGIC)
        .put(FORMAT)
        .put((byte) algorithm.number())
        .putInt(generation)
        .array();
  }
}
