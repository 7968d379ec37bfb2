// One stream of events for all tabs of a browser: a browser opens six connections to a host, and staff open ten tabs.
// The tab that holds the lock listens and passes on what it hears; when it closes, the next one goes on at the place it
// heard last. Without locks (plain http to another host) or without a stream the caller goes on asking by itself.
const AGAIN = 30000;

export function listen(since, told, stands) {
  if (!navigator.locks || !window.BroadcastChannel || !window.EventSource) return;
  const channel = new BroadcastChannel("gusu-queue");
  let place = since;

  function hear(message) {
    if (message.place) place = message.place;
    if (message.kind === "stands") stands(message.on, message.refused);
    else told(message.kind, message.data);
  }

  function pass(message) {
    hear(message);
    channel.postMessage(message);
  }

  function open() {
    const source = new EventSource(`/api/v1/queue/stream?since=${encodeURIComponent(place)}`);
    for (const kind of ["ticket", "presence", "reset"]) {
      source.addEventListener(kind, (event) =>
        pass({ kind, place: event.lastEventId, data: JSON.parse(event.data) }));
    }
    source.onopen = () => pass({ kind: "stands", on: true });
    source.onerror = () => {
      const refused = source.readyState === EventSource.CLOSED;
      pass({ kind: "stands", on: false, refused });
      if (refused) setTimeout(open, AGAIN); // the browser tries again by itself unless the server said no
    };
  }

  channel.onmessage = (event) => hear(event.data);
  navigator.locks.request("gusu-queue", () => { open(); return new Promise(() => {}); });
}
