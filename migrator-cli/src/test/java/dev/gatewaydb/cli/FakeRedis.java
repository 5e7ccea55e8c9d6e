package dev.gatewaydb.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Takes redis-server's arguments, listens, and stays until it is told to stop. */
public final class FakeRedis {
  private FakeRedis() {}

  /** Run by a script named redis-server. */
  public static void main(String[] args) throws IOException {
    List<String> arguments = List.of(args);
    int port = Integer.parseInt(arguments.get(arguments.indexOf("--port") + 1));
    Path pidFile = Path.of(arguments.get(arguments.indexOf("--pidfile") + 1));
    try (ServerSocket socket = new ServerSocket(port, 50, InetAddress.getLoopbackAddress())) {
      Files.writeString(pidFile, ProcessHandle.current().pid() + "\n");
      while (true) {
        socket.accept().close();
      }
    }
  }
}
