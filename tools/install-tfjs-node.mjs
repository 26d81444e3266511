// Makes a working @tensorflow/tfjs-node below node_modules/.cache, for the tests that need one. Its own install script
// downloads a library that is not always to be had; the wheel of TensorFlow on PyPI carries the same one, and the
// binding is compiled against it. 207 MB to download, 1 GB on disk, about a minute; needs Linux x64, a C++ compiler and
// Python 3.11 with pip.
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const TFJS_NODE = '4.22.0'
// The last wheel whose C interface the binding's calls all have.
const TENSORFLOW = '2.15.1'

const folder = fileURLToPath(new URL('../node_modules/.cache/tfjs-node', import.meta.url))
const run = (program, ...args) => execFileSync(program, args, { cwd: folder, stdio: ['ignore', 2, 2] })

mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
const npm = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
run('npm', ...npm, `@tensorflow/tfjs-node@${TFJS_NODE}`, 'node-api-headers@1.9.0')

run(
  'python3',
  '-m',
  'pip',
  'download',
  '--quiet',
  '--no-deps',
  '--dest',
  '.',
  `tensorflow-cpu==${TENSORFLOW}`,
)
run(
  'python3',
  '-c',
  `
import glob, zipfile
wheel = zipfile.ZipFile(glob.glob('tensorflow_cpu-${TENSORFLOW}-*.whl')[0])
wanted = ('tensorflow/libtensorflow', 'tensorflow/include/tensorflow/c/', 'tensorflow/include/tsl/', 'tensorflow/include/tensorflow/core/platform/')
wheel.extractall('.', [name for name in wheel.namelist() if name.startswith(wanted)])
`,
)

const binding = join(folder, 'node_modules/@tensorflow/tfjs-node')
const library = join(folder, 'tensorflow')
const output = join(binding, 'lib/napi-v8')
mkdirSync(output, { recursive: true })
run(
  'c++',
  ...['-shared', '-fPIC', '-O1', '-std=c++17', '-DNAPI_VERSION=8'],
  ...[join(binding, '..'), join(library, 'include'), 'node_modules/node-api-headers/include'].map(
    path => `-I${path}`,
  ),
  ...['tfjs_backend.cc', 'tfjs_binding.cc'].map(file => join(binding, 'binding', file)),
  ...['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'].map(file => join(library, file)),
  `-Wl,-rpath,${library}`,
  '-o',
  join(output, 'tfjs_binding.node'),
)
console.error(`@tensorflow/tfjs-node ${TFJS_NODE} with TensorFlow ${TENSORFLOW} is in ${folder}`)
