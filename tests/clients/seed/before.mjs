// The event that the snippets' job executes.
import Ductape from 'ductape-sdk';

const ductape = new Ductape();
await ductape.events.create({
  event: { event_type: 'ACTION', tag: 'action_tag', name: 'Ping', http: { url: 'http://127.0.0.1:9/ping' } },
});
