package com.ductape.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.ductape.jobs.v1.AdminServiceGrpc;
import com.ductape.jobs.v1.CompleteRunsRequest;
import com.ductape.jobs.v1.Event;
import com.ductape.jobs.v1.GetServerInfoRequest;
import com.ductape.jobs.v1.Job;
import com.ductape.jobs.v1.LeaseRunsRequest;
import com.ductape.jobs.v1.LeaseRunsResponse;
import com.ductape.jobs.v1.Result;
import com.ductape.jobs.v1.Run;
import com.ductape.jobs.v1.WorkerTarget;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Connections to a real server, and what the conformance scenario does not take. */
@Tag("live")
@Timeout(120)
class LiveClientTest {
  @TempDir Path directory;

  /** A self-signed certificate and its key. */
  private void makeCertificate(String name) throws IOException, InterruptedException {
    Process openssl =
        new ProcessBuilder(
                List.of(
                    "openssl",
                    "req",
                    "-x509",
                    "-newkey",
                    "ec",
                    "-pkeyopt",
                    "ec_paramgen_curve:prime256v1",
                    "-nodes",
                    "-days",
                    "2",
                    "-keyout",
                    name + ".key",
                    "-out",
                    name + ".pem",
                    "-subj",
                    "/CN=" + name,
                    "-addext",
                    "subjectAltName=DNS:" + name))
            .directory(directory.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertEquals(0, openssl.waitFor());
  }

  private Path file(String name) {
    return directory.resolve(name);
  }

  private static JobsClientBuilder impatient(LiveServer server) {
    return JobsClient.builder().address(server.address()).retry(RetryOptions.NONE);
  }

  @Test
  void mutualTls() throws Exception {
    makeCertificate("server.test");
    makeCertificate("client");
    try (LiveServer server =
        new LiveServer(
            directory,
            "--tls-cert",
            file("server.test.pem").toString(),
            "--tls-key",
            file("server.test.key").toString(),
            "--tls-client-ca",
            file("client.pem").toString())) {
      TlsOptions trusting = TlsOptions.trusting(file("server.test.pem")).serverName("server.test");
      TlsOptions known = trusting.clientCertificate(file("client.pem"), file("client.key"));
      try (JobsClient client = impatient(server).tls(known).bearerToken("t").build()) {
        assertFalse(client.admin().serverInfo().getVersion().isEmpty());
      }
      for (TlsOptions refused :
          List.of(trusting, known.serverName("other.test"), TlsOptions.systemTrust())) {
        try (JobsClient client = impatient(server).tls(refused).build()) {
          assertThrows(UnavailableException.class, () -> client.admin().serverInfo());
        }
      }
      try (JobsClient client = impatient(server).build()) {
        assertThrows(UnavailableException.class, () -> client.admin().serverInfo());
      }
    }
  }

  @Test
  void unixSocketsAndGeneratedStubs() throws Exception {
    try (LiveServer server = new LiveServer(directory, "--listen", "unix:" + file("socket"));
        JobsClient client = JobsClient.connect("unix:" + file("socket"))) {
      String version = client.admin().serverInfo().getVersion();
      assertEquals(
          version,
          AdminServiceGrpc.newBlockingStub(client.channel())
              .getServerInfo(GetServerInfoRequest.getDefaultInstance())
              .getVersion());
      assertEquals(
          version,
          AdminServiceGrpc.newFutureStub(client.channel())
              .getServerInfo(GetServerInfoRequest.getDefaultInstance())
              .get(20, TimeUnit.SECONDS)
              .getVersion());
      assertFalse(server.address().isEmpty());
    }
  }

  @Test
  void longPollsTakeAndCompleteRuns() throws Exception {
    try (LiveServer server = new LiveServer(directory);
        JobsClient client = JobsClient.connect(server.address())) {
      client
          .events()
          .create(
              Event.newBuilder()
                  .setEventType(Event.Type.ACTION)
                  .setTag("poll")
                  .setWorker(WorkerTarget.getDefaultInstance())
                  .build());
      client
          .jobs()
          .create(
              Job.newBuilder()
                  .setTag("once")
                  .setName("Once")
                  .setEventType(Event.Type.ACTION)
                  .setEventTag("poll")
                  .setExecutions(1)
                  .setIntervals(1000)
                  .build());
      LeaseRunsResponse lease =
          client
              .leases()
              .lease(
                  LeaseRunsRequest.newBuilder()
                      .addQueues("ACTION/poll")
                      .setWait(ProtoTime.duration(Duration.ofSeconds(20)))
                      .build());
      assertEquals(1, lease.getDeliveriesCount());
      Result done =
          Result.newBuilder()
              .setRun(lease.getDeliveries(0).getRun())
              .setOutput(ByteString.copyFromUtf8("polled"))
              .build();
      assertEquals(
          0,
          client
              .leases()
              .complete(
                  CompleteRunsRequest.newBuilder()
                      .setSessionId(lease.getSessionId())
                      .addResults(done)
                      .build())
              .getRefusedCount());
      Run run = client.runs().get(done.getRun().getRunId());
      assertEquals(Run.State.COMPLETED, run.getState());
      assertEquals("polled", run.getOutput());
    }
  }
}
