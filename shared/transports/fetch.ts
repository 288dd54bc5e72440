/** As `fetch` of pages and of Node; agents have one that trusts the certificates of their operator. */
export type Fetch = (url: URL, init: RequestInit) => Promise<Response>;

/** Looked up for each request, and called without a receiver, as browsers want it. */
export const globalFetch: Fetch = (url, init) => fetch(url, init);
