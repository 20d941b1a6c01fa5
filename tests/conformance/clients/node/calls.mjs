// The API's methods as the client's users call them, and messages from and to protobuf's JSON.
import * as api from 'ductape-sdk/api';

// name: [a call, its request's class, the list over all pages]
const CALLS = {
  GetServerInfo: [(d) => d.admin.getServerInfo()],
  CreateEvent: [(d, r) => d.events.create(r), api.CreateEventRequest],
  GetEvent: [(d, r) => d.events.get(r), api.GetEventRequest],
  ListEvents: [(d, r) => d.events.listPage(r), api.ListEventsRequest, (d, r) => d.events.list(r)],
  UpdateEvent: [(d, r) => d.events.update(r), api.UpdateEventRequest],
  DeleteEvent: [(d, r) => d.events.delete(r), api.DeleteEventRequest],
  TestEvent: [(d, r) => d.events.test(r), api.TestEventRequest],
  CreateJob: [(d, r) => d.jobs.create(r), api.CreateJobRequest],
  BatchCreateJobs: [(d, r) => d.jobs.createMany(r), api.BatchCreateJobsRequest],
  GetJob: [(d, r) => d.jobs.get(r), api.GetJobRequest],
  ListJobs: [(d, r) => d.jobs.listPage(r), api.ListJobsRequest, (d, r) => d.jobs.list(r)],
  UpdateJob: [(d, r) => d.jobs.update(r), api.UpdateJobRequest],
  DeleteJob: [(d, r) => d.jobs.delete(r), api.DeleteJobRequest],
  PauseJob: [(d, r) => d.jobs.pause(r), api.PauseJobRequest],
  ResumeJob: [(d, r) => d.jobs.resume(r), api.ResumeJobRequest],
  RunJob: [(d, r) => d.jobs.run(r), api.RunJobRequest],
  BackfillJob: [(d, r) => d.jobs.backfill(r), api.BackfillJobRequest],
  SkipOccurrence: [(d, r) => d.jobs.skip(r), api.SkipOccurrenceRequest],
  PreviewSchedule: [(d, r) => d.jobs.preview(r), api.PreviewScheduleRequest],
  GetRun: [(d, r) => d.runs.get(r), api.GetRunRequest],
  ListRuns: [(d, r) => d.runs.listPage(r), api.ListRunsRequest, (d, r) => d.runs.list(r)],
  CancelRun: [(d, r) => d.runs.cancel(r), api.CancelRunRequest],
  CreateCalendar: [(d, r) => d.calendars.create(r), api.CreateCalendarRequest],
  GetCalendar: [(d, r) => d.calendars.get(r), api.GetCalendarRequest],
  ListCalendars: [(d, r) => d.calendars.listPage(r), api.ListCalendarsRequest, (d, r) => d.calendars.list(r)],
  UpdateCalendar: [(d, r) => d.calendars.update(r), api.UpdateCalendarRequest],
  DeleteCalendar: [(d, r) => d.calendars.delete(r), api.DeleteCalendarRequest],
  CreateConnection: [(d, r) => d.connections.create(r), api.CreateConnectionRequest],
  GetConnection: [(d, r) => d.connections.get(r), api.GetConnectionRequest],
  TestConnection: [(d, r) => d.connections.test(r), api.TestConnectionRequest],
  ListConnections: [(d, r) => d.connections.listPage(r), api.ListConnectionsRequest, (d, r) => d.connections.list(r)],
  UpdateConnection: [(d, r) => d.connections.update(r), api.UpdateConnectionRequest],
  DeleteConnection: [(d, r) => d.connections.delete(r), api.DeleteConnectionRequest],
};

// Protobuf's JSON has durations as text and times in RFC 3339; messages have { seconds, nanos } and Date.
const DURATION = /^(\d+)(?:\.(\d+))?s$/;

/** Replaces the parts for which `change` answers something. */
function replaced(value, change) {
  const changed = change(value);
  if (changed !== undefined) return changed;
  if (Array.isArray(value)) return value.map((element) => replaced(element, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, replaced(member, change)]));
}

function readDuration(value) {
  const match = typeof value === 'string' ? DURATION.exec(value) : null;
  return match ? { seconds: Number(match[1]), nanos: Number((match[2] ?? '').padEnd(9, '0')) } : undefined;
}

function writeTime(value) {
  if (value instanceof Date) return value.toISOString();
  return typeof value?.seconds === 'number' ? `${value.seconds + value.nanos / 1e9}s` : undefined;
}

const toJson = (message) => replaced(message ?? {}, writeTime);

/** Makes a call of the scenario; answers protobuf's JSON. */
export async function invoke(ductape, name, json, all) {
  const [call, requestType, list] = CALLS[name];
  const request = requestType?.fromJSON(replaced(json, readDuration));
  if (!all) return toJson(await call(ductape, request));
  const items = [];
  for await (const item of list(ductape, request)) items.push(toJson(item));
  return items;
}
