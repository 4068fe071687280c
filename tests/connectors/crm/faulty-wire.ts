import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fault } from '../../conformance/crm.ts';

export interface FaultyWire {
  readonly url: string;
  /** Strikes the next call, and only that. */
  readonly strike: (fault: Fault) => void;
  readonly stop: () => Promise<void>;
}

/** A line to the vendor that can be cut: it passes every byte on, unless a fault is waiting. */
export async function faultyWire(vendorUrl: string): Promise<FaultyWire> {
  const waiting: Fault[] = [];
  const server = createServer((incoming, outgoing) => {
    const fault = waiting.shift();
    if (fault === undefined) pass(vendorUrl, incoming, outgoing);
    else if (fault.kind === 'answer')
      incoming.resume().on('end', () => {
        outgoing
          .writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers })
          .end(fault.body);
      });
    else if (fault.kind === 'reset') incoming.destroy();
    else pass(vendorUrl, incoming, undefined, () => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    strike: (fault) => waiting.push(fault),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** With no `outgoing` the vendor gets the call, and its answer is lost. */
function pass(
  vendorUrl: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse | undefined,
  lost?: () => void,
): void {
  const target = new URL(vendorUrl);
  const onward = request(
    {
      host: target.hostname,
      port: target.port,
      method: incoming.method,
      path: incoming.url,
      headers: { ...incoming.headers, host: target.host },
      agent: false,
    },
    (answer) => {
      if (outgoing === undefined) {
        answer.resume().on('end', () => lost?.());
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    },
  );
  onward.on('error', () => outgoing?.destroy());
  incoming.pipe(onward);
}
