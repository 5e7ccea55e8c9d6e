package dev.gatewaydb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class InitSqlDispatchTest {
  private static final String TOKEN = "ghp_c4n4ryc4n4ry";
  private static final String FILE = "scripts/init_gateway_tables.sql";
  private static final String ROOT = "/repos/acme/dashboard";
  private static final String POST = "POST " + ROOT + "/dispatches";

  @TempDir private Path folder;
  private GitHubStub github;

  @BeforeEach
  void start() throws IOException {
    github = new GitHubStub();
  }

  @AfterEach
  void stop() {
    github.close();
  }

  private Project project() {
    return Project.in(folder)
        .with("CROSS_REPO_PAT", TOKEN)
        .with("GITHUB_API_URL", github.url())
        .with("GITHUB_REPOSITORY", "acme/gateway")
        .with("GITHUB_SHA", "0123456789abcdef0123456789abcdef01234567");
  }

  private static Result dispatch(Project project, String... more) {
    List<String> args =
        new ArrayList<>(List.of("init-sql", "dispatch", "--repo", "acme/dashboard"));
    args.addAll(List.of(more));
    Result result = project.run(args.toArray(new String[0]));
    assertThat(result.out() + result.err()).doesNotContain("c4n4ry");
    return result;
  }

  @Test
  void tellsTheSiblingsWorkflow() throws IOException {
    github.answer(POST, "");
    JsonNode told = dispatch(project(), "--json").exits(0).json();
    assertThat(told.path("sent").asBoolean()).isTrue();
    assertThat(told.path("payload").path("repository").asText()).isEqualTo("acme/gateway");
    assertThat(told.path("payload").path("migration_version").asText()).matches("\\d{14}");
    assertThat(told.path("run").isNull()).isTrue();
    String sent = github.requests().getLast();
    assertThat(sent).startsWith(POST);
    JsonNode body = new ObjectMapper().readTree(sent.substring(POST.length()));
    assertThat(body.path("event_type").asText()).isEqualTo("update-init-sql");
    assertThat(body.path("client_payload").path("path").asText()).isEqualTo(FILE);
    assertThat(body.path("client_payload").path("sql_gzip_base64").asText()).startsWith("H4sI");
  }

  @Test
  void needsNoTokenForADryRun() {
    Result result = dispatch(Project.in(folder), "--dry-run", "--event", "other").exits(0);
    assertThat(result.out()).contains("would send other to acme/dashboard", "sha256: ");
    assertThat(github.requests()).isEmpty();
  }

  @Test
  void saysWhichTokenItWants() {
    Result result = dispatch(Project.in(folder)).exits(2);
    assertThat(result.errors()).containsExactly("CROSS_REPO_PAT is not set");
    assertThat(result.err()).contains("contents: write", "actions: read");
  }

  @Test
  void passesOnWhatGitHubRefuses() {
    Result result = dispatch(project()).exits(2);
    assertThat(result.errors().getFirst()).contains("404", POST, "Not Found");
  }

  @Test
  void followsTheWorkflow() {
    github.answer(POST, "");
    // The run that appears has an id above all there were.
    github.answer("GET " + ROOT + "/actions/runs", "{\"total_count\":0,\"workflow_runs\":[]}");
    github.onRequest(
        POST,
        () ->
            github.answer(
                "GET " + ROOT + "/actions/runs",
                """
                {"total_count": 1, "workflow_runs": [{"id": 5, "display_title": "update-init-sql",
                 "event": "repository_dispatch", "status": "completed", "conclusion": "failure",
                 "html_url": "https://github.com/acme/dashboard/actions/runs/5"}]}
                """));
    Result result = dispatch(project(), "--wait").exits(1);
    assertThat(result.out())
        .contains("ended with failure: https://github.com/acme/dashboard/actions/runs/5");
  }

  @Test
  void proposesTheFileWithTheSchemasDifference() {
    String old = "CREATE TABLE public.api_keys (id uuid);\n";
    github.answer(
        "GET " + ROOT + "/contents/" + FILE,
        "{\"type\":\"file\",\"path\":\"%s\",\"sha\":\"b10b\"}".formatted(FILE));
    github.answer(
        "GET " + ROOT + "/git/blobs/b10b",
        "{\"sha\":\"b10b\",\"encoding\":\"base64\",\"content\":\"%s\"}"
            .formatted(Base64.getEncoder().encodeToString(old.getBytes(StandardCharsets.UTF_8))));
    github.answer("GET " + ROOT + "/pulls", "[]");
    JsonNode plan =
        dispatch(project(), "--mode", "pull-request", "--dry-run", "--json").exits(0).json();
    assertThat(plan.path("action").asText()).isEqualTo("created");
    assertThat(plan.path("title").asText()).startsWith("Gateway tables at migration 20");
    assertThat(plan.path("body").asText())
        .contains("```diff\n", "+ table public.encrypted_data_refs: only in then", "acme/gateway@");
    assertThat(github.requests()).allMatch(request -> request.startsWith("GET "));
    assertThat(dispatch(project(), "--mode", "pull-request", "--dry-run").exits(0).out())
        .startsWith("a pull request would be opened\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/etc/passwd", "../x.sql", "a//b", "a/./b", ".git/config", "a\\b"})
  void refusesPathsThatLeadOutOfTheRepository(String path) {
    assertThat(dispatch(project(), "--path", path).exits(2).err()).contains("--path");
    assertThat(github.requests()).isEmpty();
  }

  @Test
  void refusesToWaitForAPullRequest() {
    assertThat(dispatch(project(), "--mode", "pull-request", "--wait").exits(2).err())
        .contains("--wait");
  }

  @Test
  void sendsNoTokenInClear() {
    Result result = dispatch(project(), "--api-url", "http://github.example.com").exits(2);
    assertThat(result.errors().getFirst()).contains("github.example.com");
  }
}
