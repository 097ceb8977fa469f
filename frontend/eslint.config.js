import jsxA11y from "eslint-plugin-jsx-a11y";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

/** Imports go one way: features -> components, live, auth, api -> lib. A feature never imports another one. */
const noImports = (files, ...forbidden) => ({
  files,
  rules: {
    "no-restricted-imports": ["error", { patterns: forbidden.map(([regex, message]) => ({ regex, message })) }],
  },
});

export default tseslint.config(
  { ignores: ["dist", "node_modules", "src/api/schema.d.ts"] },
  ...tseslint.configs.strictTypeChecked,
  jsxA11y.flatConfigs.recommended,
  reactHooks.configs.flat.recommended,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      // A region that scrolls has to be reachable by keyboard.
      "jsx-a11y/no-noninteractive-tabindex": ["error", { roles: ["region", "tabpanel"], tags: [] }],
      "jsx-a11y/label-has-associated-control": ["error", { assert: "either" }],
    },
  },
  { files: ["**/*.{js,mjs}"], ...tseslint.configs.disableTypeChecked },
  noImports(["src/lib/**"], ["^@/", "lib stands on nothing of ours"]),
  noImports(["src/api/**"], ["^@/(?!lib/)", "api stands on lib alone"]),
  noImports(["src/auth/**", "src/live/**"], ["^@/(app|features|components)/", "auth and live know no page"]),
  noImports(["src/components/**"], ["^@/(app|features)/", "a component knows no page"]),
  noImports(
    ["src/features/**"],
    ["^@/app/", "a feature doesn't know the shell"],
    ["^@/features/|^\\.\\./.*/", "a feature doesn't import another one: share it in components or api"],
  ),
  // A test stands on tests/, which is outside of src.
  { files: ["src/**/*.test.{ts,tsx}"], rules: { "no-restricted-imports": "off" } },
);
