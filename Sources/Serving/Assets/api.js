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

/**
 * @typedef {object} Asking
 * @property {unknown} [body] Makes it a POST.
 * @property {AbortSignal} [signal] Gives it up.
 * @property {(done: number, secondsLeft: number|null) => void} [working] Hears how far the server is.
 */

const patience = 4;

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
   * JSON of a path, awaited while the server computes it.
   * @param {string} path Such as `/v1/spaces`.
   * @param {Asking} [options]
   */
  async json(path, options = {}) {
    return (await this.#awaited(path, "application/json", options)).json();
  }

  /**
   * A picture of a path, awaited while the server computes it.
   * @param {string} path Such as `/v1/spaces/demo/decode`.
   * @param {Asking} [options]
   * @returns {Promise<ImageBitmap>}
   */
  async picture(path, options = {}) {
    const answer = await this.#awaited(path, "image/png", options);
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
   * @param {Asking} [options]
   * @returns {Promise<import("./npy.js").NumberArray>}
   */
  array(path, options = {}) {
    const kept = this.#kept.get(path);
    if (kept) return kept;
    let isWhole = false;
    const work = this.#keep(path, async () => {
      const answer = await this.#awaited(path, "application/x-npy", options);
      const array = readArray(await answer.arrayBuffer());
      isWhole = true;
      return array;
    });
    // Who asks right after somebody gave it up must not be given the one that was given up.
    options.signal?.addEventListener("abort", () => { if (!isWhole) this.#kept.delete(path); }, { once: true });
    return work;
  }

  /** Asks again while the server says that it is at it, and a few times where it is busy. */
  async #awaited(path, accept, options) {
    for (let tries = 0, busy = 0; ; tries += 1) {
      try {
        const answer = await this.#ask(path, accept, options);
        if (answer.status !== 202) return answer;
        const { done, secondsLeft } = await answer.json();
        options.working?.(done ?? 0, secondsLeft ?? null);
      } catch (error) {
        busy += 1;
        if (error.status !== 503 || busy > patience) throw error;
      }
      await pause(tries === 0 ? 250 : 500, options.signal);
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
