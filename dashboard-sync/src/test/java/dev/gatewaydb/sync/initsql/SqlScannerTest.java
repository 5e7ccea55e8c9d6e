package dev.gatewaydb.sync.initsql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SqlScannerTest {
  private static List<String> split(String text) {
    return SqlScanner.split(text).stream().map(p -> p.line() + ": " + p.text()).toList();
  }

  @Test
  void statementsEndAtSemicolonsThatAreNotQuoted() {
    assertThat(
            split(
                "SELECT 1;\n\nSELECT ';', \";\", $$;$$, $a$;$$;$a$ ; -- ;\n/* ; /* ; */ ; */ SELECT 2"))
        .containsExactly("1: SELECT 1", "3: SELECT ';', \";\", $$;$$, $a$;$$;$a$", "4: SELECT 2");
  }

  @Test
  void quotesCanBeEscaped() {
    assertThat(split("SELECT 'it''s;', E'\\';', 'a\\'; SELECT e'\\\\'; SELECT x$1$;"))
        .containsExactly(
            "1: SELECT 'it''s;', E'\\';', 'a\\'", "1: SELECT e'\\\\'", "1: SELECT x$1$");
  }

  @Test
  void bodiesInSqlHaveSemicolonsOfTheirOwn() {
    String function =
        "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END";
    assertThat(split(function + "; BEGIN; COMMIT;"))
        .containsExactly("1: " + function, "1: BEGIN", "1: COMMIT");
  }

  @Test
  void parenthesesKeepARuleTogether() {
    assertThat(split("CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); SELECT 3"))
        .containsExactly(
            "1: CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)", "1: SELECT 3");
  }

  @Test
  void commandsOfPsqlStandBetweenStatements() {
    assertThat(split("\\restrict x;y\nSELECT 1\n;\n  \\unrestrict x"))
        .containsExactly("1: \\restrict x;y", "2: SELECT 1", "4: \\unrestrict x");
    assertThat(SqlScanner.split("\\x").getFirst().isCommand()).isTrue();
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheFirstStatement() {
    assertThat(split("\uFEFFSELECT 1")).containsExactly("1: SELECT 1");
  }

  @Test
  void whatIsNeverClosedEndsWithTheText() {
    assertThat(split("SELECT $a$ x")).containsExactly("1: SELECT $a$ x");
    assertThat(split("SELECT 'x")).containsExactly("1: SELECT 'x");
    assertThat(split("SELECT 1;\n/* x; /* */")).containsExactly("1: SELECT 1", "2: /* x; /* */");
  }
}
