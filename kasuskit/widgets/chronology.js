// The chronology editor: statements in three parts, each with its source; advice comes from Python, rubric beside.

import { activity } from "./activity.js";
import { button, focusOn, h, random, setText } from "./tools.js";

const PAUSE = 600; // ms of not typing until what was typed is told
const STEP = 10;

export default activity("chronology", (a) => {
	const { material, start, parts, sources, none, criteria } = a.screen;
	const first = new Map(start.map(([id, part, text, source, place]) => [id, { part, text, source, place }]));
	const rows = new Map();
	const typing = new Map();
	const papers = materialPlace();
	const places = new Map(parts.map((part) => [part, partPlace(part)]));
	const whole = h("ul.advice");
	const points = h("p");
	const criterion = new Map(criteria.map(([id, name, meanings]) => [id, criterionPlace(name, meanings)]));
	const example = h("div.example", { tabindex: "-1", hidden: "" });
	const reveal = button("reveal", a.t("reveal"));
	const revealHint = h("p.hint", { id: a.id("reveal") });
	reveal.setAttribute("aria-describedby", a.id("reveal"));
	const done = button("done.primary", a.t("done"));
	const thanks = h("p.verdict.right", { role: "status", hidden: "" });
	const editor = h(
		"div.editor", ...[...places.values()].map((place) => place.node), whole,
		h("details.rubric", h("summary", h("h3", a.t("rubric"))), h("p.hint", a.t("rubric_hint")), points, ...[...criterion.values()].map((each) => each.node)),
		h("div.row", done), thanks, revealHint, reveal, example,
	);
	a.el.append(h("h3", a.screen.title), h("p.hint", a.t("hint")), h("div.columns", papers, editor));

	// --- what there is

	const at = (id, name) => `s/${id}/${name}`;
	const said = (id, name, otherwise = "") => a.value(at(id, name)) || otherwise;
	const partOf = (id) => said(id, "bagian", first.get(id)?.part || parts[0]);
	const placeOf = (id) => Number(said(id, "urut", String(first.get(id)?.place ?? 0)));
	const sourceOf = (id) => said(id, "sumber", first.get(id)?.source || none);
	const isRemoved = (id) => a.value(at(id, "hapus")) === "1";

	function textOf(id) {
		const text = said(id, "teks", first.get(id)?.text || "");
		return text.trim() ? text : "";
	}

	function everyId() {
		const found = new Set(first.keys());
		for (const address of [...Object.keys(a.answers), ...a.outbox.edits.keys()]) {
			const [, id] = /^s\/([0-9a-z]+)\//.exec(address) || [];
			if (id) found.add(id);
		}
		return [...found];
	}

	const inOrder = (part, removed = false) =>
		everyId().filter((id) => partOf(id) === part && isRemoved(id) === removed).sort((one, other) => placeOf(one) - placeOf(other) || (one < other ? -1 : 1));

	// --- what a person does

	function write(id, text) {
		clearTimeout(typing.get(id)?.timer);
		typing.delete(id);
		a.put(at(id, "teks"), text.trim() ? text : first.get(id)?.text ? " " : "");
	}

	function flush() {
		for (const [id, { text }] of [...typing]) write(id, text);
	}

	function add(part, after) {
		const id = random().replace(/[^0-9a-z]/g, "").slice(0, 8);
		a.put(at(id, "bagian"), part);
		a.put(at(id, "urut"), String(between(part, after, "")));
		focusOn(rows.get(id).box, "nearest");
	}

	// A place between two statements of a part (blank: its end); places that have come too close are dealt out anew.
	function between(part, before, after) {
		const ids = inOrder(part);
		const low = before ? placeOf(before) : after ? placeOf(after) - 2 * STEP : placeOf(ids.at(-1)) || 0;
		const high = after ? placeOf(after) : before && ids[ids.indexOf(before) + 1] ? placeOf(ids[ids.indexOf(before) + 1]) : low + 2 * STEP;
		const place = (low + high) / 2;
		if (high - low > 1e-6) return place;
		ids.forEach((id, n) => a.put(at(id, "urut"), String((n + 1) * STEP)));
		return between(part, before, after);
	}

	function move(id, by) {
		const part = partOf(id);
		const ids = inOrder(part);
		const to = ids.indexOf(id) + by;
		const place = by < 0 ? between(part, ids[to - 1] || "", ids[to]) : between(part, ids[to], "");
		a.put(at(id, "urut"), String(place));
		a.say(a.t("moved", { n: to + 1, all: ids.length }));
	}

	function moveTo(id, part) {
		if (part === partOf(id)) return;
		const place = between(part, "", "");
		a.put(at(id, "bagian"), part);
		a.put(at(id, "urut"), String(place));
		a.say(a.t("moved_to", { part: a.t(`part_${part}`) }));
		focusOn(rows.get(id).box, "nearest");
	}

	function remove(id) {
		const place = places.get(partOf(id));
		flush();
		a.put(at(id, "hapus"), "1");
		a.say(a.t("removed"));
		if (!textOf(id)) return focusOn(place.add);
		place.bin.open = true;
		focusOn(rows.get(id).back, "nearest");
	}

	function restore(id) {
		a.put(at(id, "hapus"), "");
		focusOn(rows.get(id).box, "nearest");
	}

	// --- how it looks

	function materialPlace() {
		const list = h("ul", ...material.map(([source, text]) => h("li", h("strong", source ? a.t(`source_${source}`) : a.t("note")), " ", text)));
		return h("details.material.card", { open: "" }, h("summary", h("h3", a.t("material"))), list, a.speak(list));
	}

	function partPlace(part) {
		const control = button("add", `+ ${a.t("add")}`);
		control.setAttribute("aria-label", a.t("add_to", { part: a.t(`part_${part}`) }));
		control.addEventListener("click", () => add(part));
		const look = button("material.quiet.look", a.t("look"));
		look.addEventListener("click", () => {
			papers.open = true;
			focusOn(papers.firstChild, "start");
		});
		const [list, advice, gone, count] = [h("ol"), h("ul.advice"), h("ul"), h("summary")];
		const bin = h("details.bin", { hidden: "" }, count, gone);
		const node = h("div.part", { role: "group", "aria-label": a.t(`part_${part}`) }, h("h3", a.t(`part_${part}`)), h("p.hint", a.t(`ask_${part}`)), look, list, advice, control, bin);
		return { node, list, advice, gone, count, bin, add: control };
	}

	function criterionPlace(name, meanings) {
		const [mark, why] = [h("span.mark"), h("p")];
		const node = h("details", h("summary", h("strong", name), " ", mark), why, h("ul", ...meanings.map((text, n) => h("li", h("strong", `${n}: `), text))));
		return { node, mark, why };
	}

	function row(id) {
		const name = h("label", { for: a.id(`${id}/teks`) });
		const box = h("textarea.input", { id: a.id(`${id}/teks`), rows: "3", maxlength: a.screen.longest, "aria-describedby": a.id(`${id}/advice`) });
		const pick = h("select.input", { id: a.id(`${id}/sumber`) }, h("option", { value: none }, a.t("source_none")), ...sources.map((each) => h("option", { value: each }, a.t(`source_${each}`))));
		const advice = h("ul.advice", { id: a.id(`${id}/advice`) });
		const act = (word, run) => {
			const control = button(word, a.t(word));
			control.addEventListener("click", run);
			return control;
		};
		const [up, down] = [act("up", () => move(id, -1)), act("down", () => move(id, 1))];
		const others = parts.map((part) => [part, act("to", () => moveTo(id, part))]);
		others.forEach(([part, control]) => setText(control, a.t("to", { part: a.t(`part_${part}`) })));
		const back = act("restore", () => restore(id));
		const tools = h("details.tools", h("summary", a.t("tools")), h("div.row", up, down, ...others.map(([, control]) => control), act("remove", () => remove(id))));
		const node = h("li.card", name, box, h("div.source", h("label", { for: a.id(`${id}/sumber`) }, a.t("according")), pick), advice, tools);
		const lost = h("p");
		const ghost = h("li.row.spread", lost, back);
		const grow = () => {
			box.style.height = "auto";
			box.style.height = `${box.scrollHeight + 4}px`;
		};
		box.addEventListener("input", () => {
			grow();
			clearTimeout(typing.get(id)?.timer);
			typing.set(id, { text: box.value, timer: setTimeout(() => write(id, box.value), PAUSE) });
		});
		box.addEventListener("blur", () => typing.has(id) && write(id, box.value));
		pick.addEventListener("change", () => a.put(at(id, "sumber"), pick.value));
		return { node, name, box, pick, advice, up, down, others, back, ghost, lost, grow };
	}

	// --- keeping it up to date

	function advise(list, found = []) {
		const told = JSON.stringify(found);
		if (list.dataset.told === told) return;
		list.dataset.told = told;
		const look = { good: ["right", "✓"], info: ["info", "i"], warning: ["warning", "!"], error: ["wrong", "!"] };
		list.replaceChildren(
			...found.map(([severity, text, way]) => {
				const [kind, sign] = look[severity];
				return h(`li.message.${kind}`, h("span.sign", { "aria-hidden": "true" }, sign), h("span", h("strong", `${a.t(`is_${severity}`)}: `), text, way && h("span.way", ` ${way}`)));
			}),
		);
	}

	function showRow(id, n, all) {
		const each = rows.get(id);
		setText(each.name, a.t("statement", { n }));
		const text = textOf(id);
		if (!typing.has(id) && each.box.value !== text && (document.activeElement !== each.box || !a.pending(at(id, "teks")))) {
			each.box.value = text;
			each.tall = false;
		}
		each.pick.value = sourceOf(id);
		each.up.disabled = n === 1;
		each.down.disabled = n === all;
		each.others.forEach(([part, control]) => (control.hidden = part === partOf(id)));
		advise(each.advice, a.view[`f/${id}`]);
	}

	// Puts nodes in order and leaves alone those that are; what had the focus keeps it.
	function arrange(list, nodes) {
		const had = document.activeElement;
		nodes.forEach((node, n) => list.children[n] !== node && list.insertBefore(node, list.children[n] || null));
		while (list.children.length > nodes.length) list.lastChild.remove();
		if (had !== document.activeElement && list.contains(had)) focusOn(had);
	}

	function showPart(part) {
		const place = places.get(part);
		const ids = inOrder(part);
		const gone = inOrder(part, true).filter((id) => textOf(id));
		for (const id of [...ids, ...gone]) if (!rows.has(id)) rows.set(id, row(id));
		ids.forEach((id, n) => showRow(id, n + 1, ids.length));
		arrange(place.list, ids.map((id) => rows.get(id).node));
		gone.forEach((id) => setText(rows.get(id).lost, textOf(id)));
		arrange(place.gone, gone.map((id) => rows.get(id).ghost));
		place.bin.hidden = !gone.length;
		setText(place.count, a.t("gone", { n: gone.length }));
		advise(place.advice, a.view[`f/${part}`]);
		for (const id of ids) {
			const each = rows.get(id);
			if (each.tall || !each.box.offsetWidth) continue;
			each.grow();
			each.tall = true;
		}
	}

	function showRubric() {
		const [sum, most, open] = a.view.points || [0, 0, criteria.length];
		setText(points, a.t("points", { sum, most, open }));
		for (const [id, { mark, why }] of criterion) {
			const [score, text] = a.view[`r/${id}`] || [null, ""];
			setText(mark, score === null ? a.t("facilitator") : a.t("suggested", { score }));
			setText(why, text);
		}
	}

	function showExample() {
		setText(revealHint, a.t(a.view.tried ? "reveal_now" : "reveal_later"));
		reveal.setAttribute("aria-disabled", String(!a.view.tried));
		const good = a.view.example;
		const waits = a.value("contoh") && a.view.tried && !good;
		reveal.hidden = revealHint.hidden = Boolean(good);
		example.hidden = !good && !waits;
		const told = good ? "good" : waits ? "waits" : "";
		if (told === example.dataset.told) return;
		example.dataset.told = told;
		if (!good) return example.replaceChildren(h("p.hint", a.t("reveal_waits")));
		const blocks = parts.map((part) => [h("h4", a.t(`part_${part}`)), h("ul", ...good.filter(([where]) => where === part).map(([, source, text]) => h("li", h("strong", source ? a.t(`source_${source}`) : ""), " ", text)))]);
		example.replaceChildren(h("h3", a.t("example")), h("p.hint", a.t("example_hint")), ...blocks.flat());
	}

	reveal.addEventListener("click", () => {
		flush();
		if (!a.view.tried) return a.say(a.t("reveal_later"));
		a.put("contoh", "1");
		focusOn(example, "nearest");
	});
	done.addEventListener("click", () => {
		flush();
		a.put("selesai", "1");
	});

	function show() {
		parts.forEach(showPart);
		advise(whole, a.view["f/"]);
		showRubric();
		showExample();
		const open = Object.entries(a.view).filter(([name]) => name.startsWith("f/")).flatMap(([, found]) => found).filter(([severity]) => severity !== "good").length;
		const finished = a.value("selesai") === "1";
		thanks.hidden = !finished;
		setText(thanks, finished ? a.t(open ? "thanks_open" : "thanks", { n: open }) : "");
		setText(done, a.t(finished ? "done_again" : "done"));
	}

	return { show, flush, restarted: () => typing.clear() };
});
