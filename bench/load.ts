import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface Shot {
  readonly head: Buffer;
  readonly body: Buffer;
}

export interface Load {
  readonly port: number;
  readonly connections: number;
  readonly milliseconds: number;
  /** The next request; undefined when there are no more. */
  readonly next: () => Shot | undefined;
}

export interface Fired {
  readonly accepted: number;
  readonly refused: number;
  readonly seconds: number;
  /** Of every answer, in milliseconds, ascending. */
  readonly latencies: readonly number[];
}

/**
 * Sends requests over kept-alive connections, each waiting for its answer before the next. On bare sockets, because an HTTP
 * client would use more of the machine's two cores than the server that is to be measured.
 */
export async function fire(load: Load): Promise<Fired> {
  const latencies: number[] = [];
  let accepted = 0;
  let refused = 0;
  const began = performance.now();
  const until = began + load.milliseconds;
  const lane = async () => {
    const socket = connect(load.port, '127.0.0.1').setNoDelay(true);
    await once(socket, 'connect');
    while (performance.now() < until) {
      const shot = load.next();
      if (shot === undefined) break;
      const sent = performance.now();
      const status = await exchange(socket, shot);
      latencies.push(performance.now() - sent);
      if (status === 204) accepted += 1;
      else refused += 1;
    }
    socket.destroy();
  };
  await Promise.all(Array.from({ length: load.connections }, lane));
  const seconds = (performance.now() - began) / 1000;
  return { accepted, refused, seconds, latencies: latencies.sort((a, b) => a - b) };
}

const END_OF_HEAD = '\r\n\r\n';

/** The status. Both servers answer 204, which has no body; any other answer is read to the length that it states. */
async function exchange(socket: Socket, { head, body }: Shot): Promise<number> {
  socket.cork();
  socket.write(head);
  socket.write(body);
  socket.uncork();
  let text = '';
  for (;;) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    text += chunk.toString('latin1');
    const end = text.indexOf(END_OF_HEAD);
    if (end === -1) continue;
    const length = Number(/^content-length: (\d+)/im.exec(text.slice(0, end))?.[1] ?? 0);
    if (text.length >= end + END_OF_HEAD.length + length) return Number(text.slice(9, 12));
  }
}

/** The value below which a share of them lies; 0 of none. */
export function quantile(ascending: readonly number[], share: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * share))] ?? 0;
}

export function median(values: readonly number[]): number {
  return quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  );
}

export function rounded(value: number, digits = 1): number {
  return Number(value.toFixed(digits));
}
