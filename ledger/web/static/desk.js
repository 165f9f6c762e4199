// What the desk does besides, where scripts run: forms are kept as drafts while somebody types. Nothing needs it.
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
