package dev.gatewaydb.migrator;

import dev.gatewaydb.migrator.layout.Layout;
import dev.gatewaydb.migrator.layout.Migration;
import dev.gatewaydb.migrator.layout.MigrationFile;
import dev.gatewaydb.migrator.layout.MigrationSet;
import java.io.Reader;
import java.io.StringReader;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.resource.LoadableResource;
import org.jspecify.annotations.Nullable;

/** Hands Flyway the files of a {@link MigrationSet} and nothing else from the folder. */
final class ServedResources implements ResourceProvider {
  private final Map<String, LoadableResource> byPath = new LinkedHashMap<>();
  private final List<LoadableResource> scripts;

  ServedResources(MigrationSet set) {
    if (set.layout() == Layout.FLYWAY) {
      set.migrations().stream().map(Migration::up).forEach(this::serve);
    }
    set.repeatables().forEach(this::serve);
    set.callbacks().forEach(this::serve);
    scripts = List.copyOf(byPath.values());
    set.scriptSettings()
        .forEach((script, text) -> serve(new MigrationFile(script + ".conf", text)));
  }

  private void serve(MigrationFile file) {
    byPath.put(file.path(), new Served(file));
  }

  static LoadableResource served(MigrationFile file) {
    return new Served(file);
  }

  @Override
  public @Nullable LoadableResource getResource(String name) {
    return byPath.get(name);
  }

  @Override
  public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
    return scripts.stream()
        .filter(r -> r.getFilename().startsWith(prefix))
        .filter(r -> Arrays.stream(suffixes).anyMatch(r.getFilename()::endsWith))
        .toList();
  }

  private static final class Served extends LoadableResource {
    private final MigrationFile file;

    Served(MigrationFile file) {
      this.file = file;
    }

    @Override
    public Reader read() {
      return new StringReader(file.text());
    }

    @Override
    public String getAbsolutePath() {
      return file.path();
    }

    @Override
    public String getAbsolutePathOnDisk() {
      return file.path();
    }

    @Override
    public String getFilename() {
      return file.name();
    }

    @Override
    public String getRelativePath() {
      return file.path();
    }
  }
}
