package com.ductape.jobs.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ductape.jobs.JobsClient;
import com.ductape.jobs.LiveServer;
import com.ductape.jobs.v1.Event;
import com.ductape.jobs.v1.Job;
import com.ductape.jobs.v1.Run;
import com.ductape.jobs.v1.WorkerTarget;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A worker whose real server crashes. */
@Tag("live")
@Timeout(120)
class LiveWorkerTest {
  @TempDir Path directory;

  @Test
  void aRunOutlivesACrashOfTheServer() throws Exception {
    BlockingQueue<Task> begun = new LinkedBlockingQueue<>();
    CountDownLatch open = new CountDownLatch(1);
    try (LiveServer server = new LiveServer(directory);
        JobsClient client = JobsClient.connect(server.address());
        Worker worker =
            Worker.builder(client)
                .queues("tasks")
                .handler(
                    task -> {
                      begun.add(task);
                      open.await();
                      return "attempt " + task.attempt();
                    })
                .start()) {
      createJob(client);
      Task first = begun.poll(30, TimeUnit.SECONDS);
      assertTrue(first != null, "no run came");
      server.crashAndRestart();
      Task second = begun.poll(30, TimeUnit.SECONDS);
      assertTrue(second != null, "no run came again");
      assertEquals(first.runId(), second.runId());
      assertTrue(Long.compareUnsigned(second.token(), first.token()) > 0, "tokens rise");
      assertEquals("STALE_TOKEN", first.cancelReason());
      open.countDown();
      assertTrue(worker.drain(Duration.ofSeconds(30)));
      Run run = client.runs().get(second.runId());
      assertEquals(Run.State.COMPLETED, run.getState());
      assertEquals(1, client.runs().list("once").stream().count());
    }
  }

  private static void createJob(JobsClient client) {
    client
        .events()
        .create(
            Event.newBuilder()
                .setEventType(Event.Type.ACTION)
                .setTag("task")
                .setWorker(WorkerTarget.newBuilder().setQueue("tasks"))
                .build());
    client
        .jobs()
        .create(
            Job.newBuilder()
                .setTag("once")
                .setName("Once")
                .setEventType(Event.Type.ACTION)
                .setEventTag("task")
                .setExecutions(1)
                .setIntervals(1000)
                .build());
  }
}
