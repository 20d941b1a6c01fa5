// What the snippets have done.
import assert from 'node:assert/strict';
import Ductape from 'ductape-sdk';

const ductape = new Ductape();
const jobs = await ductape.product.jobs.fetchAll();
assert.deepEqual(
  jobs.map(({ tag, name, event_type, event_tag, executions, intervals, generation }) => {
    return { tag, name, event_type, event_tag, executions, intervals, generation };
  }),
  [
    {
      tag: 'example_job',
      name: 'Updated Job Name',
      event_type: 'ACTION',
      event_tag: 'action_tag',
      executions: 10,
      intervals: 120000,
      generation: 2,
    },
  ],
);
