package dev.gatewaydb.dao.key;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A network between client and server that can swallow everything, or break. */
final class Relay implements AutoCloseable {
  private final ServerSocket socket;
  private final String host;
  private final int port;
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private volatile boolean hanging;
  private volatile boolean refusing;

  Relay(String host, int port) throws IOException {
    this.host = host;
    this.port = port;
    this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return socket.getLocalPort();
  }

  /** While it hangs, what is sent arrives nowhere, for good, and nothing is ever closed. */
  void hang(boolean value) {
    hanging = value;
  }

  /** While it refuses, connections are closed, those that are there, too. */
  void refuse(boolean value) {
    refusing = value;
    if (value) {
      open.forEach(Relay::closeQuietly);
    }
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        if (refusing) {
          client.close();
          continue;
        }
        Socket server = new Socket(host, port);
        open.addAll(List.of(client, server));
        Thread.ofVirtual().start(() -> forward(client, server));
        Thread.ofVirtual().start(() -> forward(server, client));
      } catch (IOException e) {
        if (!socket.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void forward(Socket from, Socket to) {
    byte[] bytes = new byte[8192];
    boolean lost = false;
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
        lost |= hanging;
        if (!lost) {
          out.write(bytes, 0, n);
          out.flush();
        }
      }
    } catch (IOException e) {
      // The other direction, or the test, has closed it.
    }
    if (!lost && !hanging) {
      closeQuietly(from);
      closeQuietly(to);
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
    open.forEach(Relay::closeQuietly);
  }
}
