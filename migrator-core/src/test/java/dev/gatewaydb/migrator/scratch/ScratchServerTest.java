package dev.gatewaydb.migrator.scratch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ScratchPostgres.class)
class ScratchServerTest {
  @Test
  void t(ScratchServer server) throws Exception {
    for (int i = 0; i < 4; i++) {
      long t0 = System.nanoTime();
      try (ScratchServer s = ScratchServer.embedded(java.nio.file.Path.of(System.getProperty("user.home") + "/.cache/gwdb"))) {
        System.out.println("start " + (System.nanoTime() - t0) / 1000000);
        t0 = System.nanoTime();
        var d = s.create();
        System.out.println("create " + (System.nanoTime() - t0) / 1000000);
        try (var c = d.dataSource().getConnection()) { assertThat(c.getMetaData().getDatabaseMajorVersion()).isEqualTo(18); }
        t0 = System.nanoTime();
        s.cloneOf("x", x -> {}); s.cloneOf("x", x -> {}); s.cloneOf("x", x -> {});
        System.out.println("clone " + (System.nanoTime() - t0) / 1000000);
        t0 = System.nanoTime();
        s.close();
        System.out.println("close " + (System.nanoTime() - t0) / 1000000);
      }
    }
  }
}
