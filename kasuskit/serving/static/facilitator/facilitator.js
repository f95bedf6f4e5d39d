// Keeps the numbers on the wall up to date, and loads the page anew when the address of the class changes.

const EVERY_MS = 3000;
const news = document.getElementById("news");
const said = news.textContent;

function put(id, text) {
  const place = document.getElementById(id);
  if (place.textContent !== text) place.textContent = text;
}

async function look() {
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), 3 * EVERY_MS);
  try {
    const answer = await fetch("/keadaan", { cache: "no-store", signal: control.signal });
    if (!answer.ok) throw new Error(answer.status);
    const state = await answer.json();
    if (state.mark !== document.body.dataset.mark) location.reload();
    put("joined", state.joined);
    put("connected", state.connected);
    put("news", said);
  } catch (error) {
    put("news", document.body.dataset.silent);
  } finally {
    clearTimeout(timer);
    setTimeout(look, EVERY_MS);
  }
}

setTimeout(look, EVERY_MS);
