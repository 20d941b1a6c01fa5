package conformance;

import com.ductape.jobs.worker.DoNotRetryException;
import com.ductape.jobs.worker.Task;
import com.ductape.jobs.worker.TaskFailedException;
import com.ductape.jobs.worker.TaskHandler;
import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The handler of the scenario's workers: notes what it is given, and does what the input says. */
final class Handler implements TaskHandler {
  private static final long MAX_WAIT_SECONDS = 30;

  private final Map<String, CountDownLatch> latches = new ConcurrentHashMap<>();
  private final List<JsonObject> notes = new ArrayList<>(); // guarded by itself

  @Override
  public String handle(Task task) throws Exception {
    JsonObject note = note(task);
    synchronized (notes) {
      notes.add(note);
    }
    try {
      return act(task, input(task));
    } finally {
      if (task.isCancelled()) {
        synchronized (notes) {
          note.addProperty("cancelled", task.cancelReason());
        }
      }
    }
  }

  private static String fail(JsonObject input) {
    String message = input.get("message").getAsString();
    String code = input.get("code").getAsString();
    if (input.has("retryable") && !input.get("retryable").getAsBoolean()) {
      throw new DoNotRetryException(code, message);
    }
    throw new TaskFailedException(code, message).retryable(true);
  }

  private String act(Task task, JsonObject input) throws Exception {
    String what = input.has("do") ? input.get("do").getAsString() : "describe";
    switch (what) {
      case "describe":
        return task.runId() + " " + task.jobTag() + " " + task.number() + " " + task.attempt();
      case "complete":
        return input.get("output").getAsString();
      case "fail":
        return fail(input);
      case "fail_until":
        return task.attempt() < input.get("attempt").getAsInt()
            ? fail(input)
            : "attempt " + task.attempt();
      case "throw":
        throw new IllegalStateException(input.get("message").getAsString());
      case "wait_cancel":
        new CountDownLatch(1).await(MAX_WAIT_SECONDS, TimeUnit.SECONDS); // until it is interrupted
        return "was not cancelled";
      case "hold":
        boolean open =
            latch(input.get("latch").getAsString()).await(MAX_WAIT_SECONDS, TimeUnit.SECONDS);
        return open ? "held" : "was not released";
      default:
        throw new IllegalArgumentException("unknown: " + what);
    }
  }

  private CountDownLatch latch(String name) {
    return latches.computeIfAbsent(name, key -> new CountDownLatch(1));
  }

  void release(String name) {
    latch(name).countDown();
  }

  /** What was noted of a run, one object for each call. */
  JsonArray seen(String runId) {
    JsonArray seen = new JsonArray();
    synchronized (notes) {
      for (JsonObject note : notes) {
        if (note.get("run_id").getAsString().equals(runId)) {
          seen.add(note.deepCopy());
        }
      }
    }
    return seen;
  }

  private static JsonObject input(Task task) {
    return task.inputText().isEmpty()
        ? new JsonObject()
        : JsonParser.parseString(task.inputText()).getAsJsonObject();
  }

  private static JsonObject note(Task task) {
    JsonObject note = new JsonObject();
    note.addProperty("run_id", task.runId());
    note.addProperty("job_tag", task.jobTag());
    note.addProperty("job_name", task.delivery().getJobName());
    note.addProperty("number", task.number());
    note.addProperty("attempt", task.attempt());
    note.addProperty("event_type", task.delivery().getEventType().name());
    note.addProperty("event_tag", task.delivery().getEventTag());
    note.addProperty("env", task.delivery().getEnv());
    note.addProperty("scheduled_time", task.scheduledTime().toString());
    note.addProperty("token", Long.toUnsignedString(task.token()));
    note.add("input", input(task));
    note.add("cancelled", JsonNull.INSTANCE);
    return note;
  }
}
