package com.ductape.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

class PagesTest {
  private final List<String> fetched = new ArrayList<>();
  private final Map<String, Page<Integer>> server =
      Map.of(
          "", new Page<>(List.of(1, 2), "a"),
          "a", new Page<>(List.of(), "b"),
          "b", new Page<>(List.of(3), ""));

  private Pages<Integer> pages(String token) {
    return new Pages<>(
        token,
        asked -> {
          fetched.add(asked);
          return server.get(asked);
        });
  }

  @Test
  void itFollowsAllPages() {
    assertEquals(List.of(1, 2, 3), pages("").stream().toList());
    assertEquals(List.of("", "a", "b"), fetched);
  }

  @Test
  void itFetchesNoPageBeforeItIsNeeded() {
    Pages<Integer> pages = pages("");
    assertEquals(List.of(), fetched);
    Iterator<Integer> items = pages.iterator();
    assertEquals(1, items.next());
    assertEquals(2, items.next());
    assertEquals(List.of(""), fetched);
  }

  @Test
  void eachIterationBeginsAnew() {
    Pages<Integer> pages = pages("");
    assertEquals(3, pages.stream().count());
    assertEquals(3, pages.stream().count());
  }

  @Test
  void itCanBeginLaterAndEnds() {
    Iterator<Integer> items = pages("b").iterator();
    assertEquals(3, items.next());
    assertFalse(items.hasNext());
    assertThrows(NoSuchElementException.class, items::next);
    assertEquals("a", pages("").firstPage().nextPageToken());
  }
}
