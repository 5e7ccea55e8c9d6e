package dev.gatewaydb.sync.server;

import dev.gatewaydb.migrator.operate.health.HealthFinding;
import dev.gatewaydb.migrator.operate.health.HealthReport;
import io.javalin.http.Context;
import io.javalin.router.Endpoint;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What Prometheus is told; docs/server.md has the names. */
final class ServerMetrics {
  private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST");

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final DatabaseWatch watch;
  private final SchemaFiles files;
  private final MultiGauge tables;

  ServerMetrics(DatabaseWatch watch, SchemaFiles files) {
    this.watch = watch;
    this.files = files;
    this.tables =
        MultiGauge.builder("gwdb.table.size")
            .baseUnit("bytes")
            .description("The largest tables, with their indexes and TOAST")
            .register(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    Gauge.builder("gwdb.database.up", () -> watch.failure().isEmpty() ? 1 : 0)
        .description("Whether the last look at the database succeeded")
        .register(registry);
    gauge(
        "gwdb.migrations.applied",
        "Migrations that the history has as applied",
        state -> state.migrations().applied());
    gauge(
        "gwdb.migrations.pending",
        "Migrations that the next migrate applies",
        state -> state.migrations().pending().size());
    gauge(
        "gwdb.migrations.unsound",
        "Migrations that need a look",
        state -> state.migrations().unsound().size());
    gauge(
        "gwdb.schema.differences",
        "Differences between the schema and what the applied migrations make",
        this::differences);
    figure(
        "gwdb.connections.used",
        "Connections of clients",
        report -> first(report, "connections", "used"));
    figure(
        "gwdb.connections.max", "max_connections", report -> first(report, "connections", "max"));
    figure(
        "gwdb.database.size.bytes",
        "The whole database",
        report -> first(report, "server", "databaseBytes"));
    figure("gwdb.findings.warning", "What gwdb health warns of", report -> findings(report, false));
    figure(
        "gwdb.findings.critical",
        "What gwdb health calls critical",
        report -> findings(report, true));
  }

  PrometheusMeterRegistry registry() {
    return registry;
  }

  private void gauge(String name, String description, ToDoubleFunction<DatabaseState> value) {
    gauge(name, description, watch::known, value);
  }

  private void figure(String name, String description, ToDoubleFunction<HealthReport> value) {
    gauge(name, description, watch::measured, value);
  }

  /** NaN, which Prometheus knows, for what isn't known or was true before the database went. */
  private <T> void gauge(
      String name, String description, Supplier<Optional<T>> known, ToDoubleFunction<T> value) {
    Gauge.builder(
            name,
            () ->
                watch.failure().isPresent()
                    ? Double.NaN
                    : known.get().map(value::applyAsDouble).orElse(Double.NaN))
        .description(description)
        .register(registry);
  }

  private double differences(DatabaseState state) {
    var drift = files.drift(state.schema());
    return drift.isDone() && !drift.isCompletedExceptionally()
        ? drift.join().drift().size()
        : Double.NaN;
  }

  private static double first(HealthReport health, String section, String field) {
    return health.section(section).stream()
        .filter(row -> row.has(field))
        .mapToDouble(row -> row.number(field))
        .findFirst()
        .orElse(Double.NaN);
  }

  private static double findings(HealthReport health, boolean critical) {
    return health.findings().stream()
        .map(HealthFinding::critical)
        .filter(c -> c == critical)
        .count();
  }

  /** In Prometheus' text format. */
  String scrape() {
    watch
        .measured()
        .ifPresent(
            report ->
                tables.register(
                    report.section("tables").stream()
                        .map(
                            row -> Row.of(Tags.of("table", row.text("table")), row.number("bytes")))
                        .collect(Collectors.toList()),
                    true));
    return registry.scrape();
  }

  void answered(Context context, float millis) {
    @Nullable Endpoint endpoint = context.endpoints().matchedHttpEndpoint();
    String method = context.req().getMethod();
    registry
        .timer(
            "gwdb.http.requests",
            "method",
            METHODS.contains(method) ? method : "other",
            "route",
            Optional.ofNullable(endpoint).map(matched -> matched.path).orElse("none"),
            "status",
            String.valueOf(context.statusCode()))
        .record(Answers.nanos(millis), TimeUnit.NANOSECONDS);
  }
}
