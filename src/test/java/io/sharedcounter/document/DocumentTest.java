package io.sharedcounter.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharedcounter.core.Copy;
import io.sharedcounter.core.CounterRegistry;
import io.sharedcounter.core.CounterSettings;
import io.sharedcounter.core.Import.Mode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DocumentTest {
  private static final Map<String, Long> KEPT =
      Map.of(
          "created", 5L,
          "max", Long.MAX_VALUE,
          "min", Long.MIN_VALUE,
          "paid, \"late\"", -3L,
          "#1", 0L,
          "back\\slash", 1L,
          "\u00fc\u4e2d\ud83d\ude00", 2L);

  /** Documents that the first build with version 1 wrote; they are never written again. */
  @ParameterizedTest
  @EnumSource
  void aDocumentOfVersion1IsReadByEveryLaterBuild(DocumentFormat format) throws IOException {
    try (InputStream kept =
        Objects.requireNonNull(getClass().getResourceAsStream("/formats/v1/orders." + format))) {
      byte[] bytes = kept.readAllBytes();
      Document read = Document.read(new ByteArrayInputStream(bytes));
      assertEquals(KEPT, read.values());
      assertEquals("orders", read.header().namespace());
      assertEquals(12, read.header().sequence());
      ByteArrayOutputStream again = new ByteArrayOutputStream();
      format.write("orders", new Copy(12, new TreeMap<>(KEPT)), again);
      assertEquals(
          new String(bytes, StandardCharsets.UTF_8), again.toString(StandardCharsets.UTF_8));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"name\":\"a\",\"value\":1.0} | whole number",
        "{\"name\":\"a\",\"value\":1e3} | whole number",
        "{\"name\":\"a\",\"value\":01} | whole number",
        "{\"name\":\"a\",\"value\":-0} | whole number",
        "{\"name\":\"a\",\"value\":+1} | whole number",
        "{\"name\":\"a\",\"value\":} | whole number",
        "{\"name\":\"a\",\"value\":\"1\"} | whole number",
        "{\"name\":\"a\",\"value\":9223372036854775808} | whole number",
        "{\"name\":\"a\",\"value\":-9223372036854775809} | whole number",
        "{\"name\":\"a\",\"value\":\u0661} | whole number",
        "{\"name\":\"a\",\"value\":1,\"x\":1} | '}' is expected",
        "{\"name\":\"a\",\"value\":1}} | end of the line",
        "{\"name\": \"a\",\"value\":1} | is expected",
        "{\"value\":1,\"name\":\"a\"} | is expected",
        "{\"name\":\"a | does not end",
        "{\"name\":\"\\x\",\"value\":1} | no JSON escape",
        "{\"name\":\"\\u12g4\",\"value\":1} | hexadecimal",
        "{\"name\":\"\\ud800\",\"value\":1} | lone surrogate",
        "{\"name\":\"\\u0000\",\"value\":1} | control character",
        "{\"name\":\"a\tb\",\"value\":1} | control character",
        "{\"name\":\"\",\"value\":1} | empty",
        "{\"name\":\" a\",\"value\":1} | white space",
        "`` | is expected"
      })
  void aLineOfJsonThatIsNotExactlyACounterIsRefused(String line, String why) {
    assertRefused(Whole.document(DocumentFormat.JSON, List.of(line + "\n")), "line 2", why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a | not a counter",
        "a,1.0 | whole number",
        "a, 1 | whole number",
        "a,1,2 | whole number",
        "a\"b,1 | quotes",
        "\"a\"b,1 | not a counter",
        "\"a,1 | not a counter",
        "\"\",1 | not a counter",
        ",1 | empty",
        "a,1\\r | whole number",
      })
  void aLineOfCsvThatIsNotExactlyACounterIsRefused(String line, String why) {
    assertRefused(
        Whole.document(DocumentFormat.CSV, List.of(line.replace("\\r", "\r") + "\n")),
        "line 3",
        why);
  }

  @Test
  void everyEscapeOfJsonIsRead() throws IOException {
    byte[] document =
        Whole.document(
            DocumentFormat.JSON,
            List.of("{\"name\":\"\\\"\\\\\\/\\u0061\\ud83d\\uDE00\",\"value\":0}\n"));
    assertEquals(
        Map.of("\"\\/a\ud83d\ude00", 0L),
        Document.read(new ByteArrayInputStream(document)).values());
  }

  @ParameterizedTest
  @EnumSource
  void aNameThatIsThereTwiceIsRefused(DocumentFormat format) {
    List<String> lines = List.of(format.line("a", 1), format.line("a", 1));
    assertRefused(Whole.document(format, lines), "counter 'a' is there twice");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "name,value\na,1\n",
        "{\"a\":1}\n",
        "\ufeff{\"sharedcounter\":1",
        "{\"sharedcounter\":2,\"whatever\":true}\n",
        "{\"sharedcounter\":1,\"namespace\":\"Or ders\",\"sequence\":0,\"count\":0,"
            + "\"crc32c\":\"00000000\"}\n",
        "{\"sharedcounter\":1,\"namespace\":\"a\",\"sequence\":-1,\"count\":0,"
            + "\"crc32c\":\"00000000\"}\n",
        "{\"sharedcounter\":1,\"namespace\":\"a\",\"sequence\":0,\"count\":0,"
            + "\"crc32c\":\"0000000\"}\n",
        "{\"sharedcounter\":1,\"namespace\":\"a\",\"sequence\":0,\"count\":1,"
            + "\"crc32c\":\"00000000\"}\n",
        "{\"sharedcounter\":1,\"namespace\":\"a\",\"sequence\":0,\"count\":0,"
            + "\"crc32c\":\"00000001\"}\n",
        "# {\"sharedcounter\":1,\"namespace\":\"a\",\"sequence\":0,\"count\":0,"
            + "\"crc32c\":\"00000000\"}\n",
      })
  void whatIsNoWholeDocumentIsRefused(String document) {
    assertRefused(document.getBytes(StandardCharsets.UTF_8), "document, line ");
  }

  @Test
  void aNewerFormatIsNamed() {
    assertRefused(
        "{\"sharedcounter\":2}\n".getBytes(StandardCharsets.UTF_8), "version 2", "reads 1");
  }

  @Test
  void aLineWithoutEndDoesNotFillTheMemory() {
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 'a';
          }
        };
    assertThrows(DocumentException.class, () -> Document.read(endless));
  }

  @Test
  void aLoneSurrogateIsNotReadAsAQuestionMark() {
    String whole =
        new String(Whole.document(DocumentFormat.CSV, List.of("a?b,1\n")), StandardCharsets.UTF_8);
    assertThrows(DocumentException.class, () -> Document.read(whole.replace('?', '\ud800')));
  }

  @Test
  void checkingListsAThousandChangesAtMost() {
    CounterRegistry registry = new CounterRegistry(CounterSettings.of("orders"));
    Documents documents = new Documents(registry);
    for (int i = 0; i < 1_002; i++) {
      registry.set("c" + i, i);
    }
    String document = documents.exportCounters(DocumentFormat.JSON);
    registry.remove("c0");
    registry.set("extra", 1);
    registry.set("c1", 7);
    assertEquals(
        """
        replace: 3 counters would change: 1 created, 1 set, 1 removed
        c0: absent -> 0
        c1: 7 -> 1
        extra: 1 -> absent
        """,
        documents.checkImport(document, Mode.REPLACE));
    registry.importAll(new io.sharedcounter.core.Import(Map.of(), Mode.REPLACE));
    List<String> lines = documents.checkImport(document, Mode.MAX).lines().toList();
    assertEquals(1_002, lines.size());
    assertEquals("and 2 more", lines.get(1_001));
    assertEquals(0, registry.count());
  }

  @Test
  void wordsThatAreNotKnownAreRefused() {
    String format =
        assertThrows(IllegalArgumentException.class, () -> DocumentFormat.of("JSON")).getMessage();
    assertEquals("format 'JSON' is not known; use json or csv", format);
    String mode = assertThrows(IllegalArgumentException.class, () -> Mode.of("")).getMessage();
    assertEquals("mode '' is not known; use replace, add or max", mode);
  }

  private static void assertRefused(byte[] document, String... why) {
    String message =
        assertThrows(
                DocumentException.class, () -> Document.read(new ByteArrayInputStream(document)))
            .getMessage();
    for (String each : why) {
      assertTrue(message.contains(each), message);
    }
    assertTrue(message.endsWith("nothing was imported"), message);
  }
}
