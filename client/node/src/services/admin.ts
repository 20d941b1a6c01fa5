import type { Connection } from '../connection.js';
import { AdminServiceDefinition, type GetServerInfoResponse } from '../generated/ductape/jobs/v1/admin.js';
import { methodsOf } from '../method.js';
import type { CallOptions } from '../options.js';

const methods = methodsOf(AdminServiceDefinition);

/** The server itself, for those who operate it. */
export class Admin {
  readonly #connection: Connection;

  /** @internal */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Tells what the server is and how it stands. Rejects with a {@link DuctapeError}. */
  getServerInfo(options?: CallOptions): Promise<GetServerInfoResponse> {
    return this.#connection.call(methods.getServerInfo, {}, options);
  }
}
