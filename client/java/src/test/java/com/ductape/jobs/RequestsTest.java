package com.ductape.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ductape.jobs.v1.AdminProto;
import com.ductape.jobs.v1.BatchCreateJobsRequest;
import com.ductape.jobs.v1.CalendarProto;
import com.ductape.jobs.v1.Connection;
import com.ductape.jobs.v1.ConnectionProto;
import com.ductape.jobs.v1.CreateConnectionRequest;
import com.ductape.jobs.v1.CreateJobRequest;
import com.ductape.jobs.v1.EventProto;
import com.ductape.jobs.v1.GetJobRequest;
import com.ductape.jobs.v1.GetServerInfoRequest;
import com.ductape.jobs.v1.Job;
import com.ductape.jobs.v1.JobProto;
import com.ductape.jobs.v1.PreviewScheduleRequest;
import com.ductape.jobs.v1.RunProto;
import com.ductape.jobs.v1.WorkerProto;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class RequestsTest {
  private static final List<FileDescriptor> API =
      List.of(
          AdminProto.getDescriptor(),
          CalendarProto.getDescriptor(),
          ConnectionProto.getDescriptor(),
          EventProto.getDescriptor(),
          JobProto.getDescriptor(),
          RunProto.getDescriptor(),
          WorkerProto.getDescriptor());

  @Test
  void allUnaryMethodsMayBeRepeatedButLeaseRunsAndTestEvent() {
    Set<String> once = new TreeSet<>();
    int methods = 0;
    for (FileDescriptor file : API) {
      for (var service : file.getServices()) {
        for (MethodDescriptor method : service.getMethods()) {
          ++methods;
          if (!Requests.mayRepeat(DynamicMessage.getDefaultInstance(method.getInputType()))) {
            once.add(method.getName());
          }
        }
      }
    }
    assertEquals(Set.of("LeaseRuns", "TestEvent", "Work"), once);
    assertTrue(methods >= 34, methods + " methods");
  }

  @Test
  void changesGetARequestId() {
    CreateJobRequest bare = CreateJobRequest.getDefaultInstance();
    String id = Requests.complete(bare, "").getRequestId();
    assertTrue(id.matches("[0-9a-f]{32}"), id);
    assertNotEquals(id, Requests.complete(bare, "").getRequestId());
    CreateJobRequest own = CreateJobRequest.newBuilder().setRequestId("mine").build();
    assertEquals("mine", Requests.complete(own, "").getRequestId());
  }

  @Test
  void eachItemOfABatchGetsARequestId() {
    BatchCreateJobsRequest batch =
        Requests.complete(
            BatchCreateJobsRequest.newBuilder()
                .addRequests(CreateJobRequest.getDefaultInstance())
                .addRequests(CreateJobRequest.newBuilder().setRequestId("mine"))
                .build(),
            "shop");
    assertFalse(batch.getRequests(0).getRequestId().isEmpty());
    assertEquals("mine", batch.getRequests(1).getRequestId());
    assertEquals("shop", batch.getProduct());
  }

  @Test
  void theProductIsFilledInWhereItIsMissing() {
    GetJobRequest get = GetJobRequest.newBuilder().setTag("a").build();
    assertEquals("shop", Requests.complete(get, "shop").getProduct());
    assertEquals("", Requests.complete(get, "").getProduct());
    assertEquals(
        "other",
        Requests.complete(get.toBuilder().setProduct("other").build(), "shop").getProduct());
    CreateJobRequest create =
        CreateJobRequest.newBuilder().setJob(Job.newBuilder().setTag("a")).build();
    assertEquals("shop", Requests.complete(create, "shop").getJob().getProduct());
    CreateConnectionRequest connect =
        CreateConnectionRequest.newBuilder()
            .setConnection(Connection.newBuilder().setTag("a"))
            .build();
    assertEquals("shop", Requests.complete(connect, "shop").getConnection().getProduct());
    assertEquals(
        GetServerInfoRequest.getDefaultInstance(),
        Requests.complete(GetServerInfoRequest.getDefaultInstance(), "shop"));
  }

  @Test
  void aResourceThatIsNotSetStaysSo() {
    PreviewScheduleRequest byTag = PreviewScheduleRequest.newBuilder().setTag("a").build();
    PreviewScheduleRequest completed = Requests.complete(byTag, "shop");
    assertEquals("a", completed.getTag());
    assertEquals("shop", completed.getProduct());
    assertFalse(
        Requests.complete(CreateJobRequest.getDefaultInstance(), "shop").hasJob(), "no job");
  }
}
