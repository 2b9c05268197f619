import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createClient } from 'redis';

// Set by `crcache run redis --setup 'seed/*.redis' -- npm test`: a Redis that nobody else uses.
const { CRCACHE_REDIS_HOST: host, CRCACHE_REDIS_PORT: port } = process.env;
const redis = createClient({ socket: { host, port: Number(port) } });

before(() => redis.connect());
after(() => redis.close());

test('the server has the seed and nothing else: nobody shares it', async () => {
  assert.equal(await redis.dbSize(), 1);
  assert.equal(await redis.hGet('prices', 'pears'), '4');
});

test('a cart counts what is put into it', async () => {
  await redis.hIncrBy('cart:1', 'apples', 2);
  await redis.hIncrBy('cart:1', 'apples', 3);
  assert.equal(await redis.hGet('cart:1', 'apples'), '5');
  // Long enough for a second run to see it, if it could.
  await new Promise(done => setTimeout(done, 300));
  assert.equal(await redis.hGet('cart:1', 'apples'), '5');
});
