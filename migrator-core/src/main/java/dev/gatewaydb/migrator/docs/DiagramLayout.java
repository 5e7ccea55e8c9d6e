package dev.gatewaydb.migrator.docs;

import dev.gatewaydb.migrator.docs.SchemaDiagram.Box;
import dev.gatewaydb.migrator.docs.SchemaDiagram.Edge;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where boxes and lines go: one column for each step away from what is referenced. In pixels. */
record DiagramLayout(List<Placed> boxes, List<Line> lines, int width, int height) {
  static final int ROW_HEIGHT = 20;
  static final int HEADER_HEIGHT = 26;
  static final int PADDING = 10;

  /** An advance width that holds for common monospaced fonts at 12 px. */
  private static final double CHARACTER_WIDTH = 7.3;

  private static final int MARGIN = 20;
  private static final int GAP = 24;
  private static final int LANES = 48;
  private static final int LANE = 8;
  private static final int NARROWEST = 120;

  record Placed(Box box, int x, int y, int width, int typeX) {
    int height() {
      return HEADER_HEIGHT + ROW_HEIGHT * box.rows().size();
    }

    int middleOf(String column) {
      return y + HEADER_HEIGHT + ROW_HEIGHT * box.rowOf(column) + ROW_HEIGHT / 2;
    }
  }

  /** A foreign key from the side of one box to the side of another, by way of a lane. */
  record Line(Edge edge, int fromX, int fromY, int lane, int toX, int toY) {}

  static DiagramLayout of(List<Box> boxes, List<Edge> edges) {
    List<Box> sorted = boxes.stream().sorted(Comparator.comparing(Box::name)).toList();
    List<Edge> drawn =
        edges.stream()
            .filter(edge -> sorted.stream().anyMatch(box -> box.name().equals(edge.to())))
            .sorted(Comparator.comparing(Edge::from).thenComparing(Edge::fromColumn))
            .toList();
    Map<String, Integer> columns = columns(sorted, drawn);
    int count = columns.values().stream().mapToInt(c -> c + 1).max().orElse(1);
    List<List<Box>> stacks = new ArrayList<>();
    for (int i = 0; i < Math.max(count, Math.min(3, sorted.size())); i++) {
      stacks.add(new ArrayList<>());
    }
    sorted.stream()
        .filter(box -> columns.containsKey(box.name()))
        .forEach(box -> stacks.get(columns.getOrDefault(box.name(), 0)).add(box));
    // Those without foreign keys fill up where there is room.
    sorted.stream()
        .filter(box -> !columns.containsKey(box.name()))
        .sorted(Comparator.comparingInt((Box box) -> -box.rows().size()).thenComparing(Box::name))
        .forEach(
            box ->
                stacks.stream()
                    .min(Comparator.comparingInt(DiagramLayout::height))
                    .orElseThrow()
                    .add(box));
    return place(stacks, drawn);
  }

  /** The longest way to a table that references nothing; a cycle is cut where it is met. */
  private static Map<String, Integer> columns(List<Box> boxes, List<Edge> edges) {
    Map<String, Integer> columns = new HashMap<>();
    for (Edge edge : edges) {
      columns.put(edge.from(), 0);
      columns.put(edge.to(), 0);
    }
    for (int round = 0; round < boxes.size(); round++) {
      for (Edge edge : edges) {
        int wanted = columns.getOrDefault(edge.to(), 0) + 1;
        if (!edge.from().equals(edge.to())
            && wanted < boxes.size()
            && columns.getOrDefault(edge.from(), 0) < wanted) {
          columns.put(edge.from(), wanted);
        }
      }
    }
    return columns;
  }

  private static int height(List<Box> stack) {
    return stack.stream()
        .mapToInt(box -> HEADER_HEIGHT + ROW_HEIGHT * box.rows().size() + GAP)
        .sum();
  }

  private static DiagramLayout place(List<List<Box>> stacks, List<Edge> edges) {
    Map<String, Placed> placed = new HashMap<>();
    List<Placed> order = new ArrayList<>();
    int x = MARGIN + LANES / 2;
    int bottom = 0;
    for (List<Box> stack : stacks) {
      if (stack.isEmpty()) {
        continue;
      }
      int names = widest(stack, true);
      int width = Math.max(NARROWEST, names + widest(stack, false) + 4 * PADDING);
      int y = MARGIN;
      for (Box box : stack) {
        Placed here = new Placed(box, x, y, width, x + 2 * PADDING + names);
        placed.put(box.name(), here);
        order.add(here);
        y += here.height() + GAP;
      }
      bottom = Math.max(bottom, y - GAP);
      x += width + LANES;
    }
    List<Line> lines = new ArrayList<>();
    for (Edge edge : edges) {
      @Nullable Placed from = placed.get(edge.from());
      @Nullable Placed to = placed.get(edge.to());
      if (from != null && to != null) {
        lines.add(line(edge, from, to, lines.size()));
      }
    }
    return new DiagramLayout(order, lines, x - LANES / 2 + MARGIN, bottom + MARGIN);
  }

  private static Line line(Edge edge, Placed from, Placed to, int number) {
    int lane = from.x() - LANE - LANE * (number % 4);
    boolean leftwards = to.x() < from.x();
    return new Line(
        edge,
        from.x(),
        from.middleOf(edge.fromColumn()),
        lane,
        leftwards ? to.x() + to.width() : to.x(),
        to.middleOf(edge.toColumn()));
  }

  private static int widest(List<Box> stack, boolean names) {
    int characters = 0;
    for (Box box : stack) {
      for (SchemaDiagram.Row row : box.rows()) {
        characters = Math.max(characters, names ? row.name().length() + 2 : row.type().length());
      }
      if (names) {
        characters = Math.max(characters, box.name().length() / 2 + 1);
      }
    }
    return (int) Math.ceil(characters * CHARACTER_WIDTH);
  }
}
