package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatewaydb.migrator.error.RefusedException;
import dev.gatewaydb.migrator.operate.backup.BackupEntry;
import dev.gatewaydb.migrator.operate.backup.BackupFolder;
import dev.gatewaydb.migrator.operate.backup.BackupVerification;
import dev.gatewaydb.migrator.operate.backup.BackupVerification.Verified;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "verify",
    description = {
      "Prove a backup: compare its bytes with its manifest, restore it into a scratch database,",
      "compare versions, objects and rows. Exit 1 when it isn't what it was.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb backup verify /backups/gateway-20260114T030000Z.dump",
      "  gwdb backup verify /backups            the newest of each database",
      "  gwdb backup verify /backups --all --json",
    })
final class BackupVerify implements Callable<Integer> {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "FILE|DIR",
      description =
          "A backup; or a folder, of which the newest one of each database is verified. Default"
              + " backup.directory of gwdb.toml.")
  private @Nullable Path place;

  @Option(names = "--all", description = "Of a folder: every backup that isn't being made.")
  private boolean all;

  @Mixin private ScratchOptions scratch = new ScratchOptions();

  @Option(names = "--json", description = "Print JSON; docs/cli.md has its shape.")
  private boolean json;

  private final Context context;

  BackupVerify(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    context.project().toml().requireSound();
    List<Path> files = files(BackupFolderOptions.path(context, place));
    BackupVerification verification =
        new BackupVerification(
            context.migrations(),
            context.historyOptions(),
            context.pgPrograms(),
            new BackupProgress(context.console()));
    Supplier<ScratchServer> scratchServer = context.scratch(scratch);
    List<Verified> verified = new ArrayList<>();
    try (ScratchServer server = scratchServer.get()) {
      for (Path file : files) {
        Verified one = verification.verify(file, server);
        verified.add(one);
        if (!json) {
          print(one);
        }
      }
    }
    if (json) {
      ObjectNode root = JsonNodeFactory.instance.objectNode();
      ArrayNode array = root.putArray("backups");
      verified.forEach(one -> array.add(tree(one)));
      context.console().json(root);
    }
    return verified.stream().allMatch(one -> one.findings().isEmpty())
        ? ExitCode.DONE
        : ExitCode.FOUND;
  }

  private List<Path> files(Path where) {
    if (!Files.isDirectory(where)) {
      return List.of(where);
    }
    BackupFolder folder = new BackupFolder(where);
    List<BackupEntry> entries =
        all
            ? folder.entries().stream()
                .filter(entry -> entry.state() != BackupEntry.State.RUNNING)
                .toList()
            : folder.newest();
    if (entries.isEmpty()) {
      throw new RefusedException(
          "there is no whole backup in " + where,
          "'gwdb backup list --out %s' says why.".formatted(where),
          null);
    }
    return entries.stream().map(BackupEntry::path).toList();
  }

  private void print(Verified one) {
    Console console = context.console();
    one.notes().forEach(note -> console.progress("note: " + note));
    String name = String.valueOf(one.file().getFileName());
    if (one.findings().isEmpty()) {
      console.result(
          "%s: %s, restored in %d ms%s"
              .formatted(
                  name,
                  console.good("good"),
                  one.duration().toMillis(),
                  one.manifest()
                      .map(m -> ", " + Words.count(m.rows().size(), "table", "tables"))
                      .orElse("")));
      return;
    }
    console.result("%s: %s".formatted(name, console.bad("not good")));
    one.findings().forEach(finding -> console.result("  " + finding.replace("\n", "\n  ")));
  }

  private static ObjectNode tree(Verified one) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("file", String.valueOf(one.file().getFileName()));
    node.put("good", one.findings().isEmpty());
    ArrayNode findings = node.putArray("findings");
    one.findings().forEach(findings::add);
    ArrayNode notes = node.putArray("notes");
    one.notes().forEach(notes::add);
    node.put("durationMillis", one.duration().toMillis());
    return node;
  }
}
