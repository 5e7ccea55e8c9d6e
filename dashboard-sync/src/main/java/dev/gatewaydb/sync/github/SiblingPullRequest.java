package dev.gatewaydb.sync.github;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.kohsuke.github.GHContent;
import org.kohsuke.github.GHException;
import org.kohsuke.github.GHIssueState;
import org.kohsuke.github.GHPullRequest;
import org.kohsuke.github.GHRef;
import org.kohsuke.github.GHRepository;

/**
 * One file's new text as a pull request: one branch and one pull request, however often it is
 * called. All methods throw as those of {@link Dispatcher} do.
 */
public final class SiblingPullRequest {
  private final RepositoryName repository;
  private final GHRepository sibling;

  /** Looks the repository up. */
  public SiblingPullRequest(GitHubAccess access, RepositoryName repository) {
    this.repository = repository;
    try {
      this.sibling = access.connect().getRepository(repository.toString());
    } catch (IOException e) {
      throw Missing.repository(access, repository, e);
    }
  }

  /**
   * What to propose.
   *
   * @param path of the file
   * @param text its new text
   * @param branch holds nothing but this; without an open pull request it is set back to the
   *     default branch first
   * @param title of the pull request, and the commit's message
   * @param body of the pull request, in Markdown; cut where GitHub's limit is
   */
  public record Proposal(String path, String text, String branch, String title, String body) {
    /** GitHub's own limit, in characters. */
    private static final int LONGEST_BODY = 65_536;

    private static final String CUT = "\n\n… (cut: this was too long for GitHub)\n";

    /** Cuts the body, closing a code block that would be left open. */
    public Proposal {
      if (body.length() > LONGEST_BODY) {
        body = body.substring(0, LONGEST_BODY - CUT.length() - 8) + "\n```\n" + CUT;
      }
    }
  }

  /** What was done. */
  public enum Action {
    /** The default branch has the text already. */
    UNCHANGED,
    /** The open pull request has the text already. */
    PROPOSED_ALREADY,
    /** There is a new pull request. */
    CREATED,
    /** The open pull request has the text now. */
    UPDATED
  }

  /**
   * What came of it.
   *
   * @param url the pull request's page; empty where there is none
   */
  public record Outcome(Action action, Optional<URI> url) {}

  /** The file as the default branch has it; empty when it is not there. */
  public Optional<String> currentText(String path) {
    try {
      Optional<GHContent> file = file(path, sibling.getDefaultBranch());
      return file.isPresent() ? Optional.of(text(file.get())) : Optional.empty();
    } catch (IOException e) {
      throw Requests.unreadable(e);
    }
  }

  /**
   * Creates or updates the pull request.
   *
   * @param dryRun only tells what it would do
   */
  public Outcome propose(Proposal proposal, boolean dryRun) {
    try {
      String base = sibling.getDefaultBranch();
      if (isAlready(proposal, file(proposal.path(), base))) {
        return new Outcome(Action.UNCHANGED, Optional.empty());
      }
      Optional<GHPullRequest> open = openPullRequest(proposal.branch(), base);
      if (open.isPresent()) {
        return update(open.get(), proposal, dryRun);
      }
      if (dryRun) {
        return new Outcome(Action.CREATED, Optional.empty());
      }
      startBranch(proposal.branch(), base);
      commit(proposal);
      return new Outcome(
          Action.CREATED,
          page(
              sibling.createPullRequest(
                  proposal.title(), proposal.branch(), base, proposal.body())));
    } catch (IOException e) {
      throw Requests.unreadable(e);
    } catch (GHException e) {
      throw Requests.unreadable(new IOException(e.getMessage(), e));
    }
  }

  private Outcome update(GHPullRequest open, Proposal proposal, boolean dryRun) throws IOException {
    boolean sameText = isAlready(proposal, file(proposal.path(), proposal.branch()));
    boolean sameBody = proposal.body().strip().equals(String.valueOf(open.getBody()).strip());
    if (!dryRun && !sameText) {
      commit(proposal);
    }
    if (!dryRun && !sameBody) {
      open.setBody(proposal.body());
    }
    return new Outcome(sameText && sameBody ? Action.PROPOSED_ALREADY : Action.UPDATED, page(open));
  }

  private static Optional<URI> page(GHPullRequest pullRequest) {
    return Optional.of(URI.create(pullRequest.getHtmlUrl().toString()));
  }

  private Optional<GHPullRequest> openPullRequest(String branch, String base) throws IOException {
    List<GHPullRequest> open =
        sibling
            .queryPullRequests()
            .state(GHIssueState.OPEN)
            .head(repository.owner() + ":" + branch)
            .base(base)
            .list()
            .toList();
    return open.stream().findFirst();
  }

  /** At the default branch: what was left there belongs to an earlier, closed pull request. */
  private void startBranch(String branch, String base) throws IOException {
    String head = sibling.getRef("heads/" + base).getObject().getSha();
    Optional<GHRef> old = ref(branch);
    if (old.isEmpty()) {
      sibling.createRef("refs/heads/" + branch, head);
    } else if (!old.get().getObject().getSha().equals(head)) {
      old.get().updateTo(head, true);
    }
  }

  private Optional<GHRef> ref(String branch) throws IOException {
    try {
      return Optional.of(sibling.getRef("heads/" + branch));
    } catch (FileNotFoundException notThere) {
      return Optional.empty();
    }
  }

  /** With the replaced file's id, so that GitHub refuses when somebody was faster. */
  private void commit(Proposal proposal) throws IOException {
    var content =
        sibling
            .createContent()
            .path(proposal.path())
            .branch(proposal.branch())
            .message(proposal.title())
            .content(proposal.text().getBytes(StandardCharsets.UTF_8));
    Optional<GHContent> replaced = file(proposal.path(), proposal.branch());
    replaced.ifPresent(old -> content.sha(old.getSha()));
    content.commit();
  }

  private Optional<GHContent> file(String path, String branch) throws IOException {
    try {
      return Optional.of(sibling.getFileContent(path, branch));
    } catch (FileNotFoundException notThere) {
      return Optional.empty();
    }
  }

  private static boolean isAlready(Proposal proposal, Optional<GHContent> file) {
    return file.filter(f -> f.getSha().equals(GitBlob.id(proposal.text()))).isPresent();
  }

  /** As a blob, since the contents API leaves out what is larger than 1 MB. */
  private String text(GHContent file) throws IOException {
    try (InputStream bytes = sibling.getBlob(file.getSha()).read()) {
      return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
