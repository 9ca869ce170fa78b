package io.sharedcounter.cluster;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Copies of namespaces that clients are reading page by page, each of one instant. Keeps the last
 * few; who comes too late begins anew. Thread-safe.
 */
final class Views {
  private static final int KEPT = 4;

  private final Replica replica;
  private final Map<Long, View> views = new LinkedHashMap<>();
  private long last;

  private record View(int count, TreeMap<String, Long> counters) {}

  Views(Replica replica) {
    this.replica = replica;
  }

  /**
   * Answers a question from what is applied here.
   *
   * @throws IllegalStateException if the view that it goes on with is not kept any more
   */
  Page answer(Question question) {
    if (question.view() != Question.NEW) {
      return next(question);
    }
    View view =
        replica.read(
            state -> {
              NamespaceState content = state.namespaces().get(question.namespace());
              if (content == null) {
                return new View(0, new TreeMap<>());
              }
              SortedMap<String, Long> range =
                  content.range(question.start(), question.inclusive(), question.limit());
              return new View(content.counters().size(), new TreeMap<>(range));
            });
    if (view.counters().size() <= Page.MAX) {
      return new Page(Question.NEW, view.count(), view.counters());
    }
    return new Page(keep(view), view.count(), first(view.counters()));
  }

  private synchronized long keep(View view) {
    if (views.size() >= KEPT) {
      var eldest = views.keySet().iterator();
      eldest.next();
      eldest.remove();
    }
    views.put(++last, view);
    return last;
  }

  private synchronized Page next(Question question) {
    View view = views.get(question.view());
    if (view == null) {
      throw new IllegalStateException("view " + question.view() + " is not kept any more");
    }
    SortedMap<String, Long> rest = view.counters().tailMap(question.start(), false);
    SortedMap<String, Long> page = first(rest);
    boolean isLast = page.isEmpty() || page.lastKey().equals(view.counters().lastKey());
    if (isLast) {
      views.remove(question.view());
    }
    return new Page(isLast ? Question.NEW : question.view(), view.count(), page);
  }

  private static SortedMap<String, Long> first(SortedMap<String, Long> counters) {
    SortedMap<String, Long> page = new TreeMap<>();
    for (var counter : counters.entrySet()) {
      if (page.size() == Page.MAX) {
        break;
      }
      page.put(counter.getKey(), counter.getValue());
    }
    return page;
  }
}
