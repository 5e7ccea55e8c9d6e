package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatewaydb.migrator.connect.Secret;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import dev.gatewaydb.sync.github.DispatchPayload;
import dev.gatewaydb.sync.github.Dispatcher;
import dev.gatewaydb.sync.github.GitHubAccess;
import dev.gatewaydb.sync.github.RepositoryName;
import dev.gatewaydb.sync.github.RequestLimits;
import dev.gatewaydb.sync.github.SiblingPullRequest;
import dev.gatewaydb.sync.github.Source;
import dev.gatewaydb.sync.initsql.InitSql;
import dev.gatewaydb.sync.initsql.InitSqlGenerator;
import dev.gatewaydb.sync.initsql.InitSqlOptions;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "dispatch",
    description = {
      "Bring fresh init SQL to another repository on GitHub.",
      "Either its workflow is told (repository_dispatch), or a pull request is opened there. The token"
          + " is CROSS_REPO_PAT.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb init-sql dispatch --repo acme/dashboard-api --wait",
      "  gwdb init-sql dispatch --repo acme/dashboard-api --dry-run        without a token",
      "  gwdb init-sql dispatch --repo acme/dashboard-api --mode pull-request",
    })
final class InitSqlDispatch implements Callable<Integer> {
  private static final String TOKEN = "CROSS_REPO_PAT";
  private static final String API = "GITHUB_API_URL";

  /** How long a workflow may take to appear; GitHub queues them within seconds. */
  private static final Duration APPEAR = Duration.ofMinutes(2);

  private static final Duration POLL = Duration.ofSeconds(3);

  /** How the file gets there. */
  enum Mode {
    DISPATCH("dispatch"),
    PULL_REQUEST("pull-request");

    private final String label;

    Mode(String label) {
      this.label = label;
    }

    @Override
    public String toString() {
      return label;
    }
  }

  @Option(
      names = "--repo",
      paramLabel = "REPOSITORY",
      required = true,
      description = "The repository that gets the file, as OWNER/NAME.")
  private String repository = "";

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      description =
          "dispatch, which needs a workflow there, or pull-request, which needs none. Default"
              + " ${DEFAULT-VALUE}.")
  private Mode mode = Mode.DISPATCH;

  @Option(
      names = "--event",
      paramLabel = "TYPE",
      description = "The event's type. Default ${DEFAULT-VALUE}.")
  private String event = "update-init-sql";

  @Option(
      names = "--path",
      paramLabel = "PATH",
      description = "Where the file belongs there. Default ${DEFAULT-VALUE}.")
  private String path = "scripts/init_gateway_tables.sql";

  @Option(
      names = "--branch",
      paramLabel = "BRANCH",
      description =
          "The pull request's branch, which holds nothing else. Default ${DEFAULT-VALUE}.")
  private String branch = "gwdb/update-init-sql";

  @Option(
      names = "--artifact-url",
      paramLabel = "URL",
      description = "Where the file can be fetched, should it be too large for a dispatch.")
  private Optional<URI> artifact = Optional.empty();

  @Option(
      names = "--api-url",
      paramLabel = "URL",
      description =
          "GitHub's API; for GitHub Enterprise https://HOST/api/v3. Default GITHUB_API_URL, else"
              + " github.com's.")
  private Optional<URI> api = Optional.empty();

  @Option(
      names = "--wait",
      description = "Follow the workflow there until it is over; without one, exit with 1.")
  private boolean wait;

  @Option(
      names = "--wait-timeout",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description = "How long --wait follows it. Default 15m.")
  private Duration waitTimeout = Duration.ofMinutes(15);

  @Option(names = "--dry-run", description = "Show what would be sent, and send nothing.")
  private boolean dryRun;

  @Mixin private InitSqlScope scope = new InitSqlScope();
  @Mixin private ScratchOptions scratch = new ScratchOptions();

  @Option(names = "--json", description = "Print JSON; docs/cli.md has its shape.")
  private boolean json;

  private final Context context;

  InitSqlDispatch(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    RepositoryName sibling = RepositoryName.of(repository);
    requirePath();
    if (wait && mode == Mode.PULL_REQUEST) {
      throw new ConfigurationException(
          "--wait follows a dispatch's workflow, and a pull request has none", "Leave --wait out.");
    }
    // The dry run of a dispatch asks GitHub nothing.
    Optional<GitHubAccess> access =
        dryRun && mode == Mode.DISPATCH ? Optional.empty() : Optional.of(access());
    InitSqlOptions options = scope.options(context);
    MigrationSet migrations = context.migrations();
    try (ScratchServer server = context.scratch(scratch).get()) {
      InitSql file = new InitSqlGenerator(server, options).fromMigrations(migrations);
      file.leftOut().forEach(line -> context.console().warning("not in the file: " + line));
      Source source = Source.ofActions(context.variables().values());
      if (mode == Mode.PULL_REQUEST) {
        PullRequestText text = new PullRequestText(server, options, migrations, source);
        return propose(new SiblingPullRequest(access.orElseThrow(), sibling), file, text);
      }
      return dispatch(access, sibling, DispatchPayload.of(file, source, path, artifact));
    }
  }

  /** It becomes part of an address, and of a path on somebody's machine. */
  private void requirePath() {
    boolean relative = !path.isEmpty() && !path.startsWith("/") && !path.contains("\\");
    boolean inside =
        relative && Arrays.stream(path.split("/", -1)).noneMatch(InitSqlDispatch::isNoName);
    if (!inside) {
      throw new ConfigurationException(
          "--path '%s' is no file's path inside of a repository".formatted(path),
          "Write it as in scripts/init_gateway_tables.sql.");
    }
  }

  private static boolean isNoName(String part) {
    return part.isEmpty() || part.equals(".") || part.equals("..") || part.equals(".git");
  }

  private GitHubAccess access() {
    Map<String, String> variables = context.variables().values();
    String token = variables.getOrDefault(TOKEN, "").strip();
    if (token.isEmpty()) {
      throw new ConfigurationException(
          TOKEN + " is not set",
          "Make a fine-grained token for %s with 'contents: write', for pull requests also"
                  .formatted(repository)
              + " 'pull requests: write', for --wait 'actions: read'. In GitHub Actions, store it as a"
              + " secret and set the variable from it.");
    }
    return new GitHubAccess(
        api.orElseGet(() -> configuredApi(variables)),
        Secret.of(token),
        TOKEN,
        RequestLimits.DEFAULT);
  }

  private static URI configuredApi(Map<String, String> variables) {
    String text = variables.getOrDefault(API, "").strip();
    try {
      return text.isEmpty() ? GitHubAccess.PUBLIC : new URI(text);
    } catch (URISyntaxException e) {
      throw new ConfigurationException(API + " is no URL", "");
    }
  }

  private int dispatch(
      Optional<GitHubAccess> access, RepositoryName sibling, DispatchPayload payload) {
    Optional<Dispatcher.Run> run = Optional.empty();
    if (access.isPresent()) {
      Dispatcher dispatcher = new Dispatcher(access.get(), sibling);
      if (wait) {
        context.console().progress("sending, and waiting for the workflow of " + sibling);
        run =
            dispatcher.dispatchAndFollow(
                event, payload, new Dispatcher.Patience(APPEAR, waitTimeout, POLL));
      } else {
        dispatcher.dispatch(event, payload);
      }
    }
    if (json) {
      context.console().json(tree(sibling, payload, run));
    } else {
      print(sibling, payload, run);
    }
    boolean followed = wait && access.isPresent();
    if (followed && run.isEmpty()) {
      context
          .console()
          .progress(
              "Is a workflow with 'on: repository_dispatch: types: [%s]' on the default branch there?"
                      .formatted(event)
                  + " docs/sibling/receive-init-sql.yml is one.");
    }
    return !followed || run.filter(Dispatcher.Run::succeeded).isPresent()
        ? ExitCode.DONE
        : ExitCode.FOUND;
  }

  private void print(
      RepositoryName sibling, DispatchPayload payload, Optional<Dispatcher.Run> run) {
    Console console = context.console();
    console.result(
        "%s %s to %s (%d bytes)"
            .formatted(dryRun ? "would send" : "sent", event, sibling, payload.sizeBytes()));
    payload.summary().forEach((name, value) -> console.result("  %s: %s".formatted(name, value)));
    if (wait && !dryRun) {
      console.result(
          run.map(InitSqlDispatch::told)
              .orElse(
                  "no workflow of %s ran for it within %d s"
                      .formatted(sibling, APPEAR.toSeconds())));
    }
  }

  private static String told(Dispatcher.Run run) {
    return run.conclusion()
            .map(c -> "the workflow ended with " + c)
            .orElse("the workflow is still " + run.status())
        + ": "
        + run.url();
  }

  private ObjectNode tree(
      RepositoryName sibling, DispatchPayload payload, Optional<Dispatcher.Run> run) {
    ObjectNode root = root(sibling);
    root.put("event", event);
    root.put("sent", !dryRun);
    root.put("bytes", payload.sizeBytes());
    ObjectNode properties = root.putObject("payload");
    payload.summary().forEach(properties::put);
    root.putNull("run");
    run.ifPresent(
        r ->
            root.putObject("run")
                .put("url", r.url().toString())
                .put("status", r.status())
                .put("conclusion", r.conclusion().orElse(null)));
    return root;
  }

  private ObjectNode root(RepositoryName sibling) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("repository", sibling.toString());
    root.put("mode", mode.toString());
    root.put("dryRun", dryRun);
    return root;
  }

  private int propose(SiblingPullRequest pullRequest, InitSql file, PullRequestText text) {
    Optional<String> current = pullRequest.currentText(path);
    SiblingPullRequest.Proposal proposal =
        new SiblingPullRequest.Proposal(
            path, file.text(), branch, text.title(file), text.body(path, file, current));
    SiblingPullRequest.Outcome outcome = pullRequest.propose(proposal, dryRun);
    if (json) {
      ObjectNode root = root(RepositoryName.of(repository));
      root.put("action", outcome.action().name().toLowerCase(Locale.ROOT).replace('_', '-'));
      root.put("url", outcome.url().map(URI::toString).orElse(null));
      root.put("title", proposal.title());
      root.put("body", proposal.body());
      context.console().json(root);
      return ExitCode.DONE;
    }
    String url = outcome.url().map(page -> ": " + page).orElse("");
    String done = dryRun ? "would be" : "was";
    context
        .console()
        .result(
            switch (outcome.action()) {
              case UNCHANGED -> "%s has this file already".formatted(repository);
              case PROPOSED_ALREADY -> "the open pull request has this file already" + url;
              case CREATED -> "a pull request %s opened%s".formatted(done, url);
              case UPDATED -> "the open pull request %s updated%s".formatted(done, url);
            });
    if (dryRun) {
      context.console().result("\n" + proposal.body());
    }
    return ExitCode.DONE;
  }
}
