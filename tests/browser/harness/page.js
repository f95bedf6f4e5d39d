// Hosts the practice screen with a model that a kernel written in JavaScript answers.
import practice from "/kasuskit/widgets/practice.js";
import { screen } from "./form.js";
import { FakeKernel } from "./kernel.js";

const lang = new URLSearchParams(location.search).get("lang") || "id";
const text = await (await fetch(`texts/${lang}.json`)).json();
const kernel = new FakeKernel({ ...screen, lang, text });
window.kernel = kernel;
const begun = performance.now();
window.leave = practice.render({ model: kernel.model, el: document.getElementById("place") });
window.drawn = performance.now() - begun;
