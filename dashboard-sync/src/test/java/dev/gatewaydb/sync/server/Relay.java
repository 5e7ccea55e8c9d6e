package dev.gatewaydb.sync.server;

import dev.gatewaydb.migrator.connect.HostPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The network before a database: it lets everything through, nothing, or keeps it to itself. */
final class Relay implements AutoCloseable {
  private final HostPort target;
  private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final List<Socket> clients = new CopyOnWriteArrayList<>();
  private volatile boolean hanging;
  private volatile boolean refusing;

  Relay(HostPort target) throws IOException {
    this.target = target;
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return listening.getLocalPort();
  }

  /** How many connections were made since the start. */
  int connections() {
    return clients.size();
  }

  /** From now on, nothing of what is sent arrives. */
  void hang(boolean value) {
    hanging = value;
  }

  /** Closes what is open, and each new connection at once. */
  void refuse(boolean value) {
    refusing = value;
    if (value) {
      clients.forEach(Relay::end);
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listening.accept();
        clients.add(client);
        if (refusing) {
          end(client);
        } else {
          Socket server = new Socket(target.host(), target.port());
          Thread.ofVirtual().start(() -> pass(client, server));
          Thread.ofVirtual().start(() -> pass(server, client));
        }
      }
    } catch (IOException closed) {
      clients.forEach(Relay::end);
    }
  }

  private void pass(Socket from, Socket to) {
    byte[] some = new byte[8192];
    try (from;
        to) {
      for (int n = from.getInputStream().read(some); n >= 0; n = from.getInputStream().read(some)) {
        if (!hanging) {
          to.getOutputStream().write(some, 0, n);
        }
      }
    } catch (IOException closed) {
      // By the other direction, or by the test.
    }
  }

  private static void end(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    clients.forEach(Relay::end);
  }
}
