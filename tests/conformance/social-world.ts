import type { SocialConnector } from '../../src/contract/social.ts';

/** One answer of the vendor's server that is none. */
export interface WireFault {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The network's own side. A control that a network does not have is left out, and its laws show as skipped. */
export interface SocialWorld {
  readonly connector: SocialConnector;
  now(): Date;
  /** Lets time pass for the network and the connector alike. */
  advance(ms: number): void;
  /** A post that must come in: one that names the brand, or stands where the source looks. Resolves to its native id. */
  post(post: { readonly text: string; readonly at?: Date }): Promise<string>;
  edit?(nativeId: string, text: string): Promise<void>;
  remove(nativeId: string): Promise<void>;
  /** Closes the account that wrote the post. */
  closeAuthor?(nativeId: string): Promise<void>;
  postAsBrand?(text: string): Promise<string>;
  /** A record that the connector cannot understand, among the others. */
  postMalformed?(): Promise<void>;
  /** The vendor's next answer is this one. */
  failNext?(fault: WireFault): void;
  stop?(): Promise<void>;
}
