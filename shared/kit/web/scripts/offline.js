// What waits on this device, on every page: sent when the network is there, counted, and shown when a service refused it.
// A form marked data-offline gets the service worker that keeps its page and its entry.

import { drop, entriesOf, send } from "./waiting.js";

const person = document.querySelector('meta[name="person"]')?.content;

async function look() {
  const entries = await entriesOf(person);
  const refused = entries.filter((entry) => entry.refused);
  show("[data-offline-waiting]", entries.length - refused.length);
  show("[data-offline-refused]", refused.length);
  for (const list of document.querySelectorAll("[data-offline-list]")) fill(list, entries);
}

function show(selector, count) {
  for (const element of document.querySelectorAll(selector)) {
    element.hidden = count === 0;
    element.querySelector("[data-count]").textContent = count;
  }
}

function fill(list, entries) {
  const row = list.querySelector("template");
  list.replaceChildren(row, ...entries.map((entry) => rowOf(row, list, entry)));
}

function rowOf(template, list, entry) {
  const row = template.content.cloneNode(true);
  const at = new Date(entry.at);
  row.querySelector("[data-title]").textContent = list.dataset[entry.kind === "visit" ? "visit" : "checkIn"];
  row.querySelector("[data-at]").textContent = at.toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  for (const element of row.querySelectorAll("[data-if]")) {
    element.hidden = element.dataset.if !== (entry.refused ? "refused" : "waiting");
  }
  row.querySelector("[data-open]").href = entry.page || entry.url;
  row.querySelector("[data-drop]").dataset.drop = entry.id;
  return row;
}

async function sendAndLook() {
  await look();
  await send(person);
  await look();
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-drop], [data-offline-send]");
  if (!button) return;
  if (button.dataset.drop) {
    await drop(button.dataset.drop);
    await look();
  } else {
    await sendAndLook();
  }
});

const activated = (worker) =>
  new Promise((resolve) => {
    const look = () => worker.state === "activated" && resolve();
    worker.addEventListener("statechange", look);
    look();
  });

async function guard(form) {
  // A page shown again from the device would carry the id of an entry that is already there.
  form.elements.entry_id.value = crypto.randomUUID();
  const scope = new URL(form.action).pathname;
  const registration = await navigator.serviceWorker.register(form.dataset.worker, { scope });
  const worker = registration.active || registration.waiting || registration.installing;
  const files = performance.getEntriesByType("resource").map(({ name }) => name);
  const addresses = [location.href, ...files.filter((name) => new URL(name).pathname.startsWith("/static/"))];
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = async () => {
    await activated(worker); // before that it keeps pages, but takes no form
    form.setAttribute("data-kept", "");
  };
  worker.postMessage({ addresses }, [port2]);
}

if (person) {
  sendAndLook();
  window.addEventListener("online", sendAndLook);
} else if ("caches" in window) {
  caches.delete("unionhall-offline"); // signed out: no page of a person stays behind
}
if ("serviceWorker" in navigator) document.querySelectorAll("form[data-offline]").forEach(guard);
