package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatewaydb.migrator.MigratorOptions;
import dev.gatewaydb.migrator.operate.roles.RoleFinding;
import dev.gatewaydb.migrator.operate.roles.RoleReport;
import dev.gatewaydb.migrator.operate.roles.RoleSettings;
import dev.gatewaydb.migrator.operate.roles.Roles;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "roles",
    description = {
      "Roles with no more privileges than they need: one that migrates, one for the application,",
      "one that only reads, and where there are audit schemas, one that adds to them and one that"
          + " reads them.",
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {"  gwdb roles show", "  gwdb roles apply --generate-passwords", "  gwdb roles check"},
    subcommands = {RolesCommand.Show.class, RolesCommand.Apply.class, RolesCommand.Check.class})
final class RolesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE;
  }

  private static Roles roles(Context context, DatabaseOptions database, MigratorOptions options) {
    RoleSettings settings = context.roles();
    return new Roles(
        context.settings(database).dataSource(),
        context.withHistory(options),
        context.ownershipForReset(),
        settings);
  }

  private static final String TRANSFER =
      "Make the migration role the owner of the project's objects that belong to others.";

  @Command(
      name = "show",
      description = {
        "Print the SQL that makes the roles, for psql; it may run any number of times.",
        "Nothing is changed, and no password is in it.",
      },
      mixinStandardHelpOptions = true,
      footerHeading = "%nExamples:%n",
      footer = {
        "  gwdb roles show > roles.sql",
        "  psql -v ON_ERROR_STOP=1 -f roles.sql \"$DATABASE_URL\"",
      })
  static final class Show implements Callable<Integer> {
    @Mixin private DatabaseOptions database = new DatabaseOptions();

    @Option(names = "--transfer-ownership", description = TRANSFER)
    private boolean transfer;

    private final Context context;

    Show(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      Roles.Script script = roles(context, database, MigratorOptions.DEFAULT).script(transfer);
      script
          .elsewhere()
          .forEach(
              line ->
                  context
                      .console()
                      .warning(
                          line
                              + "; the migration role can't change these:"
                              + " --transfer-ownership"));
      context.console().bytes(script.sql().getBytes(java.nio.charset.StandardCharsets.UTF_8));
      return ExitCode.DONE;
    }
  }

  @Command(
      name = "apply",
      description = {
        "Make the roles and grant them what they need, in one transaction.",
        "Needs CREATEROLE and the rights of who owns the database and its tables. What is right"
            + " already stays untouched.",
        "Passwords: GWDB_APPLICATION_PASSWORD or GWDB_APPLICATION_PASSWORD_FILE, and so on for"
            + " MIGRATOR, READONLY, AUDIT_WRITER and AUDIT_READER; the server gets their SCRAM"
            + " verifiers.",
      },
      mixinStandardHelpOptions = true,
      footerHeading = "%nExamples:%n",
      footer = {
        "  gwdb roles apply --dry-run",
        "  gwdb roles apply --generate-passwords",
        "  GWDB_APPLICATION_PASSWORD_FILE=/run/secrets/app gwdb roles apply",
      })
  static final class Apply implements Callable<Integer> {
    @Mixin private DatabaseOptions database = new DatabaseOptions();
    @Mixin private MigrationOptions limits = new MigrationOptions();
    @Mixin private RolePasswords passwords = new RolePasswords();

    @Option(names = "--dry-run", description = "Do it, and take it back.")
    private boolean dryRun;

    @Option(names = "--transfer-ownership", description = TRANSFER)
    private boolean transfer;

    @Option(names = "--json", description = "Print JSON; docs/cli.md has its shape.")
    private boolean json;

    private final Context context;

    Apply(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      RoleSettings settings = context.roles();
      Roles roles = roles(context, database, limits.options());
      passwords.read(context, settings);
      Roles.Mode mode = dryRun ? Roles.Mode.DRY_RUN : Roles.Mode.FOR_GOOD;
      List<String> ran =
          roles.apply(mode, transfer, passwords::of, new ConsoleListener(context.console()));
      // Before anything else can fail: nobody could find out what they were.
      tell(settings, ran);
      if (dryRun) {
        return ExitCode.DONE;
      }
      RoleReport report = roles.check();
      warn(context.console(), report);
      return report.findings().isEmpty() ? ExitCode.DONE : ExitCode.FOUND;
    }

    private void tell(RoleSettings settings, List<String> ran) {
      Console console = context.console();
      if (json) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("dryRun", dryRun);
        ArrayNode statements = root.putArray("statements");
        ran.forEach(statements::add);
        ObjectNode secrets = root.putObject("passwords");
        if (!dryRun) {
          passwords
              .generated()
              .forEach((kind, secret) -> secrets.put(settings.name(kind), secret.reveal()));
        }
        console.json(root);
        return;
      }
      ran.forEach(sql -> console.result(sql + ";"));
      console.progress(
          ran.isEmpty()
              ? "nothing to do"
              : "%s %s"
                  .formatted(
                      Words.count(ran.size(), "statement", "statements"),
                      dryRun ? "run and taken back" : "run"));
      if (!dryRun && !passwords.generated().isEmpty()) {
        console.progress("passwords, shown this once:");
        passwords
            .generated()
            .forEach(
                (kind, secret) ->
                    console.result("-- %s  %s".formatted(settings.name(kind), secret.reveal())));
      }
    }

    private static void warn(Console console, RoleReport report) {
      for (RoleFinding finding : report.findings()) {
        console.warning(finding.message());
        console.progress("  " + finding.nextStep());
      }
    }
  }

  @Command(
      name = "check",
      description = {
        "Say what each role can do that it needn't, and what it needs and can't.",
        "Changes nothing. Exits with 1 when it finds something.",
      },
      mixinStandardHelpOptions = true,
      footerHeading = "%nExamples:%n",
      footer = {
        "  gwdb roles check",
        "  gwdb roles check --json | jq -r '.findings[] | .message'",
      })
  static final class Check implements Callable<Integer> {
    @Mixin private DatabaseOptions database = new DatabaseOptions();

    @Option(names = "--json", description = "Print JSON; docs/cli.md has its shape.")
    private boolean json;

    private final Context context;

    Check(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      RoleReport report = roles(context, database, MigratorOptions.DEFAULT).check();
      if (json) {
        context.console().json(tree(report));
      } else {
        print(context.console(), report);
      }
      return report.findings().isEmpty() ? ExitCode.DONE : ExitCode.FOUND;
    }

    private static void print(Console console, RoleReport report) {
      Table table = new Table("ROLE", "FOR", "LOGIN", "FINDINGS");
      for (RoleReport.Role role : report.roles()) {
        long count = report.findings().stream().filter(f -> f.role().equals(role.name())).count();
        table.row(
            role.name(),
            role.kind().label(),
            role.exists() ? role.login() ? "yes" : "no" : "not there",
            count == 0 ? console.good("none") : console.bad("" + count));
      }
      table.lines().forEach(console::result);
      console.result("");
      for (RoleFinding finding : report.findings()) {
        console.result(finding.message());
        console.result("  " + finding.nextStep());
      }
      console.result(
          report.findings().isEmpty()
              ? console.good("each role has what it needs, and no more")
              : Words.count(report.findings().size(), "finding", "findings"));
    }

    private static ObjectNode tree(RoleReport report) {
      ObjectNode root = JsonNodeFactory.instance.objectNode();
      ArrayNode roles = root.putArray("roles");
      for (RoleReport.Role role : report.roles()) {
        roles
            .addObject()
            .put("name", role.name())
            .put("for", role.kind().label())
            .put("exists", role.exists())
            .put("login", role.login());
      }
      ArrayNode findings = root.putArray("findings");
      for (RoleFinding finding : report.findings()) {
        findings
            .addObject()
            .put("role", finding.role())
            .put("check", finding.check())
            .put("object", finding.object().isEmpty() ? null : finding.object())
            .put("message", finding.message())
            .put("nextStep", finding.nextStep());
      }
      return root;
    }
  }
}
