// Buttons that need a script stay hidden without one: print, copy. And a refused form is read out first.

for (const element of document.querySelectorAll("[data-print], [data-needs-script]")) element.hidden = false;

document.addEventListener("click", async (event) => {
  if (event.target.closest("[data-print]")) window.print();
  const copy = event.target.closest("[data-copy]");
  if (copy) await navigator.clipboard.writeText(document.getElementById(copy.dataset.copy).textContent.trim());
});

// One post per tap: a second tap on a slow network would send the form twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

document.querySelector("[data-focus]")?.focus();
