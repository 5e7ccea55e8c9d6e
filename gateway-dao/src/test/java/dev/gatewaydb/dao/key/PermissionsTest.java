package dev.gatewaydb.dao.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatewaydb.dao.InvalidInputException;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PermissionsTest {
  @ParameterizedTest
  @CsvSource({
    "admin, admin, true",
    "admin, rpc, true",
    "admin, a:b:c, true",
    "rpc, rpc, true",
    "rpc, rpc_read, true",
    "rpc, rpc_write, true",
    "rpc, admin, false",
    "rpc, a:b:c, false",
    "rpc_read, rpc_read, true",
    "rpc_read, rpc_write, false",
    "rpc_read, rpc, false",
    "rpc_read rpc_write, rpc, true",
    "rpc_write, rpc_write, true",
    "a:b:c, a:b:c, true",
    "a:b:c, a:b:d, false",
    "a:b:*, a:b:d, true",
    "a:b:*, a:c:d, false",
    "*:b:c, x:b:c, true",
    "*:b:c, x:c:c, false",
    "a:*:c, a:x.y-z_1:c, true",
    "*:*:*, a:b:c, true",
    "*:*:*, rpc_read, false",
    "*:*:*, admin, false",
    "x:y:z a:*:*, a:b:c, true",
  })
  void decides(String grants, String needed, boolean allowed) {
    Permissions permissions = Permissions.of(grants.split(" "));
    assertThat(permissions.allows(Permission.of(needed))).isEqualTo(allowed);
    assertThat(permissions).hasToString(grants);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "Admin",
        "root",
        "rpc ",
        "a:b",
        "a:b:c:d",
        "a::c",
        ":b:c",
        "a:**",
        "a:b:**",
        "a:b*:c",
        "*",
        "a:b:C",
        "a:b:'; --",
        "%:%:%",
        "a:b:\u0441",
        "\u0430dmin",
        "a:b:c\u0000",
        "a:b:c\n",
        "_a:b:c",
      })
  void refusesWhatBreaksTheGrammar(String grant) {
    assertThatThrownBy(() -> Permissions.of(grant)).isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> Permission.of(grant)).isInstanceOf(InvalidInputException.class);
  }

  @Test
  void segmentsHaveALength() {
    assertThat(Permissions.of("a:b:" + "c".repeat(64)).toList()).hasSize(1);
    assertThatThrownBy(() -> Permissions.of("a:b:" + "c".repeat(65)))
        .isInstanceOf(InvalidInputException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a:b:*", "*:b:c", "*:*:*"})
  void starsAreForGrantsOnly(String pattern) {
    assertThat(Permissions.of(pattern).toList()).containsExactly(pattern);
    assertThatThrownBy(() -> Permission.of(pattern))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("without *");
  }

  @Test
  void takesAtMost64() {
    List<String> most = IntStream.range(0, 64).mapToObj(i -> "a:b:c" + i).toList();
    assertThat(Permissions.of(most).toList()).hasSize(64);
    assertThatThrownBy(() -> Permissions.of(Collections.nCopies(10_000, "rpc")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("a key has at most 64 permissions, not 10000");
  }

  @Test
  void namesEachFaultAndNoSecret() {
    String key = "gw_live_000000000000000000000000000000000000000000024GtGe";
    assertThatThrownBy(() -> Permissions.of("rpc", "a:**", key, "x\u001b[31m"))
        .isInstanceOfSatisfying(
            InvalidInputException.class,
            e ->
                assertThat(e.faults())
                    .hasSize(3)
                    .anyMatch(fault -> fault.startsWith("permission 2 of 4 (a:**) is not"))
                    .noneMatch(fault -> fault.contains(key) || fault.contains("\u001b")));
    assertThatThrownBy(() -> Permissions.of(Collections.nCopies(64, "?")))
        .isInstanceOfSatisfying(
            InvalidInputException.class, e -> assertThat(e.faults()).hasSizeLessThan(12));
  }

  @Test
  void whatOthersStoredGrantsNothingUnlessItFits() {
    Permissions stored =
        Permissions.stored(List.of("Admin", "a:**", "*", "admin ", "a:b:c", "a:b:c"));
    assertThat(stored.allows(Permission.ADMIN)).isFalse();
    assertThat(stored.allows(Permission.of("a:x:y"))).isFalse();
    assertThat(stored.allows(Permission.of("a:b:c"))).isTrue();
    assertThat(stored.toList()).hasSize(5);
  }
}
