package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatewaydb.dao.crypto.KeyRing;
import dev.gatewaydb.dao.rotation.Goal;
import dev.gatewaydb.dao.rotation.Mode;
import dev.gatewaydb.dao.rotation.Rotation;
import dev.gatewaydb.dao.rotation.RotationOptions;
import dev.gatewaydb.dao.rotation.RotationReport;
import dev.gatewaydb.dao.rotation.RotationReport.TableReport;
import dev.gatewaydb.dao.rotation.SecretTable;
import dev.gatewaydb.migrator.connect.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs over all secrets and reports; what verify, upgrade and rotate have in common. */
final class SecretsRun {
  @Mixin private DatabaseOptions database = new DatabaseOptions();

  @Option(names = "--json", description = "Print JSON; docs/cli.md has its shape.")
  private boolean json;

  static List<SecretTable> tables(Context context) {
    context.project().toml().requireSound();
    List<SecretTable> configured = context.project().secrets().tables();
    return configured.isEmpty() ? List.of(SecretTable.POLICY_CLIENT_SECRET) : configured;
  }

  int run(Context context, KeyRing ring, Goal goal, Mode mode, RotationOptions options) {
    Console console = context.console();
    RotationReport report =
        new Rotation(
                context.settings(database).dataSource(),
                ring,
                tables(context),
                options,
                new SecretsProgress(console))
            .run(goal, mode);
    if (json) {
      console.json(tree(report, goal, mode));
    } else {
      print(console, report, goal, options.encryptPlaintext());
    }
    return exitCode(console, report, goal, mode);
  }

  private static ObjectNode tree(RotationReport report, Goal goal, Mode mode) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("goal", label(goal));
    root.put("mode", goal == Goal.VERIFY ? label(Mode.DRY_RUN) : label(mode));
    root.put(
        "changed", report.changed() && report.tables().stream().anyMatch(t -> t.changed() > 0));
    root.put("failed", report.failed());
    ArrayNode tables = root.putArray("tables");
    for (TableReport table : report.tables()) {
      ObjectNode node =
          tables
              .addObject()
              .put("table", table.table())
              .put("total", table.total())
              .put("v0", table.v0())
              .put("v1", table.v1())
              .put("v2", table.v2())
              .put("changed", table.changed())
              .put("failed", table.failed());
      ArrayNode failures = node.putArray("failures");
      for (RotationReport.Failure failure : table.failures()) {
        ObjectNode entry = failures.addObject();
        failure.key().forEach(entry.putArray("key")::add);
        entry.put("reason", label(failure.reason()));
      }
    }
    return root;
  }

  private static String label(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static void print(
      Console console, RotationReport report, Goal goal, boolean encryptPlaintext) {
    String change = report.changed() ? "CHANGED" : "WOULD CHANGE";
    Table table =
        goal == Goal.VERIFY
            ? new Table("TABLE", "TOTAL", "V0", "V1", "V2", "FAILED")
            : new Table("TABLE", "TOTAL", "V0", "V1", "V2", "FAILED", change);
    for (TableReport each : report.tables()) {
      String failed = Long.toString(each.failed());
      List<String> row =
          new ArrayList<>(
              List.of(
                  each.table(),
                  Long.toString(each.total()),
                  Long.toString(each.v0()),
                  Long.toString(each.v1()),
                  Long.toString(each.v2()),
                  each.failed() == 0 ? failed : console.bad(failed)));
      if (goal != Goal.VERIFY) {
        row.add(Long.toString(each.changed()));
      }
      table.row(row.toArray(String[]::new));
    }
    table.lines().forEach(console::result);
    for (TableReport each : report.tables()) {
      for (RotationReport.Failure failure : each.failures()) {
        console.result(
            "%s %s: %s"
                .formatted(
                    each.table(), Text.line(failure.key().toString()), label(failure.reason())));
      }
      if (each.failed() > each.failures().size()) {
        console.result(
            "%s: and %d more".formatted(each.table(), each.failed() - each.failures().size()));
      }
      if (each.v0() > 0 && !encryptPlaintext) {
        console.warning(
            "%s holds %s in clear (version 0); 'gwdb secrets upgrade --encrypt-plaintext' encrypts them"
                .formatted(each.table(), Words.count(each.v0(), "secret", "secrets")));
      }
    }
  }

  private static int exitCode(Console console, RotationReport report, Goal goal, Mode mode) {
    if (report.failed() == 0) {
      return ExitCode.DONE;
    }
    String secrets = Words.count(report.failed(), "secret doesn't open", "secrets don't open");
    if (goal == Goal.VERIFY || mode == Mode.DRY_RUN) {
      console.error(
          List.of(secrets),
          "Nothing was changed. docs/secrets.md says what the reasons mean, and what to do.");
      return ExitCode.FOUND;
    }
    if (mode == Mode.ONE_TRANSACTION) {
      console.error(
          List.of(secrets + "; everything was rolled back"),
          "Correct or delete these rows, then run it again; --online would do the others.");
      return ExitCode.FAILED;
    }
    console.error(
        List.of(secrets + " and keep their key; all others are done"),
        "They are listed in gwdb_secret_quarantine. Keep the old key until they are corrected or"
            + " deleted, then run it again.");
    return ExitCode.NEEDS_PERSON;
  }
}
