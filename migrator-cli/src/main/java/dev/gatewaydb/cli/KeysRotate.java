package dev.gatewaydb.cli;

import dev.gatewaydb.dao.key.ApiKey;
import dev.gatewaydb.dao.key.ApiKeyStore;
import dev.gatewaydb.dao.key.IssuedKey;
import java.time.Duration;
import javax.sql.DataSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "rotate",
    description = {
      "Give a key a new value, printed once, alone on stdout.",
      "The old value goes on working for the overlap; --overlap 0 ends it at once.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb keys rotate gw_live_AbCd",
      "  gwdb keys rotate gw_live_AbCd --overlap 7d",
      "  gwdb keys rotate gw_live_AbCd --overlap 0 --reason 'was in a log'",
    })
final class KeysRotate extends KeysSubcommand {
  @Mixin private ChangeOptions change = new ChangeOptions();

  @Parameters(paramLabel = "KEY", description = KeyArgument.DESCRIPTION)
  private String argument = "";

  @Option(
      names = "--overlap",
      paramLabel = "TIME",
      converter = DaysConverter.class,
      defaultValue = "24h",
      description = "How long the old value goes on working, 0 to 90d; default ${DEFAULT-VALUE}.")
  private Duration overlap = Duration.ZERO;

  KeysRotate(Context context) {
    super(context);
  }

  @Override
  int run(ApiKeyStore store, DataSource source) {
    ApiKey seen = KeyArgument.find(store, argument);
    IssuedKey issued = store.rotate(seen, overlap, change.changedBy());
    Console console = context.console();
    if (overlap.isZero()) {
      console.progress("the old value, %s, works no more".formatted(seen.shown()));
    } else {
      console.progress(
          "the old value, %s, works until %s; 'gwdb keys revoke --previous %s' ends that"
              .formatted(
                  seen.shown(), KeyOutput.brief(store.overlapEnd(seen.id()), "now"), seen.id()));
    }
    KeyOutput.issued(console, issued, json);
    return ExitCode.DONE;
  }
}
