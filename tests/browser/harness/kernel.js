// The kernel's half of the protocol (docs/architecture.md, "widgets"), enough for tests: the log lies in localStorage,
// so that it outlives a reload and is shared by two tabs. `mode`: "up", "down" (nothing arrives), "broken", "full" (the class file).
import { key } from "./form.js";

const LOG = "fake-kernel";
const MESSAGES = {
  wrong: "Belum tepat. Baca lagi ceritanya.", missing: "Belum diisi, padahal cerita menyebutnya.",
  invented: "Cerita tidak menyebut hal ini.", misclassified: "Salah golongan. Baca lagi arti tiap pilihan.",
};
const ISO = /^\d{4}-\d\d-\d\d$/;

export class FakeKernel {
  constructor(screen) {
    this.screen = screen;
    this.mode = sessionStorage.getItem("fake-mode") || "up";
    this.heard = [];
    this.handlers = {};
    this.rev = 0;
    this.refuses = "";
    this.feedback = JSON.parse(localStorage.getItem("fake-feedback"));
    this.revealed = new Set();
    this.channel = new BroadcastChannel("fake-kernel");
    this.channel.onmessage = ({ data: { log, ...saved } }) => {
      this.newest = log;
      this.catchUp(saved);
    };
    this.last = this.snapshot();
    const start = { kind: "state", rev: 0, ...this.last, acked: this.log().acked, feedback: this.feedback };
    this.model = {
      get: (name) => ({ screen: this.screen, start })[name],
      send: (message) => this.receive(JSON.parse(JSON.stringify(message))),
      on: (name, run) => (this.handlers[name] = run),
      off: (name) => delete this.handlers[name],
    };
  }

  setMode(mode) {
    this.mode = mode;
    sessionStorage.setItem("fake-mode", mode);
  }

  log() {
    const log = JSON.parse(localStorage.getItem(LOG) || '{"entries":[],"acked":{}}');
    // what another process wrote may come later than its word of it
    return this.newest?.entries.length > log.entries.length ? this.newest : log;
  }

  receive(message) {
    this.heard.push(message);
    if (this.mode === "down") return;
    setTimeout(() => this.answer(message), 15);
  }

  tell(message) {
    if (this.mode !== "down" && this.handlers["msg:custom"]) this.handlers["msg:custom"](message);
  }

  answer(message) {
    if (message.kind === "hello") this.tell({ kind: "state", rev: this.rev, ...this.snapshot(), acked: this.log().acked, feedback: this.feedback });
    if (message.kind === "answers") this.save(message);
    if (message.kind === "check") this.tell({ kind: "feedback", feedback: this.judge(true) });
    if (message.kind === "reveal") {
      this.revealed.add(message.at);
      this.tell({ kind: "feedback", feedback: this.judge(false) });
    }
    if (message.kind === "again") {
      localStorage.setItem(LOG, '{"entries":[],"acked":{}}');
      this.feedback = this.judged = this.newest = null;
      localStorage.removeItem("fake-feedback");
      this.revealed.clear();
      this.last = this.snapshot();
      this.tell({ kind: "state", rev: ++this.rev, ...this.last, acked: {}, feedback: null });
    }
  }

  save({ tab, items }) {
    if (this.mode === "broken") {
      this.tell({ kind: "refused", code: "W499", text: "Ada yang rusak.", do: "Panggil fasilitator." });
      return;
    }
    if (this.mode === "full") {
      this.tell({ kind: "refused", tab, code: "K307", text: "Tempat penyimpanan di komputer ini penuh.", do: "Hapus berkas." });
      return;
    }
    const log = this.log();
    const told = { refused: [], conflicts: [] };
    for (const item of items) {
      if (log.entries.some((entry) => entry.tab === tab && entry.n === item.n)) continue;
      if (item.op === "add" && log.entries.some(({ op, at, value }) => op === "add" && at === item.at && value === item.value)) {
        told.taken = { n: item.n, at: item.at, key: item.value };
        break;
      }
      const last = log.entries.filter(({ op, at }) => op === "set" && at === item.at).pop();
      const other = item.op === "set" && last && last.tab !== tab && last.value !== item.was && last.value !== item.value;
      if (other) told.conflicts.push({ n: item.n, at: item.at, mine: item.value, theirs: last.value });
      if (item.value && item.value === this.refuses) told.refused.push({ n: item.n, at: item.at, code: "F135", text: "Jawaban terlalu panjang.", do: "Pendekkan." });
      else log.entries.push({ tab, ...item });
      log.acked[tab] = Math.max(log.acked[tab] || 0, item.n);
    }
    localStorage.setItem(LOG, JSON.stringify(log));
    this.broadcast({ tab, n: log.acked[tab] || 0, ...told });
    this.channel.postMessage({ tab, n: log.acked[tab], log });
  }

  catchUp(saved) {
    if (this.mode === "up") this.broadcast(saved);
  }

  broadcast({ tab, n, ...told }) {
    const now = this.snapshot();
    const delta = difference(this.last, now);
    this.last = now;
    this.rev += 1;
    this.tell({ kind: "saved", tab, n, rev: this.rev, delta, ...told });
  }

  // the rules of the sample form

  snapshot() {
    const typed = {};
    const rows = { korban: [], terlapor: [], layanan: [] };
    for (const { op, at, value } of this.log().entries) {
      if (op === "set") typed[at] = value;
      else {
        const [, list, number] = op === "add" ? [0, at, value] : /^(.*)\[(\d+)\]$/.exec(at);
        const others = (rows[list] || []).filter((k) => k !== Number(number));
        rows[list] = op === "remove" ? others : [...others, Number(number)].sort((a, b) => a - b);
      }
    }
    for (const k of rows.korban) rows[`korban[${k}]/tanggungan`] = rows[`korban[${k}]/tanggungan`] || [];
    rows.hubungan_korban = rows.korban;
    for (const k of rows.korban) rows[`hubungan_korban[${k}]/hubungan`] = rows.terlapor;
    const cells = [];
    for (const section of this.screen.form.sections) walk(section, "", rows, (at, node) => cells.push([at, node, section.n]));
    return this.work(typed, rows, cells);
  }

  work(typed, rows, cells) {
    const all = { ...typed };
    const notes = {};
    const note = (at, severity, text, code) => (notes[at] = [...(notes[at] || []), { severity, text, code }]);
    for (const [at, node] of cells) {
      if (!all[at]) delete all[at];
      else if (node.t === "date") all[at] = isoDate(all[at]);
      else if (node.t === "time") all[at] = all[at].replace(/^(\d{1,2})[.:](\d\d)$/, (_, a, b) => `${a.padStart(2, "0")}:${b}`);
      else if (node.t === "decimal") all[at] = all[at].replace(",", ".");
    }
    all.no_kasus = all.tgl_lapor && ISO.test(all.tgl_lapor) ? `CONTOH/${all.tgl_lapor.slice(0, 4)}/001` : "";
    const hidden = this.hide(all, rows);
    const gone = (at) => hidden.some((name) => at === name || at.startsWith(`${name}/`) || inGroup(cells, at, name));
    const answers = {};
    const progress = new Map(this.screen.form.sections.map(({ n }) => [n, { name: n, done: 0, total: 0, errors: 0 }]));
    for (const [at, node, section] of cells) {
      if (gone(at)) continue;
      if (all[at]) answers[at] = all[at];
      if (node.t === "calc" || node.t === "note") continue;
      const part = progress.get(section);
      part.total += 1;
      if (all[at]) part.done += 1;
      if (node.t === "date" && all[at] && !ISO.test(all[at])) note(at, "error", "Tanggal ini tidak terbaca. Tulis seperti 3/10/2026.", "F150");
      if (node.t === "int" && all[at] && !/^\d+$/.test(all[at])) note(at, "error", "Tulis angka saja, misalnya 34.", "F151");
      if (node.t === "int" && Number(all[at]) > 110) note(at, "warning", "Usia lebih dari 110 tahun. Periksa lagi.", "R10");
      part.errors += (notes[at] || []).filter((each) => each.severity === "error").length;
    }
    if (answers.tgl_kejadian > answers.tgl_lapor) note("tgl_kejadian", "warning", "Tanggal kejadian sesudah tanggal pelaporan. Mungkin tertukar.", "R02");
    if (answers["korban[1]/nik_korban"]) note("korban[1]/nik_korban", "info", "NIK latihan berakhir 0000.", "R20");
    const labels = { "korban[1]/usia_korban": `Usia ${answers["korban[1]/nama_korban"] || "korban"} saat kejadian (tahun)` };
    for (const k of rows.korban) labels[`hubungan_korban[${k}]/hubungan_satu`] = `Hubungan dengan ${answers[`korban[${k}]/nama_korban`] || "korban"}`;
    const desa = this.screen.form.lists.desa.map((d) => d[0]).filter((_, i) => !answers.kecamatan || (answers.kecamatan === "a") === i < 30);
    const required = cells.filter(([at, node]) => /^(tgl_lapor|cara_lapor|petugas|nama_korban|tgl_kejadian|bentuk)$/.test(node.n) && !gone(at)).map(([at]) => at);
    const keys = Object.fromEntries(Object.entries(rows).map(([at, list]) => [at, list.map(String)]));
    return { answers, rows: keys, hidden, required, labels, choices: { desa }, notes, progress: [...progress.values()] };
  }

  hide(all, rows) {
    const hidden = [];
    if (!all.pelapor_adalah || all.pelapor_adalah === "korban" || all.pelapor_adalah === "anonim") hidden.push("blok_pelapor");
    if (all.ulang !== "ya") hidden.push("ulang_kali");
    for (const k of rows.korban) if (!(Number(all[`korban[${k}]/usia_korban`]) < 18)) hidden.push(`korban[${k}]/blok_anak`);
    return hidden;
  }

  judge(anew) {
    const { answers } = this.snapshot();
    if (anew || !this.judged) {
      const { rows } = this.snapshot();
      this.judged = Object.entries(key).map(([at, right]) => {
        if (at.startsWith("korban[") && !rows.korban.length) return { at: "korban", verdict: "missing", message: "Cerita menyebut satu lagi untuk daftar ini. Tambahkan barisnya.", hint: right.hint };
        const value = answers[at] || "";
        let verdict = value === right.value ? "right" : right.wrong || "wrong";
        if (verdict !== "right" && !value) verdict = "missing";
        if (verdict !== "right" && !right.value) verdict = "invented";
        return verdict === "right" ? { at, verdict } : { at, verdict, message: MESSAGES[verdict], hint: right.hint };
      });
    }
    const fields = this.judged.map((field) => {
      const right = key[field.at] || {};
      return this.revealed.has(field.at) ? { ...field, revealed: true, reason: right.reason, expected: right.value || "(kosong)", spans: right.spans || [] } : { ...field, revealed: false };
    });
    const score = fields.filter((field) => field.verdict === "right").length;
    const sections = ["kepala", "s_korban", "kejadian"].map((name, i) => ({ name, right: i ? 0 : score, total: [3, 2, 1][i] }));
    const findings = answers.kronologi ? [] : [{ at: "kronologi", severity: "warning", code: "R30", text: "Kronologi masih kosong." }];
    this.feedback = { score, total: fields.length, praise: "Awal yang baik. Baca lagi cerita, lalu lengkapi.", sections, fields, findings };
    localStorage.setItem("fake-feedback", JSON.stringify(this.feedback));
    return this.feedback;
  }
}

function walk(node, prefix, rows, visit) {
  const at = prefix + node.n;
  if (node.t === "repeat") for (const k of rows[at] || []) for (const kid of node.kids) walk(kid, `${at}[${k}]/`, rows, visit);
  else if (node.t === "group") for (const kid of node.kids) walk(kid, prefix, rows, visit);
  else visit(at, node);
}

const MEMBERS = { blok_pelapor: /^(pelapor_(nama|jk|hp|alamat|aman)|korban_tahu)$/, blok_anak: /^(wali|wali_terlapor|sekolah)$/ };

function inGroup(cells, at, hidden) {
  const group = hidden.slice(hidden.lastIndexOf("/") + 1);
  const prefix = hidden.slice(0, hidden.length - group.length);
  return Boolean(MEMBERS[group]) && at.startsWith(prefix) && MEMBERS[group].test(at.slice(prefix.length));
}

function isoDate(text) {
  const found = /^(\d{1,2})[/. -](\d{1,2}|[a-z]+)[/. -](\d{4})$/i.exec(text);
  if (!found) return text;
  const months = ["jan", "feb", "mar", "apr", "mei", "jun", "jul", "agu", "sep", "okt", "nov", "des"];
  const month = Number(found[2]) || months.indexOf(found[2].toLowerCase().slice(0, 3)) + 1;
  return `${found[3]}-${String(month).padStart(2, "0")}-${found[1].padStart(2, "0")}`;
}

function difference(before, now) {
  const delta = {};
  for (const name of ["answers", "rows", "labels", "choices", "notes"]) {
    const changed = {};
    for (const at of new Set([...Object.keys(before[name]), ...Object.keys(now[name])])) {
      if (!(at in now[name])) changed[at] = null;
      else if (JSON.stringify(now[name][at]) !== JSON.stringify(before[name][at])) changed[at] = now[name][at];
    }
    if (Object.keys(changed).length) delta[name] = changed;
  }
  for (const name of ["hidden", "required", "progress"]) if (JSON.stringify(before[name]) !== JSON.stringify(now[name])) delta[name] = now[name];
  return delta;
}
