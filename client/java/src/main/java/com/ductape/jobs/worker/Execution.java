package com.ductape.jobs.worker;

import com.ductape.jobs.v1.Result;
import com.google.protobuf.ByteString;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

/** Calls handlers, and makes results of what they return and throw. */
final class Execution {
  // The server keeps 4 KiB of an output, and marks what it cut: a little more is enough for it to
  // see that there was more.
  private static final int SENT_OUTPUT_BYTES = 8 * 1024;

  private Execution() {}

  static void run(Task task, TaskHandler handler) {
    if (!task.begin()) {
      return;
    }
    Result.Builder result;
    try {
      result = completed(handler.handle(task));
    } catch (Throwable thrown) { // an Error too: the run has failed, and the worker goes on
      result = failed(task, thrown);
    }
    task.returned();
    task.answer(result);
  }

  static void begin(Task task, AsyncTaskHandler handler) {
    if (!task.begin()) {
      return;
    }
    try {
      CompletionStage<String> stage = handler.handle(task);
      stage.whenComplete(
          (output, thrown) ->
              task.answer(thrown == null ? completed(output) : failed(task, thrown)));
    } catch (Throwable thrown) {
      task.answer(failed(task, thrown));
    }
    task.returned();
  }

  static Result.Builder completed(String output) {
    if (output == null || output.isEmpty()) {
      return Result.newBuilder().setOutput(ByteString.EMPTY);
    }
    return Result.newBuilder()
        .setOutput(ByteString.copyFromUtf8(Texts.fit(output, SENT_OUTPUT_BYTES)));
  }

  static Result.Builder failed(Task task, Throwable thrown) {
    Throwable error = thrown;
    while ((error instanceof CompletionException || error instanceof ExecutionException)
        && error.getCause() != null) {
      error = error.getCause();
    }
    boolean stopped =
        error instanceof InterruptedException || error instanceof CancellationException;
    if (stopped && task.isCancelled()) {
      return task.cancelled();
    }
    if (error instanceof TaskReleasedException) {
      return Task.released();
    }
    if (error instanceof TaskFailedException failure) {
      return failure.result();
    }
    String message = error.getMessage() == null ? error.getClass().getName() : error.getMessage();
    return new TaskFailedException(TaskFailedException.HANDLER_ERROR, message, error, true, null, 0)
        .result();
  }
}
