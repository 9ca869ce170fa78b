package io.sharedcounter.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** A bar chart as SVG. Stateless, thread-safe. */
final class Chart {
  private static final int BAR = 22;
  private static final int LEFT = 170;
  private static final int WIDTH = 380;

  private Chart() {}

  static void write(Path file, String title, Map<String, Double> bars) throws IOException {
    double top = 0;
    int rows = 0;
    for (Map.Entry<String, Double> bar : bars.entrySet()) {
      if (!bar.getKey().endsWith("bytes")) {
        top = Math.max(top, bar.getValue());
        rows++;
      }
    }
    StringBuilder svg = new StringBuilder();
    int height = (rows + 2) * BAR;
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
                + " font-family=\"sans-serif\" font-size=\"13\">%n"
                + "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n"
                + "<text x=\"8\" y=\"18\" font-weight=\"bold\">%s</text>%n",
            LEFT + WIDTH + 70,
            height,
            title));
    int y = BAR + 8;
    for (Map.Entry<String, Double> bar : bars.entrySet()) {
      if (bar.getKey().endsWith("bytes")) {
        continue;
      }
      double length = bar.getValue() / top * WIDTH;
      String color = bar.getKey().startsWith("sharedCounter") ? "#2b6cb0" : "#a0aec0";
      svg.append(
          String.format(
              Locale.ROOT,
              "<text x=\"8\" y=\"%d\">%s</text>"
                  + "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"16\" fill=\"%s\"/>"
                  + "<text x=\"%.1f\" y=\"%d\">%.1f</text>%n",
              y + 13,
              bar.getKey(),
              LEFT,
              y,
              length,
              color,
              LEFT + length + 6,
              y + 13,
              bar.getValue()));
      y += BAR;
    }
    Files.createDirectories(file.getParent());
    Files.writeString(file, svg.append("</svg>\n"));
  }
}
