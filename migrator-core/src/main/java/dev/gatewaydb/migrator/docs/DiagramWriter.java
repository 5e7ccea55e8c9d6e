package dev.gatewaydb.migrator.docs;

import dev.gatewaydb.migrator.docs.DiagramLayout.Line;
import dev.gatewaydb.migrator.docs.DiagramLayout.Placed;
import dev.gatewaydb.migrator.docs.SchemaDiagram.Row;
import java.util.stream.Collectors;

/** Writes SVG that reads on light and on dark pages. */
final class DiagramWriter {
  private static final String STYLE =
      """
        text { font: 12px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #1f2328; }
        .name { font-weight: bold; }
        .type { fill: #59636e; }
        .box { fill: #ffffff; stroke: #818b98; }
        .head { fill: #ddf4ff; stroke: #818b98; }
        .key { fill: none; stroke: #0969da; stroke-width: 1.5; }
        .external { stroke-dasharray: 5 4; }
        .end { fill: #0969da; }
        @media (prefers-color-scheme: dark) {
          text { fill: #f0f6fc; }
          .type { fill: #9198a1; }
          .box { fill: #0d1117; stroke: #656c76; }
          .head { fill: #1c2d41; stroke: #656c76; }
          .key { stroke: #58a6ff; }
          .end { fill: #58a6ff; }
        }
      """;

  private final DiagramLayout layout;
  private final String title;
  private final StringBuilder svg = new StringBuilder();

  DiagramWriter(DiagramLayout layout, String title) {
    this.layout = layout;
    this.title = title;
  }

  String write() {
    svg.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d" role="img" aria-labelledby="title desc">
          <title id="title">%3$s</title>
          <desc id="desc">%4$s</desc>
          <style>
        %5$s  </style>
        """
            .formatted(layout.width(), layout.height(), escaped(title), escaped(words()), STYLE));
    layout.lines().forEach(this::line);
    layout.boxes().forEach(this::box);
    return svg.append("</svg>\n").toString();
  }

  private String words() {
    String tables =
        layout.boxes().stream().map(p -> p.box().name()).sorted().collect(Collectors.joining(", "));
    String keys =
        layout.lines().stream()
            .map(Line::edge)
            .map(
                e ->
                    "%s.%s references %s.%s"
                        .formatted(e.from(), e.fromColumn(), e.to(), e.toColumn()))
            .collect(Collectors.joining("; "));
    return "Tables: " + tables + "." + (keys.isEmpty() ? "" : " Foreign keys: " + keys + ".");
  }

  private void line(Line line) {
    svg.append(
        "  <path class=\"key%s\" d=\"M%d %dH%dV%dH%d\"/>\n"
            .formatted(
                line.edge().external() ? " external" : "",
                line.fromX(),
                line.fromY(),
                line.lane(),
                line.toY(),
                line.toX()));
    svg.append(
        "  <circle class=\"end\" cx=\"%d\" cy=\"%d\" r=\"3\"/>\n"
            .formatted(line.toX(), line.toY()));
  }

  private void box(Placed placed) {
    String dashes = placed.box().external() ? " external" : "";
    int x = placed.x();
    int y = placed.y();
    svg.append(rect("box" + dashes, x, y, placed.width(), placed.height()));
    svg.append(rect("head" + dashes, x, y, placed.width(), DiagramLayout.HEADER_HEIGHT));
    svg.append(text("name", x + DiagramLayout.PADDING, y + 17, placed.box().name()));
    int base = y + DiagramLayout.HEADER_HEIGHT + 14;
    for (Row row : placed.box().rows()) {
      svg.append(
          text(
              row.key() ? "name" : "",
              x + DiagramLayout.PADDING,
              base,
              (row.key() ? "* " : "  ") + row.name()));
      svg.append(text("type", placed.typeX(), base, row.type()));
      base += DiagramLayout.ROW_HEIGHT;
    }
  }

  private static String rect(String style, int x, int y, int width, int height) {
    return "  <rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>\n"
        .formatted(style, x, y, width, height);
  }

  private static String text(String style, int x, int y, String words) {
    if (words.isBlank()) {
      return "";
    }
    String attribute = style.isEmpty() ? "" : " class=\"" + style + "\"";
    return "  <text%s x=\"%d\" y=\"%d\" xml:space=\"preserve\">%s</text>\n"
        .formatted(attribute, x, y, escaped(words));
  }

  private static String escaped(String words) {
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
