package dev.gatewaydb.dao.key;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** Under which hashes each key is cached: by its current value, and by earlier ones. */
final class HashesById {
  private final Map<UUID, List<HashKey>> hashes = new ConcurrentHashMap<>();

  List<HashKey> of(UUID id) {
    return hashes.getOrDefault(id, List.of());
  }

  void add(UUID id, HashKey hash) {
    hashes.compute(id, (same, known) -> known == null ? List.of(hash) : with(known, hash));
  }

  private static List<HashKey> with(List<HashKey> known, HashKey hash) {
    if (known.contains(hash)) {
      return known;
    }
    List<HashKey> more = new ArrayList<>(known);
    more.add(hash);
    return List.copyOf(more);
  }

  /** Unless it is cached again by now. */
  void remove(UUID id, HashKey hash, Predicate<HashKey> isCached) {
    hashes.computeIfPresent(
        id,
        (same, known) -> {
          List<HashKey> left =
              known.stream().filter(each -> !each.equals(hash) || isCached.test(each)).toList();
          return left.isEmpty() ? null : left;
        });
  }

  int size() {
    return hashes.size();
  }
}
