package dev.gatewaydb.migrator.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatewaydb.migrator.error.ConfigurationException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The settings as PostgreSQL's own programs get them. */
final class ClientVariablesTest {
  private static Map<String, String> of(String uri) {
    return DatabaseSettings.fromUri("test", uri, Map.of("PGCLIENTENCODING", "UTF8"))
        .clientVariables();
  }

  @Test
  void everythingThatAUrlSays() {
    assertThat(
            of(
                "postgres://u%20ser:p%3Aw@one:1,two:2/d%27b?sslmode=require&options=-c%20work_mem%3D1MB"
                    + "&application_name=x&target_session_attrs=primary&connect_timeout=7"))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "PGHOST", "one,two",
                "PGPORT", "1,2",
                "PGUSER", "u ser",
                "PGPASSWORD", "p:w",
                "PGDATABASE", "d'b",
                "PGSSLMODE", "require",
                "PGOPTIONS", "-c work_mem=1MB",
                "PGAPPNAME", "x",
                "PGTARGETSESSIONATTRS", "primary",
                "PGCONNECT_TIMEOUT", "7"));
  }

  @Test
  void whatIsLeftOutIsAsForUs() {
    assertThat(of("postgres://u@h/d"))
        .containsEntry("PGPORT", "5432")
        .containsEntry("PGSSLMODE", "prefer")
        .containsEntry("PGAPPNAME", "gwdb")
        .doesNotContainKeys("PGPASSWORD", "PGOPTIONS");
  }

  @Test
  void aKeysPasswordHasNoSafeWay() {
    assertThatThrownBy(() -> of("postgres://u@h/d?sslpassword=c4n4ry"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageNotContaining("c4n4ry");
  }
}
