// What the pages do beyond HTML: they stay current, ask before what can't be undone, and fill in the
// one-time token. Everything works without this file too.
"use strict";

const live = document.querySelector("[data-live]");

// What somebody has opened or closed, by its place and words: a page that stays current must not undo it.
function unfolded(within) {
  return new Map([...within.querySelectorAll("details")].map((each, place) => [`${place} ${each.firstElementChild.textContent}`, each]));
}

function inHands() {
  const here = document.activeElement;
  return here && live.contains(here) && here.matches("input, select, textarea");
}

async function refresh() {
  // Never under somebody's hands.
  if (inHands()) return;
  const answer = await fetch(location.href, { headers: { "X-Live": "1" } });
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-live]");
  if (!fresh || inHands()) return; // who has begun meanwhile would lose what is written
  const here = document.activeElement;
  const before = unfolded(live);
  for (const [name, each] of unfolded(fresh)) each.open = before.get(name)?.open ?? each.open;
  const focused = here && live.contains(here) ? here.getAttribute("href") : null;
  live.replaceChildren(...fresh.childNodes);
  if (focused) live.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
}

if (live) {
  const heard = new EventSource(live.dataset.live);
  heard.addEventListener("changed", () => refresh().catch(() => {}));
  addEventListener("pagehide", () => heard.close());
}

// On the document, since a page that refreshed itself has new forms.
document.addEventListener("submit", (event) => {
  const { target: form, submitter: button } = event;
  if (form.dataset.ask && !confirm(form.dataset.ask)) {
    event.preventDefault();
    return;
  }
  if (form.method !== "post") return;
  // A second click must not do a thing twice.
  setTimeout(() => {
    button?.setAttribute("aria-busy", "true");
    button?.setAttribute("disabled", "");
  });
});

// Back in the browser's history, nothing is under way any more.
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button[aria-busy]")) {
    button.removeAttribute("aria-busy");
    button.removeAttribute("disabled");
  }
});

// On a phone the tabs are wider than the page.
document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

const token = document.querySelector("input[data-token]");

function takeToken() {
  if (!token || location.hash.length < 2) return;
  token.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
}

takeToken();
// The link may be pasted where its page is open already.
addEventListener("hashchange", takeToken);

for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = "Copied";
  });
}
