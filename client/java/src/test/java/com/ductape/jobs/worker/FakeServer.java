package com.ductape.jobs.worker;

import com.ductape.jobs.v1.Deliveries;
import com.ductape.jobs.v1.Delivery;
import com.ductape.jobs.v1.RunRef;
import com.ductape.jobs.v1.Welcome;
import com.ductape.jobs.v1.WorkRequest;
import com.ductape.jobs.v1.WorkResponse;
import com.ductape.jobs.v1.WorkerServiceGrpc.WorkerServiceImplBase;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The server's side of worker streams, played by a test. */
final class FakeServer extends WorkerServiceImplBase {
  private final BlockingQueue<Stream> streams = new LinkedBlockingQueue<>();

  @Override
  public StreamObserver<WorkRequest> work(StreamObserver<WorkResponse> responses) {
    Stream stream = new Stream(responses);
    streams.add(stream);
    return stream;
  }

  /** The next stream that a worker opens. */
  Stream accept() throws InterruptedException {
    return taken(streams.poll(20, TimeUnit.SECONDS), "stream");
  }

  private static <T> T taken(T value, String what) {
    if (value == null) {
      throw new AssertionError("no " + what + " came");
    }
    return value;
  }

  /** One stream. */
  static final class Stream implements StreamObserver<WorkRequest> {
    private static final WorkRequest CLOSED = WorkRequest.getDefaultInstance();

    private final StreamObserver<WorkResponse> responses;
    private final BlockingQueue<WorkRequest> requests = new LinkedBlockingQueue<>();

    private Stream(StreamObserver<WorkResponse> responses) {
      this.responses = responses;
    }

    @Override
    public void onNext(WorkRequest request) {
      requests.add(request);
    }

    @Override
    public void onError(Throwable error) {
      requests.add(CLOSED);
    }

    @Override
    public void onCompleted() {
      requests.add(CLOSED);
    }

    /** The next message; heartbeats are passed over. */
    WorkRequest next() throws InterruptedException {
      WorkRequest request;
      do {
        request = taken(requests.poll(20, TimeUnit.SECONDS), "message");
      } while (request.hasHeartbeat());
      return request;
    }

    /** The next message, whatever it is. */
    WorkRequest nextOfAny() throws InterruptedException {
      return taken(requests.poll(20, TimeUnit.SECONDS), "message");
    }

    boolean isClosed() throws InterruptedException {
      return next() == CLOSED;
    }

    Stream welcome(String session, RunRef... kept) {
      responses.onNext(
          WorkResponse.newBuilder()
              .setWelcome(Welcome.newBuilder().setSessionId(session).addAllKept(List.of(kept)))
              .build());
      return this;
    }

    void deliver(RunRef... runs) {
      Deliveries.Builder batch = Deliveries.newBuilder();
      for (RunRef run : runs) {
        batch.addDeliveries(Delivery.newBuilder().setRun(run).setAttempt(1));
      }
      responses.onNext(WorkResponse.newBuilder().setDeliveries(batch).build());
    }

    void acknowledge(long through) {
      WorkResponse.Builder response = WorkResponse.newBuilder();
      response.getAcksBuilder().setAckedThrough(through);
      responses.onNext(response.build());
    }

    void cancel(String reason, RunRef run) {
      WorkResponse.Builder response = WorkResponse.newBuilder();
      response.getCancelsBuilder().setReason(reason).addRuns(run);
      responses.onNext(response.build());
    }

    void fail(RuntimeException error) {
      responses.onError(error);
    }

    void fail(Status status) {
      fail(status.asRuntimeException());
    }

    void end() {
      responses.onCompleted();
    }
  }
}
