import assert from 'node:assert/strict';
import test from 'node:test';
import * as api from '../../src/api.js';
import { fillProduct, fillRequestId, mayRepeat } from '../../src/idempotency.js';
import { type Method, methodsOf } from '../../src/method.js';

const SERVICES = [
  api.AdminServiceDefinition,
  api.CalendarServiceDefinition,
  api.ConnectionServiceDefinition,
  api.EventServiceDefinition,
  api.JobServiceDefinition,
  api.RunServiceDefinition,
  api.WorkerServiceDefinition,
];

test('every method of the API may be repeated but those that give runs away', () => {
  const unsafe = SERVICES.flatMap((service) => Object.values<Method<object, object>>(methodsOf<never>(service as never)))
    .filter(({ name, requestType }) => !mayRepeat(name, requestType.fromPartial({})))
    .map(({ name }) => name);
  assert.deepEqual(unsafe.sort(), ['LeaseRuns', 'TestEvent', 'Work']);
});

test('a method that is not known is not repeated', () => {
  assert.equal(mayRepeat('GetSomething', {}), false);
});

test('a request id is filled in where there is none', () => {
  const request = api.RunJobRequest.fromPartial({ tag: 'a' });
  const other = api.RunJobRequest.fromPartial({ tag: 'a' });
  fillRequestId(request);
  fillRequestId(other);
  assert.match(request.request_id, /^[0-9a-f-]{36}$/);
  assert.notEqual(request.request_id, other.request_id);
});

test('a request id that is given stays', () => {
  const request = api.RunJobRequest.fromPartial({ tag: 'a', request_id: 'mine' });
  fillRequestId(request);
  assert.equal(request.request_id, 'mine');
});

test('each item of a batch gets a request id', () => {
  const batch = api.BatchCreateJobsRequest.fromPartial({
    requests: [{ job: { tag: 'a' } }, { job: { tag: 'b' }, request_id: 'mine' }],
  });
  fillRequestId(batch);
  assert.match(batch.requests[0]!.request_id, /./);
  assert.equal(batch.requests[1]!.request_id, 'mine');
});

test('the product goes where the request holds it', () => {
  const get = api.GetJobRequest.fromPartial({ tag: 'a' });
  fillProduct(get, 'p');
  assert.equal(get.product, 'p');
  const create = api.CreateJobRequest.fromPartial({ job: { tag: 'a' } });
  fillProduct(create, 'p');
  assert.equal(create.job?.product, 'p');
  const connection = api.CreateConnectionRequest.fromPartial({ connection: { tag: 'a' } });
  fillProduct(connection, 'p');
  assert.equal(connection.connection?.product, 'p');
  const event = api.UpdateEventRequest.fromPartial({ event: { tag: 'a', product: 'own' } });
  fillProduct(event, 'p');
  assert.equal(event.event?.product, 'own');
});

test('a preview by tag stays one', () => {
  const preview = api.PreviewScheduleRequest.fromPartial({ tag: 'a' });
  fillProduct(preview, 'p');
  assert.deepEqual([preview.tag, preview.job, preview.product], ['a', undefined, 'p']);
});

test('a preview of a job of its own product stays in that', () => {
  const preview = api.PreviewScheduleRequest.fromPartial({ job: { product: 'own' } });
  fillProduct(preview, 'p');
  assert.deepEqual([preview.job?.product, preview.product], ['own', '']);
});
