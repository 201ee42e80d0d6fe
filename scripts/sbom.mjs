// The bill of materials of the binary (CycloneDX 1.6): every crate that is compiled into it, and every package of the web app that it carries.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const run = (program, ...args) =>
  execFileSync(program, args, { encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "inherit"] });

const host = /^host: (.+)$/m.exec(run("rustc", "-vV"))[1];
const metadata = JSON.parse(
  run("cargo", "metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", host),
);
const packages = new Map(metadata.packages.map((one) => [one.id, one]));
const nodes = new Map(metadata.resolve.nodes.map((one) => [one.id, one]));
const hub = metadata.packages.find((one) => one.name === "hub" && one.source === null);
// [[package]] name, version, checksum: SHA-256 of what the registry gave.
const checksums = new Map(
  [...readFileSync("Cargo.lock", "utf8").matchAll(/name = "(.+)"\nversion = "(.+)"\nsource = ".+"\nchecksum = "(.+)"/g)].map(
    ([, name, version, sum]) => [`${name}@${version}`, sum],
  ),
);

// What only tests need does not get into it.
const kept = new Set();
const edges = new Map();
const visit = (id) => {
  if (kept.has(id)) return;
  kept.add(id);
  const next = nodes.get(id).deps.filter((dep) => dep.dep_kinds.some((kind) => kind.kind !== "dev"));
  edges.set(id, next.map((dep) => dep.pkg));
  next.forEach((dep) => visit(dep.pkg));
};
visit(hub.id);

const purl = (one) => `pkg:cargo/${one.name}@${one.version}`;
const licensed = (expression) => (expression ? { licenses: [{ expression: expression.replaceAll("/", " OR ") }] } : {});
const crates = [...kept]
  .map((id) => packages.get(id))
  .filter((one) => one.id !== hub.id)
  .map((one) => {
    const sum = checksums.get(`${one.name}@${one.version}`);
    return {
      type: "library",
      "bom-ref": purl(one),
      name: one.name,
      version: one.version,
      ...(one.source === null ? {} : licensed(one.license)),
      ...(sum ? { hashes: [{ alg: "SHA-256", content: sum }] } : {}),
      purl: purl(one),
    };
  });

const web = JSON.parse(readFileSync("web/package-lock.json", "utf8"));
const scripts = Object.entries(web.packages)
  .filter(([path, one]) => path !== "" && !one.dev && !one.link && !one.optional)
  .map(([path, one]) => {
    const name = one.name ?? path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    const ref = `pkg:npm/${name.replace("@", "%40")}@${one.version}`;
    const [algorithm, sum] = (one.integrity ?? "").split("-");
    return {
      type: "library",
      "bom-ref": ref,
      name,
      version: one.version,
      ...(typeof one.license === "string" ? licensed(one.license) : {}),
      ...(algorithm === "sha512" ? { hashes: [{ alg: "SHA-512", content: Buffer.from(sum, "base64").toString("hex") }] } : {}),
      purl: ref,
    };
  });

const unique = [...new Map([...crates, ...scripts].map((one) => [one["bom-ref"], one])).values()];
const components = unique.sort((a, b) => (a["bom-ref"] < b["bom-ref"] ? -1 : 1));
const dependencies = [...kept]
  .map((id) => ({ ref: purl(packages.get(id)), dependsOn: [...new Set(edges.get(id).map((to) => purl(packages.get(to))))].sort() }))
  .sort((a, b) => (a.ref < b.ref ? -1 : 1));
// The same content has the same name.
const digest = createHash("sha256").update(JSON.stringify([components, dependencies])).digest("hex");
const serial = `${digest.slice(0, 8)}-${digest.slice(8, 12)}-5${digest.slice(13, 16)}-8${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
const seconds = Number(process.env.SOURCE_DATE_EPOCH ?? Math.floor(Date.now() / 1000));

console.log(
  JSON.stringify(
    {
      $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
      bomFormat: "CycloneDX",
      specVersion: "1.6",
      serialNumber: `urn:uuid:${serial}`,
      version: 1,
      metadata: {
        timestamp: new Date(seconds * 1000).toISOString(),
        component: { type: "application", "bom-ref": purl(hub), name: "customers-hub", version: hub.version, purl: purl(hub) },
      },
      components,
      dependencies,
    },
    null,
    1,
  ),
);
