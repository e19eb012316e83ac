// Entries that wait on this device for the network, in IndexedDB; sent later, each under its own id, by whoever made it.

const STORE = "entries";
const REFUSED = new Set([400, 403, 404, 409, 410, 413, 422]);

function database() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("unionhall", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function inStore(mode, work) {
  const open = await database();
  try {
    return await new Promise((resolve, reject) => {
      const request = work(open.transaction(STORE, mode).objectStore(STORE));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  } finally {
    open.close();
  }
}

// entry: {id, person, kind, page, url, type, body, at}; `refused` is set when the service said no.
export const keep = (entry) => inStore("readwrite", (store) => store.put(entry));
export const drop = (id) => inStore("readwrite", (store) => store.delete(id));

export async function entriesOf(person) {
  const all = await inStore("readonly", (store) => store.getAll());
  return all.filter((entry) => entry.person === person).sort((a, b) => a.at - b.at);
}

// Sends what waits, oldest first, and stops where the network ends. Two pages at once do no harm:
// the service knows an entry by its id.
export async function send(person) {
  for (const entry of await entriesOf(person)) {
    if (entry.refused) continue;
    const answer = await fetch(entry.url, {
      method: "POST",
      body: entry.body,
      headers: { "Content-Type": entry.type, "Idempotency-Key": entry.id },
      redirect: "manual",
    }).catch(() => null);
    if (!answer) return;
    // A form that worked answers with a redirect.
    if (answer.type === "opaqueredirect" || answer.ok) await drop(entry.id);
    else if (REFUSED.has(answer.status)) await keep({ ...entry, refused: answer.status });
    else return;
  }
}
