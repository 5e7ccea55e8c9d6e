package dev.gatewaydb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The steps of the sibling's action, in a clone of a repository that stands for the sibling's. */
@ExtendWith(ScratchPostgres.class)
final class SiblingActionTest {
  private static final Path RECEIVE =
      Path.of("../docs/sibling/receive-init-sql/receive").toAbsolutePath().normalize();
  private static final String SQL = "CREATE TABLE IF NOT EXISTS grün ();\n";

  /** Notes its arguments and input; knows the pull requests that were made. */
  private static final String GH =
      """
      #!/bin/sh
      printf '%s\\n' "$*" >>"$GH_NOTES"
      case "$1 $2" in
        'pr list') ! grep -q '^pr create' "$GH_NOTES" || echo 7 ;;
        'pr create') cat >>"$GH_NOTES" ;;
        *) exit 1 ;;
      esac
      """;

  @TempDir private Path folder;
  private Path work = Path.of("");

  @BeforeEach
  void checkOutTheSibling() throws IOException, InterruptedException {
    Path origin = folder.resolve("origin.git");
    work = Files.createDirectory(folder.resolve("work"));
    run(Map.of(), "git", "init", "-q", "--bare", "-b", "main", origin.toString());
    run(Map.of(), "git", "clone", "-q", origin.toString(), ".");
    git("switch", "-q", "-c", "main");
    git(
        "-c",
        "user.name=x",
        "-c",
        "user.email=x@y",
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        "First");
    git("push", "-q", "origin", "main");
    Path bin = Files.createDirectory(folder.resolve("bin"));
    assertThat(Files.writeString(bin.resolve("gh"), GH).toFile().setExecutable(true)).isTrue();
    Files.writeString(folder.resolve("init.sql"), SQL);
  }

  @Test
  void unpacksWhatItIsSent() throws IOException, InterruptedException {
    String sql = "CREATE TABLE grün ();\n";
    Path file = folder.resolve("init.sql");
    assertThat(receive(dispatch(sql), "unpack", file).code()).isZero();
    assertThat(file).hasContent(sql);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          DISPATCH_SHA256   | 0000000000000000000000000000000000000000000000000000000000000000 | the dispatch says 000
          DISPATCH_SHA256   | ''                                     | names no SHA-256
          DISPATCH_SHA256   | '$(touch pwned)'                       | names no SHA-256
          DISPATCH_PATH     | .github/workflows/x.yml                | takes 'scripts/a.sql' alone
          DISPATCH_SQL      | '?'                                    | can not be unpacked
          DISPATCH_SQL      | ''                                     | neither
          DISPATCH_ARTIFACT | https://example.com/artifacts/1/zip    | no token is sent there
          """)
  void refusesWhatWasChanged(String variable, String value, String message)
      throws IOException, InterruptedException {
    Map<String, String> dispatch = dispatch("CREATE TABLE a ();\n");
    if (variable.equals("DISPATCH_ARTIFACT")) {
      dispatch.put("DISPATCH_SQL", "");
    }
    dispatch.put(variable, value);
    Result result = receive(dispatch, "unpack", folder.resolve("init.sql"));
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("::error::", message);
    assertThat(work.resolve("pwned")).doesNotExist();
  }

  @Test
  @Tag("pg_dump")
  void loadsItTwice(ScratchDatabase database) throws IOException, InterruptedException {
    Map<String, String> place = libpq(database.settings());
    Path file = folder.resolve("init.sql");
    Result good = receive(place, "load", file);
    assertThat(good.err()).contains("relation \"grün\" already exists, skipping");
    assertThat(good.code()).isZero();
    Files.writeString(file, "CREATE TABLE once ();\n");
    Result twice = receive(place, "load", file);
    assertThat(twice.code()).isNotZero();
    assertThat(twice.err()).contains("\"once\" already exists");
  }

  @Test
  void proposesOnePullRequestAndKeepsItFresh() throws IOException, InterruptedException {
    Result first = propose(SQL);
    assertThat(first.err()).isEmpty();
    assertThat(first.code()).isZero();
    assertThat(git("show", "origin/gwdb/init:scripts/a.sql")).isEqualTo(SQL);
    assertThat(git("log", "--format=%an: %s", "main..origin/gwdb/init"))
        .isEqualTo("github-actions[bot]: Gateway tables at migration 7\n");
    assertThat(notes())
        .contains(
            "pr create --head gwdb/init --base main --title Gateway tables at migration 7",
            "`scripts/a.sql` as acme/gateway makes it at commit c0ffee.",
            "SHA-256 of the file: `" + sha256(SQL) + "`");

    git("switch", "-q", "main");
    assertThat(propose("CREATE TABLE b ();\n").code()).isZero();
    assertThat(git("show", "origin/gwdb/init:scripts/a.sql")).isEqualTo("CREATE TABLE b ();\n");
    assertThat(git("rev-list", "--count", "main..origin/gwdb/init")).isEqualTo("1\n");
    assertThat(notes()).containsOnlyOnce("pr create");
  }

  @Test
  void proposesNothingForTheSameFile() throws IOException, InterruptedException {
    propose(SQL);
    git("push", "-q", "origin", "gwdb/init:main");
    Files.delete(folder.resolve("notes"));
    Result again = propose(SQL);
    assertThat(again).isEqualTo(new Result(0, "The file is the same already.\n", ""));
    assertThat(folder.resolve("notes")).doesNotExist();
  }

  @Test
  void whatAPayloadHoldsIsNeverRunAndNeverMarkdown() throws IOException, InterruptedException {
    Map<String, String> hostile = proposal(SQL);
    hostile.put("DISPATCH_VERSION", "$(touch pwned) `touch pwned`\n--body x");
    hostile.put("DISPATCH_REPOSITORY", "[x](https://example.com) <img src=x>");
    assertThat(receive(hostile, "propose", folder.resolve("init.sql")).code()).isZero();
    assertThat(work.resolve("pwned")).doesNotExist();
    assertThat(notes()).doesNotContain("](", "<img", "$(", "`touch");
  }

  private Result propose(String sql) throws IOException, InterruptedException {
    Path file = Files.writeString(folder.resolve("init.sql"), sql);
    return receive(proposal(sql), "propose", file);
  }

  private static Map<String, String> proposal(String sql) {
    Map<String, String> variables = new HashMap<>();
    variables.put("EXPECTED_PATH", "scripts/a.sql");
    variables.put("BRANCH", "gwdb/init");
    variables.put("BASE", "main");
    variables.put("DISPATCH_VERSION", "7");
    variables.put("DISPATCH_REPOSITORY", "acme/gateway");
    variables.put("DISPATCH_COMMIT", "c0ffee");
    variables.put("DISPATCH_SHA256", sha256(sql));
    return variables;
  }

  private static Map<String, String> dispatch(String sql) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(sql.getBytes(StandardCharsets.UTF_8));
    }
    Map<String, String> variables = new HashMap<>();
    variables.put("EXPECTED_PATH", "scripts/a.sql");
    variables.put("DISPATCH_PATH", "scripts/a.sql");
    variables.put("DISPATCH_SHA256", sha256(sql));
    variables.put("DISPATCH_SQL", Base64.getEncoder().encodeToString(packed.toByteArray()));
    return variables;
  }

  private static String sha256(String text) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static Map<String, String> libpq(DatabaseSettings settings) {
    return Map.of(
        "PGHOST", settings.hosts().getFirst().host(),
        "PGPORT", "" + settings.hosts().getFirst().port(),
        "PGUSER", settings.user(),
        "PGPASSWORD", settings.password().orElseThrow().reveal(),
        "PGDATABASE", settings.database());
  }

  private String notes() throws IOException {
    return Files.readString(folder.resolve("notes"));
  }

  private Result receive(Map<String, String> environment, String step, Path file)
      throws IOException, InterruptedException {
    return start(environment, "bash", RECEIVE.toString(), step, file.toString());
  }

  private String git(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    return run(Map.of(), command.toArray(String[]::new));
  }

  private String run(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    Result result = start(environment, command);
    assertThat(result.code()).as(result.err()).isZero();
    return result.out();
  }

  private Result start(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    Path out = folder.resolve("stdout");
    Path err = folder.resolve("stderr");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(work.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    Map<String, String> variables = builder.environment();
    variables.keySet().removeIf(name -> name.startsWith("GIT_") || name.startsWith("PG"));
    variables.put("PATH", folder.resolve("bin") + ":" + variables.get("PATH"));
    variables.put("GH_NOTES", folder.resolve("notes").toString());
    variables.put("GIT_CONFIG_GLOBAL", "/dev/null");
    variables.putAll(environment);
    int code = builder.start().waitFor();
    return new Result(code, Files.readString(out), Files.readString(err));
  }
}
