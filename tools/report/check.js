// Looks at pages of `headcount report` in a browser: node check.js MODULES FOLDER [SCREENSHOTS]
// Each page: no error on the console, no request but for the page itself, every picture drawn with as many marks as its data have rows,
// readable without JavaScript, nothing serious from axe-core, under 1.5 MB. Then screenshots, narrow and wide, light, dark and printed.
"use strict";
const fs = require("fs"), path = require("path");
const [modules, folder, screens] = process.argv.slice(2);
const need = (name) => require(path.resolve(modules, name));
const { chromium } = need("playwright-core");
const axe = fs.readFileSync(path.resolve(modules, "axe-core/axe.min.js"), "utf8");
const MOST_BYTES = 1.5e6;
let passed = 0, failed = 0;

function verdict(page, what, wrong) {
  if (!wrong || wrong.length === 0) { passed++; return; }
  failed++;
  console.log(`check-report: ${page}: ${what}: ${[].concat(wrong).join("; ").slice(0, 600)}`);
}

// In the page: figures that are not drawn, or of which no layer has as many marks as there are rows.
function wrongFigures() {
  return Array.from(document.querySelectorAll("figure")).flatMap((figure) => {
    const plot = figure.querySelector(".plot"), rows = +plot.dataset.rows;
    if (plot.dataset.drawn !== "yes") return [`${figure.id}: not drawn: ${plot.textContent}`];
    const marks = Array.from(plot.querySelectorAll("g.role-mark")).map((g) => g.querySelectorAll(":scope > path, :scope > g").length);
    return marks.includes(rows) ? [] : [`${figure.id}: ${rows} rows, marks ${marks.join(", ")}`];
  });
}

// Without scripts: what has no text, and pictures without their data.
function wrongText() {
  const wrong = [];
  if (!/\d/.test(document.querySelector(".number").textContent)) wrong.push("no number");
  if (document.body.innerText.length < 1500) wrong.push("hardly any text");
  document.querySelectorAll("figure").forEach((figure) => {
    const rows = figure.querySelectorAll("tbody tr").length, said = +figure.querySelector(".plot").dataset.rows;
    if (rows !== said) wrong.push(`${figure.id}: ${rows} rows in the table, ${said} in the picture`);
    if (figure.querySelector("figcaption p").textContent.length < 40) wrong.push(`${figure.id}: no description`);
    const link = figure.querySelector("a[download]");
    if (decodeURIComponent(link.href.split(",").slice(1).join(",")).trim().split("\r\n").length < rows + 1) wrong.push(`${figure.id}: CSV is short`);
  });
  if (document.documentElement.scrollWidth > document.documentElement.clientWidth) wrong.push("wider than the screen");
  return wrong;
}

async function open(browser, file, options) {
  const context = await browser.newContext(options), page = await context.newPage();
  const said = [], asked = [];
  page.setDefaultTimeout(180000); // of a busy machine
  page.on("console", (m) => { if (m.type() === "error") said.push(m.text()); });
  page.on("pageerror", (e) => said.push(String(e)));
  page.on("request", (r) => { if (!/^(data|blob):/.test(r.url()) && r.url() !== "file://" + file) asked.push(r.url()); });
  await page.goto("file://" + file, { timeout: 180000 });
  if (options.javaScriptEnabled !== false) await page.waitForSelector("html[data-drawn]", { timeout: 180000 });
  return { context, page, said, asked };
}

async function look(browser, file) {
  const name = path.basename(file, ".html");
  const wide = { viewport: { width: 1280, height: 900 } };
  verdict(name, "bytes", fs.statSync(file).size > MOST_BYTES ? [String(fs.statSync(file).size)] : []);
  const drawn = await open(browser, file, wide);
  verdict(name, "pictures", await drawn.page.evaluate(wrongFigures));
  await drawn.page.evaluate(axe);
  const found = await drawn.page.evaluate(() => window.axe.run({ resultTypes: ["violations"] }));
  verdict(name, "axe", found.violations.filter((v) => ["serious", "critical"].includes(v.impact)).map((v) => `${v.id} ${v.nodes[0].html}`));
  verdict(name, "console", drawn.said);
  verdict(name, "network", drawn.asked);
  await drawn.context.close();
  const plain = await open(browser, file, { viewport: { width: 400, height: 900 }, javaScriptEnabled: false });
  verdict(name, "without scripts", await plain.page.evaluate(wrongText));
  await plain.context.close();
  if (screens) await shoot(browser, file, name);
}

async function shoot(browser, file, name) {
  for (const [width, scheme] of [[400, "light"], [1280, "light"], [1280, "dark"]]) {
    const { context, page } = await open(browser, file, { viewport: { width, height: 900 }, colorScheme: scheme });
    verdict(name, `width ${width}`, await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth ? ["wider than the screen"] : []));
    await page.screenshot({ path: `${screens}/${name}-${width}-${scheme}.png`, fullPage: true });
    if (width === 1280 && scheme === "dark") await page.pdf({ path: `${screens}/${name}.pdf`, format: "A4" });
    await context.close();
  }
}

(async () => {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox"] });
  const files = fs.readdirSync(folder).filter((f) => f.endsWith(".html")).sort();
  for (const f of files) await look(browser, path.resolve(folder, f));
  await browser.close();
  console.log(`${files.length} pages: ${passed} passed, ${failed} failed`);
  process.exit(failed || !files.length ? 1 : 0);
})().catch((error) => { console.log(String(error)); process.exit(1); });
