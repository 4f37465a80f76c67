/**
 * A socket of `/ws/room` (docs/protocol.md, "Rooms"): opened again when it breaks, a bounded number of times, later
 * each time.
 */

import { onServer } from "./whereabouts.js";

const RETRIES_MAX = 6;
const RETRY_MS = 500;

/**
 * @param {() => object} first what to say on each connection
 * @param {{heard: (message: Record<string, any>) => void, lost: (text: string, again: boolean) => void}} handlers
 * @returns {{send: (message: object) => boolean, end: () => void}} `send` says whether it could
 */
export function joinRoom(first, { heard, lost }) {
  let retries = 0;
  let done = false;
  let timer = 0;
  /** @type {WebSocket} */
  let socket;
  const open = () => {
    const url = new URL(onServer("/ws/room"), location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    socket = new WebSocket(url);
    socket.onopen = () => socket.send(JSON.stringify(first()));
    socket.onmessage = ({ data }) => {
      if (done) return;
      const message = JSON.parse(data);
      if (message.type === "error" || message.type === "closed") {
        done = true;
        lost(message.message ?? "The presenter has ended.", false);
        return;
      }
      retries = 0;
      heard(message);
    };
    socket.onclose = () => {
      if (done) return;
      if (++retries > RETRIES_MAX) {
        done = true;
        lost("The connection to the room is lost.", false);
        return;
      }
      lost("The connection broke; trying again.", true);
      timer = window.setTimeout(open, RETRY_MS * 2 ** (retries - 1));
    };
  };
  open();
  return {
    send(message) {
      if (done || socket.readyState !== WebSocket.OPEN) return false;
      socket.send(JSON.stringify(message));
      return true;
    },
    end() {
      done = true;
      clearTimeout(timer);
      socket.close();
    },
  };
}
