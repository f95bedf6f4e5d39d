// The form explorer: find a question, and read what it means, an example, and what often goes wrong.

import { activity } from "./activity.js";
import { button, focusOn, h, matches, setText } from "./tools.js";

export default activity("explorer", (a) => {
	const { sections, enough } = a.screen;
	const rows = sections.flatMap((section) => section.items.map((item) => row(item, section)));
	const groups = sections.map((section) => {
		const own = rows.filter((each) => each.section === section);
		return { own, node: h("li", h("h4", section.l), h("ul", ...own.map((each) => each.node))) };
	});
	const search = h("input.input", { type: "search", id: a.id("search"), autocomplete: "off", enterkeyhint: "search" });
	const choose = h("select.input", { id: a.id("section") }, h("option", { value: "" }, a.t("all")));
	for (const section of sections) choose.append(h("option", { value: section.n }, section.l));
	const found = h("p.hint", { role: "status" });
	const progress = h("p.progress");
	const browse = h(
		"div.browse", h("p.hint", a.t("hint")), progress,
		h("div", h("label", { for: a.id("search") }, a.t("search")), search),
		h("div", { hidden: sections.length < 2 }, h("label", { for: a.id("section") }, a.t("section")), choose),
		found, h("ul.list", ...groups.map((group) => group.node)),
	);
	const text = h("div.text");
	const back = button("back", a.t("back"));
	const aloud = a.speak(text);
	const before = step(-1, "previous");
	const after = step(1, "next");
	const card = h("div.reading", { hidden: true }, h("div.row.spread", back, aloud), text, h("div.row.spread", before, after));
	let open = null; // the row that is read
	a.el.append(h("h3", a.screen.title), browse, card);

	function row(item, section) {
		const seen = h("span.seen");
		const control = button("open.item", h("span", item.l), seen);
		const words = [item.l, item.h, item.why, item.example, item.mistake, ...(item.choices || [])].filter(Boolean).join(" ");
		const made = { item, section, words, seen, control, node: h("li", control) };
		control.addEventListener("click", () => read(made));
		return made;
	}

	function step(by, word) {
		const control = button("step", a.t(word));
		control.addEventListener("click", () => read(neighbour(by)));
		return control;
	}

	// The one before or after, among those that were found.
	function neighbour(by) {
		const listed = rows.filter((each) => !each.node.hidden);
		return listed[listed.indexOf(open) + by];
	}

	function filter() {
		let count = 0;
		for (const each of rows) {
			const fits = (!choose.value || choose.value === each.section.n) && (!search.value.trim() || matches(each.words, search.value));
			each.node.hidden = !fits;
			count += fits;
		}
		for (const group of groups) group.node.hidden = group.own.every((each) => each.node.hidden);
		setText(found, count ? a.t("found", { n: count }) : a.t("none"));
	}

	function part(name, said) {
		if (!said) return null;
		const kids = Array.isArray(said) ? h("ul", ...said.map((each) => h("li", each))) : h("p", said);
		return h(`div.part.${name}`, h("h5", a.t(name)), kids);
	}

	// What there is to know of a question.
	function read(row) {
		const { item, section } = (open = row);
		a.put(`buka/${item.n}`, "1");
		if (aloud?.getAttribute("aria-pressed") === "true") aloud.click(); // the one before is read no further
		const heading = h("h4", { tabindex: "-1" }, item.l);
		const choices = item.choices && [...item.choices, ...(item.more ? [a.t("more", { n: item.more })] : [])];
		text.replaceChildren(
			h("p.hint", section.l), heading,
			h("p.hint", [item.kind, item.must && a.t("must")].filter(Boolean).join(" · ")),
			...["how", "why", "example", "mistake", "choices", "checks"].map((name) =>
				part(name, { how: item.h, choices }[name] || item[name])).filter(Boolean),
		);
		before.hidden = !neighbour(-1);
		after.hidden = !neighbour(1);
		card.hidden = false;
		browse.hidden = true;
		focusOn(heading, "nearest");
	}

	back.addEventListener("click", () => {
		card.hidden = true;
		browse.hidden = false;
		focusOn(open.control, "nearest");
	});
	search.addEventListener("input", filter);
	choose.addEventListener("change", filter);
	filter();

	return {
		show() {
			const read = rows.filter((each) => a.value(`buka/${each.item.n}`));
			for (const each of rows) setText(each.seen, read.includes(each) ? `✓ ${a.t("seen")}` : "");
			const n = read.length;
			const wanted = Math.min(enough, rows.length);
			setText(progress, n >= wanted ? `✓ ${a.t("enough", { n })}` : a.t("progress", { n, enough: wanted }));
			progress.classList.toggle("kas-right", n >= wanted);
		},
	};
});
