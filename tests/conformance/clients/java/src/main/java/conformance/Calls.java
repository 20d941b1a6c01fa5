package conformance;

import com.ductape.jobs.JobsClient;
import com.ductape.jobs.Page;
import com.ductape.jobs.Pages;
import com.ductape.jobs.v1.BackfillJobRequest;
import com.ductape.jobs.v1.BatchCreateJobsRequest;
import com.ductape.jobs.v1.CancelRunRequest;
import com.ductape.jobs.v1.CreateCalendarRequest;
import com.ductape.jobs.v1.CreateConnectionRequest;
import com.ductape.jobs.v1.CreateEventRequest;
import com.ductape.jobs.v1.CreateJobRequest;
import com.ductape.jobs.v1.DeleteCalendarRequest;
import com.ductape.jobs.v1.DeleteConnectionRequest;
import com.ductape.jobs.v1.DeleteEventRequest;
import com.ductape.jobs.v1.DeleteJobRequest;
import com.ductape.jobs.v1.GetCalendarRequest;
import com.ductape.jobs.v1.GetConnectionRequest;
import com.ductape.jobs.v1.GetEventRequest;
import com.ductape.jobs.v1.GetJobRequest;
import com.ductape.jobs.v1.GetRunRequest;
import com.ductape.jobs.v1.ListCalendarsRequest;
import com.ductape.jobs.v1.ListCalendarsResponse;
import com.ductape.jobs.v1.ListConnectionsRequest;
import com.ductape.jobs.v1.ListConnectionsResponse;
import com.ductape.jobs.v1.ListEventsRequest;
import com.ductape.jobs.v1.ListEventsResponse;
import com.ductape.jobs.v1.ListJobsRequest;
import com.ductape.jobs.v1.ListJobsResponse;
import com.ductape.jobs.v1.ListRunsRequest;
import com.ductape.jobs.v1.ListRunsResponse;
import com.ductape.jobs.v1.PauseJobRequest;
import com.ductape.jobs.v1.PreviewScheduleRequest;
import com.ductape.jobs.v1.ResumeJobRequest;
import com.ductape.jobs.v1.RunJobRequest;
import com.ductape.jobs.v1.SkipOccurrenceRequest;
import com.ductape.jobs.v1.TestConnectionRequest;
import com.ductape.jobs.v1.TestEventRequest;
import com.ductape.jobs.v1.UpdateCalendarRequest;
import com.ductape.jobs.v1.UpdateConnectionRequest;
import com.ductape.jobs.v1.UpdateEventRequest;
import com.ductape.jobs.v1.UpdateJobRequest;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.ErrorDetailsProto;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/** The methods of the client by the names of the API's. */
final class Calls {
  // What the errors of a batch's items carry.
  private static final JsonFormat.TypeRegistry DETAILS =
      JsonFormat.TypeRegistry.newBuilder()
          .add(ErrorDetailsProto.getDescriptor().getMessageTypes())
          .build();
  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer().preservingProtoFieldNames().usingTypeRegistry(DETAILS);

  private final Map<String, Function<JsonElement, JsonElement>> calls = new HashMap<>();
  private final Map<String, Function<JsonElement, JsonElement>> lists = new HashMap<>();

  Calls(JobsClient client) {
    var jobs = client.jobs();
    call("CreateJob", CreateJobRequest.getDefaultInstance(), jobs::create);
    call("GetJob", GetJobRequest.getDefaultInstance(), jobs::get);
    call("UpdateJob", UpdateJobRequest.getDefaultInstance(), jobs::update);
    delete("DeleteJob", DeleteJobRequest.getDefaultInstance(), jobs::delete);
    call("PauseJob", PauseJobRequest.getDefaultInstance(), jobs::pause);
    call("ResumeJob", ResumeJobRequest.getDefaultInstance(), jobs::resume);
    call("RunJob", RunJobRequest.getDefaultInstance(), jobs::run);
    call("BackfillJob", BackfillJobRequest.getDefaultInstance(), jobs::backfill);
    call("SkipOccurrence", SkipOccurrenceRequest.getDefaultInstance(), jobs::skip);
    call("PreviewSchedule", PreviewScheduleRequest.getDefaultInstance(), jobs::preview);
    call("BatchCreateJobs", BatchCreateJobsRequest.getDefaultInstance(), jobs::createAll);
    list(
        "ListJobs",
        ListJobsRequest.getDefaultInstance(),
        jobs::list,
        page -> ListJobsResponse.newBuilder().addAllJobs(page.items()),
        (response, token) -> ((ListJobsResponse.Builder) response).setNextPageToken(token));

    var events = client.events();
    call("CreateEvent", CreateEventRequest.getDefaultInstance(), events::create);
    call("GetEvent", GetEventRequest.getDefaultInstance(), events::get);
    call("UpdateEvent", UpdateEventRequest.getDefaultInstance(), events::update);
    delete("DeleteEvent", DeleteEventRequest.getDefaultInstance(), events::delete);
    call("TestEvent", TestEventRequest.getDefaultInstance(), events::test);
    list(
        "ListEvents",
        ListEventsRequest.getDefaultInstance(),
        events::list,
        page -> ListEventsResponse.newBuilder().addAllEvents(page.items()),
        (response, token) -> ((ListEventsResponse.Builder) response).setNextPageToken(token));

    var calendars = client.calendars();
    call("CreateCalendar", CreateCalendarRequest.getDefaultInstance(), calendars::create);
    call("GetCalendar", GetCalendarRequest.getDefaultInstance(), calendars::get);
    call("UpdateCalendar", UpdateCalendarRequest.getDefaultInstance(), calendars::update);
    delete("DeleteCalendar", DeleteCalendarRequest.getDefaultInstance(), calendars::delete);
    list(
        "ListCalendars",
        ListCalendarsRequest.getDefaultInstance(),
        calendars::list,
        page -> ListCalendarsResponse.newBuilder().addAllCalendars(page.items()),
        (response, token) -> ((ListCalendarsResponse.Builder) response).setNextPageToken(token));

    var connections = client.connections();
    call("CreateConnection", CreateConnectionRequest.getDefaultInstance(), connections::create);
    call("GetConnection", GetConnectionRequest.getDefaultInstance(), connections::get);
    call("TestConnection", TestConnectionRequest.getDefaultInstance(), connections::test);
    call("UpdateConnection", UpdateConnectionRequest.getDefaultInstance(), connections::update);
    delete("DeleteConnection", DeleteConnectionRequest.getDefaultInstance(), connections::delete);
    list(
        "ListConnections",
        ListConnectionsRequest.getDefaultInstance(),
        connections::list,
        page -> ListConnectionsResponse.newBuilder().addAllConnections(page.items()),
        (response, token) -> ((ListConnectionsResponse.Builder) response).setNextPageToken(token));

    var runs = client.runs();
    call("GetRun", GetRunRequest.getDefaultInstance(), runs::get);
    call("CancelRun", CancelRunRequest.getDefaultInstance(), runs::cancel);
    list(
        "ListRuns",
        ListRunsRequest.getDefaultInstance(),
        runs::list,
        page -> ListRunsResponse.newBuilder().addAllRuns(page.items()),
        (response, token) -> ((ListRunsResponse.Builder) response).setNextPageToken(token));

    calls.put("GetServerInfo", request -> json(client.admin().serverInfo()));
  }

  /** Makes a call; with {@code all} over all pages. */
  JsonElement make(String method, JsonElement request, boolean all) {
    Function<JsonElement, JsonElement> call = (all ? lists : calls).get(method);
    if (call == null) {
      throw new IllegalArgumentException("no such call: " + method);
    }
    return call.apply(request);
  }

  private <Q extends Message> void call(
      String name, Q empty, Function<Q, ? extends Message> method) {
    calls.put(name, request -> json(method.apply(parse(empty, request))));
  }

  private <Q extends Message> void delete(String name, Q empty, Consumer<Q> method) {
    calls.put(
        name,
        request -> {
          method.accept(parse(empty, request));
          return new JsonObject();
        });
  }

  private <Q extends Message, T extends Message> void list(
      String name,
      Q empty,
      Function<Q, Pages<T>> method,
      Function<Page<T>, Message.Builder> response,
      BiFunction<Message.Builder, String, Message.Builder> withToken) {
    calls.put(
        name,
        request -> {
          Page<T> page = method.apply(parse(empty, request)).firstPage();
          return json(withToken.apply(response.apply(page), page.nextPageToken()).build());
        });
    lists.put(
        name,
        request -> {
          JsonArray items = new JsonArray();
          for (T item : method.apply(parse(empty, request))) {
            items.add(json(item));
          }
          return items;
        });
  }

  @SuppressWarnings("unchecked") // a builder of Q builds a Q
  private static <Q extends Message> Q parse(Q empty, JsonElement request) {
    Message.Builder builder = empty.newBuilderForType();
    try {
      JsonFormat.parser().merge(request.toString(), builder);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("the request is none: " + e.getMessage(), e);
    }
    return (Q) builder.build();
  }

  static JsonElement json(Message message) {
    try {
      return JsonParser.parseString(PRINTER.print(message));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("the answer is none: " + e.getMessage(), e);
    }
  }
}
