package dev.gatewaydb.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine;

/** The build's version and commit, and the Java that runs it. */
final class Version implements CommandLine.IVersionProvider {
  @Override
  public String[] getVersion() {
    Properties git = new Properties();
    try (InputStream stream = Version.class.getResourceAsStream("git.properties")) {
      if (stream != null) {
        git.load(stream);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("can't read git.properties", e);
    }
    String commit = git.getProperty("git.commit.id.abbrev", "unknown commit");
    String dirty = Boolean.parseBoolean(git.getProperty("git.dirty")) ? ", modified" : "";
    return new String[] {
      "gwdb %s (%s%s)".formatted(git.getProperty("git.build.version", "unknown"), commit, dirty),
      "Java %s".formatted(Runtime.version()),
    };
  }
}
