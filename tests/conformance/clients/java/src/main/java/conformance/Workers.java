package conformance;

import com.ductape.jobs.JobsClient;
import com.ductape.jobs.worker.Worker;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/** The scenario's steps on workers. */
final class Workers implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final JobsClient client;
  private final Handler handler = new Handler();
  private final Map<String, Worker> workers = new HashMap<>();

  Workers(JobsClient client) {
    this.client = client;
  }

  /** Takes one step; says what is wrong, if something is. */
  Optional<String> take(JsonObject step) throws Exception {
    switch (step.get("worker").getAsString()) {
      case "start":
        return start(step);
      case "await_started":
        String runId = step.get("run_id").getAsString();
        return Patience.until(
            PATIENCE,
            () -> handler.seen(runId).isEmpty() ? Optional.of("not begun") : Optional.empty());
      case "release":
        handler.release(step.get("latch").getAsString());
        return Optional.empty();
      case "drain":
        return drain(step);
      case "stop":
        worker(step).stop();
        return Optional.empty();
      case "seen":
        JsonElement expected = step.get("answer");
        return Patience.until(
            PATIENCE,
            () -> Expectation.mismatch(expected, handler.seen(step.get("run_id").getAsString())));
      default:
        return Optional.of("unknown step of a worker");
    }
  }

  private Worker worker(JsonObject step) {
    return workers.remove(step.get("name").getAsString());
  }

  private Optional<String> start(JsonObject step) throws InterruptedException {
    String name = step.get("name").getAsString();
    List<String> queues = new ArrayList<>();
    step.getAsJsonArray("queues").forEach(queue -> queues.add(queue.getAsString()));
    Worker worker =
        Worker.builder(client)
            .name(name)
            .queues(queues.toArray(String[]::new))
            .maxInFlight(step.get("max_in_flight").getAsInt())
            .handler(handler)
            .start();
    workers.put(name, worker);
    return worker.awaitConnected(PATIENCE) ? Optional.empty() : Optional.of("not connected");
  }

  private Optional<String> drain(JsonObject step) throws Exception {
    Worker worker = worker(step);
    Callable<Boolean> drain = () -> worker.drain(PATIENCE);
    FutureTask<Boolean> drained = new FutureTask<>(drain);
    new Thread(drained, "drain").start();
    if (step.has("release")) {
      handler.release(step.get("release").getAsString());
    }
    return drained.get() ? Optional.empty() : Optional.of("not drained in good order");
  }

  @Override
  public void close() {
    workers.values().forEach(Worker::stop);
  }
}
