package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.operate.maintain.RetentionRule;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A rule that has a command of its own. */
abstract class OneRule implements Callable<Integer> {
  @Mixin private RetentionRun run = new RetentionRun();

  @Option(
      names = "--older-than",
      paramLabel = "TIME",
      converter = DaysConverter.class,
      description = "Instead of the rule's.")
  private @Nullable Duration olderThan;

  private final Context context;
  private final String name;

  OneRule(Context context, String name) {
    this.context = context;
    this.name = name;
  }

  @Override
  public final Integer call() {
    if (olderThan != null && olderThan.isZero()) {
      throw new ConfigurationException(
          "--older-than is 0, and would empty the table; 1s is the least", "");
    }
    RetentionRule rule = new RetentionRules(context).named(List.of(name)).getFirst();
    return run.run(context, List.of(olderThan == null ? rule : rule.withOlderThan(olderThan)));
  }
}
