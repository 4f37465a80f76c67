/**
 * One run over the WebSocket `/ws/run`. Resuming is starting again and naming the last message held, so a broken
 * connection is mended here, unseen, a bounded number of times.
 */

import { NO_SERVER, onServer, reachable } from "./whereabouts.js";

/** @import { Scenario } from "./types.js" */

const RETRIES_MAX = 4;
const RETRY_MS = 400;

/**
 * @typedef {object} Handlers
 * @property {(message: Record<string, any>) => number} message takes it and returns the last `n` held
 * @property {(text: string) => void} failed the run cannot go on; says why
 */

/**
 * Plays a run that is there already, as if it came now. The returned function abandons it.
 * @param {Record<string, any>[]} messages
 * @param {Handlers} handlers
 * @returns {() => void}
 */
export function replayRun(messages, handlers) {
  let done = false;
  queueMicrotask(() => {
    for (const message of messages) if (!done) handlers.message(message);
  });
  return () => {
    done = true;
  };
}

/**
 * Starts a run. The returned function abandons it: no handler is called afterwards.
 * @param {Scenario} scenario
 * @param {Handlers} handlers
 * @returns {() => void}
 */
export function startRun(scenario, handlers) {
  if (!reachable) {
    queueMicrotask(() => handlers.failed(NO_SERVER));
    return () => {};
  }
  let after = -1;
  let retries = 0;
  let done = false;
  /** @type {WebSocket} */
  let socket;
  let timer = 0;

  const open = () => {
    const url = new URL(onServer("/ws/run"), location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    socket = new WebSocket(url);
    socket.onopen = () => socket.send(JSON.stringify({ type: "start", v: 1, scenario, after }));
    socket.onmessage = ({ data }) => {
      if (done) return;
      const message = JSON.parse(data);
      if (message.type === "error" && message.code === "overload" && retries < RETRIES_MAX) {
        again(message.retry_after_ms || RETRY_MS);
        return;
      }
      after = handlers.message(message);
      if (message.type === "end" || message.type === "error") {
        done = true;
        socket.close();
      }
    };
    socket.onclose = () => {
      if (!done && !timer) again(RETRY_MS);
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

  open();
  return () => {
    done = true;
    window.clearTimeout(timer);
    // Closing a connection that is being made is a warning in the console.
    if (socket.readyState === WebSocket.CONNECTING) socket.onopen = () => socket.close();
    else socket.close();
  };
}
