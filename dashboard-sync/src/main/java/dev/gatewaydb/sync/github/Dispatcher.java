package dev.gatewaydb.sync.github;

import dev.gatewaydb.migrator.error.ConfigurationException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.kohsuke.github.GHEvent;
import org.kohsuke.github.GHException;
import org.kohsuke.github.GHRepository;
import org.kohsuke.github.GHWorkflowRun;

/**
 * Sends {@code repository_dispatch} events, and follows what comes of them. All methods throw
 * {@link ConfigurationException} when GitHub refuses, and {@link
 * dev.gatewaydb.migrator.error.FailedException} when it can't be reached, has a fault, or its rate
 * limit is used up.
 */
public final class Dispatcher {
  private static final int LONGEST_EVENT = 100;

  private final GitHubAccess access;
  private final RepositoryName repository;

  /** Asks nothing yet. */
  public Dispatcher(GitHubAccess access, RepositoryName repository) {
    this.access = access;
    this.repository = repository;
  }

  /**
   * A workflow's run.
   *
   * @param url its page
   * @param status such as {@code queued} or {@code completed}
   * @param conclusion such as {@code success} or {@code failure}; empty while it runs
   */
  public record Run(URI url, String status, Optional<String> conclusion) {
    /** Whether it is over and went well. */
    public boolean succeeded() {
      return conclusion.filter("success"::equals).isPresent();
    }
  }

  /**
   * How long to follow.
   *
   * @param appear until a run must have appeared
   * @param finish until it must be over, from the dispatch on
   * @param poll between two looks
   */
  public record Patience(Duration appear, Duration finish, Duration poll) {}

  /** Sends it, which GitHub takes even where nobody listens. */
  public void dispatch(String event, DispatchPayload payload) {
    send(repository(), event, payload);
  }

  /**
   * Sends it and waits for the sibling's workflow. A run is known by the payload's {@code
   * dispatch_id} in its name, or, where the workflow gives its runs no names, by the event's name.
   *
   * @return as it was when it ended or the patience did; empty when none appeared
   */
  public Optional<Run> dispatchAndFollow(String event, DispatchPayload payload, Patience patience) {
    try {
      GHRepository sibling = repository();
      long newest = runs(sibling).stream().mapToLong(GHWorkflowRun::getId).max().orElse(0);
      send(sibling, event, payload);
      Instant start = Instant.now();
      Optional<GHWorkflowRun> run = Optional.empty();
      while (run.isEmpty()) {
        run = find(sibling, newest, event, payload);
        if (run.isEmpty()) {
          if (isOver(start, patience.appear())) {
            return Optional.empty();
          }
          Requests.sleep(patience.poll());
        }
      }
      GHWorkflowRun followed = run.get();
      while (followed.getStatus() != GHWorkflowRun.Status.COMPLETED
          && !isOver(start, patience.finish())) {
        Requests.sleep(patience.poll());
        followed = sibling.getWorkflowRun(followed.getId());
      }
      return Optional.of(described(followed));
    } catch (IOException e) {
      throw Requests.unreadable(e);
    } catch (GHException e) {
      throw Requests.unreadable(new IOException(e.getMessage(), e));
    }
  }

  private GHRepository repository() {
    try {
      return access.connect().getRepository(repository.toString());
    } catch (IOException e) {
      throw Missing.repository(access, repository, e);
    }
  }

  private static void send(GHRepository sibling, String event, DispatchPayload payload) {
    if (event.isBlank() || event.length() > LONGEST_EVENT) {
      throw new ConfigurationException(
          "'%s' can't be an event's name".formatted(Printable.of(event)),
          "It has 1 to %d characters.".formatted(LONGEST_EVENT));
    }
    try {
      sibling.dispatch(event, payload.properties());
    } catch (IOException e) {
      throw Requests.unreadable(e);
    }
  }

  private static Optional<GHWorkflowRun> find(
      GHRepository sibling, long newest, String event, DispatchPayload payload) {
    List<GHWorkflowRun> later = runs(sibling).stream().filter(run -> run.getId() > newest).toList();
    return later.stream()
        .filter(run -> title(run).contains(payload.id()))
        .findFirst()
        .or(() -> later.stream().filter(run -> title(run).equals(event)).reduce((a, b) -> b));
  }

  private static String title(GHWorkflowRun run) {
    return String.valueOf(run.getDisplayTitle());
  }

  /** The newest page, newest first. */
  private static List<GHWorkflowRun> runs(GHRepository sibling) {
    Iterator<GHWorkflowRun> all =
        sibling.queryWorkflowRuns().event(GHEvent.REPOSITORY_DISPATCH).list().iterator();
    Iterable<GHWorkflowRun> iterable = () -> all;
    return StreamSupport.stream(iterable.spliterator(), false).limit(30).toList();
  }

  private static boolean isOver(Instant start, Duration limit) {
    return Duration.between(start, Instant.now()).compareTo(limit) >= 0;
  }

  private static Run described(GHWorkflowRun run) throws IOException {
    return new Run(
        URI.create(run.getHtmlUrl().toString()),
        run.getStatus().toString(),
        Optional.ofNullable(run.getConclusion()).map(GHWorkflowRun.Conclusion::toString));
  }
}
