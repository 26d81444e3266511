// Bundlers: a program becomes one file, is moved away from every package, and still tracks in a thread of its own.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expectTracked, newProject, run } from './project.mjs'

const bin = name => join('node_modules/.bin', name)

const BUNDLERS = [
  {
    name: 'esbuild 0.28.2, ESM',
    needs: ['esbuild@0.28.2'],
    build: [
      bin('esbuild'),
      'track.mjs',
      '--bundle',
      '--platform=node',
      '--format=esm',
      '--outfile=out/track.mjs',
    ],
    result: 'out/track.mjs',
  },
  {
    name: 'esbuild 0.28.2, CommonJS, minified',
    needs: ['esbuild@0.28.2'],
    build: [
      bin('esbuild'),
      'track.mjs',
      '--bundle',
      '--platform=node',
      '--minify',
      '--keep-names',
      '--target=es2020',
      '--log-level=error',
      '--outfile=out/track.cjs',
    ],
    result: 'out/track.cjs',
  },
  {
    name: 'webpack 5.112.0, CommonJS',
    needs: ['webpack@5.112.0', 'webpack-cli@6.0.1'],
    config: {
      'webpack.config.cjs': `module.exports = { target: 'node20', mode: 'production', entry: './track.mjs',
        output: { path: __dirname + '/out', filename: 'track.cjs' } }`,
    },
    build: [bin('webpack')],
    result: 'out/track.cjs',
  },
  {
    name: 'vite 8.3.8, for servers',
    needs: ['vite@8.3.8'],
    config: {
      'vite.config.mjs': `export default { ssr: { noExternal: true },
        build: { ssr: 'track.mjs', outDir: 'out', rollupOptions: { output: { entryFileNames: 'track.mjs', codeSplitting: false } } } }`,
    },
    build: [bin('vite'), 'build', '--logLevel', 'error'],
    result: 'out/track.mjs',
  },
  {
    name: 'rollup 4.68.7, ESM',
    needs: [
      'rollup@4.68.7',
      '@rollup/plugin-node-resolve@16.0.3',
      '@rollup/plugin-commonjs@29.0.0',
      '@rollup/plugin-json@6.1.0',
    ],
    config: {
      'rollup.config.mjs': `import commonjs from '@rollup/plugin-commonjs'
        import json from '@rollup/plugin-json'
        import { nodeResolve } from '@rollup/plugin-node-resolve'
        export default { input: 'track.mjs', plugins: [nodeResolve({ preferBuiltins: true }), commonjs(), json()],
          output: { file: 'out/track.mjs', inlineDynamicImports: true } }`,
    },
    build: [bin('rollup'), '-c', '--silent'],
    result: 'out/track.mjs',
  },
]

const check = (folder, packages, { name, needs, config = {}, build, result }) => ({
  name: `bundler: ${name}`,
  run: async () => {
    const project = newProject(folder, `bundler ${name}`, packages)
    await run(project, 'npm', 'install', '--no-audit', '--no-fund', '--loglevel=error', ...needs)
    for (const [file, text] of Object.entries(config)) writeFileSync(join(project, file), text)
    await run(project, join(project, build[0]), ...build.slice(1))
    const away = join(folder, `moved ${name}`)
    mkdirSync(away)
    const moved = join(away, result.split('/').at(-1))
    copyFileSync(join(project, result), moved)
    await expectTracked(away, 'node', moved)
  },
})

export const bundlerChecks = (folder, packages) => BUNDLERS.map(bundler => check(folder, packages, bundler))
