/** One page of a list. */
export interface Page<Item> {
  items: Item[];
  /** The token of the next page; empty on the last page. */
  next_page_token: string;
}

/**
 * A list that is read page by page, as its items are asked for:
 *
 * ```ts
 * for await (const job of ductape.jobs.list()) console.log(job.tag);
 * const all = await ductape.jobs.list().toArray();
 * ```
 *
 * Each iteration begins at the first page again. A page that cannot be read rejects with a {@link DuctapeError}.
 */
export class Pager<Item> implements AsyncIterable<Item> {
  readonly #read: (pageToken: string) => Promise<Page<Item>>;
  readonly #first: string;

  /** @internal */
  constructor(read: (pageToken: string) => Promise<Page<Item>>, first = '') {
    this.#read = read;
    this.#first = first;
  }

  /** The pages. One may be empty and not be the last. */
  async *pages(): AsyncGenerator<Page<Item>, void, undefined> {
    let token = this.#first;
    do {
      const page = await this.#read(token);
      yield page;
      token = page.next_page_token;
    } while (token);
  }

  /** The items of all pages. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined> {
    for await (const page of this.pages()) yield* page.items;
  }

  /** All items in an array. */
  async toArray(): Promise<Item[]> {
    const all: Item[] = [];
    for await (const page of this.pages()) all.push(...page.items);
    return all;
  }
}
