package dev.gatewaydb.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * Speaks enough of PostgreSQL's protocol to let anybody in, claim any version, and answer every
 * query with the row that {@link #answer} knows. Its sessions claim pid 1.
 */
final class FakeServer implements AutoCloseable {
  private static final int SSL_REQUEST = 80877103;
  private static final int GSS_REQUEST = 80877104;
  private static final int TEXT_TYPE = 25;

  private static final Pattern WRITE =
      Pattern.compile("(?i)\\s*(CREATE|ALTER|DROP|INSERT|UPDATE|DELETE|TRUNCATE|LOCK|GRANT)\\b");

  private final ServerSocket socket;
  private final String version;
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger writes = new AtomicInteger();

  FakeServer(String version) {
    this.version = version;
    try {
      socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  String url() {
    return "postgres://app@127.0.0.1:" + socket.getLocalPort() + "/gateway";
  }

  int connections() {
    return connections.get();
  }

  /** How many statements came that would change data or objects. */
  int writes() {
    return writes.get();
  }

  private void accept() {
    try {
      while (!socket.isClosed()) {
        Socket client = socket.accept();
        connections.incrementAndGet();
        Thread.ofVirtual().start(() -> serve(client));
      }
    } catch (IOException closed) {
      return;
    }
  }

  private void serve(Socket client) {
    try (client) {
      DataInputStream in = new DataInputStream(client.getInputStream());
      DataOutputStream out = new DataOutputStream(client.getOutputStream());
      for (int code = startup(in); code == SSL_REQUEST || code == GSS_REQUEST; code = startup(in)) {
        out.writeByte('N');
      }
      greet(out);
      session(in, out);
    } catch (IOException theClientHasGone) {
      return;
    }
  }

  private static int startup(DataInputStream in) throws IOException {
    byte[] body = in.readNBytes(in.readInt() - 4);
    return new DataInputStream(new ByteArrayInputStream(body)).readInt();
  }

  private void greet(DataOutputStream out) throws IOException {
    message(out, 'R', bytes(0));
    for (String parameter :
        new String[] {
          "server_version\0" + version,
          "server_encoding\0UTF8",
          "client_encoding\0UTF8",
          "DateStyle\0ISO, MDY",
          "TimeZone\0UTC",
          "integer_datetimes\0on",
          "standard_conforming_strings\0on"
        }) {
      message(out, 'S', (parameter + "\0").getBytes(StandardCharsets.UTF_8));
    }
    message(out, 'K', bytes(1, 2));
    message(out, 'Z', new byte[] {'I'});
    out.flush();
  }

  private void session(DataInputStream in, DataOutputStream out) throws IOException {
    String query = "";
    while (true) {
      int type = in.readUnsignedByte();
      byte[] body = in.readNBytes(in.readInt() - 4);
      switch (type) {
        case 'P' -> {
          query = new String(body, StandardCharsets.UTF_8).split("\0", -1)[1];
          count(query);
          message(out, '1', new byte[0]);
        }
        case 'B' -> message(out, '2', new byte[0]);
        case 'D' -> describe(out, query);
        case 'E' -> execute(out, query);
        case 'S' -> message(out, 'Z', new byte[] {'I'});
        case 'Q' -> {
          query = new String(body, StandardCharsets.UTF_8);
          count(query);
          if (hasRows(query)) {
            describe(out, query);
          }
          execute(out, query);
          message(out, 'Z', new byte[] {'I'});
        }
        case 'X' -> {
          return;
        }
        default -> {}
      }
      out.flush();
    }
  }

  private void count(String query) {
    if (WRITE.matcher(query).lookingAt()) {
      writes.incrementAndGet();
    }
  }

  private static String answer(String query) {
    if (query.contains("pg_backend_pid()") && !query.contains("pg_stat_ssl")) {
      return "4711";
    }
    return query.contains("inet_server_addr") ? "t" : "fake";
  }

  private static boolean hasRows(String query) {
    String start = query.stripLeading();
    return start.startsWith("SELECT") || start.startsWith("SHOW");
  }

  private static void describe(DataOutputStream out, String query) throws IOException {
    if (!hasRows(query)) {
      message(out, 'n', new byte[0]);
      return;
    }
    ByteArrayOutputStream row = new ByteArrayOutputStream();
    DataOutputStream data = new DataOutputStream(row);
    data.writeShort(1);
    data.writeBytes("answer\0");
    data.writeInt(0);
    data.writeShort(0);
    data.writeInt(TEXT_TYPE);
    data.writeShort(-1);
    data.writeInt(-1);
    data.writeShort(0);
    message(out, 'T', row.toByteArray());
  }

  private static void execute(DataOutputStream out, String query) throws IOException {
    boolean select = hasRows(query);
    // Of the catalog's tables, which have more than one column, it shows nothing.
    if (select && !query.contains("pg_settings")) {
      byte[] value = answer(query).getBytes(StandardCharsets.UTF_8);
      ByteArrayOutputStream row = new ByteArrayOutputStream();
      DataOutputStream data = new DataOutputStream(row);
      data.writeShort(1);
      data.writeInt(value.length);
      data.write(value);
      message(out, 'D', row.toByteArray());
    }
    String tag = select ? "SELECT 1\0" : "SET\0";
    message(out, 'C', tag.getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] bytes(int... numbers) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream data = new DataOutputStream(bytes);
    for (int number : numbers) {
      data.writeInt(number);
    }
    return bytes.toByteArray();
  }

  private static void message(DataOutputStream out, char type, byte[] body) throws IOException {
    out.writeByte(type);
    out.writeInt(body.length + 4);
    out.write(body);
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
