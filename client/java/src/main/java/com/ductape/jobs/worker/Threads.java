package com.ductape.jobs.worker;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads of workers. They do not keep the program alive. */
final class Threads {
  private static final int IDLE_SECONDS = 10;

  private Threads() {}

  /**
   * Runs what a user gave, so that what it throws does no harm here: it is reported, as uncaught.
   */
  static void guard(Runnable callback) {
    try {
      callback.run();
    } catch (RuntimeException e) {
      Thread thread = Thread.currentThread();
      thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
    }
  }

  static ThreadFactory daemons(String name) {
    AtomicInteger number = new AtomicInteger();
    return runnable -> {
      Thread thread = new Thread(runnable, name + "-" + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /** Up to so many threads, which come when they are needed and go when they are idle. */
  static ThreadPoolExecutor pool(int threads) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            daemons("ductape-worker"));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }
}
