package dev.gatewaydb.migrator.scratch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a running server says of itself in postmaster.pid (PostgreSQL's
 * src/include/utils/pidfile.h): line 1 the pid, line 4 the port, line 8 the state.
 */
record PostmasterFile(long pid, int port, boolean ready) {
  private static final int PORT_LINE = 3;
  private static final int STATE_LINE = 7;
  private static final Pattern PORT_OPTION = Pattern.compile("\"-p\" \"(\\d{1,5})\"");

  static Optional<PostmasterFile> read(Path data) throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(data.resolve("postmaster.pid"));
    } catch (NoSuchFileException notRunning) {
      return Optional.empty();
    }
    try {
      // A standalone backend (initdb) writes its pid negated.
      long pid = lines.isEmpty() ? 0 : Math.abs(Long.parseLong(lines.get(0).strip()));
      int port = lines.size() > PORT_LINE ? Integer.parseInt(lines.get(PORT_LINE).strip()) : 0;
      boolean ready = lines.size() > STATE_LINE && lines.get(STATE_LINE).strip().equals("ready");
      return pid == 0 ? Optional.empty() : Optional.of(new PostmasterFile(pid, port, ready));
    } catch (NumberFormatException halfWritten) {
      return Optional.empty();
    }
  }

  /** The port of the last start, from postmaster.opts, which outlives the server. */
  static Optional<Integer> lastPort(Path data) throws IOException {
    try {
      Matcher option = PORT_OPTION.matcher(Files.readString(data.resolve("postmaster.opts")));
      return option.find() ? Optional.of(Integer.valueOf(option.group(1))) : Optional.empty();
    } catch (NoSuchFileException neverStarted) {
      return Optional.empty();
    }
  }

  /** The server's process, if it runs: a pid alone may by now be somebody else's. */
  static Optional<ProcessHandle> process(Path data) throws IOException {
    return read(data)
        .flatMap(file -> ProcessHandle.of(file.pid()))
        .filter(PostmasterFile::isServer)
        .filter(process -> commandLine(process).contains(data.toString()));
  }

  /** A zombie is alive to Java, and has no command line; a container may never reap it. */
  static boolean isServer(ProcessHandle process) {
    return process.isAlive() && commandLine(process).contains("postgres");
  }

  private static String commandLine(ProcessHandle process) {
    return process.info().commandLine().orElse("");
  }
}
