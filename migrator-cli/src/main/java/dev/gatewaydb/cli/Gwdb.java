package dev.gatewaydb.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import picocli.CommandLine;

/** The command's entry point. */
public final class Gwdb {
  private Gwdb() {}

  /** Runs the command line and exits with its code. */
  public static void main(String[] args) {
    // The texts are English, and "%d" would otherwise write the digits of the user's language.
    Locale.setDefault(Locale.ROOT);
    PrintStream out = stream(FileDescriptor.out);
    PrintStream err = stream(FileDescriptor.err);
    Surroundings surroundings =
        new Surroundings(
            System.getenv(),
            Path.of("").toAbsolutePath(),
            Optional.ofNullable(System.getProperty("gwdb.home")).map(Path::of));
    int code = run(args, surroundings, out, err);
    out.flush();
    err.flush();
    System.exit(code);
  }

  static int run(String[] args, Surroundings surroundings, PrintStream out, PrintStream err) {
    Console console = new Console(out, err, wantsColour(surroundings.environment()));
    Context context = new Context(surroundings, console);
    CommandLine line = commandLine(context);
    line.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpAutoWidth(true);
    line.setExecutionExceptionHandler(new Failures(context));
    line.setParameterExceptionHandler(new UsageErrors(console));
    return line.execute(args);
  }

  static CommandLine commandLine(Context context) {
    CommandLine line = new CommandLine(new GwdbCommand(), new Commands(context));
    // picocli's own command; the only one without a class of ours to write examples on.
    Objects.requireNonNull(line.getSubcommands().get("help"))
        .getCommandSpec()
        .usageMessage()
        .footerHeading("%nExamples:%n")
        .footer("  gwdb help migrate", "  gwdb help local-dev");
    return line;
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  /** See no-color.org. Only the launcher can tell whether stdout is a terminal. */
  private static boolean wantsColour(Map<String, String> environment) {
    return environment.getOrDefault("NO_COLOR", "").isEmpty()
        && !environment.getOrDefault("TERM", "dumb").equals("dumb")
        && Boolean.getBoolean("gwdb.terminal");
  }
}
