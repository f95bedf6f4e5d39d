// What every screen of the kit is made with.

export const ROW = /^(.*)\[(\d+)\]$/;

// h("p.hint", {id}, "text", node…): classes get a prefix.
export function h(spec, ...kids) {
	const [tag, ...classes] = spec.split(".");
	const node = document.createElement(tag);
	if (classes.length) node.className = classes.map((name) => `kas-${name}`).join(" ");
	const props = kids[0] && kids[0].constructor === Object ? kids.shift() : {};
	for (const [name, value] of Object.entries(props)) if (value != null && value !== false) node.setAttribute(name, value);
	node.append(...kids.filter(Boolean));
	return node;
}

// button("check.primary", "text"): the action, then classes.
export function button(spec, ...kids) {
	const [action, ...classes] = spec.split(".");
	const node = h(["button.button", ...classes].join("."), ...kids);
	node.type = "button";
	node.dataset.do = action;
	return node;
}

export function setText(node, text) {
	if (node.textContent !== text) node.textContent = text;
}

export function focusOn(node, block) {
	node.focus({ preventScroll: true });
	if (block) node.scrollIntoView({ block });
}

export const random = () => Array.from(crypto.getRandomValues(new Uint8Array(9)), (byte) => byte.toString(36)).join("");
export const squeeze = (text) => text.normalize("NFD").replace(/[^\p{L}\p{N}\s]/gu, "").toLowerCase().trim();
export const nameOf = (at) => at.slice(at.lastIndexOf("/") + 1).replace(/\[\d+\]$/, "");
export const matches = (text, query) => squeeze(query).split(/\s+/).every((word) => squeeze(text).replace(/\s+/g, "").includes(word));

export function attempt(run, otherwise) {
	try {
		return run();
	} catch {
		return otherwise;
	}
}

// localStorage or sessionStorage: may be forbidden or full.
export const shelf = (name) => ({
	get: (key) => attempt(() => JSON.parse(window[name].getItem(key)), null),
	set: (key, value) => attempt(() => (window[name].setItem(key, JSON.stringify(value)), true), false),
	drop: (key) => attempt(() => window[name].removeItem(key)),
	keys: (prefix) => attempt(() => Object.keys(window[name]).filter((key) => key.startsWith(prefix)), []),
});

export const local = shelf("localStorage");
export const session = shelf("sessionStorage");
