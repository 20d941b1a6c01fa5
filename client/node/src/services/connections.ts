import type { Connection as Channel } from '../connection.js';
import {
  type Connection,
  ConnectionServiceDefinition,
  type CreateConnectionRequest,
  type DeleteConnectionRequest,
  type GetConnectionRequest,
  type ListConnectionsRequest,
  type ListConnectionsResponse,
  type TestConnectionRequest,
  type TestConnectionResponse,
  type UpdateConnectionRequest,
} from '../generated/ductape/jobs/v1/connection.js';
import { type DeepPartial, methodsOf } from '../method.js';
import type { CallOptions } from '../options.js';
import { Pager } from '../pager.js';

const methods = methodsOf(ConnectionServiceDefinition);

/**
 * Connections: accounts and base addresses that events use by their tag, with the secrets that go with them. A secret is given once and is
 * in no answer. Every method rejects with a {@link DuctapeError}.
 *
 * ```ts
 * const token = { file: '/run/secrets/billing' }; // a file of the server; or { value: '…' }, { env_var: '…' }
 * const http = { base_url: 'https://billing.example.com/v1', auth: { bearer: { token } } };
 * await ductape.connections.create({ connection: { tag: 'billing', env: { '': { http } } } });
 * ```
 */
export class Connections {
  readonly #channel: Channel;

  /** @internal */
  constructor(channel: Channel) {
    this.#channel = channel;
  }

  /** Creates a connection. */
  create(request: DeepPartial<CreateConnectionRequest>, options?: CallOptions): Promise<Connection> {
    return this.#channel.call(methods.createConnection, request, options);
  }

  /** Gets one connection, without its secrets. */
  get(request: DeepPartial<GetConnectionRequest>, options?: CallOptions): Promise<Connection> {
    return this.#channel.call(methods.getConnection, request, options);
  }

  /** Lists the connections of a product, over all pages; `page_size` is that of each. */
  list(request: DeepPartial<ListConnectionsRequest> = {}, options?: CallOptions): Pager<Connection> {
    return new Pager(async (page_token) => {
      const page = await this.listPage({ ...request, page_token }, options);
      return { items: page.connections, next_page_token: page.next_page_token };
    }, request.page_token);
  }

  /** Lists one page of connections. */
  listPage(request: DeepPartial<ListConnectionsRequest> = {}, options?: CallOptions): Promise<ListConnectionsResponse> {
    return this.#channel.call(methods.listConnections, request, options);
  }

  /** Tries a connection now, in a way that changes nothing at the target: one that is stored, or one that need not exist. */
  test(request: DeepPartial<TestConnectionRequest>, options?: CallOptions): Promise<TestConnectionResponse> {
    return this.#channel.call(methods.testConnection, request, options);
  }

  /**
   * Updates what the request's connection holds, or what `update_mask` names. A secret without a source keeps its value, so that what was read
   * can be changed and written back.
   */
  update(request: DeepPartial<UpdateConnectionRequest>, options?: CallOptions): Promise<Connection> {
    return this.#channel.call(methods.updateConnection, request, options);
  }

  /** Deletes a connection and its secrets; while events name it, only with `force`. */
  async delete(request: DeepPartial<DeleteConnectionRequest>, options?: CallOptions): Promise<void> {
    await this.#channel.call(methods.deleteConnection, request, options);
  }
}
