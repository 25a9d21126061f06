import js from "@eslint/js";
import tseslint from "typescript-eslint";

/** Forbids imports of other folders: the direction of imports that ARCHITECTURE.md promises. */
function mayNotImport(files, folders, why) {
  return {
    files,
    rules: {
      "no-restricted-imports": [
        "error",
        {
          paths: [
            {
              name: "@pulumi/azure-native",
              message: "Import a submodule, @pulumi/azure-native/compute: the root costs seconds.",
            },
          ],
          patterns: folders.map((folder) => ({
            regex: `^(\\.\\./)+${folder}(/|$)`,
            message: why,
          })),
        },
      ],
    },
  };
}

export default tseslint.config(
  { ignores: ["node_modules/", "**/dist/", "coverage/"] },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/no-unnecessary-condition": ["error", { allowConstantLoopConditions: true }],
    },
  },
  {
    files: ["test/**/*.ts"],
    rules: {
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-return": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-explicit-any": "off",
    },
  },
  {
    files: ["**/*.js", "**/*.mjs"],
    languageOptions: {
      globals: {
        process: "readonly",
        console: "readonly",
        module: "writable",
        require: "readonly",
        __dirname: "readonly",
        setTimeout: "readonly",
        clearTimeout: "readonly",
        setInterval: "readonly",
        clearInterval: "readonly",
        URL: "readonly",
      },
    },
  },
  mayNotImport(
    ["index.ts"],
    ["disk", "azure", "extraction", "preflight", "rehearsal", "test", "policies", "cli"],
    "The program imports components only.",
  ),
  mayNotImport(
    ["disk/**/*.ts"],
    ["components", "azure", "extraction", "preflight", "rehearsal", "cli", "policies", "test", "guest"],
    "disk imports nothing of ours.",
  ),
  mayNotImport(
    ["azure/**/*.ts"],
    ["components", "disk", "extraction", "preflight", "rehearsal", "cli", "policies", "test", "guest"],
    "azure imports nothing of ours.",
  ),
  mayNotImport(
    ["preflight/**/*.ts"],
    ["components", "disk", "azure", "extraction", "rehearsal", "cli", "policies", "test", "guest"],
    "preflight imports nothing of ours.",
  ),
  mayNotImport(
    ["extraction/**/*.ts"],
    ["components", "preflight", "rehearsal", "cli", "policies", "test", "guest"],
    "extraction imports disk and azure only.",
  ),
  mayNotImport(
    ["policies/**/*.ts"],
    ["disk", "azure", "extraction", "preflight", "rehearsal", "cli", "test"],
    "policies import nothing of ours but the shared pure module.",
  ),
  mayNotImport(
    ["components/**/*.ts"],
    ["rehearsal", "cli", "test", "policies"],
    "components import guest, preflight, disk, azure and extraction only.",
  ),
  mayNotImport(
    ["cli/**/*.ts"],
    ["rehearsal", "test", "policies", "components"],
    "cli imports preflight, disk, azure and extraction only.",
  ),
  mayNotImport(
    ["rehearsal/**/*.ts"],
    // A file in the folder: rehearsal/arm has a file azure.ts of its own.
    ["components", "azure/[^/]+", "extraction", "preflight", "test", "policies", "cli"],
    "The rehearsal runs the program from outside; it imports disk and the guest catalogue only.",
  ),
);
