package dev.gatewaydb.dao.key;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewaydb.dao.key.DatabaseClock.Position;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However far the two machines' clocks are apart, the database's counts. */
final class DatabaseClockTest {
  private static final long MILLI = 1_000_000;
  private static final Instant SERVER = Instant.parse("2026-11-22T10:00:00Z");

  @Test
  void withoutASampleNothingIsSure() {
    assertThat(new DatabaseClock().position(Instant.EPOCH, 0)).isEqualTo(Position.UNSURE);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -86_400, 86_400, 3_155_760_000L})
  void isTheServersWhateverItSays(long skewSeconds) {
    Instant server = SERVER.plusSeconds(skewSeconds);
    DatabaseClock clock = new DatabaseClock();
    clock.sample(server, 1000 * MILLI, 1002 * MILLI);

    // Five milliseconds after the answer, the server is 5 to 7 ms on.
    long now = 1007 * MILLI;
    assertThat(clock.position(server.plusMillis(4), now)).isEqualTo(Position.OVER);
    assertThat(clock.position(server.plusMillis(6), now)).isEqualTo(Position.UNSURE);
    assertThat(clock.position(server.plusMillis(8), now)).isEqualTo(Position.AHEAD);
    assertThat(clock.millis(now)).isEqualTo(server.toEpochMilli() + 5);
  }

  @Test
  void isLessSureTheLongerItIsAgo() {
    DatabaseClock clock = new DatabaseClock();
    clock.sample(SERVER, 0, 0);
    Duration hour = Duration.ofHours(1);
    assertThat(clock.position(SERVER.plus(hour).plusSeconds(2), hour.toNanos()))
        .isEqualTo(Position.UNSURE);
    assertThat(clock.position(SERVER.plus(hour).minusSeconds(2), hour.toNanos()))
        .isEqualTo(Position.UNSURE);
    assertThat(clock.position(SERVER.plus(hour).plusSeconds(5), hour.toNanos()))
        .isEqualTo(Position.AHEAD);
  }

  @Test
  void followsAServerThatIsSetBack() {
    DatabaseClock clock = new DatabaseClock();
    clock.sample(SERVER, 0, MILLI);
    Instant end = SERVER.plusSeconds(10);
    assertThat(clock.position(end, 20_000 * MILLI)).isEqualTo(Position.OVER);
    clock.sample(SERVER.minusSeconds(60), 20_000 * MILLI, 20_001 * MILLI);
    assertThat(clock.position(end, 20_002 * MILLI)).isEqualTo(Position.AHEAD);
  }
}
