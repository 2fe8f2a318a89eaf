// axios as it is out of the box: pages, lists and dates in the query, a redirect, writes, a busy answer, a slow one.
import { createRequire } from 'node:module';

const axios = createRequire(`${process.env.MODULES}/`)('axios');
const client = axios.create({ baseURL: process.env.TRUETAPE_URL, validateStatus: () => true });

for (let after = 0; after !== null;) {
  const { data } = await client.get('/v1/books', { params: { after } });
  console.log(data.books.map((book) => book.id));
  after = data.next;
}
const params = { q: 'war and peace', tag: ['a/b', 'c'], sort: 'title:asc', since: new Date(0), page: { size: 2 } };
console.log((await client.get('/v1/search', { params })).data);
console.log((await client.get('/v1/catalogue')).status);
console.log((await client.post('/v1/loans', { book: 1, days: 14, reader: 'Zoë' })).status);
console.log((await client.post('/v1/notes', new URLSearchParams({ text: 'read it', page: 7 }))).status);
console.log((await client.delete('/v1/loans/7')).status);
console.log((await client.get('/v1/busy')).status);
console.log((await client.get('/v1/reports/monthly')).data.rows);
