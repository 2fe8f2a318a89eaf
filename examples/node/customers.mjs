// A client as one writes it: the code under test.
export class Customers {
  #url;

  constructor(url) {
    this.#url = url;
  }

  async names(limit = 3) {
    const names = [];
    for (let after = ''; ;) {
      const page = await (await fetch(`${this.#url}/v1/customers?limit=${limit}${after}`)).json();
      names.push(...page.data.map(customer => customer.name));
      if (!page.has_more) return names;
      after = `&starting_after=${page.data.at(-1).id}`;
    }
  }

  async find(customer) {
    const answer = await fetch(`${this.#url}/v1/customers/${customer}`);
    return answer.status === 404 ? undefined : answer.json();
  }
}
