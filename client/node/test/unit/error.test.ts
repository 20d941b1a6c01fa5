import assert from 'node:assert/strict';
import test from 'node:test';
import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { isRepeated } from '../../src/connection.js';
import { DuctapeError, errorOf } from '../../src/error.js';
import { BadRequest, ErrorInfo, RetryInfo } from '../../src/generated/google/rpc/error_details.js';
import { Status } from '../../src/generated/google/rpc/status.js';

function serviceError(code: status, details: Buffer | undefined): ServiceError {
  const metadata = new Metadata();
  if (details) metadata.set('grpc-status-details-bin', details);
  return Object.assign(new Error('text'), { code, details: 'what went wrong', metadata });
}

function packed(details: [string, Uint8Array][]): Buffer {
  return Buffer.from(
    Status.encode({
      code: 3,
      message: '',
      details: details.map(([name, value]) => ({ type_url: `type.googleapis.com/${name}`, value: Buffer.from(value) })),
    }).finish(),
  );
}

test('code, reason, fields and the wait are read', () => {
  const error = errorOf(
    serviceError(
      status.INVALID_ARGUMENT,
      packed([
        [
          'google.rpc.ErrorInfo',
          ErrorInfo.encode({ reason: 'FIELD_REQUIRED', domain: 'jobs.ductape', metadata: { field: 'job.tag' } }).finish(),
        ],
        [
          'google.rpc.BadRequest',
          BadRequest.encode(
            BadRequest.fromPartial({ field_violations: [{ field: 'job.tag', description: 'is empty' }] }),
          ).finish(),
        ],
        ['google.rpc.RetryInfo', RetryInfo.encode({ retry_delay: { seconds: 1, nanos: 500_000_000 } }).finish()],
        ['google.rpc.Unknown', Buffer.from('x')],
      ]),
    ),
  );
  assert.ok(error instanceof DuctapeError);
  assert.equal(error.code, 'INVALID_ARGUMENT');
  assert.equal(error.message, 'what went wrong');
  assert.equal(error.reason, 'FIELD_REQUIRED');
  assert.deepEqual(error.metadata, { field: 'job.tag' });
  assert.deepEqual(error.fields, [{ field: 'job.tag', description: 'is empty' }]);
  assert.equal(error.retryDelay, 1500);
});

test('an error without details, or with ones that cannot be read, still has its code', () => {
  for (const details of [undefined, Buffer.from([0xff, 0xff, 0xff])]) {
    const error = errorOf(serviceError(status.NOT_FOUND, details));
    assert.deepEqual([error.code, error.reason, error.message], ['NOT_FOUND', '', 'what went wrong']);
  }
});

test('what is repeated', () => {
  const repeated = (code: DuctapeError['code'], safe: boolean, details = {}) =>
    isRepeated(new DuctapeError('', { code, ...details }), safe);
  assert.equal(repeated('UNAVAILABLE', true), true);
  assert.equal(repeated('UNAVAILABLE', false), false);
  assert.equal(repeated('UNAVAILABLE', false, { retryDelay: 5 }), true);
  assert.equal(repeated('RESOURCE_EXHAUSTED', true), false);
  assert.equal(repeated('RESOURCE_EXHAUSTED', false, { retryDelay: 0 }), true);
  assert.equal(repeated('ABORTED', true, { reason: 'REQUEST_IN_PROGRESS' }), true);
  assert.equal(repeated('ABORTED', true, { reason: 'ETAG_MISMATCH' }), false);
  assert.equal(repeated('DEADLINE_EXCEEDED', true), false);
  assert.equal(repeated('INTERNAL', true), false);
});
