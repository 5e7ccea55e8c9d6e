package dev.gatewaydb.sync.initsql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ScratchPostgres.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class InitSqlValidatorTest {
  private final ScratchServer server;
  private String file = "";

  InitSqlValidatorTest(ScratchServer server) {
    this.server = server;
  }

  @BeforeAll
  void generate() {
    file =
        new InitSqlGenerator(server, Databases.GATEWAY)
            .fromMigrations(Databases.gatewayMigrations())
            .text();
  }

  private Validation validate(String text) {
    return new InitSqlValidator(server, Databases.GATEWAY)
        .validate(text, Databases.gatewayMigrations());
  }

  @Test
  void aGeneratedFileIsGood() {
    Validation validation = validate(file);
    assertThat(validation.difference().toText("migrations", "file")).isEmpty();
    assertThat(validation.isGood()).isTrue();
    assertThat(validation.intact()).contains(true);
  }

  @Test
  void anOlderSchemaIsDrift() {
    Validation validation =
        validate(
            file.replace("    burst integer,\n", "")
                .replaceAll(
                    "(?s)DO \\$gwdb\\$\nBEGIN\nIF [^\n]*api_keys_burst_positive.*?;\n\n", ""));
    assertThat(validation.isGood()).isFalse();
    assertThat(validation.intact()).contains(false);
    assertThat(validation.loadFailure().orElse(validation.difference().toText("m", "f")))
        .contains("burst");
  }

  @Test
  void aHandMadeFileIsComparedLikeAnyOther() {
    Validation validation =
        validate(
            """
            \\restrict abc
            SET statement_timeout = 0;
            SET some_future_setting = 0;
            SELECT pg_catalog.set_config('search_path', '', false);
            CREATE TABLE public.api_keys (id uuid PRIMARY KEY);
            ALTER TABLE public.api_keys OWNER TO somebody_else;
            \\unrestrict abc
            """);
    assertThat(validation.loadFailure()).isEmpty();
    assertThat(validation.intact()).isEmpty();
    assertThat(validation.secondLoadFailure().orElseThrow()).contains("line 5:", "already exists");
    assertThat(validation.difference().toText("migrations", "file"))
        .contains("- table public.policy_client_secret: only in migrations")
        .contains("- column public.api_keys.address: only in migrations");
    assertThat(validation.missingKeys())
        .containsExactly(
            "constraint public.api_keys.api_keys_user_id_fkey: not there, expected"
                + " FOREIGN KEY (user_id) REFERENCES public.\"user\"(id) ON DELETE CASCADE");
    assertThat(validation.isGood()).isFalse();
  }

  @Test
  void whatOnlyPsqlCanLoadIsRefused() {
    assertThatThrownBy(() -> validate("CREATE TABLE t ();\n\\connect other\n"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("line 2: \\connect is a command of psql, and other programs can't load it");
    assertThatThrownBy(() -> validate("COPY t (a) FROM stdin;\n1\n\\.\n"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("line 1: COPY … FROM stdin loads data");
  }

  @Test
  void aFileThatCannotBeLoadedSaysWhere() {
    Validation validation = validate("CREATE TABLE a ();\n\nCREATE TABL b ();");
    assertThat(validation.isGood()).isFalse();
    assertThat(validation.loadFailure().orElseThrow()).startsWith("line 3: ").contains("TABL");
  }

  @Test
  void aCommentThatNeverEndsIsAFault() {
    assertThat(validate(file + "\n/* what follows is lost").loadFailure().orElseThrow())
        .contains("unterminated /* comment");
  }

  @Test
  void aTableThatIsMadeAnewEachTimeIsNoticed() {
    Validation validation =
        validate(file + "DROP TABLE IF EXISTS extra; CREATE TABLE extra (id integer);");
    assertThat(validation.changedBySecondLoad()).contains("relation extra");
    assertThat(validation.difference().toText("migrations", "file"))
        .contains("+ table public.extra: only in file");
    assertThat(validation.isGood()).isFalse();
  }
}
