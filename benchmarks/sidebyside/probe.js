// Runs in the page before anything of its own. Looks once a frame for the first field that a person could use, gives
// it an answer, and looks for the word that the answer was saved. Each time is taken after the frame was painted.
// Where `text` is given, it also looks for the first text that a person could read.
({ fields, text, answer, status, saved }) => {
  if (window.top !== window || !location.protocol.startsWith("http")) return;
  const marks = (window.kasuskitBench = { text: null, field: null, acked: null });

  const painted = (then) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = then;
    requestAnimationFrame(() => channel.port2.postMessage(0));
  };

  // Shown, of some size, open to input, and not covered by something else (a spinner, a dialog).
  const usable = (node) => {
    if (node.disabled || node.readOnly || node.type === "hidden") return false;
    if (!node.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    const box = node.getBoundingClientRect();
    if (box.width < 2 || box.height < 2) return false;
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) return true;
    const top = document.elementFromPoint(x, y);
    return node.contains(top) || Array.from(node.labels || []).some((label) => label.contains(top));
  };

  const give = (node) => {
    const kind = Object.getPrototypeOf(node);
    Object.getOwnPropertyDescriptor(kind, "value").set.call(node, node.type === "date" ? answer.date : answer.text);
    for (const name of ["input", "change"]) node.dispatchEvent(new Event(name, { bubbles: true }));
  };

  const tell = () => {
    const [page] = performance.getEntriesByType("navigation");
    const paint = performance.getEntriesByName("first-contentful-paint")[0];
    marks.origin = performance.timeOrigin;
    marks.first_byte = page.responseStart;
    marks.html = page.responseEnd;
    marks.paint = paint ? paint.startTime : null;
    marks.nodes = document.querySelectorAll("*").length;
    console.debug("kasuskit-bench " + JSON.stringify(marks));
  };

  const waitForSaved = () => {
    const node = document.querySelector(status);
    if (!node || !node.textContent.trim().startsWith(saved)) return requestAnimationFrame(waitForSaved);
    return painted(() => {
      marks.acked = performance.now();
      tell();
    });
  };

  const waitForText = () => {
    if (!Array.from(document.querySelectorAll(text)).some(usable)) return requestAnimationFrame(waitForText);
    return painted(() => {
      marks.text = performance.now();
    });
  };

  const waitForField = () => {
    const field = document.querySelector(fields) && Array.from(document.querySelectorAll(fields)).find(usable);
    if (!field) return requestAnimationFrame(waitForField);
    return painted(() => {
      marks.field = performance.now();
      marks.name = field.tagName.toLowerCase() + (field.type ? `[${field.type}]` : "");
      if (!answer) return setTimeout(tell, 200); // by then Chromium knows when it first painted
      marks.answered = performance.now();
      give(field);
      return waitForSaved();
    });
  };

  if (text) requestAnimationFrame(waitForText);
  requestAnimationFrame(waitForField);
}
