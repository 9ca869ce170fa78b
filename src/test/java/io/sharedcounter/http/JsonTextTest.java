package io.sharedcounter.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringWriter;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jolokia.json.parser.JSONParser;

class JsonTextTest {
  private static String written(Object value) throws Exception {
    StringWriter out = new StringWriter();
    JsonText.write(value, out);
    return out.toString();
  }

  @Property(tries = 2_000)
  void everyTextComesBackThroughAStrictReaderAndUtf8(@ForAll String text) throws Exception {
    String json = written(List.of(text));
    StrictJson.check(json);
    assertTrue(Answer.UTF_8.newEncoder().canEncode(json));
    assertEquals(List.of(text), new JSONParser().parse(json));
  }

  @Example
  void controlCharactersAndHalvesOfCharactersAreEscaped() throws Exception {
    assertEquals("\"\\u0000\\u001f\\\"\\\\\u007f/\"", written("\0\u001f\"\\\u007f/"));
    assertEquals("\"\\ud800a\\udc00\\ud83d😀\\ude00\"", written("\ud800a\udc00\ud83d😀\ude00"));
  }

  @Example
  void valuesAreWrittenAsWhatTheyAre() throws Exception {
    List<Object> values =
        Arrays.asList(
            null, true, Long.MIN_VALUE, 1.5, Double.NaN, 1 / 0f, List.of(), Map.of(), 'c');
    assertEquals("[null,true,-9223372036854775808,1.5,null,null,[],{},\"c\"]", written(values));
  }

  @Example
  void namesThatJolokiaReplacesAreThereAgain() throws Exception {
    assertEquals("{\"[null]\":1}", written(Collections.singletonMap(null, 1)));
    assertEquals("{\"\\\"\\\"\":1}", written(Map.of("", 1)));
  }
}
