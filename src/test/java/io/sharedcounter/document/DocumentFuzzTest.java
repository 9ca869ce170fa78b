package io.sharedcounter.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.CounterSettings;
import io.sharedcounter.core.Import;
import io.sharedcounter.core.Import.Mode;
import io.sharedcounter.core.Names;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/** Documents of all kinds of names and values, whole and broken in every way. */
class DocumentFuzzTest {
  @Provide
  Arbitrary<Map<String, Long>> counters() {
    Arbitrary<String> name =
        Arbitraries.oneOf(
                Arbitraries.strings().ofMinLength(1).ofMaxLength(12),
                Arbitraries.strings().withChars("ab,\"#'\\/ {}\n:").ofMinLength(1).ofMaxLength(8),
                Arbitraries.strings()
                    .withCharRange('\u0080', '\uffff')
                    .ofMinLength(1)
                    .ofMaxLength(6),
                Arbitraries.of("\ud83d\ude00", "#", "\"", "\"\"", "a\"b", "-1", "{}", "name,value"))
            .filter(DocumentFuzzTest::isAllowed);
    Arbitrary<Long> value = Arbitraries.longs();
    return Arbitraries.maps(name, value).ofMaxSize(8);
  }

  private static boolean isAllowed(String name) {
    try {
      Names.checkCounter(name);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static CounterRegistry registry(Map<String, Long> counters) {
    CounterRegistry registry = new CounterRegistry(CounterSettings.of("orders"));
    registry.importAll(new Import(counters, Mode.REPLACE));
    return registry;
  }

  @Property(tries = 1_000)
  void whatWasExportedIsImportedAgainInEitherFormat(
      @ForAll("counters") Map<String, Long> counters, @ForAll DocumentFormat format) {
    String document = new Documents(registry(counters)).exportCounters(format);
    CounterRegistry second = registry(Map.of("old", 1L));
    Documents documents = new Documents(second);
    documents.importCounters(document, Mode.REPLACE);
    assertEquals(counters, second.getAllCounters());
    // From one format through the other back to the very bytes.
    DocumentFormat other = format == DocumentFormat.JSON ? DocumentFormat.CSV : DocumentFormat.JSON;
    CounterRegistry third = registry(Map.of());
    new Documents(third).importCounters(documents.exportCounters(other), Mode.ADD);
    assertEquals(document, new Documents(third).exportCounters(format));
  }

  /**
   * A document that was changed is refused, or was not changed in what it says; either way all or
   * nothing of it is there.
   */
  @Property(tries = 10_000, shrinking = ShrinkingMode.OFF)
  void aBrokenDocumentChangesNothing(
      @ForAll("counters") Map<String, Long> counters,
      @ForAll DocumentFormat format,
      @ForAll Mode mode,
      @ForAll long seed)
      throws IOException {
    byte[] whole =
        new Documents(registry(counters)).exportCounters(format).getBytes(StandardCharsets.UTF_8);
    byte[] broken = broken(whole, new Random(seed));
    Map<String, Long> present = Map.of("a", 5L, "#", -1L);
    CounterRegistry registry = registry(present);
    Documents documents = new Documents(registry);
    Map<String, Long> expected;
    try {
      documents.importCounters(new ByteArrayInputStream(broken), mode);
      // Only the first line is outside the checksum: where the counters came from may differ.
      assertTrue(
          body(broken).equals(body(whole)), () -> new String(broken, StandardCharsets.UTF_8));
      CounterRegistry exact = registry(present);
      exact.importAll(new Import(counters, mode));
      expected = exact.getAllCounters();
    } catch (DocumentException e) {
      assertTrue(e.getMessage().startsWith("document"), e.getMessage());
      expected = present;
    } catch (ArithmeticException e) {
      expected = present;
    }
    assertEquals(expected, registry.getAllCounters());
    assertEquals(expected.size(), registry.count());
    assertEquals(6, registry.set("a", 5) + 1);
  }

  private static String body(byte[] document) {
    String text = new String(document, StandardCharsets.ISO_8859_1);
    return text.substring(text.indexOf('\n') + 1);
  }

  private static byte[] broken(byte[] whole, Random random) {
    byte[] changed = whole.clone();
    List<String> lines =
        new ArrayList<>(
            List.of(new String(whole, StandardCharsets.ISO_8859_1).split("(?<=\n)", -1)));
    int line = random.nextInt(lines.size());
    switch (random.nextInt(9)) {
      case 0 -> {
        return Arrays.copyOf(whole, random.nextInt(whole.length));
      }
      case 1 -> {
        for (int i = random.nextInt(4); i >= 0; i--) {
          changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return changed;
      }
      case 2 -> {
        for (int i = random.nextInt(4); i >= 0; i--) {
          changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
        }
        return changed;
      }
      case 3 -> lines.add(line, lines.get(random.nextInt(lines.size())));
      case 4 -> lines.remove(line);
      case 5 -> Collections.swap(lines, line, random.nextInt(lines.size()));
      case 6 -> lines.set(line, lines.get(line).replace("\n", "\r\n"));
      case 7 -> lines.set(line, lines.get(line).replaceFirst("[0-9]", "$0.0"));
      default -> {
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        return bytes;
      }
    }
    return String.join("", lines).getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The reader itself, behind a checksum that fits: any line is taken whole, or refused. */
  @Property(tries = 2_000)
  void aLineIsReadAsItWasMeantOrRefused(@ForAll String text, @ForAll DocumentFormat format)
      throws IOException {
    String body = text.replace("\n", "") + "\n";
    byte[] document = Whole.document(format, List.of(body));
    try {
      Map<String, Long> read = Document.read(new ByteArrayInputStream(document)).values();
      Map.Entry<String, Long> only = read.entrySet().iterator().next();
      assertEquals(body, format.line(only.getKey(), only.getValue()));
    } catch (DocumentException e) {
      assertTrue(e.getMessage().contains("line "), e.getMessage());
    }
  }
}
