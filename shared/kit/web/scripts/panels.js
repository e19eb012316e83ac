// A panel of another service: swapped in when it comes, a calm line when it does not, gone when it is empty.

import htmx from "htmx.org";

const ASK_AGAIN = 30_000;

const panelOf = (event) => event.target.closest?.("[data-panel]");

function showCalmLine(panel) {
  const calm = panel.querySelector("template").content.cloneNode(true);
  panel.querySelector("[data-panel-body], .uh-calm").replaceWith(calm);
  setTimeout(() => askAgain(panel), ASK_AGAIN);
}

function askAgain(panel) {
  if (panel.isConnected && !document.hidden) htmx.trigger(panel, "retry");
}

document.addEventListener("htmx:after:request", (event) => {
  const panel = panelOf(event);
  if (!panel) return;
  const { raw } = event.detail.ctx.response;
  if (raw.status === 204) {
    panel.remove();
  } else if (!raw.ok || raw.redirected) {
    // A redirect leads to a page, such as the sign-in, and a page does not belong inside a panel.
    event.preventDefault();
    showCalmLine(panel);
  }
});

// No answer at all. (Errors of htmx itself arrive here too, and end as calmly.)
document.addEventListener("htmx:error", (event) => {
  const panel = panelOf(event);
  if (panel) showCalmLine(panel);
});

document.addEventListener("click", (event) => {
  const retry = event.target.closest("[data-panel-retry]");
  if (!retry) return;
  event.preventDefault();
  askAgain(retry.closest("[data-panel]"));
});

document.addEventListener("visibilitychange", () => {
  for (const calm of document.querySelectorAll("[data-panel] .uh-calm")) askAgain(calm.closest("[data-panel]"));
});
