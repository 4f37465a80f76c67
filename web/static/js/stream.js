/**
 * One run over a WebSocket: `/ws/run` of the simulator, `/ws/vm` of the real kernel. Resuming is starting again and
 * naming the last message held (a real run by its id: it happens once), so a broken connection is mended here, unseen,
 * a bounded number of times in a row.
 */

import { NO_SERVER, onServer, reachable } from "./whereabouts.js";
import { PROTOCOL } from "./wire.js";

/** @import { Scenario } from "./types.js" */

const RETRIES_MAX = 4;
const RETRY_MS = 400;
const TOO_BIG = 1009; // RFC 6455, 7.4.1: to try again would be the same again

/**
 * @typedef {object} Handlers
 * @property {(message: Record<string, any>) => number} message takes it and returns the last `n` held
 * @property {(text: string) => void} failed the run cannot go on; says why
 * @property {(queue: Queue) => void} [queued] where a real run stands, before its first message
 */
/** @typedef {{position: number, stage: string, run: string}} Queue */
/** @typedef {{token: string}} Lab the real kernel of this server, and what it asks for */
/** @typedef {{scenario: Scenario} | {run: string, explained: true}} Wanted a run to be made, or a real one told again */
/** @typedef {{abandon: () => void, send: (message: Record<string, unknown>) => void}} Connection */

/**
 * Plays a run that is there already, as if it came now.
 * @param {Record<string, any>[]} messages
 * @param {Handlers} handlers
 * @returns {Connection}
 */
export function replayRun(messages, handlers) {
  let done = false;
  queueMicrotask(() => {
    for (const message of messages) if (!done) handlers.message(message);
  });
  return {
    send: () => {},
    abandon: () => {
      done = true;
    },
  };
}

/**
 * Starts a run. Abandoning it ends it, and no handler is called afterwards.
 * @param {Wanted} wanted
 * @param {Handlers} handlers
 * @param {Lab | null} [lab] the real kernel, not the simulator
 * @returns {Connection}
 */
export function startRun(wanted, handlers, lab = null) {
  if (!reachable) {
    queueMicrotask(() => handlers.failed(NO_SERVER));
    return { send: () => {}, abandon: () => {} };
  }
  let after = -1;
  let retries = 0;
  let done = false;
  /** @type {Record<string, unknown>} */
  let what = wanted;
  /** @type {WebSocket} */
  let socket;
  let timer = 0;

  const open = () => {
    const url = new URL(onServer(lab ? "/ws/vm" : "/ws/run"), location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    socket = new WebSocket(url);
    socket.onopen = () => socket.send(JSON.stringify({ type: "start", v: PROTOCOL, ...what, after, ...lab }));
    socket.onmessage = ({ data }) => {
      if (done) return;
      const message = JSON.parse(data);
      if (message.type === "error" && message.code === "overload" && retries < RETRIES_MAX) {
        again(message.retry_after_ms || RETRY_MS);
        return;
      }
      if (message.type === "queue") {
        what = { run: message.run };
        handlers.queued?.(/** @type {any} */ (message));
        return;
      }
      after = handlers.message(message);
      retries = 0;
      if (message.type === "end" || message.type === "error") {
        done = true;
        socket.close();
      }
    };
    socket.onclose = ({ code }) => {
      if (done || timer) return;
      if (code !== TOO_BIG) again(RETRY_MS);
      else {
        done = true;
        handlers.failed("The module and the session are together larger than the server takes (2 MiB).");
      }
    };
  };

  /** @param {number} ms */
  const again = (ms) => {
    if (++retries > RETRIES_MAX) {
      done = true;
      handlers.failed("The connection to the server is lost. What had arrived is kept; Run tries again.");
      return;
    }
    timer = window.setTimeout(
      () => {
        timer = 0;
        open();
      },
      ms * 2 ** (retries - 1),
    );
  };

  const send = (/** @type {Record<string, unknown>} */ message) => {
    if (!done && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  };

  open();
  return {
    send,
    abandon: () => {
      if (lab) send({ type: "stop" }); // else its machine would wait for who was cut off to come back
      done = true;
      window.clearTimeout(timer);
      // Closing a connection that is being made is a warning in the console.
      if (socket.readyState === WebSocket.CONNECTING) socket.onopen = () => socket.close();
      else socket.close();
    },
  };
}
