package dev.gatewaydb.dao.rotation;

import dev.gatewaydb.dao.crypto.SecretFormat;
import dev.gatewaydb.migrator.connect.DatabaseSettings;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** A run in a process of its own, which waits for its end at some phase. */
public final class RotationProcess {
  /** Printed when the phase is reached. */
  static final String REACHED = "reached";

  private RotationProcess() {}

  /** Takes the database's URL, the goal, the mode, the phase, and how often it has to come. */
  public static void main(String[] args) {
    DatabaseSettings settings = DatabaseSettings.fromUri("url", args[0], Map.of());
    Secrets secrets = new Secrets(settings.dataSource(), "t", SecretFormat.ENVELOPE);
    Phases.Phase last = Phases.Phase.valueOf(args[3]);
    int[] left = {Integer.parseInt(args[4])};
    Goal goal = Goal.valueOf(args[1]);
    new Rotation(
            settings.dataSource(),
            goal == Goal.ROTATE ? Secrets.BOTH : Secrets.BEFORE,
            List.of(secrets.table()),
            RotationOptions.DEFAULT.withBatchRows(10),
            RotationListener.NONE,
            phase -> {
              if (phase == last && --left[0] == 0) {
                System.out.println(REACHED);
                while (true) {
                  LockSupport.park();
                }
              }
            })
        .run(goal, Mode.valueOf(args[2]));
  }
}
