// One question. Answers that are not acknowledged are kept and sent again, as the real screen does.
export default {
  render({ model, el }) {
    const tab = Math.random().toString(36).slice(2);
    const waiting = [];
    let n = 0;
    const label = document.createElement("label");
    label.textContent = model.get("screen").question;
    const input = document.createElement("input");
    input.id = "jawaban";
    label.append(input);
    input.value = (model.get("start").answers || {}).nama_korban || "";
    const note = document.createElement("p");
    note.id = "catatan";
    el.append(label, note);
    const show = () => (note.textContent = waiting.length ? "menunggu" : "tersimpan");
    const send = () => waiting.length && model.send({ kind: "answers", tab, items: waiting });
    input.addEventListener("input", () => {
      n += 1;
      waiting.push({ n, op: "set", at: "nama_korban", value: input.value });
      show();
      send();
    });
    model.on("msg:custom", (message) => {
      if (message.kind === "saved") while (waiting.length && waiting[0].n <= message.n) waiting.shift();
      if (message.kind === "state") window.kernelPid = message.pid;
      show();
    });
    document.addEventListener("kasuskit:online", () => {
      window.onlines = (window.onlines || 0) + 1;
      model.send({ kind: "hello", tab });
      send();
    });
    document.addEventListener("kasuskit:offline", () => (window.offlines = (window.offlines || 0) + 1));
    show();
  },
};
