package dev.gatewaydb.migrator.layout;

import dev.gatewaydb.migrator.layout.NumberedName.Direction;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Reads sqlx's and golang-migrate's files. As with these tools, sub-folders are not looked into,
 * and versions are numbers: 001 is 1.
 */
final class NumberedLayout {
  /** Both keep versions in a bigint. */
  private static final BigInteger LARGEST = BigInteger.valueOf(Long.MAX_VALUE);

  private static final Pattern PAIRED = Pattern.compile("(?i).*\\.(?:up|down)\\.sql");

  private final Layout layout;
  private final FolderFiles files;
  private final Map<BigInteger, NumberedName> names = new TreeMap<>();
  private final Map<BigInteger, MigrationFile> ups = new HashMap<>();
  private final Map<BigInteger, MigrationFile> downs = new TreeMap<>();
  private final Set<BigInteger> faulty = new HashSet<>();

  NumberedLayout(Path folder, Layout layout) {
    this.layout = layout;
    this.files =
        new FolderFiles(folder, name -> ours(name).filter(NumberedName::hasNumber).isPresent());
  }

  private Optional<NumberedName> ours(String fileName) {
    Optional<NumberedName> name = NumberedName.parse(fileName);
    return layout == Layout.SQLX
        ? name.filter(n -> fileName.endsWith(".sql"))
        : name.filter(n -> n.direction() != Direction.UNSAID);
  }

  MigrationSet read() {
    files.paths().forEach(this::take);
    downs.forEach(
        (number, down) -> {
          if (!ups.containsKey(number) && !faulty.contains(number)) {
            files.fault(down.path(), "no up file with version " + number);
          }
        });
    files.requireSound();
    Map<String, String> settings = new HashMap<>();
    List<Migration> migrations = new ArrayList<>();
    names.forEach(
        (number, name) -> {
          MigrationFile up = Objects.requireNonNull(ups.get(number));
          migrations.add(
              new Migration(
                  name.version(),
                  name.description(),
                  up,
                  Optional.ofNullable(downs.get(number)).filter(this::undoesSomething)));
          if (MigrationSet.asksForNoTransaction(up)) {
            settings.put(up.path(), MigrationSet.OUT_OF_TRANSACTION);
          }
        });
    return new MigrationSet(layout, migrations, List.of(), List.of(), settings, files.ignored());
  }

  /** An empty down script would take back the history's row and leave what the up script made. */
  private boolean undoesSomething(MigrationFile down) {
    if (down.text().isBlank()) {
      files.ignore(down.path());
      return false;
    }
    return true;
  }

  private void take(String path) {
    Optional<NumberedName> name = path.contains("/") ? Optional.empty() : ours(path);
    if (name.filter(NumberedName::hasNumber).isPresent()) {
      place(path, name.get());
    } else if (name.isPresent()) {
      files.fault(
          path,
          "version '%s' is not a number, as %s wants it"
              .formatted(name.get().version(), layout.label()));
    } else if (layout == Layout.GOLANG_MIGRATE && !path.contains("/") && isNearMiss(path)) {
      files.fault(path, "name must look like 000001_what_it_does.up.sql");
    } else {
      files.ignore(path);
    }
  }

  private static boolean isNearMiss(String path) {
    return !path.startsWith(".") && PAIRED.matcher(path).matches();
  }

  private void place(String path, NumberedName name) {
    BigInteger number = new BigInteger(name.version());
    if (number.compareTo(LARGEST) > 0) {
      files.fault(path, "version %s is larger than %s".formatted(name.version(), LARGEST));
      return;
    }
    Optional<MigrationFile> file = files.readSql(path);
    if (file.isEmpty()) {
      faulty.add(number);
    } else if (name.direction() == Direction.DOWN) {
      putOnce(downs, number, file.get());
    } else {
      files.requireContent(file.get());
      putOnce(ups, number, file.get());
      names.putIfAbsent(number, name);
    }
  }

  private void putOnce(
      Map<BigInteger, MigrationFile> found, BigInteger number, MigrationFile file) {
    MigrationFile other = found.putIfAbsent(number, file);
    if (other != null) {
      files.fault(file.path(), "version %s is taken by %s".formatted(number, other.path()));
    }
  }
}
