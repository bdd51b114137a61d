// Bundles what browsers get: the sheets and drawings of `SHEETS` and each island that stands directly in `islands/src/`
// become one file each, named after its content so that it may be kept for ever, and `manifest.json` tells the pages
// what everything is called now. Whatever a bundle draws in (fonts, images) is put beside it.

import { build } from "esbuild";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const PAGES = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const BUILT = join(PAGES, "built");
const SHEETS = ["frame/desk.css", "frame/icon.svg", "intake/intake.css"];
const DARK = ":root.dark{";

async function islandsIn(folder) {
  const names = await readdir(folder);
  return names.filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts")).map((name) => join(folder, name));
}

// The design system gives its dark palette to a page that sets a class. Ours follow the reader's own
// preference, without a script, so the palette is put under the media query instead.
const darkByPreference = {
  name: "dark-by-preference",
  setup(bundling) {
    bundling.onLoad({ filter: /digigov\.css$/ }, async ({ path }) => {
      const sheet = await readFile(path, "utf8");
      const start = sheet.indexOf(DARK);
      const end = sheet.indexOf("}", start);
      if (start < 0) throw new Error(`${path} has no ${DARK} … }: look at how this version names its dark palette.`);
      const palette = sheet.slice(start + DARK.length, end);
      const contents = `${sheet}\n@media screen and (prefers-color-scheme:dark){:root{${palette}}}`;
      return { contents, loader: "css", resolveDir: dirname(path) };
    });
  },
};

// The editors of bpmn.io write some of their HTML and SVG with style attributes, which the pages' policy does not apply.
// In SVG each declaration is an attribute of its own as well; what is left, on boxes, is in our own sheets.
const withoutStyleAttributes = {
  name: "without-style-attributes",
  setup(bundling) {
    bundling.onLoad({ filter: /node_modules\/(@bpmn-io|bpmn-js|diagram-js|dmn-js|table-js)[^/]*\/.*\.js$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const contents = source.replace(/(<[a-z]+\b[^<>`]*?) style="([^"$]*)"/g, (_, before, declared) => {
        const attributes = declared.split(";").filter((one) => one.includes(":")).map((one) => one.split(":").map((part) => part.trim()));
        return `${before} ${attributes.map(([name, value]) => `${name}="${value}"`).join(" ")}`;
      });
      return { contents: contents.replace(/(['"`\s])style="/g, '$1data-style="'), loader: "js" };
    });
  },
};

// CodeMirror puts its styles into a style tag, which the policy does not apply, where it could adopt a sheet as well.
const ADOPTS = "!root.head && root.adoptedStyleSheets";
const withAdoptedSheets = {
  name: "with-adopted-sheets",
  setup(bundling) {
    bundling.onLoad({ filter: /node_modules\/style-mod\/src\/style-mod\.js$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      if (!source.includes(ADOPTS)) throw new Error(`${path} has no ${ADOPTS}: look at how this version adopts sheets.`);
      return { contents: source.replace(ADOPTS, "root.adoptedStyleSheets"), loader: "js" };
    });
  },
};

await rm(BUILT, { recursive: true, force: true });
await mkdir(BUILT, { recursive: true });
const { metafile } = await build({
  entryPoints: [
    ...SHEETS.map((sheet) => join(PAGES, sheet)),
    ...(await islandsIn(join(PAGES, "islands", "src"))),
  ],
  outdir: BUILT,
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022", "chrome109", "firefox115", "safari16.4"],
  legalComments: "linked",
  loader: { ".eot": "file", ".woff2": "file", ".woff": "file", ".ttf": "file", ".svg": "copy" },
  plugins: [darkByPreference, withoutStyleAttributes, withAdoptedSheets],
  metafile: true,
  logLevel: "warning",
});

const manifest = {};
for (const [path, output] of Object.entries(metafile.outputs)) {
  if (output.entryPoint === undefined) continue;
  const name = basename(output.entryPoint, extname(output.entryPoint));
  manifest[name + extname(path)] = basename(path);
  if (output.cssBundle !== undefined) manifest[`${name}.css`] ??= basename(output.cssBundle);
}
await writeFile(join(BUILT, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
