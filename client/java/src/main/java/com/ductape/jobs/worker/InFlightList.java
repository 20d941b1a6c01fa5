package com.ductape.jobs.worker;

import com.ductape.jobs.v1.Hello;
import com.ductape.jobs.v1.RunRef;

/**
 * The runs that a hello names as in hand, as many as the server reads: a larger hello would end the
 * stream, and every one after it, for as long as the worker has so much in hand. What is not named
 * is not the worker's any more; the welcome tells it so. Not thread-safe.
 */
final class InFlightList {
  /**
   * Of the 1 MiB that the server receives at most. The rest of a hello takes up to 100 KiB: it is
   * mostly the names of 100 queues.
   */
  static final int MAX_BYTES = 900 * 1024;

  // What an element takes beside its own bytes: a tag and a length. It has some 30 bytes, so that
  // one byte of length is enough.
  private static final int HEAD_BYTES = 2;

  private final Hello.Builder hello;
  private int bytes;

  InFlightList(Hello.Builder hello) {
    this.hello = hello;
  }

  /** False if there was no room. */
  boolean add(RunRef run) {
    int size = run.getSerializedSize() + HEAD_BYTES;
    if (bytes + size > MAX_BYTES) {
      return false;
    }
    bytes += size;
    hello.addInFlight(run);
    return true;
  }
}
