package com.ductape.jobs.worker;

import com.ductape.jobs.JobsException;
import com.ductape.jobs.v1.WorkRequest;
import com.ductape.jobs.v1.WorkResponse;
import com.ductape.jobs.v1.WorkerServiceGrpc;
import io.grpc.Channel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.Optional;

/**
 * One WorkerService.Work call. Everything that is sent comes from one thread, the session's loop;
 * what it tells its owner comes on threads of gRPC, one after another.
 */
final class WorkStream implements ClientResponseObserver<WorkRequest, WorkResponse> {
  /** Who hears of a stream. It is given so that what comes from an earlier one can be told. */
  interface Owner {
    void message(WorkStream stream, WorkResponse response);

    /** More can be sent without piling up. */
    void ready(WorkStream stream);

    /** The last call. Empty: the server ended it in good order. */
    void ended(WorkStream stream, Optional<JobsException> error);
  }

  private final Owner owner;
  private ClientCallStreamObserver<WorkRequest> requests;

  WorkStream(Owner owner) {
    this.owner = owner;
  }

  void start(Channel channel) {
    WorkerServiceGrpc.newStub(channel).work(this);
  }

  boolean isReady() {
    return requests.isReady();
  }

  void send(WorkRequest request) {
    requests.onNext(request);
  }

  /** The worker has nothing more to say. */
  void closeSide() {
    requests.onCompleted();
  }

  /** Breaks it off. Nothing is sent after it. */
  void cancel(String why) {
    requests.cancel(why, null);
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<WorkRequest> requests) {
    this.requests = requests;
    requests.setOnReadyHandler(() -> owner.ready(this));
  }

  @Override
  public void onNext(WorkResponse response) {
    owner.message(this, response);
  }

  @Override
  public void onError(Throwable error) {
    owner.ended(this, Optional.of(JobsException.of(error)));
  }

  @Override
  public void onCompleted() {
    owner.ended(this, Optional.empty());
  }
}
