package dev.gatewaydb.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine;

/** The build's version and commit, and the Java that runs it. */
final class Version implements CommandLine.IVersionProvider {
  /** Without the commit. */
  static String ofBuild() {
    return ofBuild(git());
  }

  private static String ofBuild(Properties git) {
    return git.getProperty("git.build.version", "unknown");
  }

  @Override
  public String[] getVersion() {
    Properties git = git();
    String commit = git.getProperty("git.commit.id.abbrev", "unknown commit");
    String dirty = Boolean.parseBoolean(git.getProperty("git.dirty")) ? ", modified" : "";
    return new String[] {
      "gwdb %s (%s%s)".formatted(ofBuild(git), commit, dirty),
      "Java %s".formatted(Runtime.version()),
    };
  }

  private static Properties git() {
    Properties git = new Properties();
    try (InputStream stream = Version.class.getResourceAsStream("git.properties")) {
      if (stream != null) {
        git.load(stream);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("can't read git.properties", e);
    }
    return git;
  }
}
