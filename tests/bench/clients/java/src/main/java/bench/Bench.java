package bench;

import com.ductape.jobs.AlreadyExistsException;
import com.ductape.jobs.JobsClient;
import com.ductape.jobs.JobsException;
import com.ductape.jobs.ProtoTime;
import com.ductape.jobs.v1.BatchCreateJobsRequest;
import com.ductape.jobs.v1.Event;
import com.ductape.jobs.v1.Job;
import com.ductape.jobs.v1.WorkerTarget;
import com.ductape.jobs.worker.Worker;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;

/**
 * How many runs a second workers of this client complete.
 *
 * <p>Arguments: the server's address, that of its HTTP side port, how many jobs to make, each of
 * which is due once a second, for how many seconds to count, and how many workers share the load,
 * each with a connection of its own. The handler does nothing. Counts begin 5 s after the last job
 * was created. Prints one JSON object: what was due, what handlers were called for, and what the
 * server says that it has on its disk as COMPLETED, all by the second; and the CPU time of this
 * process by handled run, in microseconds, which a busy machine changes less.
 */
public final class Bench {
  private static final int BATCH = 1_000;
  private static final int INTERVAL_MILLIS = 1_000;
  private static final int WINDOW = 100_000;
  private static final Duration WARMUP = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final OperatingSystemMXBean PROCESS =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private Bench() {}

  public static void main(String[] args) throws Exception {
    if (args.length != 5) {
      System.err.println("usage: Bench ADDRESS HTTP_ADDRESS JOBS SECONDS WORKERS");
      System.exit(2);
    }
    int jobs = Integer.parseInt(args[2]);
    int seconds = Integer.parseInt(args[3]);
    LongAdder called = new LongAdder();
    List<JobsClient> clients = new ArrayList<>();
    List<Worker> workers = new ArrayList<>();
    for (int i = 0; i < Integer.parseInt(args[4]); ++i) {
      JobsClient client = JobsClient.connect(args[0]);
      clients.add(client);
      workers.add(worker(client, called));
    }
    System.err.println("connected");
    create(clients.get(0), jobs);
    System.err.println("created " + jobs + " jobs");
    Thread.sleep(WARMUP.toMillis());

    long completedBefore = completed(args[1]);
    long calledBefore = called.sum();
    long cpuBefore = PROCESS.getProcessCpuTime();
    long began = System.nanoTime();
    Thread.sleep(Duration.ofSeconds(seconds).toMillis());
    double took = (System.nanoTime() - began) / 1e9;
    long handled = called.sum() - calledBefore;
    double cpuMicros = (PROCESS.getProcessCpuTime() - cpuBefore) / 1e3 / Math.max(handled, 1);
    double completions = (completed(args[1]) - completedBefore) / took;

    System.out.printf(
        Locale.ROOT,
        "{\"due_per_second\": %d, \"handled_per_second\": %.0f, \"completed_per_second\": %.0f,"
            + " \"cpu_us_per_run\": %.1f, \"load_average\": %s}%n",
        jobs,
        handled / took,
        completions,
        cpuMicros,
        Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
    workers.forEach(Worker::stop);
    clients.forEach(JobsClient::close);
  }

  private static Worker worker(JobsClient client, LongAdder called) throws InterruptedException {
    Worker worker =
        Worker.builder(client)
            .queues("ACTION/bench")
            .maxInFlight(WINDOW)
            .executor(Runnable::run)
            .handler(
                task -> {
                  called.increment();
                  return null;
                })
            .start();
    if (!worker.awaitConnected(PATIENCE)) {
      throw new IllegalStateException("not connected");
    }
    return worker;
  }

  private static void create(JobsClient client, int jobs) {
    Event event =
        Event.newBuilder()
            .setEventType(Event.Type.ACTION)
            .setTag("bench")
            .setWorker(WorkerTarget.getDefaultInstance())
            .build();
    try {
      client.events().create(event);
    } catch (AlreadyExistsException again) {
      System.err.println("the event is there already");
    }
    Instant start = Instant.now().plusSeconds(2);
    for (int first = 0; first < jobs; first += BATCH) {
      BatchCreateJobsRequest.Builder batch = BatchCreateJobsRequest.newBuilder();
      for (int i = first; i < Math.min(first + BATCH, jobs); ++i) {
        long phase = (long) i * INTERVAL_MILLIS / jobs;
        batch
            .addRequestsBuilder()
            .setJob(
                Job.newBuilder()
                    .setTag(String.format(Locale.ROOT, "bench-%010d", i))
                    .setName("Bench")
                    .setEventType(Event.Type.ACTION)
                    .setEventTag("bench")
                    .setExecutions(0)
                    .setIntervals(INTERVAL_MILLIS)
                    .setStartTime(ProtoTime.timestamp(start.plusMillis(phase))));
      }
      for (var result : client.jobs().createAll(batch.build()).getResultsList()) {
        if (result.hasError()) {
          throw JobsException.of(result.getError());
        }
      }
    }
  }

  /** The server's count of attempts that ended COMPLETED, on its disk. */
  private static long completed(String address) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + address + "/metrics")).build();
    String samples =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
    return samples
        .lines()
        .filter(line -> line.startsWith("ductape_jobs_outcomes_total{outcome=\"completed\"}"))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
