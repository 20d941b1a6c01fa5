import { randomUUID } from 'node:crypto';

// Which methods may be repeated, told by their names and requests:
//
// | methods                            | may be repeated
// |------------------------------------|------------------------------------------------------------------------
// | those of CHANGES_NOTHING_TWICE     | yes: they read, or what they did already is refused, which is harmless
// | those whose request has request_id | yes: an id is filled in where none is
// | BatchCreateJobs                    | yes: likewise for each item
// | others                             | no. LeaseRuns: runs in a lost answer would wait for the end of their lease. TestEvent: what it did
// |                                    | at the target would be done again

const CHANGES_NOTHING_TWICE: ReadonlySet<string> = new Set([
  'CompleteRuns',
  'GetCalendar',
  'GetConnection',
  'GetEvent',
  'GetJob',
  'GetRun',
  'GetServerInfo',
  'ListCalendars',
  'ListConnections',
  'ListEvents',
  'ListJobs',
  'ListRuns',
  'PreviewSchedule',
  'TestConnection',
]);

type Fields = Record<string, unknown>;

function itemsOf(request: Fields): Fields[] {
  return Array.isArray(request['requests']) ? (request['requests'] as Fields[]) : [];
}

/** Fills in what makes a repetition safe, where the request can hold it. */
export function fillRequestId(request: object): void {
  const fields = request as Fields;
  if (fields['request_id'] === '') fields['request_id'] = randomUUID();
  for (const item of itemsOf(fields)) fillRequestId(item);
}

/** Whether a call whose outcome is unknown may be sent again. `request` has all its fields, as `fromPartial` makes it. */
export function mayRepeat(method: string, request: object): boolean {
  return 'request_id' in request || method === 'BatchCreateJobs' || CHANGES_NOTHING_TWICE.has(method);
}

/** Puts the product where the request can hold one and holds none. */
export function fillProduct(request: object, product: string): void {
  if (!product) return;
  const fields = request as Fields;
  const resource = (fields['job'] ?? fields['event'] ?? fields['calendar'] ?? fields['connection']) as Fields | undefined;
  if ('product' in fields) {
    // PreviewSchedule has both; they must not differ.
    if (fields['product'] === '' && !resource?.['product']) fields['product'] = product;
  } else if (resource?.['product'] === '') {
    resource['product'] = product;
  }
}
