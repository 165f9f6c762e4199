// What the desk does besides, where scripts run: forms are kept as drafts while somebody types, and what is typed is
// answered beside the form. Nothing needs it: drafts have a button, and every answer is a page of its own.
(() => {
  "use strict";
  const PAUSE = 3000; // milliseconds without a key before what is typed is kept

  for (const form of document.querySelectorAll("form.desk-form")) {
    const told = form.querySelector("[data-kept]");
    if (!told) continue;
    let waiting = 0;
    let sending = false;
    const leaving = new AbortController(); // a draft must not arrive after the form itself was taken

    const keep = async () => {
      if (sending) return;
      const typed = new FormData(form);
      for (const [name, value] of [...typed]) if (value instanceof File) typed.delete(name);
      typed.set("keep_draft", "quietly");
      try {
        const answer = await fetch(location.href, {
          method: "POST",
          body: new URLSearchParams(typed),
          redirect: "manual",
          signal: leaving.signal,
        });
        told.textContent = answer.status === 204
          ? `Kept as a draft at ${new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}.`
          : "Not kept: sign in again in another tab, then go on here.";
      } catch {
        if (sending) return;
        told.textContent = "Not kept: there is no connection. What you typed stays in this page.";
      }
    };

    form.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(keep, PAUSE);
    });
    form.addEventListener("submit", () => {
      sending = true;
      leaving.abort();
      clearTimeout(waiting);
    });
  }

  // A region names the pieces it shows (data-live: their ids), the page they stand on (data-from) and the fields that
  // it answers (data-of). Only a piece that has changed is replaced, so that a screen reader tells it once.
  const HUSH = 600; // milliseconds without a key before the page is asked
  const LONGEST = 2000; // characters of a field: what goes into an address is bounded

  const follow = (form, from, regions) => {
    const names = regions[0].dataset.of.split(" ");
    let waiting = 0;
    let asking = new AbortController();
    let asked = null;

    const show = (page) => {
      for (const region of regions) {
        for (const id of region.dataset.live.split(" ")) {
          const there = region.querySelector(`#${id}`);
          const come = page.getElementById(id);
          if (come === null) there?.remove();
          else if (there === null) region.append(document.importNode(come, true));
          else if (there.outerHTML !== come.outerHTML) there.replaceWith(document.importNode(come, true));
        }
      }
    };

    const ask = async () => {
      const query = new URLSearchParams(names.map((name) => [name, form.elements[name].value.slice(0, LONGEST)]));
      if (`${query}` === asked) return;
      asked = `${query}`;
      asking.abort(); // what was asked before is overtaken
      asking = new AbortController();
      try {
        const answer = await fetch(`${from}?${query}`, { signal: asking.signal, redirect: "error" });
        show(new DOMParser().parseFromString(await answer.text(), "text/html"));
      } catch {
        // Signed out, no connection, or overtaken: what is shown stays, and the form itself tells when it is sent.
        if (`${query}` === asked) asked = null;
      }
    };

    form.addEventListener("input", (event) => {
      if (!names.includes(event.target.name)) return;
      clearTimeout(waiting);
      waiting = setTimeout(ask, HUSH);
    });
    form.addEventListener("submit", () => {
      clearTimeout(waiting);
      asking.abort();
    });
    if (form.elements[names[0]].value && !regions.some((region) => region.childElementCount)) ask();
  };

  for (const form of document.forms) {
    const regions = [...form.querySelectorAll("[data-live]")];
    for (const from of new Set(regions.map((region) => region.dataset.from))) {
      follow(form, from, regions.filter((region) => region.dataset.from === from));
    }
  }
  // While the scheduler is at something, its page is looked at again; without scripts the page reloads itself.
  const LOOK_AGAIN = 1500; // milliseconds
  const watched = document.querySelector("[data-progress]");
  const look = async () => {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (answer.status >= 500) throw new Error(answer.statusText);
      if (answer.redirected || !answer.ok) return location.replace(answer.url);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-progress]");
      if (!fresh) return location.reload();
      const [now, then] = [fresh, watched].map((part) => part.querySelector("progress"));
      then.value = now.value;
      const said = fresh.querySelectorAll("[data-now]");
      watched.querySelectorAll("[data-now]").forEach((part, at) => {
        // Only what is different is put in, or a screen reader would say the same again and again.
        if (said[at] && part.textContent !== said[at].textContent) part.textContent = said[at].textContent;
      });
    } catch {
      // No connection just now, or the server restarts: the next look may find it.
    }
    return setTimeout(look, LOOK_AGAIN);
  };
  if (watched) setTimeout(look, LOOK_AGAIN);
})();
