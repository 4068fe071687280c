/** What became of an outgoing call, named by what the caller can do about it. */
export type OutboundCode =
  /** The address is one we do not call: a private network, another port or scheme, a redirect to such a place. */
  'refused' | 'timeout' | 'too_large' | 'unreachable' | 'too_many_redirects';

/** The message names the code and the host only: paths, queries and headers may hold secrets. */
export class OutboundError extends Error {
  override readonly name = 'OutboundError';
  readonly code: OutboundCode;

  constructor(code: OutboundCode, host: string, detail?: string) {
    super(detail === undefined ? `${code}: ${host}` : `${code}: ${host} (${detail})`);
    this.code = code;
  }
}
