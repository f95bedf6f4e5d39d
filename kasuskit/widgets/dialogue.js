// A conversation with consequences: a log of what is said, answers as buttons, what follows from each, a summary.

import { activity } from "./activity.js";
import { button, focusOn, h, setText } from "./tools.js";

const LOOK = { baik: ["right", "✓"], kurang: ["warning", "!"], bahaya: ["wrong", "✕"] };

export default activity("dialogue", (a) => {
	const turns = [];
	let moved = false; // by a button that is gone now: the focus must go on to what follows
	const log = h("div.log", { role: "log", "aria-label": a.t("log"), tabindex: "0" });
	const ask = h("h4", { tabindex: "-1" });
	const choices = h("div.choices", { role: "group", "aria-label": a.t("your_answer") });
	const end = h("div.end", { hidden: "" });
	const act = (spec, run) => {
		const control = button(spec, a.t(spec.split(".")[0]));
		control.addEventListener("click", run);
		return control;
	};
	const other = act("other.primary", () => back(a.view.turns));
	const onward = act("onward", () => goOn());
	const undo = act("undo.quiet", () => back(a.view.turns - 1));
	const again = act("again", () => restart());
	const controls = h("div.row", other, onward, again, undo);
	const latest = { get textContent() { return turns.slice(-2).map((turn) => turn.node.textContent).join(" "); } };
	a.el.append(h("h3", a.screen.title), h("p.hint", a.t("hint")), log, ask, choices, end, controls, a.speak(latest));

	const last = () => a.view[`turn/${a.view.turns}`];
	const chosenAt = (n) => a.value(`pilih/${n}`);

	function choose(name) {
		const n = a.view.turns;
		moved = true;
		a.put(`pilih/${n}`, `${last().step}/${name}`);
	}

	function goOn() {
		const n = a.view.turns;
		moved = true;
		a.put(`lanjut/${n}`, chosenAt(n));
	}

	// Takes the answer at a turn back; it stays marked as tried.
	function back(n) {
		const tried = new Set(a.value(`dulu/${n}`).split(" ").filter((each) => each.startsWith(`${a.view[`turn/${n}`].step}/`)));
		tried.add(chosenAt(n));
		moved = true;
		a.put(`dulu/${n}`, [...tried].join(" "));
		a.put(`pilih/${n}`, "");
	}

	function restart() {
		moved = true;
		for (let n = 60; n > 0; n--) for (const kind of ["pilih", "lanjut", "dulu"]) if (a.value(`${kind}/${n}`)) a.put(`${kind}/${n}`, "");
	}

	// --- how it looks

	function bubble(who, text) {
		return h(`p.bubble.${who}`, h("strong", `${a.t(`who_${who}`)}: `), text);
	}

	function reaction(turn) {
		const [kind, sign] = LOOK[turn.value];
		const sure = turn.sure === "S" ? "" : ` (${a.t(`sure_${turn.sure}`)})`;
		const why = h(
			`div.verdict.${kind}`, h("p.message", h("span.sign", { "aria-hidden": "true" }, sign), h("strong", a.t(`is_${turn.value}`))),
			h("p", turn.reason), turn.source ? h("p.source", `${a.t("source")}: ${turn.source}${sure}`) : "",
		);
		return [bubble("anda", turn.chosen[1]), bubble("narasi", turn.effect), why];
	}

	function drawTurn(n, turn) {
		let place = turns[n - 1];
		if (!place || place.step !== turn.step) {
			turns.splice(n - 1).forEach((each) => each.node.remove());
			const after = h("div.after");
			place = turns[n - 1] = { step: turn.step, after, told: "", node: h("div.turn", ...turn.lines.map(([who, text]) => bubble(who, text)), after) };
			log.append(place.node);
		}
		// an answer that is on its way is shown at once
		const sent = !turn.chosen && n === a.view.turns && turn.replies.find(([name]) => chosenAt(n) === `${turn.step}/${name}`);
		const told = turn.chosen ? JSON.stringify(turn) : sent ? sent[0] : "";
		if (told === place.told) return;
		place.told = told;
		place.after.replaceChildren(...(turn.chosen ? reaction(turn) : sent ? [bubble("anda", sent[1])] : []));
	}

	function drawChoices(turn, waiting) {
		const told = turn.chosen || waiting ? "" : JSON.stringify(turn);
		if (choices.dataset.told === told) return;
		choices.dataset.told = told;
		choices.replaceChildren(
			...(told ? turn.replies : []).map(([name, text, tried]) => {
				const control = button("reply", h("span", text), tried ? h("span.tried", ` (${a.t("tried")})`) : "");
				control.addEventListener("click", () => choose(name));
				return h("p", control);
			}),
		);
	}

	function drawEnd(said) {
		const told = said ? JSON.stringify(said) : "";
		if (end.dataset.told === told) return;
		end.dataset.told = told;
		end.hidden = !said;
		if (!said) return end.replaceChildren();
		const list = (title, items, sign, kind) => (items.length ? [h("h4", title), h("ul", ...items.map((text) => h(`li.message.${kind}`, h("span.sign", { "aria-hidden": "true" }, sign), text)))] : []);
		const rows = said.choices.map(([text, value, reason]) => {
			const [kind, sign] = LOOK[value];
			return h("li", h("p", `“${text}”`), h(`p.message.${kind}`, h("span.sign", { "aria-hidden": "true" }, sign), h("span", h("strong", `${a.t(`is_${value}`)}. `), reason)));
		});
		end.replaceChildren(
			h("p", a.t("good", { n: said.good, all: said.choices.length })),
			...list(a.t("asked"), said.asked, "✓", "right"),
			...list(a.t("missed"), said.missed, "–", "info"),
			h("details", h("summary", a.t("choices")), h("ol", ...rows)),
		);
	}

	function heading(turn, waiting) {
		if (waiting) return a.t(a.offline ? "waits" : "sending");
		if (a.view.end) return a.t("ended");
		return a.t(turn.chosen ? "think" : "your_answer");
	}

	function show() {
		const count = a.view.turns;
		const turn = last();
		if (!turn) return;
		for (let n = 1; n <= count; n++) drawTurn(n, a.view[`turn/${n}`]);
		turns.splice(count).forEach((each) => each.node.remove());
		const waiting = [`pilih/${count}`, `lanjut/${count}`, `pilih/${count - 1}`].some((at) => a.pending(at));
		drawChoices(turn, waiting);
		drawEnd(waiting ? null : a.view.end);
		setText(ask, heading(turn, waiting));
		const stopped = Boolean(turn.chosen) && !waiting;
		other.hidden = onward.hidden = !stopped;
		undo.hidden = waiting || stopped || count < 2;
		again.hidden = waiting || !a.view.end;
		if (!moved || waiting) return;
		moved = false;
		focusOn(ask);
		// what followed is read from its beginning, down to the next answers
		(turn.chosen || count < 2 ? turns[count - 1].after : turns[count - 2].after).scrollIntoView({ block: "start" });
	}

	return { show };
});
