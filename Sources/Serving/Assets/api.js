// Requests to the server that this page came from, and to no other.

import { readArray } from "./npy.js";

/** A request that the server refused, with its one sentence. */
export class RequestError extends Error {
  /**
   * @param {number} status HTTP's, or 0 where the server did not answer.
   * @param {string} message The sentence.
   */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

const pause = (milliseconds, signal) => new Promise((done, stopped) => {
  const timer = setTimeout(done, milliseconds);
  signal?.addEventListener("abort", () => { clearTimeout(timer); stopped(signal.reason); }, { once: true });
});

/** What the server's answers hold for the page; arrays and descriptions are kept once they are whole. */
export class Api {
  #kept = new Map();
  #heard;

  /** @param {(command: string, path: string) => void} heard Called with the command that does the same as a request. */
  constructor(heard) {
    this.#heard = heard;
  }

  /**
   * JSON of a path.
   * @param {string} path Such as `/v1/spaces`.
   * @param {{body?: unknown, signal?: AbortSignal}} [options] A body makes it a POST.
   */
  async json(path, options = {}) {
    return (await this.#ask(path, "application/json", options)).json();
  }

  /**
   * A picture of a path.
   * @param {string} path Such as `/v1/spaces/demo/decode`.
   * @param {{body?: unknown, signal?: AbortSignal}} [options] A body makes it a POST.
   * @returns {Promise<ImageBitmap>}
   */
  async picture(path, options = {}) {
    const answer = await this.#ask(path, "image/png", options);
    return createImageBitmap(await answer.blob());
  }

  /**
   * JSON that does not change while the server runs: asked once and kept.
   * @param {string} path Such as `/v1/spaces/demo/units`.
   */
  fixed(path) {
    return this.#keep(path, () => this.json(path));
  }

  /**
   * A NumPy array of a path, awaited while the server computes it, and kept.
   * @param {string} path Such as `/v1/spaces/demo/maps/pca`.
   * @param {{signal?: AbortSignal, working?: (done: number, secondsLeft: number|null) => void}} [options]
   *   `working` hears how far the server is.
   * @returns {Promise<import("./npy.js").NumberArray>}
   */
  array(path, { signal, working } = {}) {
    const kept = this.#kept.get(path);
    if (kept) return kept;
    const work = this.#awaited(path, signal, working);
    return this.#keep(path, () => work);
  }

  async #awaited(path, signal, working) {
    for (let wait = 250; ; wait = 500) {
      const answer = await this.#ask(path, "application/x-npy", { signal });
      if (answer.status !== 202) return readArray(await answer.arrayBuffer());
      const { done, secondsLeft } = await answer.json();
      working?.(done ?? 0, secondsLeft ?? null);
      await pause(wait, signal);
    }
  }

  #keep(path, make) {
    if (!this.#kept.has(path)) {
      const value = make();
      this.#kept.set(path, value);
      // What failed or was given up is asked for anew.
      Promise.resolve(value).catch(() => this.#kept.delete(path));
    }
    return this.#kept.get(path);
  }

  async #ask(path, accept, { body, signal }) {
    const request = { headers: { Accept: accept }, signal, credentials: "same-origin" };
    if (body !== undefined) {
      request.method = "POST";
      request.headers["Content-Type"] = "application/json";
      request.body = JSON.stringify(body);
    }
    let answer;
    try {
      answer = await fetch(path, request);
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new RequestError(0, "The server does not answer; is latent serve still running?");
    }
    if (!answer.ok) throw new RequestError(answer.status, await sentence(answer));
    const command = answer.headers.get("X-Latent-Command");
    if (command) this.#heard(utf8(command), path);
    return answer;
  }
}

/** The one sentence of a refusal. */
async function sentence(answer) {
  if (answer.status === 401) return "The server wants its token: open the address that latent serve printed.";
  try {
    return (await answer.json()).error.message;
  } catch {
    return `The server answered ${answer.status} ${answer.statusText}`.trim();
  }
}

/** Text of a header, which browsers read byte by byte, as the UTF-8 that it is. */
function utf8(header) {
  return new TextDecoder().decode(Uint8Array.from(header, (letter) => letter.charCodeAt(0)));
}

/** Runs one task at a time; of those that come meanwhile only the last is run. */
export class LatestOnly {
  #waiting = null;
  #isBusy = false;

  /**
   * Runs a task now, or after the one that runs, if none comes after it.
   * @param {() => Promise<void>} task Must not throw.
   */
  async submit(task) {
    this.#waiting = task;
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      while (this.#waiting) {
        const next = this.#waiting;
        this.#waiting = null;
        await next();
      }
    } finally {
      this.#isBusy = false;
    }
  }
}

/** The path of something of a space. */
export function of(space, rest = "") {
  return `/v1/spaces/${encodeURIComponent(space.id)}${rest}`;
}
