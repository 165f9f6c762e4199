// Optional scripts of the desk: saving a form as a draft while somebody types, showing results beside a form, and
// updating progress. All of it also works without scripts: drafts have a button, and results and progress have pages.
(() => {
  "use strict";
  const PAUSE = 3000; // milliseconds without typing before a draft is saved

  for (const form of document.querySelectorAll("form.desk-form")) {
    const notice = form.querySelector("[data-kept]");
    if (!notice) continue;
    let waiting = 0;
    let sending = false;
    const leaving = new AbortController(); // cancels the draft when the form itself is sent

    const saveDraft = async () => {
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
        notice.textContent = answer.status === 204
          ? `Kept as a draft at ${new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}.`
          : "Not kept: sign in again in another tab, then go on here.";
      } catch {
        if (sending) return;
        notice.textContent = "Not kept: there is no connection. What you typed stays in this page.";
      }
    };

    form.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(saveDraft, PAUSE);
    });
    form.addEventListener("submit", () => {
      sending = true;
      leaving.abort();
      clearTimeout(waiting);
    });
  }

  // A live region shows elements of another page: data-live has their ids, data-from the page's address, and data-of
  // the form fields sent to it. Only elements that changed are replaced, so that a screen reader reads each once.
  const TYPING_PAUSE = 600; // milliseconds without typing before the page is requested
  const LONGEST = 2000; // characters of a field, which is sent in the address

  const follow = (form, from, regions) => {
    const names = regions[0].dataset.of.split(" ");
    let waiting = 0;
    let asking = new AbortController();
    let asked = null;

    const show = (page) => {
      for (const region of regions) {
        for (const id of region.dataset.live.split(" ")) {
          const shown = region.querySelector(`#${id}`);
          const latest = page.getElementById(id);
          if (latest === null) shown?.remove();
          else if (shown === null) region.append(document.importNode(latest, true));
          else if (shown.outerHTML !== latest.outerHTML) shown.replaceWith(document.importNode(latest, true));
        }
      }
    };

    const ask = async () => {
      const query = new URLSearchParams(names.map((name) => [name, form.elements[name].value.slice(0, LONGEST)]));
      if (`${query}` === asked) return;
      asked = `${query}`;
      asking.abort(); // the earlier request is outdated
      asking = new AbortController();
      try {
        const answer = await fetch(`${from}?${query}`, { signal: asking.signal, redirect: "error" });
        show(new DOMParser().parseFromString(await answer.text(), "text/html"));
      } catch {
        // Signed out, no connection, or aborted: the region stays as it is. Sending the form reports a real problem.
        if (`${query}` === asked) asked = null;
      }
    };

    form.addEventListener("input", (event) => {
      if (!names.includes(event.target.name)) return;
      clearTimeout(waiting);
      waiting = setTimeout(ask, TYPING_PAUSE);
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
  // While the scheduler works on a task, its progress is updated; without scripts the page reloads itself.
  const INTERVAL = 1500; // milliseconds
  const watched = document.querySelector("[data-progress]");
  const update = async () => {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (answer.status >= 500) throw new Error(answer.statusText);
      if (answer.redirected || !answer.ok) return location.replace(answer.url);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-progress]");
      if (!fresh) return location.reload();
      const [now, then] = [fresh, watched].map((part) => part.querySelector("progress"));
      then.value = now.value;
      const texts = fresh.querySelectorAll("[data-now]");
      watched.querySelectorAll("[data-now]").forEach((part, at) => {
        // Only changed text is replaced, or a screen reader would repeat it.
        if (texts[at] && part.textContent !== texts[at].textContent) part.textContent = texts[at].textContent;
      });
    } catch {
      // No connection, or the server is restarting: the next try may succeed.
    }
    return setTimeout(update, INTERVAL);
  };
  if (watched) setTimeout(update, INTERVAL);
})();
