package com.ductape.jobs;

import java.util.List;

/**
 * One page of a list.
 *
 * @param <T> what is listed
 * @param items what it holds; may be fewer than asked for, even none, on a page that is not the
 *     last. Unmodifiable.
 * @param nextPageToken the token of the next page; empty on the last one, and only there
 */
public record Page<T>(List<T> items, String nextPageToken) {
  /** {@return whether no page follows} */
  public boolean isLast() {
    return nextPageToken.isEmpty();
  }
}
