package dev.gatewaydb.dao.key;

import java.nio.ByteBuffer;

/** SHA-256 of a presented key, as the caches know it; in memory only. */
record HashKey(long a, long b, long c, long d) {
  static HashKey of(String key) {
    ByteBuffer hash = ByteBuffer.wrap(KeyHasher.plain(key));
    return new HashKey(hash.getLong(), hash.getLong(), hash.getLong(), hash.getLong());
  }

  @Override
  public int hashCode() {
    return (int) a;
  }
}
