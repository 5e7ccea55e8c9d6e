package dev.gatewaydb.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

@Command(
    name = "gwdb",
    description = "Owns an API gateway's PostgreSQL database: migrations, types, keys.",
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb local-dev            a migrated database with keys, until Ctrl-C",
      "  gwdb doctor               what stands between you and DATABASE_URL",
      "  gwdb migrate              apply what is pending",
      "  gwdb status --json        where every migration stands, for machines",
      "",
      "The database is DATABASE_URL, from the environment or a .env file, or PGHOST and its kin.",
      "A project with migrations of its own names them in gwdb.toml; see 'gwdb config show'.",
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:the check found something",
      "2:usage or configuration",
      "3:database not reachable",
      "4:refused by a guard",
      "5:the operation failed and was rolled back",
      "6:failed and needs a person",
    },
    subcommands = {
      LocalDevCommand.class,
      MigrateCommand.class,
      StatusCommand.class,
      NewCommand.class,
      RevertCommand.class,
      GotoCommand.class,
      ForceCommand.class,
      RepairCommand.class,
      BaselineCommand.class,
      AdoptCommand.class,
      PrerequisitesCommand.class,
      CheckCommand.class,
      DriftCommand.class,
      SchemaDocsCommand.class,
      InitSqlCommand.class,
      PrepareCommand.class,
      KeysCommand.class,
      SecretsCommand.class,
      RefsCommand.class,
      EnvironmentCommand.class,
      ResetCommand.class,
      BackupCommand.class,
      RestoreCommand.class,
      HealthCommand.class,
      MaintainCommand.class,
      TuneCommand.class,
      RolesCommand.class,
      ServeCommand.class,
      DoctorCommand.class,
      ConfigCommand.class,
      CompletionCommand.class,
      CommandLine.HelpCommand.class,
    })
final class GwdbCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show a stack trace with an error.")
  boolean debug;

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE;
  }
}
