package dev.gatewaydb.cli;

import picocli.CommandLine;

/** Makes command objects: those that want to know their surroundings are told. */
final class Commands implements CommandLine.IFactory {
  private final Context context;

  Commands(Context context) {
    this.context = context;
  }

  @Override
  public <K> K create(Class<K> type) throws Exception {
    if (type.getPackageName().equals(Commands.class.getPackageName())) {
      try {
        return type.getDeclaredConstructor(Context.class).newInstance(context);
      } catch (NoSuchMethodException needsNothing) {
        return type.getDeclaredConstructor().newInstance();
      }
    }
    return CommandLine.defaultFactory().create(type);
  }
}
