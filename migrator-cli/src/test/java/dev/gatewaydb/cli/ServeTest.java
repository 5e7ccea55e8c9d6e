package dev.gatewaydb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.Migrated;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(ScratchPostgres.class)
final class ServeTest {
  @TempDir private Path folder;

  @Test
  void servesUntilItIsToldToStop(@Migrated ScratchDatabase database) throws Exception {
    Project project = Project.in(folder).with(database);
    Result created =
        project.run(
            "keys",
            "create",
            "--name",
            "page",
            "--user",
            "7c9b1c6e-0a51-4c3a-8a43-6c6d1d1f0a11",
            "--address",
            "0x52908400098527886E0F7030069857D2E4169EE7",
            "--permission",
            "ops:status:read",
            "--reason",
            "test");
    assertThat(created.code()).as(created.err()).isZero();
    String key =
        created.out().lines().filter(line -> line.contains("gw_")).findFirst().orElseThrow();
    key = key.substring(key.indexOf("gw_")).split("\\s", 2)[0];
    try (GwdbProcess process = project.process("serve", "--port", "0");
        HttpClient client = HttpClient.newHttpClient()) {
      process.awaitText("Ctrl-C stops it");
      URI address = URI.create(process.out().strip());
      HttpRequest page =
          HttpRequest.newBuilder(address).header("Authorization", "Bearer " + key).build();
      HttpResponse<String> answer = client.send(page, BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).contains("gwdb");
      assertThat(
              client
                  .send(HttpRequest.newBuilder(address).build(), BodyHandlers.discarding())
                  .statusCode())
          .isEqualTo(401);
      String id = answer.headers().firstValue("X-Request-Id").orElseThrow();

      // A request that is under way is answered before the end.
      try (Socket slow = new Socket(InetAddress.getLoopbackAddress(), address.getPort())) {
        String head =
            "POST /sign-in HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type:"
                + " application/x-www-form-urlencoded\r\nContent-Length: "
                + (4 + key.length())
                + "\r\n\r\nkey=";
        slow.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        slow.getOutputStream().flush();
        client.send(
            HttpRequest.newBuilder(address.resolve("/healthz")).build(), BodyHandlers.discarding());
        process.signal("TERM");
        slow.getOutputStream().write(key.getBytes(StandardCharsets.US_ASCII));
        slow.getOutputStream().flush();
        assertThat(new String(slow.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
            .startsWith("HTTP/1.1 303 ");
      }
      Result result = process.result();
      assertThat(result.code()).as(result.err()).isZero();
      assertThat(result.err())
          .contains("[" + id + "] GET / 200 ", "stopped")
          .doesNotContain(key)
          .doesNotContain("postgres:postgres@");
    }
  }

  @Test
  void saysThatThePortIsTaken(@Migrated ScratchDatabase database) throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Result result =
          Project.in(folder)
              .with(database)
              .run("serve", "--port", String.valueOf(other.getLocalPort()));
      assertThat(result.code()).isEqualTo(ExitCode.USAGE);
      assertThat(result.err())
          .contains("can't listen on port " + other.getLocalPort())
          .contains("Choose another port");
      assertThat(result.out()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "--open --host 0.0.0.0,4,everybody who can reach 0.0.0.0",
    "--open --host ::,4,everybody who can reach ::",
    "--port 65536,2,port 65536",
    "--host nosuch.invalid --port 0,2,there is no such host",
    "--port x,2,--port",
    "--host nowhere.invalid,2,nowhere.invalid",
    "--host 192.0.2.1,2,192.0.2.1",
    "--all --tables x,2,exclude each other",
  })
  void refusesWhatMakesNoSense(String options, int code, String words) {
    Result result =
        Project.in(folder)
            .with("DATABASE_URL", "postgres://app:hidden@127.0.0.1:1/none")
            .run(("serve " + options).split(" "));
    assertThat(result.code()).as(result.err()).isEqualTo(code);
    assertThat(result.err()).contains(words).doesNotContain("hidden");
  }
}
