// Starts containers as a test suite that uses Testcontainers would. It runs for as long as its standard input is open
// and takes one JSON object a line: {"start": "mysql", "image": "mysql:9", "labels": {…}} answers {"port": 49153}, and
// {"stop": true} stops that container and answers {}. What goes wrong is answered as {"error": "…"}.
//
// Ryuk, which removes what a killed process leaves, is an image of its own: starting it once would cost the first round
// only. It is switched off, because an engine without access to a registry does not have it; the labels do its work here.
import { createInterface } from 'node:readline';
import { GenericContainer, Wait } from 'testcontainers';

const password = 'crcache'; // that of the presets: the same client asks all sides

// Ports, readiness and the variables that an image insists on, as in the official modules (@testcontainers/redis and so
// on, version 11); everything else is the image's default.
const containers = {
  redis: image => new GenericContainer(image)
    .withExposedPorts(6379)
    .withWaitStrategy(Wait.forLogMessage('Ready to accept connections')),
  mysql: image => new GenericContainer(image)
    .withExposedPorts(3306)
    .withEnvironment({ MYSQL_ROOT_PASSWORD: password }), // waits for the port, from outside and inside
  postgres: image => new GenericContainer(image)
    .withExposedPorts(5432)
    .withEnvironment({ POSTGRES_PASSWORD: password })
    .withHealthCheck({
      test: ['CMD-SHELL', `PGPASSWORD=${password} pg_isready --host localhost --username postgres --dbname postgres`],
      interval: 250, timeout: 1000, retries: 1000,
    })
    .withWaitStrategy(Wait.forAll([Wait.forHealthCheck(), Wait.forListeningPorts()])),
  rabbitmq: image => new GenericContainer(image)
    .withExposedPorts(5672)
    .withEnvironment({ RABBITMQ_DEFAULT_USER: 'guest', RABBITMQ_DEFAULT_PASS: 'guest' })
    .withWaitStrategy(Wait.forLogMessage('Server startup complete')),
};

let container;

async function answer(request) {
  if (request.start) {
    container = await containers[request.start](request.image).withLabels(request.labels).withStartupTimeout(120_000).start();
    return { port: container.getFirstMappedPort() };
  }
  await container?.stop({ timeout: 0 });
  container = undefined;
  return {};
}

for await (const line of createInterface({ input: process.stdin })) {
  try {
    console.log(JSON.stringify(await answer(JSON.parse(line))));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error) }));
  }
}
await container?.stop({ timeout: 0 });
process.exit(0);
