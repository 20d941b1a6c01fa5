package com.ductape.jobs;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A list of the server, over all its pages. Each page is fetched when it is come to, by the thread
 * that iterates, and kept no longer: every iteration begins anew at the first page.
 *
 * <pre>{@code
 * for (Job job : client.jobs().list()) {
 *   System.out.println(job.getTag());
 * }
 * long paused = client.jobs().list().stream().filter(job -> job.getState() == PAUSED).count();
 * }</pre>
 *
 * <p>An iteration throws what the list's method may throw, as {@link JobsException}. Thread-safe;
 * its iterators and streams are not.
 *
 * @param <T> what is listed
 */
public final class Pages<T> implements Iterable<T> {
  private final Function<String, Page<T>> fetch;
  private final String firstToken;

  /**
   * For lists of the client.
   *
   * @param firstToken where to begin; empty: at the first page
   * @param fetch brings the page that a token names
   */
  Pages(String firstToken, Function<String, Page<T>> fetch) {
    this.firstToken = firstToken;
    this.fetch = fetch;
  }

  /** {@return the items of all pages} */
  @Override
  public Iterator<T> iterator() {
    Iterator<Page<T>> pages = pages().iterator();
    return new Iterator<>() {
      private Iterator<T> items = List.<T>of().iterator();

      @Override
      public boolean hasNext() {
        while (!items.hasNext() && pages.hasNext()) {
          items = pages.next().items().iterator();
        }
        return items.hasNext();
      }

      @Override
      public T next() {
        if (!hasNext()) {
          throw new NoSuchElementException("the list has ended");
        }
        return items.next();
      }
    };
  }

  /** {@return the items of all pages, in order; it fetches no page before it is needed} */
  public Stream<T> stream() {
    return StreamSupport.stream(spliterator(), false);
  }

  /** {@return the first page alone} */
  public Page<T> firstPage() {
    return fetch.apply(firstToken);
  }

  /** {@return the pages, one after another} */
  public Iterable<Page<T>> pages() {
    return () ->
        new Iterator<>() {
          private String token = firstToken;

          @Override
          public boolean hasNext() {
            return token != null;
          }

          @Override
          public Page<T> next() {
            if (token == null) {
              throw new NoSuchElementException("that was the last page");
            }
            Page<T> page = fetch.apply(token);
            token = page.isLast() ? null : page.nextPageToken();
            return page;
          }
        };
  }
}
