package dev.gatewaydb.cli;

import dev.gatewaydb.dao.key.ApiKey;
import dev.gatewaydb.dao.key.ApiKeyStore;
import dev.gatewaydb.dao.key.KeySettings;
import dev.gatewaydb.dao.key.Permissions;
import dev.gatewaydb.migrator.error.ConfigurationException;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "update",
    description = "Change a key's name, permissions, limits or end; what isn't named stays.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb keys update gw_live_AbCd --tier pro --reason 'contract of March'",
      "  gwdb keys update gw_live_AbCd --permission rpc_read --permission logs:*:read",
      "  gwdb keys update gw_live_AbCd --rate-limit tier --expires never",
    })
final class KeysUpdate extends KeysSubcommand {
  @Mixin private KeyLimitOptions limits = new KeyLimitOptions();
  @Mixin private ChangeOptions change = new ChangeOptions();

  @Parameters(paramLabel = "KEY", description = KeyArgument.DESCRIPTION)
  private String argument = "";

  @Option(names = "--name", paramLabel = "TEXT", description = "Another name.")
  private String name = "";

  @Option(
      names = "--permission",
      split = ",",
      paramLabel = "GRANT",
      description = "Instead of all it has; repeatable.")
  private List<String> permissions = List.of();

  @Option(
      names = "--expires",
      paramLabel = "WHEN",
      converter = KeyExpiry.Converter.class,
      description = "In 90d or 12h, on 2027-01-31 (0:00 UTC), or never.")
  private @Nullable KeyExpiry expires;

  KeysUpdate(Context context) {
    super(context);
  }

  @Override
  int run(ApiKeyStore store, DataSource source) {
    if (name.isEmpty() && permissions.isEmpty() && expires == null && limits.isEmpty()) {
      throw new ConfigurationException(
          "nothing to change", "Name it: --name, --permission, --tier, --rate-limit, --expires …");
    }
    ApiKey seen = KeyArgument.find(store, argument);
    KeySettings settings = seen.settings().withLimits(limits.appliedTo(seen.settings().limits()));
    if (!name.isEmpty()) {
      settings = settings.withName(name);
    }
    if (!permissions.isEmpty()) {
      settings = settings.withPermissions(Permissions.of(permissions));
    }
    if (expires != null) {
      settings = settings.withExpiresAt(expires.from().apply(store.now()));
    }
    ApiKey updated = store.update(seen, settings, change.changedBy());
    if (json) {
      context.console().json(KeyOutput.tree(updated));
    } else {
      context.console().result(KeyOutput.summary(updated));
    }
    return ExitCode.DONE;
  }
}
