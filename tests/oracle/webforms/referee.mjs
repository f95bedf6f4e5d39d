// What ODK Web Forms' engine says of records.
//
// Usage: node referee.mjs NODE_MODULES_PARENT FORM.xml RECORDS.jsonl VERDICTS.jsonl [MILLIS]
// The lines have the same shape as those of javarosa/Referee.java. MILLIS stops the clock.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [packages, formPath, recordsPath, verdictsPath, millis] = process.argv.slice(2);
const require = createRequire(join(packages, 'package.json'));

if (millis) stopClock(Number(millis));
await borrowBrowser();
const engine = await import(pathToFileURL(require.resolve('@getodk/xforms-engine')).href);

function stopClock(at) {
  const Wall = Date;
  globalThis.Date = class extends Wall {
    constructor(...args) {
      super(...(args.length ? args : [at]));
    }
    static now() {
      return at;
    }
  };
}

// The engine is written for browsers: it takes the DOM from jsdom, and its bundled tree-sitter looks for __dirname.
async function borrowBrowser() {
  const { JSDOM } = require('jsdom');
  const { window } = new JSDOM('<!doctype html>');
  const borrowed = [
    'DOMParser', 'XMLSerializer', 'Node', 'Element', 'Attr', 'Text', 'Comment', 'CDATASection', 'Document',
    'XMLDocument', 'XPathResult', 'XPathEvaluator', 'HTMLElement', 'NodeFilter', 'ProcessingInstruction',
    'CharacterData',
  ];
  for (const name of borrowed) globalThis[name] = window[name];
  globalThis.window ??= window;
  globalThis.document ??= window.document;
  globalThis.__dirname ??= packages;
}

function stored(xml) {
  const data = new FormData();
  data.set('xml_submission_file', new File([xml], 'xml_submission_file', { type: 'text/xml' }));
  return { data: [data] };
}

function text(state) {
  if (state.instanceValue != null) return state.instanceValue;
  return Array.isArray(state.value) ? state.value.join(' ') : String(state.value ?? '');
}

function read(parent, nodes) {
  for (const node of parent.currentState.children) {
    const state = node.currentState;
    const verdict = { relevant: state.relevant };
    nodes[state.reference] = verdict;
    if (state.children) {
      read(node, nodes);
      continue;
    }
    verdict.value = text(state);
    verdict.required = state.required;
    const violation = node.validationState.violation;
    if (violation) {
      verdict.violation = violation.condition;
      verdict.message = violation.message?.asString ?? null;
    }
    if (node.nodeType === 'select' && node.definition.bodyElement.itemset?.nodes.expression.includes('[')) {
      verdict.choices = state.valueOptions.map((option) => option.value);
    }
  }
  return nodes;
}

const begin = performance.now();
const form = await engine.loadForm(readFileSync(formPath, 'utf8'));
if (form.status === 'failure') {
  console.error(String(form.error));
  process.exit(1);
}
const load = performance.now() - begin;
const times = [];
const lines = readFileSync(recordsPath, 'utf8').split('\n').filter(Boolean);
const verdicts = [];
for (const line of lines) {
  const xml = JSON.parse(line);
  const start = performance.now();
  try {
    const instance = xml === null ? form.createInstance() : await form.restoreInstance(stored(xml));
    verdicts.push({ nodes: read(instance.root, {}) });
  } catch (error) {
    verdicts.push({ error: String(error) });
  }
  times.push(performance.now() - start);
}
times.sort((a, b) => a - b);
verdicts.push({ load_ms: load, record_ms: times[times.length >> 1] ?? 0 });
writeFileSync(verdictsPath, verdicts.map((verdict) => JSON.stringify(verdict)).join('\n') + '\n');
process.exit(0);
