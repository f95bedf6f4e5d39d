// The practice screen: a story beside its case form. Draws, keeps what is not saved yet, and sends it again.
// Every rule lives in Python. What they say to each other: docs/architecture.md, "widgets".

import { Outbox } from "./outbox.js";
import { attempt, button, focusOn, h, local, matches, nameOf, random, ROW, session, setText, squeeze } from "./tools.js";

const TYPING = 400;
const RADIOS = 7;
const SELECT = 12;
const SHOWN = 50;
const FEW = 12;
const SHORT = 45; // letters of all labels of a question that stand in one line
const WIDE = 860;
const ISO_DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const SIGNS = {
	error: "✕", warning: "!", info: "i", right: "✓", wrong: "✕", missing: "–", invented: "+", misclassified: "⇄", changed: "…",
};

// --- what the kernel says, with the unsaved edits of this device laid over it

const MAPS = ["answers", "rows", "labels", "choices", "notes"];
const SETS = ["hidden", "required"];

class Facts {
	constructor(state, outbox) {
		this.outbox = outbox;
		this.aside = {};
		this.adopt(state || {});
	}

	adopt(state) {
		for (const name of MAPS) this[name] = {};
		this.progress = {};
		this.apply({ hidden: [], required: [], feedback: null, ...state });
		this.rev = state.rev || 0;
	}

	apply(delta) {
		for (const name of MAPS) {
			for (const [at, value] of Object.entries(delta[name] || {})) {
				if (value === null) delete this[name][at];
				else this[name][at] = value;
			}
		}
		for (const name of SETS) if (delta[name]) this[name] = new Set(delta[name]);
		if ("feedback" in delta) this.feedback = delta.feedback;
		if (delta.told) this.told = delta.told;
		for (const entry of delta.progress || []) this.progress[entry.name] = entry;
	}

	value(at) {
		return this.outbox.edits.get(at) ?? this.answers[at] ?? "";
	}

	// A row that goes is laid aside with all that is known inside it, to be shown again without a connection.
	lay(row) {
		const inside = ([at]) => at.startsWith(`${row}/`);
		const kept = { answers: Object.fromEntries([...this.outbox.edits].filter(inside)) };
		for (const name of MAPS) kept[name] = { ...Object.fromEntries(Object.entries(this[name]).filter(inside)), ...kept[name] };
		for (const name of SETS) kept[name] = [...this[name]].filter((at) => inside([at]));
		this.aside[row] = kept;
	}

	bring(row) {
		const kept = this.aside[row];
		if (!kept) return;
		for (const name of MAPS) this[name] = { ...kept[name], ...this[name] };
		for (const name of SETS) kept[name].forEach((at) => this[name].add(at));
	}

	rowKeys(list) {
		let keys = (this.rows[list] || []).map(Number);
		for (const move of this.outbox.moves) {
			if (move.list !== list) continue;
			if (move.op === "remove") keys = keys.filter((key) => key !== move.key);
			else if (!keys.includes(move.key)) keys = [...keys, move.key];
			if (move.op === "restore") keys = [...keys].sort((a, b) => a - b);
		}
		return keys;
	}
}

// --- the kinds of input
// make(cell) gives what stands under the label, show(cell, value) brings it up to date, read(cell) gives the answer.

const listOf = ({ app, node }) => (node.t === "ack" ? [["OK", app.t("yes")]] : app.form.lists?.[node.list] || []);

function options(cell) {
	const allowed = cell.node.filter && cell.app.facts.choices[cell.at];
	if (!allowed) return listOf(cell);
	const names = new Set([...allowed, ...cell.value.split(" ")]);
	return listOf(cell).filter(([name]) => names.has(name));
}

const optionLabel = (cell, name) => (listOf(cell).find((option) => option[0] === name) || [name, name])[1];

// Drawn only when they are others than before.
function drawOptions(cell, holder, draw, first = []) {
	const offered = [...first, ...options(cell)];
	const key = offered.map(([name]) => name).join(" ");
	if (cell.offered !== key) holder.replaceChildren(...offered.map(draw));
	cell.offered = key;
}

function clearButton(cell) {
	cell.clear = button("clear.quiet", cell.app.t("clear"));
	cell.named.push([cell.clear, "clear_of"]);
	return cell.clear;
}

const typed = {
	typed: true,
	make(cell) {
		const { t, ap = "" } = cell.node;
		cell.long = t === "text" && ap.includes("multiline");
		const own = cell.long ? {} : { type: "text", inputmode: { int: "numeric", decimal: "decimal" }[t] };
		cell.control = h(`${cell.long ? "textarea" : "input"}.input`, { id: cell.id, autocomplete: "off", maxlength: 20000, ...own });
		return [cell.control];
	},
	read: (cell) => cell.control.value.trim(),
	present(cell, value) {
		const found = ISO_DATE.exec(value);
		if (found) return `${+found[3]}/${+found[2]}/${found[1]}`;
		if (cell.app.screen.lang !== "id") return value;
		if (cell.node.t === "decimal") return value.replace(".", ",");
		return cell.node.t === "time" ? value.replace(/^(\d\d):(\d\d).*/, "$1.$2") : value;
	},
	show(cell, value) {
		if (cell.control.matches(":focus")) return;
		const text = typed.present(cell, value);
		if (cell.control.value !== text) cell.control.value = text;
		typed.grow(cell);
	},
	// counted, not measured: measuring would make the browser lay the page out at every key
	grow(cell) {
		if (!cell.long) return;
		const lines = cell.control.value.split("\n").reduce((sum, line) => sum + 1 + Math.floor(line.length / 38), 1);
		cell.control.rows = Math.min(Math.max(4, lines), 24);
	},
};

const date = {
	...typed,
	make(cell) {
		typed.make(cell);
		cell.echo = h("output.echo", { for: cell.id });
		cell.native = h("input.native", { type: "date", tabindex: -1, "aria-hidden": true });
		if (!cell.native.showPicker) return [cell.control, cell.echo];
		const open = button("calendar.square", h("span.icon-date", { "aria-hidden": true }));
		cell.named.push([open, "calendar"]);
		return [h("div.row", cell.control, open, cell.native), cell.echo];
	},
	show(cell, value) {
		typed.show(cell, value);
		const day = ISO_DATE.test(value) && new Date(`${value}T00:00Z`);
		const long = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
		setText(cell.echo, day ? day.toLocaleDateString(cell.app.screen.lang, long) : "");
		cell.native.value = day ? value : "";
	},
};

// one: radio buttons; several: ticks
const choices = {
	make(cell) {
		cell.type = cell.node.t === "one" ? "radio" : "checkbox";
		const short = listOf(cell).reduce((sum, [, label]) => sum + label.length, 0) <= SHORT;
		cell.list = h(short ? "div.row" : "div");
		if (cell.type === "radio") return short ? [h("div.row", cell.list, clearButton(cell))] : [cell.list, clearButton(cell)];
		if (listOf(cell).length <= SELECT) return [cell.list];
		cell.search = h("input.input", { type: "search", autocomplete: "off", placeholder: cell.app.t("search_short") });
		cell.named.push([cell.search, "search"]);
		return [cell.search, cell.list];
	},
	show(cell, value) {
		drawOptions(cell, cell.list, ([name, label]) =>
			h("label.choice", h("input", { type: cell.type, name: cell.id, value: name }), h("span", label)));
		const chosen = value.split(" ");
		for (const input of cell.list.querySelectorAll("input")) input.checked = chosen.includes(input.value);
		if (cell.clear) cell.clear.hidden = !value;
		if (cell.search) cell.search.hidden = cell.list.children.length <= SELECT;
	},
	input(cell, event) {
		if (event.target !== cell.search) return;
		let seen = 0;
		for (const label of cell.list.children) {
			label.hidden = !label.firstChild.checked && !matches(label.textContent, cell.search.value);
			seen += label.hidden ? 0 : 1;
		}
		cell.app.say("found", { n: seen }, 700);
	},
	read: (cell) => [...cell.list.querySelectorAll("input:checked")].map((input) => input.value).join(" "),
};

const select = {
	make: (cell) => [(cell.control = h("select.input", { id: cell.id }))],
	show(cell, value) {
		drawOptions(cell, cell.control, ([name, label]) => h("option", { value: name }, label), [["", cell.app.t("choose")]]);
		cell.control.value = value;
	},
	read: (cell) => cell.control.value,
};

const target = (cell) => cell.control || cell.list.querySelector("input:checked") || cell.list.querySelector("input");

const inWords = (cell, value) =>
	cell.node.list ? value.split(" ").map((name) => optionLabel(cell, name)).join(", ") : typed.present(cell, value);

const output = {
	make: (cell) => [(cell.control = h("output.output", { id: cell.id }))],
	show(cell, value) {
		setText(cell.control, inWords(cell, value) || "–");
	},
};

// A text field with a list to choose from: the combobox pattern of ARIA 1.2.
const combo = {
	make(cell) {
		const list = `${cell.id}-list`;
		cell.control = h("input.input", {
			id: cell.id, type: "text", role: "combobox", autocomplete: "off", spellcheck: "false", placeholder: cell.app.t("type_to_search"),
			"aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": list,
		});
		cell.list = h("ul.listbox", { id: list, role: "listbox", hidden: true });
		cell.more = h("p.hint", { hidden: true });
		cell.named.push([cell.list, "choices_of"]);
		cell.list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
		return [cell.control, cell.list, cell.more, clearButton(cell)];
	},
	show(cell, value) {
		cell.clear.hidden = !value;
		const text = value && optionLabel(cell, value);
		if (!cell.open && !cell.dirty && cell.control.value !== text) cell.control.value = text;
	},
	opens(cell, query) {
		const { app } = cell;
		const start = squeeze(query);
		const found = options(cell).filter(([, label]) => matches(label, query));
		if (start) found.sort((a, b) => squeeze(b[1]).startsWith(start) - squeeze(a[1]).startsWith(start));
		cell.found = found.slice(0, SHOWN);
		cell.list.replaceChildren(...cell.found.map(([name, label], i) =>
			h("li.option", { id: `${cell.id}-${i}`, role: "option", "aria-selected": `${name === cell.value}`, "data-i": i }, label)));
		combo.expand(cell, true);
		const over = found.length - cell.found.length;
		cell.more.hidden = found.length > 0 && !over;
		setText(cell.more, found.length ? app.t("more", { n: over }) : app.t("nothing_found"));
		app.say("found", { n: found.length }, 700);
	},
	closes(cell) {
		cell.dirty = false;
		cell.found = [];
		combo.expand(cell, false);
		combo.show(cell, cell.value);
	},
	expand(cell, open) {
		cell.open = open;
		cell.list.hidden = !cell.found.length;
		cell.more.hidden = true;
		cell.control.setAttribute("aria-expanded", !cell.list.hidden);
		combo.point(cell, -1);
	},
	point(cell, index) {
		const { children } = cell.list;
		const item = children[index];
		children[cell.pointed]?.classList.remove("kas-pointed");
		cell.pointed = index;
		cell.control.setAttribute("aria-activedescendant", item ? item.id : "");
		if (!item) return;
		item.classList.add("kas-pointed");
		item.scrollIntoView({ block: "nearest" });
	},
	choose(cell, option) {
		if (option) cell.app.commit(cell, option[0]);
		combo.closes(cell);
	},
	input(cell) {
		cell.dirty = true;
		combo.opens(cell, cell.control.value);
	},
	click(cell, event) {
		const item = event.target.closest("[data-i]");
		if (item) combo.choose(cell, cell.found[item.dataset.i]);
		else if (event.target === cell.control && !cell.open) combo.opens(cell, "");
	},
	key(cell, event) {
		const count = cell.open ? cell.found.length : 0;
		const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
		if (step || (event.key === "Enter" && cell.open)) event.preventDefault();
		if (step && !cell.open) combo.opens(cell, "");
		else if (step && count) combo.point(cell, (Math.max(cell.pointed, step < 0 ? 0 : -1) + step + count) % count);
		else if (event.key === "Enter" && cell.open) {
			const option = cell.found[cell.pointed] || (count === 1 && cell.found[0]);
			if (option) combo.choose(cell, option);
		} else if (event.key === "Escape" && cell.open) combo.closes(cell);
	},
	// What names a choice exactly is taken, an emptied field clears, half a word changes nothing.
	leave(cell) {
		const text = squeeze(cell.control.value);
		combo.choose(cell, cell.dirty && (text ? options(cell).find(([, label]) => squeeze(label) === text) : [""]));
	},
};

function kindOf(app, node) {
	if (node.ro || node.t === "calc") return output;
	if (node.t !== "one") return { date, many: choices, ack: choices }[node.t] || typed;
	const size = listOf({ app, node }).length;
	if (size > SELECT) return combo;
	return size > RADIOS ? select : choices;
}

// --- the screen

function render({ model, el }) {
	const screen = model.get("screen");
	const { form } = screen;
	const sections = form.sections.map((node) => node.n);
	const start = model.get("start") || {};
	const boxOf = (draft) => new Outbox(draft || "", (said) => post(said), () => status(), start.acked);
	let outbox = boxOf(screen.draft);
	// answers that were given before the case was started afresh elsewhere; they go where they belong
	let late = (screen.earlier || []).filter((draft) => local.keys(`kasuskit:${draft}:tab:`).length).map(boxOf);
	const facts = new Facts(start, outbox);
	const memory = { view: 0, section: 0, base: {}, keys: {}, clashes: {}, ...session.get(`${outbox.prefix}view`) };
	const heard = new Set(); // reports, which come again when the line broke
	const app = { screen, form, facts, t, say, commit };
	const ids = new Map();
	const nodes = new Map();
	const blocks = new Map(); // address -> what is drawn for it; one section's worth
	const timers = {};
	let current, heading, checkSays; // of the view
	let wide, marks, markKey, judged, typing, counted, spoken, came;
	let checking, revealing, wanted, restarting, gone;
	let savedAt = "";
	let trouble = {};
	let escaped = 0;

	function index(node, section) {
		nodes.set(node.n, { node, section });
		node.kids?.forEach((kid) => index(kid, section));
	}

	function t(key, values = {}) {
		const sentence = screen.words?.[key] || screen.text?.[key] || key;
		return sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
	}

	function idOf(at) {
		if (!ids.has(at)) ids.set(at, `kas-${random()}`);
		return ids.get(at);
	}

	const hello = () => post({ kind: "hello", tab: outbox.tab });
	const post = (said) => attempt(() => model.send(said)); // a closed comm: the outbox tries again

	function later(name, wait, run) {
		clearTimeout(timers[name]);
		timers[name] = setTimeout(run, wait);
	}

	// the frame

	form.sections.forEach(index);
	const exitButton = () => button("exit.exit", t("exit"));
	const againButton = () => button("again.quiet", t("again"));
	const named = (spec, at, props, title, ...kids) =>
		h(spec, { "aria-labelledby": idOf(at), ...props }, h("h2", { id: idOf(at) }, title), ...kids);
	const live = h("p.unseen", { role: "status" });
	const state = h("p.state");
	const toasts = h("div");
	const panel = h("div");
	const side = h("div");
	const opener = button("story.primary", t("read_story"));
	const { title, note, todo, heads = [] } = screen.case;
	const paragraphs = screen.case.story.map((text, i) => h(heads.includes(i) ? "h3" : "p", text));
	const story = named("section.story", "#story", { tabindex: 0 }, title, note && h("p.note", note), todo && h("p", h("strong", todo)), ...paragraphs);
	const drawer = h("dialog.drawer", { "aria-labelledby": idOf("#story") }, h("div.row", button("close", t("close_story")), exitButton()));
	const totals = h("p.dim");
	const told = h("div.told");
	const bar = h("progress", { "aria-label": t("progress_label") });
	const toggle = button("list.toggle", { "aria-expanded": "false", "aria-controls": idOf("#list") });
	const list = h("ol");
	const nav = h("nav.nav", { id: idOf("#list"), "aria-label": t("sections"), hidden: true }, list, againButton());
	const upward = button("top.square", { "aria-label": t("sections") }, h("span.icon-list", { "aria-hidden": true }));
	const confirm = named("dialog.dialog", "#again", {}, t("again_title"), h("p", t("again_text")),
		h("div.row", button("close", t("cancel")), button("again-yes.primary", t("again_yes"))));
	const handing = screen.hand_in && named("dialog.dialog", "#hand", {}, t("hand_title"), h("p", t("hand_text")),
		h("div.row", button("close", t("cancel")), button("hand-yes.primary", t("hand_yes"))));
	const handButton = () => screen.hand_in && button("hand", t("hand_in"));
	const root = h("div.practice", { lang: screen.lang, "data-lm-suppress-shortcuts": true },
		h("div.top", h("p.ribbon", h("strong", t("practice")), " ", t("no_real_case")), exitButton()),
		h("div.columns", side, h("div.main", h("div.head", h("h2", form.title), totals, bar, told, toggle, nav), panel)),
		h("div.bottom", toasts, h("div.row", state, upward, opener)),
		drawer, confirm, handing, live);

	function fit(width) {
		if (wide === width >= WIDE) return;
		wide = width >= WIDE;
		root.classList.toggle("kas-wide", wide);
		if (wide && drawer.open) drawer.close();
		(wide ? side : drawer).append(story);
		opener.hidden = wide;
	}

	const scroller = () => (root.closest(".jp-OutputArea") ? root : document.scrollingElement);

	// the story

	const fields = () => facts.feedback?.fields || [];

	function openStory(at, from) {
		const y = memory.story || 0;
		const mark = marks.get(at);
		came = from;
		if (!wide && !drawer.open) drawer.showModal();
		story.scrollTop = y;
		focusOn(mark || story, mark && "center");
	}

	function drawMarks() {
		const shown = fields().filter((field) => field.revealed && field.spans);
		const key = JSON.stringify(shown);
		if (key === markKey) return;
		markKey = key;
		marks = new Map();
		const spans = shown.flatMap((field, i) => field.spans.map(([p, start, end]) => ({ p, start, end, at: field.at, n: i + 1 })));
		paragraphs.forEach((node, p) => {
			const here = spans.filter((span) => span.p === p && span.end > span.start);
			node.replaceChildren(...markedParts(Array.from(screen.case.story[p]), here)); // code points, as Python counts
		});
	}

	function markedParts(chars, spans) {
		const edges = [...new Set([0, chars.length, ...spans.flatMap(({ start, end }) => [start, end])])].sort((a, b) => a - b);
		return edges.slice(0, -1).map((edge, i) => {
			const text = chars.slice(edge, edges[i + 1]).join("");
			if (!spans.some(({ start, end }) => start <= edge && end > edge)) return text;
			const mark = h("mark", { tabindex: -1 });
			for (const { at, n } of spans.filter(({ start }) => start === edge)) {
				mark.append(h("sup", { "aria-hidden": true }, `${n}`), h("span.unseen", `${t("evidence", { n, field: where(at) })}: `));
				if (!marks.has(at)) marks.set(at, mark);
			}
			mark.append(text);
			return mark;
		});
	}

	// names of places

	const find = (at) => nodes.get(nameOf(`${at}`));

	const label = (at) => facts.labels[at] || find(at)?.node.l || nameOf(at);

	// A row that holds one group and nothing else is called by the group's name.
	const onlyGroup = ({ kids = [] }) => kids.length === 1 && kids[0].t === "group" && kids[0].l && kids[0].n;

	function rowTitle(at) {
		const [, of, key] = ROW.exec(at);
		const group = onlyGroup(find(of).node);
		return group ? label(`${at}/${group}`) : `${label(of)} ${facts.rowKeys(of).indexOf(Number(key)) + 1}`;
	}

	function where(at) {
		const parts = at.split("/");
		const rows = parts.map((_, i) => parts.slice(0, i + 1).join("/")).filter((path) => ROW.test(path)).map(rowTitle);
		const own = ROW.test(at) ? rows.pop() : label(at);
		return rows.length ? `${own} (${rows.join(", ")})` : own;
	}

	// sections

	const visible = () => sections.map((_, i) => i).filter((i) => !facts.hidden.has(sections[i]));

	function view(which, { quiet, at } = {}) {
		const shown = visible();
		flush();
		if (which === "result" && !facts.feedback) which = memory.section;
		if (which !== "result" && !shown.includes(which)) which = shown.find((i) => i >= which) || shown[0];
		current = memory.view = which;
		if (which !== "result") memory.section = which;
		blocks.clear();
		heading = h("h3.heading", { tabindex: -1 });
		panel.replaceChildren(...(which === "result" ? drawResult() : drawSection(which, shown)));
		openList(false);
		refresh();
		if (at) goTo(at);
		else if (!quiet) focusOn(heading, "start");
		if (!quiet) remember();
	}

	function drawSection(i, shown) {
		const node = form.sections[i];
		const block = { at: node.n, node, filled: true, fixed: true, name: heading, level: 3, prefix: "", notes: h("div") };
		block.box = h("div", heading, node.h && h("p.hint", node.h), block.notes);
		blocks.set(node.n, block);
		drawKids(block, node.kids);
		const here = shown.indexOf(i);
		const step = (to, spec, key) => to !== undefined && button(spec, { "data-section": to }, t(key, { section: label(sections[to]) }));
		checkSays = h("p.hint", t("check_hint"));
		return [block.box, h("div.steps",
			h("div.row", step(shown[here - 1], "section", "previous"), step(shown[here + 1], "section.primary", "next")),
			h("div.row.check", checkSays, button("check", t("check")), handButton()))];
	}

	function openList(open) {
		nav.hidden = !open;
		toggle.setAttribute("aria-expanded", open);
		if (!open) return;
		const items = visible().map((i) => h("li", listItem(i, label(sections[i]), facts.progress[sections[i]]), i === current && placesIn(i)));
		if (facts.feedback) items.push(h("li", listItem("result", t("result"))));
		list.replaceChildren(...items);
	}

	// The lists of a section with their number of rows, and what comes after a list: the places to jump to.
	function placesIn(i) {
		const { n, l, kids } = form.sections[i];
		const places = kids.filter((kid, k) => !facts.hidden.has(kid.n) && (kid.t === "repeat" || kids[k - 1]?.t === "repeat") && kid.l && kid.l !== l);
		const words = (kid) => (kid.t === "repeat" ? `${label(kid.n)} (${facts.rowKeys(kid.n).length})` : label(kid.n));
		return h("ul", { "aria-label": label(n) }, ...places.map((kid) => h("li", button("go.item.place", { "data-at": kid.n }, words(kid)))));
	}

	function listItem(to, title, { done, total, errors } = {}) {
		const words = total ? [t("done_of", { done, total })] : [];
		if (errors) words.push(t("errors", { n: errors }));
		else if (total && done >= total) words.push(t("complete"));
		return button("section.item", { "data-section": to, "aria-current": to === current && "step" },
			h("span", title), h("span.dim", words.join(" · ")));
	}

	const linesTold = () => (facts.told || []).map((line) => h("p", line));

	function drawHead() {
		const shown = visible();
		const place = { n: shown.indexOf(current) + 1, total: shown.length };
		setText(toggle, place.n ? t("section_of", { ...place, section: label(sections[current]) }) : t("result"));
		const sum = (name) => Object.values(facts.progress).reduce((all, entry) => all + entry[name], 0);
		const [done, total] = [sum("done"), sum("total")];
		bar.max = total || 1;
		bar.value = done;
		setText(totals, t("progress", { done, total }));
		told.hidden = current === "result"; // it stands there
		if (told.lines !== facts.told) told.replaceChildren(...linesTold());
		told.lines = facts.told;
	}

	// nodes of the form

	function drawKids({ box, level, prefix }, kids = []) {
		for (const node of kids) {
			if (node.t === "calc" && !node.ro) continue;
			const at = prefix + node.n;
			const kid = { at, node, prefix, level: level + 1, box: h(`div.node.${node.t}`, { "data-at": at, hidden: true }) };
			blocks.set(at, kid);
			box.append(kid.box);
		}
	}

	// A node is filled when it is first seen: most of a long form never is.
	function fill(block) {
		const { at, node, box } = block;
		block.filled = true;
		if (!["group", "repeat", "note"].includes(node.t)) {
			fillCell(block);
			return;
		}
		const id = idOf(at);
		block.notes = h("div");
		block.name = node.t === "note" ? h("p", { id }) : headline(block, ".heading", { id, tabindex: -1 });
		box.append(block.name, node.h ? h("p.hint", node.h) : "", block.notes);
		if (node.t === "repeat") fillRepeat(block);
		if (node.t !== "group") return;
		if (node.l && !block.only) {
			box.setAttribute("role", "group");
			box.setAttribute("aria-labelledby", id);
		} else {
			block.name.hidden = true;
			block.level -= 1;
		}
		drawKids(block, node.kids);
	}

	// HTML has six levels; ARIA has more.
	const headline = ({ level }, classes, props) => h(`h${Math.min(level, 6)}${classes}`, { "aria-level": level > 6 && level, ...props });

	function fillRepeat(block) {
		const { at, node, box } = block;
		const source = find(node.linked)?.node.l;
		block.rows = new Map();
		Object.assign(block, { none: h("p.hint", t("none")), cards: h("div"), verdict: h("div"), actions: h("div") });
		if (!node.linked) block.add = button("add", { "data-at": at });
		box.append(source && !block.prefix ? h("p.hint", t("linked", { label: source })) : "", block.verdict, block.none, block.cards, block.add || "");
		if (block.only || label(at) === heading.textContent) block.name.className = "kas-unseen";
	}

	function drawRow({ at: of, node, level, add }, key) {
		const at = `${of}[${key}]`;
		const id = idOf(at);
		const row = { at, filled: true, fixed: true, prefix: `${at}/`, level: level + 1, notes: h("div") };
		row.name = headline(row, ".heading", { id, tabindex: -1 });
		row.box = h("div.card", { role: "group", "aria-labelledby": id }, row.name, row.notes);
		blocks.set(at, row);
		drawKids(row, node.kids);
		const only = node.kids.length === 1 && blocks.get(`${at}/${node.kids[0].n}`);
		if (only) only.only = true;
		if (add) row.box.append((row.remove = button("remove.quiet", { "data-at": at })));
		return row;
	}

	function showRepeat(block) {
		const { at, rows, cards, add } = block;
		const keys = facts.rowKeys(at);
		for (const [key, row] of rows) {
			if (keys.includes(key)) continue;
			row.box.remove();
			rows.delete(key);
			for (const inner of [...blocks.keys()]) if (inner === row.at || inner.startsWith(row.prefix)) blocks.delete(inner);
		}
		keys.forEach((key, i) => {
			if (!rows.has(key)) rows.set(key, drawRow(block, key));
			const { box } = rows.get(key);
			if (cards.children[i] !== box) cards.insertBefore(box, cards.children[i] || null);
		});
		block.none.hidden = keys.length;
		if (add) nameButton(add, "add", at, label(at));
	}

	// Inside a row the name says of which row, for there is one such button in each.
	function nameButton(node, key, at, short) {
		setText(node, t(key, { label: short }));
		node.setAttribute("aria-label", t(key, { label: where(at) }));
	}

	function fillCell(cell) {
		const { at, node, box } = cell;
		const id = idOf(at);
		Object.assign(cell, { id, app, kind: kindOf(app, node), named: [], name: h("span"), actions: h("div") });
		const parts = cell.kind.make(cell);
		const set = cell.kind === choices;
		cell.must = h("span.must", { hidden: true }, ` (${t("required")})`);
		cell.notes = h("div", { id: `${id}-m` });
		cell.elsewhere = h("div", { id: `${id}-e` });
		cell.choice = h("div.row");
		cell.verdict = h("div", { id: `${id}-v`, tabindex: -1 });
		const caption = h(set ? "legend.label" : "label.label", { for: !set && id }, cell.name, cell.must);
		const holder = set ? h("fieldset", { role: node.t === "one" ? "radiogroup" : "group" }) : box;
		(set ? holder : cell.control).setAttribute("aria-describedby", `${node.h ? `${id}-h ` : ""}${id}-m ${id}-e ${id}-v`);
		holder.append(caption, ...help(cell),
			node.h ? h("p.hint", { id: `${id}-h` }, node.h) : "", ...parts, cell.notes, cell.elsewhere, cell.choice, cell.verdict, cell.actions);
		if (set) box.append(holder);
	}

	function help({ box, id, named, node }) {
		if (!node.g) return [];
		const open = button("help.square.help", { "aria-expanded": "false", "aria-controls": `${id}-g` }, "?");
		named.push([open, "how_to"]);
		box.classList.add("kas-helped", node.h ? "kas-hinted" : "kas-bare");
		return [open, h("div.guide", { id: `${id}-g`, hidden: true }, node.g)];
	}

	// bringing what is drawn up to date

	function refresh() {
		let count = 0;
		for (const block of blocks.values()) {
			const hidden = !block.fixed && facts.hidden.has(block.at);
			if (block.box.hidden !== hidden) block.box.hidden = hidden;
			if (hidden) continue;
			if (!block.filled) fill(block);
			show(block);
			count += (facts.notes[block.at] || []).length;
		}
		drawHead();
		// one announcement, not one for each message
		if (counted?.[0] === current && counted[1] !== count) say(count ? "notes" : "notes_none", { n: count }, 1000);
		counted = [current, count];
	}

	function show(block) {
		const { at, kind, remove, rows } = block;
		const text = ROW.test(at) ? rowTitle(at) : label(at);
		setText(block.name, text);
		if (kind) showCell(block, text);
		if (remove) nameButton(remove, "remove", at, text);
		if (rows) {
			showRepeat(block);
			showVerdict(block);
		}
		const notes = facts.notes[at] || [];
		const key = JSON.stringify(notes);
		if (key !== block.said) block.notes.replaceChildren(...notes.map(message));
		block.said = key;
	}

	function showCell(cell, text) {
		cell.must.hidden = !facts.required.has(cell.at);
		if (cell.text !== text) for (const [node, key] of cell.named) node.setAttribute("aria-label", t(key, { label: text }));
		cell.text = text;
		cell.value = facts.value(cell.at);
		// what the person sees; what is being typed is not drawn over
		if (!cell.dirty && !(cell.kind.typed && cell.control.matches(":focus"))) cell.seen = cell.value;
		cell.kind.show(cell, cell.value);
		const wrong = (facts.notes[cell.at] || []).some((note) => note.severity === "error");
		for (const node of cell.control ? [cell.control] : cell.list.querySelectorAll("input")) {
			if (wrong && cell.kind !== output) node.setAttribute("aria-invalid", "true");
			else node.removeAttribute("aria-invalid");
		}
		showElsewhere(cell);
		showVerdict(cell);
	}

	// What another screen of this person wrote into the same field.
	function showElsewhere(cell) {
		const { at, changed, value } = cell;
		if (memory.clashes[at] === value) delete memory.clashes[at];
		const theirs = memory.clashes[at];
		const clash = theirs !== undefined;
		const key = JSON.stringify([changed, theirs, clash && value]);
		if (cell.told === key) return;
		cell.told = key;
		const words = (answer) => Array.from(inWords(cell, answer) || t("blank")).slice(0, 300).join("");
		const text = clash ? t("clash", { theirs: words(theirs), mine: words(value) }) : changed && t("changed_elsewhere");
		cell.elsewhere.replaceChildren(...(text ? [h("p.message.info", sign("info"), h("span", text))] : []));
		cell.choice.replaceChildren(...(clash ? [button("theirs", t("use_theirs")), button("mine.quiet", t("keep_mine"))] : []));
	}

	const sign = (kind) => h(`span.sign.sign-${kind}`, { "aria-hidden": true }, SIGNS[kind]);

	const message = ({ severity, text }) => h(`p.message.${severity}`, sign(severity), h("span", h("strong", `${t(severity)}: `), text));

	function say(key, values, wait = 60) {
		live.textContent = "";
		later("say", wait, () => (live.textContent = t(key, values)));
	}

	function status() {
		if (!root.parentNode) return;
		const { waiting, offline } = outbox;
		const count = boxes().reduce((sum, box) => sum + box.count, 0);
		const safe = boxes().every((box) => box.safe);
		const stuck = /^K/.test(trouble.code); // the class file cannot be written
		let kind = savedAt ? "saved" : "ready";
		if (count) kind = !waiting && !offline && !stuck ? "saving" : !safe ? "unsafe" : stuck && !offline ? "stuck" : "waiting";
		else if (offline || !safe) kind = offline ? "offline" : "no_storage";
		const values = { n: count, time: savedAt, code: trouble.code };
		setText(state, `${t(`status_${kind}`, values)} ${(!stuck && trouble.words) || ""}`);
		state.className = `kas-state kas-${kind}`;
		const news = /ready|saving/.test(kind) ? "saved" : kind;
		if (spoken && spoken !== news) say(`status_${kind}`, values);
		spoken = news;
	}

	function toast(text, ...buttons) {
		toasts.append(h("div.toast", { role: "group", "aria-label": text }, h("p", text), ...buttons, button("dismiss", t("dismiss"))));
		say(text);
	}

	// answering

	function commit(cell, value) {
		clearTimeout(timers.typing);
		if (typing === cell) typing = null;
		const was = cell.seen;
		if (value === was || (cell.kind.typed && value === typed.present(cell, was).trim())) return;
		cell.seen = value;
		cell.changed = false;
		if (value !== facts.value(cell.at)) outbox.put("set", cell.at, value, was);
		showCell(cell, cell.text);
	}

	function flush() {
		if (typing) commit(typing, typing.kind.read(typing));
	}

	// A key is never used again, also after a row was removed: the highest one seen is remembered.
	function addRow(of) {
		flush();
		const key = (memory.keys[of] = Math.max(memory.keys[of] || 0, ...facts.rowKeys(of)) + 1);
		outbox.put("add", of, String(key));
		refresh();
		goTo(`${of}[${key}]`);
	}

	function removeRow(at) {
		flush();
		const [, of, key] = ROW.exec(at);
		memory.keys[of] = Math.max(memory.keys[of] || 0, Number(key));
		const undo = button("undo.primary", { "data-at": at }, t("undo"));
		toast(t("removed", { label: rowTitle(at) }), undo);
		facts.lay(at);
		outbox.put("remove", at);
		refresh();
		focusOn(undo);
	}

	// Another screen added a row under the same key: ours gets one of its own, with all that is to be sent for it.
	function renameRows(items, { n, at, key }) {
		if (!items.some((item) => item.n === n && item.op === "add" && item.value === key)) return;
		flush();
		const block = [...blocks.values()].filter(({ box }) => box.contains(document.activeElement)).pop();
		const place = attempt(() => [document.activeElement.selectionStart, document.activeElement.selectionEnd]);
		const ours = items.filter((item) => item.n >= n);
		const keys = {};
		let last = Math.max(key, ...(facts.rows[at] || []));
		for (const { op, at: of, value } of ours) if (op === "add" && of === at) keys[value] = `${++last}`;
		memory.keys[at] = last;
		const anew = (address) => address.split("/").map((part, i, parts) => {
			const [, name, of] = ROW.exec(part) || [];
			const path = [...parts.slice(0, i), name].join("/");
			return keys[of] && (path === at || find(name).node.linked === at) ? `${name}[${keys[of]}]` : part;
		}).join("/");
		for (const item of ours) {
			if (item.op === "add" && item.at === at) item.value = keys[item.value];
			else item.at = anew(item.at);
		}
		for (const undo of toasts.querySelectorAll("[data-at]")) undo.dataset.at = anew(undo.dataset.at);
		outbox.overlay();
		outbox.keep();
		refresh();
		const moved = block && anew(block.at) !== block.at && blocks.get(anew(block.at));
		if (moved) focusOn(moved.kind ? target(moved) : moved.name);
		if (moved && place) attempt(() => document.activeElement.setSelectionRange(...place));
		outbox.send();
	}

	// Rows that another screen removes are laid aside with what is being typed in them, and named, with a way back.
	function rowsGoing(rows = {}) {
		const going = Object.entries(rows).flatMap(([list, keys]) => (!keys || find(list)?.node.linked ? [] : (facts.rows[list] || [])
			.filter((key) => !keys.includes(key) && facts.rowKeys(list).includes(Number(key))).map((key) => `${list}[${key}]`)));
		if (going.length) flush();
		return going.map((row) => {
			const { activeElement } = document;
			const here = blocks.get(row)?.box.contains(activeElement);
			facts.lay(row);
			return { row, here, title: rowTitle(row), text: here && activeElement.matches(".kas-input") && activeElement.value };
		});
	}

	function rowGone({ row, here, title = label(ROW.exec(row)[1]), text }) {
		if (toasts.querySelector(`[data-at="${CSS.escape(row)}"]`)) return;
		const undo = button("undo.primary", { "data-at": row }, t("undo"));
		toast(t("removed_elsewhere", { label: title }), text && h("p", t("you_wrote", { text })), undo);
		if (here) focusOn(undo);
	}

	function clashed(conflicts) {
		const away = [];
		for (const { at, theirs } of conflicts) {
			const cell = blocks.get(at);
			memory.clashes[at] = theirs;
			if (cell?.kind && !cell.box.closest("[hidden]")) say("clash_said", { label: where(at) });
			else if (find(at)) away.push(at);
		}
		if (away.length) toast(t("clashes"), ...away.map(link));
	}

	function settle(cell, value) {
		delete memory.clashes[cell.at];
		commit(cell, value);
		showCell(cell, cell.text);
		focusOn(target(cell));
	}

	function goTo(at) {
		const section = find(at)?.section ?? current;
		if (current !== section) {
			view(section, { at });
			return;
		}
		const block = blocks.get(at);
		if (!block || block.box.closest("[hidden]")) {
			focusOn(heading, "start");
			say("not_open", { label: where(at) });
		} else if (!block.kind) focusOn(block.name, "start");
		else {
			focusOn(target(block));
			block.box.scrollIntoView({ block: "center" });
		}
	}

	// feedback

	// What was answered when it was checked is remembered, so that a verdict is not shown on another answer.
	function judge(anew) {
		judged = new Map();
		// the fields of a missing row all stand at its list's address
		for (const field of fields()) if (field.verdict !== "right" || !judged.has(field.at)) judged.set(field.at, field);
		const old = memory.base;
		memory.base = {};
		for (const [at, { verdict, message }] of judged) {
			const same = !anew && old[at]?.verdict === verdict && old[at].message === message;
			memory.base[at] = same ? old[at] : { verdict, message, value: given(at) };
		}
		drawMarks();
	}

	const given = (at) => facts.value(at) || `${facts.rowKeys(at)}`;
	const verdictOf = ({ at, verdict }) => (memory.base[at].value === given(at) ? verdict : "changed");

	function showVerdict({ at, rows, verdict, actions }) {
		const field = judged.get(at);
		const kind = field && verdictOf(field);
		const key = JSON.stringify([field, kind]);
		if (key === verdict.key) return;
		verdict.key = key;
		verdict.className = field ? `kas-verdict kas-${kind}` : "";
		verdict.replaceChildren(...(field ? verdictLines(field, kind, rows) : []));
		actions.replaceChildren(...(!field || rows || field.verdict === "right" ? [] : verdictButtons(field)));
	}

	function verdictLines(field, kind, short) {
		const said = (kind !== "changed" && field.message) || t(`verdict_${kind}`);
		const lines = [h("p.message", sign(kind), h("strong", said))];
		for (const name of short || field.verdict === "right" ? [] : ["hint", "expected", "reason"]) {
			if (field[name]) lines.push(h("p", h("strong", `${t(name)}: `), field[name]));
		}
		return lines;
	}

	function verdictButtons({ at, revealed, spans = [] }) {
		if (revealed && !spans.length) return [];
		const action = revealed ? "mark" : "reveal";
		return [button(action, { "data-at": at, "aria-label": `${t(action)}: ${where(at)}` }, t(action))];
	}

	function drawResult() {
		const { score, total, head, praise, sections: scores, findings } = facts.feedback;
		const others = findings.map((each) => h("li", message(each), find(each.at) && link(each.at)));
		checkSays = h("p.hint");
		setText(heading, t("result"));
		return [
			h("div.result", heading, h("div.told", ...linesTold()), h("p.score", head || t("score", { n: score, total })), praise && h("p", praise),
				scores.length && h("h4", t("look_again")), ...scores.map((each) => drawScore(each, total - score < FEW)),
				others.length && h("h4", t("findings")), others.length && h("ul", ...others)),
			h("div.steps", h("div.row", button("section.primary", { "data-section": memory.section }, t("back_to_form")),
				button("check", t("check_again")), handButton(), againButton()), checkSays),
		];
	}

	function drawScore({ name, right, total }, open) {
		const line = [h("span", label(name)), h("strong", t("right_of", { n: right, total }))];
		const again = [...judged.values()].filter(({ at, verdict }) => verdict !== "right" && sections[find(at)?.section] === name);
		if (!again.length) return h("p.score-line", right >= total && sign("right"), ...line);
		return h("details", { open }, h("summary.score-line", ...line), h("ul", ...again.map(fieldLine)));
	}

	function fieldLine(field) {
		const kind = verdictOf(field);
		return h("li.message", sign(kind), h("span", link(field.at), h("br"), t(`verdict_${kind}`)));
	}

	const link = (at) => h("a", { href: `#${idOf(at)}`, "data-do": "go", "data-at": at }, where(at));

	function check() {
		flush();
		if (outbox.count) outbox.send();
		checking = true;
		post({ kind: "check" });
		checkSaid("checking");
		later("check", outbox.offline ? 100 : 8000, () => checkSaid("check_late"));
	}

	function checkSaid(text) {
		clearTimeout(timers.check);
		setText(checkSays, t(text));
		say(text);
	}

	// To start again, or to hand in. Not before everything is saved: what is still on its way belongs to what ends.
	function end(kind = wanted) {
		flush();
		wanted = kind;
		if (!wanted) return;
		if (outbox.count) say(`${wanted}_waits`);
		else {
			if (wanted === "again") restarting = true;
			else checking = true;
			post({ kind: wanted });
			wanted = "";
		}
	}

	// coming and going

	function remember() {
		memory.y = scroller().scrollTop;
		session.set(`${outbox.prefix}view`, memory);
	}

	const boxes = () => [outbox, ...late];

	function hide(closing) {
		if (gone) return;
		flush();
		for (const box of boxes()) {
			if (box.count) box.send();
			box.rest(closing);
		}
		remember();
	}

	const wake = () => document.hidden || boxes().forEach((box) => box.wake());

	// The case was started afresh: what is not sent yet belongs to the attempt before, and goes there.
	function moveTo(draft) {
		flush();
		if (outbox.count) late.push(outbox);
		else outbox.end();
		outbox = facts.outbox = boxOf(draft);
	}

	function leave() {
		hide(true);
		gone = true;
		document.documentElement.style.display = "none";
		document.title = "";
		root.replaceChildren();
		location.replace(/^(https?:\/)?\//.test(screen.exit) ? screen.exit : "about:blank");
	}

	function setOffline(offline) {
		for (const box of boxes()) Object.assign(box, { offline, waiting: offline, tries: 0 });
		if (!offline) {
			hello();
			boxes().forEach((box) => box.send());
		}
		status();
	}

	// what the kernel says

	const hearing = {
		state(said) {
			const moved = said.draft !== undefined && said.draft !== outbox.draft;
			const anew = moved || restarting;
			if (moved) moveTo(said.draft);
			const going = anew ? [] : rowsGoing(said.rows);
			facts.adopt(said);
			outbox.saved(said.acked || {});
			if (anew) Object.assign(memory, { base: {}, keys: {}, clashes: {} });
			judge();
			if (anew) {
				toasts.replaceChildren();
				view(0);
				if (restarting) say("again_done");
				else toast(t("restarted"));
			} else if (current === "result") view("result", { quiet: true });
			else refresh();
			restarting = false;
			going.forEach(rowGone);
		},
		saved({ tab, n, rev, draft, delta = {}, refused = [], conflicts = [], gone: lost = [], taken }) {
			const old = late.find((box) => box.draft === draft);
			if (old) {
				old.saved({ [tab]: n });
				late = late.filter((box) => box.count || box.end());
				status();
				return;
			}
			if (draft !== undefined && draft !== outbox.draft) {
				hello();
				return;
			}
			const items = outbox.queues.get(tab);
			const news = (what, list) => list.filter((each) => items && !heard.has(`${tab} ${what} ${each.n}`) && heard.add(`${tab} ${what} ${each.n}`));
			const missed = rev > facts.rev + 1 || rev < facts.rev;
			const going = rowsGoing(delta.rows);
			facts.apply(delta);
			facts.rev = rev;
			savedAt = new Date().toLocaleTimeString(screen.lang, { hour: "2-digit", minute: "2-digit" });
			trouble = {};
			outbox.saved({ [tab]: n });
			if (missed) hello();
			if ("feedback" in delta) judge();
			for (const at of items ? [] : Object.keys(delta.answers || {})) {
				const cell = blocks.get(at);
				if (cell?.kind && cell.kind !== output && cell.value !== facts.value(at)) cell.changed = true;
			}
			clashed(news("clash", conflicts));
			refresh();
			going.forEach(rowGone);
			news("gone", lost).forEach(rowGone);
			for (const no of news("refused", refused)) {
				if (ROW.test(no.at)) continue; // a row that is gone already
				const text = items.find((item) => item.n === no.n)?.value;
				toast([t("refused", { label: where(no.at) }), no.text, no.do].join(" "), text && h("p", t("you_wrote", { text })));
			}
			if (items && taken) renameRows(outbox.queues.get(tab) || [], taken);
			if (wanted) end();
		},
		feedback({ feedback, told: lines }) {
			const asked = checking;
			clearTimeout(timers.check);
			checking = false;
			facts.apply({ feedback, told: lines });
			judge(asked);
			if (asked || current === "result") view("result", { quiet: !asked });
			else refresh();
			if (asked && lines?.length) say(lines.join(" "), {}, 700);
			const cell = blocks.get(revealing);
			if (!cell || !judged.get(revealing)?.revealed) return;
			revealing = null;
			focusOn(cell.actions.firstChild || cell.verdict);
		},
		refused(said) {
			const words = `${said.text} ${said.do}`;
			const box = boxes().find((each) => each.queues.has(said.tab));
			if (box) {
				trouble = { code: said.code, words };
				box.waiting = true;
				box.barred = said.code === "W407"; // another person's, or another class's
			} else if (said.tab) return;
			else if (checking) checkSaid(words);
			else if (revealing) toast(words);
			else trouble = { words };
			if (!box) checking = revealing = false;
			status();
		},
	};

	const hear = (said) => hearing[said?.kind]?.(said);

	// what people do

	const actions = {
		add: ({ at }) => addRow(at),
		again: () => confirm.showModal(),
		"again-yes"() {
			confirm.close();
			end("again");
		},
		hand: () => handing.showModal(),
		"hand-yes"() {
			handing.close();
			end("hand_in");
		},
		calendar: (data, source, cell) => cell.native.showPicker(),
		check,
		clear(data, source, cell) {
			commit(cell, "");
			focusOn(target(cell));
		},
		theirs: (data, source, cell) => settle(cell, memory.clashes[cell.at]),
		mine: (data, source, cell) => settle(cell, cell.value),
		close: (data, source) => source.closest("dialog").close(),
		dismiss(data, source) {
			source.parentNode.remove();
			focusOn(heading);
		},
		exit: leave,
		go({ at }, source) {
			source.closest(".kas-toast")?.remove();
			openList(false);
			goTo(at);
		},
		help(data, source) {
			const guide = source.nextElementSibling;
			guide.hidden = !guide.hidden;
			source.setAttribute("aria-expanded", !guide.hidden);
		},
		list: () => openList(nav.hidden),
		mark: ({ at }, source) => openStory(at, source),
		remove: ({ at }) => removeRow(at),
		reveal({ at }) {
			revealing = at;
			post({ kind: "reveal", at });
		},
		section: ({ section }) => view(section === "result" ? section : Number(section)),
		story: (data, source) => openStory("", source),
		top() {
			openList(true);
			focusOn(list.querySelector("[aria-current]"), "center");
		},
		undo({ at }, source) {
			facts.bring(at);
			outbox.put("restore", at);
			source.parentNode.remove();
			refresh();
			goTo(at);
		},
	};

	const events = {
		click(event, cell) {
			cell.kind.click?.(cell, event);
			const source = event.target.closest("[data-do]");
			if (!source) return;
			event.preventDefault();
			actions[source.dataset.do](source.dataset, source, cell);
		},
		input(event, cell) {
			cell.kind.input?.(cell, event);
			if (!cell.kind.typed || event.target === cell.native) return;
			if (typing !== cell) flush();
			typing = cell;
			typed.grow(cell);
			later("typing", TYPING, flush);
		},
		change(event, cell) {
			if (event.target === cell.native) commit(cell, cell.native.value);
			else if (cell.kind.read && event.target !== cell.search) commit(cell, cell.kind.read(cell));
		},
		focusout(event, cell) {
			if (event.target !== cell.control) return;
			cell.kind.leave?.(cell);
			if (!cell.kind.typed) return;
			commit(cell, cell.kind.read(cell));
			setTimeout(() => showCell(cell, cell.text));
		},
		keydown(event, cell) {
			if (cell.kind.key && event.target === cell.control) cell.kind.key(cell, event);
			else if (event.key === "Escape" && !nav.hidden) {
				openList(false);
				focusOn(toggle);
			}
		},
	};

	function cellOf(target) {
		const block = blocks.get(target.closest(".kas-node")?.dataset.at);
		return block?.kind ? block : { kind: {} };
	}

	function onEscape(event) {
		if (event.key !== "Escape" || event.repeat) return;
		if (!root.contains(event.target) && event.target !== document.body) return;
		if (escaped && event.timeStamp - escaped < 800) leave();
		escaped = event.timeStamp;
	}

	function onUnload(event) {
		flush();
		if (!gone && boxes().some((box) => box.count && !box.safe)) event.returnValue = true;
	}

	el.replaceChildren(root);
	fit(el.clientWidth || window.innerWidth);
	judge();
	view(memory.view, { quiet: true });

	const stop = new AbortController();
	const on = (node, name, run, capture) => node.addEventListener(name, run, { capture, signal: stop.signal });
	for (const name in events) on(root, name, (event) => events[name](event, cellOf(event.target)));
	on(drawer, "close", () => focusOn(came || opener));
	on(story, "scroll", () => (memory.story = story.scrollTop));
	on(document, "keydown", onEscape, true);
	on(document, "kasuskit:offline", () => setOffline(true));
	on(document, "kasuskit:online", () => setOffline(false));
	on(document, "visibilitychange", () => (document.hidden ? hide(false) : wake()));
	on(document, "freeze", () => hide(false));
	on(document, "resume", wake);
	on(window, "pagehide", () => hide(true));
	on(window, "pageshow", wake);
	on(window, "beforeunload", onUnload);
	model.on("msg:custom", hear);
	const observer = new ResizeObserver(([entry]) => fit(entry.contentRect.width));
	observer.observe(el);
	hello();
	boxes().forEach((box) => box.send());
	if (memory.y) requestAnimationFrame(() => (scroller().scrollTop = memory.y));
	return () => {
		flush();
		stop.abort();
		model.off("msg:custom", hear);
		observer.disconnect();
		boxes().forEach((box) => box.end());
		Object.values(timers).forEach(clearTimeout);
	};
}

export default { render };
